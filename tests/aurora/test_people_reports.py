"""The reports on people over time (funnels.kpi) against plain Python: each start is followed to the stages by itself, from the files as
they are. Of the columns that follow from others by one division the rates are compared, and not the intervals."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from tests.aurora.numbers import Cut, cac, clicks, impressions, new_customers, percentile, valid_orders
from tests.aurora.project import answer, data, world
from tests.aurora.rows import ROME
from tests.aurora.test_reports import TODAY, check, engine
from tests.kpi_catalogue.ask import Asked

pytestmark = pytest.mark.xdist_group("aurora")  # the rows are read once a process
YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
Start = dict[str, Any]
"""A start of somebody: who, when, its row, and when it came to each later stage."""


def read(name: str) -> Iterator[dict[str, str]]:
    with (data() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(moment: dt.datetime) -> dt.date:
    return moment.replace(tzinfo=dt.UTC).astimezone(ROME).date()


def followed(rows: list[tuple[object, Any, str, dict[str, str]]], stages: list[str], within: dt.timedelta | None = None) -> list[Start]:
    """Every start of (who, when, stage, row), with the first moment at which it came to each stage. A later row belongs to the latest start
    that came to the stage before by an earlier row, and is nobody's where the window of that start is over."""
    by_who: dict[object, dict[str, list[tuple[Any, dict[str, str]]]]] = defaultdict(lambda: defaultdict(list))
    for who, when, stage, row in rows:
        by_who[who][stage].append((when, row))
    found: list[Start] = []
    for who, done in by_who.items():
        first: dict[Any, dict[str, str]] = {}
        for when, row in done[stages[0]]:
            first.setdefault(when, row)  # the files are in the order of their keys
        starts = {when: {"who": who, "at": when, "row": row} for when, row in first.items()}
        came = {when: when for when in starts}
        for stage in stages[1:]:
            following: dict[Any, Any] = {}
            for when, _ in sorted(done[stage], key=lambda pair: pair[0]):
                start = max((s for s, reached in came.items() if reached < when), default=None)
                if start is not None and (within is None or when <= start + within):
                    following.setdefault(start, when)
            for start, when in following.items():
                starts[start][stage] = when
            came = following
        found += starts.values()
    return found


@cache
def visitors() -> tuple[Start, ...]:
    """The starts of `shopping` up to today."""
    names = {"page_view": "visit", "view_item": "product", "add_to_cart": "cart", "purchase": "order"}
    seen: dict[str, tuple[object, Any, str, dict[str, str]]] = {}
    for row in read("web_events"):
        when = dt.datetime.fromisoformat(row["at"])
        if row["visitor_id"] and day(when) <= TODAY:
            seen.setdefault(row["event_id"], (row["visitor_id"], when, names[row["name"]], row))
    return tuple(followed(list(seen.values()), ["visit", "product", "cart", "order"], dt.timedelta(days=30)))


@cache
def deals() -> tuple[Start, ...]:
    """The starts of `pipeline`."""
    rows = [(r["deal_id"], dt.date.fromisoformat(r["entered_on"]), r["stage"], r) for r in read("deal_stages")]
    kept = [row for row in rows if row[1] <= TODAY and row[2] != "lost"]
    return tuple(followed(kept, ["lead", "mql", "sql", "proposal", "won"]))


def count(starts: list[Start], stage: str) -> int:
    return len({start["who"] for start in starts if stage in ("visit", "lead") or stage in start})


def times(starts: list[Start], stage: str, share: Fraction) -> float | None:
    """In days."""
    return percentile([(start[stage] - start["at"]) / dt.timedelta(days=1) for start in starts if stage in start], share)


HALF, MOST = Fraction(1, 2), Fraction(9, 10)


def part(above: int, below: int) -> float | None:
    return above / below if below else None


def in_year(starts: tuple[Start, ...], year: int = 2025) -> list[Start]:
    return [s for s in starts if (day(s["at"]) if isinstance(s["at"], dt.datetime) else s["at"]).year == year]


def stage_rows(starts: list[Start], stages: list[str]) -> list[tuple[object, ...]]:
    """Stage, entities, step_rate, rate, drop_off, median_time, p90_time, bottleneck."""
    counts = [count(starts, stage) for stage in stages]
    steps = [None, *(part(n, before) for n, before in zip(counts[1:], counts, strict=False))]
    lowest = min(step for step in steps if step is not None)
    rows: list[tuple[object, ...]] = [(stages[0], counts[0], None, None, None, None, None, False)]
    for n, stage in enumerate(stages[1:], 1):
        said = times(starts, stage, HALF), times(starts, stage, MOST)
        rows.append((stage, counts[n], steps[n], part(counts[n], counts[0]), counts[n - 1] - counts[n], *said, n == steps.index(lowest)))
    return rows


SHOWN = ("stage", "entities", "step_rate", "rate", "drop_off", "median_time", "p90_time", "bottleneck")


def devices_funnel() -> list[tuple[object, ...]]:
    groups: dict[str, list[Start]] = defaultdict(list)
    for start in in_year(visitors()):
        groups[start["row"]["device"]].append(start)
    return [(device, *row) for device in sorted(groups) for row in stage_rows(groups[device], ["visit", "product", "cart", "order"])]


def channels_funnel() -> list[tuple[object, ...]]:
    groups: dict[str, list[Start]] = defaultdict(list)
    for start in in_year(visitors()):
        groups[start["row"]["channel"]].append(start)
    rows = []
    for channel in [*sorted(c for c in groups if c), *([""] if "" in groups else [])]:
        visits, orders = count(groups[channel], "visit"), count(groups[channel], "order")
        rows.append((channel or None, visits, orders, part(orders, visits), times(groups[channel], "order", HALF)))
    return rows


