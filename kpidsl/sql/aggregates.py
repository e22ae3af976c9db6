"""The aggregate table: what each `Agg.func` is in SQL, with its condition as FILTER where the engine has it and as CASE where not.

A sum of nothing is null (the plan fills zeros); percentiles are exact and interpolated (S31); first and last skip null order keys.
"""

from __future__ import annotations

from kpidsl.model.expr import Agg, Fn
from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.speak import AggCall, Call, agg
from kpidsl.sql.tree import Node


def filtered(call: Node, where: Node | None) -> Node:
    return call if where is None else tree.Filtered(call, where)


def over_kept(x: AggCall, function: str, value: Node) -> Node:
    """FUNCTION(value) over the rows that count: by FILTER, or by CASE inside for engines without it."""
    if x.where is None or x.s.dialect.filter_clause:
        return filtered(n.call(function, value), x.where)
    return n.call(function, n.when(x.where, value))


def kept(x: AggCall, value: Node) -> Node:
    """The value, under CASE where the engine has no FILTER."""
    return value if x.where is None or x.s.dialect.filter_clause else n.when(x.where, value)


def rest(x: AggCall, call: Node) -> Node:
    return filtered(call, x.where) if x.s.dialect.filter_clause else call


def double(x: AggCall) -> Node:
    return x[0] if x.kind(0) == "number" else x.s.cast(x[0], "number")


def _plain(name: str, function: str) -> None:
    def build(x: AggCall) -> Node:
        return over_kept(x, function, x[0])

    agg(name)(build)


_plain("count", "COUNT")
_plain("any", "ANY_VALUE")


@agg("sum")
def sum_of(x: AggCall) -> Node:
    return Call(x.s, Fn("total", x.agg.args, x.agg.type), [over_kept(x, "SUM", x[0])]).to("total")


@agg("count_rows")
def count_rows(x: AggCall) -> Node:
    if x.where is not None and not x.s.dialect.filter_clause:
        return n.call("COUNT", n.when(x.where, n.number(1)))
    return filtered(n.count_rows(), x.where)


@agg("count_distinct")
def count_distinct(x: AggCall) -> Node:
    """Distinct values that are not null; of several columns, distinct combinations in which none is null."""
    value = x[0] if len(x.args) == 1 else x.s.combination(x.agg, x.args)
    if x.s.dialect.collate_equality and len(x.args) == 1 and x.kind(0) == "text":
        value = x.s.exact(value)
    return rest(x, n.count_distinct(kept(x, value)))


@agg("avg")
def avg(x: AggCall) -> Node:
    """In double precision: the mean is converted where it has more digits, its argument where the mean would have too few."""
    if x.s.dialect.average == "short":
        return over_kept(x, "AVG", double(x))
    mean = over_kept(x, "AVG", x[0])
    return x.s.cast(mean, "number") if x.s.dialect.average == "exact" and x.kind(0) != "number" else mean


def extreme(name: str, function: str, of_bool: str, *dialects: str) -> None:
    def build(x: AggCall) -> Node:
        kind = x.kind(0)
        value = x.s.exact(x[0]) if kind == "text" and name != "any" else x[0]
        return over_kept(x, of_bool if kind == "bool" and x.s.dialect.bool_extremes else function, value)

    agg(name, *dialects)(build)


extreme("min", "MIN", "BOOL_AND")
extreme("max", "MAX", "BOOL_OR")


def _sample(name: str, function: str) -> None:
    def build(x: AggCall) -> Node:
        return over_kept(x, function, double(x))

    agg(name)(build)


_sample("stddev", "STDDEV_SAMP")
_sample("variance", "VAR_SAMP")


def share_of(a: Agg) -> Node:
    return n.number(format(a.percent if a.percent is not None else 0, "f"))


@agg("percentile")
def percentile_within(x: AggCall) -> Node:
    value = x[0] if x.agg.discrete else double(x)
    if x.agg.discrete and x.kind(0) == "text" and x.s.dialect.exact_text:
        value = x.s.exact(value)
    key = tree.Key(kept(x, value), nulls_told=False)
    function = "PERCENTILE_DISC" if x.agg.discrete else "PERCENTILE_CONT"
    return rest(x, tree.Within(n.call(function, share_of(x.agg)), key))


def taking_part(x: AggCall) -> Node:
    """The rows that first and last look at: the caller's, with a first order key that is not null."""
    known = n.not_null(x.s.value(x.agg.args[1]))
    return known if x.where is None else n.both(x.where, known)
