"""Syntax errors in plain words. Comes in: the place where the text left the grammar (`Trouble`). Goes out: one diagnostic with one next
step. What the parser would have accepted is never listed: at most three likely things are named, or the keyword that was meant."""

from __future__ import annotations

from collections.abc import Callable

from kpidsl.diagnostic import Diagnostic, Fix, Label
from kpidsl.syntax.customs import asked, customary
from kpidsl.syntax.machine import Trouble
from kpidsl.syntax.place import PAIRS, SIGNS, Place, behind
from kpidsl.syntax.problems_values import (
    after_at,
    commas_in_number,
    comparison,
    generic,
    habits,
    missing,
    month_in_words,
    nothing_between,
    period_in_words,
    unit,
)
from kpidsl.syntax.problems_words import (
    colon,
    column_without_colon,
    declaration,
    foreign,
    long_name,
    misspelt,
    outside_braces,
    reserved,
    two_words,
)


def describe(trouble: Trouble) -> Diagnostic | None:
    """The diagnostic for one place; None where the lexer has said it already."""
    place = Place(trouble)
    if _said_already(place):
        return None
    for explain in _EXPLANATIONS:
        found = explain(place)
        if found is not None:
            return found
    return generic(place)


def _said_already(place: Place) -> bool:
    """Does the trouble follow from what the lexer has complained about?"""
    lexed, tokens = place.lexed, place.tokens
    last = len(tokens) - 1 if place.at_end else place.index
    if last >= 0 and tokens[last].start in lexed.stand_ins:
        return True
    before = place.before
    if before is not None and before.start in lexed.stand_ins and (before.type == "NUMBER" or _endless(place, place.index - 1)):
        return True  # `12x EUR`: what follows belongs to the number
    if place.open and lexed.brackets and tokens[place.trouble.begun].start < lexed.brackets[0] <= tokens[last].start:
        return True
    # A text without end takes the rest of its line along, brackets included.
    return any(_endless(place, index) and set("(){}") & set(place.text_of(index)) for index in range(place.trouble.begun, place.index))


def _endless(place: Place, index: int) -> bool:
    """Is this a text or a quoted name whose closing sign is missing?"""
    token = place.tokens[index]
    return token.start in place.lexed.stand_ins and token.type in ("STRING", "BLOCK", "NAME") and place.text_of(index)[0] in "\"'`"


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


def _case(place: Place) -> Diagnostic | None:
    """A `case` without its `end`."""
    if not (place.at_end or place.new_declaration or place.trouble.kind in ("RPAR", "RBRACE", "LBRACE", "END")):
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


_EXPLANATIONS: tuple[Callable[[Place], Diagnostic | None], ...] = (
    _unclosed,
    _closes_nothing,
    comparison,
    after_at,
    unit,
    commas_in_number,
    month_in_words,
    period_in_words,
    customary,
    asked,
    long_name,
    two_words,
    foreign,
    _case,
    colon,
    reserved,
    declaration,
    column_without_colon,
    habits,
    outside_braces,
    misspelt,
    missing,
    nothing_between,
)
