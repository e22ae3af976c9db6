"""Text in, SQL and dashboards out: a language for metrics, KPIs and goals. Only the version stands here: importing it is free."""

__version__ = "0.1.0"
