"""A plugin of pytest: the statements of tests whose answers are worked out by hand stay as they were when the answers were right.

For each such test `FOLDER/MODULE.txt` here keeps the first digits of a hash of all that it emitted: the SQL, its values, and what its
columns are. A statement that becomes another one is noticed at once, even where the rows of the test cannot tell the difference. Whoever
changes statements on purpose runs the tests, sees that all answers are right but for the hashes, and writes these anew with `--update-sql`
(in one process: `-n 0`). A test that is not listed is not held to anything, so nothing has to be written for a new one at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from kpidsl.plan.plan import Statement
from kpidsl.sql import emit

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OF = ("tests/results/", "tests/kpi_catalogue/", "tests/sql/", "tests/oracle/test_found.py")
"""Where answers are compared with rows written by hand."""
ELSEWHERE = ("clickhouse", "mariadb", "spark")
"""Engines that not every machine has; what they are told is what the others are told, spelled in their way."""

_ran: dict[Path, dict[str, str]] = {}


def file_of(module: str) -> Path:
    """Where the hashes of a module of tests are, `module` being its path below the root."""
    return (HERE / Path(module).relative_to("tests")).with_suffix(".txt")


@cache
def kept(file: Path) -> dict[str, str]:
    """test → hash, as listed."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {test: digest for digest, _, test in (line.partition(" ") for line in lines)}


@contextmanager
def emitted() -> Iterator[list[str]]:
    """Everything that is emitted meanwhile, as text."""
    texts: list[str] = []
    real = emit.emit_apart

    def noted(statement: Statement, *args: object, **named: object) -> tuple[str, tuple[object, ...]]:
        made = real(statement, *args, **named)  # type: ignore[arg-type]
        texts.append("\n".join([made[0], *map(repr, made[1]), *map(repr, statement.columns), *statement.notes]))
        return made

    with patch.object(emit, "emit_apart", noted):
        yield texts


def hashed(texts: list[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:10]


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    module, _, test = pyfuncitem.nodeid.partition("::")
    if not module.startswith(OF) or any(engine in test.partition("[")[2] for engine in ELSEWHERE):
        return (yield)
    with emitted() as texts:
        result = yield
    if not texts:
        return result
    test = test.replace("\n", " ")
    if pyfuncitem.config.getoption("--update-sql"):
        _ran.setdefault(file_of(module), {})[test] = hashed(texts)
    elif kept(file_of(module)).get(test, hashed(texts)) != hashed(texts):
        pytest.fail(f"{test} gets its rows from other statements than before; tests/statements/keeping.py says what to do. Now:\n\n"
                    + "\n\n".join(texts), pytrace=False)  # fmt: skip
    return result


def pytest_sessionfinish() -> None:
    """With `--update-sql`: the hashes of the tests that ran, anew; those of tests that are no more go."""
    for file, ran in _ran.items():
        source = (ROOT / "tests" / file.relative_to(HERE).with_suffix(".py")).read_text(encoding="utf-8")
        there = {test: digest for test, digest in kept(file).items() if re.search(rf"def {test.partition('[')[0]}\b", source)}
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{digest} {test}\n" for test, digest in sorted({**there, **ran}.items())), encoding="utf-8")
