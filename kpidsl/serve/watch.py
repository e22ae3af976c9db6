"""What a served board rests on. Comes in: a project. Goes out: marks of its files, which change when a file is saved, made or removed.

The marks are times and sizes, asked for a few times a second: that works on every system, in containers and on network drives.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from kpidsl.files import CONFIG_FILE, kpi_files

Mark = tuple[int, int, int] | None
Marks = dict[str, Mark]


def project_marks(root: Path) -> Marks:
    """Of kpi.toml and every `.kpi` file below the folder."""
    try:
        paths, _ = kpi_files(str(root))
    except OSError:  # the folder itself is gone
        paths = []
    return {path: _mark(root / path) for path in (CONFIG_FILE, *paths)}


def data_marks(root: Path, paths: Iterable[str]) -> Marks:
    """Of files with data, of which some may be patterns."""
    found: Marks = {}
    for path in paths:
        if any(char in path for char in "*?["):
            found |= {str(each): _mark(each) for each in root.glob(path)} if not os.path.isabs(path) else {}
        else:
            found[path] = _mark(root / path)
    return found


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
