"""`kpi.toml`: what it may say, what is told about each mistake, and that no secret ever leaves it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidsl.config import DIALECTS, PROJECT_KEYS, Settings, read_settings
from kpidsl.connection import ENGINES, Connection
from kpidsl.diagnostic import KpiError, Severity
from kpidsl.report.terminal import render

FULL = """
[project]
name = "aurora"
locales = ["en", "it", "zh-Hant"]
dialects = ["duckdb", "postgres"]
as_of = 2026-03-15

[connections.default]
engine = "duckdb"
path = "data/aurora.duckdb"

[connections.warehouse]
engine = "postgres"
url = "${DATABASE_URL}"

[params]
vat = 0.22
rate = "25 EUR"
days = 30
net = true
start = 2026-01-01

[lint]
KPI301 = "off"
too_many_kpis = "error"
"""


def read(text: str) -> Settings:
    return read_settings(text.encode())


def read_project(text: str) -> Settings:
    return read(f'[project]\nname = "aurora"\n{text}')


def refused(text: str) -> str:
    """What the analyst sees."""
    with pytest.raises(KpiError) as caught:
        read(text)
    return render(caught.value.diagnostics)


def test_everything_that_it_may_say() -> None:
    settings = read(FULL)
    assert settings.name == "aurora"
    assert settings.locales == ("en", "it", "zh-Hant")
    assert settings.locale == "en"
    assert settings.dialects == ("duckdb", "postgres")
    assert settings.as_of == dt.date(2026, 3, 15)
    assert settings.params == {"vat": Decimal("0.22"), "rate": "25 EUR", "days": 30, "net": True, "start": dt.date(2026, 1, 1)}
    assert settings.lint == {"KPI301": None, "KPI309": Severity.ERROR}
    assert settings.connection() == Connection("default", "duckdb", {"path": "data/aurora.duckdb"})
    assert settings.connection("warehouse").engine == "postgres"


def test_the_documentation_can_be_copied() -> None:
    page = Path(__file__).parents[2] / "docs/project.md"
    blocks = re.findall(r"^```toml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    assert [read(block).name for block in blocks] == ["aurora", "aurora"]


def test_the_documentation_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs/project.md").read_text(encoding="utf-8")
    keys = {*PROJECT_KEYS, *ENGINES, *DIALECTS, *(key for keys in ENGINES.values() for key in keys)}
    assert sorted(key for key in keys if f"`{key}`" not in page and f'`"{key}"`' not in page) == []


def test_places_of_keys_for_later_phases() -> None:
    settings = read(FULL)
    assert str(settings.place("params", "vat")) == "kpi.toml:17:1"
    assert str(settings.place("lint", "KPI301")) == "kpi.toml:24:1"
    assert str(settings.place("connections", "warehouse", "nothing")) == "kpi.toml:12:2"
    assert settings.place("nothing") is None


MISTAKES = [
    ("", "KPI007", "the project has no name", 'write in kpi.toml:\n        [project]\n        name = "aurora"'),
    ("[project]\nname = 3", "KPI007", "`name` in [project] must be text that is not empty; here it is a number", 'name = "aurora"'),
    ("[project]\nname = ' '", "KPI007", "`name` in [project] must be text that is not empty; here it is empty text", 'name = "aurora"'),
    ("project = 'aurora'", "KPI007", "`project` is a table, and here it is text", "write [project] on a line of its own"),
    ('locales = "en"', "KPI007", "`locales` in [project] must be a list of text with at least one item; here it is text", '["en"]'),
    ("locales = []", "KPI007", "`locales` in [project] must be a list of text with at least one item; here it is an empty list", '["en"]'),
    ('locales = ["en", 3]', "KPI007", "`locales` in [project] must be a list of text; it has a number", 'locales = ["en"]'),
    ('locales = ["English"]', "KPI007", '"English" in `locales` is not a locale, such as "en", "it-CH" or "zh-Hant"', 'locales = ["en"]'),
    ('locales = ["en", "en"]', "KPI007", '`locales` has "en" twice', "keep one of them"),
    ('dialects = ["postgresql"]', "KPI007", '"postgresql" in `dialects` is not a dialect that kpi writes', 'did you mean "postgres"?'),
    ('dialects = ["dbase"]', "KPI007", '"dbase" in `dialects` is not a dialect that kpi writes', "one of bigquery, clickhouse, "),
    ('as_of = "2026-03-15"', "KPI007", "`as_of` in [project] must be a date without quotes; here it is text", "as_of = 2026-03-15"),
    ("as_of = 2026-03-15T10:00:00", "KPI007", "must be a date without quotes; here it is a timestamp", "as_of = 2026-03-15"),
    ('locals = ["en"]', "KPI008", "[project] has no key `locals`", "did you mean `locales`?"),
    ("colour = 1", "KPI008", "[project] has no key `colour`", "[project] may hold name, locales, dialects, as_of"),
    ("[parameters]\na = 1", "KPI008", "kpi.toml has no table `parameters`", "kpi.toml may hold [project], [connections], [params], [lint]"),
    (
        "[params]\nvat = [1]",
        "KPI007",
        '`vat` in [params] must be a number, true, false, a date or text such as "22%"; here it is a list',
        '"22%"',
    ),
    ("[params]\nvat = nan", "KPI007", "`vat` in [params] must be a finite number; here it is not finite", "vat = 0.22"),
    (
        "[lint]\nKPI301 = 'loud'",
        "KPI007",
        '`KPI301` in [lint] must be "off", "error", "warning" or "hint"; here it is another text',
        'KPI301 = "warning"',
    ),
    ("[lint]\nKPI047 = 1", "KPI007", '`KPI047` in [lint] must be "off", "error", "warning" or "hint"; here it is a number', '"warning"'),
    ("[lint]\nKPI31 = 'off'", "KPI008", "[lint] has no code and no name `KPI31`", "did you mean `KPI031`?"),
    ("[lint]\nkpi301 = 'off'", "KPI008", "[lint] has no code and no name `kpi301`", "did you mean `KPI301`?"),
    ("[lint]\ntoo_many_kpi = 'off'", "KPI008", "[lint] has no code and no name `too_many_kpi`", "did you mean `too_many_kpis`?"),
    (
        "[lint]\nnoise = 'off'",
        "KPI008",
        "[lint] has no code and no name `noise`",
        "kpi explain CODE tells of each; ",
    ),
    ("[connections]\nengine = 'duckdb'", "KPI007", "`engine` stands in [connections] itself", "write [connections.default] above it"),
    ("[connections.x]\n", "KPI007", "connection `x` needs an engine, and it has none", 'write engine = "duckdb", "sqlite" or "postgres"'),
    ("[connections.x]\nengine = 'postgress'", "KPI007", 'needs an engine, and "postgress" is none', 'did you mean "postgres"?'),
    ("[connections.x]\nengine = 3", "KPI007", "needs an engine, and this is a number", 'write engine = "duckdb"'),
    ("[connections.x]\nengine = 'sqlite'", "KPI007", "connection `x` does not say its path", 'write path = "data/shop.db"'),
    ("[connections.x]\nengine = 'postgres'", "KPI007", "connection `x` does not say its url", 'write url = "${DATABASE_URL}"'),
    (
        "[connections.x]\nengine = 'duckdb'\nurl = 'a'",
        "KPI008",
        "[connections.x] has no key `url`",
        "[connections.x] may hold engine, path, memory_limit, threads",
    ),
    ("[connections.x]\nengine = 'duckdb'\npath = 3", "KPI007", "`path` in [connections.x] must be text; here it is a number", "path = "),
    ("[connections.x]\nengine = 'duckdb'\nthreads = 0", "KPI007", "`threads` in [connections.x] must be a whole number", "threads = 2"),
    (
        "[connections.x]\nengine = 'duckdb'\ntimeout = '3s'",
        "KPI007",
        "must be a number of seconds above 0; here it is text",
        "timeout = 30",
    ),
    (
        "[connections.x]\nengine = 'duckdb'\nthreads = true",
        "KPI007",
        "must be a whole number above 0; here it is true or false",
        "threads = 2",
    ),
]


@pytest.mark.parametrize(("text", "code", "message", "help"), MISTAKES, ids=[message for _, _, message, _ in MISTAKES])
def test_each_mistake_alone(text: str, code: str, message: str, help: str) -> None:
    whole = text if not text or text.startswith(("[project]", "project")) else f'[project]\nname = "aurora"\n{text}'
    shown = refused(whole)
    assert shown.startswith(f"error[{code}]: ")
    assert message in shown
    assert help in shown
    assert shown.count("error[") == 1
    assert "kpi.toml:" in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[project]\nname = aurora\n", "error[KPI006]: kpi.toml is not valid TOML: invalid value\n  kpi.toml:2:1\n  2 | name = aurora\n"),
        ("[project\nname = 'a'\n", "  1 | [project\n"),
        ("[project]\nname = 'a'\nname = 'b'\n", "  3 | name = 'b'\n    | ^^^^^^^^^^\n  help: this key stands in the file twice: keep one"),
        ('[project]\nname = "C:\\data"\n', "help: write paths with / or between single quotes"),
        ('[project]\nname = "a\n\n', '  2 | name = "a'),
        ("[project]\nlocales = [\n  'en',\n", "  3 |   'en',"),
    ],
)
def test_what_is_no_toml(text: str, shown: str) -> None:
    assert shown in refused(text)


def test_all_mistakes_in_one_run_by_line() -> None:
    shown = refused('[project]\nname = 1\nlocals = []\n[connections.a]\nengine = "x"\n[lint]\nKPI301 = "c"\n')
    assert [line.strip() for line in shown.splitlines() if line.startswith("  kpi.toml")] == [
        "kpi.toml:2:1",
        "kpi.toml:3:1",
        "kpi.toml:5:1",
        "kpi.toml:7:1",
    ]


# ---------------------------------------------------------------- connections


def test_without_connections_there_is_a_duckdb_in_memory() -> None:
    address = read_project("").connection().resolve({})
    assert (address.engine, address.settings) == ("duckdb", {})


def test_the_only_connection_is_the_one() -> None:
    assert read_project('[connections.here]\nengine = "duckdb"').connection().name == "here"


@pytest.mark.parametrize(("asked", "help"), [("warehous", "did you mean `warehouse`?"), (None, "name one of those with --connection")])
def test_an_unknown_connection(asked: str | None, help: str) -> None:
    settings = read_project('[connections.warehouse]\nengine = "duckdb"\n[connections.local]\nengine = "duckdb"')
    with pytest.raises(KpiError) as caught:
        settings.connection(asked)
    shown = render(caught.value.diagnostics)
    assert shown.startswith(f"error[KPI008]: there is no connection `{asked or 'default'}` in kpi.toml\n")
    assert "note: declared there: local, warehouse\n" in shown
    assert help in shown


def test_variables_are_filled_in_and_numbers_stay() -> None:
    connection = read_project('[connections.a]\nengine = "duckdb"\npath = "${WHERE}/x.duckdb"\nthreads = 2\ntimeout = 2.5').connection()
    assert connection.resolve({"WHERE": "data"}).settings == {"path": "data/x.duckdb", "threads": 2, "timeout": Decimal("2.5")}
    assert connection.resolve({"WHERE": "data"}).hide("no file data/x.duckdb") == "no file data/x.duckdb"


def test_a_missing_variable_is_told_when_the_connection_is_used() -> None:
    connection = read(FULL).connection("warehouse")
    for environ in ({}, {"DATABASE_URL": ""}):
        with pytest.raises(KpiError) as caught:
            connection.resolve(environ)
        assert render(caught.value.diagnostics) == (
            "error[KPI009]: connection `warehouse` needs the environment variable `DATABASE_URL`, and it is not set\n"
            "  kpi.toml:14:1\n"
            '  14 | url = "…"\n'
            "     | ^^^\n"
            "  help: set it before you start kpi: export DATABASE_URL=…\n\n"
            "1 error\n"
        )


def test_every_missing_variable_is_named_once() -> None:
    with pytest.raises(KpiError) as caught:
        Connection("a", "postgres", {"url": "postgresql://${USER_A}:${PASS_A}@${USER_A}/x"}).resolve({})
    assert [found.message.split("`")[3] for found in caught.value.diagnostics] == ["USER_A", "PASS_A"]


# ---------------------------------------------------------------- secrets

SECRET = "hunter2"


LEAKS = [
    f'[connections.default]\nengine = "postgres"\nurl = "postgresql://me:{SECRET}@host/db"\npasword = "{SECRET}"',
    f'[connections.default]\nengine = "postgresql://me:{SECRET}@host/db"',
    f'[connections.default]\nengine = "postgres"\nurl = ["{SECRET}"]',
    f'[connections.default]\nengine = "postgres" # {SECRET}',
    f"[connections.default] # {SECRET}\nengine = 1",
    f'[connections.default]\nurl = """\n{SECRET}\n"""',
    f'[connections.default]\nurl = "postgresql://me:{SECRET}@host/db',
    f'[connections.default]\nurl "{SECRET}"',
    f'[connections]\ndefault = {{ engine = "x", url = "{SECRET}" }}',
    f'connections.default.url = "{SECRET}"',
    f'[connections.default]\nurl = [\n["params"],\n["{SECRET}"],\n"{SECRET}"]',
    f'password = "{SECRET}"',
    f'[project]\npassword = "{SECRET}"',
    f'[secrets]\na = "{SECRET}"',
    f'[lint]\na = "postgresql://me:{SECRET}@host/db"',
    f'[lint]\nKPI301 = "postgresql://me:{SECRET}@host/db"',
    f'[connections.default]\nurl = "postgresql://me:{SECRET}@host/db"\n[connections.default]',
]


@pytest.mark.parametrize("text", LEAKS)
def test_no_message_shows_a_secret(text: str) -> None:
    assert SECRET not in refused(text)


@given(st.text(alphabet="abc=[]\"'.{}#\n \\", max_size=40), st.sampled_from(["", "[connections.a]\n", "[x]\n"]))
def test_any_text_gives_settings_or_diagnostics_and_hides_what_stands_in_quotes(noise: str, table: str) -> None:
    try:
        shown = read(f'{table}key = "{SECRET}"\n{noise}').config.text
    except KpiError as error:
        shown = render(error.diagnostics)
    assert SECRET not in shown


def test_addresses_and_connections_do_not_print_their_secrets() -> None:
    url = f"postgresql://me:{SECRET}@host/db"
    connection = Connection("a", "postgres", {"url": url})
    address = Connection("a", "postgres", {"url": "${URL}"}).resolve({"URL": url})
    assert address.settings == {"url": url}
    assert SECRET not in f"{connection!r} {address!r} {read(FULL)!r}"
    said = f'could not connect to "{url}": password {SECRET} refused'
    assert address.hide(said) == 'could not connect to "…": password … refused'
