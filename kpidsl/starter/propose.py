"""Goals and targets from the past, as text. Comes in: metrics with what they were. Goes out: a `.kpi` file in which every line is a
comment: with the first `# ` taken away, a block is a goal and its KPI, and the reasons still stand in comments. Nothing is decided here:
numbers are what the past has shown, and where it is not certain which way is good, the file asks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from kpidsl.model.expr import Type
from kpidsl.record import dataclass
from kpidsl.starter.amounts import literal, said
from kpidsl.starter.past import GRAINS, Past, Span, later
from kpidsl.syntax.format_expr import format_name, format_text

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
MOST = 50
"""Percent that are proposed at most: who has doubled once will hardly do it by intention."""
_LOWER = frozenset(
    {"cac", "cpa", "cpc", "cpl", "cpm", "cpo", "churn", "bounce", "unsubscribe", "unsubscribes", "complaints", "refunds", "returns"}
)
_COUNTED = frozenset({"orders", "customers", "leads", "buyers", "conversion"})  # what a cost may be per
_HIGHER = _COUNTED | {
    *("revenue", "sales", "turnover", "profit", "margin", "mql", "mqls", "retention", "repurchase", "nps", "ltv", "clv", "aov"),
    *("roas", "roi", "romi", "ctr", "umsatz", "ricavi"),
}
_UNSURE = frozenset(
    {
        "cost",
        "costs",
        "spend",
        "per",
        "lost",
        "cancelled",
        "canceled",
        "without",
        "no",
        "not",
        "time",
        "days",
        "cycle",
        "plan",
        "planned",
        "budget",
    }
)
"""Words beside which another one no longer says which way is good: lost customers, days to an order."""
_KINDS = (
    ("loyalty", frozenset({"churn", "retention", "repurchase", "nps", "ltv", "clv"})),
    ("leads", frozenset({"leads", "lead", "mql", "mqls", "cpl"})),
    ("awareness", frozenset({"reach", "impressions", "traffic", "visits", "sessions"})),
    ("sales", frozenset({"revenue", "sales", "orders", "aov", "conversion", "roas", "cac", "turnover"})),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A metric that a goal might be made of. `better` is what it says itself; `volume` the metric that is counted below it, for ratios."""

    name: str
    label: str
    type: Type
    format: str
    better: str
    volume: str
    past: Past


@dataclass(frozen=True, slots=True)
class Question:
    """A metric of which nothing is proposed, and why."""

    name: str
    why: str


def direction(name: str, label: str) -> str:
    """higher or lower where the name says so beyond doubt, else ''."""
    words = set(re.findall(r"[^\W_]+", f"{name} {label}".casefold()))
    lower = bool(words & _LOWER) or {"cost", "per"} <= words
    higher = bool(words & _HIGHER)
    if lower:
        return "" if words & _HIGHER - _COUNTED else "lower"
    return "higher" if higher and not words & _UNSURE else ""


def text(subjects: Sequence[Subject], questions: Sequence[Question], taken: set[str], today: dt.date) -> str:
    """The whole file. `taken`: names that goals have already."""
    blocks = ["\n".join(_head(today))]
    unsure = [subject for subject in subjects if good_way(subject) == ""]
    for subject in subjects:
        if subject in unsure:
            continue
        name = _goal_name(subject, taken)
        taken.add(name)
        blocks.append("\n".join(map(_comment, block(subject, name))))
    if unsure:
        width = max(len(subject.name) for subject in unsure)
        ask = "# Which way is good? Nobody has said so: write `better higher` or `better lower` into these metrics, and run this again."
        blocks.append("\n".join(map(_comment, [ask, *(f"# {each.name:<{width}}  {_was(each)}" for each in unsure)])))
    if questions:
        width = max(len(question.name) for question in questions)
        lines = [f"# {question.name:<{width}}  {question.why}" for question in questions]
        blocks.append("\n".join(map(_comment, ["# Nothing is proposed for:", *lines])))
    return "\n\n".join(blocks) + "\n"


def _comment(line: str) -> str:
    """One line of a comment, whatever stands in labels: nothing in them can end it."""
    return f"# {_UNSEEN.sub(' ', line)}"


def _head(today: dt.date) -> Iterator[str]:
    yield f"# # Proposed by `kpi init --goals` from the past up to {today}. Nothing here counts until somebody decides that it does:"
    yield "# # pick five to seven blocks, take the first `# ` of their lines away, fill in who, why and what to do, and delete the rest."
    yield "# # A number behind a target says where it comes from; what was, is no reason that it should be."


def good_way(subject: Subject) -> str:
    """higher, lower or between, as the metric says; else as its name does; '' where that leaves a doubt."""
    return subject.better or direction(subject.name, subject.label)


