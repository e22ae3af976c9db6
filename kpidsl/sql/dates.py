"""The operator table: dates and timestamps. Weeks and fiscal years are written out, so that no engine's own idea of a week counts (S12).

A date is a day, a timestamp a naive moment in UTC; on SQLite they are the texts `YYYY-MM-DD` and `YYYY-MM-DD HH:MM:SS`. Month arithmetic
clamps to the month's end (2024-01-31 + 1 month = 2024-02-29). A duration is a number of days.
"""

from __future__ import annotations

from kpidsl.model.expr import DATE, Expr, Fn
from kpidsl.sql import nodes as n
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import Call, Speaker, op

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
SECONDS_IN = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def options_of(fn: Fn) -> tuple[str, int, int]:
    """Grain, week's first day (1 Monday … 7 Sunday) and the fiscal year's first month."""
    grain, week, month = (*fn.options, *("day", 1, 1)[len(fn.options) :])
    return str(grain), int(week), int(month)


def is_date(expr: Expr) -> bool:
    return expr.type.kind == "date"


def as_date(s: Speaker, expr: Expr, node: Node) -> Node:
    return node if is_date(expr) else s.cast(node, "date")


def shift(value: Node, amount: int, unit: str) -> Node:
    """value + amount units as the engine has it; the type may widen to a timestamp."""
    if amount == 0:
        return value
    step = n.interval(abs(amount), unit)
    return n.add(value, step) if amount > 0 else n.sub(value, step)


