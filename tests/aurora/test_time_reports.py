"""The reports over time against plain Python."""

from __future__ import annotations

import pytest

from tests.aurora.expected_time import COMPARED, REPORTS
from tests.aurora.project import answer, reports, world
from tests.aurora.test_people_reports import PEOPLE
from tests.aurora.test_reports import NOW, TODAY, check, engine
from tests.kpi_catalogue.ask import Asked

pytestmark = pytest.mark.xdist_group("aurora")  # the rows are read once a process


def test_every_report_has_its_expectation() -> None:
    assert set(reports()) == {*NOW, *REPORTS, *PEOPLE}
    assert set(COMPARED) <= set(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_report_over_time(name: str) -> None:
    expected = REPORTS[name](world(TODAY))
    assert expected, "the expectation has no rows"
    got = answer(name, TODAY, engine("duckdb"))
    if name in COMPARED:
        got = with_earlier(got, COMPARED[name])
    check(got, expected, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_report_over_time_on_other_engines(name: str, dialect: str, request: pytest.FixtureRequest) -> None:
    """The files as tables of SQLite and PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if dialect == "postgres" else ""
    got = answer(name, TODAY, engine(dialect, url))
    check(with_earlier(got, COMPARED[name]) if name in COMPARED else got, REPORTS[name](world(TODAY)), f"{name} on {dialect}")


def with_earlier(got: Asked, metrics: int) -> Asked:
    """The group-by, then each metric with the column of its earlier value."""
    picked = [0]
    for name in got.names[1 : 1 + metrics]:
        before = next(n for n in got.names if n.startswith(f"{name}_previous_"))
        picked += [got.names.index(name), got.names.index(before)]
    return Asked(tuple(got.names[i] for i in picked), [tuple(row[i] for i in picked) for row in got.rows])
