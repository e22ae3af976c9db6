"""S19: latest-row metrics pick one row per entity and period first, ties by the greatest key, and only then filter and group."""

from __future__ import annotations

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World, refused, undeclared

TEXT = """
source answers from answers { key id  time day  id: int  day: date  who: int  country: text  score: int }
metric asked = count(answers, latest: day, per: who)
metric promoters = count(answers, latest: day, per: who) where answers.score >= 9
metric first_promoters = count(answers, earliest: day, per: who) where answers.score >= 9
metric nps = promoters / asked
metric latest_score = sum(answers.score, latest: day, per: who)
metric all_answers = count(answers)
"""
ROWS = [
    (1, "2026-01-05", 1, "IT", 9),
    (2, "2026-01-20", 1, "DE", 3),  # person 1 moved and changed their mind
    (3, "2026-01-10", 2, "IT", 10),
    (4, "2026-02-10", 2, "IT", 9),
    (5, "2026-02-11", 3, "DE", 1),
    (6, "2026-02-11", 3, "DE", 10),  # the same day: the greater key wins
    (7, None, 4, "IT", 10),  # never answered at any time
]


def survey(engine: Engine) -> World:
    return World(engine, TEXT, answers=ROWS)


def test_one_row_per_person(engine: Engine) -> None:
    """Latest of 1: 3; of 2: 9 of February; of 3: 10 by key. Two promoters of three."""
    survey(engine).check("asked, promoters, nps, latest_score, all_answers", (3, 2, 2 / 3, 3 + 9 + 10, 7))


@pytest.mark.smoke
def test_picked_before_filtered(engine: Engine) -> None:
    """Person 1's latest answer is 3: the 9 of before is not dug out by the filter; nor does a filter on Italy find who moved to DE."""
    world = survey(engine)
    world.check("promoters", (2,))
    world.check('asked where country = "IT"', (1,))
    world.check('asked where country = "DE"', (2,))


def test_grouped_after_the_pick(engine: Engine) -> None:
    """Who moved from IT to DE counts once, in DE; the groups add up to three people."""
    survey(engine).check("asked, promoters, nps by answers.country", ("DE", 2, 1, 0.5), ("IT", 1, 1, 1))


@pytest.mark.smoke
def test_one_row_per_person_and_period(engine: Engine) -> None:
    """January: latest of 1 is 3, of 2 is 10. February: 2 and 3. In the total each person counts once again."""
    survey(engine).check(
        "asked, promoters by month with totals sparse",
        ("2026-01-01", 2, 1, "group"),
        ("2026-02-01", 2, 2, "group"),
        (None, 3, 2, "total"),
    )


def test_a_period_asked_limits_what_is_picked_from(engine: Engine) -> None:
    """In January the latest of person 2 is the 10 of January, though a later one exists."""
    survey(engine).check("asked, latest_score during 2026-01", (2, 3 + 10))


def test_the_day_limits_what_is_picked_from(engine: Engine) -> None:
    """On 15 January person 1's latest is still the 9."""
    survey(engine).check("asked, latest_score by answers.country", ("IT", 2, 19), as_of="2026-01-15")


def test_the_earliest(engine: Engine) -> None:
    """Earliest of 1: 9; of 2: 10; of 3 the same day twice: one of them, by the key, is taken for good: the greatest, 10."""
    survey(engine).check("first_promoters", (3,))


def test_totals_by_month_and_country(engine: Engine) -> None:
    """Within each month the latest row says the country; the subtotal of a month is its people."""
    survey(engine).check(
        "asked by month, answers.country with totals sparse",
        ("2026-01-01", "DE", 1, "group"),
        ("2026-01-01", "IT", 1, "group"),
        ("2026-01-01", None, 2, "subtotal"),
        ("2026-02-01", "DE", 1, "group"),
        ("2026-02-01", "IT", 1, "group"),
        ("2026-02-01", None, 2, "subtotal"),
        (None, None, 3, "total"),
    )


def test_an_unknown_person_is_one(engine: Engine) -> None:
    """Rows without `per` are one entity, as in any grouping: the latest of them counts once."""
    world = World(engine, TEXT, answers=[(1, "2026-01-01", None, "IT", 9), (2, "2026-01-02", None, "IT", 1), (3, "2026-01-02", 5, "IT", 9)])
    world.check("asked, promoters", (2, 1))


@pytest.mark.parametrize("missing", ["count(answers, latest: day)", "count(answers, per: who)"])
def test_latest_and_per_belong_together(missing: str) -> None:
    """One without the other says too little."""
    refused(missing, "KPI068", "latest:", "per:", text=TEXT)


def test_a_pick_needs_a_key() -> None:
    """Without a key two rows of one day could not be told apart."""
    undeclared("source t from t { day: date  who: int } metric n = count(t, latest: day, per: who)", "KPI024", "key", text="")


def test_a_share_of_picked_rows(engine: Engine) -> None:
    """Three people: one is last seen in IT, two in DE. A filter on the country leaves its own row, and the share of all three."""
    world = survey(engine)
    world.check("share(asked, of: answers.country) by answers.country", ("DE", 2 / 3), ("IT", 1 / 3))
    world.check('share(asked, of: answers.country), asked by answers.country where country = "IT"', ("IT", 1 / 3, 1))
    world.check('share(asked, of: answers.country) where country = "IT"', (1 / 3,))
