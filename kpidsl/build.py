"""`kpi build` without the command line. Comes in: a compiled project. Goes out: the files of `build/` as text by path, and what is left
out; `write` puts them on disk as a whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from kpidsl.compile import (
    Compiled,
    emit,
    journeys_of,
    plan_alert,
    plan_goal,
    plan_journey,
    plan_kpi,
    plan_query,
    plan_scorecard,
    resolve_alert,
    resolve_cohort,
    resolve_funnel,
    resolve_goal,
    resolve_journey,
    resolve_kpi,
    resolve_query,
    resolve_scorecard,
)
from kpidsl.config import Settings
from kpidsl.diagnostic import Diagnostic, KpiError, fail
from kpidsl.manifest import MARK, manifest
from kpidsl.matrix import files as matrix_files
from kpidsl.model.names import Entry
from kpidsl.plan.plan import Project, Sort, Statement
from kpidsl.reach import Reach
from kpidsl.record import dataclass, field, replace
from kpidsl.span import Span
from kpidsl.syntax import ast
from kpidsl.whole_folder import write_folder

Emit = Callable[[Statement, str], str]
T = TypeVar("T", bound=ast.Node)
NOT_OURS = "KPI170"
_NOT_YET = "KPI190"
_LATER: dict[type[ast.Node], str] = {
    ast.Materialize: "materialize",
}
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A declaration that has no SQL of its own, and why."""

    kind: str
    name: str
    why: str
    span: Span


@dataclass(slots=True)
class Build:
    """Texts by their path below the folder."""

    files: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # of statements, by what they are of


@dataclass(frozen=True, slots=True)
class _Item:
    """A query that gets a file per dialect, and a view where it is not a metric's. `written`: its columns, its SQL by dialect, and that of
    its view where it is another one."""

    kind: str
    name: str
    file: str
    written: Mapping[str, Any]
    view: str = ""


class Fresh:
    """Makes everything anew; a memory of what an earlier build wrote has the same two questions (emitted.py)."""

    def emit(self, statement: Statement, dialect: str) -> str:
        """The SQL of a plan."""
        return emit(statement, dialect)

    def written(self, _key: str, make: Callable[[], Any]) -> Any:
        """What is written under a key that stands for all that it depends on."""
        return make()


