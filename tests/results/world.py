"""A project and its rows on one engine, asked as an analyst asks. Tables that a test does not fill are empty.

Rows are tuples in the order of the source's columns in the data; dates are written as texts. Expected rows stand in the answer's order;
numbers may be written as the arithmetic that gives them (`30 / 7`, a `Fraction`): they are compared within 1e-9 relative.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from kpidsl.compile import Compiled, compile_sources, emit, plan_goal, plan_kpi, query_statement, resolve_goal, resolve_kpi
from kpidsl.diagnostic import Diagnostic, KpiError, Severity
from kpidsl.engines.base import Engine
from kpidsl.model.expr import Type
from kpidsl.plan.plan import Statement
from kpidsl.span import Source
from kpidsl.sql.dialects import dialect_of
from kpidsl.sql.names import Names
from kpidsl.syntax import ast

AS_OF = dt.date(2026, 6, 30)
Rows = Sequence[Sequence[object]]

SHOP = """
source customers from customers {
  key id
  id: int  country: text  segment: text
  orders_made: count = count(orders where paid)
  first_order: date = min(orders.day where paid)
  spent: money(EUR) = sum(orders.amount where paid)
}
source orders from orders {
  key id  time day
  id: int  day: date  customer_id: int  status: text  amount: money(EUR)
  paid: bool = status = "paid"
  join one customer: customers on customer_id = id
}
source products from products { key sku  sku: text  category: text  cost: money(EUR) }
source lines from lines {
  key order_id, no
  order_id: int  no: int  sku: text  units: int  price: money(EUR)
  join one order: orders on order_id = id
  join one product: products on sku
}
source refunds from refunds {
  key id  time day
  id: int  day: date  order_id: int  amount: money(EUR)
  join one order: orders on order_id = id
}
source ads from ads { key day, channel  time day  day: date  channel: text  country: text  cost: money(EUR)  clicks: int }
dimension country "Country" = customers.country, ads.country
metric revenue = sum(orders.amount)
metric orders_n = count(orders)
metric aov = revenue / orders_n
metric buyers = count(distinct orders.customer_id)
metric refunded = sum(refunds.amount)
metric net = revenue - refunded
metric spend = sum(ads.cost)
metric roas = revenue / spend
metric units = sum(lines.units)
metric people = count(customers)
"""
"""customers ← orders ← lines → products, orders ← refunds, and ads that share only the country and the day with them."""


def compiled(text: str) -> Compiled:
    """The project; its declarations must be right."""
    made = compile_sources([Source("test.kpi", text)])
    wrong = [f"{d.code} {d.message}" for d in made.diagnostics.sorted() if d.severity is Severity.ERROR]
    assert wrong == []
    return made


class World:
    """A project whose tables are filled on an engine."""

    def __init__(self, engine: Engine, text: str = SHOP, **tables: Rows) -> None:
        self.engine, self.project = engine, compiled(text)
        filled = set()
        for source in self.project.model.sources.values():
            if isinstance(source.origin, ast.FromTable):
                table = ".".join(part.text for part in source.origin.path.parts)
                columns = [(c.physical, c.type) for c in source.columns.values() if c.physical is not None]
                rows = tables.get(source.name, tables.get(table, ()))
                engine.create_table(
                    tuple(part.text for part in source.origin.path.parts),
                    columns,
                    [[_stored(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows],
                )
                filled |= {source.name, table}
        assert set(tables) <= filled, "a table that no source reads"

    def rows(self, query: str, as_of: str | None = None) -> list[tuple[object, ...]]:
        """The answer's rows."""
        day = AS_OF if as_of is None else dt.date.fromisoformat(as_of)
        statement = query_statement(self.project, query, day)
        sql = emit(statement, self.engine.dialect)
        result = self.engine.run(sql, [c.type for c in statement.columns])
        assert len(result.names) == len(statement.columns)
        names = Names(dialect_of(self.engine.dialect))  # which are cut where the engine would do so
        assert list(result.names) == [names.identifier(c.name).text for c in statement.columns]
        return list(result.rows)

    def check(self, query: str, *expected: Sequence[object], as_of: str | None = None) -> None:
        """The answer is exactly these rows in this order."""
        got = self.rows(query, as_of)
        assert same(got, expected), f"{query}\ngot      {got}\nexpected {list(expected)}"

    # ------------------------------------------------------------ goals and KPIs

    def kpi(self, name: str, as_of: str | None = None, last: int | None = None, dynamic: bool = False) -> list[dict[str, object]]:
        """The rows of a KPI by the names of their columns; `dynamic`: as of the warehouse's own day."""
        decl = next(d for d in self.project.scope.declarations if isinstance(d, ast.Kpi) and d.metric.text == name)
        day = None if dynamic else AS_OF if as_of is None else dt.date.fromisoformat(as_of)
        return self._named(plan_kpi(self.project, resolve_kpi(self.project, decl), day, last=last))

    def check_kpi(
        self,
        name: str,
        columns: Sequence[str],
        *expected: Sequence[object],
        as_of: str | None = None,
        last: int | None = None,
        only_last: bool = False,
    ) -> None:
        """The KPI's rows are exactly these in this order, as far as these columns; `only_last`: its last row."""
        rows = self.kpi(name, as_of, last)[-1 if only_last else 0 :]
        got = [tuple(row[column] for column in columns) for row in rows]
        assert same(got, expected), f"{name}\ngot      {got}\nexpected {list(expected)}"

    def goal(self, name: str, as_of: str | None = None) -> dict[str, object]:
        """The row of a goal by the names of its columns."""
        decl = next(d for d in self.project.scope.declarations if isinstance(d, ast.Goal) and d.name.text == name)
        day = AS_OF if as_of is None else dt.date.fromisoformat(as_of)
        (row,) = self._named(plan_goal(self.project, resolve_goal(self.project, decl), day))
        return row

    def check_goal(self, name: str, as_of: str, **expected: object) -> None:
        """The goal's row holds these values."""
        row = self.goal(name, as_of)
        got = {column: row[column] for column in expected}
        assert all(equal(got[column], expected[column]) for column in expected), f"{name}\ngot      {got}\nexpected {expected}"

    def _named(self, statement: Statement) -> list[dict[str, object]]:
        result = self.engine.run(emit(statement, self.engine.dialect), [c.type for c in statement.columns])
        return [dict(zip([c.name for c in statement.columns], row, strict=True)) for row in result.rows]

    def value(self, query: str, as_of: str | None = None) -> object:
        """The one number of a query without group-bys."""
        rows = self.rows(query, as_of)
        assert len(rows) == 1, f"{query}: one row expected, got {rows}"
        assert len(rows[0]) == 1
        return rows[0][0]


