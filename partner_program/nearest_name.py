"""Suggestions for unknown names: the nearest known one."""

from collections.abc import Iterable
from difflib import get_close_matches


def instead_of(name: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown name: the nearest known one, then all of them.

    >>> instead_of("golde", ["silver", "gold"])
    'did you mean `gold`? There are `silver`, `gold`'
    >>> instead_of("x", ["silver", "gold"])
    'write one of `silver`, `gold`'
    """
    names = list(known)
    listed = ", ".join(f"`{one}`" for one in names)
    if close := nearest(name, names):
        return f"did you mean `{close}`? There are {listed}"
    return f"write one of {listed}" if names else "there are none yet"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is written most like this one, if any is close."""
    by_folded = {one.casefold(): one for one in known}
    matches = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[matches[0]] if matches else None
