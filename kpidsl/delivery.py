"""Telling somebody else what fires. Comes in: the address of a webhook, and rows. Goes out: one POST with JSON, or why it did not arrive.

Nothing is told twice: what was sent stands in a file of the cache folder, by alert, period and segment, and every request carries an
`Idempotency-Key` made of what it tells, so that a server that got it and could not say so may leave the second one out. The address is a
secret: no text made here holds it. Redirects are not followed, for they would hand it on."""

from __future__ import annotations

import hashlib
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from typing import Any, NoReturn

from kpidsl.cache_folder import cache_folder, store
from kpidsl.diagnostic import fail
from kpidsl.record import dataclass
from kpidsl.webhook import Webhook

TIMEOUT = 10.0
"""Seconds in which the server must have answered."""
PAUSES = (0.5, 2.0, 8.0)
"""Seconds before each new attempt."""
PASSING = (408, 425, 429)
"""Answers below 500 after which it may work a moment later."""
KEPT = 2_000
"""Firings that are remembered as sent, the latest ones."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it: rows that were told now, and rows that had been told before."""

    told: int
    before: int


def identity(row: Mapping[str, object]) -> str:
    """What makes a firing the same one again: its alert, its period and its segment. A value that was restated is no new alarm."""
    parts = [row["alert"], str(row["period_start"]), row["segment"]]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def send(
    webhook: Webhook,
    project: str,
    root: str,
    rows: Sequence[Mapping[str, Any]],
    timeout: float = TIMEOUT,
    pauses: Sequence[float] = PAUSES,
    sleep: Callable[[float], None] = time.sleep,
) -> Sent:
    """Post the rows that were not posted before, all in one request. KPI264 where they did not arrive: then none of them counts as sent."""
    url = webhook.address()
    memory = _memory(root, url)
    known = _known(memory)
    fresh = [row for row in rows if identity(row) not in known]
    if not fresh:
        return Sent(0, len(rows))
    keys = [identity(row) for row in fresh]
    body = json.dumps({"project": project, "alerts": [_plain(row) for row in fresh]}, ensure_ascii=False).encode("utf-8", "replace")
    mark = hashlib.sha256("".join(sorted(keys)).encode()).hexdigest()
    _deliver(webhook, url, body, mark, timeout, pauses, sleep)
    if memory is not None:
        store(memory, json.dumps([*known, *keys][-KEPT:]).encode())
    return Sent(len(fresh), len(rows) - len(fresh))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as numbers, days as ISO dates."""
    return {name: value if isinstance(value, bool | int | float | str) or value is None else _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> float | str:
    return value.isoformat() if hasattr(value, "isoformat") else float(value)


# ---------------------------------------------------------------- what was sent


def _memory(root: str, url: str) -> str | None:
    """The file that remembers what this project told that address; None for a user without a cache folder."""
    folder = cache_folder()
    if folder is None:
        return None
    name = hashlib.sha256(f"{os.path.realpath(root)}\n{url}".encode("utf-8", "surrogateescape")).hexdigest()
    return os.path.join(folder, "alerts", f"{name}.json")


def _known(memory: str | None) -> list[str]:
    """What was sent; nothing where the file is not there, or is not one of ours."""
    if memory is None:
        return []
    try:
        with open(memory, "rb") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return []
    return [key for key in found if isinstance(key, str)] if isinstance(found, list) else []


# ---------------------------------------------------------------- the request


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: following it would give the address away."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _deliver(
    webhook: Webhook, url: str, body: bytes, mark: str, timeout: float, pauses: Sequence[float], sleep: Callable[[float], None]
) -> None:
    why = ""
    for pause in (*pauses, None):
        why, again = _attempt(url, body, mark, timeout)
        if not why:
            return
        if not again:
            break
        if pause is not None:
            sleep(pause)
    _not_delivered(webhook, why, len(pauses) + 1 if again else 1)


def _attempt(url: str, body: bytes, mark: str, timeout: float) -> tuple[str, bool]:
    """Why it did not arrive ('' where it did), and whether another attempt makes sense."""
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": mark, "User-Agent": "kpidsl"}
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        with opener.open(request, timeout=timeout):
            return "", False
    except urllib.error.HTTPError as error:
        error.close()
        return f"the server answered {error.code}", error.code >= 500 or error.code in PASSING
    except TimeoutError:
        return f"the server did not answer within {timeout:g} seconds", True
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            return f"the server did not answer within {timeout:g} seconds", True
        return "the server cannot be reached", True
    except (OSError, HTTPException):
        return "the server broke the connection off", True


def _not_delivered(webhook: Webhook, why: str, attempts: int) -> NoReturn:
    times = "once" if attempts == 1 else f"{attempts} times"
    fail(
        "KPI264",
        f"the webhook did not take the alerts: {why}",
        webhook.place,
        notes=(f"tried {times}: whoever waits for them there knows of none yet, and the next kpi alerts --send sends them again",),
        help="check the address in the environment, and that the server takes a POST with JSON",
    )
