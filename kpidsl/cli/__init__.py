"""The `kpi` command: one file per verb."""
