"""What `kpi demo` shows: the numbers of the example, the questions behind them, the declarations that they rest on, and what is refused.
Comes in: the project's folder. Goes out: text on the console.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session
from kpidsl.record import dataclass
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.diagnostic import KpiError


@dataclass(frozen=True, slots=True)
class Scene:
    """A question, the declarations that it rests on, and what is worth seeing in the answer."""

    title: str
    names: tuple[str, ...]
    query: str
    remark: str


HEAD = "Aurora, an online shop · 15 March 2026 · 303,000 rows in 18 CSV files · DuckDB in this process"
STATUS = (
    "Where the goals stand",
    "What Aurora wants stands in goals.kpi: three goals, and the KPIs that show whether they will be reached, each with its targets. March "
    "is running, and adverts are known up to the 13th: what is there is held against what is expected by now, and compared with the same "
    "days of February and of last year.",
    ("new_revenue", "cac"),
)
SCENES = (
    Scene(
        "One channel stops working",
        ("new_customers", "first_orders", "marketing_cost"),
        "marketing_cost, new_customers, cac by month where channel = 'social' last 6 months",
        "In February a customer of social networks costs three times what is usual. Cost comes from adverts and agencies, customers come "
        "from orders: each is added up from its own rows, and divided last.",
    ),
    Scene(
        "Phones look, desktops buy",
        ("conversion_rate", "buying_sessions"),
        "sessions, buying_sessions, conversion_rate by device during 2025 with totals",
        "The rate of all is that of all sessions, not the mean of three rates.",
    ),
    Scene(
        "Four platforms, one table",
        ("ad_spend", "cpc"),
        "spend, clicks, ctr, cpc by platform during 2025-H2 with totals",
        "One lands millionths of a euro, one the names of countries, one dollars, one days of eight digits.",
    ),
    Scene(
        "People, each once",
        ("buyers_so_far", "customers_ever"),
        "buyers, buyers_so_far, customers_ever by quarter during 2025",
        "Who buys in two quarters is one buyer of the year: people are counted again for each span and never added up.",
    ),
    Scene(
        "Who comes back, and what they leave",
        ("repurchase_rate_90_days", "ltv_12_months", "first_buyers"),
        "first_buyers, repurchase_rate_90_days, ltv_12_months by quarter during 2024-Q3..2026-Q1",
        "Customers by the quarter of their first order. Who came lately still has time: those numbers are not known yet, and not low.",
    ),
)
REFUSED = Scene(
    "What it refuses",
    (),
    "sum(meta_ads.reach)",
    "Reach is people, and whoever saw an advert on two days would be two. Revenue is planned by country, so nothing can be said by "
    "channel.",
)
ALSO_REFUSED = "attainment by channel"
LEFT_OUT = """Not in this version: funnels from visit to order, and cohorts. The language reads and checks them; they are not computed,
so the demo does not show them."""


def show(folder: Path, console: Console) -> None:
    """The whole demo. KpiError where the folder's project, or its data, is not as the example had it."""
    given = argparse.Namespace(project=str(folder), connection=None, as_of=None, param=[])
    with session(given, console) as made:
        console.print(console.style(HEAD, "strong"))
        _status(made, 1, console)
        for number, scene in enumerate(SCENES, 2):
            _scene(made, number, scene, console)
        _refuse(made, len(SCENES) + 2, console)
    console.print(f"\n\n{console.style('What is left out', 'strong')}\n\n{textwrap.indent(LEFT_OUT, '   ')}")
    console.print(_next(folder, console))


def _status(made: Session, number: int, console: Console) -> None:
    """The table of `kpi status`, under the goal and the KPI that it begins with."""
    from kpidsl.cli.status import table

    title, remark, (goal, named) = STATUS
    _titled(number, title, remark, console)
    for decl in made.compiled.scope.declarations:
        if (isinstance(decl, ast.Goal) and decl.name.text == goal) or (isinstance(decl, ast.Kpi) and decl.metric.text == named):
            console.print(console.style(textwrap.indent(decl.span.text, "     "), "code"))
    console.print("\n   $ kpi status\n")
    console.print(textwrap.indent(table(made, console), "     "), end="")
    console.out.flush()


def _scene(made: Session, number: int, scene: Scene, console: Console) -> None:
    from kpidsl.cli.answer import answer, parse, plan
    from kpidsl.report.tables import text

    _opening(made, number, scene, console)
    found = answer(made, plan(made, parse(scene.query), scene.query))
    console.print("\n" + "".join(f"     {line}\n" for line in text(found.result, made.project.locale).splitlines()))
    console.print(console.style(f"     {found.footer}", "quiet"))
    console.out.flush()


def _titled(number: int, title: str, remark: str, console: Console) -> None:
    console.print(f"\n\n{console.style(f'{number}  {title}', 'strong')}\n")
    console.print(textwrap.fill(remark, 100, initial_indent="   ", subsequent_indent="   ") + "\n")


def _opening(made: Session, number: int, scene: Scene, console: Console) -> None:
    _titled(number, scene.title, scene.remark, console)
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
    segment = scope.entries.get(("segment", name))
    if segment is not None and isinstance(segment.decl, ast.Segment):
        yield f"segment {name} = {' '.join(segment.decl.condition.span.text.split())}"
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
    from kpidsl.report.stream import wants_color
    from kpidsl.report.terminal import render

    shown = render(error.diagnostics, color=wants_color(console.out), folder=console.folder).rsplit("\n\n", 1)[0]
    return "\n".join(f"     {line}" for line in shown.splitlines())


def _next(folder: Path, console: Console) -> str:
    return (
        f"\n\n{console.style('Next steps', 'strong')}\n\n"
        f"   cd {console.folder or folder}\n"
        '   kpi query "revenue by country, month last 3 months compare previous year"\n'
        "   kpi run                  42 reports; each has been held against plain Python\n"
        "   kpi why cac during 2026-02   which part and which channel moved it\n"
        "   kpi alerts               what fires, and what to do\n"
        "   kpi explain cac          what a number means, and where each part of it comes from\n"
        "   kpi test                 the project's own tests, on rows few enough to work out by hand\n"
        "   README.md                what is planted in the data, and what the model makes of it"
    )
