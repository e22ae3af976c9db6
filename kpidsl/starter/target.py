"""What `kpi init` is pointed at. Comes in: a path or a URL. Goes out: the connection to write into kpi.toml and the tables or files to
look at, or the reason why there is nothing to look at (KPI220), and files that are named alike and hold different columns (KPI222).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from kpidsl.data.patterns import DIFFERENT
from kpidsl.diagnostic import Diagnostic, KpiError, fail, similar
from kpidsl.engines.base import Catalog, open_engine
from kpidsl.model.file_options import OPTIONS, file_format
from kpidsl.plan.plan import FileRef, TableRef
from kpidsl.record import dataclass, field

NOTHING = "KPI220"
URL_VARIABLE = "DATABASE_URL"
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
_NUMBERED = re.compile(r"(?P<stem>.*?\D)[-_. ]?(?:part[-_]?)?\d+(?:[-_.]\d+)*")
_MOST_FILES = 500
Origin = TableRef | FileRef


@dataclass(frozen=True, slots=True)
class Found:
    """A table, a file or several files that are read as one; `name` is what it is called there."""

    name: str
    origin: Origin


@dataclass
class Target:
    """What to look at, over an open connection. `settings` are the lines of [connections.default], empty for files."""

    engine: Catalog
    shown: str
    root: Path
    settings: dict[str, str] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    variable: str = ""  # of the environment, that has to hold the URL


def open_target(source: str, into: Path, environ: Mapping[str, str] = os.environ) -> Target:
    """Opens what the words name; KpiError where there is nothing. `into` is the project's folder, at which paths start."""
    variable = _VARIABLE.fullmatch(source)
    if variable is not None:
        url = environ.get(variable[1], "")
        if not url:
            fail(NOTHING, f"the environment variable {variable[1]} is not set", help=f"set it first: export {variable[1]}=postgresql://…")
        return _server(url, variable[1])
    if re.match(r"postgres(ql)?://", source):
        return _server(source, URL_VARIABLE)
    if "://" in source:
        kind = source.partition("://")[0]
        fail(
            NOTHING,
            f"kpi init cannot look into {kind}://…",
            help="it takes a folder, a file, postgresql://…, or ${VARIABLE} that holds such a URL",
        )
    path = Path(source)
    if not os.path.lexists(path):
        fail(NOTHING, f"there is no file or folder {source}", help=_near(path))
    if path.is_dir():
        return _folder(path, into)
    return _file(path, into)


def _near(path: Path) -> str:
    try:
        names = os.listdir(path.parent)
    except OSError:  # there is no such folder either: nothing to suggest
        names = []
    near = similar(path.name, names, 1)
    return f"did you mean {path.parent / near[0]}?" if near else "check the path; it may be a folder of files, a database file, or a URL"


# ---------------------------------------------------------------- databases


def _server(url: str, variable: str) -> Target:
    engine = open_engine("postgres", {"url": url})
    target = Target(engine, "the PostgreSQL database", Path("."), {"engine": "postgres", "url": f"${{{variable}}}"}, variable=variable)
    return _with_tables(target)


def _file(path: Path, into: Path) -> Target:
    kind = _database_kind(path)
    if kind:
        shown = relative(path, into)
        engine = open_engine(kind, {"path": str(path.absolute())})
        return _with_tables(Target(engine, str(path), into, {"engine": kind, "path": shown}))
    if file_format(path.name) not in OPTIONS:
        help = "it looks into DuckDB and SQLite databases, and files that end in .csv, .tsv, .parquet, .json and .xlsx"
        fail(NOTHING, f"{path} is neither a database nor a data file that kpi knows", help=help)
    return _files([path], path.parent, into, str(path))


