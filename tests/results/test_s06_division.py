"""S6: division is never integer division, is null where the denominator is 0 or null; sums of money are exact decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

NUMBERS = """
source t from t { key id  id: int  a: int  b: int  m: money(EUR)  n: money(EUR)  x: number  d: decimal(12, 3)  g: text }
metric a = sum(t.a)
metric b = sum(t.b)
metric m = sum(t.m)
metric n = sum(t.n)
metric rows = count(t)
"""


def world(engine: Engine, *rows: tuple[object, ...]) -> World:
    """Rows of a, b, m, n, x, d, g; what is left out is null."""
    return World(engine, NUMBERS, t=[(i, *row, *([None] * (7 - len(row)))) for i, row in enumerate(rows, 1)])


@pytest.mark.smoke
def test_whole_numbers_divide_to_fractions(engine: Engine) -> None:
    """1 / 2 is a half, −7 / 2 is −3.5: no engine may cut it off (SQLite and PostgreSQL would)."""
    world(engine, (1, 2)).check("a / b, a / 2, 1 / b, rows / b, -a / b", (0.5, 0.5, 0.5, 0.5, -0.5))
    world(engine, (-7, 2)).check("a / b", (-3.5,))


def test_whole_numbers_of_one_row_divide_to_fractions(engine: Engine) -> None:
    """Per row too: 1/2 + 3/4 = 1.25, cut off it would be 0."""
    world(engine, (1, 2), (3, 4)).check("sum(t.a / t.b), avg(t.a / 2), max(t.a / t.b)", (1.25, 1, 0.75))


def test_literals_divide_to_fractions(engine: Engine) -> None:
    """A constant quotient in a formula: 3 × (1 / 2) = 1.5."""
    world(engine, (3, 1)).check("a * (1 / 2), a / 4 * 2, sum(t.a * (1 / 2))", (1.5, 1.5, 1.5))


@pytest.mark.smoke
def test_a_zero_denominator_is_null(engine: Engine) -> None:
    """No engine's error and no infinity: null, whatever the numerator, per row and over rows, whole, decimal and floating."""
    rows = [(5, 0, 5, 0, 0.0, Decimal("0.000")), (0, 0, 0, 0, 0.0, Decimal("0.000"))]
    world(engine, *rows).check("a / b, m / n, b / b, a / sum(t.x), m / sum(t.d), a / (b * 1.5)", (None, None, None, None, None, None))
    world(engine, *rows).check("sum(t.a / t.b), count(t.a / t.x), max(t.m / t.n)", (0, 0, None))


def test_a_null_denominator_is_null(engine: Engine) -> None:
    """An average of nothing as denominator is unknown; the sum of nothing is 0, and the quotient null all the same."""
    world(engine, (5,)).check("a / avg(t.b), a / b, avg(t.b) / a", (None, None, None))


def test_a_division_inside_a_division(engine: Engine) -> None:
    """a / (a / b) is b; where b is 0 the inner quotient is null and with it the outer."""
    world(engine, (8, 4)).check("a / (a / b), (a / b) / (b / a)", (4, 4))
    world(engine, (8, 0)).check("a / (a / b), b / (a / b), coalesce(a / b, 0)", (None, None, 0))


@pytest.mark.smoke
def test_division_is_in_double_precision(engine: Engine) -> None:
    """1 / 3 has all its digits, also of decimals with two places, and of sums larger than 2^53."""
    got = world(engine, (1, 3, 1, 3)).rows("a / b, m / n")[0]
    for value in got:
        assert abs(Fraction(value) - Fraction(1, 3)) < Fraction(1, 10**15)  # type: ignore[arg-type]
    world(engine, (10**15, 3, 10**10, 3)).check("a / b, m / n", (10**15 / 3, 10**10 / 3))


@pytest.mark.smoke
def test_sums_of_money_are_exact_to_the_cent(engine: Engine) -> None:
    """Ten times 0.10 is 1.00, and 0.07 + 0.01 is 0.08: binary fractions would show 0.9999999999999999 and 0.08000000000000002."""
    ten = world(engine, *[(None, None, Decimal("0.10"), Decimal("0.07"), None, None)] * 10)
    value = ten.value("m")
    assert round(Decimal(str(value)), 2) == Decimal("1.00")
    assert ten.value("count(t) where m = 0.1 EUR") == 10


