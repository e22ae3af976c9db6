"""Dashboards: who reads a board, the question that it answers, and its tiles. Comes in: the syntax of `dashboard`. Goes out: a
`DashboardModel` in which every tile is resolved and has its chart, or everything that is wrong with the board.

A tile shows a declaration or a query. What a declaration means is told by its own resolver; `NAMED` says which, by the tile's word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from kpidsl.diagnostic import KpiError, Label, fail
from kpidsl.model.aims import GoalModel, KpiModel
from kpidsl.model.charts import Shape, chart, shape_of
from kpidsl.model.goals import GoalResolver
from kpidsl.model.journeys import JourneyModel, JourneyResolver
from kpidsl.model.kpis import KpiResolver
from kpidsl.model.model import QueryModel
from kpidsl.model.names import Scope
from kpidsl.model.query import Problems, QueryResolver
from kpidsl.model.questions import Questions
from kpidsl.model.scorecards import ScorecardModel, ScorecardResolver
from kpidsl.model.views import WHOLE, View, followed
from kpidsl.model.words import Words
from kpidsl.record import dataclass, replace
from kpidsl.span import Source, Span
from kpidsl.syntax import ast

NOT_YET = "KPI190"
NO_TIME = "KPI122"


@dataclass(frozen=True, slots=True)
class QueryTile:
    """A query with its chart: a `show` tile, or a report. `text` is the query as it is asked."""

    query: QueryModel
    shape: Shape
    chart: str
    text: str


Meaning = GoalModel | KpiModel | QueryTile | ScorecardModel | JourneyModel | None
Shown = tuple[Meaning, tuple[str, ...]]
"""What a tile shows, and the wishes of a reader that it cannot follow."""
T = TypeVar("T", bound=Meaning)


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing on a board. kind: goal kpi show scorecard report matrix findings text, and what else declarations are called; `name` is
    that of the declaration, `title` what the board calls it, `text` that of a text tile, `others` the same in other languages. `decl` is
    what it shows; `left` are the wishes of a reader that it cannot follow."""

    kind: str
    span: Span
    meaning: Meaning = None
    name: str = ""
    title: str = ""
    text: str = ""
    others: tuple[ast.LocaleLabel, ...] = ()
    decl: ast.Node | None = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftTile:
    """A tile that only this version cannot show, and why."""

    kind: str
    name: str
    why: str
    span: Span


@dataclass(frozen=True, slots=True)
class DashboardModel:
    """A board. Tiles stand in the order in which they are written; `period` is what its queries ask for that name no range."""

    name: str
    label: str
    audience: str
    question: ast.Question | None
    period: ast.PeriodItem | None
    tiles: tuple[Tile, ...]
    left_out: tuple[LeftTile, ...]
    decl: ast.Dashboard


# ---------------------------------------------------------------- the range of a board


def period_of(board: ast.Dashboard) -> ast.PeriodItem | None:
    """The period that the board says."""
    return next(iter(ast.pick(board.items, ast.PeriodItem)), None)


def ranged(query: ast.Query, period: ast.PeriodItem | None) -> ast.Query:
    """The query over the board's period, where it names no range of its own."""
    if period is None or query.values or query.during is not None or query.last is not None:
        return query
    return replace(query, during=period.during, last=period.last)


def shown(
    resolve: Callable[[ast.Query], QueryModel], query: ast.Query, period: ast.PeriodItem | None, must: bool = False
) -> tuple[ast.Query, QueryModel]:
    """A tile's query over the board's period, and what it means. What has no time at all is shown as it is, but where it `must` be over
    that period. Raises KpiError."""
    wanted = ranged(query, period)
    try:
        return wanted, resolve(wanted)
    except KpiError as error:
        if must or wanted is query or {found.code for found in error.diagnostics} != {NO_TIME}:
            raise
        return query, resolve(query)


# ---------------------------------------------------------------- a board


