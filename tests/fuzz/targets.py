"""What is fuzzed. Comes in: bytes. Goes out: nothing where all went well; any exception, and any wish of `AssertionError`, is a fault.

Each target stands for one way in which text of strangers reaches kpidsl: `.kpi` files, queries, `kpi.toml`, and data files. The same
functions are run by `make fuzz`, which looks for new faults, and by test_seeds.py, which runs everything that was ever found.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from kpidsl.build import build
from kpidsl.cli.fmt import formatted
from kpidsl.cli.inventory import query_findings
from kpidsl.compile import Compiled, compile_sources, emit, query_statement
from kpidsl.config import Settings, read_settings
from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.report.json import render as as_json
from kpidsl.report.sarif import render as as_sarif
from kpidsl.report.terminal import render as as_text
from kpidsl.span import Source
from kpidsl.syntax.format import format_expr, format_file, format_query
from kpidsl.syntax.parse import parse_expression, parse_file, parse_query

AS_OF = dt.date(2026, 3, 31)
MOST = 100  # findings of one text
TOML = b'[project]\nname = "fuzz"\nas_of = 2026-03-31\n'

SHOP = """
param vat: percent = 22%
source orders "Orders" from shop.orders {
  key  order_id
  time ordered_at
  order_id:    int
  ordered_at:  timestamp
  shipped_at:  timestamp
  customer_id: int
  status:      text
  amount:      money(EUR)
  paid:        bool = status in ("paid", "shipped")
  join one customer: customers on customer_id
}
source customers from shop.customers {
  key customer_id
  customer_id: int
  country: text
  email: text { pii }
  first_order: date = date(min(orders.ordered_at where paid))
}
source accounts from bank.accounts { key id, day  time day  id: int  day: date  amount: money(EUR) }
dimension country "Country" = orders.customer.country
segment italian = orders.customer.country = "IT"
metric revenue = sum(orders.amount) * (1 - vat) where orders.paid
metric orders_made = count(orders)
metric aov = revenue / orders_made
metric balance = last(accounts.amount, over: day)
metric revenue_28d = trailing(revenue, 28 days)
metric growing = growth(revenue, 1 month)
"""


def shown(problems: list[Diagnostic]) -> None:
    """Findings can be printed in every format, and stand inside their text."""
    for problem in problems:
        assert isinstance(problem, Diagnostic)
        if problem.span is not None:
            assert 0 <= problem.span.start <= problem.span.end <= len(problem.span.source.text)
    as_text(problems).encode("utf-8", "backslashreplace")
    as_json(problems)
    as_sarif(problems)


def fuzz_syntax(data: bytes) -> None:
    """Parser and formatter: any text, lone surrogates too."""
    text = data.decode("utf-8", "surrogateescape")
    source = Source("fuzz.kpi", text)
    file, problems = parse_file(source)
    query, of_query = parse_query(source)
    expression, of_expression = parse_expression(source)
    assert max(len(problems), len(of_query), len(of_expression)) <= MOST
    for problem in [*problems, *of_query, *of_expression]:
        assert problem.span is not None, problem
    as_text([*problems, *of_query, *of_expression])
    if problems:
        format_file(file, source)
    else:
        once = formatted(source)  # parses again, to the same tree
        assert formatted(Source("fuzz.kpi", once)) == once, "formatting again changes the text"
        before = [comment.text for comment in file.comments]
        assert sorted(before) == sorted(comment.text for comment in parse_file(Source("fuzz.kpi", once))[0].comments), "a comment changed"
    if query is not None and not of_query:
        assert parse_query(Source("<query>", format_query(query)))[0] == query
    if expression is not None and not of_expression:
        assert parse_expression(Source("<query>", format_expr(expression)))[0] == expression


def fuzz_check(data: bytes) -> None:
    """`kpi check` and `kpi build`: whatever the files say, findings come out, or SQL."""
    sources = _files(data)
    compiled = compile_sources(sources)
    found = [*compiled.diagnostics.found, *query_findings(compiled, AS_OF)]
    shown(found)
    if not compiled.diagnostics.errors:
        with contextlib.suppress(KpiError):
            build(compiled, _settings(), AS_OF, ["duckdb"])


def fuzz_query(data: bytes) -> None:
    """One question to a project that is right."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        statement = query_statement(_shop(), text, AS_OF)
        for dialect in ("duckdb", "tsql"):
            emit(statement, dialect)
    except KpiError as error:
        shown(list(error.diagnostics))


