"""CSV files as people have them: other separators, encodings, ways to write numbers and days; and what is said of a file that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kpi, project

SOURCE = """source s from file({file}) {{
  key  id
  time day
  id:     int
  day:    date
  city:   text
  amount: money(EUR)
}}
metric total = sum(s.amount)
metric lines = count(s)
"""
HEAD = "id,day,city,amount\n"
ROWS = HEAD + "1,2026-01-05,Città,10.50\n2,2026-01-06,Málaga,20.25\n"


def asked(kpi: Kpi, folder: Path, data: bytes | str, file: str = '"s.csv"', query: str = "total, lines by city") -> tuple[str, str]:
    """What comes out as CSV, and what is said."""
    project(folder, SOURCE.format(file=file))
    (folder / "s.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    ran = kpi("query", query, "--project", folder, "--format", "csv")
    assert "KPI000" not in ran.err
    return ran.out.replace("\r\n", "\n"), ran.err


BOTH = "city,total,lines\nCittà,10.50,1\nMálaga,20.25,1\n"


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (ROWS, '"s.csv"'),
        (b"\xef\xbb\xbf" + ROWS.encode(), '"s.csv"'),
        (ROWS.replace("\n", "\r\n"), '"s.csv"'),
        (ROWS.replace(",", ";"), '"s.csv"'),
        (ROWS.replace(",", "\t"), '"s.csv"'),
        (ROWS.replace(",", ";").replace(".50", ",50").replace(".25", ",25"), '"s.csv", decimal_separator: ","'),
        (ROWS.encode("latin-1"), '"s.csv", encoding: "latin-1"'),
        (ROWS.encode("utf-16"), '"s.csv", encoding: "utf-16"'),
        (ROWS.replace("2026-01-05", "05/01/2026").replace("2026-01-06", "06/01/2026"), '"s.csv", dateformat: "%d/%m/%Y"'),
        ("Exported on 5 January\nby Ada\n" + ROWS, '"s.csv", skip: 2'),
    ],
)
def test_one_table_in_many_spellings(data: bytes | str, file: str, kpi: Kpi, tmp_path: Path) -> None:
    out, err = asked(kpi, tmp_path / "p", data, file)
    assert out == BOTH, err


def test_thousands_and_what_stands_for_nothing(kpi: Kpi, tmp_path: Path) -> None:
    data = HEAD + '1,2026-01-05,A,"1,010.50"\n2,2026-01-06,A,N/A\n'
    out, _ = asked(kpi, tmp_path / "p", data, '"s.csv", thousands: ",", nullstr: "N/A"')
    assert out == "city,total,lines\nA,1010.50,2\n"


def test_a_day_is_never_guessed(kpi: Kpi, tmp_path: Path) -> None:
    """The first of February, or the second of January: the file is the same, and only the analyst knows."""
    data = HEAD + "1,01/02/2026,A,10\n"
    for format, month in (("%d/%m/%Y", "2026-02-01"), ("%m/%d/%Y", "2026-01-01")):
        out, _ = asked(kpi, tmp_path / "p", data, f'"s.csv", dateformat: "{format}"', "total by month")
        assert out == f"month,total\n{month},10.00\n"
    out, err = asked(kpi, tmp_path / "p", data, query="total by month")
    assert out == ""
    assert "error[KPI164]: `day` is declared as a date, and line 2 of s.csv holds “01/02/2026”" in err


@pytest.mark.parametrize(
    ("row", "message", "help"),
    [
        ('1,2026-01-05,A,"10,50"', "line 2 of s.csv holds “10,50”", 'say so: file("s.csv", decimal_separator: ",")'),
        ('1,2026-01-05,A,"1.010,50"', "holds “1.010,50”", 'file("s.csv", decimal_separator: ",", thousands: ".")'),
        ('1,2026-01-05,A,"1,010.50"', "holds “1,010.50”", 'file("s.csv", thousands: ",")'),
        ("1,2026-01-05,A,N/A", "holds “N/A”", 'where that stands for nothing, say so: file("s.csv", nullstr: "N/A")'),
        ("1,2026-01-05,A,10 €", "holds “10 €”", "write bare numbers, or declare it as text and convert it"),
        ("1,2026-01-05,A,ten", "holds “ten”", "mend the data, or declare it as text and convert it: number(amount)"),
        ("1,05/01/2026,A,10", "holds “05/01/2026”", 'dateformat: "%d/%m/%Y"), or "%m/%d/%Y" where the month comes first'),
        ("1,05.01.2026,A,10", "holds “05.01.2026”", 'dateformat: "%d.%m.%Y")'),
        ("1,20260105,A,10", "holds “20260105”", 'dateformat: "%Y%m%d")'),
        ("1,2026-02-30,A,10", "holds “2026-02-30”", "the calendar has no such day; mend the data"),
        ("1,2026-01-05T10:00,A,10", "holds “2026-01-05T10:00”", "declare it as a timestamp, and take the day of it"),
        ("1,soon,A,10", "holds “soon”", "days are written as 2026-03-15"),
    ],
)
def test_a_cell_that_does_not_fit(row: str, message: str, help: str, kpi: Kpi, tmp_path: Path) -> None:
    _, err = asked(kpi, tmp_path / "p", f"{HEAD}{row}\n")
    assert "error[KPI164]: " in err
    assert message in err
    assert f"  help: {help}" in err or help in err.split("  help: ")[1]
    assert err.endswith("\n1 error\n")
    assert "a.kpi:5:3" in err or "a.kpi:7:3" in err, "at the column"


@pytest.mark.parametrize(
    ("data", "code", "message", "help"),
    [
        ("", "KPI160", "s.csv is empty, or its lines are", "write at least the line with the names of the columns"),
        ("\n\n\n", "KPI160", "s.csv is empty, or its lines are", "write at least the line"),
        ("1,2026-01-05,A,10\n2,2026-01-06,B,20\n", "KPI163", "s.csv has none of the columns that `s` declares", "its first line must name"),
        ("<!DOCTYPE html><html>Please log in</html>\n", "KPI163", "s.csv has none of the columns that `s` declares", "its first line"),
        (HEAD + "1,2026-01-05,A\n2,2026-01-06,B,2,x\n", "KPI163", "s.csv has none of the columns that `s` declares", "as many cells"),
        (ROWS.encode("latin-1"), "KPI160", "s.csv is not written in UTF-8", 'encoding: "latin-1"'),
        (ROWS.encode("utf-16"), "KPI160", "s.csv is not written in UTF-8", '"utf-16"'),
        (bytes(range(256)) * 20, "KPI160", "s.csv cannot be read as CSV", ""),
    ],
)
def test_a_file_that_is_no_table(data: bytes | str, code: str, message: str, help: str, kpi: Kpi, tmp_path: Path) -> None:
    _, err = asked(kpi, tmp_path / "p", data)
    assert f"error[{code}]: {message}\n" in err
    assert help in err
    assert err.endswith("\n1 error\n")


def test_only_the_names_of_the_columns(kpi: Kpi, tmp_path: Path) -> None:
    out, _ = asked(kpi, tmp_path / "p", HEAD, query="total, lines")
    assert out == "total,lines\n0.00,0\n"


@pytest.mark.parametrize(
    ("file", "message", "help"),
    [
        ('"s.csv", delimitr: ";"', "text files have no option `delimitr`", "did you mean `delimiter`?"),
        ('"s.csv", sheet: "a"', "text files have no option `sheet`", "they have delim, decimal_separator, thousands, dateformat"),
        ('"s.csv", encoding: "latin1"', "`encoding` cannot be latin1", 'did you mean "latin-1"?'),
        ('"s.csv", encoding: "windows-1252"', "`encoding` cannot be windows-1252", "else save the file as “CSV UTF-8”"),
        ('"s.xlsx", shet: "a"', "Excel files have no option `shet`", "did you mean `sheet`?"),
    ],
)
def test_an_option_that_files_do_not_have(file: str, message: str, help: str, kpi: Kpi, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", SOURCE.format(file=file))
    (folder / "s.csv").write_text(ROWS)
    (folder / "s.xlsx").write_text("")
    ran = kpi("check", "--project", folder)
    assert ran.code == 1
    assert f"error[KPI011]: {message}\n" in ran.err
    assert help in ran.err


@pytest.mark.parametrize("name", ["s.dat", "s"])
def test_a_file_of_no_kind(name: str, kpi: Kpi, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", SOURCE.format(file=f'"{name}"'))
    (folder / name).write_text(ROWS)
    ran = kpi("check", "--project", folder)
    assert f"error[KPI160]: nobody can tell from its name what kind of file {name} is\n" in ran.err
    assert "  help: give it an ending that says so: .csv, .json, .parquet or .xlsx\n" in ran.err


def test_workbooks_that_are_none(kpi: Kpi, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    folder = project(tmp_path / "p", SOURCE.format(file='"s.xlsx"'))
    (folder / "s.xlsx").write_text(ROWS)
    assert "error[KPI160]: s.xlsx cannot be read as a workbook\n" in kpi("query", "total", "--project", folder).err
    book = openpyxl.Workbook()
    book.active.append(["id", "day", "city", "City", "amount"])
    book.save(folder / "s.xlsx")
    assert "error[KPI160]: s.xlsx has two columns `city`\n" in kpi("query", "total", "--project", folder).err
    project(folder, SOURCE.format(file='"s.xlsx", sheet: "March"'))
    assert "error[KPI162]: s.xlsx has no sheet `March`\n" in kpi("query", "total", "--project", folder).err
