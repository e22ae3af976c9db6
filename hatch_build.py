"""The build hook: before a wheel or an editable install is made, the grammar's parse tables are written, so that no run has to build them.

Comes in: the checkout. Goes out: what `kpidsl.syntax.tables` writes beside itself, which the wheel takes along though git does not.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TablesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `python -m kpidsl.syntax.tables` in a process of its own; a failure stops the build with that process's words."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        subprocess.run([sys.executable, "-m", "kpidsl.syntax.tables"], cwd=self.root, check=True)
        build_data["artifacts"].append("kpidsl/syntax/_tables*")
