"""Words that stand in quotes when they are names: a list that most dialects share, and what some reserve beyond it.

The shared list keeps the SQL of a project alike across its dialects; quoting a word too many does not change what it means.
"""

from __future__ import annotations

from functools import cache

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

_MYSQL = """
accessible before bigint blob call change char character condition continue convert cume_dist databases day_hour day_minute dec decimal
declare delayed dense_rank deterministic distinctrow div double dual each elseif empty enclosed escaped exit first_value float force
fulltext generated get high_priority hour_minute if ignore infile inout int integer iterate keys kill lag last_value lead leave linear lines
load lock long longblob longtext loop low_priority mediumint mod modifies nth_value ntile numeric optimize option optionally out outfile
percent_rank purge rank reads real release rename repeat replace require resignal return row_number schemas sensitive separator signal
smallint spatial specific sql ssl starting stored straight_join system terminated tinyint undo unlock unsigned usage utc_date utc_time
utc_timestamp varchar varying virtual while write xor year_month zerofill
"""
_TSQL = """
add backup break browse bulk checkpoint close clustered coalesce compute contains containstable continue convert dbcc deallocate declare
deny disk distributed double dump errlvl exec execute exit external file fillfactor freetext freetexttable function goto holdlock identity
identity_insert identitycol if kill lineno load national nocheck nonclustered nullif off offsets opendatasource openquery openrowset openxml
option percent plan print proc public raiserror readtext reconfigure replication restore return revert rowcount rowguidcol rule save
securityaudit semantickeyphrasetable session setuser shutdown statistics textsize tran truncate try_convert tsequal waitfor while writetext
"""
_MORE = {
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "tsql": _TSQL,
    "bigquery": "assert_rows_modified contains enum hash if ignore intersect lookup new no nulls proto respect rollup some treat window",
    "redshift": "aes128 aes256 backup credentials defrag delta disable_rdms encode encrypt explicit identity luns mostly16 offline old parallel"
    " percent permissions raw readratio recover resort snapshot sysdate system tag tdes text255 timestamp top truncatecolumns wallet",
    "snowflake": "account connection database following gscluster increment issue minus organization start",
    "trino": "alter constraint deallocate execute listagg normalize prepare skip",
}


@cache
def reserved_in(dialect: str) -> frozenset[str]:
    """The words that the dialect wants quoted, in lower case."""
    return frozenset((_SQL + _MORE.get(dialect, "")).split())
