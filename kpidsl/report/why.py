"""Why a metric moved, for people. Comes in: the rows of `kpi why`. Goes out: one plain sentence, and a table for the parts and for each
dimension, the largest effects first, in text or Markdown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kpidsl.record import dataclass
from kpidsl.report.cells import NULL, cells
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.report.tables import escaped
from kpidsl.report.width import cut, pad, visible, width

MOST = 6
"""Segments of one dimension that are shown; the others are added up in one line."""
_WIDEST = 40
_GAP = "   "
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Told:
    """What the rows do not say. `days`: first and last day of the period then and now, None where only the warehouse knows them."""

    titles: dict[str, str]
    dimensions: dict[str, str]
    unit: str = ""
    format: str = ""
    days: tuple[Span, Span] | None = None
    left_out: tuple[str, ...] = ()
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of the answer."""

    split: str
    part: str | None
    of: str | None
    kind: str
    unit: str
    then: float | None
    now: float | None
    effect: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment with its effects; `rate` and `mix` of a ratio, and its weight then and now."""

    name: str
    value: Effect
    effect: float | None
    share: float | None
    rate: float | None = None
    mix: Effect | None = None


def rows_of(result: Result) -> list[Effect]:
    """The rows of an answer."""

    def text(value: Value) -> str | None:
        return None if value is None else str(value)

    def number(value: Value) -> float | None:
        return None if value is None else float(value)  # type: ignore[arg-type]

    return [
        Effect(str(r[0]), text(r[1]), text(r[2]), str(r[3]), text(r[4]) or "", number(r[5]), number(r[6]), number(r[7]), number(r[8]))
        for r in result.rows
    ]


def text(result: Result, told: Told) -> str:
    """The sentence and the tables, for a terminal."""
    return _Report(rows_of(result), told).text()


def markdown(result: Result, told: Told) -> str:
    """The same as GitHub's Markdown."""
    return _Report(rows_of(result), told).markdown()


@dataclass(frozen=True, slots=True)
class _Table:
    head: Sequence[str]
    lines: list[list[str]]

    def text(self) -> str:
        lines = [[cut(cell, _WIDEST) for cell in line] for line in (self.head, *self.lines)]
        widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
        right = [False] + [True] * (len(self.head) - 1)
        return "".join(f"  {_GAP.join(map(pad, line, widths, right)).rstrip()}\n" for line in lines)

    def markdown(self) -> str:
        rules = ["---"] + ["---:"] * (len(self.head) - 1)
        body = [[escaped(cell) for cell in line] for line in self.lines]
        return "".join(f"| {' | '.join(line)} |\n" for line in ([escaped(cell) for cell in self.head], rules, *body))


