"""Words that stand in lists: kinds of goals, stages, tiers, statuses, periods; and names of goals, funnels and boards. Comes in: a word as
written. Goes out: nothing, or the error with the nearest word of its list. A project may declare more of some of them."""

from __future__ import annotations

import re

from kpidsl.diagnostic import Label, fail, similar
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.record import dataclass
from kpidsl.span import Span
from kpidsl.syntax import ast

STAGES = ("awareness", "consideration", "conversion", "loyalty")
PERIODS = ("day", "week", "month", "quarter", "half", "year")
WORDS = {
    "period": PERIODS,
    "kind": ("awareness", "leads", "sales", "loyalty"),
    "tier": ("operational", "tactical", "strategic"),
    "audience": ("executive", "manager", "specialist"),
    "stage": STAGES,
    "pace": ("linear", "workdays", "seasonal"),
    "review": ("daily", "weekly", "monthly", "quarterly", "yearly"),
    "order": ("strict", "ordered", "any"),
    "category": ("result", "cost", "productivity", "efficiency"),
    "status": (
        *("achieved", "missed", "on_track", "at_risk", "off_track"),
        *("no_data", "insufficient_data", "immature", "no_target", "not_started"),
    ),
}
FORMATS = ("x", "%")
PLACEHOLDERS = ("value", "expected", "period")
"""What the message of every alert may hold; names after `by` come to it."""


@dataclass(frozen=True)
class Words:
    """The words that one scope knows."""

    resolver: Questions
    scope: Scope

    def word(self, kind: str, name: ast.Ident) -> None:
        """A word of a closed list, or one that the project declares."""
        self.listed(kind, name.text, name.span)

    def listed(self, kind: str, text: str, span: Span) -> None:
        """The same for a word that the tree keeps as text."""
        known = [*WORDS[kind], *self.scope.names(kind)]
        if kind == "period":
            known += self.resolver.calendar.own_words
        if kind == "stage":
            journeys = [e.decl for e in self.scope.entries.values() if isinstance(e.decl, ast.Journey)]
            known = [*(s.name.text for j in journeys for s in j.stages), *known]
        if text not in known:
            near = similar(text, known)
            can_declare = kind in ("kind", "tier", "audience", "stage")
            tip = "write one of " + ", ".join(dict.fromkeys(known))
            fail(
                "KPI049",
                f"there is no {kind} `{text}`",
                span,
                help=f"did you mean `{near[0]}`?"
                if near
                else tip + (f", or declare it: {'journey' if kind == 'stage' else kind} …" if can_declare else ""),
            )

    def named(self, kind: str, name: ast.Ident) -> ast.Node:
        """The declaration of that kind and name."""
        entry = self.scope.find(kind, name.text)
        if entry is None and self.scope.is_lost(name.text):
            raise self.resolver.silent()
        if entry is None:
            known = self.scope.names(kind)
            near = similar(name.text, known)
            listed = f"write one of {', '.join(known[:5])}{' …' if len(known) > 5 else ''}, or " if known else ""
            fail(
                "KPI048",
                f"there is no {kind} `{name.text}`",
                name.span,
                help=f"did you mean `{near[0]}`?" if near else f"{listed}declare it: {kind} {name.text} …",
            )
        return entry.decl

    def period(self, name: ast.Ident | None) -> None:
        """`each month`, where it is said."""
        if name is not None:
            self.word("period", name)

    def previous(self, word: str, span: Span) -> None:
        """What stands behind `previous`: a period, or the word itself for the period that is asked for."""
        if word != "period":
            self.listed("period", word, span)

    def placeholders(self, item: ast.Do, by: list[str]) -> None:
        """`Review {channel}: {value}`: each stands for something that the alert knows."""
        known = [*PLACEHOLDERS, *by]
        for name in re.findall(r"\{([^{}]*)\}", item.text):
            if name not in known:
                near = similar(name, known)
                listed = ", ".join(f"{{{word}}}" for word in known)
                fail(
                    "KPI049",
                    f"the alert knows nothing called `{name}`",
                    item.span,
                    notes=(f"`{{{name}}}` would stand in the message as it is",),
                    help=f"did you mean {{{near[0]}}}?" if near else f"it knows {listed}; others go after `by`",
                )

    def format(self, item: ast.FormatItem) -> None:
        """A pattern of numbers, which has a place for digits, or one of the few words."""
        if "0" not in item.text and "#" not in item.text and item.text not in FORMATS:
            help = 'write a pattern of digits such as "0.0" or "0.0%", or x for a multiple'
            fail("KPI049", f"there is no format `{item.text}`", item.span, help=help)

    def once(self, kind: str, names: list[ast.Ident]) -> None:
        """Names of one declaration that may stand in it once."""
        first: dict[str, ast.Ident] = {}
        for name in names:
            other = first.setdefault(name.text, name)
            if other is not name:
                fail(
                    "KPI034",
                    f"there are two {kind}s `{name.text}`",
                    name.span,
                    labels=(Label(other.span, "the first one"),),
                    help="rename one of them",
                )
