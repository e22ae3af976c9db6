"""One thread that does one thing after the other. Comes in: work. Goes out: its results, to whoever awaits them in the event loop."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Work = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[], Any]]


class Worker:
    """The thread is a daemon: a program that ends does not wait for the query of somebody who left."""

    def __init__(self) -> None:
        self.busy = False
        self._waiting: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="kpi-serve", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[], T]) -> T:
        """The result of the work, or what it raises."""
        loop = asyncio.get_running_loop()
        promised: asyncio.Future[T] = loop.create_future()
        self._waiting.put((loop, promised, work))
        return await promised

    def end(self, interrupt: Callable[[], object], seconds: float = 5.0) -> bool:
        """Nothing more is to be done, and what is being done is broken off. False where it goes on even so."""
        self._waiting.put(None)
        end = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < end:
            if self.busy:
                interrupt()
            self._thread.join(0.1)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (next_ := self._waiting.get()) is not None:
            loop, promised, work = next_
            if promised.cancelled():
                continue
            self.busy = True
            try:
                found, error = work(), None
            except BaseException as raised:  # noqa: BLE001 - it is raised again where the work is awaited
                found, error = None, raised
            self.busy = False
            try:
                loop.call_soon_threadsafe(_keep, promised, found, error)
            except RuntimeError:  # the loop has ended, and nobody waits
                return
            del next_, loop, promised, work, found, error  # nothing is held while nothing is to be done


def _keep(promised: asyncio.Future[Any], found: Any, error: BaseException | None) -> None:
    if promised.cancelled():
        return
    if error is None:
        promised.set_result(found)
    else:
        promised.set_exception(error)
