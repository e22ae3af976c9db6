"""The frame: help, wrong use, exit codes, what happens when everything goes wrong, and what is never imported."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kpidsl import __version__
from kpidsl.cli import check, main
from kpidsl.engines import duckdb
from tests.cli.conftest import Kpi

ROOT = Path(__file__).parents[2]


def run(*words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """`python -m kpidsl` as a shell would start it."""
    variables = {key: value for key, value in os.environ.items() if key != "KPI_DEBUG"}
    return subprocess.run(
        [sys.executable, "-m", "kpidsl", *words],
        cwd=cwd,
        env={**variables, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_the_version(kpi: Kpi) -> None:
    assert kpi("--version").out == f"kpi {__version__}\n"


def test_help_names_every_verb_and_option(kpi: Kpi) -> None:
    ran = kpi("--help")
    assert ran.code == 0
    assert ran.err == ""
    for word in (*main.VERBS, "--project", "--connection", "--as-of", "--param", "--format", "Exit codes"):
        assert word in ran.out


def test_without_words_the_help_is_shown_and_the_use_was_wrong(kpi: Kpi) -> None:
    assert kpi() == type(kpi())(2, kpi("--help").out, "")


@pytest.mark.parametrize("verb", list(main.VERBS))
def test_every_verb_has_help_with_examples(verb: str, kpi: Kpi) -> None:
    ran = kpi(verb, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: kpi {verb}")
    assert f"  kpi {verb}" in ran.out.split("examples:")[1]
    assert kpi("help", verb).out == ran.out


@pytest.mark.parametrize(
    ("words", "message", "help"),
    [
        (["chek"], "there is no verb `chek`", "did you mean kpi check?"),
        (["lint"], "this version has no `kpi lint` yet", "kpi check tells what is wrong"),
        (["zzzzzz"], "there is no verb `zzzzzz`", "kpi --help lists the verbs"),
        (["--versoin"], "there is no option `--versoin`", "kpi --help"),
        (["query", "x", "--formt", "json"], "has no option --formt", "did you mean --format?"),
        (["query", "x", "--format", "jsno"], "there is no `jsno`", "did you mean json?"),
        (["query", "x", "--format", "zzzzz"], "there is no `zzzzz`", "one of text, json, csv"),
        (["query", "x", "--sql", "--dialect", "postgrse"], "there is no `postgrse`", "did you mean postgres?"),
        (["query", "x", "--dialect", "postgres"], "--dialect says which SQL to print", "add --sql"),
        (["query", "x", "--as-of", "31.3.2026"], "`31.3.2026` is not a date", "2026-03-15"),
        (["query", "x", "--as-of", "2026-02-30"], "`2026-02-30` is not a date", "2026-03-15"),
        (["query", "x", "--as-of"], "--as-of needs a value", "--help"),
        (["query", "x", "--param", "vat"], "`vat` has no `=`", "--param vat=22%"),
        (["query"], "needs QUERY", "--help"),
        (["query", "  "], "the query is empty", "kpi query"),
        (["query", "x", "--format", "parquet"], "cannot be shown on a terminal", "--output"),
        (["check", "more"], "does not know what to do with `more`", "--help"),
    ],
)
def test_wrong_use_says_what_is_meant(words: list[str], message: str, help: str, kpi: Kpi, shop: Path) -> None:
    ran = kpi(*words)
    assert (ran.code, ran.out) == (2, "")
    first, second = ran.err.splitlines()
    assert first.startswith("kpi: ")
    assert message in first
    assert help in second


def test_common_options_may_stand_before_the_verb(kpi: Kpi, shop: Path) -> None:
    assert kpi("--project", shop, "check").code == 0
    assert kpi(f"--project={shop}", "--param", "vat=10%", "check").code == 0


def test_an_error_of_ours_is_one_line_and_no_traceback(kpi: Kpi, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr(check, "run", broken)
    ran = kpi("check")
    assert ran.code == 2
    assert ran.err.splitlines()[0] == "error[KPI000]: kpidsl failed here, and that is our fault: ZeroDivisionError: one two"
    assert "KPI_DEBUG=1" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("KPI_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main.main(["check"])


def test_an_interrupt_is_quiet(kpi: Kpi, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", interrupted)
    assert kpi("check") == type(kpi("check"))(130, "", "")


def test_a_reader_that_leaves_is_no_error(shop: Path) -> None:
    command = f'"{sys.executable}" -m kpidsl query "revenue by day, channel" --format json | true'
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], cwd=shop, env=environ, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.returncode == 0


def test_output_is_utf8_wherever_it_goes(shop: Path) -> None:
    done = run("query", "revenue", cwd=shop, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert "25.75 €" in done.stdout
    assert done.returncode == 0


def test_colour_is_for_terminals_only(shop: Path) -> None:
    done = run("query", "revnue", cwd=shop)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr + done.stdout


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["check", "--help"], ["query", "--help"], ["explain", "KPI021"]])
def test_nothing_heavy_is_loaded_for_small_things(words: list[str], tmp_path: Path) -> None:
    code = f"""
import sys
from kpidsl.cli.main import main
assert main({words!r}) == 0
heavy = {{'lark', 'sqlglot', 'duckdb', 'babel', 'pyarrow', 'jsonschema', 'psycopg'}} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_check_needs_no_database_and_no_sql(shop: Path) -> None:
    code = """
import sys
from kpidsl.cli.main import main
assert main(['check']) == 0
heavy = {'duckdb', 'babel', 'pyarrow', 'jsonschema', 'psycopg'} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shop, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_an_interrupt_while_the_engine_works_is_quiet(kpi: Kpi, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB has words of its own for Ctrl-C."""

    class Interrupted:
        def execute(self, *_: object) -> None:
            raise RuntimeError("Query interrupted")

        def close(self) -> None: ...

    def opened(connection: duckdb.Connection, *_: object) -> None:
        connection._db, connection._connection, connection._timeout, connection._root = (
            importlib.import_module("duckdb"),
            Interrupted(),
            None,
            shop,
        )

    monkeypatch.setattr(duckdb.Connection, "__init__", opened)
    monkeypatch.setattr(Interrupted, "interrupt", lambda _: None, raising=False)
    ran = kpi("query", "revenue", "--project", shop)
    assert (ran.code, ran.out, ran.err) == (130, "", "")
