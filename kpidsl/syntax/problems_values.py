"""Values, operators and gaps. Comes in: a place. Goes out: a diagnostic that says what is missing or too much, or None."""

from __future__ import annotations

import re

from kpidsl.diagnostic import Diagnostic, Fix, Label, similar
from kpidsl.span import Span
from kpidsl.syntax import spelling
from kpidsl.syntax.place import OPERAND, OPERATORS, Place, behind, either, kind_at, short, value_wanted, wanted_here
from kpidsl.syntax.tables import tables

UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_UNIT_WORDS = re.compile(f"({'|'.join(UNITS)})s?", re.IGNORECASE)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def unit(place: Place) -> Diagnostic | None:
    """`30.5 days`, `25 eur`, `2026-01-31 12:00`."""
    before = place.before
    if place.trouble.kind == "NUMBER" and place.accepted == {"DURATION"} and place.next_text.isalpha():
        return _no_unit(place)
    if before is None or place.at_end or before.type not in ("NUMBER", "DATE"):
        return None
    number = place.text_of(place.index - 1)
    span = place.span_of(place.index - 1).to(place.span)
    if before.type == "DATE":
        if place.trouble.kind == "NUMBER" or place.tokens[place.index].type == "FIELD":
            return Diagnostic("KPI014", "a date and a time of day are one literal", span, help=f"write `{number}T12:00`")
        return None
    word = place.text
    if _UNIT_WORDS.fullmatch(word) and "." in number:
        return Diagnostic(
            "KPI014",
            f"`{number} {word}` is not a duration: durations are whole",
            span,
            help="use a smaller unit: `36 hours` for a day and a half",
        )
    apart = "\n" in span.text
    money = next(pattern for name, pattern in tables().patterns if name == "MONEY")
    if word.isalpha() and re.fullmatch(money, f"1 {word.upper()}"):
        written = f"{number} {word.upper()}"
        message = "a number and its currency stand on one line" if apart else f"`{number} {word}` is not an amount of money"
        return Diagnostic("KPI014", message, span, help=f"write `{written}`", fix=Fix(span, written))
    written = f"{number} {spelling.SHORT_UNITS.get(word.lower(), '')}"
    if word.lower() in spelling.SHORT_UNITS and not apart and "." not in number:
        return Diagnostic("KPI014", f"`{number} {word}` is not a duration", span, help=f"write `{written}`", fix=Fix(span, written))
    if apart and _UNIT_WORDS.fullmatch(word):
        return Diagnostic(
            "KPI014", "a number and its unit stand on one line", span, help=f"write `{number} {word}`", fix=Fix(span, f"{number} {word}")
        )
    return None


def _no_unit(place: Place) -> Diagnostic:
    """`last 3 moths`: a number, and a word that is no length of time."""
    span = place.span.to(place.span_of(place.index + 1))
    plural = "" if place.text == "1" else "s"
    near = similar(place.next_text.lower(), [f"{unit}{plural}" for unit in UNITS])
    message = f"`{place.text} {place.next_text}` is not a duration"
    if not near:
        return Diagnostic("KPI014", message, span, help=f"its units are {', '.join(UNITS[:-1])} and {UNITS[-1]}")
    written = f"{place.text} {near[0]}"
    return Diagnostic("KPI014", message, span, help=f"did you mean `{written}`?", fix=Fix(span, written))


def commas_in_number(place: Place) -> Diagnostic | None:
    """`1,250 EUR` and `2,5%`, where no comma can stand."""
    before, index = place.before, place.index
    if place.trouble.kind != "COMMA" or before is None or before.type != "NUMBER" or index + 1 >= len(place.tokens):
        return None
    if not before.end == place.span.start == place.tokens[index + 1].start - 1:
        return None
    grouped = spelling.GROUPED.match(place.lexed.source.text, before.start)
    while grouped is not None and index + 1 < len(place.tokens) and place.tokens[index + 1].start < grouped.end():
        index += 1
    last = place.tokens[max(index, place.index + 1)]
    if last.type not in spelling.NUMERIC:
        return None
    span = Span(place.lexed.source, before.start, last.end)
    if grouped is not None:
        return spelling.thousands(span)
    written = span.text.replace(",", ".")
    return Diagnostic(
        "KPI014", f"`{span.text}` is not one number", span, help=f"decimals have a point: `{written}`", fix=Fix(span, written)
    )


