"""Databricks, where it differs from Spark: beside its row in dialects.py, in the name of one function."""

from __future__ import annotations

from kpidsl.sql.texts import simple

simple("regex_has", "REGEXP_LIKE", "databricks")
