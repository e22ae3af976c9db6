"""What an analyst sees. Each case is a source, a finding in it, and the report, letter by letter."""

from __future__ import annotations

import io

import pytest

from kpidsl.diagnostic import Diagnostic, Fix, Label, Severity
from kpidsl.report.stream import wants_color
from kpidsl.report.terminal import render, summary
from kpidsl.span import Source, Span


def span(source: Source, text: str, nth: int = 0) -> Span:
    at = -1
    for _ in range(nth + 1):
        at = source.text.index(text, at + 1)
    return Span(source, at, at + len(text))


def shown(*diagnostics: Diagnostic, width: int = 140, folder: str = "") -> str:
    """The report without the line that counts."""
    return render(diagnostics, width=width, folder=folder).rpartition("\n\n")[0] + "\n"


SHOP = Source("shop.kpi", "\n" * 8 + "metric by_sku = sum(orders.amount) by items.sku\n")
ITEMS = Source("items.kpi", "source items {\n  key id\n  join one order: orders\n}\n")


def test_the_example_of_the_architecture() -> None:
    found = Diagnostic(
        "KPI021",
        "this would count `orders.amount` more than once",
        span(SHOP, "orders.amount"),
        labels=(Label(span(SHOP, "items.sku"), "one order has many items"),),
        notes=("`orders` to `items` is one-to-many (items.kpi:4)",),
        help="sum an amount of `items`, or group by something of `orders`",
    )
    assert render([found]) == (
        "error[KPI021]: this would count `orders.amount` more than once\n"
        "  shop.kpi:9:21\n"
        "  9 | metric by_sku = sum(orders.amount) by items.sku\n"
        "    |                     ^^^^^^^^^^^^^     --------- one order has many items\n"
        "  note: `orders` to `items` is one-to-many (items.kpi:4)\n"
        "  help: sum an amount of `items`, or group by something of `orders`\n"
        "\n"
        "1 error\n"
    )


def test_every_label_of_a_line_has_its_row_and_other_files_follow() -> None:
    found = Diagnostic(
        "KPI021",
        "several places",
        span(SHOP, "orders.amount"),
        label="an order's amount",
        labels=(
            Label(span(SHOP, "items.sku"), "one order has many items"),
            Label(span(ITEMS, "one"), "declared here"),
            Label(span(SHOP, "by_sku"), "in this metric"),
        ),
    )
    assert shown(found) == (
        "error[KPI021]: several places\n"
        "  shop.kpi:9:21\n"
        "  9 | metric by_sku = sum(orders.amount) by items.sku\n"
        "    |        ------       ^^^^^^^^^^^^^     --------- one order has many items\n"
        "    |        |            |\n"
        "    |        |            an order's amount\n"
        "    |        in this metric\n"
        "  items.kpi:3:8\n"
        "  3 |   join one order: orders\n"
        "    |        --- declared here\n"
    )


def test_marks_inside_marks() -> None:
    whole = "sum(orders.amount) by items.sku"
    found = Diagnostic("KPI001", "nested", span(SHOP, whole), label="whole", labels=(Label(span(SHOP, "amount"), "inner"),))
    assert shown(found).splitlines()[3:] == [
        "    |                 ^^^^^^^^^^^------^^^^^^^^^^^^^^",
        "    |                 |          |",
        "    |                 |          inner",
        "    |                 whole",
    ]


def test_two_labels_at_one_place() -> None:
    found = Diagnostic("KPI001", "twice", span(SHOP, "by_sku"), label="first", labels=(Label(span(SHOP, "by_sku"), "second"),))
    assert shown(found).splitlines()[3:] == [
        "    |        ^^^^^^ second",
        "    |        |",
        "    |        first",
    ]


def test_distant_lines() -> None:
    source = Source("a.kpi", "one\ntwo\nthree\nfour\nfive\nsix\n" + "\n" * 5 + "twelve\n")
    labels = (Label(span(source, "one"), "a"), Label(span(source, "three"), "c"))
    assert shown(Diagnostic("KPI001", "far", span(source, "twelve"), labels=labels)).splitlines()[1:] == [
        "  a.kpi:12:1",
        "   1 | one",
        "     | --- a",
        "   2 | two",
        "   3 | three",
        "     | ----- c",
        "  ...",
        "  12 | twelve",
        "     | ^^^^^^",
    ]


def test_a_span_over_a_few_lines_and_over_many() -> None:
    source = Source("a.kpi", "funnel x {\n  stage a = b\n  stage c = d\n}\n")
    found = Diagnostic("KPI001", "no entity", span(source, source.text), label="in here")
    assert shown(found).splitlines()[2:] == [
        "  1 | funnel x {",
        "    | ^^^^^^^^^^",
        "  2 |   stage a = b",
        "    |   ^^^^^^^^^^^",
        "  3 |   stage c = d",
        "    |   ^^^^^^^^^^^",
        "  4 | }",
        "    | ^ in here",
    ]
    source = Source("a.kpi", "goal x {\n" + "  owner 1\n" * 20 + "}\n")
    assert shown(Diagnostic("KPI001", "long", span(source, source.text), label="in here")).splitlines()[2:] == [
        "   1 | goal x {",
        "     | ^^^^^^^^",
        "  ...",
        "  22 | }",
        "     | ^ in here",
    ]


