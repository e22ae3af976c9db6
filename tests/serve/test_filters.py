"""What readers ask of a board: its numbers are those of `kpi query` with the same `where`, values go beside the SQL on every engine, and
what cannot follow says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidsl.cli.answer import answer, parse, plan
from kpidsl.serve.desk import Desk, MissingError
from kpidsl.serve.wishes import WishError
from tests.serve.shop import ATTACK, FOREIGN, PROJECT, desk, folder, only, shown

ENGINES = ("duckdb", "sqlite", "postgres")


@pytest.fixture(params=ENGINES)
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """The shop's desk on each engine."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    made = desk(folder(tmp_path / "shop", request.param, url))
    yield made
    made.close()


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[Desk]:
    made = desk(folder(tmp_path / "shop", "duckdb"))
    yield made
    made.close()


def queried(at: Desk, text: str) -> list[list[object]]:
    """What `kpi query` answers."""
    found = answer(at.session, plan(at.session, parse(text), text)).result
    return [
        [float(value) if not isinstance(value, str | None) and not hasattr(value, "year") else value for value in row] for row in found.rows
    ]


def test_without_wishes_it_is_the_board(at: Desk) -> None:
    found = shown(at)
    assert found.table("All of it") == [[635]]
    assert found.live["left"] == {}
    assert found.live["aimless"] == []
    assert found.live["given"] == {}
    assert found.live["period"] == "last 13 months"


@pytest.mark.parametrize(
    ("values", "revenue"),
    [
        (["email"], 55),
        ([ATTACK], 20),
        ([FOREIGN], 320),
        ([""], 160),
        ([None], 80),
        (["email", None], 135),
        (["", None, ATTACK], 260),
        (["' OR 1=1 --"], 0),
        (["EMAIL"], 0),
    ],
)
def test_a_filter_is_a_value(at: Desk, values: list[str | None], revenue: int) -> None:
    found = shown(at, only("channel", *values))
    assert found.table("All of it") == [[revenue]]
    sql = found.sql("All of it")
    known = [value for value in values if value is not None]
    for value in known:
        assert not value or value not in sql
    assert found.live["given"].get(found.query("All of it"), []) == known
    assert shown(at).table("All of it") == [[635]]  # the table is still there


@pytest.mark.parametrize("title", ["All of it", "Month by month", "By channel", "In numbers"])
def test_numbers_are_those_of_the_query(at: Desk, title: str) -> None:
    asked = {
        "All of it": "revenue where channel = 'email' during 2026",
        "Month by month": "revenue by month where channel = 'email' during 2026",
        "By channel": "revenue by channel where channel = 'email' during 2026",
        "In numbers": "orders_made, revenue by channel where channel = 'email' during 2026",
    }[title]
    found = shown(at, only("channel", "email"), ("period", "2026")).table(title)
    wanted = queried(at, asked)
    assert len(found) == len(wanted) > 0
    for row, other in zip(found, wanted, strict=True):
        assert [str(value) if hasattr(value, "year") else value for value in other] == row


def test_two_filters_meet(at: Desk) -> None:
    found = shown(at, only("channel", "email"), only("orders.country", "IT"))
    assert found.table("All of it") == [[15]]
    assert found.live["given"][found.query("All of it")] == ["email", "IT"]


def test_a_tile_that_has_no_such_rows_says_so_and_shows_all(duck: Desk) -> None:
    found = shown(duck, only("orders.country", "IT"))
    assert found.table("All of it") == [[195]]
    assert found.left("What it costs") == ["orders.country"]
    assert found.table("What it costs") == shown(duck).table("What it costs")
    assert found.left("Grow") == ["orders.country"]
    assert found.left("By channel") == []


def test_a_kpi_of_some_rows_has_no_target(duck: Desk) -> None:
    whole, some = shown(duck), shown(duck, only("channel", "email"))
    columns = [column["name"] for column in whole.first["data"]["board"]["queries"][whole.query("Revenue")]["columns"]]
    row = dict(zip(columns, some.table("Revenue")[-2], strict=True))
    assert (row["period_start"], row["actual"], row["target"], row["status"]) == ("2026-02-01", 40, None, "no_target")
    assert dict(zip(columns, whole.table("Revenue")[-2], strict=True))["target"] == 900
    assert some.live["aimless"] == [some.element("Revenue")]
    assert some.elements[some.element("Revenue")]["kpi"]["owner"] == "Cy"


def test_a_kpi_keeps_the_targets_of_just_the_rows_that_are_asked_for(tmp_path: Path) -> None:
    place = folder(tmp_path / "shop", "duckdb")
    own = """target >= 900 EUR each month
  target >= 30 EUR each month where channel = "email"
  target >= 70 EUR each month where orders.country = "DE" and channel in ("email", "x")"""
    (place / "shop.kpi").write_text(PROJECT.replace("target >= 900 EUR each month", own), encoding="utf-8")
    at = desk(place)
    try:
        email = shown(at, only("channel", "email"))
        columns = [column["name"] for column in email.first["data"]["board"]["queries"][email.query("Revenue")]["columns"]]
        row = dict(zip(columns, email.table("Revenue")[-2], strict=True))
        assert (row["period_start"], row["actual"], row["target"], row["status"]) == ("2026-02-01", 40, 30, "achieved")
        assert email.live["aimless"] == []
        both = shown(at, only("channel", "x", "email"), only("orders.country", "DE"))
        row = dict(zip(columns, both.table("Revenue")[-2], strict=True))
        assert (row["actual"], row["target"], row["status"]) == (40, 70, "missed")
        other = shown(at, only("channel", "x"))
        assert other.live["aimless"] == [other.element("Revenue")]
        assert {row[columns.index("target")] for row in other.table("Revenue")} == {None}
    finally:
        at.close()


