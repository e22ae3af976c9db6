"""What should hold of a source's rows. Comes in: the model of a source. Goes out: `Check`s, each a condition that no row should meet, over
the fields of the source; they are counted together in one pass (`probe`), and the rows of one can be listed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kpidsl.model.expr import BOOL, DATE, TEXT, TIMESTAMP, Col, Expr, Field, Fn, Lit, Over, all_of, walk
from kpidsl.model.model import Column, JoinModel, Model, SourceModel
from kpidsl.model.types import CURRENCIES
from kpidsl.plan.planner import Planner

CURRENCY_NAMES = ("currency", "currency_code", "currency_iso", "iso_currency", "currencycode", "waehrung", "währung", "devise", "valuta")
_READS = {
    "int": "to_int",
    "number": "to_number",
    "decimal": "to_decimal",
    "bool": "to_bool",
    "date": "to_date",
    "timestamp": "to_timestamp",
}
_LONG_AGO = dt.date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that no row should meet.

    kind: missing (no value where one must be), undated, misfit (not of the declared type), orphan (a join finds nothing), overlap and
    backwards (validity), later (than today), early (before `begins`), no_currency, other_currency. `subject` is the column or role that it
    is about, `shows` are the columns that tell an example row; `role` is the join whose target's keys stand beside the rows.
    """

    kind: str
    name: str
    subject: str
    fails: Expr
    shows: tuple[str, ...]
    role: str = ""


def own_columns(source: SourceModel) -> list[Column]:
    """Columns that a row holds itself, or computes from what it holds: nothing that needs other rows or another source."""
    return [column for column in source.columns.values() if is_own(source, column.name)]


def is_own(source: SourceModel, name: str) -> bool:
    """Whether a column comes from the row alone."""
    if name not in source.columns:
        return False
    expr = source.columns[name].expr
    if expr is None or source.base is not None:
        return True
    if any(isinstance(part, Over) for part in walk(expr)):
        return False
    reads = [part for part in walk(expr) if isinstance(part, Field)]
    return not any(f.path or f.name in source.aggregates or (f.name != name and not is_own(source, f.name)) for f in reads)


def field_of(source: SourceModel, name: str) -> Field:
    return Field((), name, source.columns[name].type)


def told_by(source: SourceModel, *first: str) -> tuple[str, ...]:
    """Columns that tell a row in an example: its key and time with the columns that it is about; personal data never."""
    names = dict.fromkeys((*source.key, *((source.time,) if source.time else ()), *first))
    return tuple(name for name in names if is_own(source, name) and not source.columns[name].pii)


