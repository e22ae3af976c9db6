"""S31: percentiles are exact and linear between neighbours, spreads are those of a sample, `any` only where there is one value."""

from __future__ import annotations

import math

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused

TEXT = """
source t from t { key id  time day  id: int  day: date  g: text  v: int  m: money(EUR)  x: number  d: duration = done - day  done: date }
"""


def world(engine: Engine, *values: int | None, group: str | None = "g") -> World:
    """A row per value: v, the same as money and as a number with a fraction."""
    rows = [(i, "2026-01-01", group, v, v, None if v is None else v + 0.5, None) for i, v in enumerate(values, 1)]
    return World(engine, TEXT, t=rows)


@pytest.mark.parametrize(
    "percent,value",
    [
        ("0%", 10),
        ("10%", 14),  # the place is 0.1 × 4 = 0.4: 10 + 0.4 × (20 − 10)
        ("25%", 20),  # place 1
        ("50%", 30),
        ("60%", 34),  # place 2.4: 30 + 0.4 × 10
        ("90%", 76),  # place 3.6: 40 + 0.6 × 60
        ("99.5%", 98.8),  # place 3.98: 40 + 0.98 × 60
        ("100%", 100),
    ],
)
def test_percentiles_are_linear_between_neighbours(engine: Engine, percent: str, value: float) -> None:
    """Of 10, 20, 30, 40, 100, whatever their order, of whole numbers and of money."""
    world(engine, 40, 10, 100, 30, 20).check(f"percentile(t.v, {percent}), percentile(t.m, {percent})", (value, value))


@pytest.mark.smoke
def test_the_median_of_an_even_number_lies_between(engine: Engine) -> None:
    """1, 2 → 1.5 also for whole numbers; 1, 2, 4, 10 → 3."""
    world(engine, 2, 1).check("median(t.v), median(t.x), median(t.m)", (1.5, 2, 1.5))
    world(engine, 10, 1, 4, 2).check("median(t.v), percentile(t.v, 50%)", (3, 3))


def test_nulls_are_no_values(engine: Engine) -> None:
    """The median of 1, 3 and two unknowns is 2; of unknowns only, null."""
    world(engine, None, 1, 3, None).check("median(t.v), count(t.v), count(t)", (2, 2, 4))
    world(engine, None, None).check(
        "median(t.v), percentile(t.v, 90%), stddev(t.v), variance(t.v), avg(t.v)", (None, None, None, None, None)
    )


def test_one_value_is_every_percentile(engine: Engine) -> None:
    """Of 7 alone: 7 at 0, 33 and 100 per cent, and no spread."""
    world(engine, 7).check("percentile(t.v, 0%), percentile(t.v, 33%), percentile(t.v, 100%), median(t.m)", (7, 7, 7, 7))


def test_equal_values(engine: Engine) -> None:
    """2, 2, 2, 9: the median is 2, not lost among its equals."""
    world(engine, 2, 9, 2, 2).check("median(t.v), percentile(t.v, 75%)", (2, 3.75))  # place 2.25: 2 + 0.25 × 7


@pytest.mark.smoke
def test_discrete_percentiles_occur(engine: Engine) -> None:
    """The first value with at least p of the rows at or below it: of 10, 20, 30, 40 half is 20, 51% is 30, all is 40."""
    rows = world(engine, 10, 20, 30, 40)
    rows.check("percentile(t.v, 50%, discrete: true), percentile(t.v, 51%, discrete: true)", (20, 30))
    rows.check("percentile(t.v, 100%, discrete: true), percentile(t.v, 1%, discrete: true)", (40, 10))


def test_spreads_are_of_a_sample(engine: Engine) -> None:
    """2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 9+1+1+1+0+0+4+16 = 32; by n − 1 = 7 (32 / 8 = 4 would be the whole population's)."""
    world(engine, 2, 4, 4, 4, 5, 5, 7, 9).check("variance(t.v), stddev(t.v), stddev(t.m)", (32 / 7, math.sqrt(32 / 7), math.sqrt(32 / 7)))


@pytest.mark.smoke
def test_a_spread_needs_two_values(engine: Engine) -> None:
    """One value has no spread: null, not 0; two equal ones have 0."""
    world(engine, 5).check("variance(t.v), stddev(t.v)", (None, None))
    world(engine, 5, None).check("variance(t.v), stddev(t.v)", (None, None))
    world(engine, 5, 5).check("variance(t.v), stddev(t.v)", (0, 0))


@pytest.mark.smoke
def test_a_spread_of_large_numbers_keeps_its_digits(engine: Engine) -> None:
    """10⁹ + 1, + 2, + 3 spread by 1: the difference of two large sums of squares would lose it."""
    world(engine, 1_000_000_001, 1_000_000_002, 1_000_000_003).check("variance(t.v), stddev(t.x)", (1, 1))


