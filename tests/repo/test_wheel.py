"""What users get: a wheel, installed with its dependencies into an empty environment, away from the checkout, does what the README says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from kpidsl import __version__

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("wheel")

SHOP = """
source orders from file("orders.csv") {
  key  id
  time ordered_at
  id:         int
  ordered_at: timestamp
  channel:    text
  amount:     money(EUR)
}
metric revenue "Revenue" = sum(orders.amount)
dimension channel = orders.channel
"""
ORDERS = """id,ordered_at,channel,amount
1,2026-01-05T10:00:00,email,10.50
2,2026-01-06T11:00:00,social,5.25
3,2026-02-07T12:00:00,email,2.00
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def kpi(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `kpi` command of an environment that has the wheel and what it asks for, at the locked versions."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    run([str(scripts / "python"), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "requirements.lock"), str(wheel)], home)
    return scripts / "kpi"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "kpi.toml").write_text('[project]\nname = "shop"\n')
    (tmp_path / "shop.kpi").write_text(SHOP)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return tmp_path


def run(command: list[str], cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == code, f"{' '.join(command)} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def test_the_wheel_holds_all_that_a_run_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("grammar", "_grammar"), ("stdlib_kpis", "_stdlib"), ("examples/aurora", "_demo")):
        files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
        wanted = {f"kpidsl/{inside}/{path.as_posix()}" for path in files if path.parts[0] not in ("data", "__pycache__")}
        assert wanted
        assert {name for name in names if name.startswith(f"kpidsl/{inside}/")} == wanted
    assert {f"kpidsl/code_pages/{path.name}" for path in (ROOT / "kpidsl/code_pages").iterdir()} <= names
    assert "kpidsl/py.typed" in names
    assert any(name.startswith("kpidsl/syntax/_tables") for name in names), "the grammar's tables are cached in the wheel"
    assert all(name.startswith(("kpidsl/", f"kpidsl-{__version__}.dist-info/")) for name in names)


def test_the_version(kpi: Path, tmp_path: Path) -> None:
    assert __version__ in run([str(kpi), "--version"], tmp_path).stdout


def test_check_outside_the_checkout(kpi: Path, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run([str(kpi), "check", "--project", str(shop)], tmp_path_factory.mktemp("elsewhere"))


def test_an_error_has_its_place_and_exit_code(kpi: Path, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (shop / "more.kpi").write_text("metric aov = revenu / count(orders)\n")
    done = run([str(kpi), "check", "--project", str(shop)], tmp_path_factory.mktemp("elsewhere"), code=1)
    assert "more.kpi:1:14" in done.stderr
    assert "did you mean `revenue`" in done.stderr


def test_query_outside_the_checkout(kpi: Path, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    command = [str(kpi), "query", "revenue by channel", "--project", str(shop), "--as-of", "2026-03-01", "--format", "json"]
    done = run(command, tmp_path_factory.mktemp("elsewhere"))
    assert json.loads(done.stdout)["rows"] == [["email", 12.5], ["social", 5.25]]


def test_demo_outside_the_checkout(kpi: Path, tmp_path: Path) -> None:
    """The data is made where the command was started, and nothing inside the installation changes."""
    inside = next(kpi.parents[1].rglob("kpidsl/_demo"))
    before = sorted(inside.rglob("*"))
    shown = run([str(kpi), "demo"], tmp_path)
    assert "making the data in aurora-demo/data" in shown.stderr
    assert (tmp_path / "aurora-demo" / "data" / "orders.csv").is_file()
    assert sorted(inside.rglob("*")) == before
    assert "making the data" not in run([str(kpi), "demo"], tmp_path).stderr
    asked = run([str(kpi), "query", "valid_orders during 2025", "--format", "csv"], tmp_path / "aurora-demo")
    assert asked.stdout.split()[0] == "valid_orders"
    assert int(asked.stdout.split()[1]) > 1000


def test_beside_a_compiled_sqlglot(kpi: Path, shop: Path) -> None:
    """Other tools of the same environment may bring sqlglot's compiled form: the SQL and the answer stay what they were."""
    asked = [str(kpi), "query", "revenue by channel, month", "--project", str(shop)]
    before = [run(asked, shop).stdout, run([*asked, "--sql"], shop).stdout]
    run([str(kpi.parent / "python"), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "requirements.lock"), "sqlglot[c]"], shop)
    assert [run(asked, shop).stdout, run([*asked, "--sql"], shop).stdout] == before
    run([str(kpi.parent / "python"), "-m", "pip", "uninstall", "--quiet", "--yes", "sqlglotc"], shop)
