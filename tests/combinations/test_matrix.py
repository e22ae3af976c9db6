"""Every kind of metric inside every other, under every clause of a query: right numbers or a reasoned refusal, no third case.

Right numbers come from the naive evaluator of `tests/oracle`, which shares nothing with the planner. What is refused,
and why, says `refusal`; any other refusal fails, and so does one of these that compiles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest

from kpidsl.compile import emit, query_statement
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from tests.oracle.ask import fill, project, shown
from tests.oracle.naive import Agg, At, Both, Compare, Dim, Evaluator, Formula, Metric, Number, Query, Share, Value, Where, World, same
from tests.oracle.shop import AS_OF, BUYER, COUNTABLE, GRAINS, LAND, MONEY, SOURCES, STATUS, TEXT, query_text

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
PAID, NEW = Compare(STATUS, "=", ("paid",)), Compare(STATUS, "=", ("new",))
NOT_ITALY = Compare(LAND, "<>", ("IT",))
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
    "latest": Agg("count rows", "orders", "orders", pick=("day", ("bill",))),
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
    "filtered twice": lambda m: Where(Where(m, Compare(STATUS, "is not null")), NOT_ITALY),
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
        for leaf, kept in (found for metric in query.metrics for found in levels(metric, query.dims)):
            if leaf.pick and kept == query.dims:
                return "KPI064", "the rest of a top cannot pick its latest rows again"
            if 0 < len(kept) < len(query.dims):
                return "KPI064", "the rest stands for many groups of another level: no one value is theirs"
    return None


def levels(metric: Metric, dims: tuple[Dim, ...]) -> Iterator[tuple[Agg, tuple[Dim, ...]]]:
    """Every aggregate with the group-bys it is taken at."""
    match metric:
        case Agg():
            yield metric, dims
        case Formula():
            for part in metric.parts:
                yield from levels(part, dims)
        case Where():
            yield from levels(metric.value, dims)
        case At():
            yield from levels(metric.value, tuple(d for d in dims if any(same(d, c) for c in metric.dims)))
        case Share():
            yield from levels(metric.value, dims)
            yield from levels(metric.value, tuple(d for d in dims if not any(same(d, c) for c in metric.of)))


@pytest.fixture
def filled(duckdb: Engine) -> Engine:
    fill(duckdb, project(TEXT), TABLES)
    return duckdb


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("outer", OUTER)
def test_right_number_or_reasoned_refusal(filled: Engine, outer: str, inner: str) -> None:
    """One kind in another, under a third of the clauses: another third for each pair, so that every clause meets every kind."""
    start = (list(OUTER).index(outer) + list(INNER).index(inner)) % 3
    for clause in list(CLAUSES)[start::3]:
        ask(filled, outer, inner, clause)


@pytest.mark.smoke
@pytest.mark.parametrize("place", range(len(INNER)))
def test_a_sample_on_every_engine(engine: Engine, place: int) -> None:
    """Each kind in another one, under another clause: all kinds, outer kinds and clauses occur."""
    fill(engine, project(TEXT), TABLES)
    ask(engine, list(OUTER)[place * 5 % len(OUTER)], list(INNER)[place], list(CLAUSES)[place * 4 % len(CLAUSES)])


@pytest.mark.slow
@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("outer", OUTER)
def test_everything(filled: Engine, outer: str, inner: str) -> None:
    """The whole matrix: one kind in another, under every clause."""
    for clause in CLAUSES:
        ask(filled, outer, inner, clause)


def ask(engine: Engine, outer: str, inner: str, clause: str) -> None:
    """Right numbers, or the refusal that is due."""
    query = Query((OUTER[outer](INNER[inner]), BILLED), **CLAUSES[clause])  # type: ignore[arg-type]
    text, due = query_text(query), refusal(query)
    try:
        statement = query_statement(project(TEXT), text, AS_OF)
    except KpiError as error:
        found = error.diagnostics[0]
        assert due is not None, f"{text}\nrefused: {found.code} {found.message}; {found.help}"
        assert found.code == due[0], f"{text}\n{found.code} {found.message}, expected {due}"
        assert found.help, "a refusal names the way out"
        return
    assert due is None, f"{text}\ncompiled, though {due} was expected"
    sql = emit(statement, engine.dialect)
    got = engine.run(sql, [c.type for c in statement.columns]).rows
    wanted = Evaluator(World(SOURCES, TABLES, AS_OF), query).answer()
    assert shown(got) == shown(wanted), f"{clause}: {text}\n{sql}"


def test_refusals_are_few() -> None:
    """Most of the matrix has numbers: what is refused is refused for two reasons only, and is less than a tenth of it."""
    reasons = [refusal(Query((o(i), BILLED), **c)) for o in OUTER.values() for i in INNER.values() for c in CLAUSES.values()]  # type: ignore[arg-type]
    refused = [r for r in reasons if r is not None]
    assert 0 < len(refused) < len(reasons) / 10
    assert len(set(refused)) == 2
