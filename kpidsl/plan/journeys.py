"""Journeys: the KPIs of each stage as they stand now, the stages that none looks at, and the bottleneck. Comes in: a `JourneyModel`. Goes
out: a `Statement` with a row for each line of a KPI, and one for each stage without any.

What a stage reached is the mean of its KPIs, each with the part that it reached of what is expected by now, between 0 and 1. The bottleneck
is the stage that reached least among those in which a KPI fails; of equal ones the first, for who is lost there comes to no later stage.
"""

from __future__ import annotations

from kpidsl.model.aims import KpiModel, Track
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of
from kpidsl.model.journeys import JourneyModel, StageModel
from kpidsl.plan.days import moved
from kpidsl.plan.judge import DUST, SHARE
from kpidsl.plan.kpis import plan_line
from kpidsl.plan.plan import Aggregate, Filter, Join, Limit, Named, One, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner

TREND = 7
"""Periods behind a trend (S25): the running one and the six before it."""
GOOD, FAILING, BAD = ("achieved", "on_track"), ("missed", "off_track", "at_risk"), ("missed", "off_track")
"""Statuses that judge: whoever has another one says nothing of the stage."""
_NUMBERS = ("actual", "target", "target_high", "attainment", "expected", "reached", "trend", "stage_reached")
COLUMNS: tuple[tuple[str, Type], ...] = (
    *(("journey", TEXT), ("position", INT), ("stage", TEXT), ("label", TEXT), ("kpi", TEXT), ("goal", TEXT), ("each", TEXT)),
    *(("period_start", DATE), ("period_end", DATE), ("segment", TEXT), ("unit", TEXT)),
    *(("actual", REAL), ("target", REAL), ("target_high", REAL), ("attainment", SHARE), ("expected", REAL), ("reached", SHARE)),
    *(("trend", SHARE), ("status", TEXT), ("owner", TEXT), ("action", TEXT), ("stage_reached", SHARE), ("is_bottleneck", BOOL)),
)
Columns = list[tuple[str, Expr]]


def plan_journey(planner: Planner, journey: JourneyModel, comment: str = "") -> Statement:
    """The statement of a journey, stage by stage."""
    rows = Named(_Plan(planner, journey, TREND).rows(), "journey")
    keys = ((Col(None, "position", INT), False), (Col(None, "place", INT), False))
    shown = tuple((name, _truth() if kind is BOOL else Col(None, name, kind)) for name, kind in COLUMNS)
    outputs = tuple(OutputColumn(name, "metric" if name in _NUMBERS else "group", kind) for name, kind in COLUMNS)
    return Statement(Project(Sort(rows, keys), shown), outputs, comment, scalars=tuple(planner.scalars.values()))


def plan_bottleneck(planner: Planner, journey: JourneyModel) -> Statement:
    """The KPI that is furthest behind in the bottleneck, beside what the stage reached; no row where none in it is missed or off track."""
    rows = Named(_Plan(planner, journey, 1).rows(), "journey")
    tests: list[Expr] = [Fn("eq", (Col(None, "narrowest", INT), Lit(1, INT)), BOOL), _is_one_of(BAD)]
    names = ("stage", "label", "kpi", "period_start", "period_end", "unit", "actual", "reached", "status", "action", "stage_reached")
    kinds = dict(COLUMNS)
    shown = [(name, Col(None, name, kinds[name])) for name in names]
    keys = ((Col(None, "reached", SHARE), False), (Col(None, "place", INT), False))
    root = Project(Limit(Sort(Filter(rows, all_of(tests) or tests[0]), keys), 1), tuple(shown))
    outputs = tuple(OutputColumn(name, "metric" if name in _NUMBERS else "group", kinds[name]) for name in names)
    return Statement(root, outputs, f"finding: the bottleneck of the journey {journey.name}", scalars=tuple(planner.scalars.values()))


