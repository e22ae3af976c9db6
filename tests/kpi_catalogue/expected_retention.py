"""std.retention on ten orders. All numbers by hand from retention/data.

customer  country        valid orders  net                 goods
c1        IT             1 2           100 + 50            60 + 30
c2        IT             3             80 (4 cancelled)    40
c3        RO             5 6 7         40 + 30 + 30        10 + 20 + 20
c4        RO             none (10 cancelled)
c5        TW             none
c9        not in table   9             60                  30
(guest)                  8             25                  15
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    case("repurchase_rate", (2 / 4,)),  # c1 and c3 of c1 c2 c3 c9; the guest is nobody
    case(
        "repurchase_rate by buyers.customer.country",
        ("IT", 1 / 2),  # c1 of c1, c2
        ("RO", 1 / 1),  # c3; c4 never had an order that stood
        (None, 0 / 1),  # c9, whose country nobody knows
    ),
    case("arpu", (415 / 4,)),  # 150 + 80 + 100 + 60 + 25; c1 c2 c3 c9
    case(
        "arpu, gross_margin, ltv_formula by month",
        ("2026-01-01", 230 / 2, 100 / 230, 230 / 2 * (100 / 230) / (5 / 50)),  # c1, c2; 230 - 130; 5 of 50 left: 500
        ("2026-02-01", 185 / 2, 90 / 185, None),  # c3, c9; 185 - 95; nobody left
    ),
    case("gross_margin", (190 / 415,)),  # 415 - 225
    case("churn_rate, retention_rate by month", ("2026-01-01", 5 / 50, 45 / 50), ("2026-02-01", 0 / 60, 60 / 60)),
    case("churn_rate, retention_rate by quarter", ("2026-01-01", 5 / 50, 45 / 50)),  # of those who were there on 1 January
)

REFUSALS = (
    Refusal("ltv_formula by orders.status", ("orders",), "the churn of the base is not known by status of order"),
    Refusal("arpu + repurchase_rate", ("EUR",), "money and a percentage do not add up"),
)
