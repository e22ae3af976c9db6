"""Aggregate calls: `sum(orders.amount where paid)` in metrics, aggregate columns and coarser grains. Comes in: the call and whose rows it
reads. Goes out: a typed `Agg` with its filter and pick, or an error about fan-out, additivity or types."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

from kpidsl.diagnostic import Label, fail, similar
from kpidsl.model import units
from kpidsl.model.additivity import value_fields, why_not_additive
from kpidsl.model.expr import Agg, CaseOf, Expr, Field, Fn, Type, fields, rebase
from kpidsl.model.functions import GRAINS
from kpidsl.model.grain import paths
from kpidsl.model.model import Pick, SourceModel
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.rows import RowContext, RowResolver
from kpidsl.model.rules import describe
from kpidsl.record import dataclass, replace
from kpidsl.syntax import ast

NAMED = {
    "first": ("over",),
    "last": ("over",),
    "percentile": ("discrete",),
}
PICKS = ("latest", "earliest", "per", "active")
NUMERIC_ONLY = ("sum", "avg", "median", "percentile", "stddev", "variance")
COUNTED_TWICE = ("sum", "avg", "median", "percentile", "stddev", "variance", "count")


@dataclass(frozen=True, slots=True)
class Call:
    """What to resolve: the call, its scope, and the source whose rows it reads (None: found from the names). inside: in a source."""

    node: ast.Call
    scope: Scope
    root: SourceModel | None = None
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A resolved aggregate; `condition` is its inner `where` (already in `agg.where` when inside a source)."""

    source: SourceModel
    agg: Agg
    zero: bool
    additive: bool
    condition: Expr | None = None
    pick: Pick | None = None
    alive: tuple[Expr, Expr] | None = None


def aggregate_call(resolver: Questions, call: Call) -> Made:
    """Resolves one aggregate call."""
    node, name = call.node, call.node.name.text
    plain = [a.value for a in node.args if a.name is None]
    named = {a.name.text: a for a in node.args if a.name is not None}
    allowed = (*NAMED.get(name, ()), *PICKS)
    for word, arg in named.items():
        if word not in allowed:
            fail("KPI037", f"`{name}` has no argument called `{word}`", arg.span, help=f"it takes {', '.join(w + ':' for w in allowed)}")
    wanted = 2 if name == "percentile" else 1
    if len(plain) != wanted:
        usage = {
            "percentile": "percentile(orders.amount, 90%)",
            "count": "count(orders), count(orders.paid_at) or count(distinct orders.customer_id)",
        }
        fail(
            "KPI037",
            f"`{name}` takes {wanted} argument{'s' if wanted > 1 else ''}, this has {len(plain)}",
            node.span,
            help=f"it is written {usage.get(name, name + '(orders.amount)')}",
        )
    if node.distinct and name != "count":
        fail("KPI037", f"`distinct` has no meaning in `{name}`", node.span, help="count(distinct …) counts different values")
    value, where = (plain[0].value, plain[0].condition) if isinstance(plain[0], ast.Where) else (plain[0], None)
    root = call.root or resolver.grain.root_of(_heads(resolver, call), node.span)
    rows = RowResolver(resolver, RowContext(root, call.scope, "columns", what="the inside of an aggregate"))
    condition = None if where is None else rows.condition(where, "`where`")

    whole = _is_source(value, root, call)
    if whole:
        if name != "count" or node.distinct:
            fail(
                "KPI038",
                f"`{root.name}` is rows, not a value",
                value.span,
                help=f"count({root.name}) counts them; {name} needs a column: {name}({root.name}.…)",
            )
        agg = Agg("count_rows", (), Type("int", units.counted(noun(root.name))), condition if call.inside else None)
        made = Made(root, agg, True, True, condition)
    else:
        made = _of_value(resolver, call, root, rows, value, plain, named, condition)
    if "active" in named:
        return _alive(node, made, rows, named, call.inside)
    if "latest" in named or "earliest" in named or "per" in named:
        made = replace(made, pick=_pick(resolver, node, root, rows, named), additive=False)
        if call.inside:
            fail(
                "KPI064",
                "`latest:` picks rows for a metric, not in a column",
                node.span,
                help="use first(…, over: time) or last(…, over: time)",
            )
    return made