@dataclass(frozen=True)
class DashboardResolver:
    """Resolves the boards of one scope."""

    resolver: Questions
    scope: Scope
    names_only: bool = False
    """For checks: goals, KPIs and other declarations are looked up, and resolved where they are declared."""
    view: View = WHOLE
    """What a reader asks of the board; a tile that cannot follow says so in its `left`."""
    tried: Callable[[Meaning], object] = lambda _: None
    """Raises KpiError for what means something and cannot be asked of an engine: a wish that leads there is not followed."""

    def resolve(self, decl: ast.Dashboard) -> DashboardModel:
        """The board; raises KpiError with everything that is wrong with it."""
        found, left = Problems(), list[LeftTile]()
        found.tried(self._audience, decl)
        found.tried(_said_once, decl)
        tiles = [tile for item in decl.items for tile in self._tiles(item, decl, found, left)]
        if not tiles and not left and not found.failed:
            fail(
                "KPI112",
                f"the dashboard `{decl.name.text}` shows nothing",
                decl.name.span,
                notes=("its readers would open an empty page",),
                help="add a tile: goal, kpi, or show revenue by month",
            )
        found.stop()
        return DashboardModel(
            name=decl.name.text,
            label=decl.label or "",
            audience=decl.audience.text if decl.audience is not None else "",
            question=next(iter(ast.pick(decl.items, ast.Question)), None),
            period=self.view.period or period_of(decl),
            tiles=tuple(tiles),
            left_out=tuple(left),
            decl=decl,
        )

    def _audience(self, decl: ast.Dashboard) -> None:
        if decl.audience is not None:
            Words(self.resolver, self.scope).word("audience", decl.audience)

    def _tiles(self, item: ast.Node, board: ast.Dashboard, found: Problems, left: list[LeftTile]) -> Iterator[Tile]:
        """The tiles of one line of the board; what is wrong with one does not hide the others."""
        for kind, name, make in self._made(item, board):
            try:
                yield make()
            except KpiError as error:
                if {each.code for each in error.diagnostics} == {NOT_YET}:
                    left.append(LeftTile(kind, name, error.diagnostics[0].message, item.span))
                else:
                    found.failed = True
                    found.found.extend(each for each in error.diagnostics if each.code != NOT_YET)

    def _made(self, item: ast.Node, board: ast.Dashboard) -> Iterator[tuple[str, str, Callable[[], Tile]]]:
        match item:
            case ast.GoalTile(names=names):
                yield from (("goal", name.text, lambda name=name: self._goal(name)) for name in names)
            case ast.KpiTile(metrics=metrics):
                yield from (("kpi", path.text, lambda path=path: self._kpi(path)) for path in metrics)
            case ast.ShowTile(query=query):
                yield "show", " ".join(query.span.text.split()), lambda: self._show(item, board)
            case ast.NamedTile(kind=kind, name=name):
                yield kind, name.text if name is not None else "", lambda: self._named(item, board)
            case ast.TextTile(text=text, others=others):
                yield "text", "", lambda: Tile("text", item.span, text=text, others=others)

    def _goal(self, name: ast.Ident) -> Tile:
        decl = Words(self.resolver, self.scope).named("goal", name)
        assert isinstance(decl, ast.Goal)
        meaning = None if self.names_only else GoalResolver(self.resolver, self.scope).resolve(decl)
        return Tile("goal", name.span, meaning, name.text, decl=decl, left=self.view.wishes)

    def _kpi(self, path: ast.Path) -> Tile:
        """A KPI, or a metric that is none: its value is shown with its changes, and without a target."""
        decl = next((each for each in self.scope.declarations if isinstance(each, ast.Kpi) and each.metric.text == path.text), None)
        resolver = KpiResolver(self.resolver, self.scope)
        if self.names_only:
            return Tile("kpi", path.span, resolver.plain(path) if decl is None else None, path.text, decl=decl)

        def make(view: View) -> KpiModel:
            if view.period is not None or view.compares:
                fail("KPI123", f"`{path.text}` has periods of its own", path.span)
            return resolver.plain(path, view.where(None)) if decl is None else resolver.resolve(decl, view.where(None))

        meaning, left = followed(self.view, self._checked(make))
        return Tile("kpi", path.span, meaning, path.text, decl=decl, left=left)

    def _show(self, item: ast.ShowTile, board: ast.Dashboard) -> Tile:
        tile, left = self.asked(item.query, item.chart, period_of(board))
        return Tile("show", item.span, tile, title=item.title or "", others=item.others, left=left)

    def asked(self, query: ast.Query, word: ast.Ident | None, period: ast.PeriodItem | None) -> tuple[QueryTile, tuple[str, ...]]:
        """A query over the board's period, with the chart that is said or chosen, and the wishes that it cannot follow; raises KpiError."""

        def make(view: View) -> QueryTile:
            wanted = view.asked(query)
            if view.period is not None and ranged(wanted, view.period) is wanted:
                fail("KPI123", "this says its own period", query.span)
            resolve = QueryResolver(self.resolver, self.scope).resolve
            node, model = shown(resolve, wanted, view.period or period, must=view.period is not None)
            shape = shape_of(model, node)
            return QueryTile(model, shape, chart(shape, word, query), " ".join(query.span.text.split()))

        return followed(self.view, self._checked(make))

    def _checked(self, make: Callable[[View], T]) -> Callable[[View], T]:
        """Also tried on the engine's side, where a reader wishes something."""

        def checked(view: View) -> T:
            made = make(view)
            if view.wishes:
                self.tried(made)
            return made

        return checked

    def _named(self, item: ast.NamedTile, board: ast.Dashboard) -> Tile:
        if item.name is None:  # matrix, findings: of the whole project
            left = self.view.wishes if item.kind == "findings" else ()
            return Tile(item.kind, item.span, title=item.title or "", others=item.others, left=left)
        decl = Words(self.resolver, self.scope).named(item.kind, item.name)
        resolve = NAMED.get(item.kind)
        if resolve is None:
            help = "the rest of the board is built without it; it comes with a later version"
            fail(NOT_YET, f"this version cannot show a {item.kind} on a dashboard yet", item.span, help=help)
        if item.by and item.kind not in SPLIT:
            fail(
                "KPI113",
                f"a {item.kind} cannot be split here",
                item.by[0].span,
                notes=(f"`{item.name.text}` says itself what it is made of",),
                help="leave `by` out, or show a query: show revenue by channel",
            )
        meaning, left = resolve(self, item, decl, period_of(board))
        return Tile(item.kind, item.span, meaning, item.name.text, item.title or "", others=item.others, decl=decl, left=left)