@op("to_date")
def to_date(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "date":
        return x[0]
    if kind == "text":
        return x.to("text_to_date")
    return x.s.cast(x[0], "date")


@op("to_date", "sqlite")
def to_date_text(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "text":
        return x.to("text_to_date")
    return x[0] if kind == "date" else n.call("DATE", x[0])


@op("to_timestamp")
def to_timestamp(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "timestamp":
        return x[0]
    if kind == "text":
        return x.to("text_to_timestamp")
    return x.s.cast(x[0], "timestamp")


@op("to_timestamp", "sqlite")
def to_timestamp_text(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "text":
        return x.to("text_to_timestamp")
    return x[0] if kind == "timestamp" else n.call("DATETIME", x[0])


@op("start_of")
def start_of(x: Call) -> Node:
    """The first day of the period as a date; the first moment as a timestamp below the day."""
    grain, week, month = options_of(x.fn)
    value = x[0]
    if grain == "day":
        return as_date(x.s, x.exprs[0], value)
    if grain in ("second", "minute", "hour"):
        return n.call("DATE_TRUNC", n.text(grain), value)
    amount, unit = _turn(grain, week, month)
    cut = n.call("DATE_TRUNC", n.text(grain), shift(value, -amount, unit))
    return x.s.cast(shift(cut, amount, unit), "date")


def _turn(grain: str, week: int, month: int) -> tuple[int, str]:
    """By how much the calendar's period is later than the engine's (Monday weeks, January years)."""
    if grain == "week":
        return (week - 1, "day") if week <= 4 else (week - 8, "day")
    if grain == "quarter":
        return (month - 1) % 3, "month"
    if grain == "year":
        return month - 1, "month"
    return 0, "month"


@op("end_of")
def end_of(x: Call) -> Node:
    """The last day of the period, as a date."""
    grain, week, month = options_of(x.fn)
    if grain in ("second", "minute", "hour", "day"):
        return as_date(x.s, x.exprs[0], x[0])
    first = x.s.value(Fn("start_of", x.exprs, DATE, (grain, week, month)))
    if grain == "week":
        return n.add(first, n.number(6))
    length = n.sub(n.add(first, n.interval(MONTHS_IN[grain], "month")), n.interval(1, "day"))
    return x.s.cast(length, "date")


_PARTS = {"year": "YEAR", "quarter": "QUARTER", "month": "MONTH", "day": "DAY", "hour": "HOUR", "weekday": "ISODOW", "day_of_year": "DOY"}


def _part(name: str) -> None:
    def build(x: Call) -> Node:
        if name == "hour" and is_date(x.exprs[0]):
            return n.case([(n.not_null(x[0]), n.number(0))])
        return n.extract(_PARTS[name], x[0])

    op(name)(build)

    def exact(x: Call) -> Node:
        """PostgreSQL's EXTRACT gives a decimal."""
        return x.s.cast(build(x), "int")

    op(name, "postgres")(exact)


for _name in _PARTS:
    _part(_name)


def amount_of(fn: Fn) -> tuple[int, str]:
    amount, unit = fn.options
    return int(amount), str(unit).rstrip("s")


@op("date_add")
def date_add(x: Call) -> Node:
    """A fixed amount of calendar units later (earlier, if negative); of a date a date again, unless the unit is below a day."""
    amount, unit = amount_of(x.fn)
    value = x.exprs[0]
    if unit == "quarter":
        amount, unit = amount * 3, "month"
    if is_date(value) and unit in ("day", "week"):
        days = amount * (7 if unit == "week" else 1)
        return n.add(x[0], n.number(days)) if days >= 0 else n.sub(x[0], n.number(-days))
    if is_date(value) and unit in ("second", "minute", "hour"):
        return shift(x.s.cast(x[0], "timestamp"), amount, unit)
    moved = shift(x[0], amount, unit)
    return x.s.cast(moved, "date") if is_date(value) else moved


@op("date_diff")
def date_diff(x: Call) -> Node:
    """a − b in days: whole days between dates, fractional ones once a timestamp is among them."""
    left, right = x.exprs
    if is_date(left) and is_date(right):
        return n.sub(x[0], x[1])
    passed = n.sub(moment(x.s, left, x[0]), moment(x.s, right, x[1]))
    return x.to("seconds_of", passed)


@op("seconds_of")
def days_of_interval(x: Call) -> Node:
    return n.div(n.call("EPOCH", x[0]), n.number(86400))


@op("seconds_of", "postgres")
def days_of_interval_postgres(x: Call) -> Node:
    return n.div(x.s.cast(n.extract("EPOCH", x[0]), "number"), n.number(86400))


def moment(s: Speaker, expr: Expr, node: Node) -> Node:
    """A date as its first moment, where a timestamp is wanted."""
    return s.cast(node, "timestamp") if is_date(expr) else node


@op("today")
def today(_: Call) -> Node:
    return n.word("CURRENT_DATE")


@op("at_zone")
def at_zone(x: Call) -> Node:
    """The wall clock of zone B for a wall clock of zone A (S13). SQLite needs the transitions as a table: see lower.py."""
    first, then = (str(zone) for zone in x.fn.options)
    if first == then:
        return x[0]
    there = n.call("TIMEZONE", n.text(first), moment(x.s, x.exprs[0], x[0]))
    return n.call("TIMEZONE", n.text(then), there)


# SQLite: dates are text, and its date functions do not clamp.


@op("start_of", "sqlite")
def start_of_text(x: Call) -> Node:
    grain, week, month = options_of(x.fn)
    value = x[0]
    match grain:
        case "day":
            return value if is_date(x.exprs[0]) else n.call("DATE", value)
        case "second":
            return n.call("DATETIME", value)
        case "minute":
            return n.call("STRFTIME", n.text("%Y-%m-%d %H:%M:00"), value)
        case "hour":
            return n.call("STRFTIME", n.text("%Y-%m-%d %H:00:00"), value)
        case "week":
            return n.call("DATE", value, n.text("-6 days"), n.text(f"weekday {week % 7}"))
        case "month":
            return n.call("DATE", value, n.text("start of month"))
        case "year" if month == 1:
            return n.call("DATE", value, n.text("start of year"))
    return n.call("DATE", value, n.text("start of month"), _months_since_start(x.s, x.exprs[0], MONTHS_IN[grain], month))


def _months_since_start(s: Speaker, value: Expr, length: int, month: int) -> Node:
    """'-k months' back to the first month of the period that starts in `month`."""
    number = _strftime_int(s, "%m", value)
    passed = n.mod(n.paren(n.add(number, n.number(12 - month))), n.number(length))
    return n.concat(n.text("-"), n.paren(passed), n.text(" months"))


def _strftime_int(s: Speaker, code: str, value: Expr) -> Node:
    return s.cast(n.call("STRFTIME", n.text(code), s.value(value)), "int")


@op("end_of", "sqlite")
def end_of_text(x: Call) -> Node:
    grain, week, _ = options_of(x.fn)
    if grain in ("second", "minute", "hour", "day"):
        return x[0] if is_date(x.exprs[0]) else n.call("DATE", x[0])
    if grain == "week":
        return n.call("DATE", x[0], n.text(f"weekday {(week + 6) % 7}"))
    first = start_of_text(x)
    return n.call("DATE", first, n.text(f"+{MONTHS_IN[grain]} months"), n.text("-1 day"))


_CODES = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "day_of_year": "%j"}


def _text_part(name: str) -> None:
    def build(x: Call) -> Node:
        return x.s.cast(n.call("STRFTIME", n.text(_CODES[name]), x[0]), "int")

    op(name, "sqlite")(build)


for _name in _CODES:
    _text_part(_name)


@op("weekday", "sqlite")
def weekday_text(x: Call) -> Node:
    sunday_is_0 = x.s.cast(n.call("STRFTIME", n.text("%w"), x[0]), "int")
    return n.add(n.mod(n.paren(n.add(sunday_is_0, n.number(6))), n.number(7)), n.number(1))


@op("quarter", "sqlite")
def quarter_text(x: Call) -> Node:
    return n.div(n.paren(n.add(_strftime_int(x.s, "%m", x.exprs[0]), n.number(2))), n.number(3))


@op("date_add", "sqlite")
def date_add_text(x: Call) -> Node:
    amount, unit = amount_of(x.fn)
    value = x.exprs[0]
    days_only = is_date(value) and unit not in ("second", "minute", "hour")
    function = "DATE" if days_only else "DATETIME"
    months = MONTHS_IN.get(unit)
    if months is None:
        if unit == "week":
            amount, unit = amount * 7, "day"
        return n.call(function, x[0], n.text(f"{amount:+d} {unit}s"))
    step = amount * months
    naive = n.call(function, x[0], n.text(f"{step:+d} months"))
    last = n.call("DATE", x.s.value(value), n.text("start of month"), n.text(f"{step + 1:+d} months"), n.text("-1 day"))
    if not days_only:
        last = n.concat(last, n.text(" "), n.call("TIME", x.s.value(value)))
    return n.call("MIN", naive, last)


@op("date_diff", "sqlite")
def date_diff_text(x: Call) -> Node:
    passed = n.sub(n.call("JULIANDAY", x[0]), n.call("JULIANDAY", x[1]))
    if is_date(x.exprs[0]) and is_date(x.exprs[1]):
        return x.s.cast(passed, "int")
    milliseconds = n.call("ROUND", n.mul(n.paren(passed), n.number("86400.0")), n.number(3))
    return n.div(milliseconds, n.number("86400.0"))
