"""Where a served project is kept and asked. Comes in: what readers want to see. Goes out: boards with their numbers, as JSON. One thread
does all of it, one thing after the other: an engine's connection is never used by two.

The last project that compiled stays on the desk: what is wrong with the newer files is told beside its boards. So is a connection that is
away, which is tried again until it is back.
"""

from __future__ import annotations

import argparse
import datetime as dt
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kpidsl.cli.answer import run
from kpidsl.cli.arguments import WrongUseError
from kpidsl.cli.console import Console
from kpidsl.cli.data_files import data_files
from kpidsl.cli.inventory import query_findings
from kpidsl.cli.page import MOST, Pages, Seen, plain
from kpidsl.cli.session import Session, compile_project, open_project
from kpidsl.compile import plan_query, resolve_query
from kpidsl.dashboard.labels import Labeller
from kpidsl.dashboard.page import locales_of, page_data
from kpidsl.dashboard.prepared import prepared
from kpidsl.dashboard.vega_script import vega_of
from kpidsl.dashboard.words import language, page_words
from kpidsl.diagnostic import Diagnostic, KpiError, Severity, arranged
from kpidsl.model.aims import KpiModel
from kpidsl.model.dashboards import Tile
from kpidsl.model.views import View
from kpidsl.project import find_project
from kpidsl.record import dataclass, replace
from kpidsl.report.terminal import render
from kpidsl.serve.watch import Marks, data_marks, project_marks
from kpidsl.serve.wishes import Field, Param, fields_of, marks, view_of
from kpidsl.serve.words import serve_words
from kpidsl.syntax import ast

AWAY = frozenset(("KPI165",))
"""Codes that say that the connection is gone, whatever is asked."""
IN_FILES = ("duckdb", "sqlite")
"""Engines whose connection holds a file, which others may want to write."""
FRESH = 60.0
"""Seconds for which a server's answer is given again; that of files is until they change."""
PATIENCE = 3.0
"""Seconds after the last question until a file is let go."""
SETTLED = 5.0
"""Seconds between two looks at data that changes all the time."""
Json = dict[str, Any]


class MissingError(Exception):
    """There is no such board."""


class AwayError(Exception):
    """The connection is away, and the desk says so."""


@dataclass(frozen=True, slots=True)
class State:
    """What everybody who looks at a page must know. `version` rises with every change; `problems` is what is wrong with the project's
    files, and `away` why its connection does not answer, both as the command line would print them."""

    version: int = 0
    problems: str = ""
    away: str = ""


