"""What `kpi.toml` says. Comes in: its bytes. Goes out: `Settings`, or every mistake in the file at once, each with its place.

Secrets stay where they are: the text that diagnostics quote (`Settings.config`) shows only values that are known to be harmless.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpidsl.connection import ENGINES, Connection
from kpidsl.diagnostic import Diagnostic, Diagnostics, KpiError, Severity, fail, similar
from kpidsl.files import CONFIG_FILE
from kpidsl.record import dataclass, field
from kpidsl.span import Source, Span
from kpidsl.text_file import decode
from kpidsl.toml_text import KeyPath, parse_error, place, presentable

Param = str | int | Decimal | bool | dt.date | dt.datetime

DIALECTS = (
    *("bigquery", "clickhouse", "databricks", "datafusion", "duckdb", "mariadb", "mysql"),
    *("postgres", "redshift", "snowflake", "spark", "sqlite", "trino", "tsql"),
)

_TABLES = ("project", "connections", "params", "lint")
PROJECT_KEYS = ("name", "locales", "dialects", "as_of")
_EXAMPLES = {
    "path": '"data/shop.db"',
    "url": '"${DATABASE_URL}"',
    "schema": '"marts"',
    "memory_limit": '"2GB"',
    "threads": "2",
    "timeout": "30",
}
_WORD = re.compile(r"[A-Za-z0-9_-]{1,30}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that `kpi.toml` holds; the first locale is the one that is shown when none is asked for."""

    name: str
    locales: tuple[str, ...]
    dialects: tuple[str, ...]
    as_of: dt.date | None
    connections: Mapping[str, Connection]
    params: Mapping[str, Param]
    lint: Mapping[str, Severity | None]  # None: off
    config: Source = field(repr=False, compare=False)  # fit to be shown: without secrets
    digest: str = field(repr=False)  # of the file's bytes, for caches

    @property
    def locale(self) -> str:
        return self.locales[0]

    def place(self, *keys: str) -> Span | None:
        """Where `kpi.toml` says something: `place("params", "vat")`; the table around it when the key has no line of its own."""
        return place(self.config, *keys)

    def connection(self, name: str | None = None) -> Connection:
        """The connection of that name; without one `default`, else the only one, else a DuckDB in memory. KPI008 for an unknown name."""
        if name is None and not self.connections:
            return Connection("default", "duckdb")
        if name is None:
            name = next(iter(self.connections)) if len(self.connections) == 1 else "default"
        if found := self.connections.get(name):
            return found
        near = similar(name, self.connections)
        fail(
            "KPI008",
            f"there is no connection `{name}` in {CONFIG_FILE}",
            self.place("connections"),
            notes=(f"declared there: {', '.join(sorted(self.connections)) or 'no connection'}",),
            help=f"did you mean `{near[0]}`?" if near else f"name one of those with --connection, or write [connections.{name}]",
        )


def read_settings(data: bytes) -> Settings:
    """Settings from the bytes of a kpi.toml; KpiError with all that is wrong (KPI005 to KPI008)."""
    text = decode(data, CONFIG_FILE)
    config = Source(CONFIG_FILE, presentable(text, _is_harmless))
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise KpiError(parse_error(str(error), config)) from None
    reader = _Reader(config)
    reader.known((), tables, _TABLES)
    project = reader.table(tables, "project")
    reader.known(("project",), project, PROJECT_KEYS)
    connections = reader.connections(reader.table(tables, "connections"))
    spoken = connections["default"].engine if "default" in connections else "duckdb"
    settings = Settings(
        name=reader.name(project) if isinstance(tables.get("project", {}), dict) else "",
        locales=reader.texts(project, "locales", "en", _is_locale, 'a locale, such as "en", "it-CH" or "zh-Hant"'),
        dialects=reader.texts(project, "dialects", spoken, DIALECTS.__contains__, "a dialect that kpi writes", DIALECTS),
        as_of=reader.as_of(project),
        connections=connections,
        params=reader.params(reader.table(tables, "params")),
        lint=reader.lint(reader.table(tables, "lint")),
        config=config,
        digest=hashlib.sha256(data).hexdigest(),
    )
    if reader.found.found:
        raise KpiError(*reader.found.sorted())
    return settings


