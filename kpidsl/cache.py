"""What `kpi build` remembers. Comes in: the words of the command. Goes out: what to say when the last build of just this still lies there.

The key of an entry is a hash of all that a build depends on: kpidsl's own files, sqlglot and Python, the project's files, the words and
the folder they were said in, and whether colour is shown. The entry says what the folder held afterwards, which data files were there and
what was said. Nothing heavy is imported here: an unchanged project is told in the time that Python needs to start.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time

from kpidsl import __version__
from kpidsl.cache_folder import cache_folder, store
from kpidsl.files import CONFIG_FILE, file_is_there, find_root, kpi_files

TYPE_CHECKING = False
if TYPE_CHECKING:  # not even typing is loaded
    from collections.abc import Iterator, Mapping
    from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
_DAY = 24 * 60 * 60
_KEPT = 30 * _DAY
_ROOM = 20_000_000  # bytes
MEMORIES = ("builds", "emitted", "parsed")
"""Folders of the cache folder in which builds remember: whole builds here, statements in emitted.py, trees in parsed.py."""
_SKIPPED = {"__pycache__", "_demo"}


def key_of(words: list[str], colored: bool, stamp: str = "") -> str | None:
    """The key of `kpi build WORDS` said here and now; None where something cannot be read, and the build will tell what. `stamp` is
    `own_stamp` where it is known.
    """
    try:
        root = os.path.abspath(_project(words) or find_root("."))
        digest = hashlib.sha256()
        for part in (os.getcwd(), root, *words, str(colored)):
            _add(digest, part.encode("utf-8", "surrogateescape"))
        stamp = stamp or own_stamp()
        paths, unreadable = kpi_files(root)
        if unreadable:
            return None
        for path in (CONFIG_FILE, *paths):
            _add(digest, path.encode("utf-8", "surrogateescape"))
            _add(digest, _bytes(os.path.join(root, path)))
    except (OSError, ValueError):  # ValueError: a path with a NUL, or bytes that are no text
        return None
    return f"{stamp}-{digest.hexdigest()}"


def stamp_of(key: str) -> str:
    """What `own_stamp` was when the key was made."""
    return key.partition("-")[0]


def own_stamp() -> str:
    """A hash of what decides what is made of the same project: kpidsl's own files, sqlglot, Python. OSError where one is not read."""
    digest = hashlib.sha256()
    for part in (__version__, sys.version, sys.platform):
        _add(digest, part.encode("utf-8", "surrogateescape"))
    for folder in _own_folders():
        for path, size, mtime in _stamps(folder):
            _add(digest, f"{path} {size} {mtime}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def recall(key: str) -> str | None:
    """What the build of that key said, without its time; None where there was none, or where its files are not as it left them."""
    path = _path(key)
    if path is None:
        return None
    try:
        mark, _, body = _bytes(path).partition(b"\n")
        if mark.decode() != hashlib.sha256(body).hexdigest():
            return None
        entry = json.loads(body)
        if any(file_is_there(entry["root"], file) is not there for file, there in entry["data"].items()):
            return None
        if entry["tree"] != _tree(_read_tree(entry["folder"])) or _has_litter(entry["folder"]):
            return None
        if time.time() - os.stat(path).st_mtime > _DAY:
            os.utime(path)  # in use: it stays
    except (OSError, ValueError):
        return None
    said: str = entry["said"]
    return said


def _has_litter(folder: str) -> bool:
    """Whether a build that was killed has left something beside the folder, which the next one clears away."""
    parent, name = os.path.split(folder)
    return any(beside.startswith((f".{name}.new.", f".{name}.old.")) for beside in os.listdir(parent or "."))


def remember(key: str, root: str, folder: str, files: Mapping[str, bytes], data: Mapping[str, bool], said: str) -> None:
    """Keep what a build wrote and said. `data` tells of each data file that it looked for whether it was there."""
    path = _path(key)
    if path is None:
        return
    tree = _tree({name: hashlib.sha256(content).hexdigest() for name, content in files.items()})
    entry = {"root": os.path.abspath(root), "folder": os.path.abspath(folder), "tree": tree, "data": dict(data), "said": said}
    body = json.dumps(entry).encode()
    if store(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body):
        for memory in MEMORIES:
            _tidy(os.path.join(os.path.dirname(os.path.dirname(path)), memory))


def _project(words: list[str]) -> str:
    """The value of the last `--project`. In a command that makes sense no other word looks like one."""
    found = ""
    for at, word in enumerate(words):
        if word == "--project":
            found = words[at + 1] if at + 1 < len(words) else ""
        elif word.startswith("--project="):
            found = word.partition("=")[2]
    return found


def _own_folders() -> Iterator[str]:
    """Where all that stands which decides what comes out of the same project."""
    yield _HERE
    if not os.path.isdir(os.path.join(_HERE, "_grammar")):  # a checkout
        yield from (os.path.join(os.path.dirname(_HERE), name) for name in ("grammar", "stdlib_kpis"))
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("sqlglot")
    yield from (spec and spec.submodule_search_locations) or ()


def _stamps(folder: str) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of change of each file below a folder."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name in _SKIPPED or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _stamps(entry.path)
        else:
            about = entry.stat()
            yield entry.path, about.st_size, about.st_mtime_ns


def _bytes(path: str) -> bytes:
    """An ordinary file; OSError for anything else, before it is opened: a pipe would keep us waiting."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(f"{path} is not an ordinary file")
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def _add(digest: Any, part: bytes) -> None:
    """Each part with its length, so that no two rows of parts read alike."""
    digest.update(b"%d " % len(part))
    digest.update(part)


def _tree(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(f"{path}\0{hashes[path]}\n" for path in sorted(hashes)).encode("utf-8", "surrogateescape")).hexdigest()


def _read_tree(folder: str, below: str = "") -> dict[str, str]:
    """The hash of each file by its path. OSError where the folder holds what no build has made: a link, an empty folder, a device."""
    found: dict[str, str] = {}
    with os.scandir(os.path.join(folder, below) if below else folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise OSError(f"{entry.path} is a link")
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir():
                found |= _read_tree(folder, name)
            else:
                found[name] = hashlib.sha256(_bytes(entry.path)).hexdigest()
    if not found:
        raise OSError(f"{folder}/{below} is empty")
    return found


def _path(key: str) -> str | None:
    folder = cache_folder()
    return os.path.join(folder, MEMORIES[0], f"{key}.json") if folder else None


def _tidy(folder: str) -> None:
    """Entries that nobody has used for a month go, and the oldest of more than there is room for."""
    room = _ROOM
    now = time.time()
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as found:
        entries = [(about.st_mtime, about.st_size, entry.path) for entry in found if (about := _about(entry)) is not None]
    for used, size, path in sorted(entries, reverse=True):
        room -= size
        if room < 0 or now - used > _KEPT:
            try:
                os.unlink(path)
            except OSError:  # another build was quicker
                continue


def _about(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:  # gone meanwhile
        return None