def media_funnel() -> list[tuple[object, ...]]:
    cut = Cut(world(TODAY)).during(*YEAR)
    paid = [cut.where(channel=channel) for channel in ("search", "social")]
    new = len({row.customer for each in paid for row in each.rows(cut.world.orders) if row.first})
    values = [impressions(cut), clicks(cut), sum(valid_orders(each) for each in paid), new]
    steps = [None, *(float(Fraction(n) / Fraction(b)) for n, b in zip(values[1:], values, strict=False))]  # type: ignore[arg-type]
    assert new <= new_customers(cut)
    return [
        (name, int(value), step)  # type: ignore[arg-type]
        for name, value, step in zip(("shown", "clicked", "ordered", "new"), values, steps, strict=True)
    ]


def pipeline_funnel() -> list[tuple[object, ...]]:
    stages = ["lead", "mql", "sql", "proposal", "won"]
    now, then = (stage_rows(in_year(deals(), year), stages) for year in (2025, 2024))
    return [(*row, *earlier[1:4]) for row, earlier in zip(now, then, strict=True)]


def cycle_times() -> list[tuple[object, ...]]:
    rows = []
    for month in (1, 4, 7, 10):
        starts = [start for start in in_year(deals()) if (start["at"].month - 1) // 3 * 3 + 1 == month]
        won = count(starts, "won")
        rows.append(
            (dt.date(2025, month, 1), won, part(won, count(starts, "lead")), times(starts, "won", HALF), times(starts, "won", MOST))
        )
    return rows


def quarter(when: dt.date) -> int:
    """Quarters since the year 0."""
    return when.year * 4 + (when.month - 1) // 3


@cache
def bought() -> dict[int, list[tuple[int, int, Decimal]]]:
    """By the quarter of a customer's first order: (customer, age of the order's quarter, profit)."""
    profit = profits()
    orders: dict[int, list[tuple[dt.datetime, str]]] = defaultdict(list)
    for row in read("orders"):
        when = dt.datetime.fromisoformat(row["ordered_at"])
        if row["customer_id"] and row["status"] not in ("cancelled", "test") and day(when) <= TODAY:
            orders[int(row["customer_id"])].append((when, row["order_id"]))
    found: dict[int, list[tuple[int, int, Decimal]]] = defaultdict(list)
    for customer, made in orders.items():
        first = quarter(day(min(made)[0]))
        found[first] += [(customer, quarter(day(when)) - first, profit[order]) for when, order in made]
    return found


@cache
def profits() -> dict[str, Decimal]:
    goods: dict[str, Decimal] = defaultdict(Decimal)
    for line in read("order_lines"):
        goods[line["order_id"]] += int(line["quantity"]) * Decimal(line["unit_cost"])
    return {r["order_id"]: Decimal(r["net_amount"]) - Decimal(r["refunded"] or 0) - goods[r["order_id"]] for r in read("orders")}


def is_over(number: int) -> bool:
    return number < quarter(TODAY)  # today is no last day of a quarter


def cohorts_of_buyers() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for first in range(2025 * 4, 2025 * 4 + 4):
        size = len({who for who, _, _ in bought()[first]})
        total = Decimal(0)
        for age in range(5):
            active = len({who for who, then, _ in bought()[first] if then == age})
            value = sum((profit for _, then, profit in bought()[first] if then == age), Decimal(0))
            total += value
            start = dt.date(first // 4, first % 4 * 3 + 1, 1)
            known = (active, active / size, value, total, float(total) / size) if is_over(first + age) else (None,) * 5
            rows.append((start, age, size, *known))
    return rows


def ltv_beside_cac() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for first in range(2024 * 4, 2025 * 4 + 4):
        size = len({who for who, _, _ in bought()[first]})
        total = sum((profit for _, age, profit in bought()[first] if age <= 4), Decimal(0))
        start, end = (dt.date(q // 4, q % 4 * 3 + 1, 1) for q in (first, first + 1))
        cost = cac(Cut(world(TODAY)).during(start, end - dt.timedelta(days=1)))
        rows.append((start, size, float(total) / size if is_over(first + 4) else None, cost))
    return rows


PEOPLE: dict[str, tuple[Callable[[], list[tuple[object, ...]]], tuple[str, ...]]] = {
    "devices_funnel": (devices_funnel, ("device", *SHOWN)),
    "channels_funnel": (channels_funnel, ("channel", "shopping.visit", "shopping.order", "shopping.rate", "shopping.median_time")),
    "media_funnel": (media_funnel, ("stage", "value", "step_rate")),
    "pipeline_funnel": (
        pipeline_funnel,
        (*SHOWN, "entities_previous_year", "step_rate_previous_year", "rate_previous_year"),
    ),
    "cycle_times": (cycle_times, ("quarter", "pipeline.won", "pipeline.rate", "pipeline.median_time", "pipeline.p90_time")),
    "cohorts_of_buyers": (
        cohorts_of_buyers,
        ("cohort", "age", "size", "active", "retention", "value", "value_to_date", "value_per_head"),
    ),
    "ltv_beside_cac": (ltv_beside_cac, ("quarter", "buyers.size", "ltv_year", "cac")),
}
"""What each report must show, and in which of its columns."""


@pytest.mark.parametrize("name", PEOPLE)
def test_report_on_people(name: str) -> None:
    expected, columns = PEOPLE[name]
    got = answer(name, TODAY, engine("duckdb"))
    picked = Asked(columns, [tuple(row[list(got.names).index(column)] for column in columns) for row in got.rows])
    wanted = expected()
    assert wanted, "the expectation has no rows"
    check(picked, wanted, name)