def test_money_stays_decimal_where_the_engine_has_decimals(engine: Engine) -> None:
    """99,999,999,999.99 + 0.01 × 3: DuckDB and PostgreSQL keep every cent; SQLite has no decimals and is right after rounding."""
    rows = [(None, None, Decimal("99999999999.99"))] + [(None, None, Decimal("0.01"))] * 3
    value = world(engine, *rows).value("m")
    if engine.dialect == "sqlite":
        assert round(value, 2) == 100000000000.02  # type: ignore[call-overload]
    else:
        assert value == Decimal("100000000000.02")


def test_decimal_columns_add_up_exactly(engine: Engine) -> None:
    """Three thirds cut to three digits: 0.333 × 3 = 0.999."""
    rows = [(None, None, None, None, None, Decimal("0.333"))] * 3
    value = world(engine, *rows).value("sum(t.d)")
    assert round(Decimal(str(value)), 3) == Decimal("0.999")


def test_a_percentage_of_whole_numbers(engine: Engine) -> None:
    """2 of 3 rows: 66.6…%, as a ratio; × 100 EUR = 66.6… EUR."""
    two_of_three = world(engine, (1,), (1,), (0,))
    two_of_three.check("count(t where a = 1) / count(t)", (Fraction(2, 3),))
    two_of_three.check("100 EUR * (count(t where a = 1) / count(t))", (Fraction(200, 3),))


def test_a_quotient_is_null_per_group_only_where_it_must(engine: Engine) -> None:
    """Group x has no b, group y has: one null does not spread."""
    rows = [(1, 0, None, None, None, None, "x"), (1, 4, None, None, None, None, "y"), (1, None, None, None, None, None, None)]
    world(engine, *rows).check("a / b by g", ("x", None), ("y", 0.25), (None, None))


@pytest.mark.smoke
def test_rounding_is_half_away_from_zero_in_every_dialect(engine: Engine) -> None:
    """2.5 rounds to 3 and −2.5 to −3; 0.125 to 0.13. A banker's rounding would give 2, −2 and 0.12."""
    world(engine, (5, 2)).check("round(a / b), round(-a / b), round(a / 40, 2)", (3, -3, 0.13))


def test_amounts_are_exact_where_the_engine_has_doubles(engine: Engine) -> None:
    """0.1 + 0.2 is 0.3 and 0.7 + 0.1 is 0.8 on every engine: they are equal, tie, and leave nothing over to divide by."""
    rows = [(0, 0, "0.1", "0.2", None, None, "b"), (0, 0, "0.2", "0.2", None, None, "b"), (0, 0, "0.3", "0.3", None, None, "a")]
    rows += [(0, 0, "0.7", "0.1", None, None, "c"), (0, 0, "0.1", "0.5", None, None, "c"), (0, 0, "0.8", "0.4", None, None, "d")]
    made = world(engine, *((*row[:2], float(str(row[2])), float(str(row[3])), *row[4:]) for row in rows))
    made.check("case when m = 0.30 EUR then 1 else 0 end, 1 / (m - 0.30 EUR) by t.g where t.g < 'c'", ("a", 1, None), ("b", 1, None))
    made.check("m by t.g order by m desc", ("c", 0.8), ("d", 0.8), ("a", 0.3), ("b", 0.3))
    made.check("m by t.g top 1", ("c", 0.8))
    made.check("m by t.g top 2 with other", ("c", 0.8, "group"), ("d", 0.8, "group"), (None, 0.6, "other"))
    made.check("rows where t.m + t.n = 0.30 EUR", (1,))
    made.check("rows where t.m - t.n = 0.60 EUR", (1,))
    made.check("case when m - n = 0.2 EUR then 1 else 0 end by t.g where t.g = 'c'", ("c", 1))


def test_large_whole_numbers_keep_their_last_digit(engine: Engine) -> None:
    """Nothing is rounded where there is nothing to round: 2^53 + 2 is no double's neighbour of 2^53 + 1."""
    assert world(engine, (2**53, 1), (1, 1)).rows("a") == [(2**53 + 1,)]


KINDS = """
param five "Five": number = 5
source t from t {
  key id
  id: int  i: int  x: number  m: money(EUR)
  wide: number = i                                    half: number = wide / 2
  either: number = case when i > 4 then i else x end  half_either: number = either / 2
  first_of: number = coalesce(x, i)                   half_first: number = first_of / 2
  most: number = greatest(i, x)                       half_most: number = most / 2
  size: number = abs(i)                               half_size: number = size / 2
  one: number = 1                                     half_one: number = one / 2
  quarters: number = five / 4 * i
  net: money(EUR) = m / 1.25
  net_rounded: money(EUR) = round(net, 1)
}
source u from u { key id  id: int  x: int }
source both from union(t2, u) as which { x: number }
source t2 from t2 { key id  id: int  x: int }
metric rows = count(t)
metric i = sum(t.i)
"""


