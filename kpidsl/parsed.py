"""Trees of the project's files that its last build has parsed. Comes in: a source. Goes out: its tree, taken from that build where the file
is as it was, parsed anew where it is not.

Only files without a finding are kept, each by the digest of its path and text, in one file that only the same compiler reads.
"""

from __future__ import annotations

import hashlib
import os
import pickle

from kpidsl.cache_folder import cache_folder, store
from kpidsl.diagnostic import Diagnostic
from kpidsl.span import Source
from kpidsl.syntax import ast
from kpidsl.syntax.parse import parse_file


class Parsed:
    """The trees of one project, read when it is made and kept by `keep`. `stamp` is what the compiler is known by (cache.py)."""

    def __init__(self, root: str, stamp: str) -> None:
        self._path = _place(root)
        self._stamp = stamp.encode()
        self._known = self._read()
        self._used: dict[bytes, bytes] = {}

    def parse(self, source: Source) -> tuple[ast.File, list[Diagnostic]]:
        """The tree of a file and what is wrong with it."""
        key = hashlib.sha256(f"{source.path}\0{source.text}".encode("utf-8", "surrogatepass")).digest()
        known = self._known.get(key)
        if known is not None:
            self._used[key] = known
            tree: ast.File = pickle.loads(known)  # noqa: S301 - from the user's own cache folder, as Python's byte code is
            return tree, []
        tree, found = parse_file(source)
        if not found:
            self._used[key] = pickle.dumps(tree, 5)
        return tree, found

    def keep(self) -> None:
        """Remember what was asked for; what was not is forgotten, so that the file does not grow."""
        if self._path is not None and self._used.keys() != self._known.keys():
            body = pickle.dumps(self._used, 5)
            store(self._path, b"%s %s\n%s" % (self._stamp, _digest(body), body))

    def _read(self) -> dict[bytes, bytes]:
        if self._path is None:
            return {}
        try:
            with open(self._path, "rb") as file:
                head, _, body = file.read().partition(b"\n")
        except OSError:  # there was no build yet
            return {}
        if head != b"%s %s" % (self._stamp, _digest(body)):
            return {}
        found: dict[bytes, bytes] = pickle.loads(body)  # noqa: S301 - as above
        return found


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _place(root: str) -> str | None:
    folder = cache_folder()
    name = hashlib.sha256(os.path.abspath(root).encode("utf-8", "surrogateescape")).hexdigest()
    return os.path.join(folder, "parsed", name) if folder else None
