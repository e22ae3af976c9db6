"""How rows leave: as a table, Markdown, CSV, JSON or a Parquet file; on standard output or into a file, which is written as a whole or not
at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kpidsl.cli.arguments import Parser, WrongUseError, one_of
from kpidsl.cli.console import Console
from kpidsl.diagnostic import fail
from kpidsl.report.result import Result

FORMATS = ("text", "json", "csv", "markdown", "parquet")
_ENDINGS = {".json": "json", ".csv": "csv", ".md": "markdown", ".markdown": "markdown", ".parquet": "parquet", ".txt": "text"}
_SHEETS = (".xlsx", ".xls", ".ods", ".tsv")
_FOREIGN = (*_SHEETS, ".pdf", ".html", ".htm", ".xml", ".yaml", ".yml", ".ndjson", ".jsonl", ".feather", ".arrow", ".sql")
"""Endings of formats that we do not write rows in: a file of ours under such a name would not open."""


def declare(parser: Parser) -> None:
    """`--format` and `--output`."""
    parser.add_argument(
        "--format", metavar="FORMAT", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: text, or what --output ends in)"
    )
    parser.add_argument("--output", metavar="FILE", help="write there instead of to standard output: .csv, .json, .md, .parquet, .txt")


def chosen(format: str | None, output: str | None) -> str:
    """The format that was asked for, or that the file's name asks for; `WrongUseError` where the two do not fit, or the name asks for one
    that we do not write."""
    ending = Path(output).suffix.lower() if output else ""
    meant = _ENDINGS.get(ending)
    if format is None and ending and meant is None:
        raise WrongUseError(f"kpi does not know what to write into {output}", _writes(ending))
    if format is not None and meant not in (None, format):
        raise WrongUseError(f"--format {format} does not fit {output}", f"leave --format out, or name the file {_renamed(output, format)}")
    if format is not None and ending in _FOREIGN:
        raise WrongUseError(f"{output} would hold {format}, and {ending} says otherwise", f"name the file {_renamed(output, format)}")
    format = format or meant or "text"
    if format == "parquet" and not output:
        raise WrongUseError("a Parquet file cannot be shown on a terminal", "say where it goes: --output rows.parquet")
    return format


def check_sql_file(output: str | None) -> None:
    """`WrongUseError` where SQL would go into a file whose name says that rows are in it."""
    ending = Path(output).suffix.lower() if output else ""
    if ending in (set(_ENDINGS) | set(_FOREIGN)) - {".sql", ".txt"}:
        better = Path(output or "").with_suffix(".sql")
        raise WrongUseError(f"{output} would hold SQL, and {ending} says otherwise", f"name the file {better}")


def _writes(ending: str) -> str:
    tip = "a spreadsheet opens .csv" if ending in _SHEETS else "--format says which for any other name"
    return f"it writes .csv, .json, .md, .parquet and .txt; {tip}"


def _renamed(output: str | None, format: str) -> str:
    ending = next(ending for ending, known in _ENDINGS.items() if known == format)
    return str(Path(output or "").with_suffix(ending))


def write(result: Result, console: Console, format: str, output: str | None, locale: str) -> None:
    """The rows in that format, to the file or to standard output."""
    from kpidsl.report.tables import render

    if output is None:
        console.print(render(result, format, locale=locale, terminal=console.terminal), end="")
    elif format == "parquet":
        from kpidsl.report.parquet import write as write_parquet

        target = Path(output)
        beside = _beside(target)
        try:
            write_parquet(result, beside)
            _into_place(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    else:
        write_text(Path(output), render(result, format, locale=locale))


def write_text(path: Path, text: str) -> None:
    """A text file, complete or untouched; a link stays a link. KPI004 where it cannot be written."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, content: bytes) -> None:
    """A file, complete or untouched; a link stays a link. KPI004 where it cannot be written."""
    path = Path(os.path.realpath(path))
    beside = _beside(path)
    try:
        beside.write_bytes(content)
        _into_place(beside, path)
    except OSError as error:
        fail(
            "KPI004",
            f"{path} cannot be written: {(error.strerror or 'it is refused').lower()}",
            help="choose another place, or make it writable",
        )
    finally:
        beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """An empty file in the same folder, so that moving it into place is one step."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    except OSError as error:
        what = "there is no such folder" if not path.parent.is_dir() else (error.strerror or "it is refused").lower()
        fail("KPI004", f"{path} cannot be written: {what}", help="choose another place, or make the folder")
    os.close(handle)
    return Path(name)


def _into_place(beside: Path, path: Path) -> None:
    """With the rights that the old file had, or that any new file gets."""
    if path.exists():
        os.chmod(beside, path.stat().st_mode & 0o777)
    else:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, 0o666 & ~mask)
    os.replace(beside, path)
