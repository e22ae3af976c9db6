"""Plans that show how nodes fold into SELECTs; each is printed for DuckDB in golden/NAME.sql and run on every executed engine."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, TIMESTAMP, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type
from kpidsl.plan.plan import Aggregate, Filter, Join, Limit, Named, Project, Rel, Scan, Sort, TableRef, UnionAll

MONEY = Type("decimal", precision=(18, 2))
ORDERS = [("id", INT), ("customer_id", INT), ("day", DATE), ("at", TIMESTAMP), ("amount", MONEY), ("paid", BOOL), ("status", TEXT)]
CUSTOMERS = [("id", INT), ("country", TEXT)]
ADS = [("day", DATE), ("channel", TEXT), ("cost", MONEY)]


def _order(id: int, customer: int | None, day: int, amount: str | None, paid: bool | None, status: str | None) -> tuple[object, ...]:
    date = dt.date(2026, 1, 1) + dt.timedelta(days=day)
    return (id, customer, date, dt.datetime.combine(date, dt.time(10, id)), None if amount is None else Decimal(amount), paid, status)


ORDER_ROWS = [
    _order(1, 1, 0, "10.00", True, "done"),
    _order(2, 1, 0, "20.50", True, "test"),
    _order(3, 2, 1, "5.25", False, None),
    _order(4, 3, 31, None, None, "done"),
    _order(5, None, 32, "100.00", True, "done"),
    _order(6, 2, 32, "-1.00", True, None),
]
CUSTOMER_ROWS = [(1, "IT"), (2, "de"), (3, None)]
AD_ROWS = [(dt.date(2026, 1, 1), "a", Decimal("4.00")), (dt.date(2026, 3, 1), "a", Decimal("6.00")), (dt.date(2026, 1, 1), None, None)]

orders = Scan(TableRef(("shop", "orders")), "orders")
customers = Scan(TableRef(("shop", "customers")), "customers")
ads = Scan(TableRef(("ads",)), "ads")


def o(name: str) -> Col:
    return Col("orders", name, dict(ORDERS)[name])


def n(name: str, kind: Type = INT) -> Col:
    return Col(None, name, kind)


def f(op: str, *args: Expr, to: Type = BOOL, options: tuple[str | int, ...] = ()) -> Fn:
    return Fn(op, args, to, options)


def month(value: Expr) -> Expr:
    return f("start_of", value, to=DATE, options=("month", 1, 1))


ZERO = Lit(0, INT)
revenue = Agg("sum", (o("amount"),), MONEY)
paid_revenue = Agg("sum", (o("amount"),), MONEY, where=f("and", o("paid"), f("ne", o("status"), Lit("test", TEXT))))
by_day = Aggregate(orders, (("day", o("day")),), (("revenue", revenue),))
joined = Join(orders, customers, "customers", f("eq", o("customer_id"), Col("customers", "id", INT)))
named_day = Named(by_day, "revenue_by_day", "metric revenue")
spend = Named(
    Aggregate(ads, (("month", month(Col("ads", "day", DATE))),), (("spend", Agg("sum", (Col("ads", "cost", MONEY),), MONEY)),)), "spend"
)
income = Named(Aggregate(orders, (("month", month(o("day"))),), (("revenue", paid_revenue),)), "revenue")
both = UnionAll(
    (
        Project(income, (("month", n("month", DATE)), ("revenue", n("revenue", MONEY)), ("spend", Lit(None, MONEY)))),
        Project(spend, (("month", n("month", DATE)), ("revenue", Lit(None, MONEY)), ("spend", n("spend", MONEY)))),
    ),
    (DATE, MONEY, MONEY),
)
across = Aggregate(
    both,
    (("month", n("month", DATE)),),
    (("revenue", Agg("sum", (n("revenue", MONEY),), MONEY)), ("spend", Agg("sum", (n("spend", MONEY),), MONEY))),
)
filled = f("coalesce", n("revenue", MONEY), ZERO, to=MONEY)
windowed = Project(
    orders,
    (
        ("id", o("id")),
        ("customer_id", o("customer_id")),
        ("nth", Over("row_number", (), INT, (o("customer_id"),), ((o("at"), True), (o("id"), False)))),
    ),
)
paid_orders = Named(Filter(orders, o("paid")), "paid_orders")
levels = Aggregate(
    joined,
    (("month", month(o("day"))), ("country", Col("customers", "country", TEXT))),
    (
        ("orders", Agg("count_rows", (), INT)),
        ("revenue", revenue),
        ("median", Agg("percentile", (o("amount"),), REAL, percent=Decimal("0.5"))),
    ),
    sets=(("month", "country"), ("month",), ()),
    level="level",
)


def levels_around(rel: Rel) -> Rel:
    """The total's grouping between two others; it has a row also where there is nothing to group."""
    groups = (("month", month(o("day"))), ("status", o("status")))
    sets = (("month",), (), ("status",))
    return Aggregate(rel, groups, (("orders", Agg("count_rows", (), INT)),), sets, "level")