def _of_value(
    resolver: Questions,
    call: Call,
    root: SourceModel,
    rows: RowResolver,
    value: ast.Expr,
    plain: list[ast.Expr],
    named: dict[str, ast.Arg],
    condition: Expr | None,
) -> Made:
    node, name = call.node, call.node.name.text
    expr = rows.resolve(value)
    kind = expr.type
    if name in NUMERIC_ONLY and not (kind.is_numeric or kind.kind == "duration"):
        tip = (
            f"write count({root.name} where {value.span.text})"
            if kind.kind == "bool"
            else f"count(distinct …), min and max take {describe(kind)}"
        )
        fail("KPI057", f"`{name}` needs numbers, this is {describe(kind)}", value.span, help=tip)
    if kind.kind in ("records", "json") and not (name == "count" and not node.distinct) and name != "any":
        fail("KPI057", f"`{name}` cannot look into {kind.kind}", value.span, help='take a value out first: get(column, "key")')
    once = name in COUNTED_TWICE and not node.distinct
    if once:
        _check_fan_out(resolver, root, expr, name, value)
    if name == "sum":
        _check_additive(resolver, root, expr, value)
    where = condition if call.inside else None
    if name == "count":
        noun_ = noun(value.parts[-1].text) if isinstance(value, ast.Path) else "row"
        func = "count_distinct" if node.distinct else "count"
        return Made(root, Agg(func, (expr,), Type("int", units.counted(noun_)), where), True, not node.distinct, condition)
    if name in ("first", "last"):
        return _first_last(resolver, call, root, rows, expr, named, condition)
    if name in ("median", "percentile"):
        percent = Decimal("0.5") if name == "median" else _percent(plain[1])
        discrete = "discrete" in named and _flag(named["discrete"])
        result = kind if discrete or kind.kind == "duration" else replace(kind, kind="number")
        return Made(root, Agg("percentile", (expr,), result, where, percent, discrete), False, False, condition)
    if name == "sum":
        return Made(root, Agg("sum", (expr,), kind, where), True, True, condition)
    if name in ("avg", "stddev", "variance"):
        unit = units.power(kind.unit, 2) if name == "variance" else kind.unit
        result = Type("number", unit) if kind.kind != "duration" or name == "variance" else kind
        return Made(root, Agg(name, (expr,), result, where), False, False, condition)
    return Made(root, Agg(name, (expr,), kind, where), False, False, condition)  # min max any


def _first_last(
    resolver: Questions, call: Call, root: SourceModel, rows: RowResolver, expr: Expr, named: dict[str, ast.Arg], condition: Expr | None
) -> Made:
    node, name = call.node, call.node.name.text
    over = named.get("over")
    word = over.value.text if over is not None and isinstance(over.value, ast.Path) else None
    grains = (*GRAINS, *resolver.calendar.own_words)
    if not call.inside and word in grains:
        return _semi_additive(resolver, node, root, expr, condition)
    if over is None:
        fail(
            "KPI037",
            f"`{name}` needs `over:`, what the rows are ordered by",
            node.span,
            help=f"it is written {name}(page, over: {root.time or 'time'})",
        )
    order = rows.resolve(over.value)
    own_time = not call.inside and root.time is not None and order == resolver.field(root, (), root.time, node.span)
    never = any(why_not_additive(resolver, root, f.name) for f in fields(expr) if not f.path)
    adds_up = expr.type.is_numeric and not expr.type.unit.is_ratio and not never
    if own_time and adds_up and root.time in root.key and len(root.key) > 1:
        return _semi_additive(resolver, node, root, expr, condition)
    keys = tuple(resolver.field(root, (), k, node.span) for k in root.key if Field((), k, root.columns[k].type) != order)
    return Made(root, Agg(name, (expr, order, *keys), expr.type, condition if call.inside else None), False, False, condition)


def _semi_additive(resolver: Questions, node: ast.Call, root: SourceModel, expr: Expr, condition: Expr | None) -> Made:
    """`last(accounts.amount, over: day)`: per rest of the key and period the row that is last in time, then added (S19)."""
    name = node.name.text
    value = node.args[0].value
    if not (expr.type.is_numeric or expr.type.kind == "duration"):
        fail("KPI057", f"`{name}` over days adds up numbers, this is {describe(expr.type)}", value.span, help="name an amount")
    _check_fan_out(resolver, root, expr, "sum", value)
    _check_additive(resolver, root, expr, value)
    if root.time is None:
        fail(
            "KPI122",
            f"`{root.name}` has no time, so no row of it is the {name}",
            node.span,
            labels=(Label(root.span, "declared without `time`"),),
            help=f"add `time COLUMN` to `{root.name}`",
        )
    order = resolver.field(root, (), root.time, node.span)
    rest = [k for k in root.key if k != root.time and not _is_day_of(root, k)]
    if len(rest) == len(root.key):
        fail(
            "KPI024",
            f"the key of `{root.name}` does not hold its time, so every row would be one of a kind and nothing is picked",
            node.span,
            labels=(Label(root.span, f"key {', '.join(root.key)}" if root.key else "declared without a key"),),
            help=f"say what one row is: key account_id, {root.time}",
        )
    keys = tuple(resolver.field(root, (), k, node.span) for k in root.key)
    pick = Pick(order, tuple(resolver.field(root, (), k, node.span) for k in rest), keys, name == "last")
    return Made(root, Agg("sum", (expr,), expr.type), False, True, condition, pick)


