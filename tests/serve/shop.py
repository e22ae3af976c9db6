"""A shop to be served, small enough to add up by hand, whose channels are called like attacks. Comes in: an engine. Goes out: a project in
a folder, its desk, and a server of it in this process."""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import duckdb
import psycopg

from kpidsl.cli.console import Console
from kpidsl.serve.desk import Desk
from kpidsl.serve.run import Server, listening, serve

ATTACK = "x'; DROP TABLE orders; --"
FOREIGN = '營收 ☕ “a” "b" o\'c \\ %s $1 ?1'
ROWS: list[tuple[int, str, str | None, str, int]] = [
    (1, "2026-01-10", "email", "IT", 10),
    (2, "2026-01-20", ATTACK, "IT", 20),
    (3, "2026-02-05", "email", "DE", 40),
    (4, "2026-02-15", None, "DE", 80),
    (5, "2026-03-01", "", "IT", 160),
    (6, "2026-03-02", FOREIGN, "DE", 320),
    (7, "2025-03-03", "email", "IT", 5),
]
COSTS = [("2026-01-05", "email", 1), ("2026-03-01", "email", 4)]
PROJECT = """
source orders from orders {
  key id  time day
  id: int  day: date  channel: text  country: text "Country"  amount: money(EUR)
}
source ads from ads { key day, channel  time day  day: date  channel: text  cost: money(EUR) }
dimension channel "Channel" = orders.channel, ads.channel { label it "Canale" }
metric revenue "Revenue" = sum(orders.amount) { better higher  label it "Ricavi"  owner "Ada" }
metric orders_made "Orders" = count(orders)
metric cost "Cost" = sum(ads.cost)
goal grow "Grow" {
  kind sales  measure revenue  increase 20% over 2025  by 2026-12-31  review monthly  owner "Bo"  because "The plan"
}
kpi revenue for grow {
  stage conversion  tier strategic  owner "Cy"
  target >= 900 EUR each month
  when off_track do "Call the best customers"
}
report countries "By country" = revenue by orders.country
dashboard ceo "Are we on course?" {
  label it "Siamo in rotta?"
  question "Do we sell more?"
  period last 13 months
  goal grow
  kpi revenue
  show revenue "All of it"
  show revenue by month as line "Month by month"
  show revenue by channel as bar "By channel"
  show orders_made, revenue by channel as table "In numbers"
  show cost by month as bar "What it costs"
  show revenue by month during 2025 "The year before"
  report countries
}
dashboard other "Another one" { show orders_made }
"""
TOML = '[project]\nname = "Shop"\nlocales = ["en", "it"]\nas_of = 2026-03-15\n\n[connections.default]\n'


