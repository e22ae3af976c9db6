"""What readers see instead of names, by locale. Comes in: declarations. Goes out: `{locale: text}`, with the project's first locale always
among them: that one is shown where a reader's own is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidsl.dashboard.words import WORDS, word, words
from kpidsl.model.dims import PARTS
from kpidsl.model.model import Dim, Model, QueryMetric, Ref
from kpidsl.model.names import Scope
from kpidsl.record import dataclass
from kpidsl.syntax import ast

Labels = dict[str, str]


def readable(name: str) -> str:
    """A name as people would write it, where nobody gave it a label: `new_customers` is `New customers`."""
    text = " ".join(name.replace("_", " ").split()) or name
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Labeller:
    """Labels in the locales of one project; the first is the one that texts without a locale are written in."""

    model: Model
    scope: Scope
    locales: Sequence[str]

    def of(self, decl: ast.Node | None, label: str, name: str = "") -> Labels:
        """The label of a declaration, with those that it has for other locales."""
        return self.said(label or readable(name), ast.pick(getattr(decl, "items", ()), ast.LocaleLabel))

    def said(self, text: str, others: Iterable[ast.LocaleLabel]) -> Labels:
        """A text, and the same in other locales."""
        found = {self.locales[0]: text}
        for item in others:
            for locale in self.locales:
                if item.locale in (locale, locale.partition("-")[0]):
                    found[locale] = item.text
        return found

    def metric(self, metric: QueryMetric) -> Labels:
        """The label of a metric that a query asks for."""
        model = self.model.metrics.get(metric.expr.name) if isinstance(metric.expr, Ref) else None
        if model is None and metric.name in self.model.metrics:
            model = self.model.metrics[metric.name]
        return self.of(model.decl if model is not None else None, metric.label or (model.label if model is not None else ""), metric.name)

    def dim(self, dim: Dim) -> Labels:
        """The label of a group-by: the dimension's, the column's, or the word for its period."""
        period = part_of(dim) or dim.grain
        if dim.kind in ("grain", "part") and period in WORDS and not dim.column:
            return words(period, self.locales)
        if dim.kind == "dimension" and dim.source in self.model.dimensions:
            declared = self.model.dimensions[dim.source]
            decl = next((e.decl for e in self.scope.entries.values() if e.kind == "dimension" and e.key == dim.source), None)
            return self.of(decl, declared.label, dim.name)
        if dim.kind == "path" and dim.source in self.model.sources:
            owner = self.model.sources[dim.source]
            for role in dim.path:
                owner = self.model.sources[owner.joins[role].target]
            column = owner.columns.get(dim.column)
            return self.of(None, column.label if column is not None else "", dim.column or dim.name)
        return self.of(None, "", dim.name)

    def compared(self, labels: Labels, key: str) -> Labels:
        """`Revenue, year before`, in each locale that the label has, or that the product speaks."""
        return {locale: word(key, locale).format(pick(labels, locale, self.locales[0])) for locale in self.locales}

    def by(self, values: Sequence[Labels], dims: Sequence[Labels]) -> Labels:
        """`Revenue, Ad spend by month`: what a query is called that has no title."""
        first = self.locales[0]
        titles = {}
        for locale in self.locales:
            said = ", ".join(pick(value, locale, first) for value in values)
            split = ", ".join(inside(pick(dim, locale, first)) for dim in dims)
            titles[locale] = word("by", locale).format(said, split) if said and split else said or split
        return titles


def part_of(dim: Dim) -> str:
    """Which part of time a group-by counts, as it is asked for: month_of_year; empty for all others."""
    return next((word for word, function in PARTS.items() if function == dim.grain), "") if dim.kind == "part" else ""


def pick(labels: Labels, locale: str, first: str) -> str:
    """The text for a reader: in their locale, in its language, else in the project's first."""
    return labels.get(locale) or labels.get(locale.partition("-")[0]) or labels.get(first, "")


def inside(label: str) -> str:
    """Within a sentence a label that is an ordinary word begins small."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
