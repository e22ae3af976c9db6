"""The tests of the library. Goes out: the cases of every module, in the order of their names."""

from __future__ import annotations

from kpidsl.diagnostic import KpiError
from kpidsl.library import library_folder
from kpidsl.span import Source
from kpidsl.syntax.parse import parse_file
from kpidsl.testing.run import Case, module_cases


def library_cases() -> list[Case]:
    """KpiError where a module cannot be read."""
    folder = library_folder()
    cases: list[Case] = []
    for path in sorted(folder.rglob("*.kpi")):
        parts = ("std", *path.relative_to(folder).with_suffix("").parts)
        file, found = parse_file(Source(f"{'/'.join(parts)}.kpi", path.read_text("utf-8")))
        if found:
            raise KpiError(*found)
        cases += module_cases(".".join(parts), file)
    return cases
