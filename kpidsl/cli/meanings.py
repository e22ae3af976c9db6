"""What a name means, as text for people. Comes in: a compiled project and a name. Goes out: a paragraph for each thing of that name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kpidsl.cli.console import Console
from kpidsl.model.model import Aggregate, Formula, MetricModel, Ref, Share, SourceModel, aggregates, deferred
from kpidsl.report.width import pad, visible, width
from kpidsl.span import Span
from kpidsl.syntax import ast

if TYPE_CHECKING:
    from kpidsl.compile import Compiled
    from kpidsl.model.names import Entry

ORDER = (
    "metric",
    "source",
    "dimension",
    "segment",
    "param",
    "report",
    "goal",
    "kpi",
    "funnel",
    "cohort",
    "alert",
    "scorecard",
    "dashboard",
)
_BETTER = {"higher": "higher is better", "lower": "lower is better", "between": "best within a band"}
_GAP = "    "


def known(compiled: Compiled) -> list[str]:
    """Every name that can be explained."""
    return sorted({name for _, name in compiled.scope.entries})


def meanings(compiled: Compiled, name: str, console: Console) -> list[str]:
    """A paragraph for every declaration of that name, metrics first."""
    write = _Writer(compiled, console)
    found = []
    for kind in ORDER:
        entry = compiled.scope.entries.get((kind, name))
        if entry is not None:
            found.append("\n".join(write.about(kind, entry)))
    return found


class _Writer:
    def __init__(self, compiled: Compiled, console: Console) -> None:
        self.compiled, self.console, self.model = compiled, console, compiled.model

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

    # ------------------------------------------------------------ parts of every paragraph

    def _head(self, *facts: str) -> str:
        first, *rest = [visible(fact) for fact in facts if fact]
        return " · ".join([self.console.style(first, "strong"), *rest])

    def _place(self, span: Span) -> str:
        return f"{visible(span.source.path)}:{span.line}"

    def _wrapped(self, text: str, indent: str = "") -> str:
        import textwrap

        return textwrap.fill(visible(" ".join(text.split())), 110, initial_indent=indent, subsequent_indent=indent)

    def _used(self, kind: str, name: str) -> Iterator[str]:
        from kpidsl.lineage import used_by

        words = []
        for user, names in used_by(self.compiled, kind, name).items():
            word = "KPI" if user == "kpi" else user
            words.append(f"{word}{'s' if len(names) > 1 else ''} {', '.join(names)}")
        if words:
            yield self._wrapped(f"Used by: {' · '.join(words)}")

    def _columns(self, rows: list[tuple[str, ...]]) -> Iterator[str]:
        """Rows of a small table, indented, the last column ragged."""
        widths = [max(width(visible(row[at])) for row in rows) for at in range(len(rows[0]) - 1)]
        for row in rows:
            cells = [pad(visible(cell), size) for cell, size in zip(row, widths, strict=False)]
            yield (_GAP + "  ".join([*cells, visible(row[-1])])).rstrip()

    # ------------------------------------------------------------ metrics

    def _metric(self, entry: Entry) -> Iterator[str]:
        metric = self.model.metrics.get(entry.key)
        if metric is None:
            yield self._head(entry.name, "metric", self._place(entry.name_span))
            yield "It has an error; kpi check tells which."
            return
        yield self._head(entry.name, metric.label, _unit(metric), _BETTER.get(metric.better, ""), adds_up(metric))
        if metric.description:
            yield self._wrapped(metric.description)
        yield from self._formula(metric)
        if late := deferred(metric.expr):
            yield f"This version does not compile {', '.join(f'`{part.construct}`' for part in late)} yet, so no query can ask for it."
        yield from self._splits(metric)
        yield from self._used("metric", entry.name)

    def _formula(self, metric: MetricModel) -> Iterator[str]:
        from kpidsl.lineage import base_parts, formula

        parts = base_parts(self.model, metric)
        alone = len(parts) == 1 and not isinstance(metric.expr, Ref) and not parts[0].name
        text = formula(metric)
        if alone or not parts:
            yield from self._columns([(f"= {text}", self._place(metric.span), self._time(list(parts[0].leaves)) if parts else "")])
            return
        yield self.console.style(f"= {text}", "code") + f"  {self._place(metric.span)}"
        rows = [
            (part.name, f"= {part.text}" if part.name else part.text, self._place(part.span), self._time(list(part.leaves)))
            for part in parts
        ]
        named = any(part.name for part in parts)
        yield from self._columns([row if named else row[1:] for row in rows])

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
        yield self._wrapped(f"Can be split by: {', '.join(words)}" if words else "It has nothing to be split by.")

    # ------------------------------------------------------------ sources

    def _source(self, entry: Entry) -> Iterator[str]:
        source = self.model.sources.get(entry.key)
        if source is None:
            yield self._head(entry.name, "source", self._place(entry.name_span))
            yield "It has an error; kpi check tells which."
            return
        row = f"one row per {', '.join(source.key)}" if source.key else "no key"
        yield self._head(
            entry.name, source.label, f"source, {row}", f"time {source.time}" if source.time else "no time", self._place(source.span)
        )
        decl = entry.decl
        for text in ast.pick(getattr(decl, "items", ()), ast.Describe):
            yield self._wrapped(text.text)
        yield f"from {' '.join(source.origin.span.text.removeprefix('from ').split())}"
        if source.columns:
            written = {item.name.text: item for item in ast.pick(getattr(decl, "items", ()), ast.Column)}
            yield from self._columns([self._column(source, name, written.get(name)) for name in source.columns])
        yield from self._joins(source)
        metrics = [
            name
            for name, metric in self.model.metrics.items()
            if metric.decl and any(leaf.source == source.name for leaf in aggregates(metric.expr))
        ]
        if metrics:
            yield self._wrapped(f"Read by metrics: {', '.join(sorted(metrics))}")
        yield from self._used("source", entry.name)

    def _column(self, source: SourceModel, name: str, node: ast.Column | None) -> tuple[str, str, str]:
        from kpidsl.model.rules import describe

        column = source.columns[name]
        facts = [f"“{column.label}”" if column.label else ""]
        if column.physical is not None and column.physical != name:
            facts.append(f"from `{column.physical}`")
        if node is not None and node.expr is not None:
            facts.append(f"= {' '.join(node.expr.span.text.split())}")
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
        yield self._head(entry.name, decl.label or "", f"dimension, {kind}" if kind else "dimension", self._place(entry.name_span))
        yield f"= {', '.join(' '.join(node.span.text.split()) for node in decl.alternatives)}"
        if dimension is not None:
            from kpidsl.lineage import Splitter

            splitter = Splitter(self.compiled)
            have: list[str] = []
            lack: list[str] = []
            for name, metric in sorted(self.model.metrics.items()):
                if aggregates(metric.expr) and not metric.module:
                    (have if entry.name in splitter.of(metric).dimensions else lack).append(name)
            yield self._wrapped(f"Splits: {', '.join(have) or 'no metric'}")
            if lack:
                yield self._wrapped(f"Does not split: {', '.join(lack)}")
        yield from self._used("dimension", entry.name)

    def _segment(self, entry: Entry) -> Iterator[str]:
        decl = entry.decl
        assert isinstance(decl, ast.Segment)
        yield self._head(entry.name, decl.label or "", "segment: a condition with a name", self._place(entry.name_span))
        yield f"= {' '.join(decl.condition.span.text.split())}"
        yield f"Write it after where: … where {entry.name}"
        yield from self._used("segment", entry.name)

    def _param(self, entry: Entry) -> Iterator[str]:
        decl = entry.decl
        assert isinstance(decl, ast.Param)
        yield self._head(entry.name, decl.label or "", f"parameter, {' '.join(decl.type.span.text.split())}", self._place(entry.name_span))
        if decl.default is not None:
            yield f"= {decl.default.span.text}; another value: [params] in kpi.toml, or --param {entry.name}=…"
        yield from self._used("param", entry.name)

    def _report(self, entry: Entry) -> Iterator[str]:
        decl = entry.decl
        assert isinstance(decl, ast.Report)
        yield self._head(entry.name, decl.label or "", "report", self._place(entry.name_span))
        yield f"= {' '.join(decl.query.span.text.split())}"
        yield f"Run it: kpi run {entry.name}"
        yield from self._used("report", entry.name)

    def _later(self, entry: Entry) -> Iterator[str]:
        import textwrap

        label = getattr(entry.decl, "label", None) or ""
        yield self._head(entry.name, label, "KPI" if entry.kind == "kpi" else entry.kind, self._place(entry.name_span))
        span = entry.decl.span
        text = " " * (span.column - 1) + span.text
        yield from (f"{_GAP}{visible(line)}".rstrip() for line in textwrap.dedent(text.expandtabs(4)).splitlines())
        yield "This version checks it, and does not compile it yet."


def _unit(metric: MetricModel) -> str:
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
