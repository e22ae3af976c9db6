"""How nodes become text: names and literals are read back as they were, by sqlglot's reader of each dialect, and long ones are laid out."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from kpidsl.sql import nodes as n
from kpidsl.sql import tree
from kpidsl.sql.dialects import DIALECTS
from kpidsl.sql.printer import write

ODD = "".join(map(chr, (*range(1, 128), 0xE9, 0x2028, 0x1F600)))
"""Every character of ASCII but NUL, which no SQL can hold, and a few others."""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_text_is_read_back_as_it_was(dialect: str) -> None:
    text = f"{ODD} it's {ODD}"
    written = write(tree.Select((tree.Alias(n.text(text), n.name("x")),)), DIALECTS[dialect])
    (found,) = sqlglot.parse_one(written, read=DIALECTS[dialect].printer).find_all(exp.Literal)
    assert found.is_string
    assert found.this.replace("$\\{", "${") == text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_quoted_name_is_read_back_as_it_was(dialect: str) -> None:
    text = "".join(char for char in ODD if char >= " ") + 'a`b"c]d'
    written = write(tree.Select((tree.Column(n.name(text, quoted=True)),)), DIALECTS[dialect])
    (found,) = sqlglot.parse_one(written, read=DIALECTS[dialect].printer).find_all(exp.Identifier)
    assert found.quoted
    assert found.this == text


def test_short_things_stand_on_one_line() -> None:
    call = n.call("coalesce", n.name("a"), n.when(n.eq(n.name("b"), n.number(-1)), n.text("x"), n.null()))
    assert write(call, DIALECTS["duckdb"]) == "COALESCE(a, CASE WHEN b = -1 THEN 'x' ELSE NULL END)"
    assert write(call, DIALECTS["clickhouse"]) == "coalesce(a, CASE WHEN b = -1 THEN 'x' ELSE NULL END)"


def test_long_things_are_broken_where_they_have_joints() -> None:
    long = n.name("a_name_that_is_so_long_that_two_of_it_will_not_fit")
    assert write(n.call("GREATEST", long, long, long), DIALECTS["duckdb"]) == f"GREATEST(\n  {long.text},\n  {long.text},\n  {long.text}\n)"
    assert write(n.both(long, long, long), DIALECTS["duckdb"]) == f"{long.text}\nAND {long.text}\nAND {long.text}"
    case = write(n.when(long, long, long), DIALECTS["duckdb"])
    assert case == f"CASE\n  WHEN {long.text}\n  THEN {long.text}\n  ELSE {long.text}\nEND"
    assert write(n.when(long, long, long), DIALECTS["duckdb"], pretty=False).count("\n") == 0


def test_a_line_break_in_a_text_stays_where_it_was() -> None:
    """Not even indenting what is around it moves it."""
    inner = tree.Select((tree.Alias(n.text("first\nsecond"), n.name("x")),))
    query = tree.Query((tree.Shared(n.name("a"), inner),), tree.Select((n.name("x"),), n.name("a")))
    assert write(query, DIALECTS["duckdb"]) == "WITH a AS (\n  SELECT\n    'first\nsecond' AS x\n)\nSELECT\n  x\nFROM a"


def test_operands_get_parentheses_by_how_tightly_they_bind() -> None:
    total = n.sub(n.name("a"), n.sub(n.name("b"), n.name("c")))
    assert write(n.mul(total, n.number(2)), DIALECTS["sqlite"]) == "(a - (b - c)) * 2"
    assert write(n.neg(n.number(-2)), DIALECTS["sqlite"]) == "-(-2)"
    assert write(n.no(n.either(n.name("a"), n.name("b"))), DIALECTS["sqlite"]) == "NOT (a OR b)"
