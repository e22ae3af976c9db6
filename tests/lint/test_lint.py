"""When advice is given, and above all when it is not: at the borders, of projects that use no goals, and where a rule cannot know."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kpidsl.codes import all_codes, named, page
from kpidsl.compile import compile_sources
from kpidsl.diagnostic import Severity
from kpidsl.library import library_folder
from kpidsl.lint.run import ADVICE, CODES, lint
from kpidsl.lint.usual import PRESETS
from kpidsl.span import Source
from tests.cli.conftest import TOML, Kpi, project
from tests.diagnostics.cases import FOLDER

SHOP = (FOLDER / "shop.kpi").read_text(encoding="utf-8")
GOAL = """goal grow "Grow" {
  measure revenue  increase 20% over 2025  by 2026-12-31
  review monthly  owner "Ada"  because "Plan 2026"
}
"""
KPI = 'kpi revenue for grow { target >= 50_000 EUR each month  when off_track do "Call them" }\n'
TODAY = dt.date(2026, 3, 31)


def codes(text: str, today: dt.date = TODAY) -> list[str]:
    """The codes of the advice on the shop with this text beside it; the text must be right."""
    compiled = compile_sources([Source("shop.kpi", SHOP), Source("mine.kpi", text)])
    assert not compiled.diagnostics.errors, [found.message for found in compiled.diagnostics.errors]
    return sorted(found.code for found in lint(compiled, today))


def test_a_good_goal_with_a_good_kpi_gets_no_advice() -> None:
    assert codes(GOAL + KPI) == []


def test_a_project_without_goals_gets_none_of_the_advice_on_goals() -> None:
    assert codes("") == []
    assert codes('dashboard all { kpi revenue, orders_paid, buyers, cost_per_lead, clicks, leads, spend, average_order  text "Hi" }') == []
    assert codes("journey shop { discover, buy }\naudience board\naudience team\ndashboard one for board { kpi revenue }") == []


def test_a_project_with_errors_gets_no_advice() -> None:
    compiled = compile_sources(
        [Source("shop.kpi", SHOP), Source("mine.kpi", GOAL + "kpi average_order for grow\nmetric broken = nothing\n")]
    )
    assert compiled.diagnostics.errors
    assert lint(compiled, TODAY) == []


# ---------------------------------------------------------------- goals


@pytest.mark.parametrize(
    ("kinds", "kind", "told"),
    [
        ("", "", True),
        ("", "kind awareness", True),
        ("for sales", "kind sales", True),
        ("for sales", "kind awareness", False),
        ("for sales", "", False),
    ],
)
def test_vanity_is_relative_to_the_kind_of_the_goal(kinds: str, kind: str, told: bool) -> None:
    text = f"metric visits = sum(ads.clicks) {{ vanity {kinds} }}\n" + GOAL.replace("measure revenue", f"{kind}  measure visits")
    text += 'kpi visits for grow { target >= 10_000 each month  when off_track do "Buy more" }\n'
    assert ("KPI301" in codes(text)) is told


def test_a_count_of_rows_moves_what_is_measured_on_these_rows() -> None:
    plain = "metric all_orders = count(orders)\n" + GOAL.replace("measure revenue", "measure sum(orders.amount)")
    assert codes(plain + 'kpi all_orders for grow { target >= 500 each month  when off_track do "Call them" }\n') == []


def test_other_columns_of_the_same_rows_do_not_move_it() -> None:
    text = "metric shipping = median(orders.shipped_at - orders.ordered_at)\n" + GOAL.replace(
        "measure revenue", "measure sum(orders.amount)"
    )
    assert codes(text + 'kpi shipping for grow { target <= 3 days each month  when off_track do "Hire" }\n') == ["KPI303"]


def test_one_kpi_that_moves_the_goal_is_enough_and_a_goal_without_kpis_is_not_judged_by_them() -> None:
    far = 'kpi clicks for grow { target >= 10_000 each month  when off_track do "Buy more" }\n'
    assert codes(GOAL + far) == ["KPI303"]
    assert codes(GOAL + far + KPI) == []
    assert codes(GOAL) == []


def test_what_people_do_later_is_seen_into() -> None:
    """Retention is made of orders, so it moves what orders bring, and not what advertising costs."""
    back = "metric back = retention(orders, by: customer_id, after: 1 month)\n"
    kpi = 'kpi back for grow { target >= 20% each month  needs 30 orders_paid  when off_track do "Write to them" }\n'
    assert codes(back + GOAL.replace("measure revenue", "kind sales  measure spend") + kpi) == ["KPI303"]
    assert codes(back + GOAL.replace("measure revenue", "measure orders_paid") + kpi) == []


def test_usual_kpis_are_known_by_their_shape_in_any_language() -> None:
    goal = GOAL.replace("measure revenue", "kind sales  measure revenue")
    assert codes(goal + KPI) == ["KPI304"]
    mean = "metric bestellwert = revenue / orders_paid\n"
    mean += 'kpi bestellwert for grow { target >= 40 EUR each month  needs 30 orders_paid  when off_track do "x" }\n'
    assert codes(goal + KPI + mean) == []
    named = 'metric roas "ROAS" = sum(ads.clicks)\nkpi roas for grow { target >= 4 each month  when off_track do "Stop" }\n'
    assert codes(goal + KPI + named) == []


def test_the_library_has_every_kpi_that_is_suggested() -> None:
    for preset in PRESETS.values():
        for usual in preset.usual:
            text = (library_folder() / f"{usual.module}.kpi").read_text(encoding="utf-8")
            assert f"\nmetric {usual.name} " in text, usual


@pytest.mark.parametrize(("count", "told"), [(7, False), (8, True)])
def test_seven_kpis_are_enough(count: int, told: bool) -> None:
    metrics = "".join(f"metric m{number} = sum(orders.amount) where orders.status = '{number}'\n" for number in range(count))
    kpis = "".join(f'kpi m{number} for grow {{ target >= 1_000 EUR each month  when off_track do "x" }}\n' for number in range(count))
    assert codes(metrics + GOAL + kpis) == (["KPI309"] if told else [])


def test_the_usual_journey_is_asked_for_only_from_five_kpis_on() -> None:
    def text(count: int) -> str:
        metrics = "".join(f"metric m{number} = sum(orders.amount) where orders.status = '{number}'\n" for number in range(count))
        kpi = 'kpi m{} for grow {{ stage conversion  target >= 1_000 EUR each month  when off_track do "x" }}\n'
        return metrics + GOAL + "".join(kpi.format(number) for number in range(count))

    assert codes(text(4)) == []
    assert codes(text(5)) == ["KPI306"]


def test_categories_are_judged_where_all_kpis_say_them() -> None:
    def text(*categories: str) -> str:
        kpis = [(name, word) for name, word in zip(("revenue", "orders_paid", "buyers"), categories, strict=True)]
        return GOAL + "".join(
            f'kpi {name} for grow {{ {word}  benchmark 1{" EUR" if name == "revenue" else ""} {{ source "x" year 2025 }} }}\n'
            for name, word in kpis
        )

    assert codes(text("category result", "category result", "category result")) == ["KPI310"]
    assert codes(text("category result", "category result", "category cost")) == []
    assert codes(text("category result", "category result", "")) == []


# ---------------------------------------------------------------- KPIs


@pytest.mark.parametrize(
    ("tier", "period", "told"),
    [
        ("operational", "day", False),
        ("operational", "week", True),
        ("tactical", "week", False),
        ("tactical", "month", True),
        ("tactical", "day", True),
        ("strategic", "month", False),
        ("strategic", "quarter", False),
        ("strategic", "year", False),
        ("strategic", "week", True),
    ],
)
def test_tiers_have_their_rhythm(tier: str, period: str, told: bool) -> None:
    text = GOAL + KPI.replace("target", f"tier {tier}  target").replace("each month", f"each {period}")
    assert ("KPI307" in codes(text)) is told


def test_a_tier_of_the_project_has_the_rhythm_that_the_project_wants() -> None:
    assert codes("tier hourly\n" + GOAL + KPI.replace("target", "tier hourly  target")) == []


@pytest.mark.parametrize(
    "context",
    [
        "metric up = growth(revenue, 1 year)\nkpi up for grow",
        'kpi average_order for grow { benchmark 52 EUR { source "x" year 2025 } }',
        "kpi average_order for grow\nreport yearly = average_order by month compare previous year",
        "kpi average_order for grow\ndashboard board for executive { show average_order by month compare previous year }",
        "metric plan = sum(items.price)\nkpi revenue for grow { target from plan each month  when off_track do 'Call them' }".replace(
            "items", "orders"
        ).replace("price", "amount"),
    ],
)
def test_whatever_a_kpi_can_be_read_against_is_context(context: str) -> None:
    assert "KPI311" not in codes(GOAL + context + "\n")


def test_a_kpi_without_context_is_told_once() -> None:
    assert codes(GOAL + "kpi average_order for grow { tier strategic }\n") == ["KPI311"]


@pytest.mark.parametrize(("year", "told"), [("2023", False), ("2022", True), ("2026", False)])
def test_a_benchmark_is_old_after_three_years(year: str, told: bool) -> None:
    assert codes(GOAL + f'kpi revenue for grow {{ benchmark 1 EUR {{ source "x" year {year} }} }}\n') == (["KPI313"] if told else [])
    assert codes(GOAL + f'kpi revenue for grow {{ benchmark 1 EUR {{ source "x" year {year} }} }}\n', dt.date(2022, 1, 1)) == []


def test_an_alert_that_says_what_to_do_is_an_answer() -> None:
    quiet = GOAL + "kpi revenue for grow { target >= 50_000 EUR each month }\n"
    assert codes(quiet) == ["KPI315"]
    assert codes(quiet + 'alert drop { watch revenue each week  when falls 20% against previous week  do "Call them" }\n') == []
    assert codes(quiet + "alert drop { watch revenue each week  when falls 20% against previous week }\n") == ["KPI315"]


def test_money_over_money_needs_no_minimum_of_cases() -> None:
    text = "metric margin = sum(orders.amount) / revenue\n" + GOAL
    assert codes(text + 'kpi margin for grow { target >= 20% each month  when off_track do "Raise prices" }\n') == []


def test_a_platform_is_told_only_where_the_names_are_certain() -> None:
    goal = GOAL.replace("measure revenue", "measure spend")
    kpi = 'kpi cac for grow { target <= 45 USD each month  needs 30 leads  when off_track do "x" }\n'
    assert codes('metric cac "CAC" = spend / leads\n' + goal + kpi) == ["KPI314"]
    assert codes('metric cac "CAC" = spend / buyers\n' + goal + kpi) == []
    assert codes(('metric lead_price "Price" = spend / leads\n' + goal + kpi).replace("kpi cac", "kpi lead_price")) == []
    spreadsheet = 'source anything from file("x.csv") { key id  time day  id: int  day: date  cost: money(USD)  won: count }\n'
    spreadsheet += "metric cac = sum(anything.cost) / sum(anything.won)\n"
    assert codes(spreadsheet + goal.replace("measure spend", "measure sum(anything.cost)") + kpi) == []


# ---------------------------------------------------------------- targets and scorecards


@pytest.mark.parametrize(("weights", "told"), [(("60%", "40%"), False), (("61%", "39%"), True), (("50%", "50%"), False)])
def test_more_than_three_fifths_is_too_much_for_one_number(weights: tuple[str, str], told: bool) -> None:
    weighed = f"weigh revenue {weights[0]}  weigh orders_paid {weights[1]}"
    card = f"scorecard bonus for 'Seller' each quarter {{ {weighed}  pay 0% at 80%, 100% at 100% }}\n"
    aims = GOAL + KPI.replace("month", "quarter") + 'kpi orders_paid for grow { target >= 900 each quarter  when off_track do "x" }\n'
    assert codes(aims + card) == (["KPI317"] if told else [])


@pytest.mark.parametrize(
    ("target", "format", "told"),
    [
        ("<= 8", "", True),
        ("<= 8%", "", False),
        ("<= 0.08", "", False),
        ("<= 8", "{ format x }", False),
        ("between 2% and 4", "", True),
        ("<= 100%", "", False),
        (">= 1", "", False),
    ],
)
def test_a_plain_number_is_no_percentage(target: str, format: str, told: bool) -> None:
    """8 is 800%; what is shown as a multiple may well be 8, and all of something is 1."""
    text = f"metric paid_share = orders_paid / count(orders) {format}\n" + GOAL
    text += f'kpi paid_share for grow {{ target {target} each month  needs 30 orders_paid  when off_track do "x" }}\n'
    assert codes(text) == (["KPI327"] if told else [])


@pytest.mark.parametrize(
    ("by", "target", "told"),
    [
        (" by land", ">= 500 EUR each quarter", True),
        ("", ">= 500 EUR each quarter", False),
        (" by land", "from planned each quarter by land", False),
        (" by land", "from planned each quarter", True),
    ],
)
def test_nobody_is_held_against_the_target_of_all(by: str, target: str, told: bool) -> None:
    """What adds up is a part for each; the share is as good as everybody's, and is not told."""
    plan = "source plan from plan { key day, country  time day  day: date  country: text  amount: money(EUR) }\n"
    plan += "dimension land = orders.customer.country, plan.country\nmetric planned = sum(plan.amount)\n"
    aims = f'kpi revenue for grow {{ target {target}  when off_track do "x" }}\n'
    aims += 'kpi average_order for grow { target >= 20 EUR each quarter  needs 30 orders_paid  when off_track do "x" }\n'
    card = f"scorecard bonus for 'Seller'{by} each quarter {{ weigh revenue 60%  weigh average_order 40%  pay 0% at 80%, 100% at 100% }}\n"
    assert codes(plan + GOAL + aims + card) == (["KPI326"] if told else [])


