"""Why a metric moved: the effects of its parts, and those of the segments of every dimension, add up to the change exactly.

Shop, February then and March now. Spend by channel: mail 30 → 30, social 60 → 180, and in March tv 24 for the first time; radio had 10 in
February only. Buyers: mail 3 → 3, social 6 → 6, radio 1 → none, tv none → 2. Cost of a buyer: 100 / 10 = 10, then 234 / 11.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

import pytest

from kpidsl.compile import emit, plan_why, resolve_why
from kpidsl.diagnostic import KpiError
from kpidsl.engines.base import Engine
from kpidsl.span import Source
from kpidsl.syntax.parse import parse_query
from tests.results.world import AS_OF, World, compiled, equal

TEXT = """
source ads from ads { key id  time day  id: int  day: date  channel: text  country: text  cost: money(EUR)  clicks: int }
source orders from orders {
  key id  time day  id: int  day: date  channel: text  country: text  who: int  amount: money(EUR)  items: int  fresh: bool
}
dimension channel "Channel" = ads.channel, orders.channel
dimension country = ads.country, orders.country
metric spend "Ad spend" = sum(ads.cost)
metric clicks = sum(ads.clicks)
metric orders_n = count(orders)
metric revenue = sum(orders.amount)
metric buyers = count(distinct orders.who)
metric items = sum(orders.items)
metric cac "CAC" = spend / orders_n { better lower }
metric per_head = spend / buyers
metric aov = revenue / orders_n
metric rate = orders_n / clicks
metric profit = revenue - spend
metric margin = profit / revenue
metric made = clicks * rate * aov
metric mean = avg(orders.amount)
metric middle = median(orders.amount)
metric gain = 100% - spend / revenue
metric scaled = 1000 * spend / clicks
metric odd = round(spend / orders_n, 2) + 1 EUR
metric chained = aov * items
metric rounded_up = case when orders_n > 3 then 1 else 0 end
metric cost_a = sum(ads.cost) where ads.channel = "mail"
metric whole_cost = cost_a + spend
metric deep = whole_cost / orders_n
"""
Row = tuple[object, ...]
Answer = list[dict[str, object]]


def why(world: World, text: str, finished: bool = False, as_of: dt.date = AS_OF) -> Answer:
    """The rows of an answer, by column."""
    node, found = parse_query(Source("<query>", text))
    assert node is not None
    assert not found
    statement = plan_why(world.project, resolve_why(world.project, node, finished), as_of)
    result = world.engine.run(emit(statement, world.engine.dialect), [c.type for c in statement.columns])
    names = [c.name for c in statement.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def effects(rows: Answer, split: str, *kinds: str) -> list[tuple[object, object, float | None]]:
    """(part, kind, effect) of one list, without the parts of its parts."""
    return [
        (row["part"], row["kind"], None if row["effect"] is None else float(row["effect"]))  # type: ignore[arg-type]
        for row in rows
        if row["split"] == split and row["of"] is None and (not kinds or row["kind"] in kinds)
    ]


ADS = [
    (1, "2026-02-05", "mail", "IT", 30, 100),
    (2, "2026-02-06", "social", "IT", 60, 300),
    (3, "2026-02-07", "radio", "DE", 10, 50),
    (4, "2026-03-05", "mail", "IT", 30, 100),
    (5, "2026-03-06", "social", "DE", 180, 300),
    (6, "2026-03-07", "tv", "IT", 24, 80),
]


def orders(*counts: tuple[str, str, int]) -> list[Row]:
    """So many orders of a channel on a day, each by somebody else, for 20 € and two items."""
    rows: list[Row] = []
    for day, channel, count in counts:
        rows += [(len(rows) + n, day, channel, "IT", len(rows) + n, 20, 2, True) for n in range(1, count + 1)]
    return rows


ORDERS = orders(
    ("2026-02-10", "mail", 3),
    ("2026-02-10", "social", 6),
    ("2026-02-10", "radio", 1),
    ("2026-03-10", "mail", 3),
    ("2026-03-10", "social", 6),
    ("2026-03-10", "tv", 2),
)


@pytest.fixture
def shop(engine: Engine) -> World:
    return World(engine, TEXT, ads=ADS, orders=ORDERS)


def near(got: object, wish: object) -> bool:
    return equal(got, wish)


@pytest.mark.smoke
def test_a_ratio_moves_by_its_numerator_and_its_denominator(shop: World) -> None:
    """Spend alone: 134 more at the mean of 1/10 and 1/11; orders alone: the mean spend of 167 times (1/11 - 1/10)."""
    rows = why(shop, "cac during 2026-03")
    total = rows[0]
    assert (total["split"], total["part"], total["kind"], total["unit"]) == ("total", "cac", "change", "EUR per order")
    assert near(total["value_then"], 10)
    assert near(total["value_now"], Fraction(234, 11))
    change = Fraction(234, 11) - 10
    assert near(total["effect"], change)
    spend = 134 * (Fraction(1, 10) + Fraction(1, 11)) / 2
    count = 167 * (Fraction(1, 11) - Fraction(1, 10))
    assert spend + count == change
    got = [row for row in rows if row["split"] == "parts"]
    assert [(row["part"], row["kind"], row["unit"]) for row in got] == [("spend", "part", "EUR"), ("orders_n", "part", "count")]
    for row, (then, now, effect) in zip(got, [(100, 234, spend), (10, 11, count)], strict=True):
        assert near(row["value_then"], then)
        assert near(row["value_now"], now)
        assert near(row["effect"], effect)
        assert near(row["share"], effect / change)


@pytest.mark.smoke
def test_a_ratio_moves_by_the_rates_and_the_mix_of_its_segments(shop: World) -> None:
    """Social: 10 € an order became 30, at a weight of 6/10, then 6/11: rate 20 × (6/10 + 6/11) / 2; its weight fell by 6/110, and it lies
    at 20 on average while the whole lies at (10 + 234/11) / 2. Radio is gone and tv is new: no rate to compare, so all of it is mix."""
    average = (10 + Fraction(234, 11)) / 2
    expected = {
        ("social", "rate"): 20 * (Fraction(6, 10) + Fraction(6, 11)) / 2,
        ("social", "mix"): (Fraction(6, 11) - Fraction(6, 10)) * (20 - average),
        ("mail", "rate"): 0,
        ("mail", "mix"): (Fraction(3, 11) - Fraction(3, 10)) * (10 - average),
        ("tv", "rate"): 0,
        ("tv", "mix"): Fraction(2, 11) * (12 - average),
        ("radio", "rate"): 0,
        ("radio", "mix"): -Fraction(1, 10) * (10 - average),
    }
    assert sum(expected.values()) == Fraction(234, 11) - 10
    rows = why(shop, "cac by channel during 2026-03")
    got = {(part, kind): effect for part, kind, effect in effects(rows, "channel")}
    assert set(got) == set(expected)
    for key, effect in expected.items():
        assert near(got[key], float(effect)), key
    listed = [row for row in rows if row["split"] == "channel"]
    assert [row["part"] for row in listed[:2]] == ["social", "social"], "the largest first, its two effects together"
    assert [row["kind"] for row in listed] == ["rate", "mix"] * 4
    social = {row["kind"]: row for row in listed if row["part"] == "social"}
    assert (float(social["rate"]["value_then"]), float(social["rate"]["value_now"])) == (10, 30)  # type: ignore[arg-type]
    assert social["mix"]["unit"] == "%"
    assert near(social["mix"]["value_then"], 0.6)
    assert near(social["mix"]["value_now"], 6 / 11)


def test_a_sum_moves_by_its_segments(shop: World) -> None:
    rows = why(shop, "spend by channel during 2026-03")
    wish = {"social": 120, "tv": 24, "radio": -10, "mail": 0}
    assert effects(rows, "channel") == [(channel, "segment", effect) for channel, effect in wish.items()]
    assert effects(rows, "parts") == [], "a sum of a column has no parts"


def test_a_difference_moves_by_each_side(shop: World) -> None:
    """200 - 100, then 220 - 234."""
    rows = why(shop, "profit during 2026-03 by country")
    assert effects(rows, "parts") == [("spend", "part", -134), ("revenue", "part", 20)]
    assert effects(rows, "country") == [("DE", "segment", -170), ("IT", "segment", 56)]


def test_a_part_hands_its_effect_to_its_own_parts(shop: World) -> None:
    """deep = (cost_a + spend) / orders: (30 + 100) / 10, then (30 + 234) / 11; all of the cost's effect is spend's."""
    rows = why(shop, "deep during 2026-03")
    cost = 134 * (Fraction(1, 10) + Fraction(1, 11)) / 2
    inner = [row for row in rows if row["of"] == "whole_cost"]
    assert [row["part"] for row in inner] == ["spend", "cost_a"]
    assert near(inner[0]["effect"], cost)
    assert inner[1]["effect"] == 0
    assert [row["part"] for row in rows if row["split"] == "parts"] == ["whole_cost", "spend", "cost_a", "orders_n"]


def test_three_factors_share_alike(shop: World) -> None:
    """Clicks × rate × order value: each in every order of the three."""
    rows = why(shop, "made during 2026-03")
    then = {"clicks": Fraction(450), "rate": Fraction(10, 450), "aov": Fraction(20)}
    now = {"clicks": Fraction(480), "rate": Fraction(11, 480), "aov": Fraction(20)}
    wish = shapley(lambda v: v["clicks"] * v["rate"] * v["aov"], then, now)
    got = {part: effect for part, _, effect in effects(rows, "parts")}
    assert set(got) == {"clicks", "rate", "aov"}
    for name, effect in wish.items():
        assert near(got[name], float(effect)), name
    assert near(rows[0]["effect"], 20)


def shapley(value: Callable[[dict[str, Fraction]], Fraction], then: dict[str, Fraction], now: dict[str, Fraction]) -> dict[str, Fraction]:
    """Each one's change, on average over all orders in which they may have come."""
    orders = list(permutations(then))
    found = dict.fromkeys(then, Fraction(0))
    for order in orders:
        at = dict(then)
        for name in order:
            before = value(at)
            at[name] = now[name]
            found[name] += (value(at) - before) / len(orders)
    return found


