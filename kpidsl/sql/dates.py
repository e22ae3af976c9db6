"""The operator table: dates and timestamps. Weeks and fiscal years are written out, so that no engine's own idea of a week counts (S12).

A date is a day, a timestamp a naive moment in UTC. Month arithmetic clamps to the month's end (2024-01-31 + 1 month = 2024-02-29). A
duration is a number of days. Steps that engines spell in their own way (`step`, `cut`, `part` …) are operators too, for this table only.
"""

from __future__ import annotations

from kpidsl.model.expr import DATE, Expr, Fn, Type
from kpidsl.sql import nodes as n
from kpidsl.sql.speak import Call, Speaker, op
from kpidsl.sql.tree import Node

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
SMALL = ("second", "minute", "hour")


def options_of(fn: Fn) -> tuple[str, int, int]:
    """Grain, week's first day (1 Monday … 7 Sunday) and the fiscal year's first month."""
    grain, week, month = (*fn.options, *("day", 1, 1)[len(fn.options) :])
    return str(grain), int(week), int(month)


def is_date(expr: Expr) -> bool:
    return expr.type.kind == "date"


def as_date(s: Speaker, expr: Expr, node: Node) -> Node:
    return node if is_date(expr) else s.cast(node, "date")


def moment(s: Speaker, expr: Expr, node: Node) -> Node:
    """A date as its first moment, where a timestamp is wanted."""
    return s.cast(node, "timestamp") if is_date(expr) else node


