"""A shop of eleven sources for the oracle: as `.kpi` text for the compiler, as `Source`s for the naive evaluator, and as pools of rows,
metrics, group-bys and filters that hypothesis draws from. Roles, composite keys, aggregate columns, hostile texts, all in small.
What is asked of them over time is drawn in `times.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.oracle.naive import (
    Agg,
    At,
    Both,
    Compare,
    Condition,
    Dim,
    Formula,
    Growth,
    Join,
    Metric,
    Moved,
    Not,
    Number,
    Query,
    Row,
    Share,
    Source,
    Value,
    Where,
    World,
)
from tests.oracle.naive import aggregate as naive_aggregate
from tests.oracle.when import Edge, Move, Shift, ToDate, Trailing

AS_OF = dt.date(2026, 2, 28)

TEXT = """
source areas from areas { key country, tier  country: text  tier: int  zone: text }
source people from people {
  key id
  id: int  country: text  tier: int
  join one area: areas on (country, tier)
  join one plan: plans on id = who during plans.starts..plans.ends
  orders_made: count = count(orders where paid) via buyer
  spent: money(EUR) = sum(orders.amount) via buyer
  first_day: date = min(orders.day) via buyer
  got: count = count(distinct orders.status) via getter
}
source plans from plans { key id  id: int  who: int  starts: date  ends: date  name: text }
source visits from visits { key id  time day  id: int  day: date  who: int  channel: text }
source orders from orders {
  key id  time day
  id: int  day: date  bill: int  ship: int  status: text  amount: money(EUR)  qty: int
  paid: bool = status in ("paid", "it's")
  join one buyer: people on bill = id
  join one getter: people on ship = id
  join last visit: visits on bill = who before day within 30 days where visits.channel <> "direct"
}
source baskets from lines by order_id {
  units: int = sum(units)
  size: count = count(lines)
  opening: text = first(sku, over: no)
  dear: money(EUR) = max(price)
  join one order: orders on order_id = id
}
source items from items { key sku  sku: text  category: text  cost: money(EUR) }
source lines from lines {
  key order_id, no
  order_id: int  no: int  sku: text  units: int  price: money(EUR)
  join one order: orders on order_id = id
  join one item: items on sku
}
source refunds from refunds {
  key id  time at
  id: int  at: timestamp  order_id: int  amount: money(EUR)
  join one order: orders on order_id = id
}
source spend from spend { key day, channel  time day  day: date  channel: text  country: text  cost: money(EUR) }
source subs from subs {
  key id  time started
  id: int  started: date  ended: date  who: int  tier: text  fee: money(EUR)
  join one holder: people on who = id
}
source balances from balances {
  key account, day  time day
  account: int  day: date  who: int  amount: money(EUR)
  join one holder: people on who = id
}
dimension land = orders.buyer.country, spend.country, subs.holder.country, balances.holder.country
"""


def _paid(world: World, row: Row) -> Value:
    return None if row["status"] is None else row["status"] in ("paid", "it's")


def _over(role: str, func: str, column: str | None, only_paid: bool = False) -> Any:
    """An aggregate column of people over the orders of a role."""
    key = {"buyer": "bill", "getter": "ship"}[role]

    def made(world: World, person: Row) -> Value:
        mine = [o for o in world.rows("orders") if o[key] is not None and o[key] == person["id"]]
        if only_paid:
            mine = [o for o in mine if _paid(world, o)]
        value = None if column is None else (lambda world, row: row[column])
        return naive_aggregate(world, Agg(func, "orders", "", value), mine)

    return made


def _not_direct(row: Row) -> bool:
    return row["channel"] is None or row["channel"] != "direct"


VISIT = Join("visits", (("bill", "who"),), before="day", within=30, where=_not_direct)


def _baskets(world: World) -> list[Row]:
    """The lines of each order as one row; those of no order are one, too."""
    found: dict[Value, list[Row]] = {}
    for line in world.rows("lines"):
        found.setdefault(line["order_id"], []).append(line)
    out = []
    for order, lines in found.items():
        units = [Fraction(line["units"]) for line in lines if line["units"] is not None]  # type: ignore[arg-type]
        prices = [line["price"] for line in lines if line["price"] is not None]
        opening = min(lines, key=lambda line: line["no"])["sku"]  # type: ignore[arg-type, return-value]
        out.append(
            {
                "order_id": order,
                "units": sum(units, Fraction(0)),
                "size": len(lines),
                "opening": opening,
                "dear": max(prices, default=None),  # type: ignore[type-var]
            }
        )
    return out


SOURCES = {
    "baskets": Source((), key=("order_id",), joins={"order": Join("orders", (("order_id", "id"),))}, made=_baskets),
    "plans": Source(("id", "who", "starts", "ends", "name"), key=("id",)),
    "visits": Source(("id", "day", "who", "channel"), time="day", key=("id",)),
    "areas": Source(("country", "tier", "zone")),
    "people": Source(
        ("id", "country", "tier"),
        joins={
            "area": Join("areas", (("country", "country"), ("tier", "tier"))),
            "plan": Join("plans", (("id", "who"),), during=("starts", "ends")),
        },
        computed={
            "orders_made": _over("buyer", "count rows", None, only_paid=True),
            "spent": _over("buyer", "sum", "amount"),
            "first_day": _over("buyer", "min", "day"),
            "got": _over("getter", "count distinct", "status"),
        },
    ),
    "orders": Source(
        ("id", "day", "bill", "ship", "status", "amount", "qty"),
        time="day",
        key=("id",),
        joins={"buyer": Join("people", (("bill", "id"),)), "getter": Join("people", (("ship", "id"),)), "visit": VISIT},
        computed={"paid": _paid},
    ),
    "items": Source(("sku", "category", "cost")),
    "lines": Source(
        ("order_id", "no", "sku", "units", "price"),
        joins={"order": Join("orders", (("order_id", "id"),)), "item": Join("items", (("sku", "sku"),))},
    ),
    "refunds": Source(("id", "at", "order_id", "amount"), time="at", joins={"order": Join("orders", (("order_id", "id"),))}),
    "spend": Source(("day", "channel", "country", "cost"), time="day", key=("day", "channel")),
    "subs": Source(
        ("id", "started", "ended", "who", "tier", "fee"), time="started", key=("id",), joins={"holder": Join("people", (("who", "id"),))}
    ),
    "balances": Source(
        ("account", "day", "who", "amount"), time="day", key=("account", "day"), joins={"holder": Join("people", (("who", "id"),))}
    ),
}

# ---------------------------------------------------------------- rows

IDS = st.sampled_from([1, 2, 3, 4])
KEYS = st.sampled_from([None, 1, 1, 2, 3, 4, 9])
COUNTRIES = st.sampled_from([None, "IT", "IT", "DE", "it", "ÎT", "IT "])
STATUSES = st.sampled_from([None, "paid", "paid", "it's", "Paid", "", "\\", "100%"])
SKUS = st.sampled_from([None, "a", "a", "b", "A", "x"])
CHANNELS = st.sampled_from([None, "ads", "mail", 'say "hi"; --'])
DAYS = st.sampled_from(
    [None, *(dt.date.fromisoformat(d) for d in ("2025-12-29", "2026-01-01", "2026-01-01", "2026-01-31", "2026-02-28", "2026-03-01"))]
)
MOMENTS = DAYS.flatmap(
    lambda day: (
        st.just(None) if day is None else st.sampled_from([0, 11, 23]).map(lambda h: dt.datetime.combine(day, dt.time(h, 59 if h else 0)))
    )
)
BOUNDS = st.sampled_from(
    [None, *(dt.date.fromisoformat(d) for d in ("2025-12-29", "2026-01-01", "2026-01-31", "2026-02-28", "2026-04-01"))]
)
VISITS = st.sampled_from(
    [None, *(dt.date.fromisoformat(d) for d in ("2025-12-30", "2026-01-01", "2026-01-30", "2026-01-31", "2026-02-27"))]
)
CENTS = st.sampled_from([None, *(Fraction(n, 100) for n in (0, 1, 1000, 1000, 2050, 333, -500, 99999))])
COUNTS = st.sampled_from([None, 0, 1, 2, 2, 3, -1])


def lists(row: Any, most: int, **options: Any) -> Any:
    """Mostly a handful of rows, now and then none."""
    return st.integers(0, 7).flatmap(
        lambda n: st.lists(row, min_size=0 if n == 0 else most // 2, max_size=0 if n == 0 else most, **options)
    )


def keyed(key: int, *columns: Any, most: int = 4) -> Any:
    """Rows whose first columns are a key: each at most once."""
    return lists(st.tuples(*columns), most, unique_by=lambda row: row[:key])


def numbered(*columns: Any, most: int = 8) -> Any:
    """Rows with a running number in front."""
    return lists(st.tuples(*columns), most).map(lambda rows: [(n, *row) for n, row in enumerate(rows, 1)])


TABLES = st.fixed_dictionaries(
    {
        "areas": keyed(2, COUNTRIES, st.sampled_from([None, 1, 2]), st.sampled_from([None, "north", "south"])),
        "people": keyed(1, IDS, COUNTRIES, st.sampled_from([None, 1, 2])),
        "orders": numbered(DAYS, KEYS, KEYS, STATUSES, CENTS, COUNTS),
        "items": keyed(1, st.sampled_from(["a", "b", "A"]), st.sampled_from([None, "tools", "Tools"]), CENTS, most=3),
        "lines": lists(st.tuples(KEYS, SKUS, COUNTS, CENTS), 8).map(lambda rows: [(o, n, *rest) for n, (o, *rest) in enumerate(rows, 1)]),
        "plans": numbered(st.sampled_from([None, 1, 1, 2, 3]), BOUNDS, BOUNDS, st.sampled_from(["free", "pro", None]), most=5),
        "visits": numbered(VISITS, KEYS, st.sampled_from([None, "direct", "ads", "mail"]), most=6),
        "refunds": numbered(MOMENTS, KEYS, CENTS, most=5),
        "spend": keyed(2, DAYS, CHANNELS, COUNTRIES, CENTS, most=6),
    }
)

# ---------------------------------------------------------------- group-bys and filters

_ROLES = {"orders": (), "lines": ("order",), "refunds": ("order",), "baskets": ("order",)}


def _of_order(text: str, *path: str) -> Dim:
    """Something of an order: order lines and refunds reach it too."""
    return Dim(text, tuple((source, (*roles, *path)) for source, roles in _ROLES.items()))


LAND = Dim(
    "land",
    (
        *_of_order("", "buyer", "country").paths,
        ("spend", ("country",)),
        ("subs", ("holder", "country")),
        ("balances", ("holder", "country")),
    ),
)
STATUS = _of_order("orders.status", "status")
PAID = replace(_of_order("orders.paid", "paid"), made_of=STATUS)
BUYER = _of_order("orders.buyer.country", "buyer", "country")
GETTER = _of_order("orders.getter.country", "getter", "country")
ZONE = _of_order("orders.buyer.area.zone", "buyer", "area", "zone")
MADE = _of_order("orders.buyer.orders_made", "buyer", "orders_made")
GOT = _of_order("orders.getter.got", "getter", "got")
FIRST = _of_order("orders.buyer.first_day", "buyer", "first_day")
PLAN = _of_order("orders.buyer.plan.name", "buyer", "plan", "name")
VISITED = _of_order("orders.visit.channel", "visit", "channel")
PEOPLE_PLAN = Dim("people.plan.name", (("people", ("plan", "name")),))
QTY = _of_order("orders.qty", "qty")
CATEGORY = Dim("items.category", (("lines", ("item", "category")),))
SIZE = Dim("baskets.size", (("baskets", ("size",)),))
OPENING = Dim("baskets.opening", (("baskets", ("opening",)),))
SKU = Dim("lines.sku", (("lines", ("sku",)),))
CHANNEL = Dim("spend.channel", (("spend", ("channel",)),))
COUNTRY = Dim("people.country", (("people", ("country",)),))
PEOPLE_ZONE = Dim("people.area.zone", (("people", ("area", "zone")),))
PEOPLE_MADE = Dim("people.orders_made", (("people", ("orders_made",)),))
TIER = Dim("subs.tier", (("subs", ("tier",)),))
_TIMES = (("orders", ("day",)), ("refunds", ("at",)), ("spend", ("day",)), ("subs", ("started",)), ("balances", ("day",)))
GRAINS = [Dim(word, _TIMES, word) for word in ("day", "week", "month", "quarter", "year", "weekday", "month_of_year")]
ORDER_MONTH = Dim("month(orders.day)", _of_order("", "day").paths, "month")

DIMS = [
    SIZE,
    OPENING,
    PLAN,
    VISITED,
    PEOPLE_PLAN,
    LAND,
    STATUS,
    PAID,
    BUYER,
    GETTER,
    ZONE,
    MADE,
    GOT,
    FIRST,
    QTY,
    CATEGORY,
    SKU,
    CHANNEL,
    COUNTRY,
    PEOPLE_ZONE,
    PEOPLE_MADE,
    TIER,
    *GRAINS,
    ORDER_MONTH,
]

VALUES: dict[str, tuple[Value, ...]] = {
    **dict.fromkeys(("land", "orders.buyer.country", "orders.getter.country", "people.country"), ("IT", "it", "DE", "IT ", "XX")),
    "orders.status": ("paid", "it's", "", "\\", "100%", "Paid"),
    "orders.buyer.plan.name": ("free", "pro"),
    "people.plan.name": ("free", "pro"),
    "orders.visit.channel": ("ads", "mail"),
    "orders.buyer.area.zone": ("north", "south"),
    "people.area.zone": ("north", "south"),
    "orders.buyer.orders_made": (0, 1, 2),
    "people.orders_made": (0, 1, 2),
    "orders.getter.got": (0, 1),
    "orders.buyer.first_day": (dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
    "orders.qty": (0, 1, 2),
    "items.category": ("tools", "Tools"),
    "baskets.size": (1, 2, 3),
    "baskets.opening": ("a", "A"),
    "lines.sku": ("a", "A", "b"),
    "subs.tier": ("free", "pro"),
    "spend.channel": ("ads", 'say "hi"; --'),
}

# ---------------------------------------------------------------- metrics


def _of(source: str, *path: str) -> Any:
    return lambda world, row: world.read(source, row, path)


def _times(source: str, one: tuple[str, ...], other: tuple[str, ...], minus: tuple[str, ...] | None = None) -> Any:
    """one × (other − minus), null where any of them is."""

    def value(world: World, row: Row) -> Value:
        parts = [world.read(source, row, p) for p in (one, other, *((minus,) if minus else ()))]
        if any(p is None for p in parts):
            return None
        a, b, c = (*(Fraction(p) for p in parts), Fraction(0))[:3]  # type: ignore[arg-type]
        return a * (b - c)

    return value


MONEY = [
    ("orders", "orders.amount", _of("orders", "amount")),
    ("lines", "lines.price", _of("lines", "price")),
    ("lines", "lines.units * lines.price", _times("lines", ("units",), ("price",))),
    ("lines", "lines.units * (lines.price - lines.item.cost)", _times("lines", ("units",), ("price",), ("item", "cost"))),
    ("refunds", "refunds.amount", _of("refunds", "amount")),
    ("spend", "spend.cost", _of("spend", "cost")),
    ("people", "people.spent", _of("people", "spent")),
    ("baskets", "baskets.dear", _of("baskets", "dear")),
    ("subs", "subs.fee", _of("subs", "fee")),
    ("balances", "balances.amount", _of("balances", "amount")),
]
COUNTABLE = [
    ("orders", "orders.bill", _of("orders", "bill")),
    ("orders", "orders.status", _of("orders", "status")),
    ("orders", "orders.qty", _of("orders", "qty")),
    ("lines", "lines.order_id", _of("lines", "order_id")),
    ("lines", "lines.sku", _of("lines", "sku")),
    ("lines", "lines.order.bill", _of("lines", "order", "bill")),
    ("refunds", "refunds.order_id", _of("refunds", "order_id")),
    ("baskets", "baskets.units", _of("baskets", "units")),
    ("baskets", "baskets.opening", _of("baskets", "opening")),
    ("baskets", "baskets.size", _of("baskets", "size")),
    ("spend", "spend.channel", _of("spend", "channel")),
    ("people", "people.country", _of("people", "country")),
    ("subs", "subs.who", _of("subs", "who")),
    ("balances", "balances.who", _of("balances", "who")),
]
ROWS = ["orders", "lines", "refunds", "spend", "people", "baskets"]


def _sums() -> Any:
    return st.sampled_from(MONEY).map(lambda m: Agg("sum", m[0], m[1], m[2]))


def _counts() -> Any:
    rows = st.sampled_from(ROWS).map(lambda s: Agg("count rows", s, s))
    values = st.builds(
        lambda c, f: Agg(f, c[0], c[1], c[2]), st.sampled_from([c for c in COUNTABLE if c[1] != "lines.order.bill"]), st.just("count")
    )
    distinct = st.sampled_from(COUNTABLE).map(lambda c: Agg("count distinct", c[0], c[1], c[2]))
    return st.one_of(rows, rows, values, distinct, distinct)


def _statistics() -> Any:
    percents = st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(1, 4), Fraction(0), Fraction(1)])
    funcs = st.sampled_from(["avg", "percentile", "percentile", "stddev", "variance", "min", "max"])
    return st.builds(
        lambda m, f, p: Agg(f, m[0], m[1], m[2], p if f == "percentile" else Fraction(1, 2)), st.sampled_from(MONEY), funcs, percents
    )


def _picks() -> Any:
    """The latest order of each buyer or getter."""
    pick = st.sampled_from([("day", ("bill",)), ("day", ("ship",)), ("day", ("status",))])
    kinds = [Agg("count rows", "orders", "orders"), Agg("sum", *MONEY[0]), Agg("count distinct", *COUNTABLE[1]), Agg("avg", *MONEY[0])]
    return st.builds(lambda agg, pick: replace(agg, pick=pick), st.sampled_from(kinds), pick)


@st.composite
def conditions(draw: Any, dims: list[Dim], deep: bool = True) -> Condition:
    """A condition over some of these dimensions; each value of its dimension, or one that never occurs."""
    if deep and draw(st.integers(0, 3)) == 0:
        parts = tuple(draw(conditions(dims, False)) for _ in range(2))
        made: Condition = Both(draw(st.sampled_from(["and", "or"])), parts)
        return Not(made) if draw(st.booleans()) else made
    dim = draw(st.sampled_from(dims))
    if dim.text == "orders.paid":
        test: Condition = Compare(dim, "=", (True,))
        return Not(test) if draw(st.booleans()) else test
    op = draw(st.sampled_from(["=", "<>", "<", ">=", "in", "not in", "is null", "is not null"]))
    pool = st.sampled_from(VALUES[dim.text])
    values = () if op.startswith("is") else tuple(draw(st.lists(pool, min_size=1, max_size=2))) if op.endswith("in") else (draw(pool),)
    plain = Compare(dim, op, values)
    return Not(plain) if draw(st.integers(0, 4)) == 0 else plain


@st.composite
def bases(draw: Any, sources: list[str], exact: bool = False, picks: bool = False) -> Metric:
    """A base metric of one of these sources, filtered or not."""
    kinds = [_sums(), _counts()] if exact else [_sums(), _counts(), _statistics(), *([_picks()] if picks and "orders" in sources else [])]
    agg = draw(st.one_of(*kinds).filter(lambda a: a.source in sources))
    if draw(st.integers(0, 2)) == 0:
        usable = [d for d in DIMS if (d.has(agg.source) and d.text in VALUES) or (d is PAID and d.has(agg.source))]
        return Where(agg, draw(conditions(usable)))
    return agg


@st.composite
def metrics(draw: Any, sources: list[str], dims: list[Dim], special: bool) -> Metric:
    """A base metric, a formula of two, or (special) a share or level of one."""
    kind = draw(st.integers(0, 7 if special and dims else 5))
    if kind <= 1:
        return draw(bases(sources, picks=special))
    if kind == 2:
        return Formula("/", (draw(bases(sources, picks=special)), draw(bases(sources, picks=special))))
    if kind == 3:
        op = draw(st.sampled_from(["+", "-", "greatest", "least", "coalesce"]))
        return Formula(op, tuple(draw(_sums().filter(lambda a: a.source in sources)) for _ in range(2)))
    if kind == 4:
        counts = _counts().filter(lambda a: a.source in sources)
        return Formula("case", (draw(counts), Number(Fraction(draw(st.integers(0, 2)))), draw(counts), draw(counts)))
    if kind == 5:
        return Formula(
            "/", (Formula("-", (draw(_counts().filter(lambda a: a.source in sources)), Number(Fraction(1)))), Number(Fraction(2)))
        )
    of = tuple(draw(st.lists(st.sampled_from(dims), min_size=1, max_size=2, unique_by=lambda d: d.text)))
    inner = draw(bases(sources, exact=True))
    return (
        At(inner, of) if kind == 6 else Share(inner, tuple(d for d in of if not d.grain) or (of[0],)) if not of[0].grain else At(inner, of)
    )


@st.composite
def queries(draw: Any) -> Query:
    """A query whose group-bys and filters all its metrics have."""
    sources = draw(st.lists(st.sampled_from(ROWS), min_size=1, max_size=3, unique=True))
    common = [d for d in DIMS if all(d.has(s) for s in sources)]
    dims = draw(st.lists(st.sampled_from(common), max_size=3, unique_by=lambda d: (*d.paths, d.grain))) if common else []
    if LAND in dims and BUYER in dims:
        dims.remove(BUYER)
    other = bool(dims) and draw(st.integers(0, 5)) == 0
    found = draw(st.lists(metrics(sources, dims, not other), min_size=1, max_size=3, unique_by=metric_text))
    parted = any(has_parts(m) for m in found)
    plain = [d for d in common if d.text in VALUES or d is PAID]
    where = draw(st.none() | conditions(plain, not parted)) if plain else None
    during: tuple[dt.date | None, dt.date | None] | None = None
    if all(s in ("orders", "refunds", "spend") for s in sources) and draw(st.integers(0, 3)) == 0:
        during = (dt.date(2026, 1, 1), draw(st.sampled_from([dt.date(2026, 1, 31), dt.date(2026, 2, 28)])))
    totals = draw(st.booleans()) and not (other and len(dims) > 1)
    top = order = None
    if dims and (other or (draw(st.integers(0, 4)) == 0 and not (totals and len(dims) > 1))):
        exact = draw(bases(sources, exact=True))
        if metric_text(exact) not in [metric_text(m) for m in found]:
            found.append(exact)
        place = [metric_text(m) for m in found].index(metric_text(exact))
        top = (draw(st.integers(1, 3)), place)
    elif dims and draw(st.integers(0, 3)) == 0 and not totals:
        order = ((draw(st.integers(0, len(dims) - 1)), draw(st.booleans())),)
    return Query(tuple(found), tuple(dims), where, during, totals, order or (), top, other, sparse=draw(st.booleans()))


def has_parts(metric: Metric) -> bool:
    return isinstance(metric, (Share, At)) or (isinstance(metric, Formula) and any(has_parts(p) for p in metric.parts))


# ---------------------------------------------------------------- as the analyst writes it


def literal(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case dt.date():
            return value.isoformat()
    return str(value)


def condition_text(condition: Condition) -> str:
    match condition:
        case Compare(dim, op, values):
            if dim.text == "orders.paid":
                return dim.text
            if op.startswith("is"):
                return f"{dim.text} {op}"
            listed = ", ".join(literal(v) for v in values)
            return f"{dim.text} {op} ({listed})" if op.endswith("in") else f"{dim.text} {op} {listed}"
        case Not(part):
            return f"not ({condition_text(part)})"
        case Both(op, parts):
            return "(" + f" {op} ".join(condition_text(p) for p in parts) + ")"


def metric_text(metric: Metric) -> str:
    match metric:
        case Agg(time=str()):
            return f"({metric_text(replace(metric, time=None))} at time {metric.source}.{metric.time})"
        case Agg(alive=(start, end)):
            return f"{metric_text(replace(metric, alive=None))[:-1]}, active: {start}..{end})"
        case Agg(pick=(order, _), fill=False):
            return f"{'first' if metric.first else 'last'}({metric.text}, over: {order})"
        case Agg(pick=(order, per)):
            plain = metric_text(replace(metric, pick=None))
            return f"{plain[:-1]}, {'earliest' if metric.first else 'latest'}: {order}, per: {', '.join(per)})"
        case Agg(func="count rows"):
            return f"count({metric.text})"
        case Agg(func="count distinct"):
            return f"count(distinct {metric.text})"
        case Agg(func="percentile"):
            return f"percentile({metric.text}, {int(metric.percent * 100)}%)"
        case Agg():
            return f"{metric.func}({metric.text})"
        case Number():
            return str(metric.value)
        case Where():
            return f"({metric_text(metric.value)} where {condition_text(metric.condition)})"
        case Share():
            return f"share({metric_text(metric.value)}, of: ({', '.join(d.text for d in metric.of)}))"
        case At():
            return f"({metric_text(metric.value)} at ({', '.join(d.text for d in metric.dims)}))"
        case Moved():
            return move_text(metric_text(metric.value), metric.move)
        case Growth(value, move):
            return f"growth({metric_text(value)}, {length(move.amount, move.unit)})"
        case Formula(op="case"):
            a, b, c, d = (metric_text(p) for p in metric.parts)
            return f"case when {a} > {b} then {c} else {d} end"
        case Formula(op="coalesce" | "greatest" | "least" | "abs"):
            return f"{metric.op}({', '.join(metric_text(p) for p in metric.parts)})"
        case Formula():
            return "(" + f" {metric.op} ".join(metric_text(p) for p in metric.parts) + ")"
    raise AssertionError(metric)


def move_text(value: str, move: Move) -> str:
    match move:
        case Shift():
            return f"prior({value}, {length(move.amount, move.unit)})"
        case Trailing():
            read = "" if move.read == "last" else f", read: {move.read}"
            return f"trailing({value}, {length(move.amount, move.unit)}{read})"
        case ToDate():
            return f"to_date({value}, {move.grain})"
        case Edge():
            return f"at_{'end' if move.last else 'start'}({value}, {move.grain})"
    return f"running({value})"


def length(amount: int, unit: str) -> str:
    return f"{amount} {unit}{'s' if amount > 1 else ''}"


def query_text(query: Query) -> str:
    shown = [metric_text(m) for m in query.metrics]
    words = [", ".join(shown)]
    if query.dims:
        words.append("by " + ", ".join(d.text for d in query.dims))
    if query.where is not None:
        words.append("where " + condition_text(query.where))
    if query.during is not None:
        words.append("during " + "..".join("" if day is None else str(day) for day in query.during))
    if query.last is not None:
        words.append("last " + length(*query.last))
    if query.compare is not None:
        words.append(f"compare previous {query.compare[0]}" + (" whole" if query.compare[1] else ""))
    if query.totals:
        words.append("with totals")
    if query.sparse:
        words.append("sparse")
    if query.order:
        words.append("order by " + ", ".join(query.dims[p].text + (" desc" if down else "") for p, down in query.order))
    if query.top is not None:
        words.append(f"top {query.top[0]} by {shown[query.top[1]]}" + (" with other" if query.other else ""))
    return " ".join(words)