def test_numbers_that_are_whole_divide_to_fractions(engine: Engine) -> None:
    """A column declared as a number is one, whatever it is made of: 5 / 2 and 3 / 2 are never cut off; nor is 5 / 4 of a parameter."""
    world = World(engine, KINDS, t=[(1, 5, 2.5, 1), (2, 3, None, 2), (3, 7, 0.5, 3)], u=[(1, 7)], t2=[(1, 4)])
    world.check("rows by t.id, t.half, t.half_size", (1, 2.5, 2.5, 1), (2, 1.5, 1.5, 1), (3, 3.5, 3.5, 1))
    world.check("rows by t.id, t.half_either, t.half_first", (1, 2.5, 1.25, 1), (2, None, 1.5, 1), (3, 3.5, 0.25, 1))
    world.check("rows by t.id, t.half_most, t.half_one", (1, 2.5, 0.5, 1), (2, None, 0.5, 1), (3, 3.5, 0.5, 1))
    world.check("rows by t.id, t.quarters", (1, 6.25, 1), (2, 3.75, 1), (3, 8.75, 1))
    world.check("max(t.wide) / min(t.wide), max(t.wide) / 2, sum(t.one) / 2, i * (five / 4)", (7 / 3, 3.5, 1.5, 18.75))
    world.check("max(both.x) / 2, sum(both.x) / 2, min(both.x) / 8", (3.5, 5.5, 0.5))
    world.check("(case when i > 3 then i else sum(t.x) end) / 2, coalesce(i, avg(t.x)) / 2, greatest(i, avg(t.x)) / 2", (7.5, 7.5, 7.5))


def test_amounts_that_were_divided_are_rounded(engine: Engine) -> None:
    """1.90 / 1.25 is 1.52, rounded 1.5; PostgreSQL rounds decimals and doubles by two functions, and here a declared amount is a double."""
    world = World(engine, KINDS, t=[(1, 1, None, 1.9), (2, 1, None, 2.5)])
    world.check("rows by t.net_rounded", (1.5, 1), (2, 1))
    world.check("round(sum(t.net), 1), round(max(t.net), 1), sum(t.net)", (3.5, 2, 3.52))


def test_amounts_over_time_are_exact(engine: Engine) -> None:
    """Ran up to 0.30 on the second day, back to 0 on the third: nothing is left over that could be divided by."""
    text = """
    source t from t { key id  time day  id: int  day: date  m: money(EUR) }
    metric m = sum(t.m)
    metric so_far = running(m)
    metric two_days = trailing(m, 2 days)
    """
    rows = [(1, "2026-01-01", 0.1), (2, "2026-01-02", 0.2), (3, "2026-01-03", -0.3), (4, "2026-01-04", 0.3)]
    World(engine, text, t=rows).check(
        "so_far, 1 / so_far, two_days, 1 / (two_days - 0.3 EUR), to_date(m, month) by day",
        ("2026-01-01", 0.1, 10, 0.1, -5, 0.1),
        ("2026-01-02", 0.3, 1 / 0.3, 0.3, None, 0.3),
        ("2026-01-03", 0, None, -0.1, -2.5, 0),
        ("2026-01-04", 0.3, 1 / 0.3, 0, 1 / -0.3, 0.3),
    )


CENTS = """
source t from t {
  key id
  id: int  g: text  m: money(EUR)  n: money(EUR)  q: int  d: decimal(12, 3)  p: percent  micros: int
  twice: money(EUR) = m + m
  net:   money(EUR) = m - n
  cost:  money(EUR) = micros / 1_000_000
}
param vat: percent = 22%
metric m = sum(t.m)
metric n = sum(t.n)
metric rows = count(t)
metric cost = sum(t.cost)
"""


def cents(engine: Engine) -> World:
    """Group a: 0.1 + 0.7 (as doubles 0.7999999999999999), b: 0.8, c: 0.5 + 0.3; n of a: 0.3 + 0.5, of b: 0.2, of c: 0.3 − 0.3."""
    rows = [
        (1, "a", "0.1", "0.3", 3, "0.1", 0.5, 100_000),
        (2, "a", "0.7", "0.5", 1, "0.2", 0.5, 700_000),
        (3, "b", "0.8", "0.2", 3, "0.3", 0.1, 800_000),
        (4, "c", "0.5", "-0.3", 3, "0.3", 0.1, 500_000),
        (5, "c", "0.3", "0.3", 3, "0.3", 0.1, 300_000),
    ]
    return World(engine, CENTS, t=[(i, g, Decimal(m), Decimal(n), q, Decimal(d), p, micros) for i, g, m, n, q, d, p, micros in rows])


