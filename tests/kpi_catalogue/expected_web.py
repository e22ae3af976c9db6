"""std.web (and the conversion rate of std.marketing) on an event table. All numbers by hand from web/data/events.json.

    visitor visit  day     device   origin      pages seen              purchases  engaged
    A       1      5 Jan   desktop  google      /spring /guide /thanks      1        yes
    A       2      6 Jan   mobile   (direct)    /guide                      0        no
    B       1      5 Jan   mobile   (unknown)   /spring                     0        yes, ten minutes on one page
    C       1      1 Feb   mobile   google      /spring /spring             2        yes
    C       2      2 Feb   desktop  (direct)    none, only a scroll         0        yes
    D       1      10 Feb  tablet   newsletter  /guide /spring              0        yes
    nobody  9      11 Feb  desktop  (direct)    /guide                      0        not known

Engaged seconds by page: /spring 20 (A) + 600 (B) + 9 (C) = 629; /guide 40 (A) + 3 (D) = 43; /thanks none.
"""

from tests.kpi_catalogue.case import DAY, Refusal, case

CASES = (
    case("traffic, traffic_users, direct_traffic", (7, 4, 4), note="the visit of nobody is a visit, and no visitor"),
    case(
        "traffic, traffic_users, direct_traffic by device",
        ("desktop", 3, 2, 2),  # A1 C2 nobody; A, C; C2, nobody
        ("mobile", 3, 3, 2),  # A2 B1 C1; A, B, C; A2, B1 (of unknown origin)
        ("tablet", 1, 1, 0),
    ),
    case(
        "traffic, traffic_users, direct_traffic by month",
        ("2026-01-01", 3, 2, 2),  # A1 A2 B1; A, B; A2, B1
        ("2026-02-01", 4, 2, 2),  # C1 C2 D1 nobody; C, D; C2, nobody
    ),
    case(
        "landing_page_conversion_rate by sessions.landing where sessions.landing is not null",
        ("/guide", 0 / 3),  # A2, D1, nobody
        ("/spring", 2 / 3),  # A1, B1, C1; A1 and C1 bought, C1 twice
    ),
    case("landing_page_conversion_rate", (2 / 6,), note="C2 landed nowhere"),
    case(
        "landing_page_conversion_rate by device",
        ("desktop", 1 / 2),  # A1, nobody
        ("mobile", 1 / 3),  # A2, B1, C1
        ("tablet", 0 / 1),
    ),
    case(
        "landing_page_conversion_rate by month",
        ("2026-01-01", 1 / 3),
        ("2026-02-01", 1 / 3),  # C1, D1, nobody
    ),
    case("single_page_bounce_rate, not_engaged_bounce_rate", (3 / 7, 2 / 7)),
    case(
        "single_page_bounce_rate, not_engaged_bounce_rate by device",
        ("desktop", 1 / 3, 1 / 3),  # nobody's; nobody's
        ("mobile", 2 / 3, 1 / 3),  # A2, B1; A2
        ("tablet", 0 / 1, 0 / 1),
    ),
    case(
        "single_page_bounce_rate, not_engaged_bounce_rate by month",
        ("2026-01-01", 2 / 3, 1 / 3),  # A2, B1; A2
        ("2026-02-01", 1 / 4, 1 / 4),
    ),
    case("time_on_page", (672 / 10 / DAY,)),  # 629 + 43 seconds over 10 views
    case(
        "time_on_page by events.page where events.page is not null",
        ("/guide", 43 / 4 / DAY),  # views of A1, A2, D1, nobody
        ("/spring", 629 / 5 / DAY),  # views of A1, B1, C1, C1, D1
        ("/thanks", 0 / 1 / DAY),  # the last page counts zero
    ),
    case(
        "time_on_page by month",
        ("2026-01-01", 660 / 5 / DAY),  # 20 + 40 + 600; A1 three, A2, B1
        ("2026-02-01", 12 / 5 / DAY),  # 9 + 3; C1 two, D1 two, nobody
    ),
    case("pages_per_visit", (10 / 7,)),
    case(
        "pages_per_visit by device",
        ("desktop", 4 / 3),  # 3 + 0 + 1
        ("mobile", 4 / 3),  # 1 + 1 + 2
        ("tablet", 2 / 1),
    ),
    case(
        "pages_per_visit by month",
        ("2026-01-01", 5 / 3),
        ("2026-02-01", 5 / 4),
    ),
    case("conversion_rate", (2 / 4,), note="A and C of A, B, C, D; C bought twice"),
    case(
        "conversion_rate, pages_per_visit by device with totals",
        ("desktop", 1 / 2, 4 / 3, "group"),
        ("mobile", 1 / 3, 4 / 3, "group"),
        ("tablet", 0 / 1, 2 / 1, "group"),
        (None, 2 / 4, 10 / 7, "total"),  # A and C were on two devices each and are two people
    ),
    case(
        "conversion_rate by device",
        ("desktop", 1 / 2),  # A of A and C
        ("mobile", 1 / 3),  # C of A, B, C
        ("tablet", 0 / 1),
    ),
)

REFUSALS = (
    Refusal("pages_per_visit by events.page", ("many rows of `events`",), "a visit has many pages, so visits cannot be split by them"),
    Refusal("traffic_users + single_page_bounce_rate", ("count",), "people and a percentage do not add up"),
)
