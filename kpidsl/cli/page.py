"""Boards as pages with their numbers. Comes in: a session and a board. Goes out: the text of its page. All of a board's queries are asked
in one go; one that fails is told on its own tile, and the others go on.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpidsl.boards import Made, board_of
from kpidsl.cli.answer import run
from kpidsl.cli.findings import standing_out
from kpidsl.cli.session import Session
from kpidsl.cli.standings import today
from kpidsl.dashboard.page import Numbers, locales_of, page
from kpidsl.dashboard.spec import uncommented
from kpidsl.dashboard.vega_script import vega_script
from kpidsl.diagnostic import KpiError
from kpidsl.model.views import WHOLE, View
from kpidsl.plan.plan import Statement
from kpidsl.record import dataclass, field
from kpidsl.report.result import Value
from kpidsl.sql.emit import emit_apart
from kpidsl.sql.given import Given
from kpidsl.syntax import ast

_NAME = re.compile(r" \(finding \w+\)$")
MOST = 5000
"""Rows of one query that a page holds; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A board with its numbers; `given` has the values that went to the engine beside the SQL of each query."""

    made: Made
    locales: Sequence[str]
    numbers: Numbers
    given: Mapping[str, Sequence[Given]]


@dataclass(slots=True)
class Pages:
    """The pages of one session. What two boards ask is asked once."""

    session: Session
    fatal: frozenset[str] = frozenset()
    """Codes of errors that are no tile's own: they are raised."""
    _answers: dict[tuple[tuple[type, Given], ...], Mapping[str, Any]] = field(default_factory=dict)
    _findings: list[str] | None = None
    _vega: str = ""

    def html(self, decl: ast.Dashboard) -> str:
        """The page of a board; KpiError where the board is broken, or no page can be made at all."""
        self._vega = self._vega or vega_script()
        seen = self.seen(decl)
        return page(seen.made.board.document, seen.locales, seen.numbers, self._vega)

    def seen(self, decl: ast.Dashboard, view: View = WHOLE, stop: Callable[[], None] = lambda: None) -> Seen:
        """A board as a reader wants to see it, with its numbers; `stop` is called before each query, and may raise."""
        session = self.session
        locales = locales_of(session.project.locales)
        given: dict[str, Sequence[Given]] = {}

        def emit(statement: Statement, dialect: str) -> str:
            text, given[text] = emit_apart(statement, dialect)
            return text

        made = board_of(session.compiled, decl, locales, session.as_of, [session.engine.dialect], emit, view)
        rows: dict[str, Mapping[str, Any]] = {}
        values: dict[str, Sequence[Given]] = {}
        for name, statement in made.board.statements.items():
            stop()
            text = made.board.document["queries"][name]["sql"][session.engine.dialect]
            values[name] = given[text]
            rows[name] = self._answer((uncommented(text), *values[name]), statement)
        found = any(element["kind"] == "findings" for element in made.board.document["elements"].values())
        numbers = Numbers(
            rows=rows,
            today=today(session).isoformat(),
            project=session.project.name,
            engine=f"{session.connection.name} ({session.engine.dialect})",
            findings=self._standing_out() if found else (),
        )
        return Seen(made, locales, numbers, values)

    def _answer(self, asked: tuple[Given, ...], statement: Statement) -> Mapping[str, Any]:
        """By the SQL and the values beside it."""
        key = tuple((type(part), part) for part in asked)
        if key not in self._answers:
            self._answers[key] = self._asked(statement)
        return self._answers[key]

    def _asked(self, statement: Statement) -> Mapping[str, Any]:
        """The rows of a query as JSON has them, or what went wrong."""
        try:
            rows, _ = run(self.session, statement)
        except KpiError as error:
            if any(found.code in self.fatal for found in error.diagnostics):
                raise
            return {"error": "; ".join(found.message for found in error.diagnostics)}
        kept: Sequence[Sequence[Value]] = rows[:MOST]
        return {"rows": [[plain(value) for value in row] for row in kept], "more": max(0, len(rows) - MOST)}

    def _standing_out(self) -> list[str]:
        """What stands out without being declared, a line each."""
        if self._findings is None:
            failed: list[KpiError] = []
            told = [_NAME.sub("", each.line.removeprefix("! ")) for each in standing_out(self.session, failed.append)]
            self._findings = told + [found.message for error in failed for found in error.diagnostics]
        return self._findings


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
