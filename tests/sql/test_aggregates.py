"""Every aggregate on every executed engine: nulls, conditions, empty groups, all of them beside each other."""

from __future__ import annotations

import math
from decimal import Decimal

from kpidsl.engines.base import Engine
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg
from tests.sql.cases import MONEY, aggregate, at, b, d, day, fn, i, j, lit, m, p, s, same, t, x

ROWS: list[dict[str, object]] = [
    {"t": "a", "i": 1, "x": 1.0, "m": Decimal("10.10"), "b": True, "s": "b", "d": day("2026-01-03"), "p": at("2026-01-03T10:00")},
    {"t": "a", "i": 2, "x": 2.0, "m": Decimal("20.20"), "b": False, "s": "B", "d": day("2026-01-01"), "p": at("2026-01-01T10:00")},
    {"t": "a", "i": 2, "x": 4.0, "m": None, "b": True, "s": None, "d": day("2026-01-02"), "p": at("2026-01-02T10:00")},
    {"t": "a", "i": None, "x": None, "m": Decimal("-0.30"), "b": None, "s": "é", "d": None, "p": None},
    {"t": "b", "i": 7, "x": 0.5, "m": Decimal("5.00"), "b": False, "s": "z", "d": day("2026-02-01"), "p": None},
    {"t": "c", "i": None, "x": None, "m": None, "b": None, "s": None, "d": None, "p": None},
]


def share(text: str) -> Decimal:
    return Decimal(text)


CASES: list[tuple[Agg, list[object]]] = [
    (Agg("sum", (i,), INT), [5, 7, None]),
    (Agg("sum", (m,), MONEY), [Decimal("30.00"), Decimal("5.00"), None]),
    (Agg("sum", (m,), MONEY, where=b), [Decimal("10.10"), None, None]),
    (Agg("sum", (fn("mul", x, lit(Decimal("0.101")), to=REAL),), MONEY), [Decimal("0.71"), Decimal("0.05"), None]),
    (Agg("avg", (m,), REAL, where=b), [10.1, None, None]),
    (Agg("count_rows", (), INT), [4, 1, 1]),
    (Agg("count_rows", (), INT, where=b), [2, 0, 0]),
    (Agg("count", (i,), INT), [3, 1, 0]),
    (Agg("count", (i,), INT, where=fn("not", b)), [1, 1, 0]),
    (Agg("count_distinct", (i,), INT), [2, 1, 0]),
    (Agg("count_distinct", (i,), INT, where=b), [2, 0, 0]),
    (Agg("count_distinct", (i, x), INT), [3, 1, 0]),
    (Agg("count_distinct", (s,), INT), [3, 1, 0]),
    (Agg("avg", (i,), REAL), [5 / 3, 7.0, None]),
    (Agg("avg", (m,), REAL), [10.0, 5.0, None]),
    (Agg("avg", (m,), REAL, where=b), [10.1, None, None]),
    (Agg("min", (s,), TEXT), ["B", "z", None]),
    (Agg("max", (s,), TEXT), ["é", "z", None]),
    (Agg("max", (s,), TEXT, where=b), ["b", None, None]),
    (Agg("min", (d,), DATE), [day("2026-01-01"), day("2026-02-01"), None]),
    (Agg("max", (b,), BOOL), [True, False, None]),
    (Agg("min", (b,), BOOL), [False, False, None]),
    (Agg("any", (t,), TEXT), ["a", "b", "c"]),
    (Agg("any", (b,), BOOL, where=fn("eq", i, lit(1))), [True, None, None]),
    (Agg("percentile", (x,), REAL, percent=share("0.5")), [2.0, 0.5, None]),
    (Agg("percentile", (i,), REAL, percent=share("0.5")), [2.0, 7.0, None]),
    (Agg("percentile", (x,), REAL, percent=share("0.25")), [1.5, 0.5, None]),
    (Agg("percentile", (x,), REAL, percent=share("0.9")), [3.6, 0.5, None]),
    (Agg("percentile", (x,), REAL, percent=share("0")), [1.0, 0.5, None]),
    (Agg("percentile", (x,), REAL, percent=share("1")), [4.0, 0.5, None]),
    (Agg("percentile", (m,), REAL, percent=share("0.9")), [18.18, 5.0, None]),
    (Agg("percentile", (m,), REAL, percent=share("0.5"), where=b), [10.1, None, None]),
    (Agg("percentile", (x,), REAL, percent=share("0.5"), discrete=True), [2.0, 0.5, None]),
    (Agg("percentile", (d,), DATE, percent=share("0.5"), discrete=True), [day("2026-01-02"), day("2026-02-01"), None]),
    (Agg("percentile", (s,), TEXT, percent=share("0.34"), discrete=True), ["b", "z", None]),
    (Agg("percentile", (x,), REAL, percent=share("0"), discrete=True), [1.0, 0.5, None]),
    (Agg("percentile", (x,), REAL, percent=share("1"), discrete=True), [4.0, 0.5, None]),
    (Agg("percentile", (x,), REAL, percent=share("0.9"), discrete=True, where=b), [4.0, None, None]),
    (Agg("stddev", (x,), REAL), [1.5275252316519468, None, None]),
    (Agg("variance", (x,), REAL), [2.3333333333333335, None, None]),
    (Agg("variance", (m,), REAL), [105.07, None, None]),
    (Agg("variance", (x,), REAL, where=b), [4.5, None, None]),
    (Agg("first", (x, d), REAL), [2.0, 0.5, None]),
    (Agg("last", (x, d), REAL), [1.0, 0.5, None]),
    (Agg("first", (x, d), REAL, where=b), [4.0, None, None]),
    (Agg("last", (m, p), MONEY, where=fn("eq", i, lit(2))), [None, None, None]),
    (Agg("last", (s, i, d), TEXT), [None, "z", None]),
    (Agg("first", (s, i, d), TEXT), ["b", "z", None]),
    (Agg("last", (b, i, d), BOOL), [True, False, None]),
]


