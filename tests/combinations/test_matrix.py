"""Every kind of metric inside every other, under every clause of a query: right numbers or a reasoned refusal, no third case.

Right numbers come from the naive evaluator of `tests/oracle`, which shares nothing with the planner. What is refused,
and why, says `refusal`; any other refusal fails, and so does one of these that compiles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

import pytest

from kpidsl.compile import Compiled, compile_sources, emit, query_statement
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from kpidsl.span import Source
from tests.oracle.naive import Agg, At, Both, Dim, Evaluator, Formula, Metric, Number, Query, Share, Test, Value, Where, World, leaves, same
from tests.oracle.shop import AS_OF, BUYER, COUNTABLE, GRAINS, LAND, MONEY, SOURCES, STATUS, TEXT, query_text
from tests.oracle.test_oracle import fill, shown

DAY = {name: dt.date.fromisoformat(name) for name in ("2025-12-31", "2026-01-05", "2026-01-31", "2026-02-10", "2026-03-01")}
TABLES: dict[str, list[tuple[Value, ...]]] = {
    "areas": [],
    "people": [(1, "IT", 1), (2, "DE", 1), (3, None, 2), (4, "FR", 1)],
    "orders": [
        (1, DAY["2026-01-05"], 1, 2, "paid", Fraction(10), 1),
        (2, DAY["2026-01-05"], 1, 1, "new", Fraction(20), 2),
        (3, DAY["2026-01-31"], 2, 1, "paid", Fraction(5), None),
        (4, DAY["2026-02-10"], 2, None, "paid", Fraction(50), 4),
        (5, DAY["2026-02-10"], 3, 3, None, Fraction(7), 0),
        (6, None, 9, 1, "paid", Fraction(3), 3),
        (7, DAY["2026-02-10"], 1, 4, "new", None, 5),
        (8, DAY["2026-03-01"], 1, 1, "paid", Fraction(1000), 9),  # later than as_of
        (9, DAY["2025-12-31"], 4, 4, "new", Fraction(2), 1),
    ],
    "items": [],
    "lines": [],
    "refunds": [
        (1, dt.datetime(2026, 1, 20, 12), 1, Fraction(1)),
        (2, dt.datetime(2026, 2, 20, 23, 59), 4, Fraction(4)),
        (3, dt.datetime(2026, 2, 21), None, Fraction(2)),
    ],
    "spend": [
        (DAY["2026-01-05"], "ads", "IT", Fraction(8)),
        (DAY["2026-02-10"], "ads", "ES", Fraction(16)),
        (DAY["2026-02-10"], None, None, Fraction(32)),
    ],
}

AMOUNT, REFUNDED = Agg("sum", *MONEY[0]), Agg("sum", *MONEY[4])
ORDERS, REFUNDS = Agg("count rows", "orders", "orders"), Agg("count rows", "refunds", "refunds")
BILLED = Agg("count", *COUNTABLE[0])
PAID, NEW = Test(STATUS, "=", ("paid",)), Test(STATUS, "=", ("new",))
NOT_ITALY = Test(LAND, "<>", ("IT",))
MONTH = next(g for g in GRAINS if g.text == "month")

INNER: dict[str, Metric] = {
    "sum": AMOUNT,
    "count": ORDERS,
    "distinct count": Agg("count distinct", *COUNTABLE[0]),
    "average": Agg("avg", *MONEY[0]),
    "median": Agg("percentile", *MONEY[0]),
    "percentile": Agg("percentile", *MONEY[0], percent=Fraction(9, 10)),
    "spread": Agg("stddev", *MONEY[0]),
    "maximum": Agg("max", *MONEY[0]),
    "filtered": Where(AMOUNT, PAID),
    "filtered distinct count": Where(Agg("count distinct", *COUNTABLE[0]), NOT_ITALY),
    "latest": Agg("count rows", "orders", "orders", pick=("day", "bill")),
    "ratio": Formula("/", (AMOUNT, ORDERS)),
    "ratio of two sources": Formula("/", (REFUNDED, AMOUNT)),
    "difference of two sources": Formula("-", (AMOUNT, REFUNDED)),
    "case": Formula("case", (ORDERS, Number(Fraction(1)), AMOUNT, REFUNDED)),
    "coalesce": Formula("coalesce", (Formula("/", (AMOUNT, REFUNDS)), Number(Fraction(0)))),
    "share": Share(ORDERS, (STATUS,)),
    "share of a distinct count": Share(Agg("count distinct", *COUNTABLE[0]), (LAND,)),
    "level": At(AMOUNT, (LAND,)),
    "part of a level": Formula("/", (AMOUNT, At(AMOUNT, (STATUS,)))),
}

Outer = Callable[[Metric], Metric]
OUTER: dict[str, Outer] = {
    "alone": lambda m: m,
    "filtered": lambda m: Where(m, NEW),
    "filtered twice": lambda m: Where(Where(m, Test(STATUS, "is not null")), NOT_ITALY),
    "share": lambda m: Share(m, (LAND,)),
    "level": lambda m: At(m, (LAND,)),
    "per order": lambda m: Formula("/", (m, ORDERS)),
    "orders per": lambda m: Formula("/", (ORDERS, m)),
    "against its filtered self": lambda m: Formula("-", (m, Where(m, PAID))),
    "against its level": lambda m: Formula("/", (m, At(m, (STATUS,)))),
    "case": lambda m: Formula("case", (ORDERS, Number(Fraction(1)), m, Where(m, PAID))),
    "coalesce": lambda m: Formula("coalesce", (Where(m, NEW), m)),
    "greatest": lambda m: Formula("greatest", (m, Where(m, PAID))),
    "doubled": lambda m: Formula("*", (m, Number(Fraction(2)))),
}

CLAUSES: dict[str, dict[str, object]] = {
    "whole": {},
    "total of nothing else": {"totals": True},
    "by land": {"dims": (LAND,)},
    "by land, status with totals": {"dims": (LAND, STATUS), "totals": True},
    "by status, land with totals": {"dims": (STATUS, LAND), "totals": True},
    "by month, land with totals": {"dims": (MONTH, LAND), "totals": True},
    "by land, paid only": {"dims": (LAND,), "where": PAID},
    "by status, not Italy": {"dims": (STATUS,), "where": NOT_ITALY},
    "by land, both filters": {"dims": (LAND,), "where": Both("and", (PAID, NOT_ITALY))},
    "by status in January": {"dims": (STATUS,), "during": (dt.date(2026, 1, 1), dt.date(2026, 1, 31))},
    "by buyer's country": {"dims": (BUYER,)},
    "top 2 lands": {"dims": (LAND,), "top": (2, 1)},
    "top land, other": {"dims": (LAND,), "top": (1, 1), "other": True},
    "top land, other, totals": {"dims": (LAND,), "top": (1, 1), "other": True, "totals": True},
    "top status, other, filtered": {"dims": (STATUS,), "top": (1, 1), "other": True, "where": NOT_ITALY},
    "top month and land, other": {"dims": (MONTH, LAND), "top": (2, 1), "other": True},
    "falling by land": {"dims": (LAND, STATUS), "order": ((0, True),)},
}

def refusal(query: Query) -> tuple[str, str] | None:
    """Code and reason of what must not compile."""
    if query.other:
        if any(leaf.pick for metric in query.metrics for leaf in leaves(metric)):
            return "KPI064", "the rest of a top cannot pick its latest rows again"
        if any(between(metric, query.dims) for metric in query.metrics):
            return "KPI064", "the rest stands for many groups of another level: no one value is theirs"
    return None


def between(metric: Metric, dims: tuple[Dim, ...]) -> bool:
    """Whether a part is taken at some, but not all and not none, of the group-bys."""
    match metric:
        case Formula():
            return any(between(part, dims) for part in metric.parts)
        case Where():
            return between(metric.value, dims)
        case At() | Share():
            chosen = metric.dims if isinstance(metric, At) else metric.of
            kept = [d for d in dims if any(same(d, c) for c in chosen) == isinstance(metric, At)]
            return 0 < len(kept) < len(dims) or between(metric.value, tuple(kept) if isinstance(metric, At) else dims)
    return False


@pytest.fixture(scope="module")
def shop() -> Compiled:
    return compile_sources([Source("shop.kpi", TEXT)])


@pytest.fixture
def filled(shop: Compiled, duckdb: Engine) -> Engine:
    fill(shop, duckdb, TABLES)
    return duckdb


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("outer", OUTER)
def test_right_number_or_reasoned_refusal(shop: Compiled, filled: Engine, outer: str, inner: str) -> None:
    """One kind in another, under every clause."""
    metric = OUTER[outer](INNER[inner])
    for clause, parts in CLAUSES.items():
        query = Query((metric, BILLED), **parts)  # type: ignore[arg-type]
        text = query_text(query)
        wanted = refusal(query)
        try:
            statement = query_statement(shop, text, AS_OF)
        except KpiError as error:
            found = error.diagnostics[0]
            assert wanted is not None, f"{text}\nrefused: {found.code} {found.message}; {found.help}"
            assert found.code == wanted[0], f"{text}\n{found.code} {found.message}, expected {wanted}"
            assert found.help, "a refusal names the way out"
            continue
        assert wanted is None, f"{text}\ncompiled, though {wanted} was expected"
        sql = emit(statement, filled.dialect)
        got = filled.run(sql, [c.type for c in statement.columns]).rows
        assert shown(got) == shown(Evaluator(World(SOURCES, TABLES, AS_OF), query).answer()), f"{clause}\n{text}\n{sql}"
