"""Where modules come from: the library (`std.…`) and the project's own files that somebody `use`s. Comes in: parsed files. Goes out: a
loader."""

from __future__ import annotations

from pathlib import Path

from kpidsl.diagnostic import Diagnostics
from kpidsl.model.names import Modules
from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_file

HERE = Path(__file__).resolve().parent


def library_folder() -> Path:
    """stdlib_kpis/ inside the wheel, or beside the package in a checkout."""
    inside = HERE / "_stdlib"
    return inside if inside.is_dir() else HERE.parent / "stdlib_kpis"


class Library(Modules):
    """Loads modules by name, each once."""

    def __init__(self, files: list[ast.File], diagnostics: Diagnostics) -> None:
        super().__init__(self._load, self._known)
        self.diagnostics = diagnostics
        self.loaded: dict[str, ast.File | None] = {}
        self.local = {_module_name(f): f for f in files}
        self.wanted = {d.module.text for f in files for d in f.declarations if isinstance(d, ast.Use)}

    def roots(self, files: list[ast.File]) -> list[ast.File]:
        """The files that make up the project. Of files that only use each other one counts too, so that their circle is seen."""
        roots = [file for file in files if not self.is_module(file)]
        reached: set[str] = set()
        self._reach(roots, reached)
        for file in files:
            if _module_name(file) not in reached:
                roots.append(file)
                self._reach([file], reached)
        return roots

    def _reach(self, files: list[ast.File], reached: set[str]) -> None:
        for file in files:
            if _module_name(file) not in reached:
                reached.add(_module_name(file))
                used = [d.module.text for d in file.declarations if isinstance(d, ast.Use)]
                self._reach([self.local[name] for name in used if name in self.local], reached)

    def is_module(self, file: ast.File) -> bool:
        """A project's file that somebody uses is a module of its own, not a part of the project's one namespace."""
        return _module_name(file) in self.wanted

    def _load(self, name: str) -> ast.File | None:
        if name not in self.loaded:
            self.loaded[name] = self._read(name)
        return self.loaded[name]

    def _read(self, name: str) -> ast.File | None:
        if not name.startswith("std."):
            return self.local.get(name)
        path = library_folder().joinpath(*name.split(".")[1:]).with_suffix(".kpi")
        if not path.is_file():
            return None
        file, found = parse_file(Source(f"{name.replace('.', '/')}.kpi", path.read_text("utf-8")))
        self.diagnostics.extend(found)
        return file

    def _known(self) -> list[str]:
        folder = library_folder()
        names = [".".join(("std", *p.relative_to(folder).with_suffix("").parts)) for p in sorted(folder.rglob("*.kpi"))]
        return [*names, *sorted(self.local.keys() & self.wanted)]


def _module_name(file: ast.File) -> str:
    return ".".join(Path(file.span.source.path).with_suffix("").parts)


def library(files: list[ast.File], diagnostics: Diagnostics) -> Library:
    """The modules that a project's files may use."""
    return Library(files, diagnostics)
