"""What the tiles of a board tell a reader. Comes in: the board as data and the rows of its queries. Goes out: a card for each place of its
layout: texts in the reader's language, numbers as they are written there, and of curves and bars the sizes. Nothing here is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kpidsl.dashboard.answers import first_weekday
from kpidsl.dashboard.page import Numbers
from kpidsl.dashboard.snapshot.reader import NUMBERS, Reader, is_number, rest, stands_right
from kpidsl.dashboard.snapshot.scorecards import tables
from kpidsl.dashboard.snapshot.tables import Grid
from kpidsl.dashboard.snapshot.translated import translated
from kpidsl.record import dataclass, field

Json = Mapping[str, Any]
Row = dict[str, Any]
TONES = {"achieved": "good", "on_track": "good", "at_risk": "warn", "off_track": "bad", "missed": "bad"}
MOST = 15
"""Rows of a table on a picture; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Status:
    """A word, and the key that gives it shape and colour."""

    key: str
    word: str

    @property
    def tone(self) -> str:
        return TONES.get(self.key, "none")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from 0 to 1 of its length; `mark` is where it should be by now, `band` where it should stay."""

    filled: float
    mark: float | None = None
    band: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Values and targets of the last periods; `open`: the last one is not over."""

    values: Sequence[float | None]
    targets: Sequence[float | None]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, its rows, and the names that its legend may have. `running` is the first day of the period that is not over, and `week`
    the day with which weeks begin, 1 for Monday."""

    spec: Json
    rows: Sequence[Row]
    legend: Sequence[str] = ()
    running: str | None = None
    week: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a journey: its name, how much of it is reached, whether it is the bottleneck, and its KPIs with their values."""

    name: str
    reached: str
    bar: Bar
    narrow: str
    kpis: Sequence[tuple[str, str, Status]]


