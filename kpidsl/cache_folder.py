"""Where things are kept that can be made again. Goes out: the user's cache folder, and files written there as a whole or not at all.

It imports nothing of kpidsl, and of Python only `os` and `sys`, for it is asked before anything is loaded.
"""

from __future__ import annotations

import os
import sys


def cache_folder() -> str | None:
    """`kpidsl` in the folder where this system keeps caches; None for a user without one. $XDG_CACHE_HOME goes first everywhere."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # its specification: a relative path is to be ignored
        base = os.environ.get("LOCALAPPDATA", "") if sys.platform == "win32" else os.path.expanduser("~")
        if not os.path.isabs(base):
            return None
        base = os.path.join(base, *{"win32": (), "darwin": ("Library", "Caches")}.get(sys.platform, (".cache",)))
    return os.path.join(base, "kpidsl")


def store(path: str, data: bytes) -> bool:
    """Write the file in one step, or not at all: a folder that cannot be written costs time on the next run, nothing else."""
    name = f"{path}.{os.urandom(4).hex()}.new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except OSError:
        _gone(name)
        return False
    return True


def _gone(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:  # somebody was quicker, or it stays: it is only a cache
        return
