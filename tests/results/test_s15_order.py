"""S15: results are ordered by their group-bys with nulls last; `top N` breaks ties by the group-bys; `order by` orders what was picked."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

TEXT = """
source t from t { key id  time day  id: int  day: date  name: text  size: int  ok: bool  v: int }
metric v = sum(t.v)
metric n = count(t)
metric mean = avg(t.v)
"""


def world(engine: Engine, *rows: tuple[object, ...]) -> World:
    """Rows of day, name, size, ok, v."""
    return World(engine, TEXT, t=[(i, *row) for i, row in enumerate(rows, 1)])


def named(engine: Engine, **values: object) -> World:
    """One row per name; `_` is a row without a name."""
    return world(engine, *[(None, None if name == "_" else name, None, None, v) for name, v in values.items()])


def test_by_the_group_bys_with_nulls_last(engine: Engine) -> None:
    """Whatever the order of the rows: a, b, then no name."""
    named(engine, b=1, _=2, a=3).check("v by name", ("a", 3), ("b", 1), (None, 2))


@pytest.mark.smoke
def test_several_group_bys_in_the_order_asked(engine: Engine) -> None:
    """By size, then name; asked the other way round, sorted the other way round."""
    rows = [(None, "b", 1, None, 1), (None, "a", 2, None, 2), (None, "a", None, None, 4), (None, None, 1, None, 8)]
    world(engine, *rows).check("v by size, name", (1, "b", 1), (1, None, 8), (2, "a", 2), (None, "a", 4))
    world(engine, *rows).check("v by name, size", ("a", 2, 2), ("a", None, 4), ("b", 1, 1), (None, 1, 8))


def test_numbers_dates_and_truth_in_their_own_order(engine: Engine) -> None:
    """9 before 10, January before February, false before true; nulls behind all of them."""
    world(engine, (None, None, 10, None, 1), (None, None, 9, None, 2), (None, None, None, None, 4), (None, None, -1, None, 8)).check(
        "v by size", (-1, 8), (9, 2), (10, 1), (None, 4)
    )
    world(engine, ("2026-02-01", None, None, None, 1), (None, None, None, None, 2), ("2025-12-31", None, None, None, 4)).check(
        "v by day sparse", ("2025-12-31", 4), ("2026-02-01", 1), (None, 2)
    )
    world(engine, (None, None, None, True, 1), (None, None, None, None, 2), (None, None, None, False, 4)).check(
        "v by ok", (False, 4), (True, 1), (None, 2)
    )


@pytest.mark.smoke
def test_order_by_a_metric_and_nulls_last_both_ways(engine: Engine) -> None:
    """The average of b is unknown: last when rising and last when falling."""
    rows = named(engine, a=3, b=None, c=1)
    rows.check("mean by name order by mean", ("c", 1), ("a", 3), ("b", None))
    rows.check("mean by name order by mean desc", ("a", 3), ("c", 1), ("b", None))


def test_order_by_a_group_by_falling(engine: Engine) -> None:
    """Names from the end, the missing one still last."""
    named(engine, a=1, _=2, b=3).check("v by name order by name desc", ("b", 3), ("a", 1), (None, 2))


def test_ties_of_order_by_are_broken_by_the_group_bys(engine: Engine) -> None:
    """Equal values stand in the order of their names, also when the values fall."""
    rows = named(engine, d=1, b=1, _=1, c=2, a=1)
    rows.check("v by name order by v desc", ("c", 2), ("a", 1), ("b", 1), ("d", 1), (None, 1))
    rows.check("v by name order by v", ("a", 1), ("b", 1), ("d", 1), (None, 1), ("c", 2))


def test_order_by_something_that_is_not_shown(engine: Engine) -> None:
    """Sorted by an average that is no column of the answer."""
    rows = world(engine, (None, "a", None, None, 1), (None, "a", None, None, 1), (None, "b", None, None, 3), (None, "c", None, None, 2))
    rows.check("n by name order by mean desc", ("b", 1), ("c", 1), ("a", 2))


def test_what_only_orders_adds_no_group(engine: Engine) -> None:
    """Only a and b have rows worth 2 or more: sorting or picking by all rows does not bring in c, and not its rows into the rest."""
    rows = named(engine, a=2, b=3, c=1)
    rows.check("(n where v >= 2) by name order by v desc", ("b", 1), ("a", 1))
    rows.check("(n where v >= 2) by name top 3 by v", ("b", 1), ("a", 1))
    rows.check("(n where v >= 2) by name top 1 by v with other", ("b", 1, "group"), (None, 1, "other"))


def test_top_breaks_ties_by_the_group_bys(engine: Engine) -> None:
    """Three names have 1: the first two by name are taken, on every engine, in every run."""
    named(engine, d=1, b=1, a=1, _=1).check("v by name top 2", ("a", 1), ("b", 1))
    named(engine, _=1, z=1).check("v by name top 1", ("z", 1))


@pytest.mark.smoke
def test_top_never_prefers_the_unknown(engine: Engine) -> None:
    """An unknown average is below every known one (some engines sort null first when falling)."""
    named(engine, a=None, b=-5, c=-6).check("mean by name top 2", ("b", -5), ("c", -6))


def test_top_by_another_metric_than_shown(engine: Engine) -> None:
    """Picked by the average, shown with the count; ties again by name."""
    rows = world(engine, (None, "a", None, None, 1), (None, "a", None, None, 1), (None, "b", None, None, 3), (None, "c", None, None, 3))
    rows.check("n by name top 2 by mean", ("b", 1), ("c", 1))


def test_order_by_orders_what_top_picked(engine: Engine) -> None:
    """b and c have most; sorted by name falling they are c, b; by value rising b, c. Sorting first would pick others."""
    rows = named(engine, a=1, b=2, c=3)
    rows.check("v by name order by name desc top 2", ("c", 3), ("b", 2))
    rows.check("v by name order by v top 2", ("b", 2), ("c", 3))


def test_top_of_more_than_there_is(engine: Engine) -> None:
    """Top 5 of two names are two rows."""
    named(engine, a=1, b=2).check("v by name top 5", ("b", 2), ("a", 1))
    named(engine, a=1, b=2).check("v by name top 5 with other", ("b", 2, "group"), ("a", 1, "group"))


def test_others_and_total_stand_last(engine: Engine) -> None:
    """Also where they are larger or smaller than any group, and where the group without a name is on top."""
    named(engine, a=1, _=5, b=2, c=0).check(
        "v by name with totals top 2 with other", (None, 5, "group"), ("b", 2, "group"), (None, 1, "other"), (None, 8, "total")
    )


@pytest.mark.smoke
def test_subtotals_stand_behind_their_groups(engine: Engine) -> None:
    """Each size with its sum; the group without a size before the total, its own null name before its subtotal."""
    rows = [(None, "a", 1, None, 1), (None, None, 1, None, 2), (None, "b", None, None, 4), (None, None, None, None, 8)]
    world(engine, *rows).check(
        "v by size, name with totals",
        (1, "a", 1, "group"),
        (1, None, 2, "group"),
        (1, None, 3, "subtotal"),
        (None, "b", 4, "group"),
        (None, None, 8, "group"),
        (None, None, 12, "subtotal"),
        (None, None, 15, "total"),
    )


def test_totals_with_order_by(engine: Engine) -> None:
    """Sorted by value the total stays last, though it is the largest."""
    named(engine, a=1, b=3).check("v by name with totals order by v desc", ("b", 3, "group"), ("a", 1, "group"), (None, 4, "total"))


def test_values_are_ordered_too(engine: Engine) -> None:
    """`values` lists each once, nulls last."""
    named(engine, b=1, _=1, a=1).check("values t.name", ("a",), ("b",), (None,))
