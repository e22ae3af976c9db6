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

from kpidsl.boards import Made, board_of
from kpidsl.cli.answer import run
from kpidsl.cli.findings import with_rows
from kpidsl.cli.firing import Firing
from kpidsl.cli.page_findings import plain_line, worded
from kpidsl.cli.session import Session
from kpidsl.cli.standings import today
from kpidsl.dashboard.answers import described
from kpidsl.dashboard.labels import Labeller
from kpidsl.dashboard.page import Numbers, locales_of, page
from kpidsl.dashboard.prepared import prepared
from kpidsl.dashboard.spec import uncommented
from kpidsl.dashboard.vega_script import vega_of, vega_script
from kpidsl.diagnostic import KpiError
from kpidsl.model.views import WHOLE, View
from kpidsl.plan.plan import Statement
from kpidsl.record import dataclass, field
from kpidsl.report.result import Value
from kpidsl.sql.emit import emit_apart
from kpidsl.sql.given import Given
from kpidsl.syntax import ast

_NAME = re.compile(r" \(finding \w+\)$")
Asked = tuple[str, tuple[tuple[type, Given], ...]]
MOST = 5000
"""Rows of one query that a page holds; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A board as a reader wants to see it, planned and not asked yet. `asked` has for each query its SQL, and the values beside it."""

    made: Made
    locales: Sequence[str]
    asked: Mapping[str, tuple[str, Sequence[Given]]]

    @property
    def has_findings(self) -> bool:
        return any(element["kind"] == "findings" for element in self.made.board.document["elements"].values())


@dataclass(slots=True)
class Pages:
    """The pages of one session. What two boards ask is asked once."""

    session: Session
    fatal: frozenset[str] = frozenset()
    """Codes of errors that are no tile's own: they are raised."""
    told: list[Mapping[str, Any]] | None = None
    """What stands out, once it was asked."""
    _answers: dict[Asked, Mapping[str, Any]] = field(default_factory=dict)
    _vega: str = ""

    def html(self, decl: ast.Dashboard) -> str:
        """The page of a board; KpiError where the board is broken, or no page can be made at all."""
        self._vega = self._vega or vega_script()
        locales = locales_of(self.session.project.locales)
        document, numbers = self.filled(decl, locales)
        return page(document, locales, numbers, self._vega, prepared(document, vega_of))

    def filled(self, decl: ast.Dashboard, locales: Sequence[str]) -> tuple[Mapping[str, Any], Numbers]:
        """A board as data with its numbers, in these locales; KpiError where it is broken."""
        seen = self.seen(decl, locales)
        with self.session.batch(seen.made.board.statements.values()):
            rows = {name: self.answer(seen, name) for name in seen.asked}
            numbers = self.numbers(rows, self.findings(locales) if seen.has_findings else ())
        return seen.made.board.document, numbers

    def seen(self, decl: ast.Dashboard, locales: Sequence[str], view: View = WHOLE) -> Seen:
        """A board as a reader wants to see it; KpiError where it is broken."""
        session = self.session
        given: dict[str, Sequence[Given]] = {}

        def emit(statement: Statement, dialect: str) -> str:
            text, given[text] = emit_apart(statement, dialect)
            return text

        dialect = session.engine.dialect
        made = board_of(session.compiled, decl, locales, session.as_of, [dialect], emit, view)
        texts = {name: query["sql"][dialect] for name, query in made.board.document["queries"].items()}
        return Seen(made, locales, {name: (texts[name], given[texts[name]]) for name in made.board.statements})

    def numbers(self, rows: Mapping[str, Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> Numbers:
        """What the page shows beside the board."""
        session = self.session
        engine = f"{session.connection.name} ({session.engine.dialect})"
        return Numbers(rows=rows, today=today(session).isoformat(), project=session.project.name, engine=engine, findings=findings)

    def known(self, seen: Seen, name: str) -> Mapping[str, Any] | None:
        """The answer of a query that was asked before."""
        found = self._answers.get(_key(seen.asked[name]))
        return None if found is None else self._described(seen, name, found)

    def answer(self, seen: Seen, name: str) -> Mapping[str, Any]:
        """The rows of a query of the board, or what went wrong."""
        key = _key(seen.asked[name])
        if key not in self._answers:
            self._answers[key] = self._asked(seen.made.board.statements[name], seen.asked[name])
        return self._described(seen, name, self._answers[key])

    def _described(self, seen: Seen, name: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        return described(seen.made.board.document, name, answer, today(self.session).isoformat())

    def _asked(self, statement: Statement, emitted: tuple[str, Sequence[Given]]) -> Mapping[str, Any]:
        """The rows of a query as JSON has them, or what went wrong."""
        try:
            rows, _ = run(self.session, statement, emitted)
        except KpiError as error:
            if any(found.code in self.fatal for found in error.diagnostics):
                raise
            return {"error": "; ".join(found.message for found in error.diagnostics)}
        kept: Sequence[Sequence[Value]] = rows[:MOST]
        return {"rows": [[plain(value) for value in row] for row in kept], "more": max(0, len(rows) - MOST)}

    def findings(self, locales: Sequence[str]) -> list[Mapping[str, Any]]:
        """What stands out without being declared, as sentences of any language."""
        if self.told is None:
            failed: list[KpiError] = []
            labels = Labeller(self.session.compiled.model, self.session.compiled.scope, locales)
            told = [worded(labels, *each[:2], _line(each[2])) for each in with_rows(self.session, failed.append)]
            self.told = [*told, *(plain_line(found.message) for error in failed for found in error.diagnostics)]
        return self.told


def _key(asked: tuple[str, Sequence[Given]]) -> Asked:
    """By the SQL without the comment that names its tile, and the values beside it."""
    text, values = asked
    return uncommented(text), tuple((type(value), value) for value in values)


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
