"""What rules about time are built of, on every executed engine: all days of a range, the latest value carried on, rows beside a spine.

Weeks, fiscal years and steps of months are in test_calendar, frames in test_windows, single functions in test_operators. A spine is digits
joined with digits: no engine's recursion or series function is needed, and each has what it takes.
"""

from __future__ import annotations

import datetime as dt

import pytest

from kpidsl.engines.base import Engine
from kpidsl.model.expr import DATE, INT, REAL, TEXT, TIMESTAMP, Agg, Col, Expr, Lit, Over
from kpidsl.plan.plan import Aggregate, Filter, Join, Named, Project, Rel, Scan, Sort, SqlRef, TableRef
from tests.sql.cases import fn, rows_of

START = dt.date(1980, 2, 28)
DIGITS = " UNION ALL ".join(f"SELECT {digit} AS digit" for digit in range(10))


def at(name: str, kind: object = INT) -> Col:
    return Col(None, name, kind)  # type: ignore[arg-type]


def counting(size: int) -> Rel:
    """One column, `number`: 0 to size − 1, out of as many digits as the largest has."""
    digits = Named(Project(Scan(SqlRef(DIGITS, "duckdb"), "digits"), (("digit", Col("digits", "digit", INT)),)), "digits")
    rel: Rel = digits
    number: Expr = Col("digits", "digit", INT)
    for place in range(1, len(str(size - 1))):
        rel = Join(rel, digits, f"digits_{place}", None, "cross")
        number = fn("add", number, fn("mul", Col(f"digits_{place}", "digit", INT), Lit(10**place, INT), to=INT), to=INT)
    return Named(Project(Filter(rel, fn("lt", number, Lit(size, INT))), (("number", number),)), "numbers")


def days(first: Expr, size: int) -> Rel:
    """One column, `day`: that many days from the first."""
    return Named(Project(counting(size), (("day", fn("plus", first, at("number"), to=DATE, options=("day",))),)), "days")


def by_day(rel: Rel, *more: str) -> Rel:
    return Sort(rel, tuple((at(name, DATE if name == "day" else TEXT), False) for name in ("day", *more)))


@pytest.mark.smoke
@pytest.mark.parametrize("size", [1, 10, 11, 365, 20_000])
def test_all_days_of_a_range(engine: Engine, size: int) -> None:
    found = rows_of(engine, by_day(days(Lit(START, DATE), size)), [DATE])
    assert found == [(START + dt.timedelta(days=number),) for number in range(size)]


@pytest.mark.smoke
def test_all_days_between_the_first_and_the_last_row(engine: Engine) -> None:
    """The bounds come from the data; nulls are no days."""
    engine.create_table("facts", [("day", DATE)], [(dt.date(2024, 2, 27),), (None,), (dt.date(2024, 3, 2),), (dt.date(2024, 2, 27),)])
    day = Col("facts", "day", DATE)
    bounds = Aggregate(Scan(TableRef(("facts",)), "facts"), (), (("first", Agg("min", (day,), DATE)), ("latest", Agg("max", (day,), DATE))))
    beside = Join(counting(1000), Named(bounds, "bounds"), "bounds", None, "cross")
    first, last = Col("bounds", "first", DATE), Col("bounds", "latest", DATE)
    inside = Filter(beside, fn("le", Col("numbers", "number", INT), fn("date_diff", last, first, to=INT)))
    made = Project(inside, (("day", fn("plus", first, Col("numbers", "number", INT), to=DATE, options=("day",))),))
    found = rows_of(engine, by_day(made), [DATE])
    assert found == [
        (dt.date(2024, 2, 27),),
        (dt.date(2024, 2, 28),),
        (dt.date(2024, 2, 29),),
        (dt.date(2024, 3, 1),),
        (dt.date(2024, 3, 2),),
    ]


