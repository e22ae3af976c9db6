"""What the product itself says on a board, in five languages."""

from __future__ import annotations

import re

import pytest

from kpidsl.dashboard.words import LANGUAGES, WORDS, language, word
from kpidsl.model.words import WORDS as STATUSES


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_is_there_in_every_language(key: str) -> None:
    assert len(WORDS[key]) == len(LANGUAGES)
    assert all(text.strip() == text != "" for text in WORDS[key])
    holes = {tuple(sorted(re.findall(r"\{\w*\}", text))) for text in WORDS[key]}
    assert len(holes) == 1


def test_every_status_has_its_word() -> None:
    assert set(STATUSES["status"]) <= set(WORDS)


@pytest.mark.parametrize(
    "locale,spoken",
    [
        ("en", "en"),
        ("it-CH", "it"),
        ("ro-MD", "ro"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("de", "en"),
    ],
)
def test_a_locale_is_written_in_a_language(locale: str, spoken: str) -> None:
    assert language(locale) == spoken


def test_words() -> None:
    assert word("on_track", "zh-TW") == "進度正常"
    assert word("on_track", "fr") == "on track"
