"""Random funnels for the oracle, and what random people did. Comes in: a random generator. Goes out: the funnel as an analyst writes it,
the rows of its sources, and both as values for `paths`.

All sources have the same columns: `sessions` hold constant, `name` tells stages apart, `device` is what starts are grouped by. Times lie on
a coarse grid, so that many are equal and many lie exactly on a window's end.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.oracle.paths import Event, Funnel, Moment

TODAY = dt.date(2026, 2, 20)
BEGIN = dt.datetime(2026, 1, 28)
NAMES = "abcdefxz"
DEVICES = ["phone", "desktop", "Phone", None]
KINDS = ("one", "one", "one", "two", "two", "keyed", "by day", "dates")
Cells = tuple[int | None, int | None, Moment | None, str | None, int | None, str | None]
"""id, visitor, at, name, session, device."""


@dataclass(frozen=True)
class Rows:
    """Rows of a source by their names, None for all of them."""

    source: str
    names: frozenset[str] | None

    @property
    def text(self) -> str:
        match sorted(self.names or ()):
            case []:
                return self.source
            case [name]:
                return f'{self.source} where name = "{name}"'
            case names:
                return f"{self.source} where name in ({', '.join(f'{chr(34)}{n}{chr(34)}' for n in names)})"

    def holds(self, source: str, name: str | None) -> bool:
        return source == self.source and (self.names is None or name in self.names)


@dataclass
class Trail:
    """A funnel over sources: the time of each is a timestamp or a date, `keyed` says that who and when tell its rows. The rows are in
    tables, or in files of a `folder`."""

    funnel: Funnel
    stages: tuple[Rows, ...]
    excluded: tuple[Rows, ...]
    held: bool
    times: dict[str, str]
    keyed: bool
    tables: dict[str, list[Cells]] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def text(self) -> str:
        """The project."""
        return "".join(self._source(name) for name in self.times) + self._funnel()

    def _source(self, name: str) -> str:
        key = ("visitor, at, session" if self.held else "visitor, at") if self.keyed else "id"
        origin = f'file("{self._file(name).as_posix()}")' if self.folder else name
        return (
            f"source {name} from {origin} {{\n  key {key}  time at\n  id: int  visitor: int  at: {self.times[name]}  name: text"
            "  session: int  device: text\n}\n"
        )

    def _funnel(self) -> str:
        funnel = self.funnel
        lines = ["entity visitor"]
        if funnel.within is not None:
            lines.append(f"within {funnel.within[0]} {funnel.within[1]}s")
        lines += [f"order {funnel.order}"] if funnel.order != "ordered" else []
        lines += [f"exclude {rows.text}" for rows in self.excluded]
        lines += ["same session"] if self.held else []
        for number, rows in enumerate(self.stages, 1):
            lines.append(f"stage s{number} = {rows.text}{' { optional }' if number in funnel.optional else ''}")
        return "funnel f {\n  " + "\n  ".join(lines) + "\n}\n"

    def _file(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{name}.csv"

    def write(self, folder: Path) -> None:
        """The rows as files, which is faster where they are many."""
        self.folder = folder
        for name, rows in self.tables.items():
            with self._file(name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([("id", "visitor", "at", "name", "session", "device"), *rows])

    @property
    def first(self) -> str:
        """The source that starts are rows of."""
        return self.stages[0].source

    @property
    def is_grouped(self) -> bool:
        """Whether starts have the columns of one source's rows."""
        return self.funnel.order != "any" or len({rows.source for rows in self.stages}) == 1

    def events(self, today: dt.date = TODAY) -> list[Event]:
        """The rows of the sources that the funnel names, as far as they are anybody's and not later than today."""
        named = {rows.source for rows in self.stages + self.excluded}
        found: list[Event] = []
        for source in named:
            for key, who, at, name, session, device in self.tables[source]:
                if who is None or at is None or (self.held and session is None):
                    continue
                day = at.date() if isinstance(at, dt.datetime) else at
                if day > today:
                    continue
                fills = frozenset(n for n, rows in enumerate(self.stages, 1) if rows.holds(source, name))
                out = any(rows.holds(source, name) for rows in self.excluded)
                if not fills and not out and self.funnel.order != "strict":
                    continue
                held = (session,) if self.held else ()
                assert key is not None
                found.append(Event(who, day if self.funnel.by_day else at, key, fills, out, held, (source, key, device)))
        return found