def _segments(whole: str, *parts: str) -> str:
    items = "\n".join(f"  target {part}" for part in (whole, *parts))
    return GOAL.replace("measure revenue", "measure leads") + f'kpi leads for grow {{\n{items}\n  when off_track do "x"\n}}\n'


@pytest.mark.parametrize(
    ("whole", "parts", "told"),
    [
        (">= 100 each month", ('>= 60 each month where channel = "a"', '>= 41 each month where channel = "b"'), True),
        (">= 100 each month", ('>= 60 each month where channel = "a"', '>= 40 each month where channel = "b"'), False),
        ("<= 100 each month", ('<= 60 each month where channel = "a"', '<= 60 each month where channel = "b"'), True),
        (">= 100 each month", ('>= 60 each week where channel = "a"', '>= 60 each week where channel = "b"'), False),
        (">= 100 each month", ('>= 60 each month where channel <> "a"', '>= 60 each month where channel <> "b"'), False),
        (">= 100 each month", ('>= 60 each month where channel = "a"', '>= 60 each month from 2026-07 where channel = "b"'), False),
        (">= 100 each month", ('>= 120 each month where channel = "a"',), False),
    ],
)
def test_parts_are_compared_with_their_whole_where_they_are_parts(whole: str, parts: tuple[str, ...], told: bool) -> None:
    text = _segments(whole, *parts).replace('from 2026-07 where channel = "b"', 'where channel = "b" from 2026-07')
    assert ("KPI318" in codes(text)) is told


