"""Examples for the fuzzer to change: programs, queries and data files that the repository holds already."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from pathlib import Path

from tests.fuzz.targets import SHOP

ROOT = Path(__file__).parents[2]


def programs() -> list[str]:
    """Small programs of every construct, the failing and passing examples of each code, and the golden cases."""
    from kpidsl.codes import all_codes, page
    from tests.syntax.snippets import FILES

    found = [SHOP, *FILES.values()]
    for code in all_codes():
        for example in (page(code).failing, page(code).mended):
            if example.kind == "kpi":
                queries = [f"\nreport r{number} = {query}" for number, query in enumerate(example.queries)]
                found.append("\n---\n".join(text for _, text in example.files) + "".join(queries))
    found += [path.read_text("utf-8") for path in sorted(ROOT.glob("tests/golden/*/in.kpi"))]
    found += re.findall(r"```kpi\n(.*?)```", "".join(path.read_text("utf-8") for path in sorted(ROOT.glob("docs/**/*.md"))), re.DOTALL)
    return found


def queries() -> list[str]:
    """Questions to the shop of targets.py."""
    return [
        "revenue by country, month last 13 weeks",
        "aov by month during 2026-Q1 compare previous year with totals",
        "balance by day where day < 2026-02-01 order by day desc",
        "revenue_28d by week top 3 by revenue with other",
        "values country",
        "count(distinct orders.customer_id) where italian",
        "growing, revenue / orders_made by month(orders.shipped_at), weekday sparse",
        "prior(share(revenue, of: country), 1 year) at (country) by quarter during 2025-06..2026-02",
        'percentile(orders.amount, 90%) where country in ("IT", "DE") and not orders.paid is null',
        "case when revenue > 10 EUR then 1 else 2 end by year",
        "running(revenue) + to_date(revenue, year) - at_start(revenue, quarter) by month last 2 years compare previous period whole",
        "sum(case when orders.status like 'p%' then orders.amount * (1 - vat) else null end)",
    ]


def data_files() -> list[bytes]:
    """A file of every kind, behind the byte that says which."""
    import duckdb
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["k", "d", "n", "m", "b", "t"])
    book.active.append([1, dt.date(2026, 1, 1), 2.5, 3, True, "x"])
    buffer = io.BytesIO()
    book.save(buffer)
    import zipfile

    sheet = zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml")
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>k</t></si><si><t>d</t></si></sst>'
    row = {"k": 1, "d": "2026-01-01", "n": 2.5, "m": 3, "b": True, "t": "x"}
    parquet = _parquet(duckdb)
    return [
        b"\0k,d,n,m,b,t\n1,2026-01-01,2.5,3,true,x\n2,,,,,\n",
        b'\0k;d;n\n"1";"a""b";3\n',
        b"\1" + json.dumps([row, {**row, "k": None}]).encode(),
        b"\1" + "\n".join([json.dumps(row)] * 2).encode(),
        b"\2" + parquet,
        b"\3" + buffer.getvalue(),
        b"\4" + sheet,
        b"\5" + strings,
    ]


def _parquet(duckdb: object) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.parquet")
        statement = f"COPY (SELECT 1 AS k, DATE '2026-01-01' AS d, 2.5 AS n, 3 AS m, true AS b, 'x' AS t) TO '{path}'"
        duckdb.sql(statement)  # type: ignore[attr-defined]
        return path.read_bytes()
