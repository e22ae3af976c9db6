"""What should hold of a source's rows. Comes in: the model of a source. Goes out: `Check`s, each a condition that no row should meet, over
the fields of the source; they are counted together in one pass (`probe`), and the rows of one can be listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.data.rows import field_of, is_own, own_columns
from kpidsl.data.validity import Validity, validities, with_next_starts
from kpidsl.model.expr import BOOL, DATE, TEXT, Col, Expr, Field, Fn, Lit, all_of
from kpidsl.model.model import Column, JoinModel, SourceModel
from kpidsl.model.types import CURRENCIES
from kpidsl.model.units import Held
from kpidsl.plan.planner import Planner
from kpidsl.record import dataclass, replace

CURRENCY_NAMES = ("currency", "currency_code", "currency_iso", "iso_currency", "currencycode", "waehrung", "währung", "devise", "valuta")
_READS = {
    "int": "to_int",
    "number": "to_number",
    "decimal": "to_decimal",
    "bool": "to_bool",
    "date": "to_date",
    "timestamp": "to_timestamp",
}


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


def told_by(source: SourceModel, *first: str) -> tuple[str, ...]:
    """Columns that tell a row in an example: its key and time with the columns that it is about; personal data never."""
    names = dict.fromkeys((*source.key, *((source.time,) if source.time else ()), *first))
    return tuple(name for name in names if is_own(source, name) and not source.columns[name].pii)


class Checks:
    """The checks of one source. `typeless` engines keep any value in any column; `as_text` could not be read as declared."""

    def __init__(self, planner: Planner, source: SourceModel, typeless: bool, as_text: dict[str, Column]) -> None:
        self.planner, self.typeless, self.as_text = planner, typeless, as_text
        self.declared = source
        self.source = with_next_starts(planner.model, source)

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
        for valid in validities(self.planner.model, self.declared):
            yield from self._validity(valid)

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
        if isinstance(currency, Held):
            holder = currency.column if currency.source == source.name and not currency.path else ""
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

    def _validity(self, valid: Validity) -> Iterator[Check]:
        """Rows of one key that are valid at the same time, and rows that end before they start."""
        if {*valid.columns} & {*self.as_text}:
            return
        shows = told_by(self.source, *valid.columns)
        yield Check("backwards", f"{valid.ends}_too_early", valid.starts, valid.backwards(self.source), shows)
        yield Check("overlap", f"{valid.starts}_overlaps", valid.starts, valid.overlaps(self.source), shows)


def partner(role: str) -> str:
    """By what the target's keys go beside the rows."""
    return f"{role} keys"


def _known(value: Expr) -> Expr:
    return Fn("is_not_null", (value,), BOOL)


def _unknown(value: Expr) -> Expr:
    return Fn("is_null", (value,), BOOL)


def _all(*conditions: Expr) -> Expr:
    found = all_of(list(conditions))
    assert found is not None
    return found
