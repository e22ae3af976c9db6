"""Advice on how a project works with its KPIs: what no compiler can call wrong, and what costs a business money all the same."""
