"""Boards as pages with their numbers. Comes in: a session and a board. Goes out: the text of its page. All of a board's queries are asked
in one go; one that fails is told on its own tile, and the others go on.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpidsl.boards import board_of
from kpidsl.cli.answer import run
from kpidsl.cli.findings import with_rows
from kpidsl.cli.firing import Firing
from kpidsl.cli.page_findings import plain_line, worded
from kpidsl.cli.session import Session
from kpidsl.cli.standings import today
from kpidsl.dashboard.labels import Labeller
from kpidsl.dashboard.page import Numbers, locales_of, page
from kpidsl.dashboard.spec import uncommented
from kpidsl.dashboard.vega_script import vega_script
from kpidsl.diagnostic import KpiError
from kpidsl.plan.plan import Statement
from kpidsl.record import dataclass, field
from kpidsl.report.result import Value
from kpidsl.syntax import ast

_NAME = re.compile(r" \(finding \w+\)$")
MOST = 5000
"""Rows of one query that a page holds; it says how many more there are."""


@dataclass(slots=True)
class Pages:
    """The pages of one session. What two boards ask is asked once."""

    session: Session
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _findings: list[Mapping[str, Any]] | None = None
    _vega: str = ""

    def html(self, decl: ast.Dashboard) -> str:
        """The page of a board; KpiError where the board is broken, or no page can be made at all."""
        self._vega = self._vega or vega_script()
        locales = locales_of(self.session.project.locales)
        board, numbers = self.filled(decl, locales)
        return page(board, locales, numbers, self._vega)

    def filled(self, decl: ast.Dashboard, locales: Sequence[str]) -> tuple[Mapping[str, Any], Numbers]:
        """A board as data with its numbers, in these locales; KpiError where it is broken."""
        made = self.session
        board = board_of(made.compiled, decl, locales, made.as_of, [made.engine.dialect]).board
        sql = {name: uncommented(query["sql"][made.engine.dialect]) for name, query in board.document["queries"].items()}
        found = any(element["kind"] == "findings" for element in board.document["elements"].values())
        with made.batch(board.statements.values()):
            numbers = Numbers(
                rows={name: self._answer(sql[name], statement) for name, statement in board.statements.items()},
                today=today(made).isoformat(),
                project=made.project.name,
                engine=f"{made.connection.name} ({made.engine.dialect})",
                findings=self._standing_out(locales) if found else (),
            )
        return board.document, numbers

    def _answer(self, sql: str, statement: Statement) -> Mapping[str, Any]:
        if sql not in self._answers:
            self._answers[sql] = self._asked(statement)
        return self._answers[sql]

    def _asked(self, statement: Statement) -> Mapping[str, Any]:
        """The rows of a query as JSON has them, or what went wrong."""
        try:
            rows, _ = run(self.session, statement)
        except KpiError as error:
            return {"error": "; ".join(found.message for found in error.diagnostics)}
        kept: Sequence[Sequence[Value]] = rows[:MOST]
        return {"rows": [[plain(value) for value in row] for row in kept], "more": max(0, len(rows) - MOST)}

    def _standing_out(self, locales: Sequence[str]) -> list[Mapping[str, Any]]:
        """What stands out without being declared, as sentences of any language."""
        if self._findings is None:
            failed: list[KpiError] = []
            labels = Labeller(self.session.compiled.model, self.session.compiled.scope, locales)
            told = [worded(labels, *each[:2], _line(each[2])) for each in with_rows(self.session, failed.append)]
            self._findings = [*told, *(plain_line(found.message) for error in failed for found in error.diagnostics)]
        return self._findings


def _line(firing: Firing) -> str:
    """The line of a finding, without its mark and its name."""
    return _NAME.sub("", firing.line.removeprefix("! "))


def plain(value: Value) -> Any:
    """A value as JSON has it; what is no number is null."""
    match value:
        case Decimal():
            return plain(int(value) if value.is_finite() and value == value.to_integral_value() else float(value))
        case float():
            return value if math.isfinite(value) else None
        case dt.datetime() | dt.date():
            return value.isoformat()
        case _:
            return value
