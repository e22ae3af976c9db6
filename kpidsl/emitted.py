"""SQL that the project's last build has emitted. Comes in: declarations and plans. Goes out: their text, taken from that build where it
emitted the same, made anew where it did not.

What is written of a metric or a report is kept by the digest of all that it depends on (reach.py), so that it need not even be planned
again. The text of any other statement is kept by its plan: it follows from nothing but the plan, the dialect and the compiler. The compiler
that made them stands at the head of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any

from kpidsl.build import Fresh
from kpidsl.cache import own_stamp
from kpidsl.cache_folder import cache_folder, store
from kpidsl.compile import emit
from kpidsl.plan.plan import Statement


class Emitted(Fresh):
    """The texts of one project, read when it is made and kept by `keep`."""

    def __init__(self, root: str, stamp: str = "") -> None:
        """`stamp` is what the compiler is known by (cache.py), where that is known already."""
        self._path = _place(root)
        try:
            self._stamp = stamp or own_stamp()
        except OSError:  # nobody can say whether the compiler is the one that emitted them
            self._path = None
        self._known = self._read()
        self._used: dict[str, Any] = {}
        self._keys: dict[int, tuple[Statement, bytes]] = {}

    def emit(self, statement: Statement, dialect: str) -> str:
        """The SQL of a plan in one dialect."""
        key = f"{dialect} {self._key(statement)}"
        return str(self.written(key, lambda: emit(statement, dialect)))

    def written(self, key: str, make: Callable[[], Any]) -> Any:
        """What the last build wrote under that key, made where it did not: any value that JSON has."""
        known = self._known.get(key)
        self._used[key] = make() if known is None else known
        return self._used[key]

    def keep(self) -> None:
        """Remember what was asked for; what was not is forgotten, so that the file does not grow."""
        if self._path is not None and self._used.keys() != self._known.keys():
            body = json.dumps(self._used).encode()
            store(self._path, f"{self._stamp} {hashlib.sha256(body).hexdigest()}\n".encode() + body)

    def _key(self, statement: Statement) -> str:
        """A hash of all that the plan says. Plans that are written down alike are alike; that like ones are written down unlike, where
        their parts are shared in another way, only costs the time to emit one again."""
        known = self._keys.get(id(statement))
        if known is None:
            import pickle

            known = self._keys[id(statement)] = (statement, hashlib.sha256(pickle.dumps(statement, 5)).digest())
        return known[1].hex()

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        try:
            with open(self._path, "rb") as file:
                head, _, body = file.read().partition(b"\n")
            if head.decode() != f"{self._stamp} {hashlib.sha256(body).hexdigest()}":
                return {}
            found: dict[str, Any] = json.loads(body)
        except (OSError, ValueError):  # there was no build yet, or its file is broken
            return {}
        return found


def _place(root: str) -> str | None:
    folder = cache_folder()
    name = hashlib.sha256(os.path.abspath(root).encode("utf-8", "surrogateescape")).hexdigest()
    return os.path.join(folder, "emitted", f"{name}.json") if folder else None
