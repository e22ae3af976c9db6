"""The one layout: what is written in any way comes out in one, with every comment where it stood."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.format import format_expr, format_file, format_name, format_query
from kpidsl.syntax.lexer import lex
from kpidsl.syntax.parse import parse_expression, parse_file, parse_query
from tests.syntax.snippets import FILES, QUERIES, language_blocks


def formatted(text: str) -> str:
    source = Source("f.kpi", text)
    file, problems = parse_file(source)
    assert problems == []
    return format_file(file, source)


MESSY = """# head of file


# second block
source  orders   "Web shop" from shop.orders{ # what one row is
# own line
KEY order_id   TIME ordered_at
order_id:int
ordered_at: timestamp   IN 'Asia/Taipei'   # zone


amount: money(EUR) {pii}  # trailing
  # before paid
  paid: bool=status IN ("paid",'shipped')
  long: text = case when status = "paid" and amount > 100 then "large paid" when status = "open" then "open" else "none" end
  join one customer :customers on customer_id   # a role
# last words
}
metric revenue "Revenue"=sum(orders.amount)where orders.paid   # money
metric  aov=(revenue/orders_paid)
metric x = (a+b)*c - (d*e) # y
metric y = a # mid one
  + b # mid two
  # own
  - c
segment s = NOT (a = b) and c!=1_000
metric z = a { better lower unit EUR }
metric long_one "A long label for a long metric" = sum(orders.amount) where orders.status = "paid"
      and orders.channel <> "direct" and orders.country in ("IT", "RO")

metric w = a {
  better lower }
# tail
"""

TIDY = """# head of file

# second block
source orders "Web shop" from shop.orders {  # what one row is
  # own line
  key  order_id
  time ordered_at
  order_id:   int
  ordered_at: timestamp in "Asia/Taipei"  # zone

  amount: money(EUR) { pii }  # trailing
  # before paid
  paid: bool = status in ("paid", "shipped")
  long: text =
    case
      when status = "paid" and amount > 100 then "large paid"
      when status = "open" then "open"
      else "none"
    end
  join one customer: customers on customer_id  # a role
  # last words
}

metric revenue "Revenue" = sum(orders.amount) where orders.paid  # money
metric aov               = revenue / orders_paid
metric x                 = (a + b) * c - d * e  # y
# mid one
# mid two
# own
metric y  = a + b - c
segment s = not a = b and c <> 1_000
metric z  = a { better lower  unit EUR }

metric long_one "A long label for a long metric" =
  sum(orders.amount)
  where orders.status = "paid" and orders.channel <> "direct" and orders.country in ("IT", "RO")

