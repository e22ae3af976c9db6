"""A board as data: everything that a reader needs stands in it."""

from __future__ import annotations

import copy
import json

import pytest

from kpidsl.compile import compile_sources
from kpidsl.dashboard.schema import check, schema
from kpidsl.span import Source
from tests.dashboard.shop import SHOP, document, made, shown

BOARD = """
audience team "The team"
goal grow "Grow" {
  kind sales  measure revenue  increase 20% over 2025-H2  by 2026-06-30
  review monthly  owner "Bo"  because "The plan"  label it "Crescere"
}
kpi aov for grow {
  stage conversion  tier strategic  category efficiency
  target >= 45 EUR each month
  target >= 50.5 EUR each month from 2026-07-01 because "new range"
  target >= 40 EUR each month where channel = "email"
  needs 30 orders_made  warn at 95%
  benchmark 52 EUR { source "Industry report" year 2025 country IT }
  when off_track do "Offer a mug"
}
alert dear { watch aov by channel each month  when falls 20% against previous month  do "Look at {channel}: {value}" }
report months "By month" = revenue, orders_made by month during 2025
dashboard ceo "Are we on course?" for team {
  label    it "Siamo in rotta?"
  owner    "Ada"
  question "Do we sell more?"
  period   last 12 months
  text     "Net of VAT."
  kpi      aov, buyers
  goal     grow
  show     revenue by month compare previous year as line "How it went"
  show     revenue by channel
  report   months
  matrix
  findings
}
"""


@pytest.fixture(scope="module")
def ceo() -> dict:
    return document(BOARD)


def test_what_the_board_is(ceo: dict) -> None:
    assert {key: ceo[key] for key in ("schema", "name", "title", "question", "audience", "locale", "calendar", "parameters")} == {
        "schema": "urn:kpidsl:dashboard:1",
        "name": "ceo",
        "title": {"en": "Are we on course?", "it": "Siamo in rotta?"},
        "question": "Do we sell more?",
        "audience": "team",
        "locale": "en",
        "calendar": {"zone": "Europe/Rome", "week_starts": "sunday", "year_starts": "april"},
        "parameters": {"as_of": "2026-03-15", "filters": [{"name": "period", "text": "last 12 months"}]},
    }


def test_elements_stand_apart_from_queries_and_places(ceo: dict) -> None:
    kinds = {name: element["kind"] for name, element in ceo["elements"].items()}
    assert kinds == {
        "text": "text",
        "kpi_aov": "kpi",
        "kpi_buyers": "kpi",
        "goal_grow": "goal",
        "revenue_by_month": "chart",
        "revenue_by_channel": "chart",
        "report_months": "chart",
        "matrix": "matrix",
        "findings": "findings",
    }
    assert list(ceo["queries"]) == [
        *("kpi_aov", "kpi_buyers", "goal_grow", "revenue_by_month", "revenue_by_channel", "report_months", "alert_dear"),
    ]
    assert {place["element"] for place in ceo["layout"]} == set(ceo["elements"])


def test_a_kpi_says_what_it_should_reach(ceo: dict) -> None:
    kpi = ceo["elements"]["kpi_aov"]["kpi"]
    plain = {"each": "month", "high": None, "strict": False, "from_data": False}
    assert kpi["target"] == [
        {**plain, "segment": None, "low": 50.5, "since": "2026-07-01", "because": "new range"},
        {**plain, "segment": None, "low": 45, "since": None, "because": ""},
        {**plain, "segment": 'channel = "email"', "low": 40, "since": None, "because": ""},
    ]
    assert kpi["thresholds"] == {"at_risk": 0.05, "needs": 30}
    assert kpi["benchmark"] == [{"value": 52, "facts": {"source": "Industry report", "year": "2025", "country": "IT"}}]
    assert kpi["action"] == {"off_track": "Offer a mug"}
    assert (kpi["goal"], kpi["stage"], kpi["tier"], kpi["category"], kpi["each"]) == (
        "grow",
        "conversion",
        "strategic",
        "efficiency",
        "month",
    )
    assert (kpi["direction"], kpi["adds_up"], kpi["owner"]) == ("higher", False, "Bo")


def test_a_metric_among_kpis_has_no_target(ceo: dict) -> None:
    kpi = ceo["elements"]["kpi_buyers"]["kpi"]
    assert (kpi["goal"], kpi["target"], kpi["benchmark"]) == ("", [], [])
    assert kpi["thresholds"] == {"at_risk": 0.1, "needs": None}


