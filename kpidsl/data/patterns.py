"""Files that are read as one. Comes in: the project's folder and its sources. Goes out: KPI222 for patterns such as `orders_*.csv` whose
files do not all have the declared columns: an engine takes the columns of the first file, and reads the others as well as it can.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from pathlib import Path

from kpidsl.data.places import place_of
from kpidsl.diagnostic import Diagnostic, KpiError
from kpidsl.model.model import Model, SourceModel
from kpidsl.plan.origin import owners_of
from kpidsl.plan.plan import FileRef, TableRef

DIFFERENT = "KPI222"
_MOST = 200
"""Files of one pattern that are opened; the others are taken to be like them."""
Columns = Callable[[TableRef | FileRef], list[tuple[str, str]]]


def differing(root: Path, model: Model, columns: Columns) -> dict[str, Diagnostic]:
    """A finding for each source, by name, that reads files of different columns under one name."""
    found: dict[str, Diagnostic] = {}
    for origin, sources in owners_of(model).items():
        if not isinstance(origin, FileRef) or not any(sign in origin.path for sign in "*?[") or "://" in origin.path:
            continue
        if ("union_by_name", True) in origin.options:
            continue
        names = sorted(glob.glob(origin.path, root_dir=root, recursive=True))[:_MOST]
        heads = {name: _head(FileRef(name, origin.format, origin.table, origin.options), columns) for name in names}
        for source in sources:
            said = _lacking(source, {name: head for name, head in heads.items() if head is not None})
            found |= {} if said is None else {source.name: said}
    return found


def _head(file: FileRef, columns: Columns) -> set[str] | None:
    try:
        return {name.casefold() for name, _ in columns(file)}
    except KpiError:  # said where the rows are read
        return None


def _lacking(source: SourceModel, heads: dict[str, set[str]]) -> Diagnostic | None:
    declared = {c.physical.casefold(): c.physical for c in source.columns.values() if c.physical is not None}
    missing = {name: [declared[key] for key in declared if key not in head] for name, head in heads.items()}
    without = {name: lacks for name, lacks in missing.items() if lacks}
    if not without or len(without) == len(heads):  # all alike: that is said of the column
        return None
    name, lacks = next(iter(without.items()))
    more = f", nor {len(without) - 1} more" if len(without) > 1 else ""
    return Diagnostic(
        DIFFERENT,
        f"the files of `{source.name}` have different columns: {os.path.basename(name)} has no `{lacks[0]}`{more}",
        place_of(source),
        notes=("they are read as if all were like the first: what one of them lacks is null there, or nothing can be read at all",),
        help="give them the same columns, or say that columns may be missing: file(…, union_by_name: true)",
    )