def _is_harmless(path: KeyPath, value: str) -> bool:
    """May this value be quoted in a message? A table's name comes with an empty value."""
    match path:
        case ("project",) | ("params", *_) | ("lint", *_):
            return True
        case ("project", key):
            return key in PROJECT_KEYS
        case ("connections", _, "engine"):
            return _WORD.fullmatch(value.strip()[1:-1]) is not None
    return False


@dataclass(slots=True)
class _Reader:
    """Takes values out of the parsed tables; a wrong one is noted, and a default stands in so that reading goes on."""

    config: Source
    found: Diagnostics = field(default_factory=Diagnostics)

    def known(self, table: KeyPath, values: Mapping[str, Any], known: Iterable[str]) -> None:
        choices = list(known)
        for key in values:
            if key in choices:
                continue
            near = similar(key, choices)
            where = f"[{'.'.join(table)}]" if table else CONFIG_FILE
            kind = "key" if table or not isinstance(values[key], dict) else "table"
            may_hold = ", ".join(choices if table else (f"[{choice}]" for choice in choices))
            help = f"did you mean `{near[0]}`?" if near else f"{where} may hold {may_hold}"
            self._add("KPI008", f"{where} has no {kind} `{_short(key)}`", (*table, key), help)

    def table(self, tables: Mapping[str, Any], name: str) -> dict[str, Any]:
        value = tables.get(name, {})
        if isinstance(value, dict):
            return value
        self._add("KPI007", f"`{name}` is a table, and here it is {_kind(value)}", (name,), f"write [{name}] on a line of its own")
        return {}

    def name(self, project: Mapping[str, Any]) -> str:
        value = project.get("name")
        if isinstance(value, str) and value.strip():
            return value
        if value is None:
            self._add("KPI007", "the project has no name", ("project",), f'write in {CONFIG_FILE}:\n[project]\nname = "aurora"')
        else:
            self._wrong(("project", "name"), "text that is not empty", value, 'name = "aurora"')
        return ""

    def texts(
        self,
        project: Mapping[str, Any],
        key: str,
        default: str,
        accept: Callable[[str], bool],
        what: str,
        choices: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """A list of texts that `accept` lets pass; `what` names such a text in messages, `choices` are there for suggestions."""
        at = ("project", key)
        value = project.get(key, [default])
        example = f'{key} = ["{default}"]'
        if not isinstance(value, list) or not value:
            self._wrong(at, "a list of text with at least one item", value, example)
            return (default,)
        for item in value:
            if not isinstance(item, str):
                self._wrong(at, "a list of text", item, example, "it has")
            elif not accept(item):
                near = similar(item, choices)
                otherwise = f"one of {', '.join(choices)}" if choices else f"write, for example: {example}"
                help = f'did you mean "{near[0]}"?' if near else otherwise
                self._add("KPI007", f'"{_short(item)}" in `{key}` is not {what}', at, help)
            elif value.count(item) > 1:
                self._add("KPI007", f'`{key}` has "{item}" twice', at, "keep one of them")
        return tuple(item for item in value if isinstance(item, str))

    def as_of(self, project: Mapping[str, Any]) -> dt.date | None:
        value = project.get("as_of")
        if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
            return value
        self._wrong(("project", "as_of"), "a date without quotes", value, "as_of = 2026-03-15")
        return None

    def connections(self, tables: Mapping[str, Any]) -> dict[str, Connection]:
        made = {}
        for name, values in tables.items():
            at = ("connections", name)
            if not isinstance(values, dict):
                message = f"`{_short(name)}` stands in [connections] itself, and every connection is a table of its own"
                self._add("KPI007", message, at, "write [connections.default] above it")
                return {}
            if connection := self._connection(at, values):
                made[name] = connection
        return made

    def _connection(self, at: KeyPath, values: Mapping[str, Any]) -> Connection | None:
        name = _short(at[-1])
        engine = values.get("engine")
        if not isinstance(engine, str) or engine not in ENGINES:
            near = similar(engine, ENGINES) if isinstance(engine, str) else []
            said = "it has none" if engine is None else f'"{engine}" is none' if _is_word(engine) else f"this is {_kind(engine)}"
            help = f'did you mean "{near[0]}"?' if near else f"write engine = {_either(_quoted(ENGINES))}"
            self._add("KPI007", f"connection `{name}` needs an engine, and {said}", (*at, "engine"), help)
            return None
        keys = ENGINES[engine]
        self.known(at, values, ("engine", *keys))
        for key, kind in keys.items():
            if key in values and not _is_a(kind, values[key]):
                self._wrong((*at, key), kind, values[key], f"{key} = {_EXAMPLES[key]}")
                return None
        where = next(iter(keys))
        if engine != "duckdb" and not values.get(where):  # DuckDB is of use without a database of its own: it reads files
            self._add("KPI007", f"connection `{name}` does not say its {where}", at, f"write {where} = {_EXAMPLES[where]}")
            return None
        settings = {key: values[key] for key in keys if key in values}
        return Connection(at[-1], engine, settings, place(self.config, *at, where))

    def params(self, values: Mapping[str, Any]) -> dict[str, Param]:
        made: dict[str, Param] = {}
        for name, value in values.items():
            if isinstance(value, Decimal) and not value.is_finite():
                self._wrong(("params", name), "a finite number", value, f"{name} = 0.22")
            elif isinstance(value, str | int | Decimal | dt.date):
                made[name] = value
            else:
                self._wrong(("params", name), 'a number, true, false, a date or text such as "22%"', value, f'{name} = "22%"')
        return made

    def lint(self, values: Mapping[str, Any]) -> dict[str, Severity | None]:
        words: dict[str, Severity | None] = {"off": None, **{str(severity): severity for severity in Severity}}
        made = {}
        for name, value in values.items():
            if isinstance(value, str) and value in words:
                made[name] = words[value]
            else:
                self._wrong(
                    ("lint", name),
                    _either(_quoted(words)),
                    value,
                    f'{name} = "warning"',
                    "here it is another" if isinstance(value, str) else "here it is",
                )
        return made

    def _wrong(self, at: KeyPath, expected: str, value: object, example: str, here: str = "here it is") -> None:
        message = f"`{_short(at[-1])}` in [{'.'.join(at[:-1])}] must be {expected}; {here} {_kind(value)}"
        self._add("KPI007", message, at, f"write, for example: {example}")

    def _add(self, code: str, message: str, at: KeyPath, help: str) -> None:
        span = place(self.config, *at) or Span(self.config, 0, 0)
        self.found.add(Diagnostic(code, message, span, help=help))


def _kind(value: object) -> str:
    """What a value is, in a reader's words and without showing it."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "text" if value.strip() else "empty text"
        case Decimal() if not value.is_finite():
            return "not finite"
        case int() | Decimal():
            return "a number"
        case dt.datetime():
            return "a timestamp"
        case dt.date():
            return "a date"
        case dt.time():
            return "a time of day"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return "a table"


def _is_a(kind: str, value: object) -> bool:
    """Is this a value of the kind that `ENGINES` names?"""
    match kind, value:
        case "text", str():
            return True
        case _, bool():
            return False
        case "a whole number above 0", int():
            return value > 0
        case "a number of seconds above 0", int() | Decimal():
            return value > 0
    return False


def _is_locale(text: str) -> bool:
    """Language, script and region as BCP 47 writes them: en, it-CH, zh-Hant, zh-Hant-TW."""
    return re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", text) is not None


def _is_word(value: object) -> bool:
    """Short and plain enough to be quoted: what stands in a connection may be a secret in the wrong place."""
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _quoted(words: Iterable[str]) -> list[str]:
    return [f'"{word}"' for word in words]


def _either(words: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"
