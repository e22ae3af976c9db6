"""What rows that fail a check mean, said to an analyst. Comes in: a source, what one pass found and a few example rows. Goes out:
diagnostics with the place in the project, how many rows, what it does to numbers, and the next step.
"""

from __future__ import annotations

from collections.abc import Sequence

from kpidsl.data.checks import Check
from kpidsl.data.places import Places
from kpidsl.data.probe import Seen
from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.model.model import JoinModel, Model, SourceModel
from kpidsl.model.rules import describe
from kpidsl.model.units import Held
from kpidsl.plan.origin import short
from kpidsl.report.width import cut, visible
from kpidsl.syntax import ast

NOT_UNIQUE, OVERLAP, MISSING, ORPHAN, BACKWARDS, CURRENCY, UNDATED = "KPI171", "KPI172", "KPI201", "KPI202", "KPI203", "KPI204", "KPI205"
EARLY, LATER = "KPI207", "KPI209"
WRONG_TYPE = "KPI164"
_WIDEST = 40
Examples = tuple[tuple[str, ...], list[tuple[object, ...]]]
"""Names of columns, and rows."""


class Findings:
    """Says what was found in one source."""

    def __init__(self, model: Model, places: Places, seen: Seen, typed: dict[str, str]) -> None:
        """`typed` says in which type columns are declared that had to be read as text."""
        self.model, self.places, self.seen, self.typed = model, places, seen, typed
        self.source: SourceModel = seen.source

    def repeats(self, examples: Examples | None) -> Diagnostic:
        """The declared key is not one."""
        key = _listed(self.source.key)
        joined = [f"`{owner}.{role}`" for owner, role, _ in joins_to(self.model, self.source.name)]
        counted = f"each is counted, so sums and counts of `{self._name}` may be too high"
        twice = f"; {_listed(joined, 3, ticks=False)} finds several rows for one, and counts its own rows once for each" if joined else ""
        return Diagnostic(
            NOT_UNIQUE,
            f"{key} is the key of `{self._name}`, and {self._rows(self.seen.repeats)} {_verb(self.seen.repeats, 'repeats', 'repeat')} "
            "a key that another row has",
            self.places.key(self.source),
            label="declared as the key",
            notes=(counted + twice, *_examples(examples)),
            help="take the copies out before the data gets here, or write what tells rows apart: `key …` may list several columns",
        )

    def failing(self, check: Check, examples: Examples | None) -> Diagnostic:
        """A check that some rows fail."""
        count = self.seen.failing[check.name]
        made: Diagnostic = getattr(self, f"_{check.kind}")(check, count, _examples(examples))
        return made

    # ------------------------------------------------------------ one for each kind of check

    def _missing(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        column = self.source.columns[check.subject]
        if check.subject in self.source.key:
            return Diagnostic(
                MISSING,
                f"{self._rows(count)} of `{self._name}` {_verb(count, 'has', 'have')} no `{check.subject}`, which is its key",
                self.places.key(self.source),
                label="declared as the key",
                notes=("nothing tells such rows apart: no join finds them, and latest-row metrics pick one of them by chance", *examples),
                help="fill them where the data comes from, or leave such rows out there",
            )
        return Diagnostic(
            MISSING,
            f"`{check.subject}` is declared `not null`, and {self._rows(count)} {_verb(count, 'has', 'have')} none",
            column.span,
            label="declared here",
            notes=("conditions on it were written as if it were always there, so such rows fall out of some numbers", *examples),
            help="fill them where the data comes from, or take `not null` away",
        )

    def _undated(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        return Diagnostic(
            UNDATED,
            f"{self._rows(count)} of `{self._name}` {_verb(count, 'has', 'have')} no `{check.subject}`, which is its time",
            self.places.time(self.source),
            label="declared as the time",
            notes=(
                "they count in totals without a range, and in no day, month or year: the periods add up to less than the whole",
                *examples,
            ),
            help="fill the time where the data comes from, or name another column that every row has",
            severity=Severity.WARNING,
        )

    def _misfit(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        column = self.source.columns[check.subject]
        declared = self.typed.get(check.subject) or describe(column.type)
        return Diagnostic(
            WRONG_TYPE,
            f"`{check.subject}` is declared as {declared}, and {self._rows(count)} {_verb(count, 'holds', 'hold')} something else",
            column.span,
            label="declared here",
            notes=("a query that reads such a row stops, or counts it wrongly", *examples),
            help="mend the data, or declare the column as text and convert it in a computed column, which gives null for what does not fit",
        )

    def _no_currency(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        column = self.source.columns[check.subject]
        currency = column.type.unit.currency
        holder = currency.column if isinstance(currency, Held) else ""
        return Diagnostic(
            CURRENCY,
            f"{self._rows(count)} of `{self._name}` {_verb(count, 'has', 'have')} an amount whose `{holder}` is no currency of ISO 4217",
            column.span,
            label=f"its currency stands in `{holder}`",
            notes=("no rate is found for such an amount, so it is missing in every number that is converted", *examples),
            help="write codes such as EUR, in capital letters, where the data comes from, or mend them in a computed column",
        )

    def _other_currency(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        column = self.source.columns[check.subject]
        currency = column.type.unit.currency or ""
        holder = next(name for name in check.shows if name not in self.source.key and name != self.source.time)
        return Diagnostic(
            CURRENCY,
            f"`{check.subject}` is declared in {currency}, and {self._rows(count)} {_verb(count, 'says', 'say')} another currency",
            column.span,
            label="declared here",
            labels=(Label(self.source.columns[holder].span, "the currency of a row"),),
            notes=(f"a sum of it adds amounts of several currencies as if they were {currency}", *examples),
            help=f"declare {check.subject}: money({holder}), and convert it to one currency with convert(…)",
        )

    def _orphan(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        join = self.source.joins[check.role]
        optional = join.kind == "during"  # not everybody has a plan, a contract or a price of their own
        return Diagnostic(
            ORPHAN,
            f"{self._rows(count)} of `{self._name}` {_verb(count, 'finds', 'find')} no row of `{short(join.target)}` "
            f"by {_listed([left for left, _ in join.on])}",
            join.span,
            label=f"{_share(count, self.seen.rows)} of the rows",
            notes=(
                f"no row is lost: they stay in every total, and stand in the group without a name when you split by a column of "
                f"`{check.role}`; a filter on one leaves them out",
                *examples,
            ),
            help=f"load what is missing in `{short(join.target)}`, or mend {_listed([left for left, _ in join.on])} where it comes from",
            severity=Severity.HINT if optional else Severity.WARNING,
        )

    def _overlap(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        owner, role, join = self._as_of(check)
        same = _listed([right for _, right in join.on])
        return self._in_force(
            OVERLAP,
            check,
            f"{self._rows(count)} of `{self._name}` still {_verb(count, 'holds', 'hold')} when the next one of the same {same} begins",
            "the next row starts before this one ends",
            (f"where two are in force, `{owner}.{role}` takes the one that begins later (S20); the other counts for nothing", *examples),
            "end each row where the next one begins: the end itself is not part of the validity",
        )

    def _backwards(self, check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        owner, role, _ = self._as_of(check)
        note = f"such a row is never in force: `{owner}.{role}` does not find it, and its rows stand in the group without a name"
        return self._in_force(
            BACKWARDS,
            check,
            f"{self._rows(count)} of `{self._name}` {_verb(count, 'ends', 'end')} before {_verb(count, 'it starts', 'they start')}",
            "the start of the validity",
            (note, *examples),
            "mend the start or the end where the data comes from",
        )

    def _in_force(self, code: str, check: Check, message: str, label: str, notes: tuple[str, ...], help: str) -> Diagnostic:
        """A finding on rows that are valid for some time, at the join that takes the one in force."""
        return Diagnostic(
            code,
            message,
            self._as_of(check)[2].span,
            label="takes the row in force",
            labels=(Label(self.source.columns[check.subject].span, label),),
            notes=notes,
            help=help,
            severity=Severity.WARNING,
        )

    def _later(self, _check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        today = self.seen.extent.today if self.seen.extent else "today"
        return Diagnostic(
            LATER,
            f"{self._rows(count)} of `{self._name}` {_verb(count, 'is', 'are')} later than {today}, the day that counts as today",
            self.places.time(self.source),
            notes=("they are not seen until that day comes (S14)", *examples),
            help="look whether their time is right; --as-of DATE moves today",
            severity=Severity.HINT,
        )

    def _early(self, _check: Check, count: int, examples: Sequence[str]) -> Diagnostic:
        return Diagnostic(
            EARLY,
            f"{self._rows(count)} of `{self._name}` {_verb(count, 'is', 'are')} older than {self.source.begins}, where it is said to begin",
            self.places.of(self.source, ast.Begins),
            notes=("before that day its sums and counts are unknown (S5), although there are rows", *examples),
            help="move `begins` to the day from which the data is complete, or leave the older rows out where the data comes from",
            severity=Severity.WARNING,
        )

    # ------------------------------------------------------------ words

    @property
    def _name(self) -> str:
        return short(self.source.name)

    def _rows(self, count: int) -> str:
        """`3 of 1,000 rows`."""
        return f"{count:,} of {self.seen.rows:,} row{'' if self.seen.rows == 1 else 's'}"

    def _as_of(self, check: Check) -> tuple[str, str, JoinModel]:
        """The first join that looks at the validity."""
        return next(found for found in joins_to(self.model, self.source.name) if found[2].starts == check.subject)


def joins_to(model: Model, name: str) -> list[tuple[str, str, JoinModel]]:
    """Owner, role and join of everything that joins to a source."""
    return [
        (short(owner.name), role, join)
        for owner in model.sources.values()
        for role, join in owner.joins.items()
        if join.target == name and not join.hidden
    ]


def _listed(names: Sequence[str], most: int = 9, ticks: bool = True) -> str:
    shown = [f"`{name}`" if ticks else name for name in names[:most]]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (" and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 and not more else ", ".join(shown)) + more


def _verb(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _share(count: int, rows: int) -> str:
    share = 100 * count / max(rows, 1)
    return "less than 0.1%" if share < 0.1 else f"{share:.1f}%"


def _examples(examples: Examples | None) -> tuple[str, ...]:
    """One note with a line for each row: `order_id 7, amount 12.50`."""
    if examples is None or not examples[1]:
        return ()
    names, rows = examples
    lines = [", ".join(f"{name} {_cell(value)}" for name, value in zip(names, row, strict=True)) for row in rows]
    return ("\n".join(["for example:", *lines]),)


def _cell(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return f"“{cut(visible(value), _WIDEST)}”"
    return cut(visible(str(value)), _WIDEST)
