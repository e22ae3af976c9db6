"""How rows of one source reach rows of another: every route over `join one` roles. Comes in: sources. Goes out: routes, and the reasons
why there is none (fan-out) or more than one."""

from __future__ import annotations

from kpidsl.model.model import Sources

LONGEST = 6
ENOUGH = 8


class Routes:
    """Routes between sources, remembered."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._known: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        self._reachable: dict[str, list[tuple[str, tuple[str, ...]]]] = {}

    def between(self, start: str, goal: str) -> list[tuple[str, ...]]:
        """Every route without a repeated source, shortest first; a source reaches itself by the empty route only, and so do rows of it
        that were made into something else."""
        if start == goal:
            return [()]
        rows_of = self.sources[start].rows_of
        if rows_of is not None:
            return self.between(rows_of, goal)
        key = (start, goal)
        if key not in self._known:
            self._known[key] = self._search(start, goal)
        return self._known[key]

    def _search(self, start: str, goal: str) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        frontier: list[tuple[str, tuple[str, ...], frozenset[str]]] = [(start, (), frozenset((start,)))]
        for _ in range(LONGEST):
            following = []
            for name, route, seen in frontier:
                for role, join in self.sources[name].joins.items():
                    if join.hidden:
                        continue
                    if join.target == goal:
                        found.append((*route, role))
                    elif join.target not in seen and join.target in self.sources:
                        following.append((join.target, (*route, role), seen | {join.target}))
            if len(found) >= ENOUGH:
                break
            frontier = following
        return found

    def reachable(self, start: str) -> list[tuple[str, tuple[str, ...]]]:
        """Every source that rows of `start` reach, with one route each per role path, nearest first; itself first."""
        rows_of = self.sources[start].rows_of
        if rows_of is not None:
            return self.reachable(rows_of)
        if start not in self._reachable:
            out: list[tuple[str, tuple[str, ...]]] = [(start, ())]
            for goal in self.sources:
                if goal != start:
                    out.extend((goal, route) for route in self.between(start, goal))
            self._reachable[start] = sorted(out, key=lambda item: len(item[1]))
        return self._reachable[start]
