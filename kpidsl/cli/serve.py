"""`kpi serve`: the project's dashboards as live pages on this machine."""

from __future__ import annotations

import argparse
import gc
from urllib.parse import quote

from kpidsl.cli.arguments import Parser, WrongUseError, common
from kpidsl.cli.console import Console

PORT = 8321
ABOUT = """Show the project's dashboards in the browser, with the numbers of the connection as they are now.

The page can be asked for another period, another comparison and some rows only; it follows when a .kpi file or kpi.toml is saved, and tells
what is wrong with it. It is served on 127.0.0.1, to this machine alone, until Ctrl-C."""
EXAMPLES = """examples:
  kpi serve
  kpi serve executive --open
  kpi serve --port 8080 --as-of 2026-03-15"""


def declare(parser: Parser) -> None:
    parser.add_argument("board", metavar="BOARD", nargs="?", help="the dashboard to begin with (default: a list of all)")
    parser.add_argument("--port", metavar="N", type=a_port, default=PORT, help=f"where it answers (default: {PORT}; 0: any that is free)")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    common(parser)


def a_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"`{text}` is not a port\nwrite a number from 1024 to 65535")
    return int(text)


COLLECTOR = (50_000, 20, 100)
"""A server lives long, so the collector looks more often than in a verb that ends."""


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.dashboard.vega_script import vega_script
    from kpidsl.diagnostic import fail, similar

    try:
        from kpidsl.serve.desk import Desk
        from kpidsl.serve.run import HOST, listening, serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn", "anyio", "h11", "click"):
            raise
        message = f"kpi serve needs Python packages that are not installed: {(error.name or '').partition('.')[0]}"
        fail("KPI009", message, help='install them: pip install "kpidsl[serve]"')
    gc.set_threshold(*COLLECTOR)
    desk = Desk(arguments, console)
    names = [decl.name.text for decl in desk.boards()]
    if arguments.board is not None and arguments.board not in names:
        near = similar(arguments.board, names)
        listed = f"dashboards: {', '.join(names)}" if names else "the project declares none: dashboard NAME { show … }"
        raise WrongUseError(f"there is no dashboard `{arguments.board}`", f"did you mean {near[0]}?" if near else listed)
    vega = vega_script()
    door = listening(arguments.port)
    home = f"http://{HOST}:{door.getsockname()[1]}/"
    start = f"{home}board/{quote(arguments.board, safe='')}" if arguments.board else home
    count = f"{len(names)} dashboard{'' if len(names) == 1 else 's'}"
    console.say(f"{desk.session.project.name}: {count} on {start} {console.aside('(Ctrl-C ends)')}")
    serve(desk, vega, door, console.say, start if arguments.open else "")
    return 0
