"""Makes the indexes: each when somebody needs it, or all at leisure; readers and writers go on meanwhile."""

import gc
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from .schema import Schema, fill
from .state import State

_FEW = 100
"""So many changed documents are looked at in a moment."""


class Librarian:
    """Who needs an index waits for that one; whoever makes many does not hold anybody up.

    `mutex` guards the state. It is held for moments only: to take note of what there is, to hand over what
    is made, to catch up with a few changes.
    """

    def __init__(self, state: State, schema: Schema, mutex: threading.Lock) -> None:
        self._state, self._schema, self._mutex = state, schema, mutex
        self._in_need = threading.Lock()

    def need(self, table: str, index: str) -> None:
        """Return when a declared index is there, and at most a little behind."""
        lag = self._state.lag(table, index)
        if lag is None:
            unique = self._schema.unique(table)  # a change needs all of them
            with self._in_need:  # so that many who come at once do not all make the same one
                self._make(table, unique if index in unique else [index])
        elif lag > _FEW:
            with self._in_need:
                self._catch_up(table, index)

    def make_all(self, stopping: Callable[[], bool]) -> None:
        """Make all that are not there, at one look through a table for those of a kind."""
        for table, indexes in self._schema.by_kind():
            if stopping():
                return
            self._make(table, indexes)

    def _make(self, table: str, indexes: Iterable[str]) -> None:
        with self._mutex:
            begun = self._state.begin(table, indexes)
        if begun is None:
            return
        is_made = False
        try:
            with _nothing_thrown_away():
                fill(begun.making, begun.documents)
            is_made = True
        finally:
            with self._mutex:
                begun.indexes.end(begun.making, given_up=not is_made)

    def _catch_up(self, table: str, index: str) -> None:
        while (self._state.lag(table, index) or 0) > _FEW:
            with self._mutex:
                self._state.catch_up(table, index, _FEW)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """While so much is made that all stays, looking for garbage would take half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
