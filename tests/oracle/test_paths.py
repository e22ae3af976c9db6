"""Funnels against brute force: every start of a hundred thousand random people, and what a funnel says of them in groups."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from kpidsl.compile import Compiled, emit, query_statement
from kpidsl.engines.base import Engine
from tests.oracle.ask import EXAMPLES, SEED, fill, project
from tests.oracle.paths import Event, Funnel, Moment, Stage, Start, first_day, staged, starts
from tests.oracle.trails import TODAY, Trail, drawn
from tests.results.world import equal

Row = tuple[object, ...]


def trails(count: int, people: int, salt: str) -> list[Trail]:
    """So many funnels, each over what so many people did."""
    random = Random(f"{SEED or 0} {salt}")
    return [drawn(random, people) for _ in range(count)]


def _made(engine: Engine, trail: Trail) -> Compiled:
    """The project, with its rows on the engine."""
    made = project(trail.text)
    if trail.folder is None:
        fill(engine, made, trail.tables)  # type: ignore[arg-type]
    return made


def ask(engine: Engine, made: Compiled, query: str, today: dt.date = TODAY) -> list[Row]:
    """The rows of a query."""
    statement = query_statement(made, query, today)
    return list(engine.run(emit(statement, engine.dialect), [c.type for c in statement.columns]).rows)


# ---------------------------------------------------------------- each start


def agree(engine: Engine, trail: Trail) -> list[Start]:
    """The engine and brute force say the same of every start: which row it is, where it came to, and when."""
    made = _made(engine, trail)
    wanted = starts(trail.funnel, trail.events())
    if trail.is_grouped:
        by = [f"{trail.first}.id", *(f"f.s{n}.id" for n in _numbers(trail.funnel) if trail.funnel.order != "any")]
        got = {row[0]: row[1:] for row in ask(engine, made, f"{_results(trail)} by {', '.join(by)}")}
        due: dict[object, Row] = {start.event.dims[1]: _alone(trail.funnel, start) for start in wanted}
    else:
        got = {row[0]: row[1:] for row in ask(engine, made, f"{_results(trail)} by day")}
        by_day: dict[dt.date, list[Start]] = defaultdict(list)
        for start in wanted:
            by_day[_day(start.event.at)].append(start)
        due = {day: _told(trail.funnel, members) for day, members in by_day.items()}
    wrong = [name for name in {*got, *due} if not _same(got.get(name), due.get(name))]
    assert not wrong, _shown(trail, wanted, wrong, got, due)
    return wanted


def _results(trail: Trail) -> str:
    if trail.funnel.order == "any":
        return "f.entities, f.completed, f.median_time"
    return "f.entities, " + ", ".join(f"f.s{n}, f.s{n}.median_time" for n in range(2, trail.funnel.stages + 1))


def _numbers(funnel: Funnel) -> list[int]:
    return [funnel.stages] if funnel.order == "any" else list(range(2, funnel.stages + 1))


def _alone(funnel: Funnel, start: Start) -> Row:
    """What `_results` asks for, of one start, after the rows by which it came to each stage."""
    rows = [start.reached.get(n) for n in _numbers(funnel)] if funnel.order != "any" else []
    times = [start.time_to(n) for n in _numbers(funnel)]
    return (*(row and row.dims[1] for row in rows), 1, *(value for time in times for value in (0 if time is None else 1, time)))


def _told(funnel: Funnel, members: list[Start]) -> Row:
    """What `_results` asks for, of some starts."""
    rows = {row.number: row for row in staged(funnel, members, lambda _: (), TODAY)}
    return (rows[1].entities, *(value for n in _numbers(funnel) for value in (rows[n].entities, rows[n].median)))


def _same(got: Row | None, due: Row | None) -> bool:
    if due is None or got is None:
        return not any(got or due or ())  # days on which nobody started
    return len(got) == len(due) and all(equal(a, b) for a, b in zip(got, due, strict=True))


def _shown(trail: Trail, wanted: list[Start], wrong: list[object], got: dict[object, Row], due: dict[object, Row]) -> str:
    """The person with the shortest history of those that are told wrongly."""
    people: dict[Hashable, list[Event]] = defaultdict(list)
    for event in trail.events():
        people[event.who].append(event)
    owners = {start.event.dims[1] if trail.is_grouped else _day(start.event.at): start.event.who for start in wanted}
    owners |= {event.dims[1]: event.who for event in trail.events() if event.dims[1] not in owners} if trail.is_grouped else {}
    known = [name for name in wrong if name in owners]
    if not known:
        return f"{trail.text}\nnobody has these rows: {wrong}"
    name = min(known, key=lambda n: len(people[owners[n]]))
    history = "\n".join(
        f"  {e.at} {e.dims} fills {sorted(e.fills)}{' excluded' if e.out else ''} {e.held or ''}"
        for e in sorted(people[owners[name]], key=lambda e: (e.at, e.key))
    )
    count = f"{len(wrong)} of {len(due)} wrong"
    return f"{trail.text}\n{count}; {name}: got {got.get(name)}, expected {due.get(name)}\n{history}"


def _day(moment: Moment) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def crowds(engine: Engine, count: int, folder: Path, salt: str) -> int:
    """So many funnels of a thousand people each; how many of them there were."""
    seen = 0
    for trail in trails(count, 1000, salt):
        trail.write(folder)
        seen += len({(start.event.who, *start.event.held) for start in agree(engine, trail)})
    return seen


def test_duckdb(duckdb: Engine, tmp_path: Path) -> None:
    """Ten thousand people on DuckDB."""
    crowds(duckdb, max(EXAMPLES // 10, 1), tmp_path, "duckdb")


@pytest.mark.slow
def test_a_hundred_thousand_people(duckdb: Engine, tmp_path: Path) -> None:
    """A hundred thousand people who began something, in two hundred funnels."""
    assert crowds(duckdb, EXAMPLES * 2, tmp_path, "crowd") > EXAMPLES * 1000


def test_sqlite(sqlite: Engine) -> None:
    """Some on SQLite."""
    for trail in trails(max(EXAMPLES // 3, 1), 60, "sqlite"):
        agree(sqlite, trail)


def test_postgres(postgres: Engine) -> None:
    """Some on PostgreSQL."""
    for trail in trails(max(EXAMPLES // 3, 1), 60, "postgres"):
        agree(postgres, trail)


@pytest.mark.smoke
def test_every_engine(engine: Engine) -> None:
    """Some on each engine."""
    for trail in trails(max(EXAMPLES // 12, 1), 30, "every engine"):
        agree(engine, trail)


# ---------------------------------------------------------------- in groups


def grouped(engine: Engine, trail: Trail, random: Random) -> list[Stage]:
    """`funnel f by …` gives the stages of each group, some starts left out by their row or their day, on any day."""
    made = _made(engine, trail)
    today = random.choice([TODAY, dt.date(2026, 2, 8)])
    low, high = random.choice([(None, None), (None, None), (dt.date(2026, 2, 2), dt.date(2026, 2, 10))])
    device = random.choice([None, None, "phone"])
    by = random.choice(["", "device", "week", "month", "device, week"])
    query = "funnel f" + (f" by {by.replace('device', trail.first + '.device')}" if by else "")
    query += f' where {trail.first}.device = "phone"' if device else ""
    query += f" during {low}..{high}" if low else ""
    of = [
        start
        for start in starts(trail.funnel, trail.events(today))
        if (device is None or start.event.dims[2] == device) and (low is None or low <= _day(start.event.at) <= high)  # type: ignore[operator]
    ]
    due = staged(trail.funnel, of, _grouping(by), today)
    got = ask(engine, made, query, today)
    count = len(by.split(", ")) if by else 0
    told = {(row[:count], row[count]): row[count + 1 :] for row in got}
    assert len(told) == len(got), "a stage stands there once"
    for stage in due:
        row, wanted = told.pop((stage.group, f"s{stage.number}"), None), _line(trail.funnel, stage)
        assert row is not None, f"{trail.text}\n{query} on {today}: no row for {stage}"
        wrong = [(a, b) for a, b in zip(row, wanted, strict=True) if not _near(a, b)]
        assert not wrong, f"{trail.text}\n{query} on {today}: {stage.group} s{stage.number}\ngot      {row}\nexpected {wanted}"
    empty = [row for row in told.values() if any(v for v in row if not isinstance(v, bool))]
    assert not empty, f"{trail.text}\n{query}: {told}"
    numbers = [row[count] for row in got]
    assert numbers == [f"s{n}" for n in range(1, trail.funnel.stages + 1)] * (len(got) // trail.funnel.stages), "in the order of the stages"
    return due


def _grouping(by: str) -> Callable[[Start], tuple[object, ...]]:
    made: dict[str, Callable[[Start], object]] = {
        "device": lambda start: start.event.dims[2],
        "week": lambda start: first_day(_day(start.event.at), "week"),
        "month": lambda start: first_day(_day(start.event.at), "month"),
    }
    return lambda start: tuple(made[word](start) for word in by.split(", ") if word)


def _line(funnel: Funnel, stage: Stage) -> Row:
    """As it stands in the answer, from the column after the stage's name."""
    shares: list[object] = [stage.entities]
    for rate, interval in ((stage.step_rate, stage.step), (stage.rate, stage.whole)):
        shares += [rate, *(interval or (None, None))]
    young = [stage.immature] if funnel.within is not None else []
    return (*shares, stage.drop_off, stage.median, stage.p90, *young, stage.bottleneck)


