"""Words that stand in quotes when they are names.

For DuckDB, PostgreSQL and SQLite one measured list: the words that at least one of them refuses as the bare name of a table, a column or an
output. The others add what they reserve beyond it, from their manuals.
"""

from __future__ import annotations

from functools import cache

_MEASURED = """
add all alter analyse analyze and anti any array as asc asof asymmetric at authorization autoincrement between binary both by case cast
check collate collation column commit concurrently constraint create cross current_catalog current_date current_role current_schema
current_time current_timestamp current_user default deferrable delete desc describe distinct do drop else end escape except exists
false fetch for foreign freeze from full glob grant group having ilike in index initially inner insert intersect into is isnull join
lambda lateral leading left like limit localtime localtimestamp natural not nothing notnull null offset on only or order outer overlaps
pivot pivot_longer pivot_wider placing positional primary qualify raise recursive references returning right select semi session_user
set show similar some summarize symmetric system_user table tablesample then to trailing transaction true union unique unpack unpivot
update user using values variadic verbose when where window with
"""
_OTHERS = """
begin cascade cube current cursor database exclude explain extract filter final function global grouping groups if ignore indexed
interval key local map match materialized merge minus no nulls of open over partition precision prewhere procedure range read regexp
replace restrict revoke rlike rollback rollup row rows sample schema settings struct top treat trigger trim try_cast unnest use view
within without
"""
_MYSQL = """
accessible before bigint blob call change char character condition continue convert cume_dist databases day_hour day_minute dec decimal
declare delayed dense_rank deterministic distinctrow div double dual each elseif empty enclosed escaped exit first_value float force
fulltext generated get high_priority hour_minute if ignore infile inout int integer iterate keys kill lag last_value lead leave linear lines
load lock long longblob longtext loop low_priority mediumint mod modifies nth_value ntile numeric optimize option optionally out outfile
percent_rank purge rank reads real release rename repeat replace require resignal return row_number schemas sensitive separator signal
smallint spatial specific sql ssl starting stored straight_join system terminated tinyint undo unlock unsigned usage utc_date utc_time
utc_timestamp varchar varying virtual while write xor year_month zerofill
asensitive day_microsecond day_second float4 float8 hour_microsecond hour_second insensitive int1 int2 int3 int4 int8 io_after_gtids
io_before_gtids json_table master_bind master_ssl_verify_server_cert maxvalue mediumblob mediumtext middleint minute_microsecond
minute_second no_write_to_binlog optimizer_costs read_write second_microsecond sql_big_result sql_calc_found_rows sql_small_result
sqlexception sqlstate sqlwarning tinyblob tinytext varbinary varcharacter
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
    "duckdb": " columns generated map struct try_cast tuple",
    "bigquery": "assert_rows_modified contains define enum following hash if ignore intersect lookup new no nulls preceding proto respect"
    " rollup some treat unbounded window",
    "redshift": "aes128 aes256 backup credentials defrag delta disable_rdms encode encrypt explicit identity luns mostly16 offline"
    " old parallel percent permissions raw readratio"
    " recover resort snapshot sysdate system tag tdes text255 timestamp top truncatecolumns wallet"
    " allowoverwrite az64 blanksasnull bytedict bzip2 current_user_id deflate delta32k disable emptyasnull enable encryption globaldict256"
    " globaldict64k gzip lun lzo lzop mostly32 mostly8 new off oid rejectlog respect restore text32k type",
    "snowflake": "account connection database following gscluster increment issue minus organization start",
    "trino": "alter constraint deallocate execute listagg normalize prepare skip",
}


@cache
def reserved_in(dialect: str) -> frozenset[str]:
    """The words that the dialect wants quoted, in lower case."""
    if dialect in ("duckdb", "postgres", "sqlite"):
        return frozenset((_MEASURED + _MORE.get(dialect, "")).split())
    return frozenset((_MEASURED + _OTHERS + _MORE.get(dialect, "")).split())