class Written(str):
    """JSON that is laid out already, for its place in the manifest."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """What every statement of a build is made with."""

    compiled: Compiled
    as_of: dt.date | None
    dialects: list[str]
    memory: Fresh
    reach: Reach
    made: Build

    def written(self, statement: Statement, emit: Emit) -> dict[str, Any]:
        unordered = {dialect: _for_view(statement, dialect) for dialect in self.dialects}
        return {
            "columns": _output(statement),
            "sql": {dialect: emit(statement, dialect) for dialect in self.dialects},
            "views": {dialect: emit(view, dialect) for dialect, view in unordered.items() if view is not statement},
        }

    def told(self, name: str, entry: Entry, make: Callable[[], dict[str, Any]]) -> Written:
        """What the manifest says of a metric; its place is told as well, which no statement says so exactly."""
        key = f"manifest {entry.name_span.column} {entry.decl.span.column} {self.reach.key(entry.decl, name)}"
        return Written(self.memory.written(key, lambda: _json(make(), 4)))

    def query(self, node: ast.Query, comment: str) -> dict[str, Any]:
        return self.written(plan_query(self.compiled, resolve_query(self.compiled, node, comment), self.as_of), emit)


@dataclass(frozen=True, slots=True)
class Kind:
    """Declarations of which each becomes a statement: `folder` under sql/DIALECT, what names one, and the way from its syntax to its
    plan. The view of a KPI is called kpi_NAME: the KPI itself has the name of its metric. `found`: the declarations of the project, and
    what it has without declaring it.
    """

    node: type[ast.Node]
    word: str
    folder: str
    named: Callable[[Any], ast.Node]
    planned: Callable[[Compiled, Any, dt.date | None, str], Statement]
    found: Callable[[Compiled], Iterable[ast.Node]] = lambda compiled: compiled.scope.declarations


def _plan_funnel(compiled: Compiled, decl: ast.Funnel, as_of: dt.date | None, comment: str) -> Statement:
    return plan_query(compiled, replace(resolve_funnel(compiled, decl), comment=comment), as_of)


def _plan_cohort(compiled: Compiled, decl: ast.Cohort, as_of: dt.date | None, comment: str) -> Statement:
    return plan_query(compiled, replace(resolve_cohort(compiled, decl), comment=comment), as_of)


KINDS = (
    Kind(ast.Goal, "goal", "goals", lambda decl: decl.name, lambda c, d, day, note: plan_goal(c, resolve_goal(c, d), day, note)),
    Kind(ast.Kpi, "kpi", "kpis", lambda decl: decl.metric, lambda c, d, day, note: plan_kpi(c, resolve_kpi(c, d), day, note)),
    Kind(ast.Funnel, "funnel", "funnels", lambda decl: decl.name, _plan_funnel),
    Kind(ast.Cohort, "cohort", "cohorts", lambda decl: decl.name, _plan_cohort),
    Kind(
        ast.Scorecard,
        "scorecard",
        "scorecards",
        lambda decl: decl.name,
        lambda c, d, day, note: plan_scorecard(c, resolve_scorecard(c, d), day, note),
    ),
    Kind(
        ast.Journey,
        "journey",
        "journeys",
        lambda decl: decl.name,
        lambda c, d, day, note: plan_journey(c, resolve_journey(c, d), day, note),
        journeys_of,
    ),
    Kind(ast.Alert, "alert", "alerts", lambda decl: decl.name, lambda c, d, day, note: plan_alert(c, resolve_alert(c, d), day, note)),
)
"""Beside metrics and reports, in the order in which they are built."""
WORDS = {"metrics": "metric", "reports": "report", **{kind.folder: "KPI" if kind.word == "kpi" else kind.word for kind in KINDS}}
"""Folders of statements, and what people call one of each."""


def build(
    compiled: Compiled,
    settings: Settings,
    as_of: dt.date | None,
    dialects: Iterable[str],
    memory: Fresh | None = None,
    page: Callable[[ast.Dashboard], str] | None = None,
) -> Build:
    """Everything that `build/` holds. KpiError with all that is wrong with the reports; what only this version cannot do is left out.
    `memory` may know what an earlier build wrote, `page` writes a board as HTML, where pages are wanted."""
    made = Build()
    dialects = sorted(set(dialects))
    memory = memory or Fresh()
    work = _Work(compiled, as_of, dialects, memory, Reach(compiled, (as_of, dialects)), made)
    aims = [item for kind in KINDS for item in _declared(work, kind)]
    items = [*_metrics(work), *_reports(work), *aims]
    made.counts = {word: sum(item.kind == folder for item in items) for folder, word in WORDS.items()}
    for dialect in dialects:
        for item in items:
            made.files[_path(item, dialect)] = f"{item.written['sql'][dialect]};\n"
        made.files[f"sql/{dialect}/views.sql"] = _views([item for item in items if item.kind != "metrics"], dialect)
    shown = _dashboards(compiled, settings, as_of, dialects, memory.emit, page, made)
    for decl in compiled.scope.declarations:
        if type(decl) in _LATER:
            made.left_out.append(LeftOut(_LATER[type(decl)], _title(decl), "not compiled yet", decl.span))
    made.files.update(matrix_files(compiled))
    document = manifest(compiled, settings, as_of, dialects, work.told)
    reports = _of_kind(compiled, ast.Report)
    document["reports"] = {item.name: _report(item, reports[item.name]) for item in items if item.kind == "reports"}
    for kind in KINDS:
        document[kind.folder] = {item.name: _described(item) for item in aims if item.kind == kind.folder}
    document["dashboards"] = shown
    document["left_out"] = [
        {"kind": out.kind, "name": out.name, "why": out.why, "place": {"file": out.span.source.path, "line": out.span.line}}
        for out in sorted(made.left_out, key=lambda out: (out.kind, out.name, out.span.source.path, out.span.start))
    ]
    document["files"] = sorted([*made.files, "manifest.json"])
    made.files["manifest.json"] = _json(document) + "\n"
    return made


def _path(item: _Item, dialect: str) -> str:
    return f"sql/{dialect}/{item.kind}/{item.file}.sql"


def _of_kind(compiled: Compiled, kind: type[T]) -> dict[str, T]:
    """The declarations of one kind by their names."""
    return {_title(decl): decl for decl in compiled.scope.declarations if isinstance(decl, kind)}


def _metrics(work: _Work) -> list[_Item]:
    """Each metric by itself, over all rows; one that has no value without a group-by is left out."""
    entries = {name: entry for (kind, name), entry in sorted(work.compiled.scope.entries.items()) if kind == "metric"}
    files = file_names(entries)
    items = []
    for name, entry in entries.items():
        span = entry.name_span
        node = ast.Query(span, (ast.Path(span, (ast.Ident(span, name),)),))
        try:
            make = partial(work.query, node, f"metric {name} ({span.source.path}:{span.line})")
            written = work.memory.written(work.reach.key(entry.decl, name), make)
        except KpiError as error:
            first = error.diagnostics[0]
            why = "not compiled yet" if first.code == _NOT_YET else f"no value for all rows at once: {first.message}"
            work.made.left_out.append(LeftOut("metric", name, why, span))
            continue
        items.append(_Item("metrics", name, files[name], written))
    return items


def _reports(work: _Work) -> list[_Item]:
    reports = _of_kind(work.compiled, ast.Report)
    files = file_names(reports)
    items = []
    problems: list[Diagnostic] = []
    for name, decl in sorted(reports.items()):
        try:
            make = partial(work.query, decl.query, f"report {name} ({decl.span.source.path}:{decl.span.line})")
            written = work.memory.written(work.reach.key(decl, name), make)
        except KpiError as error:
            if {found.code for found in error.diagnostics} == {_NOT_YET}:
                work.made.left_out.append(LeftOut("report", name, error.diagnostics[0].message, decl.span))
            else:
                left = [found for found in error.diagnostics if found.code != _NOT_YET]
                problems += [replace(found, span=found.span or decl.query.span) for found in left]
            continue
        items.append(_Item("reports", name, files[name], written))
    if problems:
        raise KpiError(*problems)
    return items


def _declared(work: _Work, kind: Kind) -> list[_Item]:
    """The declarations of one kind, each as its statement."""
    decls = {str(getattr(kind.named(decl), "text", "")): decl for decl in kind.found(work.compiled) if isinstance(decl, kind.node)}
    files = file_names(decls)
    items = []
    for name, decl in sorted(decls.items()):
        span = kind.named(decl).span
        try:
            statement = kind.planned(work.compiled, decl, work.as_of, f"{kind.word} {name} ({span.source.path}:{span.line})")
        except KpiError as error:
            if {found.code for found in error.diagnostics} != {_NOT_YET}:
                raise KpiError(*(replace(found, span=found.span or span) for found in error.diagnostics)) from None
            work.made.left_out.append(LeftOut(kind.word, name, error.diagnostics[0].message, decl.span))
            continue
        written = work.written(statement, work.memory.emit)
        items.append(_Item(kind.folder, name, files[name], written, f"{kind.word}_{name}"))
    return items


def _dashboards(
    compiled: Compiled,
    settings: Settings,
    as_of: dt.date | None,
    dialects: list[str],
    emit: Emit,
    page: Callable[[ast.Dashboard], str] | None,
    made: Build,
) -> dict[str, dict[str, Any]]:
    """A file for each board, and what the manifest says of it."""
    names = [decl.name.text for decl in compiled.scope.declarations if isinstance(decl, ast.Dashboard)]
    if not names:  # what writes boards is loaded for nothing else
        return {}
    from kpidsl.boards import boards
    from kpidsl.dashboard.schema import check

    files = file_names(names)
    found: dict[str, dict[str, Any]] = {}
    for each in boards(compiled, settings.locales, as_of, dialects, emit):
        name, document = each.decl.name.text, each.board.document
        check(document)
        path = f"dashboards/{files[name]}.json"
        made.files[path] = _json(document) + "\n"
        if page is not None:
            made.files[f"dashboards/{files[name]}.html"] = page(each.decl)
        made.left_out += [LeftOut(f"dashboard {name}: {tile.kind}", tile.name, tile.why, tile.span) for tile in each.left_out]
        where = {"file": each.decl.span.source.path, "line": each.decl.name.span.line}
        found[name] = {"audience": document["audience"], "elements": list(document["elements"]), "file": path, "place": where}
    made.counts["dashboard"] = len(found)
    return dict(sorted(found.items()))


def _described(item: _Item) -> dict[str, Any]:
    """What a statement gives, for the manifest."""
    return {"columns": item.written["columns"], "file": item.file}


def _output(statement: Statement) -> list[dict[str, str]]:
    return [
        {"name": c.name, "role": c.role, "type": c.type.kind, "unit": str(c.type.unit), "format": c.format, "label": c.label}
        for c in statement.columns
    ]


def _report(item: _Item, decl: ast.Report) -> dict[str, Any]:
    place = {"file": decl.span.source.path, "line": decl.span.line}
    return {
        "label": decl.label or "",
        "query": " ".join(decl.query.span.text.split()),
        "columns": item.written["columns"],
        "file": item.file,
        "place": place,
    }


_LINE = json.JSONEncoder(ensure_ascii=False).encode
_TEXT = json.encoder.encode_basestring
"""What that one does with a text, without asking what it is."""


def _json(value: Any, indent: int = 0) -> str:
    """JSON for people and for diffs: what is short and flat stands on one line."""
    if isinstance(value, str):
        return value if isinstance(value, Written) else _TEXT(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not inner or (indent and not any(isinstance(part, (dict, Written)) for part in inner)):
        line = _LINE(value)
        if not inner or len(line) + indent <= 100:
            return line
    blanks = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{blanks}{_TEXT(key)}: {_json(part, indent + 2)}" for key, part in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{' ' * indent}}}"
    return "[\n" + ",\n".join(blanks + _json(part, indent + 2) for part in value) + f"\n{' ' * indent}]"


def _title(decl: ast.Node) -> str:
    match decl:
        case ast.Materialize():
            return " ".join(decl.query.span.text.split())
        case _:
            return str(getattr(getattr(decl, "name", None), "text", ""))


# ---------------------------------------------------------------- views


def _views(items: list[_Item], dialect: str) -> str:
    """CREATE VIEW for everything that is not a metric's, each as its own statement."""
    parts = []
    names = _distinct([item.view or item.name for item in items], str.casefold)
    for item in items:
        name = _quoted(names[item.view or item.name], dialect)
        comment, body = _comment_and_body(item.written["views"].get(dialect) or item.written["sql"][dialect])
        head = {
            "sqlite": f"DROP VIEW IF EXISTS {name};\nCREATE VIEW {name} AS",
            "tsql": f"CREATE OR ALTER VIEW {name} AS",
        }.get(dialect, f"CREATE OR REPLACE VIEW {name} AS")
        end = ";\nGO\n" if dialect == "tsql" else ";\n"  # T-SQL wants each view in a batch of its own
        parts.append("\n".join([*comment, head, *body]) + end)
    return "\n".join(parts) or "-- the project has nothing that a view could show: no reports, goals or KPIs\n"


