"""Store: the narrow interface for services: read documents, and change them in durable batches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from forms_service.store.disk import Disk
from forms_service.store.errors import RecordMissing, StaleVersion, TransactionConflict
from forms_service.store.format import decode_document, encode_and_return
from forms_service.store.journal import Health
from forms_service.store.table_schema import Key, Table
from forms_service.store.tinydb import open_database
from forms_service.store.transaction import Place, Reading, Span, Stored, Transaction

__all__ = ["Batch", "Document", "Health", "Store", "transactional"]

Document = dict[str, Any]

_AT_A_TIME = 200
"""Documents in memory while many are read."""


MOST_RUNS = 12
"""So often a transaction is run, at most, while others are faster."""

Params = ParamSpec("Params")
Result = TypeVar("Result")


def transactional(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """Decorator of a function with one batch: optimistic retry, all of it runs again after a conflict.

    So besides the batch it changes nothing until that has ended, and nothing before it must not happen twice:
    what is counted, sent or noted elsewhere stands behind the block, or in the function that calls this one.
    """

    @wraps(function)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        for _ in range(MOST_RUNS - 1):
            with suppress(TransactionConflict):
                return function(*args, **kwargs)
        return function(*args, **kwargs)

    return run


class ReadStore:
    """Read interface. Every result is a copy, the caller's own.

    A table or index that is not declared is a KeyError.
    """

    def _reading(self) -> Reading:
        raise NotImplementedError

    def get(self, table: str, id: str) -> Document | None:
        """The document with this id, or None."""
        found = self._reading().find(table, "id", id)
        return found[0][1] if found else None

    def find(self, table: str, index: str, key: Key, limit: int | None = None) -> list[Document]:
        """The documents with this key in an index, oldest first."""
        return [document for _, document in self._reading().find(table, index, key, limit)]

    def how_many(self, table: str, index: str, key: Key) -> int:
        """How many documents have this key in an index. Reads none."""
        return self._reading().how_many(table, index, key)

    def range(
        self,
        table: str,
        index: str,
        low: Place,
        high: Place,
        limit: int | None = None,
        *,
        backwards: bool = False,
    ) -> list[Document]:
        """Documents from `low` to `high`, both included, in the order of a sorted index.

        A place is the name of a list and an order in it; the order alone where there is but one list, and
        `(name,)` for the start of a list. Documents come list by list, each list in its order or against it.
        """
        return _decoded(self._reading().range(table, index, low, high, limit, backwards))

    def listed(
        self,
        table: str,
        index: str,
        spans: Sequence[Span],
        *,
        skip: int = 0,
        limit: int | None = None,
        backwards: bool = False,
    ) -> list[Document]:
        """Documents in any of the spans of a sorted index, without the first `skip`.

        The lists are read as one, in their order or against it. What it costs depends on `limit`, not on
        where the page lies nor on how much there is.
        """
        reading = self._reading()
        return _decoded(reading.some(table, reading.merged(table, index, spans, skip, limit, backwards)))

    def streamed(
        self, table: str, index: str, spans: Sequence[Span], *, backwards: bool = False
    ) -> Iterator[Document]:
        """All of `listed`, which ones as of now, each as it is when its turn comes."""
        reading = self._reading()
        ids = reading.merged(table, index, spans, 0, None, backwards)
        return (
            decode_document(raw)
            for start in range(0, len(ids), _AT_A_TIME)
            for _, raw in reading.some(table, ids[start : start + _AT_A_TIME])
        )

    def counted(self, table: str, index: str, spans: Sequence[Span]) -> int:
        """Number of documents in any of the spans; reads none."""
        return self._reading().counted(table, index, spans)

    def count(self, table: str) -> int:
        """Number of documents of the table."""
        return self._reading().count(table)

    def all(self, table: str) -> list[Document]:
        """Every document of the table, oldest first: the only full scan."""
        return _decoded(self._reading().documents(table))


class Store(ReadStore):
    """Store: documents by table and id, changed in atomic durable batches. Thread-safe.

    Reads see what is acknowledged and never wait for the disk. One process owns the file; a missing folder
    is made.

    Raises, when made:
        StoreError: as `Journal` does.
    """

    def __init__(
        self,
        path: Path,
        *,
        tables: Mapping[str, Table],
        disk: Disk | None = None,
        waiting: int | None = None,
    ) -> None:
        """`waiting`: how many threads may make a change at a time; to others the store is unavailable where
        the disk does not answer. None for as many as there are.
        """
        self.db = open_database(path, tables=tables, disk=disk, waiting=waiting)
        """TinyDB, in which all of it is: what it does in a batch's block is part of that batch."""
        self._journal = self.db.journal

    def _reading(self) -> Reading:
        return self._journal.committed()

    def batch(self) -> "AbstractContextManager[Batch]":
        """Context manager: an atomic batch, durable when the block has ended.

        The block runs alone among the writers and sees what they queued; keep it short and without I/O.
        An exception inside changes nothing. It stands in a function that is `transactional`.

        Raises:
            StoreUnavailable: it could not be made durable; nothing was changed.
            TransactionConflict: the same, and it can be run again at once.
        """
        return _Batching(self.db.batch())

    def changes_since(self, table: str, cursor: int) -> tuple[int, set[str] | None]:
        """The ids of what was added, replaced or removed in a table since `cursor`, and the cursor of now.

        Whoever wrote it, by batches or by TinyDB. 0 is the moment of opening: of what was there before,
        nothing is told. None in place of ids: too much for that, all may be another. What is read afterwards
        is at least as new as the cursor.
        """
        return self._journal.changes_since(table, cursor)

    def compact(self) -> None:
        """Take out of the file what was replaced or removed; happens by itself too, when it is much."""
        self._journal.compact()

    def health(self) -> Health:
        """Health check. Cheap; after a failure, tries to write. Waits for no disk that stalls."""
        return self._journal.health()

    def close(self) -> None:
        """Finish what is being written and let go of the file. Closing twice is fine."""
        self.db.close()


