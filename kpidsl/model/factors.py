"""How a number is made of others. Comes in: a metric's tree, now and then. Goes out: the same number as a sum, a product or a curve of
parts, down to its aggregates, so that a change of the whole can be traced to changes of the parts.

`1 / n` is a factor with a negative exponent. What is neither a sum nor a product (a `case`, a share, a percentile) is a part as it stands.
"""

from __future__ import annotations

from decimal import Decimal

from kpidsl.model.expr import INT, Agg, Type
from kpidsl.model.metrics import leaf_name
from kpidsl.model.model import Aggregate, Constant, Formula, Mature, MetricExpr, MetricModel, Ref, aggregates
from kpidsl.record import dataclass, replace

MOST_FACTORS = 6
"""Factors that stand side by side; those of longer products are taken apart in two steps, for all orders of so many are looked at."""
CURVES = ("round", "floor", "ceil", "abs", "sqrt", "ln", "exp")
"""Functions of one number, which are null where it is."""
COUNTABLE = ("sum", "count", "count_rows", "count_distinct")
"""Aggregates that segments share among them; those of distinct counts may overlap."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts that are added (1) or subtracted (-1); `constant` is what stands beside them."""

    terms: tuple[tuple[int, Part], ...]
    constant: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Product:
    """Parts that are multiplied (1) or divided by (-1), times a constant."""

    factors: tuple[tuple[int, Part], ...]
    constant: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of one part."""

    of: Part


How = Sum | Product | Curve


@dataclass(frozen=True, slots=True)
class Part:
    """A number that another one is made of, now and then. `name` is empty for what only stands between operators."""

    name: str
    type: Type
    now: MetricExpr
    then: MetricExpr
    how: How | None = None
    label: str = ""
    format: str = ""

    @property
    def title(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Factors:
    """Takes numbers apart; `metrics` are the named ones, `called` what the project calls those of modules."""

    metrics: dict[str, MetricModel]
    called: dict[str, str]

    def of(self, now: MetricExpr, then: MetricExpr) -> Part:
        """A number with all that it is made of. `then` is the same tree as `now`, over other days."""
        match now, then:
            case Ref(), Ref():
                return self._named(now, then)
            case Mature(), Mature():
                return replace(self.of(now.value, then.value), now=now, then=then)
            case Aggregate(agg=Agg(func="avg")), Aggregate() if now.pick is None:
                return self._average(now, then)
            case Formula(op="add" | "sub" | "neg"), Formula():
                return Part("", now.type, now, then, self._sum(now, then))
            case Formula(op="mul" | "div"), Formula():
                return Part("", now.type, now, then, self._product(now, then))
            case Formula(op=op, args=(_,)), Formula() if op in CURVES:
                return Part("", now.type, now, then, Curve(self.of(now.args[0], then.args[0])))
            case _:
                return Part(written(now), now.type, now, then)

    def _named(self, now: Ref, then: Ref) -> Part:
        """A metric by name; what a module needs is called as the project calls it."""
        inner = self.of(now.value, then.value)
        known = self.metrics.get(now.name)
        if isinstance(now.value, Ref) and ("." in now.name or known is None):
            return inner
        name = self.called.get(now.name, now.name)
        if known is None:
            return replace(inner, name=name, now=now, then=then)
        return replace(inner, name=name, type=known.type, now=now, then=then, label=known.label, format=known.format)

    def _average(self, now: Aggregate, then: Aggregate) -> Part:
        def pair(func: str) -> Part:
            value = now.agg.args[0]
            agg = Agg(func, (value,), value.type if func == "sum" else INT)
            name = leaf_name(now.source, agg)
            here, there = (replace(leaf, agg=agg, type=agg.type, name=name, fill=False, additive=True) for leaf in (now, then))
            return Part(name, agg.type, here, there)

        return Part(now.name, now.type, now, then, Product(((1, pair("sum")), (-1, pair("count")))))

    def _sum(self, now: Formula, then: Formula) -> Sum:
        terms: list[tuple[int, Part]] = []
        constant = Decimal(0)
        signs = (-1,) if now.op == "neg" else (1, -1) if now.op == "sub" else (1,) * len(now.args)
        for sign, side, other in zip(signs, now.args, then.args, strict=True):
            number = value_of(side)
            if number is not None:
                constant += sign * number
                continue
            part = self.of(side, other)
            if not part.name and isinstance(part.how, Sum):
                terms += [(sign * inner, term) for inner, term in part.how.terms]
                constant += sign * part.how.constant
            else:
                terms.append((sign, part))
        return Sum(tuple(terms), constant)

    def _product(self, now: Formula, then: Formula) -> Product:
        factors: list[tuple[int, Part]] = []
        constant = Decimal(1)
        exponents = (1, -1) if now.op == "div" else (1,) * len(now.args)
        for exponent, side, other in zip(exponents, now.args, then.args, strict=True):
            number = value_of(side)
            if number is not None and (exponent == 1 or number):
                constant *= number if exponent == 1 else 1 / number
                continue
            part = self.of(side, other)
            opened = _opened(part, exponent)
            if opened is not None and len(factors) + len(opened.factors) <= MOST_FACTORS:
                factors += opened.factors
                constant *= opened.constant
            else:
                factors.append((exponent, part))
        return Product(tuple(factors), constant)


def _opened(part: Part, exponent: int) -> Product | None:
    """A factor that is a product itself, to stand among the others."""
    if part.name or not isinstance(part.how, Product) or (exponent == -1 and not part.how.constant):
        return None
    inner = tuple((exponent * power, factor) for power, factor in part.how.factors)
    return Product(inner, part.how.constant if exponent == 1 else 1 / part.how.constant)


def value_of(expr: MetricExpr) -> Decimal | None:
    """The number that an expression of nothing but numbers is."""
    match expr:
        case Constant(value=bool()):
            return None
        case Constant(value=int() | Decimal() as known):
            return Decimal(known)
        case Ref():
            return value_of(expr.value)
        case Formula(op="neg"):
            number = value_of(expr.args[0])
            return None if number is None else -number
        case Formula(op="add" | "sub" | "mul" | "div", args=(left, right)):
            a, b = value_of(left), value_of(right)
            if a is None or b is None:
                return None
            match expr.op:
                case "add":
                    return a + b
                case "sub":
                    return a - b
                case "mul":
                    return a * b
                case _:
                    return a / b if b else None
    return None


def written(expr: MetricExpr) -> str:
    """A part's name, where nobody gave it one."""
    match expr:
        case Aggregate() | Ref():
            return expr.name
        case Constant():
            return str(expr.value)
        case Formula():
            return f"{expr.op}({', '.join(map(written, expr.args))})"
        case _:
            return " and ".join(dict.fromkeys(leaf.name for leaf in aggregates(expr))) or "the rest"