def _is_day_of(root: SourceModel, key: str) -> bool:
    """Whether a key column is computed from the source's time alone."""
    expr = root.columns[key].expr
    return expr is not None and [f.name for f in fields(expr)] == [root.time]


def _alive(node: ast.Call, made: Made, rows: RowResolver, named: dict[str, ast.Arg], inside: bool) -> Made:
    """`count(subscriptions, active: started_at..ended_at)`: rows that live at the period's end, start inclusive, end exclusive."""
    usage = f"{node.name.text}({made.source.name}, active: started_at..ended_at)"
    others = [word for word in named if word in PICKS and word != "active"]
    if inside or others:
        what = f"`{others[0]}:`" if others else "a column"
        fail("KPI064", f"`active:` counts a stock at a period's end and does not go with {what}", node.span, help=f"it is written {usage}")
    span = named["active"].value
    if not isinstance(span, ast.Range) or span.start is None or span.end is None:
        fail("KPI053", "`active:` needs the start and the end of a row's life", span.span, help=f"it is written {usage}")
    start, end = rows.resolve(span.start), rows.resolve(span.end)
    for expr, at in ((start, span.start), (end, span.end)):
        if not expr.type.is_temporal:
            fail("KPI051", f"`{at.span.text}` is {describe(expr.type)}, not a time", at.span, help="name a date or timestamp column")
    return replace(made, alive=(start, end))


def _percent(node: ast.Expr) -> Decimal:
    if isinstance(node, ast.Percent) and 0 <= node.value <= 1:
        return node.value
    tip = "write it between 0% and 100%"
    if isinstance(node, ast.Number) and 0 <= node.value <= 100:
        tip = f"write {node.text}%" if node.value > 1 else f"write {Decimal(node.value * 100).normalize():f}%"
    fail("KPI067", "a percentile is a percentage between 0% and 100%", node.span, help=tip)


def _flag(arg: ast.Arg) -> bool:
    if not isinstance(arg.value, ast.Bool):
        fail("KPI053", "this is true or false", arg.value.span, help="write discrete: true")
    return arg.value.value


def _pick(resolver: Questions, node: ast.Call, root: SourceModel, rows: RowResolver, named: dict[str, ast.Arg]) -> Pick:
    latest = named.get("latest") or named.get("earliest")
    per = named.get("per")
    if latest is None or per is None:
        fail(
            "KPI068",
            "`latest:` and `per:` belong together",
            node.span,
            help=f"write {node.name.text}({root.name}, latest: {root.time or 'answered_at'}, per: customer_id)",
        )
    if not root.key:
        fail(
            "KPI024",
            f"`{root.name}` needs a key, so that one of two rows at the same time is picked for good",
            node.span,
            labels=(Label(root.span, "declared without a key"),),
            help=f"add `key …` to `{root.name}`",
        )
    items = per.value.items if isinstance(per.value, ast.Tuple) else (per.value,)
    keys = tuple(resolver.field(root, (), k, node.span) for k in root.key)
    return Pick(rows.resolve(latest.value), tuple(rows.resolve(i) for i in items), keys, "latest" in named)


# ---------------------------------------------------------------- judgement on grain and additivity


SUMMED = ("add", "sub", "neg", "round", "floor", "ceil", "abs", "coalesce", "least", "greatest", "null_if", "to_number")
"""Operators whose arguments are summands of the value, not factors of it."""


def _terms(resolver: Questions, root: SourceModel, expr: Expr) -> Iterator[Expr]:
    """The summands of a value, each judged by itself; computed columns are looked into."""
    match expr:
        case Fn() if expr.op in SUMMED:
            for arg in expr.args:
                yield from _terms(resolver, root, arg)
        case CaseOf():
            for value in [v for _, v in expr.whens] + ([expr.otherwise] if expr.otherwise is not None else []):
                yield from _terms(resolver, root, value)
        case Field():
            inner = _written(resolver, root, expr)
            if inner is None:
                yield expr
            else:
                yield from _terms(resolver, root, inner)
        case _:
            yield expr


def _written(resolver: Questions, root: SourceModel, field: Field) -> Expr | None:
    """What a computed column stands for, in terms of `root`; None for columns that hold their own value."""
    holder = resolver.walk_to(root, field.path)
    column = holder.columns.get(field.name)
    if column is None or column.expr is None or holder.base is not None:
        return None
    return rebase(column.expr, field.path)