_EXAMPLES = {"year": "2025", "quarter": "2026-Q1", "month": "2026-01", "week": "2026-W05", "day": "2026-01-31"}


def month_in_words(place: Place) -> Diagnostic | None:
    """`during november 2017`."""
    if place.at_end or place.before is None or place.trouble.kind != "NUMBER" or place.index < place.trouble.begun + 2:
        return None
    if place.text_of(place.index - 2).lower() not in ("during", "period", "from", "by") or not re.fullmatch(r"\d{4}", place.text):
        return None
    month = next((n for n, name in enumerate(_MONTHS, 1) if place.text_of(place.index - 1).lower() in (name, name[:3])), 0)
    if not month:
        return None
    span = place.span_of(place.index - 1).to(place.span)
    written = f"{place.text}-{month:02}"
    return Diagnostic("KPI010", f"`{span.text}` is not a period", span, help=f"write `{written}`", fix=Fix(span, written))


def period_in_words(place: Place) -> Diagnostic | None:
    """`during last year`, `last month`, `during last 3 months`."""
    if place.index < place.trouble.begun + 2 or place.at_end:
        return None
    which, clause = place.text_of(place.index - 1).lower(), place.text_of(place.index - 2).lower()
    clause = clause if clause in ("during", "period") else ""
    past = which in ("last", "previous", "past")
    lasts = which == "last" and "DURATION" in place.accepted and not value_wanted(place)
    if not lasts and not (clause and (past or which in ("this", "current"))):
        return None
    span = place.span_of(place.index - 1).to(place.span)
    whole = place.span_of(place.index - 2).to(place.span) if clause else span
    prefix = "period " if clause == "period" else ""
    if place.trouble.kind == "DURATION":
        written = f"{prefix}last {place.text}"
        message = "`last` stands without `during`" if which == "last" else f"`{span.text}` is not a period"
        return Diagnostic("KPI010", message, whole, help=f"write `{written}`", fix=Fix(whole, written))
    found = _UNIT_WORDS.fullmatch(place.text)
    if found is None:
        return None
    unit_word = found[1].lower()
    example = _EXAMPLES.get(unit_word)
    named = f"`{clause or 'during'} {example}`" if example else ""
    written = f"{prefix}last 1 {unit_word}"
    if past:
        help_ = f"write `{written}` for the running one" + (f", or name another one: {named}" if named else "")
        return Diagnostic("KPI010", f"`{span.text}` is not a period", span, help=help_, fix=Fix(whole, written))
    if not named:
        return None
    return Diagnostic("KPI010", f"`{span.text}` is not a period", span, help=f"name the {unit_word}: {named}")


def comparison(place: Place) -> Diagnostic | None:
    if place.trouble.kind not in ("EQUAL", "RELATION") or place.before is None:
        return None
    before = place.before
    if before.type in ("EQUAL", "RELATION") and before.end == place.span.start:
        span = place.span_of(place.index - 1).to(place.span)
        right = {"==": "=", "=>": ">=", "=<": "<=", "<>=": "<>", "!==": "<>", "><": "<>"}.get(span.text, "=")
        return Diagnostic("KPI010", f"`{span.text}` is not an operator", span, help=f"write `{right}`", fix=Fix(span, right))
    if "AND" not in place.accepted:
        return None
    help_ = "write both comparisons and join them: `a < b and b < c`, or use `between`"
    return Diagnostic("KPI016", "comparisons do not chain", place.span, help=help_)


def after_at(place: Place) -> Diagnostic | None:
    """`revenue at (country) / revenue`."""
    if place.trouble.kind not in OPERATORS or place.before is None:
        return None
    index = place.index - 1
    if place.tokens[index].type == "RPAR":
        depth = 0
        while index >= place.trouble.begun:
            depth += {"RPAR": 1, "LPAR": -1}.get(place.tokens[index].type, 0)
            index -= 1
            if depth == 0:
                break
    else:
        while index > place.trouble.begun and (place.tokens[index].type == "DOT" or place.tokens[index - 1].type == "DOT"):
            index -= 1
        index -= 1
        if index < place.trouble.begun or place.text_of(index).lower() != "time":
            return None
        index -= 1
    if index <= place.trouble.begun or place.text_of(index).lower() != "at":
        return None
    start = index - 1
    while start > place.trouble.begun and place.tokens[start].type == "NAME" and place.tokens[start - 1].type == "DOT":
        start -= 2
    inner = Span(place.lexed.source, place.tokens[start].start, place.tokens[place.index - 1].end)
    plain = place.tokens[start].type == "NAME" and "\n" not in inner.text
    help_ = f"write `({inner.text}) {place.text} …`" if plain else "put what `at` belongs to in parentheses together with it"
    label = Label(place.span_of(index), "`at` applies to the whole expression before it")
    return Diagnostic("KPI016", "`at` beside an operator needs parentheses", place.span, labels=(label,), help=help_)


