"""`make fuzz MINUTES=30`: coverage-guided fuzzing of every target in turn (atheris, which runs libFuzzer). A fault does not end the run:
its input is kept in tests/fuzz/seeds, named after the place where it failed, and the run goes on. Exit code 1 when there was one.

    python -m tests.fuzz.run --minutes 30
    python -m tests.fuzz.run --minutes 5 --target syntax
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

from tests.fuzz.mutate import mutated

ROOT = Path(__file__).parents[2]
SEEDS = Path(__file__).with_name("seeds")
WORK = ROOT / ".fuzz"  # what a run has learned, for the next one; not in git
SECONDS = 10  # an input that takes longer is a fault
MEGABYTES = 2500
LONGEST = {"syntax": 4096, "check": 6000, "query": 300, "toml": 2000, "rows": 1000, "data": 3000, "project": 3000}


class TooSlow(BaseException):
    """Raised into the code that takes too long; no `except Exception` holds it up."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--target", action="append")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return _fuzz(arguments.one, int(arguments.minutes * 60))
    targets = arguments.target or list(LONGEST)
    before = {path for path in SEEDS.rglob("*") if path.is_file()}
    for target in targets:
        share = arguments.minutes / len(targets)
        print(f"{target}: {share:.1f} minutes", flush=True)
        until = time.monotonic() + share * 60
        while (left := until - time.monotonic()) > 1:
            # A crash of the interpreter itself ends a process; the next goes on with what it learned.
            command = [sys.executable, "-m", "tests.fuzz.run", "--one", target, "--minutes", str(left / 60)]
            done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "0"})
            if done.returncode:
                print(f"{target}: the process ended with {done.returncode}", flush=True)
                time.sleep(1)
    new = sorted({path for path in SEEDS.rglob("*") if path.is_file()} - before)
    for path in new:
        print(f"new: {path.relative_to(ROOT)}")
    print(f"{len(new)} new faults")
    return 1 if new else 0


def _fuzz(target: str, seconds: int) -> int:
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: it has wheels for Linux and Python 3.11 to 3.13 (`make fuzz` installs it there)", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["kpidsl"]):
        from tests.fuzz.targets import TARGETS
    run = TARGETS[target]
    corpus = WORK / target
    _first_corpus(target, corpus)
    signal.signal(signal.SIGALRM, _too_slow)
    faults: collections.Counter[str] = collections.Counter()

    def one(data: bytes) -> None:
        signal.alarm(SECONDS)
        try:
            run(data)
        except (Exception, TooSlow, SystemExit) as error:  # noqa: BLE001 (it is kept and told)
            signal.alarm(0)
            name = _name_of(error)
            faults[name] += 1
            if faults[name] == 1:
                _keep(target, name, data, error)
        finally:
            signal.alarm(0)

    words = [
        f"-dict={_dictionary()}",
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST[target]}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={WORK}/",
        "-print_final_stats=1",
        "-verbosity=0",
        str(corpus),
    ]
    known = _words()

    def change(data: bytes, longest: int, seed: int) -> bytes:
        if seed % 3 == 0 or target in ("data",):
            return bytes(atheris.Mutate(data, longest))
        return mutated(data, known, seed)[:longest]

    atheris.Setup([sys.argv[0], *words], one, custom_mutator=change)
    atheris.Fuzz()
    return 0


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow(f"more than {SECONDS} s")


def _name_of(error: BaseException) -> str:
    """Faults of one place are one fault: its type, and the last of our functions that it passed."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "kpidsl" in Path(frame.filename).parts]
    if isinstance(error, (RecursionError, TooSlow)) and ours:
        ours = [collections.Counter(frame.filename + frame.name for frame in ours) and ours[len(ours) // 2]]
    last = ours[-1] if ours else traceback.extract_tb(error.__traceback__)[-1]
    return re.sub(r"\W+", "_", f"{type(error).__name__}_{Path(last.filename).stem}_{last.name}")


def _keep(target: str, name: str, data: bytes, error: BaseException) -> None:
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}_{hashlib.sha256(data).hexdigest()[:6]}"
    if not any(folder.glob(f"{name}_*")):
        path.write_bytes(data)
        lines = "".join(traceback.format_exception(error)).splitlines()
        print("\n".join([f"FAULT {path.relative_to(ROOT)}", *(lines if len(lines) < 60 else [*lines[:12], "…", *lines[-24:]])]), flush=True)


def _first_corpus(target: str, folder: Path) -> None:
    """Examples to start from: what the tests and the docs hold anyway."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces: list[bytes] = []
    if target in ("syntax", "check", "project"):
        from tests.fuzz.corpus import programs

        head = b'[project]\nname = "fuzz"\n\n---\n' if target == "project" else b""
        pieces += [head + text.encode() for text in programs()]
    elif target == "query":
        from tests.fuzz.corpus import queries

        pieces += [text.encode() for text in queries()]
    elif target == "toml":
        pieces += [path.read_bytes() for path in sorted(ROOT.glob("examples/*/kpi.toml"))]
    elif target == "rows":
        pieces += [
            b"\nk, d, n, m, b, t, s, p\n1, 2026-01-01, 1.5, 3 EUR, true, x, 2026-01-01T10:00, 20%\n",
            b'\nt, total\n"a ""b""", null\n',
        ]
    else:
        from tests.fuzz.corpus import data_files

        pieces += data_files()
    pieces += [path.read_bytes() for path in sorted((SEEDS / target).glob("*"))]
    for piece in pieces:
        (folder / hashlib.sha256(piece).hexdigest()[:16]).write_bytes(piece)


def _words() -> list[bytes]:
    """Words of the language, to put together."""
    from kpidsl.syntax.tables import tables

    words = [
        *tables().keywords,
        *tables().literals,
        "EUR",
        "20%",
        "30 days",
        "2026-01-31",
        "2026-Q1",
        '"""',
        "`a`",
        "1e9",
        "sum(",
        "count(",
    ]
    words += ["orders.amount", "customer.country", "prior(", "trailing(", "share(", "of:", "over:", "per:", "null", "\\u{1F600}"]
    return [word.encode() for word in words]


def _dictionary() -> Path:
    """The words for libFuzzer."""
    path = WORK / "words.dict"
    path.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in _words()))
    return path


if __name__ == "__main__":
    sys.exit(main())
