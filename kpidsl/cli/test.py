"""`kpi test`: `test` blocks on their own rows, in a DuckDB in memory; the connection is never asked."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import session
from kpidsl.diagnostic import KpiError

if TYPE_CHECKING:
    from kpidsl.testing.compare import Difference
    from kpidsl.testing.run import Case, Outcome, Runner

FORMATS = ("text", "json")
ABOUT = """Run the `test` blocks of the project and of the modules that it uses, on the rows that they give."""
EXAMPLES = """examples:
  kpi test
  kpi test "acquisition cost"    (tests whose title has these words)
  kpi test --library             (the tests of the KPI library)"""


def declare(parser: Parser) -> None:
    parser.add_argument("titles", nargs="*", metavar="TITLE", help="a test's title or a part of it (default: all)")
    parser.add_argument("--library", action="store_true", help="the tests of the library instead of a project's")
    parser.add_argument("--format", metavar="FORMAT", default="text", type=one_of(FORMATS), help="text, json (default: text)")
    common(parser, data=False)


def run(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.library:
        from kpidsl.testing.library import library_cases

        return _run(_chosen(library_cases(), arguments.titles), None, arguments, console)
    arguments.connection = None
    with session(arguments, console) as made:
        from kpidsl.testing.run import project_cases

        cases = _chosen(project_cases(made.compiled), arguments.titles)
        if not cases:
            console.say(
                'the project has no tests; a test gives rows and expects numbers: test "…" { given orders """…""" expect revenue """…""" }'
            )
            return 0
        return _run(cases, made.compiled, arguments, console)


def _chosen(cases: list[Case], words: list[str]) -> list[Case]:
    from kpidsl.diagnostic import similar

    kept: list[Case] = []
    for word in words:
        found = [case for case in cases if word.casefold() in f"{case.module} {case.test.title}".casefold()]
        if not found:
            near = similar(word, [case.test.title for case in cases])
            raise WrongUseError(
                f"no test is called `{word}`", f"did you mean “{near[0]}”?" if near else "kpi test without words runs them all"
            )
        kept += [case for case in found if case not in kept]
    return kept if words else cases


def _run(cases: list[Case], compiled, arguments: argparse.Namespace, console: Console) -> int:  # type: ignore[no-untyped-def]
    from kpidsl.engines.base import open_engine
    from kpidsl.testing.run import Runner

    start = time.perf_counter()
    engine = open_engine("duckdb", {})
    try:
        outcomes = _all(Runner(compiled, engine, arguments.as_of), cases, arguments.format, console)
    finally:
        engine.close()
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if arguments.format == "json":
        console.print(json.dumps(_as_data(outcomes, console), ensure_ascii=False, indent=2))
    passed = len(outcomes) - len(failed)
    counts = [console.aside(f"{passed} passed", "good")] if passed else []
    counts += [console.aside(f"{len(failed)} failed", "bad")] if failed else []
    console.say(", ".join(counts) + console.aside(f" · {time.perf_counter() - start:.1f} s"))
    return 1 if failed else 0


def _all(runner: Runner, cases: list[Case], format: str, console: Console) -> list[Outcome]:
    outcomes = []
    module = None
    for case in cases:
        outcome = runner.run(case)
        outcomes.append(outcome)
        if format == "text":
            if case.module != module and (case.module or module):
                console.print(console.style(f"{'' if module is None else chr(10)}{case.module or 'project'}", "strong"))
            module = case.module
            _show(outcome, console)
    return outcomes


def _show(outcome: Outcome, console: Console) -> None:
    from kpidsl.report.stream import wants_color
    from kpidsl.report.terminal import render
    from kpidsl.report.width import visible

    sign = console.style("✓", "good") if outcome.passed else console.style("✗", "bad")
    console.print(f"{sign} {visible(outcome.test.title)}")
    for failure in outcome.failures:
        shown = render([failure.diagnostic], color=wants_color(console.out), folder=console.folder)
        body = shown.rsplit("\n\n", 1)[0]
        console.print("\n".join(f"  {line}" for line in body.splitlines()))
        if failure.difference is not None:
            console.print("\n".join(["", *(f"    {line}" for line in lines(failure.difference, console)), ""]))
        else:
            console.print("")


def lines(difference: Difference, console: Console) -> list[str]:
    """Both sides as one table: rows that agree once, rows that differ twice with the cells marked."""
    from kpidsl.report.width import pad, width

    table: list[tuple[str, list[str], str]] = [("", [_text(name) for name in difference.names], "strong")]
    marks: dict[int, frozenset[int]] = {}
    for pair in difference.pairs:
        if pair.same and pair.wanted is not None:
            table.append(("", _cells(pair.wanted), ""))
            continue
        if pair.wanted is not None:
            table.append(("expected" if pair.got is not None else "missing", _cells(pair.wanted), "good"))
        if pair.got is not None:
            if pair.wanted is not None:
                marks[len(table)] = pair.differs
            table.append(("got" if pair.wanted is not None else "too much", _cells(pair.got), "bad"))
    words = max(width(word) for word, _, _ in table)
    widths = [max(width(cells[at]) for _, cells, _ in table) for at in range(len(difference.names))]
    right = [_is_number(difference, at) for at in range(len(difference.names))]
    shown = []
    for row, (word, cells, style) in enumerate(table):
        line = "   ".join([pad(word, words), *map(pad, cells, widths, right)]).rstrip()
        shown.append(console.style(line, style) if style else line)
        if row in marks:
            below = [pad("^" * max(width(cells[at]), 1) if at in marks[row] else "", size, right[at]) for at, size in enumerate(widths)]
            shown.append(console.style("   ".join([" " * words, *below]).rstrip(), "bad"))
    return shown


def _is_number(difference: Difference, at: int) -> bool:
    values = [side[at] for pair in difference.pairs for side in (pair.wanted, pair.got) if side is not None and side[at] is not None]
    return (
        bool(values) and not any(isinstance(value, str | bool) for value in values) and all(hasattr(value, "__int__") for value in values)
    )


def _cells(row: Sequence[object]) -> list[str]:
    return [_text(value) for value in row]


def _text(value: object) -> str:
    from decimal import Decimal

    from kpidsl.report.width import visible

    match value:
        case None:
            return "null"
        case "":
            return '""'
        case bool():
            return str(value).lower()
        case float():
            return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        case Decimal():
            return format(value.normalize(), "f")
        case _:
            return visible(str(value))


def _as_data(outcomes: list[Outcome], console: Console) -> dict[str, object]:
    from kpidsl.report.place import file_of

    tests = []
    for outcome in outcomes:
        span = outcome.test.span
        failures = [
            {
                "code": failure.diagnostic.code,
                "message": failure.diagnostic.message,
                "line": failure.diagnostic.span.line if failure.diagnostic.span else None,
                "table": None if failure.difference is None else lines(failure.difference, Console(console.err, console.err)),
            }
            for failure in outcome.failures
        ]
        place = {"file": file_of(span.source, console.folder), "line": span.line}
        tests.append({"title": outcome.test.title, "module": outcome.module, **place, "passed": outcome.passed, "failures": failures})
    failed = sum(1 for outcome in outcomes if not outcome.passed)
    return {"tests": tests, "passed": len(outcomes) - failed, "failed": failed}


__all__ = ["ABOUT", "EXAMPLES", "KpiError", "declare", "lines", "run"]
