"""Small text that stands for much: every one of these is answered, with findings or with SQL, in bounded time and memory."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kpidsl.build import build
from kpidsl.cli.inventory import query_findings
from kpidsl.compile import compile_sources
from kpidsl.config import read_settings
from kpidsl.diagnostic import ENOUGH, Diagnostic, KpiError
from kpidsl.engines import base
from kpidsl.engines.base import workbook_rows
from kpidsl.span import Source
from tests.fuzz.targets import AS_OF, TOML, fuzz_query, shown

ROOT = Path(__file__).parents[2]
SECONDS = 25  # of CPU, on a slow machine; each takes a fifth of it at most
TABLE = "source o from t {{ key k  time d  k: int  d: date  a: int  b: bool  c0: int\n{} }}\nmetric m0 = sum(o.a)\nsegment s0 = o.b\n"
PLAIN = TABLE.format("")


def chain(times: int, line: str) -> str:
    """`line` once for every number, `{n}` and the number before it, `{p}`."""
    return "\n".join(line.format(n=number, p=number - 1) for number in range(1, times))


def bombs(many: int) -> dict[str, tuple[str, str]]:
    """Text by name, and the code that answers it; `many` is how often what is said often is said."""
    return {
        "metrics that double": (PLAIN + chain(40, "metric m{n} = m{p} + m{p}"), "KPI078"),
        "growth of growth": (PLAIN + chain(25, "metric m{n} = growth(m{p}, 1 month)") + "\nreport r = m24 by month", "KPI078"),
        "the past of the past": (PLAIN + chain(25, "metric m{n} = prior(m{p}, 1 month)") + "\nreport r = m24 by month", "KPI078"),
        "columns that double": (TABLE.format(chain(40, "c{n}: int = c{p} + c{p}")) + "metric m = sum(o.c39)", "KPI078"),
        "segments that double": (PLAIN + chain(40, "segment s{n} = s{p} and s{p}") + "\nmetric m = sum(o.a) where s39", "KPI078"),
        "unions of unions": (
            "source u0 from t { key k  k: int  a: int }\nsource v0 from s { key k  k: int  a: int }\n"
            + chain(40, "source u{n} from union(u{p}, v{p}) {{ key k  k: int }}\nsource v{n} from union(u{p}, v{p}) {{ key k  k: int }}"),
            "KPI078",
        ),
        "a chain of metrics": (PLAIN + chain(many, "metric m{n} = m{p} + 1"), "KPI018"),
        "a chain of columns": (TABLE.format(chain(many // 8, "c{n}: int = c{p} + 1")), "KPI018"),
        "a chain of grains": (
            "source u0 from t { key k  k: int }\n" + chain(400, "source u{n} from u{p} by k {{ k: int = any(k) }}"),
            "KPI018",
        ),
        "a path around a circle": (
            f"source s from t {{ key k  k: int  n: int  join one next: s on n = k }}\nreport r = count(s) by s{'.next' * (many // 8)}.k",
            "KPI018",
        ),
        "a circle of thousands": ("\n".join(f"metric m{n} = m{(n + 1) % many}" for n in range(many)), "KPI035"),
        "a number of thousands of digits": (f"{PLAIN}metric m = sum(o.a) * {'9' * 5000}", "KPI014"),
        "a long time": (PLAIN + "metric m = trailing(m0, 99999999999 days)\nreport r = m by month last 999999999999 years", "KPI014"),
        "the end of time": (PLAIN + "report r = m0 by month during 9999-01-01..9999-12-31", "KPI123"),
        "long before time": (PLAIN + "metric m = prior(m0, 9999 years)\nreport r = m by year during 2026", ""),
        "a million characters in a line": (PLAIN + f"metric m = {' + '.join(['sum(o.a)'] * many)}", "KPI018"),
        "a list of thousands": (f"{PLAIN}metric m = sum(o.a) where o.k in ({', '.join(map(str, range(many)))})", ""),
        "a text of a megabyte": (f"{PLAIN}metric m = count(o) where '{'x' * (40 * many)}' = '{'y' * 1000}'", ""),
        "a name of a megabyte": (f"{PLAIN}metric {'x' * 1_000_000} = count(o)\nmetric b = {'x' * 999_999}y", "KPI030"),
        "100,000 declarations": ("\n".join(f"kind k{n}" for n in range(4 * many)), ""),
        "thousands of unknown names": (
            PLAIN + chain(many // 8, "metric m{n} = count(o)") + "\n" + chain(many // 8, "metric z{n} = mm{p}"),
            "KPI030",
        ),
        "thousands of mistakes": (chain(many // 3, "metric m{n} = sum(nothing{n}.a)"), "KPI031"),
        "one name for thousands": ("metric m = 1\n" * (many // 3), "KPI034"),
        "control characters": ("metric a\x01 = 1\n" * (many // 3), "KPI015"),
        "lone surrogates": ("metric a\udc80 = 1\nmetric `b\ud800` = 'x\udfff'\n", "KPI015"),
        "zeros": ("\0" * 100_000, "KPI015"),
    }


FEW, MANY = 1000, 25_000  # `make test` has 15 seconds for all of tests/fuzz; MANY is for `make test-all`


@pytest.mark.parametrize("many", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", sorted(bombs(1)))
def test_a_bomb_is_answered(name: str, many: int) -> None:
    text, code = bombs(many)[name]
    start = time.process_time()
    found, errors = answer(text)
    assert time.process_time() - start < SECONDS
    assert code in {each.code for each in found} or (not code and not errors)
    assert len(found) <= ENOUGH + 1


def answer(text: str) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """All findings of a text, and the errors among them; where there are none it is built. Findings can be printed."""
    compiled = compile_sources([Source("a.kpi", text)])
    found = [*compiled.diagnostics.found, *query_findings(compiled, AS_OF)]
    shown(found)
    if not compiled.diagnostics.errors:
        with contextlib.suppress(KpiError):
            build(compiled, read_settings(TOML), AS_OF, ["duckdb"])
    return found, compiled.diagnostics.errors


def test_one_bomb_is_one_finding() -> None:
    """What leans on it says nothing of its own."""
    for name in ("metrics that double", "columns that double", "a chain of metrics"):
        assert len(answer(bombs(FEW)[name][0])[0]) == 1, name


@pytest.mark.parametrize("depth", [5, 60])
@pytest.mark.parametrize("form", ["prior({}, 1 month)", "growth({}, 1 month)", "share({}, of: country)", "trailing({}, 2 days)"])
def test_a_question_that_doubles(form: str, depth: int) -> None:
    text = "revenue"
    for _ in range(depth):
        text = form.format(text)
    start = time.process_time()
    fuzz_query(f"{text} by month during 2026".encode())
    assert time.process_time() - start < SECONDS


def test_at_the_limits_it_still_compiles() -> None:
    """As deep as the limits allow, nothing recurses too far: the planner and three writers of SQL included."""
    for line, wanted in (
        ("metric m{n} = m{p} + 1", 48),
        ("metric m{n} = m{p} where o.b", 30),
        ("metric m{n} = case when m{p} > 1 then 1 else 2 end", 30),
    ):
        assert answer(PLAIN + chain(wanted, line) + f"\nreport r = m{wanted - 1} by month")[1] == [], line


def test_a_long_text_takes_little_memory() -> None:
    """A megabyte between quotes, in both kinds of them: a pattern that goes back letter by letter took half a gigabyte for it."""
    written = "import resource, sys; from kpidsl.syntax.lexer import lex; from kpidsl.span import Source\n"
    written += "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
    written += "for quote in ('\\'', '\"', '\"\"\"'): assert len(lex(Source('a.kpi', quote + 'x' * 1_000_000 + quote)).tokens) == 1\n"
    written += "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // (1 if sys.platform == 'darwin' else 1 / 1024))"
    done = subprocess.run([sys.executable, "-c", written], capture_output=True, text=True, check=True, cwd=ROOT)
    assert float(done.stdout) < 60_000_000


def _book(change: Callable[[dict[str, bytes]], None]) -> bytes:
    from tests.fuzz.targets import _empty_workbook

    parts = dict(_empty_workbook())
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(_book(lambda parts: parts.update({"xl/worksheets/sheet1.xml": bytes(8 << 20)})))
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(base, "_UNPACKED", 4 << 20)
    with pytest.raises(KpiError, match=r"KPI160: bomb.xlsx would unpack to 8 MB"):
        workbook_rows(path, {})


def test_a_sheet_that_claims_to_be_huge_is_as_large_as_its_cells(tmp_path: Path) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>'
    sheet += b'<row r="1"><c r="A1" t="inlineStr"><is><t>k</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>'
    sheet += b'<row r="2"><c r="A2"><v>1</v></c></row><row r="900000"><c r="A900000"><v>2</v></c><c r="B900000"><v>3</v></c></row>'
    path = tmp_path / "claims.xlsx"
    path.write_bytes(_book(lambda parts: parts.update({"xl/worksheets/sheet1.xml": sheet + b"</sheetData></worksheet>"})))
    columns, rows = workbook_rows(path, {})
    assert [name for name, _ in columns] == ["k", "n"]
    assert rows == [[1, None], [2, 3]]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("text", [b"", b"<", b"<a/>", b"\xff\xfe", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_broken_workbook_is_told(part: str, text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(_book(lambda parts: parts.update({part: text})))
    try:
        workbook_rows(path, {})
    except KpiError as error:
        assert error.diagnostics[0].code == "KPI160"  # noqa: PT017 (some of these are read all the same)
