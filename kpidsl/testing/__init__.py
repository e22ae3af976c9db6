"""`test` blocks: their rows go into a DuckDB in memory, their queries are answered from it, and the answers are compared."""
