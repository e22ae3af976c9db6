"""The file of a diagnostic as the outside world knows it. Comes in: a source, whose path is relative to the project. Goes out: a path that
an editor, a terminal or a code host can follow from where the command was started.
"""

from __future__ import annotations

from kpidsl.span import Source


def file_of(source: Source, folder: str) -> str:
    """The source's path below `folder`; what is no file of the project, like `<query>`, stays as it is."""
    if not folder or folder == "." or not source.is_file:
        return source.path
    return f"{folder.rstrip('/')}/{source.path}"
