"""Who is let in, and what is never given away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kpidsl.serve.desk import Desk
from tests.serve.shop import Running, folder, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(folder(tmp_path_factory.mktemp("door") / "shop", "duckdb"), "window.vega = null;") as found:
        yield found


PAGES = (
    "/",
    "/board/ceo",
    "/page.js",
    "/page.css",
    "/vega.js",
    "/icon.svg",
    "/api/boards",
    "/api/board/ceo",
    "/api/values/channel?board=ceo",
)


@pytest.mark.parametrize("path", PAGES)
def test_what_is_there(server: Running, path: str) -> None:
    status, headers, text = server.ask(path)
    assert status == 200
    assert text
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert (headers["x-content-type-options"], headers["x-frame-options"], headers["referrer-policy"]) == ("nosniff", "DENY", "no-referrer")
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_numbers_are_kept_nowhere_else(server: Running) -> None:
    assert server.ask("/api/board/ceo")[1]["cache-control"] == "no-store"
    assert server.ask("/board/ceo")[1]["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", "[::1]:{port}", ""]
)
@pytest.mark.parametrize("path", ["/", "/api/board/ceo", "/nothing", "/events"])
def test_another_host_is_refused(server: Running, host: str, path: str) -> None:
    status, _, text = server.ask(path, host=host.format(port=server.port) or " ")
    assert status in (400, 421)
    assert "Revenue" not in text


def test_this_machine_by_name(server: Running) -> None:
    assert server.ask("/api/boards", host=f"localhost:{server.port}")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/board/ceo", "/page.js", "/events"])
def test_other_origins_are_refused(server: Running, headers: dict[str, str], path: str) -> None:
    status, found, text = server.ask(path, {name: value.format(port=server.port) for name, value in headers.items()})
    assert status == 403
    assert "access-control-allow-origin" not in found
    assert "Revenue" not in text


def test_a_link_to_a_board_may_be_followed(server: Running) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert server.ask("/board/ceo", link)[0] == 200
    ours = {"Origin": server.home, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    assert server.ask("/api/boards", ours)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_it_is_read_only(server: Running, method: str) -> None:
    status, headers, _ = server.ask("/api/board/ceo", method=method, body="" if method == "CONNECT" else "x=1")
    assert status in (400, 405)
    assert status == 400 or headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/kpi.toml",
        "/shop.kpi",
        "/shop.db",
        "/../kpi.toml",
        "/%2e%2e/kpi.toml",
        "/board/../kpi.toml",
        "/board/..%2f..%2fkpi.toml",
        "/assets/page.css",
        "/page.css/../serve.js",
        "/serve.js",
        "//etc/passwd",
        "/file:///etc/passwd",
        "/api",
        "/api/board/",
        "/.git/config",
        "/docs",
        "/openapi.json",
    ],
)
def test_nothing_of_the_file_system_is_served(server: Running, path: str) -> None:
    status, _, text = server.ask(path)
    assert status in (307, 404) or text == server.ask("/")[2]
    for secret in ("[connections", "source orders", "SQLite", "DUCK", "root:"):
        assert secret not in text


@pytest.mark.parametrize("name", ["nothing", "../kpi.toml", "ceo'; --", "<script>", "\x00", "看板", "constructor"])
def test_a_board_that_is_not_there(server: Running, name: str) -> None:
    status, headers, text = server.ask(f"/api/board/{quote(name, safe='')}")
    assert status == 404
    assert headers["content-type"].split(";")[0] in ("application/json", "text/plain")
    assert "Traceback" not in text


def test_wrong_wishes_are_told_as_json(server: Running) -> None:
    for query in ("period=2026-13", "only=x", "compare=x", "only=%00", "period=%F0%9F", "only=%5B%22channel%22%2C%5B%22%5Cud800%22%5D%5D"):
        status, _, text = server.ask(f"/api/board/ceo?{query}")
        assert status == 400
        assert json.loads(text)["refused"]
        assert "Traceback" not in text
    assert server.ask(f"/api/board/ceo?only={'x' * 20000}")[0] in (400, 414)


def test_our_fault_is_said_without_a_stack_of_calls(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Desk) -> dict[str, str]:
        raise RuntimeError("secret of the stack")

    monkeypatch.setattr(Desk, "index", broken)
    status, headers, text = server.ask("/api/boards")
    assert status == 500
    assert "secret" not in text
    assert "Traceback" not in text
    assert headers["content-security-policy"]
    assert any("KPI000" in line and "secret of the stack" in line for line in server.said)
    monkeypatch.undo()
    assert server.ask("/api/boards")[0] == 200


def test_it_listens_on_this_machine_alone(server: Running) -> None:
    import socket

    with socket.socket() as other:
        other.settimeout(1)
        try:
            other.connect((socket.gethostbyname(socket.gethostname()), server.port))
            reached = other.getpeername()[0]
        except OSError:
            reached = ""
    assert reached in ("", "127.0.0.1")


def test_texts_cannot_leave_the_shell(tmp_path: Path) -> None:
    place = folder(tmp_path / "shop", "duckdb")
    toml = (place / "kpi.toml").read_text("utf-8")
    (place / "kpi.toml").write_text(toml.replace('"Shop"', '"<script>window.hacked = 1</script>"'), encoding="utf-8")
    with running(place) as server:
        text = server.ask("/")[2]
    assert "<script>window" not in text
    assert "&lt;script&gt;window.hacked" in text
