"""What a column seems to be, by its name and its values: an identifier, a time, an amount, something that may be added up or never. Comes
in: a column. Goes out: a verdict, and the reason in words where it is unsure.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kpidsl.starter.names import words_of
from kpidsl.starter.profile import Column

_KEY_WORDS = ("id", "key", "uuid", "guid", "sk", "pk", "uid", "gid", "code", "sku", "no", "nr", "number", "编号", "番号")
_KEY_ENDINGS = ("编号", "番号", "代码")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ADDED_UP = _words(
    "amount amt total totals revenue sales turnover cost costs spend spent profit loss quantity qty units items impressions "
    "clicks views visits sessions conversions installs swipes likes shares comments replies retweets reactions saves opens sends "
    "bounces unsubscribes recipients deliveries fee fees tax taxes refund refunds refunded subtotal extendedprice freight "
    "shipping net gross minutes seconds hours plays downloads signups leads actions engagements follows unfollows pageviews "
    "umsatz kosten menge betrag importo ricavi costo quantita 营收 销售额 金额 数量 成本 利润"
)
_NEVER = _words(
    "rate rates ratio ctr cpc cpm cpa cpl cpv cpi roas roi avg average mean median percent pct percentage share score rank "
    "ranking position index age frequency per unit price listprice unitprice margin balance level temperature lat lon lng "
    "latitude longitude"
)
_RATES = _words("rate rates ratio ctr cpc cpm cpa cpl cpv cpi roas roi avg average mean median percent pct percentage frequency")
_LABELS = _words(
    "id key code number no num nr zip postal phone year month day week hour weekday quarter version line row flag priority size "
    "sort order sequence seq at limit timestamp epoch isbn ean upc ssn fax status type x y"
)
_AMOUNTS = _words(
    "amount amt total price revenue cost costs spend spent profit fee fees tax subtotal refund refunds refunded net gross value "
    "sales freight budget balance betrag importo 金额 营收"
)
_TIMES_FIRST = _words(
    "date day event order ordered created occurred placed purchase purchased sent start started at time timestamp 日期 datum data"
)
_TIMES_LAST = _words(
    "converted updated modified deleted synced sync loaded inserted fivetran etl ingested ended end expires expiry expiration due "
    "canceled cancelled closed until valid to commit receipt archived available birth birthday last ship shipped delivery "
    "delivered"
)
_CODES = _words("usd eur gbp chf jpy cny sek nok dkk pln czk aud cad nzd inr brl zar sgd hkd krw mxn")
_STEMS = re.compile(r"(.+?)(?:key|id)")


def is_identifier(name: str) -> bool:
    """Whether a name says that its values tell things apart: order_id, custkey, sku."""
    words = words_of(name)
    return bool(words) and (
        words[-1] in _KEY_WORDS or (len(words[-1]) > 4 and words[-1].endswith("key")) or words[0] == "id" or name.endswith(_KEY_ENDINGS)
    )


def stem_of(name: str) -> str:
    """Of what a name is the identifier: customer of customer_id, cust of custkey; "" for a bare id."""
    words = words_of(name)
    if words and words[-1] in _KEY_WORDS:
        return "_".join(words[:-1])
    if name.endswith(_KEY_ENDINGS):
        return name[:-2]
    found = _STEMS.fullmatch(words[-1]) if words else None
    return "_".join((*words[:-1], found[1])) if found else name


def time_rank(name: str) -> int:
    """How likely a time is the one by which rows are counted: less is better; 100 and more are times of something else."""
    words = words_of(name)
    if any(word in _TIMES_LAST for word in words) or name.startswith("_"):
        return 100
    return min((_TIMES_FIRST.index(word) for word in words if word in _TIMES_FIRST), default=50)


def is_bookkeeping(name: str) -> bool:
    """Columns that a loading tool adds, and that say nothing about the business."""
    return name.startswith(("_fivetran", "_airbyte", "_sdc", "_dlt", "_etl", "_dbt"))


def is_rate(name: str) -> bool:
    """A number that is divided already."""
    return any(word in _RATES for word in words_of(name))


def adds_up(name: str) -> bool | None:
    """True and False where the name says so; None where it does not."""
    words = words_of(name)
    if any(word in _NEVER for word in words) or is_identifier(name):
        return False
    if any(word in _ADDED_UP for word in words):
        return "micros" not in words
    return False if any(word in _LABELS for word in words) else None


def money_in(name: str) -> str:
    """The currency that a name tells: USD of cost_in_usd; "" where it tells none."""
    found = [word.upper() for word in words_of(name) if word in _CODES]
    return found[0] if len(found) == 1 else ""


def is_amount(name: str) -> bool:
    """Whether a name is that of an amount of money."""
    words = words_of(name)
    return any(word in _AMOUNTS for word in words) and not any(word in _RATES or word in ("micros", "quantity", "count") for word in words)


def is_day_number(column: Column) -> bool:
    """Days written as whole numbers: 20260315."""
    named = any(word in ("day", "date", "dt", "datum", "tag") for word in words_of(column.name.casefold()))
    low, high = column.low, column.high
    return named and isinstance(low, int) and isinstance(high, int) and low >= 1900_01_01 and high <= 2100_12_31


def is_share(column: Column) -> bool:
    """Numbers between 0 and 1 with some between them: probably a rate."""
    if column.kind not in ("number", "decimal"):
        return False
    low, high = column.low, column.high
    within = isinstance(low, int | float | Decimal) and isinstance(high, int | float | Decimal) and 0 <= low < 0.5 and 0 < high <= 1
    return within and any(isinstance(value, float | Decimal) and 0 < value < 1 for value in column.values)