class Checks:
    """The checks of one source. `typeless` engines keep any value in any column; `as_text` could not be read as declared."""

    def __init__(self, planner: Planner, source: SourceModel, typeless: bool, as_text: dict[str, Column]) -> None:
        self.planner, self.typeless, self.as_text = planner, typeless, as_text
        self.declared = source
        self.source = _with_next_starts(planner.model, source)

    def all(self) -> list[Check]:
        """Every check, under a name of its own."""
        found: list[Check] = []
        taken: set[str] = set()
        for check in self._found():
            name, number = check.name, 2
            while name.casefold() in taken:
                name, number = f"{check.name}_{number}", number + 1
            taken.add(name.casefold())
            found.append(replace(check, name=name))
        return found

    def _found(self) -> Iterator[Check]:
        source = self.source
        yield from self._values()
        yield from self._times()
        for role, join in source.joins.items():
            yield from self._orphans(role, join)
        for starts, ends, keys in validities(self.planner.model, source.name):
            yield from self._validity(starts, ends, keys)

    # ------------------------------------------------------------ values

    def _values(self) -> Iterator[Check]:
        source = self.source
        if source.base is not None:
            return
        for column in own_columns(self.declared):
            this = field_of(source, column.name)
            if column.name in self.as_text:
                yield self._unreadable(column.name)
                continue
            if (column.not_null or column.name in source.key) and column.name != source.time:
                yield Check("missing", f"{column.name}_missing", column.name, _unknown(this), told_by(source))
            if self.typeless and column.physical is not None and not source.members:
                misfit = _all(_known(this), Fn("not", (Fn("holds", (this,), BOOL),), BOOL))
                yield Check("misfit", f"{column.name}_misfit", column.name, misfit, told_by(source, column.name))
            yield from self._currency(column)

    def _unreadable(self, name: str) -> Check:
        """A column of a text file with cells that are not of its type, read as the text that they are."""
        declared = self.as_text[name].type
        this = Field((), name, TEXT)
        read = Fn(_READS[declared.kind], (this,), declared, declared.precision or ())
        return Check("misfit", f"{name}_misfit", name, _all(_known(this), _unknown(read)), told_by(self.source, name))

    def _currency(self, column: Column) -> Iterator[Check]:
        """An amount has a currency that exists; a column with codes beside a fixed currency holds no other."""
        source = self.source
        currency = column.type.unit.currency
        if currency is None or column.expr is not None:
            return
        amount = field_of(source, column.name)
        if currency.startswith(f"@{source.name}."):
            holder = currency[len(source.name) + 2 :]
            if is_own(source, holder):
                codes = field_of(source, holder)
                known = Fn("in", (codes, *(Lit(code, TEXT) for code in sorted(CURRENCIES))), BOOL)
                fails = _all(_known(amount), Fn("not", (known,), BOOL))
                yield Check("no_currency", f"{column.name}_currency", column.name, fails, told_by(source, holder, column.name))
        elif currency in CURRENCIES:
            for other in source.columns.values():
                if other.name in source.key:  # a table of rates: what one unit of each currency costs
                    continue
                if other.name.casefold() in CURRENCY_NAMES and other.type.kind == "text" and other.physical is not None:
                    codes = field_of(source, other.name)
                    fails = _all(_known(amount), _known(codes), Fn("ne", (codes, Lit(currency, TEXT)), BOOL))
                    yield Check("other_currency", f"{column.name}_currency", column.name, fails, told_by(source, other.name, column.name))

    # ------------------------------------------------------------ times

    def _times(self) -> Iterator[Check]:
        source = self.source
        if source.time is None or not is_own(source, source.time) or source.time in self.as_text:
            return
        moment = field_of(source, source.time)
        shows = told_by(source)
        yield Check("undated", f"{source.time}_missing", source.time, _unknown(moment), shows)
        day = self.planner.day(moment)
        if not self.planner.sees_only_past(source):
            yield Check("later", "later_than_today", source.time, Fn("gt", (day, self.planner.today()), BOOL), shows)
        if source.begins is not None:
            yield Check("early", "before_begins", source.time, Fn("lt", (day, Lit(source.begins, DATE)), BOOL), shows)

    # ------------------------------------------------------------ joins

    def _orphans(self, role: str, join: JoinModel) -> Iterator[Check]:
        """Rows whose key is there and is no key of the target. The nearest row of `join last` and `join first` may well be missing."""
        target = self.planner.model.sources[join.target]
        lefts = [left for left, _ in join.on]
        if join.hidden or join.kind not in ("one", "during") or {*lefts} & {*self.as_text}:
            return
        if not all(is_own(self.source, left) for left in lefts) or not all(is_own(target, right) for _, right in join.on):
            return
        known = [_known(field_of(self.source, left)) for left in lefts]
        missing = _unknown(Col(partner(role), join.on[0][1], target.columns[join.on[0][1]].type))
        yield Check("orphan", f"{role}_not_found", role, _all(*known, missing), told_by(self.source, *lefts), role)

    def _validity(self, starts: str, ends: str, keys: tuple[str, ...]) -> Iterator[Check]:
        """Rows of one key that are valid at the same time, and rows that end before they start."""
        source = self.source
        if _next(starts) not in source.columns or {starts, ends, *keys} & {*self.as_text}:
            return
        start, end = field_of(source, starts), field_of(source, ends)
        yield Check("backwards", f"{ends}_too_early", starts, Fn("lt", (end, start), BOOL), told_by(source, *keys, starts, ends))
        following = Field((), _next(starts), source.columns[_next(starts)].type)
        open_end = Fn("or", (_unknown(end), Fn("lt", (following, end), BOOL)), BOOL)
        known = [_known(field_of(source, key)) for key in keys]
        fails = _all(*known, _lasting(start, end), _known(following), open_end)
        yield Check("overlap", f"{starts}_overlaps", starts, fails, told_by(source, *keys, starts, ends))


def partner(role: str) -> str:
    """By what the target's keys go beside the rows."""
    return f"{role} keys"


def validities(model: Model, name: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Start, end and key columns of a source by which others join the row in force."""
    found = [
        (join.starts, join.ends, tuple(right for _, right in join.on))
        for source in model.sources.values()
        for join in source.joins.values()
        if join.kind == "during" and join.target == name and join.starts and join.ends
    ]
    return list(dict.fromkeys(found))


def _with_next_starts(model: Model, source: SourceModel) -> SourceModel:
    """The source with the start of the next row of the same key beside each row, where it holds validities."""
    added: dict[str, Column] = {}
    for starts, ends, keys in validities(model, source.name):
        if not all(is_own(source, name) for name in (starts, ends, *keys)) or source.members or source.base is not None:
            continue
        start, end = field_of(source, starts), field_of(source, ends)
        first = Fn("coalesce", (start, _long_ago(start)), start.type)
        partition = (*(field_of(source, key) for key in keys), _lasting(start, end))
        over = Over("lead", (first,), start.type, partition, ((first, False),))
        added[_next(starts)] = Column(_next(starts), start.type, source.span, expr=over)
    return replace(source, columns={**source.columns, **added}) if added else source


def _next(starts: str) -> str:
    return f"next {starts}"


def _lasting(start: Field, end: Field) -> Expr:
    """Whether a validity holds any moment: an empty one hides nothing and overlaps nothing."""
    return Fn("or", (_unknown(start), _unknown(end), Fn("lt", (start, end), BOOL)), BOOL)


def _long_ago(start: Field) -> Lit:
    return Lit(_LONG_AGO, start.type) if start.type.kind == "date" else Lit(dt.datetime.combine(_LONG_AGO, dt.time()), TIMESTAMP)


def _known(value: Expr) -> Expr:
    return Fn("is_not_null", (value,), BOOL)


def _unknown(value: Expr) -> Expr:
    return Fn("is_null", (value,), BOOL)


def _all(*conditions: Expr) -> Expr:
    found = all_of(list(conditions))
    assert found is not None
    return found