@dataclass
class _Report:
    rows: list[Effect]
    told: Told

    def text(self) -> str:
        blocks = [f"{self.sentence()}\n{self.period()}\n", *(table.text() for table in self.tables()), *self.notes()]
        return "\n".join(blocks)

    def markdown(self) -> str:
        blocks = [f"{escaped(self.sentence())}\n\n{escaped(self.period())}\n", *(table.markdown() for table in self.tables())]
        return "\n".join([*blocks, *map(escaped, self.notes())])

    # ------------------------------------------------------------ numbers

    def values(self, unit: str, values: Sequence[float | None], format: str = "") -> list[str]:
        return cells(ResultColumn("", type="number", unit=unit, format=format), values, self.told.locale)

    def effects(self, values: Sequence[float | None]) -> list[str]:
        """With their signs; those of a percentage are points of it."""
        percent = self.told.unit == "%" and self.told.format != "x"
        unit = "points" if percent else self.told.unit
        sizes = [None if v is None else abs(v) * (100 if percent else 1) for v in values]
        written = self.values(unit, sizes, "" if percent else self.told.format)
        zero = self.values(unit, [0.0, *sizes], "" if percent else self.told.format)[0]
        return [w if not v or w == zero else f"{'+' if v > 0 else '−'}{w}" for v, w in zip(values, written, strict=True)]

    def shares(self, values: Sequence[float | None]) -> list[str]:
        return [NULL if v is None else f"{'−' if round(v * 100) < 0 else ''}{abs(round(v * 100))} %" for v in values]

    def title(self, name: str | None) -> str:
        return visible(self.told.titles.get(name or "", name or NULL))

    # ------------------------------------------------------------ the sentence

    def sentence(self) -> str:
        total = self.rows[0]
        name = self.title(total.part)
        then, now = self.values(self.told.unit, [total.then, total.now], self.told.format)
        if total.effect is None:
            return self._unknown(name, total)
        parts = [row for row in self.rows if row.kind == "part" and row.of is None]
        written = self.effects([total.effect, *(row.effect for row in parts)])
        if not total.effect:
            head = f"{name} did not move: {now} in both periods"
        else:
            word = "rose" if total.effect > 0 else "fell"
            sign = written[0][0]
            relative = f" ({sign}{abs(total.effect / total.then) * 100:.1f} %)" if total.then is not None and total.then > 0 else ""
            head = f"{name} {word} by {written[0].lstrip('+−')}{relative}, from {then} to {now}"
        moving = [(row, moved) for row, moved in zip(parts, written[1:], strict=True) if row.effect]
        alone = ", ".join(f"{self.title(row.part)} alone {moved}" for row, moved in moving)
        return head + (f": {alone}" if alone else "") + self._where(total.effect) + "."

    def _unknown(self, name: str, total: Effect) -> str:
        when = "either period" if total.then is None and total.now is None else "the period before" if total.then is None else "this period"
        parts = [row for row in self.rows if row.kind == "part" and row.of is None]
        empty = [self.title(row.part) for row in parts if (total.then is None and not row.then) or (total.now is None and not row.now)]
        because = f" ({', '.join(empty)}: nothing there)" if empty else ""
        return f"{name} has no value in {when}{because}, so nothing can be said about its change."

    def _where(self, change: float) -> str:
        """Where most of the change is, in the dimension that tells most."""
        for split in self.splits():
            with_it = [s for s in self.segments(split) if s.effect is not None and s.effect * change > 0]
            if not with_it or telling(self.segments(split)) == 0:
                continue
            first = max(with_it, key=lambda segment: abs(segment.effect or 0))
            assert first.effect is not None
            moved = self.effects([first.effect])[0]
            label = visible(self.told.dimensions.get(split, split))
            place = f"{label} {first.name}" if first.value.part is not None else f"what has no {label}"
            return f"; {'most' if first.effect / change > 0.5 else 'the largest share'} of it in {place} ({moved})"
        return ""

    def period(self) -> str:
        """Which days are compared."""
        if self.told.days is None:
            return "the asked period against the one before it"
        then, now = (f"{first} to {last}" if first != last else f"{first}" for first, last in self.told.days)
        return f"{now} against {then}"

    # ------------------------------------------------------------ the tables

    def splits(self) -> list[str]:
        """The dimensions, the most telling first."""
        names = list(dict.fromkeys(row.split for row in self.rows if row.split in self.told.dimensions))
        return sorted(names, key=lambda name: -telling(self.segments(name)))

    def segments(self, split: str) -> list[Segment]:
        """The segments of a dimension, the largest effects first."""
        found: dict[str | None, Segment] = {}
        for row in self.rows:
            if row.split != split or row.kind == "overlap":
                continue
            name = visible(row.part) if row.part is not None else NULL
            match row.kind:
                case "rate":
                    found[row.part] = Segment(name, row, None, None, rate=row.effect)
                case "mix":
                    first = found[row.part]
                    both = None if row.effect is None or first.rate is None else row.effect + first.rate
                    share = None if row.share is None or first.value.share is None else row.share + first.value.share
                    found[row.part] = Segment(name, first.value, both, share, first.rate, row)
                case _:
                    found[row.part] = Segment(name, row, row.effect, row.share)
        return list(found.values())

    def tables(self) -> list[_Table]:
        parts = [row for row in self.rows if row.kind == "part"]
        return ([self._parts(parts)] if parts else []) + [self._segments(split) for split in self.splits()]

    def _parts(self, rows: list[Effect]) -> _Table:
        moved, shares = self.effects([row.effect for row in rows]), self.shares([row.share for row in rows])
        lines = []
        for row, effect, share in zip(rows, moved, shares, strict=True):
            name = self.title(row.part)
            lines.append([f"  {name}" if row.of else name, *self.values(row.unit, [row.then, row.now]), effect, share])
        return _Table(("Parts", "then", "now", "effect", "share"), lines)

    def _segments(self, split: str) -> _Table:
        everything = self.segments(split)
        shown, rest = (everything, []) if len(everything) <= MOST + 1 else (everything[:MOST], everything[MOST:])
        overlap = [row for row in self.rows if row.split == split and row.kind == "overlap" and not _nothing(row, self.rows[0])]
        names = [s.name for s in shown]
        own = self.values(self.told.unit, [v for s in shown for v in (s.value.then, s.value.now)], self.told.format)
        columns: list[list[str]] = [names, own[::2], own[1::2]]
        head = [visible(self.told.dimensions.get(split, split)), "then", "now"]
        extra = len(rest) > 0
        if any(s.mix for s in shown):
            weights = self.values("%", [v for s in shown for v in ((s.mix.then, s.mix.now) if s.mix else (None, None))])
            rates = [None if None in (s.value.then, s.value.now) else s.rate for s in shown]
            mixes = [s.mix.effect if s.mix else None for s in shown]
            columns += [weights[::2], weights[1::2], self.effects(rates), self.effects(mixes)]
            head += ["weight then", "weight now", "rate", "mix"]
        if not any(s.value.kind == "own" for s in shown):
            effects = [s.effect for s in shown] + ([_total(rest)] if extra else []) + [row.effect for row in overlap]
            shares = [s.share for s in shown] + ([_total(rest, share=True)] if extra else []) + [row.share for row in overlap]
            last = [self.effects(effects), self.shares(shares)]
            head += ["effect", "share"]
        else:
            last = []
        blank = [""] * (len(columns) - 1)
        lines = [list(line) for line in zip(*columns, strict=True)]
        lines += [[f"{len(rest)} more", *blank]] if extra else []
        lines += [["counted in several", *blank] for _ in overlap] if last else []
        return _Table(head, [[*line, *(column[at] for column in last)] for at, line in enumerate(lines)])

    def notes(self) -> list[str]:
        found = []
        if any(row.kind == "own" for row in self.rows):
            found.append("The segments' own values; this metric is not put together from them, so they have no share in its change.\n")
        if self.told.left_out:
            found.append(f"It can be split by {', '.join(map(visible, self.told.left_out))} as well: by {visible(self.told.left_out[0])}\n")
        return found


def _total(rest: list[Segment], share: bool = False) -> float | None:
    found = [s.share if share else s.effect for s in rest]
    return None if any(v is None for v in found) else sum(v for v in found if v is not None)


def _nothing(row: Effect, total: Effect) -> bool:
    """Whether what is left is the dust of doubles."""
    scale = max(abs(total.then or 0), abs(total.now or 0), abs(total.effect or 0))
    return row.effect is None or abs(row.effect) <= scale * 1e-9


def telling(segments: list[Segment]) -> float:
    """How much a dimension tells: by how much its most striking segment moved otherwise than if every one had moved as the whole did, each
    by its weight (of a ratio) or its size. In units of the metric, so that dimensions can be compared: their effects add up to one change.
    """
    effects = [s.effect or 0 for s in segments]
    sizes = [_mean(s.mix) if s.mix else _mean(s.value) for s in segments]
    if len(segments) < 2 or not sum(sizes):
        return 0.0
    return max(abs(e - sum(effects) * w / sum(sizes)) for e, w in zip(effects, sizes, strict=True))


def _mean(row: Effect) -> float:
    return (abs(row.then or 0) + abs(row.now or 0)) / 2
