"""The pages behind `kpi explain`: that each can be read, and that the examples of a project's folder fail and pass as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidsl.codes import Example, all_codes, page, parse_page, similar_codes
from kpidsl.connection import Connection
from kpidsl.diagnostic import KpiError, Severity
from kpidsl.project import load_project

TOML = '[project]\nname = "aurora"\n'

PAGE = """# KPI999 · Something is off
Severity: warning

Why it matters.

More, with a block that is no example:

```kpi
metric a = 1
```

```kpi fails
-- file: a.kpi
metric a = 1

metric b = 2
-- file: b.kpi
metric c = 3
-- query: a by month
-- query: c
-- data: orders
id,amount
1,2
```

```kpi passes
metric a = 1
```
"""


def test_a_page_is_taken_apart() -> None:
    about = parse_page(PAGE, "KPI999")
    assert (about.code, about.title, about.severity) == ("KPI999", "Something is off", Severity.WARNING)
    assert about.explanation.startswith("Why it matters.\n\nMore, with")
    assert about.failing == Example(
        "kpi",
        files=(("a.kpi", "metric a = 1\n\nmetric b = 2\n"), ("b.kpi", "metric c = 3\n")),
        queries=("a by month", "c"),
        data=(("orders", "id,amount\n1,2\n"),),
    )
    assert about.mended == Example("kpi", files=(("example.kpi", "metric a = 1\n"),))
    assert about.mended.text == "metric a = 1\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("# KPI999", "# KPI998"), "the first line must be"),
        (("kpi fails", "kpi falls"), "no block ```kpi fails"),
        (("kpi passes", "kpi"), "no block ```kpi passes"),
        (("kpi fails", "text fails"), "needs a line `-- setup: …`"),
        (("-- file: a.kpi\n", ""), "text stands before the first"),
        (("Severity: warning", "Severity: loud"), "loud"),
    ],
)
def test_what_is_missing_in_a_page_is_said(change: tuple[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_page(PAGE.replace(*change), "KPI999")


@pytest.mark.parametrize("code", all_codes())
def test_each_page_can_be_read(code: str) -> None:
    about = page(code)
    assert about is page(code.lower())
    assert len(about.title) <= 80
    assert not about.title.endswith(".")


def test_an_unknown_code() -> None:
    with pytest.raises(KeyError):
        page("KPI998")
    assert similar_codes("5") == ["KPI005"]
    assert similar_codes("kpi-05") == ["KPI005"]
    assert "KPI005" in similar_codes("KPO005")


# ---------------------------------------------------------------- the pages of a project's folder

FOLDER_CODES = [code for code in all_codes() if "KPI001" <= code <= "KPI009"]


def lay_out(example: Example, folder: Path) -> Path:
    """The example as a folder; a kpi.toml is added where the page shows only .kpi files."""
    files = dict(example.files)
    if not any(name == "kpi.toml" for name in files):
        files["kpi.toml"] = TOML
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def set_up(example: Example, folder: Path) -> Path:
    """The state of a folder that a ```text block names."""
    match example.setup:
        case "no-config":
            (folder / "shop.kpi").write_text("")
        case "no-folder":
            return folder / "shopp"
        case "folder-as-file":
            (folder / "kpi.toml").write_text(TOML)
            (folder / "shop.kpi").mkdir()
        case "not-utf8":
            (folder / "kpi.toml").write_text(TOML)
            (folder / "shop.kpi").write_bytes(example.text.encode("latin-1").decode("unicode_escape").encode("latin-1"))
        case "unset-variable":
            (folder / "kpi.toml").write_text(example.text)
            (folder / "shop.kpi").write_text("")
        case "":
            return lay_out(example, folder)
        case unknown:
            pytest.fail(f"no such setup: {unknown}")
    return folder


def use(folder: Path) -> Connection:
    connection = load_project(folder).connection()
    connection.resolve({})
    return connection


@pytest.mark.parametrize("code", FOLDER_CODES)
def test_the_failing_example_fails_as_told(code: str, tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        use(set_up(page(code).failing, tmp_path))
    assert {found.code for found in caught.value.diagnostics} == {code}


@pytest.mark.parametrize("code", FOLDER_CODES)
def test_the_mended_example_passes(code: str, tmp_path: Path) -> None:
    use(lay_out(page(code).mended, tmp_path))


def test_the_codes_of_a_folder_are_all_explained() -> None:
    assert [f"KPI00{number}" for number in range(1, 10)] == FOLDER_CODES
