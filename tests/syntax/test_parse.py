"""What an analyst writes, as a tree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.format import format_expr
from kpidsl.syntax.parse import parse_expression, parse_file, parse_query
from tests.syntax.snippets import FILES, QUERIES, language_blocks


def expression(text: str) -> Any:
    found, problems = parse_expression(Source("e", text))
    assert problems == []
    return found


def declaration(text: str) -> Any:
    file, problems = parse_file(Source("f.kpi", text))
    assert problems == []
    (found,) = file.declarations
    return found


def query(text: str) -> ast.Query:
    found, problems = parse_query(Source("<query>", text))
    assert problems == []
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_construct(name: str) -> None:
    file, problems = parse_file(Source(f"{name}.kpi", FILES[name]))
    assert problems == []
    assert file.declarations


@pytest.mark.parametrize("text", QUERIES)
def test_every_query(text: str) -> None:
    query(text)


def test_the_contract() -> None:
    for block in language_blocks():
        _, problems = parse_file(Source("LANGUAGE.md", block))
        assert problems == []


@pytest.mark.parametrize(
    "text, grouped",
    [
        ("a or b and not c = d + e * -f", "(a or (b and (not (c = (d + (e * (-f)))))))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("not a in (b) or c", "((not (a in (b))) or c)"),
        ("a between b and c and d", "((a between b and c) and d)"),
        ("a + b where c or d", "((a + b) where (c or d))"),
        ("a where b at (c)", "((a where b) at (c))"),
        ("a at (c) where b", "((a at (c)) where b)"),
        ("a at () where b", "((a at ()) where b)"),
        ("(a where b) / c", "((a where b) / c)"),
        ("-a * b", "((-a) * b)"),
        ("a <> b is null", None),
    ],
)
def test_precedence(text: str, grouped: str | None) -> None:
    found, problems = parse_expression(Source("e", text))
    if grouped is None:
        assert problems != []
        return
    assert problems == []
    again, _ = parse_expression(Source("e", grouped))
    assert again == found
    assert found is not None
    assert parse_expression(Source("e", format_expr(found)))[0] == found


@pytest.mark.parametrize(
    "text, node, fields",
    [
        ("1_250_000", ast.Number, {"value": 1250000, "text": "1_250_000"}),
        ("2.5", ast.Number, {"value": Decimal("2.5")}),
        ("20%", ast.Percent, {"value": Decimal("0.2")}),
        ("12.5 %", ast.Percent, {"value": Decimal("0.125")}),
        ("25 EUR", ast.Money, {"amount": Decimal(25), "currency": "EUR"}),
        ("30d", ast.Duration, {"amount": 30, "unit": "day"}),
        ("12h", ast.Duration, {"amount": 12, "unit": "hour"}),
        ("4w", ast.Duration, {"amount": 4, "unit": "week"}),
        ("6 months", ast.Duration, {"amount": 6, "unit": "month"}),
        ("1 year", ast.Duration, {"amount": 1, "unit": "year"}),
        ("2026-01-31", ast.Date, {"value": dt.date(2026, 1, 31)}),
        ("2026-01-31T12:00", ast.Timestamp, {"value": dt.datetime(2026, 1, 31, 12)}),
        ("2026-01-31T12:00:05.25", ast.Timestamp, {"value": dt.datetime(2026, 1, 31, 12, 0, 5, 250000)}),
        ("2026-H1", ast.Period, {"grain": "half", "year": 2026, "index": 1}),
        ("2026-Q4", ast.Period, {"grain": "quarter", "year": 2026, "index": 4}),
        ("2026-03", ast.Period, {"grain": "month", "year": 2026, "index": 3}),
        ("2026-W12", ast.Period, {"grain": "week", "year": 2026, "index": 12}),
        ("2026-W53", ast.Period, {"grain": "week", "index": 53}),
        ("'it''s'", ast.Text, {"value": "it's"}),
        ('"a ""b"" c"', ast.Text, {"value": 'a "b" c'}),
        (r'"tab\t nl\n q\" b\\ u\u{1F600}"', ast.Text, {"value": 'tab\t nl\n q" b\\ u😀'}),
        ('""', ast.Text, {"value": ""}),
        ("TRUE", ast.Bool, {"value": True}),
        ("null", ast.Null, {}),
    ],
)
def test_literals(text: str, node: type, fields: dict[str, object]) -> None:
    found = expression(text)
    assert type(found) is node
    assert {name: getattr(found, name) for name in fields} == fields
    assert found.span.text == text


@pytest.mark.parametrize("text", ["25 AND b", "x > 5 top", "12 - 3", "1000 - 250", "x2026-3"])
def test_what_is_no_money_and_no_date(text: str) -> None:
    found, _ = parse_expression(Source("e", text))
    assert not isinstance(found, ast.Money | ast.Period)


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    _, problems = parse_expression(Source("e", "f(25\nEUR)"))
    assert [problem.code for problem in problems] == ["KPI014"]


def test_units_give_way_to_names_where_only_a_number_fits() -> None:
    kpi = declaration("kpi a for b { needs 30 days  needs 5 EUR  needs 3 year.x }")
    assert [(item.count.value, item.metric.text) for item in kpi.items] == [(30, "days"), (5, "EUR"), (3, "year.x")]


def test_four_digits_are_a_year_where_a_period_is_expected() -> None:
    assert query("a during 2026").during == ast.Period(query("a").span, "year", 2026, 1)
    found = expression("f(x: 2025..2026)").args[0].value
    assert (found.start.grain, found.end.grain) == ("year", "year")
    assert isinstance(expression("year(d) = 2026").right, ast.Number)


def test_ranges() -> None:
    both, after, before = (arg.value for arg in expression("f(a..b.c, 2026-01-01.., ..2026-06)").args)
    assert (both.start.text, both.end.text) == ("a", "b.c")
    assert (after.end, before.start) == (None, None)
    open_ended = query("revenue during 2026-01-01.. by month")
    assert open_ended.by[0].text == "month"  # type: ignore[union-attr]
    assert query("revenue during a..by").during.end.text == "by"  # type: ignore[union-attr]


def test_names() -> None:
    file, problems = parse_file(Source("f", "metric prénom = `Order Date`.`sum`\nmetric 营收 = नमस्ते + ไทย"))
    assert [problem.code for problem in problems] == ["KPI015"] * len(problems)
    decomposed = declaration("metric pre\u0301nom = a")
    assert decomposed.name.text == "pr\u00e9nom"
    assert file.declarations[0].name == decomposed.name  # type: ignore[union-attr]


@pytest.mark.parametrize("word", ["हिन्दी", "ภาษาไทย", "ricavi_2026", "Überschuss", "מכירות", "売上高"])
def test_names_of_many_scripts(word: str) -> None:
    assert declaration(f"metric {word} = {word}.{word}").name.text == word


def test_bychannel_is_one_word() -> None:
    assert [metric.text for metric in query("bychannel, topfive, lastyear").metrics] == ["bychannel", "topfive", "lastyear"]  # type: ignore[union-attr]


def test_columns() -> None:
    source = declaration(
        'source s from t { order: int  `Order Date`: date "Day" = f(x) { pii not null from "o d" describe "d" }  label : text  case: bool }'
    )
    assert [item.name.text for item in source.items] == ["order", "Order Date", "label", "case"]
    column = source.items[1]
    assert column.label == "Day"
    assert [type(item).__name__ for item in column.items] == ["Flag", "Flag", "From", "Describe"]


def test_joins() -> None:
    one, plan, last = declaration(
        "source s from t { join one a: b on (x, y = z)  join one p: plans on id during plans.f..plans.u"
        "  join last l: ls on v before at within 90 days where ls.c <> 'd' }"
    ).items
    assert [(pair.left.text, pair.right.text) for pair in one.on] == [("x", "x"), ("y", "z")]
    assert plan.during.start.text == "plans.f"
    assert (last.kind, last.before.text, last.within.amount) == ("last", "at", 90)
    assert last.where.op == "<>"


def test_not_equal_has_one_spelling() -> None:
    assert expression("a != b") == expression("a <> b")


def test_queries() -> None:
    found = query("revenue, aov at (c) by month, channel order by revenue desc top 5 by revenue with other")
    assert [type(metric).__name__ for metric in found.metrics] == ["Path", "At"]
    assert found.order[0].descending
    assert found.top == ast.Top(found.span, 5, expression("revenue"), True)
    assert query("values a, b last 2 weeks").by == (expression("a"), expression("b"))
    assert query("values by month").metrics == (expression("values"),)
    assert query("a with totals sparse last 1 week compare previous period whole") == query(
        "a compare previous period whole last 1 week sparse with totals"
    )


def test_line_breaks_and_separators_carry_no_meaning() -> None:
    one = declaration("kpi a for b { stage c; tier d;; target <= 5 EUR each month }")
    many = declaration("kpi\n a # name\n for b\r\n{\n stage c\n tier d target <=\n 5 EUR each\n month }\r\n")
    assert one == many


def test_byte_order_mark_and_windows_lines() -> None:
    file, problems = parse_file(Source("f", '\ufefftest "t" {\r\n  given s """\r\n a,b\r\n 1,2\r\n"""\r\n}\r\n'))
    assert problems == []
    assert file.declarations[0].items[0].text == "\n a,b\n 1,2\n"  # type: ignore[union-attr]


def test_comments_are_kept_beside_the_tree() -> None:
    file, _ = parse_file(Source("f", "# one\nmetric a = b # kpi: ignore KPI021\n#three"))
    assert [comment.text for comment in file.comments] == ["one", "kpi: ignore KPI021", "three"]
    assert [comment.span.line for comment in file.comments] == [1, 2, 3]


def test_spans() -> None:
    text = 'metric a "A" = (sum(o.x) where o.y) / count(o) { unit EUR }'
    metric = declaration(text)
    assert metric.span.text == text
    assert metric.expr.span.text == "(sum(o.x) where o.y) / count(o)"
    assert metric.expr.left.span.text == "sum(o.x) where o.y"
    assert metric.items[0].span.text == "unit EUR"


def test_good_declarations_around_broken_ones_are_kept() -> None:
    text = """
metric a = 1
source s from t {
  key id
  join one c customers
}
metric b = a +
metric c = a
metrc d = 3
metric e = sum(x
kpi k for g { target <= 5 }
dashboard x { shwo revenue }
metric z = a
"""
    file, problems = parse_file(Source("f", text))
    names = [decl.metric.text if isinstance(decl, ast.Kpi) else decl.name.text for decl in file.declarations]  # type: ignore[union-attr]
    assert names == ["a", "c", "k", "z"]
    assert [problem.span.line for problem in problems if problem.span] == [5, 7, 9, 11, 12]


def test_an_unclosed_brace_does_not_swallow_the_file() -> None:
    file, problems = parse_file(Source("f", "source s from t {\n  key id\n\nmetric a = b\nkpi a for g { tier x }\n"))
    assert [problem.code for problem in problems] == ["KPI012"]
    assert len(file.declarations) == 2
