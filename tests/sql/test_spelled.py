"""Every operator, aggregate and plan shape as each dialect spells it: `spelled/DIALECT.sql`, one line each, to be read beside duckdb.sql.

The rows are checked on the engines that are at hand (test_operators, test_aggregates, test_folding), the others are put before their judges
(test_analysed), who cannot know what is meant: whether that is said is for a reader, and what was read stays as it is. `--update-sql`
writes the files anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpidsl.diagnostic import KpiError
from kpidsl.plan.plan import Statement
from kpidsl.sql.dialects import DIALECTS
from kpidsl.sql.emit import emit
from tests.sql.test_dialects import relations

SPELLED = Path(__file__).with_name("spelled")
SAME_AS = {"mariadb": "mysql", "databricks": "spark"}
"""What is nearly the same is kept as its differences."""
_LONE = re.compile(r"SELECT ((?:(?! FROM shop\.v\b).)*) AS r FROM shop\.v(?: AS v)?")


def spelled(dialect: str) -> list[str]:
    """One line for each relation: of a lone expression no more than that."""
    lines = []
    for name, rel in relations():
        try:
            sql = " ".join(line.strip() for line in emit(Statement(rel, ()), dialect).splitlines())
        except KpiError as error:
            sql = f"not there: {error.diagnostics[0].code}"
        lone = _LONE.fullmatch(sql)
        lines.append(f"/* {name} */ {lone[1] if lone else sql}")
    return lines


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_read_stays(dialect: str, request: pytest.FixtureRequest) -> None:
    lines = spelled(dialect)
    if dialect in SAME_AS:
        like = spelled(SAME_AS[dialect])
        lines = [line for line, other in zip(lines, like, strict=True) if line != other]
    text = "".join(f"{line}\n" for line in lines)
    file = SPELLED / f"{dialect}.sql"
    if request.config.getoption("--update-sql"):
        SPELLED.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"spelled/{file.name} differs; write it with --update-sql, and read what changed"
