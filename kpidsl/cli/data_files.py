"""The files of `from file("…")`. Comes in: the project's folder and its model. Goes out: a finding for each file that is not there, with
the one that may be meant; nothing is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from kpidsl.diagnostic import Diagnostic, KpiError, similar
from kpidsl.engines.base import NO_FILE, UNREADABLE
from kpidsl.files import file_is_there
from kpidsl.model.file_options import OPTIONS
from kpidsl.model.model import Model, SourceModel
from kpidsl.plan.origin import owners_of
from kpidsl.plan.plan import FileRef
from kpidsl.span import Span
from kpidsl.syntax import ast

NO_IDEA = ("check the path, or put the file there", "check the pattern, or put the files there")
"""The help where no other file seems to be meant."""
_ENOUGH = 5000  # files of a project's folder that are looked through for a name


def check_files(root: Path, model: Model, origins: Sequence[object] | None = None) -> None:
    """KPI161 for every data file that is not there; of all sources where `origins` is silent."""
    problems = missing_files(root, model, origins)
    if problems:
        raise KpiError(*problems)


def missing_files(root: Path, model: Model, origins: Sequence[object] | None = None) -> list[Diagnostic]:
    """A diagnostic for each source whose file is missing or a folder, or whose pattern fits nothing; addresses are left to the engine."""
    problems = []
    for origin, sources in owners_of(model).items():
        if not isinstance(origin, FileRef) or "://" in origin.path or (origins is not None and origin not in origins):
            continue
        if origin.path.strip() and origin.format not in OPTIONS:
            problems += [_of_no_kind(origin.path, source) for source in sources]
            continue
        if file_is_there(str(root), origin.path):
            continue
        if any(sign in origin.path for sign in "*?["):
            problems += [_no_match(origin.path, root, source) for source in sources]
        else:
            problems += [_missing(root / origin.path, origin.path, root, source) for source in sources]
    return problems


def data_files(model: Model) -> list[str]:
    """The paths of all data files that a model reads; addresses are left out."""
    return sorted({origin.path for origin in owners_of(model) if isinstance(origin, FileRef) and "://" not in origin.path})


def _of_no_kind(path: str, source: SourceModel) -> Diagnostic:
    help = "give it an ending that says so: .csv, .json, .parquet or .xlsx"
    return Diagnostic(UNREADABLE, f"nobody can tell from its name what kind of file {path} is", _place(source), help=help)


def _no_match(pattern: str, root: Path, source: SourceModel) -> Diagnostic:
    help = "write it with /" if "\\" in pattern else NO_IDEA[1]
    return Diagnostic(
        NO_FILE, f"no file fits {pattern}", _place(source), label=f"`{source.name}` reads them", notes=_start(pattern, root), help=help
    )


def _missing(path: Path, shown: str, root: Path, source: SourceModel) -> Diagnostic:
    if not shown.strip():
        return Diagnostic(NO_FILE, f"`{source.name}` names no file", _place(source), help='write its path: from file("data/orders.csv")')
    if path.is_dir():
        help = f'to read all its files, write a pattern: from file("{shown.rstrip("/")}/*.csv")'
        return Diagnostic(UNREADABLE, f"{shown} is a folder, and `{source.name}` reads a file", _place(source), help=help)
    where = _meant(path, shown, root)
    return Diagnostic(
        NO_FILE,
        f"there is no file {shown}",
        _place(source),
        label=f"`{source.name}` reads it",
        notes=_start(shown, root),
        help=f"did you mean {where}?" if where else NO_IDEA[0],
    )


def _place(source: SourceModel) -> Span:
    return source.origin.path.span if isinstance(source.origin, ast.FromFile) else source.span


def _start(shown: str, root: Path) -> tuple[str, ...]:
    return () if Path(shown).is_absolute() else (f"paths start at the project's folder, {root.absolute()}",)


def _meant(path: Path, shown: str, root: Path) -> str:
    """The file that is meant: written with a slash, of a near name beside the missing one, or of the same name elsewhere in the project."""
    slashed = shown.replace("\\", "/")
    if slashed != shown and (root / slashed).is_file():
        return slashed
    beside = _listed(path.parent)
    near = similar(path.name, beside, 1) or [name for name in beside if name.casefold() == path.name.casefold()]
    if near:
        return os.path.relpath(path.parent / near[0], root).replace(os.sep, "/")
    name = os.path.basename(slashed).casefold()
    same = [found for found in _below(root) if os.path.basename(found).casefold() == name]
    return next((found for found in same if found.casefold() == slashed.casefold()), same[0] if same else "")


def _below(root: Path) -> Iterator[str]:
    """Files of the project's folder, the first thousands, without hidden folders."""
    count = 0
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in ("node_modules", "__pycache__"))
        for name in sorted(files):
            count += 1
            if count > _ENOUGH:
                return
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def _listed(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir() if entry.is_file()]
    except OSError:  # there is no such folder: nothing to suggest
        return []
