"""Syntax errors in plain words. Comes in: the place where the text left the grammar (`Trouble`). Goes out: one diagnostic with one next
step. What the parser would have accepted is never listed: at most three likely things are named, or the keyword that was meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from kpidsl.diagnostic import Diagnostic, Fix, Label, similar
from kpidsl.span import Span
from kpidsl.syntax.machine import DECLARATIONS, END, Trouble
from kpidsl.syntax.place import OPERAND, OPERATORS, PAIRS, SIGNS, Place, behind, either, kind_at, short, value_wanted, wanted_here
from kpidsl.syntax.tables import RESERVED, tables

_FOREIGN = {
    "group": "by", "limit": "top", "filter": "where", "having": "where", "when": "where", "per": "by", "split": "by", "grouped": "by",
    "using": "on", "desc": "order by … desc", "asc": "order by …", "sort": "order by", "if": "case when … then … else … end",
    "select": "revenue by month", "over": "during", "since": "during 2026-01-01..", "title": "label", "description": "describe",
    "comment": "describe", "goal": "for", "table": "from", "having_": "where",
}  # fmt: skip
_CUSTOMARY = {
    "metric": ("unit", "better", "describe"),
    "source": ("key", "time", "join"),
    "goal": ("measure", "by", "owner"),
    "kpi": ("target", "stage", "warn"),
    "funnel": ("entity", "within", "stage"),
    "cohort": ("entity", "start", "each"),
    "alert": ("watch", "when", "do"),
    "scorecard": ("weigh", "pay", "owner"),
    "dashboard": ("question", "kpi", "show"),
    "test": ("given", "expect", "as_of"),
    "calendar": ("zone", "week", "holidays"),
}
_UNIT_WORDS = re.compile(r"(second|minute|hour|day|week|month|quarter|year)s?", re.IGNORECASE)


def describe(trouble: Trouble) -> Diagnostic | None:
    """The diagnostic for one place; None where the lexer has said it already."""
    place = Place(trouble)
    if not place.at_end and place.span.start in place.lexed.stand_ins:
        return None
    for explain in _EXPLANATIONS:
        found = explain(place)
        if found is not None:
            return found
    return _generic(place)


# ---------------------------------------------------------------- braces and the end


def _unclosed(place: Place) -> Diagnostic | None:
    if not place.open:
        return None
    innermost = place.open[-1]
    opened = place.tokens[innermost].type
    wrong = place.at_end or place.new_declaration or (opened == "LPAR" and place.trouble.kind in ("LBRACE", "RBRACE", "SEMICOLON"))
    if not wrong:
        return None
    sign, closing = SIGNS[opened], SIGNS[PAIRS[opened]]
    label = Label(place.span_of(innermost), "opened here")
    where = "the text ends" if place.at_end else f"`{place.text}` begins"
    message = f"{where} before this `{sign}` is closed"
    line = place.span_of(innermost).line
    return Diagnostic("KPI012", message, place.span, labels=(label,), help=f"add `{closing}` to what line {line} opens")


def _closes_nothing(place: Place) -> Diagnostic | None:
    if place.trouble.kind not in ("RPAR", "RBRACE"):
        return None
    sign = place.text
    if not place.open:
        return Diagnostic(
            "KPI012", f"this `{sign}` closes nothing", place.span, help="delete it, or open it earlier", fix=Fix(place.span, "")
        )
    return None


# ---------------------------------------------------------------- words


def _reserved(place: Place) -> Diagnostic | None:
    word = place.text
    if word.lower() not in RESERVED or "NAME" not in place.accepted or place.at_end:
        return None
    following = kind_at(place, place.index + 1)
    if not place.trouble.fits("NAME", following) and not (following == END and place.trouble.fits("NAME")):
        return None
    quoted = f"`{word}`"
    return Diagnostic(
        "KPI013",
        f"{quoted} is a reserved word",
        place.span,
        help=f"quote it to use it as a name: `` {quoted} ``",
        fix=Fix(place.span, quoted, safe=True),
    )


def _unit(place: Place) -> Diagnostic | None:
    """`30.5 days`, `25 eur`, `2026-01-31 12:00`."""
    before = place.before
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
    if apart and _UNIT_WORDS.fullmatch(word):
        return Diagnostic(
            "KPI014", "a number and its unit stand on one line", span, help=f"write `{number} {word}`", fix=Fix(span, f"{number} {word}")
        )
    return None


def _two_words(place: Place) -> Diagnostic | None:
    if place.at_end:
        return None
    both = f"{place.text} {place.next_text}".lower()
    if both == "as of":
        span = place.span.to(place.span_of(place.index + 1))
        return Diagnostic("KPI010", "`as_of` is one word", span, help="write `as_of 2026-03-15`", fix=Fix(span, "as_of", safe=True))
    if both == "group by" and "BY" in place.accepted:
        span = place.span.to(place.span_of(place.index + 1))
        return Diagnostic("KPI010", "grouping is said with `by` alone", span, help="write `by`", fix=Fix(span, "by", safe=True))
    if place.declaration == "metric" and place.text.lower() in ("by", "group") and not place.open:
        help_ = f"group where it is asked for: `report r = {place.text_of(place.trouble.begun + 1)} by month`"
        return Diagnostic("KPI010", "a metric is not grouped", place.span, help=help_)
    return None


def _foreign(place: Place) -> Diagnostic | None:
    """Habits of SQL and spreadsheets."""
    if place.before is None:
        return None
    last = place.text_of(place.index - 1).lower()
    if last == "select" and place.before.type == "NAME":
        help_ = 'name a formula, as in `sum(orders.amount)`; SQL stands in `from sql("…")`'
        return Diagnostic("KPI010", "there is no `select` in the language", place.span_of(place.index - 1), help=help_)
    if "NULL" in place.accepted and last in ("is", "not") and not place.at_end and not value_wanted(place):
        sign = "<>" if last == "not" else "="
        return Diagnostic("KPI010", "`is` asks for null and nothing else", place.span, help=f"write `{sign} {place.text}`")
    if last == "in" and place.accepted == {"LPAR"} and not place.at_end:
        return Diagnostic("KPI019", "the list after `in` stands in parentheses", place.span, help=f"write `in ({place.text}, …)`")
    if place.trouble.begun == 0 and place.index == 1 and last in DECLARATIONS and not place.declaration_allowed:
        return Diagnostic(
            "KPI010",
            f"a query is asked, and `{last}` begins a declaration",
            place.span_of(0),
            help="ask as in `revenue by month`, or put the declaration in a file",
        )
    return None


def _case(place: Place) -> Diagnostic | None:
    """A `case` without its `end`."""
    if not (place.at_end or place.new_declaration or place.trouble.kind in ("RPAR", "RBRACE", "LBRACE")):
        return None
    opened: list[int] = []
    for index in range(place.trouble.begun, place.index):
        word = place.text_of(index).lower()
        if word == "case":
            opened.append(index)
        elif word == "end" and opened:
            opened.pop()
    if not opened or not {"WHEN", "END"} & place.accepted:
        return None
    label = Label(place.span_of(opened[-1]), "begins here")
    if "END" not in place.accepted:
        return Diagnostic(
            "KPI019", "this `case` has no `when`", behind(place), labels=(label,), help="write `case when condition then value end`"
        )
    return Diagnostic("KPI012", "this `case` has no `end`", behind(place), labels=(label,), help="add `end`")


def _nothing_between(place: Place) -> Diagnostic | None:
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


def _declaration(place: Place) -> Diagnostic | None:
    """A word where a declaration should begin."""
    if place.at_end or place.open or not place.text.isidentifier():
        return None
    first = not place.index or "\n" in place.lexed.source.text[place.tokens[place.index - 1].end : place.span.start]
    if place.index != place.trouble.begun and not (first and END in place.accepted):
        return None
    if "METRIC" not in place.accepted:  # a query or an expression
        return None
    near = similar(place.text, DECLARATIONS)
    if not near and place.index != place.trouble.begun:
        near = similar(place.text, place.words())
    if near:
        fix = Fix(place.span, near[0])
        return Diagnostic("KPI011", f"`{place.text}` begins no declaration", place.span, help=f"did you mean `{near[0]}`?", fix=fix)
    help_ = "a file holds declarations such as `source`, `metric` and `kpi`"
    if place.tokens[place.index].type == "FIELD":
        help_ = "columns stand in the braces of a `source`"
    return Diagnostic("KPI011", f"`{place.text}` begins no declaration", place.span, help=help_)


def _colon(place: Place) -> Diagnostic | None:
    """`unit: EUR` among items, `metric revenue: …`."""
    if place.at_end or place.tokens[place.index].type != "FIELD":
        return None
    word = place.text.lower()
    colon = Span(place.lexed.source, place.span.start, place.tokens[place.index + 1].end)
    if word in place.words():
        fix = Fix(colon, word)
        return Diagnostic("KPI010", f"`{word}` takes no colon", colon, help=f"write `{word}` and its value", fix=fix)
    if "NAME" in place.accepted and place.trouble.fits("NAME", "EQUAL"):
        return Diagnostic(
            "KPI010",
            f"a {place.declaration or 'name'} is defined with `=`, not `:`",
            colon,
            help=f"write `{place.text} = …`",
            fix=Fix(colon, f"{place.text} ="),
        )
    return None


def _column_without_colon(place: Place) -> Diagnostic | None:
    if place.at_end or "FIELD" not in place.accepted or place.trouble.kind != "NAME" or "RBRACE" not in place.accepted:
        return None
    if similar(place.text, place.words()) or kind_at(place, place.index + 1) != "NAME":
        return None
    type_ = place.next_text
    message = f"`{place.text}` is neither an item of a source nor a column"
    return Diagnostic(
        "KPI011", message, place.span, help=f"a column has a colon: `{place.text}: {type_}`", fix=Fix(place.span, f"{place.text}:")
    )


def _misspelt(place: Place) -> Diagnostic | None:
    """A word that resembles a keyword that could stand here, or an item that the braces do not take."""
    if place.at_end or place.tokens[place.index].type not in ("NAME", "FIELD") or place.text[0] == "`":
        return None
    words = place.words()
    near = [word for word in similar(place.text, words) if len(place.text) > 1 and len(word) > 2]
    if place.text.lower() in tables().keywords:
        near = []
    in_braces = bool(place.open) and place.tokens[place.open[-1]].type == "LBRACE" and "RBRACE" in place.accepted
    foreign = _FOREIGN.get(place.text.lower())
    if in_braces:
        owner = f"a {place.declaration}" if len(place.open) == 1 and place.declaration else "what stands in these braces"
        message = f"`{place.text}` is not an item of {owner}"
        if near:
            return Diagnostic("KPI011", message, place.span, help=f"did you mean `{near[0]}`?", fix=Fix(place.span, near[0]))
        if foreign in words:
            return Diagnostic("KPI011", message, place.span, help=f"write `{foreign}`")
        likely = [word for word in _CUSTOMARY.get(place.declaration, ()) if word in words] or sorted(words)[:3]
        return Diagnostic("KPI011", message, place.span, help=f"it takes items such as {either(likely, 'and')}" if likely else "delete it")
    if near:
        message = f"`{place.text}` is not a word that can stand here"
        return Diagnostic("KPI011", message, place.span, help=f"did you mean `{near[0]}`?", fix=Fix(place.span, near[0]))
    if foreign is not None and (foreign.split()[0] in words or " " in foreign):
        return Diagnostic("KPI010", f"`{place.text}` is not a word of the language here", place.span, help=f"write `{foreign}`")
    return None


# ---------------------------------------------------------------- operators


def _comparison(place: Place) -> Diagnostic | None:
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


def _after_at(place: Place) -> Diagnostic | None:
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


# ---------------------------------------------------------------- what is missing


def _missing(place: Place) -> Diagnostic | None:
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
        help_ = 'write `from schema.table`, `from file("data.csv")` or `from sql("…")`'
        return Diagnostic("KPI019", "this source does not say where its rows come from", behind(place), help=help_)
    if place.at_end or place.new_declaration:
        after = place.text_of(place.index - 1) if place.before is not None else place.text
        message = f"{what} is missing after `{short(after)}`"
        return Diagnostic(
            "KPI019", message, behind(place), help=f"add {what}" if what != "a value" else "add a name, a number or a formula"
        )
    found = short(place.text)
    if what == "a value" and gap:
        return Diagnostic("KPI019", f"a value is missing before `{found}`", place.span, help="add a name, a number or a formula")
    return Diagnostic("KPI010", f"`{found}` stands where {what} is expected", place.span, help=f"write {what} here")


def _generic(place: Place) -> Diagnostic:
    wanted = wanted_here(place)
    help_ = (
        f"expected here: {either(wanted, 'or', quoted=True)}"
        if 0 < len(wanted) <= 3
        else "check the line, and what the line before it ends with"
    )
    if place.at_end:
        return Diagnostic("KPI010", "the text ends too early", place.span, help=help_)
    if place.declaration and not place.open and place.new_declaration:
        return Diagnostic("KPI010", f"this {place.declaration} is not finished", behind(place), help=help_)
    context = f" in this {place.declaration}" if place.declaration else ""
    return Diagnostic("KPI010", f"`{short(place.text)}` cannot stand here{context}", place.span, help=help_)


_EXPLANATIONS: tuple[Callable[[Place], Diagnostic | None], ...] = (
    _unclosed,
    _closes_nothing,
    _comparison,
    _after_at,
    _unit,
    _two_words,
    _foreign,
    _case,
    _colon,
    _reserved,
    _declaration,
    _column_without_colon,
    _misspelt,
    _missing,
    _nothing_between,
)