def unnamed(expr: MetricExpr) -> MetricExpr:
    """A number without its names: the same whatever it is called."""
    while isinstance(expr, Ref):
        expr = expr.value
    return expr


def counted(part: Part) -> Aggregate | None:
    """The aggregate that a part is, and that segments share among them; None where it is none."""
    inner = unnamed(part.now)
    while isinstance(inner, Mature):
        inner = unnamed(inner.value)
    return inner if isinstance(inner, Aggregate) and inner.agg.func in COUNTABLE else None


def operands(part: Part) -> list[Part]:
    """What a number is made of directly."""
    match part.how:
        case Sum(terms):
            return [term for _, term in terms]
        case Product(factors):
            return [factor for _, factor in factors]
        case Curve(of):
            return [of]
    return []


def leaves(part: Part) -> list[Part]:
    """What a number is made of in the end, in order of appearance."""
    return [leaf for inner in operands(part) for leaf in leaves(inner)] if part.how is not None else [part]


def steps(part: Part) -> list[Part]:
    """The parts to look at: the nearest ones below that have a name. A single one says no more than the whole, so its own are taken."""
    found: list[Part] = []
    for inner in operands(part):
        found += [inner] if inner.name else steps(inner)
    found = list(dict.fromkeys(found))
    return steps(found[0]) if len(found) == 1 else found


# ---------------------------------------------------------------- as one fraction

Linear = dict[MetricExpr | None, Decimal]
"""Aggregates (those of now) with what each is multiplied by; under None a plain number."""
ONE: Linear = {None: Decimal(1)}


def fraction(part: Part) -> tuple[Linear, Linear] | None:
    """The number as one sum of aggregates over another one; None where it is no such fraction."""
    match part.how:
        case None:
            return {unnamed(part.now): Decimal(1)}, ONE
        case Sum(terms, constant):
            return _added(terms, constant)
        case Product(factors, constant):
            return _multiplied(factors, constant)
    return None


def _added(terms: tuple[tuple[int, Part], ...], constant: Decimal) -> tuple[Linear, Linear] | None:
    whole: Linear = {}
    below: Linear | None = None
    for sign, term in terms:
        found = fraction(term)
        if found is None or (below is not None and found[1] != below):
            return None
        below = found[1]
        whole = _plus(whole, found[0], Decimal(sign))
    assert below is not None
    return (_plus(whole, below, constant) if constant else whole), below


def _multiplied(factors: tuple[tuple[int, Part], ...], constant: Decimal) -> tuple[Linear, Linear] | None:
    above: list[Linear] = []
    below: list[Linear] = []
    for exponent, factor in factors:
        found = fraction(factor)
        if found is None:
            return None
        top, bottom = found if exponent == 1 else (found[1], found[0])
        above.append(top)
        below.append(bottom)
    for side, other in ((above, below), (below, above)):
        for item in list(side):
            if item == ONE:
                side.remove(item)
            elif item in other and item in side:
                side.remove(item)
                other.remove(item)
    if len(above) > 1 or len(below) > 1:
        return None
    top = above[0] if above else ONE
    return {key: value * constant for key, value in top.items()}, (below[0] if below else ONE)


def _plus(left: Linear, right: Linear, times: Decimal) -> Linear:
    found = dict(left)
    for key, value in right.items():
        found[key] = found.get(key, Decimal(0)) + value * times
    return {key: value for key, value in found.items() if value}