def _report(board: DashboardResolver, _item: ast.NamedTile, decl: ast.Node, _period: ast.PeriodItem | None) -> Shown:
    """A report is shown as it is written: a board's period does not change it."""
    assert isinstance(decl, ast.Report)
    return board.asked(decl.query, None, None)


def _scorecard(board: DashboardResolver, _item: ast.NamedTile, decl: ast.Node, _period: ast.PeriodItem | None) -> Shown:
    assert isinstance(decl, ast.Scorecard)
    return None if board.names_only else ScorecardResolver(board.resolver, board.scope).resolve(decl), board.view.wishes


def _funnel(board: DashboardResolver, item: ast.NamedTile, _decl: ast.Node, period: ast.PeriodItem | None) -> Shown:
    """The stages of a funnel; of one in any order, how many began and completed it."""
    assert item.name is not None
    name, span = item.name, item.span
    if board.resolver.funnel(board.scope.entries["funnel", name.text]).in_stages:
        query = ast.Query(span, (), by=item.by, subject=ast.Subject(span, "funnel", name))
    else:
        query = ast.Query(span, tuple(_said_of(name, word) for word in ("entities", "completed", "rate")), by=item.by)
    return board.asked(query, None, period)


def _cohort(board: DashboardResolver, item: ast.NamedTile, _decl: ast.Node, period: ast.PeriodItem | None) -> Shown:
    """The latest cohorts by age. A board that looks back for some time does not narrow them: of those who began so lately little is known
    yet. So many are shown that the eldest few are followed to their end."""
    assert item.name is not None
    cohort = board.resolver.cohort(board.scope.entries["cohort", item.name.text])
    last = ast.Duration(item.span, cohort.last + GROWN_UP + 1, cohort.members.grain)
    query = ast.Query(item.span, (), by=item.by, subject=ast.Subject(item.span, "cohort", item.name), last=last)
    if period is not None and period.during is not None:
        query = replace(query, last=None, during=period.during)
    return board.asked(query, None, None)


def _journey(board: DashboardResolver, _item: ast.NamedTile, decl: ast.Node, _period: ast.PeriodItem | None) -> Shown:
    """The KPIs of each stage as they stand now."""
    assert isinstance(decl, ast.Journey)
    return None if board.names_only else JourneyResolver(board.resolver, board.scope).resolve(decl), board.view.wishes


def _said_of(funnel: ast.Ident, word: str) -> ast.Path:
    """`purchase.rate`, though nobody wrote it there: a metric without a name is called as it is written."""
    span = Span(Source(funnel.span.source.path, f"{funnel.text}.{word}"), 0, len(funnel.text) + 1 + len(word))
    return ast.Path(span, (funnel, ast.Ident(span, word)))


Named = Callable[[DashboardResolver, ast.NamedTile, ast.Node, ast.PeriodItem | None], Shown]
NAMED: dict[str, Named] = {
    "report": _report,
    "scorecard": _scorecard,
    "funnel": _funnel,
    "cohort": _cohort,
    "journey": _journey,
}
"""By the tile's word, how the declaration that it names is resolved. A word without a line here is for a later version."""

GROWN_UP = 4
"""Cohorts on a board that are followed to their end, beside those that are not yet and the one that begins now."""

SPLIT = ("funnel", "cohort")
"""What `by` splits on a board."""


def _said_once(board: ast.Dashboard) -> None:
    """A board has one question and one period."""
    kinds: dict[str, type[ast.Node]] = {"question": ast.Question, "period": ast.PeriodItem}
    for word, kind in kinds.items():
        said = ast.pick(board.items, kind)
        if len(said) > 1:
            labels = (Label(said[0].span, "here first"),)
            fail("KPI017", f"`{word}` is said twice in this dashboard", said[1].span, labels=labels, help="keep one")
