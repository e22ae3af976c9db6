"""An example as a project, used as `kpi` uses it. Comes in: an `Example` of `kpidsl.codes`. Goes out: every finding that an analyst would
see, in the order of a report.

What an example may hold beside its .kpi files:
    -- file: orders.csv    a data file, for `from file("orders.csv")`
    -- file: kpi.toml      settings; its connection is opened, and its parameters count
    -- data: shop.orders   rows of the table `shop.orders`, as CSV; the types follow from the values
    -- check: data         the rows are looked at, as by `kpi check --data`
    -- query: …            asked where the project has no error; turned into SQL, and run where there is data or a connection
Its `test` blocks are run. A ```text block names a state of the machine (`-- setup: …`) that no .kpi text can describe; SETUPS makes it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from kpidsl.build import write
from kpidsl.cli import answer
from kpidsl.cli.beside import beside
from kpidsl.cli.check_data import look_at
from kpidsl.cli.main import main
from kpidsl.cli.session import Session, weighed
from kpidsl.codes import Example
from kpidsl.compile import Compiled, compile_sources
from kpidsl.delivery import send
from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError, Severity, fail
from kpidsl.engines.base import open_engine, workbook_rows
from kpidsl.lint.run import lint
from kpidsl.model.expr import Type
from kpidsl.project import Project, load_project
from kpidsl.testing.run import Runner, project_cases
from kpidsl.webhook import Webhook
from tests.cli.hook import answering
from tests.project.test_codes import set_up, use

TOML = '[project]\nname = "aurora"\n'
DATA_FILES = (".csv", ".json", ".parquet", ".xlsx", ".duckdb")


def findings(example: Example, folder: Path) -> list[Diagnostic]:
    """Everything that is said about an example, sorted as in a report; never an exception but a failure of kpidsl itself."""
    found = Diagnostics()
    with _collected(found):
        if example.kind == "text":
            make = SETUPS.get(example.setup)
            _ = make() if make is not None else use(set_up(example, folder))
            return found.sorted()
        project = _laid_out(example, folder)
        compiled = compile_sources(project.sources, dict(project.params))
        found.extend(compiled.diagnostics.found)
        if not compiled.diagnostics.errors:
            today = project.as_of or dt.date(2026, 3, 31)
            found.extend(weighed(lint(compiled, today), project.lint))
            _ask(example, project, compiled, found)
            _test(compiled, found)
            if example.looks:
                _look(example, project, compiled, found)
    return found.sorted()


@contextmanager
def _collected(found: Diagnostics) -> Iterator[None]:
    try:
        yield
    except KpiError as error:
        found.extend(error.diagnostics)


def _laid_out(example: Example, folder: Path) -> Project:
    """The example's files in a folder, read as a project; a kpi.toml is added where the example shows none."""
    for name, text in {"kpi.toml": TOML, **dict(example.files)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_project(folder)


def _ask(example: Example, project: Project, compiled: Compiled, found: Diagnostics) -> None:
    has_data = bool(example.data or project.connections or any(name.endswith(DATA_FILES) for name, _ in example.files))
    session = Session(project, compiled, project.as_of, project.connection())
    try:
        for query in example.queries:
            with _collected(found):
                question = answer.plan(session, answer.parse(query), query)
                answer.sql(question, "duckdb")
                if has_data:
                    _fill(session, example)
                    given = answer.answer(session, question)
                    found.extend(beside(session, question.query, given.result))
    finally:
        session.close()


def _look(example: Example, project: Project, compiled: Compiled, found: Diagnostics) -> None:
    session = Session(project, compiled, project.as_of, project.connection())
    try:
        _fill(session, example)
        found.extend(look_at(session).found)
    finally:
        session.close()


def _fill(session: Session, example: Example) -> None:
    for table, text in example.data:
        head, *rows = list(csv.reader(io.StringIO(text), skipinitialspace=True))
        columns = [(name, Type(_kind([row[at] for row in rows]))) for at, name in enumerate(head)]
        session.engine.create_table(table, columns, [[value or None for value in row] for row in rows])


_KINDS = (
    ("int", r"-?\d+"),
    ("decimal", r"-?\d+\.\d+"),
    ("date", r"\d{4}-\d\d-\d\d"),
    ("timestamp", r"\d{4}-\d\d-\d\dT\d\d:\d\d.*"),
    ("bool", "true|false"),
)


def _kind(cells: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    return next((kind for kind, shape in _KINDS if filled and all(re.fullmatch(shape, cell) for cell in filled)), "text")


def _test(compiled: Compiled, found: Diagnostics) -> None:
    cases = [case for case in project_cases(compiled) if not case.module.startswith("std.")]
    if cases:
        engine = open_engine("duckdb", {})
        try:
            runner = Runner(compiled, engine)
            for case in cases:
                found.extend(replace(failure.diagnostic, fix=None) for failure in runner.run(case).failures)
        finally:
            engine.close()


# ---------------------------------------------------------------- states of the machine


def _no_openpyxl() -> None:
    with patch.dict(sys.modules, {"openpyxl": None}):
        workbook_rows(Path("budget.xlsx"), {})


def _our_fault() -> None:
    with patch("kpidsl.cli.main._run", side_effect=ZeroDivisionError("a slip of ours")), redirect_stderr(io.StringIO()) as said:
        assert main(["check"]) == 2
    found = re.search(r"^error\[(KPI\d{3})\]: (.+)", said.getvalue(), re.MULTILINE)
    assert found is not None, said.getvalue()
    fail(found[1], found[2])


def _bad_timeout() -> None:
    open_engine("duckdb", {"timeout": "soon"})


def _not_a_build() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "notes.txt").write_text("mine")
        write({}, Path(folder))


def _init(files: dict[str, str], *words: str) -> None:
    """`kpi init` in a folder with some files; what it reports is raised."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, chdir(folder), redirect_stderr(said), redirect_stdout(io.StringIO()):
        for name, text in files.items():
            path = Path(name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        main(["init", *words])
    raise KpiError(
        *(
            Diagnostic(code, message, severity=Severity(severity))
            for severity, code, message in re.findall(r"^(error|warning|hint)\[(KPI\d{3})\]: (.+)", said.getvalue(), re.MULTILINE)
        )
    )


def _webhook(status: int) -> None:
    """What fires is sent to a server on this machine that answers so."""
    with answering([status]) as server, tempfile.TemporaryDirectory() as cache, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", cache)
        patch.setenv("ALERT_WEBHOOK", server.url)
        send(Webhook("${ALERT_WEBHOOK}"), "aurora", cache, [{"alert": "a", "period_start": "2026-03-01", "segment": None}])


def _port(is_taken: bool) -> None:
    """A port of this machine that another program answers on, or one that was just let go."""
    from kpidsl.serve.run import listening

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        if is_taken:
            listening(port).close()
    listening(port).close()


_ROWS = "id,amount\n" + "".join(f"{number},{number}\n" for number in range(1, 4))


SETUPS: dict[str, Callable[[], object]] = {
    "our-fault": _our_fault,
    "no-openpyxl": _no_openpyxl,
    "bad-timeout": _bad_timeout,
    "not-a-build": _not_a_build,
    "webhook-refuses": lambda: _webhook(404),
    "webhook-takes": lambda: _webhook(200),
    "port-taken": lambda: _port(True),
    "port-free": lambda: _port(False),
    "init-nothing": lambda: _init({"data/notes.txt": "no rows here"}, "data"),
    "init-there": lambda: _init({"data/orders.csv": _ROWS, "kpi.toml": TOML}, "data"),
    "init-different": lambda: _init({"data/orders_2024.csv": _ROWS, "data/orders_2025.csv": "id,amount,coupon\n4,4,x\n"}, "data"),
    "init-unreadable": lambda: _init({"data/orders.csv": _ROWS, "data/items.csv": _ROWS + "4,4,4,4\n"}, "data"),
    "init-sampled": lambda: _init({"data/orders.csv": _ROWS}, "data", "--rows", "2"),
}
"""By the name that stands behind `-- setup:`; what is not here is a state of a folder, and `tests/project/test_codes.py` makes it."""
