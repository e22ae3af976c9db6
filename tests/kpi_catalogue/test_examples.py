"""The examples' READMEs: every `$ kpi …` in them is run and must print what stands below it (KPIDSL_UPDATE=1 rewrites them)."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from kpidsl.cli.main import main
from kpidsl.project import load_project
from tests.aurora.project import data
from tests.kpi_catalogue.ask import compiled

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/kpi.toml"))
READMES = [folder for folder in EXAMPLES if (folder / "README.md").exists()]
CONSOLE = re.compile(r"^```console\n\$ (kpi [^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = re.compile(r"(?<=\(duckdb\) · )[\d.]+ m?s$")
"""How long it took, at the end of a title."""
SNIPPET = re.compile(r"^```kpi\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True, scope="module")
def _data() -> None:
    """Aurora's files are made, not stored."""
    data()


@pytest.mark.parametrize("folder", READMES, ids=lambda folder: folder.name)
def test_readme_prints_what_it_says(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "140")
    readme = folder / "README.md"
    text = readme.read_text("utf-8")

    def rerun(block: re.Match[str]) -> str:
        code = main(shlex.split(block[1])[1:])
        shown = capsys.readouterr()
        answer = "\n".join(SECONDS.sub("…", line).rstrip() for line in (shown.err if code else shown.out).splitlines())
        return f"```console\n$ {block[1]}\n{answer}\n```"

    fresh = CONSOLE.sub(rerun, text)
    assert CONSOLE.search(text), "a README without a command"
    if os.environ.get("KPIDSL_UPDATE"):
        readme.write_text(fresh, "utf-8")
    assert fresh == readme.read_text("utf-8"), "a README shows what the product no longer prints; look at it, then KPIDSL_UPDATE=1"


@pytest.mark.parametrize("folder", READMES, ids=lambda folder: folder.name)
def test_readme_quotes_the_project(folder: Path) -> None:
    """Each line of a `kpi` snippet stands in the project's files; labels, what is in braces, comments and blanks may differ."""
    project = load_project(folder)
    lines = {_bare(line) for source in project.sources for line in source.text.splitlines()}
    for snippet in SNIPPET.findall((folder / "README.md").read_text("utf-8")):
        for line in snippet.splitlines():
            assert _bare(line) in lines, line


def _bare(line: str) -> str:
    return " ".join(re.sub(r'"[^"]*"', "", line.split("#")[0]).split(" {")[0].split())


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_example_compiles_without_a_word(folder: Path) -> None:
    assert compiled(folder)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_example_passes_its_own_tests(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["test", "--project", str(folder)])
    shown = capsys.readouterr()
    assert code == 0, shown.out + shown.err
