"""duckdb"""

from __future__ import annotations

HERE = "duckdb"


@agg("count_distinct", HERE)
def count_distinct_duckdb(x: AggCall) -> Node:
    """Under CASE: with FILTER DuckDB 2.0 takes twice as long."""
    value = x[0] if len(x.args) == 1 else x.s.combination(x.agg, x.args)
    return exp.Count(this=exp.Distinct(expressions=[value if x.where is None else n.when(x.where, value)]))


@agg("percentile", HERE)
def percentile_duckdb(x: AggCall) -> Node:
    """Interpolated in double precision: of decimals DuckDB would interpolate within their scale."""
    share = x.agg.percent
    if x.agg.discrete:
        call = n.call("QUANTILE_DISC", x[0], share_of(x.agg))
    elif share is not None and share * 2 == 1:
        call = n.call("MEDIAN", double(x))
    else:
        call = n.call("QUANTILE_CONT", double(x), share_of(x.agg))
    return filtered(call, x.where)


@op("get", HERE)
def get_duckdb(x: Call) -> Node:
    keys = keys_of(x)
    if not has_pairs(x):
        return n.call("JSON_EXTRACT_STRING", n.call_cast("TRY_CAST", x[0], "JSON"), n.text(json_path(keys)))
    name = n.name("pair")
    test = n.eq(exp.Dot(this=n.name("pair"), expression=n.name("key")), n.text(keys[0]))
    found = n.call("LIST_FILTER", x[0], exp.Lambda(this=test, expressions=[name], colon=True))
    value = exp.Dot(this=n.item(found, 1), expression=n.name("value"))
    return _value_of_pair(n.call("TO_JSON", value), keys[1:])


@op("round", HERE)
def round_doubles(x: Call) -> Node:
    """1.005 is a little less than that as a double; the last place is lifted, so that it rounds as it reads (and as elsewhere)."""
    if x.kind(0) in ("int", "decimal"):
        return round_off(x)
    lifted = n.mul(x[0], n.number("1.000000000000001"))
    digits = digits_of(x.fn)
    return n.call("ROUND", lifted, n.number(digits)) if digits else n.call("ROUND", lifted)
