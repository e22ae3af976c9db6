"""Names in SQL: which need quotes, and which are still free. Comes in: any text. Goes out: identifiers that cannot change the statement."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from kpidsl.diagnostic import fail
from kpidsl.sql import tree
from kpidsl.sql.dialects import Dialect
from kpidsl.sql.reserved import reserved_in

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOWER = re.compile(r"[a-z_][a-z0-9_]*")


class Names:
    """Identifiers of one statement; `taken` holds what a common table expression must not be called."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.taken: set[str] = set()
        self._plain = _LOWER if dialect.quoting == "lower" else _PLAIN
        self._reserved = reserved_in(dialect.name)
        self._known = _known_in(dialect)

    def identifier(self, text: str) -> tree.Name:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._written(text)
        return known

    def _written(self, text: str) -> tree.Name:
        """The name as the dialect has it, in quotes where it must be."""
        text = self._fitting(text)
        if "\0" in text or not text:
            fail("KPI066", "a name that SQL cannot hold" + (": it contains a NUL character" if text else ": it is empty"))
        try:
            text.encode()
        except UnicodeEncodeError:
            fail("KPI066", "a name that SQL cannot hold: it contains half of a surrogate pair")
        quoted = text.lower() in self._reserved or self._plain.fullmatch(text) is None
        if quoted and self.dialect.folds_up and _LOWER.fullmatch(text):
            text = text.upper()  # a reserved word, which unquoted would have been folded as well
        return tree.Name(text, quoted)

    def _fitting(self, text: str) -> str:
        """A name that the database would cut off or refuse, made to fit and kept apart from others by a digest of the whole."""
        limit = self.dialect.max_name
        plain = self._plainer(text)
        if plain == text and (not limit or len(text) * 4 <= limit or len(text.encode(errors="replace")) <= limit):
            return text
        digest = hashlib.sha1(text.encode(errors="replace"), usedforsecurity=False).hexdigest()[:8]
        return f"{_shorten(plain, limit - 9) if limit else plain}_{digest}"

    def _plainer(self, text: str) -> str:
        """Without what no name of the database can hold. Only names that we give ourselves can have it."""
        if self.dialect.short_alphabet:
            text = "".join(["_" if char > "\uffff" else char for char in text.rstrip()])
        return text.replace("${", "$_{") if self.dialect.substitutes else text

    def free(self, wanted: str) -> str:
        """The name, or the name with a number, that nothing else in the statement bears; it is taken from now on."""
        limit = self.dialect.max_name
        base = _shorten(wanted, limit - 4) if limit else wanted
        name = base
        count = 1
        while name.casefold() in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name.casefold())
        return name


@cache
def _known_in(_: Dialect) -> dict[str, tree.Name]:
    """The names that were written in a dialect so far: most statements have the same ones."""
    return {}


def _shorten(text: str, size: int) -> str:
    """At most `size` bytes, whole characters (PostgreSQL cuts longer names off)."""
    return text.encode(errors="replace")[:size].decode(errors="ignore")