@pytest.mark.smoke
def test_averages_of_whole_numbers_have_fractions(engine: Engine) -> None:
    """1 and 2 average to 1.5 on every engine."""
    world(engine, 1, 2).check("avg(t.v), avg(t.m), avg(t.x)", (1.5, 1.5, 2))


@pytest.mark.smoke
def test_statistics_in_groups_with_filters(engine: Engine) -> None:
    """Each group's own median, of the filtered rows only: a of 1, 3 (100 is filtered out), b of 10; without the filter 3 and 10."""
    rows = [(1, None, "a", 1), (2, None, "a", 3), (3, None, "a", 100), (4, None, "b", 10), (5, None, None, None)]
    made = World(engine, TEXT, t=[(*r, r[3], None, None) for r in rows])
    made.check("median(t.v) by t.g", ("a", 3), ("b", 10), (None, None))
    made.check(
        "(median(t.v) where v < 50), median(t.v), stddev(t.v), count(t) by t.g",
        ("a", 2, 3, math.sqrt((33.666666666666664**2 + 31.666666666666668**2 + 65.33333333333333**2) / 2), 3),
        ("b", 10, 10, None, 1),
        (None, None, None, None, 1),
    )


def test_durations_have_medians(engine: Engine) -> None:
    """Days between two dates: 1, 3 and 10 → 3 days."""
    rows = [(i, "2026-01-01", "g", 0, 0, 0, end) for i, end in enumerate(("2026-01-02", "2026-01-04", "2026-01-11"), 1)]
    World(engine, TEXT, t=rows).check("median(t.d), avg(t.d), max(t.d), percentile(t.d, 75%)", (3, 14 / 3, 10, 6.5))


def test_a_percentile_is_a_percentage() -> None:
    """90 is refused with the right spelling, 101% and a column too."""
    assert "90%" in refused("percentile(t.v, 90)", "KPI067", text=TEXT).help
    refused("percentile(t.v, 101%)", "KPI067", text=TEXT)
    refused("percentile(t.v, t.x)", "KPI067", text=TEXT)
    refused("percentile(t.g, 50%)", "KPI057", "text", text=TEXT)


ANY = """
source people from people { key id  id: int  name: text }
source t from t { key id  id: int  who: int  g: text  v: int  join one person: people on who = id }
"""


@pytest.mark.parametrize("query", ["any(t.g)", "any(t.v) by t.g", "any(people.name)", "any(t.person.name) by t.g", "any(t.g) where v = 1"])
def test_any_of_many_values_is_refused(query: str) -> None:
    """Where several values are possible, one of them by chance is no answer."""
    refused(query, "KPI076", "one of many values", text=ANY)


def test_any_where_there_is_one_value(engine: Engine) -> None:
    """By the key, by the key of what the value belongs to, or by the value itself."""
    made = World(engine, ANY, people=[(1, "Ann"), (2, "Bob")], t=[(1, 1, "a", 10), (2, 1, "b", 20), (3, 2, "a", 30), (4, 9, None, 40)])
    made.check("any(t.v) by t.id", (1, 10), (2, 20), (3, 30), (4, 40))
    made.check("any(people.name) by people.id", (1, "Ann"), (2, "Bob"))
    made.check("any(t.g) by t.g", ("a", "a"), ("b", "b"), (None, None))
    made.check('any(t.g) where g = "a"', ("a",))


def test_any_where_something_else_tells_the_value(engine: Engine) -> None:
    """The column that joins tells the person, and the key of a row everything that the row knows; 9 and nobody have no name."""
    made = World(engine, ANY, people=[(1, "Ann"), (2, "Bob")], t=[(1, 1, "a", 10), (2, 1, "b", 20), (3, 9, "a", 30), (4, None, None, 40)])
    made.check("any(t.person.name), count(t) by t.who", (1, "Ann", 2), (9, None, 1), (None, None, 1))
    made.check("any(t.person.name) by t.id", (1, "Ann"), (2, "Ann"), (3, None), (4, None))
    made.check("any(t.person.name) where who = 1", ("Ann",))
    made.check("any(t.g), any(t.person.name) where t.id = 2", ("b", "Ann"))


def test_any_says_what_to_group_by() -> None:
    """With the whole path: `id` alone would be that of the rows."""
    assert "group by t.person.id" in refused("any(t.person.name) by t.g", "KPI076", text=ANY).help


def test_any_in_totals_is_refused() -> None:
    """The total line of `any` would show one of many again."""
    refused("any(people.name) by people.id with totals", "KPI076", text=ANY)