def test_every_column_says_what_it_is(ceo: dict) -> None:
    month, revenue, before, change = ceo["queries"]["revenue_by_month"]["columns"]
    assert month == {
        "name": "month",
        "role": "group",
        "type": "date",
        "unit": "",
        "format": "month",
        "label": {"en": "Month", "it": "Mese"},
    }
    assert revenue["label"] == {"en": "Revenue", "it": "Ricavi"}
    assert (revenue["unit"], revenue["format"], revenue["role"]) == ("EUR", "#,##0.00", "metric")
    assert before["label"] == {"en": "Revenue, year before", "it": "Ricavi, anno precedente"}
    assert (before["role"], before["of"], change["role"], change["of"]) == ("previous", "revenue", "growth", "revenue")
    assert (change["unit"], change["format"]) == ("%", "#,##0.0%")
    status = next(column for column in ceo["queries"]["kpi_aov"]["columns"] if column["name"] == "status")
    assert status["label"] == {"en": "Status", "it": "Stato"}


def test_titles_are_made_where_nobody_wrote_one(ceo: dict) -> None:
    titles = {name: element["title"] for name, element in ceo["elements"].items()}
    assert titles["revenue_by_month"] == {"en": "How it went"}
    assert titles["revenue_by_channel"] == {"en": "Revenue by channel", "it": "Ricavi per canale"}
    assert titles["report_months"] == {"en": "By month"}
    assert titles["goal_grow"] == {"en": "Grow", "it": "Crescere"}
    assert titles["kpi_buyers"] == {"en": "Buyers"}
    assert titles["findings"] == {"en": "What changed and what to do", "it": "Cosa è cambiato e cosa fare"}


def test_a_number_leads_back_to_where_it_was_written(ceo: dict) -> None:
    where = ceo["provenance"]
    assert (where["file"], where["line"], where["owner"]) == ("mine.kpi", 18, "Ada")
    assert where["elements"]["kpi_buyers"] == {"file": "mine.kpi", "line": 24, "text": "buyers"}
    revenue = where["metrics"]["revenue"]
    assert {
        key: revenue[key] for key in ("formula", "description", "unit", "better", "additivity", "sources", "owner", "file", "line")
    } == {
        "formula": "sum(orders.amount)",
        "description": "What was paid.",
        "unit": "EUR",
        "better": "higher",
        "additivity": "additive",
        "sources": ["orders"],
        "owner": "Ada",
        "file": "shop.kpi",
        "line": 15,
    }


def test_the_findings_name_the_alerts_with_their_queries(ceo: dict) -> None:
    (finding,) = ceo["elements"]["findings"]["findings"]
    assert (finding["alert"], finding["query"], finding["metric"]) == ("dear", "alert_dear", "aov")
    assert (finding["by"], finding["each"], finding["action"]) == (["channel"], "month", "Look at {channel}: {value}")


def test_the_matrix_stands_in_the_board(ceo: dict) -> None:
    matrix = ceo["elements"]["matrix"]["matrix"]
    (row,) = matrix["rows"]
    told = dict(zip([column["name"] for column in matrix["columns"]], row, strict=True))
    assert (told["goal"], told["kpi"], told["owner"], told["dashboards"]) == ("grow", "aov", "Bo", "ceo")


def test_a_range_of_its_own_is_not_the_board_s() -> None:
    text = "dashboard board { period 2026-Q1  show revenue by month  show revenue by month during 2025  show buyers }"
    sql = [query["sql"]["duckdb"] for query in document(text)["queries"].values()]
    assert "DATE '2026-01-01'" in sql[0]
    assert "DATE '2026-01-01'" not in sql[1].replace("day < DATE '2026-01-01'", "")
    assert "DATE '2025-01-01'" in sql[1]
    assert "DATE '2026-01-01'" in sql[2]


def test_what_two_tiles_ask_is_asked_once() -> None:
    board = document('dashboard board { show revenue by month as line  show revenue by month as table "The same"  show revenue by day }')
    assert list(board["queries"]) == ["revenue_by_month", "revenue_by_day"]
    assert [element["query"] for element in board["elements"].values()] == ["revenue_by_month", "revenue_by_month", "revenue_by_day"]


