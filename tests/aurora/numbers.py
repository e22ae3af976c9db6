"""What Aurora's metrics come to, in plain Python. Comes in: a cut through the rows (from when to when, and which channel or country of
them). Goes out: a whole number, an exact amount, a ratio as a float, or None where nothing can be said.

Every number is counted from its rows for every cut, totals too; ratios are divided last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace as Row

from tests.aurora.rows import Table, World

Value = int | float | Decimal | None
ZERO = Decimal(0)
ADVERTS_BEGIN, ADVERTS_END = date(2024, 2, 1), date(2026, 3, 13)


@dataclass(frozen=True)
class Cut:
    """Rows from `first` to `last`, or all of them, also those without a day; `of`: the values that they must have."""

    world: World
    first: date | None = None
    last: date | None = None
    of: tuple[tuple[str, object], ...] = ()
    test: Callable[[Row], bool] | None = None

    def where(self, **of: object) -> Cut:
        """A part of this cut."""
        return replace(self, of=(*self.of, *of.items()))

    def during(self, first: date, last: date) -> Cut:
        """The same cut at another time, as far as today."""
        return replace(self, first=first, last=min(last, self.world.as_of))

    def rows(self, table: Table) -> list[Row]:
        return self.world.once((self, id(table)), lambda: [row for row in self._at_any_time(table) if self.takes(row)])

    def _at_any_time(self, table: Table) -> Iterable[Row]:
        return table.rows if self.first is None or self.last is None else table.between(self.first, self.last)

    def takes(self, row: Row) -> bool:
        """A column that a row does not have is no condition on it: the query was checked for that."""
        return all(getattr(row, name) == value for name, value in self.of) and (self.test is None or self.test(row))


Metric = Callable[[Cut], Value]


def divided(above: Value, below: Value) -> float | None:
    """In double precision; nothing where there is nothing to divide by."""
    if above is None or not below:
        return None
    return float(Fraction(above) / Fraction(below))


def ratio(above: Metric, below: Metric) -> Metric:
    return lambda cut: divided(above(cut), below(cut))


def growth(now: Value, then: Value) -> float | None:
    """(now - then) / then, where there was something before (S10)."""
    if now is None or then is None or then <= 0:
        return None
    return float((Fraction(now) - Fraction(then)) / Fraction(then))


def percentile(values: list[float], share: Fraction) -> float | None:
    """On the straight line between the two neighbours."""
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * float(place - low)


# ---------------------------------------------------------------- the shop


def valid_sales(cut: Cut) -> Decimal:
    return sum((row.net for row in cut.rows(cut.world.orders) if row.valid), ZERO)


def refunds(cut: Cut) -> Decimal:
    dated = (row for row in cut.rows(cut.world.refunds) if row.refunded_on is not None and row.refunded_on <= cut.world.as_of)
    return sum((row.refunded for row in dated if row.valid), ZERO)


def revenue(cut: Cut) -> Decimal:
    return valid_sales(cut) - refunds(cut)


def valid_orders(cut: Cut) -> int:
    return sum(row.valid for row in cut.rows(cut.world.orders))


aov = ratio(revenue, valid_orders)


def buyers(cut: Cut) -> int:
    return len({row.customer for row in cut.rows(cut.world.orders) if row.valid and row.customer is not None})


arpu = ratio(revenue, buyers)


def new_customers(cut: Cut) -> int:
    return len({row.customer for row in cut.rows(cut.world.orders) if row.first})


def planned_revenue(cut: Cut) -> Decimal:
    return sum((row.amount for row in cut.rows(cut.world.planned)), ZERO)


attainment = ratio(revenue, planned_revenue)


def product_sales(cut: Cut) -> Decimal:
    return sum((row.value for row in cut.rows(cut.world.lines)), ZERO)


def cost_of_goods(cut: Cut) -> Decimal:
    return sum((row.cost for row in cut.rows(cut.world.lines)), ZERO)


def units(cut: Cut) -> int:
    return sum(row.pieces for row in cut.rows(cut.world.lines))


def gross_profit(cut: Cut) -> Decimal:
    return revenue(cut) - cost_of_goods(cut)


gross_margin = ratio(gross_profit, revenue)
product_margin = ratio(lambda cut: product_sales(cut) - cost_of_goods(cut), product_sales)


def customers(cut: Cut) -> int:
    return sum(row.made >= 1 for row in cut.rows(cut.world.cohorts))


def repeat_customers(cut: Cut) -> int:
    return sum(row.made >= 2 for row in cut.rows(cut.world.cohorts))


repurchase_rate = ratio(repeat_customers, customers)

# ---------------------------------------------------------------- advertising


def _landed(cut: Cut, value: int | Decimal) -> int | Decimal | None:
    """Nothing is zero, but for days of which the adverts are not known (S5)."""
    outside = cut.last is not None and cut.first is not None and (cut.last < ADVERTS_BEGIN or cut.first > ADVERTS_END)
    return None if outside and not value else value


def spend(cut: Cut) -> Value:
    return _landed(cut, sum((row.cost for row in cut.rows(cut.world.adverts)), ZERO))


def impressions(cut: Cut) -> Value:
    return _landed(cut, sum(row.shown for row in cut.rows(cut.world.adverts)))


def clicks(cut: Cut) -> Value:
    return _landed(cut, sum(row.clicks for row in cut.rows(cut.world.adverts)))


def marketing_cost(cut: Cut) -> Value:
    media = spend(cut)
    return None if media is None else media + sum((row.amount for row in cut.rows(cut.world.costs)), ZERO)


def paid_sales(cut: Cut) -> Decimal:
    return sum((row.net for row in cut.rows(cut.world.orders) if row.valid and row.channel in ("search", "social")), ZERO)


def cpm(cut: Cut) -> Value:
    cost = spend(cut)
    return divided(None if cost is None else 1000 * cost, impressions(cut))


ctr, cpc = ratio(clicks, impressions), ratio(spend, clicks)
cost_per_order = ratio(spend, valid_orders)
cac, roas = ratio(marketing_cost, new_customers), ratio(paid_sales, spend)


def roi(cut: Cut) -> float | None:
    cost = marketing_cost(cut)
    return None if cost is None else divided(gross_profit(cut) - Decimal(cost), cost)


# ---------------------------------------------------------------- web


def sessions(cut: Cut) -> int:
    return len(cut.rows(cut.world.sessions))


def visitors(cut: Cut) -> int:
    return len({row.visitor for row in cut.rows(cut.world.sessions)})


def page_views(cut: Cut) -> int:
    return sum(row.pages for row in cut.rows(cut.world.sessions))


def buying_sessions(cut: Cut) -> int:
    return sum(row.buys for row in cut.rows(cut.world.sessions))


def not_engaged(cut: Cut) -> int:
    return sum(not row.engaged for row in cut.rows(cut.world.sessions))


def direct_traffic(cut: Cut) -> int:
    return sum(row.channel == "direct" for row in cut.rows(cut.world.sessions))


def _landed_on_adverts(cut: Cut) -> list[Row]:
    return [row for row in cut.rows(cut.world.sessions) if row.landing in ("/sale", "/guide")]


landing_page_conversion_rate = ratio(lambda cut: sum(row.buys for row in _landed_on_adverts(cut)), lambda cut: len(_landed_on_adverts(cut)))
single_page_bounce_rate = ratio(lambda cut: sum(row.pages == 1 for row in cut.rows(cut.world.sessions)), sessions)
conversion_rate, pages_per_visit = ratio(buying_sessions, sessions), ratio(page_views, sessions)
not_engaged_bounce_rate = ratio(not_engaged, sessions)


def hits(cut: Cut) -> int:
    return len(cut.rows(cut.world.hits))


def events(cut: Cut) -> int:
    return len(cut.rows(cut.world.events))


repeated_hits = ratio(lambda cut: hits(cut) - events(cut), hits)


def late_orders(cut: Cut) -> int:
    return sum(row.delay > timedelta(days=2) for row in cut.rows(cut.world.orders))


def slowest_delay(cut: Cut) -> float | None:
    return percentile([row.delay / timedelta(days=1) for row in cut.rows(cut.world.orders)], Fraction(99, 100))


late_share = ratio(late_orders, lambda cut: len(cut.rows(cut.world.orders)))

# ---------------------------------------------------------------- answers, mails, deals, networks


def _latest(cut: Cut) -> list[Row]:
    """The last answer of each customer in the time of the cut, and only then those of the cut (S19)."""
    last: dict[int, Row] = {}
    for row in replace(cut, of=(), test=None).rows(cut.world.answers):
        known = last.get(row.who)
        if known is None or (row.day, row.key) > (known.day, known.key):
            last[row.who] = row
    return [row for row in last.values() if cut.takes(row)]


def respondents(cut: Cut) -> int:
    return len(_latest(cut))


def promoters(cut: Cut) -> int:
    return sum(row.score >= 9 for row in _latest(cut))


def detractors(cut: Cut) -> int:
    return sum(row.score <= 6 for row in _latest(cut))


nps = ratio(lambda cut: 100 * (promoters(cut) - detractors(cut)), respondents)


def delivered(cut: Cut) -> int:
    return len(cut.rows(cut.world.mails))


def _mails(what: str) -> Metric:
    return ratio(lambda cut: sum(getattr(row, what) for row in cut.rows(cut.world.mails)), delivered)


open_rate, human_open_rate, click_rate, unsubscribe_rate = _mails("opened"), _mails("human"), _mails("clicked"), _mails("left")


def opportunities(cut: Cut) -> int:
    return len(cut.rows(cut.world.deals))


def _entered(stage: str) -> Callable[[Cut], int]:
    return lambda cut: len(cut.rows(cut.world.entries[stage]))


mqls, sqls, deals_won, deals_lost = _entered("mql"), _entered("sql"), _entered("won"), _entered("lost")


def won_amount(cut: Cut) -> Decimal:
    return sum((row.amount for row in cut.rows(cut.world.entries["won"])), ZERO)


def sales_cycle(cut: Cut) -> float | None:
    return percentile([(row.won - row.day).days for row in cut.rows(cut.world.entries["won"])], Fraction(1, 2))


close_rate_by_created = ratio(lambda cut: sum(row.won is not None for row in cut.rows(cut.world.deals)), opportunities)
close_rate_by_closed = ratio(deals_won, lambda cut: deals_won(cut) + deals_lost(cut))


def posts_shown(cut: Cut) -> int:
    return sum(row.shown for row in cut.rows(cut.world.networks))


def interactions(cut: Cut) -> int:
    return sum(row.interactions for row in cut.rows(cut.world.networks))


def followers_gained(cut: Cut) -> int:
    return sum(row.gained for row in cut.rows(cut.world.networks))


def net_new_followers(cut: Cut) -> int:
    return followers_gained(cut) - sum(row.lost for row in cut.rows(cut.world.networks))


engagement_rate_by_impressions = ratio(interactions, posts_shown)
