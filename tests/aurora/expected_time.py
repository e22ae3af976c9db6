"""What the reports of time_reports.kpi must show, from the wording of the rules S5, S9 to S14, S19 and S24: one function each.

Each gives the rows in their order: group-bys, then metrics. Of a comparison each metric is followed by its earlier value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tests.aurora.expected_now import COUNTRIES, Line
from tests.aurora.numbers import (
    ADVERTS_END,
    Cut,
    Metric,
    Value,
    aov,
    buyers,
    cac,
    cpc,
    divided,
    followers_gained,
    growth,
    marketing_cost,
    new_customers,
    planned_revenue,
    revenue,
    roi,
    sessions,
    spend,
    valid_orders,
    valid_sales,
    visitors,
)
from tests.aurora.rows import World

DAY = timedelta(days=1)
Span = tuple[date, date]

# ---------------------------------------------------------------- the calendar: months, quarters, weeks from Monday


def month_of(day: date) -> Span:
    first = day.replace(day=1)
    return first, (first + 31 * DAY).replace(day=1) - DAY


def quarter_of(day: date) -> Span:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, month_of(first + 75 * DAY)[1]


def week_of(day: date) -> Span:
    first = day - timedelta(days=day.weekday())
    return first, first + 6 * DAY


def spans(of: Callable[[date], Span], first: date, last: date) -> list[Span]:
    """All periods from that of one day to that of another."""
    found = [of(first)]
    while found[-1][1] < last:
        found.append(of(found[-1][1] + DAY))
    return found


def months(first: tuple[int, int], last: tuple[int, int]) -> list[Span]:
    return spans(month_of, date(*first, 1), date(*last, 1))


def months_before(day: date, count: int) -> date:
    """The same day of an earlier month, or that month's last one."""
    at = 12 * day.year + day.month - 1 - count
    return min(date(at // 12, at % 12 + 1, 1) + timedelta(days=day.day - 1), month_of(date(at // 12, at % 12 + 1, 1))[1])


def earlier(span: Span, count: int, world: World, known: date | None = None, of: Callable[[date], Span] = month_of) -> Span:
    """The period `count` months before; of a period that is not over, as far as it has gone (S10, S14)."""
    until = min(world.as_of, known or world.as_of)
    first = months_before(span[0], count)
    return (first, of(first)[1]) if span[1] <= until else (first, months_before(until, count))


# ---------------------------------------------------------------- values over time


def trailing(metric: Metric, cut: Cut, last: date, days: int) -> Value:
    """Exactly so many days, the last one included (S11)."""
    return metric(cut.during(last - (days - 1) * DAY, last))


def to_date(metric: Metric, cut: Cut, last: date) -> Value:
    return metric(cut.during(date(last.year, 1, 1), last))


def last_day(world: World, span: Span) -> date:
    """The last day that today allows."""
    return min(span[1], world.as_of)


def in_spans(world: World, wanted: Sequence[Span], *metrics: Callable[[Span], Value]) -> list[Line]:
    return [(span[0], *(metric(span) for metric in metrics)) for span in wanted]


def during(world: World, metric: Metric, **of: object) -> Callable[[Span], Value]:
    return lambda span: metric(Cut(world).where(**of).during(*span))


# ---------------------------------------------------------------- every period is there


def silent_month(world: World) -> list[Line]:
    """August has no order by e-mail: 0 orders, 0 euros, no average (S9, S5)."""
    found = []
    for span in months((2025, 1), (2025, 12)):
        for channel in ("email", "referral"):
            cut = Cut(world, *span).where(channel=channel)
            orders, sales = valid_orders(cut), valid_sales(cut)
            found.append((span[0], channel, orders, sales, divided(sales, orders)))
    assert (date(2025, 8, 1), "email", 0, Decimal(0), None) in found, "the silent month is not silent"
    return found


# ---------------------------------------------------------------- windows


def rolling_revenue(world: World) -> list[Line]:
    days = [date(2026, 2, 14) + n * DAY for n in range(30)]
    return [(day, revenue(Cut(world, day, day)), trailing(revenue, Cut(world), day, 28)) for day in days]


def rolling_order(world: World) -> list[Line]:
    weeks = spans(week_of, world.as_of - 49 * DAY, world.as_of)
    return in_spans(world, weeks, during(world, aov), lambda span: trailing(aov, Cut(world), last_day(world, span), 28))


def rolling_visitors(world: World) -> list[Line]:
    """People of 30 days, each once: a distinct count goes back to the rows."""
    found = []
    for span in months((2025, 10), (2026, 3)):
        for device in ("desktop", "mobile", "tablet"):
            cut = Cut(world).where(device=device)
            found.append((span[0], device, visitors(cut.during(*span)), trailing(visitors, cut, last_day(world, span), 30)))
    return found


def usual_weeks(world: World) -> list[Line]:
    """Seven days as of each month's first day."""
    cut = Cut(world)
    spans_ = months((2025, 10), (2026, 3))
    return [(first, sessions(Cut(world, first, min(last, world.as_of))), trailing(sessions, cut, first, 7)) for first, last in spans_]


# ---------------------------------------------------------------- so far


def year_to_date(world: World) -> list[Line]:
    found = []
    for span in months((2025, 11), (2026, 3)):
        for country in COUNTRIES:
            cut, last = Cut(world).where(country=country), last_day(world, span)
            so_far, plan = to_date(revenue, cut, last), to_date(planned_revenue, cut, last)
            found.append((span[0], country, revenue(cut.during(*span)), so_far, plan, divided(so_far, plan)))
    return found


def people_to_date(world: World) -> list[Line]:
    """Distinct people are counted anew over the whole time; running counts begin with the first row there is."""
    quarters = spans(quarter_of, date(2025, 1, 1), date(2025, 12, 1))
    so_far = lambda span: to_date(buyers, Cut(world), span[1])  # noqa: E731
    ever = lambda span: new_customers(Cut(world).during(date.min, span[1]))  # noqa: E731
    return in_spans(world, quarters, during(world, buyers), so_far, ever)


def against_january(world: World) -> list[Line]:
    found = []
    for span in months((2025, 7), (2026, 3)):
        now, opening = revenue(Cut(world).during(*span)), revenue(Cut(world).during(*month_of(date(span[0].year, 1, 1))))
        found.append((span[0], now, opening, divided(now, opening)))
    return found


# ---------------------------------------------------------------- compared with earlier


def growth_by_month(world: World) -> list[Line]:
    found = []
    for span in months((2025, 1), (2025, 12)):
        now, then = revenue(Cut(world, *span)), revenue(Cut(world, *earlier(span, 12, world)))
        found.append((span[0], now, then, growth(now, then)))
    return found


def growth_now(world: World) -> list[Line]:
    """March has gone as far as the 15th: it is compared with 1 to 15 March 2025, and with 1 to 15 February."""
    found = []
    for span in months((2025, 10), (2026, 3)):
        cut = Cut(world).during(*span)
        year, month = Cut(world, *earlier(span, 12, world)), Cut(world, *earlier(span, 1, world))
        found.append((span[0], revenue(cut), revenue(year), growth(revenue(cut), revenue(year)), aov(cut), growth(aov(cut), aov(month))))
    assert earlier(month_of(world.as_of), 1, world) == (date(2026, 2, 1), date(2026, 2, 15))
    return found


def growth_by_week(world: World) -> list[Line]:
    """By week a year is 52 weeks."""
    weeks = spans(week_of, date(2026, 1, 5), date(2026, 3, 15))
    before = lambda span: valid_orders(Cut(world, span[0] - 364 * DAY, span[1] - 364 * DAY))  # noqa: E731
    return in_spans(world, weeks, during(world, valid_orders), before)


def after_silence(world: World) -> list[Line]:
    """September is compared with August, which had no order, and not with July: nothing can be said of its growth."""
    found = []
    for span in months((2025, 7), (2025, 10)):
        mails = Cut(world).where(channel="email")
        now, then = valid_orders(mails.during(*span)), valid_orders(mails.during(*earlier(span, 1, world)))
        found.append((span[0], now, then, growth(now, then)))
    assert [line[3] is None for line in found] == [False, False, True, False]
    return found


def quarters(world: World) -> list[Line]:
    """The running quarter against 1 January to 15 March 2025."""
    found = []
    for span in spans(quarter_of, date(2025, 1, 1), date(2026, 1, 1)):
        now, then = Cut(world).during(*span), Cut(world, *earlier(span, 12, world, of=quarter_of))
        found.append((span[0], revenue(now), revenue(then), aov(now), aov(then)))
    return found


def _years(world: World, last: date, *metrics: Metric) -> list[Line]:
    """2026 so far against 2025 up to some day."""
    found = []
    for country in COUNTRIES:
        cut = Cut(world).where(country=country)
        now, then = cut.during(date(2026, 1, 1), world.as_of), cut.during(date(2025, 1, 1), last)
        found.append((country, *(value for metric in metrics for value in (metric(now), metric(then)))))
    return found


def this_year(world: World) -> list[Line]:
    """Without a period to split by, what was asked for shifts as a whole, as far as it has gone."""
    return _years(world, date(2025, 3, 15), revenue, valid_orders, aov)


def this_year_whole(world: World) -> list[Line]:
    return _years(world, date(2025, 12, 31), revenue, valid_orders)


def adverts_now(world: World) -> list[Line]:
    """Adverts are known up to 13 March, so March is compared with 1 to 13 February (S14)."""
    found = []
    for span in months((2026, 1), (2026, 3)):
        now, then = Cut(world).during(*span), Cut(world, *earlier(span, 1, world, ADVERTS_END))
        found.append((span[0], spend(now), spend(then), cpc(now), cpc(then)))
    return found


# ---------------------------------------------------------------- stocks, balances, cohorts


def members_by_plan(world: World) -> list[Line]:
    """Memberships alive at the end of each period, as far as today: begun by then, and not ended by then."""
    found = []
    for span in months((2025, 10), (2026, 3)):
        end = last_day(world, span)
        for plan in ("plus", "pro"):
            alive = [m for m in world.memberships if m.plan == plan and m.day <= end and (m.end is None or m.end > end)]
            found.append((span[0], plan, len(alive), sum((m.fee for m in alive), Decimal(0))))
    return found


def _followers(world: World, span: Span, network: str) -> int | None:
    """The latest day of the period that has a row (S19)."""
    rows = list(Cut(world).where(network=network).during(*span).rows(world.networks))
    return rows[-1].followers if rows else None


def followers_by_network(world: World) -> list[Line]:
    names = ("instagram", "linkedin", "tiktok")
    found = [(span[0], name, _followers(world, span, name)) for span in months((2025, 4), (2025, 8)) for name in names]
    assert (date(2025, 6, 1), "linkedin", None) in found, "the silent month is not silent"
    return found


def followers_in_all(world: World) -> list[Line]:
    found = []
    for span in months((2025, 4), (2025, 8)):
        known = [_followers(world, span, name) for name in ("instagram", "linkedin", "tiktok")]
        found.append((span[0], sum(n for n in known if n is not None), followers_gained(Cut(world).during(*span))))
    return found


def cohorts(world: World) -> list[Line]:
    """Of December's customers some still have time to come back within 90 days: nothing is said of them yet (S24)."""
    found = []
    for span in months((2025, 7), (2026, 2)):
        rows = list(Cut(world, *span).rows(world.cohorts))
        back = sum(row.second is not None and row.second <= row.day + 90 * DAY for row in rows)
        mature = span[1] + 90 * DAY <= world.as_of
        found.append((span[0], divided(back, len(rows)) if mature else None))
    assert [line[1] is None for line in found] == [False] * 5 + [True] * 3
    return found


def worth(world: World) -> list[Line]:
    """Profit of the orders of twelve months from the first one's day on; nothing of quarters whose customers still have time (S24)."""
    found = []
    for span in spans(quarter_of, date(2024, 7, 1), date(2025, 6, 1)):
        first = {row.key: row.day for row in Cut(world, *span).rows(world.cohorts)}
        profit = Decimal(0)
        for order in world.orders.rows:
            if order.valid and order.customer in first and order.day < months_before(first[order.customer], -12):
                profit += order.net - order.refunded - world.goods[order.key]
        mature = months_before(span[1], -12) <= world.as_of
        found.append((span[0], len(first), divided(profit, len(first)) if mature else None))
    assert [line[2] is None for line in found] == [False, False, True, True]
    return found


def leavers(world: World) -> list[Line]:
    """Day by day: a member is who has any plan on that day; who had one the day before and has none has left."""

    def there(day: date) -> set[int]:
        return {who for who, plans in world.memberships_of.items() if any(m.day <= day and (m.end is None or day < m.end) for m in plans)}

    found = []
    for span in months((2025, 10), (2026, 3)):
        start = before = there(span[0] - DAY)
        left = 0
        for n in range((last_day(world, span) - span[0]).days + 1):
            today = there(span[0] + n * DAY)
            left += len(before - today)
            before = today
        found.append((span[0], len(start), left, divided(left, len(start)), divided(len(start) - left, len(start))))
    return found


def fans(world: World) -> list[Line]:
    """Growth of a stock: against the last day that a month earlier has; June of one network is not known."""
    found = []
    for span in months((2025, 5), (2025, 8)):
        for name in ("instagram", "linkedin", "tiktok"):
            now, then = (_followers(world, each, name) for each in (span, earlier(span, 1, world)))
            found.append((span[0], name, now, growth(now, then)))
    return found


def money_back(world: World) -> list[Line]:
    found = []
    for span in months((2025, 8), (2026, 2)):
        cut, before = Cut(world, *span), Cut(world, *earlier(span, 1, world))
        found.append((span[0], roi(cut), cac(cut), divided(marketing_cost(before), new_customers(cut))))
    return found


REPORTS = {
    report.__name__: report
    for report in (
        *(silent_month, rolling_revenue, rolling_order, rolling_visitors, usual_weeks, year_to_date, people_to_date, against_january),
        *(growth_by_month, growth_now, growth_by_week, after_silence, quarters, this_year, this_year_whole, adverts_now),
        *(members_by_plan, followers_by_network, followers_in_all, cohorts),
        *(worth, leavers, fans, money_back),
    )
}
COMPARED = {"quarters": 2, "this_year": 3, "this_year_whole": 2, "adverts_now": 2}
"""Reports with `compare`, and how many metrics each has: every metric is followed by its earlier value."""
