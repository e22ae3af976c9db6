"""S16: text compares exactly, in filters, groups, distinct counts, joins and order: case, accents and trailing blanks matter."""

from __future__ import annotations

import unicodedata

import pytest

from kpidsl.engines.base import Engine
from tests.results.world import World

TEXT = """
source names from names { key name  name: text  label: text }
source t from t { key id  id: int  name: text  other: text  v: int  join one known: names on name }
metric v = sum(t.v)
metric n = count(t)
"""

COMPOSED, DECOMPOSED = "é", unicodedata.normalize("NFD", "é")
WORDS = ["a", "A", "a ", " a", "á", "ä", "ss", "ß", "i", "İ", "ı", COMPOSED, DECOMPOSED, "", " ", "名", "名 ", "a\t", "ﬁ", "fi", "1", "01"]


def world(engine: Engine, *words: str | None) -> World:
    """One row per word, worth 1, 2, 4 …"""
    return World(engine, TEXT, t=[(i, word, None, 2**i) for i, word in enumerate(words)])


@pytest.mark.smoke
def test_every_spelling_is_a_group_of_its_own(engine: Engine) -> None:
    """22 words, 22 groups, in the order of their code points."""
    expected = [(word, 2**i) for i, word in enumerate(WORDS)]
    world(engine, *WORDS).check("v by t.name", *sorted(expected))


@pytest.mark.smoke
def test_every_spelling_counts_as_different(engine: Engine) -> None:
    """count(distinct) tells all of them apart."""
    world(engine, *WORDS, *WORDS).check("count(distinct t.name)", (len(WORDS),))


@pytest.mark.parametrize("place", range(len(WORDS)), ids=[ascii(w) for w in WORDS])
def test_a_filter_finds_its_spelling_only(duckdb: Engine, sqlite: Engine, postgres: Engine, place: int) -> None:
    """`=`, `in` and `case` find one row of 22, `<>` and `not in` the others."""
    word = WORDS[place].replace("\t", "\\t")
    everything = 2 ** len(WORDS) - 1
    for engine in (duckdb, sqlite, postgres):
        rows = world(engine, *WORDS)
        rows.check(f'v where t.name = "{word}"', (2**place,))
        rows.check(f'v where t.name <> "{word}"', (everything - 2**place,))
        rows.check(f'v where t.name in ("{word}", "no such word")', (2**place,))
        rows.check(f'v where t.name not in ("{word}", "no such word")', (everything - 2**place,))
        rows.check(f'sum(case when t.name = "{word}" then t.v else 0 end)', (2**place,))


@pytest.mark.smoke
def test_joins_find_their_spelling_only(engine: Engine) -> None:
    """A name joins the row that is spelt the same, or none."""
    rows = World(
        engine,
        TEXT,
        t=[(1, "a", None, 1), (2, "A", None, 2), (3, "a ", None, 4), (4, "á", None, 8), (5, DECOMPOSED, None, 16), (6, "", None, 32)],
        names=[("a", "small"), ("A", "big"), (COMPOSED, "one sign"), (" ", "a blank")],
    )
    rows.check("v by names.label", ("big", 2), ("small", 1), (None, 4 + 8 + 16 + 32))


def test_two_columns_compare_exactly(engine: Engine) -> None:
    """Of three pairs that differ in case, blank or accent none is equal."""
    rows = World(engine, TEXT, t=[(1, "a", "A", 1), (2, "a", "a ", 2), (3, "a", "á", 4), (4, "a", "a", 8)])
    rows.check("v where name = other", (8,))
    rows.check("v where name <> other", (7,))
    rows.check("sum(case when name = other then t.v else 0 end)", (8,))
    rows.check("count(null_if(t.name, t.other))", (3,))


@pytest.mark.smoke
def test_order_and_comparison_by_code_point(engine: Engine) -> None:
    """Z before a, a before á, blanks first: as the code points stand, on every engine whatever its locale."""
    words = ["á", "b", "a", "Z", "a b", "a", "", "B"]
    rows = world(engine, *words)
    rows.check("n by t.name", ("", 1), ("B", 1), ("Z", 1), ("a", 2), ("a b", 1), ("b", 1), ("á", 1))
    rows.check('n where t.name < "a"', (3,))
    rows.check('n where t.name >= "a" and t.name <= "b"', (4,))
    rows.check('n where t.name between "B" and "a"', (4,))
    rows.check("min(t.name), max(t.name) where name <> ''", ("B", "á"))


def test_top_ties_by_code_point(engine: Engine) -> None:
    """Of four names with one row each the capital comes first."""
    world(engine, "b", "a", "Z", "á").check("n by t.name top 2", ("Z", 1), ("a", 1))


@pytest.mark.smoke
def test_like_is_exact_too(engine: Engine) -> None:
    """`like "a%"` finds neither "A" (SQLite would) nor "á"; `%` and `_` are wild, everything else is itself."""
    rows = world(engine, "a", "A", "á", "ab", "a%", "b", r"a\b")
    rows.check('v where t.name like "a%"', (1 + 8 + 16 + 64,))
    rows.check('v where t.name like "a_"', (8 + 16,))
    rows.check('v where t.name not like "a%"', (2 + 4 + 32,))
    rows.check(r'v where t.name like "a\\b"', (64,))


def test_functions_look_at_text_exactly(engine: Engine) -> None:
    """contains, starts_with and ends_with know no wild cards and no case."""
    rows = world(engine, "100%", "1000", "A_b", "Axb", "a")
    rows.check('v where contains(t.name, "0%")', (1,))
    rows.check('v where starts_with(t.name, "A_")', (4,))
    rows.check('v where ends_with(t.name, "A")', (0,))
    rows.check('v where contains(t.name, "a")', (16,))


def test_dimensions_with_blanks_meet_across_sources(engine: Engine) -> None:
    """In two sources "ads" and "ads " are two channels, not one."""
    rows = World(
        engine,
        """
        source a from a { key id  id: int  channel: text }
        source b from b { key id  id: int  channel: text }
        dimension channel = a.channel, b.channel
        """,
        a=[(1, "ads"), (2, "Ads")],
        b=[(1, "ads "), (2, "ads")],
    )
    rows.check("count(a), count(b) by channel", ("Ads", 1, 0), ("ads", 1, 1), ("ads ", 0, 1))
