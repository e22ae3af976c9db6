"""Functions over time: `trailing(revenue, 28 days)`, `conversion(trials, orders, by: user_id)`. Comes in: a call. Goes out: an error where
its arguments are none of what the function takes; what they compute is a later version's work."""

from __future__ import annotations

from kpidsl.diagnostic import fail, similar
from kpidsl.model.functions import GRAINS
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.record import dataclass
from kpidsl.syntax import ast

PERIODS = (*GRAINS[1:], "half")


@dataclass(frozen=True, slots=True)
class OverTime:
    """How a function is written, and what it means. plain: number of unnamed arguments, of which `values` are metrics; second: what else
    stands there, a "length" of time or a "period"; named: what stands behind a colon; needed: the names that may not be left out."""

    usage: str
    meaning: str
    plain: int = 2
    values: int = 1
    second: str = ""
    named: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


FUNCTIONS = {
    "trailing": OverTime(
        "trailing(revenue, 28 days)",
        "the metric over so many days, the period's last one included. `read: first` or `average` says what a coarser period shows",
        second="length",
        named=("read",),
    ),
    "to_date": OverTime("to_date(revenue, year)", "the metric from the start of the year on", second="period"),
    "running": OverTime("running(revenue)", "the metric over everything so far", plain=1),
    "prior": OverTime("prior(revenue, 1 year)", "the metric so much earlier", second="length"),
    "growth": OverTime(
        "growth(revenue, 1 year)", "what changed since then, as a part of what was; null where that is 0 or less", second="length"
    ),
    "at_start": OverTime("at_start(revenue, year)", "the metric in the year's first period", second="period"),
    "at_end": OverTime("at_end(revenue, year)", "the metric in the year's last period", second="period"),
    "conversion": OverTime(
        "conversion(trials, orders, by: user_id, within: 14 days)",
        "the share of the first rows to which one of the second is credited: each goes to its entity's latest earlier one",
        values=2,
        named=("by", "within"),
        needed=("by",),
    ),
    "conversions": OverTime(
        "conversions(trials, orders, by: user_id, within: 14 days)",
        "how many of the second rows are credited to the first ones, at their time",
        values=2,
        named=("by", "within"),
        needed=("by",),
    ),
    "retention": OverTime(
        "retention(orders, by: customer_id, after: 1 month)",
        "the share of those who began in a period that is active in the n-th one after it; null until that is over",
        plain=1,
        named=("by", "after"),
        needed=("after",),
    ),
    "churn": OverTime(
        "churn(orders, by: customer_id, after: 1 month)", "the rest of that share", plain=1, named=("by", "after"), needed=("after",)
    ),
    "ltv": OverTime(
        "ltv(buyers, after: 12 months)",
        "what a member of the cohort brought by then, of members for whom it is over; without `after:` by the cohort's horizon",
        plain=1,
        named=("after",),
    ),
}
READ = ("last", "first", "average")


def usage(name: str) -> str:
    """How a function is written."""
    return FUNCTIONS[name].usage


def check_shape(node: ast.Call) -> None:
    """Raises KPI037 where the number or the names of the arguments are wrong, or a length of time is none."""
    name, wanted = node.name.text, FUNCTIONS[node.name.text]
    written = f"it is written {wanted.usage}"
    plain = [a.value for a in node.args if a.name is None]
    if len(plain) != wanted.plain:
        plural = "" if wanted.plain == 1 else "s"
        fail("KPI037", f"`{name}` takes {wanted.plain} argument{plural}, this has {len(plain)}", node.span, help=written)
    named = {a.name.text: a for a in node.args if a.name is not None}
    for word, arg in named.items():
        if word not in wanted.named:
            fail("KPI037", f"`{name}` has no argument called `{word}`", arg.span, help=written)
    for word in wanted.needed:
        if word not in named:
            fail("KPI037", f"`{name}` needs `{word}:`", node.span, help=written)
    lengths = [plain[1]] if wanted.second == "length" else []
    lengths += [named[word].value for word in ("within", "after") if word in named]
    for length in lengths:
        if not isinstance(length, ast.Duration) or length.amount < 1:
            fail("KPI037", f"`{length.span.text}` is not a length of time", length.span, help=written)
    if "read" in named:
        how = named["read"].value
        if not isinstance(how, ast.Path) or how.text not in READ:
            fail("KPI037", f"`read:` cannot be `{how.span.text}`", how.span, help=f"write one of {', '.join(READ)}")


def check_names(resolver: Questions, scope: Scope, node: ast.Call, sources: list[str]) -> None:
    """Raises an error where a period, or the column of `by:` in one of the sources, does not exist."""
    wanted = FUNCTIONS[node.name.text]
    plain = [a.value for a in node.args if a.name is None]
    if wanted.second == "period":
        period = plain[1]
        known = (*PERIODS, *resolver.calendar.own_words)
        if period.span.text not in known:
            near = similar(period.span.text, known)
            help = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(known)}"
            fail("KPI039", f"`{period.span.text}` is not a period", period.span, help=help)
    for arg in node.args:
        if arg.name is not None and arg.name.text == "by":
            for source in sources:
                dim = resolver.dim(arg.value, scope, [source])
                resolver.bind(dim, resolver.sources[source], arg.value.span)
