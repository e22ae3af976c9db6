"""How words after `kpi` are read. Comes in: argparse declarations of the verbs. Goes out: their values, or `WrongUseError` with the nearest
right spelling. Nothing here loads more than argparse.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Callable, Iterable
from gettext import gettext
from typing import Any, NoReturn

from kpidsl.diagnostic import similar


class WrongUseError(Exception):
    """The command line makes no sense: a plain sentence and the next step. Exit code 2."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Parser(argparse.ArgumentParser):
    """argparse that raises `WrongUseError` in our words instead of printing its own and leaving."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", Help)
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("add_help", False)
        super().__init__(*args, **kwargs)
        self._positionals.title = "arguments"

    def error(self, message: str) -> NoReturn:
        if match := re.fullmatch(r"unrecognized arguments: (.*)", message, re.DOTALL):
            word = match[1].split(" ")[0].partition("=")[0]
            near = similar(word, [name for name in self._option_string_actions if name.startswith("--")])
            kind = "option" if word.startswith("-") else "argument"
            help = f"did you mean {near[0]}?" if near else f"{self.prog} --help lists what it takes"
            raise WrongUseError(
                f"`{self.prog}` has no {kind} {word}" if kind == "option" else f"`{self.prog}` does not know what to do with `{word}`", help
            )
        if match := re.fullmatch(r"argument (.*?): expected (one|at least one) argument", message):
            raise WrongUseError(f"{match[1]} needs a value", f"{self.prog} --help shows how it is written")
        if match := re.fullmatch(r"the following arguments are required: (.*)", message):
            raise WrongUseError(f"`{self.prog}` needs {match[1]}", f"{self.prog} --help has examples")
        if match := re.fullmatch(r"argument (.*?): (.*)", message, re.DOTALL):
            first, _, rest = match[2].partition("\n")
            raise WrongUseError(f"{match[1].split('/')[-1]}: {first}", rest)
        raise WrongUseError(message, f"{self.prog} --help shows how it is used")


class Help(argparse.RawDescriptionHelpFormatter):
    """Two columns with room for our option names."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=110)

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, gettext("usage: ") if prefix is None else prefix)


def common(parser: Parser, *, data: bool = True) -> None:
    """The options that every verb has; `data` adds those of verbs that look at the data."""
    group = parser.add_argument_group("which project, and what it sees")
    group.add_argument("--project", metavar="DIR", help="the project's folder (default: the nearest one upwards with a kpi.toml)")
    if data:
        group.add_argument("--connection", metavar="NAME", help="a [connections.NAME] of kpi.toml (default: `default`, else the only one)")
    group.add_argument("--as-of", metavar="DATE", type=a_date, help="what “today” is: rows after that day are not seen (2026-03-15)")
    group.add_argument(
        "--param", metavar="NAME=VALUE", action="append", default=[], type=a_param, help="the value of a `param`; may be repeated"
    )
    group.add_argument("-h", "--help", action="store_true", help="this text")


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """A type for arguments: one of some words, or the nearest of them in the message."""
    known = list(words)

    def chosen(text: str) -> str:
        if text in known:
            return text
        near = similar(text, known)
        nearest = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(known)}"
        raise argparse.ArgumentTypeError(f"there is no `{text}` here\n{nearest}")

    return chosen


def a_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else _no_date(text)
    except ValueError:
        _no_date(text)


def _no_date(text: str) -> NoReturn:
    raise argparse.ArgumentTypeError(f"`{text}` is not a date\nwrite it as 2026-03-15")


def a_param(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise argparse.ArgumentTypeError(f"`{text}` has no `=`\nwrite --param vat=22%")
    return name.strip(), value.strip()
