"""Vega for pages that open without a network: its program as one script, and charts as the specifications that it draws. Both come from the
`html` extra (vl-convert-python). Its compiler of Vega-Lite, half as big as Vega again, stays here: a page gets its charts compiled. Either
takes a second or more to be made for the first time, and is kept in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from kpidsl.cache_folder import cache_folder, store
from kpidsl.diagnostic import fail

_SAID = """import {{ View, parse, expressionFunction }} from "https://cdn.jsdelivr.net/npm/vega@{version}/+esm";
window.vega = {{ View, parse, expressionFunction }};"""
_ROOM = 400
"""Files that are kept; of more, the half that is oldest goes."""


def vega_script() -> str:
    """The script, which sets `vega`; KPI009 where vl-convert-python is not installed."""
    engine = _converter()
    said = _SAID.format(version=engine.get_vega_version())
    return _kept(f"{_version(engine)} {said}", "js", lambda: engine.javascript_bundle(said))


def vega_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification of Vega-Lite as one of Vega; KPI009 where vl-convert-python is not installed."""
    made: dict[str, Any] = json.loads(_compiled(json.dumps(spec, ensure_ascii=False)))
    return made


@lru_cache(_ROOM)
def _compiled(spec: str) -> str:
    engine = _converter()

    def compiled() -> str:
        return json.dumps(engine.vegalite_to_vega(spec), ensure_ascii=False, separators=(",", ":"))

    return _kept(f"{_version(engine)} {spec}", "json", compiled)


def _converter() -> Any:
    try:
        import vl_convert
    except ModuleNotFoundError:
        fail("KPI009", "pages with charts need the Python package vl-convert-python", help='install it: pip install "kpidsl[html]"')
    return vl_convert


def _version(engine: Any) -> str:
    return str(getattr(engine, "__version__", ""))


# ---------------------------------------------------------------- what is kept


def _kept(key: str, kind: str, make: Callable[[], str]) -> str:
    """What was made of the key before, else what is made now."""
    base = cache_folder()
    if base is None:
        return make()
    folder = os.path.join(base, "vega")
    path = os.path.join(folder, f"{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.{kind}")
    if known := _read(path):
        return known
    made = make()
    body = made.encode("utf-8", "surrogatepass")
    store(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    _tidy(folder)
    return made


def _read(path: str) -> str:
    """What was kept, if it is whole."""
    try:
        with open(path, "rb") as file:
            mark, _, body = file.read().partition(b"\n")
        return body.decode("utf-8", "surrogatepass") if mark.decode() == hashlib.sha256(body).hexdigest() else ""
    except (OSError, ValueError):  # nothing was kept yet, or it is broken
        return ""


def _tidy(folder: str) -> None:
    """Keep the newest where there are too many."""
    try:
        files = [entry.path for entry in sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime_ns)]
        for path in files[: len(files) // 2] if len(files) > _ROOM else ():
            os.unlink(path)
    except OSError:  # somebody else tidies, too
        return
