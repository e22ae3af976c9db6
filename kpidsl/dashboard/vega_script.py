"""Vega, Vega-Lite and Vega-Embed as one script, for pages that open without a network. It comes from the `html` extra (vl-convert-python),
which packs it from its own copy in some seconds; the result is kept in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os

from kpidsl.cache_folder import cache_folder, store
from kpidsl.diagnostic import fail

_SAID = "window.vegaEmbed = vegaEmbed;"


def vega_script() -> str:
    """The script, which sets `vegaEmbed`; KPI009 where vl-convert-python is not installed."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        fail("KPI009", "pages with charts need the Python package vl-convert-python", help='install it: pip install "kpidsl[html]"')
    folder = cache_folder()
    name = hashlib.sha256(f"{getattr(vl_convert, '__version__', '')} {_SAID}".encode()).hexdigest()[:16]
    path = os.path.join(folder, "vega", f"{name}.js") if folder else None
    if path is not None and (known := _read(path)):
        return known
    made: str = vl_convert.javascript_bundle(_SAID)
    if path is not None:
        store(path, f"{hashlib.sha256(made.encode()).hexdigest()}\n{made}".encode())
    return made


def _read(path: str) -> str:
    """What was kept, if it is whole."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            mark, _, body = file.read().partition("\n")
    except (OSError, ValueError):  # nothing was kept yet, or it is broken
        return ""
    return body if mark == hashlib.sha256(body.encode()).hexdigest() else ""
