"""Names of tables and columns as names of the language. Comes in: what a database or file calls them. Goes out: words that need no quotes
where that can be had, each once; and which words a name is made of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kpidsl.syntax.tables import RESERVED

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))


def plain_name(text: str) -> str:
    """`Order Date` is order_date, `OrderID` order_id, `营收` itself; a reserved word gets a line behind it."""
    text = unicodedata.normalize("NFC", text.strip())
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    text = re.sub(r"[^\w]+|__+", "_", text).strip("_").lower()
    text = unicodedata.normalize("NFC", "".join(char for char in text if f"a{char}".isidentifier()))
    if not text:
        return "column"
    if not text[0].isidentifier():
        text = f"n_{text}"
    return f"{text}_" if text in RESERVED else text


def apart(names: Iterable[str]) -> dict[str, str]:
    """A plain name for each name, no two alike in any case."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        wanted = plain_name(name)
        chosen, number = wanted, 2
        while chosen.casefold() in taken:
            chosen, number = f"{wanted}_{number}", number + 1
        taken.add(chosen.casefold())
        given[name] = chosen
    return given


def words_of(name: str) -> tuple[str, ...]:
    """The words of a plain name."""
    return tuple(word for word in name.split("_") if word)


def singular(name: str) -> str:
    """One of what a plural names, for English plurals; another word stays as it is."""
    head, line, last = name.rpartition("_")
    for ending, instead in _ENDINGS:
        if last.endswith(ending) and len(last) > len(ending) + 2 and not last.endswith(("ss", "us", "is")):
            return head + line + last[: -len(ending)] + instead
    return name


def common_prefix(names: Iterable[str]) -> str:
    """`l_` of l_orderkey, l_partkey …: a short word that all columns of a table begin with, "" where there is none."""
    listed = list(names)
    heads = {name.partition("_")[0] for name in listed}
    if len(listed) > 2 and len(heads) == 1 and all("_" in name for name in listed):
        head = heads.pop()
        return f"{head}_" if len(head) <= 3 else ""
    return ""