def test_by_group(engine: Engine) -> None:
    """All aggregates at once over three groups: mixed, of one row, of nulls only."""
    found = aggregate(engine, [agg for agg, _ in CASES], ROWS, t)
    assert [row[0] for row in found] == ["a", "b", "c"]
    check(found)


def test_one_by_one(engine: Engine) -> None:
    """Each aggregate alone gives what it gives beside the others."""
    for agg, wanted in CASES:
        found = aggregate(engine, [agg], ROWS, t)
        assert all(same(row[1], value) for row, value in zip(found, wanted, strict=True)), (agg, found)


def check(found: list[tuple[object, ...]]) -> None:
    wrong = []
    for number, (agg, wanted) in enumerate(CASES, 1):
        for row, value in zip(found, wanted, strict=True):
            if not same(row[number], value):
                wrong.append(f"{agg.func}({agg.args}) percent={agg.percent} in {row[0]}: {row[number]!r}, not {value!r}")
    assert not wrong, "\n".join(wrong)


def test_of_nothing(engine: Engine) -> None:
    """Without groups and rows exactly one row (S17): counts are 0, everything else is null."""
    found = aggregate(engine, [agg for agg, _ in CASES], [])
    assert len(found) == 1
    for (agg, _), value in zip(CASES, found[0], strict=True):
        assert value == (0 if agg.func.startswith("count") else None), agg


def test_of_nothing_by_group(engine: Engine) -> None:
    assert aggregate(engine, [agg for agg, _ in CASES], [], t) == []


def test_many_rows_of_one_value(engine: Engine) -> None:
    """The spread of a large number with a small variance (a one-pass formula gets this wrong), and percentiles among equals."""
    rows: list[dict[str, object]] = [{"x": 1e9 + n % 3, "i": 5} for n in range(300)]
    aggs = [Agg("variance", (x,), REAL), Agg("stddev", (x,), REAL), Agg("percentile", (i,), REAL, percent=share("0.37"))]
    variance, stddev, middle = aggregate(engine, aggs, rows)[0]
    assert same(variance, 200 / 299)
    assert same(stddev, (200 / 299) ** 0.5)
    assert middle == 5.0


def test_percentiles_against_their_definition(engine: Engine) -> None:
    """Linear between neighbours at p (n − 1), for many p and n; discrete: the first value of rank at least p n."""
    shares = [share(v) for v in ("0.01", "0.1", "0.25", "0.333", "0.5", "0.7", "0.75", "0.9", "0.95", "0.99")]
    values = [3.0, -1.5, 10.0, 4.25, 4.25, 0.0, 7.5, 100.0, 8.0, 2.0, 6.0]
    aggs = [Agg("percentile", (x,), REAL, percent=p_, discrete=d_) for p_ in shares for d_ in (False, True)]
    for size in (1, 2, 3, 4, 7, 10, 11):
        ordered = sorted(values[:size])
        found = aggregate(engine, aggs, [{"x": v} for v in values[:size]])[0]
        for agg, value in zip(aggs, found, strict=True):
            assert agg.percent is not None
            if agg.discrete:
                wanted = ordered[max(math.ceil(agg.percent * size), 1) - 1]
            else:
                place = agg.percent * (size - 1)
                low = int(place)
                high = min(low + 1, size - 1)
                wanted = ordered[low] + (ordered[high] - ordered[low]) * float(place - low)
            assert same(value, wanted), (agg.percent, agg.discrete, size)


def test_sum_of_a_computed_value(engine: Engine) -> None:
    """Arguments and conditions are expressions; a group may be one too."""
    aggs = [Agg("sum", (fn("mul", i, lit(2), to=INT),), INT, where=fn("gt", fn("add", i, j, to=INT), lit(0)))]
    rows: list[dict[str, object]] = [{"i": 1, "j": 0, "s": "A"}, {"i": 2, "j": -2, "s": "a"}, {"i": 3, "j": 1, "s": "a"}]
    assert aggregate(engine, aggs, rows, fn("lower", s, to=TEXT)) == [("a", 8)]


def test_grouping_tells_everything_apart(engine: Engine) -> None:
    """S16: case, accents and trailing blanks make different groups, in the order of code points; null is a group of its own, last."""
    words = ["a", "A", "a ", "á", "a\u0301", None, "Z", "", None]
    found = aggregate(engine, [Agg("count_rows", (), INT)], [{"s": word} for word in words], s)
    assert found == [("", 1), ("A", 1), ("Z", 1), ("a", 1), ("a ", 1), ("a\u0301", 1), ("á", 1), (None, 2)]
