"""A data file that is not what its name says. Comes in: the file, and what the engine says about it. Goes out: what is wrong in words, the
place in the file, what that means for the numbers and what to do."""

from __future__ import annotations

import re

from kpidsl.diagnostic import Diagnostic
from kpidsl.engines.base import UNREADABLE
from kpidsl.plan.plan import FileRef

_JSON = re.compile(r"Malformed JSON in file \"(?P<file>[^\"]+)\", at byte (?P<byte>\d+) in (?:line|record/value|record) (?P<number>\d+)")
_TRUNCATED = re.compile(r"unexpected end of data", re.IGNORECASE)
_PARQUET = re.compile(r"too small to be a Parquet file|No magic bytes found|Invalid Parquet|footer|thrift|corrupt", re.IGNORECASE)
_LOST = "no row of it is read, so whatever it holds is in no number"


def broken_file(file: FileRef, said: tuple[str, ...]) -> Diagnostic | None:
    """None where what the engine says is nothing that has words here."""
    text = " ".join(said)
    if file.format == "json" and (place := _JSON.search(text)) is not None:
        what = "ends in the middle of a record" if _TRUNCATED.search(text) else "is no JSON"
        which = place["file"] if any(sign in file.path for sign in "*?[") else file.path
        number = int(place["number"])  # DuckDB 2.0 counts one too many, and nobody says that it always will
        return Diagnostic(
            UNREADABLE,
            f"{which} {what}, in record {max(number - 1, 1)} or {number} at character {place['byte']}",
            notes=(_LOST,),
            help="mend that record, or have the file written anew: one list of records, or one record a line",
        )
    if file.format == "parquet" and _PARQUET.search(text) is not None:
        return Diagnostic(
            UNREADABLE,
            f"{file.path} is no Parquet file, or only a part of one",
            notes=(_LOST,),
            help="have it written or copied once more; if it is another kind of file, give it the ending of that kind",
        )
    return None