def nothing_between(place: Place) -> Diagnostic | None:
    """Two values side by side."""
    before = place.before
    if before is None or place.at_end or place.new_declaration or value_wanted(place):
        return None
    one = before.type in OPERAND - {"LPAR", "MINUS"} or before.type == "RPAR"
    two = place.trouble.kind in OPERAND - {"MINUS"}
    if not (one and two and {"PLUS", "COMMA"} & place.accepted):
        return None
    left, right = short(place.text_of(place.index - 1)), short(place.text)
    step = (
        "a comma"
        if "COMMA" in place.accepted and "PLUS" not in place.accepted
        else "an operator"
        if "COMMA" not in place.accepted
        else "a comma or an operator"
    )
    return Diagnostic("KPI010", f"nothing stands between `{left}` and `{right}`", place.span, help=f"put {step} between them")


def habits(place: Place) -> Diagnostic | None:
    """What people write at first in one corner of the language."""
    if place.at_end:
        return None
    kind, found = place.trouble.kind, short(place.text)
    last = place.text_of(place.index - 1).lower() if place.before is not None else ""
    if kind == "VBAR" and place.next_text == "|":
        span = place.span.to(place.span_of(place.index + 1))
        return Diagnostic("KPI010", "`||` is not a sign of the language", span, help="write `or`; texts are joined by `concat(a, b)`")
    if kind in ("MINUS", "SLASH", "DOT", "PLUS") and place.before is not None and place.index == place.trouble.begun + 2:
        name = last + place.text + place.next_text
        help_ = f"write `{last}_{place.next_text}`, or quote the whole name: `` `{name}` ``"
        return Diagnostic("KPI010", f"a name of a {place.declaration or 'declaration'} has no `{found}`", place.span, help=help_)
    if place.declaration in ("param", "need") and "FIELD" not in place.accepted and place.accepted <= {"STRING", "FIELD"}:
        name = place.text_of(place.trouble.begun + 1)
        return Diagnostic(
            "KPI019", f"this {place.declaration} has no type", place.span, help=f"write `{place.declaration} {name}: percent`"
        )
    if {"ANOMALY", "FALLS", "RELATION"} <= place.accepted:
        if kind_at(place, place.index + 1) == "RELATION":
            help_ = f"what is watched is named before `when`: write `when {place.next_text} …`"
            return Diagnostic("KPI010", f"`{found}` begins no condition of an alert", place.span, help=help_)
        help_ = "write `> 60 EUR`, `falls 20% against previous week` or `anomaly above 3 sigma over 12 weeks`"
        return Diagnostic("KPI010", f"`{found}` begins no condition of an alert", place.span, help=help_)
    if kind == "NUMBER" and last == "starts":
        names = _DAYS if place.text_of(place.index - 2).lower() == "week" else _MONTHS
        name = names[int(found) - 1] if found.isdigit() and 1 <= int(found) <= len(names) else names[0]
        return Diagnostic("KPI010", f"`{found}` stands where a name is expected", place.span, help=f"write its name: `{last} {name}`")
    if last == "at" and place.accepted == {"LPAR", "TIME"} and kind == "NAME":
        return Diagnostic("KPI019", "what stands after `at` is in parentheses", place.span, help=f"write `at ({found})`")
    if "AND" in place.accepted and "OR" not in place.accepted and not value_wanted(place):
        return Diagnostic("KPI019", "`between` needs a second value", place.span, help="write `between 2% and 4%`")
    if kind == "STRING" and "NAME" in place.accepted and place.index == place.trouble.begun + 1:
        help_ = f"write `{place.declaration} a_name {found}`"
        return Diagnostic("KPI019", f"this {place.declaration} has a label and no name", place.span, help=help_)
    if place.accepted <= {"STRING", "BLOCK"} and kind == "NAME":
        written = f'"{found}"'
        return Diagnostic("KPI010", "a text stands in quotes", place.span, help=f"write `{written}`", fix=Fix(place.span, written))
    return None