def block(subject: Subject, goal: str) -> Iterator[str]:
    """One metric: what it was, a goal, and its KPI; without the comment signs."""
    past = subject.past
    good = good_way(subject)
    yield f"# {subject.name}{f' · {subject.label}' if subject.label else ''}"
    yield f"# {_was(subject)}"
    if good == "between":
        yield "# The metric says in which band it is good: write it into a target between … and …"
        return
    middle, best = past.median, past.best(good)
    yield f"# {'higher' if good == 'higher' else 'lower'} is better, {'says the metric' if subject.better else 'says its name'}"
    target = literal(middle, subject.type, subject.format, good)
    if min(middle, best.value) <= 0 or target is None:
        yield "# No target can be taken from such values: write one by hand."
        return
    name = format_name(subject.name)
    yield f"goal {goal}{f' {format_text(subject.label)}' if subject.label else ''} {{"
    if kind := _kind(subject):
        yield f"  kind     {kind}"
    yield f"  measure  {name}"
    yield from _aim(subject, good)
    yield "  review   monthly"
    yield '  owner    "WHO ANSWERS FOR IT"'
    yield '  because  "WHY IT MATTERS"'
    yield "}"
    yield f"kpi {name} for {goal} {{"
    yield "  tier    strategic"
    sign = ">=" if good == "higher" else "<="
    yield f"  target  {sign} {target} each {past.grain}  # {_median(subject)}"
    stretch = literal(best.value, subject.type, subject.format, good)
    if stretch is not None and stretch != target:
        yield f"  stretch {sign} {stretch} each {past.grain}  # {_best(subject, best)}"
    if subject.volume:
        yield f"  needs   30 {format_name(subject.volume)}  # a rule of thumb: below it the value is chance"
    yield '  when    off_track do "WHAT TO DO THEN"'
    yield "}"


# ---------------------------------------------------------------- the goal's number


def _aim(subject: Subject, good: str) -> Iterator[str]:
    """What adds up shall change by a share of its latest span; what does not shall reach its best period."""
    past = subject.past
    start, months = past.spans[-1].end, GRAINS[past.grain][0] * len(past.baseline)
    end = later(start, months) - dt.timedelta(1)
    if not past.adds_up:
        best = past.best(good)
        wanted = literal(best.value, subject.type, subject.format, good)
        yield f"  reach    {wanted} from {start}  # {_best(subject, best)}"
        yield f"  by       {end}"
        return
    percent, why = _change(subject, good)
    yield f"  {'increase' if good == 'higher' else 'reduce  '} {percent}% over {_over(past)}  # {why}"
    yield f"  by       {end}"


def _change(subject: Subject, good: str) -> tuple[int, str]:
    """How many percent, and where they come from: the trend where it goes the right way, else the way back, else half the way from the
    median to the best period."""
    past = subject.past
    sign = 1 if good == "higher" else -1
    trend = past.growth
    if trend is not None and sign * trend >= 0.01:
        return _percent(sign * trend, f"{_trend(subject)}: as much again")
    if trend is not None and sign * trend <= -0.01 and past.lately > 0:
        back = sign * (past.before / past.lately - 1)
        return _percent(back, f"{_trend(subject)}: back to where it was")
    best = past.best(good)
    half = sign * (best.value / past.median - 1) / 2
    return _percent(half, f"half the way from the median to the best {past.grain}, {_named(best, past.grain)}")


def _percent(share: float, why: str) -> tuple[int, str]:
    percent = max(1, int(share * 100 + 1e-9))
    return (MOST, f"{why}, but {MOST}% at most") if percent > MOST else (percent, why)


# ---------------------------------------------------------------- words


def _goal_name(subject: Subject, taken: set[str]) -> str:
    good = good_way(subject)
    wanted = format_name(f"{'lower' if good == 'lower' else 'raise'}_{subject.name}")
    return wanted if wanted not in taken else format_name(f"{wanted.strip('`')}_again")


def _kind(subject: Subject) -> str:
    words = set(re.findall(r"[^\W_]+", f"{subject.name} {subject.label}".casefold()))
    return next((kind for kind, known in _KINDS if words & known), "")


def _was(subject: Subject) -> str:
    good = good_way(subject)
    said_of = _median(subject)
    if good in ("higher", "lower"):
        said_of += f"; {_best(subject, subject.past.best(good))}"
    return "; ".join(filter(None, (said_of, _trend(subject))))


def _median(subject: Subject) -> str:
    past = subject.past
    return f"median of the last {len(past.spans)} {past.grain}s {said(past.median, subject.type, subject.format)}"


def _best(subject: Subject, best: Span) -> str:
    return f"best {subject.past.grain} {_named(best, subject.past.grain)} {said(best.value, subject.type, subject.format)}"


def _trend(subject: Subject) -> str:
    """`the last 4 quarters against the 4 before +20.4%`; of what does not add up, the two medians; '' where nothing can be compared."""
    past = subject.past
    many = past.compared
    if not many:
        return ""
    last = f"the last {past.grain}" if many == 1 else f"the last {many} {past.grain}s"
    earlier = "the one before" if many == 1 else f"the {many} before"
    if past.a_year_apart and many < past.year:
        earlier = "the same a year before"
    if past.adds_up and past.growth is not None:
        return f"{last} against {earlier} {'−' if past.growth < 0 else '+'}{abs(past.growth):.1%}"
    lately, before = (said(value, subject.type, subject.format) for value in (past.lately, past.before))
    return f"{'' if many == 1 else 'median of '}{last} {lately}, of {earlier} {before}"


def _named(span: Span, grain: str) -> str:
    """`2025-Q4`, `2026-03`; the first day of a quarter that is none of the calendar's year."""
    if grain == "month":
        return f"{span.start:%Y-%m}"
    return f"{span.start.year}-Q{span.start.month // 3 + 1}" if span.start.month % 3 == 1 else f"from {span.start}"


def _over(past: Past) -> str:
    """The latest span: `2025`, or its days."""
    start, end = past.baseline[0].start, past.spans[-1].end
    if (start.month, end) == (1, start.replace(year=start.year + 1)):
        return str(start.year)
    return f"{start}..{end - dt.timedelta(1)}"
