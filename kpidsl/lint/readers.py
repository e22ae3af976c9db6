"""M7: one board per reader. A board for nobody in particular, and a single board where the project knows several readers."""

from __future__ import annotations

from collections.abc import Iterator

from kpidsl.diagnostic import Diagnostic, Label, Severity
from kpidsl.lint.facts import Facts, advice, listed
from kpidsl.syntax import ast

CODE = "KPI308"


def find(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per board that shows KPIs or goals and has no reader; one for the project where its only board is for one of several."""
    if not facts.goals:
        return
    boards = facts.own(ast.Dashboard)
    readers = [word for word in facts.own(ast.Vocabulary) if word.kind == "audience"]
    for board in boards:
        if board.audience is None and any(isinstance(item, ast.KpiTile | ast.GoalTile) for item in board.items):
            several = len(boards) == 1
            yield advice(
                Severity.HINT,
                CODE,
                f"the board `{board.name.text}` is {'the only one, and for everybody' if several else 'for nobody in particular'}",
                board.name.span,
                notes=("an executive asks whether goals are reached, a specialist what to do today: one board answers neither",),
                help=f"say who reads it, and give others a board of their own: dashboard {board.name.text} for {_example(readers)} {{ … }}",
            )
    if len(boards) == 1 and boards[0].audience is not None and len(readers) > 1:
        reader = boards[0].audience.text
        others = [word for word in readers if word.name.text != reader]
        yield advice(
            Severity.HINT,
            CODE,
            f"`{boards[0].name.text}` is the only board, and it is for {reader} alone",
            boards[0].name.span,
            labels=tuple(Label(word.name.span, "has no board") for word in others[:3]),
            notes=(f"{listed(f'`{word.name.text}`' for word in others)} will read a board that answers somebody else's question",),
            help=f"give them one of their own: dashboard NAME for {others[0].name.text} {{ question … }}",
        )


def _example(readers: list[ast.Vocabulary]) -> str:
    return readers[0].name.text if readers else "executive"
