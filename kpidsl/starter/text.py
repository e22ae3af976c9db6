"""Drafts as files. Comes in: drafts whose joins are proven. Goes out: the text of kpi.toml, sources.kpi and metrics.kpi, in the one
layout, with everything that is unsure as a comment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from kpidsl.plan.plan import FileRef
from kpidsl.span import Source
from kpidsl.starter import meaning
from kpidsl.starter.draft import Draft, Field, bare
from kpidsl.starter.names import plain_name
from kpidsl.starter.target import Target
from kpidsl.syntax.format import format_file
from kpidsl.syntax.format_expr import format_name, format_text
from kpidsl.syntax.parse import parse_file

SOURCES, METRICS, SETTINGS = "sources.kpi", "metrics.kpi", "kpi.toml"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def settings_text(name: str, target: Target, as_of: dt.date | None) -> str:
    """kpi.toml. A URL with a password is never written: the environment holds it."""
    lines = ["[project]", f"name = {_toml(name)}", 'locales = ["en"]']
    lines.append(f'dialects = ["{target.settings.get("engine", "duckdb")}"]')
    if as_of is not None:
        lines.append(f"as_of = {as_of}    # the latest row; take this line out once the data is loaded every day")
    if target.settings:
        lines += ["", "[connections.default]", *(f"{key} = {_toml(value)}" for key, value in target.settings.items())]
    return "\n".join(lines) + "\n"


def _toml(value: str) -> str:
    escaped = re.sub(r'["\\]', lambda found: "\\" + found[0], _UNSEEN.sub(" ", value))
    return f'"{escaped}"'


def sources_text(drafts: Sequence[Draft], shown: str) -> str:
    """sources.kpi: one declaration for each table that could be read."""
    head = [
        f"# Written by `kpi init` from {_said(shown)}, and yours from now on.",
        "# Keys and joins are proven by the rows that were there; everything unsure stands in comments with its reason.",
    ]
    return _formatted(SOURCES, "\n\n".join(["\n".join(head), *(_source(draft) for draft in drafts)]))


def _source(draft: Draft) -> str:
    lines = [f"source {format_name(draft.name)}{_label(draft.table.name, draft.name)} from {_origin(draft)} {{"]
    if draft.table.trouble:
        return "\n".join([f"# {_said(draft.table.name)} was left out: {_said(draft.table.trouble)}"])
    lines += [f"# {_said(remark)}" for remark in draft.remarks]
    if draft.key:
        lines.append(f"key {', '.join(map(format_name, draft.key))}  # different in each of {draft.table.rows:,} rows")
    if draft.time:
        lines.append(f"time {format_name(draft.time)}")
    lines += draft.items
    lines += [_field(each) for each in draft.fields]
    lines += [f"{join.text}  # found by every row that has one" for join in draft.joins]
    if len(lines) == 1:
        return f"# {_said(draft.table.name)} was left out: it has no columns that the language has types for"
    return "\n".join([*lines, "}"])


def _label(name: str, plain: str) -> str:
    return "" if name == plain or plain_name(name) == name else f" {format_text(_UNSEEN.sub(' ', name))}"


def _origin(draft: Draft) -> str:
    origin = draft.table.origin
    if not isinstance(origin, FileRef):
        return ".".join(format_name(part) for part in origin.parts)
    told = [(key, value) for key, value in origin.options if not (key == "dateformat" and value == "%Y-%m-%d")]
    if origin.path.casefold().removesuffix(".gz").removesuffix(".zst").endswith(".tsv"):
        told = [(key, value) for key, value in told if key != "delim"]
    options = "".join(f", {key}: {format_text(value) if isinstance(value, str) else str(value).lower()}" for key, value in told)
    return f"file({format_text(origin.path)}{options})"


def _field(each: Field) -> str:
    name = each.column.name
    label = f" {format_text(name)}" if re.search(r"\s", name) and not _UNSEEN.search(name) else ""
    flags = [f"from {format_text(name)}"] if name != each.name else []
    flags += each.flags
    braces = f" {{ {'  '.join(flags)} }}" if flags else ""
    remark = f"  # {_said(each.remark)}" if each.remark else ""
    return f"{format_name(each.name)}: {each.type}{label}{braces}{remark}"


def metrics_text(drafts: Sequence[Draft]) -> str:
    """metrics.kpi: rows counted, and what is called like something that adds up."""
    taken = {draft.name for draft in drafts}
    lines = ["# What can be counted without asking anybody. The numbers that matter are made of these: metric margin = profit / sales"]
    for draft in drafts:
        lines += ["", *_metrics(draft, taken)]
    return _formatted(METRICS, "\n".join(lines))


def _metrics(draft: Draft, taken: set[str]) -> Iterator[str]:
    source = format_name(draft.name)
    yield f"metric {source} {format_text(_words(draft.name))} = count({source})"
    joined = {left for join in draft.joins for left, _ in join.pairs}
    for each in draft.fields:
        if (
            each.column.kind not in ("int", "number", "decimal")
            or each.name in draft.key
            or each.name in joined
            or "not additive" in each.flags
        ):
            continue
        verdict = meaning.adds_up(own := bare(draft, each.name))
        if verdict and meaning.is_share(each.column):
            verdict = None
        if verdict is False:
            continue
        total = f"sum({source}.{format_name(each.name)})"
        name, number = own if own not in taken else f"{draft.name}_{own}", 2
        while name in taken:
            name, number = f"{draft.name}_{own}_{number}", number + 1
        several = each.type.startswith("money(") and not each.type[6:-1].isupper()
        if verdict is None or several:
            why = "its currencies have to be converted first" if several else "may it be added up?"
            yield f"# metric {format_name(name)} = {total}    {why}"
            continue
        taken.add(name)
        yield f"metric {format_name(name)} {format_text(_words(name))} = {total}"


def _words(name: str) -> str:
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _said(text: str) -> str:
    """On one line of a comment."""
    return _UNSEEN.sub(" ", text).strip()


def _formatted(name: str, text: str) -> str:
    source = Source(name, text)
    file, found = parse_file(source)
    return f"{(text if found else format_file(file, source)).rstrip()}\n"
