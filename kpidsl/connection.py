"""Where the data is. Comes in: what `[connections.NAME]` says. Goes out: a `Connection`, and its `Address` once an engine wants it.

Environment variables are read only then, and no text made here holds a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal

from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.record import dataclass, field
from kpidsl.span import Span

Setting = str | int | Decimal

ENGINES: Mapping[str, Mapping[str, str]] = {
    "duckdb": {"path": "text", "memory_limit": "text", "threads": "a whole number above 0", "timeout": "a number of seconds above 0"},
    "sqlite": {"path": "text", "timeout": "a number of seconds above 0"},
    "postgres": {"url": "text", "schema": "text", "timeout": "a number of seconds above 0"},
}
"""The engines that `kpi` can run a query on, and what `kpi.toml` may say for each; the first key says where the data is."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LOGIN = re.compile(r"://[^\s\"']*@")
_PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/:]*:(?P<password>\S*)@")


@dataclass(frozen=True, slots=True)
class Address:
    """A connection with the environment filled in: for the engine only, never to be printed."""

    engine: str
    settings: Mapping[str, Setting] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def hide(self, text: str) -> str:
        """A text of the engine (an error, mostly) without what must not be shown."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "…")
        return hide_logins(text)


@dataclass(frozen=True, slots=True)
class Connection:
    """One `[connections.NAME]`, as written: its texts may still hold `${VARIABLE}`, and a path starts at the project's folder."""

    name: str
    engine: str
    settings: Mapping[str, Setting] = field(default_factory=dict, repr=False)
    place: Span | None = field(default=None, repr=False, compare=False)

    def resolve(self, environ: Mapping[str, str] = os.environ) -> Address:
        """The address to connect to; KPI009 names every variable that is not set or empty."""
        needed = [name for value in self.settings.values() if isinstance(value, str) for name in _VARIABLE.findall(value)]
        if missing := [name for name in dict.fromkeys(needed) if not environ.get(name)]:
            raise KpiError(*(self._missing(name) for name in missing))

        def filled(value: Setting) -> Setting:
            return _VARIABLE.sub(lambda match: environ[match[1]], value) if isinstance(value, str) else value

        settings = {key: filled(value) for key, value in self.settings.items()}
        url = str(settings.get("url", ""))
        password = _PASSWORD.match(url)
        secrets = [
            url,
            password["password"] if password else "",
            *(environ[name] for name in _VARIABLE.findall(str(self.settings.get("url")))),
        ]
        return Address(self.engine, settings, tuple(dict.fromkeys(secret for secret in secrets if secret)))

    def _missing(self, variable: str) -> Diagnostic:
        return Diagnostic(
            "KPI009",
            f"connection `{self.name}` needs the environment variable `{variable}`, and it is not set",
            self.place,
            help=f"set it before you start kpi: export {variable}=…",
        )


def hide_logins(text: str) -> str:
    """`postgresql://…@host/db`: user and password of any URL are hidden, wherever they stand."""
    return _LOGIN.sub("://…@", text)
