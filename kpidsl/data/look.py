"""Looks at the data of a whole project. Comes in: a compiled project and a database that answers statements. Goes out: everything that
does not hold of the rows, and how many were looked at. Each source is read once; a few rows more where something was found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kpidsl.data import personal
from kpidsl.data.coverage import Coverage
from kpidsl.data.database import Database
from kpidsl.data.findings import Examples, Findings
from kpidsl.data.places import Places, place_of
from kpidsl.data.probe import Probe, Seen
from kpidsl.data.rows import field_of, is_own
from kpidsl.data.stored import missing_columns, other_types
from kpidsl.diagnostic import Diagnostic, KpiError, Severity
from kpidsl.engines.base import BadCellError
from kpidsl.model.expr import TEXT
from kpidsl.model.model import Column, Model, SourceModel, Sources
from kpidsl.model.rules import describe
from kpidsl.plan.origin import origin, owners_of, short
from kpidsl.plan.plan import FileRef, Limit, OutputColumn, Project, SqlRef, Statement
from kpidsl.plan.planner import Planner
from kpidsl.plan.rows import Rows
from kpidsl.record import dataclass, field, replace
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.compile import Compiled

PERSONAL = "KPI211"
_PLAIN_OPTIONS = ("delim", "sep", "delimiter", "header", "quote", "escape", "encoding", "skip", "compression", "nullstr", "filename")
"""Options of text files that leave a value as the text it is: with others, only the engine knows how a value is written."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, and the sources that were read, by name."""

    found: list[Diagnostic]
    seen: dict[str, Seen]

    @property
    def rows(self) -> int:
        """Rows that were looked at; those of a coarser grain or a union are rows that were counted already."""
        return sum(seen.rows for seen in self.seen.values() if seen.source.is_read)


def look(compiled: Compiled, database: Database, as_of: dt.date | None, known: Mapping[str, Diagnostic] | None = None) -> Looked:
    """Every source of the project, one after another, but those of which something is `known` that keeps them from being read."""
    looker = _Looker(compiled, database, as_of, dict(known or {}))
    for source in list(compiled.model.sources.values()):
        looker.source(source.name)
    looker.found += Coverage(compiled.model, looker.places, looker.seen).findings()
    return Looked(list(dict.fromkeys(looker.found)), looker.seen)


