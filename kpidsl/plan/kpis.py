"""The status of a KPI (S25, S26): one row per period and segment, with what is, what should be, what should be by now, and the word for it.
Comes in: a `KpiModel`. Goes out: a `Statement`. Values come from the query behind each line of the KPI; what is judged stands in three
steps above it: the target of each period, the part of it that is expected by now, the judgement."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cached_property

from kpidsl.model.aims import ACTUAL, LAST_YEAR, LAST_YEAR_WHOLE, PREVIOUS, ROWS, TRIALS, VOLUME, Bound, KpiModel, Target, Track
from kpidsl.model.expr import BOOL, DATE, INT, REAL, TEXT, Agg, CaseOf, Col, Expr, Fn, Lit, Over, Type, all_of, any_of
from kpidsl.model.model import Constant, QueryModel
from kpidsl.plan.coverage import ALWAYS, covered, if_covered
from kpidsl.plan.days import moved
from kpidsl.plan.judge import SHARE, attainment, meets, nearly, words
from kpidsl.plan.pace import Pace, by_now
from kpidsl.plan.plan import Aggregate, Named, OutputColumn, Project, Rel, Sort, Statement, UnionAll
from kpidsl.plan.planner import Planner
from kpidsl.plan.query import QueryPlan
from kpidsl.plan.statistics import wilson
from kpidsl.plan.values import constant
from kpidsl.plan.work import Work
from kpidsl.record import replace

FAR = dt.date(9998, 12, 31)
"""The day from which a plan is read: what is planned for later periods stands in rows of later days, which S14 hides of what happened."""
NO_VALUE = "(none)"
Columns = list[tuple[str, Expr]]


def plan_kpi(planner: Planner, kpi: KpiModel, comment: str = "", last: int | None = None) -> Statement:
    """The statement of a KPI, over all its periods up to the running one, or over the last ones only."""
    plans = [_TrackPlan(planner, kpi, track, last) for track in kpi.tracks]
    columns = _columns(kpi)
    picked = tuple((c.name, Col(None, c.name, c.type)) for c in columns)
    rel = plans[0].relation()
    if len(plans) > 1:
        parts = (rel, *(plan.relation() for plan in plans[1:]))
        judged = tuple(Project(Named(part, f"{plan.title}_judged"), picked) for part, plan in zip(parts, plans, strict=True))
        rel = Named(UnionAll(judged, tuple(c.type for c in columns)), "judged")
    first: Expr = CaseOf(((Fn("is_null", (Col(None, "segment", TEXT),), BOOL), Lit(0, INT)),), Lit(1, INT), INT)
    keys = ((Col(None, "each", TEXT), False), (first, False), (Col(None, "segment", TEXT), False), (Col(None, "period_start", DATE), False))
    root = Project(Sort(rel, keys), picked)
    return Statement(root, columns, comment, scalars=tuple(planner.scalars.values()))


def plan_line(planner: Planner, kpi: KpiModel, track: Track, last: int) -> tuple[Rel, Type]:
    """The last periods of one line, for what stands above KPIs, with the type of their values: the columns of `plan_kpi` and `by_now`,
    the part that is reached of what is expected by now. What only `kpi status` compares is not read."""
    seasonal = any(metric.name == LAST_YEAR_WHOLE for metric in track.query.metrics)
    unread = (PREVIOUS,) if seasonal else (PREVIOUS, LAST_YEAR)
    kept = tuple(metric for metric in track.query.metrics if metric.name not in unread)
    plan = _TrackPlan(planner, kpi, replace(track, query=replace(track.query, metrics=kept)), last)
    return plan.relation(by_now=True), plan.kind


def unit_of(kind: Type, format: str) -> str:
    """The unit in words; a ratio that is shown as a multiple is ×."""
    return "×" if format == "x" and str(kind.unit) in ("%", "") else str(kind.unit)


def _columns(kpi: KpiModel) -> tuple[OutputColumn, ...]:
    value, plain = kpi.metric.type, TEXT
    value = replace(value, kind="number") if value.kind == "int" else value
    listed: list[tuple[str, str, Type]] = [
        ("kpi", "group", plain),
        ("goal", "group", plain),
        ("period_start", "group", DATE),
        ("period_end", "group", DATE),
        ("segment", "group", plain),
        ("unit", "group", plain),
        *((name, "metric", value) for name in ("actual", "target")),
        ("attainment", "metric", SHARE),
        *((name, "metric", value) for name in ("expected", "forecast", "previous", "last_year", "benchmark")),
        ("volume", "metric", _volume(kpi)),
        ("trend", "metric", SHARE),
        ("status", "group", plain),
        ("owner", "group", plain),
        ("action", "group", plain),
        ("each", "group", plain),
        *((name, "metric", value) for name in ("target_high", "stretch", "actual_low", "actual_high")),
    ]
    return tuple(OutputColumn(name, role, kind, kpi.metric.format if kind is value else "") for name, role, kind in listed)


def _volume(kpi: KpiModel) -> Type:
    """The type of what `needs` counts."""
    return next((metric.type for metric in kpi.tracks[0].query.metrics if metric.name == VOLUME), INT)


class _TrackPlan:
    """The relations of one line of a KPI."""

    def __init__(self, planner: Planner, kpi: KpiModel, track: Track, last: int | None) -> None:
        self.planner, self.kpi, self.track = planner, kpi, track
        self.low = None if last is None else self._first_of(last)
        self.work = Work(planner, self._within(track.query))
        self.over = self.work.clock.over
        split = ["by", *(dim.name for dim in track.query.dims[: track.by])] if track.by else ["segment"] if track.segment else []
        self.title = "_".join([kpi.name.replace(".", "_"), track.each, *split])
        self.kind, self.volume = _columns(kpi)[6].type, _volume(kpi)
        self.period = self.work.dim_names[-1]
        self.groups = [(f"by_{n}", dim.type) for n, dim in enumerate(track.query.dims[: track.by], 1)]
        self.start = Col(None, "period_start", DATE)
        self.following = moved(self.start, 1, track.each)

    def _first_of(self, last: int) -> Expr:
        """The first day of so many periods, the running one included."""
        end = self.track.query.asked[1]
        assert end is not None
        return moved(end, -last, self.track.each)

    def _within(self, query: QueryModel) -> QueryModel:
        return replace(query, asked=(self.low, query.asked[1])) if self.low is not None else query

    def relation(self, by_now: bool = False) -> Rel:
        """One row per period and segment, with the columns of the result; `by_now` beside them where it is asked for."""
        return self._judged(Named(self._expected(Named(self._aimed(), f"{self.title}_targets")), f"{self.title}_expected"), by_now)

    # ------------------------------------------------------------ values

    def _values(self) -> Rel:
        """The values of each period, beside what was planned for it."""
        rel = QueryPlan(self.work).rows()
        if self.track.planned is None:
            return rel
        far = Planner(self.planner.model, FAR)
        asked = tuple(None if side is None else self.planner.dated(side) for side in (self.low, self.track.planned.asked[1]))
        work = Work(far, replace(self.track.planned, asked=(asked[0], asked[1])))
        plan = QueryPlan(work).rows()
        self.planner.scalars.update(far.scalars)
        return self._beside(rel, plan, work)

    def _beside(self, rel: Rel, plan: Rel, work: Work) -> Rel:
        """Both, with one row for each period and segment that either of them knows (S4)."""
        groups = [(n, d.type) for n, d in zip(self.work.dim_names, self.work.query.dims, strict=True)]
        sides = [(self.work, rel, f"{self.title}_actuals"), (work, plan, f"{self.title}_plan")]
        values = [(m.name, m.type) for side, _, _ in sides for m in side.query.metrics]
        planned = {m.name for m in work.query.metrics}
        period = Col(None, work.dim_names[-1], DATE)
        inputs: list[Rel] = []
        for side, relation, name in sides:
            own = {m.name: Col(None, m.name, m.type) for m in side.query.metrics}
            columns: Columns = [(n, Col(None, theirs, k)) for (n, k), theirs in zip(groups, side.dim_names, strict=True)]
            for n, k in values:
                value: Expr = own.get(n, Lit(None, k))
                columns.append((n, if_covered(work, n, value, period) if n in own and n in planned else value))
            inputs.append(Project(Named(relation, name), tuple(columns)))
        union = Named(UnionAll(tuple(inputs), tuple(k for _, k in (*groups, *values))), f"{self.title}_side_by_side")
        found = tuple((n, Agg("max", (Col(None, n, k),), k)) for n, k in values)
        return Aggregate(union, tuple((n, Col(None, n, k)) for n, k in groups), found)

    def _read(self, name: str, kind: Type | None = None) -> Expr:
        """A value of the query, null where it was not asked for; of another period, where the sources do not have all of its days."""
        found = next((m for m in self.work.query.metrics if m.name == name), None)
        if found is None:
            return Lit(None, kind or self.kind)
        value = Col(None, name, found.type)
        return if_covered(self.work, name, value, Col(None, self.period, DATE)) if name in (PREVIOUS, LAST_YEAR, LAST_YEAR_WHOLE) else value

    def _number(self, name: str) -> Expr:
        """The same as a number that may be divided: what was counted is whole, and some engines keep to that."""
        found = self._read(name)
        return Fn("to_number", (found,), self.kind) if found.type.kind == "int" else found

    # ------------------------------------------------------------ targets

    def _aimed(self) -> Rel:
        """The values with the target that holds for their period, and the part of the period that is over."""
        values = Named(self._values(), f"{self.title}_values")
        first = Col(None, self.period, DATE)
        columns: Columns = [
            ("period_start", first),
            ("segment", self._segment()),
            ("actual", self._number(ACTUAL)),
            ("previous", self._number(PREVIOUS)),
            ("last_year", self._number(LAST_YEAR)),
            ("volume", self._read(VOLUME, INT)),
            ("trials", self._read(TRIALS, INT)),
            ("rows_there", Col(None, ROWS, INT)),
            ("elapsed", self._elapsed(first)),
            *((name, Col(None, theirs, kind)) for (name, kind), theirs in zip(self.groups, self.work.dim_names, strict=False)),
        ]
        for kind, targets in (("target", self.track.targets), ("stretch", self.track.stretch)):
            for side in ("low", "high"):
                columns.append((f"{kind}_{side}", self._in_force(first, targets, side)))
        return Project(values, tuple(columns))

    def _segment(self) -> Expr:
        """What tells a segment: its condition, or its values."""
        if not self.track.by:
            return Lit(self.track.segment or None, TEXT)
        parts: list[Expr] = []
        for name, dim in list(zip(self.work.dim_names, self.work.query.dims, strict=True))[: self.track.by]:
            value: Expr = Col(None, name, dim.type)
            text = value if dim.type.kind == "text" else Fn("to_text", (value,), TEXT)
            parts += [Lit(" · ", TEXT)] * bool(parts) + [Fn("coalesce", (text, Lit(NO_VALUE, TEXT)), TEXT)]
        return parts[0] if len(parts) == 1 else Fn("concat", tuple(parts), TEXT)

    def _elapsed(self, first: Expr) -> Expr:
        """The part of the period that is over; by last year's share of the same part where the pace is that of the season."""
        pace, each = Pace(self.planner, self.over, "workdays" if self.kpi.pace == "workdays" else "linear"), self.track.each
        whole = self._read(LAST_YEAR_WHOLE)
        if self.kpi.pace != "seasonal" or isinstance(whole, Lit):
            return pace.elapsed(first, each)
        return pace.of_season(first, each, self._read(LAST_YEAR), whole)

    def _in_force(self, first: Expr, targets: tuple[Target, ...], side: str) -> Expr:
        """The revision that is in force at the period's start."""
        whens: list[tuple[Expr, Expr]] = []
        otherwise: Expr | None = None
        for target in targets:
            bound = target.low if side == "low" else target.high
            if bound is None:
                return Lit(None, self.kind)
            value = self._bound(bound)
            if target.since is None:
                otherwise = value
            else:
                whens.append((Fn("ge", (first, Lit(target.since, DATE)), BOOL), value))
        if not whens:
            return Lit(None, self.kind) if otherwise is None else otherwise
        return CaseOf(tuple(whens), otherwise, self.kind)

    def _bound(self, bound: Bound) -> Expr:
        return Col(None, bound.column, self.kind) if bound.column else replace(constant(bound.value), type=self.kind)

    # ------------------------------------------------------------ what is expected by now

    def _expected(self, aimed: Named) -> Rel:
        """The same with what is expected by now, and where the period will end if it goes on so."""
        names = ("period_start", "segment", "actual", "previous", "last_year", "volume", "trials", "rows_there")
        kinds: dict[str, Type] = {"period_start": DATE, "segment": TEXT, "volume": self.volume, "trials": INT, "rows_there": INT}
        columns: Columns = [(n, Col(None, n, kinds.get(n, self.kind))) for n in names]
        columns += [(n, Col(None, n, k)) for n, k in self.groups]
        elapsed = Col(None, "elapsed", REAL)
        for side in ("target_low", "target_high", "stretch_low", "stretch_high"):
            columns.append((side, Col(None, side, self.kind)))
        for side in ("low", "high"):
            target: Expr = Col(None, f"target_{side}", self.kind)
            if self._has(side) and self.kpi.is_paced:
                target = by_now(target, elapsed)
            columns.append((f"expected_{side}", target))
        actual = Col(None, "actual", self.kind)
        forecast: Expr = actual
        if self.kpi.is_paced:
            forecast = CaseOf(((Fn("gt", (elapsed, Lit(0, INT)), BOOL), Fn("div", (actual, elapsed), self.kind)),), None, self.kind)
        columns.append(("forecast", forecast))
        return Project(aimed, tuple(columns))

    @cached_property
    def _has_all(self) -> Expr:
        """Whether the sources have all days of a period from its first one on: half a month is not held against a month's target."""
        return covered(self.work, next(m for m in self.work.query.metrics if m.name == ACTUAL), self.start)

    def _of_whole(self, value: Expr) -> Expr:
        """Null where a part of the period would stand for all of it."""
        if not self.kpi.is_paced or self._has_all == ALWAYS:
            return value
        return CaseOf(((self._has_all, value),), None, value.type)

    def _has(self, side: str) -> bool:
        return any((t.low if side == "low" else t.high) is not None for t in self.track.targets)

    # ------------------------------------------------------------ judgement

    def _judged(self, expected: Named, by_now: bool) -> Rel:
        kpi, track = self.kpi, self.track
        status = self._status()
        columns: dict[str, Expr] = {
            "kpi": Lit(kpi.name, TEXT),
            "goal": Lit(kpi.goal or None, TEXT),
            "period_start": self.start,
            "period_end": moved(self.following, -1, "day"),
            "segment": Col(None, "segment", TEXT),
            "unit": Lit(unit_of(kpi.metric.type, kpi.metric.format), TEXT),
            "actual": self._col("actual"),
            "target": self._shown("target"),
            "attainment": self._of_whole(attainment(self._col("actual"), self._side("target_low"), self._side("target_high"))),
            "expected": self._of_whole(self._shown("expected")),
            "forecast": self._of_whole(self._col("forecast")),
            "previous": self._col("previous"),
            "last_year": self._col("last_year"),
            "benchmark": replace(constant(kpi.benchmarks[0].value), type=self.kind) if kpi.benchmarks else Lit(None, self.kind),
            "volume": Col(None, "volume", self.volume),
            "trend": self._trend(),
            "status": status,
            "owner": Lit(kpi.owner or None, TEXT),
            "action": self._action(status),
            "each": Lit(track.each, TEXT),
            "target_high": self._col("target_high") if self._is_band else Lit(None, self.kind),
            "stretch": self._col("stretch_low" if self._stretches_up else "stretch_high"),
            **self._interval(),
        }
        if by_now:
            columns["by_now"] = self._of_whole(attainment(self._col("actual"), self._side("expected_low"), self._side("expected_high")))
        return Project(expected, tuple(columns.items()))

    def _col(self, name: str) -> Expr:
        return Col(None, name, self.kind)

    @property
    def _is_band(self) -> bool:
        return self._has("low") and self._has("high")

    @property
    def _stretches_up(self) -> bool:
        return any(t.low is not None for t in self.track.stretch)

    def _side(self, name: str) -> Expr | None:
        return self._col(name) if self._has(name.rpartition("_")[2]) else None

    def _shown(self, what: str) -> Expr:
        """The edge that a value is held against; of a band the lower one, beside which `target_high` stands."""
        return self._col(f"{what}_high" if self._has("high") and not self._has("low") else f"{what}_low")

    def _status(self) -> Expr:
        """The first of these that holds (S25)."""
        kpi, actual = self.kpi, self._col("actual")
        low, high = self._side("target_low"), self._side("target_high")
        now_low, now_high = self._side("expected_low"), self._side("expected_high")
        whens: list[tuple[Expr, str]] = []
        if kpi.mature is not None:
            amount, unit = kpi.mature
            tomorrow = moved(self.planner.today(), 1, "day")
            whens.append((Fn("gt", (moved(self.following, amount, unit), tomorrow), BOOL), "immature"))
        whens.append((Fn("ge", (self.start, self.over), BOOL), "no_data"))
        whens.append((Fn("is_null", (Col(None, "rows_there", INT),), BOOL), "no_data"))
        if kpi.needs is not None:
            volume = Fn("coalesce", (Col(None, "volume", self.volume), Lit(0, INT)), self.volume)
            whens.append((Fn("lt", (volume, _number(kpi.needs)), BOOL), "insufficient_data"))
        edge = low if low is not None else high
        if edge is None:
            return words(whens, "no_target")
        whens.append((Fn("is_null", (edge,), BOOL), "no_target"))
        if kpi.is_paced and self._has_all != ALWAYS:
            whens.append((Fn("not", (self._has_all,), BOOL), "insufficient_data"))
        whens += [
            (Fn("is_null", (actual,), BOOL), "insufficient_data"),
            (Fn("and", (Fn("le", (self.following, self.over), BOOL), self._meets(low, high, self._is_exact)), BOOL), "achieved"),
            (Fn("le", (self.following, self.over), BOOL), "missed"),
            (self._meets(now_low, now_high, self._is_exact and not kpi.is_paced), "on_track"),
            (nearly(actual, now_low, now_high, kpi.warn), "at_risk"),
        ]
        return words(whens, "off_track")

    @property
    def _is_exact(self) -> bool:
        """Whether whole numbers are compared with whole numbers."""
        bounds = [bound.value for target in self.track.targets for bound in (target.low, target.high) if bound is not None]
        return self.kpi.metric.type.kind == "int" and all(isinstance(v, Constant) and isinstance(v.value, int) for v in bounds)

    def _meets(self, low: Expr | None, high: Expr | None, exact: bool) -> Expr:
        """A value is as it should be, by the revision that is in force: of some of them the edge itself is not good enough."""
        actual, targets = self._col("actual"), self.track.targets
        kinds = {target.strict for target in targets}
        if len(kinds) < 2:
            return meets(actual, low, high, kinds == {True}, exact)
        strictly: list[Expr] = []
        ends: dt.date | None = None
        for target in targets:
            tests: list[Expr] = [] if target.since is None else [Fn("ge", (self.start, Lit(target.since, DATE)), BOOL)]
            tests += [] if ends is None else [Fn("lt", (self.start, Lit(ends, DATE)), BOOL)]
            within, ends = all_of(tests), target.since
            if target.strict and within is not None:
                strictly.append(within)
        flag = any_of(strictly)
        assert flag is not None
        either = (Fn("not", (flag,), BOOL), meets(actual, low, high, True, exact))
        return Fn("and", (meets(actual, low, high, False, exact), Fn("or", either, BOOL)), BOOL)

    def _action(self, status: Expr) -> Expr:
        """What is to be done in this state."""
        if not self.kpi.advice:
            return Lit(None, TEXT)
        whens = tuple((Fn("eq", (status, Lit(word, TEXT)), BOOL), Lit(text, TEXT)) for word, text in self.kpi.advice)
        return CaseOf(whens, None, TEXT)

    def _trend(self) -> Expr:
        """The mean of the three periods before this one against that of the three before them; null where one of the six has no value, or
        not of all its days, or what is divided by is not above zero."""
        if not (self.kind.is_numeric or self.kind.kind == "duration"):
            return Lit(None, SHARE)
        value = if_covered(self.work, ACTUAL, self._col("actual"), self.start)

        def over(func: str, first: int, last: int) -> Expr:
            kind = INT if func == "count" else self.kind
            each = tuple(Col(None, n, k) for n, k in self.groups)
            return Over(func, (value,), kind, each, ((self.start, False),), (first, last))

        before, after = over("avg", -6, -4), over("avg", -3, -1)
        known = Fn("and", (Fn("eq", (over("count", -6, -1), Lit(6, INT)), BOOL), Fn("gt", (before, Lit(0, INT)), BOOL)), BOOL)
        return CaseOf(((known, Fn("sub", (Fn("div", (after, before), SHARE), Lit(1, INT)), SHARE)),), None, SHARE)

    def _interval(self) -> dict[str, Expr]:
        """The 95% interval of a rate, after Wilson (1927): where its true value lies if the counted things are a sample (S31)."""
        none: Expr = Lit(None, self.kind)
        if not self.kpi.is_rate:
            return {"actual_low": none, "actual_high": none}
        return dict(zip(("actual_low", "actual_high"), wilson(self._col("actual"), Col(None, "trials", INT), self.kind), strict=True))


def _number(value: Decimal) -> Lit:
    return Lit(int(value), INT) if value == value.to_integral_value() else Lit(value, REAL)
