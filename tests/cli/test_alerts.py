"""`kpi alerts`: what fires now, in every format, and the webhook that hears of it once."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path

import pytest

from kpidsl.cli.console import Console
from kpidsl.cli.main import main
from kpidsl.cli.notices import notices
from kpidsl.cli.session import session
from kpidsl.delivery import Sent, send
from kpidsl.diagnostic import KpiError
from kpidsl.webhook import Webhook
from tests.cli.hook import answering

TOML = '[project]\nname = "shop"\nas_of = 2026-01-25\n'
HOOKED = TOML + '[alerts]\nwebhook = "${ALERT_WEBHOOK}"\n'
KPI = """source sales from file("sales.csv") { key day, channel  time day  day: date  channel: text  amount: money(EUR) }
dimension channel "Channel" = sales.channel
metric amount "Sales" = sum(sales.amount)
alert dear "Dear" {
  watch amount by channel each week
  when  > 100 EUR | falls 50% against previous week
  do    "Look at {channel}: {value} against {expected} in {period}"
}
alert calm { watch amount each week  when < 1 EUR  do "Sell" }
"""
# Weeks of 5, 12 and 19 January. web: 150, 90, 150; shop: 50, 50, 20 (fallen by more than half).
ROWS = """day,channel,amount
2026-01-05,web,150
2026-01-12,web,90
2026-01-19,web,150.5
2026-01-05,shop,50
2026-01-12,shop,50
2026-01-19,shop,20
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "kpi.toml").write_text(TOML)
    (folder / "shop.kpi").write_text(KPI)
    (folder / "sales.csv").write_text(ROWS)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["alerts", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_what_fires_now_a_line_each(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert code == 1
    assert out.splitlines() == [
        "! Sales of channel shop is 20 € in 2026-W04, after 50 € the week before: "
        "Look at shop: 20 € against 50 € in 2026-W04 (alert dear, shop.kpi:4)",
        "! Sales of channel web is 150.50 € in 2026-W04, above 100 EUR: "
        "Look at web: 150.50 € against 100 € in 2026-W04 (alert dear, shop.kpi:4)",
    ]
    assert "2 times · 2 alerts looked at" in err


def test_none_fires(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "calm")[0] == 0
    code, out, err = run(capsys, "--as-of", "2026-01-18")
    assert (code, out) == (0, "")
    assert "nothing fires · 2 alerts looked at" in err


def test_history(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """web was above 100 in the first week as well."""
    code, out, _ = run(capsys, "--all", "--format", "csv")
    assert code == 1
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["period_start"], row["segment"]) for row in rows] == [("2026-01-05", "web"), ("2026-01-19", "shop"), ("2026-01-19", "web")]
    _, out, _ = run(capsys, "--since", "2026-01-12", "--format", "csv")
    assert [row["segment"] for row in csv.DictReader(io.StringIO(out))] == ["shop", "web"]


def test_json(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--format", "json")
    assert code == 1
    found = json.loads(out)
    names = [column["name"] for column in found["columns"]]
    assert names == [
        *("alert", "severity", "period_start", "period_end", "segment", "metric", "unit", "value", "expected", "low", "high"),
        *("volume", "condition", "advice"),
    ]
    assert found["rows"][0] == [
        *("dear", "warning", "2026-01-19", "2026-01-25", "shop", "amount", "EUR", 20, 50, 25, None),
        *(None, "falls 50% against previous week", "Look at shop: 20 € against 50 € in 2026-W04"),
    ]


def test_markdown(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--format", "markdown")
    assert out.splitlines()[0].startswith("| alert | severity |")
    assert len(out.splitlines()) == 4


def test_a_project_without_alerts(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "shop.kpi").write_text(KPI.partition("alert")[0])
    code, out, err = run(capsys)
    assert (code, out) == (0, "")
    assert "the project has no alerts" in err


def test_an_alert_that_cannot_be_judged_does_not_stop_the_others(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = """source lost from file("lost.csv") { key day  time day  day: date }
metric lost_rows = count(lost)
alert gone { watch lost_rows each week  when < 1  do "Look" }
"""
    (shop / "lost.kpi").write_text(lost)
    code, out, err = run(capsys)
    assert code == 1
    assert len(out.splitlines()) == 2
    assert "lost.csv" in err
    assert "1 of 3 alerts could not be judged" in err
    assert run(capsys, "calm", "gone")[0] == 1


def test_what_stands_out_beside_them(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sales of every day until 14 January, and none in the eleven days since: that is told, and changes no exit code."""
    days = "".join(f"2026-01-{day:02},web,50\n" for day in range(1, 15))
    (shop / "sales.csv").write_text("day,channel,amount\n" + days)
    (shop / "shop.kpi").write_text(KPI.partition("alert dear")[0] + 'alert calm { watch amount each month  when > 9_000 EUR  do "Sell" }')
    code, out, err = run(capsys)
    assert code == 0
    assert out.splitlines() == [
        "! Sales has no row after 2026-01-14: 11 days, where never more than 1 day lay between two: "
        "check how sales is loaded; until then amount cannot be trusted (finding lost_data)"
    ]
    assert "1 finding beside" in err
    _, out, _ = run(capsys, "--format", "json")
    assert json.loads(out)["rows"] == [
        [
            *("lost_data", "finding", "2026-01-15", "2026-01-25", None, "amount", "days", 11, 1, None, None, None, "no rows"),
            "check how sales is loaded; until then amount cannot be trusted",
        ]
    ]
    assert run(capsys, "--all")[1] == ""


def test_a_table_that_is_missing_is_said_once(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two alerts and a finding rest on it, and a KPI."""
    (shop / "sales.csv").unlink()
    code, out, err = run(capsys)
    assert (code, out) == (1, "")
    assert err.count("there is no file sales.csv") == 1
    assert err.endswith("2 of 2 alerts could not be judged\n")
    goal = "goal g { measure amount  reach 100 EUR from 2026-01-01  by 2026-12-31 }"
    (shop / "aims.kpi").write_text(goal + "kpi amount for g { target >= 5 EUR each month }", "utf-8")
    assert main(["status"]) == 1
    err = capsys.readouterr().err
    assert err.count("there is no file sales.csv") == 1
    assert "2 goals or KPIs cannot be shown" in err


def test_the_lines_for_other_verbs(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that `kpi alerts` prints."""
    given = argparse.Namespace(project=str(shop), connection=None, as_of=None, param=[])
    with session(given, Console()) as made:
        errors: list[KpiError] = []
        lines = notices(made, errors.append)
        assert errors == []
    assert lines == run(capsys)[1].splitlines()
    assert len(lines) == 2


def test_build_writes_their_sql(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The view gives what ever fired."""
    import duckdb

    assert main(["build"]) == 0
    sql = shop / "build" / "sql" / "duckdb"
    assert (sql / "alerts" / "dear.sql").read_text("utf-8").startswith("-- alert dear (shop.kpi:4)\n")
    database = duckdb.connect()
    for statement in (sql / "views.sql").read_text("utf-8").split(";\n"):
        if statement.strip():
            database.execute(statement)
    rows = database.execute("SELECT period_start, segment, advice FROM alert_dear ORDER BY ALL").fetchall()
    assert [(str(day), segment) for day, segment, _ in rows] == [("2026-01-05", "web"), ("2026-01-19", "shop"), ("2026-01-19", "web")]
    assert rows[2][2] == "Look at web: 150.5 EUR against 100 EUR in 2026-01-19"
    document = json.loads((shop / "build" / "manifest.json").read_text("utf-8"))
    assert [column["name"] for column in document["alerts"]["dear"]["columns"]][:2] == ["alert", "severity"]
    assert "2 alerts" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "words,said",
    [
        (("deer",), "did you mean dear?"),
        (("--all", "--since", "2026-01-01"), "leave one of them out"),
        (("--send",), "--send has nowhere to send to"),
        (("--format", "xml"), "there is no `xml`"),
    ],
)
def test_wrong_use(shop: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    code, _, err = run(capsys, *words)
    assert code == 2
    assert said in err


# ---------------------------------------------------------------- the webhook


def test_sent_once(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "kpi.toml").write_text(HOOKED)
    with answering([200]) as hook:
        monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
        assert run(capsys)[0] == 1
        assert hook.got == []  # only with --send
        code, out, err = run(capsys, "--send")
        assert code == 1
        assert "sent 2 of 2" in err
        headers, body = hook.got[0]
        assert headers["Content-Type"].startswith("application/json")
        assert len(headers["Idempotency-Key"]) == 64
        assert body["project"] == "shop"
        assert [(each["alert"], each["segment"], each["value"], each["period_start"]) for each in body["alerts"]] == [
            ("dear", "shop", 20, "2026-01-19"),
            ("dear", "web", 150.5, "2026-01-19"),
        ]
        assert body["alerts"][0]["advice"] == "Look at shop: 20 € against 50 € in 2026-W04"
        _, _, err = run(capsys, "--send")
        assert "2 had been sent before" in err
        assert len(hook.got) == 1
        assert "secret-path" not in out + err


def row(segment: str) -> dict[str, object]:
    return {"alert": "a", "period_start": "2026-01-05", "segment": segment, "value": 1.5}


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Webhook:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Webhook("${ALERT_WEBHOOK}")


def test_only_what_is_new(target: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering([204]) as hook:
        monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
        assert send(target, "shop", ".", [row("web")]) == Sent(1, 0)
        assert send(target, "shop", ".", [row("web"), row("shop")]) == Sent(1, 1)
        assert [[each["segment"] for each in body["alerts"]] for _, body in hook.got] == [["web"], ["shop"]]


@pytest.mark.parametrize("failures", [[500, 503], ["break", 429], [502, "break"]])
def test_a_server_that_fails_twice(target: Webhook, monkeypatch: pytest.MonkeyPatch, failures: list[int | str]) -> None:
    """The third attempt gets through; pauses grow, and all three attempts carry the same key."""
    waited: list[float] = []
    with answering([*failures, 200]) as hook:
        monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
        assert send(target, "shop", ".", [row("web")], pauses=(0.5, 2.0, 8.0), sleep=waited.append) == Sent(1, 0)
        assert waited == [0.5, 2.0]
        assert len({headers["Idempotency-Key"] for headers, _ in hook.got}) == 1
        assert len(hook.got) == 3


@pytest.mark.parametrize(
    "answers,attempts,said",
    [
        ([500], 4, "the server answered 500"),
        (["hang"], 4, "did not answer within 0.2 seconds"),
        ([403], 1, "the server answered 403"),
        ([302], 1, "the server answered 302"),
    ],
)
def test_a_server_that_does_not_take_it(
    target: Webhook, monkeypatch: pytest.MonkeyPatch, answers: list[int | str], attempts: int, said: str
) -> None:
    """It is told, without the address; and nothing counts as sent."""
    with answering(answers) as hook:
        monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
        with pytest.raises(KpiError) as error:
            send(target, "shop", ".", [row("web")], timeout=0.2, sleep=lambda _: None)
        assert len(hook.got) == attempts
    (found,) = error.value.diagnostics
    assert found.code == "KPI264"
    assert said in found.message
    assert "secret-path" not in str(error.value) + "".join(found.notes) + found.help
    with answering([200]) as hook:
        monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
        assert send(target, "shop", ".", [row("web")]).told == 1


def test_nobody_listens(target: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering([200]) as hook:
        gone = hook.url
    monkeypatch.setenv("ALERT_WEBHOOK", gone)
    with pytest.raises(KpiError, match="cannot be reached"):
        send(target, "shop", ".", [row("web")], sleep=lambda _: None)


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/x", "example.org/hook", "https:///secret", "http://[::1/x", "https://exa mple.org", "http://h:0/"]
)
def test_an_address_that_is_none(target: Webhook, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK", address)
    with pytest.raises(KpiError, match="KPI264") as error:
        send(target, "shop", ".", [row("web")])
    assert address not in str(error.value)


def test_the_variable_is_not_set(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "kpi.toml").write_text(HOOKED)
    monkeypatch.delenv("ALERT_WEBHOOK", raising=False)
    code, _, err = run(capsys, "--send")
    assert code == 1
    assert "KPI009" in err
    assert "ALERT_WEBHOOK" in err


def test_an_address_in_kpi_toml_is_refused_and_not_shown(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "kpi.toml").write_text(TOML + '[alerts]\nwebhook = "https://hooks.example.org/T0/secret"\n')
    code, out, err = run(capsys)
    assert code != 0
    assert "KPI007" in err
    assert "T0/secret" not in out + err


def test_a_memory_that_is_broken_is_no_memory(target: Webhook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with answering([200]) as hook:
        monkeypatch.setenv("ALERT_WEBHOOK", hook.url)
        send(target, "shop", ".", [row("web")])
        (memory,) = (tmp_path / "kpidsl" / "alerts").iterdir()
        memory.write_text("{not json")
        assert send(target, "shop", ".", [row("web")]).told == 1
