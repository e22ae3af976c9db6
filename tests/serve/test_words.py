"""What a served page says is said in every language, and nothing is said that is not used."""

from __future__ import annotations

import re

from kpidsl.dashboard.words import PAGE, WORDS
from kpidsl.serve.app import ASSETS
from kpidsl.serve.words import SERVE

SCRIPT = (ASSETS / "serve.js").read_text("utf-8")


def test_every_word_is_there_in_every_language() -> None:
    for key, row in SERVE.items():
        assert all(word.strip() for word in row), key
        assert len({tuple(sorted(re.findall(r"\{\d\}", word))) for word in row}) == 1, key


def test_words_are_used_and_nothing_else_is_said() -> None:
    said = set(re.findall(r'say\("(\w+)"', SCRIPT))
    assert said <= {*SERVE, *PAGE, *WORDS}
    assert not [key for key in SERVE if f'"{key}"' not in SCRIPT and not key.startswith("compare_")]
    assert not set(SERVE) & {*PAGE, *WORDS}


def test_texts_become_text_alone() -> None:
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc", SCRIPT) == []
    style = (ASSETS / "serve.css").read_text("utf-8")
    assert re.findall(r"@import|url\(", style) == []
