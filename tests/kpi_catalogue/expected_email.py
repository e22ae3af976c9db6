"""std.email on ten messages and sixteen reactions. All numbers by hand from email/data.

    mailing  messages      delivered  opened at all     opened by people  clicked  unsubscribed
    spring   1 2 3* 4 5    1 2 4 5    1 2 4             1 4               1        2 (twice)
    summer   6 7* 8        6 8        6 8               6                 6        -
    lost     9*            -          -                 -                 -        -
    (none)   10            10         10                10                -        -

`*` bounced. Message 3 has an open although it bounced; message 8 was opened and clicked by a machine only; whether a machine
opened message 10 is not known; one open belongs to a message 99 that nobody sent.
"""

from tests.kpi_catalogue.case import Refusal, case

CASES = (
    case("open_rate, human_open_rate, click_rate, unsubscribe_rate", (6 / 7, 4 / 7, 2 / 7, 1 / 7)),
    case(
        "open_rate, human_open_rate, click_rate, unsubscribe_rate by mailing",
        ("lost", None, None, None, None),  # nothing was delivered
        ("spring", 3 / 4, 2 / 4, 1 / 4, 1 / 4),
        ("summer", 2 / 2, 1 / 2, 1 / 2, 0 / 2),
        (None, 1 / 1, 1 / 1, 0 / 1, 0 / 1),
    ),
    case(
        "open_rate, human_open_rate, click_rate, unsubscribe_rate by month",
        ("2026-03-01", 3 / 4, 2 / 4, 1 / 4, 1 / 4),
        ("2026-04-01", 3 / 3, 2 / 3, 1 / 3, 0 / 3),  # 6, 8, 10
    ),
    case("open_rate by messages.contact_id", ("k1", 2 / 2), ("k2", 1 / 1), ("k3", None), ("k4", 2 / 2), ("k5", 1 / 2)),
    # k1: 1 and 6. k2: 2 (7 bounced). k3: 3 and 9 bounced. k4: 4 and 8. k5: 5 unopened, 10 opened
)

REFUSALS = (
    Refusal("open_rate by reactions.kind", ("reactions",), "a message has many reactions, so messages cannot be split by their kind"),
)
