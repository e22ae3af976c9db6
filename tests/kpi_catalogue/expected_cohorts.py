"""Cohorts and churn, of std.retention. All numbers by hand from cohorts/data; today is 31 May 2026.

customer  country  first order   second          gross profit of the first twelve months
c1        IT       10 Dec 2024   81 days later   40 + 20; the 30 of 10 Dec 2025 are of the next year
c2        IT        1 Feb 2025   90 days later   30 + 10; an order of December was cancelled
c3        RO       14 Feb 2025   91 days later   40 + 20
c4        RO       20 Mar 2026   none yet        30 so far
c5 never ordered, c9 is in no list of customers

subscriber  country  there
s1          IT        1 Jan 2026 …
s2          IT       10 Jan … 4 Mar
s3          RO       20 Jan …, with another plan from 10 Feb on
s4          RO       15 Feb … 24 Feb
s5          TW        1 Dec 2025 … 28 Feb
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    case(
        "repurchase_rate_90_days, ltv_12_months by month sparse",
        ("2024-12-01", 1 / 1, 60 / 1),  # c1
        ("2025-02-01", 1 / 2, 100 / 2),  # c2 and c3; c2 came back
        ("2026-03-01", None, None),  # c4 has time until 18 June
    ),
    case("repurchase_rate_90_days, ltv_12_months during 2025-02", (1 / 2, 100 / 2)),
    case(
        "repurchase_rate_90_days, ltv_12_months by customers.country during 2025-02",
        ("IT", 1 / 1, 40 / 1),
        ("RO", 0 / 1, 60 / 1),
    ),
    case(
        "repurchase_rate_90_days, ltv_12_months during 2025",
        (1 / 2, None),
        note="customers of December 2025 would have had ninety days by now, and not twelve months",
    ),
    case(
        "churn_rate, retention_rate by month during 2026-01..2026-04",
        ("2026-01-01", 0 / 1, 1 / 1),  # s5
        ("2026-02-01", 0 / 4, 4 / 4),  # s1 s2 s3 s5; s3 only changed the plan, s4 came and went
        ("2026-03-01", 2 / 4, 2 / 4),  # s2 and s5 left
        ("2026-04-01", 0 / 2, 2 / 2),  # s1 and s3
    ),
    case(
        "churn_rate, retention_rate by subscriptions.country during 2026-03",
        ("IT", 1 / 2, 1 / 2),
        ("RO", 0 / 1, 1 / 1),
        ("TW", 1 / 1, 0 / 1),
    ),
)

REFUSALS = (Refusal("churn_rate + ltv_12_months", ("EUR",), "a share and money do not add up"),)
