"""The grammar itself: one LALR(1) grammar without conflicts, in which no keyword takes a name's place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kpidsl.span import Source
from kpidsl.syntax import tables as tables_room
from kpidsl.syntax.parse import parse_file, parse_query
from kpidsl.syntax.tables import RESERVED, build, grammar_text, stock_parser, tables
from tests.syntax.snippets import FILES, QUERIES, language_blocks

ROOT = Path(__file__).parents[2]

# Where a keyword and a name are both possible, and why that does no harm (kpidsl/syntax/lexer.py, `keyword`).
BOTH_POSSIBLE = {
    "VALUES": "begins a query only before another name",
    "FUNNEL": "begins a query only before another name",
    "COHORT": "begins a query only before another name",
    "DOTS": "after `..` a word is the range's end unless a blank stands between: `2026-01-01.. by month`",
}


def test_no_conflicts_and_the_same_tables_on_every_build() -> None:
    """Lark is strict: a shift/reduce conflict is an error. It walks over sets, and a wheel has to be the same everywhere."""
    code = "from kpidsl.syntax.tables import *; import json; print(json.dumps(build(grammar_text())))"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    assert json.loads(done.stdout) == json.loads(json.dumps(build(grammar_text())))


def test_stock_lexer_reads_everything() -> None:
    """Strict with lark's own lexer compares all terminals for overlaps (with `interegular`), and reads the same programs."""
    parser = stock_parser(grammar_text(), lexer="contextual")
    for text in [*FILES.values(), *language_blocks()]:
        text = text.replace("show values", "show value")  # only our lexer lets a metric be named `values`
        assert parser.parse(text, start="file") is not None
    for text in QUERIES:
        if not text.startswith(("values by", "funnel by", "cohort /")) and text != "values":
            assert parser.parse(text, start="query") is not None
    assert parser.parse("bychannel / 2", start="expression") is not None


def test_no_keyword_shadows_a_name() -> None:
    """In every state where a name may stand, no keyword but the reserved ones is possible, two places apart."""
    known = tables()
    shadows: dict[str, set[int]] = {}
    for number, row in enumerate(known.states):
        if "NAME" not in row:
            continue
        for word, terminal in known.keywords.items():
            if word not in RESERVED and terminal in row:
                shadows.setdefault(terminal, set()).add(number)
    after_dots = {row["DOTS"] for row in known.states if row.get("DOTS", -1) >= 0}
    others = {terminal: states - after_dots for terminal, states in shadows.items()}
    assert {terminal for terminal, states in others.items() if states} == {"VALUES", "FUNNEL", "COHORT"}
    assert set(BOTH_POSSIBLE) == {"VALUES", "FUNNEL", "COHORT", "DOTS"}


@pytest.mark.parametrize("word", sorted(tables().keywords))
def test_every_keyword_is_a_fine_column_name(word: str) -> None:
    """Before a colon bare; elsewhere bare unless it is reserved, then in backquotes."""
    name = f"`{word}`" if word in RESERVED else word
    text = f"""
source {name} from raw.{name} {{ key {name}, {name}  time {name}  {word}: int = {name} + f({name}, {word}: {name}) where {name}
  join one {word}: {name} on {name} = {name} before {name}  begins {name}  complete through {name} }}
metric {name} = sum({name}.{name}) / {name} at ({name}, {name}) where {name} in ({name})
kpi {name} for {name} {{ stage {name}  tier {name}  target <= {name} each {name} where {name}  needs 3 {name}  when {name} do "x" }}
funnel {name} {{ entity {name}  same {name}  stage {name} = {name} where {name}  exclude {name} }}
journey {name} {{ {name} {name} "x" }}
dashboard {name} for {name} {{ goal {name}  kpi {name}  show {name} by {name}, {name} where {name} order by {name} as {name}
  funnel {name} by {name} }}
""".replace("at (", "where 1 > 0 at (")
    file, problems = parse_file(Source("names.kpi", text))
    assert [problem.message for problem in problems] == []
    assert len(file.declarations) == 6
    query, problems = parse_query(Source("<query>", f"{name}, {name} by {name}, {name} where {name} order by {name} desc top 5 by {name}"))
    assert problems == []
    assert query is not None
    assert len(query.metrics) == len(query.by) == 2


def test_keywords_in_any_case() -> None:
    lower, _ = parse_file(Source("a", "metric a = sum(x) where not y and z in (1) { better lower }\nreport r = a by month"))
    upper, problems = parse_file(Source("a", "METRIC a = sum(x) WHERE NOT y And z In (1) { BETTER lower }\nREPORT r = a BY month"))
    assert problems == []
    assert upper == lower


def test_tables_are_stored_once_and_read_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing, broken or foreign file is built anew; a folder that cannot be written does no harm."""
    monkeypatch.setattr(tables_room, "_SHIPPED", tmp_path / "none.json")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    first = tables_room.tables.__wrapped__()
    stored = list((tmp_path / "kpidsl").glob("tables-*.json"))
    assert len(stored) == 1
    monkeypatch.setattr(tables_room, "build", lambda text: pytest.fail("built twice"))
    assert tables_room.tables.__wrapped__().states == first.states
    monkeypatch.undo()
    monkeypatch.setattr(tables_room, "_SHIPPED", tmp_path / "none.json")
    monkeypatch.setenv("XDG_CACHE_HOME", str(stored[0]))
    monkeypatch.setenv("LOCALAPPDATA", str(stored[0]))
    assert tables_room.tables.__wrapped__().states == first.states
    stored[0].write_text("{")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert tables_room.tables.__wrapped__().states == first.states
    assert json.loads(stored[0].read_text())["key"]


def test_a_run_does_not_import_lark() -> None:
    tables()  # cached from here on
    code = (
        "import sys; from kpidsl.span import Source; from kpidsl.syntax.parse import parse_query; "
        "parse_query(Source('', 'a by b')); print('lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
