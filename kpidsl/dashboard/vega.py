"""How names and texts are written inside Vega-Lite, where some characters mean something. A column's name is data: none of its characters
may be taken for a path, an operator or the end of a text."""

from __future__ import annotations

from kpidsl.dashboard.columns import BoardColumn, currency

_PATH = ".[]\\'\""


def field(name: str) -> str:
    """A column's name where Vega would read dots and brackets as a path."""
    return "".join(f"\\{char}" if char in _PATH else char for char in name)


def plain(escaped: str) -> str:
    """The name that `field` was given."""
    parts = iter(escaped)
    return "".join(next(parts, "") if char == "\\" else char for char in parts)


def quoted(text: str) -> str:
    """A text inside an expression of Vega: whatever is no letter, digit or blank is written by its number."""
    codes = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return "'" + "".join(_char(code) for code in codes) + "'"


def _char(code: int) -> str:
    char = chr(code)
    return char if char.isascii() and (char.isalnum() or char in " _-") else f"\\u{code:04x}"


def d3(column: BoardColumn) -> str:
    """How numbers of a column are written when a mark is pointed at."""
    if column.unit == "%":
        return ".1%"
    if currency(column.unit):
        return ",.2f"
    return ",.0f" if column.type == "int" else ",.2~f"