def test_a_threshold_of_money_is_reached_to_the_cent(engine: Engine) -> None:
    """0.1 + 0.7 is 0.8 and reaches a goal of 0.80 EUR, in every group and also as the total of 2.40."""
    reached = (
        "case when {0} >= {1} EUR then 1 else 0 end, case when {0} <= {1} EUR then 1 else 0 end, case when {0} = {1} EUR then 1 else 0 end"
    )
    cents(engine).check(reached.format("m", "0.8") + " by g", ("a", 1, 1, 1), ("b", 1, 1, 1), ("c", 1, 1, 1))
    cents(engine).check(reached.format("m", "2.4"), (1, 1, 1))
    cents(engine).check(reached.format("cost", "0.8") + " by g", ("a", 1, 1, 1), ("b", 1, 1, 1), ("c", 1, 1, 1))


def test_money_of_one_row_compares_to_the_cent(engine: Engine) -> None:
    """3 × 0.1 is 0.3; 0.1 − 0.3 is −0.2; 0.7 × 3 is 2.1. As doubles none of them is."""
    world = cents(engine)
    for condition, found in (
        ("m * 3 = 0.3 EUR", 1),
        ("m * 3 <= 0.3 EUR", 1),
        ("m * q in (0.3 EUR, 0.7 EUR)", 2),
        ("m * 3 between 2.1 EUR and 2.1 EUR", 1),
        ("net = -0.2 EUR", 1),
        ("m + n >= 1.2 EUR", 1),
        ("d * 3 = 0.9", 3),
        ("twice = 0.2 EUR", 1),
    ):
        world.check(f"rows where {condition}", (found,))
    world.check("sum(case when t.m * 3 = 0.3 EUR then t.m * t.q end)", (0.3,))
    world.check('count(distinct case when t.g = "a" then t.m * 3 else t.m end)', (4,))  # 0.3 2.1 0.8 0.5, and 0.3 again


def test_equal_sums_of_money_are_ties(engine: Engine) -> None:
    """All three groups come to 0.80 EUR, so their names decide who is on top; likewise of averages 0.4, 0.8, 0.4 and of shares."""
    world = cents(engine)
    world.check("m by g top 2", ("a", 0.8), ("b", 0.8))
    world.check("m by g order by m desc", ("a", 0.8), ("b", 0.8), ("c", 0.8))
    world.check("cost by g top 2", ("a", 0.8), ("b", 0.8))
    world.check("avg(t.m) by g order by avg(t.m)", ("a", 0.4), ("c", 0.4), ("b", 0.8))
    world.check("share(m, of: g) by g top 2", ("a", 1 / 3), ("b", 1 / 3))
    world.check("m by g top 1 with other", ("a", 0.8, "group"), (None, 1.6, "other"))


def test_sums_of_money_that_cancel_are_zero(engine: Engine) -> None:
    """m − n of group a is 0.8 − 0.8, and n of group c is 0.3 − 0.3: zero, which nothing is divided by; 0.1 + 0.2 − 0.3 as well."""
    world = cents(engine)
    assert world.rows("m - n by g")[0][1] == 0
    world.check("m / (m - n) by g", ("a", None), ("b", 0.8 / 0.6), ("c", 1))
    world.check("m / n by g", ("a", 1), ("b", 4), ("c", None))
    rows = [(i, "a", Decimal(m), None, None, None, None, int(Decimal(m) * 1_000_000)) for i, m in enumerate(("0.1", "0.2", "-0.3"))]
    cancelled = World(engine, CENTS, t=rows)
    cancelled.check("rows / m, rows / cost, null_if(m, 0), null_if(cost, 0)", (None, None, None, None))
    assert cancelled.value("m") == 0


def test_ratios_of_money_are_the_same_double_in_every_engine(engine: Engine) -> None:
    """0.8 / 0.3 of exact sums is one double, whoever computes it."""
    assert cents(engine).value('(m where g = "a") / (n where t.id = 1)') == 0.8 / 0.3
    assert cents(engine).value("m / sum(t.d)") == 2.4 / 1.2


