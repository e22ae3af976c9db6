"""Aurora's files as plain Python rows: what the sources of the example say, said once more without the language.

Nothing here knows kpidsl. Comes in: the folder with the CSV files and the day that is today. Goes out: tables of rows, each sorted by the
day on which it counts in Rome, with later rows left out.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace as Row
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
NATIONS = {"Italy": "IT", "Germany": "DE", "France": "FR", "Austria": "AT"}

Hit = namedtuple("Hit", "event_id session_id visitor_id at name page product_id channel device country order_id")


def day_of(moment: str) -> date:
    """The day in Rome of a moment in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ROME).date()


def maybe_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass
class Table:
    """Rows by the day on which they count; a row without one is in `rows` and in no period."""

    rows: list[Row]
    when: Callable[[Row], date | None] = lambda row: row.day
    dated: list[tuple[date, Row]] = field(init=False)

    def __post_init__(self) -> None:
        known = ((self.when(row), row) for row in self.rows)
        self.dated = sorted(((day, row) for day, row in known if day is not None), key=lambda pair: pair[0])

    def between(self, first: date, last: date) -> Iterator[Row]:
        """The rows from one day to another, both included."""
        low = bisect_left(self.dated, first, key=lambda pair: pair[0])
        high = bisect_right(self.dated, last, key=lambda pair: pair[0])
        return (row for _, row in self.dated[low:high])


