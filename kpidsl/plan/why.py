"""Why a metric moved, as rows. Comes in: a `WhyModel`. Goes out: one statement whose rows are the change, the effects of its parts, and the
effects of the segments of every dimension; the effects of each of these lists add up to the change.

Parts. Of a sum each part's effect is its own change. Of a product it is the Shapley value: what the part's change does to the product, on
average over all orders in which the factors could have changed; for two factors that is their change times the midpoint of the other one.
It is the one rule that is exact, treats all factors alike and needs no logarithm, so that it holds for zero and negative numbers too (A. F.
Shorrocks, Decomposition procedures for distributional analysis: a unified framework based on the Shapley value, Journal of Economic
Inequality 11, 2013). A part that is a formula itself hands its effect on to its own parts by the same rule.

Segments. Of a sum each segment's effect is its own change. Of a ratio it is its rate effect, the change of its own ratio times its average
weight, and its mix effect, the change of its weight times how far its ratio lies from the average (E. M. Kitagawa, Components of a
difference between two rates, Journal of the American Statistical Association 50, 1955). A segment without a denominator in one of the two
periods has no ratio to compare, so its whole effect is mix.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import combinations
from math import comb

from kpidsl.model import units
from kpidsl.model.expr import BOOL, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Type
from kpidsl.model.factors import Curve, Linear, Part, Product, Sum, leaves, steps, unnamed
from kpidsl.model.model import MetricExpr, QueryMetric, Shift, aggregates
from kpidsl.model.why import Split, WhyModel
from kpidsl.plan.days import known_day
from kpidsl.plan.plan import Aggregate, Join, Named, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.work import Work
from kpidsl.record import dataclass, field, replace

SHOWN = (
    ("split", TEXT),
    ("part", TEXT),
    ("of", TEXT),
    ("kind", TEXT),
    ("unit", TEXT),
    ("value_then", REAL),
    ("value_now", REAL),
    ("effect", REAL),
    ("share", REAL),
)
HIDDEN = (("place", INT), ("family", TEXT), ("size", REAL), ("step", INT))
"""By these the rows are ordered: lists one after another, in each the largest effects first, what belongs together beside each other."""
Span = tuple[dt.date, dt.date]
TEXTS = ("split", "part", "of", "kind", "unit")


def plan_why(planner: Planner, why: WhyModel) -> Statement:
    """The statement that answers the question."""
    plan = WhyPlan(planner, why)
    rows = Named(UnionAll(tuple(plan.rows()), tuple(kind for _, kind in (*SHOWN, *HIDDEN))), "effects")
    keys: tuple[tuple[Expr, bool], ...] = (
        (Col(None, "place", INT), False),
        (Col(None, "size", REAL), True),
        (Col(None, "family", TEXT), False),
        (Col(None, "step", INT), False),
        (Fn("abs", (Col(None, "effect", REAL),), REAL), True),
        (Col(None, "part", TEXT), False),
    )
    root = Project(Sort(rows, keys), tuple((name, Col(None, name, kind)) for name, kind in SHOWN))
    kinds = {"effect": Type("number", why.metric.type.unit), "share": Type("number", units.RATIO)}
    columns = tuple(
        OutputColumn(name, "group" if name in TEXTS else "metric", kinds.get(name, kind), why.metric.format if name == "effect" else "")
        for name, kind in SHOWN
    )
    return Statement(root, columns, why.comment, scalars=tuple(planner.scalars.values()))


def days(planner: Planner, why: WhyModel) -> tuple[Span, Span] | None:
    """First and last day of the period then and now; None where only the warehouse knows today, or the source its last complete day."""
    clock = Work(planner, why.query).clock
    found: list[Span] = []
    for side in (why.metric.then, why.metric.now):
        shift = tuple(move for leaf in aggregates(side) for move in leaf.frame[:1] if isinstance(move, Shift))[:1]
        low, until = clock.asked(shift) if shift else (clock.low, clock.visible_until())
        first, after = (None if bound is None else known_day(bound) for bound in (low, until))
        if first is None or after is None:
            return None
        found.append((first, after - dt.timedelta(days=1)))
    return found[0], found[1]


# ---------------------------------------------------------------- arithmetic


def _add(*parts: Expr) -> Expr:
    found = parts[0]
    for part in parts[1:]:
        found = Fn("add", (found, part), REAL)
    return found


def _sub(left: Expr, right: Expr) -> Expr:
    return Fn("sub", (left, right), REAL)


def _mul(*parts: Expr | None) -> Expr | None:
    """The product; None stands for one."""
    found: Expr | None = None
    for part in parts:
        if part is not None:
            found = part if found is None else Fn("mul", (found, part), REAL)
    return found


def _div(left: Expr, right: Expr) -> Expr:
    return Fn("div", (left, right), REAL)


def _times(number: Decimal, value: Expr | None) -> Expr | None:
    if number == 1:
        return value
    if value is None:
        return Lit(number, REAL)
    return Fn("neg", (value,), REAL) if number == -1 else Fn("mul", (value, Lit(number, REAL)), REAL)


def _both(left: Expr, right: Expr) -> Expr:
    return Fn("and", tuple(Fn("is_not_null", (side,), BOOL) for side in (left, right)), BOOL)


def _half(left: Expr, right: Expr) -> Expr:
    return _div(_add(left, right), Lit(2, INT))


# ---------------------------------------------------------------- columns


@dataclass
class Columns:
    """Names for values, each now and then."""

    taken: set[str]
    known: dict[MetricExpr, str] = field(default_factory=dict)
    metrics: list[tuple[str, MetricExpr, Type]] = field(default_factory=list)

    def name(self, part: Part) -> str:
        """The stem of a part's two columns."""
        key = unnamed(part.now)
        if key not in self.known:
            stem = re.sub(r"\W+", "_", part.name).strip("_") or "step"
            name, number = stem, 2
            while {f"{name}_now".casefold(), f"{name}_then".casefold(), name.casefold()} & self.taken:
                name, number = f"{stem}_{number}", number + 1
            self.taken |= {f"{name}_now".casefold(), f"{name}_then".casefold(), name.casefold()}
            self.known[key] = name
            self.metrics += [(f"{name}_now", part.now, part.type), (f"{name}_then", part.then, part.type)]
        return self.known[key]

    def asked(self) -> tuple[QueryMetric, ...]:
        return tuple(QueryMetric(name, "", expr, kind) for name, expr, kind in self.metrics)


