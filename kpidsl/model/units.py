"""The algebra of units: what may be added, compared, multiplied and divided, and what comes out. Pure values, no names and no data.

A unit has dimensions (currencies and days, with exponents) and, where none is left, a flavour: a count, a ratio, points or a plain
number. A plain number meets any flavour; a count never meets a ratio; a currency meets only itself.
"""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.record import dataclass, field, replace

DAYS = "day"


@dataclass(frozen=True, slots=True)
class Held:
    """A currency that stands in a column: `column` of `source`, of the row itself or of the one that the roles of `path` lead to.

    Amounts of one source are in one currency only if they come over the same path: a buyer's is not the payer's.
    """

    source: str
    column: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"({'.'.join((*(self.path or (self.source,)), self.column))})"


Symbol = str | Held
"""An ISO 4217 code, the column that holds one, or `day`."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`dims` are (symbol, exponent) sorted by symbol; `flavour` counts only when `dims` is empty.

    `noun` names what a count counts ("order"), `per` what an amount is divided by ("EUR per order"): words for people, never compared.
    """

    flavour: str = "number"  # number count ratio points
    dims: tuple[tuple[Symbol, int], ...] = ()
    noun: str = field(default="", compare=False)
    per: str = field(default="", compare=False)

    @property
    def is_money(self) -> bool:
        return len(self.dims) == 1 and self.dims[0][0] != DAYS and self.dims[0][1] == 1

    @property
    def currency(self) -> Symbol | None:
        """The ISO code (or the column that holds it) of an amount of money, also of money per something."""
        codes = [symbol for symbol, power in self.dims if symbol != DAYS and power == 1]
        return codes[0] if len(codes) == 1 else None

    @property
    def held(self) -> tuple[Held, ...]:
        """The currencies in it that stand in columns."""
        if not self.dims:
            return ()
        return tuple(symbol for symbol, _ in self.dims if isinstance(symbol, Held))

    def over(self, route: tuple[str, ...]) -> Unit:
        """The unit as rows see it that reach these rows over `route`."""
        return self.with_held(lambda held: replace(held, path=route + held.path)) if route else self

    def with_held(self, change: Callable[[Held], Held]) -> Unit:
        """The unit with the columns of its currencies replaced."""
        if not self.held:
            return self
        made: dict[Symbol, int] = {}
        for symbol, power in self.dims:
            new = change(symbol) if isinstance(symbol, Held) else symbol
            made[new] = made.get(new, 0) + power
        return replace(self, dims=_sorted(made))

    @property
    def is_ratio(self) -> bool:
        return not self.dims and self.flavour == "ratio"

    @property
    def is_count(self) -> bool:
        return not self.dims and self.flavour == "count"

    def __str__(self) -> str:
        if not self.dims:
            word = {"number": "", "count": "count", "ratio": "%", "points": "points"}[self.flavour]
            return f"{word or '1'} per {self.per}" if self.per and self.flavour == "number" else word
        over = [_symbol(s, p) for s, p in self.dims if p > 0]
        under = [_symbol(s, -p) for s, p in self.dims if p < 0]
        text = " × ".join(over) or "1"
        for symbol in under:
            text += f" per {symbol}"
        if text == DAYS:
            text = "days"
        return f"{text} per {self.per}" if self.per else text


def _symbol(symbol: Symbol, power: int) -> str:
    return str(symbol) if power == 1 else f"{symbol}^{power}"


NUMBER = Unit()
COUNT = Unit("count")
RATIO = Unit("ratio")
POINTS = Unit("points")
DURATION = Unit(dims=((DAYS, 1),))


def money(currency: Symbol) -> Unit:
    """An amount in an ISO 4217 currency, or in the one that a column holds."""
    return Unit(dims=((currency, 1),))


def counted(noun: str) -> Unit:
    return Unit("count", noun=noun)


def add(a: Unit, b: Unit) -> Unit | None:
    """The unit of a + b, a - b and of values that may be compared; None where they never meet."""
    if a.dims != b.dims:
        return None
    words = Unit(a.flavour, a.dims, a.noun if a.noun == b.noun else "", a.per if a.per == b.per else "")
    if a.dims or a.flavour == b.flavour:
        return words
    if a.flavour == "number":
        return b
    if b.flavour == "number":
        return a
    return None


def multiply(a: Unit, b: Unit) -> Unit:
    dims = _merge(a, b, 1)
    per = a.per if a.per and a.per != b.noun else b.per if b.per and b.per != a.noun else ""
    if dims:
        return Unit("number", dims, per=per)
    if a.dims:  # they cancelled
        return NUMBER
    for flavour in ("points", "count"):
        if flavour in (a.flavour, b.flavour):
            return Unit(flavour, noun=a.noun or b.noun)
    return RATIO if "ratio" in (a.flavour, b.flavour) else NUMBER


def divide(a: Unit, b: Unit) -> Unit:
    dims = _merge(a, b, -1)
    if dims:
        per = b.noun if b.is_count else a.per
        return Unit("number", dims, per=per)
    if a.dims:  # EUR / EUR; but EUR / (EUR per customer) counts customers
        return Unit("count", noun=b.per) if b.per and not a.per else RATIO
    if b.flavour == a.flavour and a.flavour != "number":
        return RATIO
    if b.flavour in ("number", "ratio"):
        return a
    return Unit("number", per=b.noun)


def power(a: Unit, exponent: int) -> Unit:
    return Unit(a.flavour, tuple((s, p * exponent) for s, p in a.dims))


def _merge(a: Unit, b: Unit, sign: int) -> tuple[tuple[Symbol, int], ...]:
    total = dict(a.dims)
    for symbol, exponent in b.dims:
        total[symbol] = total.get(symbol, 0) + sign * exponent
    return _sorted(total)


def _sorted(dims: dict[Symbol, int]) -> tuple[tuple[Symbol, int], ...]:
    return tuple(sorted(((s, p) for s, p in dims.items() if p), key=lambda dim: (str(dim[0]), repr(dim[0]))))