def fuzz_toml(data: bytes) -> None:
    """`kpi.toml`, any bytes."""
    try:
        settings = read_settings(data)
    except KpiError as error:
        shown(list(error.diagnostics))
        return
    for name in settings.connections:
        settings.connection(name)
    compiled = compile_sources([Source("a.kpi", SHOP)], params=dict(settings.params))
    as_text(compiled.diagnostics.found)


def fuzz_rows(data: bytes) -> None:
    """The rows of `test` blocks: `kpi test` reads them itself."""
    text = data.decode("utf-8", "replace").replace('"""', "").replace("\0", "")
    _run(
        {
            "a.kpi": "source a from t { key k  time d  k: int  d: date  n: number  m: money(EUR)\n"
            "  b: bool  t: text  s: timestamp  p: percent }\n"
            "metric total = sum(a.n)\nmetric money_total = sum(a.m)\nmetric largest = max(a.s)\n"
            f'test "t" {{ given a """{text}"""\n expect total, money_total, largest by t """{text}""" }}\n'
        },
        "test",
    )


def fuzz_data(data: bytes) -> None:
    """Data files: CSV, JSON, Parquet, Excel, by the first byte; the rest is the file."""
    if not data:
        return
    kind = ("csv", "json", "parquet", "xlsx", "sheet", "strings")[data[0] % 6]
    body = _workbook(kind, data[1:]) if kind in ("sheet", "strings") else data[1:]
    name = "a.xlsx" if kind in ("sheet", "strings") else f"a.{kind}"
    text = f'source a from file("{name}") {{ key k  time d  k: int  d: date  n: number  m: money(EUR)  b: bool  t: text }}\n'
    _run({"a.kpi": f"{text}metric total = sum(a.n)\nreport r = total by t\n", name: body}, "check", "--data")
    _run({"a.kpi": f"{text}metric total = sum(a.n)\nreport r = total by t\n", name: body}, "run", "--format", "json")


def fuzz_project(data: bytes) -> None:
    """A folder of files of any bytes, through the command line as a user meets it."""
    parts = data.split(b"\n---\n")
    files: dict[str, bytes | str] = {f"f{number}.kpi": part for number, part in enumerate(parts[1:])}
    _run({"kpi.toml": parts[0], **files}, "check", "--format", "json")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "syntax": fuzz_syntax,
    "check": fuzz_check,
    "query": fuzz_query,
    "toml": fuzz_toml,
    "rows": fuzz_rows,
    "data": fuzz_data,
    "project": fuzz_project,
}


# ---------------------------------------------------------------- what the targets share


def _files(data: bytes) -> list[Source]:
    """Text as one file, or several between lines of three dashes."""
    text = data.decode("utf-8", "surrogateescape")
    return [Source(f"f{number}.kpi", part) for number, part in enumerate(text.split("\n---\n"))]


@cache
def _shop() -> Compiled:
    compiled = compile_sources([Source("shop.kpi", SHOP)])
    assert not compiled.diagnostics.found, [found.message for found in compiled.diagnostics.found]
    return compiled


@cache
def _settings() -> Settings:
    return read_settings(TOML)


@contextlib.contextmanager
def _debugging() -> Iterator[None]:
    """An error that is our fault comes out as it is."""
    before = os.environ.get("KPI_DEBUG")
    os.environ["KPI_DEBUG"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["KPI_DEBUG"]
        else:
            os.environ["KPI_DEBUG"] = before


def _run(files: dict[str, bytes | str], *words: str) -> None:
    from kpidsl.cli.main import main

    with tempfile.TemporaryDirectory(prefix="kpidsl-fuzz-") as folder, _debugging():
        for name, content in {"kpi.toml": TOML, **files}.items():
            Path(folder, name).write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            code = main([words[0], "--project", folder, *words[1:]])
    assert code in (0, 1, 2), code


@cache
def _empty_workbook() -> dict[str, bytes]:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["k", "d", "n", "m", "b", "t"])
    book.active.append([1, dt.date(2026, 1, 1), 2.5, 3, True, "x"])
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _workbook(kind: str, content: bytes) -> bytes:
    """A workbook with one of its parts replaced: bytes of a whole one rarely get past the archive."""
    parts = _empty_workbook() | {"xl/worksheets/sheet1.xml" if kind == "sheet" else "xl/sharedStrings.xml": content}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()