metric w = a {
  better lower
}
# tail
""".replace("metric y  =", "metric y =").replace("metric z  =", "metric z =")


def test_one_messy_file() -> None:
    assert formatted(MESSY) == TIDY
    assert formatted(TIDY) == TIDY


@pytest.mark.parametrize("text", [*FILES.values(), *language_blocks()])
def test_tree_and_comments_stay(text: str) -> None:
    first = Source("a", text)
    file, _ = parse_file(first)
    result = Source("b", format_file(file, first))
    again, problems = parse_file(result)
    assert problems == []
    assert again == file
    assert sorted(comment.text for comment in again.comments) == sorted(comment.text for comment in file.comments)
    assert format_file(again, result) == result.text


@pytest.mark.parametrize("text", QUERIES)
def test_queries(text: str) -> None:
    found, _ = parse_query(Source("q", text))
    assert found is not None
    assert parse_query(Source("q", format_query(found)))[0] == found


@pytest.mark.parametrize(
    "text, result",
    [
        ("((a))", "a"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("a/(b*c)", "a / (b * c)"),
        ("(a*b)/c", "a * b / c"),
        ("- ( a+b )", "-(a + b)"),
        ("not (a and b)", "not (a and b)"),
        ("(not a) and b", "not a and b"),
        ("(a or b) and c", "(a or b) and c"),
        ("a != b", "a <> b"),
        ("(a) in (1,2)", "a in (1, 2)"),
        ("(a = b) = c", "(a = b) = c"),
        ("(sum(a) where b)/c", "(sum(a) where b) / c"),
        ("a/(b at(c,d))", "a / (b at (c, d))"),
        ("a/(b at( ))", "a / (b at ())"),
        ("COUNT(DISTINCT a.b)", "COUNT(distinct a.b)"),
        ("f(per:(a,b),x:1..2)", "f(per: (a, b), x: 1..2)"),
        ("30D", "30 days"),
        ("1 days", "1 day"),
        ("25EUR", "25 EUR"),
        ("1_000.50EUR", "1_000.50 EUR"),
        ("12.5 %", "12.5%"),
        ("'it''s \"x\"'", '"it\'s \\"x\\""'),
        ("`order`.`sum`", "order.sum"),
        ("`end`.`Order Date`", "`end`.`Order Date`"),
        ("CASE a WHEN 1 THEN 2 END", "case a when 1 then 2 end"),
        ("a IS NOT NULL", "a is not null"),
        ("2026-01-31T12:00:00", "2026-01-31T12:00"),
        ("f(2026 .. 2027)", "f(2026..2027)"),
    ],
)
def test_expressions(text: str, result: str) -> None:
    found, problems = parse_expression(Source("e", text))
    assert problems == []
    assert found is not None
    assert format_expr(found) == result


def test_names_are_quoted_only_where_they_must_be() -> None:
    assert [format_name(name) for name in ("order", "End", "a b", "营收", "1a")] == ["order", "`End`", "`a b`", "营收", "`1a`"]
    assert formatted("source s from t { `order`: int `end`: int `a b`: int }") == "source s from t { order: int  end: int  `a b`: int }\n"


def test_braces_stay_as_short_or_long_as_they_were() -> None:
    short = "kpi a for b { target <= 5 EUR each month }\n"
    assert formatted(short) == short
    assert formatted("kpi a for b {\ntarget <= 5 EUR each month }") == "kpi a for b {\n  target <= 5 EUR each month\n}\n"
    crowded = "kpi a for b { " + " ".join(f'describe "some words {n}"' for n in range(6)) + " }"
    assert formatted(crowded).count("\n") == 8


def test_comments_keep_their_place() -> None:
    text = """
# above
metric a = b  # beside

# apart

kpi a for b {  # after the brace
  # first
  target <= 5  # beside target

  # last
}  # after the end
# end
"""
    assert formatted(text) == text.lstrip("\n")


def test_comments_inside_short_braces_make_them_long() -> None:
    assert formatted("source s from t { a: int { pii # why\n } }") == "source s from t {\n  a: int {\n    pii  # why\n  }\n}\n"


def test_blank_lines_of_the_author_stay_one_at_a_time() -> None:
    assert formatted("metric a = b\n\n\n\nmetric c = d\nmetric e = f") == "metric a = b\n\nmetric c = d\nmetric e = f\n"


def test_blocks_are_left_alone() -> None:
    text = 'test "t" {\n  given s """\n      a,   b\n    1, 2\n  """\n  expect a by b """\n  x\n  """\n}\n'
    assert formatted(text) == text


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(FILES)), st.lists(st.integers(0, 10**6), min_size=1, max_size=6), st.booleans())
def test_comments_anywhere(name: str, places: list[int], own_line: bool) -> None:
    """A comment between any two tokens is kept, and a second formatting moves none."""
    text = FILES[name]
    ends = [token.end for token in lex(Source("f", text)).tokens]
    for number, end in enumerate(sorted({ends[place % len(ends)] for place in places}, reverse=True)):
        text = text[:end] + ("\n" if own_line else " ") + f"# comment {number}\n" + text[end:]
    source = Source("f.kpi", text)
    file, problems = parse_file(source)
    if any(problem.code == "KPI014" for problem in problems):
        return  # a number was parted from its unit
    assert problems == []
    result = Source("g.kpi", format_file(file, source))
    again, problems = parse_file(result)
    assert problems == [], result.text
    assert again == file
    assert sorted(comment.text for comment in again.comments) == sorted(comment.text for comment in file.comments)
    assert format_file(again, result) == result.text


def test_empty_and_comment_only() -> None:
    assert formatted("") == ""
    assert formatted("\n\n# only\n\n\n# two") == "# only\n\n# two\n"


def test_nodes_without_places() -> None:
    nowhere = Source("", "").text
    span = ast.Span(Source("", nowhere), 0, 0)
    made = ast.Metric(span, ast.Ident(span, "a"), None, ast.Number(span, 3, ""))
    assert format_file(ast.File(span, (made,)), Source("", "")) == "metric a = 3\n"
