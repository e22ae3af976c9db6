"""`kpi serve`: boards as live pages, from this machine to this machine alone."""
