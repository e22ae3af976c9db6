"""Goals against plain loops: any rows, ways, baselines, deadlines, coverage and todays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import Phase, given, note, seed, settings
from hypothesis import strategies as st

from kpidsl.compile import emit, plan_goal, resolve_goal
from kpidsl.engines.base import Engine
from kpidsl.syntax import ast
from tests.oracle.aims import REVIEWS, Goal, standing
from tests.oracle.ask import FEW, FEWER, FEWEST, STEADY, fill, project, seeded
from tests.oracle.books import METRICS, UNITS, Books
from tests.oracle.statuses import Row
from tests.oracle.test_statuses import CALENDARS, CENTS, COUNTRIES, near

MIDDLE = dt.date(2026, 1, 1)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


BASELINES = [
    ("2025-H2", _day("2025-07-01"), _day("2025-12-31")),
    ("2025-Q4", _day("2025-10-01"), _day("2025-12-31")),
    ("2025", _day("2025-01-01"), _day("2025-12-31")),
    ("2025-12", _day("2025-12-01"), _day("2025-12-31")),
    ("2026-02", _day("2026-02-01"), _day("2026-02-28")),
    ("2026-W02", _day("2026-01-05"), _day("2026-01-11")),
    ("2025-12-21..2025-12-31", _day("2025-12-21"), _day("2025-12-31")),
    ("2025-11-15..2026-01-14", _day("2025-11-15"), _day("2026-01-14")),
]


@st.composite
def goals(draw: st.DrawFn) -> Goal:
    """Any goal."""
    metric = draw(st.sampled_from([name for name in METRICS if name not in ("planned", "allowed", "settled")]))
    way = draw(st.sampled_from(["increase", "increase", "reduce", "reach", "reach", "keep"]))
    top = {"%": 110}.get(UNITS.get(metric, ""), 200 if UNITS.get(metric, " EUR") == " EUR" else 8)
    low, high = sorted(draw(st.tuples(st.integers(-top // 10 if UNITS.get(metric) != "%" else 0, top), st.integers(0, top))))
    review = draw(st.sampled_from(["", *REVIEWS]))
    if way == "keep":
        return Goal(
            metric, way, low, False, max(low, high), None, None, MIDDLE + draw(st.integers(-30, 150)) * dt.timedelta(days=1), review
        )
    if way == "reach":
        first = draw(st.sampled_from([MIDDLE, _day("2026-02-01"), _day("2025-12-15"), _day("2026-01-31")]))
        by = draw(st.sampled_from([_day("2026-03-31"), _day("2026-02-28"), _day("2026-03-15"), _day("2026-12-31")]))
        return Goal(metric, way, high, False, 0, None, first, by, review)
    relative = draw(st.booleans()) or UNITS.get(metric) == "%"
    over = draw(st.sampled_from(BASELINES))
    made = Goal(metric, way, draw(st.integers(1, 90)) if relative else max(high, 1), relative, 0, over, None, over[2], review)
    ends = [over[2] + n * dt.timedelta(days=1) for n in (0, 6, 11, 28, 31, 61, 90, 181, 184, 365, 400)]
    ends += [_day("2026-03-31"), _day("2026-06-30"), _day("2026-12-31"), _day("2026-03-15")]
    possible = [goal for by in ends if by > over[2] and (goal := replace(made, by=by)).start() > over[2]]  # type: ignore[operator]
    return draw(st.sampled_from(possible))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Books, Goal]:
    """Books and a goal."""
    goal = draw(goals())
    first, last = goal.start() or goal.by - dt.timedelta(days=90), goal.by
    today = first + dt.timedelta(days=draw(st.integers(-10, (last - first).days + 15)))
    today = draw(st.sampled_from([today, today, last, first, last - dt.timedelta(days=1), first - dt.timedelta(days=3)]))
    baseline = goal.baseline() or (first - dt.timedelta(days=60), first)
    width = (baseline[1] - baseline[0]).days
    days = st.one_of(
        st.none() if draw(st.integers(0, 3)) == 0 else st.just(today),
        st.integers(0, max((today - first).days, 1)).map(lambda n: first + dt.timedelta(days=n)),
        st.integers(0, max((today - first).days, 1)).map(lambda n: first + dt.timedelta(days=n)),
        st.integers(0, width).map(lambda n: baseline[0] + dt.timedelta(days=n)),
        st.integers(0, width).map(lambda n: baseline[0] + dt.timedelta(days=n)),
        st.integers(1, 3 * width + 3).map(lambda n: baseline[0] - dt.timedelta(days=n)),
    )
    ends = st.one_of(st.none(), st.integers(-40, 3).map(lambda n: today + dt.timedelta(days=n)))
    begins = st.one_of(st.none(), st.integers(-60, 0).map(lambda n: baseline[0] + dt.timedelta(days=n)))
    books = Books(
        orders=draw(
            st.lists(st.tuples(days, COUNTRIES, st.sampled_from([True, True, False, None]), st.integers(1, 4), CENTS), max_size=16)
        ),
        ads=draw(st.lists(st.tuples(days, COUNTRIES, CENTS), max_size=10)),
        plan=[],
        today=today,
        calendar=draw(CALENDARS),
        coverage={name: (draw(begins), draw(ends)) for name in ("orders", "ads") if draw(st.integers(0, 3)) == 0},
    )
    return books, close(books, goal) if goal.way == "reach" and draw(st.booleans()) else goal


def close(books: Books, goal: Goal) -> Goal:
    """The goal with a value to reach that is missed by little, if it goes on like that."""
    forecast = standing(books, goal)["forecast"]
    if not isinstance(forecast, Fraction) or forecast <= 0:
        return goal
    scale = Fraction(94 if goal.lower else 104, 100) * (100 if UNITS.get(goal.metric) == "%" else 1)
    return replace(goal, number=round(forecast * scale))


def agree(engine: Engine, books: Books, goal: Goal) -> Row:
    """The engine's row is that of the loops."""
    note(f"{books.text}\n{goal.text}\non {books.today}")
    made = project(books.text + "\n" + goal.text)
    fill(engine, made, books.tables())  # type: ignore[arg-type]
    decl = next(d for d in made.scope.declarations if isinstance(d, ast.Goal))
    statement = plan_goal(made, resolve_goal(made, decl), books.today)
    sql = emit(statement, engine.dialect)
    note(sql)
    (line,) = engine.run(sql, [c.type for c in statement.columns]).rows
    got = dict(zip([c.name for c in statement.columns], line, strict=True))
    expected = standing(books, goal)
    wrong = [
        f"[] {column}: got {got[column]}, expected {wish}"
        for column, wish in expected.items()
        if column not in ("statuses", "words") and not near(got[column], wish)
    ]
    for column, name in (("status", "statuses"), ("achievable", "words")):
        if got[column] not in cast("set[object]", expected[name]):
            wrong.append(f"[] {column}: got {got[column]}, expected {expected[name]}")
    assert not wrong, f"{goal.text}\non {books.today}\n" + "\n".join(wrong)
    return expected


