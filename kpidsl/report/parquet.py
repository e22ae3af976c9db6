"""The result of a query as a Parquet file. Comes in: a `Result` and a path. Goes out: a file with a typed column for each of the
result's, the unit in its metadata. Needs the `parquet` extra (pyarrow), which is loaded only here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.diagnostic import fail
from kpidsl.report.cells import is_missing
from kpidsl.report.result import Result, ResultColumn, Value

if TYPE_CHECKING:
    import pyarrow


def write(result: Result, path: Path) -> None:
    """Write the file, over an older one; KPI009 where pyarrow is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        fail("KPI009", "Parquet files need the Python package pyarrow", help='install it: pip install "kpidsl[parquet]"')
    arrays = []
    fields = []
    for at, column in enumerate(result.columns):
        values = [None if is_missing(value) else value for value in result.values(at)]
        array = pyarrow.array(_typed(column, values), _type(column))
        arrays.append(array)
        metadata = {"unit": column.unit, "role": column.role, "label": column.title}
        fields.append(pyarrow.field(column.name, array.type, metadata=metadata))
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields)), path)


def _type(column: ResultColumn) -> pyarrow.DataType | None:
    """None for decimals and timestamps: their precision and zone are those of the values."""
    import pyarrow

    kinds = {"int": pyarrow.int64(), "bool": pyarrow.bool_(), "text": pyarrow.string(), "date": pyarrow.date32()}
    kinds |= {"number": pyarrow.float64(), "duration": pyarrow.float64()}
    return kinds.get(column.type)


def _typed(column: ResultColumn, values: list[Value]) -> list[Value]:
    """An engine may give a decimal where a double is declared."""
    if column.type in ("number", "duration"):
        return [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
    return values