@pytest.mark.smoke
def test_where_there_is_no_value_there_is_no_effect(engine: Engine) -> None:
    """No orders in February: the cost of one is unknown, so nothing says by how much it changed."""
    march = [row for row in ORDERS if str(row[1]).startswith("2026-03")]
    rows = why(World(engine, TEXT, ads=ADS, orders=march), "cac by channel during 2026-03")
    assert rows[0]["value_then"] is None
    assert rows[0]["value_now"] is not None
    assert all(row["effect"] is None and row["share"] is None for row in rows)
    spend = next(row for row in rows if row["part"] == "spend")
    assert (float(spend["value_then"]), float(spend["value_now"])) == (100, 234)  # type: ignore[arg-type]


def test_nothing_times_something_is_divided_by(engine: Engine) -> None:
    """Revenue per nothing: a product whose constant is 0 stays a factor by itself, and what it divides has no value."""
    text = TEXT + "metric nothing = spend * 0\nmetric odds = orders_n / nothing\n"
    rows = why(World(engine, text, ads=ADS, orders=ORDERS), "odds during 2026-03")
    assert rows[0]["value_now"] is None
    assert rows[0]["effect"] is None


def test_no_rows_at_all(engine: Engine) -> None:
    rows = why(World(engine, TEXT), "cac by channel during 2026-03")
    assert [(row["part"], row["effect"]) for row in rows] == [("cac", None), ("orders_n", None), ("spend", None)]


