"""What people write at first who come from spreadsheets, from SQL or from a list of targets, and how it is said here. Comes in: a place.
Goes out: a diagnostic that shows the form that was meant, or None."""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, Fix
from kpidsl.syntax.place import Place, kind_at, short, with_article

_OFTEN = "say how often it counts behind the target: `target >= 500_000 EUR each month`"
_SINCE = "say since when it counts behind the target: `target >= 500_000 EUR each month from 2026-07`"
_EDGE = "how far from its target a KPI is at risk is one number: `warn at 90%`"
_AIM = "a goal has a measure and an aim: `measure revenue  increase 20% over 2025  by 2026-12-31`, or `reach 500_000 EUR`"
_STAGE = "write a line for each step: `stage visit = visits  stage purchase = orders where paid`"
_ENTITY = "say who is followed: `entity customer_id`"
_WATCH = "say what is watched, and when it fires: `watch revenue each week  when falls 20% against previous week`"
_TELL = 'say what is to be done, and `kpi alerts` tells it: `do "Call the agency"`'
_WEIGH = "say what is weighed: `weigh revenue 60%  weigh cac 40%`"
_SHOW = "write `show revenue by month as line`"
_FORMULA = "the formula stands before the braces: `metric revenue = sum(orders.amount)`"
_FLOW = "tiles stand one below the other in the file, and the page finds their places; take it out"

_ITEMS: dict[str, dict[str, str]] = {
    "kpi": {
        **dict.fromkeys(("per", "by", "every", "monthly", "weekly", "quarterly", "yearly", "daily", "frequency"), _OFTEN),
        **dict.fromkeys(("in", "during", "for", "until", "starting"), _SINCE),
        **dict.fromkeys(("status", "threshold", "thresholds", "green", "yellow", "amber", "red", "critical", "tolerance"), _EDGE),
        **dict.fromkeys(("direction", "higher", "lower"), "say which side is good: `better higher` or `better lower`"),
        **dict.fromkeys(("action", "actions", "do", "then", "advice"), 'write `when off_track do "Call the ten largest customers"`'),
        **dict.fromkeys(("metric", "measure", "formula", "value"), "a KPI bears the name of its metric: `kpi revenue { … }`"),
        "goal": "a goal is named before the braces: `kpi revenue for grow { … }`",
    },
    "goal": {
        **dict.fromkeys(("target", "from", "to", "at"), _AIM),
        **dict.fromkeys(("specific", "measurable", "metric"), _AIM),
        **dict.fromkeys(("achievable", "relevant", "why", "reason"), 'write `because "Plan 2026, pillar 1"`'),
        **dict.fromkeys(("time", "timebound", "deadline", "due", "until", "end"), "write `by 2026-12-31`"),
        "kpi": "a KPI names its goal, in a declaration of its own: `kpi revenue for grow { … }`",
    },
    "funnel": {
        **dict.fromkeys(("step", "steps", "stages"), _STAGE),
        **dict.fromkeys(("window", "timeout", "duration"), "write `within 7 days`"),
        **dict.fromkeys(("user", "users", "id", "key", "who", "person"), _ENTITY),
    },
    "cohort": {
        **dict.fromkeys(("user", "users", "id", "key", "who", "person"), _ENTITY),
        **dict.fromkeys(("by", "period", "periods", "monthly", "grain"), "write `each month for 12 months`"),
    },
    "alert": {
        **dict.fromkeys(("if", "metric", "condition"), _WATCH),
        **dict.fromkeys(("notify", "send", "message", "action", "then", "email", "slack"), _TELL),
    },
    "scorecard": dict.fromkeys(("kpi", "metric", "weight", "weights", "measure"), _WEIGH),
    "dashboard": {
        **dict.fromkeys(("chart", "tile", "widget", "graph", "plot", "table", "line", "bar", "metric", "query"), _SHOW),
        **dict.fromkeys(("row", "column", "section", "layout", "grid", "tab"), _FLOW),
        **dict.fromkeys(("title", "name"), 'the title stands before the braces: `dashboard sales "Sales of today" { … }`'),
        **dict.fromkeys(("filter", "filters"), "a tile has its own `where`; readers filter all of them in `kpi serve`"),
    },
    "calendar": {
        **dict.fromkeys(("timezone", "tz", "time"), 'write `zone "Europe/Rome"`'),
        **dict.fromkeys(("fiscal", "financial"), "write `year starts april`"),
        **dict.fromkeys(("monday", "sunday", "saturday"), "write `week starts monday`"),
    },
    "metric": dict.fromkeys(("sql", "formula", "type", "agg", "expression"), _FORMULA),
}  # fmt: skip
_PREVIOUS = "write `compare previous year`; as a metric of its own: `growth(revenue, 1 year)`"
_SPAN = "write `during 2026-01..2026-03`, or `last 3 months`"
_QUERIES = {
    **{word: f"write `by {unit}`" for word, unit in (("hourly", "hour"), ("daily", "day"), ("weekly", "week"), ("monthly", "month"))},
    **{word: f"write `by {unit}`" for word, unit in (("quarterly", "quarter"), ("yearly", "year"), ("annually", "year"))},
    **dict.fromkeys(("for", "in", "from", "between", "on"), _SPAN),
    **dict.fromkeys(("this", "current"), "write `last 1 month` for the running one, or name it: `during 2026-03`"),
    **dict.fromkeys(("yoy", "mom", "wow", "qoq", "vs", "versus", "against"), _PREVIOUS),
    **dict.fromkeys(("ytd", "mtd", "qtd"), "declare it, and ask for it: `metric so_far = to_date(revenue, year)`"),
    "today": "write `last 1 day`",
    "yesterday": "write `last 2 days` with `by day`, or name the day: `during 2026-03-15`",
    "year": "for the year to date declare it, and ask for it: `metric so_far = to_date(revenue, year)`",
    "pivot": "rows are split by all that stands behind `by`: `by month, country`",
    "format": "say it to the command: `kpi query … --format csv`",
}
_FORMATS = ("csv", "json", "markdown", "parquet", "text", "excel", "xlsx", "table")