def test_what_does_not_add_up_is_not_added_up() -> None:
    kpi = """kpi buyers for grow {
  target >= 100 each month
  target >= 60 each month where status = "a"
  target >= 60 each month where status = "b"
  when off_track do "x"
}
"""
    assert codes(GOAL + kpi) == []


def _family(*children: tuple[str, str, str]) -> str:
    top = "goal grow { measure revenue  reach 900 EUR from 2026-01-01  by 2026-12-31  review monthly  owner 'Ada'  because 'x' }\n"
    goal = "goal g{} {{ measure {}  reach {} EUR from 2026-01-01  by {}  parent grow  review monthly  owner 'Ada'  because 'x' }}\n"
    return top + "".join(goal.format(number, *child) for number, child in enumerate(children))


ITALY, GERMANY = "revenue where customer.country = 'IT'", "revenue where customer.country = 'DE'"
END = "2026-12-31"


@pytest.mark.parametrize(
    ("children", "told"),
    [
        (((ITALY, "500", END), (GERMANY, "399", END)), True),
        (((ITALY, "500", END), (GERMANY, "400", END)), False),
        (((ITALY, "500", END),), False),  # the only part that somebody has taken on
        (((ITALY, "500", END), (GERMANY, "100", "2026-06-30")), False),  # another day
        (((ITALY, "500", END), ("average_order", "50", END)), False),  # another quantity
        (((ITALY, "500", END), (ITALY, "100", END)), False),  # the same part twice
        (((ITALY, "500", END), ("revenue", "100", END)), False),  # the whole is no part
    ],
)
def test_children_are_compared_with_their_parent_where_they_divide_it(children: tuple[tuple[str, str, str], ...], told: bool) -> None:
    assert ("KPI319" in codes(_family(*children))) is told


