"""`kpi check --data` on DuckDB, SQLite and PostgreSQL: rows few enough to count what is wrong with them by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest

from kpidsl.compile import compile_sources
from kpidsl.data.database import EngineDatabase, Rowset
from kpidsl.data.look import Looked, look
from kpidsl.diagnostic import Diagnostic
from kpidsl.engines.base import Engine
from kpidsl.model.expr import DATE, INT, TEXT, TIMESTAMP, Type
from kpidsl.plan.plan import Scan, Statement
from kpidsl.span import Source
from kpidsl.sql.emit import scans_of

MONEY = Type("decimal", precision=(12, 2))
TODAY = dt.date(2026, 3, 15)
Tables = dict[str, tuple[Sequence[tuple[str, Type]], Sequence[Sequence[object]]]]


class Counting(EngineDatabase):
    """Remembers what was asked."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.asked: list[Statement] = []

    def rows(self, statement: Statement) -> Rowset:
        self.asked.append(statement)
        return super().rows(statement)


def look_into(engine: Engine, text: str, tables: Tables, as_of: dt.date | None = TODAY) -> tuple[Looked, Counting]:
    """What is found in tables of these rows."""
    for name, (columns, rows) in tables.items():
        engine.create_table(name, columns, rows)
    compiled = compile_sources([Source("a.kpi", text)])
    assert not compiled.diagnostics.errors, [found.message for found in compiled.diagnostics.errors]
    database = Counting(engine)
    return look(compiled, database, as_of), database


def said(looked: Looked) -> list[tuple[str, str]]:
    """Codes and messages, in order of the report."""
    return [(found.code, found.message) for found in sorted(looked.found, key=lambda found: found.sort_key)]


def examples(found: Diagnostic) -> list[str]:
    """The lines of the note that shows rows."""
    return next((note.split("\n")[1:] for note in found.notes if note.startswith("for example:")), [])


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# ---------------------------------------------------------------- keys and values

ORDERS = """source orders from orders {
  key id
  id: int
  status: text { not null }
  amount: money(EUR)
}
metric revenue = sum(orders.amount)
"""
COLUMNS = [("id", INT), ("status", TEXT), ("amount", MONEY)]


def test_nothing_is_wrong(engine: Engine) -> None:
    looked, database = look_into(engine, ORDERS, {"orders": (COLUMNS, [(1, "paid", Decimal("1.50")), (2, "open", None)])})
    assert said(looked) == []
    assert looked.rows == 2
    assert len(database.asked) == 2  # one pass, and the first values of `status`


def test_repeated_and_missing_keys(engine: Engine) -> None:
    """Keys 1, 2, 2, 3, 3, 3, none: six rows have a key, there are three keys, so three rows repeat one; one row has none."""
    rows = [(key, "paid", Decimal(1)) for key in (1, 2, 2, 3, 3, 3, None)]
    looked, _ = look_into(engine, ORDERS, {"orders": (COLUMNS, rows)})
    assert said(looked) == [
        ("KPI171", "`id` is the key of `orders`, and 3 of 7 rows repeat a key that another row has"),
        ("KPI201", "1 of 7 rows of `orders` has no `id`, which is its key"),
    ]
    repeated, missing = sorted(looked.found, key=lambda found: found.code)
    assert examples(repeated) == ["id 3, rows 3", "id 2, rows 2"]
    assert repeated.span is not None
    assert repeated.span.text == "key id"
    assert examples(missing) == ["id null"]


def test_a_key_of_two_columns(engine: Engine) -> None:
    """(1, 1), (1, 2), (1, 2), (none, 1), (2, none): two full keys in three rows; one row lacks each part."""
    text = "source lines from lines { key a, b  a: int  b: int }\nmetric n = count(lines)\n"
    rows = [(1, 1), (1, 2), (1, 2), (None, 1), (2, None)]
    looked, _ = look_into(engine, text, {"lines": ([("a", INT), ("b", INT)], rows)})
    assert said(looked) == [
        ("KPI171", "`a` and `b` is the key of `lines`, and 1 of 5 rows repeats a key that another row has"),
        ("KPI201", "1 of 5 rows of `lines` has no `a`, which is its key"),
        ("KPI201", "1 of 5 rows of `lines` has no `b`, which is its key"),
    ]
    assert examples(next(found for found in looked.found if found.code == "KPI171")) == ["a 1, b 2, rows 2"]


