"""Draws docs/terminal.svg, the picture in README.md: a few lines of `.kpi`, a question with its answer, and a question that is refused. The
commands are run here; nothing in the picture is typed by hand. `python docs/picture.py` rewrites it, a test keeps it current."""

from __future__ import annotations

import contextlib
import io
import re
from html import escape
from pathlib import Path

from kpidsl.cli.main import main
from kpidsl.report.width import width

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent / "examples" / "superstore"
SOURCE = """metric sales  "Sales"  = sum(lines.sales)
metric profit "Profit" = sum(lines.profit)
metric margin "Margin" = profit / sales"""
ASKED = ("sales, profit, margin by category with totals", "sum(orders.value) by sub_category")
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


def answer(query: str) -> list[str]:
    """What `kpi query` prints for a question, results and messages, without the time it took."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main(["query", query, "--project", str(PROJECT)])
    text = out.getvalue().rstrip("\n") + "\n" + err.getvalue()
    lines = [re.sub(r" · [0-9.,]+ m?s$", "", line) for line in text.splitlines()]
    return [line.replace(f"{PROJECT}/", "").replace("examples/superstore/", "") for line in lines if line.strip()]


def source_line(line: str) -> list[Piece]:
    """A line of `.kpi` with its keyword and text coloured."""
    pieces: list[Piece] = []
    for part in re.split(r'(^metric|"[^"]*")', line):
        if part:
            pieces.append((part, "word" if part == "metric" else "text" if part.startswith('"') else "plain"))
    return pieces


def output_line(line: str, first: bool) -> list[Piece]:
    """A line of output; errors, marks and asides stand out."""
    if found := re.match(r"(error\[\w+\])(: .*)", line):
        return [(found[1], "error"), (found[2], "head")]
    if found := re.match(r"(\s+\|\s*)(\^.*|-.*)", line):
        return [(found[1], "dim"), (found[2], "mark")]
    if found := re.match(r"\s*(note|help)(:.*)", line):
        return [(line[: line.index(found[1])], "plain"), (found[1], "word"), (found[2], "plain")]
    if re.match(r"\s+\S+\.kpi:\d|\s+<query>", line) or " · " in line:
        return [(line, "dim")]
    return [(line, "head" if first else "plain")]


def lines() -> list[list[Piece]]:
    """The whole picture, line by line."""
    found: list[list[Piece]] = [source_line(line) for line in SOURCE.splitlines()]
    for query in ASKED:
        found += [[], [("$ ", "dim"), ("kpi query ", "word"), (f'"{query}"', "text")]]
        found += [output_line(line, position == 0) for position, line in enumerate(answer(query))]
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
        f'aria-label="kpi query answers a question and refuses a wrong one" font-family="{font}" font-size="14">\n'
        f'  <rect width="{across}" height="{down}" rx="10" fill="#1f2430"/>\n  {dots}\n' + "\n".join(body) + "\n</svg>\n"
    )


if __name__ == "__main__":
    (HERE / "terminal.svg").write_text(picture(), "utf-8")
