"""std.marketing on two platforms, a form, a shop and the books. All numbers by hand from marketing/data.

Ads, read off the two files (Google's cost in millionths of a euro):

    platform month campaign  spend            clicks  link  impressions
    google   Jan   brand     12.50              25     25      500
    google   Jan   generic   37.50              15     15     1500
    google   Feb   brand     10.00              20     20      400
    google   Feb   generic    0                  0      0        0
    google   Feb   (none)     5.00               4      4      100
    meta     Jan   brand     20.00              60     30     2000
    meta     Jan   spring    30.25              40     10     3000
    meta     Feb   spring    19.75               0      0     1000
    meta     Feb   brand      8.00            null   null        0

    google: 65.00 spent, 64 clicks on 2500.   meta: 78.00 spent, 100 clicks (40 on links) on 6000.   all: 143.00, 164 (104), 8500
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    # ---------------------------------------------------------------- CTR
    case("ctr", (164 / 8500,)),
    case(
        "ctr by platform",
        ("google", 64 / 2500),  # 25 + 15 + 20 + 0 + 4 clicks; 500 + 1500 + 400 + 0 + 100 impressions
        ("meta", 100 / 6000),  # 60 + 40 + 0 + null; 2000 + 3000 + 1000 + 0
    ),
    case(
        "ctr by campaign",
        ("brand", 105 / 2900),  # 25 + 20 + 60 + null; 500 + 400 + 2000 + 0
        ("generic", 15 / 1500),
        ("spring", 40 / 4000),
        (None, 4 / 100),  # the row without a campaign stays
    ),
    case(
        "ctr by campaign, month",
        ("brand", "2026-01-01", 85 / 2500),  # 25 + 60; 500 + 2000
        ("brand", "2026-02-01", 20 / 400),  # 20 + null; 400 + 0
        ("generic", "2026-01-01", 15 / 1500),
        ("generic", "2026-02-01", None),  # 0 / 0
        ("spring", "2026-01-01", 40 / 3000),
        ("spring", "2026-02-01", 0 / 1000),
        (None, "2026-01-01", None),  # nothing without a campaign in January
        (None, "2026-02-01", 4 / 100),
    ),
    case(
        "ctr by campaign, month sparse",
        ("brand", "2026-01-01", 85 / 2500),
        ("brand", "2026-02-01", 20 / 400),
        ("generic", "2026-01-01", 15 / 1500),
        ("generic", "2026-02-01", None),  # a row of noughts is a row
        ("spring", "2026-01-01", 40 / 3000),
        ("spring", "2026-02-01", 0 / 1000),
        (None, "2026-02-01", 4 / 100),
    ),
    case(
        "link_ctr, ctr by platform, month",
        ("google", "2026-01-01", 40 / 2000, 40 / 2000),
        ("google", "2026-02-01", 24 / 500, 24 / 500),
        ("meta", "2026-01-01", 40 / 5000, 100 / 5000),  # links 30 + 10, all 60 + 40
        ("meta", "2026-02-01", 0 / 1000, 0 / 1000),
    ),
    case("link_ctr", (104 / 8500,)),
    case(
        "unique_ctr by campaign",
        ("brand", 1 / 2),  # seen by p1 (twice) and p3, clicked by p1; the click of nobody known counts no one
        ("spring", 1 / 3),  # seen by p1, p2, p4; clicked by p2
    ),
    case("unique_ctr", (2 / 4,), note="p1, p2, p3, p4 saw it, p1 and p2 clicked; 2 + 3 people of the campaigns would have been 5"),
    case(
        "unique_ctr by month",
        ("2026-01-01", 2 / 3),  # p1, p2, p3
        ("2026-02-01", 0 / 1),  # p4, who may or may not have clicked: unknown is no click
    ),
    # ---------------------------------------------------------------- CPC, CPM
    case("cpc, cpm", (143 / 164, 143_000 / 8500)),
    case(
        "cpc, cpm by platform, month",
        ("google", "2026-01-01", 50 / 40, 50_000 / 2000),
        ("google", "2026-02-01", 15 / 24, 15_000 / 500),
        ("meta", "2026-01-01", 50.25 / 100, 50_250 / 5000),
        ("meta", "2026-02-01", None, 27_750 / 1000),  # 27.75 spent, no click
    ),
    case(
        "cpc by campaign",
        ("brand", 50.5 / 105),  # 12.50 + 10 + 20 + 8
        ("generic", 37.5 / 15),
        ("spring", 50 / 40),  # 30.25 + 19.75
        (None, 5 / 4),
    ),
    # ---------------------------------------------------------------- CPL: people 101 102 103 104 105; 101 and 102 filled in two forms
    case("cost_per_lead", (143 / 5,)),
    case(
        "cost_per_lead by platform",
        ("google", 65 / 3),  # 101, 102, 103
        ("meta", 78 / 2),  # 101 again, 104; the form without a person is no lead
        (None, 0 / 1),  # 105 came by an unknown way and cost no advert
    ),
    case(
        "cost_per_lead by month",
        ("2026-01-01", 100.25 / 2),  # 50 + 50.25; 101, 102
        ("2026-02-01", 42.75 / 4),  # 15 + 27.75; 103, 102, 104, 105
    ),
    case(
        "cost_per_lead by platform, month",
        ("google", "2026-01-01", 50 / 2),  # 101, 102
        ("google", "2026-02-01", 15 / 2),  # 103, 102
        ("meta", "2026-01-01", 50.25 / 1),  # 101
        ("meta", "2026-02-01", 27.75 / 1),  # 104
        (None, "2026-01-01", None),  # neither spend nor lead
        (None, "2026-02-01", 0 / 1),  # 105
    ),
    case(
        "cost_per_lead, ctr by platform, month sparse with totals",
        ("google", "2026-01-01", 50 / 2, 40 / 2000, "group"),
        ("google", "2026-02-01", 15 / 2, 24 / 500, "group"),
        ("google", None, 65 / 3, 64 / 2500, "subtotal"),
        ("meta", "2026-01-01", 50.25, 100 / 5000, "group"),
        ("meta", "2026-02-01", 27.75, 0, "group"),
        ("meta", None, 78 / 2, 100 / 6000, "subtotal"),
        (None, "2026-02-01", 0 / 1, None, "group"),
        (None, None, 0 / 1, None, "subtotal"),
        (None, None, 143 / 5, 164 / 8500, "total"),
    ),
    case(
        "cost_per_lead, ctr by platform, month with totals",
        ("google", "2026-01-01", 50 / 2, 40 / 2000, "group"),
        ("google", "2026-02-01", 15 / 2, 24 / 500, "group"),
        ("google", None, 65 / 3, 64 / 2500, "subtotal"),  # 102 of both months is one
        ("meta", "2026-01-01", 50.25, 100 / 5000, "group"),
        ("meta", "2026-02-01", 27.75, 0, "group"),
        ("meta", None, 78 / 2, 100 / 6000, "subtotal"),
        (None, "2026-01-01", None, None, "group"),
        (None, "2026-02-01", 0 / 1, None, "group"),
        (None, None, 0 / 1, None, "subtotal"),
        (None, None, 143 / 5, 164 / 8500, "total"),  # 101 of both platforms is one
    ),
    # ---------------------------------------------------------------- CPO: orders 1 2 4 5 7 8 9 stand; 3 is cancelled, 6 a test
    case("cost_per_order", (143 / 7,)),
    case(
        "cost_per_order by platform",
        ("google", 65 / 3),  # 1, 4, 7
        ("meta", 78 / 3),  # 2, 8 (whose test mark is unknown), 9
        (None, 0 / 1),  # 5
    ),
    case(
        "cost_per_order by month",
        ("2026-01-01", 100.25 / 3),  # 1, 2, 9
        ("2026-02-01", 42.75 / 4),  # 4, 5, 7, 8
    ),
    # ---------------------------------------------------------------- CAC: full cost 143 + 200 + 49.75 + 200 = 592.75
    # first orders: c1 (1, google, Jan), c2 (2, meta, Jan), c5 (9, meta, Jan), c3 (5, no platform, Feb); c4 only tested, the guest is nobody
    case("cac", (592.75 / 4,)),
    case(
        "cac by month",
        ("2026-01-01", 350 / 3),  # 100.25 + 200 + 49.75; c1, c2, c5
        ("2026-02-01", 242.75 / 1),  # 42.75 + 200; c3
    ),
    case(
        "cac by platform",
        ("google", 65 / 1),
        ("meta", 127.75 / 2),  # 78 + 49.75
        (None, 400 / 1),  # the salaries belong to no platform
    ),
    case("cac_lagged during 2026-02", (350 / 1,)),  # January's 100.25 + 249.75; c3
    case(
        "cac_lagged by month during 2026-02..2026-03",
        ("2026-02-01", 350 / 1),
        ("2026-03-01", None),  # nobody came
    ),
    case("cac_lagged by platform during 2026-02", ("google", None), ("meta", None), (None, 200 / 1)),  # c3 came by no platform
    # ---------------------------------------------------------------- ROAS: last touch google 1 + 4 + 7, meta 2 + 8 + 9
    case("roas", (360 / 143,)),
    case(
        "roas by platform where platform is not null",
        ("google", 200 / 65),  # 120 + 50 + 30
        ("meta", 160 / 78),  # 80 + 20 + 60
    ),
    case(
        "roas by month",
        ("2026-01-01", 260 / 100.25),  # 120 + 80 + 60
        ("2026-02-01", 100 / 42.75),  # 50 + 30 + 20
    ),
    # ---------------------------------------------------------------- ROI, ROMI
    # margin: 1: 50, 2: 30, 4: 20, 5: 15, 7: 20, 8: 5, 9: 20, together 160; cost as in CAC
    case("roi", ((160 - 592.75) / 592.75,)),
    case(
        "roi by platform",
        ("google", (90 - 65) / 65),  # 50 + 20 + 20
        ("meta", (55 - 127.75) / 127.75),  # 30 + 5 + 20
        (None, (15 - 400) / 400),
    ),
    case("romi", ((216 - 592.75) / 592.75,)),  # 130 + 26 + 60 + null
    case(
        "romi by platform",
        ("google", (156 - 65) / 65),
        ("meta", (60 - 127.75) / 127.75),
        (None, (0 - 400) / 400),
    ),
)

REFUSALS = (
    Refusal("spend + leads", ("EUR",), "money and people do not add up"),
    Refusal("unique_ctr by platform", ("platform",), "the people who saw adverts are not known by platform"),
    Refusal("cost_per_lead where campaign = 'brand' and orders.status = 'paid'", ("orders",), "a filter that spend and leads do not have"),
)
