"""std.survey on ten answers. All numbers by hand from survey/data.

person  January  February                          latest of all
a       9        6                                 6, IT
b       10       -                                 10, IT
c       7        -                                 7, RO
d       -        3, and 10 at the same moment      10 (the greater key), RO
e       -        without a score                   no answer
f       -        9 in TW, then 9 in US             9, US
nobody  -        0                                 is no person
"""

from tests.kpi_catalogue.case import case

CASES = (
    case("nps", (100 * (3 - 1) / 5,)),  # b d f less a, of a b c d f
    case(
        "nps by answers.country",
        ("IT", 100 * (1 - 1) / 2),  # b, a
        ("RO", 100 * (1 - 0) / 2),  # d of c, d
        ("US", 100 * 1 / 1),  # f moved from TW and counts once
    ),
    case(
        "nps by answers.country with totals",
        ("IT", 0, "group"),
        ("RO", 50, "group"),
        ("US", 100, "group"),
        (None, 40, "total"),  # (3 - 1) / 5 again; the mean of the groups would be 50
    ),
    case(
        "nps by month",
        ("2026-01-01", 100 * 2 / 3),  # a and b of a, b, c
        ("2026-02-01", 100 * (2 - 1) / 3),  # d and f, less a
    ),
)

REFUSALS = ()
