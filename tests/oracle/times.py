"""What hypothesis asks of the shop over time: rows around the turns of months and years, calendars, sources that begin late or are complete
to a day, metrics of every kind under every function over time, any range, any today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from tests.oracle.naive import Agg, At, Compare, Condition, Dim, Formula, Growth, Metric, Moved, Query, Share, Value, Where, World
from tests.oracle.refusals import holds, whole_periods
from tests.oracle.shop import (
    CENTS,
    CHANNEL,
    CHANNELS,
    COUNTABLE,
    COUNTRIES,
    COUNTS,
    GRAINS,
    IDS,
    KEYS,
    LAND,
    MONEY,
    ORDER_MONTH,
    PAID,
    SOURCES,
    STATUS,
    STATUSES,
    TEXT,
    TIER,
    keyed,
    metric_text,
    numbered,
)
from tests.oracle.when import DEFAULT, PERIODS, Calendar, Edge, Running, Shift, ToDate, Trailing


def _days(*texts: str) -> list[dt.date]:
    return [dt.date.fromisoformat(text) for text in texts]


TURNS = _days(
    *("2024-12-31", "2025-01-01", "2025-01-15", "2025-02-28", "2025-03-01", "2025-03-31", "2025-07-01", "2025-12-28", "2025-12-29"),
    *("2025-12-31", "2026-01-01", "2026-01-04", "2026-01-05", "2026-01-15", "2026-01-30", "2026-01-31", "2026-02-01", "2026-02-14"),
    *("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-30", "2026-03-31", "2026-04-01", "2026-04-15", "2026-05-31"),
)
DAYS = st.sampled_from([None, *TURNS, *TURNS[9:], *TURNS[9:]])  # mostly where most ranges lie
MOMENTS = st.builds(
    lambda day, hour: None if day is None else dt.datetime.combine(day, dt.time(hour, 59 if hour else 0)),
    DAYS,
    st.sampled_from([0, 11, 23]),
)
TODAYS = st.sampled_from(
    _days("2026-04-15", "2026-03-30", "2026-03-31", "2026-07-01") * 3
    + _days("2026-02-28", "2026-02-14", "2026-03-01", "2026-01-31", "2026-01-04", "2025-12-31", "2024-06-30")
)
TABLES = st.fixed_dictionaries(
    {
        "people": keyed(1, IDS, COUNTRIES, st.sampled_from([None, 1, 2])),
        "orders": numbered(DAYS, KEYS, KEYS, STATUSES, CENTS, COUNTS, most=16),
        "visits": st.just([]),
        "areas": st.just([]),
        "plans": st.just([]),
        "refunds": numbered(MOMENTS, KEYS, CENTS, most=12),
        "spend": keyed(2, DAYS, CHANNELS, COUNTRIES, CENTS, most=12),
        "subs": numbered(DAYS, DAYS, KEYS, st.sampled_from([None, "free", "pro"]), CENTS, most=12),
        "balances": keyed(2, st.sampled_from([1, 2]), st.sampled_from(TURNS), KEYS, CENTS, most=12),
    }
)

# ---------------------------------------------------------------- shops


@dataclass(frozen=True)
class Shop:
    """The shop under a calendar; coverage are sources with the first and the last day of their data."""

    calendar: Calendar = DEFAULT
    coverage: tuple[tuple[str, dt.date | None, dt.date | None], ...] = ()

    @property
    def text(self) -> str:
        week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[self.calendar.week - 1]
        year = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
        made = f"calendar {{ week starts {week}  year starts {year[self.calendar.year - 1]} }}\n{TEXT}"
        for source, begins, complete in self.coverage:
            said = (f" begins {begins}" if begins else "") + (f" complete through {complete}" if complete else "")
            made = made.replace(f"source {source} from {source} {{", f"source {source} from {source} {{{said}\n")
        return made

    def world(self, tables: dict[str, list[tuple[Value, ...]]], as_of: dt.date) -> World:
        return World(SOURCES, tables, as_of, self.calendar, {source: (begins, complete) for source, begins, complete in self.coverage})


BEGUN, ENDED = dt.date(2026, 1, 10), dt.date(2026, 3, 10)
SHOPS = [
    Shop(),
    Shop(Calendar(week=7, year=4)),
    Shop(Calendar(week=6, year=7), (("spend", BEGUN, ENDED),)),
    Shop(Calendar(), (("orders", BEGUN, None), ("refunds", None, ENDED))),
    Shop(Calendar(week=3, year=2), (("subs", BEGUN, ENDED), ("balances", BEGUN, ENDED), ("orders", None, ENDED))),
]

# ---------------------------------------------------------------- metrics

TIMED = ["orders", "refunds", "spend", "subs", "balances"]
MONEYS = [m for m in MONEY if m[0] in TIMED]
COUNTED = [c for c in COUNTABLE if c[0] in TIMED]


def _base(source: str) -> Any:
    """Every kind of aggregate over the rows of a source."""
    money = st.sampled_from([m for m in MONEYS if m[0] == source])
    counted = [c for c in COUNTED if c[0] == source]
    found = [
        money.map(lambda m: Agg("sum", *m)),
        money.map(lambda m: Agg("sum", *m)),
        st.just(Agg("count rows", source, source)),
        st.sampled_from(counted).map(lambda c: Agg("count distinct", *c)),
        st.sampled_from(counted).map(lambda c: Agg("count", *c)),
        st.builds(lambda m, f: Agg(f, *m), money, st.sampled_from(["avg", "percentile", "stddev", "min", "max"])),
    ]
    if source == "orders":
        pick = st.sampled_from([("day", ("bill",)), ("day", ("ship",)), ("day", ("status",))])
        kinds = [Agg("count rows", source, source), Agg("sum", *MONEY[0]), Agg("avg", *MONEY[0])]
        found.append(st.builds(lambda a, p, first: replace(a, pick=p, first=first), st.sampled_from(kinds), pick, st.booleans()))
    if source == "balances":
        money_ = next(m for m in MONEYS if m[0] == source)
        found += [st.booleans().map(lambda first: Agg("sum", *money_, pick=("day", ("account",)), first=first, fill=False))] * 2
    if source == "subs":
        money_ = next(m for m in MONEYS if m[0] == source)
        stocks = [Agg("count rows", source, source), Agg("sum", *money_), Agg("count distinct", *counted[0]), Agg("avg", *money_)]
        found += [st.sampled_from(stocks).map(lambda a: replace(a, alive=("started", "ended")))] * 2
        found.append(st.just(Agg("count rows", source, source, time="ended")))
    return st.one_of(found)


FILTERS: dict[str, list[Condition]] = {
    "orders": [Compare(PAID, "=", (True,)), Compare(STATUS, "<>", ("paid",)), Compare(LAND, "=", ("IT",))],
    "refunds": [Compare(STATUS, "is not null"), Compare(LAND, "<>", ("IT",))],
    "spend": [Compare(CHANNEL, "=", ("ads",)), Compare(LAND, "is null")],
    "subs": [Compare(TIER, "=", ("pro",)), Compare(LAND, "<>", ("DE",))],
    "balances": [Compare(LAND, "=", ("IT",))],
}


@st.composite
def _bases(draw: Any, sources: list[str]) -> Metric:
    """A base metric, filtered or not."""
    agg = draw(_base(draw(st.sampled_from(sources))))
    return Where(agg, draw(st.sampled_from(FILTERS[agg.source]))) if draw(st.integers(0, 3)) == 0 else agg


def _windows() -> Any:
    trailing = st.sampled_from([(7, "day"), (28, "day"), (1, "month"), (2, "week"), (3, "month"), (1, "day"), (1, "quarter"), (1, "year")])
    return st.one_of(
        trailing.map(lambda t: Trailing(*t)),
        st.sampled_from(["week", "month", "quarter", "year"]).map(ToDate),
        st.just(Running()),
    )


SHIFTS = [(1, "day"), (7, "day"), (1, "week"), (52, "week"), (1, "month"), (3, "month"), (1, "quarter"), (1, "year"), (2, "year")]


def _shifts(grain: str | None) -> Any:
    fit = [Shift(*s) for s in SHIFTS if grain is None or whole_periods(Shift(*s), grain)]
    return st.sampled_from(fit)


def _moves(grain: str | None, ranged: bool, edges: bool) -> Any:
    """Functions over time that go with a query by this grain."""
    found = [_windows()]
    if grain is not None or ranged:
        found += [_shifts(grain), _shifts(grain)]
    if edges and grain is not None:
        fit = [g for g in ("month", "quarter", "year") if holds(g, grain)]
        found.append(st.builds(Edge, st.sampled_from(fit or ["year"]), st.booleans()))
    return st.one_of(found)


@st.composite
def _metrics(draw: Any, sources: list[str], dims: list[Dim], move: Any, shift: Any | None) -> Metric:
    """A metric with a function over time somewhere in it; now and then without one."""
    base = draw(_bases(sources))
    moved = Moved(base, draw(move))
    match draw(st.integers(0, 14)):
        case 0:
            return base
        case 1 | 2 | 3:
            return moved
        case 4 if shift is not None:
            return Growth(base, draw(shift))
        case 5 if shift is not None:
            return Moved(moved, draw(shift))
        case 6 if shift is not None:
            return Moved(Moved(base, draw(shift)), draw(move))
        case 7:
            return Moved(Formula("/", (base, draw(_bases(sources)))), draw(move))
        case 8:
            return Formula("/", (base, moved))
        case 9:
            return Formula("-", (base, Moved(base, draw(move))))
        case 10 if dims:
            of = draw(st.sampled_from(dims))
            return At(moved, (of,)) if of.grain or draw(st.booleans()) else Share(moved, (of,))
        case 11 if dims:
            of = draw(st.sampled_from(dims))
            return Moved(At(base, (of,)) if of.grain or draw(st.booleans()) else Share(base, (of,)), draw(move))
        case 12:
            return Where(moved, draw(st.sampled_from([f for f in FILTERS[sources[0]] if len(sources) == 1] or [FILTERS["balances"][0]])))
        case 13:
            return Formula("coalesce", (moved, base))
        case 14 if shift is not None:
            return Growth(moved, draw(shift))
    return moved


def _day(draw: Any) -> dt.date:
    day: dt.date = draw(st.sampled_from(TURNS[9:]))
    return day


@st.composite
def timed(draw: Any) -> Query:
    """A query over time."""
    sources = draw(st.lists(st.sampled_from(TIMED), min_size=1, max_size=2, unique=True))
    words = [g for g in GRAINS if g.text in PERIODS]
    dims: list[Dim] = list(draw(st.sampled_from([(), (words[0],), (words[1],), (words[2],), (words[2],), (words[3],), (words[4],)])))
    if dims and draw(st.integers(0, 9)) == 0:
        dims.append(draw(st.sampled_from([w for w in words if w not in dims])))
    if sources == ["orders"] and draw(st.integers(0, 9)) == 0:
        dims = [ORDER_MONTH]
    plain = [d for d in (LAND, LAND, STATUS, CHANNEL, TIER) if all(d.has(s) for s in sources)]
    dims += draw(st.lists(st.sampled_from(plain), max_size=2, unique_by=lambda d: d.text))
    dims = draw(st.permutations(dims))
    grains = sorted((d.grain for d in dims if d.grain), key=PERIODS.index)
    grain = grains[0] if grains else None
    during: tuple[dt.date | None, dt.date | None] | None = None
    last = None
    match draw(st.integers(0, 5)):
        case 0 | 1:
            first, final = sorted([_day(draw), _day(draw)])
            during = first, final
        case 2:
            during = draw(st.sampled_from([(first, final) for first, final in _MONTHS]))
        case 3:
            last = draw(st.sampled_from([(1, "month"), (3, "month"), (2, "week"), (13, "week"), (1, "year"), (2, "quarter"), (10, "day")]))
        case 4:
            during = draw(st.sampled_from([(_day(draw), None), (None, _day(draw))]))
    ranged = during is not None or last is not None
    totals = draw(st.integers(0, 3)) == 0
    shift = _shifts(grain) if grain is not None or ranged else None
    move = _moves(grain, ranged, not totals)
    found = draw(st.lists(_metrics(sources, dims, move, shift), min_size=1, max_size=2, unique_by=metric_text))
    compare = None
    if shift is not None and draw(st.integers(0, 5)) == 0:
        compare = draw(st.sampled_from(["period", "year", "month", "week", "quarter", "day"])), draw(st.booleans())
    other = draw(st.integers(0, 14)) == 0 and bool(dims)
    top = (draw(st.integers(1, 4)), 0) if dims and (other or (draw(st.integers(0, 7)) == 0 and not (totals and len(dims) > 1))) else None
    if other and totals and len(dims) > 1:
        totals = False
    where = draw(st.sampled_from([*[None] * 6, Compare(LAND, "=", ("IT",)), Compare(LAND, "<>", ("IT",))]))
    sparse = draw(st.integers(0, 4)) == 0
    order = ((draw(st.integers(0, len(dims) - 1)), True),) if dims and not totals and top is None and draw(st.integers(0, 7)) == 0 else ()
    return Query(tuple(found), tuple(dims), where, during, totals, order, top, other, last, compare, sparse)


_MONTHS = [
    tuple(_days(first, last))
    for first, last in (
        ("2026-01-01", "2026-03-31"),
        ("2026-02-01", "2026-02-28"),
        ("2026-01-01", "2026-12-31"),
        ("2025-12-29", "2026-01-04"),
        ("2026-03-01", "2026-03-30"),
        ("2026-05-01", "2026-06-30"),
        ("2025-01-01", "2025-12-31"),
    )
]
