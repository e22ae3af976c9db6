"""The reports over time against plain Python. WAITING lists those that cannot be computed yet; one that can be is taken off it.

A report that waits is refused with KPI190, or its answer lacks just what is said beside it. Anything else fails: an answer that is wrong,
and one that is right while its report is still on the list.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kpidsl.diagnostic import KpiError
from tests.aurora.expected_time import COMPARED, REPORTS
from tests.aurora.project import answer, reports, world
from tests.aurora.test_reports import NOW, TODAY, check, engine, same
from tests.kpi_catalogue.ask import Asked

pytestmark = pytest.mark.xdist_group("aurora")  # the rows are read once a process
WAITING: dict[str, str] = {}


class NotYetError(Exception):
    """This version says that it cannot compute a report, or leaves out what it is known to leave out."""


def parameters() -> list[object]:
    marks = {
        name: [pytest.mark.xfail(raises=NotYetError, strict=True, reason=WAITING[name])] if name in WAITING else [] for name in REPORTS
    }
    return [pytest.param(name, marks=marks[name]) for name in REPORTS]


def test_every_report_has_its_expectation() -> None:
    assert set(reports()) == {*NOW, *REPORTS}
    assert set(COMPARED) <= set(REPORTS)
    assert set(WAITING) <= set(REPORTS)


@pytest.mark.parametrize("name", parameters())
def test_report_over_time(name: str) -> None:
    expected = REPORTS[name](world(TODAY))
    assert expected, "the expectation has no rows"
    try:
        got = answer(name, TODAY, engine("duckdb"))
    except KpiError as error:
        if {found.code for found in error.diagnostics} == {"KPI190"}:
            raise NotYetError(name) from None
        raise
    if name in COMPARED:
        got = with_earlier(got, COMPARED[name])
    if name in WAITING:
        leaves_out(name, got, expected)
    check(got, expected, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in REPORTS if name not in WAITING])
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


def leaves_out(name: str, got: Asked, expected: Sequence[Sequence[object]]) -> None:
    """NotYetError where the answer is right but for empty periods that are missing (S9), or cohorts that are shown too early (S24)."""
    if name == "silent_month":
        there = [row for row in expected if any(row[2:])]
        if len(there) < len(expected) and len(got.rows) == len(there):
            check(got, there, name)
            raise NotYetError(name)
    if name == "cohorts" and len(got.rows) == len(expected):
        early = [(row, wanted) for row, wanted in zip(got.rows, expected, strict=True) if not same(row[1], wanted[1])]
        if all(wanted[1] is None for _, wanted in early) and len(early) == sum(wanted[1] is None for wanted in expected):
            raise NotYetError(name)