@op("to_date")
def to_date(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "date":
        return x[0]
    return x.to("text_to_date") if kind == "text" else x.s.cast(x[0], "date")


@op("to_timestamp")
def to_timestamp(x: Call) -> Node:
    kind = x.kind(0)
    if kind == "timestamp":
        return x[0]
    return x.to("text_to_timestamp") if kind == "text" else x.s.cast(x[0], "timestamp")


def step(x: Call, value: Node, amount: int, unit: str, kind: str) -> Node:
    """value (a `kind`) plus a fixed amount of units, of the same kind again."""
    if amount == 0:
        return value
    return x.s.builder("step")(Call(x.s, Fn("step", (), Type(kind), (amount, unit)), [value]))


def amount_of(fn: Fn) -> tuple[int, str]:
    """The options of date_add, in units that every engine has."""
    amount, unit = int(fn.options[0]), str(fn.options[1]).rstrip("s")
    return (amount * 3, "month") if unit == "quarter" else (amount * 7, "day") if unit == "week" else (amount, unit)


def by_interval(x: Call) -> Node:
    """value ± INTERVAL 'n' UNIT."""
    amount, unit = amount_of(x.fn)
    change = n.interval(abs(amount), unit)
    return n.add(x[0], change) if amount >= 0 else n.sub(x[0], change)


@op("step")
def step_by_interval(x: Call) -> Node:
    """Engines where a date plus an interval becomes a timestamp are told to make a date of it again."""
    amount, unit = amount_of(x.fn)
    if x.fn.type.kind == "date" and x.dialect.date_plus_int and unit == "day":
        return n.add(x[0], n.number(amount)) if amount >= 0 else n.sub(x[0], n.number(-amount))
    moved = by_interval(x)
    return x.s.cast(moved, "date") if x.fn.type.kind == "date" and x.dialect.dates_widen else moved


@op("cut")
def cut(x: Call) -> Node:
    """The start of the grain in the options, a timestamp or a date."""
    return n.call("DATE_TRUNC", n.text(str(x.fn.options[0])), x[0])


def cut_to(x: Call, value: Node, grain: str, kind: str) -> Node:
    return x.s.builder("cut")(Call(x.s, Fn("cut", (), Type(kind), (grain,)), [value]))


@op("start_of")
def start_of(x: Call) -> Node:
    """The first day of the period as a date; the first moment as a timestamp below the day."""
    grain, week, month = options_of(x.fn)
    kind = x.kind(0)
    if grain == "day":
        return as_date(x.s, x.exprs[0], x[0])
    if grain in SMALL:
        return cut_to(x, x[0], grain, kind)
    amount, unit = turn(grain, week, month)
    if amount == 0 or x.dialect.dates_widen:  # one conversion for all steps
        start = cut_to(x, _moved(x, x[0], -amount, unit), grain, kind)
        return x.s.cast(_moved(x, start, amount, unit), "date") if kind != "date" or x.dialect.dates_widen else start
    start = cut_to(x, step(x, x[0], -amount, unit, kind), grain, kind)
    if kind != "date":
        start = x.s.cast(start, "date")
    return step(x, start, amount, unit, "date")


def _moved(x: Call, value: Node, amount: int, unit: str) -> Node:
    """As `step`, but the kind may widen on the way."""
    return step(x, value, amount, unit, "timestamp")


def turn(grain: str, week: int, month: int) -> tuple[int, str]:
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
    if grain in (*SMALL, "day"):
        return as_date(x.s, x.exprs[0], x[0])
    first = x.s.value(Fn("start_of", x.exprs, DATE, (grain, week, month)))
    if grain == "week":
        return step(x, first, 6, "day", "date")
    if x.dialect.dates_widen:
        return x.s.cast(_moved(x, _moved(x, first, MONTHS_IN[grain], "month"), -1, "day"), "date")
    return step(x, step(x, first, MONTHS_IN[grain], "month", "date"), -1, "day", "date")


PARTS = {"year": "YEAR", "quarter": "QUARTER", "month": "MONTH", "day": "DAY", "hour": "HOUR", "weekday": "ISODOW", "day_of_year": "DOY"}


def _part(name: str) -> None:
    def build(x: Call) -> Node:
        if name == "hour" and is_date(x.exprs[0]):
            return n.case([(n.not_null(x[0]), n.number(0))])
        return x.to("part", n.word(x.dialect.parts.get(name, PARTS[name])), x[0])

    op(name)(build)


for _name in PARTS:
    _part(_name)


@op("part")
def part(x: Call) -> Node:
    found = n.extract(x.word(0), x[1])
    return x.s.cast(found, "int") if x.dialect.extracts_decimals else found


@op("date_add")
def date_add(x: Call) -> Node:
    """A fixed amount of calendar units later (earlier, if negative); of a date a date again, unless the unit is below a day."""
    amount, unit = amount_of(x.fn)
    kind = x.kind(0)
    if kind == "date" and unit in SMALL:
        return step(x, x.s.cast(x[0], "timestamp"), amount, unit, "timestamp")
    return step(x, x[0], amount, unit, kind)


def amount_and_unit(x: Call) -> tuple[Node, str]:
    """The second argument as an amount of units that every engine has."""
    unit = str(x.fn.options[0])
    factor, unit = {"week": (7, "day"), "quarter": (3, "month")}.get(unit, (1, unit))
    return (x[1] if factor == 1 else n.mul(x[1], n.number(factor))), unit


@op("plus")
def plus(x: Call) -> Node:
    """A number of units later, the number being a column; of a date a date again, of a moment a moment."""
    amount, unit = amount_and_unit(x)
    kind = x.fn.type.kind
    if kind == "date" and x.dialect.date_plus_int and unit == "day":
        return n.add(x[0], n.cast(amount, "INTEGER"))
    moved = n.add(x[0], n.mul(amount, n.interval(1, unit)))
    return x.s.cast(moved, "date") if kind == "date" and x.dialect.dates_widen else moved


@op("date_diff")
def date_diff(x: Call) -> Node:
    """a − b in days: whole days between dates, fractional ones once a timestamp is among them."""
    left, right = x.exprs
    if is_date(left) and is_date(right):
        return x.to("days_between", x[0], x[1])
    return x.to("days_apart", moment(x.s, left, x[0]), moment(x.s, right, x[1]))


@op("days_between")
def days_between(x: Call) -> Node:
    return n.sub(x[0], x[1])


@op("days_apart")
def days_apart(x: Call) -> Node:
    return n.div(n.call("EPOCH", n.sub(x[0], x[1])), n.number(86400))


@op("today")
def today(_: Call) -> Node:
    return n.word("CURRENT_DATE")


@op("at_zone")
def at_zone(x: Call) -> Node:
    """The wall clock of zone B for a wall clock of zone A (S13); engines without zones have it written out (zones.py)."""
    first, then = (str(zone) for zone in x.fn.options)
    value = moment(x.s, x.exprs[0], x[0])
    return value if first == then else x.to("zoned", value)


@op("zoned")
def zoned(x: Call) -> Node:
    first, then = (str(zone) for zone in x.fn.options)
    return n.call("TIMEZONE", n.text(then), n.call("TIMEZONE", n.text(first), x.s.cast(x[0], "timestamp")))