@pytest.mark.parametrize(
    ("line", "word", "expected"),
    [
        ("a = 营收 + 毛利 # x", "毛利", ["  1 | a = 营收 + 毛利 # x", "    |            ^^^^ here"]),
        ("\tmetric\tx = y", "x", ["  1 |     metric  x = y", "    |             ^ here"]),
        ("a = cafe\u0301s + b", "b", ["  1 | a = cafe\u0301s + b", "    |             ^ here"]),
        ("a = 'x\x1b[31my' + b", "b", ["  1 | a = 'x\\x1b[31my' + b", "    |                    ^ here"]),
        ("a = 'x\u202ey' + b", "b", ["  1 | a = 'x\\u202ey' + b", "    |                  ^ here"]),
        ("a\r", "a", ["  1 | a", "    | ^ here"]),
    ],
)
def test_marks_stand_under_their_words(line: str, word: str, expected: list[str]) -> None:
    source = Source("a.kpi", line + "\n")
    assert shown(Diagnostic("KPI001", "x", span(source, word), label="here")).splitlines()[2:] == expected


def test_long_lines_are_cut_around_the_mark() -> None:
    source = Source("a.kpi", "metric long = " + "x + " * 200 + "unknown" + " + z" * 200 + "\n")
    lines = shown(Diagnostic("KPI001", "x", span(source, "unknown"), label="here"), width=60).splitlines()[2:]
    assert lines == [
        "  1 | …x + x + x + x + x + x + unknown + z + z + z + z + z…",
        "    |                          ^^^^^^^ here",
    ]
    assert all(len(line) <= 60 for line in lines)


def test_both_places_of_a_long_line_where_they_fit() -> None:
    source = Source("a.kpi", "a = first + " + "x" * 300 + "\n")
    found = Diagnostic("KPI001", "x", span(source, "first"), labels=(Label(span(source, "a"), "of this"),))
    assert shown(found, width=40).splitlines()[2:] == [
        "  1 | a = first + xxxxxxxxxxxxxxxxxxxx…",
        "    | -   ^^^^^",
        "    | |",
        "    | of this",
    ]


def test_a_line_of_megabytes_is_no_trouble() -> None:
    source = Source("a.kpi", "x" * 3_000_000 + " bad " + "y" * 3_000_000)
    first, second = shown(Diagnostic("KPI001", "x", span(source, "bad"))).splitlines()[2:]
    assert first.startswith("  1 | …")
    assert first.endswith("…")
    assert first[second.index("^") : second.rindex("^") + 1] == "bad"


@pytest.mark.parametrize("end", ["", "\n", "\n\n  \n"])
def test_the_end_of_a_file_is_shown_behind_its_last_word(end: str) -> None:
    source = Source("a.kpi", "goal x {" + end)
    assert shown(Diagnostic("KPI001", "x", Span(source, len(source.text), len(source.text)), label="a `}` is missing")).splitlines()[
        1:
    ] == [
        "  a.kpi:1:9",
        "  1 | goal x {",
        "    |         ^ a `}` is missing",
    ]


def test_places_without_text() -> None:
    assert shown(Diagnostic("KPI002", "there is no folder x", help="look")) == "error[KPI002]: there is no folder x\n  help: look\n"
    nowhere = Diagnostic("KPI004", "d.kpi is a folder", Span(Source("d.kpi", ""), 0, 0))
    assert shown(nowhere) == "error[KPI004]: d.kpi is a folder\n  d.kpi\n"


def test_paths_can_be_followed_from_where_the_command_was_started() -> None:
    found = Diagnostic("KPI001", "x", span(SHOP, "by_sku"))
    assert "  examples/shop/shop.kpi:9:8\n" in shown(found, folder="examples/shop/")
    query = Source("<query>", "revenu by month")
    assert "  <query>:1:1\n" in shown(Diagnostic("KPI001", "x", span(query, "revenu")), folder="examples/shop")


def test_help_over_several_lines_and_help_from_a_fix() -> None:
    assert shown(Diagnostic("KPI001", "x", help="write:\n[project]\n\nname")).splitlines()[1:] == [
        "  help: write:",
        "        [project]",
        "",
        "        name",
    ]
    at = span(SHOP, "by_sku")
    assert shown(Diagnostic("KPI001", "x", at, fix=Fix(at, "sku"))).endswith("  help: write `sku`\n")
    assert shown(Diagnostic("KPI001", "x", at, fix=Fix(at, ""))).endswith("  help: leave it out\n")


def test_no_text_of_a_file_reaches_the_terminal_as_a_command() -> None:
    evil = "\x1b[2J\x9b31m\u202e\x07"
    source = Source(f"{evil}.kpi", f"a {evil} b\n")
    found = Diagnostic("KPI001", evil, span(source, evil), evil, (Label(span(source, "b"), evil),), (evil,), evil)
    assert not set(render([found])) & set(evil) - set("[2J31m")


def test_the_count() -> None:
    kinds = [Severity.ERROR, Severity.HINT, Severity.ERROR, Severity.WARNING]
    assert summary([Diagnostic("KPI001", "x", severity=kind) for kind in kinds]) == "2 errors, 1 warning, 1 hint"
    assert summary([]) == "no findings"


def test_colour_changes_nothing_but_colour() -> None:
    found = Diagnostic("KPI001", "x", span(SHOP, "orders.amount"), label="y", notes=("n",), severity=Severity.WARNING)
    colored = render([found], color=True)
    assert "\x1b[1;33m^^^^^^^^^^^^^\x1b[0m" in colored
    plain = colored
    for code in ("1;33", "0", "1", "2", "32", "34"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert "\n".join(line.rstrip() for line in plain.split("\n")) == render([found])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),  # no-color.org: present and not empty
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_when_there_is_colour(stream: io.StringIO, environ: dict[str, str], expected: bool) -> None:
    assert wants_color(stream, environ) is expected
