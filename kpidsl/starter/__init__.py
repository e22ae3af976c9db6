"""A first project from data alone: `kpi init`. Look (what is there) → guess (what it means, and what proves it) → write (kpi.toml and .kpi
files, everything unsure as a comment with the reason).
"""
