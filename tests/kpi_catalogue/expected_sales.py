"""std.sales on a CRM and a shop. All numbers by hand from sales/data.

deal  team    opened  closed        stage  days from first interest to won
1     north   Jan     21 Jan        won    20
2     north   Jan      1 Feb        won    30
3     north   Jan     20 Feb        lost
4     south   Feb     10 Feb        won    21
5     south   Feb     -             open
6     south   Jan     10 Feb        won    130: 28 of October, 30, 31, 31, 10 of February
7     (none)  Feb     28 Feb        won    23
8     north   Feb     25 Feb        won    unknown, the first interest was not written down
9     south   Feb     13 Feb        lost
10    west    Feb     -             open

order  country  month  valid        lines                   refunded
1      IT       Jan    yes          2 × 10 + 30 = 50
2      IT       Jan    yes          5 × 10 = 50             20 in January
3      RO       Jan    yes          2 × 30 = 60             60 in February
4      IT       Jan    cancelled    10                      10 in January
5      RO       Feb    test         270
6      (none)   Feb    yes          3 × 10 + null = 30
7      TW       Feb    yes          none
99 is no order, and has a line of 10; 98 is no order, and has a refund of 5
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    # ---------------------------------------------------------------- revenue and average order
    case("revenue, aov", (190 - 80, 110 / 5)),
    case(
        "revenue, aov by country",
        ("IT", 80, 80 / 2),  # 50 + 50 - 20
        ("RO", 0, 0 / 1),  # 60 - 60: an order that was wholly refunded is still an order
        ("TW", 0, 0 / 1),  # an order without lines
        (None, 30, 30 / 1),  # the refund of order 98, which is not there, is not valid
    ),
    case(
        "revenue, aov by country with totals",
        ("IT", 80, 40, "group"),
        ("RO", 0, 0, "group"),
        ("TW", 0, 0, "group"),
        (None, 30, 30, "group"),
        (None, 110, 110 / 5, "total"),
    ),
    case(
        "revenue, aov by month",
        ("2026-01-01", 140, 140 / 3),  # 160 - 20; orders 1, 2, 3
        ("2026-02-01", -30, -30 / 2),  # 30 - 60; orders 6, 7
    ),
    # ---------------------------------------------------------------- MQL, SQL
    # c1 and c2 in January, c4 in February; c1 once more is nothing new
    case("mqls, sqls", (3, 2)),
    case("mqls, sqls by month", ("2026-01-01", 2, 1), ("2026-02-01", 1, 1)),  # sql: c1, c3
    # ---------------------------------------------------------------- sales cycle
    case("sales_cycle", (23,)),  # 20 21 23 30 130
    case(
        "sales_cycle by month",
        ("2026-01-01", 20),
        ("2026-02-01", (23 + 30) / 2),  # 21 23 30 130
    ),
    case(
        "sales_cycle by team where deals.stage = 'won'",
        ("north", (20 + 30) / 2),
        ("south", (21 + 130) / 2),
        (None, 23),
    ),
    case(
        "sales_cycle by team where deals.stage = 'won' with totals",
        ("north", 25, "group"),
        ("south", 75.5, "group"),
        (None, 23, "group"),
        (None, 23, "total"),  # the median of all five, not of 25, 75.5 and 23
    ),
    # ---------------------------------------------------------------- close rates
    case("close_rate_by_created, close_rate_by_closed, deals_won", (6 / 10, 6 / 8, 6)),  # 1 2 4 6 7 8 of all; of those and 3 9
    case(
        "close_rate_by_created, close_rate_by_closed, deals_won by team",
        ("north", 3 / 4, 3 / 4, 3),  # 1 2 8 of 1 2 3 8; decided: the same four
        ("south", 2 / 4, 2 / 3, 2),  # 4 6 of 4 5 6 9; decided 4 6 9
        ("west", 0 / 1, None, 0),  # nothing decided
        (None, 1 / 1, 1 / 1, 1),
    ),
    case(
        "close_rate_by_created, close_rate_by_closed, deals_won by month",
        ("2026-01-01", 3 / 4, 1 / 1, 1),  # opened 1 2 3 6, won of them 1 2 6; decided 1
        ("2026-02-01", 3 / 6, 5 / 7, 5),  # opened 4 5 7 8 9 10, won 4 7 8; decided 2 4 6 7 8 won, 3 9 lost
    ),
    # ---------------------------------------------------------------- productivity: days north 8/8 + 4/8 + null, south 8/8 + 6/8, west 8/8
    case("productivity", (6 / 4.25,)),
    case("productivity by team", ("north", 3 / 1.5), ("south", 2 / 1.75), ("west", 0 / 1), (None, None)),
    case("productivity by month", ("2026-01-01", 1 / 2.5), ("2026-02-01", 5 / 1.75)),
)

REFUSALS = (
    Refusal("aov by order_lines.sku", ("order",), "one order has many lines: its value would be counted once for each"),
    Refusal("sum(orders.value) by order_lines.sku", ("order",), "the same, spelled out"),
    Refusal("revenue + productivity", ("EUR",), "money and deals per day do not add up"),
    Refusal("aov + 20%", ("EUR",), "an amount and a percentage do not add up"),
)