def test_a_distinct_count_says_what_overlaps(engine: Engine) -> None:
    """February: one buyer, by mail. March: the same one by mail and social, and another one by social: +1, and mail is 0, social +2."""
    rows = why(
        World(
            engine,
            TEXT,
            orders=[
                (1, "2026-02-01", "mail", "IT", 7, 20, 1, True),
                (2, "2026-03-01", "mail", "IT", 7, 20, 1, True),
                (3, "2026-03-02", "social", "IT", 7, 20, 1, True),
                (4, "2026-03-03", "social", "IT", 8, 20, 1, True),
            ],
        ),
        "buyers by channel during 2026-03",
    )
    assert effects(rows, "channel") == [("social", "segment", 2), ("mail", "segment", 0), (None, "overlap", -1)]


def test_a_median_of_segments_says_nothing_of_the_whole(shop: World) -> None:
    rows = why(shop, "middle by channel during 2026-03")
    assert {kind for _, kind, _ in effects(rows, "channel")} == {"own"}
    assert all(effect is None for _, _, effect in effects(rows, "channel"))
    mail = next(row for row in rows if row["part"] == "mail")
    assert (float(mail["value_then"]), float(mail["value_now"])) == (20, 20)  # type: ignore[arg-type]


def test_an_average_is_a_ratio(engine: Engine) -> None:
    """10, 30 → 30, 30, 30 of mail and 90 of tv: (40 / 2 = 20, then 180 / 4 = 45)."""
    filled = [(2, 10, "mail"), (2, 30, "mail"), (3, 30, "mail"), (3, 30, "mail"), (3, 30, "mail"), (3, 90, "tv")]
    made = [(n, f"2026-0{month}-03", channel, "IT", n, amount, 1, True) for n, (month, amount, channel) in enumerate(filled)]
    rows = why(World(engine, TEXT, orders=made), "mean by orders.channel during 2026-03")
    assert near(rows[0]["effect"], 25)
    parts = {part: effect for part, _, effect in effects(rows, "parts")}
    assert near(parts["sum_amount"], 140 * (1 / 2 + 1 / 4) / 2)
    assert near(parts["count_amount"], 110 * (1 / 4 - 1 / 2))
    mail = {kind: effect for part, kind, effect in effects(rows, "channel") if part == "mail"}
    assert near(mail["rate"], 10 * (1 + 0.75) / 2)
    assert near(mail["mix"], -0.25 * (25 - 32.5))


