"""From a folder to a `Project`: which files belong to it, and what an analyst is told when a folder is not as it should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.project import Project, find_project, load_project
from kpidsl.report.terminal import render

TOML = '[project]\nname = "aurora"\n'


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def problems(folder: Path) -> list[Diagnostic]:
    with pytest.raises(KpiError) as caught:
        load_project(folder)
    assert "Traceback" not in render(caught.value.diagnostics)
    return list(caught.value.diagnostics)


def problem(folder: Path) -> Diagnostic:
    (only,) = problems(folder)
    assert only.help, "every error has a next step"
    return only


def paths(project: Project) -> list[str]:
    return [source.path for source in project.sources]


def test_the_smallest_project(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, {"kpi.toml": TOML, "shop.kpi": "metric a = 1"}))
    assert (project.name, project.locales, project.dialects, project.as_of) == ("aurora", ("en",), ("duckdb",), None)
    assert project.root == tmp_path
    assert [(source.path, source.text) for source in project.sources] == [("shop.kpi", "metric a = 1")]


def test_files_are_sorted_by_path_whatever_the_file_system_says(tmp_path: Path) -> None:
    names = ["z.kpi", "a/z.kpi", "a.kpi", "a/b/c.kpi", "B.kpi", "Old.KPI", "été.kpi", "营收.kpi"]
    project = load_project(write(tmp_path, {"kpi.toml": TOML, **dict.fromkeys(names, "")}))
    assert paths(project) == sorted(names)


def test_what_is_no_part_of_the_project_is_not_read(tmp_path: Path) -> None:
    left_out = [
        "build/sql/x.kpi",
        ".venv/x.kpi",
        ".git/x.kpi",
        "venv/lib/kpidsl/_stdlib/x.kpi",
        "node_modules/a/x.kpi",
        "examples/other/x.kpi",
        ".hidden.kpi",
        "notes.txt",
    ]
    files = {"kpi.toml": TOML, "shop.kpi": "", "sales/build/kept.kpi": "", **dict.fromkeys(left_out, "")}
    write(tmp_path, {**files, "venv/pyvenv.cfg": "", "examples/other/kpi.toml": TOML})
    assert paths(load_project(tmp_path)) == ["sales/build/kept.kpi", "shop.kpi"]


def test_links_are_followed_once(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", {"more.kpi": ""})
    folder = write(tmp_path / "shop", {"kpi.toml": TOML, "shop.kpi": "", "sub/x.kpi": ""})
    (folder / "loop").symlink_to(folder)
    (folder / "sub" / "up").symlink_to(folder / "sub")
    (folder / "linked").symlink_to(elsewhere)
    assert paths(load_project(folder)) == ["linked/more.kpi", "shop.kpi", "sub/x.kpi"]


def test_a_byte_order_mark_and_any_line_ends_are_fine(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml": b"\xef\xbb\xbf[project]\r\nname = 'aurora'\r\n", "a.kpi": b"\xef\xbb\xbfmetric a = 1\r\nmetric b = 2\r\n"})
    (source,) = load_project(tmp_path).sources
    assert source.text == "metric a = 1\r\nmetric b = 2\r\n"
    assert source.line_text(2) == "metric b = 2"


def test_the_project_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    write(tmp_path, {"shop/kpi.toml": TOML, "shop/a/b/x.kpi": ""})
    assert find_project(tmp_path / "shop" / "a" / "b") == tmp_path / "shop"
    assert find_project(tmp_path / "shop") == tmp_path / "shop"


def test_no_project_above_gives_the_folder_itself(tmp_path: Path) -> None:
    assert find_project(tmp_path) == tmp_path


# ---------------------------------------------------------------- what goes wrong


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "Shop").mkdir()
    found = problem(tmp_path / "shopp")
    assert found.code == "KPI002"
    assert found.help == f"did you mean {tmp_path / 'Shop'}?"
    assert problem(tmp_path / "quite" / "elsewhere").code == "KPI002"


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml": TOML, "shop.kpi": ""})
    found = problem(tmp_path / "shop.kpi")
    assert found.code == "KPI002"
    assert found.help == f"say the folder: --project {tmp_path}"


def test_a_folder_without_kpi_toml_is_told_the_lines_to_write(tmp_path: Path) -> None:
    folder = write(tmp_path / "aurora", {"shop.kpi": "", "deep/kpi.toml": TOML})
    found = problem(folder)
    assert found.code == "KPI001"
    assert found.help == f'write these three lines into {folder / "kpi.toml"}:\n[project]\nname = "aurora"\nlocales = ["en"]'
    assert found.notes == ("projects below it: deep",)
    write(folder, {"kpi.toml": found.help.partition("\n")[2]})
    assert load_project(folder).name == "aurora"


def test_the_lines_to_write_are_valid_for_any_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / 'a"b\\c\n', {"shop.kpi": ""})
    write(folder, {"kpi.toml": problem(folder).help.rpartition(":\n")[2]})
    assert load_project(folder).name == "abc"


def test_no_kpi_file(tmp_path: Path) -> None:
    assert problem(write(tmp_path, {"kpi.toml": TOML, "build/x.kpi": ""})).code == "KPI003"


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml": TOML, "shop.kpi/inner.kpi": ""})
    found = problem(tmp_path)
    assert (found.code, found.message) == ("KPI004", "shop.kpi is a folder, and kpi expects a file of that name")
    assert found.span is not None
    assert found.span.source.path == "shop.kpi"


def test_kpi_toml_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml/x": "", "shop.kpi": ""})
    assert problem(tmp_path).message == "kpi.toml is a folder, and kpi expects a file of that name"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml": TOML, "fine.kpi": ""})
    (tmp_path / "broken.kpi").symlink_to(tmp_path / "gone")
    (tmp_path / "loop.kpi").symlink_to(tmp_path / "loop.kpi")
    os.mkfifo(tmp_path / "pipe.kpi")  # reading it would wait for ever
    assert [(found.code, found.message) for found in problems(tmp_path)] == [
        ("KPI004", "broken.kpi is a link to a file that does not exist"),
        ("KPI004", "loop.kpi cannot be read: too many levels of symbolic links"),
        ("KPI004", "pipe.kpi is not an ordinary file"),
    ]


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another user would meet it; the tests may run as root, who may read everything."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    write(tmp_path, {"kpi.toml": TOML, "shop.kpi": ""})
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert [found.message for found in problems(tmp_path)] == [
        "kpi.toml cannot be read: permission denied",
        "shop.kpi cannot be read: permission denied",
    ]


def test_folders_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"kpi.toml": TOML, "shop.kpi": "", "closed/x.kpi": ""})
    scandir = os.scandir

    def refuse(folder: str) -> Iterator[os.DirEntry[str]]:
        if folder == str(tmp_path / "closed"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert problem(tmp_path).message == "closed cannot be read: permission denied"


@pytest.mark.parametrize(
    ("content", "message", "line", "column"),
    [
        (b"ok\nmetric citt\xe0 = 1", "shop.kpi is not UTF-8: 0xe0 at byte 14, line 2", 2, 12),
        (b"\xef\xbb\xbfab\xff", "shop.kpi is not UTF-8: 0xff at byte 5, line 1", 1, 3),
        ("营\0".encode(), "shop.kpi has a NUL character at byte 3, line 1: it is not a text file", 1, 2),
        ("metric".encode("utf-16"), "shop.kpi is UTF-16, and kpi reads UTF-8", 1, 1),
    ],
)
def test_what_is_no_text(tmp_path: Path, content: bytes, message: str, line: int, column: int) -> None:
    found = problem(write(tmp_path, {"kpi.toml": TOML, "shop.kpi": content}))
    assert (found.code, found.message) == ("KPI005", message)
    assert found.span is not None
    assert found.span.source.position(found.span.start) == (line, column)


def test_everything_is_told_in_one_run(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml": "[projekt]\n", "b.kpi": b"\xff", "a.kpi": b"\0"})
    assert [(found.code, str(found.span)) for found in problems(tmp_path)] == [
        ("KPI005", "a.kpi:1:1"),
        ("KPI005", "b.kpi:1:1"),
        ("KPI007", "kpi.toml:1:1"),
        ("KPI008", "kpi.toml:1:2"),
    ]


def test_a_name_that_is_no_utf8_can_still_be_printed(tmp_path: Path) -> None:
    write(tmp_path, {"kpi.toml": TOML})
    (tmp_path / os.fsdecode(b"caf\xe9.kpi")).write_text("")
    assert paths(load_project(tmp_path)) == ["caf\\xe9.kpi"]


def test_the_current_folder_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert problem(find_project(Path("."))).code in ("KPI001", "KPI002", "KPI004")
    monkeypatch.chdir(tmp_path)
