"""MariaDB: a server of the system's own package in a temporary folder, and a connection to it, as a warehouse for tests.

Text columns have the collation that a new MariaDB gives them, which knows no case and no trailing blanks: exactness must come from the
SQL. Errors come out as they are.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kpidsl.engines import base
from kpidsl.engines.base import EngineResult
from kpidsl.model.expr import Type
from kpidsl.plan.plan import FileRef, TableRef

_COLUMNS = {
    "int": "BIGINT",
    "number": "DOUBLE",
    "duration": "DOUBLE",
    "bool": "BOOLEAN",
    "text": "VARCHAR(1000)",
    "date": "DATE",
    "timestamp": "DATETIME(6)",
    "json": "JSON",
    "records": "JSON",
}
_SETTINGS = (
    "--character-set-server=utf8mb4",
    "--skip-networking",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=16M",
)
_START = 60.0  # seconds


def program(name: str) -> str | None:
    """Where it is; Debian keeps servers out of a user's PATH."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"]))


def absent() -> str:
    """The name of a program that a server needs and this machine lacks; empty where all are there."""
    return next((name for name in ("mariadbd", "mariadb-install-db") if program(name) is None), "")


@contextmanager
def server() -> Iterator[str]:
    """The socket of a server of our own, gone afterwards. Raises RuntimeError with the reason where it does not start."""
    daemon, installer = program("mariadbd"), program("mariadb-install-db")
    if daemon is None or installer is None:
        raise RuntimeError(f"the program {absent()} is not installed")
    folder = Path(tempfile.mkdtemp(prefix="kpidsl-my-"))  # short: the path of a socket has at most 107 bytes
    scratch = folder / "tmp"  # not the system's: a server that starts removes the temporary tables of every other one in the same folder
    scratch.mkdir()
    user = ["--user=root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    place = ["--no-defaults", f"--datadir={folder / 'data'}", f"--tmpdir={scratch}", *user]
    try:
        made = subprocess.run(
            [installer, *place, "--auth-root-authentication-method=normal", "--skip-test-db"], capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise RuntimeError(f"mariadb-install-db failed: {made.stderr.strip()[-300:]}")
        socket, log = folder / "s", folder / "log"
        files = [f"--socket={socket}", f"--pid-file={folder / 'pid'}", f"--log-error={log}"]
        running = subprocess.Popen([daemon, *place, *files, *_SETTINGS])
        try:
            _wait(running, socket, log)
            yield str(socket)
        finally:
            running.terminate()
            running.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(running: subprocess.Popen[bytes], socket: Path, log: Path) -> None:
    """Until the socket is there."""
    end = time.monotonic() + _START
    while not socket.exists():
        if running.poll() is not None or time.monotonic() > end:
            said = log.read_text(errors="replace").strip()[-300:] if log.exists() else ""
            raise RuntimeError(f"mariadbd did not start: {said}")
        time.sleep(0.02)


class Connection:
    """A new database on the server behind the socket. The session's zone is UTC, and it groups as strictly as MySQL does."""

    dialect = "mariadb"

    def __init__(self, socket: str) -> None:
        import pymysql

        self._connection: Any = pymysql.connect(unix_socket=socket, user="root", charset="utf8mb4", autocommit=True)
        self._do("CREATE DATABASE IF NOT EXISTS shop_of_tests")
        self._do("USE shop_of_tests")
        self._do("SET time_zone = '+00:00'")
        self._do("SET sql_mode = CONCAT(@@sql_mode, ',ONLY_FULL_GROUP_BY')")

    def run(self, sql: str, types: Sequence[Type] = ()) -> EngineResult:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            names = tuple(head[0] for head in cursor.description or ())
            rows = cursor.fetchall()
        changes = [base.converter(t) for t in types] if types else [base.plain for _ in names]
        return EngineResult(names, base.converted(rows, changes))

    def create_table(self, name: str | tuple[str, ...], columns: Sequence[tuple[str, Type]], rows: Iterable[Sequence[object]]) -> None:
        parts = base.name_parts(name)
        if len(parts) == 2:
            self._do(f"CREATE DATABASE IF NOT EXISTS {_quoted(parts[0])}")
        table = ".".join(_quoted(part) for part in parts)
        self._do(f"CREATE OR REPLACE TABLE {table} ({', '.join(f'{_quoted(column)} {_column_type(kind)}' for column, kind in columns)})")
        marks = ", ".join(["%s"] * len(columns))
        with self._connection.cursor() as cursor:
            stored = [[_stored(value) for value in row] for row in rows]
            cursor.executemany(f"INSERT INTO {table.replace('%', '%%')} VALUES ({marks})", stored)

    def columns(self, origin: TableRef | FileRef) -> list[tuple[str, str]]:
        parts = (origin.table,) if isinstance(origin, FileRef) else origin.parts
        found = self.run(f"SHOW COLUMNS FROM {'.'.join(_quoted(part) for part in parts)}")
        return [(str(row[0]), str(row[1])) for row in found.rows]

    def load_file(self, file: FileRef) -> None:
        """Files are not read here: the table must be there already."""

    def close(self) -> None:
        self._connection.close()

    def _do(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _column_type(kind: Type) -> str:
    if kind.kind == "decimal":
        digits, scale = kind.precision or (18, 4)
        return f"DECIMAL({digits}, {scale})"
    return _COLUMNS[kind.kind]


def _stored(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
