"""`kpi demo`: the example of a shop, answered on this machine, with the lines of the language that make each number."""

from __future__ import annotations

import argparse
import shutil
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import Parser, WrongUseError
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.diagnostic import KpiError

ABOUT = """See it work: 9,994 order lines of a shop in one Parquet file, and what the language makes of them.

Nothing is installed, sent or left behind; DuckDB runs inside this process."""
EXAMPLES = """examples:
  kpi demo
  kpi demo --into shop           (a copy of the project to play with)"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A question, the declarations that it rests on, and what is worth seeing in the answer."""

    title: str
    names: tuple[str, ...]
    query: str
    remark: str


SCENES = (
    Scene(
        "What sells, and what earns",
        ("margin", "discount_share"),
        "sales, profit, margin, discount_share by category with totals",
        "A ratio is divided after adding up, in every row and in the total. Furniture sells like the others and earns next to nothing.",
    ),
    Scene(
        "Where the money is lost",
        ("margin", "loss_lines"),
        "profit, margin, discount_share, loss_lines by sub_category order by profit top 5 by discount_share",
        "The five sub-categories with the greatest discounts. `top` picks, `order by` orders what was picked.",
    ),
    Scene(
        "The greatest states, and all the others in one row",
        (),
        "sales, profit, margin by state with totals order by sales desc top 5 by sales with other",
        "The row of the others is computed from its own rows, so its margin is a margin and not what is left over.",
    ),
    Scene(
        "How fast it ships",
        ("orders", "delivery_days"),
        "orders, delivery_days, fast_share by ship_mode with totals",
        "The file knows order lines only. An order is a coarser grain of them, so an order of fourteen lines ships once.",
    ),
    Scene(
        "Who comes back",
        ("repurchase_rate",),
        "buyers, repeat_buyers, repurchase_rate by segment with totals",
        "The formula comes from the library; the project says what its words mean here.",
    ),
)
REFUSED = Scene(
    "What it refuses",
    (),
    "sum(orders.value) by sub_category",
    "An order has lines of several sub-categories: its value would be counted once for each of them, without a word.",
)
ALSO_REFUSED = "sum(lines.discount)"


def declare(parser: Parser) -> None:
    parser.add_argument("--into", metavar="DIR", help="copy the example there instead of running it")
    parser.add_argument("-h", "--help", action="store_true", help="this text")


def run(arguments: argparse.Namespace, console: Console) -> int:
    folder = demo_folder()
    if arguments.into:
        return _copy(folder, Path(arguments.into), console)
    start = time.perf_counter()
    given = argparse.Namespace(project=str(folder), connection=None, as_of=None, param=[])
    with session(given, console) as made:
        console.print(console.style("A shop: 9,994 order lines, 2014 to 2017, one Parquet file, DuckDB in memory", "strong"))
        for number, scene in enumerate(SCENES, 1):
            _show(made, number, scene, console)
        _refuse(made, len(SCENES) + 1, console)
    console.print(_next(folder, console))
    console.say(console.aside(f"{time.perf_counter() - start:.1f} s in all"))
    return 0


def demo_folder() -> Path:
    """The example inside the wheel, or in the checkout."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "_demo", here.parent / "examples" / "superstore"):
        if (folder / "kpi.toml").is_file():
            return folder
    raise WrongUseError("the example is not part of this installation", "install kpidsl from its wheel, or run it in a checkout")


def _copy(folder: Path, into: Path, console: Console) -> int:
    if into.exists():
        raise WrongUseError(f"{into} is there already", "name a folder that is not")
    try:
        shutil.copytree(folder, into)
    except OSError as error:
        raise WrongUseError(f"{into} cannot be written: {(error.strerror or 'it is refused').lower()}", "choose another place") from None
    tries = (f"cd {into}", "kpi run", 'kpi query "profit by sub_category order by profit top 3"', "kpi explain margin")
    console.print("\n  ".join([f"{into} is a project now. Try:", *tries]))
    return 0


def _show(made: Session, number: int, scene: Scene, console: Console) -> None:
    from kpidsl.cli.answer import answer, parse, plan
    from kpidsl.report.tables import text

    _opening(made, number, scene, console)
    found = answer(made, plan(made, parse(scene.query), scene.query))
    console.print("\n" + "".join(f"     {line}\n" for line in text(found.result, made.project.locale).splitlines()))
    console.print(console.style(f"     {found.footer}", "quiet"))
    console.out.flush()


def _opening(made: Session, number: int, scene: Scene, console: Console) -> None:
    console.print(f"\n\n{console.style(f'{number}  {scene.title}', 'strong')}\n")
    console.print(textwrap.fill(scene.remark, 100, initial_indent="   ", subsequent_indent="   ") + "\n")
    lines = [line for name in scene.names for line in _declared(made, name)]
    for line in lines:
        console.print(console.style(f"     {line}", "code"))
    console.print(f'{chr(10) if lines else ""}   $ kpi query "{scene.query}"')


def _declared(made: Session, name: str) -> Iterator[str]:
    """How the project says it, without the items in braces."""
    from kpidsl.syntax.format import format_expr

    scope = made.compiled.scope
    source = scope.entries.get(("source", name))
    if source is not None and isinstance(source.decl, ast.SourceDecl):
        yield f"source {name} from {' '.join(source.decl.origin.span.text.removeprefix('from ').split())} {{ … }}"
    for decl in (decl for file in made.compiled.files for decl in file.declarations):
        if isinstance(decl, ast.Use) and name in {ident.text for ident in decl.names or ()}:
            yield " ".join(decl.span.text.split())
    metric = scope.entries.get(("metric", name))
    if metric is not None and isinstance(metric.decl, ast.Metric):
        label = f' "{metric.decl.label}"' if metric.decl.label else ""
        origin = "" if metric.scope is scope else f"    # {metric.decl.span.source.path}"
        yield f"metric {name}{label} = {' '.join(format_expr(metric.decl.expr).split())}{origin}"


def _refuse(made: Session, number: int, console: Console) -> None:
    from kpidsl.cli.answer import parse, plan
    from kpidsl.diagnostic import KpiError

    _opening(made, number, REFUSED, console)
    for query in (REFUSED.query, ALSO_REFUSED):
        if query != REFUSED.query:
            console.print(f'\n   $ kpi query "{query}"')
        try:
            plan(made, parse(query), query)
        except KpiError as error:
            console.print("\n" + _rendered(error, console))


def _rendered(error: KpiError, console: Console) -> str:
    from kpidsl.report.terminal import render, wants_color

    shown = render(error.diagnostics, color=wants_color(console.out)).rsplit("\n\n", 1)[0]
    return "\n".join(f"     {line}" for line in shown.splitlines())


def _next(folder: Path, console: Console) -> str:
    return (
        f"\n\n{console.style('Next steps', 'strong')}\n\n"
        "   kpi demo --into shop     a copy of this project; then cd shop and ask it anything:\n"
        '                            kpi query "sales by region, year with totals", kpi run, kpi test, kpi explain margin\n'
        f"   {folder / 'superstore.kpi'}\n"
        "                            the whole of it, in one file\n"
        "   kpi --help               the other verbs"
    )
