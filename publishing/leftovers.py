"""Leftover files of editors and file managers: locks, copies, thumbnails."""

import re

_LEFTOVER = re.compile(
    r"\..*|#.*#|~\$.*|.*~|.*\.(?:sw[a-p]|tmp|bak|orig|pyc)|Thumbs\.db|desktop\.ini|__pycache__", re.IGNORECASE
)
"""`exclude_docs` in mkdocs.yml keeps the same ones out of the site."""


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is no source, whatever it holds."""
    return _LEFTOVER.fullmatch(name) is not None
