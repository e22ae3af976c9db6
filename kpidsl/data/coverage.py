"""How far the data goes, beside how far it is said to go. Comes in: the extent of every source. Goes out: warnings about sources that
stopped, that begin elsewhere than they say, and about metrics of several sources that start on different days (S5).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping

from kpidsl.data.places import Places
from kpidsl.data.probe import Extent, Seen
from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.model.model import Aggregate, Model, SourceModel, aggregates
from kpidsl.plan.coverage import ADDED_UP
from kpidsl.plan.origin import short
from kpidsl.syntax import ast

STALE, BEGINS, STARTS, EMPTY = "KPI206", "KPI207", "KPI208", "KPI210"
_PATIENCE = 3
"""A source is late where so many times its usual distance between days with rows has passed; two days at least."""
_NAMED = 4


class Coverage:
    """Judges the extents of a model's sources. `seen` is by name of source."""

    def __init__(self, model: Model, places: Places, seen: Mapping[str, Seen]) -> None:
        self.model, self.places, self.seen = model, places, seen
        self.leaves = _leaves(model)

    def findings(self) -> Iterator[Diagnostic]:
        facts = dict.fromkeys(leaf.source for leaves in self.leaves.values() for leaf in leaves)
        for name in self.seen:
            source, seen = self.model.sources[name], self.seen[name]
            if seen.rows == 0:
                yield from self._empty(source, name in facts)
            elif seen.extent is not None and not self._said_below(source):
                if name in facts and not _goes_on(seen):
                    yield from self._stale(source, seen.extent)
                yield from self._begins_late(source, seen.extent)
        yield from self._starts()

    # ------------------------------------------------------------ one source

    def _empty(self, source: SourceModel, fact: bool) -> Iterator[Diagnostic]:
        below = [source.base] if source.base is not None else source.members
        if any(self.seen[name].rows == 0 for name in below if name in self.seen):
            return
        said = "every sum and count of it is 0, and every average null" if fact else "joins to it find nothing"
        yield Diagnostic(
            EMPTY,
            f"`{short(source.name)}` has no rows",
            source.span,
            notes=(said,),
            help="load it, or look whether `from` names the right table or file",
            severity=Severity.WARNING,
        )

    def _said_below(self, source: SourceModel) -> bool:
        """A coarser grain or a union stops where the rows below it stop, and that is said there."""
        below = [source.base] if source.base is not None else list(source.members)
        return bool(below) and all(name in self.seen and self.seen[name].extent is not None for name in below if name)

    def _stale(self, source: SourceModel, extent: Extent) -> Iterator[Diagnostic]:
        """The latest row is long ago, and nothing says that it is meant so."""
        through = self._complete(source, extent)
        if through is not None and extent.last < through:
            days = (through - extent.last).days
            if days > self._allowed(source, extent):
                yield self._behind(source, extent, through, days)
        elif through is None and (days := (extent.today - extent.last).days) > self._allowed(source, extent):
            yield self._stopped(source, extent, days)

    def _allowed(self, source: SourceModel, extent: Extent) -> int:
        return max(2, math.ceil(_PATIENCE * extent.step)) + self.places.settles(source)

    def _complete(self, source: SourceModel, extent: Extent) -> dt.date | None:
        """The last day that is said to be complete, of the source or of one that is made of it."""
        declared = source.complete_through
        if declared is not None:
            return declared if isinstance(declared, dt.date) else extent.through
        above = [other for other in self.model.sources.values() if other.base == source.name or source.name in other.members]
        days = [other.complete_through for other in above if isinstance(other.complete_through, dt.date)]
        said = any(other.complete_through is not None for other in above)
        return max(days) if days else extent.last if said else None

    def _behind(self, source: SourceModel, extent: Extent, through: dt.date, days: int) -> Diagnostic:
        return Diagnostic(
            STALE,
            f"`{short(source.name)}` is said to be complete through {through}, and its latest row is of {extent.last}",
            self.places.of(source, ast.CompleteThrough),
            notes=(f"{_usually(extent)}; the {days} days between count as nothing, 0 in sums and counts (S5)",),
            help=f"load what is missing, or write complete through {extent.last}",
            severity=Severity.WARNING,
        )

    def _stopped(self, source: SourceModel, extent: Extent, days: int) -> Diagnostic:
        return Diagnostic(
            STALE,
            f"the latest row of `{short(source.name)}` is of {extent.last}, {days:,} days before {extent.today}",
            self.places.time(source),
            label="by this time",
            notes=(f"{_usually(extent)}; the days since count as nothing, 0 in sums and counts (S5), so the running period looks poor",),
            help=f"load what is missing; where the data does end there, write complete through {extent.last}, "
            "or set as_of in kpi.toml to the day that is to count as today",
            severity=Severity.WARNING,
        )

    def _begins_late(self, source: SourceModel, extent: Extent) -> Iterator[Diagnostic]:
        """Said to begin long before its first row: the days between are 0 and not unknown."""
        if source.begins is None or (days := (extent.first - source.begins).days) <= self._allowed(source, extent):
            return
        yield Diagnostic(
            BEGINS,
            f"`{short(source.name)}` is said to begin on {source.begins}, and its first row is of {extent.first}",
            self.places.of(source, ast.Begins),
            notes=(
                f"{_usually(extent)}; the {days:,} days between count as nothing, 0 in sums and counts, as if nothing had happened (S5)",
            ),
            help=f"write begins {extent.first}, or load what is missing",
            severity=Severity.WARNING,
        )

    # ------------------------------------------------------------ metrics of several sources

    def _starts(self) -> Iterator[Diagnostic]:
        """For each source without `begins` that starts later than another one in some metric: the metrics that read both."""
        late: dict[str, list[str]] = {}
        earlier: dict[str, str] = {}
        for metric, leaves in self.leaves.items():
            names = list(dict.fromkeys(leaf.source for leaf in leaves if leaf.fill and leaf.agg.func in ADDED_UP))
            known = {name: extent for name in names if (extent := self._extent(name)) is not None}
            if len(known) < 2:
                continue
            first = min(known, key=lambda name: known[name].first)
            for name, extent in known.items():
                days = (extent.first - known[first].first).days
                if not self._has_begins(name) and days > self._allowed(self.model.sources[name], extent):
                    late.setdefault(name, []).append(metric)
                    if name not in earlier or known[first].first < self._first(earlier[name]):
                        earlier[name] = first
        for name, metrics in late.items():
            below = self._below(name)
            if not any(other in late for other in below):
                yield self._starts_late(name, earlier[name], metrics)

    def _starts_late(self, name: str, other: str, metrics: list[str]) -> Diagnostic:
        source, first = self.model.sources[name], self._first(name)
        own = [self.model.metrics[metric] for metric in metrics if metric in self.model.metrics]
        more = f" and {len(metrics) - _NAMED} more" if len(metrics) > _NAMED else ""
        return Diagnostic(
            STARTS,
            f"`{short(name)}` starts on {first} and `{short(other)}` on {self._first(other)}, "
            f"and {', '.join(f'`{metric}`' for metric in metrics[:_NAMED])}{more} {'reads' if len(metrics) == 1 else 'read'} both",
            source.span,
            label="says nothing about where it begins",
            labels=tuple(Label(metric.span, "reads both") for metric in own[:1]),
            notes=(f"before {first} nothing of `{short(name)}` counts as 0 and not as unknown (S5): a cost of it is free there",),
            help=f"write begins {first} in `{short(name)}`, or load its earlier rows",
            severity=Severity.WARNING,
        )

    def _extent(self, name: str) -> Extent | None:
        return self.seen[name].extent if name in self.seen else None

    def _first(self, name: str) -> dt.date:
        extent = self._extent(name)
        assert extent is not None
        return extent.first

    def _below(self, name: str) -> list[str]:
        source = self.model.sources[name]
        return ([source.base] if source.base is not None else []) + list(source.members)

    def _has_begins(self, name: str) -> bool:
        """Said by the source or by what it is made of."""
        below = self._below(name)
        return self.model.sources[name].begins is not None or (bool(below) and all(map(self._has_begins, below)))


def _leaves(model: Model) -> dict[str, list[Aggregate]]:
    return {name: aggregates(metric.expr) for name, metric in model.metrics.items()}


def _goes_on(seen: Seen) -> bool:
    """A plan or a calendar of bookings goes beyond today, and has not stopped; one row in a hundred may be a slip of somebody's."""
    later = sum(seen.failing[check.name] for check in seen.checks if check.kind == "later")
    return later * 100 > seen.rows


def _usually(extent: Extent) -> str:
    if extent.days < 2:
        return "it has rows on one day only"
    if extent.step < 1.5:
        return "it has rows on nearly every day"
    return f"it usually has rows every {extent.step:.0f} days"
