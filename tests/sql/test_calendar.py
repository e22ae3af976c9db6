"""Weeks, fiscal quarters and years, and month steps against Python's calendar, for every day of two leap and common years."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

import pytest

from kpidsl.engines.base import Engine
from kpidsl.model.expr import DATE, INT, TIMESTAMP, Expr
from kpidsl.plan.plan import Project, Scan, Sort, TableRef
from tests.sql.cases import Col, d, fn, p, rows_of

DAYS = [dt.date(2023, 11, 15) + dt.timedelta(days=n) for n in range(500)]
ONE_DAY = dt.timedelta(days=1)
Case = tuple[Expr, Callable[[dt.date], object]]


def months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def first_of(day: dt.date, length: int, start: int) -> dt.date:
    return months_later(day.replace(day=1), -((day.month - start) % length))


def week_start(day: dt.date, first: int) -> dt.date:
    return day - dt.timedelta(days=(day.isoweekday() - first) % 7)


def check(engine: Engine, cases: list[Case]) -> None:
    engine.create_table("v", [("d", DATE), ("p", TIMESTAMP)], [(day, dt.datetime.combine(day, dt.time(23, 59, 59))) for day in DAYS])
    columns = tuple((f"r{number}", expr) for number, (expr, _) in enumerate(cases))
    rel = Sort(Project(Scan(TableRef(("v",)), "v"), (("d", d), *columns)), ((Col(None, "d", DATE), False),))
    rows = rows_of(engine, rel, [DATE, *(expr.type for expr, _ in cases)])
    assert [row[0] for row in rows] == DAYS
    for number, (expr, wanted) in enumerate(cases, 1):
        wrong = [(row[0], row[number], wanted(day)) for day, row in zip(DAYS, rows, strict=True) if row[number] != wanted(day)]
        assert not wrong, (getattr(expr, "op", ""), getattr(expr, "options", ""), wrong[:3])


@pytest.mark.smoke
def test_weeks(engine: Engine) -> None:
    cases: list[Case] = []
    for first in range(1, 8):
        for value in (d, p):
            cases.append((fn("start_of", value, to=DATE, options=("week", first, 1)), lambda day, first=first: week_start(day, first)))
        end = fn("end_of", d, to=DATE, options=("week", first, 1))
        cases.append((end, lambda day, first=first: week_start(day, first) + dt.timedelta(days=6)))
    cases.append((fn("weekday", d, to=INT), lambda day: day.isoweekday()))
    check(engine, cases)


@pytest.mark.smoke
def test_fiscal_years(engine: Engine) -> None:
    cases: list[Case] = []
    for start in range(1, 13):
        for grain, length in (("month", 1), ("quarter", 3), ("year", 12)):
            for value in (d, p):
                expr = fn("start_of", value, to=DATE, options=(grain, 1, start))
                cases.append((expr, lambda day, length=length, start=start: first_of(day, length, start)))
            end = fn("end_of", d, to=DATE, options=(grain, 1, start))
            cases.append((end, lambda day, length=length, start=start: months_later(first_of(day, length, start), length) - ONE_DAY))
    check(engine, cases)


@pytest.mark.smoke
def test_month_steps(engine: Engine) -> None:
    cases: list[Case] = []
    for months in (-25, -13, -12, -3, -1, 0, 1, 2, 3, 11, 12, 13, 36):
        cases.append((fn("date_add", d, to=DATE, options=(months, "month")), lambda day, months=months: months_later(day, months)))
        moment = fn("date_add", p, to=TIMESTAMP, options=(months, "month"))
        cases.append((moment, lambda day, months=months: dt.datetime.combine(months_later(day, months), dt.time(23, 59, 59))))
    for years in (-4, -1, 1, 4):
        cases.append((fn("date_add", d, to=DATE, options=(years, "year")), lambda day, years=years: months_later(day, 12 * years)))
    for parts, wanted in (("quarter", lambda day: (day.month + 2) // 3), ("day_of_year", lambda day: day.timetuple().tm_yday)):
        cases.append((fn(parts, d, to=INT), wanted))
    check(engine, cases)