def test_a_period_is_the_languages_own(duck: Desk) -> None:
    found = shown(duck, ("period", "2026-02"))
    assert found.table("All of it") == [[120]]
    assert found.table("By country") == [["DE", 120]]
    assert found.first["data"]["board"]["parameters"]["filters"] == [{"name": "period", "text": "2026-02"}]
    assert shown(duck, ("period", "2026-01-20..2026-02-05")).table("All of it") == [[60]]
    assert shown(duck, ("period", "last 2 months")).table("All of it") == [[600]]
    assert shown(duck, ("period", "2026-Q1")).table("All of it") == [[630]]


def test_what_has_its_own_period_keeps_it_and_says_so(duck: Desk) -> None:
    found = shown(duck, ("period", "2026-02"))
    assert {name for name, left in found.live["left"].items() if left == ["period"]} == {
        found.element(title) for title in ("Grow", "Revenue", "The year before")
    }
    assert found.table("The year before") == shown(duck).table("The year before")


def test_comparisons(duck: Desk) -> None:
    def named(*said: tuple[str, str]) -> list[str]:
        found = shown(duck, *said)
        return [column["name"] for column in found.first["data"]["board"]["queries"][found.query("Month by month")]["columns"]]

    assert named() == named(("compare", "none")) == ["month", "revenue"]
    assert named(("compare", "year")) == ["month", "revenue", "revenue_previous_year", "revenue_growth"]
    found = shown(duck, ("compare", "year"), ("period", "2026-03"))
    assert found.table("Month by month") == [["2026-03-01", 480, 5, 95]]  # (480 - 5) / 5
    assert "compare" in found.left("Grow")


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "last 0 months",
        "2026 where 1 = 1",
        "2026 by channel",
        "2026); DROP TABLE orders; --",
        "last 3 months top 5",
        "2026-06-01..2026-01-01",
        "last 3 hours",
        "x" * 200,
        "nonsense",
        "last",
        "2026, revenue",
    ],
)
def test_what_is_no_period_is_refused_in_words(duck: Desk, text: str) -> None:
    with pytest.raises(WishError, match="period"):
        shown(duck, ("period", text))


@pytest.mark.parametrize(
    "said",
    [
        ("only", "channel"),
        ("only", '["channel"]'),
        ("only", '["channel", []]'),
        ("only", '["channel", "email"]'),
        ("only", '["channel", [1]]'),
        ("only", '["channel", [true]]'),
        ("only", '["channel", [{"a": 1}]]'),
        ("only", '["channel", [["a"]]]'),
        ("only", '["channel", [1.5]]'),
        ("only", '["channel", ["\\u0000"]]'),
        ("only", '["channel", ["\\ud800"]]'),
        ("only", json.dumps(["channel", ["x" * 3000]])),
        ("only", json.dumps(["channel", ["x"] * 201])),
        ("only", '["orders.amount", ["1"]]'),
        ("only", '["channel = 1 or 1", ["1"]]'),
        ("only", "[" * 5000),
        ("compare", "week; drop"),
    ],
)
def test_what_is_no_filter_is_refused_in_words(duck: Desk, said: tuple[str, str]) -> None:
    with pytest.raises(WishError):
        shown(duck, said)


def test_values_are_the_engines_own(at: Desk) -> None:
    found = at.values("ceo", "channel")
    assert sorted(found["values"], key=str) == sorted(["email", ATTACK, None, "", FOREIGN], key=str)
    assert found["more"] == 0
    assert at.values("ceo", "orders.country")["values"] == ["DE", "IT"]
    with pytest.raises(MissingError):
        at.values("ceo", "orders.amount")


def test_what_can_be_clicked(duck: Desk) -> None:
    found = shown(duck)
    assert found.live["marks"] == {
        found.element("By channel"): {"channel": "channel"},
        found.element("In numbers"): {"channel": "channel"},
        found.element("By country"): {"country": "orders.country"},
    }
    offered = {field["name"]: field["offered"] for field in found.live["fields"]}
    assert offered == {"channel": True, "orders.country": False}


def test_an_answer_is_kept_until_the_question_is_another(duck: Desk) -> None:
    lines = list(duck.board("ceo", (), False))
    assert len(lines[0]["late"]) == len(lines) - 2 > 0
    again = list(duck.board("ceo", (), False))
    assert again[0]["late"] == []
    other = list(duck.board("ceo", (only("channel", "email"),), False))
    another = list(duck.board("ceo", (only("channel", ATTACK),), False))
    for lines in (other, another):  # the goal and what it costs in 2025 are the same question
        assert 0 < len(lines[0]["late"]) < len(again[0]["data"]["rows"])
    assert len(next(duck.board("ceo", (), True))["late"]) == len(again[0]["data"]["rows"])
