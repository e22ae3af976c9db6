"""Programs made by hypothesis: whole syntax trees without places, every node type of `ast.py` among them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kpidsl.span import Source, Span
from kpidsl.syntax import ast
from kpidsl.syntax.tables import RESERVED, tables

NOWHERE = Span(Source("", ""), 0, 0)
WORDS = [
    *sorted(tables().keywords),
    "umsatz",
    "营收",
    "prénom",
    "a",
    "x_1",
    "Order Date",
    "25",
    "a.b",
    "é è",
    "EUR",
    "TOP",
    "sum",
    "e5",
    "days",
]
CURRENCIES = ["EUR", "USD", "TRY", "TOP", "ALL"]

names = st.sampled_from(WORDS).map(lambda word: ast.Ident(NOWHERE, word))
plain = st.sampled_from([word for word in WORDS if word.isidentifier() and word.lower() not in RESERVED]).map(
    lambda word: ast.Ident(NOWHERE, word)
)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", '"', "'", "it's", 'a "b"', "two\nlines", "back\\slash", "\x01", '"""', "# no comment", "\t", "\u202e", "é"]
)
labels = st.none() | texts
wholes = st.integers(0, 10**7)
paths = st.lists(names, min_size=1, max_size=3).map(lambda parts: ast.Path(NOWHERE, tuple(parts)))


def node(kind: Any, *parts: Any) -> Any:
    return st.builds(kind, st.just(NOWHERE), *parts)


def some(part: Any, least: int = 1, most: int = 3) -> Any:
    return st.lists(part, min_size=least, max_size=most).map(tuple)


def maybe(part: Any) -> Any:
    return st.none() | part


@st.composite
def numbers(draw: Any) -> tuple[int | Decimal, str]:
    whole = draw(wholes)
    text = f"{whole:_}" if draw(st.booleans()) else str(whole)
    if draw(st.booleans()):
        text += f".{draw(st.integers(0, 999))}"
        return Decimal(text.replace("_", "")), text
    return whole, text


