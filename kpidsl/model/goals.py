"""Goals: what should be different, by how much and by when. Comes in: the syntax of `goal`. Goes out: a `GoalModel` with the queries
behind its values, or which of its letters (specific, measurable, achievable, relevant, time-bound) is missing."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal
from typing import NoReturn

from kpidsl.diagnostic import Label, fail
from kpidsl.model import units
from kpidsl.model.aims import ACTUAL, BASELINE, EARLIER, ROWS, SPANS, VALUE, GoalModel
from kpidsl.model.begins import begins_of
from kpidsl.model.expr import DATE, Expr, Fn, Lit
from kpidsl.model.items import check_items
from kpidsl.model.judged import TODAY, called, check_timed, is_paced, rows_behind, so_far
from kpidsl.model.metrics import MetricResolver
from kpidsl.model.model import Constant, MetricExpr, Moved, QueryMetric, QueryModel, Ref, Shift, aggregates
from kpidsl.model.names import Scope
from kpidsl.model.periods import days_of
from kpidsl.model.query import Problems, QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.rules import held_against
from kpidsl.model.timing import Asked
from kpidsl.model.words import Words
from kpidsl.record import dataclass
from kpidsl.syntax import ast

RHYTHMS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
"""How long the periods are that lie between two reviews."""
DAY = dt.timedelta(days=1)
Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class GoalResolver:
    """Resolves the goals of one scope."""

    resolver: Questions
    scope: Scope

    def resolve(self, decl: ast.Goal) -> GoalModel:
        """The goal; raises KpiError."""
        return _Resolving(self.resolver, self.scope, decl).model()


class _Resolving:
    """The work on one goal."""

    def __init__(self, resolver: Questions, scope: Scope, decl: ast.Goal) -> None:
        self.resolver, self.scope, self.decl = resolver, scope, decl
        self.rows = MetricResolver(resolver, scope)
        self.words = Words(resolver, scope)

    def model(self) -> GoalModel:
        decl, items = self.decl, self.decl.items
        found = Problems()
        for item in items:
            found.tried(self._check_word, item)
        found.tried(check_items, items, f"the goal `{decl.name.text}`")
        found.tried(self._check_family)
        found.tried(self._check_complete)
        measure = next(iter(ast.pick(items, ast.Measure)), None)
        expr = None if measure is None else found.tried(self._measured, measure.value)
        found.stop()
        assert measure is not None
        assert expr is not None
        way = self._way()
        found.tried(self._check_amount, way)
        for node in _values(way):
            if not self._is_change(way, node):
                found.tried(self._fits, expr, measure.value, node)
        found.stop()
        end = self._end()
        start, baseline = self._span(way, end)
        baseline = self._covered(way, expr, baseline)
        model = self.resolver.metrics[expr.name] if isinstance(expr, Ref) else None
        review = next((item.rhythm.text for item in ast.pick(items, ast.Review)), "")
        asked = self._asked(start, end, review)
        return GoalModel(
            name=decl.name.text,
            label=decl.label or decl.name.text,
            kind=next((item.name.text for item in ast.pick(items, ast.GoalKind)), ""),
            measure=expr,
            measure_name=" ".join(measure.value.span.text.split()),
            type=expr.type if model is None else model.type,
            format="" if model is None else model.format,
            way=way.direction if isinstance(way, ast.Change) else "reach" if isinstance(way, ast.Reach) else "keep",
            direction=self._direction(way, "" if model is None else model.better),
            amount=self.rows.resolve(way.low if isinstance(way, ast.Keep) else way.amount),
            relative=isinstance(way, ast.Change) and self._is_ratio(way.amount),
            high=self.rows.resolve(way.high) if isinstance(way, ast.Keep) else None,
            start=start,
            end=end,
            baseline=baseline,
            review=review,
            is_paced=is_paced(expr),
            actual=self._query(
                [so_far(m, "day", decl.name.span) for m in (QueryMetric(ACTUAL, "", expr, expr.type), rows_behind(expr))], asked
            ),
            days=None if start is None else self._query([QueryMetric(VALUE, "", expr, expr.type)], asked, by="day"),
            history=None if baseline is None else self._history(expr, baseline),
            owner=next((item.text for item in ast.pick(items, ast.Owner)), ""),
            because=next((item.text for item in ast.pick(items, ast.Because)), ""),
            parent=next((item.name.text for item in ast.pick(items, ast.Parent)), ""),
            decl=decl,
        )

    # ------------------------------------------------------------ words

    def _check_word(self, item: ast.Node) -> None:
        match item:
            case ast.GoalKind(name=name):
                self.words.word("kind", name)
            case ast.Review(rhythm=rhythm):
                self.words.word("review", rhythm)
            case ast.Parent(name=name):
                self.words.named("goal", name)

    def _check_family(self) -> None:
        """Goals have parents, never a circle of them; told once, at the first goal of the circle."""
        names = [self.decl.name.text]
        here: ast.Node = self.decl
        while isinstance(here, ast.Goal):
            parent = next(iter(ast.pick(here.items, ast.Parent)), None)
            entry = self.scope.find("goal", parent.name.text) if parent else None
            if parent is None or entry is None:
                return
            names.append(parent.name.text)
            if parent.name.text == self.decl.name.text:
                if self.decl.name.text == min(names):
                    circle = " → ".join(names)
                    fail(
                        "KPI035", f"goals are each other's parents in a circle: {circle}", self.decl.name.span, help="take one `parent` out"
                    )
                return
            if parent.name.text in names[:-1]:
                return
            here = entry.decl

    def _check_complete(self) -> None:
        """A goal says what is measured, how much of it should be reached, and by when."""
        items = self.decl.items
        if not ast.pick(items, ast.Measure):
            self._lacks("says not what is measured", "name a metric: measure revenue")
        ways = [*ast.pick(items, ast.Change), *ast.pick(items, ast.Reach), *ast.pick(items, ast.Keep)]
        if not ways:
            self._lacks("says not how much", "write increase 20% over 2025-H2, or reach 1_200_000 EUR from 2026-01-01")
        if len(ways) > 1:
            fail(
                "KPI081",
                f"the goal `{self.decl.name.text}` says twice how much",
                ways[1].span,
                labels=(Label(ways[0].span, "and here"),),
                help="keep one of them, or make two goals of it",
            )
        if not ast.pick(items, ast.Deadline):
            self._lacks("says not by when", "give it a day: by 2026-06-30")

    def _lacks(self, what: str, help: str) -> NoReturn:
        note = "nobody could ever tell whether it is reached"
        fail("KPI081", f"the goal `{self.decl.name.text}` {what}", self.decl.name.span, notes=(note,), help=help)

    # ------------------------------------------------------------ what is measured, and how much

    def _measured(self, node: ast.Expr) -> MetricExpr:
        expr = self.rows.resolve(node)
        if not aggregates(expr):
            fail("KPI062", f"`{node.span.text}` counts no rows of any source", node.span, help="measure a metric")
        check_timed(self.resolver, expr, " ".join(node.span.text.split()), node.span)
        return expr

    def _way(self) -> ast.Change | ast.Reach | ast.Keep:
        found: list[ast.Change | ast.Reach | ast.Keep] = [
            *ast.pick(self.decl.items, ast.Change),
            *ast.pick(self.decl.items, ast.Reach),
            *ast.pick(self.decl.items, ast.Keep),
        ]
        return found[0]

    def _is_ratio(self, node: ast.Expr) -> bool:
        value = self.rows.resolve(node)
        return isinstance(value, Constant) and value.type.unit == units.RATIO

    def _is_change(self, way: ast.Change | ast.Reach | ast.Keep, node: ast.Expr) -> bool:
        """Whether a value is a change in percent, which fits a measure of any unit."""
        return isinstance(way, ast.Change) and self._is_ratio(node)

    def _fits(self, expr: MetricExpr, measure: ast.Expr, node: ast.Expr) -> None:
        value = self.rows.resolve(node)
        held_against(self.rows.operand(expr, measure.span), self.rows.operand(value, node.span))
        if aggregates(value):
            help = "write a number with its unit; `increase … over …` starts from a measured value"
            fail("KPI081", f"`{node.span.text}` is not one number", node.span, help=help)

    def _check_amount(self, way: ast.Change | ast.Reach | ast.Keep) -> None:
        """A change is one, and a band has room."""
        values = [_number(self.rows.resolve(node)) for node in _values(way)]
        if isinstance(way, ast.Keep):
            low, high = values
            if low is not None and high is not None and low > high:
                fail("KPI081", "this band lies between a value and a smaller one", way.span, help="swap the two")
            return
        amount = values[0]
        if not isinstance(way, ast.Change) or amount is None:
            return
        if amount <= 0:
            other = "reduce" if way.direction == "increase" else "increase"
            fail(
                "KPI081",
                f"`{way.direction} {way.amount.span.text}` asks for no change",
                way.amount.span,
                help=f"write `{other} …` for the other way",
            )
        if way.direction == "reduce" and amount > 1 and self._is_ratio(way.amount):
            fail("KPI081", f"nothing can be reduced by {way.amount.span.text}", way.amount.span, help="100% less is nothing at all")

    def _direction(self, way: ast.Change | ast.Reach | ast.Keep, better: str) -> str:
        """higher, lower or between."""
        if isinstance(way, ast.Keep):
            return "between"
        if isinstance(way, ast.Change):
            return "lower" if way.direction == "reduce" else "higher"
        return "lower" if better == "lower" else "higher"

    # ------------------------------------------------------------ when

    def _end(self) -> dt.date:
        deadline = ast.pick(self.decl.items, ast.Deadline)[0]
        last = days_of(deadline.date)[1]
        if last is None:
            fail("KPI123", f"`{deadline.date.span.text}` has no end", deadline.date.span, help="give a day: by 2026-06-30")
        return last

    def _span(self, way: ast.Change | ast.Reach | ast.Keep, end: dt.date) -> tuple[dt.date | None, Days | None]:
        """The first day of the goal and the days of its baseline: a span as long as the goal's own (S27)."""
        match way:
            case ast.Change(over=None):
                self._lacks("says not what the change is measured from", f"name the period before: {way.span.text} over 2025-H2")
            case ast.Change(over=over):
                assert over is not None
                return self._after(over, end)
            case ast.Reach(from_=None):
                january = year_of(end, self.resolver.calendar.year_starts)
                return january, _before(january, end)
            case ast.Reach(from_=start):
                assert start is not None
                first = days_of(start)[0]
                if first is None or first > end:
                    self._too_early(end, f"from {start.span.text}", start)
                assert first is not None
                return first, _before(first, end)
            case _:
                return None, None

    def _covered(self, way: ast.Change | ast.Reach | ast.Keep, expr: MetricExpr, baseline: Days | None) -> Days | None:
        """The baseline, as far as the sources have data for all of it: three months of a year would pass for the year."""
        if baseline is None:
            return None
        for leaf in aggregates(expr):
            begins = begins_of(self.resolver.sources, leaf.source)
            if begins is None or begins <= baseline[0]:
                continue
            if isinstance(way, ast.Change) and way.over is not None:
                fail(
                    "KPI082",
                    f"the baseline of `{self.decl.name.text}` begins on {baseline[0]}, and `{leaf.source}` on {begins}",
                    way.over.span,
                    notes=("what is known of the baseline would pass for all of it, and the target would be too low",),
                    help=f"take a baseline from {begins} on",
                )
            return None
        return baseline

    def _after(self, over: ast.Expr, end: dt.date) -> tuple[dt.date, Days]:
        first, last = days_of(over)
        if first is None or last is None or last < first:
            help = "write over 2025-H2, or over 2025-01-01..2025-06-30"
            fail("KPI123", f"`{over.span.text}` is not a period with two ends", over.span, help=help)
        if end <= last:
            self._too_early(end, f"the baseline {over.span.text}", over)
        start = _shifted(end + DAY, -1, _length(first, last))
        if start <= last:
            deadline = ast.pick(self.decl.items, ast.Deadline)[0]
            fail(
                "KPI082",
                f"the goal `{self.decl.name.text}` would begin on {start}, before its baseline is over",
                deadline.span,
                labels=(Label(over.span, "the baseline"),),
                notes=("a goal is as long as its baseline and ends at its deadline: days of both would be compared with themselves",),
                help=f"give it a later deadline, {_shifted(last + DAY, 1, _length(first, last)) - DAY} or after, or an earlier baseline",
            )
        return start, (first, last)

    def _too_early(self, end: dt.date, what: str, node: ast.Expr) -> NoReturn:
        deadline = ast.pick(self.decl.items, ast.Deadline)[0]
        fail(
            "KPI082",
            f"the goal `{self.decl.name.text}` ends on {end}, before {what}",
            deadline.span,
            labels=(Label(node.span, "this is later"),),
            notes=("there would be no day on which it could be reached",),
            help="give it a later deadline",
        )

    # ------------------------------------------------------------ queries

    def _asked(self, start: dt.date | None, end: dt.date, review: str) -> Asked:
        """The days of the goal; of what is to be kept those of the running review, or of the last one, up to the deadline."""
        if start is not None:
            return Lit(start, DATE), Lit(end + DAY, DATE)
        each = RHYTHMS.get(review, "month")
        day: Expr = Fn("least", (TODAY, Lit(end, DATE)), DATE, ("known",))
        first = day if each == "day" else Fn("start_of", (day,), DATE, (each, *self.resolver.calendar.options))
        return first, Fn("least", (Fn("date_add", (first,), DATE, (1, each)), Lit(end + DAY, DATE)), DATE, ("known",))

    def _query(self, metrics: list[QueryMetric], asked: Asked, by: str = "") -> QueryModel:
        span = self.decl.name.span
        node = ast.Query(span, (), by=(ast.Path(span, (ast.Ident(span, by),)),) if by else ())
        measure = next(iter(ast.pick(self.decl.items, ast.Measure))).value.span.text
        with called(dict.fromkeys((metric.name for metric in metrics), " ".join(measure.split()))):
            return QueryResolver(self.resolver, self.scope).of(metrics, node, asked=asked)

    def _history(self, expr: MetricExpr, baseline: Days) -> QueryModel:
        """The baseline and the spans of its length before it, each with the rows behind it."""
        amount, unit = _length(*baseline)
        rows = rows_behind(expr)
        metrics = [QueryMetric(BASELINE, "", expr, expr.type), rows]
        for number in range(1, SPANS + 1):
            move = Shift(number * amount, unit, whole=True)
            for name, value in ((EARLIER, expr), (ROWS, rows.expr)):
                moved = Moved(value, move, value.type, self.decl.name.span)
                metrics.append(QueryMetric(f"{name}{number}", "", moved, moved.type))
        first, last = baseline
        return self._query(metrics, (Lit(first, DATE), Lit(last + DAY, DATE)))


