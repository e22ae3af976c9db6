"""The routes. Comes in: requests that passed the door. Goes out: the page, its programs, and boards as JSON. The routes are a list: no path
of the file system is ever made of what somebody asks for.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from kpidsl.dashboard.page import page_script, page_style
from kpidsl.diagnostic import KpiError, arranged
from kpidsl.report.terminal import render
from kpidsl.serve.desk import AwayError, Desk, MissingError
from kpidsl.serve.guard import Guard
from kpidsl.serve.wishes import WishError
from kpidsl.serve.worker import Worker

ASSETS = Path(__file__).with_name("assets")
BEAT = 0.5
"""Seconds between two looks at the files."""
LISTEN = 3.0
"""Seconds between two calls to the connection."""
ALIVE = 15.0
"""Seconds after which a quiet stream of events says that it is there."""
Json = dict[str, Any]


class Served:
    """One project being served: its desk, its thread and everybody who listens."""

    def __init__(self, desk: Desk, vega: str, said: Callable[[str], object]) -> None:
        self.desk, self.said = desk, said
        self.worker, self.reader = Worker(), Worker()
        self.closing = asyncio.Event()
        self.changed = asyncio.Condition()
        self.listeners = 0
        self.files = {
            "page.js": ("text/javascript", page_script() + (ASSETS / "serve.js").read_text(encoding="utf-8")),
            "page.css": ("text/css", page_style() + (ASSETS / "serve.css").read_text(encoding="utf-8")),
            "vega.js": ("text/javascript", vega),
            "icon.svg": ("image/svg+xml", (ASSETS / "icon.svg").read_text(encoding="utf-8")),
        }
        self.mark = hashlib.sha256("".join(text for _, text in self.files.values()).encode()).hexdigest()[:16]

    # ------------------------------------------------------------ routes

    def app(self, port: int) -> ASGIApp:
        """Everything, behind its door."""
        routes = [
            Route("/", self.shell),
            Route("/board/{name}", self.shell),
            Route("/api/boards", self.index),
            Route("/api/board/{name}", self.board),
            Route("/api/values/{name}", self.values),
            Route("/events", self.events),
            *(Route(f"/{name}", self.file) for name in self.files),
        ]
        handlers: dict[Any, Any] = {HTTPException: _refused, Exception: self._our_fault}
        return Guard(Starlette(routes=routes, exception_handlers=handlers), port)

    async def shell(self, _: Request) -> Response:
        """The page without its numbers, which it asks for: the same for every board."""
        title = html.escape(self.desk.session.project.name)
        head = (
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{title}</title>",
            '<link rel="icon" href="/icon.svg" type="image/svg+xml">',
            f'<link rel="stylesheet" href="/page.css?{self.mark}">',
            f'<script type="module" src="/vega.js?{self.mark}"></script>',
            f'<script type="module" src="/page.js?{self.mark}"></script>',
        )
        noscript = f"<noscript><p>{title}: this page draws its numbers with JavaScript.</p></noscript>"
        text = "\n".join(("<!doctype html>", '<html lang="en">', "<head>", *head, "</head>", f"<body>{noscript}</body>", "</html>", ""))
        return Response(text, media_type="text/html")

    async def file(self, request: Request) -> Response:
        kind, text = self.files[request.url.path.removeprefix("/")]
        kept = {"cache-control": "private, max-age=31536000, immutable"} if request.url.query == self.mark else {}
        return Response(text, media_type=kind, headers=kept)

    async def index(self, _: Request) -> Response:
        return await self._answer(self.desk.index)

    async def board(self, request: Request) -> Response:
        """A line of JSON for the board, and one for each answer that comes later."""
        said = [(key, value) for key, value in request.query_params.multi_items() if key in ("period", "compare", "only")]
        lines = self.desk.board(request.path_params["name"], said, "fresh" in request.query_params)
        code, first = await self.worker.do(lambda: self._tried(lambda: next(lines)))
        await self._tell()
        if code != 200:
            return Response(first, code, media_type="application/json")
        return StreamingResponse(self._board(first, lines), media_type="application/x-ndjson")

    async def _board(self, first: str, lines: Iterator[Json]) -> AsyncIterator[str]:
        yield f"{first}\n"
        code = 200
        while code == 200 and not self.closing.is_set():
            code, line = await self.worker.do(lambda: self._tried(lambda: next(lines, None)))
            if line == "null":
                return
            yield f"{line}\n"
        await self._tell()

    async def values(self, request: Request) -> Response:
        board = request.query_params.get("board", "")
        return await self._answer(lambda: self.desk.values(board, request.path_params["name"]))

    async def events(self, _: Request) -> Response:
        """A line for every change, and one now and then so that both sides know that the other is there."""
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        self.listeners += 1
        try:
            known = None
            while not self.closing.is_set():
                state = self.desk.state
                if state != known:
                    known = state
                    yield f"data: {json.dumps(self._state())}\n\n"
                    continue
                if not await self._wait_for_change(known):
                    yield ": still here\n\n"
        finally:
            self.listeners -= 1

    async def _wait_for_change(self, known: object) -> bool:
        try:
            async with asyncio.timeout(ALIVE), self.changed:
                await self.changed.wait_for(lambda: self.closing.is_set() or self.desk.state != known)
        except TimeoutError:
            return False
        return True

    # ------------------------------------------------------------ answers

    async def _answer(self, work: Callable[[], Json]) -> Response:
        code, text = await self.worker.do(lambda: self._tried(work))
        await self._tell()
        return Response(text, code, media_type="application/json")

    def _tried(self, work: Callable[[], Json | None]) -> tuple[int, str]:
        """The work's JSON, or why there is none, in plain words."""
        code, found = self._worked(work)
        return code, json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def _worked(self, work: Callable[[], Json | None]) -> tuple[int, Json | None]:
        try:
            return 200, work()
        except MissingError:
            return 404, {"missing": True, **self._state()}
        except WishError as error:
            return 400, {"refused": str(error), **self._state()}
        except AwayError:
            return 503, self._state()
        except KpiError as error:
            return 409, {**self._state(), "problems": render(arranged(error.diagnostics))}

    def _state(self) -> Json:
        state = self.desk.state
        return {"version": state.version, "problems": state.problems, "away": state.away}

    def _our_fault(self, _: Request, error: Exception) -> Response:
        """No stack of calls leaves this program; what failed is said where it was started."""
        self.said(f"error[KPI000]: kpidsl failed here, and that is our fault: {type(error).__name__}: {error}"[:400])
        return Response(json.dumps({"refused": "kpidsl failed here, and that is our fault"}), 500, media_type="application/json")

    # ------------------------------------------------------------ what goes on meanwhile

    async def watch(self) -> None:
        """Looks at the files, and at the data and the connection, until the program ends."""
        await asyncio.gather(self._watch_files(), self._watch_data())

    async def _watch_files(self) -> None:
        """In a thread of its own. A newer project is not kept waiting by a query of the older one."""
        while not self.closing.is_set():
            await asyncio.sleep(BEAT)
            if await self.reader.do(self.desk.saved) and self.worker.busy:
                self.desk.interrupt()
            await self._tell()

    async def _watch_data(self) -> None:
        beats = 0
        while not self.closing.is_set():
            await asyncio.sleep(BEAT)
            beats += 1
            await self.worker.do(self.desk.look)
            if beats % round(LISTEN / BEAT) == 0:
                if self.listeners or self.desk.state.away:
                    await self.worker.do(self.desk.listen)
                await self.worker.do(self.desk.rest)
            await self._tell()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def close(self) -> None:
        self.closing.set()
        await self._tell()


def _refused(_: Request, error: HTTPException) -> Response:
    return PlainTextResponse(f"{error.detail}\n", error.status_code)