def _truth() -> Expr:
    narrowest = Col(None, "narrowest", INT)
    whens = ((Fn("eq", (narrowest, Lit(1, INT)), BOOL), Lit(True, BOOL)), (Fn("eq", (narrowest, Lit(0, INT)), BOOL), Lit(False, BOOL)))
    return CaseOf(whens, None, BOOL)


def _is_one_of(words: tuple[str, ...]) -> Expr:
    return Fn("in", (Col(None, "status", TEXT), *(Lit(word, TEXT) for word in words)), BOOL)


def lines_of(kpi: KpiModel) -> list[Track]:
    """The lines that count: those over all rows that have a target, else all of them."""
    whole = [track for track in kpi.tracks if not track.segment and not track.by and track.targets]
    return whole or list(kpi.tracks)


class _Plan:
    """The relations of one journey. Its rows have `place`, their order within a stage, and `narrowest`: 1 in the bottleneck, 0 beside it,
    null where nobody can tell."""

    def __init__(self, planner: Planner, journey: JourneyModel, last: int) -> None:
        self.planner, self.journey, self.last = planner, journey, last
        known = [(name, kind) for name, kind in COLUMNS if name not in ("journey", "reached", "stage_reached", "is_bottleneck")]
        self.own = [*known, ("by_now", SHARE), ("place", INT)]

    def rows(self) -> Rel:
        """One row for each line, and one for each stage without a KPI."""
        numbered = list(enumerate(self.journey.stages, 1))
        lines: list[Rel] = []
        for position, stage in numbered:
            for kpi in stage.kpis:
                for track in lines_of(kpi):
                    lines.append(self._line(position, stage, kpi, track, len(lines)))
        parts = [self._blind(position, stage) for position, stage in numbered if not stage.kpis]
        if lines:
            parts.insert(0, self._beside_stages(Named(_union(lines, [kind for _, kind in self.own]), "lines")))
        return _union(parts, [kind for _, kind in self._all()])

    def _all(self) -> list[tuple[str, Type]]:
        return [*(column for column in COLUMNS if column[1] is not BOOL), ("place", INT), ("narrowest", INT)]

    def _line(self, position: int, stage: StageModel, kpi: KpiModel, track: Track, place: int) -> Rel:
        """The running period of one line."""
        rel, kind = plan_line(self.planner, kpi, track, self.last)
        end = track.query.asked[1]
        assert end is not None
        first = self.planner.dated(moved(end, -1, track.each))
        rows = Named(rel, f"{kpi.name.replace('.', '_')}_{track.each}_status")
        now = Filter(rows, Fn("ge", (Col(None, "period_start", DATE), first), BOOL))
        made: dict[str, Expr] = {
            "position": Lit(position, INT),
            "stage": Lit(stage.name, TEXT),
            "label": Lit(stage.label, TEXT),
            "place": Lit(place, INT),
            **{name: _double(Col(None, name, kind)) for name in ("actual", "target", "target_high", "expected")},
        }
        return Project(now, tuple((name, made.get(name, Col(None, name, k))) for name, k in self.own))

    def _blind(self, position: int, stage: StageModel) -> Rel:
        """The row of a stage that no KPI looks at."""
        made: dict[str, Expr] = {
            "journey": Lit(self.journey.name, TEXT),
            "position": Lit(position, INT),
            "stage": Lit(stage.name, TEXT),
            "label": Lit(stage.label, TEXT),
            "place": Lit(0, INT),
        }
        return Project(One(), tuple((name, made.get(name, Lit(None, kind))) for name, kind in self._all()))

    # ------------------------------------------------------------ the bottleneck

    def _beside_stages(self, lines: Named) -> Rel:
        """Every line beside what its stage reached."""
        judged = Named(Project(lines, tuple(self._judged())), "judged_lines", "what each line reached of what is expected by now, 0 to 1")
        stages = self._stages(judged)
        position = Col("stages", "position", INT)
        joined = Join(judged, stages, "stages", Fn("eq", (Col(judged.name, "position", INT), position), BOOL))
        made: dict[str, Expr] = {
            "journey": Lit(self.journey.name, TEXT),
            "stage_reached": Col("stages", "reached", SHARE),
            "narrowest": self._narrowest(position),
        }
        return Project(joined, tuple((name, made.get(name, Col(judged.name, name, kind))) for name, kind in self._all()))

    def _judged(self) -> Columns:
        by_now, fails = Col(None, "by_now", SHARE), _is_one_of(FAILING)
        whens: tuple[tuple[Expr, Expr], ...] = (
            (_is_one_of(GOOD), Lit(1, SHARE)),
            (Fn("and", (fails, Fn("ge", (by_now, Lit(1, INT)), BOOL)), BOOL), Lit(1, SHARE)),
            (Fn("and", (fails, Fn("le", (by_now, Lit(0, INT)), BOOL)), BOOL), Lit(0, SHARE)),
            (fails, by_now),
        )
        kept: Columns = [(name, Col(None, name, kind)) for name, kind in self.own]
        flags = (("is_judged", (*GOOD, *FAILING)), ("fails", FAILING))
        return [
            *kept,
            ("reached", CaseOf(whens, None, SHARE)),
            *((name, CaseOf(((_is_one_of(words), Lit(1, INT)),), Lit(0, INT), INT)) for name, words in flags),
        ]

    def _stages(self, judged: Named) -> Named:
        """One row per stage that has lines: what it reached, by KPI first, so that none counts more for having several targets; `first` is
        the position of the bottleneck."""
        position = ("position", Col(None, "position", INT))
        measures = (
            ("reached", Agg("avg", (Col(None, "reached", SHARE),), SHARE)),
            *((name, Agg("max", (Col(None, name, INT),), INT)) for name in ("is_judged", "fails")),
        )
        kpis = Named(Aggregate(judged, (position, *((n, Col(None, n, TEXT)) for n in ("kpi", "goal"))), measures), "reached_by_kpi")
        stages = Named(Aggregate(kpis, (position,), measures), "reached_by_stage")
        reached, fails = Col(None, "reached", SHARE), Fn("eq", (Col(None, "fails", INT), Lit(1, INT)), BOOL)
        kept: Columns = [position, ("reached", reached), ("is_judged", Col(None, "is_judged", INT)), ("fails", Col(None, "fails", INT))]
        least = Over("min", (CaseOf(((fails, reached),), None, SHARE),), SHARE)
        many = Over("sum", (Col(None, "is_judged", INT),), INT)
        compared = Named(Project(stages, (*kept, ("least", least), ("judged_stages", many))), "stages_compared")
        lowest = Col(None, "least", SHARE)
        is_least = Fn("le", (reached, Fn("add", (lowest, Lit(DUST, REAL)), SHARE)), BOOL)
        among = Fn("and", (fails, Fn("or", (Fn("is_null", (lowest,), BOOL), is_least), BOOL)), BOOL)
        first = Over("min", (CaseOf(((among, position[1]),), None, INT),), INT)
        return Named(Project(compared, (*kept[:3], ("judged_stages", Col(None, "judged_stages", INT)), ("first", first))), "stages")

    def _narrowest(self, position: Expr) -> Expr:
        """1 for the bottleneck; null for a stage that is not judged, and where none is judged beside it."""
        judged, many = Col("stages", "is_judged", INT), Col("stages", "judged_stages", INT)
        unknown = Fn("or", (Fn("eq", (judged, Lit(0, INT)), BOOL), Fn("lt", (many, Lit(2, INT)), BOOL)), BOOL)
        here = Fn("eq", (position, Col("stages", "first", INT)), BOOL)
        return CaseOf(((unknown, Lit(None, INT)), (here, Lit(1, INT))), Lit(0, INT), INT)


def _union(parts: list[Rel], kinds: list[Type]) -> Rel:
    return parts[0] if len(parts) == 1 else UnionAll(tuple(parts), tuple(kinds))


def _double(value: Expr) -> Expr:
    """A value beside others of any unit."""
    match value.type.kind:
        case "number" | "duration":
            return value
        case "int" | "decimal":
            return Fn("to_number", (value,), REAL)
        case _:
            return Lit(None, REAL)
