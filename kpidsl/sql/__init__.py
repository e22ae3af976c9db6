"""Plans to SQL text, one meaning in every dialect. Comes in: a `Statement`. Goes out: text for people (`emit.emit`).

A plan is lowered to what the dialect has (lower.py), folded into SELECTs (fold.py), written as nodes of SQL (tree.py) by the operator
tables (speak.py, functions.py and its siblings, spelling/), and printed (printer.py). Only escape.py imports sqlglot, which reads what an
analyst wrote in SQL and says it in other dialects.
"""
