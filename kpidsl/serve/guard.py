"""The door. Comes in: every request. Goes out: those that the reader's own page makes, each answer with the headers that keep the page to
itself; all else is refused before anything looks at it.

A page of another origin can make a browser ask 127.0.0.1, and a name that it owns can be made to mean 127.0.0.1 (DNS rebinding). So the
Host must be this machine by the names that we gave it, an Origin must be ours, and only GET is answered.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",  # Vega compiles its expressions
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LONGEST = 16_000
"""Bytes of an address with its filters."""


class Guard:
    """Lets in what comes from our own pages on this machine."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        names = ("127.0.0.1", "localhost")
        self.hosts = {f"{name}:{port}" for name in names} | (set(names) if port == 80 else set())
        self.home = f"http://127.0.0.1:{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # no sockets, and nothing to start or end
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refused = self._refused(scope)
        await (self.app if refused is None else refused)(scope, receive, guarded)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
        found: dict[str, list[str]] = {}
        for name, value in headers:
            found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        hosts, origins = found.get("host", []), found.get("origin", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return PlainTextResponse(f"kpi serve answers on {self.home} alone\n", 421)
        if any(origin not in {f"http://{host}" for host in self.hosts} for origin in origins) or self._is_foreign(found):
            return PlainTextResponse("kpi serve answers its own pages alone\n", 403)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("kpi serve is read only\n", 405, {"allow": "GET, HEAD"})
        if len(scope["query_string"]) > LONGEST:
            return PlainTextResponse("this asks for too many values at once\n", 414)
        return None

    def _is_foreign(self, found: dict[str, list[str]]) -> bool:
        """Made by another site's page; a link from there to a page of ours may be followed."""
        if not set(found.get("sec-fetch-site", [])) & {"cross-site", "same-site"}:
            return False
        return found.get("sec-fetch-mode") != ["navigate"] or found.get("sec-fetch-dest") != ["document"]