def drawn(random: Random, people: int, wanted: Callable[[Trail], bool] = lambda _: True) -> Trail:
    """A funnel, one that is `wanted`, and what so many people did."""
    trail = _funnel(random, random.choice(KINDS))
    while not wanted(trail):
        trail = _funnel(random, random.choice(KINDS))
    _fill(random, trail, people)
    return trail


def _funnel(random: Random, kind: str) -> Trail:
    orders = ["ordered", "ordered", "ordered", "any"] if kind == "by day" else ["ordered", "ordered", "ordered", "strict", "any"]
    times = {
        "two": {"events": "timestamp", "orders": "timestamp"},
        "by day": {"events": "timestamp", "orders": "date"},
        "dates": {"events": "date"},
    }.get(kind, {"events": "timestamp"})
    count = random.choice([2, 3, 3, 3, 4, 5])
    sources = [random.choice(list(times)) for _ in range(count)]
    if len(times) > 1 and len(set(sources)) == 1:
        sources[random.randrange(count)] = next(name for name in times if name != sources[0])
    stages = _stages(random, sources, apart=kind == "by day" or random.random() < 0.4)
    whole = kind in ("by day", "dates")
    units = [("day", 1), ("day", 2), ("day", 3), ("day", 7), ("week", 1), ("month", 1)]
    units += [] if whole else [("hour", 24), ("hour", 30), ("hour", 12), ("minute", 720)]
    unit, amount = random.choice(units)
    excluded: list[Rows] = []
    for _ in range(random.choice([0, 0, 0, 1, 1, 2])):
        rows = Rows(random.choice(list(times)), frozenset(random.sample("abcxxz", random.choice([1, 1, 2]))))
        if rows not in stages and rows not in excluded:
            excluded.append(rows)
    funnel = Funnel(
        stages=count,
        order=random.choice(orders),
        within=None if random.random() < 0.15 else (amount, unit),
        optional=frozenset(n for n in range(2, count) if random.random() < 0.25),
        by_day=kind == "by day",
    )
    return Trail(funnel, tuple(stages), tuple(excluded), random.random() < 0.3, times, kind == "keyed")


def _stages(random: Random, sources: list[str], apart: bool) -> list[Rows]:
    """Stages that no row shares where `apart`; else some repeat, overlap or take every row."""
    if apart:
        return [Rows(source, frozenset({NAMES[n]})) for n, source in enumerate(sources)]
    found = []
    for number, source in enumerate(sources):
        names = frozenset({NAMES[number], *random.sample(NAMES[: len(sources) + 1], random.choice([0, 0, 1, 2]))})
        match random.randrange(6):
            case 0 if found:
                found.append(Rows(source, random.choice(found).names))
            case 1:
                found.append(Rows(source, None))
            case _:
                found.append(Rows(source, names))
    return found


def _fill(random: Random, trail: Trail, people: int) -> None:
    names = NAMES[: trail.funnel.stages] + random.choice(["", "x", "xz"])
    step = random.choice([12, 24, 6])
    slots = random.choice([6, 10, 16])
    trail.tables = {name: [] for name in trail.times}
    taken: set[tuple[object, ...]] = set()
    numbers = list(range(people * 10))
    random.shuffle(numbers)
    for person in range(people):
        who = person if random.random() > 0.01 else None
        offset = random.randrange(0, 24 * 24 // step)
        length = min(random.choice([1, 2, 3, 4, 4, 5, 6, 7, 8, 9]), 10)
        sorted_names = sorted(random.choices(names, k=length)) if random.random() < 0.4 else random.choices(names, k=length)
        places = sorted(random.choices(range(slots), k=length))
        for name, place in zip(sorted_names, places, strict=True):
            source = random.choice(list(trail.times))
            at: Moment = BEGIN + dt.timedelta(hours=step * (offset + place))
            at = at.date() if trail.times[source] == "date" and isinstance(at, dt.datetime) else at
            session = random.choice([1, 1, 1, 2, None] if random.random() < 0.05 else [1, 1, 1, 2])
            if trail.keyed:
                if (who, at, session if trail.held else 0) in taken or who is None or session is None:
                    continue
                taken.add((who, at, session if trail.held else 0))
            row = (numbers.pop(), who, at, name if random.random() > 0.01 else None, session, random.choice(DEVICES))
            trail.tables[source].append(row)
