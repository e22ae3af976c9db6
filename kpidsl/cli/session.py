"""One project in one run of `kpi`. Comes in: the arguments of a verb. Goes out: the compiled project, and an engine once somebody asks."""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import WrongUseError
from kpidsl.cli.console import Console
from kpidsl.diagnostic import Diagnostic, KpiError, Severity, similar
from kpidsl.project import Project, find_project, load_project
from kpidsl.record import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kpidsl.compile import Compiled, Parse
    from kpidsl.connection import Address, Connection
    from kpidsl.engines.base import Catalog
    from kpidsl.plan.plan import FileRef, Statement, TableRef


@dataclass(slots=True)
class Session:
    """A project that compiles, the day that counts as today, and the engine that is asked, opened when it is needed."""

    project: Project
    compiled: Compiled
    as_of: dt.date | None
    connection: Connection
    console: Console | None = None
    _address: Address | None = None
    _engine: Catalog | None = None
    _loaded: set[FileRef] = field(default_factory=set)
    kept: dict[FileRef, TableRef] = field(default_factory=dict)

    @property
    def engine(self) -> Catalog:
        """The open connection. A KpiError tells why there is none, at its place in kpi.toml."""
        if self._engine is None:
            from kpidsl.engines.base import open_engine

            self._address = self.connection.resolve()
            with self.quiet_about_secrets(), placed(self.connection):
                self._engine = open_engine(self._address.engine, self._address.settings, self.project.root)
        return self._engine

    def load(self, file: FileRef) -> None:
        """Let the engine read a data file; each once."""
        if file not in self._loaded:
            self.engine.load_file(file)
            self._loaded.add(file)

    @contextmanager
    def batch(self, statements: Iterable[Statement]) -> Iterator[None]:
        """What is asked inside reads each file once that these statements read more than once. Afterwards files are read anew: they may
        have changed."""
        before = {*self.kept}
        try:
            self.keep(statements)
            yield
        finally:
            self.forget({*self.kept} - before)

    def keep(self, statements: Iterable[Statement]) -> None:
        """Read each file once that these statements read more than once, until it is to be forgotten."""
        from kpidsl.plan.plan import FileRef
        from kpidsl.sql.emit import scans_of

        reads = Counter(scan.origin for statement in statements for scan in scans_of(statement))
        for origin, times in reads.items():
            if isinstance(origin, FileRef) and times > 1 and origin not in self.kept:
                table = self.engine.keep(origin)
                if table is not None:
                    self.kept[origin] = table

    def forget(self, files: Iterable[FileRef] | None = None) -> None:
        """Read these files anew, or all."""
        for origin in [*self.kept] if files is None else files:
            self.engine.forget(self.kept.pop(origin))

    @contextmanager
    def working(self, words: str) -> Iterator[None]:
        """Tells whoever waits what is being done."""
        if self.console is None:
            yield
        else:
            with self.console.working(words):
                yield

    @contextmanager
    def quiet_about_secrets(self) -> Iterator[None]:
        """Whatever an engine says inside comes out without passwords."""
        try:
            yield
        except KpiError as error:
            hide = self._address.hide if self._address is not None else str
            raise KpiError(*(_hidden(found, hide) for found in error.diagnostics)) from None

    def interrupt(self) -> None:
        """Break off what the engine does in another thread."""
        if self._engine is not None:
            self._engine.interrupt()

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()


def _hidden(found: Diagnostic, hide) -> Diagnostic:  # type: ignore[no-untyped-def]
    return replace(found, message=hide(found.message), notes=tuple(map(hide, found.notes)), help=hide(found.help))


@contextmanager
def placed(connection: Connection) -> Iterator[None]:
    """What is wrong with a connection is said at its place in kpi.toml."""
    try:
        yield
    except KpiError as error:
        raise KpiError(*(replace(found, span=found.span or connection.place) for found in error.diagnostics)) from None


def open_project(arguments: argparse.Namespace, console: Console) -> Project:
    """The project that `--project` names, else the nearest one upwards; KpiError with everything that is wrong with its folder."""
    root = Path(arguments.project) if arguments.project else find_project(Path("."))
    console.enter(root)
    return load_project(root)


def compile_project(project: Project, arguments: argparse.Namespace, parse: Parse | None = None) -> Compiled:
    """The compiled project with its findings, which may be errors. A parameter that nobody declares is an error here too."""
    from kpidsl.compile import compile_sources
    from kpidsl.syntax.parse import parse_file

    given = dict(arguments.param)
    compiled = compile_sources(project.sources, {**project.params, **given}, parse or parse_file)
    known = compiled.scope.names("param")
    for name in given:
        if name not in known:
            near = similar(name, known)
            listed = f"parameters: {', '.join(sorted(known))}" if known else "the project declares none"
            raise WrongUseError(f"--param: the project has no parameter `{name}`", f"did you mean {near[0]}?" if near else listed)
    for name in project.params:
        if name not in known:
            near = similar(name, known)
            listed = f"its parameters: {', '.join(sorted(known))}" if known else "declare it: param NAME: TYPE = VALUE"
            help = f"did you mean `{near[0]}`?" if near else listed
            compiled.diagnostics.add(
                Diagnostic("KPI008", f"the project has no parameter `{name}`", project.place("params", name), help=help)
            )
    compiled.diagnostics.found[:] = weighed(compiled.diagnostics.found, project.lint)
    return compiled


def weighed(found: list[Diagnostic], lint: Mapping[str, Severity | None]) -> list[Diagnostic]:
    """Warnings and hints as heavy as [lint] in kpi.toml wants them; an error stays one."""
    kept = []
    for diagnostic in found:
        if diagnostic.severity is Severity.ERROR or diagnostic.code not in lint:
            kept.append(diagnostic)
        elif (severity := lint[diagnostic.code]) is not None:
            kept.append(replace(diagnostic, severity=severity))
    return kept


@contextmanager
def session(arguments: argparse.Namespace, console: Console, parsing: Callable[[Project], Parse] | None = None) -> Iterator[Session]:
    """A project without errors; KpiError with all of them where there are any, for a number of a broken project is no number."""
    project = open_project(arguments, console)
    connection = project.connection(arguments.connection)
    compiled = compile_project(project, arguments, parsing(project) if parsing is not None else None)
    if compiled.diagnostics.errors:
        raise KpiError(*compiled.diagnostics.errors)
    made = Session(project, compiled, arguments.as_of or project.as_of, connection, console)
    try:
        yield made
    finally:
        made.close()
