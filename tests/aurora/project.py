"""examples/aurora, ready to be asked: its data made where it is missing, the project compiled together with its reports over time."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

from kpidsl.cli.session import weighed
from kpidsl.compile import Compiled, compile_sources, emit, plan_query, resolve_query
from kpidsl.engines.base import Engine
from kpidsl.plan.plan import Statement
from kpidsl.project import load_project
from kpidsl.span import Source
from kpidsl.syntax import ast
from tests.aurora.rows import World
from tests.kpi_catalogue.ask import Asked

AURORA = Path(__file__).parents[2] / "examples" / "aurora"
TIME_REPORTS = "time_reports.kpi"
"""Lies beside this file until all of it is compiled; then it moves to the example, where it is found as well."""


@cache
def generator() -> ModuleType:
    """examples/aurora/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("aurora_generate", AURORA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def data() -> Path:
    """The folder with the data, made where it is missing or old."""
    folder = AURORA / "data"
    generator().generate(folder)
    return folder


@cache
def world(as_of: date) -> World:
    """The same files as plain rows."""
    return World(data(), as_of)


def sources() -> list[Source]:
    """The example's files, and the reports over time."""
    found = list(load_project(AURORA).sources)
    if not (AURORA / TIME_REPORTS).exists():
        found.append(Source(TIME_REPORTS, Path(__file__).with_name(TIME_REPORTS).read_text("utf-8")))
    return found


@cache
def compiled() -> Compiled:
    """The project with the reports over time; a finding in it fails whoever asks."""
    data()
    made = compile_sources(sources())
    found = weighed(made.diagnostics.found, load_project(AURORA).lint)
    assert not found, [f"{each.code} {each.message}" for each in found]
    return made


@cache
def reports() -> dict[str, ast.Report]:
    """All reports by name, those over time included."""
    return {decl.name.text: decl for decl in compiled().scope.declarations if isinstance(decl, ast.Report)}


def statement(name: str, as_of: date) -> Statement:
    """The plan of a report; raises KpiError where it cannot be computed."""
    return plan_query(compiled(), resolve_query(compiled(), reports()[name].query, name), as_of)


def answer(name: str, as_of: date, connection: Engine) -> Asked:
    """The rows of a report."""
    made = statement(name, as_of)
    found = connection.run(emit(made, connection.dialect), [column.type for column in made.columns])
    return Asked(found.names, found.rows)
