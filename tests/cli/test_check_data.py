"""`kpi check --data`: keys and validity, held against the rows. Expected numbers are counted by hand from the rows above each test."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.aurora.project import AURORA, data, world
from tests.cli.conftest import Kpi, project

pytestmark = pytest.mark.xdist_group("aurora")
PLANS = """
source orders from file("orders.csv") {
  key  id
  time day
  complete through 2026-01-06
  id:          int
  day:         date
  customer_id: int
  join one plan: plans on customer_id during plans.valid_from..plans.valid_to
}
source plans from file("plans.csv") {
  key plan_id
  plan_id:     int
  customer_id: int
  plan:        text
  valid_from:  date
  valid_to:    date
}
metric made = count(orders) where orders.plan.plan = "plus"
"""
ORDERS = "id,day,customer_id\n1,2026-01-05,7\n2,2026-01-06,8\n"


def folder(tmp_path: Path, plans: str, orders: str = ORDERS) -> Path:
    made = project(tmp_path / "p", PLANS)
    (made / "orders.csv").write_text(orders, "utf-8")
    (made / "plans.csv").write_text("plan_id,customer_id,plan,valid_from,valid_to\n" + plans, "utf-8")
    return made


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        # one ends on the day on which the next begins; other customers; nothing after an open end
        ("1,7,plus,2026-01-01,2026-02-01\n2,7,pro,2026-02-01,\n3,8,plus,2026-01-15,\n", ""),
        # a day too long
        (
            "1,7,plus,2026-01-01,2026-02-02\n2,7,pro,2026-02-01,\n",
            "1 of 2 rows of `plans` still holds when the next one of the same `customer_id` begins",
        ),
        # an open end, and an open start: both hold in January
        ("1,7,plus,,2026-02-01\n2,7,pro,2026-01-10,\n", "1 of 2 rows of `plans` still holds"),
        ("1,7,plus,,\n2,7,pro,,2026-02-01\n", "1 of 2 rows of `plans` still holds"),
        # the same row twice, and one more inside a long one: two neighbours each
        ("1,7,a,2026-01-01,2026-12-31\n2,7,b,2026-02-01,2026-02-10\n3,7,c,2026-02-05,2026-03-01\n", "2 of 3 rows of `plans` still hold"),
        # a row that ends before it begins is never valid, and overlaps nothing
        ("1,7,plus,2026-01-01,2026-02-01\n2,7,pro,2026-01-20,2026-01-10\n3,7,pro,2026-02-01,\n", ""),
        # nobody's rows are no customer's
        ("1,,plus,2026-01-01,\n2,,pro,2026-02-01,\n", ""),
    ],
)
def test_validity(plans: str, said: str, kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("check", "--data", "--project", folder(tmp_path, plans))
    backwards = "2026-01-20,2026-01-10" in plans  # a finding of its own
    assert (ran.code, "KPI172" in ran.err, "KPI203" in ran.err) == (int(bool(said) or backwards), bool(said), backwards), ran.err
    assert said in ran.err
    if said:
        assert "a.kpi:9:3" in ran.err
        assert "takes the one that begins later" in ran.err


def test_a_key_in_several_rows(kpi: Kpi, tmp_path: Path) -> None:
    orders = ORDERS + "1,2026-01-07,7\n1,2026-01-08,7\n3,2026-01-08,7\n2,2026-01-08,7\n"
    ran = kpi("check", "--data", "--project", folder(tmp_path, "", orders))
    assert ran.code == 1
    assert "error[KPI171]: `id` is the key of `orders`, and 3 of 6 rows repeat a key that another row has" in ran.err  # 1, 1 and 2
    assert kpi("check", "--project", tmp_path / "p").code == 0, "rows are asked with --data only"


def test_findings_of_rows_come_as_json_and_can_be_turned_off(kpi: Kpi, tmp_path: Path) -> None:
    made = folder(tmp_path, "1,7,plus,2026-01-01,\n2,7,pro,2026-02-01,\n")
    assert '"KPI172"' in kpi("check", "--data", "--project", made, "--format", "json").out
    (made / "kpi.toml").write_text('[project]\nname = "p"\n[lint]\nKPI172 = "off"\n', "utf-8")
    assert kpi("check", "--data", "--project", made).code == 0


def test_a_table_that_is_not_there_is_said(kpi: Kpi, tmp_path: Path) -> None:
    made = project(tmp_path / "p", "source s from nowhere.s {\n  key id\n  id: int\n}\nmetric n = count(s)\n")
    ran = kpi("check", "--data", "--project", made)
    assert ran.code == 1
    assert "error[KPI16" in ran.err
    assert "nowhere.s" in ran.err


def test_the_overlaps_of_aurora_are_those_that_were_planted(kpi: Kpi) -> None:
    """Counted in plain Python: memberships of a customer by their starts, each with the next."""
    data()
    found = 0
    for plans in world(dt.date(2026, 3, 15)).memberships_of.values():
        ordered = sorted(plans, key=lambda row: (row.day, row.key))
        found += sum(one.end is None or other.day < one.end for one, other in pairwise(ordered))
    ran = kpi("check", "--data", "--project", AURORA)
    assert ran.code == 1
    assert found > 10
    assert f"{found} of 1,643 rows of `memberships` still hold when the next one of the same `customer_id` begins" in ran.err
    assert "KPI171" not in ran.err


def test_the_same_on_sqlite(kpi: Kpi, tmp_path: Path) -> None:
    text = PLANS.replace('file("orders.csv")', "orders").replace('file("plans.csv")', "plans")
    made = project(tmp_path / "p", text)
    with closing(sqlite3.connect(made / "shop.sqlite")) as shop, shop:
        shop.executescript("""
            create table orders (id integer, day text, customer_id integer);
            insert into orders values (1, '2026-01-05', 7), (1, '2026-01-06', 7);
            create table plans (plan_id integer, customer_id integer, plan text, valid_from text, valid_to text);
            insert into plans values (1, 7, 'plus', '2026-01-01', null), (2, 7, 'pro', '2026-02-01', null);
        """)
    (made / "kpi.toml").write_text('[project]\nname = "p"\n[connections.default]\nengine = "sqlite"\npath = "shop.sqlite"\n', "utf-8")
    ran = kpi("check", "--data", "--project", made)
    assert "1 of 2 rows repeats a key that another row has" in ran.err
    assert "1 of 2 rows of `plans` still holds" in ran.err
    assert "plan_id 1, customer_id 7, valid_from 2026-01-01, valid_to null" in ran.err
