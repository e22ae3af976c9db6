"""Declarations, as nodes. Comes in: what the machine has read of one rule, and its place. Goes out: nodes of `ast.py`.

As in `build_expr.py` a method is named after what it builds in `kpi.lark`.
"""

from __future__ import annotations

from typing import Any

from kpidsl.diagnostic import Fix, similar
from kpidsl.span import Span
from kpidsl.syntax import ast
from kpidsl.syntax.build_board import BoardBuilder
from kpidsl.syntax.build_expr import Clause, moment


class Builder(BoardBuilder):
    """Builds whole files."""

    def file(self, _at: Span, *declarations: ast.Decl) -> list[ast.Decl]:
        return list(declarations)

    # ------------------------------------------------------------ calendar, parameters, packages

    def calendar(self, at: Span, *items: Any) -> ast.Calendar:
        return ast.Calendar(at, items)

    def zone(self, at: Span, name: ast.Text) -> ast.Zone:
        return ast.Zone(at, name.value)

    def week_starts(self, at: Span, day: ast.Ident) -> ast.WeekStarts:
        return ast.WeekStarts(at, day)

    def year_starts(self, at: Span, month: ast.Ident) -> ast.YearStarts:
        return ast.YearStarts(at, month)

    def holidays(self, at: Span, *days: ast.Expr) -> ast.Holidays:
        return ast.Holidays(at, days)

    def calendar_grain(self, at: Span, name: ast.Ident, path: ast.Path) -> ast.CalendarGrain:
        return ast.CalendarGrain(at, name, path)

    def param(self, at: Span, name: ast.Ident, type_: ast.TypeName, label: ast.Text | None, default: ast.Expr | None) -> ast.Param:
        return ast.Param(at, name, text_of(label), type_, default)

    def param_labelled(self, at: Span, name: ast.Ident, label: ast.Text, type_: ast.TypeName, default: ast.Expr | None) -> ast.Param:
        return ast.Param(at, name, label.value, type_, default)

    def use(self, at: Span, module: ast.Path, names: tuple[ast.Ident, ...] | None, *clauses: Clause) -> ast.Use:
        said = self.once(list(clauses), "use")
        bindings = said["with"].value if "with" in said else ()
        return ast.Use(at, module, names, bindings, said["in"].value if "in" in said else None)

    def use_names(self, _at: Span, *names: ast.Ident) -> tuple[ast.Ident, ...]:
        return names

    def use_with(self, at: Span, *bindings: ast.Binding) -> Clause:
        return Clause("with", at, bindings)

    def use_in(self, at: Span, schema: ast.Path) -> Clause:
        return Clause("in", at, schema)

    def binding(self, at: Span, name: ast.Ident, value: ast.Expr) -> ast.Binding:
        return ast.Binding(at, name, value)

    def need(self, at: Span, name: ast.Ident, type_: ast.TypeName, label: ast.Text | None, *items: ast.Node) -> ast.Need:
        return ast.Need(at, name, type_, text_of(label), items)

    # ------------------------------------------------------------ sources

    def source_decl(self, at: Span, name: ast.Ident, label: ast.Text | None, origin: ast.Origin, *items: ast.Node) -> ast.SourceDecl:
        return ast.SourceDecl(at, name, text_of(label), origin, items)

    def from_table(self, at: Span, path: ast.Path) -> ast.FromTable:
        return ast.FromTable(at, path)

    def from_grain(self, at: Span, path: ast.Path, *by: ast.Ident) -> ast.FromGrain:
        if len(path.parts) > 1:
            name, more = path.parts[-1].text, ", ".join(one.text for one in by)
            help_ = f"write `from {name} by {more}`, with `{name}` declared as a source"
            self.report("KPI019", f"a coarser grain starts from a declared source, and `{path.text}` is a table", path.span, help=help_)
        return ast.FromGrain(at, path.parts[0], by)

    def from_call(self, at: Span, name: ast.Ident, *rest: Any) -> ast.Origin:
        args: list[ast.Arg] = [part for part in rest if isinstance(part, ast.Arg)]
        alias: ast.Ident | None = rest[-1]
        if alias is not None and name.text != "union":
            self.report("KPI010", "`as` names the column that tells the parts of a union apart", alias.span, help="delete it")
        values = [arg.value for arg in args if arg.name is None]
        match name.text.lower():
            case "file":
                options = tuple(arg for arg in args if arg.name is not None)
                if len(values) == 1 and isinstance(values[0], ast.Text):
                    return ast.FromFile(at, values[0], options)
                help_ = 'write `from file("data/orders.csv")`; options have names: `delimiter: ";"`'
            case "sql":
                if len(args) == 1 and len(values) == 1 and isinstance(values[0], ast.Text):
                    return ast.FromSql(at, values[0])
                help_ = 'write `from sql("select …")`'
            case "union":
                if args and all(isinstance(value, ast.Path) and len(value.parts) == 1 for value in values) and len(values) == len(args):
                    return ast.FromUnion(at, tuple(value.parts[0] for value in values if isinstance(value, ast.Path)), alias)
                help_ = "write the sources: `from union(meta, google) as platform`"
            case other:
                near = similar(other, ("file", "sql", "union"))
                help_ = f"did you mean `{near[0]}`?" if near else 'a source comes from a table, `file("…")`, `sql("…")` or `union(a, b)`'
                self.report("KPI011", f"a source cannot come from `{name.text}(…)`", name.span, help=help_)
                return ast.FromTable(at, ast.Path(name.span, (name,)))
        self.report("KPI019", f"`{name.text}` is not given what it needs", at, help=help_)
        return ast.FromTable(at, ast.Path(name.span, (name,)))

    def key(self, at: Span, *columns: ast.Ident) -> ast.Key:
        return ast.Key(at, columns)

    def time_column(self, at: Span, column: ast.Ident) -> ast.TimeColumn:
        return ast.TimeColumn(at, column)

    def begins(self, at: Span, date: ast.Expr) -> ast.Begins:
        return ast.Begins(at, moment(date))

    def complete_through(self, at: Span, value: ast.Expr) -> ast.CompleteThrough:
        return ast.CompleteThrough(at, moment(value))

    def settles(self, at: Span, after: ast.Duration) -> ast.Settles:
        return ast.Settles(at, after)

    def column(
        self, at: Span, name: ast.Ident, type_: ast.TypeName, label: ast.Text | None, expr: ast.Expr | None, *items: ast.Node
    ) -> ast.Column:
        return ast.Column(at, name, type_, text_of(label), expr, items)

    def pii(self, at: Span) -> ast.Flag:
        return ast.Flag(at, "pii")

    def not_additive(self, at: Span) -> ast.Flag:
        return ast.Flag(at, "not additive")

    def not_null(self, at: Span) -> ast.Flag:
        return ast.Flag(at, "not null")

    def physical(self, at: Span, name: ast.Text | ast.Ident) -> ast.From:
        return ast.From(at, name.value if isinstance(name, ast.Text) else name.text)

    def join(self, at: Span, kind: ast.Ident, role: ast.Ident, target: ast.Ident, *clauses: Clause) -> ast.Join:
        known = ("one", "last", "first")
        word = kind.text.lower()
        unknown = word not in known and word != "many"  # `many` is the resolver's: it says what would be counted twice
        if unknown:
            near = similar(kind.text, known)
            help_ = f"did you mean `{near[0]}`?" if near else "write `join one`, `join last` or `join first`"
            fix = Fix(kind.span, near[0]) if near else None
            self.report("KPI011", f"a source joins one row of another, not `{kind.text}`", kind.span, help=help_, fix=fix)
            word = "one"
        said = {clause_kind: clause.value for clause_kind, clause in self.once(list(clauses), "join").items()}
        if "on" not in said:
            self.report("KPI019", f"the join to `{target.text}` does not say on which column", at, help=f"write `on {target.text}_id`")
        return ast.Join(
            at,
            word,
            role,
            target,
            () if unknown else said.get("on", ()),
            said.get("during"),
            said.get("before"),
            said.get("after"),
            said.get("within"),
            said.get("where"),
        )

    def on_pair(self, at: Span, left: ast.Ident, right: ast.Ident | None) -> ast.OnPair:
        return ast.OnPair(at, left, right or left)

    def join_on(self, at: Span, *pairs: ast.OnPair) -> Clause:
        return Clause("on", at, pairs)

    def join_during(self, at: Span, validity: ast.Range) -> Clause:
        return Clause("during", at, validity)

    def join_before(self, at: Span, path: ast.Path) -> Clause:
        return Clause("before", at, path)

    def join_after(self, at: Span, path: ast.Path) -> Clause:
        return Clause("after", at, path)

    def join_within(self, at: Span, span_of: ast.Duration) -> Clause:
        return Clause("within", at, span_of)

    def join_where(self, at: Span, condition: ast.Expr) -> Clause:
        return Clause("where", at, condition)

    def dimension_decl(self, at: Span, name: ast.Ident, label: ast.Text | None, *rest: Any) -> ast.Dimension:
        items = tuple(part for part in rest if isinstance(part, ast.Describe | ast.LocaleLabel))
        return ast.Dimension(at, name, text_of(label), rest[: len(rest) - len(items)], items)

    def segment(self, at: Span, name: ast.Ident, label: ast.Text | None, condition: ast.Expr, *items: ast.Node) -> ast.Segment:
        return ast.Segment(at, name, text_of(label), condition, items)

    # ------------------------------------------------------------ metrics

    def metric(self, at: Span, name: ast.Ident, label: ast.Text | None, expr: ast.Expr, *items: ast.Node) -> ast.Metric:
        return ast.Metric(at, name, text_of(label), expr, items)

    def unit(self, at: Span, type_: ast.TypeName) -> ast.UnitItem:
        return ast.UnitItem(at, type_)

    def format(self, at: Span, text: ast.Ident | ast.Text) -> ast.FormatItem:
        return ast.FormatItem(at, text.text if isinstance(text, ast.Ident) else text.value)

    def absent(self, at: Span) -> ast.Absent:
        return ast.Absent(at)

    def mature(self, at: Span, after: ast.Duration) -> ast.Mature:
        return ast.Mature(at, after)

    def vanity(self, at: Span, *kinds: ast.Ident | None) -> ast.Vanity:
        return ast.Vanity(at, tuple(kind for kind in kinds if kind is not None))

    def deprecated(self, at: Span, text: ast.Text) -> ast.Deprecated:
        return ast.Deprecated(at, text.value)

    def report_decl(self, at: Span, name: ast.Ident, label: ast.Text | None, query: ast.Query, *items: ast.Node) -> ast.Report:
        return ast.Report(at, name, text_of(label), query, items)

    def materialize(self, at: Span, query: ast.Query) -> ast.Materialize:
        return ast.Materialize(at, query)


def text_of(label: ast.Text | None) -> str | None:
    return None if label is None else label.value
