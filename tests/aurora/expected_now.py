"""What the reports of examples/aurora/reports.kpi must show: one function each, by the report's name.

Each gives the rows in their order: group-bys, metrics, and `group`, `total` or `other` where the report has such rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tests.aurora.numbers import (
    Cut,
    Metric,
    aov,
    arpu,
    attainment,
    buyers,
    buying_sessions,
    cac,
    click_rate,
    clicks,
    close_rate_by_closed,
    close_rate_by_created,
    conversion_rate,
    cost_per_order,
    cpc,
    cpm,
    ctr,
    customers,
    deals_won,
    delivered,
    direct_traffic,
    divided,
    engagement_rate_by_impressions,
    events,
    gross_margin,
    gross_profit,
    hits,
    human_open_rate,
    impressions,
    interactions,
    landing_page_conversion_rate,
    late_orders,
    late_share,
    marketing_cost,
    mqls,
    net_new_followers,
    new_customers,
    not_engaged_bounce_rate,
    nps,
    open_rate,
    opportunities,
    pages_per_visit,
    planned_revenue,
    posts_shown,
    product_margin,
    product_sales,
    repeat_customers,
    repeated_hits,
    repurchase_rate,
    respondents,
    revenue,
    roas,
    sales_cycle,
    sessions,
    single_page_bounce_rate,
    slowest_delay,
    spend,
    sqls,
    units,
    unsubscribe_rate,
    valid_orders,
    valid_sales,
    won_amount,
)
from tests.aurora.rows import World

Line = tuple[object, ...]
CHANNELS = ("direct", "email", "referral", "search", "social", None)
COUNTRIES = ("AT", "DE", "FR", "IT")


def year(number: int) -> tuple[date, date]:
    return date(number, 1, 1), date(number, 12, 31)


def lines(cuts: Iterable[tuple[object, Cut]], metrics: Sequence[Metric], *more: object) -> list[Line]:
    """A line for each cut that has anything to show."""
    found = [(label, [metric(cut) for metric in metrics]) for label, cut in cuts]
    return [(*(label if isinstance(label, tuple) else (label,)), *values, *more) for label, values in found if any(values)]


def with_total(whole: Cut, cuts: Iterable[tuple[object, Cut]], metrics: Sequence[Metric]) -> list[Line]:
    return [*lines(cuts, metrics, "group"), (None, *(metric(whole) for metric in metrics), "total")]


def years_of(whole: Cut) -> list[tuple[object, Cut]]:
    last = whole.world.as_of.year
    return [(date(number, 1, 1), whole.during(*year(number))) for number in range(2024, last + 1)]


def split(whole: Cut, **by: Sequence[object]) -> list[tuple[object, Cut]]:
    ((name, values),) = by.items()
    return [(value, whole.where(**{name: value})) for value in values]


def years(world: World) -> list[Line]:
    return with_total(Cut(world), years_of(Cut(world)), [revenue, valid_orders, aov, buyers, arpu, new_customers])


def countries(world: World) -> list[Line]:
    whole = Cut(world).during(*year(2025))
    return with_total(whole, split(whole, country=COUNTRIES), [revenue, planned_revenue, attainment])


def channels(world: World) -> list[Line]:
    whole = Cut(world).during(*year(2025))
    return with_total(whole, split(whole, channel=CHANNELS), [marketing_cost, new_customers, cac, roas])


def february(world: World) -> list[Line]:
    months = [(date(2025, 11, 1), date(2025, 11, 30)), (date(2025, 12, 1), date(2025, 12, 31))]
    months += [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))]
    cuts = [
        ((first, channel), Cut(world, first, last).where(channel=channel)) for first, last in months for channel in ("search", "social")
    ]
    return lines(cuts, [marketing_cost, new_customers, cac])


def beginning(world: World) -> list[Line]:
    """Adverts are known from February on: January's are not free, they are not known."""
    months = [(date(2024, 1, 1), date(2024, 1, 31)), (date(2024, 2, 1), date(2024, 2, 29)), (date(2024, 3, 1), date(2024, 3, 31))]
    return lines([(first, Cut(world, first, last)) for first, last in months], [spend, clicks, cpc, cost_per_order, new_customers])


