"""The aggregate table: what each `Agg.func` is in SQL, with its condition as FILTER where the engine has it and as CASE where not.

A sum of nothing is null (the plan fills zeros); percentiles are exact and interpolated (S31); first and last skip null order keys.
"""

from __future__ import annotations

from sqlglot import exp

from kpidsl.model.expr import Agg, Lit
from kpidsl.sql import nodes as n
from kpidsl.sql.nodes import Node
from kpidsl.sql.speak import AggBuilder, Speaker, agg


def filtered(s: Speaker, call: Node, where: Node | None) -> Node:
    return call if where is None else exp.Filter(this=call, expression=exp.Where(this=where))


def kept(s: Speaker, value: Node, where: Node | None) -> tuple[Node, Node | None]:
    """The value and the condition for FILTER, or the value under CASE for engines without it."""
    if where is None or s.dialect.filter_clause:
        return value, where
    return n.when(where, value), None


def _plain(name: str, function: str, *dialects: str) -> None:
    def build(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
        value, rest = kept(s, args[0], where)
        return filtered(s, n.call(function, value), rest)

    agg(name, *dialects)(build)


_plain("sum", "SUM")
_plain("count", "COUNT")
_plain("any", "ANY_VALUE")


@agg("count_rows")
def count_rows(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
    if where is not None and not s.dialect.filter_clause:
        return n.call("COUNT", n.when(where, n.number(1)))
    return filtered(s, exp.Count(this=exp.Star()), where)


@agg("count_distinct")
def count_distinct(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
    """Distinct values that are not null; of several columns, distinct combinations in which none is null."""
    value = args[0] if len(args) == 1 else s.combination(a, args)
    if s.dialect.collate_equality and len(args) == 1 and a.args[0].type.kind == "text":
        value = s.exact(value)
    value, rest = kept(s, value, where)
    return filtered(s, exp.Count(this=exp.Distinct(expressions=[value])), rest)


@agg("avg")
def avg(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
    value, rest = kept(s, args[0], where)
    if s.dialect.avg_is_double:
        return filtered(s, n.call("AVG", value), rest)
    if a.args[0].type.kind == "number":
        return filtered(s, n.call("AVG", value), rest)
    return s.cast(filtered(s, n.call("AVG", value), rest), "number")


def _extreme(name: str, function: str, of_bool: str) -> None:
    def build(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
        kind = a.args[0].type.kind
        value = s.exact(args[0]) if kind == "text" and s.dialect.exact_text else args[0]
        value, rest = kept(s, value, where)
        called = of_bool if kind == "bool" and s.dialect.bool_extremes else function
        return filtered(s, n.call(called, value), rest)

    agg(name)(build)


_extreme("min", "MIN", "BOOL_AND")
_extreme("max", "MAX", "BOOL_OR")


def _any_by_extreme(*dialects: str) -> None:
    def build(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
        called = "BOOL_OR" if a.args[0].type.kind == "bool" and s.dialect.bool_extremes else "MAX"
        value, rest = kept(s, args[0], where)
        return filtered(s, n.call(called, value), rest)

    agg("any", *dialects)(build)


_any_by_extreme("sqlite", "postgres")


def _sample(name: str, function: str, *dialects: str) -> AggBuilder:
    def build(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
        value = args[0] if a.args[0].type.kind == "number" else s.cast(args[0], "number")
        value, rest = kept(s, value, where)
        return filtered(s, n.call(function, value), rest)

    return agg(name, *dialects)(build)


_sample("stddev", "STDDEV_SAMP")
_sample("variance", "VAR_SAMP")


def share_of(a: Agg) -> Node:
    return n.number(format(a.percent if a.percent is not None else 0, "f"))


@agg("percentile", "duckdb")
def percentile_duckdb(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
    """Interpolated in double precision: of decimals DuckDB would interpolate within their scale."""
    if a.discrete:
        return filtered(s, n.call("QUANTILE_DISC", args[0], share_of(a)), where)
    value = args[0] if a.args[0].type.kind == "number" else s.cast(args[0], "number")
    if a.percent is not None and a.percent * 2 == 1:
        return filtered(s, n.call("MEDIAN", value), where)
    return filtered(s, n.call("QUANTILE_CONT", value, share_of(a)), where)


@agg("percentile")
def percentile_within(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
    value = args[0]
    if not a.discrete and a.args[0].type.kind != "number":
        value = s.cast(value, "number")
    if a.discrete and a.args[0].type.kind == "text" and s.dialect.exact_text:
        value = s.exact(value)
    value, rest = kept(s, value, where)
    order = exp.Order(expressions=[exp.Ordered(this=value)])
    function = "PERCENTILE_DISC" if a.discrete else "PERCENTILE_CONT"
    return filtered(s, exp.WithinGroup(this=n.call(function, share_of(a)), expression=order), rest)


def _ordered_first(s: Speaker, a: Agg, where: Node | None, keep: Node | None = None) -> Node | None:
    """The condition under which a row takes part: the caller's, and a first order key that is not null."""
    key = a.args[1]
    if isinstance(key, Lit):
        return where
    known = n.not_null(s.value(key))
    return known if where is None else n.both(where, known)


def _by_extreme(name: str, function: str) -> None:
    def build(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
        """ARG_MIN passes rows by whose value is null; ARG_MIN_NULL keeps them."""
        by = args[1] if len(args) == 2 else n.call("ROW", *args[1:])
        return filtered(s, n.call(function, args[0], by), _ordered_first(s, a, where))

    agg(name, "duckdb")(build)


_by_extreme("first", "ARG_MIN_NULL")
_by_extreme("last", "ARG_MAX_NULL")


def _by_array(name: str, descending: bool) -> None:
    def build(s: Speaker, a: Agg, args: list[Node], where: Node | None) -> Node:
        keys = [s.order(key, value, descending) for key, value in zip(a.args[1:], args[1:], strict=True)]
        listed = n.call("ARRAY_AGG", exp.Order(this=args[0], expressions=keys))
        kept_rows = filtered(s, listed, _ordered_first(s, a, where))
        return exp.Bracket(this=exp.Paren(this=kept_rows), expressions=[n.number(1)])

    agg(name, "postgres")(build)


_by_array("first", False)
_by_array("last", True)