def test_parts_of_a_text_key_do_not_run_together(engine: Engine) -> None:
    """`a` and `bc` are not `ab` and `c`."""
    text = "source lines from lines { key a, b  a: text  b: text }\nmetric n = count(lines)\n"
    looked, _ = look_into(engine, text, {"lines": ([("a", TEXT), ("b", TEXT)], [("a", "bc"), ("ab", "c"), ("A", "bc")])})
    assert said(looked) == []


def test_not_null(engine: Engine) -> None:
    rows = [(1, None, Decimal(1)), (2, "open", None), (3, None, None)]
    looked, _ = look_into(engine, ORDERS, {"orders": (COLUMNS, rows)})
    assert said(looked) == [("KPI201", "`status` is declared `not null`, and 2 of 3 rows have none")]
    assert examples(looked.found[0]) == ["id 1", "id 3"]


def test_no_more_than_five_examples(engine: Engine) -> None:
    looked, _ = look_into(engine, ORDERS, {"orders": (COLUMNS, [(key, None, None) for key in range(9)])})
    assert examples(looked.found[0]) == [f"id {key}" for key in range(5)]


def test_no_rows(engine: Engine) -> None:
    looked, _ = look_into(engine, ORDERS, {"orders": (COLUMNS, [])})
    assert said(looked) == [("KPI210", "`orders` has no rows")]


def test_personal_data_is_never_in_an_example(engine: Engine) -> None:
    """The key is personal: repeated keys are counted and not shown; of a row without a status nothing may be shown either."""
    text = "source people from people { key email  email: text { pii }  status: text { not null } }\nmetric n = count(people)\n"
    rows = [("ada@example.org", "x"), ("ada@example.org", None)]
    looked, database = look_into(engine, text, {"people": ([("email", TEXT), ("status", TEXT)], rows)})
    assert [code for code, _ in said(looked)] == ["KPI171", "KPI201"]
    assert all(examples(found) == [] for found in looked.found)
    assert "ada" not in str(looked.found)
    assert len(database.asked) == 2  # no example was even fetched


# ---------------------------------------------------------------- joins

JOINED = """source items from items {
  key id
  id: int
  order_id: int
  join one order: orders on order_id = id
}
source orders from orders { key id  id: int  kind: text }
metric n = count(items)
"""


def test_rows_whose_join_finds_nothing(engine: Engine) -> None:
    """Orders 7 and 9 are not there; an item of no order is nobody's fault; order 1 is there twice, and its item counts once."""
    items = [(1, 1), (2, 7), (3, None), (4, 9), (5, 2)]
    tables: Tables = {
        "items": ([("id", INT), ("order_id", INT)], items),
        "orders": ([("id", INT), ("kind", TEXT)], [(1, "a"), (1, "b"), (2, "c"), (None, "d")]),
    }
    looked, database = look_into(engine, JOINED, tables)
    assert said(looked) == [
        ("KPI202", "2 of 5 rows of `items` find no row of `orders` by `order_id`"),
        ("KPI171", "`id` is the key of `orders`, and 1 of 4 rows repeats a key that another row has"),
        ("KPI201", "1 of 4 rows of `orders` has no `id`, which is its key"),
    ]
    orphans = looked.found[0]
    assert orphans.severity == "warning"
    assert orphans.label == "40.0% of the rows"
    assert examples(orphans) == ["id 2, order_id 7", "id 4, order_id 9"]
    assert [scan.alias for scan in scans_of(database.asked[0])].count("items") == 1


def test_a_join_on_two_columns(engine: Engine) -> None:
    """(1, a) is there, (1, b) is not; (none, a) and (1, none) know no partner and are not missed."""
    text = """source a from a { key id  id: int  x: int  y: text  join one other: b on (x, y) }
source b from b { key x, y  x: int  y: text }
metric n = count(a)
"""
    tables: Tables = {
        "a": ([("id", INT), ("x", INT), ("y", TEXT)], [(1, 1, "a"), (2, 1, "b"), (3, None, "a"), (4, 1, None)]),
        "b": ([("x", INT), ("y", TEXT)], [(1, "a"), (2, "b")]),
    }
    looked, _ = look_into(engine, text, tables)
    assert said(looked) == [("KPI202", "1 of 4 rows of `a` finds no row of `b` by `x` and `y`")]
    assert examples(looked.found[0]) == ["id 2, x 1, y “b”"]


