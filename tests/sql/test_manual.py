"""docs/functions.md says what the operator tables do; `pytest tests/sql --update-sql` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidsl.model.functions import FUNCTIONS
from kpidsl.sql.manual import MEANINGS, functions_page

PAGE = Path(__file__).parents[2] / "docs" / "functions.md"


def test_the_page_is_up_to_date(request: pytest.FixtureRequest) -> None:
    page = functions_page()
    if request.config.getoption("--update-sql"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_every_function_has_a_meaning() -> None:
    assert {signature.op for signature in FUNCTIONS.values()} == set(MEANINGS)