def test_a_running_period_is_compared_with_the_same_part(shop: World) -> None:
    """On 6 March: 30 + 180 against the 30 + 60 of the first six days of February; whole: against all of its 100."""
    until = dt.date(2026, 3, 6)
    rows = why(shop, "spend by channel last 1 month", as_of=until)
    assert (rows[0]["value_then"], rows[0]["value_now"]) == (90, 210)
    rows = why(shop, "spend by channel last 1 month compare previous period whole", as_of=until)
    assert (rows[0]["value_then"], rows[0]["value_now"]) == (100, 210)


def test_the_last_finished_month(shop: World) -> None:
    """On 15 April `last month` is March, all of it, against February; on 31 March it is February, against an empty January."""
    rows = why(shop, "spend by channel last 1 month", finished=True, as_of=dt.date(2026, 4, 15))
    assert (rows[0]["value_then"], rows[0]["value_now"]) == (100, 234)
    rows = why(shop, "spend by channel last 1 month", finished=True, as_of=dt.date(2026, 3, 31))
    assert (rows[0]["value_then"], rows[0]["value_now"]) == (0, 100)


def test_another_period_to_compare_with_and_a_filter(engine: Engine) -> None:
    ads = [*ADS, (9, "2025-03-01", "social", "IT", 50, 1)]
    rows = why(
        World(engine, TEXT, ads=ads, orders=ORDERS), 'spend by country where channel = "social" during 2026-03 compare previous year'
    )
    assert (rows[0]["value_then"], rows[0]["value_now"]) == (50, 180)
    assert effects(rows, "country") == [("DE", "segment", 180), ("IT", "segment", -50)]