def test_a_source_that_joins_to_itself(engine: Engine) -> None:
    text = "source staff from staff { key id  id: int  boss: int  join one manager: staff on boss = id }\nmetric n = count(staff)\n"
    looked, _ = look_into(engine, text, {"staff": ([("id", INT), ("boss", INT)], [(1, None), (2, 1), (3, 8)])})
    assert said(looked) == [("KPI202", "1 of 3 rows of `staff` finds no row of `staff` by `boss`")]


# ---------------------------------------------------------------- validities

VALID = """source orders from orders {
  key id  time at  id: int  who: text  at: date
  join one plan: plans on who during plans.starts..plans.ends
}
source plans from plans { key id  id: int  who: text  starts: date  ends: date }
metric n = count(orders)
"""


def test_validities_that_overlap(engine: Engine) -> None:
    """a: 1 Jan–1 Feb beside 15 Jan–1 Mar, one overlap. b: open end before a next row, one. c: end meets start, none. d: ends before it
    starts. e: an empty validity inside a long one, none. f: an open start, and the next row begins before its end, one. g: a long row
    holds two short ones that do not touch: the long one overlaps the next, so one."""
    spans = [
        *[("a", "2026-01-01", "2026-02-01"), ("a", "2026-01-15", "2026-03-01")],
        *[("b", "2026-01-01", None), ("b", "2026-02-01", "2026-03-01")],
        *[("c", "2026-01-01", "2026-02-01"), ("c", "2026-02-01", None)],
        ("d", "2026-03-01", "2026-02-01"),
        *[("e", "2026-01-01", "2026-01-10"), ("e", "2026-01-05", "2026-01-05")],
        *[("f", None, "2026-02-01"), ("f", "2026-01-15", "2026-03-01")],
        *[("g", "2026-01-01", "2026-12-31"), ("g", "2026-02-01", "2026-03-01"), ("g", "2026-05-01", "2026-06-01")],
    ]
    rows = [(at, who, start and day(start), end and day(end)) for at, (who, start, end) in enumerate(spans, 1)]
    tables: Tables = {
        "orders": ([("id", INT), ("who", TEXT), ("at", DATE)], [(1, "a", day("2026-03-14"))]),
        "plans": ([("id", INT), ("who", TEXT), ("starts", DATE), ("ends", DATE)], rows),
    }
    looked, _ = look_into(engine, VALID, tables)
    assert said(looked) == [
        ("KPI172", "4 of 14 rows of `plans` still hold when the next one of the same `who` begins"),
        ("KPI203", "1 of 14 rows of `plans` ends before it starts"),
    ]
    overlap, backwards = sorted(looked.found, key=lambda found: found.sort_key)
    assert examples(backwards) == ["id 7, who “d”, starts 2026-03-01, ends 2026-02-01"]
    assert [line.partition(",")[0] for line in examples(overlap)] == ["id 1", "id 3", "id 10", "id 12"]


def test_who_has_no_plan_is_only_hinted_at(engine: Engine) -> None:
    tables: Tables = {
        "orders": ([("id", INT), ("who", TEXT), ("at", DATE)], [(1, "a", TODAY), (2, "z", TODAY)]),
        "plans": ([("id", INT), ("who", TEXT), ("starts", DATE), ("ends", DATE)], [(1, "a", None, None)]),
    }
    looked, _ = look_into(engine, VALID, tables)
    assert [(found.code, found.severity) for found in looked.found] == [("KPI202", "hint")]


# ---------------------------------------------------------------- time

TIMED = """source orders from orders {{
  key id  time at  id: int  at: {kind}
  {items}
}}
metric n = count(orders)
"""


def timed(engine: Engine, days: Sequence[str | None], items: str = "", as_of: dt.date | None = TODAY) -> list[tuple[str, str]]:
    rows = [(at, value and day(value)) for at, value in enumerate(days, 1)]
    text = TIMED.format(kind="date", items=items)
    return said(look_into(engine, text, {"orders": ([("id", INT), ("at", DATE)], rows)}, as_of)[0])