def _for_view(statement: Statement, dialect: str) -> Statement:
    """T-SQL refuses a view with an order; elsewhere the order of a view does no harm."""
    root = statement.root
    if dialect != "tsql":
        return statement
    if isinstance(root, Project) and isinstance(root.input, Sort):
        return replace(statement, root=replace(root, input=root.input.input))
    return replace(statement, root=root.input) if isinstance(root, Sort) else statement


def _comment_and_body(text: str) -> tuple[list[str], list[str]]:
    lines = text.split("\n")
    count = next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return lines[:count], lines[count:]


def _quoted(name: str, dialect: str) -> str:
    from kpidsl.sql.dialects import dialect_of
    from kpidsl.sql.names import Names
    from kpidsl.sql.printer import write as written

    row = dialect_of(dialect)
    return written(Names(row).identifier(name), row, pretty=False)


# ---------------------------------------------------------------- names of files


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A name for each that every file system takes, and that none takes for another's."""
    return _distinct(list(names), _safe)


def _distinct(names: list[str], change: Callable[[str], str]) -> dict[str, str]:
    """Each name as it is where it may stay so; else changed, with a mark that tells it from the others."""
    taken: dict[str, int] = {}
    for name in names:
        key = change(name).casefold()
        taken[key] = taken.get(key, 0) + 1
    found = {}
    for name in names:
        changed = change(name) if change is _safe else name
        if changed != name or taken[change(name).casefold()] > 1:
            changed = f"{changed}_{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        found[name] = changed
    return found


