"""Aurora's data: an online shop from 1 January 2024 to 15 March 2026, made up, about 300,000 rows in CSV files under `data/`.

    python examples/aurora/generate.py [FOLDER]

Nothing but Python is needed. The same rows come out on every machine and every Python from 3.11 on: all chance is
`random.Random(…).random()`, all money is counted in cents, and nothing asks the machine's mathematics library. Files are written anew only
where they are missing or this file has changed; each appears at once and whole. The flaws are planted on purpose: README.md lists them.
"""

from __future__ import annotations

import hashlib
import os
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

FIRST, LAST = date(2024, 1, 1), date(2026, 3, 15)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
MONTHS = [date(year, month, 1) for year in (2024, 2025, 2026) for month in range(1, 13)]

# how much is sold in each month of the year and on each day of the week, Monday first
SEASON = (0.84, 0.86, 0.92, 0.95, 0.97, 0.9, 0.82, 0.7, 0.98, 1.06, 1.42, 1.55)
WEEK = (1.12, 1.06, 1.02, 0.98, 0.96, 0.82, 1.04)

Purchase = tuple[int, int, int | str, str, str, str]  # second, order, customer, channel, device, country; no order: a visit
Odds = list[tuple[str, int]]  # names with their shares in whole numbers: sums of fractions differ between Pythons
COUNTRIES: Odds = [("IT", 52), ("DE", 24), ("FR", 15), ("AT", 9)]
NEW_FROM: Odds = [("search", 40), ("social", 25), ("direct", 17), ("referral", 10), ("email", 5), ("", 3)]
BACK_FROM: Odds = [("email", 34), ("direct", 32), ("search", 20), ("social", 8), ("referral", 3), ("", 3)]
VISITS_FROM: Odds = [("search", 38), ("social", 27), ("direct", 18), ("referral", 8), ("email", 6), ("", 3)]
BUY_ON: Odds = [("desktop", 59), ("mobile", 34), ("tablet", 7)]
VISIT_ON: Odds = [("mobile", 66), ("desktop", 29), ("tablet", 5)]

PRODUCTS: list[tuple[str, str, int, int]] = [  # name, category, price and cost in cents
    ("Arc lamp", "Lighting", 18900, 9100),
    ("Desk lamp", "Lighting", 5900, 2500),
    ("Pendant", "Lighting", 9900, 4300),
    ("Candle set", "Scent", 2400, 800),
    ("Diffuser", "Scent", 3900, 1500),
    ("Linen throw", "Textiles", 6900, 3200),
    ("Wool blanket", "Textiles", 11900, 6200),
    ("Cushion", "Textiles", 2900, 1200),
    ("Vase", "Ceramics", 4500, 1900),
    ("Mug pair", "Ceramics", 2600, 1000),
    ("Serving plate", "Ceramics", 4900, 2100),
    ("Wall clock", "Decor", 7900, 3700),
]
PLANS: dict[str, int] = {"plus": 490, "pro": 990}  # the monthly fee in cents