class Desk:
    """The project that is served. Its methods are called from one thread; `state` may be read from any, and `saved` is called from another
    one, so that who saves a file does not wait for a query to be told what is wrong with it."""

    def __init__(self, arguments: argparse.Namespace, console: Console) -> None:
        self.arguments, self.console = arguments, console
        self.state = State()
        self._changing = threading.Lock()
        self._newer: Session | None = None
        root = Path(arguments.project) if arguments.project else find_project(Path("."))
        self._files = project_marks(root)  # before the files are read: what is saved meanwhile is seen as a change
        self._looked = 0.0
        self.session = self._loaded()
        self._start(self.session)
        self._data = self._data_marks()
        self.used = time.monotonic()

    # ------------------------------------------------------------ the project

    def _loaded(self) -> Session:
        """The project as its files are now; KpiError with all that is wrong with them."""
        project = open_project(self.arguments, self.console)
        connection = project.connection(self.arguments.connection)
        compiled = compile_project(project, self.arguments)
        as_of = self.arguments.as_of or project.as_of
        wrong = [*compiled.diagnostics.errors]
        wrong = wrong or [found for found in query_findings(compiled, as_of) if found.severity is Severity.ERROR]
        if wrong:
            raise KpiError(*wrong)
        return Session(project, compiled, as_of, connection)

    def _start(self, session: Session) -> None:
        self.session = session
        self.pages = Pages(session, AWAY)
        self.began = time.monotonic()
        self._fields: dict[str, dict[str, Field]] = {}
        self._values: dict[str, Json] = {}

    def _change(self, **what: str) -> None:
        with self._changing:
            self.state = replace(self.state, version=self.state.version + 1, **what)

    def saved(self) -> bool:
        """Read the files of the project anew where one of them changed. Tells what is wrong with them; True where nothing is, and the newer
        project waits to be taken."""
        if (found := project_marks(self.session.project.root)) == self._files:
            return False
        self._files = found
        self._newer = None
        try:
            self._newer = self._loaded()
        except KpiError as error:
            self._change(problems=self._told(error.diagnostics))
        except WrongUseError as error:
            self._change(problems=f"{error.message}\n{error.help}")
        return self._newer is not None

    def look(self) -> None:
        """Take the newer project, and ask again where the data changed."""
        if self._newer is not None:
            self._take()
        elif time.monotonic() - self._looked > SETTLED and (found := self._data_marks()) != self._data:
            self._data, self._looked = found, time.monotonic()
            self._let_go()
            self._start(self.session)
            self._change()

    def _take(self) -> None:
        """The newer project in place of the one on the desk."""
        with self._changing:
            made, self._newer = self._newer, None
        if made is None:
            return
        self.session.close()
        self._start(made)
        self._data = self._data_marks()
        self._change(problems="", away="")

    def _data_marks(self) -> Marks:
        return data_marks(self.session.project.root, [*data_files(self.session.compiled.model), *filter(None, [self._held()])])

    def _told(self, found: Iterable[Diagnostic]) -> str:
        return render(arranged(found), folder="")

    # ------------------------------------------------------------ the connection

    def rest(self) -> None:
        """Let go of what nobody asked for a while: of a database file, which others may want to write, and of the rows of text files."""
        if time.monotonic() - self.used > PATIENCE:
            self.session.forget()
            if self._held():
                self._let_go()

    def _held(self) -> str:
        """The database file that the connection holds while it is open; empty for a server, and for a database that is in memory."""
        made = self.session.connection
        path = str(made.settings.get("path", "")) if made.engine in IN_FILES else ""
        return "" if path == ":memory:" else path

    def _let_go(self) -> None:
        """The same session, to be opened again with the next question."""
        old = self.session
        old.close()
        self.session = Session(old.project, old.compiled, old.as_of, old.connection)
        self.pages.session = self.session

    def listen(self) -> None:
        """Whether the connection answers: one that was away may be back, and one that was there may be gone."""
        if self.session.connection.engine in IN_FILES and not self.state.away:
            return
        try:
            self._connected()
            self.session.engine.run("SELECT 1")
        except AwayError:
            return
        except KpiError as error:
            self._lost(error)
            return
        if self.state.away:
            self._start(self.session)
            self._change(away="")

    def _connected(self) -> None:
        self.used = time.monotonic()
        try:
            self.session.engine  # noqa: B018 - it is opened by being looked at
        except KpiError as error:
            self._lost(error)
            raise AwayError from None

    def _lost(self, error: KpiError) -> None:
        said = self._told(error.diagnostics)
        self._let_go()
        if said != self.state.away:
            self._change(away=said)

    # ------------------------------------------------------------ what is shown

    def index(self) -> Json:
        """Every board, with its question."""
        self._take()
        made = self.session
        labels = self._labels()
        listed = [
            {
                "name": decl.name.text,
                "title": labels.of(decl, decl.label or "", decl.name.text),
                "question": next((labels.said(item.text, item.others) for item in ast.pick(decl.items, ast.Question)), {}),
                "audience": self._audience(decl, labels),
                "tiles": sum(1 for item in decl.items if isinstance(item, SHOWN)),
            }
            for decl in self.boards()
        ]
        engine = f"{made.connection.name} ({made.connection.engine})"
        return {"project": made.project.name, "engine": engine, "boards": listed, **self._words(), **self._state()}

    def _audience(self, decl: ast.Dashboard, labels: Labeller) -> Json:
        if decl.audience is None:
            return {}
        entry = self.session.compiled.scope.find("audience", decl.audience.text)
        declared = entry.decl if entry is not None else None
        return labels.of(declared, getattr(declared, "label", None) or "", decl.audience.text)

    def boards(self) -> list[ast.Dashboard]:
        return [decl for decl in self.session.compiled.scope.declarations if isinstance(decl, ast.Dashboard)]

    def board(self, name: str, said: Sequence[Param], fresh: bool) -> Iterator[Json]:
        """A board as a reader wants to see it, with the answers that are known; then the others, as they come, and at last the state of the
        desk. Raises MissingError, WishError, AwayError, and KpiError where the board is broken."""
        self._take()
        decl = next((decl for decl in self.boards() if decl.name.text == name), None)
        if decl is None:
            raise MissingError(name)
        if fresh or (time.monotonic() - self.began > FRESH and self.session.connection.engine not in IN_FILES):
            self._forget()
        fields = self._fields_of(decl)
        view = view_of(self.session.compiled, fields, said)
        self._connected()
        pages = self.pages
        with self._told_away():
            seen = pages.seen(decl, locales_of(self.session.project.locales), view)
            known = {query: rows for query in seen.asked if (rows := pages.known(seen, query)) is not None}
            numbers = pages.numbers(known, pages.told or ())
        document = seen.made.board.document
        data = page_data(document, seen.locales, numbers, prepared(document, vega_of))
        late = [query for query in seen.asked if query not in known]
        told = not seen.has_findings or pages.told is not None
        yield {**self._state(), "data": self._spoken(data), "live": self._live(seen, view, fields), "late": late, "told": told}
        if pages is self.pages and late:
            self._connected()
            with self._told_away():
                self.session.keep(seen.made.board.statements[query] for query in late)
        for query in late:
            if pages is not self.pages:  # the project is another one meanwhile
                yield {"again": True}
                return
            self._connected()
            with self._told_away():
                rows = pages.answer(seen, query)
            self.used = time.monotonic()
            if self._newer is not None:  # what was asked may have been broken off for it
                yield {"again": True}
                return
            yield {"query": query, "rows": rows}
        if not told:
            with self._told_away():
                found = pages.findings(seen.locales)
            yield {"findings": found}
        self.used = time.monotonic()
        yield {"done": True, **self._state()}

    @contextmanager
    def _told_away(self) -> Iterator[None]:
        """A connection that breaks meanwhile is away."""
        try:
            yield
        except KpiError as error:
            if any(found.code in AWAY for found in error.diagnostics):
                self._lost(error)
                raise AwayError from None
            raise

    def values(self, board: str, name: str) -> Json:
        """The distinct values of what a board can be filtered by."""
        decl = next((decl for decl in self.boards() if decl.name.text == board), None)
        field = self._fields_of(decl).get(name) if decl is not None else None
        if field is None:
            raise MissingError(name)
        if name not in self._values:
            self._connected()
            compiled = self.session.compiled
            query = resolve_query(compiled, field.values(), f"values {name}")
            with self._told_away():
                rows, _ = run(self.session, plan_query(compiled, query, self.session.as_of))
            self.used = time.monotonic()
            self._values[name] = {"values": [plain(row[0]) for row in rows[:MOST]], "more": max(0, len(rows) - MOST)}
        return self._values[name]

    def _forget(self) -> None:
        """The answers, not what the board can be filtered by."""
        fields = self._fields
        self.session.forget()
        self._start(self.session)
        self._fields = fields

    def _fields_of(self, decl: ast.Dashboard) -> dict[str, Field]:
        name = decl.name.text
        if name not in self._fields:
            self._fields[name] = fields_of(self.session.compiled, decl, self._labels())
        return self._fields[name]

    def _labels(self) -> Labeller:
        made = self.session
        return Labeller(made.compiled.model, made.compiled.scope, locales_of(made.project.locales))

    def _state(self) -> Json:
        return {"version": self.state.version, "problems": self.state.problems, "away": self.state.away}

    def _words(self) -> Json:
        made = self.session
        locales = locales_of(made.project.locales)
        words = {locale: {**page_words(language(locale)), **serve_words(language(locale))} for locale in dict.fromkeys((*locales, "en"))}
        return {"locales": locales, "locale": locales[0], "words": words}

    def _spoken(self, data: Json) -> Json:
        """With the words that only a served page says."""
        return {**data, "words": {locale: {**said, **serve_words(language(locale))} for locale, said in data["words"].items()}}

    def _live(self, seen: Seen, view: View, fields: dict[str, Field]) -> Json:
        """What only a served page has: what it can be filtered by, which tiles do not follow, and the values beside each query."""
        elements = list(seen.made.board.document["elements"])
        tiles = seen.made.tiles
        columns = marks(self.session.compiled, seen.made.decl, tiles, fields)
        only = {wish.name for wish in view.only}
        own = seen.made.decl.items
        said = next((" ".join(item.span.text.split()[1:]) for item in ast.pick(own, ast.PeriodItem)), "")
        return {
            "fields": [{"name": each.name, "label": each.label, "offered": each.offered} for each in fields.values()],
            "left": {name: list(tile.left) for name, tile in zip(elements, tiles, strict=True) if tile.left},
            "aimless": [name for name, tile in zip(elements, tiles, strict=True) if _lost_its_aim(tile, only - {*tile.left})],
            "marks": {name: found for name, found in zip(elements, columns, strict=True) if found},
            "given": {name: [plain(value) for value in values] for name, (_, values) in seen.asked.items() if values},
            "period": said,
            "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        }

    def interrupt(self) -> None:
        """From another thread, when the program ends: nobody waits for what is being asked."""
        self.session.interrupt()

    def close(self) -> None:
        self.session.close()


SHOWN = (ast.GoalTile, ast.KpiTile, ast.ShowTile, ast.NamedTile)
AIMS = (ast.Target, ast.TargetFrom)


def _lost_its_aim(tile: Tile, only: set[str]) -> bool:
    """A KPI of some rows, whose targets are for others."""
    decl, meaning = tile.decl, tile.meaning
    had = isinstance(decl, ast.Kpi) and any(isinstance(item, AIMS) for item in decl.items)
    return had and bool(only) and isinstance(meaning, KpiModel) and not any(track.targets for track in meaning.tracks)