def test_rows_without_a_time_and_rows_of_the_future(engine: Engine) -> None:
    assert timed(engine, ["2026-03-14", None, "2026-03-15", "2026-03-16", "2027-01-01"]) == [
        ("KPI205", "1 of 5 rows of `orders` has no `at`, which is its time"),
        ("KPI209", "2 of 5 rows of `orders` are later than 2026-03-15, the day that counts as today"),
    ]


def test_a_source_that_stopped(engine: Engine) -> None:
    """Rows on 1, 2, 3 and 4 March: one day apart, so three days may pass. On the 7th nothing is wrong, on the 8th it is."""
    days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert timed(engine, days, as_of=day("2026-03-07")) == []
    assert timed(engine, days, as_of=day("2026-03-08")) == [
        ("KPI206", "the latest row of `orders` is of 2026-03-04, 4 days before 2026-03-08")
    ]
    assert timed(engine, days, "settles after 7 days", as_of=day("2026-03-14")) == []
    assert timed(engine, days, "settles after 7 days", as_of=day("2026-03-15")) != []
    assert timed(engine, days, "complete through 2026-03-04") == []


def test_a_source_with_a_rhythm_of_its_own(engine: Engine) -> None:
    """1 January, 1 February, 1 March: 60 days for three, so 60 days may pass after the last one."""
    days = ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert timed(engine, days, as_of=day("2026-04-30")) == []
    assert timed(engine, days, as_of=day("2026-05-01")) != []


def test_less_complete_than_it_says(engine: Engine) -> None:
    assert timed(engine, ["2026-03-01", "2026-03-02"], "complete through 2026-03-10") == [
        ("KPI206", "`orders` is said to be complete through 2026-03-10, and its latest row is of 2026-03-02")
    ]
    assert timed(engine, ["2026-03-01", "2026-03-02"], "complete through 2026-03-03") == []


def test_complete_through_a_column(engine: Engine) -> None:
    """Loaded through 10 March, latest row of the 2nd: eight days without a row where a day has one."""
    text = TIMED.format(kind="date", items="loaded: timestamp  complete through loaded")
    rows = [(1, day("2026-03-01"), dt.datetime(2026, 3, 9, 4)), (2, day("2026-03-02"), dt.datetime(2026, 3, 10, 4))]
    tables: Tables = {"orders": ([("id", INT), ("at", DATE), ("loaded", TIMESTAMP)], rows)}
    assert said(look_into(engine, text, tables)[0]) == [
        ("KPI206", "`orders` is said to be complete through 2026-03-10, and its latest row is of 2026-03-02")
    ]


def test_begins(engine: Engine) -> None:
    assert timed(engine, ["2026-03-13", "2026-03-14", "2026-03-15"], "begins 2026-03-14") == [
        ("KPI207", "1 of 3 rows of `orders` is older than 2026-03-14, where it is said to begin")
    ]
    assert timed(engine, ["2026-03-13", "2026-03-14", "2026-03-15"], "begins 2026-03-11") == []
    assert timed(engine, ["2026-03-13", "2026-03-14", "2026-03-15"], "begins 2025-01-01") == [
        ("KPI207", "`orders` is said to begin on 2025-01-01, and its first row is of 2026-03-13")
    ]


def test_days_are_those_of_the_calendar(engine: Engine) -> None:
    """23:30 UTC on 15 March is the 16th in Rome: a row of tomorrow."""
    text = 'calendar { zone "Europe/Rome" }\n' + TIMED.format(kind="timestamp", items="")
    rows = [(1, dt.datetime(2026, 3, 15, 12)), (2, dt.datetime(2026, 3, 15, 23, 30))]
    looked, _ = look_into(engine, text, {"orders": ([("id", INT), ("at", TIMESTAMP)], rows)})
    assert [found.code for found in looked.found] == ["KPI209"]
    assert looked.found[0].message.startswith("1 of 2 rows of `orders` is later")


def test_today_is_the_warehouse_s_where_nobody_says(engine: Engine) -> None:
    today = dt.datetime.now(dt.UTC).date()
    rows = [str(today - dt.timedelta(days=back)) for back in range(3)]
    assert timed(engine, rows, as_of=None) == []
    assert [code for code, _ in timed(engine, ["2020-01-01"], as_of=None)] == ["KPI206"]


BOTH = """source orders from orders { key id  time at  id: int  at: date }
source ads from ads { key at  time at  at: date  cost: money(EUR)  ITEMS }
metric orders_made = count(orders)
metric spend = sum(ads.cost)
metric cost_per_order = spend / orders_made
metric also = spend * 2 / orders_made
"""


