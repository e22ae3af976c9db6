"""Journeys: the way of a customer in stages, and the KPIs that stand in each (M5, M8). Comes in: the syntax of `journey`. Goes out: a
`JourneyModel`, or why its stages tell nothing. A KPI names its stage alone, so a stage belongs to one journey; a project that declares none
has the four usual stages.
"""

from __future__ import annotations

from kpidsl.diagnostic import Diagnostic, Label, Severity, fail
from kpidsl.model.aims import KpiModel
from kpidsl.model.kpis import KpiResolver
from kpidsl.model.names import Scope
from kpidsl.model.query import Problems
from kpidsl.model.questions import Questions
from kpidsl.model.words import STAGES, Words
from kpidsl.record import dataclass
from kpidsl.syntax import ast

STANDARD, STANDARD_LABEL = "standard", "Customer journey"
"""The journey of a project that declares none."""
FEWEST = 2
"""Stages of a journey: of one alone nobody can say where people are lost."""


@dataclass(frozen=True, slots=True)
class StageModel:
    """A stage and its KPIs, in the order in which they are written; without any it is one that nobody looks at."""

    name: str
    label: str
    kpis: tuple[KpiModel, ...]


@dataclass(frozen=True, slots=True)
class JourneyModel:
    """The stages in the order in which customers pass them."""

    name: str
    label: str
    stages: tuple[StageModel, ...]
    decl: ast.Journey


def journeys(scope: Scope) -> list[ast.Journey]:
    """The journeys that a project declares or brings from a module; the usual one where there are none and a KPI names a stage."""
    found = [entry.decl for entry in scope.entries.values() if isinstance(entry.decl, ast.Journey)]
    staged = [stage for decl in scope.declarations if isinstance(decl, ast.Kpi) for stage in ast.pick(decl.items, ast.Stage)]
    if found or not staged:
        return found
    at = staged[0].span
    stages = tuple(ast.JourneyStage(at, ast.Ident(at, name), name.capitalize()) for name in STAGES)
    return [ast.Journey(at, ast.Ident(at, STANDARD), STANDARD_LABEL, stages)]


@dataclass(frozen=True)
class JourneyResolver:
    """Resolves the journeys of one scope."""

    resolver: Questions
    scope: Scope

    def resolve(self, decl: ast.Journey) -> JourneyModel:
        """The journey with its KPIs; raises KpiError."""
        self.check(decl)
        found = Problems()
        stages = tuple(self._stage(stage, found) for stage in decl.stages)
        found.stop()
        return JourneyModel(decl.name.text, decl.label or "", stages, decl)

    def _stage(self, stage: ast.JourneyStage, found: Problems) -> StageModel:
        mine = [decl for decl in self.scope.declarations if isinstance(decl, ast.Kpi) and _stage_of(decl) == stage.name.text]
        kpis = [found.tried(KpiResolver(self.resolver, self.scope).resolve, decl) for decl in mine]
        return StageModel(stage.name.text, stage.label or stage.name.text, tuple(kpi for kpi in kpis if kpi is not None))

    # ------------------------------------------------------------ checks

    def check(self, decl: ast.Journey) -> None:
        """The stages of a journey: each once, at least two, none of another journey's; raises KpiError."""
        Words(self.resolver, self.scope).once("stage", [stage.name for stage in decl.stages])
        if len(decl.stages) < FEWEST:
            self._too_short(decl)
        for other in self._before(decl):
            self._check_apart(decl, other)

    def _before(self, decl: ast.Journey) -> list[ast.Journey]:
        """The journeys that a journey must differ from: what comes later says so itself, but for what a module brings."""
        every = journeys(self.scope)
        at = next((at for at, journey in enumerate(every) if journey is decl), None)
        if at is None:
            return []  # declared twice, which is reported
        own = {id(each) for each in self.scope.declarations}
        return [*every[:at], *(other for other in every[at + 1 :] if id(other) not in own)]

    def _too_short(self, decl: ast.Journey) -> None:
        name = decl.name.text
        fail(
            "KPI104",
            f"the journey `{name}` has {'one stage' if decl.stages else 'no stages'}",
            decl.name.span,
            notes=("where customers are lost on the way shows only between two stages",),
            help=f'name them in the order in which customers pass them: journey {name} {{ visit "Visit"  order "Order" }}',
        )

    def _check_apart(self, decl: ast.Journey, other: ast.Journey) -> None:
        taken = {stage.name.text: stage for stage in other.stages}
        for stage in decl.stages:
            first = taken.get(stage.name.text)
            if first is not None:
                name = stage.name.text
                fail(
                    "KPI105",
                    f"the journeys `{other.name.text}` and `{decl.name.text}` both have a stage `{name}`",
                    stage.name.span,
                    labels=(Label(first.name.span, f"the stage of `{other.name.text}`"),),
                    notes=("a KPI names its stage alone, so nobody could tell on which of the two journeys it stands",),
                    help=f"rename one of them, for example {decl.name.text}_{name}",
                )

    def check_seen(self, kpi: ast.Kpi) -> None:
        """A warning for a KPI in a usual stage that none of the project's own journeys has."""
        for stage in ast.pick(kpi.items, ast.Stage):
            name = stage.name.text
            own = [other.name.text for journey in journeys(self.scope) for other in journey.stages]
            if name in STAGES and name not in own:
                self.resolver.diagnostics.add(
                    Diagnostic(
                        "KPI106",
                        f"no journey of the project has the stage `{name}`",
                        stage.name.span,
                        notes=(f"`{kpi.metric.text}` is on none of them, and where customers are lost is judged without it",),
                        help=f"name a stage that one of them has: {', '.join(own)}",
                        severity=Severity.WARNING,
                    )
                )


def _stage_of(decl: ast.Kpi) -> str:
    return next((stage.name.text for stage in ast.pick(decl.items, ast.Stage)), "")