def folder(place: Path, engine: str, url: str = "") -> Path:
    """The project with its database: a file beside it, or a schema of a server."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "shop.kpi").write_text(PROJECT, encoding="utf-8")
    settings = f'engine = "{engine}"\n' + (f'url = "{url}"\n' if url else 'path = "shop.db"\n')
    (place / "kpi.toml").write_text(TOML + settings, encoding="utf-8")
    fill(place / "shop.db", engine, url)
    return place


def fill(file: Path, engine: str, url: str = "", rows: Sequence[tuple[Any, ...]] = ROWS) -> None:
    """The tables, made by the driver itself."""
    tables = ("orders (id INTEGER, day DATE, channel TEXT, country TEXT, amount INTEGER)", "ads (day DATE, channel TEXT, cost INTEGER)")
    if engine == "postgres":
        with psycopg.connect(url, autocommit=True) as server:
            for table in tables:
                server.execute(f"DROP TABLE IF EXISTS {table.split(' ')[0]}")
                server.execute(f"CREATE TABLE {table}")
            with server.cursor() as cursor:
                cursor.executemany("INSERT INTO orders VALUES (%s, %s, %s, %s, %s)", rows)
                cursor.executemany("INSERT INTO ads VALUES (%s, %s, %s)", COSTS)
        return
    file.unlink(missing_ok=True)
    made: Any = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
    for table in tables:
        made.execute(f"CREATE TABLE {table}")
    made.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
    made.executemany("INSERT INTO ads VALUES (?, ?, ?)", COSTS)
    if engine == "sqlite":
        made.commit()
    made.close()


def desk(place: Path) -> Desk:
    return Desk(arguments(place), Console())


def arguments(place: Path) -> argparse.Namespace:
    return argparse.Namespace(project=str(place), connection=None, as_of=None, param=[])


def only(name: str, *values: object) -> tuple[str, str]:
    """A filter as an address has it."""
    return "only", json.dumps([name, list(values)])


@dataclass
class Shown:
    """A board as the desk tells it, put together."""

    first: dict[str, Any]
    rows: dict[str, Any]

    @property
    def live(self) -> dict[str, Any]:
        found: dict[str, Any] = self.first["live"]
        return found

    @property
    def elements(self) -> dict[str, Any]:
        found: dict[str, Any] = self.first["data"]["board"]["elements"]
        return found

    def table(self, title: str) -> list[list[Any]]:
        """The rows of the element with this title."""
        query = self.query(title)
        assert "error" not in self.rows[query], self.rows[query]
        found: list[list[Any]] = self.rows[query]["rows"]
        return found

    def query(self, title: str) -> str:
        element = self.elements[self.element(title)]
        found: str = element["query"]
        return found

    def element(self, title: str) -> str:
        return next(name for name, element in self.elements.items() if element["title"]["en"] == title)

    def left(self, title: str) -> list[str]:
        found: list[str] = self.live["left"].get(self.element(title), [])
        return found

    def sql(self, title: str) -> str:
        (text,) = self.first["data"]["board"]["queries"][self.query(title)]["sql"].values()
        return str(text)


def shown(at: Desk, *said: tuple[str, str], board: str = "ceo") -> Shown:
    """The board as it is asked for."""
    return together([json.loads(json.dumps(line, allow_nan=False)) for line in at.board(board, said, False)])


def together(lines: list[dict[str, Any]]) -> Shown:
    first, *rest = lines
    rows = dict(first["data"]["rows"])
    for line in rest:
        if "query" in line:
            rows[line["query"]] = line["rows"]
    assert rest[-1]["done"]
    return Shown(first, rows)


# ---------------------------------------------------------------- a server


@dataclass
class Running:
    """A server in a thread of this process."""

    port: int
    desk: Desk
    said: list[str]

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, headers: dict[str, str] | None = None, method: str = "GET", host: str | None = None, body: str | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer. Nothing of the request is tidied up on the way."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            made.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": host or f"127.0.0.1:{self.port}", **(headers or {})}.items():
                made.putheader(name, value)
            if body is not None:
                made.putheader("Content-Length", str(len(body)))
            made.endheaders(body.encode() if body is not None else None)
            answer = made.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        finally:
            made.close()

    def board(self, *said: tuple[str, str], name: str = "ceo") -> Shown:
        status, _, text = self.ask(f"/api/board/{quote(name, safe='')}?{urlencode(said)}")
        assert status == 200, text
        return together([json.loads(line) for line in text.splitlines()])


@contextmanager
def running(place: Path, vega: str = "") -> Iterator[Running]:
    """The project, served on a free port until the block ends."""
    door = listening(0)
    port: int = door.getsockname()[1]
    at = desk(place)
    said: list[str] = []
    servers: list[Server] = []
    began = threading.Event()

    def remember(server: Server) -> None:
        servers.append(server)
        began.set()

    thread = threading.Thread(target=lambda: _served(at, vega, door, said, remember), daemon=True)
    thread.start()
    assert began.wait(20)
    try:
        yield Running(port, at, said)
    finally:
        servers[0].should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def _served(at: Desk, vega: str, door: Any, said: list[str], began: Any) -> None:
    asyncio.set_event_loop(None)
    serve(at, vega, door, said.append, began=began)
