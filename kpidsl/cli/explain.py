"""`kpi explain NAME|CODE`: what a name of the project means, or what a code is about."""

from __future__ import annotations

import argparse
import re
import shutil
import textwrap
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError, common, one_of
from kpidsl.cli.console import Console

if TYPE_CHECKING:
    from kpidsl.compile import Compiled

ABOUT = """Explain a metric, source, column, dimension, segment, parameter or report of the project, or the code of a message.
Without a name: list what the project declares."""
EXAMPLES = """examples:
  kpi explain                    (a list)
  kpi explain roas
  kpi explain orders.amount
  kpi explain orders
  kpi explain KPI021"""
FORMATS = ("text", "markdown")
_CODE = re.compile(r"KPI-?\d+", re.IGNORECASE)


def declare(parser: Parser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar="NAME|CODE",
        help="a name, source.column, or a code such as KPI021 (default: a list)",
    )
    parser.add_argument(
        "--format", metavar="FORMAT", default="text", type=one_of(FORMATS), help="of a code's page: text, markdown (default: text)"
    )
    common(parser, data=False)


def run(arguments: argparse.Namespace, console: Console) -> int:
    word = arguments.name.strip("`")
    if _CODE.fullmatch(word):
        return _code(word, arguments.format, console)
    from kpidsl.cli.listing import listing
    from kpidsl.cli.meanings import meanings
    from kpidsl.cli.session import compile_project, open_project

    compiled = compile_project(open_project(arguments, console), arguments)
    found = meanings(compiled, word, console) if word else listing(compiled, console)
    if not found:
        raise WrongUseError(f"the project declares no `{word}`", _nearest(compiled, word))
    console.print("\n\n".join(found))
    if compiled.diagnostics.errors:
        count = len(compiled.diagnostics.errors)
        said = "1 error; kpi check shows it" if count == 1 else f"{count} errors; kpi check shows them"
        console.say(console.aside(f"the project has {said}", "warn"))
    return 0


def _nearest(compiled: Compiled, word: str) -> str:
    """The nearest names that can be explained, or where all of them are listed."""
    from kpidsl.cli.columns import paths
    from kpidsl.cli.meanings import known
    from kpidsl.diagnostic import akin, similar

    names = known(compiled)
    near = similar(word, names) or similar(word, paths(compiled)) or akin(word, names)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return (
        f"it declares {', '.join(names[:5])}{' …' if len(names) > 5 else ''}; kpi explain lists all" if names else "it declares nothing yet"
    )


def _code(word: str, format: str, console: Console) -> int:
    from kpidsl.codes import all_codes, page, similar_codes

    digits = re.sub(r"\D", "", word)
    code = f"KPI{int(digits):03}" if len(digits) < 6 else word
    if code not in all_codes():
        near = [other for other in similar_codes(code) if other != code]
        raise WrongUseError(f"there is no page about {code}", f"did you mean {near[0]}?" if near else "codes look like KPI021")
    about = page(code)
    console.print(about.markdown.rstrip() if format == "markdown" else _rendered(about.markdown, console))
    return 0


def _rendered(markdown: str, console: Console) -> str:
    """A page for the terminal: paragraphs as wide as it is, examples set off and coloured."""
    columns = min(shutil.get_terminal_size().columns, 100)
    out: list[str] = []
    paragraph: list[str] = []
    style = ""
    inside = False

    def flush() -> None:
        if paragraph:
            out.append(textwrap.fill(" ".join(paragraph), columns, break_long_words=False, break_on_hyphens=False))
            paragraph.clear()

    for line in markdown.rstrip().split("\n"):
        if line.startswith("```"):
            flush()
            inside = not inside
            role = line.rsplit(" ", 1)[-1] if inside else ""
            style = {"fails": "bad", "passes": "good"}.get(role, "code")
            if role in ("fails", "passes"):
                out.append(console.style(f"This {role}:", style))
        elif inside:
            out.append(console.style(f"    {line}".rstrip(), "quiet" if line.startswith("-- ") else "code"))
        elif line.startswith("# "):
            out.append(console.style(line[2:], "strong"))
        elif not line.strip() or line.startswith(("|", "-", "*", "    ")):
            flush()
            out.append(line)
        else:
            paragraph.append(line)
    flush()
    return "\n".join(out)