@pytest.mark.parametrize(("items", "wrong"), [("", True), ("begins 2026-03-10", False)])
def test_sources_of_one_metric_that_start_on_different_days(engine: Engine, items: str, wrong: bool) -> None:
    """Orders from 1 January, ads from 10 March, a row a day."""
    tables: Tables = {
        "orders": ([("id", INT), ("at", DATE)], [(1, day("2026-01-01")), (2, TODAY)]),
        "ads": ([("at", DATE), ("cost", MONEY)], [(day(f"2026-03-{number}"), Decimal(5)) for number in range(10, 16)]),
    }
    looked, _ = look_into(engine, BOTH.replace("ITEMS", items), tables)
    message = "`ads` starts on 2026-03-10 and `orders` on 2026-01-01, and `cost_per_order`, `also` read both"
    assert said(looked) == ([("KPI208", message)] if wrong else [])


def test_sources_that_start_nearly_together(engine: Engine) -> None:
    """Three days later, a row a day: within three times the usual distance."""
    tables: Tables = {
        "orders": ([("id", INT), ("at", DATE)], [(1, day("2026-03-07")), (2, TODAY)]),
        "ads": ([("at", DATE), ("cost", MONEY)], [(day(f"2026-03-{number}"), Decimal(5)) for number in range(10, 16)]),
    }
    assert said(look_into(engine, BOTH.replace("ITEMS", ""), tables)[0]) == []


# ---------------------------------------------------------------- currencies


def test_another_currency_beside_a_fixed_one(engine: Engine) -> None:
    """Two rows say USD; a row without an amount and one without a currency say nothing."""
    text = "source o from o { key id  id: int  currency: text  amount: money(EUR) }\nmetric n = sum(o.amount)\n"
    rows = [(1, "EUR", Decimal(1)), (2, "USD", Decimal(2)), (3, "USD", None), (4, None, Decimal(3)), (5, "USD", Decimal(4))]
    looked, _ = look_into(engine, text, {"o": ([("id", INT), ("currency", TEXT), ("amount", MONEY)], rows)})
    assert said(looked) == [("KPI204", "`amount` is declared in EUR, and 2 of 5 rows say another currency")]


def test_a_currency_that_is_none(engine: Engine) -> None:
    """`eur` is no code of ISO 4217, nor is nothing; where there is no amount nobody asks."""
    text = "source o from o { key id  id: int  code: text  amount: money(code) }\nmetric n = count(o)\n"
    rows = [(1, "EUR", Decimal(1)), (2, "eur", Decimal(2)), (3, None, Decimal(3)), (4, None, None)]
    looked, _ = look_into(engine, text, {"o": ([("id", INT), ("code", TEXT), ("amount", MONEY)], rows)})
    assert said(looked) == [("KPI204", "2 of 4 rows of `o` have an amount whose `code` is no currency of ISO 4217")]


def test_a_table_of_rates_names_other_currencies(engine: Engine) -> None:
    text = "source fx from fx { key day, currency  day: date  currency: text  price: money(EUR) }\nmetric n = count(fx)\n"
    looked, _ = look_into(engine, text, {"fx": ([("day", DATE), ("currency", TEXT), ("price", MONEY)], [(TODAY, "USD", Decimal("0.9"))])})
    assert said(looked) == []


# ---------------------------------------------------------------- types and personal data