def test_without_by_every_dimension_that_the_metric_has(shop: World) -> None:
    assert {row["split"] for row in why(shop, "cac during 2026-03")} == {"total", "parts", "channel", "country"}


def test_a_segment_without_a_name_has_its_row(engine: Engine) -> None:
    ads = [(1, "2026-02-01", None, "IT", 5, 1), (2, "2026-03-01", None, "IT", 7, 1), (3, "2026-03-01", "tv", "IT", 1, 1)]
    rows = why(World(engine, TEXT, ads=ads), "spend by channel during 2026-03")
    assert effects(rows, "channel") == [(None, "segment", 2), ("tv", "segment", 1)]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("cac", "KPI124", "from when to when"),
        ("cac, spend during 2026-03", "KPI064", "one metric at a time"),
        ("values channel", "KPI064", "one metric at a time"),
        ("cac by month during 2026-03", "KPI064", "`month` is time"),
        ("cac by channel during 2026-03 top 3", "KPI064", "how rows of a query are shown"),
        ("cac by channel with totals during 2026-03", "KPI064", "how rows of a query are shown"),
        ("cac by channel, channel during 2026-03", "KPI121", "asked for twice"),
        ("max(orders.channel) during 2026-03", "KPI051", "is no number"),
        ("growth(spend, 1 month) during 2026-03", "KPI064", "is a comparison already"),
        ("spend by orders.who during 2026-03", "KPI020", "`ads` has no way to `orders`"),
    ],
)
def test_questions_that_make_no_sense(text: str, code: str, words: str) -> None:
    node, found = parse_query(Source("<query>", text))
    assert node is not None
    assert not found
    with pytest.raises(KpiError) as caught:
        resolve_why(compiled(TEXT), node)
    assert caught.value.diagnostics[0].code == code
    assert words in caught.value.diagnostics[0].message


# ---------------------------------------------------------------- any rows


CHANNELS = ["mail", "social", "tv", "radio", None]
EVERY = ("cac", "margin", "made", "mean", "gain", "scaled", "chained", "odd", "deep", "profit", "per_head", "rounded_up")


def random_world(engine: Engine, seed: int) -> World:
    """Some rows of February and March, whole cents, some channels in one month only, buyers who come back elsewhere."""
    chance = random.Random(seed)

    def day() -> str:
        return f"2026-0{chance.choice((2, 3))}-{chance.randint(1, 28):02}"

    ads = [
        (n, day(), chance.choice(CHANNELS), chance.choice(["IT", "DE"]), chance.randint(1, 9999) / 100, chance.randint(1, 50))
        for n in range(chance.randint(6, 14))
    ]
    made = [
        (n, day(), chance.choice(CHANNELS), chance.choice(["IT", "DE"]), chance.randint(1, 6), chance.randint(1, 9999) / 100, 1, True)
        for n in range(chance.randint(6, 14))
    ]
    return World(engine, TEXT, ads=ads, orders=made)


@pytest.mark.parametrize("seed", range(4))
def test_effects_add_up_to_the_change(engine: Engine, seed: int) -> None:
    """In every list, of every kind of metric; those of parts within parts add up to the part's own effect."""
    world = random_world(engine, seed)
    for metric in EVERY:
        rows = why(world, f"{metric} during 2026-03")
        change = rows[0]["effect"]
        lists = {str(row["split"]) for row in rows[1:]}
        assert lists >= ({"parts", "channel", "country"} if metric != "rounded_up" else {"channel", "country"})
        for split in lists:
            found = effects(rows, split)
            if change is None or any(kind == "own" for _, kind, _ in found):
                assert all(effect is None for _, _, effect in found), (metric, split)
                continue
            assert sum(effect for _, _, effect in found if effect is not None) == pytest.approx(float(change), rel=1e-9, abs=1e-9), (  # type: ignore[arg-type]
                metric,
                split,
            )
            if metric != "per_head":
                assert not [kind for _, kind, _ in found if kind == "overlap"]
        for row in rows:
            inner = [other["effect"] for other in rows if other["of"] is not None and other["of"] == row["part"]]
            if inner and row["of"] is None and row["effect"] is not None:
                assert sum(map(float, inner)) == pytest.approx(float(row["effect"]), rel=1e-9, abs=1e-9), (metric, row["part"])  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4, 7))
