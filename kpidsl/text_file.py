"""Bytes to text, for every file that a project has. Comes in: bytes. Goes out: text, or a diagnostic with the place of what is no text."""

from __future__ import annotations

from typing import NoReturn

from kpidsl.diagnostic import fail
from kpidsl.span import Source, Span

_MARK = b"\xef\xbb\xbf"


def decode(data: bytes, path: str) -> str:
    """UTF-8 text without its byte order mark; KPI005 for the first byte that is no UTF-8, for UTF-16 and for a NUL."""
    body = data.removeprefix(_MARK)
    skipped = len(data) - len(body)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _fail(Source(path, ""), 0, f"{path} is UTF-16, and kpi reads UTF-8")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        source = Source(path, before + body[error.start :].decode("utf-8", "replace"))
        where = f"at byte {error.start + skipped}, line {source.position(len(before))[0]}"
        _fail(source, len(before), f"{path} is not UTF-8: 0x{body[error.start]:02x} {where}", "not a UTF-8 character")
    if (at := text.find("\0")) >= 0:
        source = Source(path, text)
        where = f"at byte {len(text[:at].encode()) + skipped}, line {source.position(at)[0]}"
        _fail(source, at, f"{path} has a NUL character {where}: it is not a text file", "NUL")
    return text


def _fail(source: Source, at: int, message: str, label: str = "") -> NoReturn:
    fail("KPI005", message, Span(source, at, min(at + 1, len(source.text))), label=label, help="save the file again as UTF-8 text")
