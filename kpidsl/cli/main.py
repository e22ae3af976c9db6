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
from kpidsl.cli.arguments import COMMON, Parser, WrongUseError
from kpidsl.cli.console import Console
from kpidsl.diagnostic import KpiError, arranged, similar

VERBS = {
    "demo": "see it work: a shop's reports from one Parquet file, in a few seconds",
    "init": "write a first project from a folder of files or a database",
    "check": "tell everything that is wrong with the project",
    "query": 'ask one question: kpi query "revenue, aov by month last 6 months"',
    "run": "run the project's reports and show their tables",
    "build": "write the SQL of all metrics and reports, and a manifest, into build/",
    "test": "run the `test` blocks on their own rows",
    "explain": "what a name of the project or the code of a message means",
    "fmt": "put .kpi files into the one layout",
}
_HELP = """kpi {version}: metrics, KPIs and goals as text; SQL and dashboards come out.

usage: kpi VERB [arguments]

{verbs}

Every verb takes
  --project DIR          the project's folder (default: the nearest one upwards with a kpi.toml)
  --connection NAME      which [connections.NAME] of kpi.toml to ask
  --as-of DATE           what “today” is, so that numbers can be reproduced
  --param NAME=VALUE     the value of a `param`
  --format FORMAT        text, json, csv, markdown … (each verb's own list: kpi VERB --help)

Examples
  kpi demo
  kpi init data
  kpi check --data
  kpi query "revenue, roas by channel, month last 3 months"
  kpi query "revenue by country" --sql --dialect bigquery
  kpi run monthly --as-of 2026-03-31
  kpi explain roas
  kpi explain KPI021

Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 findings, 2 wrong use.
"""
_LATER = {
    "status": "reports show where the numbers stand: kpi run",
    "serve": "kpi run shows all reports",
    "lint": "kpi check tells what is wrong",
    "docs": "kpi explain NAME explains every name",
    "export": "kpi build writes the SQL and a manifest",
}
"""Verbs that are announced and not there, and what helps until then."""
_NO_PROJECT = {"KPI001", "KPI002"}  # the command was started in the wrong place


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Nothing but an exit code comes out of here, whatever happens inside."""
    words = list(sys.argv[1:] if argv is None else argv)
    console = Console()
    try:
        code = _run(words, console)
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


def _run(words: list[str], console: Console) -> int:
    words = _verb_first(words)
    if words[:1] in (["--version"], ["-V"]):
        console.print(f"kpi {__version__}")
        return 0
    if not words or words[0] in ("--help", "-h", "help"):
        if len(words) > 1 and words[1] in VERBS:
            return _run([words[1], "--help"], console)
        console.print(_help(), end="")
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
    code: int = module.run(arguments, console)
    return code


def _verb_first(words: list[str]) -> list[str]:
    """`kpi --project shop check` is `kpi check --project shop`."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at].partition("=")[0] in COMMON:
        at += 1 if "=" in words[at] else 2
    return [*words[at : at + 1], *words[:at], *words[at + 1 :]]


def _help() -> str:
    width = max(map(len, VERBS))
    return _HELP.format(version=__version__, verbs="\n".join(f"  {verb:<{width}}   {about}" for verb, about in VERBS.items()))


def _our_fault(error: BaseException) -> str:
    """One line for an error that is ours, and what to do about it."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"error[KPI000]: kpidsl failed here, and that is our fault: {what[:300]}\n"
        "  help: run it again with KPI_DEBUG=1 and send us what it prints, with the .kpi file if you may"
    )