def customary(place: Place) -> Diagnostic | None:
    """A word in braces that is said otherwise, and what a target lacks."""
    if place.at_end or place.new_declaration or not place.declaration:
        return None
    said = _aim_without_side(place) or _named_twice(place) or _in_its_head(place)
    if said is not None or len(place.open) != 1 or place.tokens[place.open[0]].type != "LBRACE" or "RBRACE" not in place.accepted:
        return said
    if place.trouble.kind == "COMMA":
        message = f"nothing stands between the items of {with_article(place.declaration)}"
        return Diagnostic("KPI010", message, place.span, help="take the comma out", fix=Fix(place.span, "", safe=True))
    word = place.text.lower()
    help_ = _ITEMS.get(place.declaration, {}).get(word)
    if help_ is None and word not in place.words():
        help_ = _without_its_word(place)
    if help_ is None:
        return None
    message = f"`{short(place.text)}` is not how {with_article(place.declaration)} says it"
    return Diagnostic("KPI011", message, place.span, help=help_)


def asked(place: Place) -> Diagnostic | None:
    """A word behind what is asked for, where a clause should begin."""
    if place.at_end or place.new_declaration or not {"DURING", "WHERE", "COMPARE"} <= place.accepted or place.declaration == "metric":
        return None
    word = place.text.lower()
    if word == "as" and place.next_text.lower() in _FORMATS:
        word = "format"
    if word not in _QUERIES:
        return None
    return Diagnostic("KPI010", f"`{short(place.text)}` begins no clause of a query", place.span, help=_QUERIES[word])


def _aim_without_side(place: Place) -> Diagnostic | None:
    """`target 500_000 EUR`: reached from below, or from above?"""
    last = place.text_of(place.index - 1).lower() if place.before is not None else ""
    if place.declaration != "kpi" or last not in ("target", "stretch") or "RELATION" not in place.accepted:
        return None
    amount = short(place.text) if kind_at(place, place.index) in ("NUMBER", "MONEY", "PERCENT", "DURATION") else "500_000 EUR"
    return Diagnostic(
        "KPI010",
        f"this {last} does not say which side of it is good",
        place.span,
        help=f"write `{last} >= {amount} each month`, with `<=` where less is better, or `{last} between 2% and 4%`",
    )