@dataclass(eq=False)
class World:
    """All tables, as they are known on the day `as_of`."""

    folder: Path
    as_of: date
    kept: dict[object, list[Row]] = field(default_factory=dict)

    def once(self, key: object, rows: Callable[[], list[Row]]) -> list[Row]:
        """Rows that several numbers are counted from."""
        if key not in self.kept:
            self.kept[key] = rows()
        return self.kept[key]

    def read(self, name: str) -> Iterator[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def seen(self, rows: Iterable[Row]) -> list[Row]:
        """Only what has happened by today."""
        return [row for row in rows if row.day <= self.as_of]

    # ------------------------------------------------------------ the shop

    @cached_property
    def orders(self) -> Table:
        rows = (
            Row(
                key=int(r["order_id"]),
                day=day_of(r["ordered_at"]),
                customer=int(r["customer_id"]) if r["customer_id"] else None,
                channel=r["channel"] or None,
                device=r["device"] or None,
                country=r["country"] or None,
                valid=r["status"] not in ("cancelled", "test"),
                net=Decimal(r["net_amount"]),
                refunded=Decimal(r["refunded"] or 0),
                refunded_on=maybe_day(r["refunded_on"]),
                delay=datetime.fromisoformat(r["loaded_at"]) - datetime.fromisoformat(r["ordered_at"]),
            )
            for r in self.read("orders")
        )
        table = Table(self.seen(rows))
        for row in table.rows:
            row.plan = self.plan_of(row.customer, row.day)
            row.first = row.valid and row.customer in self.customers and row.day == self.first_orders[row.customer][0]
        return table

    @cached_property
    def refunds(self) -> Table:
        return Table(self.orders.rows, lambda row: row.refunded_on)

    @cached_property
    def first_orders(self) -> dict[int, list[date]]:
        """The days on which each customer ordered, without repeats, the first one first; only orders that stand."""
        days: dict[int, set[date]] = defaultdict(set)
        for r in self.read("orders"):
            day = day_of(r["ordered_at"])
            if r["customer_id"] and r["status"] not in ("cancelled", "test") and day <= self.as_of:
                days[int(r["customer_id"])].add(day)
        return {customer: sorted(found) for customer, found in days.items()}

    @cached_property
    def orders_made(self) -> dict[int, int]:
        made: dict[int, int] = defaultdict(int)
        for row in self.orders.rows:
            made[row.customer] += row.valid
        return made

    @cached_property
    def lines(self) -> Table:
        orders = {row.key: row for row in self.orders.rows}
        products = {r["product_id"]: r for r in self.read("products")}
        rows = []
        for r in self.read("order_lines"):
            order = orders.get(int(r["order_id"]))
            if order is not None and order.valid:
                pieces = int(r["quantity"])
                value, cost = pieces * Decimal(r["unit_price"]), pieces * Decimal(r["unit_cost"])
                product = products[r["product_id"]]["name"]
                rows.append(Row(day=order.day, country=order.country, product=product, pieces=pieces, value=value, cost=cost))
        return Table(rows)

    @cached_property
    def goods(self) -> dict[int, Decimal]:
        """What the goods of each order cost."""
        cost: dict[int, Decimal] = defaultdict(Decimal)
        for r in self.read("order_lines"):
            cost[int(r["order_id"])] += int(r["quantity"]) * Decimal(r["unit_cost"])
        return cost

    @cached_property
    def customers(self) -> dict[int, Row]:
        return {
            int(r["customer_id"]): Row(key=int(r["customer_id"]), country=r["country"] or None, day=date.fromisoformat(r["created_on"]))
            for r in self.read("customers")
        }

    @cached_property
    def cohorts(self) -> Table:
        """Customers by the day of their first order, with that of their second."""
        rows = []
        for key, customer in self.customers.items():
            first, second, *_ = *self.first_orders.get(key, ()), None, None
            rows.append(Row(key=key, country=customer.country, day=first, second=second, made=self.orders_made.get(key, 0)))
        return Table(rows)

    @cached_property
    def memberships(self) -> list[Row]:
        rows = (
            Row(
                key=int(r["membership_id"]),
                customer=int(r["customer_id"]),
                plan=r["plan"],
                fee=Decimal(r["monthly_fee"]),
                day=date.fromisoformat(r["valid_from"]),
                end=maybe_day(r["valid_to"]),
            )
            for r in self.read("memberships")
        )
        return self.seen(rows)

    @cached_property
    def memberships_of(self) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.memberships:
            found[row.customer].append(row)
        return found

    def plan_of(self, customer: int | None, day: date) -> str | None:
        """The plan of somebody who is in the list of customers: of several at once the one that began last."""
        if customer is None or customer not in self.customers:
            return None
        open_then = [m for m in self.memberships_of.get(customer, ()) if m.day <= day and (m.end is None or day < m.end)]
        return max(open_then, key=lambda m: (m.day, m.key)).plan if open_then else None

    @cached_property
    def planned(self) -> Table:
        rows = (
            Row(day=date.fromisoformat(r["month"]), country=r["country"], amount=Decimal(r["amount"])) for r in self.read("plan_revenue")
        )
        return Table(self.seen(rows))

    # ------------------------------------------------------------ web

    @cached_property
    def hits(self) -> Table:
        days: dict[str, date] = {}
        rows = []
        with (self.folder / "web_events.csv").open(encoding="utf-8", newline="") as file:
            for hit in map(Hit._make, csv.reader(file)):
                hour = hit.at[:13]
                if hour not in days:
                    days[hour] = date.max if hit.at == "at" else day_of(hit.at)
                if days[hour] <= self.as_of:
                    rows.append(Row(day=days[hour], hit=hit))
        return Table(rows)

    @cached_property
    def events(self) -> Table:
        return Table(list({row.hit.event_id: row for row in self.hits.rows}.values()))

    @cached_property
    def sessions(self) -> Table:
        found: dict[str, list[Hit]] = defaultdict(list)
        for row in self.events.rows:
            found[row.hit.session_id].append(row.hit)
        rows = []
        for hits in found.values():
            names = [hit.name for hit in hits]
            start, end = min(hit.at for hit in hits), max(hit.at for hit in hits)
            pages, buys = names.count("page_view"), "purchase" in names
            lasting = datetime.fromisoformat(end) - datetime.fromisoformat(start) >= timedelta(seconds=10)
            rows.append(
                Row(
                    day=day_of(start),
                    visitor=hits[0].visitor_id,
                    device=hits[0].device or None,
                    channel=hits[0].channel or None,
                    landing=min(hits, key=lambda hit: (hit.at, -int(hit.event_id))).page,
                    pages=pages,
                    buys=buys,
                    engaged=pages >= 2 or buys or lasting,
                )
            )
        return Table(rows)

    # ------------------------------------------------------------ advertising

    @cached_property
    def adverts(self) -> Table:
        return Table(self.seen([*self._google(), *self._meta(), *self._linkedin(), *self._tiktok()]))

    def _google(self) -> Iterator[Row]:
        for r in self.read("google_ads"):
            yield self._advert("google_ads", r["segments_date"], r["geo_country"], "search", Decimal(r["cost_micros"]) / 1_000_000, r)

    def _meta(self) -> Iterator[Row]:
        for r in self.read("meta_ads"):
            yield self._advert("meta_ads", r["date_start"], NATIONS[r["country"]], "social", Decimal(r["spend"]), r)

    def _linkedin(self) -> Iterator[Row]:
        """Dollars at the rate of their day, or of the last one before."""
        prices = sorted((date.fromisoformat(r["day"]), Decimal(r["price"])) for r in self.read("fx") if r["currency"] == "USD")
        for r in self.read("linkedin_ads"):
            price = prices[bisect_right(prices, (date.fromisoformat(r["day"]), Decimal(99))) - 1][1]
            yield self._advert("linkedin_ads", r["day"], r["geo"].split(":")[3], "social", Decimal(r["cost_in_usd"]) * price, r)

    def _tiktok(self) -> Iterator[Row]:
        for r in self.read("tiktok_ads"):
            eight = r["stat_day"]
            day = f"{eight[:4]}-{eight[4:6]}-{eight[6:]}"
            yield self._advert("tiktok_ads", day, r["country_code"].upper(), "social", Decimal(r["spend"]), r)

    def _advert(self, platform: str, day: str, country: str, channel: str, cost: Decimal, r: dict[str, str]) -> Row:
        shown, clicks = int(r["impressions"]), int(r["clicks"])
        return Row(platform=platform, day=date.fromisoformat(day), country=country, channel=channel, cost=cost, shown=shown, clicks=clicks)

    @cached_property
    def costs(self) -> Table:
        return Table(self.seen(self._amount(r, channel=r["channel"]) for r in self.read("marketing_costs")))

    def _amount(self, r: dict[str, str], **more: str) -> Row:
        return Row(day=date.fromisoformat(r["month"]), amount=Decimal(r["amount"]), **more)

    # ------------------------------------------------------------ mails, answers, deals, followers

    @cached_property
    def mails(self) -> Table:
        rows = (
            Row(
                day=day_of(r["sent_at"]),
                opened=bool(r["opened_at"]),
                human=bool(r["opened_at"]) and r["opened_by_machine"] != "true",
                clicked=bool(r["clicked_at"]),
                left=bool(r["unsubscribed_at"]),
            )
            for r in self.read("email_sends")
            if r["delivered"] == "true"
        )
        return Table(self.seen(rows))

    @cached_property
    def answers(self) -> Table:
        rows = []
        for r in self.read("answers"):
            who, day = int(r["customer_id"]), date.fromisoformat(r["answered_on"])
            known = self.customers.get(who)
            country = known.country if known is not None else None
            rows.append(Row(key=int(r["answer_id"]), who=who, day=day, score=int(r["score"]), country=country, plan=self.plan_of(who, day)))
        return Table(self.seen(rows))

    @cached_property
    def deals(self) -> Table:
        """Deals by the day on which they were opened, with the first day on which each entered a stage."""
        entered: dict[tuple[str, str], date] = {}
        for r in self.read("deal_stages"):
            day = date.fromisoformat(r["entered_on"])
            if day <= self.as_of:
                at = (r["deal_id"], r["stage"])
                entered[at] = min(day, entered.get(at, day))
        rows = (
            Row(
                day=date.fromisoformat(r["opened_on"]),
                channel=r["channel"] or None,
                amount=Decimal(r["amount"]),
                **{stage: entered.get((r["deal_id"], stage)) for stage in ("mql", "sql", "won", "lost")},
            )
            for r in self.read("deals")
        )
        return Table(self.seen(rows))

    @cached_property
    def entries(self) -> dict[str, Table]:
        """For each stage the deals that entered it, by the day on which they first did."""
        names = ("mql", "sql", "won", "lost")
        return {name: Table([row for row in self.deals.rows if getattr(row, name)], attrgetter(name)) for name in names}

    @cached_property
    def networks(self) -> Table:
        rows = (
            Row(
                network=r["network"],
                day=date.fromisoformat(r["day"]),
                followers=int(r["followers"]),
                gained=int(r["gained"]),
                lost=int(r["lost"]),
                shown=int(r["impressions"]),
                interactions=int(r["interactions"]),
            )
            for r in self.read("social_days")
        )
        return Table(self.seen(rows))
