"""Databricks, where it differs from Spark: nothing so far but its row in dialects.py."""
