"""KPIs against plain loops: any rows, targets, segments, plans, paces, calendars, coverage and todays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import Phase, given, note, seed, settings
from hypothesis import strategies as st

from kpidsl.compile import emit, plan_kpi, resolve_kpi
from kpidsl.engines.base import Engine
from kpidsl.syntax import ast
from tests.oracle.ask import FEW, FEWER, FEWEST, STEADY, fill, project, seeded
from tests.oracle.books import METRICS, UNITS, Books
from tests.oracle.statuses import SEGMENTS, Computed, Item, Kpi, standing
from tests.oracle.when import DEFAULT, Calendar
from tests.results.world import equal

GOAL = "goal g { measure turnover  reach 1000 EUR from 2026-01-01  by 2026-12-31 }\n"
RHYTHMS = st.sampled_from(["month", "month", "month", "week", "quarter", "year", "day"])
COUNTRIES = st.sampled_from(["IT", "IT", "DE", "é", None])
CENTS = st.one_of(
    st.none(),
    st.integers(-2000, 12000).map(lambda n: Fraction(n, 100)),
    st.integers(0, 100).map(Fraction),
    st.just(Fraction(50)),
    st.just(Fraction(50)),
)
SPANS = {"day": 12, "week": 90, "month": 300, "quarter": 500, "year": 900}
"""How many days back rows lie, by the finest rhythm, so that answers stay short."""
PAST = dt.date(2026, 5, 31)
TODAYS = st.one_of(st.integers(-40, 45).map(lambda n: PAST + dt.timedelta(days=n)), st.sampled_from([PAST, dt.date(2026, 3, 1)]))
CALENDARS = st.one_of(st.just(DEFAULT), st.just(DEFAULT), st.builds(Calendar, st.integers(1, 7), st.integers(1, 12)))
PACES = st.sampled_from(["", "", "linear", "workdays", "workdays", "seasonal", "seasonal"])


@st.composite
def items(draw: st.DrawFn, metric: str, taken: str) -> tuple[Item, ...]:
    """Targets that go together."""
    ways = ["<", "<=", "<="] if metric in ("cost", "cac") else [">", ">=", ">="]
    ops = draw(st.sampled_from([ways, ways, ways, ["between"], ["between", "="]]))
    top = {"%": 110}.get(UNITS.get(metric, ""), 200 if metric not in ("orders_n", "buyers", "roas") else 8)
    numbers = st.integers(-2 if UNITS.get(metric) == "%" else -top // 10, top)
    found: dict[tuple[str, str, str, dt.date | None], Item] = {}
    for _ in range(draw(st.sampled_from([0, 1, 2, 2, 3, 4]))):
        low, high = sorted([draw(numbers), draw(numbers)])
        wanted: int | Computed = low
        op = draw(st.sampled_from(ops))
        if draw(st.integers(0, 4)) == 0 and op != "between" and (UNITS.get(metric, " EUR") == " EUR" or metric == "orders_n"):
            moves = [None, (1, "year"), *{"month": [(1, "month")], "day": [(7, "day")], "week": [(1, "week")]}.get("month", [])]
            computed = metric if metric not in ("settled", "revenue", "mean_order", "aov", "cac") else "turnover"
            wanted = Computed(computed, draw(st.sampled_from([moves[0], moves[1]])), draw(st.sampled_from([5, 9, 11, 20])))
        each = draw(RHYTHMS)
        where = draw(st.sampled_from(["", "", "", *SEGMENTS]))
        since = draw(st.sampled_from([None, None, dt.date(2026, 4, 15), dt.date(2026, 5, 1), dt.date(2026, 5, 25)]))
        kind = draw(st.sampled_from(["target", "target", "target", "stretch"]))
        if each == taken and not where:
            continue
        found[kind, each, where, since] = Item(kind, op, wanted, high, each, where, since)
    return tuple(found.values())


@st.composite
def kpis(draw: st.DrawFn) -> Kpi:
    """Any KPI."""
    metric = draw(st.sampled_from([name for name in METRICS if name not in ("planned", "allowed")]))
    money = UNITS.get(metric, " EUR") == " EUR"
    table = draw(st.sampled_from([None, None, ("month", True), ("month", False), ("week", True), ("quarter", True)])) if money else None
    lines = draw(items(metric, table[0] if table else ""))
    if table and any(item.op in ("between", "=") for item in lines):
        lines = ()
    lower, band = metric in ("cost", "cac"), any(item.op in ("between", "=") for item in lines)
    if not lines and not table:
        lower = band = False
    warns = [0, 0, 110, 125, 300] if lower else [0, 90, 110] if band else [0, 0, 90, 50]
    if not lines and not table:
        warns = [0]
    needs = draw(st.sampled_from([None, None, (1, "orders_n"), (3, "buyers"), (2, "orders_n"), (60, "cost")]))
    if needs is not None:
        needs = (needs[0], needs[1])
    return Kpi(metric, lines, table, draw(st.sampled_from(warns)), needs, draw(PACES))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Books, Kpi, int | None]:
    """Books, a KPI, and how many periods of it."""
    kpi = draw(kpis())
    rhythms = {item.each for item in kpi.items} | ({kpi.table[0]} if kpi.table else set()) or {"month"}
    reach = min(SPANS[each] for each in rhythms)
    today = draw(TODAYS)
    days = st.one_of(
        st.integers(-reach, 20).map(lambda n: PAST + dt.timedelta(days=n)),
        st.integers(-20, 5).map(lambda n: today + dt.timedelta(days=n)) if reach > 12 else st.none(),
        st.none() if draw(st.integers(0, 3)) == 0 else st.just(today),
    )
    if reach >= 300:
        days = st.one_of(days, days, st.integers(-400, -330).map(lambda n: today + dt.timedelta(days=n)))
    amounts = st.tuples(days, COUNTRIES, CENTS)
    size = draw(st.sampled_from([10, 10, 6, 0]))
    holidays = frozenset(draw(st.lists(st.integers(0, 60).map(lambda n: dt.date(2026, 4, 20) + dt.timedelta(days=n)), max_size=6)))
    ends = st.one_of(st.none(), st.none(), st.integers(-40, 3).map(lambda n: today + dt.timedelta(days=n)))
    begins = st.one_of(st.none(), st.none(), st.integers(-70, -5).map(lambda n: today + dt.timedelta(days=n)))
    coverage = {name: (draw(begins), draw(ends)) for name in ("orders", "ads") if draw(st.integers(0, 4)) == 0}
    books = Books(
        orders=draw(
            st.lists(
                st.tuples(days, COUNTRIES, st.sampled_from([True, True, False, None]), st.integers(1, 4), CENTS),
                min_size=size,
                max_size=size + 4,
            )
        ),
        ads=draw(st.lists(amounts, min_size=size // 2, max_size=size // 2 + 3)),
        plan=draw(st.lists(amounts, max_size=8)),
        today=today,
        calendar=draw(CALENDARS),
        holidays=holidays if kpi.pace == "workdays" else frozenset(),
        in_table=bool(holidays) and kpi.pace == "workdays" and draw(st.booleans()),
        coverage=coverage,
    )
    return books, close(books, kpi) if draw(st.integers(0, 2)) == 0 else kpi, draw(st.sampled_from([None, None, None, 1, 3, 9]))


def close(books: Books, kpi: Kpi) -> Kpi:
    """The KPI with targets that are missed by little, if it goes on as in the last periods."""
    latest = {(row["each"], row["segment"]): row["forecast"] for row in standing(books, kpi)}
    scale = 100 if UNITS.get(kpi.metric) == "%" else 1
    lines = []
    for item in kpi.items:
        forecast = latest.get((item.each, item.where or None))
        if isinstance(forecast, Fraction) and item.op not in ("between", "=") and forecast > 0:
            item = replace(item, value=round(forecast * scale * Fraction(94 if kpi.lower else 104, 100)))
        lines.append(item)
    return replace(kpi, items=tuple(lines))


def agree(engine: Engine, books: Books, kpi: Kpi, last: int | None) -> list[dict[str, object]]:
    """The engine's rows are those of the loops."""
    note(f"{books.text}\n{kpi.text}\non {books.today}, last {last}")
    made = project(books.text + "\n" + GOAL + kpi.text)
    fill(engine, made, books.tables())  # type: ignore[arg-type]
    decl = next(d for d in made.scope.declarations if isinstance(d, ast.Kpi))
    statement = plan_kpi(made, resolve_kpi(made, decl), books.today, last=last)
    sql = emit(statement, engine.dialect)
    note(sql)
    names = [c.name for c in statement.columns]
    got = [dict(zip(names, row, strict=True)) for row in engine.run(sql, [c.type for c in statement.columns]).rows]
    expected = standing(books, kpi, last)
    keys = ("each", "segment", "period_start")
    assert [tuple(row[k] for k in keys) for row in got] == [tuple(row[k] for k in keys) for row in expected], kpi.text
    wrong = [
        f"{[str(wanted[k]) for k in keys]} {column}: got {row[column]}, expected {wanted[column]}"
        for row, wanted in zip(got, expected, strict=True)
        for column in wanted
        if column != "statuses" and not near(row[column], wanted[column])
    ]
    wrong += [
        f"{[str(wanted[k]) for k in keys]} status: got {row['status']}, expected {wanted['statuses']}"
        for row, wanted in zip(got, expected, strict=True)
        if row["status"] not in wanted["statuses"]  # type: ignore[operator]
    ]
    assert not wrong, f"{kpi.text}\non {books.today}, last {last}\n" + "\n".join(wrong)
    return expected


