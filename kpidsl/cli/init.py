"""`kpi init`: a first project from the data that is there. Nothing is ever overwritten."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common
from kpidsl.cli.console import Console
from kpidsl.diagnostic import KpiError, Severity, fail

if TYPE_CHECKING:
    from kpidsl.starter.start import Started
    from kpidsl.starter.target import Target

THERE = "KPI221"
ABOUT = """Look into a folder of CSV, Parquet, JSON or Excel files, a DuckDB or SQLite database, or a PostgreSQL database, and write a first
project: kpi.toml, sources.kpi and metrics.kpi. What the rows prove is declared; what is unsure stands in comments, with the reason.

With --goals, look at the project that is there instead: its metrics, or those that are named, get goals and targets proposed
from what they were (median, best quarter, trend), as comments in a new file goals.kpi.

Nothing that is there already is overwritten, and no password is written anywhere."""
EXAMPLES = """examples:
  kpi init data                  (a folder of files; the project is written here)
  kpi init shop.duckdb --into shop
  kpi init shop.sqlite --into shop
  kpi init '${DATABASE_URL}'     (PostgreSQL; the environment holds postgresql://…)
  kpi init --goals               (goals.kpi: proposals for all metrics of the project)
  kpi init --goals revenue cac --output -"""


def declare(parser: Parser) -> None:
    parser.add_argument("data", nargs="*", metavar="DATA", help="a folder, a file, or ${VARIABLE} with a URL (default: this folder)")
    parser.add_argument("--into", metavar="DIR", help="the project's folder, made where it is missing (default: this folder)")
    parser.add_argument("--name", metavar="NAME", help="the project's name (default: the folder's)")
    parser.add_argument("--rows", metavar="COUNT", type=_count, help="rows of a table that are looked at (default: 5,000,000)")
    parser.add_argument("--goals", action="store_true", help="propose goals and targets for a project that is there; DATA names metrics")
    parser.add_argument("--output", metavar="FILE", help="with --goals: the new file (default: goals.kpi of the project), - to print")
    common(parser)


def _count(text: str) -> int:
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdigit() or int(digits) == 0:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of rows\nwrite --rows 1000000")
    return int(digits)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.data.database import EngineDatabase
    from kpidsl.diagnostic import arranged
    from kpidsl.starter.profile import LIMIT
    from kpidsl.starter.start import start
    from kpidsl.starter.target import open_target
    from kpidsl.starter.text import METRICS, SETTINGS, SOURCES

    if arguments.goals:
        from kpidsl.cli.propose import run as propose

        _only(arguments, ("into", "name", "rows"), "makes a new project", "leave it out, or leave --goals out")
        return propose(arguments, console)
    _only(arguments, ("output", "project", "connection", "as_of", "param"), "is for a project that is there", "a new one goes --into DIR")
    if len(arguments.data) > 1:
        raise WrongUseError("kpi init looks at one folder, file or database", "name one; metrics are named with --goals")
    data = next(iter(arguments.data), ".")
    into = Path(arguments.into or ".")
    _must_be_free(into, (SETTINGS, SOURCES, METRICS))
    with _folder(into):
        target = open_target(data, into.absolute())
        try:
            with console.working(f"looking into {target.shown} …"):
                made = start(target, EngineDatabase(target.engine), arguments.name or _called(into), arguments.rows or LIMIT)
        finally:
            target.engine.close()
        if not made.drafts:
            raise KpiError(*made.problems)
        _write(into, made.files)
    console.print(_summary(made, into, target))
    if made.problems:
        console.report(arranged(made.problems))
    return 1 if any(problem.severity is not Severity.HINT for problem in made.problems) else 0


def _only(arguments: argparse.Namespace, others: Sequence[str], why: str, help: str) -> None:
    """`WrongUseError` for an option of the other half of `kpi init`."""
    for name in others:
        if getattr(arguments, name):
            raise WrongUseError(f"--{name.replace('_', '-')} {why}", help)


def _called(into: Path) -> str:
    return Path(os.path.abspath(into)).name or "project"


# ---------------------------------------------------------------- files


@contextmanager
def _folder(into: Path) -> Iterator[None]:
    """The project's folder, which paths of sources start at; folders that were made for nothing go away again."""
    made = [folder for folder in (into, *into.parents) if not folder.exists()]
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "it is refused").lower()
        fail("KPI004", f"{into} cannot be made: {reason}", help="choose another place with --into")
    try:
        yield
    except BaseException:
        for folder in made:
            with suppress(OSError):  # somebody has put something there meanwhile
                folder.rmdir()
        raise


def _must_be_free(into: Path, names: Sequence[str]) -> None:
    there = [name for name in names if os.path.lexists(into / name)]
    if os.path.lexists(into) and not into.is_dir():
        fail(THERE, f"{into} is a file, and the project needs a folder", help="name a folder: --into shop")
    if there:
        listed = " and ".join(there)
        fail(
            THERE,
            f"{'this folder' if into == Path('.') else into} has a {listed} already",
            notes=("kpi init never overwrites: what is written there may be somebody's work",),
            help="write the new project elsewhere and take over what is of use: --into DIR",
        )


def _write(into: Path, files: dict[str, str]) -> None:
    """Each file anew, or none of them: `x` refuses what somebody else has made meanwhile."""
    written: list[Path] = []
    try:
        for name, text in files.items():
            with open(into / name, "x", encoding="utf-8", newline="\n") as stream:
                written.append(into / name)
                stream.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        reason = (error.strerror or "it is refused").lower()
        fail("KPI004", f"{into} cannot be written: {reason}", help="choose another place with --into, or make it writable")


# ---------------------------------------------------------------- words


def _summary(made: Started, into: Path, target: Target) -> str:
    """What was written, a line for each source, and what to do next."""
    from kpidsl.starter.text import METRICS, SETTINGS, SOURCES
    from kpidsl.syntax.format_expr import format_name

    width = max(len(draft.name) for draft in made.drafts)
    lines = [f"{into / SETTINGS}, {SOURCES} and {METRICS} are written."]
    for draft in made.drafts:
        key = f"key {', '.join(draft.key)}" if draft.key else "no key"
        joins = f"joins {', '.join(join.role for join in draft.joins)}" if draft.joins else ""
        rows = f"{draft.table.rows:,}{'+' if draft.table.sampled else ''} row{'' if draft.table.rows == 1 else 's'}"
        lines.append(f"  {draft.name:<{width}}  {', '.join(filter(None, (rows, key, f'time {draft.time}' if draft.time else '', joins)))}")
    where = "" if into == Path(".") else f"cd {into} && "
    if target.variable:
        lines.append(f"The address of the database is not written down; before you start kpi: export {target.variable}=postgresql://…")
    timed = [draft for draft in made.drafts if draft.time]
    largest = max(timed or made.drafts, key=lambda draft: draft.table.rows)
    first = f"{format_name(largest.name)} by month" if timed else format_name(largest.name)
    lines += [
        "Read sources.kpi first: its comments say what is unsure. Then:",
        f"  {where}kpi check --data",
        f'  {where}kpi query "{first}"',
    ]
    return "\n".join(lines)
