"""The scalar functions of the language: names, arguments and result types, as data. Comes in: typed arguments. Goes out: a typed `Fn`.

A signature is one letter per argument: t text, n number, d date or timestamp, D date, S timestamp, u duration, r records or json,
* anything (all of one type), w a word (a grain), i a whole number, q a quoted text; `?` before optional ones, `+` repeats the last.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kpidsl.diagnostic import fail
from kpidsl.model import units
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, TIMESTAMP, Expr, Fn, Lit, Type
from kpidsl.model.rules import Operand, all_common, describe
from kpidsl.record import dataclass, replace
from kpidsl.span import Span

GRAINS = ("hour", "day", "week", "month", "quarter", "year")

AGGREGATES = ("sum", "count", "avg", "min", "max", "median", "percentile", "first", "last", "stddev", "variance", "any")

Result = Type | Callable[[list[Operand]], Type]


def _same(args: list[Operand]) -> Type:
    return all_common(args, "combine")


def _first(args: list[Operand]) -> Type:
    return args[0].type


def _plain(args: list[Operand]) -> Type:
    for side in args:
        if side.type.unit.dims:
            fail(
                "KPI053",
                f"this needs a plain number, not {side.words}",
                side.span,
                help="divide by one unit of it first: … / 1 EUR, … / 1 day",
            )
    return REAL


def _root(args: list[Operand]) -> Type:
    unit = args[0].type.unit
    if any(power % 2 for _, power in unit.dims):
        fail(
            "KPI053",
            f"the square root of {args[0].words} has no unit",
            args[0].span,
            help="divide by one unit of it first: … / 1 EUR, … / 1 day",
        )
    return Type("number", replace(unit, dims=tuple((s, p // 2) for s, p in unit.dims)))


def _as(kind: str) -> Callable[[list[Operand]], Type]:
    """Another type of number. Percentages and counts become plain numbers; money stays money, or its currency could be mixed."""

    def result(args: list[Operand]) -> Type:
        given = args[0].type
        return Type(kind, given.unit if given.is_numeric and given.unit.dims else units.NUMBER)

    return result


def _whole(args: list[Operand]) -> Type:
    return replace(args[0].type, kind="int") if args[0].type.is_numeric else args[0].type


@dataclass(frozen=True, slots=True)
class Signature:
    """`aggregated` functions also take aggregated values (in a metric's formula)."""

    args: str
    op: str
    result: Result
    aggregated: bool = False
    usage: str = ""


FUNCTIONS: dict[str, Signature] = {
    "lower": Signature("t", "lower", TEXT, usage="lower(text)"),
    "upper": Signature("t", "upper", TEXT, usage="upper(text)"),
    "trim": Signature("t", "trim", TEXT, usage="trim(text)"),
    "length": Signature("t", "length", INT, usage="length(text)"),
    "replace": Signature("ttt", "replace", TEXT, usage='replace(text, "old", "new")'),
    "substring": Signature("tn?n", "substring", TEXT, usage="substring(text, from, count), from 1"),
    "split_part": Signature("ttn", "split_part", TEXT, usage='split_part(text, "-", 1)'),
    "starts_with": Signature("tt", "starts_with", BOOL, usage='starts_with(text, "start")'),
    "ends_with": Signature("tt", "ends_with", BOOL, usage='ends_with(text, "end")'),
    "contains": Signature("tt", "contains", BOOL, usage='contains(text, "part")'),
    "concat": Signature("t+", "concat", TEXT, usage="concat(text, text, …)"),
    "url_host": Signature("t", "url_host", TEXT, usage="url_host(url)"),
    "url_path": Signature("t", "url_path", TEXT, usage="url_path(url)"),
    "url_param": Signature("tq", "url_param", TEXT, usage='url_param(url, "utm_source")'),
    "get": Signature("rq", "get", TEXT, usage='get(records, "key")'),
    "round": Signature("n?i", "round", _first, True, "round(number, digits)"),
    "floor": Signature("n", "floor", _whole, True, "floor(number)"),
    "ceil": Signature("n", "ceil", _whole, True, "ceil(number)"),
    "abs": Signature("n", "abs", _first, True, "abs(number)"),
    "ln": Signature("n", "ln", _plain, True, "ln(number)"),
    "exp": Signature("n", "exp", _plain, True, "exp(number)"),
    "power": Signature("nn", "power", _plain, True, "power(number, exponent)"),
    "sqrt": Signature("n", "sqrt", _root, True, "sqrt(number)"),
    "least": Signature("*+", "least", _same, True, "least(a, b, …)"),
    "greatest": Signature("*+", "greatest", _same, True, "greatest(a, b, …)"),
    "coalesce": Signature("*+", "coalesce", _same, True, "coalesce(a, b, …)"),
    "null_if": Signature("**", "null_if", _same, True, "null_if(a, b)"),
    "date": Signature("s", "to_date", DATE, usage="date(timestamp or text)"),
    "timestamp": Signature("s", "to_timestamp", TIMESTAMP, usage="timestamp(date or text)"),
    "parse_date": Signature("tq", "parse_date", DATE, usage='parse_date(text, "YYYYMMDD")'),
    "start_of": Signature("dw", "start_of", DATE, usage="start_of(time, month)"),
    "end_of": Signature("dw", "end_of", DATE, usage="end_of(time, month): the period's last day"),
    "year": Signature("d", "year", INT, usage="year(time)"),
    "quarter": Signature("d", "quarter", INT, usage="quarter(time)"),
    "month": Signature("d", "month", INT, usage="month(time)"),
    "day": Signature("d", "day", INT, usage="day(time)"),
    "weekday": Signature("d", "weekday", INT, usage="weekday(time): 1 is Monday"),
    "hour": Signature("S", "hour", INT, usage="hour(timestamp)"),
    "text": Signature("x", "to_text", TEXT, usage="text(value)"),
    "int": Signature("x", "to_int", _as("int"), usage="int(text or number)"),
    "number": Signature("x", "to_number", _as("number"), usage="number(text, percentage, count …)"),
    "decimal": Signature("xii", "to_decimal", _as("decimal"), usage="decimal(value, 12, 2)"),
    "bool": Signature("x", "to_bool", BOOL, usage="bool(text or number)"),
    "days": Signature("u", "to_number", REAL, usage="days(duration)"),
    "percent": Signature("x", "to_number", Type("number", units.RATIO), usage="percent(0.2): says that a plain number is a ratio"),
}

FOREIGN: dict[str, str] = {
    **dict.fromkeys(("if", "iif"), "write case when … then … else … end"),
    **dict.fromkeys(("ifnull", "nvl", "isnull", "zn"), "write coalesce(value, 0)"),
    "nullif": "write null_if(a, b)",
    **dict.fromkeys(("average", "mean"), "write avg(…)"),
    **dict.fromkeys(("countd", "count_distinct", "distinctcount", "approx_count_distinct"), "write count(distinct …)"),
    **dict.fromkeys(("countif", "count_if", "countifs"), "write count(orders where …)"),
    **dict.fromkeys(("sumif", "sum_if", "sumifs"), "write sum(orders.amount where …)"),
    **dict.fromkeys(("date_trunc", "trunc", "datetrunc", "timestamp_trunc"), "write start_of(time, month)"),
    **dict.fromkeys(("datediff", "date_diff", "timestampdiff"), "subtract the two dates: a - b is a duration"),
    **dict.fromkeys(("dateadd", "date_add"), "add a length of time: t + 30 days"),
    **dict.fromkeys(("substr", "mid", "left", "right"), "write substring(text, from, count)"),
    **dict.fromkeys(("len", "char_length"), "write length(text)"),
    **dict.fromkeys(("ucase", "toupper"), "write upper(text)"),
    **dict.fromkeys(("lcase", "tolower"), "write lower(text)"),
    **dict.fromkeys(("ceiling",), "write ceil(number)"),
    **dict.fromkeys(("pow",), "write power(number, exponent)"),
    **dict.fromkeys(("log",), "write ln(number), the natural logarithm"),
    **dict.fromkeys(
        ("cast", "convert_to", "to_char", "to_number", "to_date", "try_cast", "safe_cast"),
        "write the type: text(…), number(…), int(…), date(…)",
    ),
    **dict.fromkeys(("stdev", "stddev_samp", "std"), "write stddev(…)"),
    **dict.fromkeys(("var", "var_samp"), "write variance(…)"),
    **dict.fromkeys(("quantile", "percentile_cont", "percentile_disc"), "write percentile(value, 90%)"),
    **dict.fromkeys(("lag", "lead"), "write prev(…) or next(…) in a column of the source"),
    **dict.fromkeys(("safe_divide", "div0", "divide"), "write a / b: it is null where b is 0"),
    **dict.fromkeys(("mod", "modulo"), 'there is no modulo; say what it is for in a computed column with sql("…")'),
    **dict.fromkeys(("now", "today", "current_date", "getdate", "sysdate"), "“today” is `as_of`; ask for periods with `last 30 days`"),
    **dict.fromkeys(("any_value",), "write any(…)"),
    "total": "write sum(…)",
}
"""What people write who know another language, and what it is here."""

FOREIGN_OF_METRICS: dict[str, str] = {
    **dict.fromkeys(("yoy", "year_over_year", "mom", "pct_change", "percent_change", "change"), "write growth(revenue, 1 year)"),
    **dict.fromkeys(("lag", "previous", "same_period_last_year", "sameperiodlastyear"), "write prior(revenue, 1 month)"),
    **dict.fromkeys(("ytd", "totalytd", "year_to_date"), "write to_date(revenue, year)"),
    **dict.fromkeys(("mtd", "totalmtd", "month_to_date"), "write to_date(revenue, month)"),
    **dict.fromkeys(("qtd", "totalqtd", "quarter_to_date"), "write to_date(revenue, quarter)"),
    **dict.fromkeys(("moving_average", "rolling_average", "rolling_avg", "movingavg"), "write trailing(revenue, 28 days, read: average)"),
    **dict.fromkeys(("moving_sum", "rolling_sum", "rolling", "window"), "write trailing(revenue, 28 days)"),
    **dict.fromkeys(("cumsum", "cumulative", "running_total", "running_sum", "accumulate"), "write running(revenue)"),
    **dict.fromkeys(("percent_of_total", "pct_of_total", "ratio_to_report"), "write share(revenue, of: channel)"),
    **dict.fromkeys(("rank", "dense_rank", "row_number", "top", "topn"), "groups are ranked where they are asked for: top 5 by revenue"),
    **dict.fromkeys(("ratio", "rate"), "write a / b: it is null where b is 0"),
}
"""The same for what looks at other periods or groups, which metrics do and rows do not."""

_WANTED = {
    "t": ("text",),
    "n": ("int", "number", "decimal", "duration"),
    "d": ("date", "timestamp"),
    "D": ("date",),
    "S": ("timestamp",),
    "s": ("date", "timestamp", "text"),
    "u": ("duration",),
    "r": ("records", "json", "text"),
    "x": ("text", "int", "number", "decimal", "bool", "date", "timestamp", "duration"),
}
_WORDS = {
    "t": "text",
    "n": "a number",
    "d": "a date or timestamp",
    "S": "a timestamp",
    "s": "a date, timestamp or text",
    "u": "a duration",
    "r": "records or json",
    "x": "a value",
    "i": "a whole number written out",
    "q": "a text written out in quotes",
}


def arity(signature: Signature) -> tuple[int, int]:
    """Least and greatest number of arguments."""
    letters = signature.args.replace("?", "").replace("+", "")
    required = len(signature.args.split("?")[0].replace("+", ""))
    return required, 99 if "+" in signature.args else len(letters)


def check_count(name: str, signature: Signature, given: int, span: Span) -> None:
    low, high = arity(signature)
    if not low <= given <= high:
        many = str(low) if low == high else f"at least {low}" if high == 99 else f"{low} to {high}"
        fail(
            "KPI037",
            f"`{name}` takes {many} argument{'' if many == '1' else 's'}, this has {given}",
            span,
            help=f"it is written {signature.usage}",
        )


def build(name: str, args: list[Expr], spans: list[Span], words: list[str | None], span: Span) -> Expr:
    """A call of a scalar function. `words` holds, per argument, the bare word written there (for grains)."""
    signature = FUNCTIONS[name]
    check_count(name, signature, len(args), span)
    letters = _letters(signature.args, len(args))
    values: list[Expr] = []
    operands: list[Operand] = []
    options: list[str | int] = []
    for letter, arg, at, word in zip(letters, args, spans, words, strict=True):
        if letter == "w":
            if word not in GRAINS:
                fail("KPI053", f"`{word or at.text}` is not a period", at, help="write one of " + ", ".join(GRAINS))
            options.append(word)
            continue
        if letter in "iq":
            literal = arg.value if isinstance(arg, Lit) else None
            if not isinstance(literal, int if letter == "i" else str) or isinstance(literal, bool):
                fail("KPI053", f"`{name}` needs {_WORDS[letter]} here", at, help=f"it is written {signature.usage}")
            options.append(literal)
            continue
        if letter in _WANTED and arg.type.kind not in (*_WANTED[letter], "null"):
            fail(
                "KPI053",
                f"`{name}` needs {_WORDS[letter]}, this is {describe(arg.type)}",
                at,
                help=f"it is written {signature.usage}",
            )
        if letter == "x" and name == "percent" and arg.type.unit.dims:
            fail("KPI053", f"{describe(arg.type)} is not a percentage", at, help="divide it by an amount of the same unit")
        values.append(arg)
        number = arg.value if isinstance(arg, Lit) and isinstance(arg.value, (int, Decimal)) and not isinstance(arg.value, bool) else None
        operands.append(Operand(arg.type, at, number))
    result = signature.result(operands) if callable(signature.result) else signature.result
    if name == "date" and args[0].type.kind == "date":
        return args[0]
    return Fn(signature.op, tuple(values), result, tuple(options))


def _letters(pattern: str, count: int) -> str:
    letters = pattern.replace("?", "").replace("+", "")
    return (letters + letters[-1] * count)[:count]
