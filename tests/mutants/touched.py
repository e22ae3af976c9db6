"""Which tests run a line. Comes in: the record that the plugin recording.py made. Goes out: the tests to try first, and how long they
take."""

from __future__ import annotations

import ast
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from coverage.numbits import numbits_to_nums

AT_LEAST, AT_MOST = 3, 200
A_MOMENT = 1 / 20
"""Part of the time that all tests take."""


class Touched:
    """The record of one proof."""

    def __init__(self, folder: Path):
        self._seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
        self._database = folder / "lines"
        self._lines: dict[str, dict[int, set[str]]] = {}

    @property
    def files(self) -> set[str]:
        """Files of tests that ran when it was made."""
        return {test.partition("::")[0] for test in self._seconds}

    @property
    def seconds(self) -> float:
        return sum(self._seconds.values())

    def seconds_of(self, tests: Iterable[str]) -> float:
        return sum(self._seconds.get(test, 0) for test in tests)

    def running(self, module: Path, text: str, line: int) -> list[str]:
        """Tests that run the line, else its function, else anything of the module; quick ones first."""
        lines = self._of(module)
        tests = lines.get(line, set()) or _union(lines, _function(text, line)) or _union(lines, range(1, text.count("\n") + 2))
        return sorted(tests, key=lambda test: (self._seconds.get(test, 0), test))

    def some(self, tests: list[str]) -> list[str]:
        """A few of many, from everywhere among them, quick ones first, and no more than take a moment."""
        ordered = sorted(tests)
        chosen = sorted(ordered[:: len(ordered) // AT_MOST + 1], key=lambda test: (self._seconds.get(test, 0), test))
        return [test for at, test in enumerate(chosen) if at < AT_LEAST or self.seconds_of(chosen[: at + 1]) < self.seconds * A_MOMENT]

    def _of(self, module: Path) -> dict[int, set[str]]:
        """line → tests."""
        name = f"kpidsl/{module.as_posix()}"
        if name not in self._lines:
            with closing(sqlite3.connect(self._database)) as database:
                noted = database.execute(
                    "SELECT context.context, line_bits.numbits FROM line_bits JOIN context ON context.id = line_bits.context_id "
                    "JOIN file ON file.id = line_bits.file_id WHERE file.path LIKE '%/' || ? AND context.context <> ''",
                    (name,),
                ).fetchall()
            by_line: dict[int, set[str]] = {}
            for test, bits in noted:
                for line in numbits_to_nums(bits):
                    by_line.setdefault(line, set()).add(test)
            self._lines[name] = by_line
        return self._lines[name]


def _function(text: str, line: int) -> range:
    """The lines of the innermost function that the line is in; none where it is in none."""
    functions = [
        range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return min(functions, key=len, default=range(0))


def _union(lines: dict[int, set[str]], chosen: range) -> set[str]:
    return {test for line in chosen for test in lines.get(line, ())}
