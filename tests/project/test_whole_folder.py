"""A folder is the old one or the new one, also for a process that is killed at any of its steps; what it leaves, the next clears away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kpidsl import whole_folder
from kpidsl.whole_folder import clear_left_behind, write_folder

OLD = {"manifest.json": b"old", "sql/a.sql": b"old a", "sql/gone.sql": b"only in the old one", "sql/same.sql": b"in both"}
NEW = {"manifest.json": b"new", "sql/a.sql": b"new a", "sql/b/c.sql": b"only in the new one", "sql/same.sql": b"in both"}

# Dies before its N-th step on files below the folder's parent: Python tells of each step before it takes it.
KILLED = """
import os, signal, sys
from pathlib import Path
from kpidsl import whole_folder
folder, swap, files, count = Path(sys.argv[1]), sys.argv[2], eval(sys.argv[3]), 0
steps = {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "os.chmod", "os.scandir"}
steps |= {"ctypes.dlsym", "fcntl.flock"}
if swap == "no":
    whole_folder._exchange = lambda one, other: False
last = 0
while True:
    last += 1
    child = os.fork()
    if child == 0:
        def hook(event, arguments):
            global count
            if event in steps:
                count += 1
                if count == last:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        whole_folder.write_folder(files, folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else "done", flush=True)
    if sys.stdin.readline() != "go on\\n":
        break
"""


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("swap", ["yes", "no"])
@pytest.mark.parametrize("before", ["nothing", "an old one"])
def test_killed_before_each_of_its_steps(swap: str, before: str, tmp_path: Path) -> None:
    folder = tmp_path / "build"
    first = {} if before == "nothing" else OLD
    if first:
        write_folder(first, folder)
    words = [sys.executable, "-c", KILLED, str(folder), swap, repr(NEW)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        steps, seen = 0, []
        while process.stdout.readline() == "killed\n":
            steps += 1
            if swap == "no" and not folder.exists():
                clear_left_behind(folder)  # names cannot be exchanged here: the next run puts the old folder back
            found = tree(folder) if folder.exists() else {}
            assert found in (first, NEW), f"after step {steps}"
            seen.append(found == NEW)
            write_folder({"again": b"a run that is not killed"}, folder)  # clears up
            assert os.listdir(tmp_path) == ["build"], f"after step {steps}"
            if first:
                write_folder(first, folder)
            else:
                (folder / "again").unlink()
                folder.rmdir()
            process.stdin.write("go on\n")
            process.stdin.flush()
        process.stdin.write("enough\n")
    assert steps > 11
    assert seen == sorted(seen)  # from one step on it is the new one
    assert seen[0] is False
    assert seen[-1] is True
    assert tree(folder) == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")
def test_a_file_that_stays_as_it_is_stays_the_same_file(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    same = dict.fromkeys(("plain", "closed", "shared", "sub/plain"), b"in both")
    write_folder({**same, "longer": b"old", "other": b"old"}, folder)
    (folder / "closed").chmod(0o600)
    os.link(folder / "shared", tmp_path / "a name elsewhere")
    before = {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}
    kept = [path.open("rb") for path in folder.rglob("*") if path.is_file()]  # so that no number of a file is given away again
    write_folder({**same, "longer": b"longer", "other": b"new"}, folder)
    after = {path.relative_to(folder).as_posix(): path.stat() for path in folder.rglob("*") if path.is_file()}
    assert sorted(name for name, about in after.items() if about.st_ino == before[name]) == ["plain", "sub/plain"]
    assert {about.st_mode for about in after.values()} == {after["plain"].st_mode}
    assert tree(folder) == {**same, "longer": b"longer", "other": b"new"}
    assert (tmp_path / "a name elsewhere").read_bytes() == b"in both"
    for file in kept:
        file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_link_in_the_old_folder_is_a_file_in_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    (tmp_path / "outside").write_bytes(b"in both")
    folder.mkdir()
    (folder / "one").symlink_to(tmp_path / "outside")
    write_folder({"one": b"in both"}, folder)
    assert not (folder / "one").is_symlink()
    assert tree(folder) == {"one": b"in both"}


def test_the_folder_of_one_who_lives_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    beside, lock = whole_folder._made_beside(folder)
    (beside / "half").write_text("being written")
    write_folder(NEW, folder)
    assert (beside / "half").exists()
    whole_folder._unlock(lock)  # as when the process ends
    write_folder(NEW, folder)
    assert os.listdir(tmp_path) == ["build"]


def test_other_hidden_folders_are_nobodys_business(tmp_path: Path) -> None:
    for name in (".build.new.notours", ".build", ".build.new.12345678.bak", ".other.new.12345678"):
        (tmp_path / name).mkdir()
    (tmp_path / ".build.old.abcdefgh").write_text("a file")
    write_folder(NEW, tmp_path / "build")
    names = [".build", ".build.new.12345678.bak", ".build.new.notours", ".build.old.abcdefgh", ".other.new.12345678", "build"]
    assert sorted(os.listdir(tmp_path)) == names


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_keeps_what_it_has(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    write_folder(OLD, folder)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            write_folder(NEW, folder)
    finally:
        tmp_path.chmod(0o700)
    assert tree(folder) == OLD


def test_a_failure_in_the_middle_keeps_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    write_folder(OLD, folder)
    with pytest.raises(OSError):  # noqa: PT011 (which one is the system's choice)
        write_folder({**NEW, "a" * 300: b"a name that no file system takes"}, folder)
    assert tree(folder) == OLD
    assert os.listdir(tmp_path) == ["build"]


def test_two_at_once_leave_one_whole_folder(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from kpidsl.whole_folder import write_folder\n"
    code += "for n in range(40): write_folder({f'{k}.sql': sys.argv[2].encode() for k in range(20)}, Path(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "build"), word]) for word in ("one", "two")]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(set(tree(tmp_path / "build").values())) == 1
    assert os.listdir(tmp_path) == ["build"]
