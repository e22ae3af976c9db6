"""A webhook's server on this machine, which answers as it is told and remembers what it got."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """`url` is the address, `got` what was posted: the headers and the JSON of each request."""

    url: str
    got: list[tuple[dict[str, str], Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def alerts(self) -> list[str]:
        """The alerts of all requests that were read."""
        return [each["alert"] for _, body in self.got for each in body["alerts"]]


@contextmanager
def answering(answers: Sequence[int | str]) -> Iterator[Hook]:
    """A server that gives these answers one after another, the last one for ever: a status, `hang`, or `break` for no answer at all."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((dict(self.headers), json.loads(body)))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer == "hang":
                hook.released.wait(20)
            if isinstance(answer, str):
                self.close_connection = True
                return
            self.send_response(answer)
            if 300 <= answer < 400:
                self.send_header("Location", f"{hook.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: tests read what was got."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hook = Hook(f"http://127.0.0.1:{server.server_address[1]}/secret-path")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