def _named_twice(place: Place) -> Diagnostic | None:
    """`kpi sales on revenue`, `kpi sales = revenue`: it bears its metric's name."""
    begun = place.trouble.begun
    if place.declaration != "kpi" or place.open or place.index > begun + 3 or place.text.lower() not in ("on", "of", "=", "is", "using"):
        return None
    metric = short(place.next_text or place.text_of(begun + 1))
    help_ = f'write `kpi {metric} "{short(place.text_of(begun + 1)).strip(chr(34))}" {{ … }}`'
    return Diagnostic("KPI010", "a KPI bears the name of its metric", place.span, help=help_)


def _in_its_head(place: Place) -> Diagnostic | None:
    """What a formula does not say, a funnel or a param does, and a join has."""
    word = place.text.lower()
    if place.declaration == "metric" and not place.open and word in ("during", "last", "compare", "between"):
        help_ = f"ask for it where it is needed: `{short(place.text_of(place.trouble.begun + 1))} during 2026-03`"
        return Diagnostic("KPI010", "a metric has no period of its own", place.span, help=help_)
    if place.declaration == "metric" and word == "over" and place.next_text == "(":
        help_ = "write `trailing(revenue, 28 days)`, `running(revenue)`, `prior(revenue, 1 year)` or `share(revenue, of: channel)`"
        return Diagnostic("KPI010", "windows have names here, and no `over`", place.span, help=help_)
    if place.declaration == "metric" and word == "per":
        help_ = f"write `{short(place.text_of(place.index - 1))} / {short(place.next_text)}`"
        return Diagnostic("KPI010", "one number is divided by another with `/`", place.span, help=help_)
    if place.declaration == "metric" and place.open and word == "unique":
        return Diagnostic(
            "KPI010", "different values are counted by `distinct`", place.span, help="write `count(distinct orders.customer_id)`"
        )
    if place.declaration == "metric" and not place.open and word == "growth":
        help_ = f"write `growth({short(place.text_of(place.index - 1))}, 1 year)`"
        return Diagnostic("KPI010", "`growth` is a function", place.span, help=help_)
    if place.declaration == "funnel" and not place.open and word in ("on", "of", "from", "over"):
        return Diagnostic("KPI010", "a funnel's stages name their sources", place.span, help=_STAGE)
    if (
        place.declaration == "param"
        and place.trouble.kind in ("NUMBER", "PERCENT", "MONEY", "DATE")
        and place.index == place.trouble.begun + 3
    ):
        name = place.text_of(place.trouble.begun + 1)
        kind = {"PERCENT": "percent", "MONEY": "money(EUR)", "DATE": "date"}.get(place.trouble.kind, "number")
        help_ = f"write `param {name}: {kind} = {short(place.text)}`"
        return Diagnostic("KPI019", "this param has a value and no type", place.span, help=help_)
    joins = place.text_of(place.index - 1).lower() in ("one", "many") and place.accepted <= {"FIELD"}
    if place.declaration == "source" and joins:
        help_ = f"write `{place.text}: {place.text}`, or name its role before the colon: `join one buyer: customers on buyer_id`"
        return Diagnostic("KPI010", "a join has a name with a colon", place.span, help=help_)
    return None


def _without_its_word(place: Place) -> str | None:
    """`revenue 60%` in a scorecard, `revenue > 5 EUR` in a goal or an alert."""
    following = kind_at(place, place.index + 1)
    if place.tokens[place.index].type != "NAME":
        return None
    if place.declaration == "scorecard" and following == "PERCENT":
        return f"write `weigh {place.text} {place.next_text}`"
    if place.declaration in ("goal", "alert") and following in ("RELATION", "EQUAL"):
        return _AIM if place.declaration == "goal" else f"write `watch {place.text}  when {place.next_text} …`"
    return None
