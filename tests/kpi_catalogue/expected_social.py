"""std.social on five posts and two pages. All numbers by hand from social/data.

post  network  month  impressions  reach  interactions
p1    a        Jan        1000       400   30 + 6 + 4 = 40
p2    a        Jan        1400       700   10 + 8 + 2 = 20
p3    b        Jan         600       300    9 + 3 + null = 12
p4    b        Feb           0         0    0
p5    (none)   Feb         200      null    5
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    case("impressions", (3200,)),
    case("impressions by network", ("a", 2400), ("b", 600), (None, 200)),
    case("impressions by month", ("2026-01-01", 3000), ("2026-02-01", 200)),
    case("reach by posts.post_id", ("p1", 400), ("p2", 700), ("p3", 300), ("p4", 0), ("p5", None)),
    case(
        "engagement_rate_by_reach by posts.post_id",
        ("p1", 40 / 400),
        ("p2", 20 / 700),
        ("p3", 12 / 300),
        ("p4", None),  # 0 / 0
        ("p5", None),  # reach was not reported
    ),
    case("engagement_rate_by_impressions", (77 / 3200,)),
    case("engagement_rate_by_impressions by network", ("a", 60 / 2400), ("b", 12 / 600), (None, 5 / 200)),
    case("engagement_rate_by_impressions by month", ("2026-01-01", 72 / 3000), ("2026-02-01", 5 / 200)),
    case(
        "engagement_rate_by_impressions by posts.post_id",
        ("p1", 40 / 1000),
        ("p2", 20 / 1400),
        ("p3", 12 / 600),
        ("p4", None),
        ("p5", 5 / 200),
    ),
    # followers at the end of January a 1200, b 300; at the end of February a 1210, b 0
    case(
        "engagement_rate_by_followers by network, month_end",
        ("a", "2026-01-31", 60 / 1200),
        ("a", "2026-02-28", 0 / 1210),
        ("b", "2026-01-31", 12 / 300),
        ("b", "2026-02-28", None),  # p4 had no interaction, and nobody was left to have one
        (None, "2026-02-28", None),  # p5 belongs to no network, and no network has its followers
    ),
    case(
        "engagement_rate_by_followers by network",
        ("a", 60 / 1210),  # those who follow at the end, and not the 2410 of both months
        ("b", None),
        (None, None),
    ),
    case(
        "follower_growth by network, month during 2026-02",
        ("a", "2026-02-01", 1210 / 1200 - 1),
        ("b", "2026-02-01", 0 / 300 - 1),
    ),
    case("new_followers, net_new_followers", (93, 71)),  # 12 + 58 + 3 + 20 + 0; less 2 + 8 + null + 10 + 2
    case("new_followers, net_new_followers by network", ("a", 90, 70), ("b", 3, 1)),
    case("new_followers, net_new_followers by month", ("2026-01-01", 73, 63), ("2026-02-01", 20, 8)),
)

REFUSALS = (
    Refusal("sum(posts.reach)", ("reach",), "reach may not be added up"),
    Refusal("reach by network", ("reach",), "the reach of a network is not in the reach of its posts"),
    Refusal("sum(page_months.followers)", ("followers",), "the followers of two months' ends are mostly the same people"),
    Refusal("engagement_rate_by_reach by month", ("reach",), "the reach of a month is not in the reach of its posts"),
)
