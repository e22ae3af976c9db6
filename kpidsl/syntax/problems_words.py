"""Words that stand where they cannot. Comes in: a place. Goes out: a diagnostic that names the keyword that was meant, or None."""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, Fix, similar
from kpidsl.span import Span
from kpidsl.syntax.machine import DECLARATIONS, END
from kpidsl.syntax.place import Place, either, kind_at, value_wanted, with_article
from kpidsl.syntax.tables import RESERVED, tables

_FOREIGN = {
    "group": "by", "limit": "top", "filter": "where", "when": "where", "per": "by", "split": "by", "grouped": "by",
    "using": "on", "desc": "order by … desc", "asc": "order by …", "sort": "order by", "if": "case when … then … else … end",
    "select": "revenue by month", "over": "during", "since": "during 2026-01-01..", "title": "label", "description": "describe",
    "comment": "describe", "goal": "for", "table": "from", "higher": "better higher",
    "lower": "better lower",
}  # fmt: skip
_CLAUSES = ("by", "where", "during", "last", "compare", "with", "order", "top")
INSTEAD_OF_HAVING = (
    "pick them: `top 10 by revenue`; or show a number only where it is large enough: `case when revenue > 10 EUR then revenue end`"
)
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


def reserved(place: Place) -> Diagnostic | None:
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


def two_words(place: Place) -> Diagnostic | None:
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


def long_name(place: Place) -> Diagnostic | None:
    """`metric net revenue = …`: a name of several words."""
    head = place.index - 2
    if place.at_end or head < place.trouble.begun or place.tokens[head + 1].type != "NAME" or place.trouble.kind in ("FROM", "FOR"):
        return None
    keyword = place.text_of(head).lower()
    if not (head == place.trouble.begun and keyword in DECLARATIONS) and not (keyword == "stage" and "EQUAL" in place.accepted):
        return None
    end = place.index
    while end < len(place.tokens) and place.tokens[end].type in ("NAME", "FIELD") and _on_line(place, end) and end < place.index + 5:
        if tables().keywords.get(place.text_of(end).lower()) in place.accepted & {"FROM", "FOR", "BY"}:
            break
        end += 1
        if place.tokens[end - 1].type == "FIELD":
            break
    words = [place.text_of(index) for index in range(head + 1, end)]
    if len(words) < 2 or any(word[0] == "`" or similar(word, place.words()) for word in words):
        return None
    if keyword in ("param", "need"):
        right = place.tokens[end - 1].type == "FIELD"
    elif end == len(place.tokens) or not _on_line(place, end):
        right = END in place.accepted
    else:
        right = place.trouble.fits(kind_at(place, end))
    if not right:
        return None
    span = Span(place.lexed.source, place.tokens[head + 1].start, place.tokens[end - 1].end)
    written = "_".join(words)
    help_ = f"write `{written}`, or quote it: `` `{' '.join(words)}` ``"
    return Diagnostic("KPI010", "a name is one word", span, help=help_, fix=Fix(span, written))


def _follows(place: Place, word: str) -> bool:
    """Does the place come after this word, on the same line?"""
    index = place.index
    while index > place.trouble.begun and _on_line(place, index):
        index -= 1
        if place.text_of(index).lower() == word:
            return True
    return False


def _on_line(place: Place, index: int) -> bool:
    """Does a token stand on the line of the one before it?"""
    return "\n" not in place.lexed.source.text[place.tokens[index - 1].end : place.tokens[index].start]


def foreign(place: Place) -> Diagnostic | None:
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
    if place.text.lower() == "having" and not place.at_end:
        return Diagnostic("KPI010", "there is no `having`: groups are not left out by their numbers", place.span, help=INSTEAD_OF_HAVING)
    if place.text.lower() == "as" and "AS" not in place.accepted and place.next_text.isidentifier() and not value_wanted(place):
        help_ = f"declare what shall be called so, and ask for it: `metric {place.next_text} = …`"
        return Diagnostic("KPI010", "names are given where a number is declared, not where it is asked for", place.span, help=help_)
    if place.trouble.begun == 0 and place.index == 1 and last in _CLAUSES and not place.in_file:
        help_ = f"begin with what shall be computed: `revenue {last} …`"
        return Diagnostic("KPI019", f"nothing is asked for before `{last}`", place.span_of(0), help=help_)
    if place.trouble.begun == 0 and place.index == 1 and last in DECLARATIONS and not place.in_file:
        return Diagnostic(
            "KPI010",
            f"a query is asked, and `{last}` begins a declaration",
            place.span_of(0),
            help="ask as in `revenue by month`, or put the declaration in a file",
        )
    return None


