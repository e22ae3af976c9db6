"""The questions that rooms of the model ask each other: what a segment is on these rows, what a metric is, what a group-by stands for. The
answers need each other (a segment is a row expression, which may name a parameter), so they meet in `resolve`, which answers them all; the
rooms know this list of questions only."""

from __future__ import annotations

from abc import ABC, abstractmethod

from kpidsl.diagnostic import Diagnostics
from kpidsl.model.expr import Expr, Field
from kpidsl.model.grain import Grain
from kpidsl.model.known import Known
from kpidsl.model.model import CohortModel, Dim, DimensionModel, FunnelModel, MetricExpr, MetricModel, ParamModel, SourceModel
from kpidsl.model.names import Entry, Scope
from kpidsl.span import Span
from kpidsl.syntax import ast


class Questions(Known, ABC):
    """What is known, and what can be asked; every question raises KpiError where it has no answer."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.grain = Grain(self)

    @abstractmethod
    def param(self, entry: Entry) -> ParamModel:
        """A parameter with its value."""

    @abstractmethod
    def metric(self, entry: Entry, span: Span) -> MetricModel:
        """A metric, resolved once."""

    @abstractmethod
    def funnel(self, entry: Entry) -> FunnelModel:
        """A funnel, resolved once."""

    @abstractmethod
    def funnel_result(self, entry: Entry, rest: tuple[ast.Ident, ...], node: ast.Path) -> MetricExpr:
        """What a funnel says of one of its stages, or of the whole, as a metric."""

    @abstractmethod
    def stage_field(self, entry: Entry, rest: tuple[ast.Ident, ...], node: ast.Path) -> tuple[str, Field]:
        """A column of the row that filled a stage of a funnel, and the source on whose rows it stands."""

    @abstractmethod
    def cohort(self, entry: Entry) -> CohortModel:
        """A cohort, resolved once."""

    @abstractmethod
    def dimension(self, entry: Entry) -> DimensionModel:
        """A conformed dimension with its alternatives."""

    @abstractmethod
    def dimension_on(self, entry: Entry, root: SourceModel, span: Span) -> Expr:
        """What a conformed dimension is on rows of `root`."""

    @abstractmethod
    def segment_on(self, entry: Entry, root: SourceModel, span: Span) -> Expr:
        """A named condition, read on rows of `root`."""

    @abstractmethod
    def find_column(self, root: SourceModel, name: str, span: Span, scope: Scope) -> tuple[SourceModel, str]:
        """The source and column that a bare name means on rows of `root`."""

    @abstractmethod
    def column_by_name(self, root: SourceModel, name: str, span: Span, scope: Scope) -> Field:
        """A bare column name in a metric or query: the root's own, else the one reached over exactly one route."""

    @abstractmethod
    def dim(self, node: ast.Expr, scope: Scope, facts: list[str]) -> Dim:
        """What a group-by means for metrics of these sources."""

    @abstractmethod
    def bind(self, dim: Dim, root: SourceModel, span: Span, time: Expr | None = None) -> Expr:
        """The row expression that a group-by stands for on rows of `root`."""
