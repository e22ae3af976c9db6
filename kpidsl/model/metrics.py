"""Metrics: from a formula's syntax to a tree over aggregates, with unit and additivity. Comes in: a metric expression and its scope. Goes
out: a `MetricExpr`; filters are pushed down to every aggregate, where each is read in the names of that aggregate's own source."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NoReturn

from kpidsl.diagnostic import Label, akin, fail, similar
from kpidsl.model import functions, over_time, own_grains, units
from kpidsl.model.aggregates import Call, aggregate_call
from kpidsl.model.conversions import conversion
from kpidsl.model.expr import BOOL, Agg, Field, Fn, Type, conjuncts
from kpidsl.model.filters import check_conformed, filtered, map_leaves
from kpidsl.model.functions import AGGREGATES
from kpidsl.model.grain import paths
from kpidsl.model.model import Aggregate, AtLevel, Cases, Constant, Formula, MetricExpr, Ref, Share, aggregates
from kpidsl.model.moves import moved
from kpidsl.model.names import Scope
from kpidsl.model.questions import Questions
from kpidsl.model.retention import no_result, of_cohort, retention
from kpidsl.model.rows import COMPARISONS, RowContext, RowResolver, literal
from kpidsl.model.rules import Operand, all_common, arithmetic, common, comparison, condition, describe
from kpidsl.model.types import clocks_of_a_difference
from kpidsl.record import dataclass, replace
from kpidsl.span import Span
from kpidsl.syntax import ast

INSTEAD = {
    "dimension": "split a metric by it, … by {name}, or ask for its values, values {name}",
    "segment": "filter a metric by it, … where {name}",
    "report": "kpi run {name} shows it",
}
"""What to do with a name that is something else than a metric."""


@dataclass(frozen=True)
class MetricResolver:
    """Resolves metric expressions in one scope. `fill` is False under `absent null`."""

    resolver: Questions
    scope: Scope
    fill: bool = True

    def resolve(self, node: ast.Expr) -> MetricExpr:
        """The tree of a metric expression; raises KpiError with one diagnostic."""
        value = literal(node)
        if value is not None and not isinstance(value.value, dt.date):
            return Constant(value.value, value.type)
        match node:
            case ast.Path():
                return self._name(node)
            case ast.Call():
                return self._call(node)
            case ast.Where():
                if isinstance(node.value, ast.Path) and len(node.value.parts) == 1:
                    self._no_bare_source(node.value)
                value_ = self.resolve(node.value)
                check_conformed(self.resolver, self.scope, node.condition, self.sources_of(value_))
                return filtered(self.resolver, self.scope, value_, node.condition)
            case ast.At():
                inner = self.resolve(node.value)
                dims = tuple(self.resolver.dim(d, self.scope, self.sources_of(inner)) for d in node.dimensions)
                return AtLevel(inner, dims, inner.type)
            case ast.AtTime():
                return self._at_time(self.resolve(node.value), node)
            case ast.Unary(op="not"):
                inner = self.resolve(node.value)
                condition(self.operand(inner, node.value.span), "`not`")
                return Formula("not", (inner,), BOOL)
            case ast.Unary():
                inner = self.resolve(node.value)
                arithmetic("-", self.operand(inner, node.value.span), self.operand(inner, node.value.span))
                if isinstance(inner, Constant) and isinstance(inner.value, (int, Decimal)):
                    return replace(inner, value=-inner.value)
                return Formula("neg", (inner,), inner.type)
            case ast.Binary():
                return self._binary(node)
            case ast.Between():
                value_, low, high = (self.resolve(n) for n in (node.value, node.low, node.high))
                for other, at in ((low, node.low), (high, node.high)):
                    comparison("<", self.operand(value_, node.value.span), self.operand(other, at.span))
                both = Formula("and", (Formula("ge", (value_, low), BOOL), Formula("le", (value_, high), BOOL)), BOOL)
                return Formula("not", (both,), BOOL) if node.negated else both
            case ast.IsNull():
                return Formula("is_not_null" if node.negated else "is_null", (self.resolve(node.value),), BOOL)
            case ast.Case():
                return self._case(node)
            case ast.InList():
                fail(
                    "KPI062",
                    "`in` compares a row's value, here are aggregated numbers",
                    node.span,
                    help="filter rows with `where … in (…)`, or compare with =",
                )
            case ast.Date() | ast.Timestamp() | ast.Period() | ast.Range():
                fail(
                    "KPI051",
                    "a date cannot be part of a metric's formula",
                    node.span,
                    help="filter with `where`, or ask for a period with `during`",
                )
            case _:
                fail("KPI062", "this cannot stand in a metric's formula", node.span)

    # ------------------------------------------------------------ names

    def _name(self, node: ast.Path) -> MetricExpr:
        name = node.text
        if len(node.parts) > 1:
            return self._dotted(node)
        entry = self.scope.find("metric", name)
        if entry is not None:
            model = self.resolver.metric(entry, node.span)
            return Ref(model.name, model.expr, model.type)
        param = self.scope.find("param", name)
        if param is not None:
            found = self.resolver.param(param)
            value = found.value
            return Constant(getattr(value, "value", None), value.type)
        self._no_bare_source(node)
        self._unknown(node)

    def _no_bare_source(self, node: ast.Path) -> None:
        name = node.text
        if self.scope.find("metric", name) is None and self.scope.find("source", name) is not None:
            fail("KPI038", f"`{name}` is a source: rows, not a number", node.span, help=f"count({name}) counts them")

    def _unknown(self, node: ast.Path) -> NoReturn:
        if self.scope.is_lost(node.text):
            raise self.resolver.silent()
        fail("KPI030", f"there is no metric `{node.text}`", node.span, help=self._instead(node))

    def _instead(self, node: ast.Path) -> str:
        """What to write for a name that is no metric: a near one, what the name is good for, or where the metrics are listed."""
        name = node.text
        metrics = self.scope.names("metric")
        near = similar(name, [*metrics, *self.scope.names("param")])
        if near:
            return f"did you mean {' or '.join(f'`{n}`' for n in near)}?"
        for kind, tip in INSTEAD.items():
            if self.scope.find(kind, name) is not None:
                return f"`{name}` is a {kind}: {tip.format(name=name)}"
        holders = sorted(s.name for s in self.resolver.sources.values() if name in s.columns)
        if holders:
            how = "sum" if self.resolver.sources[holders[0]].columns[name].type.is_numeric else "count"
            return f"to aggregate the column: {how}({holders[0]}.{name})"
        near = akin(name, metrics) or [n for n in metrics if self._label(n).casefold() == name.casefold()]
        if near:
            return f"did you mean {' or '.join(f'`{n}`' for n in near)}?"
        if node.span.source.is_file:
            return f"declare it: metric {name} = …"
        return (
            "kpi explain lists what can be asked for" if metrics else "the project has no metrics yet: metric revenue = sum(orders.amount)"
        )

    def _label(self, metric: str) -> str:
        entry = self.scope.entries["metric", metric]
        return getattr(entry.decl, "label", None) or ""

    def _dotted(self, node: ast.Path) -> MetricExpr:
        head, rest = node.parts[0].text, node.parts[1:]
        funnel = self.scope.find("funnel", head)
        if funnel is not None and self.scope.find("source", head) is None:
            return self.resolver.funnel_result(funnel, rest, node)
        cohort = self.scope.find("cohort", head)
        if cohort is not None and self.scope.find("source", head) is None:
            model = self.resolver.cohort(cohort)
            words = [part.text for part in rest]
            return of_cohort(model, words[0], None, node.span) if words in (["size"], ["ltv"]) else no_result(model, words, node.span)
        if self.scope.find("source", head) is None:
            self.resolver.no_source(node, self.scope, also=(*self.scope.names("funnel"), *self.scope.names("cohort")))
        column = ".".join(p.text for p in node.parts)
        fail(
            "KPI062",
            f"`{column}` has a value per row; a metric needs one for many rows",
            node.span,
            help=f"say how: sum({column}), avg({column}), count(distinct {column})",
        )

    # ------------------------------------------------------------ operators

    def operand(self, value: MetricExpr, span: Span) -> Operand:
        """What the typing rules need to know of a value."""
        number = (
            value.value
            if isinstance(value, Constant) and isinstance(value.value, (int, Decimal)) and not isinstance(value.value, bool)
            else None
        )
        return Operand(value.type, span, number)

    def _binary(self, node: ast.Binary) -> MetricExpr:
        left, right = self.resolve(node.left), self.resolve(node.right)
        a, b = self.operand(left, node.left.span), self.operand(right, node.right.span)
        if node.op in ("and", "or"):
            condition(a, f"`{node.op}`")
            condition(b, f"`{node.op}`")
            return Formula(node.op, (left, right), BOOL)
        if node.op in COMPARISONS:
            comparison(node.op, a, b)
            return Formula(COMPARISONS[node.op], (left, right), BOOL)
        if node.op == "-" and a.type.is_temporal and b.type.is_temporal:
            days = common(a, b, "subtract")
            return Formula("date_diff", (_passed(left), _passed(right)), Type("duration", units.DURATION), (days.kind,))
        kind = arithmetic(node.op, a, b)
        if node.op == "/" and isinstance(right, Constant) and right.value == 0:
            fail(
                "KPI053", "this divides by zero, which is always null", node.right.span, help="divide by something that can be other than 0"
            )
        return Formula({"+": "add", "-": "sub", "*": "mul", "/": "div"}[node.op], (left, right), kind)

    def _case(self, node: ast.Case) -> MetricExpr:
        subject = None if node.subject is None else self.resolve(node.subject)
        whens: list[tuple[MetricExpr, MetricExpr]] = []
        sides: list[Operand] = []
        for when in node.whens:
            test = self.resolve(when.condition)
            if subject is None:
                condition(self.operand(test, when.condition.span), "`when`")
            else:
                assert node.subject is not None
                comparison("=", self.operand(subject, node.subject.span), self.operand(test, when.condition.span))
                test = Formula("eq", (subject, test), BOOL)
            value = self.resolve(when.value)
            whens.append((test, value))
            sides.append(self.operand(value, when.value.span))
        otherwise = None
        if node.otherwise is not None:
            otherwise = self.resolve(node.otherwise)
            sides.append(self.operand(otherwise, node.otherwise.span))
        return Cases(tuple(whens), otherwise, all_common(sides, "combine"))

    # ------------------------------------------------------------ calls

    def _call(self, node: ast.Call) -> MetricExpr:
        name = node.name.text
        if name in over_time.FUNCTIONS:
            return self._over_time(node)
        if name in ("first", "last") and not any(a.name and a.name.text == "over" for a in node.args) and len(node.args) == 1:
            fail(
                "KPI037",
                f"`{name}` needs `over:`, what the rows are ordered by",
                node.span,
                help=f"it is written {name}(accounts.amount, over: day)",
            )
        if name in AGGREGATES:
            return self._aggregate(node)
        if name == "share":
            return self._share(node)
        signature = functions.FUNCTIONS.get(name)
        if signature is None:
            known = [*AGGREGATES, "share", *over_time.FUNCTIONS, *(n for n, s in functions.FUNCTIONS.items() if s.aggregated)]
            near = similar(name, known)
            metric = self.scope.find("metric", name)
            foreign = functions.FOREIGN_OF_METRICS.get(name.casefold()) or functions.FOREIGN.get(name.casefold())
            if foreign is not None:
                fail("KPI036", f"there is no function `{name}`", node.name.span, help=foreign)
            tip = f"did you mean `{near[0]}`?" if near else "the functions are listed in docs/functions.md"
            fail(
                "KPI036",
                f"there is no function `{name}`" + (", it is a metric" if metric else ""),
                node.name.span,
                help=f"write `{name}` without parentheses" if metric else tip,
            )
        if not signature.aggregated:
            fail(
                "KPI062",
                f"`{name}` works on a row's value, not on aggregated numbers",
                node.span,
                help=f"use it inside an aggregate: count(orders where {signature.usage.split(':')[0]} …)",
            )
        functions.check_count(name, signature, len(node.args), node.span)
        for arg in node.args:
            if arg.name is not None:
                fail("KPI037", f"`{name}` has no argument called `{arg.name.text}`", arg.name.span, help=f"it is written {signature.usage}")
        digits = [a.value for a in node.args if signature.args.endswith("?i")][1:]
        values = [a.value for a in node.args][: len(node.args) - len(digits)]
        args = tuple(self.resolve(v) for v in values)
        options = tuple(self._digit(d, signature) for d in digits)
        for value, at in zip(args, values, strict=True):
            if value.type.kind not in ("int", "number", "decimal", "duration", "null") and name not in (
                "coalesce",
                "least",
                "greatest",
                "null_if",
            ):
                fail("KPI053", f"`{name}` needs a number, this is {describe(value.type)}", at.span, help=f"it is written {signature.usage}")
        sides = [self.operand(v, n.span) for v, n in zip(args, values, strict=True)]
        kind = signature.result(sides) if callable(signature.result) else signature.result
        return Formula(signature.op, args, kind, options)

    def _digit(self, node: ast.Expr, signature: functions.Signature) -> int:
        if not isinstance(node, ast.Number) or not isinstance(node.value, int):
            fail("KPI053", "this is a whole number written out", node.span, help=f"it is written {signature.usage}")
        return node.value

    def _aggregate(self, node: ast.Call) -> MetricExpr:
        named_plain = [a.value for a in node.args if a.name is None]
        if named_plain:
            self._not_a_metric(node, named_plain[0])
        made = aggregate_call(self.resolver, Call(node, self.scope))
        return Aggregate(
            source=made.source.name,
            agg=made.agg,
            type=made.agg.type,
            name=leaf_name(made.source.name, made.agg),
            span=node.span,
            filters=tuple(conjuncts(made.condition)),
            pick=made.pick,
            fill=made.zero and self.fill,
            additive=made.additive,
            alive=made.alive,
            time=None if made.alive is None else made.alive[0],
        )

    def _not_a_metric(self, node: ast.Call, value: ast.Expr) -> None:
        """`sum(revenue)`: an aggregate of what is already aggregated."""
        inner = value.value if isinstance(value, ast.Where) else value
        while isinstance(inner, (ast.At, ast.AtTime, ast.Where)):
            inner = inner.value
        for path, _ in paths(inner, True):
            if len(path.parts) > 1 or self.scope.find("source", path.text) is not None:
                continue
            entry = self.scope.find("metric", path.text)
            if entry is not None:
                fail(
                    "KPI060",
                    f"`{path.text}` is aggregated already",
                    path.span,
                    labels=(Label(entry.name_span, "declared here"),),
                    notes=("an aggregate of an aggregate has no rows to work on",),
                    help=f"use `{path.text}` as it is; a level is asked for with `{path.text} at (…)`",
                )
        for call in _calls(inner):
            if call.name.text in AGGREGATES and call is not node:
                fail(
                    "KPI060",
                    f"`{call.name.text}` inside `{node.name.text}`: an aggregate of an aggregate",
                    call.span,
                    help="declare the inner one as an aggregate column of a source, then aggregate that",
                )

    def _share(self, node: ast.Call) -> MetricExpr:
        plain = [a.value for a in node.args if a.name is None]
        named = {a.name.text: a.value for a in node.args if a.name is not None}
        if len(plain) != 1 or set(named) != {"of"}:
            fail("KPI037", "`share` takes a metric and `of:`", node.span, help="it is written share(revenue, of: channel)")
        value = self.resolve(plain[0])
        of = named["of"]
        items = of.items if isinstance(of, ast.Tuple) else (of,)
        dims = tuple(self.resolver.dim(i, self.scope, self.sources_of(value)) for i in items)
        for dim, at in zip(dims, items, strict=True):
            if dim.kind in ("grain", "part", own_grains.OWN):
                fail(
                    "KPI064",
                    f"a share of `{at.span.text}` would need a filter on time that cannot be told apart",
                    at.span,
                    help=f"divide by a level: {plain[0].span.text} / ({plain[0].span.text} at (…))",
                )
        arithmetic("/", self.operand(value, plain[0].span), self.operand(value, plain[0].span))
        return Share(value, value, dims, Type("number", units.RATIO))

    def _over_time(self, node: ast.Call) -> MetricExpr:
        """Windows, shifts and shares of a cohort."""
        over_time.check_shape(node)
        name = node.name.text
        plain = [a.value for a in node.args if a.name is None]
        if name in ("conversion", "conversions"):
            return conversion(self.resolver, self.scope, node, tuple(self.rows_of(v) for v in plain))
        if name in ("retention", "churn", "ltv"):
            return self._followed(node, plain[0])
        values = tuple(self.resolve(v) for v in plain[: over_time.FUNCTIONS[name].values])
        sources = list(dict.fromkeys(source for value in values for source in self.sources_of(value)))
        over_time.check_names(self.resolver, self.scope, node, sources)
        return moved(node, values[0], self.operand(values[0], plain[0].span), plain[1:])

    def _followed(self, node: ast.Call, value: ast.Expr) -> MetricExpr:
        """`retention(orders, by: customer_id, after: 1 month)`, or of a declared cohort: `retention(buyers, after: 1 month)`."""
        name = node.name.text
        named = {a.name.text: a.value for a in node.args if a.name is not None}
        if "by" in named:
            return retention(self.resolver, self.scope, node, self.rows_of(value))
        cohort = self.scope.find("cohort", value.text) if isinstance(value, ast.Path) else None
        if cohort is not None:
            after = named.get("after")
            assert after is None or isinstance(after, ast.Duration)
            return of_cohort(self.resolver.cohort(cohort), name, after, node.span)
        if self.scope.is_lost(value.span.text):
            raise self.resolver.silent()
        if name != "ltv" and isinstance(value, (ast.Path, ast.Where)):
            rows = value.value if isinstance(value, ast.Where) else value
            if any(self.scope.find(kind, rows.span.text) is not None for kind in ("source", "metric")):
                fail("KPI037", f"`{name}` needs `by:`", node.span, help=f"it is written {over_time.usage(name)}")
        near = similar(value.span.text, self.scope.names("cohort"))
        fail(
            "KPI048",
            f"there is no cohort `{value.span.text}`",
            value.span,
            help=f"did you mean `{near[0]}`?" if near else "declare one: cohort buyers = orders { entity customer_id … }",
        )

    def rows_of(self, node: ast.Expr) -> MetricExpr:
        """Rows of a source, some of them with `where`, as the count of them."""
        path, condition = (node.value, node.condition) if isinstance(node, ast.Where) else (node, None)
        if isinstance(path, ast.Path) and len(path.parts) == 1 and self.scope.find("source", path.text) is None:
            self._no_rows(path)
        if isinstance(path, ast.Path) and len(path.parts) == 1 and self.scope.find("source", path.text) is not None:
            call = ast.Call(path.span, ast.Ident(path.span, "count"), (ast.Arg(path.span, None, path),))
            counted = self._aggregate(call)
            return counted if condition is None else filtered(self.resolver, self.scope, counted, condition)
        return self.resolve(node)

    def _no_rows(self, path: ast.Path) -> None:
        """KPI031 for the name of neither a source nor a metric, where rows are wanted."""
        if self.scope.is_lost(path.text) or any(self.scope.find(kind, path.text) is not None for kind in ("metric", "param")):
            return
        near = similar(path.text, [*self.scope.names("source"), *self.scope.names("metric")])
        fail(
            "KPI031",
            f"there is no source `{path.text}`",
            path.span,
            help=f"did you mean `{near[0]}`?" if near else "name a source, with `where` for some of its rows",
        )

    def _at_time(self, inner: MetricExpr, node: ast.AtTime) -> MetricExpr:
        """`count(orders) at time orders.shipped_at`: rows whose time is not null, in the periods of that time."""

        def change(leaf: Aggregate) -> Aggregate:
            source = self.resolver.sources[leaf.source]
            time = RowResolver(self.resolver, RowContext(source, self.scope, "names")).resolve(node.path)
            if not time.type.is_temporal:
                fail(
                    "KPI051",
                    f"`{node.path.text}` is {describe(time.type)}, not a time",
                    node.path.span,
                    help="name a date or timestamp column",
                )
            return replace(leaf, time=time, filters=(*leaf.filters, Fn("is_not_null", (time,), BOOL)))

        return map_leaves(inner, change)

    # ------------------------------------------------------------ filters

    def sources_of(self, expr: MetricExpr) -> list[str]:
        """The sources that an expression reads, in order."""
        return list(dict.fromkeys(leaf.source for leaf in aggregates(expr)))


def leaf_name(source: str, agg: Agg) -> str:
    """A telling name for an aggregate that is not a metric by itself: sum_amount, orders."""
    short = source.rpartition(".")[2]
    column = next((a.name for a in agg.args if isinstance(a, Field)), "")
    word = {
        "count_rows": "",
        "count_distinct": "distinct",
        "count": "count",
        "percentile": "median" if agg.percent == Decimal("0.5") else "percentile",
    }.get(agg.func, agg.func)
    return "_".join(w for w in (word, column or short) if w)


def _calls(node: ast.Expr) -> list[ast.Call]:
    match node:
        case ast.Call():
            return [node, *(c for a in node.args for c in _calls(a.value))]
        case ast.Binary():
            return _calls(node.left) + _calls(node.right)
        case ast.Unary():
            return _calls(node.value)
        case ast.Case():
            return [c for w in node.whens for c in _calls(w.value)] + ([] if node.otherwise is None else _calls(node.otherwise))
        case _:
            return []


def _passed(moment: MetricExpr) -> MetricExpr:
    clocks = clocks_of_a_difference(moment.type)
    return moment if clocks is None else Formula("at_zone", (moment,), Type("timestamp"), clocks)
