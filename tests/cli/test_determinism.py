"""The same project gives the same bytes on every machine: whatever the hash seed, the order of files, the locale, the time zone, `-O`;
and a build that is killed leaves the last one or its own, whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kpidsl.files import kpi_files
from tests.cli.conftest import SHOP, TOML, Kpi

ROOT = Path(__file__).parents[2]
DIALECTS = ("duckdb", "postgres", "tsql")
NAMES = """
metric umsatz_größe = sum(orders.amount) where orders.paid
metric 营收 "Einnahmen" = sum(orders.amount)
metric ISTANBUL = count(orders) where orders.country = "IT"
metric istanbul_ı = count(orders)
report `Größe nach Land` = umsatz_größe, 营收, ISTANBUL, istanbul_ı by country, month during 2026
"""
LOCALES = {"tr_TR.UTF-8": ("tr_TR", "UTF-8"), "de_DE.ISO-8859-1": ("de_DE", "ISO-8859-1")}


def tree(folder: Path) -> dict[bytes, bytes]:
    """Bytes by path, which is bytes as well: no locale has a say in it."""
    top = os.fsencode(folder)
    found = {}
    for below, _, files in os.walk(top):
        for name in files:
            path = os.path.join(below, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, top)] = file.read()
    return found


def write(folder: Path, backwards: bool = False) -> Path:
    """The project, its files made in one order or in the other."""
    files = {
        "kpi.toml": TOML,
        "a.kpi": SHOP,
        "b/names.kpi": NAMES,
        "c.kpi": "report zuletzt = orders_made by channel\n",
        "B.kpi": "# empty\n",
    }
    for name, text in sorted(files.items(), reverse=backwards):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def kpi_build(project: Path, environment: dict[str, str], *python: str, dialects: Sequence[str] = DIALECTS) -> subprocess.Popen[bytes]:
    words = [sys.executable, *python, "-m", "kpidsl", "build", "--project", str(project)]
    words += [word for dialect in dialects for word in ("--dialect", dialect)]
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LANG", "LC_CTYPE", "TZ", "PYTHONHASHSEED")}
    return subprocess.Popen(words, cwd=ROOT, env={**kept, **environment}, stderr=subprocess.PIPE)


@pytest.fixture
def locales(tmp_path: Path) -> dict[str, str]:
    """Where Turkish and German locales are, made here: few machines have them."""
    folder = tmp_path / "locales"
    folder.mkdir()
    if shutil.which("localedef") is None:
        return {}
    for name, (language, charset) in LOCALES.items():
        subprocess.run(["localedef", "-i", language, "-f", charset, str(folder / name)], capture_output=True)  # without its sources: none
    return {"LOCPATH": str(folder)} if any(folder.iterdir()) else {}


def test_bytes_do_not_depend_on_the_machine(tmp_path: Path, locales: dict[str, str]) -> None:
    machines: list[tuple[dict[str, str], Sequence[str]]] = [
        ({"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}, ()),
        ({"PYTHONHASHSEED": "1", "LC_ALL": "en_US.UTF-8", "TZ": "Pacific/Kiritimati"}, ()),
        ({"PYTHONHASHSEED": "4242", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "Pacific/Niue"}, ()),
        ({"PYTHONHASHSEED": "7", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kolkata", **locales}, ("-O",)),
        ({"PYTHONHASHSEED": "77", "LC_ALL": "de_DE.ISO-8859-1", "TZ": "Europe/Berlin", **locales}, ("-OO",)),
    ]
    folders = [write(tmp_path / f"machine {number}" / "shop", backwards=number % 2 == 1) for number in range(len(machines))]
    for at in range(0, len(machines), 2):  # two at a time
        pair = zip(folders[at : at + 2], machines[at : at + 2], strict=True)
        for process in [kpi_build(folder, environment, *python) for folder, (environment, python) in pair]:
            said = process.communicate()[1].decode("utf-8", "replace")
            assert process.returncode == 0, said
    first, *others = [tree(folder / "build") for folder in folders]
    assert len(first) > 3 * 10
    assert "sql/duckdb/metrics/营收.sql".encode() in first
    for (environment, _), other in zip(machines[1:], others, strict=True):
        assert sorted(other) == sorted(first), environment
        assert [path for path in first if first[path] != other[path]] == [], environment


def test_the_order_of_a_folder_does_not_matter(tmp_path: Path, kpi: Kpi, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "shop")
    assert kpi("build", "--project", folder).code == 0
    before, listed = tree(folder / "build"), kpi_files(str(folder))

    real = os.scandir

    class Backwards:
        """What a file system may as well give: its entries in the order that nobody expects."""

        def __init__(self, path: Any = ".") -> None:
            with real(path) as entries:
                self.entries = iter(sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True))

        def __iter__(self) -> Iterator[Any]:
            return self.entries

        def __next__(self) -> Any:
            return next(self.entries)

        def __enter__(self) -> Backwards:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def close(self) -> None:
            return None

    monkeypatch.setattr(os, "scandir", Backwards)
    names = [path.name for path in Path(folder).iterdir()]
    assert kpi_files(str(folder)) == listed
    assert kpi("build", "--project", folder).code == 0
    monkeypatch.undo()
    assert tree(folder / "build") == before
    assert sorted(names) == ["B.kpi", "a.kpi", "b", "build", "c.kpi", "kpi.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("times", [4, pytest.param(80, marks=pytest.mark.slow)])
def test_a_killed_build_leaves_a_whole_one(times: int, tmp_path: Path) -> None:
    """Killed at moments spread over its run; tests/project/test_whole_folder.py kills before each step on the disk."""
    folder = write(tmp_path / "shop")
    begun = time.monotonic()
    assert kpi_build(folder, {}, dialects=["duckdb"]).wait() == 0
    took = time.monotonic() - begun
    versions = [tree(folder / "build")]
    (folder / "c.kpi").write_text("report something_else = revenue by country\n", encoding="utf-8")
    assert kpi_build(folder, {}, dialects=["duckdb"]).wait() == 0
    versions.append(tree(folder / "build"))
    killed = 0
    texts = ("report something_else = revenue by country\n", "report zuletzt = orders_made by channel\n")
    for number in range(times):
        (folder / "c.kpi").write_text(texts[number % 2])
        process = kpi_build(folder, {}, dialects=["duckdb"])
        try:
            # Most of a run is spent before anything is written: every second moment lies in its end.
            process.wait(took * (number + 1) / times if number % 2 else took * (0.85 + 0.2 * number / times))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        assert tree(folder / "build") in versions, f"killed at moment {number}"
    assert killed
    assert kpi_build(folder, {}, dialects=["duckdb"]).wait() == 0
    assert sorted(os.listdir(folder)) == ["B.kpi", "a.kpi", "b", "build", "c.kpi", "kpi.toml"]