def _safe(name: str) -> str:
    """Letters, digits, `_` and `-`; at most 80 bytes; nothing that Windows keeps for itself."""
    kept = "".join(char if char.isalnum() or char in "_-" else "_" for char in unicodedata.normalize("NFC", name))
    kept = kept.encode("utf-8", "replace")[:80].decode("utf-8", "ignore") or "_"
    return f"_{kept}" if kept.casefold() in _RESERVED or kept.startswith("-") else kept


# ---------------------------------------------------------------- on disk


def write(files: dict[str, str], folder: Path) -> None:
    """The folder with exactly these files, in place of the one that an earlier build made. What goes wrong leaves that one as it was."""
    folder = Path(os.path.abspath(folder))
    _must_be_ours(folder)
    write_folder({path: as_bytes(text) for path, text in files.items()}, folder)


def as_bytes(text: str) -> bytes:
    """As it stands in the file."""
    return text.encode("utf-8", "backslashreplace")


def _must_be_ours(folder: Path) -> None:
    """KPI170 for a folder with files that no build of ours has written: they would be lost."""
    if not os.path.lexists(folder):
        return
    help = "name another folder: --output out"
    if folder.is_symlink() or not folder.is_dir():
        fail(NOT_OURS, f"{folder} is {'a link' if folder.is_symlink() else 'a file'}, and a build is a folder", help=help)
    there = set(_files_below(os.fsencode(folder)))
    if not there:
        return
    try:
        old = json.loads((folder / "manifest.json").read_text("utf-8"))
        known = set(old["files"]) if MARK in old else set()
    except (OSError, ValueError, KeyError, TypeError):  # no manifest, or not one of ours
        known = set()
    if strangers := sorted(there - known):
        listed = ", ".join(strangers[:3]) + (" …" if len(strangers) > 3 else "")
        note = f"`kpi build` replaces the whole folder, and did not write {listed}"
        fail(NOT_OURS, f"{folder} holds files that are not of a build", notes=(note,), help=f"move them away, or {help}")


def _files_below(folder: bytes, below: str = "") -> Iterator[str]:
    """What lies in a folder and is none itself. Names are as they were written, whatever encoding the locale takes them to be in."""
    with os.scandir(folder) as found:
        for entry in found:
            name = below + entry.name.decode("utf-8", "surrogateescape")
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path, f"{name}/")
            else:
                yield name