@dataclass
class _Looker:
    compiled: Compiled
    database: Database
    as_of: dt.date | None
    known: dict[str, Diagnostic] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # sources that cannot be read
    as_text: dict[str, dict[str, Column]] = field(default_factory=dict)  # per source, columns with cells that are not of their type
    cells: dict[tuple[str, str], Diagnostic] = field(default_factory=dict)  # and the first such cell

    def __post_init__(self) -> None:
        self.model: Model = self.compiled.model
        self.places = Places(self.compiled)
        self.found += self.known.values()
        self.broken |= self.known.keys()
        for source in self.model.sources.values():
            self._compare(source)
        changed = True
        while changed:  # what is made of a broken source is broken, too
            below = {s.name for s in self.model.sources.values() if {s.base, *s.members} & self.broken} - self.broken
            self.broken |= below
            changed = bool(below)

    # ------------------------------------------------------------ what is declared beside what is there

    def _compare(self, source: SourceModel) -> None:
        """Missing tables, files and columns, and columns of another type."""
        if source.base is not None or source.members or source.name in self.known:
            return
        where = origin(source)
        if isinstance(where, SqlRef):
            return
        try:
            there = self.database.columns(where)
        except KpiError as error:
            self.found += [replace(d, span=d.span or place_of(source)) for d in self.database.explained(error, [where]).diagnostics]
            self.broken.add(source.name)
            return
        missing = missing_columns(source, where, there, self.database.dialect)
        if missing:
            self.found += self.database.explained(KpiError(*missing), [where]).diagnostics
            self.broken.add(source.name)
        elif not self.database.typeless and not (isinstance(where, FileRef) and where.format == "csv"):
            wrong = other_types(source, where, there, self.database.dialect)
            self.found += wrong
            if wrong:
                self.broken.add(source.name)

    # ------------------------------------------------------------ the rows

    def source(self, name: str) -> None:
        """One pass over a source, once more for each column of a text file that cannot be read as declared."""
        while name not in self.broken:
            probe = self._probe(name)
            statement = probe.statement()
            try:
                values = self.database.rows(statement)[0]
            except KpiError as error:
                origins = _origins(statement)
                if isinstance(error, BadCellError) and self._read_as_text(error, origins):
                    continue
                self.found += [
                    replace(d, span=d.span or place_of(self.model.sources[name]))
                    for d in self.database.explained(error, origins).diagnostics
                ]
                self.broken.add(name)
                return
            self._judge(probe, replace(probe.read(values), source=self.compiled.model.sources[name]))
            return

    def _probe(self, name: str) -> Probe:
        source = self.model.sources[name]
        joins = {
            role: join
            for role, join in source.joins.items()
            if join.target not in self.broken and not {right for _, right in join.on} & self.as_text.get(join.target, {}).keys()
        }
        planner = Planner(self.model, self.as_of)
        return Probe(planner, replace(source, joins=joins), self.database.typeless, self.as_text.get(name, {}))

    def _read_as_text(self, error: BadCellError, origins: Sequence[object]) -> bool:
        """Takes the column of a cell for text in every source that reads the file; whether there was one to take."""
        owners = owners_of(self.model)
        changed = False
        for where in origins:
            if not isinstance(where, FileRef) or not _same_file(where, error.file):
                continue
            for source in owners.get(where, []):
                for column in source.columns.values():
                    if column.physical is None or column.physical.casefold() != error.column.casefold() or column.type == TEXT:
                        continue
                    at = self.database.explained(error, [origin(self.compiled.model.sources[source.name])]).diagnostics
                    mine = [d for d in at if d.span == column.span]
                    self.cells[source.name, column.name] = mine[0] if mine else at[0]
                    self.as_text.setdefault(source.name, {})[column.name] = column
                    changed = True
        if changed:
            sources = Sources({name: self._with_texts(source) for name, source in self.model.sources.items()})
            self.model = replace(self.model, sources=sources)
        return changed

    def _with_texts(self, source: SourceModel) -> SourceModel:
        """Columns that are read as text, and without those that are computed from them."""
        columns = {name: replace(column, type=TEXT) for name, column in self.as_text.get(source.name, {}).items()}
        return replace(source, columns={**source.columns, **columns}) if columns else source

    # ------------------------------------------------------------ what it means

    def _judge(self, probe: Probe, seen: Seen) -> None:
        name = seen.source.name
        self.seen[name] = seen
        typed = {column: describe(declared.type) for column, declared in self.as_text.get(name, {}).items()}
        say = Findings(self.compiled.model, self.places, seen, typed)
        if seen.repeats:
            self.found.append(say.repeats(self._shown(probe.repeated())))
        for check in seen.checks:
            cell = self.cells.get((name, check.subject)) if check.kind == "misfit" else None
            if cell is not None and not self._is_plain(seen.source):
                self.found.append(cell)
            elif seen.failing[check.name]:
                made = say.failing(check, self._shown(probe.examples(check)))
                if cell is not None:
                    notes = (f"{_rows(seen.failing[check.name], seen.rows)} such a value", *made.notes[1:])
                    made = replace(cell, notes=notes)
                self.found.append(made)
            elif cell is not None:
                self.found.append(cell)
        self.found += self._personal(seen.source)

    def _is_plain(self, source: SourceModel) -> bool:
        where = origin(source)
        asked = source.origin.options if isinstance(source.origin, ast.FromFile) else ()
        return isinstance(where, FileRef) and all(arg.name is not None and arg.name.text in _PLAIN_OPTIONS for arg in asked)

    def _shown(self, statement: Statement | None) -> Examples | None:
        """Example rows; where they cannot be had, the finding stands without."""
        if statement is None:
            return None
        try:
            return tuple(column.name for column in statement.columns), self.database.rows(statement)
        except KpiError:  # what keeps them from being read is said where the rows are counted
            return None

    def _personal(self, source: SourceModel) -> Iterator[Diagnostic]:
        """Hints at columns that look like personal data and are not declared so."""
        if source.base is not None or source.members:
            return
        texts = [column for column in source.columns.values() if column.type.kind in ("text", "date") and column.physical is not None]
        unsaid = [column for column in texts if not column.pii]
        named = {column.name: what for column in unsaid if (what := personal.by_name(column.physical or column.name))}
        named = {name: what for name, what in named.items() if source.columns[name].type.kind == "text" or what == "birthdays"}
        others = [column for column in unsaid if column.name not in named and column.type.kind == "text"]
        values = self._sample(source, others)
        for column in unsaid:
            what, why = named.get(column.name, ""), "by its name"
            if not what:
                what, why = personal.by_values(values.get(column.name, ())), "by its values"
            if what:
                yield Diagnostic(
                    PERSONAL,
                    f"`{short(source.name)}.{column.name}` seems to hold {what}, {why}",
                    column.span,
                    label="not declared as personal data",
                    notes=("anybody who may ask a query can list its values",),
                    help=f"if it is personal, write {column.name}: {column.type.kind} {{ pii }}: it is never shown then; "
                    f'if it is not, turn this hint off in kpi.toml: [lint] {PERSONAL} = "off"',
                    severity=Severity.HINT,
                )

    def _sample(self, source: SourceModel, columns: list[Column]) -> dict[str, list[object]]:
        """The first values of some columns, for the eyes of this program only."""
        if not columns or not all(is_own(source, column.name) for column in columns):
            return {}
        rows = Rows(Planner(self.model, self.as_of), self.model.sources[source.name])
        shown = tuple((column.name, rows.lower(field_of(source, column.name))) for column in columns)
        root = Limit(Project(rows.relation(limited=False), shown), personal.SAMPLE)
        outputs = tuple(OutputColumn(name, "group", expr.type) for name, expr in shown)
        statement = Statement(root, outputs, f"the first rows of {source.name}, in search of personal data")
        try:
            lines = self.database.rows(statement)
        except KpiError as error:
            self.found += [replace(d, span=d.span or place_of(source)) for d in error.diagnostics]
            return {}
        return {column.name: [line[at] for line in lines] for at, column in enumerate(columns)}


def _rows(count: int, rows: int) -> str:
    return f"{count:,} of {rows:,} rows {'holds' if count == 1 else 'hold'}"


def _origins(statement: Statement) -> list[object]:
    from kpidsl.sql.emit import scans_of

    return [scan.origin for scan in scans_of(statement)]


def _same_file(where: FileRef, named: str) -> bool:
    return named.endswith(where.path.lstrip("./")) or any(sign in where.path for sign in "*?[")
