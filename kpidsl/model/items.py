"""Items of a declaration that say the same twice, or nothing. Comes in: the items of a goal, a KPI, an alert or a scorecard. Goes out:
nothing, or the error that names them."""

from __future__ import annotations

from collections.abc import Sequence

from kpidsl.diagnostic import Label, fail
from kpidsl.syntax import ast

ONCE: tuple[tuple[type[ast.Node], str], ...] = (
    (ast.Measure, "measure"),
    (ast.GoalKind, "kind"),
    (ast.Deadline, "by"),
    (ast.Review, "review"),
    (ast.Parent, "parent"),
    (ast.Because, "because"),
    (ast.Stage, "stage"),
    (ast.Tier, "tier"),
    (ast.Category, "category"),
    (ast.Pace, "pace"),
    (ast.Warn, "warn"),
    (ast.Needs, "needs"),
    (ast.Quiet, "quiet"),
    (ast.Do, "do"),
    (ast.Owner, "owner"),
)
"""What a declaration says once, with the word that it begins with."""
USES = {"owner": "whoever wonders about the number would ask nobody", "do": "whoever gets the alarm would not know what it asks for"}


def check_items(items: Sequence[ast.Node], whose: str) -> None:
    """KPI088 for what is said twice, KPI089 for texts without a word. `whose`: the KPI `revenue`."""
    for kind, word in ONCE:
        found = [item for item in items if isinstance(item, kind)]
        only_one(found, "KPI088", f"{whose} says `{word}` twice", "keep the one that holds")
    for item in items:
        match item:
            case ast.Owner(text=text):
                _check_said(item, "owner", text, whose)
            case ast.Because(text=text):
                _check_said(item, "because", text, whose)
            case ast.Do(text=text) | ast.Advice(text=text):
                _check_said(item, "do", text, whose)
            case ast.Target(because=str(text)):
                _check_said(item, "because", text, whose)


def only_one(found: Sequence[ast.Node], code: str, message: str, help: str, notes: tuple[str, ...] = ()) -> None:
    """An error of this code at the second of these, where there is one."""
    if len(found) > 1:
        first, second = found[:2]
        fail(code, message, second.span, labels=(Label(first.span, "first here"),), notes=notes, help=help)


def _check_said(item: ast.Node, word: str, text: str, whose: str) -> None:
    if text.strip():
        return
    note = USES.get(word, "whoever doubts it later would find no reason")
    fail("KPI089", f"`{word}` of {whose} says nothing", item.span, notes=(note,), help="write it down, or leave it out")
