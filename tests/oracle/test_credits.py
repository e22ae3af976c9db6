"""Conversions and cohorts against plain loops, over what random people did."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import pytest

from kpidsl.compile import emit, query_statement
from kpidsl.engines.base import Engine
from tests.oracle.ask import EXAMPLES, SEED, fill, project
from tests.oracle.credits import Happening, cohorts, conversion_rate, credited, moved
from tests.oracle.paths import Moment
from tests.oracle.trails import TODAY, Rows
from tests.results.world import equal

Cells = tuple[int, Moment | None, int | None, str | None]
"""id, at, who, kind."""


@dataclass
class Doings:
    """What random people did: rows of two sources, whose times are of these types; which rows are opportunities and which conversions."""

    times: dict[str, str]
    rows: tuple[Rows, Rows]
    within: tuple[int, str] | None
    tables: dict[str, list[Cells]]

    @property
    def text(self) -> str:
        """The project."""
        sources = "".join(
            f"source {name} from {name} {{ key id  time at  id: int  at: {kind}  who: int  kind: text }}\n"
            for name, kind in self.times.items()
        )
        within = f", within: {self.within[0]} {self.within[1]}s" if self.within else ""
        call = f"({self.rows[0].text}, {self.rows[1].text}, by: who{within})".replace("name", "kind")
        return f"{sources}metric rate = conversion{call}\nmetric taken = conversions{call}\n"

    @property
    def strictly(self) -> bool:
        """Whether one row may be both."""
        one, other = self.rows
        return one.source == other.source and (one.names is None or other.names is None or bool(one.names & other.names))

    def happenings(self, number: int) -> list[Happening]:
        """The opportunities (0) or conversions (1) that are known today."""
        rows = self.rows[number]
        by_day = len({self.times[each.source] for each in self.rows}) > 1
        found = []
        for key, at, who, kind in self.tables[rows.source]:
            if rows.holds(rows.source, kind) and (at is None or _day(at) <= TODAY):
                found.append(Happening(who, _day(at) if by_day and at else at, key, (kind, at and _day(at))))  # type: ignore[arg-type]
        return found


def _source(name: str, kind: str) -> str:
    return f"source {name} from {name} {{ key id  time at  id: int  at: {kind}  who: int  kind: text }}\n"


def _day(moment: Moment) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def doings(random: Random, people: int) -> Doings:
    """Any rows, opportunities, conversions and window."""
    times = {name: random.choice(["timestamp", "timestamp", "date"]) for name in ("trials", "payments")}
    sources = random.choice([("trials", "payments"), ("trials", "payments"), ("trials", "trials")])
    one, other = (Rows(s, random.choice([None, frozenset("a"), frozenset("ab"), frozenset("c")])) for s in sources)
    units = [(1, "day"), (3, "day"), (1, "week"), (1, "month")]
    units += [(12, "hour"), (30, "hour")] if {times[s] for s in sources} == {"timestamp"} else []
    tables: dict[str, list[Cells]] = {"trials": [], "payments": []}
    ids = random.sample(range(people * 20), people * 20)
    for who in range(people):
        for _ in range(random.choice([1, 2, 3, 4, 6, 8])):
            source = random.choice(["trials", "payments"])
            at: Moment | None = dt.datetime(2026, 1, 28) + dt.timedelta(hours=12 * random.randrange(60))
            at = None if random.random() < 0.02 else _day(at) if times[source] == "date" and at else at
            tables[source].append((ids.pop(), at, None if random.random() < 0.02 else who, random.choice(["a", "b", "c", None])))
    return Doings(times, (one, other), random.choice([None, *units, *units]), tables)


def ask(engine: Engine, text: str, tables: dict[str, list[Cells]], query: str) -> list[tuple[object, ...]]:
    """The rows of a query over these tables."""
    made = project(text)
    fill(engine, made, tables)  # type: ignore[arg-type]
    statement = query_statement(made, query, TODAY)
    return list(engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows)


def agree(engine: Engine, drawn: Doings) -> list[int]:
    """Each opportunity has what the loops credit to it, and each day and kind the rate of its own."""
    chances = drawn.happenings(0)
    counts = credited(
        [c for c in chances if c.at is not None], [c for c in drawn.happenings(1) if c.at is not None], drawn.within, drawn.strictly
    )
    counts |= {chance.key: 0 for chance in chances if chance.at is None}
    got = {row[0]: row[1:] for row in ask(engine, drawn.text, drawn.tables, f"rate, taken by {drawn.rows[0].source}.id")}
    due = {key: (int(count > 0), count) for key, count in counts.items()}
    wrong = [key for key in {*got, *due} if got.get(key) != due.get(key)]
    assert not wrong, f"{drawn.text}{[(key, got.get(key), due.get(key)) for key in wrong[:9]]}"
    groups: dict[object, list[int]] = defaultdict(list)
    for chance in chances:
        groups[chance.dims[0]].append(counts[chance.key])
    told = {row[0]: row[1:] for row in ask(engine, drawn.text, drawn.tables, f"rate, taken by {drawn.rows[0].source}.kind")}
    assert {*told} == {*groups}
    assert all(equal(told[kind][0], conversion_rate(of)) and told[kind][1] == sum(of) for kind, of in groups.items()), drawn.text
    return list(counts.values())


def several(engine: Engine, count: int, people: int) -> list[int]:
    random = Random(f"{SEED or 0} doings")
    return [count for _ in range(max(count, 1)) for count in agree(engine, doings(random, people))]


def test_duckdb(duckdb: Engine) -> None:
    """Conversions on DuckDB; some opportunities have none, some one, some more."""
    counts = several(duckdb, EXAMPLES // 2, 60)
    assert EXAMPLES < 50 or {0, 1, 2, 3} <= set(counts)


def test_sqlite(sqlite: Engine) -> None:
    """Conversions on SQLite."""
    assert several(sqlite, EXAMPLES // 4, 20)


def test_postgres(postgres: Engine) -> None:
    """Conversions on PostgreSQL."""
    assert several(postgres, EXAMPLES // 4, 20)


@pytest.mark.smoke
def test_every_engine(engine: Engine) -> None:
    """Conversions on each engine."""
    assert several(engine, EXAMPLES // 15, 20)


# ---------------------------------------------------------------- cohorts


def come_back(engine: Engine, random: Random, people: int) -> int:
    """Retention by period, by what the first row says, and as rows of a cohort by age."""
    grain, ages = random.choice([("day", 3), ("week", 2), ("week", 3), ("month", 1), ("quarter", 1)])
    after = random.randrange(1, ages + 1)
    rows = Rows("trials", random.choice([None, frozenset("ab")]))
    kind = random.choice(["timestamp", "date"])
    text = (
        f"{_source('trials', kind)}"
        f"metric back = retention({rows.text}, by: who, after: {after} {grain}s)\n"
        f"cohort began = {rows.text} {{ entity who  start first  each {grain} for {ages} {grain}s }}\n"
    ).replace("where name", "where kind")
    table: list[Cells] = []
    ids = random.sample(range(people * 20), people * 20)
    for who in range(people):
        begin = dt.datetime(2026, 1, 20) + dt.timedelta(hours=12 * random.randrange(50))
        for _ in range(random.choice([1, 2, 3, 5])):
            at = begin + dt.timedelta(hours=12 * random.randrange(40))
            cell = _day(at) if kind == "date" else at
            table.append((ids.pop(), cell, None if random.random() < 0.02 else who, random.choice(["a", "b", "c"])))
    known = [row for row in table if rows.holds("trials", row[3]) and row[1] is not None and _day(row[1]) <= TODAY]
    activity = [(row[2], _day(row[1])) for row in known if row[1] is not None]
    due = {cohort.period: cohort for cohort in cohorts(activity, grain, ages, TODAY)}
    tables = {"trials": table}
    for period, value in ask(engine, text, tables, f"back by {grain}"):
        cohort = due.get(period)  # type: ignore[call-overload]
        active = cohort.active[after] if cohort else None
        assert equal(value, None if active is None or cohort is None else Fraction(active, cohort.size)), (
            f"{text}{period}: {value}, {cohort}"
        )
    firsts: dict[object, Cells] = {}
    for row in sorted(known, key=lambda r: (r[1], r[0])):  # type: ignore[arg-type, return-value]
        firsts.setdefault(row[2], row)
    for name, value in ask(engine, text, tables, "back by trials.kind"):
        members = {who for who, row in firsts.items() if who is not None and row[3] == name}
        parts = [c for c in cohorts([a for a in activity if a[0] in members], grain, ages, TODAY) if c.active[after] is not None]
        size = sum(c.size for c in parts)
        assert equal(value, Fraction(sum(c.active[after] or 0 for c in parts), size) if size else None), f"{text}{name}: {value}, {parts}"
    seen = 0
    for period, age, size, active, share, *_ in ask(engine, text, tables, "cohort began"):
        cohort = due.pop(period, None) if age == ages else due.get(period)  # type: ignore[call-overload]
        is_over = moved(moved(period, age, grain), 1, grain) - dt.timedelta(days=1) <= TODAY  # type: ignore[arg-type]
        wanted = cohort.active[age] if cohort else 0 if is_over else None  # type: ignore[index]
        assert (size, active) == (cohort.size if cohort else 0, wanted), f"{text}{period} {age}: {size} {active}, {cohort}"
        assert equal(share, None if wanted is None or cohort is None else Fraction(wanted, cohort.size))
        seen += bool(active)
    assert not due, f"{text}no rows for {due}"
    return seen


def coming_back(engine: Engine, count: int, people: int) -> int:
    random = Random(f"{SEED or 0} cohorts")
    return sum(come_back(engine, random, people) for _ in range(max(count, 1)))


def test_cohorts_on_duckdb(duckdb: Engine) -> None:
    """Cohorts on DuckDB, hundreds of whose rows say something."""
    assert coming_back(duckdb, EXAMPLES // 3, 40) > EXAMPLES


def test_cohorts_on_sqlite(sqlite: Engine) -> None:
    """Cohorts on SQLite."""
    assert coming_back(sqlite, EXAMPLES // 10, 20)


def test_cohorts_on_postgres(postgres: Engine) -> None:
    """Cohorts on PostgreSQL."""
    assert coming_back(postgres, EXAMPLES // 10, 20)


# ---------------------------------------------------------------- the oracle itself


def test_conversions() -> None:
    """Of two opportunities at one time the one with the greater key takes both conversions; nobody's opportunity converts none."""
    chances = [Happening("p", dt.date(2026, 1, 1), 1), Happening("p", dt.date(2026, 1, 5), 2), Happening("p", dt.date(2026, 1, 5), 3)]
    chances += [Happening("q", dt.date(2026, 1, 1), 4), Happening(None, dt.date(2026, 1, 1), 5)]
    done = [Happening("p", dt.date(2026, 1, day), 0) for day in (5, 9, 20)]
    done += [Happening("q", dt.date(2025, 12, 31), 0), Happening(None, dt.date(2026, 1, 2), 0)]
    assert credited(chances, done, (7, "day")) == {1: 0, 2: 0, 3: 2, 4: 0, 5: 0}
    assert credited(chances, done, None)[3] == 3
    assert conversion_rate(credited(chances, done, None).values()) == Fraction(1, 5)
    assert (conversion_rate([]), conversion_rate([0])) == (None, 0)


def test_cohorts() -> None:
    """p and q began in January; only p came back in February, both in March, which is not over."""
    activity = [("p", dt.date(2026, 1, 31)), ("q", dt.date(2026, 1, 1)), ("p", dt.date(2026, 2, 1)), ("r", dt.date(2026, 2, 28))]
    activity += [("p", dt.date(2026, 3, 1)), ("q", dt.date(2026, 3, 2)), (None, dt.date(2026, 1, 1)), ("s", dt.date(2026, 4, 1))]
    january, february = cohorts(activity, "month", 2, dt.date(2026, 3, 30))
    assert (january.period, january.size, january.active) == (dt.date(2026, 1, 1), 2, (2, 1, None))
    assert (february.period, february.size, february.active) == (dt.date(2026, 2, 1), 1, (1, None, None))
    assert cohorts(activity, "month", 2, dt.date(2026, 3, 31))[0].active == (2, 1, 2)
