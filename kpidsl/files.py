"""Which files a project has. Comes in: its folder. Goes out: the paths of its `.kpi` files, in the one order that every run uses, and
whether a data file is there.

It imports nothing of kpidsl, and of Python only `os`, so that a cache can ask whether anything changed before anything is loaded.
"""

from __future__ import annotations

import os

CONFIG_FILE = "kpi.toml"
SUFFIX = ".kpi"
BUILD = "build"  # what `kpi build` writes, in the project's own folder


def find_root(start: str) -> str:
    """The nearest folder from `start` upwards that has a kpi.toml, as git finds its repository; `start` itself where none has."""
    try:
        here = os.path.abspath(start)
    except FileNotFoundError:  # a shell may stand in a folder that was removed
        here = start
    while not os.path.isfile(os.path.join(here, CONFIG_FILE)):
        above = os.path.dirname(here)
        if above == here or not above:
            return start
        here = above
    return here


def file_is_there(root: str, path: str) -> bool:
    """Whether a data file of the project is there; of a pattern, whether any file fits it."""
    if not any(sign in path for sign in "*?["):
        return os.path.isfile(os.path.join(root, path))
    from glob import iglob

    return any(os.path.isfile(os.path.join(root, name)) for name in iglob(path, root_dir=root, recursive=True))


def kpi_files(root: str) -> tuple[list[str], list[OSError]]:
    """Paths below the folder with forward slashes, sorted; and the folders that cannot be listed, each as the error that says why.

    Left out: hidden files and folders, the project's `build`, installed packages, projects inside the project, and folders that were
    seen already (links may loop). A folder that is named like a file of the project is in the list: reading it tells what is wrong.
    """
    found = []
    unreadable: list[OSError] = []
    seen: set[str] = set()
    for folder, below, files in os.walk(root, onerror=unreadable.append, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            below.clear()
            continue
        seen.add(real)
        found += [os.path.join(folder, name) for name in below + files if _is_kpi(name)]
        below[:] = sorted(name for name in below if not _is_kpi(name) and _belongs(folder, name, root))
    return sorted(os.path.relpath(path, root).replace(os.sep, "/") for path in found), unreadable


def _is_kpi(name: str) -> bool:
    return name.lower().endswith(SUFFIX) and not name.startswith(".")


def _belongs(folder: str, name: str, root: str) -> bool:
    if name.startswith(".") or name in ("node_modules", "__pycache__") or (name == BUILD and folder == root):
        return False
    return not any(os.path.exists(os.path.join(folder, name, marker)) for marker in ("pyvenv.cfg", CONFIG_FILE))