def year_of(day: dt.date, starts: int) -> dt.date:
    """The first day of the project's year in which a day lies; years begin with the month `starts`."""
    return dt.date(day.year if day.month >= starts else day.year - 1, starts, 1)


def _number(value: MetricExpr) -> Decimal | None:
    known = value.value if isinstance(value, Constant) else None
    return Decimal(known) if isinstance(known, (int, Decimal)) and not isinstance(known, bool) else None


def _values(way: ast.Change | ast.Reach | ast.Keep) -> list[ast.Expr]:
    return [way.low, way.high] if isinstance(way, ast.Keep) else [way.amount]


def _length(first: dt.date, last: dt.date) -> tuple[int, str]:
    """How long a span is: whole months where it begins and ends with months, else days."""
    following = last + DAY
    if first.day == 1 and following.day == 1:
        return following.year * 12 + following.month - first.year * 12 - first.month, "month"
    return (following - first).days, "day"


def _shifted(day: dt.date, sign: int, length: tuple[int, str]) -> dt.date:
    """So much later or earlier; months end where they end."""
    amount, unit = length
    if unit == "day":
        return dt.date.fromordinal(max(1, day.toordinal() + sign * amount))
    year, month = divmod(day.year * 12 + day.month - 1 + sign * amount, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _before(first: dt.date, end: dt.date) -> Days:
    """The span of equal length before the goal's own."""
    return _shifted(first, -1, _length(first, end)), first - DAY
