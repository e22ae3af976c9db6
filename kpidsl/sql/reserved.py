"""Words that stand in quotes when they are names, in every dialect: reserved in at least one that kpidsl writes, and plausible as a name.

One list for all keeps the SQL of a project alike across its dialects; quoting a word too many never changes what it means where names
fold the way they are written.
"""

from __future__ import annotations

_SQL = """
all alter analyse analyze and any anti array as asc asymmetric asof at authorization begin between binary both by cascade case cast
check collate collation column commit concurrently constraint create cross cube current current_catalog current_date current_role
current_schema current_time current_timestamp current_user cursor database default deferrable delete desc describe distinct do drop
else end escape except exclude exists explain extract false fetch filter final for foreign freeze from full function glob global grant
group grouping groups having if ignore ilike in index indexed initially inner insert intersect interval into is isnull join key lambda
lateral leading left like limit local localtime localtimestamp map match materialized merge minus natural no not nothing notnull null
nulls of offset on only open or order outer over overlaps partition pivot pivot_longer pivot_wider placing positional precision
prewhere primary procedure qualify range read recursive references regexp replace restrict returning revoke right rlike rollback rollup
row rows sample schema select semi session_user set settings show similar some struct summarize symmetric system_user table tablesample
then to top trailing transaction treat trigger trim true try_cast union unique unnest unpivot update use user using values variadic
verbose view when where window with within without
"""

RESERVED = frozenset(_SQL.split())
