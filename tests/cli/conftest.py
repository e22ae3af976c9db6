"""A small shop to ask, and `kpi` as a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpidsl.cli.main import main

SHOP = """param vat: percent = 0%

source orders "Shop orders" from file("orders.csv") {
  key  id
  time day
  id:      int
  day:     date
  channel: text       "Channel"
  country: text
  amount:  money(EUR) "Amount"
  paid:    bool
}
source ads from file("ads.csv") {
  key  day, channel
  time day
  day:     date
  channel: text
  cost:    money(EUR)
}
dimension channel "Channel" = orders.channel, ads.channel
segment italian = orders.country = "IT"

metric revenue "Revenue" = sum(orders.amount) * (1 - vat) where orders.paid { better higher  describe "What was paid." }
metric orders_made = count(orders)
metric aov "Average order" = revenue / orders_made
metric spend = sum(ads.cost)
metric roas "ROAS" = revenue / spend { format x }

report channels "By channel" = revenue, roas by channel with totals
report months = revenue, orders_made by month
"""
WEEKS = """calendar { grain retail_week from retail_days.week_start }
source retail_days from file("orders.csv") { key day  time day  day: date  week_start: date = day }
"""
"""A grain of the calendar's own, by which this version cannot split."""
ORDERS = """id,day,channel,country,amount,paid
1,2026-01-05,email,IT,10.50,true
2,2026-01-20,social,IT,5.25,true
3,2026-02-07,email,DE,2.00,true
4,2026-02-08,,DE,4.00,false
5,2026-03-01,social,IT,8.00,true
"""
ADS = """day,channel,cost
2026-01-01,email,3
2026-02-01,social,5
"""
TOML = '[project]\nname = "shop"\nas_of = 2026-03-31\n'


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    err: str


Kpi = Callable[..., Ran]


@pytest.fixture
def kpi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kpi:
    """Runs a command in this process."""
    for name in ("KPI_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project to ask; the current folder is elsewhere."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in {"kpi.toml": TOML, "shop.kpi": SHOP, "orders.csv": ORDERS, "ads.csv": ADS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def project(folder: Path, text: str, toml: str = TOML) -> Path:
    """A project with one file."""
    folder.mkdir(exist_ok=True)
    (folder / "kpi.toml").write_text(toml, encoding="utf-8")
    (folder / "a.kpi").write_text(text, encoding="utf-8")
    return folder
