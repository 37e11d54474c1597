"""Makes the indexes: each when somebody needs it, or all at leisure; readers and writers go on meanwhile."""

import threading
from collections.abc import Callable, Iterable

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
            with self._in_need:  # so that many who come at once do not all make the same one
                self._make(table, {index, *self._schema.unique(table)})  # any change needs those
        elif lag > _FEW:
            with self._in_need:
                self._catch_up(table, index)

    def make_all(self, pause: Callable[[], None]) -> None:
        """Make all that are not there, at one look through a table for those of a kind.

        `pause` is called now and then; what it raises ends this, and what was being made is given up.
        """
        for table, indexes in self._schema.by_kind():
            self._make(table, indexes, pause)

    def _make(self, table: str, indexes: Iterable[str], pause: Callable[[], None] = lambda: None) -> None:
        with self._mutex:
            begun = self._state.begin(table, indexes)
        if begun is None:
            return
        is_made = False
        try:
            fill(begun.making, begun.documents, pause)
            is_made = True
        finally:
            with self._mutex:
                begun.indexes.end(begun.making, given_up=not is_made)

    def _catch_up(self, table: str, index: str) -> None:
        while (self._state.lag(table, index) or 0) > _FEW:
            with self._mutex:
                self._state.catch_up(table, index, _FEW)
