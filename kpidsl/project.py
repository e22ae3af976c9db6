"""A project is a folder with a `kpi.toml` and `.kpi` files. Comes in: a path. Goes out: a `Project` with its settings and the text of every
file, or all that is wrong with the folder (KPI001 to KPI008) in one KpiError. No language is read here.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

from kpidsl.config import Settings, read_settings
from kpidsl.diagnostic import Diagnostic, KpiError, fail, similar
from kpidsl.files import CONFIG_FILE, SUFFIX, find_root, kpi_files
from kpidsl.record import dataclass, field, names_of
from kpidsl.span import Source, Span
from kpidsl.text_file import decode


@dataclass(frozen=True, slots=True)
class Project(Settings):
    """The settings of a project, its folder and its `.kpi` files, sorted by their path below the folder."""

    root: Path = field(kw_only=True)
    sources: tuple[Source, ...] = field(kw_only=True, repr=False)


def find_project(start: Path) -> Path:
    """The nearest folder from `start` upwards that has a kpi.toml; `start` itself where none has."""
    return Path(find_root(str(start)))


def load_project(directory: Path) -> Project:
    """Read a project's settings and files; KpiError holds everything that is wrong with the folder, never only the first."""
    _must_be_project(directory)
    problems: list[Diagnostic] = []
    settings = None
    try:
        settings = read_settings(_read(directory / CONFIG_FILE, CONFIG_FILE))
    except KpiError as error:
        problems.extend(error.diagnostics)
    sources = []
    paths, unreadable = kpi_files(str(directory))
    problems.extend(_cannot_read(_shown(os.path.relpath(error.filename, directory)), error) for error in unreadable)
    for path in paths:
        shown = _shown(path)
        try:
            sources.append(Source(shown, decode(_read(directory / path, shown), shown)))
        except KpiError as error:
            problems.extend(error.diagnostics)
    if not paths and not problems:
        help = f"write a file that ends in {SUFFIX}, the README shows a first one"
        fail("KPI003", f"there is no {SUFFIX} file in {_named(directory)}", help=help)
    if problems or settings is None:
        raise KpiError(*sorted(problems, key=lambda problem: problem.sort_key))
    return Project(**{name: getattr(settings, name) for name in names_of(settings)}, root=directory, sources=tuple(sources))


def _must_be_project(directory: Path) -> None:
    if not os.path.lexists(directory):
        siblings = _names(directory.parent)
        near = next((name for name in siblings if name.casefold() == directory.name.casefold()), None)
        near = near or next(iter(similar(directory.name, siblings)), None)
        help = f"did you mean {directory.parent / near}?" if near else "check the path, or make the folder and write a kpi.toml into it"
        fail("KPI002", f"there is no folder {directory}", help=help)
    if not os.path.isdir(directory):
        fail("KPI002", f"{directory} is not a folder, and a project is one", help=f"say the folder: --project {directory.parent}")
    try:
        names = os.listdir(directory)
    except OSError as error:
        raise KpiError(_cannot_read(str(directory), error)) from None
    if CONFIG_FILE not in names:
        below = [name for name in sorted(names) if os.path.isfile(directory / name / CONFIG_FILE)]
        notes = (f"projects below it: {', '.join(below[:5])}{', …' if len(below) > 5 else ''}",) if below else ()
        name = "".join(char for char in _absolute(directory).name if char.isalnum() or char in " -_.") or "aurora"
        help = f'write these three lines into {directory / CONFIG_FILE}:\n[project]\nname = "{name}"\nlocales = ["en"]'
        fail("KPI001", f"{_named(directory)} has no {CONFIG_FILE}, so it is not a project", notes=notes, help=help)


def _absolute(path: Path) -> Path:
    """Absolute, but not resolved: links stay as they were typed. A shell may stand in a folder that was removed; then as it is."""
    try:
        return Path(os.path.abspath(path))
    except FileNotFoundError:
        return path


def _named(directory: Path) -> str:
    return "this folder" if directory == Path(".") else str(directory)


def _names(folder: Path) -> list[str]:
    """For a suggestion only: a folder that cannot be listed suggests nothing."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _read(path: Path, shown: str) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            _unreadable(shown, f"{shown} is a folder, and kpi expects a file of that name", "rename the folder")
        if not stat.S_ISREG(mode):
            _unreadable(shown, f"{shown} is not an ordinary file", "put a text file there, or rename it")
        return path.read_bytes()
    except FileNotFoundError:
        _unreadable(shown, f"{shown} is a link to a file that does not exist", "mend the link or remove it")
    except OSError as error:
        raise KpiError(_cannot_read(shown, error)) from None


def _cannot_read(shown: str, error: OSError) -> Diagnostic:
    reason = (error.strerror or "it cannot be opened").lower()
    return Diagnostic(
        "KPI004",
        f"{shown} cannot be read: {reason}",
        _whole(shown),
        help="make it readable, or move it out of the project",
    )


def _unreadable(shown: str, message: str, help: str) -> NoReturn:
    fail("KPI004", message, _whole(shown), help=help)


def _whole(shown: str) -> Span:
    """A place that is a file and no line of it."""
    return Span(Source(shown, ""), 0, 0)


def _shown(path: str) -> str:
    """The path with bytes that are no UTF-8 as \\xNN, so that it can be printed."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
