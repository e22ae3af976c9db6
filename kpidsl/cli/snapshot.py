"""`kpi snapshot`: a board as a picture for slides, or as text for mail, with the numbers of this moment. No browser is needed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session

if TYPE_CHECKING:
    from kpidsl.syntax import ast

ENDINGS = {".png": "png", ".svg": "svg", ".pdf": "pdf", ".md": "markdown", ".markdown": "markdown", ".csv": "csv"}
FORMATS = ("png", "svg", "pdf", "markdown", "csv")
_BINARY = ("png", "pdf")
SCALE = 2
"""Pixels of a PNG for each of the board: letters stay sharp on slides."""
ABOUT = """Write one board as it stands now: a picture for slides (PNG, SVG, PDF), or text for mail (Markdown, CSV). Pictures are drawn
without a browser, with the fonts of this machine; they need the extra `html`: pip install "kpidsl[html]"."""
EXAMPLES = """examples:
  kpi snapshot executive --output executive.png
  kpi snapshot executive --output board.pdf --locale it --as-of 2026-03-15
  kpi snapshot executive --format markdown
  kpi snapshot executive --format csv --output numbers.csv"""


def declare(parser: Parser) -> None:
    parser.add_argument("board", metavar="BOARD", help="the name of a dashboard")
    parser.add_argument("--format", metavar="FORMAT", type=one_of(FORMATS), help=f"{', '.join(FORMATS)} (default: what --output ends in)")
    parser.add_argument("--output", metavar="FILE", help="where it goes; Markdown, CSV and SVG go to standard output without it")
    parser.add_argument("--locale", metavar="NAME", help="the reader's: en, it, ro, zh-Hant … (default: the project's first)")
    common(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli.output import write_bytes

    format = _format(arguments.format, arguments.output)
    with session(arguments, console) as made:
        taken = _taken(made, _chosen(made, arguments.board), _locale(made, arguments.locale), format, console)
    if arguments.output:
        write_bytes(Path(arguments.output), taken)
    elif format in _BINARY:
        sys.stdout.buffer.write(taken)
    else:
        console.print(taken.decode(), end="")
    return 0


def _format(format: str | None, output: str | None) -> str:
    """What was asked for, or what the file's name asks for."""
    ending = Path(output).suffix.lower() if output else ""
    meant = ENDINGS.get(ending)
    if format is None and meant is None:
        listed = ", ".join(FORMATS)
        if not output:
            raise WrongUseError("nobody can tell whether a picture or text is wanted", "write --output board.png, or --format markdown")
        raise WrongUseError(f"kpi does not know what to write into {output}", f"--format is one of {listed}")
    if format is not None and meant not in (None, format):
        right = next(known for known, name in ENDINGS.items() if name == format)
        better = Path(output or "").with_suffix(right)
        raise WrongUseError(f"--format {format} does not fit {output}", f"leave --format out, or name the file {better}")
    chosen = format or meant or ""
    if chosen in _BINARY and not output and sys.stdout.isatty():
        raise WrongUseError(f"a {chosen.upper()} cannot be shown on a terminal", f"say where it goes: --output board.{chosen}")
    return chosen


def _chosen(made: Session, name: str) -> ast.Dashboard:
    from kpidsl.diagnostic import similar
    from kpidsl.syntax import ast

    known = {decl.name.text: decl for decl in made.compiled.scope.declarations if isinstance(decl, ast.Dashboard)}
    if name not in known:
        near = similar(name, known)
        listed = (
            f"dashboards: {', '.join(known)}" if known else "the project has none; declare one: dashboard sales { show revenue by month }"
        )
        raise WrongUseError(f"there is no dashboard `{name}`", f"did you mean {near[0]}?" if near else listed)
    return known[name]


def _locale(made: Session, wanted: str | None) -> str:
    from kpidsl.dashboard.page import locales_of
    from kpidsl.diagnostic import similar

    known = locales_of(made.project.locales)
    if wanted is None:
        return known[0]
    if wanted not in known:
        near = similar(wanted, known)
        raise WrongUseError(
            f"--locale: nobody reads `{wanted}` here", f"did you mean {near[0]}?" if near else f"locales: {', '.join(known)}"
        )
    return wanted


def _taken(made: Session, decl: ast.Dashboard, locale: str, format: str, console: Console) -> bytes:
    """The board in that format."""
    from kpidsl.cli.page import Pages
    from kpidsl.dashboard.page import locales_of
    from kpidsl.dashboard.snapshot.cards import sheet
    from kpidsl.dashboard.snapshot.reader import Reader
    from kpidsl.dashboard.snapshot.texts import csv_of, markdown

    board, numbers = Pages(made).filled(decl, locales_of(made.project.locales))
    reader = Reader(locale, board["locale"])
    if format == "csv":
        return csv_of(board, numbers, reader).encode()
    shown = sheet(board, numbers, locale)
    if format == "markdown":
        return markdown(shown, reader).encode()

    from kpidsl.dashboard.snapshot.charts import converter, drawer
    from kpidsl.dashboard.snapshot.glyphs import missing
    from kpidsl.dashboard.snapshot.picture import fonts, picture
    from kpidsl.dashboard.words import language

    engine = converter()
    svg = picture(shown, drawer(reader.cldr), language(locale))
    if format == "svg":
        return svg.encode()
    if gone := missing(svg, fonts(language(locale)), lambda text: bytes(engine.svg_to_png(text))):
        _warn(console, gone)
    return bytes(engine.svg_to_png(svg, scale=SCALE) if format == "png" else engine.svg_to_pdf(svg))


def _warn(console: Console, gone: str) -> None:
    """KPI009 as a warning: a picture with holes in its words."""
    from kpidsl.diagnostic import Diagnostic, Severity

    shown = gone[:12] + (" …" if len(gone) > 12 else "")
    warning = Diagnostic(
        "KPI009",
        f"no font of this machine has {len(gone)} of the picture's characters: {shown}",
        severity=Severity.WARNING,
        notes=("the picture has holes where they should stand",),
        help="install a font that has them (Debian, Ubuntu: apt-get install fonts-noto-cjk) and take the snapshot again",
    )
    console.say(console.rendered([warning]), end="")
