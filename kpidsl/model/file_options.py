"""Options of data files: what may stand behind the path in `from file("orders.csv", delim: ";")`. Comes in: the syntax. Goes out: nothing,
or the error with the nearest option. They are those of DuckDB's readers, under its names."""

from __future__ import annotations

from kpidsl.diagnostic import fail, similar
from kpidsl.syntax import ast

COMMON = ("delim", "decimal_separator", "thousands", "dateformat", "nullstr", "encoding", "skip", "header", "quote")
"""What analysts need of text files, the first to be named in a message."""
_CSV = (
    *COMMON,
    *("sep", "delimiter", "date_format", "timestampformat", "timestamp_format", "escape", "comment", "compression", "new_line"),
    *("all_varchar", "allow_quoted_nulls", "auto_detect", "buffer_size", "ignore_errors", "max_line_size", "null_padding"),
    *("normalize_names", "parallel", "sample_size", "strict_mode", "union_by_name", "filename", "hive_partitioning"),
)
OPTIONS: dict[str, tuple[str, ...]] = {
    "csv": _CSV,
    "xlsx": ("sheet",),
    "json": ("format", "compression", "ignore_errors", "maximum_object_size", "records", "sample_size", "union_by_name", "filename"),
    "parquet": ("union_by_name", "filename", "hive_partitioning", "file_row_number", "binary_as_string"),
}
ENCODINGS = ("utf-8", "utf-16", "latin-1")
_ENDINGS = {"tsv": "csv", "txt": "csv", "ndjson": "json", "jsonl": "json", "pq": "parquet"}


def file_format(path: str) -> str:
    """What the name of a data file says that it is: csv, json, parquet, xlsx, or its ending where that is none of ours."""
    suffix = path.casefold().removesuffix(".gz").removesuffix(".zst").rpartition(".")[2]
    return _ENDINGS.get(suffix, suffix)


def check_options(origin: ast.FromFile) -> None:
    """Raises KPI011 for an option that files of this kind do not have, and for an encoding that is not read."""
    kind = file_format(origin.path.value)
    known = OPTIONS.get(kind)
    if known is None:
        return
    for arg in origin.options:
        if arg.name is None:
            continue
        if arg.name.text not in known:
            near = similar(arg.name.text, known)
            listed = ", ".join(known if kind != "csv" else COMMON)
            kinds = {"csv": "text files", "xlsx": "Excel files", "json": "JSON files", "parquet": "Parquet files"}
            help = f"did you mean `{near[0]}`?" if near else f"they have {listed}"
            fail("KPI011", f"{kinds[kind]} have no option `{arg.name.text}`", arg.name.span, help=help)
        if arg.name.text == "encoding" and isinstance(arg.value, ast.Text) and arg.value.value.casefold() not in ENCODINGS:
            near = similar(arg.value.value, ENCODINGS)
            help = f'did you mean "{near[0]}"?' if near else f"it is one of {', '.join(ENCODINGS)}; else save the file as “CSV UTF-8”"
            fail("KPI011", f"`encoding` cannot be {arg.value.value}", arg.value.span, help=help)