@seeded
@FEW
@given(asked=asked())
def test_duckdb(duckdb: Engine, asked: tuple[Books, Goal]) -> None:
    """DuckDB and the loops agree."""
    agree(duckdb, *asked)


@seeded
@FEWER
@given(asked=asked())
def test_sqlite(sqlite: Engine, asked: tuple[Books, Goal]) -> None:
    """SQLite and the loops agree."""
    agree(sqlite, *asked)


@seeded
@FEWER
@given(asked=asked())
def test_postgres(postgres: Engine, asked: tuple[Books, Goal]) -> None:
    """PostgreSQL and the loops agree."""
    agree(postgres, *asked)


@pytest.mark.smoke
@seeded
@FEWEST
@given(asked=asked())
def test_every_engine(engine: Engine, asked: tuple[Books, Goal]) -> None:
    """Each engine and the loops agree."""
    agree(engine, *asked)


@pytest.mark.slow  # what is drawn depends on which modules are loaded
def test_every_word_is_drawn() -> None:
    """Every status comes out of what is drawn, and every word about the growth but `ambitious`, for which few histories have room."""
    words: list[object] = []

    @settings(STEADY, max_examples=600, derandomize=False, phases=[Phase.generate])
    @given(asked=asked())
    def draw(asked: tuple[Books, Goal]) -> None:
        row = standing(*asked)
        words.extend([*cast("set[object]", row["statuses"]), *cast("set[object]", row["words"])])

    for number in range(10):  # several short runs, for a long one repeats itself
        seed(number)(draw)()
    every = ("achieved", "missed", "on_track", "at_risk", "off_track", "no_data", "no_target", "not_started")
    counts = {word: words.count(word) for word in (*every, "usual", "unprecedented", None)}
    assert min(counts.values()) > 0, counts
