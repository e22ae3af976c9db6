"""The command line. Comes in: words. Goes out: an exit code: 0 fine, 1 findings, 2 wrong use. Each verb is a file beside this one with
`ABOUT`, `EXAMPLES`, `declare(parser)` and `run(arguments, console)`; only the one that is asked for is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from kpidsl import __version__
from kpidsl.cli.arguments import Parser, WrongUseError
from kpidsl.cli.console import Console
from kpidsl.cli.words import VERBS, overview, verb_first
from kpidsl.diagnostic import KpiError, arranged, similar

_LATER = {
    "lint": "kpi check tells what is wrong",
    "docs": "kpi explain NAME explains every name",
    "export": "kpi build writes the SQL and a manifest",
}
"""Verbs that are announced and not there, and what helps until then."""
_NO_PROJECT = {"KPI001", "KPI002"}  # the command was started in the wrong place


def main(argv: Sequence[str] | None = None, key: str | None = None) -> int:
    """Run one command and return its exit code. Nothing but an exit code comes out of here, whatever happens inside. `key` is where a
    build shall be remembered.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    console = Console()
    try:
        code = _run(words, console, key)
        console.out.flush()
        return code
    except WrongUseError as wrong:
        console.say(f"kpi: {wrong.message}" + (f"\n  help: {wrong.help}" if wrong.help else ""))
        return 2
    except KpiError as error:
        console.report(arranged(error.diagnostics))
        return 2 if any(found.code in _NO_PROJECT for found in error.diagnostics) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 0
    except Exception as error:
        if os.environ.get("KPI_DEBUG"):
            raise
        console.say(_our_fault(error))  # the one place that takes any error: it is said aloud, never swallowed
        return 2


def _run(words: list[str], console: Console, key: str | None = None) -> int:
    words = verb_first(words)
    if words[:1] in (["--version"], ["-V"]):
        console.print(f"kpi {__version__}")
        return 0
    if not words or words[0] in ("--help", "-h", "help"):
        if len(words) > 1 and words[1] in VERBS:
            return _run([words[1], "--help"], console)
        console.print(overview(), end="")
        return 0 if words else 2
    verb = words[0]
    if verb in _LATER:
        raise WrongUseError(f"this version has no `kpi {verb}` yet", f"{_LATER[verb]}; kpi --help lists the verbs that are there")
    if verb not in VERBS:
        near = similar(verb, VERBS)
        kind = "option" if verb.startswith("-") else "verb"
        raise WrongUseError(f"there is no {kind} `{verb}`", f"did you mean kpi {near[0]}?" if near else "kpi --help lists the verbs")
    module: ModuleType = import_module(f"kpidsl.cli.{verb}")
    parser = Parser(prog=f"kpi {verb}", description=module.ABOUT, epilog=module.EXAMPLES)
    module.declare(parser)
    if {"-h", "--help"} & set(words[1:]):
        console.print(parser.format_help(), end="")
        return 0
    arguments = parser.parse_intermixed_args(words[1:])
    arguments.words, arguments.key = words[1:], key
    code: int = module.run(arguments, console)
    return code


def _our_fault(error: BaseException) -> str:
    """One line for an error that is ours, and what to do about it."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"error[KPI000]: kpidsl failed here, and that is our fault: {what[:300]}\n"
        "  help: run it again with KPI_DEBUG=1 and send us what it prints, with the .kpi file if you may"
    )