class Chance:
    """The only source of chance: one for each table, so that a change in one leaves the others as they are."""

    def __init__(self, seed: int) -> None:
        self.next: Callable[[], float] = Random(seed).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return int(self.next() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def around(self, mean: float) -> int:
        """A count of about `mean`: up to a third more or less."""
        return int(mean * (0.67 + 0.66 * self.next()) + self.next())

    def one_of(self, odds: Odds) -> str:
        """One of the names, each as often as its share says."""
        left = self.below(sum(share for _, share in odds))
        for name, share in odds:
            left -= share
            if left < 0:
                return name
        return odds[-1][0]


def season(day: date) -> float:
    """How busy a day is: the month, the weekday, and a shop that grows by about a fifth each year."""
    return SEASON[day.month - 1] * WEEK[day.weekday()] * (1 + 0.2 * (day - FIRST).days / 365)


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def clock(day: date, second: int) -> str:
    """A moment in UTC; seconds beyond the day's end are its last one."""
    second = min(second, 86399)
    return f"{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def awake(chance: Chance) -> int:
    """A second of the day, UTC, mostly in the afternoon and evening: the last hour is the next day in Rome."""
    return int(18000 + 68400 * (0.35 + 0.65 * chance.next()) * (0.2 + 0.8 * chance.next()))


# ---------------------------------------------------------------- the shop: customers, orders and their lines, memberships


class Shop:
    """Customers and orders, day by day. Other tables ask it who has bought what."""

    def __init__(self) -> None:
        self.chance = Chance(1)
        self.customers: list[tuple[date, str]] = []  # the day of the first order and the country; the id is the place in the list + 1
        self.orders: list[str] = []
        self.lines: list[str] = []
        self.seen: dict[date, list[Purchase]] = {day: [] for day in DAYS}  # what web analytics sees of purchases
        for day in DAYS:
            for _ in range(self.chance.around(8.2 * season(day))):
                self._order(day)

    def _order(self, day: date) -> None:
        chance, number, second = self.chance, 10001 + len(self.orders), awake(self.chance)
        customer, country, channel = self._customer(day)
        device = chance.one_of(BUY_ON) if chance.next() < 0.95 else ""  # without a device: by telephone
        amount, luck = self._lines(number, channel), chance.next()
        status = "test" if luck < 0.012 else "cancelled" if luck < 0.055 else "shipped"
        shipped = day + timedelta(days=chance.between(1, 4) + (chance.between(3, 9) if chance.next() < 0.06 else 0))
        if status == "shipped" and shipped > LAST:
            status = "paid"
        refund, refunded = self._refund(status, shipped, amount)
        late = chance.between(3, 9) if channel == "referral" and chance.next() < 0.5 else 0  # partners send a list once a week
        loaded = clock(day + timedelta(days=late), second + 900)
        self.orders.append(
            f"{number},{clock(day, second)},{customer},{channel},{device},{country},{status},{money(amount)},{refund},{refunded},"
            f"{shipped if status == 'shipped' else ''},{loaded}"
        )
        if device and status != "test" and chance.next() < 0.3:  # three of ten buyers agree to be counted
            self.seen[day].append((second, number, customer, channel, device, country))

    def _customer(self, day: date) -> tuple[int | str, str, str]:
        """Who orders (nobody known, a new customer or one who comes back), from which country and channel."""
        chance = self.chance
        mails = (day.year, day.month) != (2025, 8)  # no mailing in August 2025, so nobody comes from one
        if len(self.customers) > 40 and chance.next() < 0.36:
            recent = len(self.customers) - 1 - int(len(self.customers) * chance.next() * chance.next())
            return recent + 1, self.customers[recent][1], chance.one_of(BACK_FROM if mails else BACK_FROM[1:])
        dear = (day.year, day.month) == (2026, 2)  # the month in which social adverts stop working
        odds = [(name, share // 2 if dear and name == "social" else share) for name, share in NEW_FROM if mails or name != "email"]
        country, channel = chance.one_of(COUNTRIES), chance.one_of(odds)
        if chance.next() < 0.015:
            return "", country, channel  # a guest
        self.customers.append((day, country))
        return len(self.customers), country, channel

    def _lines(self, number: int, channel: str) -> int:
        """The lines of an order; its amount in cents."""
        chance, amount = self.chance, 0
        for line in range(1, 2 + chance.below(3)):
            at = int(len(PRODUCTS) * chance.next() * (0.4 + 0.6 * chance.next()))
            pieces = 1 + (chance.next() < 0.25) + (chance.next() < 0.05)
            percent = 10 if channel == "email" else 20 if chance.next() < 0.08 else 0
            price, cost = PRODUCTS[at][2] * (100 - percent) // 100, PRODUCTS[at][3]
            self.lines.append(f"{number},{line},{100 + at},{pieces},{money(price)},{money(cost)}")
            amount += pieces * price
        return amount

    def _refund(self, status: str, shipped: date, amount: int) -> tuple[str, str]:
        """Some of what was shipped comes back, later; a third of that only in part."""
        chance = self.chance
        back, share = shipped + timedelta(days=chance.between(2, 25)), 1 if chance.next() < 0.67 else 2
        if status != "shipped" or chance.next() > 0.07 or back > LAST:
            return "", ""
        return money(amount // share), str(back)

    def before(self, day: date) -> int:
        """How many customers there are when a day begins."""
        return bisect_left(self.customers, (day, ""))

    def customer_rows(self) -> Iterator[str]:
        """One row each, but for accounts that were erased on request: their orders are still there."""
        chance = Chance(2)
        for number, (day, country) in enumerate(self.customers, 1):
            told = country if chance.next() < 0.97 else ""
            if chance.next() > 0.008:
                yield f"{number},Customer {number},c{number}@example.org,{told},{day}"

    def membership_rows(self) -> Iterator[str]:
        """Every fourth customer takes a plan; many change it later. A few old plans were closed after the new one had begun."""
        chance, number = Chance(3), 0
        for customer, (day, _) in enumerate(self.customers, 1):
            if chance.next() > 0.27:
                continue
            start, plan = day + timedelta(days=chance.below(45)), chance.one_of([("plus", 75), ("pro", 25)])
            while start <= LAST:
                end = start + timedelta(days=chance.between(40, 500))
                number += 1
                overlap = timedelta(days=chance.between(3, 10) if chance.next() < 0.06 else 0)
                yield f"{number},{customer},{plan},{money(PLANS[plan])},{start},{end + overlap if end + overlap <= LAST else ''}"
                if chance.next() > 0.4:
                    break
                gap = timedelta(days=0 if overlap or chance.next() < 0.8 else chance.between(10, 90))
                start, plan = end + gap, "pro" if plan == "plus" else "plus"


# ---------------------------------------------------------------- web analytics


def web_events(shop: Shop) -> Iterator[str]:
    """What visitors do, in UTC. The tag fires twice now and then: those rows are sent again, equal to the last letter."""
    chance, again = Chance(4), list[str]()
    number, session, newest = 0, 0, 1
    roll, below, one_of = chance.next, chance.below, chance.one_of
    for day in DAYS:
        channels = VISITS_FROM if (day.year, day.month) != (2025, 8) else [c for c in VISITS_FROM if c[0] != "email"]
        visits: list[Purchase] = [(awake(chance), 0, 0, "", "", "") for _ in range(chance.around(78 * season(day)))]
        for second, order, customer, channel, device, country in visits + shop.seen[day]:
            session += 1
            if order:
                visitor = 1_000_000 + int(customer or session)
            else:
                channel, device, country = one_of(channels), one_of(VISIT_ON), one_of(COUNTRIES)
                newest += roll() < 0.6
                visitor = newest - below(min(newest, 3000)) if roll() < 0.4 else newest
            product = 100 + below(len(PRODUCTS))
            steps = [("page_view", "/sale" if channel == "social" else "/" if roll() < 0.7 else "/guide", "")]
            while roll() < 0.5 and len(steps) < 7:
                steps.append(("page_view", f"/c/{below(5)}", ""))
            if order or roll() < 0.45:
                steps.append(("view_item", f"/p/{product}", str(product)))
                if order or roll() < (0.16 if device == "desktop" else 0.09):
                    steps.append(("add_to_cart", f"/p/{product}", str(product)))
            if order:
                steps.append(("purchase", "/thanks", ""))
            for name, page, item in steps:
                number += 1
                row = (
                    f"{number},{session},{visitor},{clock(day, second)},{name},{page},{item},{channel},{device},{country},"
                    f"{order if name == 'purchase' else ''}"
                )
                yield row
                if roll() < 0.007:
                    again.append(row)
                second += 5 + below(90)
    yield from again


# ---------------------------------------------------------------- advertising: each platform lands its own way


def adverts(seed: int, cents: int, per_thousand: int, clicks: float, dear: int = 100) -> Iterator[tuple[date, str, int, int, int]]:
    """Day, country, cost in cents, impressions and clicks of a campaign of about `cents` a day. `dear`: per cent spent in February 2026."""
    chance = Chance(seed)
    for day in DAYS[31:-2]:  # adverts are landed since February 2024, and with two days' delay
        for country, share in COUNTRIES:
            cost = int(cents * share // 100 * (0.4 + 0.6 * season(day)) * (0.75 + 0.5 * chance.next()))
            cost = cost * dear // 100 if (day.year, day.month) == (2026, 2) else cost
            shown = cost * 1000 // (per_thousand * chance.between(85, 115) // 100)
            yield day, country, cost, shown, int(shown * clicks * (0.8 + 0.4 * chance.next()))


def google_rows() -> Iterator[str]:
    """Cost in millionths of a euro. The third campaign was begun in 2025."""
    campaigns = [("Brand", 31, 2600, 800, 0.018), ("Generic", 32, 5600, 900, 0.011), ("Shopping", 33, 3100, 700, 0.009)]
    for number, (name, seed, cents, thousand, rate) in enumerate(campaigns, 7001):
        for day, country, cost, shown, clicked in adverts(seed, cents, thousand, rate):
            if name != "Shopping" or day.year > 2024:
                yield f"{day},{number},{name},{country},{cost * 10000 + shown},{shown},{clicked},{clicked // 30}"


def meta_rows() -> Iterator[str]:
    """Names of countries; all clicks and link clicks beside each other; a reach that cannot be added up."""
    names = {"IT": "Italy", "DE": "Germany", "FR": "France", "AT": "Austria"}
    for name, seed, cents in [("Prospecting", 34, 3000), ("Retargeting", 35, 1200)]:
        for day, country, cost, shown, clicked in adverts(seed, cents, 650, 0.009, dear=180):
            yield f"{day},{name},{names[country]},{money(cost)},{shown},{shown * 6 // 10},{clicked},{clicked * 7 // 10}"


def linkedin_rows() -> Iterator[str]:
    """Cost in US dollars, working days only."""
    for day, country, cost, shown, clicked in adverts(36, 1100, 2800, 0.006):
        if day.weekday() < 5:
            yield f"{day},Corporate gifts,urn:li:geo:{country},{money(cost)},{shown},{clicked}"


def tiktok_rows() -> Iterator[str]:
    """Since March 2025. Days as eight digits, countries in small letters."""
    for day, country, cost, shown, clicked in adverts(37, 1300, 420, 0.007, dear=180):
        if day >= date(2025, 3, 1):
            yield f"{day:%Y%m%d},{country.lower()},Videos,{money(cost)},{shown},{clicked},{clicked * 2}"


def fx_rows() -> Iterator[str]:
    """What a dollar costs in euros, on working days."""
    chance, dollar = Chance(5), 9050
    for day in (FIRST - timedelta(days=3), *DAYS):
        dollar += chance.between(-25, 25) + (1 if dollar < 9000 else -1)
        if day.weekday() < 5:
            yield f"{day},USD,{dollar / 10000:.4f}"


def cost_rows() -> Iterator[str]:
    """What marketing costs beside the adverts, by month and channel."""
    for month in MONTHS:
        if month <= LAST:
            for channel, kind, cents in [("search", "agency", 52000), ("social", "agency", 24000), ("social", "content", 18000)]:
                yield f"{month},{channel},{kind},{money(cents + 2000 * (month.year - 2024))}"
            yield f"{month},email,tools,{money(19000)}"


# ---------------------------------------------------------------- mail, survey, CRM, followers, plan


def mail_rows(shop: Shop) -> Iterator[str]:
    """Every second Tuesday to part of the readers; none in August 2025. Apple's programs open mails that nobody reads."""
    chance, number, gone = Chance(6), 0, set[int]()
    for at, day in enumerate(DAYS[1::14], 1):
        if (day.year, day.month) == (2025, 8):
            continue
        readers = shop.before(day)
        for _ in range(min(readers, 260 + 19 * at)):
            customer = 1 + chance.below(readers)
            number += 1
            second = 25200 + chance.below(1800)
            delivered = chance.next() < 0.975 and customer not in gone
            machine = delivered and chance.next() < 0.22
            human = delivered and chance.next() < 0.24
            click = human and chance.next() < 0.18
            leave = delivered and chance.next() < 0.0035
            if leave:
                gone.add(customer)
            opened = clock(day, second + (60 if machine else 3000)) if machine or human else ""
            yield (
                f"{number},m{at:02d},{clock(day, second)},{customer},{'true' if delivered else 'false'},{opened},"
                f"{'true' if machine and not human else 'false'},{clock(day, second + 4000) if click else ''},"
                f"{clock(day, second + 5000) if leave else ''}"
            )


def answer_rows(shop: Shop) -> Iterator[str]:
    """0 to 10: would they recommend the shop? Asked since June 2024; some answer again and again."""
    chance, number = Chance(7), 0
    for day in DAYS[152:]:
        known = shop.before(day)
        for _ in range(chance.around(3.3)):
            number += 1
            customer = 1 + (chance.below(120) if chance.next() < 0.25 else chance.below(known))
            score = chance.one_of([("10", 27), ("9", 24), ("8", 18), ("7", 11), ("6", 7), ("5", 5), ("3", 5), ("0", 3)])
            yield f"{number},{customer},{day},{score}"


def crm_rows() -> tuple[list[str], list[str]]:
    """Deals of corporate gifts and every stage that each entered, some of them twice."""
    chance, deals, stages = Chance(8), list[str](), list[str]()
    for day in DAYS:
        for _ in range(chance.around(1.25) if day.weekday() < 5 else 0):
            number = 501 + len(deals)
            country = chance.one_of(COUNTRIES)
            channel = chance.one_of([("social", 34), ("referral", 26), ("search", 25), ("email", 10), ("", 5)])
            amount = money(1000 * chance.between(30, 900))
            deals.append(f"{number},Firm {number},buyer{number}@example.com,{day},{country},{channel},{amount}")
            path = ["lead"]
            for stage, odds in [("mql", 72), ("sql", 66), ("proposal", 70)]:
                if chance.below(100) >= odds:
                    break
                path.append(stage)
                if stage == "sql" and chance.next() < 0.12:
                    path += ["mql", "sql"]  # sent back once, and accepted again
            if chance.next() < 0.9:
                path.append("won" if path[-1] == "proposal" and chance.next() < 0.55 else "lost")
            entered = day
            for stage in path:
                if entered <= LAST:
                    stages.append(f"{len(stages) + 1},{number},{stage},{entered}")
                entered += timedelta(days=chance.between(2, 16))
    return deals, stages


def social_rows() -> Iterator[str]:
    """Followers of each network at the end of each day. Days are missing, the last of some months among them, and one whole month."""
    chance = Chance(9)
    for network, start, followers in [("instagram", 0, 8200), ("linkedin", 0, 1900), ("tiktok", 425, 40)]:
        for at, day in enumerate(DAYS[start:]):
            gained, lost = chance.around(followers / 400 + 2), chance.around(followers / 900)
            followers += gained - lost
            shown = chance.around(followers * 0.4)
            silent = chance.next() < 0.03 or (at % 4 == 0 and day.day >= 30)
            silent = silent or (network == "linkedin" and (day.year, day.month) == (2025, 6))
            if not silent:
                yield f"{network},{day},{followers},{gained},{lost},{shown},{chance.around(shown / 25)}"


def plan_rows() -> Iterator[str]:
    """What was planned, for each month and country up to the end of 2026."""
    for month in MONTHS:
        for country, share in COUNTRIES:
            euros = int(455 * share * SEASON[month.month - 1] * (1 + 0.22 * (month.year - 2024)))
            yield f"{month},{country},{money(100 * euros)}"


# ---------------------------------------------------------------- files


def tables() -> Iterator[tuple[str, str, Iterable[str]]]:
    """Each file's name, head and rows."""
    shop, (deals, stages) = Shop(), crm_rows()
    orders = "order_id,ordered_at,customer_id,channel,device,country,status,net_amount,refunded,refunded_on,shipped_on,loaded_at"
    yield "orders", orders, shop.orders
    yield "order_lines", "order_id,line,product_id,quantity,unit_price,unit_cost", shop.lines
    yield "products", "product_id,name,category", (f"{100 + at},{name},{group}" for at, (name, group, *_) in enumerate(PRODUCTS))
    yield "customers", "customer_id,name,email,country,created_on", shop.customer_rows()
    yield "memberships", "membership_id,customer_id,plan,monthly_fee,valid_from,valid_to", shop.membership_rows()
    yield "web_events", "event_id,session_id,visitor_id,at,name,page,product_id,channel,device,country,order_id", web_events(shop)
    yield "google_ads", "segments_date,campaign_id,campaign_name,geo_country,cost_micros,impressions,clicks,conversions", google_rows()
    yield "meta_ads", "date_start,campaign_name,country,spend,impressions,reach,clicks,inline_link_clicks", meta_rows()
    yield "linkedin_ads", "day,campaign,geo,cost_in_usd,impressions,clicks", linkedin_rows()
    yield "tiktok_ads", "stat_day,country_code,campaign,spend,impressions,clicks,likes", tiktok_rows()
    yield "fx", "day,currency,price", fx_rows()
    yield "marketing_costs", "month,channel,kind,amount", cost_rows()
    sends = "message_id,mailing,sent_at,customer_id,delivered,opened_at,opened_by_machine,clicked_at,unsubscribed_at"
    yield "email_sends", sends, mail_rows(shop)
    yield "answers", "answer_id,customer_id,answered_on,score", answer_rows(shop)
    yield "deals", "deal_id,firm,contact,opened_on,country,channel,amount", deals
    yield "deal_stages", "entry_id,deal_id,stage,entered_on", stages
    yield "social_days", "network,day,followers,gained,lost,impressions,interactions", social_rows()
    yield "plan_revenue", "month,country,amount", plan_rows()


def _version() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def is_current(folder: Path) -> bool:
    """Whether all files are there, written by this version of the program."""
    stamp = folder / "VERSION"
    found, *names = (stamp.read_text("utf-8").split() if stamp.exists() else []) or ["none"]
    return found == _version() and all((folder / name).exists() for name in names)


def generate(folder: Path, again: bool = False) -> bool:
    """Write the files where they are missing or of another version, or in any case; whether anything was written."""
    if not again and is_current(folder):
        return False
    names = list[str]()
    folder.mkdir(parents=True, exist_ok=True)
    for name, head, rows in tables():
        write(folder / f"{name}.csv", "\n".join((head, *rows)) + "\n")
        names.append(f"{name}.csv")
    write(folder / "VERSION", "\n".join((_version(), *names)) + "\n")
    return True


def write(file: Path, text: str) -> None:
    """The file appears at once and whole, also while somebody else writes it."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_bytes(text.encode())
    os.replace(part, file)


if __name__ == "__main__":
    here = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("data")
    sys.stdout.write(f"{here}: {'written' if generate(here) else 'there already'}\n")
