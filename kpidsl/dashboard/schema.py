"""The format of boards. Comes in: a document. Goes out: nothing, or the fault that its writer has: a board that breaks its own format would
break whoever reads it, so none is ever written.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

NAME = "dashboard.schema.json"
HERE = Path(__file__).resolve().parents[1]


@cache
def schema() -> dict[str, Any]:
    """grammar/dashboard.schema.json, inside the wheel or beside the package in a checkout."""
    inside = HERE / "_grammar" / NAME
    place = inside if inside.is_file() else HERE.parent / "grammar" / NAME
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


def check(document: dict[str, Any]) -> None:
    """AssertionError, with the place in the document, for a board that is not of the format: that is a fault of kpidsl."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    wrong = best_match(Draft202012Validator(schema()).iter_errors(document))
    if wrong is not None:
        where = "/".join(str(step) for step in wrong.absolute_path)
        raise AssertionError(f"the dashboard `{document.get('name')}` breaks its own format at {where or 'its top'}: {wrong.message[:500]}")
