"""Results: as people read them, with units, and as programs do, with nothing changed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidsl.report import parquet, tables
from kpidsl.report.cells import cells, heading
from kpidsl.report.result import Result, ResultColumn, Value
from kpidsl.report.width import cut, pad, visible, width

CHANNEL = ResultColumn("channel", "group", "text", label="Channel")
MONTH = ResultColumn("month", "group", "date", format="month")
REVENUE = ResultColumn("revenue", "metric", "decimal", "EUR", label="Revenue")
ROAS = ResultColumn("roas", "metric", "number", "%", format="x", label="ROAS")
RATE = ResultColumn("rate", "metric", "number", "%")
KIND = ResultColumn("row_type", "row_type", "text")

RESULT = Result(
    (CHANNEL, MONTH, REVENUE, ResultColumn("roas", "metric", "number", "×", label="ROAS"), RATE),
    [
        ("email", dt.date(2026, 1, 1), Decimal("48210.35"), 11.2, 0.034),
        ("社群", dt.date(2026, 2, 1), Decimal("1250.00"), 1.25, 0.5),
        (None, None, None, float("nan"), float("inf")),
    ],
)


def test_a_table_for_people() -> None:
    assert tables.text(RESULT) == (
        "Channel   month      Revenue    ROAS     rate\n"
        "email     2026-01   48,210 €   11.2×    3.4 %\n"
        "社群      2026-02    1,250 €    1.3×   50.0 %\n"
        "–         –                –       –        –\n"
    )


def test_a_table_in_the_readers_language() -> None:
    assert tables.text(RESULT, "it").splitlines()[1] == "email     2026-01   48.210 €   11,2×    3,4 %"


def test_markdown() -> None:
    assert tables.markdown(RESULT).splitlines()[:3] == [
        "| Channel | month | Revenue | ROAS | rate |",
        "| --- | --- | ---: | ---: | ---: |",
        "| email | 2026-01 | 48,210 € | 11.2× | 3.4 % |",
    ]


def test_csv() -> None:
    assert tables.csv(RESULT) == (
        "channel,month,revenue,roas,rate\r\nemail,2026-01-01,48210.35,11.2,0.034\r\n社群,2026-02-01,1250.00,1.25,0.5\r\n,,,,\r\n"
    )


def test_json() -> None:
    assert tables.json(RESULT) == (
        '{"columns": [{"name": "channel", "type": "text", "unit": ""}, {"name": "month", "type": "date", "unit": ""}, '
        '{"name": "revenue", "type": "decimal", "unit": "EUR"}, {"name": "roas", "type": "number", "unit": "×"}, '
        '{"name": "rate", "type": "number", "unit": "%"}],\n "rows": [\n'
        '  ["email", "2026-01-01", 48210.35, 11.2, 0.034],\n'
        '  ["社群", "2026-02-01", 1250.00, 1.25, 0.5],\n'
        "  [null, null, null, null, null]\n ]}\n"
    )


@pytest.mark.parametrize("format", tables.FORMATS)
def test_no_rows_and_no_columns(format: str) -> None:
    assert tables.render(Result(RESULT.columns, []), format)
    assert isinstance(tables.render(Result((), []), format), str)
    if format == "json":
        assert json.loads(tables.render(Result(RESULT.columns, []), format))["rows"] == []


def test_totals_say_so() -> None:
    result = Result(
        (CHANNEL, MONTH, KIND, RATE),
        [
            ("email", dt.date(2026, 1, 1), "group", 0.1),
            (None, dt.date(2026, 1, 1), "group", 0.2),
            ("email", None, "subtotal", 0.1),
            (None, None, "total", 0.3),
        ],
    )
    assert tables.text(result) == (
        "Channel   month        rate\n"
        "email     2026-01    10.0 %\n"
        "–         2026-01    20.0 %\n"
        "email     Subtotal   10.0 %\n"
        "Total                30.0 %\n"
    )
    assert tables.csv(result).splitlines()[-1] == ",,total,0.3"


# ---------------------------------------------------------------- numbers and units


@pytest.mark.parametrize(
    ("unit", "format", "values", "expected"),
    [
        ("EUR", "", [Decimal("48210.35"), Decimal("1048.1"), Decimal(0)], ["48,210 €", "1,048 €", "0 €"]),
        ("EUR", "", [Decimal("48210.35"), Decimal("96.4")], ["48,210.35 €", "96.40 €"]),
        ("EUR", "", [45, 52], ["45 €", "52 €"]),
        ("EUR", "", [Decimal("0.0042"), Decimal("0.01")], ["0.004 €", "0.010 €"]),
        ("EUR per customer", "", [Decimal("47.2"), Decimal("-81.405")], ["47.20 €", "−81.41 €"]),
        ("JPY", "", [Decimal("1234.5"), 99], ["1,235 ¥", "99 ¥"]),
        ("%", "", [0.034, 0.5, -0.004, 1.2], ["3.4 %", "50.0 %", "−0.4 %", "120.0 %"]),
        ("%", "", [0.00034], ["0.034 %"]),
        ("%", "", [0], ["0.0 %"]),
        ("×", "", [11.2, 8.25], ["11.2×", "8.3×"]),
        ("", "x", [11.2], ["11.2×"]),
        ("days", "", [4.0, 12.25], ["4.0 days", "12.3 days"]),
        ("days", "", [0.0021], ["3.0 minutes"]),
        ("days", "", [0.25, None], ["6.0 hours", "–"]),
        ("points", "", [41], ["41 points"]),
        ("points", "", [41.5, -3], ["41.5 points", "−3.0 points"]),
        ("count", "", [1200, 7], ["1,200", "7"]),
        ("count", "", [2.5, 3], ["2.5", "3.0"]),
        ("", "", [0.125, 1234567.891], ["0.13", "1,234,567.89"]),
        ("", "", [0.000123], ["0.00012"]),
        ("", "", [-0.0001, 5.0], ["0.00", "5.00"]),
        ("", "", [1e300, 1.0, 2.5], ["1E300", "1.0", "2.5"]),  # a double knows fifteen digits, and not three hundred
        ("EUR", "", [1.2345678901234568e17, 5.5], ["1.234568E17 €", "5.50 €"]),
        ("count", "", [-1.5e16], ["−1.5E16"]),
        ("days", "", [1e17], ["1E17 days"]),
        ("", "", [1e15 / 3], ["333,333,333,333,333"]),
        ("%", "", [1e12 / 3], ["33,333,333,333,333.3 %"]),
        ("", "", [10**20, Decimal("1e20")], [f"100{',000' * 6}"] * 2),  # these are exact
        ("", "0.00", [1e16], ["1E16"]),
        ("EUR", "", [0.1 + 0.2, 45.00000000000001], ["0.30 €", "45.00 €"]),
        ("EUR", "", [45.00000000000001, 52.0], ["45 €", "52 €"]),
        ("", "0.000", [0.25], ["0.250"]),
        ("EUR", "#,##0.0", [1234.56], ["1,234.6 €"]),
        ("%", "0.00", [0.0345], ["3.45 %"]),
        ("", "0.0%", [0.0345], ["3.5%"]),
        ("", "@@.0", [2], ["2"]),  # no pattern: the unit decides
        ("days", "0.00", [Decimal(2) / 24], ["2.00 hours"]),  # in the unit that is shown
    ],
)
def test_cells(unit: str, format: str, values: list[Value], expected: list[str]) -> None:
    assert cells(ResultColumn("m", unit=unit, format=format), values) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", ["1,234.50 €", "4.0 days"]),
        ("it", ["1.234,50 €", "4,0 giorni"]),
        ("ro", ["1.234,50 EUR", "4,0 zile"]),
        ("de-CH", ["1’234.50 EUR", "4.0 Tage"]),
        ("zh-Hant", ["1,234.50 €", "4.0 天"]),
        ("zh-Hans", ["1,234.50 €", "4.0天"]),
        ("xx", ["1,234.50 €", "4.0 days"]),
    ],
)
def test_locales(locale: str, expected: list[str]) -> None:
    money = cells(ResultColumn("m", unit="EUR"), [Decimal("1234.50"), Decimal("1.25")], locale)[0]
    days = cells(ResultColumn("d", type="duration", unit="days"), [4.0], locale)[0]
    assert [money.replace("\u202f", " ").replace("\xa0", " "), days] == expected


@pytest.mark.parametrize(
    ("unit", "type", "title"),
    [
        ("EUR", "decimal", "CAC"),
        ("EUR per customer", "decimal", "CAC (per customer)"),
        ("%", "number", "CAC"),
        ("1 per order", "number", "CAC (per order)"),
        ("days per order", "duration", "CAC (per order)"),
        ("(orders.currency)", "decimal", "CAC (orders.currency)"),
        ("EUR^2", "number", "CAC (EUR^2)"),
        ("", "text", "CAC"),
    ],
)
def test_what_cells_do_not_show_of_a_unit_stands_in_the_head(unit: str, type: str, title: str) -> None:
    assert heading(ResultColumn("cac", type=type, unit=unit, label="CAC")) == title


@pytest.mark.parametrize(
    ("grain", "days", "expected"),
    [
        ("month", [(2026, 3, 1)], ["2026-03"]),
        ("quarter", [(2026, 4, 1)], ["2026-Q2"]),
        ("quarter", [(2026, 4, 1), (2026, 5, 1)], ["2026-04-01", "2026-05-01"]),  # a year that starts elsewhere
        ("year", [(2026, 1, 1)], ["2026"]),
        ("year", [(2025, 7, 1)], ["2025-07-01"]),
        ("week", [(2025, 12, 29)], ["2026-W01"]),
        ("week", [(2026, 1, 4)], ["2026-01-04"]),  # weeks that start on Sunday
        ("day", [(2026, 3, 5)], ["2026-03-05"]),
    ],
)
def test_periods(grain: str, days: list[tuple[int, int, int]], expected: list[str]) -> None:
    assert cells(ResultColumn("t", "group", "date", format=grain), [dt.date(*day) for day in days]) == expected


def test_other_values() -> None:
    stamps: list[Value] = [dt.datetime(2026, 1, 31, 12, 0), dt.datetime(2026, 1, 31, 12, 0, 5), True, "a\nb"]
    assert cells(ResultColumn("t", type="timestamp"), stamps) == ["2026-01-31 12:00", "2026-01-31 12:00:05", "true", "a\\nb"]


# ---------------------------------------------------------------- text is data

EVIL = "\x1b[31m\x07\x9b1m\u202e\r\n\u2028|`<b>\\"
CONTROLS = set("\x1b\x07\x9b\u202e\r\u2028")


@pytest.mark.parametrize("format", tables.FORMATS)
def test_no_control_character_reaches_a_terminal(format: str) -> None:
    result = Result((ResultColumn(EVIL, "group", "text", label=EVIL), ResultColumn("n", unit=EVIL)), [(EVIL, 1), ("\ud800", 2)])
    written = tables.render(result, format, terminal=True)
    assert not set(written) & CONTROLS
    written.encode()


def test_raw_formats_keep_every_character() -> None:
    result = Result((ResultColumn("a", "group", "text"), ResultColumn("b", "group", "text")), [(EVIL, 'a,"b"')])
    assert list(csv.reader(io.StringIO(tables.csv(result), newline="")))[1] == [EVIL, 'a,"b"']
    assert json.loads(tables.json(result))["rows"] == [[EVIL, 'a,"b"']]


def test_a_lonely_null_is_not_an_empty_line() -> None:
    assert tables.csv(Result((RATE,), [(None,), (0.5,)])) == 'rate\r\n""\r\n0.5\r\n'


def test_markdown_cells_cannot_end_or_become_markup() -> None:
    row = tables.markdown(Result((CHANNEL,), [("a|b*c<d>`",)])).splitlines()[2]
    assert row == r"| a\|b\*c\<d\>\` |"


NUMBERS = st.one_of(st.integers(), st.floats(), st.decimals(allow_nan=False), st.just(Decimal("sNaN")), st.booleans(), st.none())


@given(st.lists(NUMBERS, max_size=5))
def test_json_numbers_are_exactly_those_of_the_result(values: list[Value]) -> None:
    rows = json.loads(tables.json(Result((RATE,), [(value,) for value in values])), parse_float=Decimal)["rows"]
    for value, (read,) in zip(values, rows, strict=True):
        if (
            value is None
            or (isinstance(value, float) and not math.isfinite(value))
            or (isinstance(value, Decimal) and not value.is_finite())
        ):
            assert read is None
        elif isinstance(value, float):
            assert float(read) == value
        else:
            assert read == value


def _as_csv(type: str, unit: str, value: Value) -> str:
    return tables.csv(Result((CHANNEL, ResultColumn("m", "metric", type, unit)), [("a", value)])).splitlines()[1].removeprefix("a,")


@pytest.mark.parametrize(
    ("type", "unit", "value", "written"),
    [
        ("decimal", "EUR", 0.1 + 0.2, "0.30"),
        ("decimal", "EUR", 240.0, "240.00"),
        ("decimal", "EUR", Decimal("240"), "240.00"),
        ("decimal", "EUR", Decimal("240.1000"), "240.10"),
        ("decimal", "EUR", Decimal("1.2345678901"), "1.2345678901"),  # exact, and kept
        ("decimal", "EUR", 0.001234, "0.001234"),  # a click that was paid in micros
        ("decimal", "EUR", 1234567.8900000002, "1234567.89"),
        ("decimal", "EUR", -1e-9, "0.00"),
        ("decimal", "EUR", 1e17, "1e+17"),
        ("decimal", "EUR", 5, "5.00"),
        ("decimal", "JPY", 1234.0, "1234"),
        ("decimal", "KWD", 1.5, "1.500"),
        ("decimal", "EUR per order", 1.5, "1.50"),
        ("number", "EUR", 0.1 + 0.2, "0.3"),  # an average, a share of an amount: a double, without its dust
        ("number", "EUR per order", 200 / 3, "66.6666666666667"),
        ("number", "", 0.1 + 0.2, "0.30000000000000004"),  # a number of the analyst's own is what it is
        ("number", "%", 1 / 3, "0.3333333333333333"),
        ("decimal", "", Decimal("1.50"), "1.50"),
        ("int", "count", 12, "12"),
        ("decimal", "EUR", None, ""),
    ],
)
def test_money_leaves_without_dust(type: str, unit: str, value: Value, written: str) -> None:
    assert _as_csv(type, unit, value) == written
    [[read]] = json.loads(tables.json(Result((ResultColumn("m", "metric", type, unit),), [(value,)])), parse_float=str, parse_int=str)[
        "rows"
    ]
    assert read == (written or None)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_an_amount_of_six_digits_reads_back_from_a_double(amount: Decimal) -> None:
    """Up to a billion, a double holds an amount to the millionth, and what is written is that amount."""
    assert Decimal(_as_csv("decimal", "EUR", float(amount))) == amount


@given(st.lists(NUMBERS, max_size=5), st.sampled_from(["EUR", "%", "×", "days", "points", "count", "", "EUR per x", "a b"]))
def test_any_number_can_be_shown(values: list[Value], unit: str) -> None:
    assert len(cells(ResultColumn("m", unit=unit), values)) == len(values)


# ---------------------------------------------------------------- Parquet


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet")
    stamp = ResultColumn("at", "metric", "timestamp")
    count = ResultColumn("n", "metric", "int", "count")
    result = Result((*RESULT.columns, stamp, count), [(*row, dt.datetime(2026, 1, 1, 12), 1) for row in RESULT.rows])
    parquet.write(result, tmp_path / "x.parquet")
    table = pyarrow.read_table(tmp_path / "x.parquet")
    assert [str(kind) for kind in table.schema.types] == [
        "string",
        "date32[day]",
        "decimal128(7, 2)",
        "double",
        "double",
        "timestamp[us]",
        "int64",
    ]
    assert table.to_pylist()[0]["revenue"] == Decimal("48210.35")
    assert table.to_pylist()[2]["rate"] is None
    assert table.schema.field("revenue").metadata[b"unit"] == b"EUR"


# ---------------------------------------------------------------- widths


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("营收", 4), ("e\u0301", 1), ("한", 2), ("é€", 2), ("ｱ", 1)])
def test_widths(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(pad(text, 6)) == width(pad(text, 6, right=True)) == 6


def test_cut() -> None:
    assert cut("营收abc", 5) == "营收…"
    assert cut("营收abc", 4) == "营…"
    assert cut("abc", 3) == "abc"


@given(st.text(max_size=30), st.integers(1, 20))
def test_visible_text_is_safe_and_cut_text_fits(text: str, columns: int) -> None:
    safe = visible(text)
    assert safe.isprintable() or not set(safe) & CONTROLS
    assert width(cut(safe, columns)) <= columns
