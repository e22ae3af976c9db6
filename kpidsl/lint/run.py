"""All rules over one project. Comes in: a compiled project and the day that counts as today. Goes out: the advice, without what a comment
in the source answers. What is wrong comes first: a project with errors gets none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from kpidsl.compile import Compiled
from kpidsl.diagnostic import Diagnostic
from kpidsl.lint import (
    balance,
    context,
    direction,
    no_action,
    old_benchmark,
    one_number,
    own_quantity,
    parts,
    plain_percent,
    readers,
    rhythm,
    silo,
    smart,
    stages,
    stretch,
    too_many,
    usual,
    vanity,
    volume,
    whole_target,
    young,
)
from kpidsl.lint.facts import Facts
from kpidsl.lint.ignore import NO_REASON, WITHOUT_USE, without_ignored

Rule = Callable[[Facts], Iterator[Diagnostic]]

RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (vanity.find, (vanity.CODE,)),
    (smart.find, (smart.CODE,)),
    (own_quantity.find, (own_quantity.CODE,)),
    (usual.find, (usual.CODE,)),
    (stages.find, (stages.NO_STAGE, stages.BLIND)),
    (rhythm.find, (rhythm.CODE,)),
    (readers.find, (readers.CODE,)),
    (too_many.find, (too_many.CODE,)),
    (balance.find, (balance.CODE,)),
    (context.find, (context.CODE,)),
    (old_benchmark.find, (old_benchmark.CODE,)),
    (silo.find, (silo.CODE,)),
    (no_action.find, (no_action.CODE,)),
    (volume.find, (volume.CODE,)),
    (one_number.find, (one_number.CODE,)),
    (parts.find, (parts.SEGMENTS, parts.CHILDREN)),
    (direction.find, (direction.CODE,)),
    (stretch.find, (stretch.CODE,)),
    (whole_target.find, (whole_target.CODE,)),
    (plain_percent.find, (plain_percent.CODE,)),
    (young.find, (young.NO_WINDOW, young.YOUNG)),
)
"""Every rule with the codes that it may give."""
CODES = frozenset(code for _, codes in RULES for code in codes)
ADVICE = CODES | {NO_REASON, WITHOUT_USE}
"""Codes that fail a check only where somebody wants them to."""


def lint(compiled: Compiled, today: dt.date) -> list[Diagnostic]:
    """The advice on a project; none where it has errors."""
    if compiled.diagnostics.errors:
        return []
    facts = Facts(compiled, today)
    found = [finding for rule, _ in RULES for finding in rule(facts)]
    return without_ignored(compiled.files, found, CODES)