@pytest.mark.smoke
def test_all_months_of_a_range(engine: Engine) -> None:
    """Months are counted, not picked out of days; the last day of January stands for its month's end in each."""
    steps = (("day", fn("plus", Lit(dt.date(2026, 1, 31), DATE), at("number"), to=DATE, options=("month",))),)
    found = rows_of(engine, by_day(Project(counting(5), steps)), [DATE])
    assert found == [(dt.date(2026, month, day),) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31))]


@pytest.mark.smoke
def test_days_between(engine: Engine) -> None:
    """Whole days, across leap days and clock changes, backwards too; with a time of day parts of days."""
    pairs = [
        (dt.date(2024, 3, 1), dt.date(2024, 2, 28), 2),
        (dt.date(2026, 3, 30), dt.date(2026, 3, 28), 2),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 1), 0),
        (dt.date(1971, 3, 29), dt.date(2026, 1, 1), -20002),
        (None, dt.date(2026, 1, 1), None),
    ]
    engine.create_table("v", [("i", INT), ("d", DATE), ("e", DATE)], [(i, d, e) for i, (d, e, _) in enumerate(pairs)])
    d, e = Col("v", "d", DATE), Col("v", "e", DATE)
    half = fn("date_add", fn("to_timestamp", e, to=TIMESTAMP), to=TIMESTAMP, options=(36, "hour"))
    columns = (("i", Col("v", "i", INT)), ("whole", fn("date_diff", d, e, to=INT)), ("part", fn("date_diff", half, d, to=REAL)))
    found = rows_of(engine, Sort(Project(Scan(TableRef(("v",)), "v"), columns), ((at("i"), False),)), [INT, INT, REAL])
    assert found == [(i, days, None if days is None else 1.5 - days) for i, (_, _, days) in enumerate(pairs)]


SALES = [
    (dt.date(2026, 1, 1), "a", 1.0),
    (dt.date(2026, 1, 3), "a", 2.0),
    (dt.date(2026, 1, 2), None, 4.0),
    (dt.date(2026, 1, 3), "A ", 8.0),
]


@pytest.mark.smoke
def test_a_spine_beside_groups(engine: Engine) -> None:
    """Every day for every group, the unknown one included, with what the rows say: null-safe on the text, exact on its spelling (S16)."""
    engine.create_table("sales", [("day", DATE), ("shop", TEXT), ("x", REAL)], SALES)
    day, shop = Col("sales", "day", DATE), Col("sales", "shop", TEXT)
    grouped = (("day", day), ("shop", shop)), (("x", Agg("sum", (Col("sales", "x", REAL),), REAL)),)
    totals = Named(Aggregate(Scan(TableRef(("sales",)), "sales"), *grouped), "totals")
    shops = Named(Aggregate(totals, (("shop", at("shop", TEXT)),), ()), "shops")
    spine = Join(days(Lit(dt.date(2026, 1, 1), DATE), 3), shops, "shops", None, "cross")
    same_day = fn("eq", Col("days", "day", DATE), Col("totals", "day", DATE))
    same_shop = fn("null_safe_eq", Col("shops", "shop", TEXT), Col("totals", "shop", TEXT))
    filled = Join(spine, totals, "totals", fn("and", same_day, same_shop))
    columns = (("day", Col("days", "day", DATE)), ("shop", Col("shops", "shop", TEXT)), ("x", Col("totals", "x", REAL)))
    found = rows_of(engine, by_day(Project(filled, columns), "shop"), [DATE, TEXT, REAL])
    wanted = {(1, "a"): 1.0, (2, None): 4.0, (3, "A "): 8.0, (3, "a"): 2.0}
    assert found == [(dt.date(2026, 1, number), name, wanted.get((number, name))) for number in (1, 2, 3) for name in ("A ", "a", None)]