def _number(name: str, kind: Type) -> Expr:
    """A value of a query as a double; a length of time is one."""
    value = Col(None, name, kind)
    return value if kind.kind == "duration" else Fn("to_number", (value,), REAL)


@dataclass
class WhyPlan:
    """The relations of one question."""

    planner: Planner
    why: WhyModel

    def __post_init__(self) -> None:
        self.metric = self.why.metric
        self.columns = Columns({"change", "own", "above", "below", *(s.dim.name.casefold() for s in self.why.splits)})
        self.stem = self.columns.name(self.metric)
        self.listed = [(part, steps(part)) for part in steps(self.metric)]
        self.slopes = self._slopes(self.metric, None, [part for part, _ in self.listed])
        self.chained = any(split.kind == "chain" for split in self.why.splits)
        self.leaves = list(dict.fromkeys(leaves(self.metric)))
        for part in (*self.leaves, *(p for step, below in self.listed for p in (step, *below))):
            self.columns.name(part)
        self.whole = Named(self._whole(), "whole", "the metric and what it is made of, in both periods")
        self.change = Named(self._change(), "change", "what moving each part alone does to the metric")

    # ------------------------------------------------------------ the metric and its parts

    def _whole(self) -> Rel:
        columns = self.columns
        query = replace(self.why.query, metrics=columns.asked(), hidden=())
        rows = QueryPlan(Work(self.planner, query)).rows()
        return Project(Named(rows, "both_periods"), tuple((name, _number(name, kind)) for name, _, kind in columns.metrics))

    def _now(self, part: Part, table: str | None = None) -> Expr:
        return Col(table, f"{self.columns.name(part)}_now", REAL)

    def _then(self, part: Part, table: str | None = None) -> Expr:
        return Col(table, f"{self.columns.name(part)}_then", REAL)

    def _moved(self, part: Part, table: str | None = None) -> Expr:
        return _sub(self._now(part, table), self._then(part, table))

    def _slopes(self, part: Part, slope: Expr | None, wanted: list[Part]) -> dict[Part, Expr | None]:
        """How much the metric moves with each of the wanted parts below; None for one to one."""
        found: dict[Part, Expr | None] = {}
        for inner, own in self._direct(part):
            total = _mul(slope, own)
            below = {inner: total} if inner in wanted else self._slopes(inner, total, wanted)
            for named, value in below.items():
                found[named] = value if named not in found else _add(found[named] or Lit(1, INT), value or Lit(1, INT))
        return found

    def _direct(self, part: Part) -> list[tuple[Part, Expr | None]]:
        """The operands of a part, and how much it moves with each."""
        match part.how:
            case Sum(terms):
                return [(term, _times(Decimal(sign), None) if sign != 1 else None) for sign, term in terms]
            case Product(factors, constant):
                return [(factor, _times(constant, self._product(factors, at))) for at, (_, factor) in enumerate(factors)]
            case Curve(of):
                moves = Fn("ne", (self._now(of), self._then(of)), BOOL)
                return [(of, CaseOf(((moves, _div(self._moved(part), self._moved(of))),), Lit(0, INT), REAL))]
        return []

    def _product(self, factors: tuple[tuple[int, Part], ...], at: int) -> Expr | None:
        """The Shapley value of one factor for each unit by which it moves."""
        others = [factor for place, factor in enumerate(factors) if place != at]
        count = len(others)
        sizes: list[Expr] = []
        for size in range(count + 1):
            products: list[Expr] = []
            for moved in combinations(range(count), size):
                sides = [self._factor(exponent, part, place in moved) for place, (exponent, part) in enumerate(others)]
                product = _mul(*sides)
                if product is not None:
                    products.append(product)
            if products:
                weight = (count + 1) * comb(count, size)
                sizes.append(_add(*products) if weight == 1 or count == 1 else _div(_add(*products), Lit(weight, INT)))
        mean = None if not sizes else _div(_add(*sizes), Lit(2, INT)) if count == 1 else _add(*sizes)
        exponent, own = factors[at]
        if exponent == 1:
            return mean
        inverse = _div(Lit(-1, INT), Fn("mul", (self._then(own), self._now(own)), REAL))
        return _mul(mean, inverse)

    def _factor(self, exponent: int, part: Part, moved: bool) -> Expr:
        value = self._now(part) if moved else self._then(part)
        return value if exponent == 1 else _div(Lit(1, INT), value)

    def _change(self) -> Rel:
        """The change and the effects of all parts, null where the metric has no value in one of the periods."""
        known = _both(self._now(self.metric), self._then(self.metric))
        columns: list[tuple[str, Expr]] = [(name, Col(None, name, REAL)) for name, _, _ in self.columns.metrics]
        columns.append(("change", self._moved(self.metric)))

        def effect(part: Part, slope: Expr | None) -> Expr:
            value = _mul(self._moved(part), slope)
            assert value is not None
            return CaseOf(((known, value),), None, REAL)

        for at, (part, below) in enumerate(self.listed):
            columns.append((f"effect_{at}", effect(part, self.slopes[part])))
            inner = self._slopes(part, self.slopes[part], below)
            columns += [(f"effect_{at}_{nth}", effect(one, inner[one])) for nth, one in enumerate(below)]
        if self.chained:
            slopes = self._slopes(self.metric, None, self.leaves)
            columns += [(f"slope_{at}", slopes[leaf] or Lit(1, INT)) for at, leaf in enumerate(self.leaves)]
        for name, linear in self._sides():
            columns += [(f"{name}_{when}", self._linear(linear, when, None)) for when in ("now", "then")]
        return Project(self.whole, tuple(columns))

    def _sides(self) -> list[tuple[str, Linear]]:
        rates = [split for split in self.why.splits if split.kind == "rate"]
        return [("above", rates[0].above), ("below", rates[0].below)] if rates else []

    def _linear(self, linear: Linear, when: str, table: str | None) -> Expr:
        """A sum of aggregates."""
        terms: list[Expr] = []
        for key, number in linear.items():
            assert key is not None
            term = _times(number, Col(table, f"{self.columns.known[key]}_{when}", REAL))
            assert term is not None
            terms.append(term)
        return _add(*terms)

    # ------------------------------------------------------------ segments

    def _segments(self, split: Split) -> Named:
        """Each segment's own values and effects, beside the whole."""
        columns = self.columns
        names = {columns.name(leaf) for leaf in self.leaves} if split.kind != "none" else set()
        wanted = names | {self.stem}
        metrics = tuple(QueryMetric(n, "", e, k) for n, e, k in columns.metrics if n.rpartition("_")[0] in wanted)
        query = replace(split.query, metrics=metrics, hidden=())
        rows = Named(QueryPlan(Work(self.planner, query)).rows(), f"{split.dim.name}_rows")
        segment = Col(None, split.dim.name, split.dim.type)
        text: Expr = segment if segment.type.kind == "text" else Fn("to_text", (segment,), TEXT)
        values: list[tuple[str, Expr]] = [("segment", text)]
        for metric in metrics:
            stem = metric.name.rpartition("_")[0]
            if stem == self.stem:
                values.append((f"own_{metric.name.rpartition('_')[2]}", _number(metric.name, metric.type)))
            if stem in names:
                values.append((metric.name, Fn("coalesce", (_number(metric.name, metric.type), Lit(0, INT)), REAL)))
        own = Named(Project(rows, tuple(values)), f"by_{split.dim.name}", "nothing counted in a segment adds nothing to the whole")
        return Named(self._beside(split, own), f"{split.dim.name}_effects")

    def _beside(self, split: Split, own: Named) -> Rel:
        table = own.name
        change = Col("whole", "change", REAL)
        shown: list[tuple[str, Expr]] = [(n, Col(table, n, k)) for n, k in (("segment", TEXT), ("own_then", REAL), ("own_now", REAL))]
        joined = Join(own, self.change, "whole", None, "cross")
        known = Fn("is_not_null", (change,), BOOL)
        match split.kind:
            case "rate":
                return self._rates(split, Named(Project(joined, (*shown, *self._weights(split, table))), f"{split.dim.name}_weights"))
            case "sum":
                effect = _sub(self._linear(split.above, "now", table), self._linear(split.above, "then", table))
            case "chain":
                terms = (_mul(self._moved(leaf, table), Col("whole", f"slope_{at}", REAL)) for at, leaf in enumerate(self.leaves))
                effect = _add(*(term for term in terms if term is not None))
            case _:
                return Project(joined, (*shown, ("change", change), ("effect", Lit(None, REAL))))
        return Project(joined, (*shown, ("change", change), ("effect", CaseOf(((known, effect),), None, REAL))))

    def _weights(self, split: Split, table: str) -> list[tuple[str, Expr]]:
        """A segment's denominator as a share of the whole one, and its numerator per the whole denominator."""
        found: list[tuple[str, Expr]] = []
        for when in ("then", "now"):
            above, below = (self._linear(side, when, table) for side in (split.above, split.below))
            whole = Col("whole", f"below_{when}", REAL)
            found += [(f"weight_{when}", _div(below, whole)), (f"given_{when}", _div(above, whole)), (f"ratio_{when}", _div(above, below))]
        ratios = (_div(Col("whole", f"above_{when}", REAL), Col("whole", f"below_{when}", REAL)) for when in ("then", "now"))
        return [*found, ("average", _half(*ratios)), ("change", Col("whole", "change", REAL))]

    def _rates(self, split: Split, weights: Named) -> Rel:
        def col(name: str) -> Expr:
            return Col(None, name, REAL)

        moved = _sub(col("weight_now"), col("weight_then"))
        away = Fn("mul", (moved, col("average")), REAL)
        effect = _sub(_sub(col("given_now"), col("given_then")), away)
        compared = _both(col("ratio_now"), col("ratio_then"))
        step = _sub(col("ratio_now"), col("ratio_then"))
        rate = CaseOf(((compared, Fn("mul", (_half(col("weight_then"), col("weight_now")), step), REAL)),), Lit(0, INT), REAL)
        known = Fn("is_not_null", (col("change"),), BOOL)
        kept = [(n, Col(None, n, k)) for n, k in (("segment", TEXT), ("own_then", REAL), ("own_now", REAL))]
        more = [(n, col(n)) for n in ("weight_then", "weight_now", "change")]
        made = Named(Project(weights, (*kept, *more, ("effect", effect), ("rate", rate))), f"{split.dim.name}_rates")
        values = [("effect", col("effect")), ("rate", col("rate")), ("mix", _sub(col("effect"), col("rate")))]
        return Project(made, (*kept, *more, *((n, CaseOf(((known, value),), None, REAL)) for n, value in values)))

    # ------------------------------------------------------------ rows

    def rows(self) -> list[Rel]:
        """The rows of the answer, list by list."""
        found = [self._row(0, "total", self.metric, "change", "change", self.metric.name, 0)]
        for at, (part, below) in enumerate(self.listed):
            found.append(self._row(1, "parts", part, "part", f"effect_{at}", part.name, 0))
            found += [
                self._row(1, "parts", one, "part", f"effect_{at}_{nth}", part.name, 1, size=f"effect_{at}", of=part.name)
                for nth, one in enumerate(below)
            ]
        for place, split in enumerate(self.why.splits, 2):
            found += self._split_rows(place, split)
        return found

    def _row(self, place: int, split: str, part: Part, kind: str, effect: str, family: str, step: int, size: str = "", of: str = "") -> Rel:
        names = (split, part.name, of, kind, _unit(part.type))
        texts = [(n, Lit(t or None, TEXT)) for n, t in zip(TEXTS, names, strict=True)]
        stem = self.columns.name(part)
        value = Col(None, effect, REAL)
        largest = Fn("abs", (Col(None, size or effect, REAL),), REAL)
        return Project(
            self.change,
            (
                *texts,
                ("value_then", Col(None, f"{stem}_then", REAL)),
                ("value_now", Col(None, f"{stem}_now", REAL)),
                ("effect", value),
                ("share", _div(value, Col(None, "change", REAL))),
                *_order(place, Lit(family, TEXT), largest, step),
            ),
        )

    def _split_rows(self, place: int, split: Split) -> list[Rel]:
        segments = self._segments(split)
        unit = _unit(self.metric.type)
        own = ("own_then", "own_now")
        match split.kind:
            case "rate":
                shown = [("rate", unit, own, "rate"), ("mix", _unit(Type("number", units.RATIO)), ("weight_then", "weight_now"), "mix")]
            case "none":
                shown = [("own", unit, own, "effect")]
            case _:
                shown = [("segment", unit, own, "effect")]
        found: list[Rel] = []
        for step, (kind, of_what, values, effect) in enumerate(shown):
            value = Col(None, effect, REAL)
            size: Expr = Fn("abs", (Col(None, "effect", REAL),), REAL)
            if split.kind == "none":
                size = Fn("abs", (_sub(Col(None, own[1], REAL), Col(None, own[0], REAL)),), REAL)
            found.append(
                Project(
                    segments,
                    (
                        ("split", Lit(split.dim.name, TEXT)),
                        ("part", Col(None, "segment", TEXT)),
                        ("of", Lit(None, TEXT)),
                        ("kind", Lit(kind, TEXT)),
                        ("unit", Lit(of_what or None, TEXT)),
                        ("value_then", Col(None, values[0], REAL)),
                        ("value_now", Col(None, values[1], REAL)),
                        ("effect", value),
                        ("share", _div(value, Col(None, "change", REAL))),
                        *_order(place, Col(None, "segment", TEXT), size, step),
                    ),
                )
            )
        if self.why.overlaps and split.kind != "none":
            found.append(self._overlap(place, split, segments))
        return found

    def _overlap(self, place: int, split: Split, segments: Named) -> Rel:
        """What the segments' effects leave unexplained, because a distinct count counts once what several segments have."""
        total = Named(Aggregate(segments, (), (("explained", Agg("sum", (Col(None, "effect", REAL),), REAL)),)), f"{split.dim.name}_sum")
        change = Col("whole", "change", REAL)
        rest = _sub(change, Fn("coalesce", (Col(total.name, "explained", REAL), Lit(0, INT)), REAL))
        joined = Join(total, self.change, "whole", None, "cross")
        left = Named(Project(joined, (("effect", rest), ("change", change))), f"{split.dim.name}_overlap")
        nothing = Lit(None, REAL)
        return Project(
            left,
            (
                *((n, Lit(t, TEXT)) for n, t in zip(TEXTS, (split.dim.name, None, None, "overlap", None), strict=True)),
                ("value_then", nothing),
                ("value_now", nothing),
                ("effect", Col(None, "effect", REAL)),
                ("share", _div(Col(None, "effect", REAL), Col(None, "change", REAL))),
                *_order(place, Lit(None, TEXT), nothing, 2),
            ),
        )


def _order(place: int, family: Expr, size: Expr, step: int) -> tuple[tuple[str, Expr], ...]:
    return ("place", Lit(place, INT)), ("family", family), ("size", size), ("step", Lit(step, INT))


def _unit(kind: Type) -> str:
    return "days" if kind.kind == "duration" else str(kind.unit)
