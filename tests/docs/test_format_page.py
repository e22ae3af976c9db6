"""The page about the format of dashboards says what the schema says."""

from __future__ import annotations

import re

from jsonschema import Draft202012Validator

from kpidsl.dashboard.schema import schema
from tests.docs.format_page import PAGE, anchors, page


def test_the_page_is_made_from_the_schema() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.docs.format_page"


def test_its_links_lead_somewhere() -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", page())) <= set(anchors())


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
