"""What happens to entities over time, as rows. Comes in: nothing but names. Goes out: the shapes of what funnels are made of, which the
model fills and the plan turns into relations: events (who did something, and when), and the starts of a funnel with what came of each."""

from __future__ import annotations

from kpidsl.model.expr import Expr, Field
from kpidsl.record import dataclass, field

ORDERED, STRICT, ANY = "ordered", "strict", "any"
"""How stages follow each other (S22): other events between them do not matter; none lies between them; no order at all."""


@dataclass(frozen=True, slots=True)
class Events:
    """Rows of a source as events: the entity that each belongs to, its time, and which rows count. `held` are columns of the entity's
    that one path through a funnel keeps, such as the session."""

    source: str
    entity: Field
    time: Field
    condition: Expr | None = None
    held: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage of a funnel. `at` is the column with the moment at which a start came to it; an `optional` one may be passed over."""

    name: str
    at: str
    events: Events
    optional: bool = False


@dataclass(frozen=True, slots=True)
class OfStage:
    """A column of the row that filled a later stage: the stage's number, from 1 on, and the column on that stage's source."""

    stage: int
    field: Field


@dataclass(frozen=True, slots=True)
class Starts:
    """The rows of a funnel: one per start of an entity, with the moments at which it came to the stages (S22).

    `within` is how long after its start a stage may be reached, None for ever; `by_day` judges by days, where a later stage may be of the
    same day. `entity` and the first stage's `at` are the columns that tell a row; `mature` is the one that says whether its window is over,
    '' where there is no window.
    """

    stages: tuple[Reached, ...]
    entity: str
    order: str = ORDERED
    exclusions: tuple[Events, ...] = ()
    within: tuple[int, str] | None = None
    by_day: bool = False
    mature: str = ""
    of_stages: dict[str, OfStage] = field(default_factory=dict, compare=False)
    """Columns of later stages that somebody has asked for, by the name that they have here."""


@dataclass(frozen=True, slots=True)
class Acts:
    """Rows of a source as what somebody did: whose they are, when they were, and which of them count."""

    source: str
    entity: Expr
    time: Expr
    conditions: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Credits:
    """The rows of a conversion: opportunities, each with the conversions credited to it (S23).

    `within` is how long after its opportunity a conversion counts, None for ever. `strictly`: it has to be later, because a row may be both
    and is not its own conversion; `by_day`: some of the sources know days only. `converted` is the column that says whether anything is
    credited, `credited` the one that says how much.
    """

    opportunities: Acts
    conversions: Acts
    within: tuple[int, str] | None
    strictly: bool
    by_day: bool
    converted: str
    credited: str


@dataclass(frozen=True, slots=True)
class Members:
    """The rows of a cohort: what its members did, each under the row with which the member began (S24).

    A member begins with the first row of `activity`, or of `start` where that is told apart; then the row that begins stands among the
    others. Time goes in periods of `grain`, whose number is counted in months or days, `step` of them to a period. `horizon` is the last
    age that is looked at, None for all of them. Columns: `began` is the
    time at which the member did, `member` is 1 on the row that begins, `age` tells how many months or days the
    row's period is after the first one, `elapsed` how many are over from the start of that one, `active` is 1 on the member's first row of
    each period, `value` is what `worth` says of the row.
    """

    activity: Acts
    start: Acts | None
    grain: str
    unit: str
    step: int
    horizon: int | None
    began: str
    member: str
    age: str
    elapsed: str
    active: str
    value: str = ""
    worth: Expr | None = None

    def number(self, length: tuple[int, str]) -> int | None:
        """How many of its periods a length of time is, None where it is no whole number of them."""
        amount, unit = length
        one = STEPS.get(unit)
        if one is None or one[0] != self.unit or amount * one[1] % self.step:
            return None
        return amount * one[1] // self.step


STEPS = {"day": ("day", 1), "week": ("day", 7), "month": ("month", 1), "quarter": ("month", 3), "year": ("month", 12)}
"""Periods of cohorts, each as so many days or months."""


Happenings = Starts | Credits | Members
"""What the rows of a derived source are made of."""


def acts(made: Happenings) -> list[Acts]:
    """What somebody did that such rows are made of, source by source."""
    match made:
        case Starts():
            every = [*(stage.events for stage in made.stages), *made.exclusions]
            return [Acts(e.source, e.entity, e.time, () if e.condition is None else (e.condition,)) for e in every]
        case Credits():
            return [made.opportunities, made.conversions]
        case Members():
            return [made.activity, *([] if made.start is None else [made.start])]


@dataclass(frozen=True, slots=True)
class Aged:
    """How a cohort is laid out: one row per group, period in which members began, and age from 0 to `last`. `source` is the derived one;
    `valued`: something is added up over time."""

    name: str
    source: str
    members: Members
    last: int
    valued: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The columns that come after the group-bys."""
        return (
            "cohort",
            "age",
            "size",
            "active",
            "retention",
            "churn",
            *(("value", "value_to_date", "value_per_head") if self.valued else ()),
        )


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of a funnel as rows of a result. `before` is the number of the stage that it comes from, 0 for none."""

    name: str
    label: str
    before: int
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """How a funnel's metrics are laid out, one row per group and stage: those of stage n are called entities_n, median_time_n … in the
    query. `of_people`: entities are counted and have times; `windowed`: some may be immature; `then` is what is compared with."""

    stages: tuple[StageRow, ...]
    name: str
    of_people: bool = True
    windowed: bool = False
    then: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The columns that come after the group-bys."""
        shares = ("step_rate", "step_low", "step_high", "rate", "rate_low", "rate_high") if self.of_people else ("step_rate", "rate")
        found = ["stage", *(["label"] if any(s.label for s in self.stages) else []), self.counted, *shares, "drop_off"]
        found += ["median_time", "p90_time"] if self.of_people else []
        found += ["immature"] if self.windowed else []
        found += ["bottleneck"]
        if self.then:
            found += [f"{word}_{self.then}" for word in (self.counted, "step_rate", "rate")]
        return tuple(found)

    @property
    def counted(self) -> str:
        """What a stage's count is called: entities, or the metric's value."""
        return "entities" if self.of_people else "value"


def read_by(made: Happenings) -> list[tuple[str, Expr]]:
    """What rows that are made of others are told by: (source, expression over its rows)."""
    found = [(act.source, value) for act in acts(made) for value in (act.entity, act.time, *act.conditions)]
    held = [(s.events.source, value) for s in made.stages for value in s.events.held] if isinstance(made, Starts) else []
    return [*found, *held]