def test_types_of_a_database_that_has_none(sqlite: Engine) -> None:
    """SQLite keeps any value in any column."""
    text = """source t from t { key id  id: int  n: number  d: date  at: timestamp  b: bool  s: text }
metric total = sum(t.n)
"""
    columns = [("id", INT), ("n", Type("number")), ("d", DATE), ("at", TIMESTAMP), ("b", Type("bool")), ("s", Type("json"))]
    good = (1, 1.5, "2026-02-28", "2026-02-28 10:00:00", True, "x")
    bad = [
        (2, "n/a", "2026-02-28", "2026-02-28T10:00:00.5", False, "x"),
        (3, None, "2026-02-30", "28.02.2026", 2, 7),
        (4, 2, "28.02.2026", None, None, None),
    ]
    looked, _ = look_into(sqlite, text, {"t": (columns, [good, *bad])})
    assert said(looked) == [
        ("KPI164", "`n` is declared as a plain number, and 1 of 4 rows holds something else"),
        ("KPI164", "`d` is declared as a date, and 2 of 4 rows hold something else"),
        ("KPI164", "`at` is declared as a timestamp, and 1 of 4 rows holds something else"),
        ("KPI164", "`b` is declared as true or false, and 1 of 4 rows holds something else"),
        ("KPI164", "`s` is declared as text, and 1 of 4 rows holds something else"),
    ]


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_types_of_a_database_that_has_them(name: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(name)
    text = "source t from t { key id  id: int  d: date }\nmetric n = count(t)\n"
    looked, database = look_into(engine, text, {"t": ([("id", INT), ("d", TEXT)], [(1, "2026-01-01")])})
    assert [code for code, _ in said(looked)] == ["KPI164"]
    assert database.asked == []  # what the catalog tells needs no rows


def test_a_column_and_a_table_that_are_not_there(engine: Engine) -> None:
    text = ORDERS + "source none from missing_table { key id  id: int }\nmetric m = count(none)\n"
    looked, _ = look_into(engine, text, {"orders": ([("id", INT), ("statuz", TEXT), ("amount", MONEY)], [(1, "x", Decimal(1))])})
    assert [code for code, _ in said(looked)] == ["KPI163", "KPI162"]


def test_personal_data_by_name_and_by_values(engine: Engine) -> None:
    """`e_mail` by its name; `contact` by its values; `note` has too few addresses; `phone` is declared."""
    text = """source people from people { key id  id: int  e_mail: text  contact: text  note: text  phone: text { pii } }
metric n = count(people)
"""
    columns = [("id", INT), ("e_mail", TEXT), ("contact", TEXT), ("note", TEXT), ("phone", TEXT)]
    rows = [(at, "-", f"p{at}@example.org", "see a@example.org" if at else "x@example.org", "+39 02 1234567") for at in range(4)]
    looked, _ = look_into(engine, text, {"people": (columns, rows)})
    assert said(looked) == [
        ("KPI211", "`people.e_mail` seems to hold e-mail addresses, by its name"),
        ("KPI211", "`people.contact` seems to hold e-mail addresses, by its values"),
    ]
    assert all(found.severity == "hint" for found in looked.found)
    assert "example.org" not in str(looked.found)


# ---------------------------------------------------------------- derived sources


def test_coarser_grains_and_unions(engine: Engine) -> None:
    """Lines 1 and 2 of order 7, line 3 of order 8, which no customer's row knows; both halves of a union have the key 1."""
    text = """source lines from lines { key id  id: int  order_id: int  customer_id: int }
source orders from lines by order_id { customer_id: int = any(customer_id)  join one customer: customers on customer_id }
source customers from customers { key customer_id  customer_id: int }
source all_ads from union(meta, google) as platform { key id  id: int }
source meta from meta { key id  id: int }
source google from google { key id  id: int }
metric n = count(orders)
metric m = count(all_ads)
"""
    tables: Tables = {
        "lines": ([("id", INT), ("order_id", INT), ("customer_id", INT)], [(1, 7, 1), (2, 7, 1), (3, 8, 2)]),
        "customers": ([("customer_id", INT)], [(1,)]),
        "meta": ([("id", INT)], [(1,), (2,)]),
        "google": ([("id", INT)], [(1,)]),
    }
    looked, _ = look_into(engine, text, tables)
    assert said(looked) == [
        ("KPI202", "1 of 2 rows of `orders` finds no row of `customers` by `customer_id`"),
        ("KPI171", "`id` is the key of `all_ads`, and 1 of 3 rows repeats a key that another row has"),
    ]
    assert looked.rows == 3 + 1 + 2 + 1


def test_one_pass_over_each_source(engine: Engine) -> None:
    """Everything about a source comes from one statement that reads it once."""
    tables: Tables = {
        "items": ([("id", INT), ("order_id", INT)], [(1, 1)]),
        "orders": ([("id", INT), ("kind", TEXT)], [(1, "a")]),
    }
    _, database = look_into(engine, JOINED, tables)
    passes = [statement for statement in database.asked if statement.comment.startswith("what is wrong")]
    assert len(passes) == 2
    assert [[scan.alias for scan in scans_of(each) if isinstance(scan, Scan)] for each in passes] == [["items", "orders"], ["orders"]]