def near(value: object, wish: object) -> bool:
    """Equal, as far as doubles go: what comes out of a difference may be off by some dust."""
    if isinstance(value, (int, float, Decimal)) and isinstance(wish, (float, Fraction)) and abs(float(value) - float(wish)) < 1e-9:
        return True
    return equal(value, wish)


@seeded
@FEW
@given(asked=asked())
def test_duckdb(duckdb: Engine, asked: tuple[Books, Kpi, int | None]) -> None:
    """DuckDB and the loops agree."""
    agree(duckdb, *asked)


@seeded
@FEWER
@given(asked=asked())
def test_sqlite(sqlite: Engine, asked: tuple[Books, Kpi, int | None]) -> None:
    """SQLite and the loops agree."""
    agree(sqlite, *asked)


@seeded
@FEWER
@given(asked=asked())
def test_postgres(postgres: Engine, asked: tuple[Books, Kpi, int | None]) -> None:
    """PostgreSQL and the loops agree."""
    agree(postgres, *asked)


@pytest.mark.smoke
@seeded
@FEWEST
@given(asked=asked())
def test_every_engine(engine: Engine, asked: tuple[Books, Kpi, int | None]) -> None:
    """Each engine and the loops agree."""
    agree(engine, *asked)


@pytest.mark.slow  # what is drawn depends on which modules are loaded
def test_every_word_is_drawn() -> None:
    """Every status comes out of what is drawn, each more than now and then."""
    words: list[str] = []

    @seed(5)
    @settings(STEADY, max_examples=600, derandomize=False, phases=[Phase.generate])
    @given(asked=asked())
    def draw(asked: tuple[Books, Kpi, int | None]) -> None:
        words.extend({str(word) for row in standing(*asked) for word in row["statuses"]})  # type: ignore[attr-defined]

    draw()
    every = ("achieved", "missed", "on_track", "at_risk", "off_track", "no_data", "insufficient_data", "no_target", "immature")
    assert min(words.count(word) for word in every) > 0, {word: words.count(word) for word in every}
