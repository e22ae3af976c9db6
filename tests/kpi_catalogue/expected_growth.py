"""Growth over a year, of std.sales. All numbers by hand from growth/data; today is 31 May 2026.

           sales                       refunds         revenue
Feb 2024   IT 100, DE 40               DE 40           IT 100, DE 0
Jan 2025   IT 80                                       80
Feb 2025   IT 150, DE 30                               IT 150, DE 30
Mar 2025   DE 20                       IT 25           IT -25, DE 20
Jun 2025   IT 500                                      500
Feb 2026   IT 90, FR 60                                IT 90, FR 60
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    case(
        "revenue_growth, sales_growth by month during 2025-01..2025-03",
        ("2025-01-01", None, None),  # nothing a year before
        ("2025-02-01", 180 / 100 - 1, 180 / 140 - 1),  # the 29th of February 2024 is a day of it
        ("2025-03-01", None, None),
    ),
    case(
        "revenue_growth, sales_growth by country during 2025-02 with totals",
        ("DE", None, 30 / 40 - 1, "group"),  # all of Germany's money had been given back
        ("IT", 150 / 100 - 1, 150 / 100 - 1, "group"),
        (None, 180 / 100 - 1, 180 / 140 - 1, "total"),
    ),
    case("revenue_growth, sales_growth during 2025", (755 / 100 - 1, 780 / 140 - 1)),  # the whole year, April to December included
    case(
        "revenue_growth, sales_growth during 2026",
        (150 / 255 - 1, 150 / 280 - 1),  # with January to May 2025 only: 80 + 180 + 20, less 25
        note="a running year is compared with the same part of the year before, without the 500 of June",
    ),
    case("sales_growth by country during 2026-02", ("DE", 0 / 30 - 1), ("FR", None), ("IT", 90 / 150 - 1)),
)

REFUSALS = (
    Refusal("revenue_growth by country", ("during",), "growth without a range has nothing that could be earlier"),
    Refusal("revenue + revenue_growth", ("EUR",), "money and a share do not add up"),
    Refusal("sum(revenue_growth)", ("aggregated already",), "growth is never added up"),
)