def test_every_dialect_stands_in_it() -> None:
    board = document("dashboard board { show revenue by month }", dialects=("postgres", "duckdb", "tsql"))
    (query,) = board["queries"].values()
    assert list(query["sql"]) == ["duckdb", "postgres", "tsql"]
    assert all(text.startswith("-- dashboard board (mine.kpi:1)\n") for text in query["sql"].values())


def test_a_source_without_time_is_shown_as_it_is() -> None:
    text = "source shelf from shop.shelf { key id  id: int }\nmetric things = count(shelf)\ndashboard board { period 2026-Q1  show things }"
    (query,) = document(text)["queries"].values()
    assert "2026" not in query["sql"]["duckdb"].partition("\n")[2]


FUNNEL = """
source visits from shop.visits { key id  time at  id: int  at: timestamp  visitor: int  device: text }
source buys from shop.buys { key id  time at  id: int  at: timestamp  visitor: int }
funnel purchase "Visit to order" { entity visitor  within 30 days  stage visit "Visit" = visits  stage order "Order" = buys }
funnel both { entity visitor  within 30 days  order any  stage visit = visits  stage order = buys }
"""


def test_a_funnel_has_its_stages_as_rows() -> None:
    board = document(
        FUNNEL + 'dashboard board { period 2026-Q1  funnel purchase  funnel purchase by visits.device "Devices"  funnel both }'
    )
    first, second, third = board["elements"].values()
    assert (first["kind"], first["query"], first["title"]) == ("funnel", "funnel_purchase", {"en": "Visit to order"})
    assert first["vega_lite"]["layer"][0]["encoding"]["x"]["field"] == "entities"
    assert (second["query"], second["title"]) == ("funnel_purchase_2", {"en": "Devices"})
    assert second["vega_lite"]["encoding"]["yOffset"]["field"] == "device"
    assert (third["kind"], third["vega_lite"]) == ("funnel", None)
    columns = {column["name"]: column["label"] for column in board["queries"]["funnel_purchase"]["columns"]}
    assert columns["bottleneck"] == {"en": "Bottleneck", "it": "Collo di bottiglia"}
    assert columns["immature"] == {"en": "Still running", "it": "Ancora in corso"}
    assert ">= TIMESTAMP '2026-01-01 00:00:00'" in board["queries"]["funnel_purchase"]["sql"]["duckdb"]


def test_a_query_for_a_funnel_is_drawn_as_one() -> None:
    board = document(FUNNEL + "dashboard board { show funnel purchase  show funnel purchase by month  show funnel purchase as table }")
    assert [element["chart"] for element in board["elements"].values()] == ["funnel", "table", "table"]


def test_a_journey_has_its_kpis_by_stage() -> None:
    text = """
journey shop "To the order" { look "Look"  buy "Buy" }
goal grow { measure revenue  reach 1_000 EUR from 2026-01-01  by 2026-12-31 }
kpi revenue for grow { stage buy  target >= 80 EUR each month }
dashboard board { journey shop  text "x" }
"""
    board = document(text)
    element = board["elements"]["journey_shop"]
    assert element == {"kind": "journey", "query": "journey_shop", "title": {"en": "To the order"}, "vega_lite": None}
    names = [column["name"] for column in board["queries"]["journey_shop"]["columns"]]
    assert names[:5] == ["journey", "position", "stage", "label", "kpi"]
    assert board["provenance"]["metrics"]["revenue"]["label"]["it"] == "Ricavi"
    assert board["layout"][0] == {"element": "journey_shop", "x": 0, "y": 0, "w": 12, "h": 4}


def test_what_a_later_version_shows_is_named_and_left_out() -> None:
    text = "cohort people = orders { entity customer_id  start first  each month  for 3 months }\n"
    text += "dashboard board { show revenue  cohort people }"
    (only,) = made(text)
    if only.left_out:
        assert [(left.kind, left.name) for left in only.left_out] == [("cohort", "people")]
        assert list(only.board.document["elements"]) == ["revenue"]


def test_a_label_falls_back_to_the_project_s_first_locale() -> None:
    board = document("dashboard board { show revenue by channel }", locales=("en", "it-CH", "ro"))
    _, revenue = board["queries"]["revenue_by_channel"]["columns"]
    assert revenue["label"] == {"en": "Revenue", "it-CH": "Ricavi"}
    assert board["elements"]["revenue_by_channel"]["title"]["ro"] == "Revenue pe channel"


HOSTILE = "</script><script>alert(1)</script>"


