"""The narrow interface to the store: what a use case needs to read, and to change durably."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from .errors import DuplicateKey, RecordMissing, StaleVersion, StoreUnavailable
from .tables import TABLES, Key, Table

Document = dict[str, Any]


@dataclass(frozen=True)
class Health:
    """Whether the store can store now."""

    ok: bool
    problem: str | None = None
    """Why not, in one line without personal data."""
    set_aside: tuple[Path, ...] = ()
    """Files with torn last lines that a crash left behind."""


class Store:
    """Documents by table and id, changed in atomic durable batches. Safe to share between threads.

    Reads see what is acknowledged, never wait for the disk, and return copies of their own.
    """

    def __init__(self, path: Path, *, tables: Mapping[str, Table] = TABLES) -> None:
        self._tables = tables
        self._lock = threading.RLock()
        self._documents: dict[str, dict[str, bytes]] = {}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = path.open("a+b", buffering=0)
        self._file.seek(0)
        for line in self._file.read().split(b"\n")[:-1]:
            self._apply(orjson.loads(line))

    def get(self, table: str, id: str) -> Document | None:
        """The document with this id, or None."""
        return next(iter(self.find(table, "id", id)), None)

    def find(self, table: str, index: str, key: Key) -> list[Document]:
        """The documents with this key in a declared index, oldest first."""
        keys_of = self._tables[table].all_indexes()[index]
        with self._lock:
            documents = [orjson.loads(raw) for raw in self._documents.get(table, {}).values()]
        return [document for document in documents if key in keys_of(document)]

    def range(self, table: str, index: str, low: Key, high: Key, limit: int | None = None) -> list[Document]:
        """The documents with a key from `low` to `high`, both included, in the order of a sorted index."""
        keys_of = self._tables[table].sorted[index]
        with self._lock:
            documents = [orjson.loads(raw) for raw in self._documents.get(table, {}).values()]
        hits = [
            (key, n)
            for n, document in enumerate(documents)
            for key in keys_of(document)
            if low <= key <= high
        ]
        return [documents[n] for _, n in sorted(hits)[:limit]]

    @contextmanager
    def batch(self) -> Iterator["Batch"]:
        """One change, all or nothing, durable when the block has ended.

        The block runs alone among the writers and sees what they queued; keep it short, without I/O.
        An exception inside changes nothing.

        Raises:
            StoreUnavailable: it could not be made durable; nothing was changed.
        """
        with self._lock:
            kept = {name: dict(documents) for name, documents in self._documents.items()}
            batch = Batch(self)
            try:
                yield batch
                self._append(batch.changes)
            except BaseException:
                self._documents = kept
                raise

    def health(self) -> Health:
        """Whether something can be stored now."""
        return Health(ok=True)

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        self._file.close()

    def _apply(self, changes: list[tuple[str, str, Document | None]]) -> None:
        for table, id, document in changes:
            documents = self._documents.setdefault(table, {})
            if document is None:
                del documents[id]
            else:
                documents[id] = orjson.dumps(document)

    def _append(self, changes: list[tuple[str, str, Document | None]]) -> None:
        if not changes:
            return
        try:
            self._file.write(orjson.dumps(changes) + b"\n")
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StoreUnavailable(f"cannot store now: {error.strerror}") from error


class Batch:
    """A change in the making. Lives inside `with store.batch() as batch`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.changes: list[tuple[str, str, Document | None]] = []

    def get(self, table: str, id: str) -> Document | None:
        """As `Store.get`, but seeing what this batch and those queued before it change."""
        return self._store.get(table, id)

    def find(self, table: str, index: str, key: Key) -> list[Document]:
        """As `Store.find`, but seeing what this batch and those queued before it change."""
        return self._store.find(table, index, key)

    def range(self, table: str, index: str, low: Key, high: Key, limit: int | None = None) -> list[Document]:
        """As `Store.range`, but seeing what this batch and those queued before it change."""
        return self._store.range(table, index, low, high, limit)

    def add(self, table: str, document: Mapping[str, Any]) -> Document:
        """Store a new document under the `id` it carries; returns it with `version` 1.

        Raises:
            DuplicateKey: its id, or its key in another unique index, is taken.
        """
        for index in self._store._tables[table].all_unique():
            for key in self._store._tables[table].all_indexes()[index](document):
                if self.find(table, index, key):
                    raise DuplicateKey(table, index)
        return self._put(table, {**document, "version": 1})

    def replace(self, table: str, document: Mapping[str, Any], expected_version: int) -> Document:
        """Store a changed document in place of the one with its id; returns it with its new version.

        Raises:
            RecordMissing: there is none with this id.
            StaleVersion: another version is stored than the one the change was made from.
        """
        current = self.get(table, document["id"])
        if current is None:
            raise RecordMissing(table, document["id"])
        if current["version"] != expected_version:
            raise StaleVersion(table, current, expected_version)
        return self._put(table, {**document, "version": expected_version + 1})

    def remove(self, table: str, id: str) -> None:
        """Take a document out.

        Raises:
            RecordMissing: there is none with this id.
        """
        if self.get(table, id) is None:
            raise RecordMissing(table, id)
        self.changes.append((table, id, None))
        self._store._apply([(table, id, None)])

    def _put(self, table: str, document: Document) -> Document:
        self.changes.append((table, document["id"], document))
        self._store._apply([(table, document["id"], document)])
        return document
