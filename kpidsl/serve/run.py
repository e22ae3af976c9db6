"""The server's life. Comes in: a project's desk and a port. Goes out: pages, until Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import socket
import webbrowser
from collections.abc import Callable

import uvicorn

from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.serve.app import Served
from kpidsl.serve.desk import Desk

HOST = "127.0.0.1"
"""Never anything else: boards are for whoever sits at this machine."""


def listening(port: int) -> socket.socket:
    """A socket on this machine alone; KPI130 where the port cannot be had. 0 is any that is free."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen(64)
    except OSError as error:
        found.close()
        raise KpiError(_refused(port, error)) from None
    found.setblocking(False)
    return found


def _refused(port: int, error: OSError) -> Diagnostic:
    help = f"take another: kpi serve --port {_free()}"
    if error.errno == errno.EADDRINUSE:
        note = f"perhaps another kpi serve runs: look at http://{HOST}:{port}"
        return Diagnostic("KPI130", f"the port {port} is taken on this machine", notes=(note,), help=help)
    why = (error.strerror or "it is refused").lower()
    return Diagnostic("KPI130", f"the port {port} cannot be used: {why}", help=help)


def _free() -> int:
    """A port that nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as any_:
        any_.bind((HOST, 0))
        port: int = any_.getsockname()[1]
        return port


class Server(uvicorn.Server):
    """Tells those who listen to events that it ends; they would keep it waiting."""

    def __init__(self, config: uvicorn.Config, served: Served) -> None:
        super().__init__(config)
        self.served = served

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.served.close()
        await super().shutdown(sockets)


def serve(
    desk: Desk, vega: str, door: socket.socket, said: Callable[[str], object], open_: str = "", began: Callable[[Server], object] = id
) -> None:
    """Answer until Ctrl-C, or until `should_exit` of the server that `began` is given is true; `open_` is an address for the browser."""

    async def life() -> None:
        served = Served(desk, vega, said)
        port: int = door.getsockname()[1]
        config = uvicorn.Config(
            served.app(port),
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        server = Server(config, served)
        watching = asyncio.create_task(served.watch())
        watching.add_done_callback(lambda task: _watched(task, said))
        began(server)
        if open_:
            asyncio.get_running_loop().call_later(0.3, lambda: asyncio.get_running_loop().run_in_executor(None, webbrowser.open, open_))
        try:
            await server.serve(sockets=[door])
        finally:
            watching.cancel()
            served.reader.end(lambda: None, 0.0)
            if served.worker.end(desk.interrupt):  # else its connection ends with the program
                desk.close()

    try:
        asyncio.run(life())
    except KeyboardInterrupt:  # how a server is meant to end
        return
    finally:
        door.close()


def _watched(task: asyncio.Task[None], said: Callable[[str], object]) -> None:
    """The files are not looked at any more: that is said, for the page would silently stay old."""
    if not task.cancelled() and (error := task.exception()) is not None:
        said(f"error[KPI000]: kpi serve does not watch the files any more, and that is our fault: {type(error).__name__}: {error}"[:400])