def test_text_stays_text() -> None:
    text = f'dashboard board "{HOSTILE}" {{ question "{HOSTILE}"  text "{HOSTILE}"  show revenue "{HOSTILE}" }}'
    board = document(text)
    assert board["title"] == {"en": HOSTILE}
    assert board["elements"]["text"]["text"] == {"en": HOSTILE}
    assert board["elements"]["revenue"]["title"] == {"en": HOSTILE}


def test_the_format_is_held_to() -> None:
    good = document("dashboard board { show revenue by month }")
    for path, value in ((("layout", 0, "w"), 13), (("elements", "revenue_by_month", "chart"), "pie"), (("title",), {}), (("more",), 1)):
        bad = copy.deepcopy(good)
        inner = bad
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        with pytest.raises(AssertionError, match="breaks its own format"):
            check(bad)


def test_every_field_of_the_format_is_described() -> None:
    def walk(node: object, where: str) -> list[str]:
        if isinstance(node, dict):
            bare = [where] if "type" in node and "description" not in node and not where.endswith("/properties") else []
            return bare + [found for key, inner in node.items() for found in walk(inner, f"{where}/{key}")]
        return [found for at, inner in enumerate(node) for found in walk(inner, f"{where}/{at}")] if isinstance(node, list) else []

    assert walk(schema(), "") == []


def test_the_same_bytes_each_time() -> None:
    first, second = (json.dumps(document(BOARD)) for _ in range(2))
    assert first == second


def test_a_broken_board_does_not_hide_its_other_mistakes() -> None:
    text = "dashboard board { goal nothing  show revenu  show revenue by channel as line }"
    found = compile_sources([Source("shop.kpi", SHOP), Source("mine.kpi", text)])
    assert [each.code for each in found.diagnostics.sorted() if each.severity == "error"] == ["KPI048", "KPI030", "KPI110"]


def test_a_number_has_no_drawing() -> None:
    element = shown("show revenue")
    assert (element["chart"], element["vega_lite"]) == ("number", None)


COHORT = """
cohort back "Who comes back" = orders { entity customer_id  start first  each month for 3 months  value amount  label it "Chi torna" }
"""


def test_a_cohort_has_its_ages_as_rows() -> None:
    board = document(COHORT + 'dashboard board { period last 2 months  cohort back  cohort back by orders.channel "By channel" }')
    first, second = board["elements"].values()
    assert (first["kind"], first["query"]) == ("cohort", "cohort_back")
    assert first["title"] == {"en": "Who comes back", "it": "Chi torna"}
    columns = board["queries"]["cohort_back"]["columns"]
    assert [(column["name"], column["label"]["it"]) for column in columns[:5]] == [
        ("cohort", "Iniziati nel"),
        ("age", "Mesi dopo l'inizio"),
        ("size", "Iniziati"),
        ("active", "Attivi"),
        ("retention", "Ancora attivi"),
    ]
    assert [column["format"] for column in columns[:2]] == ["month", "#,##0"]
    sql = board["queries"]["cohort_back"]["sql"]["duckdb"]
    assert "2025-08-01" in sql  # eight cohorts: March runs, three are followed still, four are not
    assert second["vega_lite"] is None  # rows of channels, cohorts and ages: a table
    assert second["title"] == {"en": "By channel"}


def test_a_cohort_is_of_the_years_that_the_board_says() -> None:
    sql = document(COHORT + "dashboard board { period 2025  cohort back }")["queries"]["cohort_back"]["sql"]["duckdb"]
    assert ("DATE '2025-01-01'" in sql, "DATE '2026-01-01'" in sql) == (True, True)


def test_what_a_board_says_may_be_said_in_other_languages() -> None:
    board = document(
        'dashboard board { question "Why?" in it "Perché?"  show revenue by channel "Sales" in it "Vendite" in zh-TW "銷售"  '
        'text "Net." in it "Netti."  matrix "Who" in it "Chi" }',
        locales=("en", "it-CH", "zh-TW"),
    )
    assert (board["question"], board["questions"]) == ("Why?", {"en": "Why?", "it-CH": "Perché?"})
    show, text, matrix = board["elements"].values()
    assert show["title"] == {"en": "Sales", "it-CH": "Vendite", "zh-TW": "銷售"}
    assert text["text"] == {"en": "Net.", "it-CH": "Netti."}
    assert matrix["title"] == {"en": "Who", "it-CH": "Chi"}