number = numbers().map(lambda pair: ast.Number(NOWHERE, *pair))
percent = numbers().map(lambda pair: ast.Percent(NOWHERE, Decimal(pair[0]).scaleb(-2), pair[1]))
money = st.builds(lambda pair, code: ast.Money(NOWHERE, Decimal(pair[0]), code, pair[1]), numbers(), st.sampled_from(CURRENCIES))
duration = node(
    ast.Duration, st.integers(0, 10_000), st.sampled_from(["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
)
day = node(ast.Date, st.dates())
timestamp = node(ast.Timestamp, st.datetimes())
years = st.integers(1, 9999)
year = st.builds(ast.Period, st.just(NOWHERE), st.just("year"), years, st.just(1))
period = st.one_of(
    st.builds(ast.Period, st.just(NOWHERE), st.just("half"), years, st.integers(1, 2)),
    st.builds(ast.Period, st.just(NOWHERE), st.just("quarter"), years, st.integers(1, 4)),
    st.builds(ast.Period, st.just(NOWHERE), st.just("month"), years, st.integers(1, 12)),
    st.builds(ast.Period, st.just(NOWHERE), st.just("week"), years, st.integers(1, 52)),
)
text_node = node(ast.Text, texts)
leaves = st.one_of(
    paths, paths, number, percent, money, duration, day, timestamp, period, text_node, node(ast.Bool, st.booleans()), node(ast.Null)
)
bounds = st.one_of(paths, day, timestamp, period, year)


def ranges(side: Any) -> Any:
    both = node(ast.Range, maybe(side), maybe(side))
    return both.filter(lambda range_: range_.start is not None or range_.end is not None)


def _deeper(inner: Any) -> Any:
    negated = st.booleans()
    args = node(ast.Arg, maybe(names), inner | ranges(bounds) | text_node)
    return st.one_of(
        node(ast.Binary, st.sampled_from(["+", "-", "*", "/", "and", "or", "=", "<>", "<", "<=", ">", ">="]), inner, inner),
        node(ast.Unary, st.sampled_from(["-", "not"]), inner),
        node(ast.InList, inner, some(inner), negated),
        node(ast.Between, inner, inner, inner, negated),
        node(ast.IsNull, inner, negated),
        node(ast.Like, inner, inner, negated),
        node(ast.Case, maybe(inner), some(node(ast.When, inner, inner), most=2), maybe(inner)),
        st.builds(lambda name, given, once: ast.Call(NOWHERE, name, given, once and bool(given)), names, some(args, 0), st.booleans()),
        node(ast.Where, inner, inner),
        node(ast.At, inner, some(inner, most=2)),
        node(ast.AtTime, inner, paths),
        node(ast.Via, inner, names),
        node(ast.Tuple, some(inner, 2)),
    )


calls = st.builds(lambda name, path: ast.Call(NOWHERE, name, (ast.Arg(NOWHERE, None, path),)), names, paths)
exprs = st.recursive(leaves, _deeper, max_leaves=12)
moments = st.one_of(period, year, day, ranges(bounds), paths)
since = st.one_of(period, year, day, paths)
types = st.builds(ast.TypeName, st.just(NOWHERE), names, some(paths | number, 0, 2), labels, maybe(names))

# ---------------------------------------------------------------- queries

compares = node(ast.Compare, st.sampled_from(["year", "period", "month"]), st.booleans())
orders = node(ast.OrderItem, exprs, st.booleans())
tops = node(ast.Top, wholes, maybe(exprs), st.booleans())
by = some(exprs, 0, 2)
subjects = node(ast.Subject, st.sampled_from(["funnel", "cohort"]), names)


@st.composite
def queries(draw: Any) -> ast.Query:
    values = draw(st.booleans())
    subject = None if values else draw(maybe(subjects))
    return ast.Query(
        NOWHERE,
        () if values or subject is not None else draw(some(exprs)),
        draw(some(paths | calls)) if values else draw(by),
        draw(maybe(exprs)),
        draw(maybe(moments)),
        draw(maybe(duration)),
        draw(maybe(compares)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(some(orders, 0, 2)),
        draw(maybe(tops)),
        values,
        subject,
    )


# ---------------------------------------------------------------- items and declarations

describe = node(ast.Describe, texts)
locale_label = node(ast.LocaleLabel, st.sampled_from(["it", "zh-Hant", "is", "in", "or", "es-419", "ro"]), texts)
owner = node(ast.Owner, texts)
about = describe | locale_label
owned = about | owner
better = node(ast.Better, st.sampled_from(["higher", "lower"])) | node(ast.Better, st.just("between"), exprs, exprs)
category = node(ast.Category, names)
needs = node(ast.Needs, number, paths)


def items(*kinds: Any) -> Any:
    return some(st.one_of(*kinds), 0, 3)


column = node(
    ast.Column,
    names,
    types,
    labels,
    maybe(exprs),
    items(about, node(ast.Flag, st.sampled_from(["pii", "not null", "not additive"])), node(ast.From, texts)),
)
join = st.builds(
    ast.Join,
    st.just(NOWHERE),
    st.sampled_from(["one", "last", "first"]),
    names,
    names,
    some(node(ast.OnPair, names, names)),
    maybe(ranges(bounds)),
    maybe(paths),
    maybe(paths),
    maybe(duration),
    maybe(exprs),
)
options = some(st.builds(ast.Arg, st.just(NOWHERE), names, exprs), 0, 2)
origins = st.one_of(
    node(ast.FromTable, paths),
    node(ast.FromFile, text_node, options),
    node(ast.FromSql, text_node),
    node(ast.FromUnion, some(names), maybe(names)),
    node(ast.FromGrain, names, some(names)),
)
target = st.builds(
    ast.Target,
    st.just(NOWHERE),
    st.sampled_from(["target", "stretch"]),
    st.sampled_from(["=", "<", "<=", ">", ">="]),
    exprs,
    st.none(),
    maybe(names),
    maybe(exprs),
    maybe(since),
    labels,
)
target_between = st.builds(ast.Target, st.just(NOWHERE), st.just("target"), st.just("between"), exprs, exprs, maybe(names))
conditions = st.one_of(
    node(ast.Anomaly, st.sampled_from(["", "above", "below"]), number, duration),
    node(ast.Threshold, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), exprs, maybe(duration)),
    node(ast.Movement, st.sampled_from(["falls", "rises"]), exprs, plain.map(lambda name: name.text)),
)
facts = some(st.tuples(st.sampled_from(WORDS), st.one_of(names, text_node, number, percent, money, period, day)), 0, 3)
blocks = st.sampled_from(["", "\n    a, b\n    1, 2\n  ", 'x "y"\n', "# no comment\n"])
tile_period = node(ast.PeriodItem, duration, st.none()) | node(
    ast.PeriodItem, st.none(), st.one_of(period, year, day, ranges(st.one_of(period, year, day)))
)
translations = some(node(ast.LocaleLabel, st.sampled_from(["it", "zh-Hant", "in"]), texts), 0, 2)
tiles = st.one_of(
    node(ast.Question, texts, translations),
    tile_period,
    node(ast.GoalTile, some(names)),
    node(ast.KpiTile, some(paths)),
    node(ast.ShowTile, queries(), maybe(names), st.just("T"), translations),
    node(ast.ShowTile, queries(), maybe(names), labels),
    node(ast.NamedTile, st.sampled_from(["funnel", "cohort", "scorecard", "report", "journey"]), names, by, labels),
    node(ast.NamedTile, st.sampled_from(["matrix", "findings"]), st.none(), st.just(()), labels),
    node(ast.TextTile, texts, translations),
)
watch = node(ast.Watch, exprs, by, maybe(names), items(needs, node(ast.Quiet, duration)))

declarations = st.one_of(
    node(
        ast.Calendar,
        items(
            node(ast.Zone, texts),
            node(ast.WeekStarts, names),
            node(ast.YearStarts, names),
            node(ast.Holidays, some(exprs)),
            node(ast.CalendarGrain, names, paths),
        ),
    ),
    node(ast.Param, names, labels, types, maybe(exprs)),
    node(ast.Use, paths, maybe(some(names)), some(node(ast.Binding, names, exprs), 0, 2), maybe(paths)),
    node(ast.Need, names, types, labels, items(about)),
    node(
        ast.SourceDecl,
        names,
        labels,
        origins,
        items(
            column,
            column,
            join,
            owned,
            node(ast.Key, some(names)),
            node(ast.TimeColumn, names),
            node(ast.Begins, since),
            node(ast.CompleteThrough, since),
            node(ast.Settles, duration),
        ),
    ),
    node(ast.Dimension, names, labels, some(exprs), items(about)),
    node(ast.Segment, names, labels, exprs, items(about)),
    node(
        ast.Metric,
        names,
        labels,
        exprs,
        items(
            owned,
            better,
            category,
            node(ast.UnitItem, types),
            node(ast.FormatItem, texts),
            node(ast.Absent),
            node(ast.Mature, duration),
            node(ast.Vanity, some(names, 0)),
            node(ast.Deprecated, texts),
        ),
    ),
    node(ast.Report, names, labels, queries(), items(owned)),
    node(ast.Materialize, queries()),
    node(
        ast.Goal,
        names,
        labels,
        items(
            owned,
            node(ast.GoalKind, names),
            node(ast.Measure, exprs),
            node(ast.Change, st.sampled_from(["increase", "reduce"]), exprs, maybe(moments)),
            node(ast.Reach, exprs, maybe(since)),
            node(ast.Keep, exprs, exprs),
            node(ast.Deadline, since),
            node(ast.Review, names),
            node(ast.Because, texts),
            node(ast.Parent, names),
        ),
    ),
    node(
        ast.Kpi,
        paths,
        labels,
        maybe(names),
        items(
            owned,
            better,
            category,
            needs,
            target,
            target_between,
            node(ast.TargetFrom, paths, maybe(names), by),
            node(ast.Stage, names),
            node(ast.Tier, names),
            node(ast.Warn, exprs),
            node(ast.Pace, names),
            node(ast.Benchmark, exprs, facts),
            node(ast.Advice, names, texts),
        ),
    ),
    node(ast.Vocabulary, st.sampled_from(["audience", "tier", "kind"]), names, labels, items(about)),
    node(ast.Journey, names, labels, some(node(ast.JourneyStage, names, labels), 0)),
    node(
        ast.Funnel,
        names,
        labels,
        items(
            owned,
            node(ast.Entity, names),
            node(ast.Within, duration),
            node(ast.StageOrder, st.sampled_from(["strict", "ordered", "any"]).map(lambda word: ast.Ident(NOWHERE, word))),
            node(ast.Exclude, exprs),
            node(ast.Same, some(names)),
            node(ast.FunnelStage, names, labels, exprs, st.booleans()),
        ),
    ),
    node(
        ast.Cohort,
        names,
        labels,
        exprs,
        items(owned, node(ast.Entity, names), node(ast.Start, exprs), node(ast.Each, names, maybe(duration))),
    ),
    node(ast.Alert, names, labels, items(owned, watch, node(ast.AlertWhen, some(conditions)), node(ast.Do, texts))),
    node(
        ast.Scorecard,
        names,
        labels,
        labels,
        by,
        maybe(names),
        items(
            owned,
            node(ast.Weigh, paths, percent | number, maybe(exprs), maybe(exprs)),
            node(ast.Pay, some(node(ast.PayPoint, exprs, exprs))),
        ),
    ),
    node(ast.Dashboard, names, labels, maybe(names), items(owned, tiles, tiles)),
    node(ast.Test, texts, items(node(ast.Given, names, blocks), node(ast.Expect, queries(), blocks), node(ast.AsOf, since))),
)
files = some(declarations, 0, 4).map(lambda found: ast.File(NOWHERE, found))