def _database_kind(path: Path) -> str:
    """By the first bytes, whatever the file is called."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(16)
    except OSError as error:
        fail(
            NOTHING, f"{path} cannot be read: {(error.strerror or 'it is refused').lower()}", help="make it readable, or name another file"
        )
    if head[8:12] == b"DUCK":
        return "duckdb"
    return "sqlite" if head.startswith(b"SQLite format 3\0") else ""


def _with_tables(target: Target) -> Target:
    target.found = [
        Found(" ".join(origin.parts) if len(origin.parts) > 1 else origin.parts[-1], origin) for origin in target.engine.tables()
    ]
    if not target.found:
        target.engine.close()
        fail(NOTHING, f"{target.shown} has no tables", help="load something into it first, or name another database")
    return target


# ---------------------------------------------------------------- files


def _folder(path: Path, into: Path) -> Target:
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        fail(
            NOTHING,
            f"{path} cannot be read: {(error.strerror or 'it is refused').lower()}",
            help="make it readable, or name another folder",
        )
    files = [path / name for name in names if not name.startswith((".", "~$")) and (path / name).is_file()]
    data = [file for file in files if file_format(file.name) in OPTIONS and file.suffix.lower() != ".txt"]  # a text is mostly no table
    if not data:
        databases = [file for file in files if file.stat().st_size and _database_kind(file)]
        if len(databases) == 1:
            return _file(databases[0], into)
        _nothing_in(path, names, databases)
    if len(data) > _MOST_FILES:
        kinds = f"{len(data):,} data files, more than the {_MOST_FILES} that kpi init looks at"
        fail(
            NOTHING, f"{path} holds {kinds}", help=f'name one of them: kpi init {data[0]}; later write a pattern: from file("…/*.parquet")'
        )
    return _files(data, path, into, str(path))


def _nothing_in(path: Path, names: list[str], databases: list[Path]) -> None:
    if databases:
        listed = ", ".join(file.name for file in databases[:5])
        fail(NOTHING, f"{path} holds several databases: {listed}", help=f"name one of them: kpi init {databases[0]}")
    below = [name for name in names if not name.startswith(".") and (path / name).is_dir()]
    within = next(
        (name for name in below if any(file_format(file.name) in OPTIONS for file in (path / name).iterdir() if file.is_file())), ""
    )
    what = "is empty" if not names else "holds no data files"
    help = (
        f"name the folder that holds them: kpi init {path / within}"
        if within
        else "put files there that end in .csv, .parquet, .json or .xlsx"
    )
    fail(NOTHING, f"{path} {what}", help=help)


def _files(data: list[Path], folder: Path, into: Path, shown: str) -> Target:
    target = Target(open_engine("duckdb", {}, into), shown, into)
    taken: set[str] = set()
    for stem, files in _alike(data).items():
        if len(files) > 1:
            pattern = _pattern(files, folder)
            heads = {file: _columns(target.engine, reference(relative(file, into))) for file in files}
            if pattern and len({tuple(head) for head in heads.values()}) == 1:
                target.found.append(Found(_free(stem, taken), reference(relative(folder / pattern, into))))
                continue
            if pattern:
                target.problems.append(_different(folder, heads))
        for file in files:
            target.found.append(Found(_free(_stem(file), taken, file), reference(relative(file, into))))
    return target


def _alike(data: list[Path]) -> dict[str, list[Path]]:
    """Files of one kind whose names differ in numbers at their end only, under the name without them."""
    alike: dict[tuple[str, str], list[Path]] = {}
    for file in data:
        stem = _stem(file)
        numbered = _NUMBERED.fullmatch(stem)
        alike.setdefault((numbered["stem"].rstrip("-_. ") if numbered else stem, file.name[len(stem) :]), []).append(file)
    groups: dict[str, list[Path]] = {}
    for (stem, ending), files in alike.items():
        key = stem if len(files) > 1 else _stem(files[0])
        groups[key if key not in groups else f"{key}{ending}"] = files
    return groups


def _stem(file: Path) -> str:
    name = re.sub(r"\.(gz|zst)$", "", file.name, flags=re.IGNORECASE)
    return name.rpartition(".")[0] or name


def _pattern(files: list[Path], folder: Path) -> str:
    """`orders_*.csv`, where that names just these files; "" where no pattern does."""
    names = [file.name for file in files]
    start = _shared(names).rstrip("0123456789")
    end = _shared([name[::-1] for name in names])[::-1].lstrip("0123456789")
    pattern = f"{start}*{end}"
    if any(sign in start + end for sign in "*?["):
        return ""
    return pattern if sorted(name for name in os.listdir(folder) if fnmatch(name, pattern)) == sorted(names) else ""


def _shared(names: list[str]) -> str:
    """The letters that all names begin with."""
    least, most = min(names), max(names)
    return least[: next((at for at, (a, b) in enumerate(zip(least, most, strict=False)) if a != b), min(len(least), len(most)))]


def _columns(engine: Catalog, file: FileRef) -> list[str]:
    try:
        return sorted(name for name, _ in engine.columns(file))
    except KpiError:  # said when the file itself is looked at
        return [f"unreadable: {file.path}"]


def _different(folder: Path, heads: dict[Path, list[str]]) -> Diagnostic:
    every = {name for head in heads.values() for name in head}
    partly = sorted(name for name in every if any(name not in head for head in heads.values()))
    names = [file.name for file in heads]
    listed = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
    lacking = [file.name for file, head in heads.items() if partly and partly[0] not in head]
    return Diagnostic(
        DIFFERENT,
        f"{listed} in {folder} are named alike and have different columns",
        notes=(
            f"not in all of them: {', '.join(partly[:8])}; {lacking[0] if lacking else names[0]} has no `{partly[0] if partly else ''}`",
            "each became a source of its own; read as one, a column that is missing would be null there without a word",
        ),
        help="give them the same columns; or join the sources with from union(…), where you say what they share",
    )


def _free(stem: str, taken: set[str], file: Path | None = None) -> str:
    name = stem
    if name.casefold() in taken and file is not None:
        name = f"{stem} {file_format(file.name)}"
    while name.casefold() in taken:
        name += " 2"
    taken.add(name.casefold())
    return name


def reference(path: str) -> FileRef:
    """A data file as the sources of a project read it."""
    options: tuple[tuple[str, str | int | bool], ...] = ()
    if path.casefold().removesuffix(".gz").removesuffix(".zst").endswith(".tsv"):
        options = (("delim", "\t"),)
    return FileRef(path, file_format(path), _stem(Path(path)), options)


def relative(path: Path, into: Path) -> str:
    """As it is written in the project: from its folder, with slashes; whole where it is on another drive."""
    try:
        return os.path.relpath(path, into).replace(os.sep, "/")
    except ValueError:
        return str(path.absolute()).replace(os.sep, "/")
