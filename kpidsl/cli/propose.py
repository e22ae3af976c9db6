"""`kpi init --goals`: goals and targets for the metrics of a project that is there, from what they were. They are written as comments into
a new file, or printed; nothing is ever overwritten, and nothing counts until somebody takes the comment signs away.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kpidsl.cli.arguments import WrongUseError
from kpidsl.cli.console import Console
from kpidsl.cli.session import Session, session
from kpidsl.diagnostic import KpiError, fail, similar
from kpidsl.record import dataclass, field

if TYPE_CHECKING:
    from kpidsl.model.model import Aggregate, MetricModel
    from kpidsl.starter.past import Past
    from kpidsl.starter.propose import Question, Subject
    from kpidsl.syntax import ast

FILE = "goals.kpi"


def run(arguments: argparse.Namespace, console: Console) -> int:
    from kpidsl.starter.propose import Question, Subject, good_way, text

    with session(arguments, console) as made:
        target = _target(arguments, made)
        today = made.as_of or dt.date.today()
        reader = _Reader(made, today)
        found = [reader.subject(name, metric) for name, metric in _chosen(made, arguments.data)]
        proof = _Proof(made, {**made.project.params, **dict(arguments.param)}, today)
        subjects, refused = proof.sound([each for each in found if isinstance(each, Subject)])
        questions = [*(each for each in found if isinstance(each, Question)), *refused]
        if not subjects:
            console.say("nothing can be proposed:")
            for question in questions:
                console.say(f"  {question.name}: {question.why}")
            return 1
        written = text(subjects, questions, _goals(made), today)
        if target is None:
            console.print(written, end="")
            return 0
        _write(target, written)
    shown = os.path.relpath(target)
    asked = sum(not good_way(subject) for subject in subjects)
    proposed = len(subjects) - asked
    more = f", and {asked} more of which it asks which way is good" if asked else ""
    console.say(f"{shown} is written: proposals for {proposed} metric{'' if proposed == 1 else 's'}{more}; all of it is comments.")
    console.say("Pick five to seven, take the first `# ` of their lines away, say who and why, and run kpi check.")
    return 0


# ---------------------------------------------------------------- where it goes


def _target(arguments: argparse.Namespace, made: Session) -> Path | None:
    """The file to write, which is not there yet; None for standard output."""
    if arguments.output == "-":
        return None
    path = Path(arguments.output) if arguments.output else made.project.root / FILE
    if path.suffix.casefold() != ".kpi":
        raise WrongUseError(f"{path} would hold goals, and kpi reads none from it", f"name the file {path.with_suffix('.kpi')}")
    if os.path.lexists(path):
        fail(
            "KPI221",
            f"{os.path.relpath(path)} is there already",
            notes=("kpi init never overwrites: what is written there may be somebody's work",),
            help="write the proposals elsewhere, --output proposals.kpi, or print them, --output -",
        )
    return path


def _write(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        reason = (error.strerror or "it is refused").lower()
        fail("KPI004", f"{path} cannot be written: {reason}", help="choose another place with --output, or print it with --output -")


# ---------------------------------------------------------------- which metrics


def _chosen(made: Session, names: list[str]) -> list[tuple[str, MetricModel]]:
    """The metrics that are named, else all of the project that no KPI stands on."""
    entries = {name: entry for (kind, name), entry in made.compiled.scope.entries.items() if kind == "metric"}
    for name in names:
        if name not in entries:
            near = similar(name, entries)
            help = f"did you mean {near[0]}?" if near else f"its metrics: {', '.join(sorted(entries)[:12])}"
            raise WrongUseError(f"the project has no metric `{name}`", help)
    judged = {decl.metric.text for decl in _decls(made, "kpi")}
    models = made.compiled.model.metrics
    wanted = names or [name for name in entries if name not in judged]
    return [(name, models[entries[name].key]) for name in dict.fromkeys(wanted) if entries[name].key in models]


def _decls(made: Session, kind: str) -> Iterator[ast.Kpi]:
    from kpidsl.model.names import kind_of
    from kpidsl.syntax import ast

    return (decl for decl in made.compiled.scope.declarations if kind_of(decl) == kind and isinstance(decl, ast.Kpi))


def _goals(made: Session) -> set[str]:
    return set(made.compiled.scope.names("goal"))


# ---------------------------------------------------------------- what they were


@dataclass
class _Reader:
    """Asks the connection for the past of metrics, and remembers from when to when each source has rows."""

    made: Session
    today: dt.date
    extents: dict[str, tuple[dt.date, dt.date] | None] = field(default_factory=dict)

    def subject(self, name: str, metric: MetricModel) -> Subject | Question:
        """What was, or why nothing is proposed. KpiError where the data cannot be read at all."""
        from kpidsl.starter.propose import Question, Subject

        if why := _unfit(metric):
            return Question(name, why)
        try:
            found = self._past(name, metric)
        except _NotAskedError as error:
            return Question(name, error.args[0])
        if found is None:
            return Question(name, "fewer than four complete quarters and three complete months of data")
        volume = _volume(self.made, metric)
        return Subject(name, metric.label, metric.type, metric.format, metric.better, volume, found)

    def _past(self, name: str, metric: MetricModel) -> Past | None:
        from kpidsl.model.model import aggregates
        from kpidsl.starter.past import GRAINS, past
        from kpidsl.syntax.format_expr import format_name

        extents = [self._extent(leaf) for leaf in aggregates(metric.expr)]
        known = [extent for extent in extents if extent is not None]
        if len(known) < len(extents):
            return None
        first, last = max(start for start, _ in known), min(end for _, end in known)
        for grain in GRAINS:
            rows = [(day, value) for day, value in self._rows(f"{format_name(name)} by {grain}") if isinstance(day, dt.date)]
            found = past(rows, grain, first, last, self.today, metric.additivity == "additive")
            if found is not None:
                return found
        return None

    def _extent(self, leaf: Aggregate) -> tuple[dt.date, dt.date] | None:
        """The first and the last day on which the source has rows, by the time that the aggregate goes by."""
        from kpidsl.model.expr import Field
        from kpidsl.syntax.format_expr import format_name

        source = ".".join(map(format_name, leaf.source.split(".")))
        asked = f"count({source})"
        if isinstance(leaf.time, Field):
            asked += f" at time {'.'.join((source, *map(format_name, (*leaf.time.path, leaf.time.name))))}"
        if asked not in self.extents:
            days = [day for day, _ in self._rows(f"{asked} by day sparse") if isinstance(day, dt.date)]
            self.extents[asked] = (min(days), max(days)) if days else None
        return self.extents[asked]

    def _rows(self, query: str) -> Iterable[tuple[object, object]]:
        from kpidsl.cli.answer import answer, parse, plan

        try:
            question = plan(self.made, parse(query), query)
        except KpiError as error:
            raise _NotAskedError(error.diagnostics[0].message) from None
        return [(row[0], row[1]) for row in answer(self.made, question).result.rows]


class _NotAskedError(Exception):
    """A metric has no value by time, for the reason that it holds."""


def _unfit(metric: MetricModel) -> str:
    """Why a metric is no matter for a target, '' where it may be one."""
    from kpidsl.model.model import MetricExpr, Moved, Share, aggregates, parts

    def holds(expr: MetricExpr, kind: type[Moved] | type[Share]) -> bool:
        return isinstance(expr, kind) or any(holds(part, kind) for part in parts(expr))

    if metric.decl is not None and any(type(item).__name__ == "Deprecated" for item in metric.decl.items):
        return "it is deprecated"
    if holds(metric.expr, Share):
        return "it is a share of a whole, and of all rows it is always 100%"
    if holds(metric.expr, Moved) or any(leaf.frame for leaf in aggregates(metric.expr)):
        return "it looks at other periods than its own: set a target for the metric that it is made of"
    return "" if metric.type.is_numeric or metric.type.kind == "duration" else "it is no number"


def _volume(made: Session, metric: MetricModel) -> str:
    """The name of what is counted below the line of a ratio, where it has one in the project."""
    from kpidsl.lint.facts import division
    from kpidsl.model.model import Ref

    found = division(metric.expr)
    if found is None or not isinstance(found[1], Ref) or not found[1].type.unit.is_count:
        return ""
    entries = made.compiled.scope.entries
    return next((name for (kind, name), entry in entries.items() if kind == "metric" and entry.key == found[1].name), "")


# ---------------------------------------------------------------- proof


@dataclass(frozen=True)
class _Proof:
    """Whether the project would pass a check with proposals in force."""

    made: Session
    params: dict[str, object]
    today: dt.date

    def sound(self, subjects: list[Subject]) -> tuple[list[Subject], list[Question]]:
        """Those that would pass, and what would be wrong with the others."""
        from kpidsl.starter.propose import Question

        if not self._wrong(subjects):
            return subjects, []
        wrong = [self._wrong([subject]) for subject in subjects]
        kept = [subject for subject, why in zip(subjects, wrong, strict=True) if not why]
        return kept, [Question(subject.name, why) for subject, why in zip(subjects, wrong, strict=True) if why]

    def _wrong(self, subjects: list[Subject]) -> str:
        """The first error, '' where there is none."""
        from kpidsl.compile import compile_sources
        from kpidsl.span import Source
        from kpidsl.starter.propose import text

        taken = re.sub(r"^# ", "", text(subjects, [], _goals(self.made), self.today), flags=re.MULTILINE)
        errors = compile_sources([*self.made.project.sources, Source("proposals.kpi", taken)], self.params).diagnostics.errors
        return errors[0].message if errors else ""
