"""Charts in the words of a reader. Comes in: a specification, whose texts are in the board's first locale. Goes out: the same with the
labels of its columns in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kpidsl.dashboard.labels import Labels
from kpidsl.dashboard.vega import quoted

Json = Mapping[str, Any]


def translated(spec: Json, columns: Sequence[Json], first: str, own: Callable[[Labels], str]) -> dict[str, Any]:
    """The specification with the labels that a reader has for the columns; `first` is the locale in which it is written."""
    words: dict[str, str] = {}
    for column in columns:
        base, said = column["label"].get(first, ""), own(column["label"])
        words |= {base: said, f"{base} ({column['unit']})": f"{said} ({column['unit']})"}
    return {key: _said(key, value, words) for key, value in spec.items()}


def _said(key: str, value: Any, words: Mapping[str, str]) -> Any:
    match value:
        case str() if key == "title":
            return words.get(value, value)
        case str() if key == "labelExpr":
            for base, own in words.items():
                value = value.replace(f"? {quoted(base)} :", f"? {quoted(own)} :")
            return value
        case list():
            return [_said("", each, words) for each in value]
        case Mapping():
            return {name: _said(name, each, words) for name, each in value.items()}
        case _:
            return value