# name → (relation, types of its columns, the rows that must come out)
PLANS: dict[str, tuple[Rel, list[Type], list[tuple[object, ...]]]] = {
    "one_select": (
        Limit(
            Sort(
                Project(
                    Aggregate(
                        Filter(joined, f("ge", o("day"), Lit(dt.date(2026, 1, 1), DATE))),
                        (("month", month(o("day"))), ("country", Col("customers", "country", TEXT))),
                        (("revenue", paid_revenue), ("orders", Agg("count_rows", (), INT))),
                    ),
                    (
                        ("month", n("month", DATE)),
                        ("country", n("country", TEXT)),
                        ("revenue", filled),
                        ("average", f("div", filled, n("orders"), to=REAL)),
                    ),
                ),
                ((n("month", DATE), False), (n("country", TEXT), False)),
            ),
            3,
        ),
        [DATE, TEXT, MONEY, REAL],
        [
            (dt.date(2026, 1, 1), "IT", Decimal("10.00"), 5.0),
            (dt.date(2026, 1, 1), "de", Decimal("0.00"), 0.0),
            (dt.date(2026, 2, 1), "de", Decimal("-1.00"), -1.0),
        ],
    ),
    "having": (
        Sort(Filter(by_day, f("gt", n("revenue", MONEY), Lit(5, INT))), ((n("revenue", MONEY), True),)),
        [DATE, MONEY],
        [(dt.date(2026, 2, 2), Decimal("99.00")), (dt.date(2026, 1, 1), Decimal("30.50")), (dt.date(2026, 1, 2), Decimal("5.25"))],
    ),
    "filter_on_a_group": (
        Sort(Filter(by_day, f("gt", n("day", DATE), Lit(dt.date(2026, 1, 31), DATE))), ((n("day", DATE), False),)),
        [DATE, MONEY],
        [(dt.date(2026, 2, 1), None), (dt.date(2026, 2, 2), Decimal("99.00"))],
    ),
    "window_over_aggregate": (
        Sort(
            Project(
                by_day,
                (
                    ("day", n("day", DATE)),
                    ("running", Over("sum", (n("revenue", MONEY),), MONEY, (), ((n("day", DATE), False),))),
                    ("last_two", Over("sum", (n("revenue", MONEY),), MONEY, (), ((n("day", DATE), False),), (-1, 0))),
                    ("before", Over("lag", (n("revenue", MONEY),), MONEY, (), ((n("day", DATE), False),))),
                    ("share", f("div", n("revenue", MONEY), Over("sum", (n("revenue", MONEY),), MONEY), to=REAL)),
                ),
            ),
            ((n("day", DATE), False),),
        ),
        [DATE, MONEY, MONEY, MONEY, REAL],
        [
            (dt.date(2026, 1, 1), Decimal("30.50"), Decimal("30.50"), None, 30.5 / 134.75),
            (dt.date(2026, 1, 2), Decimal("35.75"), Decimal("35.75"), Decimal("30.50"), 5.25 / 134.75),
            (dt.date(2026, 2, 1), Decimal("35.75"), Decimal("5.25"), Decimal("5.25"), None),
            (dt.date(2026, 2, 2), Decimal("134.75"), Decimal("99.00"), None, 99 / 134.75),
        ],
    ),
    "filter_over_window": (
        Sort(
            Project(Filter(windowed, f("eq", n("nth"), Lit(1, INT))), (("customer_id", n("customer_id")), ("id", n("id")))),
            ((n("id"), False),),
        ),
        [INT, INT],
        [(1, 2), (3, 4), (None, 5), (2, 6)],
    ),
    "aggregate_over_aggregate": (
        Sort(
            Aggregate(by_day, (("month", month(n("day", DATE))),), (("best_day", Agg("max", (n("revenue", MONEY),), MONEY)),)),
            ((n("month", DATE), False),),
        ),
        [DATE, MONEY],
        [(dt.date(2026, 1, 1), Decimal("30.50")), (dt.date(2026, 2, 1), Decimal("99.00"))],
    ),
    "limit_inside": (
        Aggregate(
            Limit(Sort(by_day, ((n("revenue", MONEY), True), (n("day", DATE), False))), 2),
            (),
            (("best_two", Agg("sum", (n("revenue", MONEY),), MONEY)),),
        ),
        [MONEY],
        [(Decimal("129.50"),)],
    ),
    "drill_across": (
        Sort(
            Project(
                across,
                (
                    ("month", n("month", DATE)),
                    ("revenue", filled),
                    ("spend", n("spend", MONEY)),
                    ("roas", f("div", filled, n("spend", MONEY), to=REAL)),
                ),
            ),
            ((n("month", DATE), False),),
        ),
        [DATE, MONEY, MONEY, REAL],
        [
            (dt.date(2026, 1, 1), Decimal("10.00"), Decimal("4.00"), 2.5),
            (dt.date(2026, 2, 1), Decimal("99.00"), None, None),
            (dt.date(2026, 3, 1), Decimal("0.00"), Decimal("6.00"), 0.0),
        ],
    ),
    "read_twice": (
        Sort(
            Project(
                Join(
                    named_day,
                    named_day,
                    "earlier",
                    f("eq", Col("earlier", "day", DATE), f("date_add", n("day", DATE), to=DATE, options=(-1, "month"))),
                ),
                (("day", n("day", DATE)), ("now", n("revenue", MONEY)), ("then", Col("earlier", "revenue", MONEY))),
            ),
            ((n("day", DATE), False),),
        ),
        [DATE, MONEY, MONEY],
        [
            (dt.date(2026, 1, 1), Decimal("30.50"), None),
            (dt.date(2026, 1, 2), Decimal("5.25"), None),
            (dt.date(2026, 2, 1), None, Decimal("30.50")),
            (dt.date(2026, 2, 2), Decimal("99.00"), Decimal("5.25")),
        ],
    ),
    "bare_rows_read_twice": (
        Sort(
            UnionAll(
                (
                    Aggregate(paid_orders, (("status", n("status", TEXT)),), (("orders", Agg("count_rows", (), INT)),)),
                    Project(
                        Aggregate(paid_orders, (), (("orders", Agg("count", (n("amount", MONEY),), INT)),)),
                        (("status", Lit("all", TEXT)), ("orders", n("orders"))),
                    ),
                ),
                (TEXT, INT),
            ),
            ((n("status", TEXT), False),),
        ),
        [TEXT, INT],
        [("all", 4), ("done", 2), ("test", 1), (None, 1)],
    ),
    "grouping_sets": (
        Sort(levels, ((n("level"), False), (n("month", DATE), False), (n("country", TEXT), False))),
        [DATE, TEXT, INT, MONEY, REAL, INT],
        [
            (dt.date(2026, 1, 1), "IT", 2, Decimal("30.50"), 15.25, 0),
            (dt.date(2026, 1, 1), "de", 1, Decimal("5.25"), 5.25, 0),
            (dt.date(2026, 2, 1), "de", 1, Decimal("-1.00"), -1.0, 0),
            (dt.date(2026, 2, 1), None, 2, Decimal("100.00"), 100.0, 0),
            (dt.date(2026, 1, 1), None, 3, Decimal("35.75"), 10.0, 1),
            (dt.date(2026, 2, 1), None, 3, Decimal("99.00"), 49.5, 1),
            (None, None, 6, Decimal("134.75"), 10.0, 2),
        ],
    ),
    "total_between_levels": (
        Sort(levels_around(orders), ((n("level"), False), (n("month", DATE), False), (n("status", TEXT), False))),
        [DATE, TEXT, INT, INT],
        [
            (dt.date(2026, 1, 1), None, 3, 0),
            (dt.date(2026, 2, 1), None, 3, 0),
            (None, None, 6, 1),
            (None, "done", 3, 2),
            (None, "test", 1, 2),
            (None, None, 2, 2),
        ],
    ),
    "total_of_nothing": (
        Project(Named(levels_around(Filter(orders, f("gt", o("id"), Lit(9, INT)))), "levels"), (("level", n("level")),)),
        [INT],
        [(1,)],
    ),
    "derived_rows_joined": (
        Sort(
            Project(
                Join(
                    customers,
                    Named(
                        Aggregate(
                            orders,
                            (("customer_id", o("customer_id")),),
                            (
                                ("first_day", Agg("min", (o("day"),), DATE)),
                                ("first_status", Agg("first", (o("status"), o("at"), o("id")), TEXT)),
                            ),
                        ),
                        "customers_orders",
                        "one row per customer: first_day",
                    ),
                    "totals",
                    f("eq", Col("customers", "id", INT), Col("totals", "customer_id", INT)),
                ),
                (
                    ("id", Col("customers", "id", INT)),
                    ("first_day", Col("totals", "first_day", DATE)),
                    ("first_status", Col("totals", "first_status", TEXT)),
                ),
            ),
            ((n("id"), False),),
        ),
        [INT, DATE, TEXT],
        [(1, dt.date(2026, 1, 1), "done"), (2, dt.date(2026, 1, 2), None), (3, dt.date(2026, 2, 1), "done")],
    ),
    "join_of_a_projection": (
        Sort(
            Project(
                Join(
                    Project(orders, (("id", o("id")), ("buyer", o("customer_id")))),
                    customers,
                    "customers",
                    f("eq", n("buyer"), Col("customers", "id", INT)),
                ),
                (("id", n("id")), ("country", Col("customers", "country", TEXT))),
            ),
            ((n("id"), False),),
        ),
        [INT, TEXT],
        [(1, "IT"), (2, "IT"), (3, "de"), (4, None), (5, None), (6, "de")],
    ),
    "long_expression_used_often": (
        Project(
            Aggregate(orders, (), (("revenue", paid_revenue),)),
            tuple(
                (f"with_{k}", f("div", n("revenue", MONEY), f("add", n("revenue", MONEY), Lit(k, INT), to=MONEY), to=REAL))
                for k in (1, 2, 3)
            ),
        ),
        [REAL, REAL, REAL],
        [(109 / 110, 109 / 111, 109 / 112)],
    ),
    "output_named_as_another_column": (
        Sort(
            Project(
                Filter(orders, f("gt", o("amount"), Lit(6, INT))),
                (("amount", f("mul", o("amount"), Lit(2, INT), to=MONEY)), ("id", o("amount"))),
            ),
            ((n("amount", MONEY), False),),
        ),
        [MONEY, MONEY],
        [(Decimal("20.00"), Decimal("10.00")), (Decimal("41.00"), Decimal("20.50")), (Decimal("200.00"), Decimal("100.00"))],
    ),
    "constants_and_case": (
        Sort(
            Project(
                orders,
                (
                    ("id", o("id")),
                    (
                        "size",
                        CaseOf(
                            ((f("ge", o("amount"), Lit(20, INT)), Lit("big", TEXT)), (f("is_null", o("amount")), Lit(None, TEXT))),
                            Lit("small", TEXT),
                            TEXT,
                        ),
                    ),
                    ("nothing", Lit(None, DATE)),
                    ("yes", Lit(True, BOOL)),
                ),
            ),
            ((n("size", TEXT), False), (n("id"), True)),
        ),
        [INT, TEXT, DATE, BOOL],
        [
            (5, "big", None, True),
            (2, "big", None, True),
            (6, "small", None, True),
            (3, "small", None, True),
            (1, "small", None, True),
            (4, None, None, True),
        ],
    ),
    "constants_of_a_total": (
        Project(
            Aggregate(Filter(orders, f("gt", o("id"), Lit(1, INT))), (), (("revenue", revenue),)),
            (("nothing", Lit(None, MONEY)), ("one", Lit(1, INT))),
        ),
        [MONEY, INT],
        [(None, 1)],
    ),
    "constants_of_a_total_of_nothing": (
        Sort(
            Filter(
                Project(Aggregate(Filter(orders, f("gt", o("id"), Lit(9, INT))), (), ()), (("one", Lit(1, INT)),)),
                f("eq", n("one"), Lit(1, INT)),
            ),
            ((n("one"), False),),
        ),
        [INT],
        [(1,)],
    ),
    "distinct_values": (
        Sort(Aggregate(joined, (("country", Col("customers", "country", TEXT)),), ()), ((n("country", TEXT), False),)),
        [TEXT],
        [("IT",), ("de",), (None,)],
    ),
}
