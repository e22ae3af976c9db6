"""What a name means, as text for people. Comes in: a compiled project and a name. Goes out: a paragraph for each thing of that name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kpidsl.cli.columns import columns_called
from kpidsl.cli.console import Console
from kpidsl.cli.inventory import KINDS
from kpidsl.cli.paragraphs import GAP, Paragraphs, one_line
from kpidsl.lineage import reads
from kpidsl.model.model import Aggregate, Formula, MetricModel, Model, Ref, Share, SourceModel, aggregates
from kpidsl.model.rules import describe
from kpidsl.report.width import visible
from kpidsl.syntax import ast
from kpidsl.usage import used_by

if TYPE_CHECKING:
    from kpidsl.compile import Compiled
    from kpidsl.model.names import Entry

_BETTER = {"higher": "higher is better", "lower": "lower is better", "between": "best within a band"}


BROKEN = "It has an error; kpi check tells which."


def known(compiled: Compiled) -> list[str]:
    """Every name that can be explained by itself; columns and roles are explained too."""
    return sorted({name for _, name in compiled.scope.entries})


def meanings(compiled: Compiled, name: str, console: Console) -> list[str]:
    """A paragraph for every declaration of that name, metrics first; for a path, or a name that only columns have, one for each of them."""
    write = _Writer(compiled, console)
    found = []
    for kind in sorted(KINDS, key=lambda kind: kind != "metric"):
        entry = compiled.scope.entries.get((kind, name))
        if entry is not None:
            found.append("\n".join(write.about(kind, entry)))
    return found or columns_called(compiled, name, console)


class _Writer(Paragraphs):
    def __init__(self, compiled: Compiled, console: Console) -> None:
        super().__init__(console)
        self.compiled, self.model = compiled, compiled.model

    def about(self, kind: str, entry: Entry) -> Iterator[str]:
        kinds: dict[str, Callable[[Entry], Iterator[str]]] = {
            "metric": self._metric,
            "source": self._source,
            "dimension": self._dimension,
            "segment": self._segment,
            "param": self._param,
            "report": self._report,
        }
        yield from kinds.get(kind, self._later)(entry)

    # ------------------------------------------------------------ metrics

    def _metric(self, entry: Entry) -> Iterator[str]:
        metric = self.model.metrics.get(entry.key)
        if metric is None:
            yield self.head(entry.name, "metric", self.place(entry.name_span))
            yield BROKEN
            return
        yield self.head(entry.name, metric.label, unit_of(metric), _BETTER.get(metric.better, ""), adds_up(metric))
        if metric.description:
            yield self.wrapped(metric.description)
        yield from self._formula(metric)
        yield from self._splits(metric)
        yield from self.users(used_by(self.compiled, "metric", entry.name))

    def _formula(self, metric: MetricModel) -> Iterator[str]:
        from kpidsl.lineage import base_parts, formula

        parts = base_parts(self.model, metric)
        alone = len(parts) == 1 and not isinstance(metric.expr, Ref) and not parts[0].name
        text = formula(metric)
        if alone or not parts:
            yield from self.table([(f"= {text}", self.place(metric.span), self._time(list(parts[0].leaves)) if parts else "")])
            return
        yield self.console.style(f"= {text}", "code") + f"  {self.place(metric.span)}"
        rows = [
            (part.name, f"= {part.text}" if part.name else part.text, self.place(part.span), self._time(list(part.leaves)))
            for part in parts
        ]
        named = any(part.name for part in parts)
        yield from self.table([row if named else row[1:] for row in rows])

    def _time(self, leaves: list[Aggregate]) -> str:
        from kpidsl.model.expr import Field

        found = []
        for leaf in leaves:
            source = self.model.sources[leaf.source]
            if isinstance(leaf.time, Field):
                found.append(".".join((source.name, *leaf.time.path, leaf.time.name)))
            else:
                found.append(f"{source.name}.{source.time}" if source.time else f"{source.name}, without a time")
        return ", ".join(dict.fromkeys(found))

    def _splits(self, metric: MetricModel) -> Iterator[str]:
        from kpidsl.lineage import Splitter, base_parts

        if not aggregates(metric.expr):
            return
        splits = Splitter(self.compiled).of(metric)
        parts = base_parts(self.model, metric)

        def holders(source: str) -> str:
            """The parts that a source stands behind, by their names where they have some."""
            names = [part.name.rsplit(" = ", 1)[-1] for part in parts if any(leaf.source == source for leaf in part.leaves)]
            return ", ".join(names) if names and all(names) else source

        words = [*splits.dimensions, *splits.columns]
        words += [f"{name} ({', '.join(map(holders, sources))} only)" for name, sources in splits.partial]
        if splits.grains:
            words.append(f"{splits.grains[0]} … {splits.grains[-1]}")
        yield self.wrapped(f"Can be split by: {', '.join(words)}" if words else "It has nothing to be split by.")

    # ------------------------------------------------------------ sources

    def _source(self, entry: Entry) -> Iterator[str]:
        source = self.model.sources.get(entry.key)
        if source is None:
            yield self.head(entry.name, "source", self.place(entry.name_span))
            yield BROKEN
            return
        row = f"one row per {', '.join(source.key)}" if source.key else "no key"
        yield self.head(
            entry.name, source.label, f"source, {row}", f"time {source.time}" if source.time else "no time", self.place(source.span)
        )
        decl = entry.decl
        for text in ast.pick(getattr(decl, "items", ()), ast.Describe):
            yield self.wrapped(text.text)
        yield f"from {' '.join(source.origin.span.text.removeprefix('from ').split())}"
        if source.columns:
            written = {item.name.text: item for item in ast.pick(getattr(decl, "items", ()), ast.Column)}
            yield from self.table([self._column(source, name, written.get(name)) for name in source.columns])
        yield from self._joins(source)
        metrics = [name for name, metric in self.model.metrics.items() if metric.decl and source.name in _sources_of(self.model, metric)]
        if metrics:
            yield self.wrapped(f"Read by metrics: {', '.join(sorted(metrics))}")
        yield from self.users(used_by(self.compiled, "source", entry.name))

    def _column(self, source: SourceModel, name: str, node: ast.Column | None) -> tuple[str, str, str]:
        column = source.columns[name]
        facts = [f"“{column.label}”" if column.label else ""]
        if column.physical is not None and column.physical != name:
            facts.append(f"from `{column.physical}`")
        if node is not None and node.expr is not None:
            facts.append(f"= {one_line(node.expr.span.text)}")
        facts += ["personal data" if column.pii else "", column.description]
        if not column.additive:
            facts.append("never summed")
        return name, describe(column.type), " · ".join(filter(None, facts))

    def _joins(self, source: SourceModel) -> Iterator[str]:
        for role, join in source.joins.items():
            if not join.hidden:
                pairs = ", ".join(left if left == right else f"{left} = {right}" for left, right in join.on)
                yield f"join {join.kind if join.kind in ('last', 'first') else 'one'} {role}: {join.target} on {pairs}"
        others = [
            other.name
            for other in self.model.sources.values()
            if any(join.target == source.name for join in other.joins.values() if not join.hidden)
        ]
        if others:
            yield f"Reached by: {', '.join(others)}"

    # ------------------------------------------------------------ the rest

    def _dimension(self, entry: Entry) -> Iterator[str]:
        dimension = self.model.dimensions.get(entry.key)
        decl = entry.decl
        assert isinstance(decl, ast.Dimension)
        kind = dimension.type.kind if dimension is not None else ""
        yield self.head(entry.name, decl.label or "", f"dimension, {kind}" if kind else "dimension", self.place(entry.name_span))
        yield f"= {', '.join(' '.join(node.span.text.split()) for node in decl.alternatives)}"
        if dimension is not None:
            from kpidsl.lineage import Splitter

            splitter = Splitter(self.compiled)
            have: list[str] = []
            lack: list[str] = []
            for name, metric in sorted(self.model.metrics.items()):
                if aggregates(metric.expr) and not metric.module:
                    (have if entry.name in splitter.of(metric).dimensions else lack).append(name)
            yield self.wrapped(f"Splits: {', '.join(have) or 'no metric'}")
            if lack:
                yield self.wrapped(f"Does not split: {', '.join(lack)}")
        yield from self.users(used_by(self.compiled, "dimension", entry.name))

    def _segment(self, entry: Entry) -> Iterator[str]:
        from kpidsl.lineage import direct, segment_rows

        decl = entry.decl
        assert isinstance(decl, ast.Segment)
        yield self.head(entry.name, decl.label or "", "segment: true or false for a row", self.place(entry.name_span))
        yield f"= {one_line(decl.condition.span.text)}"
        rows = segment_rows(self.compiled, entry)
        if not rows:
            yield BROKEN
            return
        columns = {".".join(name) for root, expr in rows.items() for name in direct(self.model, self.model.sources[root], expr)}
        yield self.wrapped(f"On rows of: {', '.join(rows)}")
        yield self.wrapped(f"Looks at: {', '.join(sorted(columns)) or 'no column'}")
        yield f"Write it after where: … where {entry.name}"
        yield from self.users(used_by(self.compiled, "segment", entry.name))

    def _param(self, entry: Entry) -> Iterator[str]:
        decl = entry.decl
        assert isinstance(decl, ast.Param)
        yield self.head(entry.name, decl.label or "", f"parameter, {one_line(decl.type.span.text)}", self.place(entry.name_span))
        default = one_line(decl.default.span.text) if decl.default is not None else ""
        given = self.compiled.resolver.overrides.get(entry.name)
        if given is not None:
            yield f"= {given}, from kpi.toml or --param" + (f"; {default} where neither says" if default else "")
        elif default:
            yield f"= {default}; another value: [params] in kpi.toml, or --param {entry.name}=…"
        else:
            yield f"It has no value yet: [params] in kpi.toml, or --param {entry.name}=…"
        yield from self.users(used_by(self.compiled, "param", entry.name))

    def _report(self, entry: Entry) -> Iterator[str]:
        decl = entry.decl
        assert isinstance(decl, ast.Report)
        yield self.head(entry.name, decl.label or "", "report", self.place(entry.name_span))
        yield f"= {one_line(decl.query.span.text)}"
        yield f"Run it: kpi run {entry.name}"
        yield from self.users(used_by(self.compiled, "report", entry.name))

    def _later(self, entry: Entry) -> Iterator[str]:
        import textwrap

        label = getattr(entry.decl, "label", None) or ""
        yield self.head(entry.name, label, "KPI" if entry.kind == "kpi" else entry.kind, self.place(entry.name_span))
        span = entry.decl.span
        text = " " * (span.column - 1) + span.text
        yield from (f"{GAP}{visible(line)}".rstrip() for line in textwrap.dedent(text.expandtabs(4)).splitlines())
        yield _SHOWN_BY.get(entry.kind, "This version checks it, and does not compile it yet.").format(name=entry.name)


_SHOWN_BY = {
    "goal": "Where it stands: kpi status --goal {name}",
    "kpi": "Where it stands: kpi status",
    "alert": "Whether it fires: kpi alerts {name}",
    "journey": "Where its stages stand: kpi journey {name}",
    "scorecard": "What it pays: kpi scorecard {name}",
    "funnel": 'What comes of it: kpi query "funnel {name}". As metrics: {name}.entities, {name}.completed, {name}.rate …',
    "cohort": 'What comes of it: kpi query "cohort {name}". As metrics: {name}.size, retention({name}, after: …), ltv({name}) …',
}
"""The command that shows a declaration."""


def _sources_of(model: Model, metric: MetricModel) -> set[str]:
    """The sources whose rows or columns a metric reads."""
    return {leaf.source for leaf in aggregates(metric.expr)} | {source for source, _ in reads(model, metric)}


def unit_of(metric: MetricModel) -> str:
    """The unit of a metric in a word or two."""
    unit = str(metric.type.unit)
    if metric.format == "x" and unit in ("%", ""):
        return "a multiple (×)"
    return {"": "a plain number", "count": "a count"}.get(unit, unit)


def adds_up(metric: MetricModel) -> str:
    """Whether values may be summed, and if not, why and what happens instead."""
    if metric.additivity == "additive":
        return "additive"
    expr = metric.expr
    while isinstance(expr, Ref):
        expr = expr.value
    if metric.additivity == "semi-additive":
        return "semi-additive (adds up, but not over time)"
    reason = "recomputed from rows"
    if isinstance(expr, Share):
        reason = "a share: divided after aggregating"
    elif isinstance(expr, Formula):
        reason = "a ratio: divided after aggregating" if expr.op == "div" else "computed after aggregating"
    elif isinstance(expr, Aggregate):
        words = {
            "count_distinct": "a distinct count",
            "percentile": "a percentile",
            "avg": "an average",
            "min": "a minimum",
            "max": "a maximum",
        }
        reason = f"{words.get(expr.agg.func, 'not a sum')}: recomputed from rows"
    return f"not additive ({reason})"
