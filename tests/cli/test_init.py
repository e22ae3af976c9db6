"""`kpi init`: projects that compile and pass `kpi check --data`, from files and from three databases; and everything that may be wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from kpidsl.compile import Compiled, compile_sources
from kpidsl.engines.base import open_engine
from kpidsl.model.expr import BOOL, DATE, INT, TEXT, TIMESTAMP, Type
from kpidsl.model.model import SourceModel
from kpidsl.project import load_project
from tests.cli.conftest import Kpi

MONEY = Type("decimal", precision=(12, 2))
Tables = dict[str, tuple[Sequence[tuple[str, Type]], Sequence[Sequence[object]]]]
ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("KPIDSL_DATA", ROOT.parent / "shared" / "data"))


def started(kpi: Kpi, folder: Path, data: object, *words: str) -> tuple[dict[str, SourceModel], str, Compiled]:
    """Runs `kpi init` and `kpi check --data`; the sources, the text of sources.kpi and the compiled project."""
    ran = kpi("init", data, "--into", folder, *words)
    assert ran.code == 0, ran.err
    checked = kpi("check", "--data", "--project", folder)
    assert checked.code == 0, checked.err
    compiled = compile_sources(load_project(folder).sources)
    assert not compiled.diagnostics.errors
    return compiled.model.sources, (folder / "sources.kpi").read_text("utf-8"), compiled


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def csv(head: str, *rows: object) -> str:
    return "\n".join([head, *(str(row) for row in rows)]) + "\n"


# ---------------------------------------------------------------- what is found

SHOP: Tables = {
    "customers": (
        [("id", INT), ("email", TEXT), ("Country Name", TEXT), ("signed_up", DATE)],
        [(number, f"p{number}@example.org", "IT" if number % 2 else "DE", f"2026-01-{number:02d}") for number in range(1, 13)],
    ),
    "orders": (
        [
            *[("order_id", INT), ("customer_id", INT), ("ordered_at", TIMESTAMP), ("updated_at", TIMESTAMP), ("status", TEXT)],
            *[("amount_eur", MONEY), ("click_rate", Type("number")), ("paid", BOOL)],
        ],
        [(100 + at, 1 + at % 12, f"2026-02-{1 + at // 2:02d} 10:00:00", "2026-03-01 00:00:00", "paid", 10, 0.5, True) for at in range(40)],
    ),
    "order_lines": (
        [("order_id", INT), ("line_no", INT), ("quantity", INT), ("promo_id", INT)],
        [(100 + at // 2, 1 + at % 2, 3, 7) for at in range(60)],
    ),
    "promos": ([("promo_id", INT), ("name", TEXT)], [(number, f"promo {number}") for number in range(1, 7)]),
}


def expect_shop(sources: dict[str, SourceModel], text: str, compiled: Compiled) -> None:
    """What the rows of SHOP prove."""
    assert sources["customers"].key == ("id",)
    assert sources["orders"].key == ("order_id",)
    assert sources["order_lines"].key == ("order_id", "line_no")
    assert sources["promos"].key == ("promo_id",)
    assert sources["orders"].time == "ordered_at"
    assert str(sources["orders"].begins) == "2026-02-01"
    assert {role: join.target for role, join in sources["orders"].joins.items()} == {"customer": "customers"}
    assert {role: join.target for role, join in sources["order_lines"].joins.items()} == {"order": "orders"}
    assert "# join one promo: promos on promo_id? 60 of 60 rows find none" in text
    assert sources["customers"].columns["email"].pii
    assert sources["customers"].columns["country_name"].physical == "Country Name"
    assert str(sources["orders"].columns["amount_eur"].type) == "EUR"
    assert not sources["orders"].columns["click_rate"].additive
    metrics = compiled.model.metrics
    assert {"customers", "orders", "order_lines", "promos", "amount_eur", "quantity"} <= set(metrics)
    assert "click_rate" not in metrics


def test_a_duckdb_file(kpi: Kpi, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "shop.duckdb")) as shop:
        for name, (columns, rows) in SHOP.items():
            kinds = {"int": "BIGINT", "text": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP", "bool": "BOOLEAN", "number": "DOUBLE"}
            listed = ", ".join(f'"{column}" {kinds.get(kind.kind, "DECIMAL(12, 2)")}' for column, kind in columns)
            shop.execute(f"CREATE TABLE {name} ({listed})")
            shop.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
    expect_shop(*started(kpi, tmp_path / "p", tmp_path / "shop.duckdb"))
    assert 'path = "../shop.duckdb"' in (tmp_path / "p" / "kpi.toml").read_text()


def test_an_sqlite_file(kpi: Kpi, tmp_path: Path) -> None:
    """Types are what every cell holds: dates are text there, and DECIMAL is any number."""
    kinds = {"int": "INTEGER", "text": "TEXT", "date": "DATE", "timestamp": "DATETIME", "bool": "BOOLEAN", "number": "REAL"}
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop, shop:
        for name, (columns, rows) in SHOP.items():
            listed = ", ".join(f'"{column}" {kinds.get(kind.kind, "DECIMAL(12, 2)")}' for column, kind in columns)
            shop.execute(f"CREATE TABLE {name} ({listed})")
            shop.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
        shop.execute("CREATE TABLE loose (id, when_ TEXT, mixed)")
        shop.executemany("INSERT INTO loose VALUES (?, ?, ?)", [(at, f"2026-01-{at:02d}", at if at % 2 else "x") for at in range(1, 20)])
    sources, text, compiled = started(kpi, tmp_path / "p", tmp_path / "shop.db")
    expect_shop(sources, text, compiled)
    assert {name: column.type.kind for name, column in sources["loose"].columns.items()} == {"id": "int", "when_": "date"}
    assert "left out, the language has no type for them: mixed (its values are of several types)" in text


def test_a_postgresql_database(kpi: Kpi, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    base, _, query = postgres_url.partition("?")
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS started")
        server.execute("CREATE DATABASE started")
    url = f"{base.rpartition('/')[0]}/started?{query}"
    engine = open_engine("postgres", {"url": url})
    for name, (columns, rows) in SHOP.items():
        engine.create_table(name, columns, rows)
    engine.create_table("other.promos", *SHOP["promos"])
    engine.close()
    monkeypatch.setenv("DATABASE_URL", url)
    sources, text, compiled = started(kpi, tmp_path / "p", "${DATABASE_URL}")
    expect_shop(sources, text, compiled)
    assert "from other.promos" in text
    assert 'url = "${DATABASE_URL}"' in (tmp_path / "p" / "kpi.toml").read_text()
    assert url not in (tmp_path / "p" / "kpi.toml").read_text() + text


def test_a_url_is_never_written(kpi: Kpi, tmp_path: Path, postgres_url: str) -> None:
    ran = kpi("init", postgres_url, "--into", tmp_path / "p", "--rows", "5")
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "p").iterdir()) if (tmp_path / "p").exists() else ""
    assert postgres_url not in ran.out + ran.err + written


def test_a_folder_of_files(kpi: Kpi, tmp_path: Path) -> None:
    """Two parts of one file are one source; days in the German way are read as such; the comma of a decimal is remarked."""
    data = write(
        tmp_path / "data",
        sales_2024=csv("id,amount", *(f"{at},1.5" for at in range(20))),
        sales_2025=csv("id,amount", *(f"{at},2.5" for at in range(20, 40))),
        german=csv("id;tag;preis", *(f"{at};{1 + at:02d}.10.2024;{at},50" for at in range(25))),
        either=csv("id,day", *(f"{at},{1 + at % 12:02d}/{1 + at % 12:02d}/2024" for at in range(25))),
    )
    sources, text, _ = started(kpi, tmp_path / "p", data)
    assert 'from file("../data/sales_*.csv")' in text
    assert sources["sales"].key == ("id",)
    assert 'from file("../data/german.csv", dateformat: "%d.%m.%Y")' in text
    assert sources["german"].time == "tag"
    assert 'decimal_separator: ","' in text
    assert sources["either"].columns["day"].type.kind == "text"
    assert 'dateformat: "%d/%m/%Y" or dateformat: "%m/%d/%Y"' in text
    assert "as_of = 2024-10-25" in (tmp_path / "p" / "kpi.toml").read_text()


def test_few_rows_prove_little(kpi: Kpi, tmp_path: Path) -> None:
    """Ten rows of who is in which list: the people are all different, and that is chance."""
    data = write(tmp_path / "data", members=csv("list_id,person_id", *(f"{at % 2},{at}" for at in range(10))))
    sources, text, _ = started(kpi, tmp_path / "p", data)
    assert sources["members"].key == ()
    assert "# key person_id? it is different in each of 10 rows, and they are too few to prove it" in text


def test_copies_are_told(kpi: Kpi, tmp_path: Path) -> None:
    """Event 7 stands twice among 40 rows."""
    data = write(tmp_path / "data", events=csv("event_id,kind", *(f"{at},x" for at in range(39)), "7,x"))
    sources, text, _ = started(kpi, tmp_path / "p", data)
    assert sources["events"].key == ()
    assert "# key event_id? 1 row repeats one: take the copies out, or find what makes a row unique" in text


def test_money_needs_proof(kpi: Kpi, tmp_path: Path) -> None:
    """One currency in every row is the amount's; several are a column's. Small letters are no code, and whole numbers may be cents: that is
    said, and not done."""
    data = write(
        tmp_path / "data",
        one=csv("id,currency,price", *(f"{at},EUR,2.5" for at in range(12))),
        small=csv("id,currency,total", *(f"{at},usd,2.5" for at in range(12))),
        several=csv("id,currency,fee", *(f"{at},{'EUR' if at % 2 else 'USD'},2.5" for at in range(12))),
        cents=csv("id,currency,paid_amount", *(f"{at},{'eur' if at % 2 else 'usd'},250" for at in range(12))),
        nothing=csv("id,amount", *(f"{at},2.5" for at in range(12))),
    )
    sources, text, compiled = started(kpi, tmp_path / "p", data)
    assert str(sources["one"].columns["price"].type) == "EUR"
    assert "fee:      money(currency)" in text
    assert sources["small"].columns["total"].type.kind == "number"
    assert "in usd, so declare value: money(USD) = money(total, USD)" in text
    assert "in eur, usd; whole numbers: cents? then currency_code: text = upper(currency), value: money(currency_code) = " in text
    assert "money? then say which: money(EUR)" in text
    assert "fee" not in compiled.model.metrics


@pytest.mark.parametrize(
    ("name", "head", "wanted"),
    [
        ("select", "where,Order Date,distinct", "where,Order Date,distinct"),
        ("订单", "编号,日期,金额", "编号,日期,金额"),
        ("2024 sales!", 'a b,a_b,"A B"', "a b,a_b,A B_1"),  # DuckDB does not tell `a b` from `A B`, and renames one
        ("metric", "key,time,source", "key,time,source"),
    ],
)
def test_names(name: str, head: str, wanted: str, kpi: Kpi, tmp_path: Path) -> None:
    """Keywords, blanks, Chinese, a digit in front, three names that become one."""
    data = tmp_path / "data"
    data.mkdir()
    (data / f"{name}.csv").write_text(csv(head, *(f"{at},2026-01-{at:02d},{at * 2}" for at in range(1, 20))), "utf-8")
    sources, _, _ = started(kpi, tmp_path / "p", data)
    (source,) = sources.values()
    assert len(source.columns) == 3
    assert [column.physical for column in source.columns.values()] == wanted.split(",")


def test_plans_do_not_say_where_the_data_ends(kpi: Kpi, tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        sales=csv("id,day", *(f"{at},2024-01-{at:02d}" for at in range(1, 20))),
        plan=csv("id,month", *(f"{at},{2024 + at // 12}-{1 + at % 12:02d}-01" for at in range(600))),
    )
    started(kpi, tmp_path / "p", data)
    assert "as_of = 2024-01-19" in (tmp_path / "p" / "kpi.toml").read_text()


def test_a_source_that_stopped_says_so(kpi: Kpi, tmp_path: Path) -> None:
    data = write(
        tmp_path / "data",
        sales=csv("id,day", *(f"{at},2024-03-{at:02d}" for at in range(1, 20))),
        ads=csv("id,day", *(f"{at},2024-01-{at:02d}" for at in range(1, 20))),
    )
    sources, _, _ = started(kpi, tmp_path / "p", data)
    assert str(sources["ads"].complete_through) == "2024-01-19"
    assert sources["sales"].complete_through is None


def test_only_the_first_rows(kpi: Kpi, tmp_path: Path) -> None:
    """Of twelve rows ten are looked at: there is no key, and that is said; twelve of twelve are all."""
    data = write(tmp_path / "data", orders=csv("id,amount", *(f"{at},1" for at in range(12))))
    ran = kpi("init", data, "--into", tmp_path / "p", "--rows", "10")
    assert ran.code == 0
    assert "hint[KPI224]: of orders only the first 10 rows were looked at" in ran.err
    assert "orders  10+ rows, no key" in ran.out
    assert "only the first 10 rows were looked at" in (tmp_path / "p" / "sources.kpi").read_text()
    assert kpi("check", "--data", "--project", tmp_path / "p").code == 0
    assert "KPI224" not in kpi("init", data, "--into", tmp_path / "q", "--rows", "12").err


# ---------------------------------------------------------------- real data


def test_the_superstore_of_the_examples(kpi: Kpi, tmp_path: Path) -> None:
    sources, _, compiled = started(kpi, tmp_path / "p", ROOT / "examples" / "superstore" / "superstore.parquet")
    source = sources["superstore"]
    assert (source.key, source.time, str(source.begins)) == (("row_id",), "order_date", "2014-01-03")
    assert source.columns["customer_name"].pii
    assert {"superstore", "sales", "quantity", "profit"} == set(compiled.model.metrics)
    ran = kpi("query", "superstore, sales by year", "--project", tmp_path / "p", "--format", "csv")
    assert ran.out.splitlines()[1].startswith("2014-01-01,1993,484247.4981")


FOLDERS = ("ad_reporting", "hubspot", "mailchimp", "salesforce", "shopify", "social_media", "stripe")


@pytest.mark.parametrize("folder", FOLDERS)
def test_landed_tables(folder: str, kpi: Kpi, tmp_path: Path) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"{DATA / folder} is not there; KPIDSL_DATA says where the data is")
    sources, _, _ = started(kpi, tmp_path / "p", DATA / folder)
    assert len(sources) >= len([path for path in (DATA / folder).glob("*.csv") if path.stat().st_size]) * 0.8


TPCH = {
    "region": "r_regionkey,r_name,r_comment",
    "nation": "n_nationkey,n_name,n_regionkey,n_comment",
    "supplier": "s_suppkey,s_name,s_nationkey,s_phone",
    "part": "p_partkey,p_name,p_retailprice",
    "partsupp": "ps_partkey,ps_suppkey,ps_availqty",
    "customer": "c_custkey,c_name,c_nationkey",
    "orders": "o_orderkey,o_custkey,o_orderdate,o_totalprice",
    "lineitem": "l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_shipdate",
}


def test_the_joins_of_tpc_h(kpi: Kpi, tmp_path: Path) -> None:
    """The eight tables of TPC-H (clause 1.4 of its specification) in small: every foreign key is found, through prefixes."""
    rows: dict[str, list[str]] = {
        "region": [f"{at},r{at},x" for at in range(5)],
        "nation": [f"{at},n{at},{at % 5},x" for at in range(25)],
        "supplier": [f"{at},s{at},{at % 25},{10 + at % 25}-555-555-1234" for at in range(1, 31)],
        "part": [f"{at},p{at},{900 + at}" for at in range(1, 41)],
        "partsupp": [f"{part},{1 + (part + step) % 30},{part}" for part in range(1, 41) for step in range(4)],
        "customer": [f"{at},c{at},{at % 25}" for at in range(1, 51)],
        "orders": [f"{at * 4},{1 + at % 50},199{at % 7}-01-{1 + at % 28:02d},{at}.5" for at in range(1, 101)],
        "lineitem": [
            f"{order * 4},{1 + (order + line) % 40},{1 + (1 + (order + line) % 40 + line % 4) % 30},{line},5,1995-02-{1 + order % 28:02d}"
            for order in range(1, 101)
            for line in (1, 2, 3)
        ],
    }
    data = write(tmp_path / "data", **{name: csv(head, *rows[name]) for name, head in TPCH.items()})
    sources, _, _ = started(kpi, tmp_path / "p", data)
    assert {name: source.key for name, source in sources.items()} == {
        "region": ("r_regionkey",),
        "nation": ("n_nationkey",),
        "supplier": ("s_suppkey",),
        "part": ("p_partkey",),
        "partsupp": ("ps_partkey", "ps_suppkey"),
        "customer": ("c_custkey",),
        "orders": ("o_orderkey",),
        "lineitem": ("l_orderkey", "l_linenumber"),
    }
    assert {name: sorted(join.target for join in source.joins.values()) for name, source in sources.items()} == {
        "region": [],
        "nation": ["region"],
        "supplier": ["nation"],
        "part": [],
        "partsupp": ["part", "supplier"],
        "customer": ["nation"],
        "orders": ["customer"],
        "lineitem": ["orders", "part", "partsupp", "supplier"],
    }


# ---------------------------------------------------------------- what may be wrong


def test_nothing_is_overwritten(kpi: Kpi, shop: Path) -> None:
    before = {path.name: path.read_bytes() for path in shop.iterdir()}
    ran = kpi("init", shop, "--into", shop)
    assert ran.code == 1
    assert "error[KPI221]" in ran.err
    assert "has a kpi.toml already" in ran.err
    assert {path.name: path.read_bytes() for path in shop.iterdir()} == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("nowhere", "there is no file or folder nowhere"),
        ("empty", "empty is empty"),
        ("texts", "texts holds no data files"),
        ("texts/a.txt.bak", "is neither a database nor a data file"),
        ("above", "above holds no data files"),
        ("hollow.db", "hollow.db has no tables"),
        ("broken.duckdb", "broken.duckdb cannot be opened as a DuckDB database"),
        ("mysql://host/db", "kpi init cannot look into mysql://"),
        ("${NO_SUCH_VARIABLE}", "the environment variable NO_SUCH_VARIABLE is not set"),
        ("postgresql://u:secret@localhost:1/x", "PostgreSQL cannot be reached"),
        ("blank", "blank was left out: it has no rows"),
    ],
)
def test_nothing_to_start_from(data: str, message: str, kpi: Kpi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "texts", "above", "above/below", "blank"):
        (tmp_path / name).mkdir()
    (tmp_path / "texts" / "a.txt.bak").write_text("hello\n")
    (tmp_path / "above" / "below" / "a.csv").write_text("id\n1\n")
    (tmp_path / "blank" / "blank.csv").write_text("id,x\n")
    (tmp_path / "broken.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"nonsense" * 600)
    with closing(sqlite3.connect(tmp_path / "hollow.db")) as hollow:
        hollow.execute("VACUUM")
    ran = kpi("init", data, "--into", "p")
    assert ran.code in (1, 2)
    assert message in ran.err, ran.err
    assert "KPI000" not in ran.err
    assert "secret" not in ran.err
    assert not (tmp_path / "p").exists()


def test_the_folder_below_is_named(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "above" / "below").mkdir(parents=True)
    (tmp_path / "above" / "below" / "a.csv").write_text("id\n1\n")
    assert f"kpi init {tmp_path / 'above' / 'below'}" in kpi("init", tmp_path / "above", "--into", tmp_path / "p").err


def test_files_of_different_columns(kpi: Kpi, tmp_path: Path) -> None:
    data = write(tmp_path / "data", orders_2024=csv("id,amount", "1,2"), orders_2025=csv("id,amount,coupon", "3,4,x"))
    ran = kpi("init", data, "--into", tmp_path / "p")
    assert ran.code == 1
    assert "error[KPI222]: orders_2024.csv, orders_2025.csv in " in ran.err
    assert "not in all of them: coupon" in ran.err
    assert set(compile_sources(load_project(tmp_path / "p").sources).model.sources) == {"orders_2024", "orders_2025"}


@pytest.mark.parametrize("lines", [4, 30_000])
def test_a_broken_line(lines: int, kpi: Kpi, tmp_path: Path) -> None:
    """In a small file, which an engine would read as something else, and behind the lines that it tries first. The others are written."""
    broken = csv("id,amount", *(f"{at},1" for at in range(lines)), "9,9,9,9")
    data = write(tmp_path / "data", broken=broken, fine=csv("id,x", *(f"{at},2" for at in range(12))))
    ran = kpi("init", data, "--into", tmp_path / "p")
    assert ran.code == 1
    assert "error[KPI223]: broken cannot be read, and was left out" in ran.err
    assert f"line {lines + 2}" in ran.err.replace(",", "")
    assert "# broken was left out: " in (tmp_path / "p" / "sources.kpi").read_text()
    assert kpi("check", "--data", "--project", tmp_path / "p").code == 0


def test_another_encoding(kpi: Kpi, tmp_path: Path) -> None:
    data = write(tmp_path / "data", fine=csv("id,x", *(f"{at},2" for at in range(12))))
    (data / "latin.csv").write_bytes("id,città\n1,Forlì\n2,Müller\n".encode("latin-1"))
    ran = kpi("init", data, "--into", tmp_path / "p")
    assert ran.code == 1
    assert "not written in UTF-8" in ran.err


def test_a_cell_far_down_makes_a_column_text(kpi: Kpi, tmp_path: Path) -> None:
    data = write(tmp_path / "data", orders=csv("id,amount", *(f"{at},{at}" for at in range(30_000)), "30000,n/a"))
    sources, text, _ = started(kpi, tmp_path / "p", data)
    assert sources["orders"].columns["amount"].type.kind == "text"
    assert "line 30,002 holds “n/a”, which is no whole number" in text


def test_wrong_words(kpi: Kpi, tmp_path: Path) -> None:
    assert kpi("init", tmp_path, "--rows", "many").code == 2
    (tmp_path / "file").write_text("")
    ran = kpi("init", tmp_path, "--into", tmp_path / "file")
    assert ran.code == 1
    assert "is a file, and the project needs a folder" in ran.err
