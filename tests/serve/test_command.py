"""`kpi serve` as a command: how it starts, what it says when it cannot, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kpidsl.cli.main import main
from tests.serve.shop import folder

pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: nothing draws charts")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return folder(tmp_path / "shop", "duckdb")


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_ctrl_c_ends_it_quietly(place: Path) -> None:
    words = [sys.executable, "-m", "kpidsl", "serve", "ceo", "--project", str(place), "--port", "0"]
    started = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    line = started.stderr.readline()
    found = re.search(r"Shop: 2 dashboards on (http://127\.0\.0\.1:\d+)/board/ceo", line)
    assert found is not None, line
    with urllib.request.urlopen(f"{found[1]}/api/boards", timeout=30) as answer:
        assert answer.status == 200
    listening = urllib.request.urlopen(f"{found[1]}/events", timeout=30)  # somebody looks at the page
    began = time.monotonic()
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)
    listening.close()
    assert (started.returncode, out, err) == (0, "", "")
    assert time.monotonic() - began < 10


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_ctrl_c_does_not_wait_for_a_query(place: Path) -> None:
    endless = 'sql("SELECT a.range AS id, b.range AS other FROM range(1000000) a, range(1000000) b")'
    (place / "shop.kpi").write_text(
        f"source pairs from {endless} {{ key id, other  id: int  other: int }}\n"
        "metric most = max(pairs.id * pairs.other)\ndashboard slow { show most }",
        encoding="utf-8",
    )
    words = [sys.executable, "-m", "kpidsl", "serve", "--project", str(place), "--port", "0"]
    started = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stderr is not None
    line = started.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found is not None, line
    with urllib.request.urlopen(f"{found[0]}/api/board/slow", timeout=30) as answer:
        assert b'"late":["most"]' in answer.readline()  # the board is there, and its one number is being asked for
        time.sleep(0.5)
        began = time.monotonic()
        started.send_signal(signal.SIGINT)
        assert started.communicate(timeout=60) == ("", "")
    assert started.returncode == 0
    assert time.monotonic() - began < 15


def test_a_taken_port_says_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["serve", "--project", str(place), "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"error[KPI130]: the port {port} is taken on this machine" in said
    assert f"http://127.0.0.1:{port}" in said
    assert re.search(r"help: take another: kpi serve --port \d+", said)


def test_missing_packages_are_named(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("starlette", "uvicorn", "kpidsl.serve"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve", "--project", str(place)]) == 1
    said = capsys.readouterr().err
    assert "error[KPI009]" in said
    assert 'pip install "kpidsl[serve]"' in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ceoo"], "there is no dashboard `ceoo`\n  help: did you mean ceo?"),
        (["--port", "http"], "`http` is not a port"),
        (["--port", "70000"], "`70000` is not a port"),
        (["--port", "-1"], "port"),
        (["--host", "0.0.0.0"], "has no option --host"),
    ],
)
def test_wrong_use(place: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["serve", "--project", str(place), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_broken_project_does_not_begin(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "shop.kpi").write_text("metric = 3", encoding="utf-8")
    assert main(["serve", "--project", str(place)]) == 1
    assert "error[" in capsys.readouterr().err