@pytest.mark.smoke
def test_twenty_eight_days(engine: Engine) -> None:
    """A frame of 28 rows over a spine is 28 days: the first days have fewer, and no row is an unknown value."""
    rows = [(START + dt.timedelta(days=number), float(number)) for number in range(40) if number % 5]
    engine.create_table("sales", [("day", DATE), ("x", REAL)], rows)
    sales = Named(
        Project(Scan(TableRef(("sales",)), "sales"), (("day", Col("sales", "day", DATE)), ("x", Col("sales", "x", REAL)))), "sold"
    )
    filled = Join(days(Lit(START, DATE), 40), sales, "sold", fn("eq", Col("days", "day", DATE), Col("sold", "day", DATE)))
    wide = Named(Project(filled, (("day", Col("days", "day", DATE)), ("x", Col("sold", "x", REAL)))), "filled")
    order = ((at("day", DATE), False),)
    sums = Over("sum", (at("x", REAL),), REAL, (), order, (-27, 0))
    known = Over("count", (at("x", REAL),), INT, (), order, (-27, 0))
    found = rows_of(engine, by_day(Project(wide, (("day", at("day", DATE)), ("x", sums), ("n", known)))), [DATE, REAL, INT])
    values = [number if number % 5 else None for number in range(40)]
    for number, (_, total, count) in enumerate(found):
        window = [value for value in values[max(0, number - 27) : number + 1] if value is not None]
        assert (total, count) == (sum(window) if window else None, len(window))


@pytest.mark.smoke
def test_the_latest_known_value_carried_on(engine: Engine) -> None:
    """Without IGNORE NULLS, which half of the engines lack: count the known values so far, then take the one value of each stretch."""
    values = [None, 5.0, None, None, 3.0, 4.0, None]
    engine.create_table("v", [("g", INT), ("i", INT), ("x", REAL)], [(g, i, x and x * g) for g in (1, 2) for i, x in enumerate(values)])
    columns = (("g", Col("v", "g", INT)), ("i", Col("v", "i", INT)), ("x", Col("v", "x", REAL)))
    stretch = Over("count", (Col("v", "x", REAL),), INT, (Col("v", "g", INT),), ((Col("v", "i", INT), False),), (None, 0))
    counted = Named(Project(Scan(TableRef(("v",)), "v"), (*columns, ("stretch", stretch))), "counted")
    carried = Over("max", (at("x", REAL),), REAL, (at("g"), at("stretch")))
    rel = Sort(Project(counted, (("g", at("g")), ("i", at("i")), ("x", carried))), ((at("g"), False), (at("i"), False)))
    wanted = [None, 5.0, 5.0, 5.0, 3.0, 4.0, 4.0]
    assert [row[2] for row in rows_of(engine, rel, [INT, INT, REAL])] == [x and x * g for g in (1, 2) for x in wanted]


@pytest.mark.smoke
def test_the_latest_and_the_first_day(engine: Engine) -> None:
    """Of a group by MIN and MAX, so far by a window: dates compare as dates on every engine."""
    rows = [(1, dt.date(2026, 10, 9)), (2, dt.date(2026, 9, 30)), (3, None), (4, dt.date(2026, 10, 10))]
    engine.create_table("v", [("i", INT), ("d", DATE)], rows)
    scan, day = Scan(TableRef(("v",)), "v"), Col("v", "d", DATE)
    ends = Aggregate(scan, (), (("a", Agg("min", (day,), DATE)), ("b", Agg("max", (day,), DATE))))
    assert rows_of(engine, ends, [DATE, DATE]) == [(dt.date(2026, 9, 30), dt.date(2026, 10, 10))]
    so_far = Over("max", (day,), DATE, (), ((Col("v", "i", INT), False),), (None, 0))
    before = Over("max", (day,), DATE, (), ((Col("v", "i", INT), False),), (None, -1))
    rel = Sort(Project(scan, (("i", Col("v", "i", INT)), ("a", so_far), ("b", before))), ((at("i"), False),))
    first, last = dt.date(2026, 10, 9), dt.date(2026, 10, 10)
    assert rows_of(engine, rel, [INT, DATE, DATE]) == [(1, first, None), (2, first, first), (3, first, first), (4, last, first)]
