"""Draws docs/terminal.svg, the picture in README.md: a few lines of `.kpi`, a question with its answer, where a
goal stands, and a question that is refused. The
commands are run here; nothing in the picture is typed by hand. `python docs/picture.py` rewrites it, a test keeps it current."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
from html import escape
from pathlib import Path

from kpidsl.cli.main import main
from kpidsl.report.width import width

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent / "examples" / "aurora"
SOURCE = """metric marketing_cost = spend + other_costs      # adverts of four platforms, agencies
metric new_customers  = buyers where first_orders
use std.marketing (cac) with full_marketing_cost = marketing_cost, first_time_customers = new_customers"""
ASKED = (
    ("query", "marketing_cost, new_customers, cac by month where channel = 'social' last 3 months"),
    ("status", "--goal cheaper_growth"),
    ("query", "sum(meta_ads.reach)"),
)
CHAR, LINE, PAD = 8.4, 21, 22
COLORS = {
    "plain": "#d8dee9",
    "dim": "#7f8aa3",
    "word": "#88c0d0",
    "text": "#a3be8c",
    "error": "#e06c75",
    "mark": "#ebcb8b",
    "head": "#ffffff",
}
Piece = tuple[str, str]


def answer(verb: str, asked: str) -> list[str]:
    """What the command prints, results and messages, without blank lines and without how long it took."""
    runpy.run_path(str(PROJECT / "generate.py"))["generate"](PROJECT / "data")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main([verb, *([asked] if verb == "query" else asked.split()), "--project", str(PROJECT)])
    text = out.getvalue().rstrip("\n") + "\n" + err.getvalue()
    lines = [line for line in text.splitlines() if line.strip() and not re.search(r" · [0-9.,]+ m?s$", line)]
    lines = [line[2:] if verb == "status" else line for line in lines]
    return [line.replace(f"{PROJECT}/", "").replace("examples/aurora/", "") for line in lines]


def source_line(line: str) -> list[Piece]:
    """A line of `.kpi` with its keywords and comment coloured."""
    kinds = {"metric": "word", "use": "word", "where": "word", "with": "word"}
    parts = re.split(r"(^metric\b|^use\b|\bwhere\b|\bwith\b|#.*)", line)
    return [(part, "dim" if part.startswith("#") else kinds.get(part, "plain")) for part in parts if part]


def output_line(line: str, first: bool) -> list[Piece]:
    """A line of output; errors, marks and asides stand out."""
    if found := re.match(r"(error\[\w+\])(: .*)", line):
        return [(found[1], "error"), (found[2], "head")]
    if found := re.match(r"(\s+\|\s*)(\^.*|-.*)", line):
        return [(found[1], "dim"), (found[2], "mark")]
    if found := re.search(r"▼ off track|▲ at risk|● on track", line):
        kind = {"▼": "error", "▲": "mark", "●": "text"}[found[0][0]]
        return [(line[: found.start()], "plain"), (found[0], kind), (line[found.end() :], "plain")]
    if found := re.match(r"\s*(note|help)(:.*)", line):
        return [(line[: line.index(found[1])], "plain"), (found[1], "word"), (found[2], "plain")]
    if re.match(r"\s+\S+\.kpi:\d|\s+<query>", line) or " · " in line:
        return [(line, "dim")]
    return [(line, "head" if first else "plain")]


def lines() -> list[list[Piece]]:
    """The whole picture, line by line."""
    found: list[list[Piece]] = [source_line(line) for line in SOURCE.splitlines()]
    for verb, asked in ASKED:
        found += [[], [("$ ", "dim"), (f"kpi {verb} ", "word"), (f'"{asked}"' if verb == "query" else asked, "text")]]
        found += [output_line(line, position == 0) for position, line in enumerate(answer(verb, asked))]
    return found


def picture() -> str:
    """The SVG."""
    rows = lines()
    wide = max(sum(width(text) for text, _ in row) for row in rows)
    across, down = round(wide * CHAR + 2 * PAD), round(len(rows) * LINE + 2 * PAD + 16)
    body = []
    for number, row in enumerate(rows):
        y = PAD + 30 + number * LINE
        column = 0
        for text, kind in row:
            if text.strip():
                length = f' textLength="{round(width(text) * CHAR, 1)}"'
                x = round(PAD + column * CHAR, 1)
                body.append(f'  <text x="{x}" y="{y}" fill="{COLORS[kind]}"{length} xml:space="preserve">{escape(text)}</text>')
            column += width(text)
    dots = "".join(f'<circle cx="{PAD + 18 * i}" cy="18" r="5.5" fill="{c}"/>' for i, c in enumerate(("#e06c75", "#ebcb8b", "#a3be8c")))
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}" height="{down}" role="img" '
        f'aria-label="a question, its answer, where a goal stands, and a question that is refused" font-family="{font}" font-size="14">\n'
        f'  <rect width="{across}" height="{down}" rx="10" fill="#1f2430"/>\n  {dots}\n' + "\n".join(body) + "\n</svg>\n"
    )


if __name__ == "__main__":
    (HERE / "terminal.svg").write_text(picture(), "utf-8")
