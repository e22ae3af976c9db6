"""Where `from file("…")` looks, what is said of a file that is not there, and that a build needs none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import TOML, Kpi, project

READING = """source s from file("{path}") {{
  key id
  id: int
  v:  int
}}
metric total = sum(s.v)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with data in it, below it and beside it; its .kpi file stands in a folder of its own."""
    made = project(tmp_path / "p", "")
    (made / "a.kpi").unlink()
    for place, value in (("here.csv", 1), ("below/one.csv", 2), ("below/deep/two.csv", 4), ("../beside/other.csv", 8)):
        path = made / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id,v\n{value},{value}\n")
    (made / "kpis").mkdir()
    return made


def reading(folder: Path, path: str) -> Path:
    (folder / "kpis/a.kpi").write_text(READING.format(path=path))
    return folder


@pytest.mark.parametrize(
    ("path", "total"),
    [
        ("here.csv", 1),
        ("./here.csv", 1),
        ("below/one.csv", 2),
        ("../beside/other.csv", 8),
        ("below/*.csv", 2),
        ("below/**/*.csv", 6),
        ("../*/*.csv", 9),
    ],
)
def test_a_path_starts_at_the_folder_and_may_lead_out_of_it(path: str, total: int, kpi: Kpi, folder: Path) -> None:
    assert kpi("check", "--project", reading(folder, path)).code == 0
    ran = kpi("query", "total", "--project", folder, "--format", "csv")
    assert ran.out.split() == ["total", str(total)], ran.err


def test_an_absolute_path(kpi: Kpi, folder: Path) -> None:
    reading(folder, (folder / "../beside/other.csv").resolve().as_posix())
    assert kpi("query", "total", "--project", folder, "--format", "csv").out.split() == ["total", "8"]


@pytest.mark.parametrize(
    ("path", "message", "help"),
    [
        ("hero.csv", "there is no file hero.csv", "did you mean here.csv?"),
        ("one.csv", "there is no file one.csv", "did you mean below/one.csv?"),
        ("BELOW/One.csv", "there is no file BELOW/One.csv", "did you mean below/one.csv?"),
        ("below\\\\one.csv", "there is no file below\\one.csv", "did you mean below/one.csv?"),
        ("orders.csv", "there is no file orders.csv", "check the path, or put the file there"),
        ("below/*.parquet", "no file fits below/*.parquet", "check the pattern, or put the files there"),
        ("", "`s` names no file", 'write its path: from file("data/orders.csv")'),
    ],
)
def test_a_file_that_is_not_there(path: str, message: str, help: str, kpi: Kpi, folder: Path) -> None:
    reading(folder, path)
    for words in (["check"], ["query", "total"]):
        ran = kpi(*words, "--project", folder)
        assert ran.code == 1
        assert f"error[KPI161]: {message}\n" in ran.err
        assert f"  help: {help}\n" in ran.err
        assert ran.err.endswith("1 error\n")


def test_a_build_needs_no_data_and_says_what_is_missing(kpi: Kpi, folder: Path) -> None:
    reading(folder, "hero.csv")
    ran = kpi("build", "--project", folder)
    assert ran.code == 0
    assert "warning[KPI161]: there is no file hero.csv\n" in ran.err
    assert "  note: the SQL for duckdb is written, and fails until the file is there\n" in ran.err
    assert "  help: did you mean here.csv?\n" in ran.err
    assert "READ_CSV" in (folder / "build/sql/duckdb/metrics/total.sql").read_text()


def test_a_build_for_a_database_that_reads_no_files_says_nothing(kpi: Kpi, folder: Path) -> None:
    ran = kpi("build", "--project", reading(folder, "hero.csv"), "--dialect", "postgres")
    assert ran.code == 0
    assert "KPI161" not in ran.err


def test_the_warning_can_be_turned_off(kpi: Kpi, folder: Path) -> None:
    (folder / "kpi.toml").write_text(TOML + '[lint]\nKPI161 = "off"\n')
    reading(folder, "hero.csv")
    assert "KPI161" not in kpi("build", "--project", folder).err
    assert "error[KPI161]" in kpi("check", "--project", folder).err


def test_a_build_stops_at_what_check_finds_in_a_query(kpi: Kpi, folder: Path) -> None:
    """A materialized query has no SQL of its own yet, and is wrong all the same."""
    reading(folder, "here.csv")
    with (folder / "kpis/a.kpi").open("a") as file:
        file.write("materialize total by day\n")
    assert "error[KPI122]" in kpi("check", "--project", folder).err
    ran = kpi("build", "--project", folder)
    assert ran.code == 1
    assert "error[KPI122]" in ran.err
    assert not (folder / "build").exists()
