"""`kpi demo`: the example of an online shop, made and answered on this machine, with the lines of the language behind each number."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import time
from pathlib import Path
from types import ModuleType

from kpidsl.cli.arguments import Parser, WrongUseError
from kpidsl.cli.console import Console

ABOUT = """See it work: Aurora, an online shop with 303,000 rows of orders, visits, adverts, mails, answers and deals, and what the language
makes of them. Its data is made here by a small program, once; nothing is fetched or sent, and DuckDB runs inside this process.

The project and its data go into the folder aurora-demo. In a checkout of kpidsl they are examples/aurora."""
EXAMPLES = """examples:
  kpi demo
  kpi demo --into shop           (another folder; what is changed in it stays)
  kpi demo --again               (make the data once more)"""
FOLDER = "aurora-demo"
DATA = "data"
_HERE = Path(__file__).resolve().parents[1]
_WHEEL, _CHECKOUT = _HERE / "_demo", _HERE.parent / "examples" / "aurora"


def declare(parser: Parser) -> None:
    parser.add_argument("--into", metavar="DIR", help=f"where project and data go (default: {FOLDER}; in a checkout examples/aurora)")
    parser.add_argument("--again", action="store_true", help="make the data once more, also where it is there")
    parser.add_argument("-h", "--help", action="store_true", help="this text")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.cli.demo_scenes import show

    start = time.perf_counter()
    example = example_folder()
    folder = _project(example, Path(arguments.into) if arguments.into else None, console)
    _data(example, folder / DATA, arguments.again, console)
    show(folder, console)
    console.say(console.aside(f"{time.perf_counter() - start:.1f} s in all"))
    return 0


def example_folder() -> Path:
    """The example inside the wheel, or in the checkout."""
    for folder in (_WHEEL, _CHECKOUT):
        if (folder / "kpi.toml").is_file():
            return folder
    raise WrongUseError("the example is not part of this installation", "install kpidsl from its wheel, or run it in a checkout")


def _project(example: Path, into: Path | None, console: Console) -> Path:
    """A folder of the project that may be written to: the checkout's own, or a copy, made where there is none yet."""
    if into is None and example == _CHECKOUT:
        return example
    folder = into or Path(FOLDER)
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        try:
            shutil.copytree(example, folder, ignore=shutil.ignore_patterns(DATA, "__pycache__"), dirs_exist_ok=True)
        except OSError as error:
            raise _refused(folder, error) from None
        console.say(console.aside(f"the project is in {folder} now"))
    elif not all((folder / name).is_file() for name in ("kpi.toml", "aurora.kpi")):
        raise WrongUseError(f"{folder} is there already, and it is not the example", "name a folder that is not: kpi demo --into DIR")
    return folder


def _data(example: Path, folder: Path, again: bool, console: Console) -> None:
    """Make the data where it is missing or old. The program is the installation's own: nothing of a folder that was found is run."""
    made = _generator(example / "generate.py")
    try:
        if again or not made.is_current(folder):
            console.say(console.aside(f"making the data in {_seen(folder)}, once …"))
            made.generate(folder, again)
    except OSError as error:
        raise _refused(folder, error) from None


def _generator(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("kpidsl_demo_data", file)
    if spec is None or spec.loader is None:
        raise WrongUseError(f"{file} cannot be loaded", "install kpidsl anew")
    module = importlib.util.module_from_spec(spec)
    leaves, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the example's folder stays as it is
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = leaves
    return module


def _seen(folder: Path) -> str:
    """The folder as seen from here, where that is shorter."""
    return min(os.path.relpath(folder), str(folder), key=len).replace(os.sep, "/")


def _refused(folder: Path, error: OSError) -> WrongUseError:
    reason = (error.strerror or "it is refused").lower()
    return WrongUseError(f"{_seen(folder)} cannot be written: {reason}", "name a folder that can: kpi demo --into DIR")
