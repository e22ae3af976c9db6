"""The build hook: before a wheel or an editable install is made, the grammar's parse tables are written, so that no run has to build them.

Comes in: the checkout. Goes out: what `kpidsl.syntax.tables` writes beside itself, which the wheel takes along though git does not, and
the project that `kpi demo` shows, without the data that its program makes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DEMO = "examples/aurora"
MADE = ("data", "__pycache__")  # not in git, and not in the wheel


class TablesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `python -m kpidsl.syntax.tables` in a process of its own; a failure stops the build with that process's words."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        subprocess.run([sys.executable, "-m", "kpidsl.syntax.tables"], cwd=self.root, check=True)
        build_data["artifacts"].append("kpidsl/syntax/_tables*")
        folder = Path(self.root, DEMO)
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder)
            if file.is_file() and inside.parts[0] not in MADE and not file.name.startswith("."):
                build_data["force_include"][str(file)] = f"kpidsl/_demo/{inside.as_posix()}"