class Batch(ReadStore):
    """Open batch. Reads see its own changes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def _reading(self) -> Reading:
        return self._transaction

    def add(self, table: str, document: Mapping[str, Any]) -> Document:
        """Add a document under its `id`; returns it with `version` 1.

        Raises:
            DuplicateKey: its id, or its key in another unique index, is taken.
        """
        return self._put(table, self._transaction.next_id(table), {**document, "version": 1})

    def replace(self, table: str, document: Mapping[str, Any], expected_version: int) -> Document:
        """Replace the document with this id; returns it with its new version.

        Raises:
            RecordMissing: there is none with this id.
            StaleVersion: another version is stored than the one the change was made from.
            DuplicateKey: another document has its key in a unique index.
        """
        number, current = self._find(table, document["id"])
        if current["version"] != expected_version:
            raise StaleVersion(table, current, expected_version)
        return self._put(table, number, {**document, "version": expected_version + 1})

    def remove(self, table: str, id: str) -> None:
        """Remove a document.

        Raises:
            RecordMissing: there is none with this id.
        """
        number, _ = self._find(table, id)
        self._transaction.remove(table, number)

    def _find(self, table: str, id: str) -> tuple[str, Document]:
        found = self._transaction.find(table, "id", id)
        if not found:
            raise RecordMissing(table, id)
        return found[0]

    def _put(self, table: str, number: str, document: Document) -> Document:
        if not isinstance(document.get("id"), str) or not document["id"]:
            raise ValueError("a document needs an id, a text that is not empty")
        raw, read, given = encode_and_return(document)
        self._transaction.put(table, number, raw, read)
        return given  # the other one is looked at later, and this one is the caller's


class _Batching(AbstractContextManager[Batch]):
    """A transaction that is handed out as a batch."""

    def __init__(self, transaction: AbstractContextManager[Transaction]) -> None:
        self._transaction = transaction

    def __enter__(self) -> Batch:
        return Batch(self._transaction.__enter__())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._transaction.__exit__(kind, error, trace)


def _decoded(found: Sequence[Stored]) -> list[Document]:
    return [decode_document(raw) for _, raw in found]
