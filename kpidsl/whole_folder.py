"""A folder that is there as a whole. Comes in: the bytes of files by path. Goes out: the folder with exactly these files, put in place of
an older one in one step: whoever looks, and whoever is killed at any moment, finds the old folder or the new one and nothing between.

The new folder is made beside the old one, as `.NAME.new.12345678`, and the system exchanges the two names. What a killed process left there
is cleared away by the next one; what a process that lives is making is known by its lock, which ends with the process.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_OLD_ENOUGH = 24 * 3600.0  # seconds; for file systems where nothing can be locked
_HERE = -100  # AT_FDCWD of Linux, where paths that are not absolute start


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """The folder with these files and no others; OSError leaves what was there."""
    folder = Path(os.path.abspath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    clear_left_behind(folder)
    beside, lock = _made_beside(folder)
    try:
        mask = os.umask(0)
        os.umask(mask)
        made: set[bytes | str] = set()
        for path, content in files.items():
            target = _inside(beside, path)
            if (inside := os.path.dirname(target)) not in made:
                os.makedirs(inside, exist_ok=True)
                made.add(inside)
            if not _linked(_inside(folder, path), target, content, 0o666 & ~mask):
                with open(target, "wb") as file:
                    file.write(content)
        os.chmod(beside, 0o777 & ~mask)
        _put_in_place(beside, folder)
    finally:
        _removed(beside)
        _unlock(lock)


def _linked(old: bytes | str, new: bytes | str, content: bytes, mode: int) -> bool:
    """A file that is in the old folder as it is to be in the new one becomes the same file in both: file systems are slow to make many
    files where as many were removed a moment ago. It is looked at when it is ours, for others may be at work in the old folder."""
    try:
        os.link(old, new)
    except OSError:  # there is none, or links are not to be had
        return False
    about = os.lstat(new)
    if stat.S_ISREG(about.st_mode) and about.st_nlink == 2 and stat.S_IMODE(about.st_mode) == mode and about.st_size == len(content):
        with open(new, "rb", buffering=0) as file:
            if file.readall() == content:
                return True
    os.unlink(new)
    return False


def _removed(folder: Path) -> None:
    """Away with a folder, where there is one; what cannot be removed stays. Links in it are not followed."""
    for path, below, files in os.walk(folder, topdown=False):
        for name in files:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(path, name))
        for name in below:
            _gone(os.path.join(path, name))
    _gone(folder)


def _gone(folder: str | Path) -> None:
    """Away with an empty folder, or with a link to one."""
    with contextlib.suppress(OSError):
        if os.path.islink(folder):
            os.unlink(folder)
        else:
            os.rmdir(folder)


def clear_left_behind(folder: Path) -> None:
    """Remove what processes that were killed have left beside the folder; the last whole folder comes back where only it is left."""
    ours = re.compile(re.escape(f".{folder.name}.") + r"(new|old)\.[a-z0-9_]{8}")
    for path in sorted(folder.parent.iterdir()):
        if not ours.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        lock = _lock(path, wait=False)
        if lock is None and not _is_old(path):
            continue
        if (path / "whole").is_dir() and not os.path.lexists(folder):
            os.rename(path / "whole", folder)
        _removed(path)
        _unlock(lock)


def _made_beside(folder: Path, kind: str = "new") -> tuple[Path, int | None]:
    """A new folder on the same file system, and the lock that says that somebody is at work in it."""
    while True:
        beside = folder.parent / f".{folder.name}.{kind}.{os.urandom(4).hex()}"
        try:
            os.mkdir(beside, 0o700)
        except FileExistsError:
            continue
        lock = _lock(beside, wait=True)
        if beside.is_dir():
            return beside, lock
        _unlock(lock)  # somebody took it for one that was left behind, in the moment before it was locked


def _inside(folder: Path, path: str) -> bytes | str:
    """A path in the folder. Names are UTF-8 whatever the locale says, or a build would differ from one machine to the next."""
    return os.path.join(folder, path) if sys.platform == "win32" else os.path.join(os.fsencode(folder), path.encode())


def _put_in_place(new: Path, folder: Path) -> None:
    if not os.path.lexists(folder):
        os.rename(new, folder)
    elif not _exchange(new, folder):
        _in_two_steps(new, folder)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the system or its file system cannot."""
    import ctypes

    swap: int
    if sys.platform == "linux":
        call, swap = "renameat2", 2  # RENAME_EXCHANGE
        words: tuple[object, ...] = (_HERE, os.fsencode(one), _HERE, os.fsencode(other), swap)
    elif sys.platform == "darwin":
        call, swap = "renamex_np", 2  # RENAME_SWAP
        words = (os.fsencode(one), os.fsencode(other), swap)
    else:
        return False
    function = getattr(ctypes.CDLL(None, use_errno=True), call, None)
    if function is None:
        return False
    if function(*words) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _in_two_steps(new: Path, folder: Path) -> None:
    """Where names cannot be exchanged the old folder steps aside first. Killed between, the next run puts it back."""
    aside, lock = _made_beside(folder, "old")
    try:
        os.rename(folder, aside / "whole")
        try:
            os.rename(new, folder)
        except OSError:
            os.rename(aside / "whole", folder)
            raise
    finally:
        _removed(aside)
        _unlock(lock)


def _is_old(path: Path) -> bool:
    """Where there are no locks only age tells that nobody works there any more."""
    try:
        return time.time() - path.stat().st_mtime > _OLD_ENOUGH
    except OSError:  # it is gone
        return False


def _lock(path: Path, wait: bool) -> int | None:
    """A lock on a folder that the system lifts when this process ends, however it ends; None where there is none to be had."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _unlock(lock: int | None) -> None:
    if lock is not None:
        with contextlib.suppress(OSError):
            os.close(lock)