def missing(place: Place) -> Diagnostic | None:
    """Only one kind of thing could stand here, and something else does."""
    if not place.tokens:
        return Diagnostic("KPI019", "there is nothing here", place.span, help="ask for metrics: `revenue by month`")
    wanted = wanted_here(place)
    gap = place.at_end or place.new_declaration or place.trouble.kind in OPERATORS | {"COMMA", "RPAR", "RBRACE", "LBRACE"}
    if len(wanted) != 1 and not (value_wanted(place) and gap):
        return None
    what = "a value" if value_wanted(place) else wanted[0]
    if what == "`=`" and place.declaration in ("metric", "segment", "dimension", "report", "cohort"):
        thing = "query" if place.declaration == "report" else "formula"
        help_ = f'write `{place.declaration} name "Label" = …`'
        return Diagnostic("KPI019", f"this {place.declaration} has no `=` and no {thing}", behind(place), help=help_)
    if what == "`from`" and place.declaration == "source":
        return _rows_from_nowhere(place)
    if place.at_end or place.new_declaration:
        after = place.text_of(place.index - 1) if place.before is not None else place.text
        message = f"{what} is missing after `{short(after)}`"
        return Diagnostic(
            "KPI019", message, behind(place), help=f"add {what}" if what != "a value" else "add a name, a number or a formula"
        )
    found = short(place.text)
    if found == "*" and place.before is not None and place.tokens[place.index - 1].type == "LPAR":
        return Diagnostic("KPI010", "rows are counted by the name of their source", place.span, help="write `count(orders)`")
    if what == "a value" and gap:
        return Diagnostic("KPI019", f"a value is missing before `{found}`", place.span, help="add a name, a number or a formula")
    return Diagnostic("KPI010", f"`{found}` stands where {what} is expected", place.span, help=f"write {what} here")


def _rows_from_nowhere(place: Place) -> Diagnostic:
    """A source without `from`, or with one that stands in its braces."""
    message, help_ = (
        "this source does not say where its rows come from",
        'write `from schema.table`, `from file("data.csv")` or `from sql("…")`',
    )
    index, depth = place.index + 1, 1
    while place.trouble.kind == "LBRACE" and index < len(place.tokens) and depth:
        depth += {"LBRACE": 1, "RBRACE": -1}.get(place.tokens[index].type, 0)
        if depth == 1 and place.text_of(index).lower() == "from" and place.tokens[index].type != "FIELD":
            label = Label(place.span_of(index), "it stands in the braces here")
            name = place.text_of(place.trouble.begun + 1)
            return Diagnostic(
                "KPI019", message, behind(place), labels=(label,), help=f"write `from` before the braces: `source {name} from … {{`"
            )
        index += 1
    return Diagnostic("KPI019", message, behind(place), help=help_)


_CHECK = "check the line, and what the line before it ends with"
_FORMS = {
    "cohort": "write `cohort buyers = orders where paid { entity customer_id  start first  each month for 12 months }`",
    "funnel": "write `funnel buying { entity user_id  within 7 days  stage visit = visits  stage order = orders }`",
    "alert": 'write `alert dear { watch cac each month  when > 60 EUR  do "Review the spend" }`',
    "scorecard": 'write `scorecard sales for "Head of sales" each quarter { weigh revenue 60%  weigh cac 40% }`',
}
"""How declarations read that few know by heart."""


def generic(place: Place) -> Diagnostic:
    wanted = wanted_here(place)
    help_ = f"expected here: {either(wanted, 'or', quoted=True)}" if 0 < len(wanted) <= 3 else _FORMS.get(place.declaration, _CHECK)
    if place.at_end:
        return Diagnostic("KPI010", "the text ends too early", place.span, help=help_)
    if place.declaration and not place.open and place.new_declaration:
        return Diagnostic("KPI010", f"this {place.declaration} is not finished", behind(place), help=help_)
    context = f" in this {place.declaration}" if place.declaration else ""
    return Diagnostic("KPI010", f"`{short(place.text)}` cannot stand here{context}", place.span, help=help_)
