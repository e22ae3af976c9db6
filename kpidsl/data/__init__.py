"""What the data holds beside what is declared of it: `kpi check --data`. Checks are conditions that no row should meet; they become one
SELECT a source through the same plans and dialects as every query, and what it counts becomes diagnostics.
"""
