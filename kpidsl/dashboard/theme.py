"""Colours and type of charts. Goes out: a Vega-Lite `config` for light pages, the colours of series, and for each
colour the one of a dark page.

The series are Okabe and Ito's, who chose them so that people with any of the common kinds of colour blindness tell them apart (Color
Universal Design, 2008), the light ones darkened so that each has a contrast of 3:1 on white, and lightened for dark pages.
"""

from __future__ import annotations

from typing import Any

SERIES = ("#0072B2", "#D55E00", "#00805E", "#B8568F", "#A87100", "#3A86B7", "#6B6B6B", "#8A5A2B")
DARK_SERIES = ("#56B4E9", "#FF9150", "#2FC49A", "#E39BC4", "#F0C443", "#9CC9F0", "#A8AEB8", "#D2A679")
QUIET = "#7A828E"
"""Of what stands behind: the year before, targets, benchmarks."""
DARK_QUIET = "#98A1AE"
RAMP = ("#EAF3FA", "#9CC7E4", "#4A97CB", "#0B66A5", "#06375C")
DARK_RAMP = ("#14222E", "#174A6E", "#1F74AB", "#56B4E9", "#CFEAFB")
ON_LIGHT, ON_DARK = "#1B222D", "#FFFFFE"
"""Of letters on light and on dark cells; on a dark page small values are dark cells. No other black or white is written like these, so that
they can be swapped."""
TEXT, QUIET_TEXT, GRID = "#1B222C", "#59626F", "#E4E8ED"
DARK_TEXT, DARK_QUIET_TEXT, DARK_GRID = "#E6E9EE", "#AEB6C2", "#2C343F"
PAPER, DARK_PAPER = "#FFFFFF", "#161B22"
"""Of the tile below a chart: what is hollow is filled with it."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"


def config() -> dict[str, Any]:
    """A Vega-Lite config: quiet axes, no frame, letters that can be read."""
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": "transparent"},
        "axis": {
            "labelColor": QUIET_TEXT,
            "titleColor": QUIET_TEXT,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domainColor": GRID,
            "tickColor": GRID,
            "labelOverlap": "greedy",
            "labelSeparation": 6,
            "titlePadding": 8,
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "tickCount": 5},
        "legend": {
            "orient": "top",
            "labelColor": TEXT,
            "labelFontSize": 12,
            "titleColor": QUIET_TEXT,
            "titleFontSize": 12,
            "symbolStrokeWidth": 2,
            "labelLimit": 240,
        },
        "title": {"color": TEXT, "anchor": "start", "frame": "group", "fontSize": 13},
        "line": {"strokeWidth": 2, "strokeCap": "round"},
        "bar": {"cornerRadiusEnd": 2},
        "text": {"color": TEXT, "fontSize": 12},
        "range": {"category": list(SERIES), "ramp": list(RAMP), "heatmap": list(RAMP)},
    }


def swap() -> dict[str, str]:
    """For each colour of a light chart the one of a dark page."""
    light = (*SERIES, QUIET, *RAMP, ON_LIGHT, ON_DARK, PAPER, TEXT, QUIET_TEXT, GRID)
    dark = (*DARK_SERIES, DARK_QUIET, *DARK_RAMP, ON_DARK, ON_LIGHT, DARK_PAPER, DARK_TEXT, DARK_QUIET_TEXT, DARK_GRID)
    return dict(zip(light, dark, strict=True))
