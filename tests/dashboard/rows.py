"""Rows of the queries of a small board, as engines give them: one query fails, one has no rows, and a group tries to be markup."""

from __future__ import annotations

from typing import Any

HOSTILE = "</script><script>window.hacked = 1</script><!--<script>"
GOAL = [
    *("grow", "sales", "revenue", "EUR", "2026-01-01", "2026-06-30", 1000.0, 1200.0, 400.0, 480.0, 0.333, 800.0, 7.5, 1000.0),
    *(900.0, 1100.0, 0.2, 0.1, 0.15, "unprecedented", "off_track", "Bo", None, None),
]
FIRING = [
    *("dear", "warning", "2026-02-01", "2026-02-28", "email", "aov", "EUR per order", 30.0, 60.0, None, None, 12),
    *("falls 20%", ""),
]


def kpi_row(month: str, end: str, actual: float | None, status: str, action: str | None) -> list[Any]:
    return [
        *("aov", "grow", month, end, None, "EUR per order", actual, 45.0, 0.9, 45.0, actual, 40.0, 50.0, 52.0, 31),
        *(None, status, "Bo", action, "month", None, None, None, None),
    ]


ROWS: dict[str, Any] = {
    "goal_grow": {"rows": [GOAL], "more": 0},
    "kpi_aov": {
        "rows": [
            kpi_row("2026-01-01", "2026-01-31", 46.0, "achieved", None),
            kpi_row("2026-02-01", "2026-02-28", None, "no_data", None),
            kpi_row("2026-03-01", "2026-03-31", 42.0, "off_track", "Offer a mug"),
        ],
        "more": 0,
    },
    "kpi_buyers": {"error": "the table shop.orders is not there"},
    "revenue_by_month": {"rows": [["2026-01-01", 1200.5, 1000.0, 0.2005], ["2026-02-01", 2400.0, None, None]], "more": 0},
    "revenue_by_channel": {"rows": [[HOSTILE, 10.0], [None, 5.0], ["constructor", 3.0], ["__proto__", 2.0]], "more": 0},
    "report_months": {"rows": [], "more": 0},
    "alert_dear": {"rows": [[*FIRING, "email"]], "more": 0},
}

FOUND: tuple[dict[str, Any], ...] = (
    {
        "key": "finding_below",
        "parts": [
            {"label": {"en": "Conversion", "it": "Conversione"}},
            {"label": {"en": "device", "it": "dispositivo"}},
            {"text": "mobile"},
            {"number": 0.015, "unit": "%"},
            {"number": 90, "unit": "count"},
            {"number": 0.049, "unit": "%"},
        ],
    },
)
FOUND_SAID = "Conversion of device mobile is 1.5% over 90 days, of all others 4.9%: find out what keeps mobile back"