@dataclass(frozen=True, slots=True)
class Card:
    """One tile. What a kind of tile does not have is empty. `big` stands large, `small` beside it; `lines` are quiet notes; `deltas` are
    (name, change, tone); `also` are the other rhythms of a KPI, as (value, aim, status); `items` are (strong, text); `tables` are several
    tables, each under its title."""

    kind: str
    title: str
    big: str = ""
    small: str = ""
    aim: str = ""
    status: Status | None = None
    lines: Sequence[str] = ()
    deltas: Sequence[tuple[str, str, str]] = ()
    action: str = ""
    also: Sequence[tuple[str, str, Status]] = ()
    bar: Bar | None = None
    curve: Curve | None = None
    chart: Chart | None = None
    grid: Grid | None = None
    tables: Sequence[tuple[str, Grid]] = ()
    items: Sequence[tuple[str, str]] = ()
    stages: Sequence[Stage] = ()
    numbers: Sequence[tuple[str, str, Sequence[str]]] = ()
    error: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole board: its head, its cards with their places, and its foot."""

    locale: str
    title: str
    question: str
    facts: str
    places: Sequence[tuple[Json, Card]]
    notes: Sequence[str] = field(default=())


def sheet(board: Json, numbers: Numbers, locale: str) -> Sheet:
    """The board as somebody reads it in a locale."""
    made = _Cards(board, numbers, Reader(locale, board["locale"]))
    places = [(place, made.card(place["element"])) for place in board["layout"]]
    reader = made.reader
    spans = [made.range(filter["text"]) for filter in board["parameters"]["filters"]]
    notes = [f"* {reader.say('same_part')}"] if made.starred else []
    return Sheet(
        locale=locale,
        title=reader.said(board["title"]),
        question=reader.said(board["questions"]),
        facts=" · ".join([reader.period(numbers.today, "day"), *spans]),
        places=places,
        notes=[*notes, reader.say("made_from", numbers.project, numbers.engine)],
    )


class _Cards:
    def __init__(self, board: Json, numbers: Numbers, reader: Reader) -> None:
        self.board, self.numbers, self.reader = board, numbers, reader
        self.say = reader.say
        self.starred = False

    def card(self, id: str) -> Card:
        element = self.board["elements"][id]
        title = self.reader.said(element["title"])
        kind = str(element["kind"])
        if "query" in element:
            found = self.numbers.rows.get(element["query"], {"error": self.say("no_answer")})
            if "error" in found:
                return Card(kind, title, error=f"{self.say('failed')} {found['error']}")
            if not found["rows"]:
                return Card(kind, title, empty=self.say("no_rows"))
        make: Callable[[Json, str], Card] = getattr(self, f"_{kind}")
        return make(element, title)

    def rows(self, query: str) -> list[Row]:
        names = [column["name"] for column in self.board["queries"][query]["columns"]]
        found = self.numbers.rows[query]
        return [dict(zip(names, row, strict=True)) for row in found.get("rows", ())]

    def range(self, text: str) -> str:
        """`last 12 months` in the reader's language, days as they are written in it; other ranges as they stand in the project."""
        if days := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", text):
            return f"{self.reader.period(days[1], 'day')} – {self.reader.period(days[2], 'day')}"
        found = re.fullmatch(r"last (\d+) (day|week|month|quarter|year)s?", text)
        return self.say(f"last_{found[2]}s", found[1]) if found and int(found[1]) > 1 else text

    def metric(self, name: str) -> str:
        """What a metric is called."""
        about = self.board["provenance"]["metrics"].get(name)
        return self.reader.label(about["label"]) if about else name

    def status(self, key: str) -> Status:
        return Status(key, self.say(key))

    def is_running(self, row: Row) -> bool:
        return self.numbers.today < str(row["period_end"])

    # ------------------------------------------------------------ goals and KPIs

    def _goal(self, element: Json, title: str) -> Card:
        (row, *_), goal = self.rows(element["query"]), element["goal"]
        unit, way = row["unit"], goal["direction"]
        beside = [row[name] for name in ("actual", "target", "target_high")]

        def write(value: Any) -> str:
            return self.reader.number(value, unit, beside, compact=True)

        done = row["status"] in ("achieved", "missed")
        line = [self.say("by_day", self.reader.period(goal["by"], "day"))]
        if way != "between" and row["expected"] is not None and row["expected"] != row["target"]:
            line.append(self.say("expected_by_now", write(row["expected"])))
        if (row["required_per_day"] or 0) > 0 and not done:
            a_day = self.reader.number(row["required_per_day"], unit, compact=True)
            line.append(self.say("needs_a_day" if way == "higher" else "may_take_a_day", a_day))
        if row["forecast"] is not None and not done and way != "between" and row["forecast"] != row["actual"]:
            line.append(self.say("heads_for", write(row["forecast"])))
        aims = {"higher": ("of", ("target",)), "lower": ("at_most", ("target",)), "between": ("between", ("target", "target_high"))}
        key, ends = aims[way]
        aim = "" if row["target"] is None else self.say(key, *(write(row[end]) for end in ends))
        return Card(
            kind="goal",
            title=title,
            big=write(row["actual"]),
            small=rest(unit),
            aim=aim,
            status=self.status(row["status"]),
            lines=[*line, *filter(None, [goal["owner"]])],
            bar=_progress(way, row),
        )

    def _kpi(self, element: Json, title: str) -> Card:
        kpi = element["kpi"]
        own = [row for row in self.rows(element["query"]) if row["each"] == kpi["each"]]
        mine = [row for row in own if row["segment"] is None] or [row for row in own if row["segment"] == own[0]["segment"]]
        if not mine:
            return Card("kpi", title, empty=self.say("no_rows"))
        row, unit = mine[-1], mine[-1]["unit"]
        running = self.is_running(row)
        self.starred |= running
        lines = []
        if kpi["adds_up"] and running and row["expected"] is not None and row["expected"] != row["target"]:
            lines.append(self.say("expected_by_now", self.reader.number(row["expected"], unit, [row["target"]], compact=True)))
        star = "*" if running else ""
        deltas = [
            self._delta(kpi["direction"], unit, row["actual"], row["previous"], self.say(f"before_{kpi['each']}") + star),
            self._delta(kpi["direction"], unit, row["actual"], row["last_year"], self.say("a_year_ago") + star),
        ]
        if row["benchmark"] is not None:
            deltas.append((self.say("benchmark"), self.reader.number(row["benchmark"], unit, compact=True), ""))
        values = [None if each["status"] == "no_data" else each["actual"] for each in mine]
        return Card(
            kind="kpi",
            title=title,
            big=self.reader.number(row["actual"], unit, compact=True),
            small=rest(unit),
            aim=self._asked(kpi, row),
            status=self.status(row["status"]),
            lines=lines,
            deltas=deltas,
            action=row["action"] or "",
            also=[
                (self.reader.number(other["actual"], unit, compact=True), self._asked(kpi, other), self.status(other["status"]))
                for other in self._other_rhythms(kpi, self.rows(element["query"]))
            ],
            curve=Curve(values, [each["target"] for each in mine], bool(kpi["adds_up"]) and running),
        )

    def _other_rhythms(self, kpi: Json, rows: Sequence[Row]) -> list[Row]:
        """The latest row of each longer or shorter rhythm in which a KPI has a target too."""
        latest = {row["each"]: row for row in rows if row["segment"] is None}
        return [latest[each] for each in ("day", "week", "month", "quarter", "year") if each != kpi["each"] and each in latest]

    def _asked(self, kpi: Json, row: Row) -> str:
        """`≥ 45 € · Mar 2026, so far`: what should be, and of which period a row tells."""
        name = self.reader.period(row["period_start"], row["each"])
        return " · ".join(filter(None, (self._aim(kpi, row, row["unit"]), self.say("so_far", name) if self.is_running(row) else name)))

    def _aim(self, kpi: Json, row: Row, unit: str) -> str:
        if row["target"] is None:
            return ""
        beside = [row[name] for name in ("actual", "target", "target_high")]
        low, high = (self.reader.number(row[name], unit, beside, compact=True) for name in ("target", "target_high"))
        if kpi["direction"] == "between":
            return self.say("between", low, high)
        strict = any(target["strict"] and target["each"] == row["each"] for target in kpi["target"])
        signs = {("lower", True): "<", ("lower", False): "≤", ("higher", True): ">", ("higher", False): "≥"}
        return f"{signs[kpi['direction'], strict]} {low}"

    def _delta(self, way: str, unit: str, now: Any, then: Any, name: str) -> tuple[str, str, str]:
        found = self.reader.change(unit, now, then)
        if found is None:
            return name, "–", ""
        size, text = found
        if not re.search("[1-9]", text):
            return name, text, ""
        tone = "" if way == "between" else "good" if (size > 0) == (way == "higher") else "bad"
        return name, f"{'▲' if size > 0 else '▼'} {text}", tone

    # ------------------------------------------------------------ charts and tables

    def _chart(self, element: Json, title: str) -> Card:
        rows = self.rows(element["query"])
        if element.get("vega_lite"):
            note = self._running(element)
            grid = self._grid(element["query"], rows)
            drawn = [self._named(element["query"], row) for row in rows]
            start = self.numbers.rows[element["query"]].get("running")
            week = first_weekday(self.board, self.reader.locale)
            columns = self.board["queries"][element["query"]]["columns"]
            spec = translated(element["vega_lite"], columns, self.board["locale"], self.reader.label)
            chart = Chart(spec, drawn, self._legend(element["query"], drawn), start, week)
            return Card("chart", title, chart=chart, lines=[note] if note else [], grid=grid)
        if element.get("chart") == "number":
            return Card("number", title, numbers=self._numbers(element, rows[0]))
        return Card("table", title, grid=self._grid(element["query"], rows))

    _table = _funnel = _cohort = _chart

    def _named(self, query: str, row: Row) -> Row:
        """The row of what `top … with other` left out, under the name that it has in tables."""
        columns = self.board["queries"][query]["columns"]
        kind = next((column["name"] for column in columns if column["role"] == "row_type"), None)
        if kind is None or row[kind] != "other":
            return row
        groups = [column["name"] for column in columns if column["role"] == "group" and column["type"] == "text"]
        return {**row, **{name: self.say("other") for name in groups if row[name] is None}}

    def _legend(self, query: str, rows: Sequence[Row]) -> list[str]:
        """The groups by which a chart has colours, else its values."""
        columns = self.board["queries"][query]["columns"]
        groups = [column["name"] for column in columns if column["role"] == "group" and column["type"] == "text"]
        if groups:
            return list(dict.fromkeys(str(row[groups[-1]]) for row in rows))
        return [self.reader.label(column["label"]) for column in columns if column["role"] in ("metric", "previous")]

    def _running(self, element: Json) -> str:
        """That the last period that has begun is not over: its value is not to be read as a fall."""
        start = self.numbers.rows[element["query"]].get("running")
        columns = self.board["queries"][element["query"]]["columns"]
        along = next((c for c in columns if c["role"] == "group" and c["type"] == "date"), None)
        return self.say("so_far", self.reader.period(start, along["format"])) if start and along else ""

    def _numbers(self, element: Json, row: Row) -> list[tuple[str, str, Sequence[str]]]:
        columns = self.board["queries"][element["query"]]["columns"]
        made: list[tuple[str, str, Sequence[str]]] = []
        for column in (each for each in columns if each["role"] == "metric"):
            value = row[column["name"]]
            shown = self.reader.number(value, column["unit"], compact=True) if is_number(value) else self.reader.cell(column, value)
            beside = [each for each in columns if each.get("of") == column["name"]]
            told = [f"{self.reader.label(each['label'])}: {self.reader.cell(each, row[each['name']])}" for each in beside]
            made.append((self.reader.said(column["label"]), shown, told))
        return made

    def _grid(self, query: str, rows: Sequence[Row]) -> Grid:
        columns = self.board["queries"][query]["columns"]
        kept = [c for c in columns if c["role"] != "row_type"]
        kind = next((c["name"] for c in columns if c["role"] == "row_type"), "")
        beside = {c["name"]: [row[c["name"]] for row in rows] for c in kept}
        heads = []
        for column in kept:
            left = rest(column["unit"]) if column["role"] != "group" and column["type"] in NUMBERS else ""
            heads.append((self.reader.said(column["label"]) + (f" ({left})" if left else ""), stands_right(column)))
        ranks = [row[kind] if kind else "group" for row in rows]
        cells = [
            [self._cell(column, row, rank, at, beside[column["name"]]) for at, column in enumerate(kept)]
            for row, rank in zip(rows, ranks, strict=True)
        ]
        left_out = len(cells) - MOST + self.numbers.rows[query].get("more", 0)
        more = self.say("more_rows", self.reader.number(left_out, "count")) if left_out > 0 else ""
        shown = _shown(kept[0], [row[kept[0]["name"]] for row in rows], ranks)
        return Grid(heads, [cells[at] for at in shown], [ranks[at] for at in shown], more)

    def _cell(self, column: Json, row: Row, rank: str, at: int, beside: Sequence[Any]) -> str:
        value = row[column["name"]]
        if value is None and column["role"] == "group" and rank != "group":
            return self.say(rank if rank in ("other", "total") else "subtotal") if at == 0 else ""
        return self.reader.cell(column, value, beside)

    # ------------------------------------------------------------ everything else

    def _scorecard(self, element: Json, title: str) -> Card:
        columns = self.board["queries"][element["query"]]["columns"]
        made = tables(element["scorecard"], columns, self.rows(element["query"]), self.reader, self.metric)
        return Card("scorecard", title, tables=made, lines=list(filter(None, [element["scorecard"]["role"]])))

    def _journey(self, element: Json, title: str) -> Card:
        stages: dict[int, list[Row]] = {}
        for row in self.rows(element["query"]):
            stages.setdefault(row["position"], []).append(row)
        return Card("journey", title, stages=[self._stage(mine) for mine in stages.values()])

    def _stage(self, mine: list[Row]) -> Stage:
        first = mine[0]
        reached = first["stage_reached"]
        kpis = []
        for row in (each for each in mine if each["kpi"] is not None):
            twice = sum(other["kpi"] == row["kpi"] for other in mine) > 1
            which = ", ".join(filter(None, (row["segment"], self.say(row["each"]).lower() if twice else "")))
            name = self.metric(row["kpi"]) + (f" ({which})" if which else "")
            kpis.append((name, self.reader.number(row["actual"], row["unit"], compact=True), self.status(row["status"])))
        return Stage(
            name=first["label"] or first["stage"],
            reached=self.reader.number(reached, "%") if is_number(reached) else "",
            bar=Bar(min(1.0, max(0.0, reached)) if is_number(reached) else 0.0),
            narrow=self.say("bottleneck") if first["is_bottleneck"] else "",
            kpis=kpis,
        )

    def _matrix(self, element: Json, title: str) -> Card:
        names = [column["name"] for column in element["matrix"].get("columns", ())]
        rows = [dict(zip(names, row, strict=True)) for row in element["matrix"].get("rows", ())]
        for row, told in zip(rows, element["matrix"].get("cells", ()), strict=True):
            row |= {name: "; ".join(" ".join(map(self._part, parts)) for parts in sentences) for name, sentences in told.items()}
        quiet = {"kind", "parent", "category", "rhythm", "audience", "dashboards"}
        quiet |= {name for name, other in (("goal", "goal_label"), ("kpi", "kpi_label")) if all(row[other] is not None for row in rows)}
        kept = [name for name in names if name not in quiet and any(row[name] is not None for row in rows)]
        if not kept:
            return Card("matrix", title, empty=self.say("no_rows"))
        heads = [(self.say({"goal_label": "goal", "kpi_label": "kpi"}.get(name, name)), False) for name in kept]
        cells = [["–" if row[name] is None else str(row[name]) for name in kept] for row in rows]
        return Card("matrix", title, grid=Grid(heads, cells, ["group"] * len(cells)))

    def _findings(self, element: Json, title: str) -> Card:
        items: list[tuple[str, str]] = []
        for finding in element["findings"]:
            found = self.numbers.rows.get(finding["query"], {})
            if "error" in found:
                items.append((finding["alert"], f"{self.say('failed')} {found['error']}"))
            items += [self._fired(finding, row) for row in self.rows(finding["query"])]
        items += [("", self._sentence(each)) for each in self.numbers.findings]
        return Card("findings", title, items=items, empty="" if items else self.say("nothing_found"))

    def _sentence(self, sentence: Json) -> str:
        """A sentence of the product's, with the names, numbers and days in its places."""
        texts = [self._part(part) for part in sentence["parts"]]
        text = self.say(sentence["key"], *texts) if sentence["key"] else " ".join(texts)
        return text[:1].upper() + text[1:] + (f": {sentence['advice']}" if sentence.get("advice") else "")

    def _part(self, part: Json) -> str:
        if "label" in part:
            return self.reader.label(part["label"])
        if "number" in part:
            return self.reader.number(part["number"], part["unit"])
        if "day" in part:
            return self.reader.period(part["day"], part.get("grain", "day"))
        if "key" in part:
            return self.say(part["key"], *map(self._part, part["parts"]))
        if "beside" in part:
            return f"({', '.join(map(self._part, part['beside']))})"
        return self.say(part["word"]) if "word" in part else str(part["text"])

    def _fired(self, finding: Json, row: Row) -> tuple[str, str]:
        known = {
            "value": self.reader.number(row["value"], row["unit"]),
            "expected": self.reader.number(row["expected"], row["unit"]),
            "period": self.reader.period(row["period_start"], finding["each"]),
        }
        groups = [str(row[f"by_{at}"]) if row[f"by_{at}"] is not None else "–" for at in range(1, len(finding["by"]) + 1)]
        known |= dict(zip(finding["by"], groups, strict=True))
        advice = re.sub(r"\{([^{}]*)\}", lambda at: known.get(at[1], at[0]), finding["action"])
        told = " · ".join([self.metric(finding["metric"]), *groups, known["period"]])
        return self.reader.said(finding["title"]), f"{told}: {known['value']}. {advice}"

    def _text(self, element: Json, _title: str) -> Card:
        return Card("text", "", lines=[self.reader.said(element["text"])])


