"""Tests of a module. A module counts no rows of its own: it *needs* metrics. Comes in: its file and one of its tests. Goes out: a synthetic
project in which each need is a source with the rows that the test gives, so that the module's metrics can be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kpidsl.compile import Compiled, compile_files, plan_query, resolve_query
from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError
from kpidsl.model.model import QueryModel, aggregates
from kpidsl.plan.plan import Statement
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast
from kpidsl.testing.block import Block, read
from kpidsl.testing.world import NO_COLUMN, World

ADDED_UP = "KPI189"
CURRENCY = "EUR"
"""Stands in for the one currency of a module that does not name any."""

Key = tuple[object, ...]
Ask = Callable[[Statement], Sequence[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The project, what tells it from others of the module, and the needs whose rows may not be added up."""

    key: Key
    compiled: Compiled
    whole: frozenset[str]

    def refuse_adding_up(self, compiled: Compiled, node: ast.Query, query: QueryModel, made: World, ask: Ask) -> None:
        """KPI189 where a group of the query holds several rows of a need that is `not additive`: its value would be invented."""
        metrics = (*query.metrics, *query.hidden)
        used = {leaf.source for metric in metrics for leaf in aggregates(metric.expr)}
        for need in sorted(self.whole & used):
            block = made.blocks.get(need)
            if block is None or len(block.rows) < 2:
                continue
            counting = replace(node, metrics=(_call("count", need, need, node.span),), order=(), top=None)
            statement = plan_query(compiled, resolve_query(compiled, counting), made.today)
            at = next(at for at, column in enumerate(statement.columns) if column.role == "metric")
            most = max((int(str(row[at] or 0)) for row in ask(statement)), default=0)
            if most > 1:
                raise KpiError(
                    Diagnostic(
                        ADDED_UP,
                        f"`{need}` may not be added up, and {most} of its rows fall into one group here",
                        node.span,
                        notes=(f"`{need}` is declared `not additive`: the value of a whole is not the sum of its parts",),
                        help="give one row for each group that is asked, and ask for the whole in a test of its own",
                    )
                )


def synthetic(file: ast.File, test: ast.Test) -> Synthetic:
    """The project for one test; tests whose needs have the same columns share a key."""
    needs = {decl.name.text: decl for decl in file.declarations if isinstance(decl, ast.Need)}
    blocks = _blocks(test, needs)
    kinds = _kinds(blocks)
    headers = {name: tuple(blocks[name].names) if name in blocks else (*kinds, name) for name in needs}
    key = (file.span.source, tuple(headers.items()), tuple(kinds.items()))
    declarations: list[ast.Decl] = []
    for name, need in needs.items():
        declarations += [_source(need, headers[name], kinds), _metric(need)]
    if needs:
        anchor = next(iter(needs.values())).span
        declarations += [_dimension(name, [n for n in needs if name in headers[n]], anchor) for name in kinds]
    declarations += [decl for decl in file.declarations if not isinstance(decl, ast.Need | ast.Test | ast.Report | ast.Dashboard)]
    compiled = compile_files([ast.File(file.span, tuple(declarations))], Diagnostics())
    return Synthetic(key, compiled, frozenset(name for name, need in needs.items() if not _additive(need)))


def _blocks(test: ast.Test, needs: dict[str, ast.Need]) -> dict[str, Block]:
    problems: list[Diagnostic] = []
    blocks = {}
    for given in ast.pick(test.items, ast.Given):
        name = given.source.text
        if name not in needs:
            continue  # a source of the module itself, or nothing: `world` tells
        try:
            blocks[name] = read(given)
        except KpiError as error:
            problems.extend(error.diagnostics)
            continue
        if name not in blocks[name].names:
            span = blocks[name].header[0].span.to(blocks[name].header[-1].span)
            help = f"add it to the header: {', '.join([*blocks[name].names, name])}"
            problems.append(Diagnostic(NO_COLUMN, f"there is no column `{name}` with the values of the need", span, help=help))
    if problems:
        raise KpiError(*problems)
    return blocks


def _kinds(blocks: dict[str, Block]) -> dict[str, str]:
    """The columns that are no values of a need: what the test can split by, each with the type that all its cells have."""
    cells: dict[str, list[str]] = {}
    for need, block in blocks.items():
        for at, name in enumerate(block.names):
            if name != need:
                cells.setdefault(name, []).extend(row[at].text or "" for row in block.rows if row[at].text is not None)
    return {name: _kind(texts) for name, texts in cells.items()}


def _kind(texts: list[str]) -> str:
    for kind, pattern in (("date", r"\d{4}-\d\d-\d\d"), ("bool", r"true|false"), ("int", r"-?\d{1,9}")):
        if texts and all(re.fullmatch(pattern, text) for text in texts):
            return kind
    return "text"


def _additive(need: ast.Need) -> bool:
    return not any(flag.name == "not additive" for flag in ast.pick(need.items, ast.Flag))


def _source(need: ast.Need, header: Sequence[str], kinds: dict[str, str]) -> ast.SourceDecl:
    span = need.name.span
    items: list[ast.Node] = []
    for name in header:
        kind = need.type if name == need.name.text else ast.TypeName(span, ast.Ident(span, kinds[name]))
        if kind.name.text == "money" and not kind.args:
            kind = replace(kind, args=(_path(span, CURRENCY),))
        items.append(ast.Column(span, ast.Ident(span, name), kind, None, None, ()))
    days = [name for name in header if kinds.get(name) == "date"]
    if days:
        items.append(ast.TimeColumn(span, ast.Ident(span, days[0])))
    return ast.SourceDecl(span, need.name, None, ast.FromTable(span, _path(span, need.name.text)), tuple(items))


def _metric(need: ast.Need) -> ast.Metric:
    """The sum of what is given. Nothing is 0 for counts, amounts and what adds up, and null for a median or a rate."""
    zero = need.type.name.text in ("count", "money", "int") or _additive(need)
    func = "sum" if zero or _additive(need) else "max"
    absent: tuple[ast.Node, ...] = () if zero else (ast.Absent(need.span),)
    return ast.Metric(need.span, need.name, need.label, _call(func, need.name.text, need.name.text, need.span), absent)


def _dimension(name: str, sources: list[str], span: Span) -> ast.Dimension:
    return ast.Dimension(span, ast.Ident(span, name), None, tuple(_path(span, source, name) for source in sources))


def _call(func: str, source: str, column: str, span: Span) -> ast.Call:
    return ast.Call(span, ast.Ident(span, func), (ast.Arg(span, None, _path(span, source, column)),))


def _path(span: Span, *parts: str) -> ast.Path:
    return ast.Path(span, tuple(ast.Ident(span, part) for part in parts))
