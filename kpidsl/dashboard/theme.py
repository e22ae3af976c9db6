"""Colours and type of charts. Goes out: a Vega-Lite `config` for light and for dark pages, and the colours of series.

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
PAPER, DARK_PAPER = "#FFFFFF", "#161B22"
"""Of the tile below a chart: what is hollow is filled with it."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"


def config(dark: bool = False) -> dict[str, Any]:
    """A Vega-Lite config: quiet axes, no frame, letters that can be read."""
    text, quiet, grid = ("#E6E9EE", "#AEB6C2", "#2C343F") if dark else ("#1B222C", "#59626F", "#E4E8ED")
    ramp = list(DARK_RAMP if dark else RAMP)
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": "transparent"},
        "axis": {
            "labelColor": quiet,
            "titleColor": quiet,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": grid,
            "domainColor": grid,
            "tickColor": grid,
            "labelOverlap": "greedy",
            "labelSeparation": 6,
            "titlePadding": 8,
        },
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "tickCount": 5},
        "legend": {
            "orient": "top",
            "labelColor": text,
            "labelFontSize": 12,
            "titleColor": quiet,
            "titleFontSize": 12,
            "symbolStrokeWidth": 2,
            "labelLimit": 240,
        },
        "title": {"color": text, "anchor": "start", "frame": "group", "fontSize": 13},
        "line": {"strokeWidth": 2, "strokeCap": "round"},
        "bar": {"cornerRadiusEnd": 2},
        "text": {"color": text, "fontSize": 12},
        "range": {"category": list(DARK_SERIES if dark else SERIES), "ramp": ramp, "heatmap": ramp},
    }


def swap() -> dict[str, str]:
    """For each colour of a light chart the one of a dark page."""
    light = (*SERIES, QUIET, *RAMP, ON_LIGHT, ON_DARK, PAPER)
    return dict(zip(light, (*DARK_SERIES, DARK_QUIET, *DARK_RAMP, ON_DARK, ON_LIGHT, DARK_PAPER), strict=True))
