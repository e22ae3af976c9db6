"""A served project follows its files and its data, keeps its last good version, and says when its connection is away."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kpidsl.serve import desk as desk_
from kpidsl.serve.desk import AwayError, Desk, MissingError
from tests.serve.shop import PROJECT, ROWS, Running, desk, fill, folder, running, shown


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return folder(tmp_path / "shop", "duckdb")


@pytest.fixture
def at(place: Path) -> Iterator[Desk]:
    made = desk(place)
    yield made
    made.close()


def save(place: Path, text: str) -> None:
    (place / "shop.kpi").write_text(text, encoding="utf-8")


def look(at: Desk) -> None:
    """As the server does: one thread reads the files, and the other takes what was read."""
    at.saved()
    at.look()


def test_a_saved_file_is_followed(at: Desk, place: Path) -> None:
    before = at.state.version
    look(at)
    assert at.state.version == before
    save(place, PROJECT.replace('"All of it"', '"Everything"'))
    look(at)
    assert at.state.version == before + 1
    assert shown(at).table("Everything") == [[635]]


def test_a_new_file_and_one_that_is_gone(at: Desk, place: Path) -> None:
    (place / "more.kpi").write_text("dashboard third { show revenue }", encoding="utf-8")
    look(at)
    assert shown(at, board="third").table("Revenue") == [[635]]
    (place / "more.kpi").unlink()
    look(at)
    with pytest.raises(MissingError):
        shown(at, board="third")


def test_kpi_toml_is_followed(at: Desk, place: Path) -> None:
    toml = (place / "kpi.toml").read_text("utf-8")
    (place / "kpi.toml").write_text(toml.replace("2026-03-15", "2026-02-28"), encoding="utf-8")
    look(at)
    assert shown(at, ("period", "2026")).table("All of it") == [[150]]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (PROJECT.replace("sum(orders.amount)", "sum(orders.amnt)"), "amnt"),
        (PROJECT.replace("show revenue by month as line", "show revenue by mnth as line"), "mnth"),
        (PROJECT + "\nmetric = ", "error["),
        (PROJECT.replace("goal grow\n  kpi", "goal grw\n  kpi"), "grw"),
    ],
)
def test_a_broken_project_keeps_its_last_good_version(at: Desk, place: Path, broken: str, said: str) -> None:
    save(place, broken)
    look(at)
    assert said in at.state.problems
    assert "shop.kpi:" in at.state.problems
    assert shown(at).table("All of it") == [[635]]
    assert shown(at).first["problems"] == at.state.problems
    version = at.state.version
    look(at)
    assert at.state.version == version  # it is told once
    save(place, PROJECT)
    look(at)
    assert at.state.problems == ""


def test_a_project_without_kpi_toml_is_a_problem_too(at: Desk, place: Path) -> None:
    kept = (place / "kpi.toml").read_text("utf-8")
    (place / "kpi.toml").unlink()
    look(at)
    assert "kpi.toml" in at.state.problems
    (place / "kpi.toml").write_text(kept, encoding="utf-8")
    look(at)
    assert at.state.problems == ""


def test_other_rows_are_asked_for_again(at: Desk, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_, "SETTLED", 0.0)
    assert shown(at).table("All of it") == [[635]]
    before = at.state.version
    at.close()
    fill(place / "shop.db", "duckdb", rows=[*ROWS, (8, "2026-03-03", "email", "IT", 1000)])
    look(at)
    assert at.state.version == before + 1
    assert shown(at).table("All of it") == [[1635]]


def test_a_database_file_is_let_go(at: Desk, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(at)
    monkeypatch.setattr(desk_, "PATIENCE", -1.0)
    at.rest()
    fill(place / "shop.db", "duckdb", rows=ROWS[:1])
    assert list(at.board("ceo", (), True))[-1]["done"]


def test_a_file_that_is_gone_is_told_and_comes_back(at: Desk, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_, "SETTLED", 0.0)
    shown(at)
    (place / "shop.db").rename(place / "elsewhere.db")
    look(at)
    with pytest.raises(AwayError):
        shown(at)
    assert "there is no database file shop.db" in at.state.away
    assert "help:" in at.state.away
    at.listen()
    assert at.state.away
    (place / "elsewhere.db").rename(place / "shop.db")
    at.listen()
    assert at.state.away == ""
    assert shown(at).table("All of it") == [[635]]


def test_a_server_that_dies_is_told_and_comes_back(tmp_path: Path, postgres_url: str) -> None:
    import psycopg

    place = folder(tmp_path / "shop", "postgres", postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        others = [pid for (pid,) in other.execute("SELECT pid FROM pg_stat_activity")]
    at = desk(place)
    try:
        assert shown(at).table("All of it") == [[635]]
        with psycopg.connect(postgres_url, autocommit=True) as other:
            mine = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kpidsl' AND pid <> ALL(%s)"
            ended = other.execute(f"SELECT pg_terminate_backend(pid) FROM ({mine}) AS mine", (others,)).fetchall()
        assert ended == [(True,)], "the connections of other tests stay"
        with pytest.raises(AwayError):
            list(at.board("ceo", (), True))
        assert "PostgreSQL" in at.state.away
        assert "KPI165" in at.state.away
        at.listen()
        assert at.state.away == ""
        assert shown(at).table("All of it") == [[635]]
    finally:
        at.close()


def test_a_server_that_is_not_there_says_what_to_do(tmp_path: Path, postgres_url: str) -> None:
    place = folder(tmp_path / "shop", "postgres", postgres_url)
    toml = (place / "kpi.toml").read_text("utf-8").replace(postgres_url, "postgresql://someone:secret@127.0.0.1:1/nowhere")
    (place / "kpi.toml").write_text(toml, encoding="utf-8")
    at = desk(place)
    with pytest.raises(AwayError):
        shown(at)
    assert "PostgreSQL cannot be reached" in at.state.away
    assert "check that the server runs" in at.state.away
    assert "secret" not in at.state.away


def test_one_tile_that_fails_leaves_the_others(place: Path) -> None:
    save(place, PROJECT.replace("source ads from ads ", "source ads from advertisements "))
    at = desk(place)
    found = shown(at)
    assert "no table `advertisements`" in found.rows[found.query("What it costs")]["error"]
    assert found.table("All of it") == [[635]]
    assert at.state.away == ""
    at.close()


# ---------------------------------------------------------------- over the wire


def test_events_tell_of_a_change(place: Path) -> None:
    import http.client

    with running(place) as server:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        line.request("GET", "/events")
        stream = line.getresponse()
        assert stream.headers["content-type"].startswith("text/event-stream")
        first = json.loads(stream.readline().removeprefix(b"data: "))
        assert first == {"version": 0, "problems": "", "away": ""}
        stream.readline()
        save(place, PROJECT + "\nmetric = ")
        second = json.loads(stream.readline().removeprefix(b"data: "))
        assert (second["version"], second["away"]) == (1, "")
        assert "error[" in second["problems"]
        line.close()


def test_readers_at_the_same_time_get_their_own(place: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from tests.serve.shop import only

    with running(place) as server, ThreadPoolExecutor(6) as readers:
        asked = [("email", 55), ("", 160)] * 6
        found = list(readers.map(lambda each: server.board(only("channel", each[0])).table("All of it"), asked))
    assert found == [[[revenue]] for _, revenue in asked]


def test_a_reader_who_leaves_breaks_nothing(place: Path) -> None:
    import socket

    with running(place) as server:
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", server.port)) as line:
                line.sendall(f"GET /api/board/ceo?fresh=1 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert server.board().table("All of it") == [[635]]
        assert server.said == []


def test_nobody_is_worked_for_who_has_left(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from kpidsl.cli.page import Pages

    asked: list[float] = []
    usual = Pages._asked

    def slow(self: Pages, *statement: Any) -> object:
        asked.append(time.monotonic())
        time.sleep(0.4)
        return usual(self, *statement)

    with running(place) as server:
        late = len(json.loads(server.ask("/api/board/ceo?fresh=1")[2].splitlines()[0])["late"])
        monkeypatch.setattr(Pages, "_asked", slow)
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(f"GET /api/board/ceo?fresh=1 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            assert line.recv(200).startswith(b"HTTP/1.1 200")
        time.sleep(0.4 * late + 1)
        assert len(asked) < late / 2
        monkeypatch.undo()
        assert server.board().table("All of it") == [[635]]


def test_listed_boards(place: Path) -> None:
    with running(place) as server:
        found = json.loads(server.ask("/api/boards")[2])
    assert [(each["name"], each["title"], each["question"]) for each in found["boards"]] == [
        ("ceo", {"en": "Are we on course?", "it": "Siamo in rotta?"}, {"en": "Do we sell more?"}),
        ("other", {"en": "Another one"}, {}),
    ]
    assert found["project"] == "Shop"


def test_nothing_is_left_behind(place: Path) -> None:
    with running(place) as server:
        port = server.port
        server.board()
    assert isinstance(server, Running)
    with running(place) as again:
        assert again.port != port or os.name
        assert again.board().table("All of it") == [[635]]


SLOW = PROJECT.replace(
    "source ads from ads {", 'source slow from slow { key id  id: int }\nmetric slowly "Slow" = count(slow)\nsource ads from ads {'
).replace("dashboard other", "dashboard waits { show slowly }\ndashboard other")


def test_who_saves_a_file_does_not_wait_for_a_query(place: Path) -> None:
    """The query would take minutes. What is wrong is told meanwhile; a project that is right breaks the query off."""
    import socket

    import duckdb

    with duckdb.connect(str(place / "shop.db")) as made:
        made.execute("CREATE VIEW slow AS SELECT a.range AS id FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3")
    save(place, SLOW)
    with running(place) as server, socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(60)
        line.sendall(f"GET /api/board/waits HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        assert line.recv(200).startswith(b"HTTP/1.1 200")
        save(place, SLOW + "\nmetric = ")
        _until(lambda: "error[" in server.desk.state.problems)
        save(place, PROJECT)
        _until(lambda: server.desk.state.problems == "")
        assert server.board().table("All of it") == [[635]]


def _until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_text_file_is_read_once_for_a_board_and_anew_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "texts"
    place.mkdir()
    (place / "kpi.toml").write_text('[project]\nname = "Texts"\n[connections.default]\nengine = "duckdb"\n', encoding="utf-8")
    (place / "rows.csv").write_text("id,amount\n1,10\n2,20\n", encoding="utf-8")
    tiles = 'show revenue "All"  show orders_made "Count"  show revenue by rows.id as table "Each"'
    (place / "texts.kpi").write_text(
        'source rows from file("rows.csv") { key id  id: int  amount: int }\n'
        f"metric revenue = sum(rows.amount)\nmetric orders_made = count(rows)\ndashboard ceo {{ {tiles} }}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(desk_, "SETTLED", 0.0)
    at = desk(place)
    try:
        engine = at.session.engine
        kept: list[str] = []
        usual = engine.keep
        monkeypatch.setattr(engine, "keep", lambda file: kept.append(file.path) or usual(file))
        assert shown(at).table("All") == [[30]]
        assert kept == ["rows.csv"]
        assert [file.path for file in at.session.kept] == ["rows.csv"]
        (place / "rows.csv").write_text("id,amount\n1,10\n2,20\n3,70\n", encoding="utf-8")
        at.look()
        assert shown(at).table("Each") == [[1, 10], [2, 20], [3, 70]]
        monkeypatch.setattr(desk_, "PATIENCE", -1.0)
        at.rest()
        assert at.session.kept == {}
        assert shown(at).table("Count") == [[3]]
    finally:
        at.close()
