"""Which modules a fault is made in, and the tests that must notice it there. tests/mutants/test_rooms.py sees that every module of
`model/`, `plan/` and `sql/` is in one room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "kpidsl"


@dataclass(frozen=True)
class Proof:
    """Tests, and the engines that they run on."""

    tests: tuple[str, ...]
    engines: str = "duckdb"


NUMBERS = ("tests/results", "tests/golden", "tests/diagnostics", "tests/kpi_catalogue")
TOLD = tuple(f"tests/cli/test_{verb}.py" for verb in ("alerts", "explain", "journey", "propose", "scorecard", "status", "why"))
PROOFS = {
    "meaning": Proof((*NUMBERS, *TOLD, "tests/lint", "tests/oracle/test_found.py", "tests/dashboard/test_spec.py")),
    "boards": Proof(("tests/dashboard", "tests/cli/test_dashboards.py", "tests/diagnostics", "tests/lint")),
    "dialects": Proof(("tests/sql", *NUMBERS), "duckdb,sqlite,postgres"),
}


@dataclass(frozen=True)
class Room:
    """Modules, as paths below kpidsl (a folder stands for all that is in it), and the name of their proof."""

    modules: tuple[str, ...]
    proof: str


def _model(names: str) -> tuple[str, ...]:
    return tuple(f"model/{name}.py" for name in names.split())


ROOMS = {
    "units": Room(_model("units rules currencies convert types weight benchmarks params"), "meaning"),
    "grain": Room(_model("grain aggregates joins dims told routes disjoint against segments rows columns privacy"), "meaning"),
    "additivity": Room(_model("additivity one_value levels filters values"), "meaning"),
    "time": Room(_model("moves timing time_checks calendar periods clocks over_time later begins own_grains"), "meaning"),
    "names": Room(
        _model("metrics expr calls functions names known items words query questions resolve sources file_options derived cycles model"),
        "meaning",
    ),
    "people": Room(_model("funnels staged conversions cohorts retention journeys"), "meaning"),
    "aims": Room(_model("kpis aims targets goals alerts judged scorecards needs quiet findings why factors"), "meaning"),
    "boards": Room(_model("dashboards charts views"), "boards"),
    "plan": Room(("plan",), "meaning"),
    "dialects": Room(("sql",), "dialects"),
}


def modules(room: str) -> list[Path]:
    """The files of a room, as paths below kpidsl."""
    found: list[Path] = []
    for name in ROOMS[room].modules:
        place = PACKAGE / name
        found += sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return [path.relative_to(PACKAGE) for path in found]


def files_of(proof: str) -> list[str]:
    """The files that the tests of a proof stand in, as paths below the root."""
    found: list[Path] = []
    for name in PROOFS[proof].tests:
        place = ROOT / name
        found += sorted(place.rglob("test_*.py")) if place.is_dir() else [place]
    return [path.relative_to(ROOT).as_posix() for path in found]