def platforms(world: World) -> list[Line]:
    whole = Cut(world).during(date(2025, 7, 1), date(2025, 12, 31))
    names = ("google_ads", "linkedin_ads", "meta_ads", "tiktok_ads")
    return with_total(whole, split(whole, platform=names), [spend, impressions, clicks, ctr, cpc, cpm])


def devices(world: World) -> list[Line]:
    metrics = [sessions, buying_sessions, conversion_rate, pages_per_visit, not_engaged_bounce_rate]
    return with_total(Cut(world), split(Cut(world), device=("desktop", "mobile", "tablet")), metrics)


def landings(world: World) -> list[Line]:
    whole = Cut(world).during(*year(2025))
    metrics = [sessions, direct_traffic, landing_page_conversion_rate, single_page_bounce_rate]
    return with_total(whole, split(whole, landing=("/", "/guide", "/sale")), metrics)


def bestsellers(world: World) -> list[Line]:
    """The five that sell most, and all the others as one group of rows."""
    whole = Cut(world).during(*year(2025))
    names = sorted({row.product for row in whole.rows(world.lines)}, key=lambda name: (-product_sales(whole.where(product=name)), name))
    rest = Cut(world, whole.first, whole.last, test=lambda row: row.product not in names[:5])
    metrics = [product_sales, units, product_margin]
    return [*lines(split(whole, product=names[:5]), metrics, "group"), *lines([(None, rest)], metrics, "other")]


def margins(world: World) -> list[Line]:
    return with_total(Cut(world), split(Cut(world), country=COUNTRIES), [revenue, gross_profit, gross_margin])


def shares(world: World) -> list[Line]:
    """Tablets are left out, above and below the line; the channels together are the whole of a device."""
    whole = Cut(world).during(*year(2025))
    found = []
    for channel in CHANNELS:
        for device in ("desktop", "mobile", None):
            part, all_of_them = valid_sales(whole.where(channel=channel, device=device)), valid_sales(whole.where(device=device))
            if part:
                found.append((channel, device, part, divided(part, all_of_them)))
    return found


def weekdays(world: World) -> list[Line]:
    first, last = year(2025)
    cuts = [(n, Cut(world, first, min(last, world.as_of), test=lambda row, n=n: row.day.isoweekday() == n)) for n in range(1, 8)]
    return lines(cuts, [valid_orders, valid_sales])


def plans(world: World) -> list[Line]:
    metrics = [valid_sales, valid_orders, buyers, respondents, nps]
    return with_total(Cut(world), split(Cut(world), plan=("plus", "pro", None)), metrics)


def loyalty(world: World) -> list[Line]:
    return with_total(Cut(world), split(Cut(world), country=(*COUNTRIES, None)), [customers, repeat_customers, repurchase_rate])


def mails(world: World) -> list[Line]:
    return with_total(Cut(world), years_of(Cut(world)), [delivered, open_rate, human_open_rate, click_rate, unsubscribe_rate])


def pipeline(world: World) -> list[Line]:
    whole = Cut(world).during(*year(2025))
    metrics = [opportunities, mqls, sqls, close_rate_by_created, deals_won, won_amount, close_rate_by_closed, sales_cycle]
    return with_total(whole, split(whole, channel=CHANNELS), metrics)


def networks(world: World) -> list[Line]:
    metrics = [posts_shown, interactions, engagement_rate_by_impressions, net_new_followers]
    return with_total(Cut(world), split(Cut(world), network=("instagram", "linkedin", "tiktok")), metrics)


def quality(world: World) -> list[Line]:
    metrics = [hits, events, repeated_hits, late_orders, late_share, slowest_delay]
    return with_total(Cut(world), years_of(Cut(world)), metrics)


REPORTS = {
    report.__name__: report
    for report in (
        *(years, countries, channels, february, beginning, platforms, devices, bestsellers, margins, shares, weekdays),
        *(plans, loyalty, mails, pipeline, networks, quality, landings),
    )
}
