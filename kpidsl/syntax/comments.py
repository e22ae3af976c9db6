"""Comments among the nodes. Comes in: a source, its comments and the places of nodes. Goes out: for each node what stands before it,
inside it and behind it on its line."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque

from kpidsl.record import dataclass, field
from kpidsl.syntax import ast


@dataclass(slots=True)
class Around:
    """The comments of one node: alone on lines before it, in the middle of it, behind it on its last line."""

    before: list[ast.Comment] = field(default_factory=list)
    inside: list[ast.Comment] = field(default_factory=list)
    behind: ast.Comment | None = None


class Comments:
    """The comments of one text, in order."""

    def __init__(self, text: str, comments: tuple[ast.Comment, ...]) -> None:
        self.text = text
        self.comments = sorted(comments, key=lambda comment: comment.span.start)
        self._starts = [comment.span.start for comment in self.comments]
        self._by_end = {comment.span.end: comment for comment in comments}

    def between(self, start: int, end: int) -> list[ast.Comment]:
        return self.comments[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def around(self, nodes: tuple[ast.Node, ...], start: int, end: int) -> tuple[list[Around], list[ast.Comment]]:
        """What belongs to each of some neighbours between two offsets, and what stands after the last of them."""
        loose = deque(self.between(start, end))
        found: list[Around] = []
        for number, node in enumerate(nodes):
            here = Around()
            found.append(here)
            while loose and loose[0].span.start < node.span.start:
                here.before.append(loose.popleft())
            while loose and loose[0].span.start < node.span.end:
                here.inside.append(loose.popleft())
            until = nodes[number + 1].span.start if number + 1 < len(nodes) else end
            if loose and loose[0].span.start < until and self.same_line(node.span.end, loose[0].span.start):
                here.behind = loose.popleft()
        return found, list(loose)

    def same_line(self, start: int, end: int) -> bool:
        return "\n" not in self.text[start:end]

    def blank_line(self, start: int, end: int) -> bool:
        """Did the author leave an empty line between two places?"""
        return self.text.count("\n", start, end) > 1

    def brace(self, first: int) -> int:
        """The offset of the brace before the first item that stands in it."""
        at = first
        while True:
            at = len(self.text[:at].rstrip(" \t\r\n;,"))
            comment = self._by_end.get(at)
            if comment is None:
                return max(at - 1, 0)
            at = comment.span.start


def written(comment: ast.Comment) -> str:
    """A comment as it is written: `# text`."""
    if not comment.text:
        return "#"
    return f"#{comment.text}" if comment.text[0] in "#!" else f"# {comment.text}"