def test_effects_are_those_of_plain_python(engine: Engine, seed: int) -> None:
    """The ratio's parts by all orders of change, its segments by their rates and weights, recomputed from the rows' own totals."""
    world = random_world(engine, seed)
    found = {name: why(world, f"{name} by channel during 2026-03") for name in ("spend", "orders_n")}
    values = {name: {(row["split"], row["part"]): row for row in rows} for name, rows in found.items()}

    def side(name: str, segment: object, when: str) -> Fraction:
        row = values[name].get(("channel", segment))
        return Fraction(str(row[when] or 0)) if row else Fraction(0)

    rows = why(world, "cac by channel during 2026-03")
    when = ("value_then", "value_now")
    (a0, a1), (b0, b1) = ([Fraction(str(values[n][("total", n)][w])) for w in when] for n in ("spend", "orders_n"))
    assert b0 * b1 > 0, "a month without orders: choose another seed"
    wish = shapley(lambda v: v["a"] / v["b"], {"a": a0, "b": b0}, {"a": a1, "b": b1})
    got = {part: effect for part, _, effect in effects(rows, "parts")}
    assert near(got["spend"], float(wish["a"]))
    assert near(got["orders_n"], float(wish["b"]))
    average = (a0 / b0 + a1 / b1) / 2
    for segment in {row["part"] for row in rows if row["split"] == "channel"}:
        x0, x1 = (side("spend", segment, w) for w in when)
        n0, n1 = (side("orders_n", segment, w) for w in when)
        rate = (n0 / b0 + n1 / b1) / 2 * (x1 / n1 - x0 / n0) if n0 and n1 else Fraction(0)
        mix = x1 / b1 - x0 / b0 - (n1 / b1 - n0 / b0) * average - rate
        own = {kind: effect for part, kind, effect in effects(rows, "channel") if part == segment}
        assert own["rate"] == pytest.approx(float(rate), rel=1e-9, abs=1e-9), segment
        assert own["mix"] == pytest.approx(float(mix), rel=1e-9, abs=1e-9), segment


def test_names_of_ours_are_nobodys(engine: Engine) -> None:
    """Metrics and a dimension may be called as our own columns and lists are."""
    text = """
    source own from own { key id  time day  id: int  day: date  parts: text  a: int  b: int }
    dimension parts = own.parts
    metric above = sum(own.a)
    metric below = sum(own.b)
    metric whole = above / below
    """
    rows = why(World(engine, text, own=[(1, "2026-02-01", "x", 2, 1), (2, "2026-03-01", "x", 8, 2)]), "whole by parts during 2026-03")
    assert [(row["split"], row["part"], row["kind"], float(row["effect"])) for row in rows] == [  # type: ignore[arg-type]
        ("total", "whole", "change", 2),
        ("parts", "above", "part", 4.5),
        ("parts", "below", "part", -2.5),
        ("parts", "x", "rate", 2),
        ("parts", "x", "mix", 0),
    ]


def test_a_change_is_split_by_four_dimensions_and_the_others_are_named() -> None:
    """`of_ads` splits nothing that orders have. In the order in which the project declares them."""
    more = "dimension a = orders.items  dimension of_ads = ads.clicks  dimension b = orders.fresh  dimension c = orders.who"
    node, _ = parse_query(Source("<query>", "revenue during 2026-06 compare previous month"))
    assert node is not None
    for extra, left_out in ((more, ("c",)), (more + "  dimension d = orders.id", ("c", "d")), (more.partition("  dimension c")[0], ())):
        made = compiled(TEXT + extra)
        found = resolve_why(made, node, False)
        assert [split.dim.name for split in found.splits] == ["channel", "country", "a", "b"]
        assert found.left_out == left_out