def _near(got: object, due: object) -> bool:
    if isinstance(got, (int, float)) and isinstance(due, (int, float, Fraction)) and abs(float(got) - float(due)) < 1e-12:
        return True
    return equal(got, due)


def in_groups(engine: Engine, count: int) -> None:
    random = Random(f"{SEED or 0} groups")
    for trail in trails(count * 5, 40, "groups"):
        if trail.funnel.order != "any":
            grouped(engine, trail, random)


def test_groups_on_duckdb(duckdb: Engine) -> None:
    """In groups, on DuckDB."""
    in_groups(duckdb, max(EXAMPLES // 10, 1))


def test_groups_on_sqlite(sqlite: Engine) -> None:
    """In groups, on SQLite."""
    in_groups(sqlite, max(EXAMPLES // 20, 1))


def test_groups_on_postgres(postgres: Engine) -> None:
    """In groups, on PostgreSQL."""
    in_groups(postgres, max(EXAMPLES // 20, 1))


# ---------------------------------------------------------------- beside windowFunnel

SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def is_window_funnel(trail: Trail) -> bool:
    """Whether ClickHouse's `windowFunnel` means the same: it lets one row fill one stage and overwrites a start by a later one of the same
    second, so no row may be of two stages, and nobody does two things at one time."""
    funnel, names = trail.funnel, [name for rows in trail.stages for name in rows.names or "xx"]
    plain = funnel.order == "ordered" and not funnel.optional and not trail.excluded and not trail.held
    return plain and trail.keyed and len(set(names)) == len(names) and funnel.within is not None and funnel.within[1] in SECONDS


@pytest.mark.xdist_group("clickhouse")
def test_window_funnel(duckdb: Engine, clickhouse: Engine, tmp_path: Path) -> None:
    """The farthest stage of each person is that of ClickHouse's own function, in each of the modes that mean the same here."""
    random = Random(f"{SEED or 0} windowFunnel")
    levels: Counter[int] = Counter()
    for trail in (drawn(random, 300, is_window_funnel) for _ in range(max(EXAMPLES // 5, 1))):
        trail.write(tmp_path)
        made = _made(duckdb, trail)
        fill(clickhouse, made, trail.tables)  # type: ignore[arg-type]
        ours = {row[0]: sum(bool(value) for value in row[1:]) for row in ask(duckdb, made, f"{_counts(trail)} by events.visitor")}
        for mode in ("", ", 'strict_increase'"):
            theirs = {row[0]: row[1] for row in clickhouse.run(_window_funnel(trail, mode)).rows}
            assert ours == {who: level for who, level in theirs.items() if level}, trail.text
        levels.update(ours.values())
    assert EXAMPLES < 20 or min(levels[n] for n in (1, 2, 3)) > EXAMPLES, levels


def _counts(trail: Trail) -> str:
    return "f.entities, " + ", ".join(f"f.s{n}" for n in range(2, trail.funnel.stages + 1))


def _window_funnel(trail: Trail, mode: str) -> str:
    assert trail.funnel.within is not None
    seconds = trail.funnel.within[0] * SECONDS[trail.funnel.within[1]]
    stages = ", ".join(" OR ".join(f"name = '{name}'" for name in sorted(rows.names or ())) for rows in trail.stages)
    moment = "toUInt64(toUnixTimestamp(at))"
    return f"SELECT visitor, windowFunnel({seconds}{mode})({moment}, {stages}) FROM events WHERE at < '2026-02-21' GROUP BY visitor"


# ---------------------------------------------------------------- the oracle itself


def did(text: str) -> list[Event]:
    """Events of one person, a letter an hour: `a`, `b` and `c` fill stages 1 to 3, `x` is excluded, `.` is something else, letters in one
    word happen at one time."""
    found: list[Event] = []
    for hour, word in enumerate(text.split()):
        for letter in word:
            fills = frozenset("abc".index(letter) + 1 for _ in "1" if letter in "abc")
            found.append(Event("p", dt.datetime(2026, 1, 1, hour), len(found), fills, letter == "x"))
    return found


def told(funnel: Funnel, text: str) -> dict[int, dict[int, int]]:
    """The hour of each start, and of each stage that it came to."""
    return {s.event.at.hour: {n: row.at.hour for n, row in s.reached.items()} for s in starts(funnel, did(text))}  # type: ignore[union-attr]


IN_ORDER, STRICT, ANY = Funnel(3, within=(4, "hour")), Funnel(3, "strict", (4, "hour")), Funnel(3, "any", (2, "hour"))


@pytest.mark.parametrize(
    ("funnel", "text", "due"),
    [
        (IN_ORDER, "a b c", {0: {2: 1, 3: 2}}),
        (IN_ORDER, "a b . . c", {0: {2: 1, 3: 4}}),  # inclusive
        (IN_ORDER, "a b . . . c", {0: {2: 1}}),
        (IN_ORDER, "a a b c", {0: {}, 1: {2: 2, 3: 3}}),  # the latest start
        (IN_ORDER, "a b a c", {0: {2: 1, 3: 3}, 2: {}}),  # the latest one that comes there
        (IN_ORDER, "a b a b . . c", {0: {2: 1}, 2: {2: 3, 3: 6}}),  # the first b is too early for the second a
        (IN_ORDER, "ab b c", {0: {2: 1, 3: 2}}),  # strictly later
        (IN_ORDER, "a bc", {0: {2: 1}}),
        (IN_ORDER, "a x b c", {0: {}}),
        (IN_ORDER, "ax b c", {0: {2: 1, 3: 2}}),
        (IN_ORDER, "a bx c", {0: {2: 1}}),
        (IN_ORDER, "a x a b c", {0: {}, 2: {2: 3, 3: 4}}),
        (Funnel(3, optional=frozenset({2})), "a c b", {0: {2: 2, 3: 1}}),
        (STRICT, "a b c", {0: {2: 1, 3: 2}}),
        (STRICT, "a . b c", {0: {}}),
        (STRICT, "a b. c", {0: {2: 1, 3: 2}}),  # at one moment with the stage is not between
        (STRICT, "a bx c", {0: {2: 1}}),
        (Funnel(3, "strict", optional=frozenset({2})), "a b c a c", {0: {2: 1, 3: 2}, 3: {3: 4}}),
        (ANY, "c a b", {0: {3: 2}, 1: {}, 2: {}}),
        (ANY, "c . a b", {0: {}, 2: {}, 3: {}}),
        (ANY, "c abc", {0: {}, 1: {3: 1}}),
        (ANY, "c x ab", {0: {}, 2: {}}),
        (ANY, "c a bx", {0: {}, 1: {}, 2: {}}),  # events of one moment count together, what is excluded too
    ],
)
def test_brute_force(funnel: Funnel, text: str, due: dict[int, dict[int, int]]) -> None:
    """Short histories, worked out by hand."""
    assert told(funnel, text) == due


def test_of_equal_starts_the_smallest_key() -> None:
    """Two starts at one time are one; its row and the row of the stage are those with the smallest keys."""
    rows = [Event("p", dt.date(2026, 1, day), key, frozenset({day})) for day, key in ((1, 7), (1, 3), (2, 9), (2, 8))]
    (start,) = starts(Funnel(2), rows)
    assert (start.event.key, start.reached[2].key) == (3, 8)


def test_by_day() -> None:
    """Two stages of one day follow each other, whichever row was first; what is excluded on that day counts unless it is the start's."""
    first, second = dt.date(2026, 1, 1), dt.date(2026, 1, 2)
    a, b = Event("p", first, 2, frozenset({1})), Event("p", first, 1, frozenset({2}))
    funnel = Funnel(2, by_day=True)
    assert [start.reached for start in starts(funnel, [a, b])] == [{2: b}]
    assert [start.reached for start in starts(funnel, [a, b, Event("p", first, 3, frozenset(), True)])] == [{2: b}]
    later_b = Event("p", second, 4, frozenset({2}))
    assert [start.reached for start in starts(funnel, [a, later_b, Event("p", second, 5, frozenset(), True)])] == [{}]


@pytest.mark.slow
def test_every_kind_is_drawn() -> None:
    """Every order, window and kind of source; ties, starts that lead nowhere because a later one does, and whole paths."""
    drawn_here = trails(300, 30, "kinds")
    kinds = Counter(
        f"{t.funnel.order} {'by day' if t.funnel.by_day else ''}{' '.join(t.times.values())}{' keyed' * t.keyed}" for t in drawn_here
    )
    assert len(kinds) == 14
    assert min(kinds.values()) >= 3, kinds
    assert {t.funnel.within and t.funnel.within[1] for t in drawn_here} == {None, "minute", "hour", "day", "week", "month"}
    for trail in drawn_here:
        events, funnel = trail.events(), trail.funnel
        found = starts(funnel, events)
        levels = Counter(max(start.reached, default=1) for start in found)
        kinds["completed"] += levels[funnel.stages] > 0
        kinds["ties"] += len({(e.who, e.held, e.at) for e in events}) < len(events)
        kinds["several starts"] += len({(s.event.who, s.event.held) for s in found}) < len(found)
        kinds["optional"] += any(n in start.reached for n in funnel.optional for start in found)
        kinds["excluded"] += any(e.out for e in events) and found != starts(funnel, [replace(e, out=False) for e in events])
        kinds["held"] += bool(trail.held)
        kinds["rows of two stages"] += any(len(e.fills) > 1 for e in events)
    assert min(kinds[word] for word in ("completed", "ties", "several starts", "held", "rows of two stages")) > 60, kinds
    assert min(kinds[word] for word in ("optional", "excluded")) > 30, kinds
