"""Running tests. Comes in: a compiled project, or a module of the library, and its `test` blocks. Goes out: an `Outcome` for each test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpidsl.compile import Compiled, emit, plan_query, resolve_query
from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError, Severity
from kpidsl.library import library
from kpidsl.model.expr import INT
from kpidsl.plan.plan import Statement, TableRef
from kpidsl.record import dataclass, field, replace
from kpidsl.syntax import ast
from kpidsl.testing.block import read
from kpidsl.testing.compare import Difference, compare
from kpidsl.testing.module import Synthetic, synthetic
from kpidsl.testing.value import Value
from kpidsl.testing.world import World, world

if TYPE_CHECKING:
    from kpidsl.engines.base import Engine

DIFFERS = "KPI187"


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met: what is wrong with it, and, where rows came out, how they differ."""

    diagnostic: Diagnostic
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test; `module` is that of the library, "" for the project's own."""

    test: ast.Test
    module: str = ""
    failures: tuple[Failure, ...] = ()
    expectations: int = 0

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Case:
    """A test and where it stands: in the project (`file` is None) or in a module's file."""

    test: ast.Test
    module: str = ""
    file: ast.File | None = None


def project_cases(compiled: Compiled) -> list[Case]:
    """The tests of the project and of every module that it uses."""
    found = [Case(decl) for decl in compiled.scope.declarations if isinstance(decl, ast.Test)]
    for name, file in _used(compiled):
        found += module_cases(name, file)
    return found


def module_cases(name: str, file: ast.File) -> list[Case]:
    return [Case(decl, name, file) for decl in file.declarations if isinstance(decl, ast.Test)]


def _used(compiled: Compiled) -> Iterator[tuple[str, ast.File]]:
    """Every module that is used, directly or by another module, each once."""
    modules = library(list(compiled.files), Diagnostics())
    seen: set[str] = set()
    waiting = [file for file in compiled.files if not modules.is_module(file)]
    while waiting:
        for decl in waiting.pop(0).declarations:
            if isinstance(decl, ast.Use) and decl.module.text not in seen:
                seen.add(decl.module.text)
                file = modules.load(decl.module.text)
                if file is not None:
                    waiting.append(file)
                    yield decl.module.text, file


@dataclass(slots=True)
class Runner:
    """Runs tests one after another on one engine in memory."""

    compiled: Compiled | None
    engine: Engine
    today: dt.date | None = None
    _synthetic: dict[object, Synthetic] = field(default_factory=dict)

    def run(self, case: Case) -> Outcome:
        """Never raises for what an analyst wrote: that is a failure of the test."""
        expectations = ast.pick(case.test.items, ast.Expect)
        try:
            compiled, stacked = self._compiled(case)
            made = world(compiled.model, case.test, self.today)
        except KpiError as error:
            return Outcome(case.test, case.module, tuple(Failure(found) for found in error.diagnostics), len(expectations))
        compiled = replace(compiled, model=made.model)
        failures: list[Failure] = []
        filled: set[str] = set()
        for expect in expectations:
            try:
                difference = self._expect(compiled, made, expect, filled, stacked)
            except KpiError as error:
                failures += [Failure(replace(found, span=found.span or expect.query.span)) for found in error.diagnostics]
                continue
            if difference is not None:
                failures.append(Failure(_differs(expect), difference))
        return Outcome(case.test, case.module, tuple(failures), len(expectations))

    def _compiled(self, case: Case) -> tuple[Compiled, Synthetic | None]:
        if case.file is None:
            assert self.compiled is not None
            return self.compiled, None
        made = synthetic(case.file, case.test)
        known = self._synthetic.setdefault(made.key, made)
        if known.compiled.diagnostics.errors:
            raise KpiError(*known.compiled.diagnostics.errors)
        return known.compiled, known

    def _expect(
        self, compiled: Compiled, made: World, expect: ast.Expect, filled: set[str], stacked: Synthetic | None
    ) -> Difference | None:
        block = read(expect)
        query = resolve_query(compiled, expect.query)
        if stacked is not None:
            stacked.refuse_adding_up(compiled, expect.query, query, made, lambda statement: self._rows(statement, made, filled))
        statement = plan_query(compiled, query, made.today)
        grains = {dim.name: dim.grain for dim in query.dims if dim.kind == "grain"}
        in_order = bool(expect.query.order or expect.query.top)
        return compare(block, statement.columns, grains, self._rows(statement, made, filled), in_order)

    def _rows(self, statement: Statement, made: World, filled: set[str]) -> list[tuple[Value, ...]]:
        from kpidsl.sql.emit import scans_of

        for scan in scans_of(statement):
            assert isinstance(scan.origin, TableRef)
            name = scan.origin.parts[0]
            if name not in filled:
                filled.add(name)
                table = made.tables[name]
                self.engine.create_table((name,), table.columns or (("one", INT),), table.rows)
        return self.engine.run(emit(statement, "duckdb"), [column.type for column in statement.columns]).rows


def _differs(expect: ast.Expect) -> Diagnostic:
    return Diagnostic(DIFFERS, "other rows came out than this test expects", expect.query.span, severity=Severity.ERROR)
