"""Where `kpi` starts. What can be answered without loading anything is answered here: the version, the list of verbs, and a build of a
project that has not changed since the last one. All else goes on to `main`.
"""

from __future__ import annotations

import gc
import sys
import time

from kpidsl import __version__
from kpidsl.cli.words import overview, verb_first
from kpidsl.report.stream import prepare, wants_color

TYPE_CHECKING = False
if TYPE_CHECKING:  # not even typing is loaded
    from collections.abc import Sequence

COLLECTOR = (3_000_000, 20, 100)
"""How seldom the collector looks: what a compiler makes stays, and counting it again and again is in vain. It is not off, for some
of it goes in circles."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    began = time.perf_counter()
    words = verb_first(list(sys.argv[1:] if argv is None else argv))
    key = None
    try:
        if words in (["--version"], ["-V"], ["--help"], ["-h"], ["help"]):
            prepare(sys.stdout)
            sys.stdout.write(f"kpi {__version__}\n" if words[0] in ("--version", "-V") else overview())
            sys.stdout.flush()
            return 0
        if words[:1] == ["build"] and "--no-cache" not in words:
            from kpidsl.cache import key_of, recall

            key = key_of(words[1:], wants_color(sys.stderr))
            said = recall(key) if key else None
            if said is not None:
                prepare(sys.stderr)
                sys.stderr.write(f"{said} · {time.perf_counter() - began:.1f} s\n")
                sys.stderr.flush()
                return 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        pass  # main knows what to do when nobody reads
    gc.set_threshold(*COLLECTOR)
    from kpidsl.cli.main import main as run

    return run(words, key)