@pytest.mark.parametrize(
    ("better", "target", "told"),
    [
        ("better lower", ">= 20 USD", True),
        ("better lower", "<= 20 USD", False),
        ("better higher", "<= 20 USD", True),
        ("better higher", ">= 20 USD", False),
        ("better lower", "between 10 USD and 20 USD", False),
        ("", ">= 20 USD", False),
    ],
)
def test_targets_point_the_way_that_is_good(better: str, target: str, told: bool) -> None:
    text = f"metric lead_cost = spend / leads {{ {better} }}\n" + GOAL.replace("measure revenue  increase", "measure spend  reduce")
    kpi = f'kpi lead_cost for grow {{ target {target} each month  needs 30 leads  when off_track do "x" }}\n'
    assert codes(text + kpi) == (["KPI320"] if told else [])


@pytest.mark.parametrize(
    ("better", "targets", "told"),
    [
        ("higher", "target >= 20 USD each month  stretch >= 20 USD each month", True),
        ("higher", "target >= 20 USD each month  stretch >= 19 USD each month", True),
        ("higher", "target >= 20 USD each month  stretch >= 21 USD each month", False),
        ("lower", "target <= 20 USD each month  stretch <= 21 USD each month", True),
        ("lower", "target <= 20 USD each month  stretch <= 19 USD each month", False),
        ("higher", "target >= 20 USD each month  stretch >= 10 USD each week", False),
        ("higher", 'target >= 20 USD each month  stretch >= 10 USD each month where channel = "email"', False),
        ("higher", "target >= 20 USD each month  stretch >= 30 USD each month  target >= 40 USD each month from 2026-07", True),
        (
            "higher",
            "target >= 20 USD each month  stretch >= 30 USD each month  target >= 40 USD each month from 2026-07"
            "  stretch >= 50 USD each month from 2026-07",
            False,
        ),
        ("higher", "target >= 20 USD each month  stretch >= prior(lead_cost, 1 year) each month", False),
    ],
)
def test_a_stretch_is_harder_than_the_target(better: str, targets: str, told: bool) -> None:
    text = f"metric lead_cost = spend / leads {{ better {better} }}\n" + GOAL.replace("measure revenue  increase", "measure spend  reduce")
    kpi = f'kpi lead_cost for grow {{ {targets}  needs 30 leads  when off_track do "x" }}\n'
    assert [code for code in codes(text + kpi) if code == "KPI321"] == (["KPI321"] if told else [])


