"""The house has floors, and an import only goes down (docs: the architecture). This test reads every import and keeps that true."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kpidsl"

# What each room may import. A new module stands in the line where it belongs; without a line the test asks for one.
_GROUND = {"record", "span", "diagnostic"}
_PROJECT = {"files", "text_file", "toml_text", "connection", "webhook", "config", "project"}
_LANGUAGE = _GROUND | {"syntax", "model"}
_COMPILER = _LANGUAGE | _PROJECT | {"plan", "sql", "dashboard", "library", "codes"}
FLOORS: dict[str, set[str]] = {
    "__init__": set(),
    "files": set(),
    "whole_folder": set(),
    "cache_folder": set(),
    "cache": {"__init__", "files", "cache_folder"},
    "record": set(),
    "span": {"record"},
    "diagnostic": {"record", "span"},
    "codes": _GROUND,
    "text_file": _GROUND,
    "connection": _GROUND,
    "webhook": _GROUND,
    "delivery": _GROUND | {"webhook", "cache_folder"},
    "toml_text": _GROUND | {"connection"},
    "config": _GROUND | {"codes", "files", "text_file", "toml_text", "connection", "webhook"},
    "project": _GROUND | _PROJECT,
    "library": _LANGUAGE,
    "syntax": _GROUND | {"cache_folder"},
    "model": _GROUND | {"syntax"},
    "plan": _LANGUAGE,
    "sql": _LANGUAGE | {"plan"},
    "dashboard": _LANGUAGE | {"plan", "cache_folder"},
    "report": _GROUND | {"__init__", "codes"},
    "compile": _COMPILER | {"__init__"},
    "lineage": _LANGUAGE | {"compile"},
    "lint": _LANGUAGE | {"codes", "compile", "lineage"},
    "usage": _LANGUAGE | {"compile", "lineage"},
    "manifest": _LANGUAGE | {"config", "compile", "lineage"},
    "matrix": _LANGUAGE | {"compile", "report"},
    "matrix_words": _LANGUAGE | {"compile", "matrix", "dashboard"},
    "boards": _LANGUAGE | {"plan", "compile", "lineage", "matrix", "matrix_words", "dashboard"},
    "reach": _LANGUAGE | {"compile"},
    "parsed": {"cache_folder", "diagnostic", "span", "syntax"},
    "emitted": {"build", "cache", "cache_folder", "compile", "plan"},
    "build": _LANGUAGE | {"matrix", "boards", "dashboard", "config", "plan", "sql", "compile", "manifest", "reach", "whole_folder"},
    "engines": _COMPILER | {"__init__", "compile", "report"},
    "testing": _COMPILER | {"compile", "engines"},
    "data": _COMPILER | {"compile", "engines", "report"},
    "starter": _COMPILER | {"compile", "engines", "report", "data"},
    "cli": _COMPILER
    | {
        "__init__",
        "__main__",
        "compile",
        "cache",
        "lineage",
        "usage",
        "dashboard",
        "manifest",
        "matrix",
        "boards",
        "build",
        "emitted",
        "parsed",
        "engines",
        "testing",
        "report",
    }
    | {"data", "starter", "lint", "delivery", "serve"},
    "serve": _COMPILER | {"compile", "boards", "engines", "report", "cli"},
    "lsp": _COMPILER | {"lint", "__init__", "compile", "cache", "engines", "report"},
    "__main__": {"cli"},
}

# Packages of others, and the only places that may name them.
GUESTS: dict[str, tuple[str, ...]] = {
    "lark": ("syntax/",),
    "sqlglot": ("sql/",),
    "duckdb": ("engines/",),
    "sqlite3": ("engines/",),
    "psycopg": ("engines/",),
    "openpyxl": ("engines/",),
    "pyarrow": ("engines/", "report/parquet.py"),
    "vl_convert": ("dashboard/vega_script.py", "dashboard/snapshot/charts.py"),
    "starlette": ("serve/",),
    "uvicorn": ("serve/",),
    "babel": ("report/", "dashboard/"),
    "jsonschema": ("dashboard/", "compile.py", "cli/"),
}
SYNTAX_TREE_FILES = {"syntax/ast.py", "syntax/comments.py", "syntax/format.py"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever in the file; `from kpidsl import codes` is kpidsl.codes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            if node.module == "kpidsl":
                yield from ((node.lineno, f"kpidsl.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def room(dotted: str) -> str:
    """The room of a module of ours: `kpidsl.model.units` is in `model`; what `kpidsl` itself holds is in `__init__`."""
    name = dotted.split(".")[1] if "." in dotted else "__init__"
    known = name in FLOORS or (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists()
    return name if known else "__init__"


FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES)
def test_imports_only_go_down(file: str) -> None:
    here = file.removesuffix(".py").split("/")[0]
    assert here in FLOORS, f"say in FLOORS what kpidsl/{file} may import"
    for line, name in imports(PACKAGE / file):
        if name.split(".")[0] == "kpidsl":
            there = room(name)
            assert there == here or there in FLOORS[here], f"kpidsl/{file}:{line}: {here} may not import {there}"


@pytest.mark.parametrize("file", FILES)
def test_guests_stay_in_their_rooms(file: str) -> None:
    for line, name in imports(PACKAGE / file):
        guest = name.split(".")[0]
        if guest in GUESTS:
            allowed = GUESTS[guest]
            home = file.startswith(allowed) and file not in SYNTAX_TREE_FILES
            assert home, f"kpidsl/{file}:{line}: {guest} belongs in {allowed}"
        else:
            known = guest == "kpidsl" or guest in sys.stdlib_module_names
            assert known, f"kpidsl/{file}:{line}: {guest} is not in GUESTS, docs/dependencies.md and pyproject.toml"


CIRCLES = [
    {"kpidsl.model.calls", "kpidsl.model.convert", "kpidsl.model.rows"},
    {
        "kpidsl.plan.cohorts",
        "kpidsl.plan.conversions",
        "kpidsl.plan.funnel_rows",
        "kpidsl.plan.funnels",
        "kpidsl.plan.planner",
        "kpidsl.plan.rows",
    },
    {"kpidsl.sql.speak", "kpidsl.sql.windows"},
]
"""Files that need each other, for types alone or inside functions too: each a recursion that has no lower end. A new one wants a reason."""


def test_files_need_each_other_in_few_and_small_circles() -> None:
    needs = {f"kpidsl.{file.removesuffix('.py').replace('/', '.')}": _named_modules(PACKAGE / file) for file in FILES}

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for name in needs.get(waiting.pop(), set()) & needs.keys() - found:
                found.add(name)
                waiting.append(name)
        return found

    everywhere = {name: reached(name) for name in needs}
    circles = {frozenset({name} | {other for other in there if name in everywhere[other]}) for name, there in everywhere.items()}
    assert sorted(sorted(circle) for circle in circles if len(circle) > 1) == sorted(sorted(circle) for circle in CIRCLES)


def _named_modules(path: Path) -> set[str]:
    """Modules that a file names: `from kpidsl.model import types` names both kpidsl.model and kpidsl.model.types."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_the_lowest_rooms_load_nothing_heavy() -> None:
    """A build that finds nothing changed, and every message, must not pay for a parser, a SQL writer or a database."""
    modules = "kpidsl.project, kpidsl.codes, kpidsl.report.terminal, kpidsl.report.tables, kpidsl.report.sarif"
    heavy = f"import sys, {modules}; print(sorted({set(GUESTS)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