def refused(query: str, code: str, *words: str, text: str = SHOP) -> Diagnostic:
    """The query does not compile; the first error has this code and says these words."""
    return _found(query_errors(compiled(text), query), code, words, query)


def query_errors(project: Compiled, query: str) -> tuple[Diagnostic, ...]:
    try:
        query_statement(project, query, AS_OF)
    except KpiError as error:
        return tuple(error.diagnostics)
    return ()


def undeclared(declaration: str, code: str, *words: str, text: str = SHOP) -> Diagnostic:
    """The declaration, added to the project, is an error of this code that says these words."""
    project = compile_sources([Source("test.kpi", text + declaration)])
    return _found(tuple(d for d in project.diagnostics.sorted() if d.severity is Severity.ERROR), code, words, declaration)


def _found(errors: tuple[Diagnostic, ...], code: str, words: tuple[str, ...], what: str) -> Diagnostic:
    assert errors, f"{what} was not refused"
    first = errors[0]
    said = " ".join([first.message, first.help or "", first.label or "", *first.notes, *(label.message for label in first.labels)])
    assert first.code == code, f"{what}: {first.code} {said}"
    missing = [word for word in words if word not in said]
    assert not missing, f"{what}: the error does not say {missing}: {said}"
    return first


def same(got: Rows, expected: Rows) -> bool:
    return len(got) == len(expected) and all(
        len(row) == len(wanted) and all(equal(value, wish) for value, wish in zip(row, wanted, strict=True))
        for row, wanted in zip(got, expected, strict=True)
    )


def equal(value: object, wish: object) -> bool:
    """Equal as the language means it: numbers within 1e-9 relative, dates also as text, true is not 1."""
    if isinstance(value, bool) or isinstance(wish, bool):
        return value is wish
    if isinstance(wish, (int, float, Decimal, Fraction)) and isinstance(value, (int, float, Decimal)):
        return math.isclose(float(value), float(wish), rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(value, dt.date) and isinstance(wish, str):
        return value == (dt.datetime.fromisoformat(wish) if isinstance(value, dt.datetime) else dt.date.fromisoformat(wish))
    return type(value) is type(wish) and value == wish


def _stored(value: object, kind: Type) -> object:
    if isinstance(value, str) and kind.kind == "date":
        return dt.date.fromisoformat(value)
    if isinstance(value, str) and kind.kind == "timestamp":
        return dt.datetime.fromisoformat(value)
    return Decimal(str(value)) if kind.kind == "decimal" and isinstance(value, (int, float)) else value