# ---------------------------------------------------------------- in the source and in kpi.toml

LATE = "kpi revenue for grow { target >= 50_000 EUR each month }"


@pytest.mark.parametrize(
    "text",
    [
        f"# kpi: ignore KPI315 decided each time\n{LATE}\n",
        f"{LATE}  # kpi: ignore KPI315 decided each time\n",
        f"# kpi: ignore KPI315 decided each time\n# a word on it\n{LATE}\n",
        LATE.replace("{", "{  # kpi: ignore KPI315 decided each time\n") + "\n",
        f"# kpi:ignore KPI315, KPI311 decided each time\n{LATE.replace('target >= 50_000 EUR each month', '')}\n",
    ],
)
def test_a_comment_on_the_line_or_before_it_answers(text: str) -> None:
    assert set(codes(GOAL + text)) <= {"KPI331"}


@pytest.mark.parametrize("text", [f"# kpi: ignore KPI315 decided\n\n{LATE}\n", f"{LATE}\n# kpi: ignore KPI315 decided\n"])
def test_a_comment_elsewhere_answers_nothing(text: str) -> None:
    assert codes(GOAL + text) == ["KPI315", "KPI331"]


def test_one_comment_answers_one_declaration() -> None:
    other = LATE.replace("revenue", "orders_paid").replace(" EUR", "")
    assert codes(GOAL + f"# kpi: ignore KPI315 decided\n{LATE}\n{other}\n") == ["KPI315"]


def test_other_comments_are_for_people() -> None:
    assert codes(GOAL + "# kpi: revenue is what the board looks at\n" + KPI) == []


