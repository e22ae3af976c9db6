"""`kpi build` of an unchanged project: nothing is loaded and nothing written, and whatever could matter makes it build again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpidsl import cache
from kpidsl.cache_folder import cache_folder, store
from kpidsl.cli import start
from kpidsl.syntax.tables import tables
from tests.cli.conftest import SHOP, Ran
from tests.cli.test_build import tree

ROOT = Path(__file__).parents[2]
Build = Callable[..., tuple[bool, str]]


@pytest.fixture
def build(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Build:
    """Runs `kpi build` as it starts from a shell; whether it wrote anything, and what it said without the time."""
    tables()  # from the real cache folder
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KPI_DEBUG", raising=False)
    import kpidsl.build

    wrote: list[Path] = []
    write = kpidsl.build.write

    def counted(files: dict[str, str], folder: Path) -> None:
        wrote.append(folder)
        write(files, folder)

    monkeypatch.setattr(kpidsl.build, "write", counted)

    def run(*words: object, code: int = 0) -> tuple[bool, str]:
        wrote.clear()
        capsys.readouterr()
        said = start.main(["build", "--project", str(shop), *map(str, words)])
        out, err = capsys.readouterr()
        assert (said, out) == (code, "")
        return bool(wrote), err.rpartition(" · ")[0] if code == 0 else err

    return run


def entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache/kpidsl/builds").iterdir())


def test_an_unchanged_project_is_not_built_again(build: Build, shop: Path, tmp_path: Path) -> None:
    wrote, said = build()
    assert wrote
    assert "shop/build: 5 metrics · 2 reports · duckdb · 9 files" in said
    before = {path: path.stat().st_mtime_ns for path in (shop / "build").rglob("*")}
    assert build() == (False, said)
    assert {path: path.stat().st_mtime_ns for path in (shop / "build").rglob("*")} == before
    assert len(entries(tmp_path)) == 1


def test_what_was_left_out_is_said_again(build: Build, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "metric more = growth(revenue, 1 month)\n", encoding="utf-8")
    wrote, said = build()
    assert wrote
    assert "left out:\n  metric more" in said
    assert build() == (False, said)


def test_on_request_it_builds(build: Build, tmp_path: Path) -> None:
    build()
    written = entries(tmp_path)[0].stat().st_mtime_ns
    assert build("--no-cache")[0]
    assert entries(tmp_path)[0].stat().st_mtime_ns == written
    assert not build()[0]


def _edit(shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "# a word\n", encoding="utf-8")


def _add(shop: Path) -> None:
    (shop / "more.kpi").write_text("metric more = sum(ads.cost)\n", encoding="utf-8")


def _rename(shop: Path) -> None:
    (shop / "shop.kpi").rename(shop / "shops.kpi")


def _configure(shop: Path) -> None:
    (shop / "kpi.toml").write_text('[project]\nname = "shop"\nas_of = 2026-03-30\n', encoding="utf-8")


def _lose_data(shop: Path) -> None:
    (shop / "ads.csv").unlink()


@pytest.mark.parametrize("change", [_edit, _add, _rename, _configure, _lose_data], ids=lambda change: change.__name__)
def test_a_changed_file_is_seen(build: Build, shop: Path, change: Callable[[Path], None]) -> None:
    build()
    change(shop)
    assert build()[0]
    assert not build()[0]


OTHER = (("--dialect", "sqlite"), ("--as-of", "2026-01-31"), ("--param", "vat=22%"), ("--output", "elsewhere"), ("--dialect", "duckdb"))


@pytest.mark.parametrize("words", OTHER, ids=" ".join)
def test_other_words_are_another_build(build: Build, words: tuple[str, ...]) -> None:
    build()
    assert build(*words)[0]
    assert not build(*words)[0]


def test_another_version_builds(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    for change in ((cache, "__version__", "0.0.0"), (sys, "version", "4.0"), (sys, "platform", "plan9")):
        with monkeypatch.context() as patched:
            patched.setattr(*change)
            assert build()[0], change
    assert not build()[0]
    here = tmp_path / "installed"
    (here / "_grammar").mkdir(parents=True)
    (here / "emit.py").write_text("one")
    monkeypatch.setattr(cache, "_HERE", str(here))
    assert build()[0]
    assert not build()[0]
    (here / "emit.py").write_text("three")
    assert build()[0]


def test_colour_and_the_current_folder_are_part_of_it(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--project", str(shop)]
    plain = cache.key_of(words, False)
    assert plain == cache.key_of(words, False)
    assert plain != cache.key_of(words, True)
    assert plain != cache.key_of([f"--project={shop}"], False)
    assert cache.key_of([], False) != plain
    monkeypatch.chdir(shop)
    assert cache.key_of(words, False) != plain


def _change(folder: Path) -> None:
    (folder / "sql/duckdb/views.sql").write_text("-- mine\n")


def _delete(folder: Path) -> None:
    (folder / "sql/duckdb/metrics/aov.sql").unlink()


def _swap(folder: Path) -> None:
    one, other = folder / "sql/duckdb/metrics/aov.sql", folder / "sql/duckdb/metrics/roas.sql"
    text = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(text)


def _empty_folder(folder: Path) -> None:
    (folder / "sql/empty").mkdir()


def _all_gone(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize("touch", [_change, _delete, _swap, _empty_folder, _all_gone], ids=lambda touch: touch.__name__)
def test_a_touched_folder_is_built_again(build: Build, shop: Path, touch: Callable[[Path], None]) -> None:
    build()
    good = tree(shop / "build")
    touch(shop / "build")
    assert build()[0]
    assert tree(shop / "build") == good
    assert not (shop / "build/sql/empty").exists()
    assert not build()[0]


def test_a_stranger_in_the_folder_is_told(build: Build, shop: Path) -> None:
    build()
    (shop / "build/notes.txt").write_text("mine")
    assert "KPI170" in build(code=1)[1]
    assert (shop / "build/notes.txt").read_text() == "mine"


def test_what_a_killed_build_left_is_cleared_away(build: Build, shop: Path) -> None:
    """An unchanged project is built again where something lies beside its folder; the next build has nothing to do."""
    build()
    (shop / ".build.new.ab12cd34").mkdir()
    assert build()[0]
    assert not (shop / ".build.new.ab12cd34").exists()
    assert not build()[0]


def test_a_link_in_the_folder_is_no_file_of_ours(build: Build, shop: Path) -> None:
    build()
    manifest = shop / "build/manifest.json"
    manifest.rename(shop / "away.json")
    manifest.symlink_to(shop / "away.json")
    assert build()[0]
    assert not manifest.is_symlink()


def test_data_that_comes_and_goes(build: Build, shop: Path) -> None:
    rows = (shop / "ads.csv").read_bytes()
    _, whole = build()
    (shop / "ads.csv").unlink()
    wrote, said = build()
    assert wrote
    assert "warning[KPI161]: there is no file ads.csv" in said
    assert build() == (False, said)
    (shop / "ads.csv").write_bytes(rows)
    assert build() == (True, whole)


def test_a_guess_at_the_right_name_is_not_remembered(build: Build, shop: Path) -> None:
    (shop / "ads.csv").rename(shop / "adds.csv")
    _, said = build()
    assert "did you mean adds.csv?" in said
    (shop / "adds.csv").unlink()
    wrote, said = build()
    assert wrote
    assert "did you mean" not in said


def test_a_pattern_of_files(build: Build, shop: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP.replace('"ads.csv"', '"ads*.csv"'), encoding="utf-8")
    build()
    (shop / "ads.csv").rename(shop / "ads_2026.csv")
    assert not build()[0]
    (shop / "ads_2026.csv").unlink()
    wrote, said = build()
    assert wrote
    assert "no file fits ads*.csv" in said


def test_a_build_that_failed_is_not_remembered(build: Build, shop: Path, tmp_path: Path) -> None:
    (shop / "shop.kpi").write_text(SHOP + "metric bad = sum(orders.nothing)\n", encoding="utf-8")
    for _ in range(2):
        assert "KPI03" in build(code=1)[1]
    assert not (tmp_path / "cache/kpidsl/builds").exists()


def test_an_edit_while_it_builds_is_not_lost(build: Build, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import kpidsl.cli.build

    written = kpidsl.cli.build._left_out

    def edited(*words: object) -> object:
        _edit(shop)
        return written(*words)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(kpidsl.cli.build, "_left_out", edited)
        build()
    assert not (tmp_path / "cache/kpidsl/builds").exists()
    assert build()[0]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"0" * 64 + b"\n{}", b"half"], ids=["empty", "json", "bytes", "hash", "half"])
def test_a_broken_entry_is_passed_over(build: Build, tmp_path: Path, content: bytes) -> None:
    _, said = build()
    entry = entries(tmp_path)[0]
    good = entry.read_bytes()
    entry.write_bytes(good[: len(good) // 2] if content == b"half" else content)
    assert build() == (True, said)
    assert entry.read_bytes() == good


def test_a_folder_that_cannot_be_written_makes_no_noise(build: Build, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    wrote, said = build()
    assert wrote
    assert said.startswith("✓ ")
    assert build() == (True, said)


def test_nothing_heavy_is_loaded(build: Build, shop: Path) -> None:
    """As processes, for what is loaded there counts."""
    program = "import sys; from kpidsl.cli.start import main; code = main(); print(code, *sorted(sys.modules))"

    def loaded(*words: str) -> set[str]:
        done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True, cwd=ROOT)
        code, *modules = done.stdout.split("\n")[-2].split()
        assert code == "0", done.stderr
        return set(modules)

    heavy = {"lark", "sqlglot", "duckdb", "babel", "jsonschema", "openpyxl", "dataclasses", "typing", "kpidsl.compile", "kpidsl.diagnostic"}
    words = ("build", "--project", str(shop))
    first = loaded(*words)
    assert "kpidsl.compile" in first
    assert "sqlglot" not in first  # it reads what an analyst wrote in SQL, and that is all
    assert heavy & loaded(*words) == set()
    assert heavy & loaded("--version") == set()
    assert heavy & loaded("--help") == set()


def test_old_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "kpidsl/builds"
    folder.mkdir(parents=True)
    now = time.time()
    for name, days, size in (("old", 31, 10), ("used", 29, 10), ("huge", 20, 20_000_000), ("young", 1, 10)):
        (folder / f"{name}.json").write_bytes(b"x" * size)
        os.utime(folder / f"{name}.json", (now - days * 86_400,) * 2)
    cache.remember("0", ".", "build", {"a": b"1"}, {}, "done")
    assert sorted(path.stem for path in folder.iterdir()) == ["0", "young"]  # what is older than the huge one has no room either


def test_what_other_memories_kept_goes_too(build: Build, shop: Path, tmp_path: Path) -> None:
    build()
    folder = tmp_path / "cache" / "kpidsl"
    (mine,) = (folder / "parsed").iterdir()
    old = folder / "parsed" / "of_a_project_that_is_no_more"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))
    (shop / "shop.kpi").write_text(SHOP + "metric more = growth(revenue, 1 month)\n", encoding="utf-8")
    build()
    assert list((folder / "parsed").iterdir()) == [mine]


def test_an_entry_in_use_stays(build: Build, tmp_path: Path) -> None:
    build()
    entry = entries(tmp_path)[0]
    os.utime(entry, (time.time() - 20 * 86_400,) * 2)
    assert not build()[0]
    assert time.time() - entry.stat().st_mtime < 3600


def test_many_builds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "build"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")

    def one(number: int) -> str | None:
        cache.remember("0", str(tmp_path), str(folder), {"a": b"1"}, {}, f"said by {number}" * 1000)
        return cache.recall("0")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(100)))
    assert {said[:8] for said in found if said is not None} == {"said by "}
    assert None not in found
    assert [path.name for path in (tmp_path / "cache/kpidsl/builds").iterdir()] == ["0.json"]


def test_where_caches_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == str(tmp_path / "kpidsl")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == str(tmp_path / ".cache/kpidsl")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == str(tmp_path / "Library/Caches/kpidsl")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setattr(sys, "platform", "win32")
    assert cache_folder() == str(tmp_path / "Local/kpidsl")
    monkeypatch.delenv("LOCALAPPDATA")
    assert cache_folder() is None


def test_what_cannot_be_stored_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/inside").write_text("x")
    assert not store(str(tmp_path / "taken"), b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_the_words_before_the_verb(build: Build, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build()
    capsys.readouterr()
    assert start.main(["--project", str(shop), "build"]) == 0
    assert Ran(0, "", capsys.readouterr().err).err.startswith("✓ shop/build: 5 metrics")


def test_an_edited_project_emits_only_what_changed(build: Build, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build("--dialect", "duckdb", "--dialect", "postgres")
    first = tree(shop / "build")
    import kpidsl.build
    import kpidsl.emitted

    asked: list[str] = []
    emit = kpidsl.emitted.emit
    for room in (kpidsl.build, kpidsl.emitted):
        monkeypatch.setattr(room, "emit", lambda statement, dialect: asked.append(statement.comment) or emit(statement, dialect))
    path = shop / "shop.kpi"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "metric thrice = revenue * 3\n", encoding="utf-8")
    build("--dialect", "duckdb", "--dialect", "postgres")
    assert len(asked) == 2
    assert all(comment.startswith("metric thrice (shop.kpi:") for comment in asked)
    with_cache = tree(shop / "build")
    build("--dialect", "duckdb", "--dialect", "postgres", "--no-cache")
    assert tree(shop / "build") == with_cache
    path.write_text(text, encoding="utf-8")
    shutil.rmtree(tmp_path / "cache/kpidsl/builds")
    asked.clear()
    build("--dialect", "duckdb", "--dialect", "postgres")
    assert (tree(shop / "build"), asked) == (first, [])


def test_every_change_of_meaning_is_emitted_again(build: Build, shop: Path) -> None:
    """A column's type, a filter, a join's key, the calendar, places in the text: a build that remembers writes what one without does."""
    path = shop / "shop.kpi"
    text = path.read_text(encoding="utf-8")
    edits = [
        ("status = ", "status != "),
        ("sum(", "max("),
        ("EUR", "USD"),
        ("source orders", "calendar { week starts sunday }\nsource orders"),
        ("source orders", "\n\nsource orders"),
        ("metric ", "  metric "),
        ("metric ", "metric   "),
    ]
    changed = 0
    for old, new in edits:
        edited = text.replace(old, new)
        changed += edited != text
        path.write_text(edited, encoding="utf-8")
        build()
        remembered = tree(shop / "build")
        build("--no-cache")
        assert tree(shop / "build") == remembered
    assert changed >= 5


def test_what_was_emitted_is_not_believed_once_it_is_broken(build: Build, shop: Path, tmp_path: Path) -> None:
    build()
    first = tree(shop / "build")
    (kept,) = (tmp_path / "cache/kpidsl/emitted").iterdir()
    head, _, body = kept.read_bytes().partition(b"\n")
    for broken in (b"", head, head + b"\n" + body.replace(b"SELECT", b"SELEKT", 1), b"\xff" + body):
        kept.write_bytes(broken)
        shutil.rmtree(tmp_path / "cache/kpidsl/builds", ignore_errors=True)
        build()
        assert tree(shop / "build") == first


def test_only_files_that_changed_are_parsed_again(build: Build, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import kpidsl.parsed

    (shop / "more.kpi").write_text("metric twice = revenue * 2\n", encoding="utf-8")
    build()
    parsed: list[str] = []
    parse = kpidsl.parsed.parse_file
    monkeypatch.setattr(kpidsl.parsed, "parse_file", lambda source: parsed.append(source.path) or parse(source))
    (shop / "more.kpi").write_text("metric twice = revenue * 2\nmetric thrice = revenue * 3\n", encoding="utf-8")
    build()
    assert parsed == ["more.kpi"]
    remembered = tree(shop / "build")
    build("--no-cache")
    assert tree(shop / "build") == remembered
    assert parsed == ["more.kpi"]  # what remembers nothing does not come by


def test_what_is_wrong_with_a_file_is_said_again(build: Build, shop: Path) -> None:
    (shop / "more.kpi").write_text("metric twice = = revenue\n", encoding="utf-8")
    first = build(code=1)
    assert "more.kpi:1" in first[1]
    assert build(code=1) == first


def test_a_broken_cache_of_trees_is_not_believed(build: Build, shop: Path, tmp_path: Path) -> None:
    build()
    first = tree(shop / "build")
    (kept,) = (tmp_path / "cache/kpidsl/parsed").iterdir()
    head, _, body = kept.read_bytes().partition(b"\n")
    for broken in (b"", head, head + b"\n" + body[:-1], b"another compiler" + kept.read_bytes(), b"\xff" + body):
        kept.write_bytes(broken)
        shutil.rmtree(tmp_path / "cache/kpidsl/builds", ignore_errors=True)
        build()
        assert tree(shop / "build") == first
        assert kept.read_bytes().partition(b"\n")[0] == head
