"""`kpi fmt`: .kpi files in the one layout. A file with a mistake in it is left as it is."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common
from kpidsl.cli.console import Console
from kpidsl.cli.output import write_text
from kpidsl.diagnostic import Diagnostic, KpiError, fail

if TYPE_CHECKING:
    from kpidsl.span import Source

ABOUT = """Put .kpi files into the one layout. What they say does not change, and every comment stays."""
EXAMPLES = """examples:
  kpi fmt
  kpi fmt shop.kpi marketing.kpi
  kpi fmt --check                (for a commit hook: exit code 1 when a file is not in the layout)
  kpi fmt --diff
  kpi fmt - < shop.kpi"""


def declare(parser: Parser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="files (default: all of the project); - reads standard input")
    parser.add_argument("--check", action="store_true", help="change nothing, list the files that would change")
    parser.add_argument("--diff", action="store_true", help="change nothing, show what would change")
    common(parser, data=False)


def run(arguments: argparse.Namespace, console: Console) -> int:
    if "-" in arguments.files:
        if len(arguments.files) > 1:
            raise WrongUseError("- stands for standard input, and nothing can stand beside it", "kpi fmt - < shop.kpi")
        return _stream(arguments, console)
    changed: list[str] = []
    problems: list[Diagnostic] = []
    files = _files(arguments, console)
    for shown, path in files:
        try:
            if _one(shown, path, arguments, console):
                changed.append(shown)
        except KpiError as error:
            problems += error.diagnostics
    if problems:
        console.folder = ""
        console.report(sorted(problems, key=lambda found: found.sort_key))
    would = arguments.check or arguments.diff
    left = len(files) - len(changed)
    parts = [f"{len(changed)} {'would be ' if would else ''}formatted"] if changed else []
    parts += [f"{left} left as {'it is' if left == 1 else 'they are'}"] if left else []
    said = ", ".join(parts)
    console.say(console.aside(said))
    return 1 if problems or (would and changed) else 0


def _files(arguments: argparse.Namespace, console: Console) -> list[tuple[str, Path]]:
    """What to format: (name as shown, path)."""
    from kpidsl.files import kpi_files
    from kpidsl.project import find_project

    if arguments.files:
        return [(str(Path(name)), Path(name)) for name in dict.fromkeys(arguments.files)]
    root = Path(arguments.project) if arguments.project else find_project(Path("."))
    if not root.is_dir():
        fail("KPI002", f"there is no folder {root}", help="check the path after --project")
    console.enter(root)
    paths, unreadable = kpi_files(str(root))
    if unreadable:
        fail("KPI004", f"{unreadable[0].filename} cannot be read: {(unreadable[0].strerror or '').lower()}", help="make it readable")
    if not paths:
        fail("KPI003", f"there is no .kpi file in {root}", help="name the files: kpi fmt shop.kpi")
    return [(os.path.normpath(os.path.join(console.folder, path)), root / path) for path in paths]


def _one(shown: str, path: Path, arguments: argparse.Namespace, console: Console) -> bool:
    """Formats a file; whether it was not in the layout."""
    from kpidsl.span import Source
    from kpidsl.text_file import decode

    try:
        data = path.read_bytes()
    except OSError as error:
        reason = "it is a folder" if path.is_dir() else (error.strerror or "it is refused").lower()
        fail("KPI004", f"{shown} cannot be read: {reason}", help="check the name")
    source = Source(shown, decode(data, shown))
    text = formatted(source)
    if text.encode() == data:
        return False
    if arguments.diff:
        console.print(_diff(source.text, text, shown, console), end="")
    elif arguments.check:
        console.print(shown)
    else:
        write_text(path, text)
        console.print(shown)
    return True


def _stream(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.span import Source
    from kpidsl.text_file import decode

    buffer = getattr(sys.stdin, "buffer", None)
    text = decode(buffer.read(), "<stdin>") if buffer is not None else sys.stdin.read()
    source = Source("<stdin>", text)
    result = formatted(source)
    if arguments.diff:
        console.print(_diff(text, result, "<stdin>", console), end="")
    elif not arguments.check:
        console.print(result, end="")
    return 1 if (arguments.check or arguments.diff) and result != text else 0


def formatted(source: Source) -> str:
    """The text in the layout; KpiError where it does not parse. It is read again to be sure that it says the same."""
    from kpidsl.span import Source
    from kpidsl.syntax.format import format_file
    from kpidsl.syntax.parse import parse_file

    file, problems = parse_file(source)
    if problems:
        raise KpiError(*problems)
    text = format_file(file, source)
    again, found = parse_file(Source(source.path, text))
    if found or again.declarations != file.declarations or len(again.comments) != len(file.comments):
        raise AssertionError(f"{source.path} would say something else in the layout; it is left as it is")
    return text


def _diff(before: str, after: str, name: str, console: Console) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"{name} (now)", f"{name} (in the layout)"
    )
    styles = {"+": "good", "-": "bad", "@": "code"}
    return "".join(console.style(line.rstrip("\r\n"), styles.get(line[:1], "quiet")) + "\n" for line in lines)
