"""The list of what a project declares, for `kpi explain` without a name. Comes in: a compiled project. Goes out: a paragraph per kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kpidsl.cli.console import Console
from kpidsl.cli.inventory import KINDS
from kpidsl.cli.meanings import unit_of
from kpidsl.cli.paragraphs import Paragraphs
from kpidsl.model.names import Entry
from kpidsl.model.rules import describe

if TYPE_CHECKING:
    from kpidsl.compile import Compiled

_TITLES = {"kpi": "KPIs", "param": "parameters"}


def listing(compiled: Compiled, console: Console) -> list[str]:
    """Names with their labels and units, what can be asked for first; names that come from modules are among them."""
    write = Paragraphs(console)
    found = []
    for kind in sorted(KINDS, key=lambda kind: kind not in ("metric", "dimension")):
        rows = [_row(compiled, kind, name, entry) for (of, name), entry in sorted(compiled.scope.entries.items(), key=_order) if of == kind]
        if rows:
            found.append("\n".join(_paragraph(write, _TITLES.get(kind, f"{kind}s"), rows)))
    return found or ["the project declares nothing yet"]


def _order(item: tuple[tuple[str, str], Entry]) -> str:
    return item[0][1].casefold()


def _paragraph(write: Paragraphs, title: str, rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield write.head(title)
    yield from write.table(rows)


def _row(compiled: Compiled, kind: str, name: str, entry: Entry) -> tuple[str, ...]:
    model = compiled.model
    what = ""
    if kind == "metric" and (metric := model.metrics.get(entry.key)) is not None:
        what = unit_of(metric)
    elif kind == "dimension" and (dimension := model.dimensions.get(entry.key)) is not None:
        what = describe(dimension.type)
    elif kind == "param" and (param := model.params.get(entry.key)) is not None:
        what = describe(param.type)
    elif kind == "source" and (source := model.sources.get(entry.key)) is not None:
        what = f"one row per {', '.join(source.key)}" if source.key else "no key"
    return name, what, getattr(entry.decl, "label", None) or ""