def _sides(resolver: Questions, root: SourceModel, expr: Expr) -> set[str]:
    """The roles that a term's value comes over; '' for the root's own columns (and those that one row has one of)."""
    found: set[str] = set()
    for field in value_fields(expr):
        inner = _written(resolver, root, field)
        if inner is not None:
            found |= _sides(resolver, root, inner)
        else:
            own = not field.path or root.joins[field.path[0]].one_to_one
            found.add("" if own else field.path[0])
    return found


def _check_fan_out(resolver: Questions, root: SourceModel, expr: Expr, name: str, value: ast.Expr) -> None:
    """A summand that belongs wholly to the "one" side would be taken once per row of the "many" side."""
    for term in _terms(resolver, root, expr):
        sides = _sides(resolver, root, term)
        if len(sides) == 1 and sides != {""}:
            _counted_twice(resolver, root, expr, sides.pop(), name, value)


def _counted_twice(resolver: Questions, root: SourceModel, expr: Expr, role: str, name: str, value: ast.Expr) -> NoReturn:
    found = [f for f in value_fields(resolver.grain.spelled_out(root, expr)) if f.path[:1] == (role,)]
    join = root.joins[role]
    target = resolver.sources[join.target]
    column = found[0].name if found else next(iter(target.columns), "…")
    own = found[0].path[1:] if found else ()
    way_out = ".".join((target.name, *own, column))
    fail(
        "KPI021",
        f"this would count `{value.span.text}` more than once",
        value.span,
        labels=(Label(join.span, f"many rows of `{root.name}` share one `{target.name}`"),),
        notes=(f"`{root.name}` to `{role}` is many-to-one: {name} would take the same value again for every row of `{root.name}`",),
        help=f"aggregate it where it belongs: {name}({way_out})"
        if name != "count"
        else f"count different ones: count(distinct {value.span.text})",
    )


def _check_additive(resolver: Questions, root: SourceModel, expr: Expr, value: ast.Expr) -> None:
    if expr.type.unit.is_ratio:
        fail(
            "KPI027",
            "percentages do not add up",
            value.span,
            label="a percentage",
            notes=("the sum of rates says nothing: each has its own denominator",),
            help="sum numerator and denominator apart and divide them, or use avg for an unweighted mean",
        )
    for field in value_fields(expr):
        source = resolver.walk_to(root, field.path)
        why = why_not_additive(resolver, source, field.name)
        if why:
            column = source.columns[field.name]
            fail(
                "KPI027",
                f"`{source.name}.{field.name}` must not be summed: {why}",
                value.span,
                labels=(Label(column.span, "declared here"),),
                notes=("the sum would count the same thing several times",),
                help="go back to the rows it was made from and count there, or use max, avg or any",
            )


# ---------------------------------------------------------------- names


def _heads(resolver: Questions, call: Call) -> list[SourceModel]:
    heads = resolver.grain.heads(call.node, call.scope)
    if not heads:
        _misspelt_source(resolver, call)
        columns = sorted(s.name for s in resolver.sources.values() for p in _bare(call.node) if p in s.columns)
        fail(
            "KPI038",
            f"`{call.node.name.text}` does not say of which source",
            call.node.span,
            help=f"write {call.node.name.text}({columns[0]}.{_bare(call.node)[0]})"
            if columns
            else f"write {call.node.name.text}(orders.amount)",
        )
    return heads


def _misspelt_source(resolver: Questions, call: Call) -> None:
    """`sum(order.amount)`, `count(ordrs)`: a name near a source's that is none."""
    known = call.scope.names("source")
    for arg in call.node.args:
        value = arg.value.value if isinstance(arg.value, ast.Where) else arg.value
        for path, rows in paths(value, True):
            head = path.parts[0]
            near = similar(head.text, known)
            if len(path.parts) > 1 or (rows and near):
                resolver.no_source(path, call.scope)


def _bare(node: ast.Call) -> list[str]:
    found = []
    for arg in node.args:
        value = arg.value.value if isinstance(arg.value, ast.Where) else arg.value
        if isinstance(value, ast.Path) and len(value.parts) == 1:
            found.append(value.text)
    return found or [""]


def _is_source(value: ast.Expr, root: SourceModel, call: Call) -> bool:
    if not isinstance(value, ast.Path) or len(value.parts) != 1:
        return False
    entry = call.scope.find("source", value.text)
    if entry is None:
        return False
    if call.inside and value.text in root.columns:
        return False
    return entry.key == root.name


def noun(name: str) -> str:
    """What one of it is called: `customer_id` → customer, `orders` → order. For people only."""
    word = name.rpartition(".")[2].strip()
    for ending in ("_id", " ID", " Id", " id", "Id", "_key", "_sk"):
        if word.endswith(ending) and len(word) > len(ending):
            word = word[: -len(ending)]
            break
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "xes", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word
