"""A page holds everything that it shows, loads nothing, and no text in it can become anything but text (S30)."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from kpidsl.cli.page import plain
from kpidsl.dashboard.page import ASSETS, SCRIPTS, Numbers, closed, embedded, locales_of, page
from kpidsl.dashboard.vega_script import _compiled, vega_of, vega_script
from kpidsl.dashboard.words import LANGUAGES, PAGE, WORDS, page_words
from kpidsl.diagnostic import KpiError
from tests.dashboard.rows import HOSTILE
from tests.dashboard.shop import document

NUMBERS = Numbers(
    rows={"revenue_by_channel": {"rows": [[HOSTILE, 1.5], ["b", None]], "more": 0}},
    today="2026-03-15",
    project=HOSTILE,
    engine="default (duckdb)",
)


def hostile_page() -> str:
    board = document(f'dashboard board "{HOSTILE}" {{ question "{HOSTILE}"  show revenue by channel "{HOSTILE}"  text "{HOSTILE}" }}')
    return page(board, ["en", "it"], NUMBERS, "window.vega = null; // </script>", {})


def test_nothing_that_is_said_can_leave_its_place() -> None:
    text = hostile_page()
    assert len(re.findall(r"<script", text)) == 3
    assert len(re.findall(r"</script", text)) == 3
    assert "<!--" not in text.replace("<\\!--", "")
    assert "window.hacked = 1</" not in text
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert data["board"]["title"] == {"en": HOSTILE}
    assert data["rows"]["revenue_by_channel"]["rows"][0] == [HOSTILE, 1.5]
    assert data["project"] == HOSTILE


def test_it_asks_nobody_for_anything() -> None:
    text = hostile_page()
    assert "default-src &#x27;none&#x27;" in text
    assert re.findall(r"<(?:link|img|iframe|object|embed)\b", text) == []
    assert re.findall(r"\b(?:src|action)\s*=\s*[\"']", text) == []
    scripts = "\n".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    assert re.findall(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|eval)\b", scripts) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", scripts) == []
    style = (ASSETS / "page.css").read_text("utf-8")
    assert re.findall(r"@import|url\(", style) == []


def test_json_stays_json() -> None:
    value = {"a": "<&>\u2028\u2029", "b": [1, None, True, "ü"]}
    assert json.loads(embedded(value)) == value
    assert not set("<>&\u2028\u2029") & set(embedded(value))
    with pytest.raises(ValueError, match="Out of range"):
        embedded(float("nan"))


def test_scripts_cannot_close_themselves() -> None:
    assert closed("a = '</script>' + '<!--'") == "a = '<\\/script>' + '<\\!--'"


def test_every_word_that_a_page_says_is_known() -> None:
    scripts = "\n".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    said = set(re.findall(r'say\(\s*"(\w+)"', scripts)) | set(re.findall(r'\? "(\w+)" : "\w+", (?:number|write)', scripts))
    assert len(said) > 30
    assert said <= set(PAGE) | set(WORDS)
    each = ("day", "week", "month", "quarter", "year")
    made = [*(f"before_{one}" for one in each), *(f"last_{one}s" for one in each)]
    made += [f"better_{way}" for way in ("higher", "lower", "between")]
    made += ["may_take_a_day", "needs_a_day", "total", "subtotal", "other", "yes", "no", "final", "running"]
    made += ["usual", "ambitious", "unprecedented"]
    assert set(made) <= set(PAGE)


@pytest.mark.parametrize("key", sorted(PAGE))
def test_words_of_the_page_are_there_in_every_language(key: str) -> None:
    assert len(PAGE[key]) == len(LANGUAGES)
    assert all(text.strip() == text != "" for text in PAGE[key])
    assert len({tuple(sorted(re.findall(r"\{\d\}", text))) for text in PAGE[key]}) == 1


def test_no_word_is_meant_twice() -> None:
    assert not set(PAGE) & set(WORDS)
    assert len(page_words("ro")) == len(PAGE) + len(WORDS)


def test_a_page_offers_the_project_s_locales_and_every_language() -> None:
    assert locales_of(["it-CH", "de"]) == ["it-CH", "de", "en", "ro", "zh-Hant", "zh-Hans"]
    assert locales_of(["en"]) == ["en", "it", "ro", "zh-Hant", "zh-Hans"]
    assert locales_of(["zh-TW"]) == ["zh-TW", "en", "it", "ro", "zh-Hans"]


def test_values_as_json_has_them() -> None:
    assert [plain(value) for value in (Decimal("1.50"), Decimal("2.0"), 0.1, float("inf"), Decimal("NaN"), None, True, "x")] == [
        *(1.5, 2, 0.1, None, None, None, True, "x"),
    ]
    assert plain(dt.date(2026, 3, 1)) == "2026-03-01"
    assert plain(dt.datetime(2026, 3, 1, 12, 30)) == "2026-03-01T12:30:00"


def test_without_the_package_of_charts_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(KpiError) as told:
        vega_script()
    (found,) = told.value.diagnostics
    assert (found.code, found.help) == ("KPI009", 'install it: pip install "kpidsl[html]"')


class Packer:
    """In place of vl_convert."""

    __version__ = "1"
    packed = 0

    @staticmethod
    def get_vega_version() -> str:
        return "6.2.0"

    @classmethod
    def javascript_bundle(cls, snippet: str) -> str:
        cls.packed += 1
        return f"/* packed */ {snippet}"

    @classmethod
    def vegalite_to_vega(cls, spec: str) -> dict[str, object]:
        cls.packed += 1
        return {"made": json.loads(spec)["mark"]}


@pytest.fixture
def packer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Packer]:
    monkeypatch.setitem(sys.modules, "vl_convert", Packer)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(Packer, "packed", 0)
    _compiled.cache_clear()
    return Packer


def test_the_script_of_charts_is_packed_once(packer: type[Packer], tmp_path: Path) -> None:
    first = vega_script()
    assert "vega@6.2.0" in first
    assert "window.vega = {" in first
    assert vega_script() == first
    assert packer.packed == 1
    (kept,) = (tmp_path / "kpidsl" / "vega").iterdir()
    kept.write_text("broken")
    assert vega_script() == first
    assert packer.packed == 2


def test_a_chart_is_compiled_once(packer: type[Packer]) -> None:
    for _ in range(2):
        assert vega_of({"mark": "bar"}) == {"made": "bar"}
        assert vega_of({"mark": "line"}) == {"made": "line"}
        _compiled.cache_clear()
    assert packer.packed == 2


def test_of_charts_that_were_compiled_the_newest_are_kept(packer: type[Packer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("kpidsl.dashboard.vega_script._ROOM", 4)
    for at in range(5):
        vega_of({"mark": str(at)})
    assert len([*(tmp_path / "kpidsl" / "vega").iterdir()]) == 3
    _compiled.cache_clear()
    assert vega_of({"mark": "4"}) == {"made": "4"}
    assert packer.packed == 5