def declaration(place: Place) -> Diagnostic | None:
    """A word where a declaration should begin."""
    if place.at_end or place.open or not place.text.isidentifier():
        return None
    first = not place.index or "\n" in place.lexed.source.text[place.tokens[place.index - 1].end : place.span.start]
    if place.index != place.trouble.begun and not (first and END in place.accepted):
        return None
    if not place.in_file or "METRIC" not in place.accepted:
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


def colon(place: Place) -> Diagnostic | None:
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


def column_without_colon(place: Place) -> Diagnostic | None:
    if place.at_end or "FIELD" not in place.accepted or place.trouble.kind != "NAME" or "RBRACE" not in place.accepted:
        return None
    if similar(place.text, place.words()):
        return None
    if kind_at(place, place.index + 1) == "FIELD":  # `column id: int`
        message = f"a column begins with its name, without `{place.text}`"
        word = Span(place.lexed.source, place.span.start, place.tokens[place.index + 1].start)
        return Diagnostic("KPI011", message, place.span, help=f"write `{place.next_text} …`", fix=Fix(word, ""))
    if kind_at(place, place.index + 1) != "NAME":
        return None
    type_ = place.next_text
    message = f"`{place.text}` is neither an item of a source nor a column"
    return Diagnostic(
        "KPI011", message, place.span, help=f"a column has a colon: `{place.text}: {type_}`", fix=Fix(place.span, f"{place.text}:")
    )


def outside_braces(place: Place) -> Diagnostic | None:
    """`metric revenue = sum(orders.amount) better higher`: an item that should stand in braces."""
    if place.at_end or place.open or place.tokens[place.index].type != "NAME" or not place.declaration:
        return None
    if not place.trouble.fits("LBRACE", kind_at(place, place.index)) or "NAME" in place.accepted:
        return None
    end = place.index
    while end + 1 < len(place.tokens) and _on_line(place, end + 1) and place.tokens[end + 1].type not in ("LBRACE", "RBRACE"):
        end += 1
    items = Span(place.lexed.source, place.span.start, place.tokens[end].end)
    message = f"`{place.text}` is an item of the {place.declaration}, and items stand in braces"
    return Diagnostic("KPI010", message, place.span, help=f"write `{{ {items.text} }}`")


def misspelt(place: Place) -> Diagnostic | None:
    """A word that resembles a keyword that could stand here, or an item that the braces do not take."""
    if place.at_end or place.tokens[place.index].type not in ("NAME", "FIELD") or place.text[0] == "`":
        return None
    words = place.words()
    near = [word for word in similar(place.text, words) if len(place.text) > 1 and len(word) > 2]
    if place.text.lower() in tables().keywords:
        near = []
    in_braces = bool(place.open) and place.tokens[place.open[-1]].type == "LBRACE" and "RBRACE" in place.accepted
    foreign = _FOREIGN.get(place.text.lower())
    if in_braces and place.text.lower() in ("from", "source", "year") and _follows(place, "benchmark"):
        message = f"what stands behind a benchmark is in braces, and `{place.text}` is outside of them"
        return Diagnostic("KPI010", message, place.span, help='write `benchmark 52 EUR { source "Industry report"  year 2025 }`')
    if in_braces:
        owner = with_article(place.declaration) if len(place.open) == 1 and place.declaration else "what stands in these braces"
        message = f"`{place.text}` is not an item of {owner}"
        if near:
            return Diagnostic("KPI011", message, place.span, help=f"did you mean `{near[0]}`?", fix=Fix(place.span, near[0]))
        if foreign is not None and foreign.split()[0] in words:
            return Diagnostic("KPI011", message, place.span, help=f"write `{foreign}`")
        likely = [word for word in _CUSTOMARY.get(place.declaration, ()) if word in words] or sorted(words)[:3]
        return Diagnostic("KPI011", message, place.span, help=f"it takes items such as {either(likely, 'and')}" if likely else "delete it")
    if near:
        message = f"`{place.text}` is not a word that can stand here"
        return Diagnostic("KPI011", message, place.span, help=f"did you mean `{near[0]}`?", fix=Fix(place.span, near[0]))
    if foreign is not None and (foreign.split()[0] in words or " " in foreign):
        return Diagnostic("KPI010", f"`{place.text}` is not a word of the language here", place.span, help=f"write `{foreign}`")
    return None
