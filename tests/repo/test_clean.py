"""Nothing of one machine is in the repository: no path of it, no package index, and locks that say versions only."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock", "requirements-fuzz.lock")

_PATH = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|farm|tmp|root|home|Users|opt/pypi)/[A-Za-z._]")
_HOST = re.compile(r"(?i)\b(?:index-url|find-links|trusted-host)\b *[= ]|files\.pythonhosted")
_PINNED = re.compile(r"[a-z0-9-]+(?:\[[a-z,]+\])?==[0-9][^ ]*(?: ; .+)?")
# These speak about such paths: the tests of paths, and the pattern itself.
_MAY = {"tests/repo/test_clean.py"}


def files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nothing says which files belong to the project")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and name not in _MAY and (ROOT / name).is_file()]


def test_no_path_and_no_index_of_a_machine() -> None:
    found = []
    for name in files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a data file
        for number, line in enumerate(text.splitlines(), 1):
            if _PATH.search(line) or (_HOST.search(line) and name != "Makefile"):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    assert found == []


def pins(lock: str) -> dict[str, str]:
    lines = [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if line and not line.lstrip().startswith("#")]
    for line in lines:
        assert _PINNED.fullmatch(line), f"{lock}: {line}"
    return {re.split(r"==|\[", line)[0]: line.split("==")[1].split(" ;")[0] for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_names_and_versions_only(lock: str) -> None:
    assert pins(lock)


def test_locks_agree_and_hold_what_the_project_needs() -> None:
    runtime, dev, spark, fuzz = (pins(lock) for lock in LOCKS)
    assert runtime.items() <= dev.items()
    assert runtime.items() <= spark.items()
    assert runtime.items() <= fuzz.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.match(r"[a-z0-9-]+", text)[0] for text in project["dependencies"]}  # type: ignore[index]
    assert needed <= set(runtime), "run `make lock`"
    for name, texts in project["optional-dependencies"].items():
        extra = {re.match(r"[a-z0-9-]+", text)[0] for text in texts}  # type: ignore[index]
        assert extra - {"kpidsl"} <= set({"spark": spark, "fuzz": fuzz}.get(name, dev)), "run `make lock`"


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *(text for texts in project["optional-dependencies"].values() for text in texts)]
    names = {re.match(r"[a-z0-9-]+", text)[0] for text in texts} - {"kpidsl"}  # type: ignore[index]
    assert sorted(name for name in names if f"`{name}`" not in reasons) == []