def test_money_and_percentages(engine: Engine) -> None:
    """22% of 2.40 is 0.528 exactly, row by row or of the sum, written out or as a parameter."""
    world = cents(engine)
    assert [float(v) for v in world.rows("sum(t.m * 22%), m * 22%, sum(t.m * vat), m * vat")[0]] == [0.528] * 4  # type: ignore[arg-type]
    world.check("case when m * vat = 0.528 EUR then 1 else 0 end, case when sum(t.m * 22%) = 0.528 EUR then 1 else 0 end", (1, 1))
    world.check("sum(t.m * t.p)", (0.05 + 0.35 + 0.08 + 0.05 + 0.03,))


def test_rounding_of_money_is_that_of_decimals(engine: Engine) -> None:
    """1.005 and 2.675 have halves in their third place; 10 × (0.1 + 0.7) is a whole 8, which floor must not make 7."""
    world = World(
        engine,
        CENTS,
        t=[(1, "a", Decimal("1.005"), Decimal("0.1"), 1, None, None, 0), (2, "b", Decimal("2.675"), Decimal("0.7"), 1, None, None, 0)],
    )
    world.check("max(round(t.m, 2)), min(round(t.m, 2)), sum(round(t.m, 2)), round(m, 2)", (2.68, 1.01, 3.69, 3.68))
    world.check("floor(n * 10), ceil(n * 10), sum(floor(t.n * 10)), floor(sum(t.n * 10))", (8, 8, 8, 8))


def test_money_keeps_what_is_finer_than_a_cent(engine: Engine) -> None:
    """Click prices of a tenth of a cent, costs in micros: three of 0.0012 EUR are 0.0036, 7 micros are 0.000007."""
    world = World(engine, CENTS, t=[(i, "a", Decimal("0.0012"), None, 7, None, None, 7) for i in range(3)])
    world.check("m, sum(t.m * t.q), cost, avg(t.m), m * 0.5", (0.0036, 0.0252, 0.000021, 0.0012, 0.0018))


def test_totals_of_money_over_two_sources_and_levels(engine: Engine) -> None:
    """The total is rounded like its groups: 0.8 + 0.8 + 0.8 = 2.4, and 0.8 of 2.4 at the level of all."""
    world = cents(engine)
    total = "case when m = 2.4 EUR then 1 else 0 end"
    world.check(
        f"m, {total} by g with totals", ("a", 0.8, 0, "group"), ("b", 0.8, 0, "group"), ("c", 0.8, 0, "group"), (None, 2.4, 1, "total")
    )
    world.check("m - (m at (g)) by g", ("a", 0), ("b", 0), ("c", 0))
    of_group = "case when (m at (g)) = 0.8 EUR then m else 0 EUR end"
    world.check(f'{of_group} by g, id where g = "a"', ("a", 1, 0.1), ("a", 2, 0.7))


def test_amounts_that_were_divided_are_exact_wherever_they_are_summed(engine: Engine) -> None:
    """Through a union, coarser rows, a product and a window: 0.1 + 0.7 is 0.8, and 0.1 + 0.2 − 0.3 nothing."""
    text = """
    source google from google { key id  time day  id: int  day: date  micros: int  cost: money(EUR) = micros / 1_000_000 }
    source meta from meta { key id  time day  id: int  day: date  cost: money(EUR) }
    source ads from union(google, meta) as platform { time day  id: int  day: date  cost: money(EUR) }
    source days from google by day { cost: money(EUR) = sum(cost) }
    metric cost = sum(ads.cost)
    metric so_far = running(cost)
    """
    rows = [(1, "2026-01-01", 100_000), (2, "2026-01-01", 200_000), (3, "2026-01-02", -300_000), (4, "2026-01-03", 700_000)]
    world = World(engine, text, google=rows, meta=[(1, "2026-01-03", Decimal("0.1"))])
    world.check(
        "cost, so_far, 1 / so_far by day", ("2026-01-01", 0.3, 0.3, 1 / 0.3), ("2026-01-02", -0.3, 0, None), ("2026-01-03", 0.8, 0.8, 1.25)
    )
    world.check("case when cost = 0.8 EUR then 1 else 0 end, case when sum(google.cost * 3) = 2.1 EUR then 1 else 0 end", (1, 1))
    world.check("case when sum(days.cost) = 0.7 EUR then 1 else 0 end, case when max(days.cost) = 0.7 EUR then 1 else 0 end", (1, 1))