def _progress(way: str, row: Row) -> Bar:
    """From nothing to the target, with a mark where it should be by now; of what should be less or kept, with its edges."""
    actual, target, high = row["actual"], row["target"], row["target_high"]
    if not is_number(actual) or not is_number(target):
        return Bar(0)
    high = target if high is None else high
    full = max(target, actual) if way == "higher" else max(actual, high) * 1.15
    if not full > 0:
        return Bar(0)

    def share(value: float) -> float:
        return float(max(0, min(1, value / full)))

    if way == "between":
        return Bar(share(actual), band=(share(target), share(high)))
    mark = row["expected"] if way == "higher" else target
    return Bar(share(actual), share(mark) if is_number(mark) and (way == "lower" or mark < full) else None)


def _shown(first: Json, values: Sequence[Any], ranks: Sequence[str]) -> list[int]:
    """Which rows of many are shown: the first ones, of periods in their order the latest, and what is the total of all."""
    totals = [at for at, rank in enumerate(ranks) if rank == "total"]
    others = [at for at, rank in enumerate(ranks) if rank != "total"]
    room = max(MOST - len(totals), 0)
    days = [values[at] for at in others if values[at] is not None]
    if first["role"] == "group" and first["type"] == "date" and days == sorted(days) and room < len(others):
        others = others[len(others) - room :]
    return sorted([*others[:room], *totals])