def shop(folder: Path, text: str, lint: str = "") -> Path:
    data = {"shop.kpi": SHOP, "mine.kpi": text}
    root = project(folder, "")
    for name, content in data.items():
        (root / name).write_text(content, encoding="utf-8")
    (root / "kpi.toml").write_text(TOML + lint, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("lint", "words", "code"),
    [
        ("", (), 0),
        ("", ("--fail-on", "error"), 0),
        ("", ("--fail-on", "warning"), 0),
        ("", ("--fail-on", "hint"), 1),
        ('[lint]\nKPI315 = "warning"\n', (), 0),
        ('[lint]\nKPI315 = "warning"\n', ("--fail-on", "warning"), 1),
        ('[lint]\nKPI315 = "error"\n', (), 1),
        ('[lint]\nkpi_without_action = "error"\n', (), 1),
        ('[lint]\nkpi_without_action = "off"\n', ("--fail-on", "hint"), 0),
    ],
)
def test_advice_fails_a_check_where_somebody_wants_it_to(lint: str, words: tuple[str, ...], code: int, kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("check", "--project", shop(tmp_path / "p", GOAL + LATE, lint), *words)
    assert ran.code == code, ran.err
    assert ("KPI315" in ran.err) is ("off" not in lint)


def test_a_mistake_comes_before_advice(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("check", "--project", shop(tmp_path / "p", GOAL + LATE + "\nreport r = revenue by nowhere\n"))
    assert ran.code == 1
    assert "KPI039" in ran.err
    assert "KPI315" not in ran.err


def test_no_build_fails_for_advice(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("build", "--project", shop(tmp_path / "p", GOAL + LATE, '[lint]\nKPI315 = "error"\n'))
    assert ran.code == 0, ran.err


def test_every_piece_of_advice_has_a_name_and_a_weight_that_is_no_error() -> None:
    assert {code for code in all_codes() if page(code).name} == ADVICE
    assert len(named()) == len(ADVICE)
    assert all(page(code).severity is not Severity.ERROR for code in ADVICE)
    assert (min(CODES), len(CODES)) == ("KPI301", 24)


# ---------------------------------------------------------------- people over time


STAGES = "stage first = orders where paid  stage second = orders where paid"
AGAIN = f"funnel again {{ entity customer_id  within 60 days  {STAGES} }}\n"
BACK = "metric back = conversion(orders where paid, orders where paid, by: customer_id, within: 30 days)\n"
KPI_BACK = GOAL + "kpi back for grow { target >= 10% each month }"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"funnel again {{ entity customer_id  {STAGES} }}", ["KPI322"]),
        (AGAIN, []),
        (f"funnel again {{ entity customer_id  order any  {STAGES} }}", ["KPI322"]),
        ("funnel media { stage shown = clicks  stage ordered = orders_paid }", []),  # nobody is followed
        ("metric back = conversion(orders where paid, orders where paid, by: customer_id)", ["KPI322"]),
        ("metric back = conversion(orders where paid, orders where paid, by: customer_id)\nmetric twice = back * 2", ["KPI322"]),
        (BACK, []),
        ("metric back = retention(orders where paid, by: customer_id, after: 1 month)", []),
    ],
)
def test_who_is_never_done(text: str, told: list[str]) -> None:
    """Once for each that is written without a window."""
    assert codes(text) == told


def _alert(watched: str, threshold: str = "10%") -> str:
    return f'alert few {{ watch {watched} each month  when < {threshold}  do "Write" }}'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (AGAIN + _alert("again.rate"), ["KPI323"]),
        (AGAIN + _alert("again.second", "10"), ["KPI323"]),
        (AGAIN + _alert("again.first", "10"), []),  # who began has begun
        (AGAIN + "metric back = again.rate { mature after 60 days }\n" + _alert("back"), []),
        (AGAIN + "metric back = again.rate { mature after 2 months }\n" + _alert("back"), []),
        (AGAIN + "metric back = again.rate { mature after 30 days }\n" + _alert("back"), ["KPI323"]),
        (AGAIN + "metric back = again.rate\n" + KPI_BACK, ["KPI323"]),
        (AGAIN + "metric back = again.rate\n" + GOAL + "kpi back for grow", []),  # looked at, and not judged
        (BACK + KPI_BACK, ["KPI323"]),
        ("metric back = retention(orders where paid, by: customer_id, after: 1 month)\n" + KPI_BACK, []),
    ],
)
def test_who_may_still_come(text: str, told: list[str]) -> None:
    """What is judged each month while its youngest starts are not done; other advice is not looked at here."""
    assert [code for code in codes(text) if code == "KPI323"] == told
