"""Every report of examples/aurora against plain Python that reads the same files and knows nothing of kpidsl."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal

import pytest

from kpidsl.engines.base import Engine
from tests.aurora.expected_now import REPORTS as NOW
from tests.aurora.project import AURORA, answer, data, reports, world
from tests.kpi_catalogue.ask import Asked, connect

pytestmark = pytest.mark.xdist_group("aurora")  # the rows are read once a process
TODAY, EARLIER = dt.date(2026, 3, 15), dt.date(2025, 10, 7)


def engine(name: str, url: str = "") -> Engine:
    data()
    return connect(AURORA, name, url)


def check(got: Asked, expected: Sequence[Sequence[object]], what: str) -> None:
    """The same rows in the same order: whole numbers and amounts exactly, ratios within 1e-9."""
    assert len(got.rows) == len(expected), f"{what}: {len(expected)} rows expected, got {len(got.rows)}\n{expected}\n{got.rows}"
    for row, wanted in zip(got.rows, expected, strict=True):
        assert len(row) == len(wanted), f"{what}: expected {wanted}, got {row}"
        for name, value, wish in zip(got.names, row, wanted, strict=True):
            assert same(value, wish), f"{what}, {name}: expected {wish!r}, got {value!r}\nin {wanted}\n   {row}"


def same(value: object, wish: object) -> bool:
    match wish:
        case bool() | None | str():
            return value == wish
        case int():
            return isinstance(value, (int, float, Decimal)) and value == wish
        case Decimal():
            return isinstance(value, (int, float, Decimal)) and _same_amount(value, wish)
        case float():
            return isinstance(value, (int, float, Decimal)) and math.isclose(value, wish, rel_tol=1e-9, abs_tol=1e-12)
        case _:
            return value == wish


def _same_amount(value: float | Decimal, wish: Decimal) -> bool:
    """To the cent, and nothing hidden behind it; amounts that were converted or divided have more digits and are compared as doubles."""
    if wish != round(wish, 2):
        return math.isclose(value, wish, rel_tol=1e-9)
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return round(exact, 2) == wish and math.isclose(exact, wish, rel_tol=1e-12, abs_tol=1e-6)


def test_every_report_has_its_expectation() -> None:
    assert set(reports()) >= set(NOW)


@pytest.mark.parametrize("name", NOW)
def test_report(name: str) -> None:
    expected = NOW[name](world(TODAY))
    assert expected, "the expectation has no rows"
    check(answer(name, TODAY, engine("duckdb")), expected, name)


@pytest.mark.parametrize("name", [name for name in NOW if name != "february"])
def test_report_as_of_an_earlier_day(name: str) -> None:
    """Later rows are invisible, to first orders, won deals and memberships too (S14)."""
    expected = NOW[name](world(EARLIER))
    assert expected, "the expectation has no rows"
    assert name == "beginning" or expected != NOW[name](world(TODAY)), "the day makes no difference"
    check(answer(name, EARLIER, engine("duckdb")), expected, f"{name} as of {EARLIER}")


@pytest.mark.slow
@pytest.mark.parametrize("name", NOW)
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_report_on_other_engines(name: str, dialect: str, request: pytest.FixtureRequest) -> None:
    """The files as tables of SQLite and PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if dialect == "postgres" else ""
    check(answer(name, TODAY, engine(dialect, url)), NOW[name](world(TODAY)), f"{name} on {dialect}")
