"""Boards as data and as pages. Comes in: a resolved dashboard with its statements. Goes out: JSON that BI tools take, charts as Vega-Lite,
and one HTML file that opens from disk."""
