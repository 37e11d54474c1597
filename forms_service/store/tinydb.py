"""TinyDB adapter: TinyDB's storage, table and database classes on the journal.

What TinyDB does by reading and writing everything is done here by looking up and writing what is touched.
"""

import errno
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from forms_service.store import table_schema as declared
from forms_service.store.disk import Disk
from forms_service.store.format import decode_document, encode_document
from forms_service.store.journal import Journal
from forms_service.store.transaction import Stored, Transaction


class JournalStorage(Storage):
    """TinyDB storage on a journal: `TinyDB(path, storage=JournalStorage)`.

    Works with TinyDB's own tables, which read and write everything at each change; only what differs goes to
    the file. With `JournalTable`, as `open_database` puts them together, nothing grows with the data.

    Raises, when made:
        FileNotFoundError: the folder is missing; `create_dirs` makes it.
        StoreError: as `Journal` does.
    """

    def __init__(
        self,
        path: str | Path,
        create_dirs: bool = False,
        *,
        tables: Mapping[str, declared.Table] | None = None,
        disk: Disk | None = None,
        waiting: int | None = None,
    ) -> None:
        """`waiting`: as in `Journal`."""
        disk = disk or Disk()
        if create_dirs:
            disk.make_folder(Path(path).parent)
        elif not Path(path).parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        self.journal = Journal(Path(path), tables, disk, waiting=waiting)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """A copy of everything; None while there is no table."""
        reading = self.journal.reading()
        found = {
            table: {id: decode_document(raw) for id, raw in reading.documents(table)}
            for table in reading.tables()
        }
        return found or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Make the store hold exactly this, in this order."""
        with self.journal.transaction() as transaction:
            for table in transaction.tables():
                if table not in data:
                    transaction.drop(table)
            for table, documents in data.items():
                _make_equal(transaction, table, {str(id): document for id, document in documents.items()})

    def close(self) -> None:
        self.journal.close()


def _make_equal(transaction: Transaction, table: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
    before = dict(transaction.documents(table))
    kept = [id for id in before if id in documents]
    if kept != list(documents)[: len(kept)]:
        transaction.drop(table)
        before = {}
    transaction.create(table)
    for id in before.keys() - documents.keys():
        transaction.remove(table, id)
    for id, document in documents.items():
        _put(transaction, table, id, document)


def _put(transaction: Transaction, table: str, id: str, document: Mapping[str, Any]) -> None:
    """Set a document that may come from anywhere, if it is not so already."""
    raw, read = encode_document(document)
    if raw != transaction.get(table, id):
        transaction.check(table, read)
        transaction.put(table, id, raw, read)


class Edits(MutableMapping[Any, Any]):
    """A table as TinyDB's updaters want it, a dict of documents that may be changed in place.

    Only documents that are looked at are parsed, and `finish` stores those that came out different.
    """

    def __init__(self, transaction: Transaction, table: str, id_class: Callable[[Any], Any]) -> None:
        self._transaction = transaction
        self._table = table
        self._id_class = id_class
        self._seen: dict[str, Any] = {}

    def finish(self) -> None:
        for id, document in self._seen.items():
            _put(self._transaction, self._table, id, document)

    def __getitem__(self, doc_id: Any) -> Any:
        id = self._there(doc_id)
        if id is None:
            raise KeyError(doc_id)
        if id not in self._seen:
            self._seen[id] = decode_document(cast(bytes, self._transaction.get(self._table, id)))
        return self._seen[id]

    def __setitem__(self, doc_id: Any, document: Any) -> None:
        self._seen.pop(str(doc_id), None)
        _put(self._transaction, self._table, str(doc_id), document)

    def __delitem__(self, doc_id: Any) -> None:
        id = self._there(doc_id)
        if id is None:
            raise KeyError(doc_id)
        self._seen.pop(id, None)
        self._transaction.remove(self._table, id)

    def __contains__(self, doc_id: object) -> bool:
        return self._there(doc_id) is not None

    def __iter__(self) -> Iterator[Any]:
        return iter([self._id_class(id) for id in self._transaction.ids(self._table)])

    def __len__(self) -> int:
        return self._transaction.count(self._table)

    def clear(self) -> None:
        self._seen.clear()
        self._transaction.drop(self._table)
        self._transaction.create(self._table)

    def _there(self, doc_id: Any) -> str | None:
        """The id under which a document is stored that equals this one, as keys of a dict do."""
        try:
            equal = self._id_class(doc_id)
        except ValueError:
            return None
        id = str(equal)
        return id if equal == doc_id and self._transaction.get(self._table, id) is not None else None


class JournalTable(Table):
    """TinyDB table that touches only the documents asked for. Thread-safe; results are copies."""

    _next_id: int | None  # type: ignore[assignment]  # TinyDB declares the None it starts with

    def __init__(
        self,
        storage: Storage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,
    ) -> None:
        self._journal = cast(JournalStorage, storage).journal
        self._cache_mutex = threading.Lock()
        super().__init__(storage, name, cache_size, persist_empty)

    def insert(self, document: Mapping[str, Any]) -> int:
        with self._journal.transaction():
            return super().insert(document)

    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        with self._journal.transaction():
            if doc_ids is None and cond is not None:
                doc_ids = self._matching(cond)
            return super().update(fields, None, doc_ids)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        with self._journal.transaction():
            return super().upsert(document, cond)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        with self._journal.transaction():
            if doc_ids is None and cond is not None:
                doc_ids = self._matching(cond)
            return super().remove(None, doc_ids)

    def search(self, cond: QueryLike) -> list[Document]:
        reading = self._journal.reading()
        if isinstance(reading, Transaction) or not getattr(cond, "is_cacheable", lambda: True)():
            return [self._document(stored) for stored in self._hits(cond)]
        changes = self._journal.changes_made()
        cache = cast(MutableMapping[QueryLike, tuple[int, list[Stored]]], self._query_cache)
        with self._cache_mutex:
            made_at, hits = cache.get(cond, None) or (None, [])
        if made_at != changes:
            hits = list(self._hits(cond))
            with self._cache_mutex:
                cache[cond] = (changes, hits)
        return [self._document(stored) for stored in hits]

    def get(  # type: ignore[override]  # TinyDB spells the combinations out as overloads
        self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: list[int] | None = None
    ) -> Document | list[Document] | None:
        reading = self._journal.reading()
        if doc_id is not None:
            raw = reading.get(self.name, str(doc_id))
            return None if raw is None else self.document_class(decode_document(raw), doc_id)
        if doc_ids is not None:
            wanted = {str(doc_id) for doc_id in doc_ids}
            found = [(id, reading.get(self.name, id)) for id in reading.ids(self.name) if id in wanted]
            return [self._document((id, raw)) for id, raw in found if raw is not None]
        if cond is not None:
            hit = next(self._hits(cond), None)
            return None if hit is None else self._document(hit)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def clear_cache(self) -> None:
        with self._cache_mutex:
            super().clear_cache()

    def __len__(self) -> int:
        return self._journal.reading().count(self.name)

    def __iter__(self) -> Iterator[Document]:
        return map(self._document, self._journal.reading().documents(self.name))

    def _hits(self, cond: QueryLike) -> Iterator[Stored]:
        """The documents that match, in the order of the table."""
        for id, raw in self._journal.reading().documents(self.name):
            if cond(decode_document(raw)):
                yield id, raw

    def _matching(self, cond: QueryLike) -> list[int]:
        return [self.document_id_class(id) for id, _ in self._hits(cond)]

    def _document(self, stored: Stored) -> Document:
        id, raw = stored
        return self.document_class(decode_document(raw), self.document_id_class(id))

    def _get_next_id(self) -> int:
        with self._journal.transaction() as transaction:
            next_id: int = self._next_id or 0
            if not next_id:
                next_id = max(map(self.document_id_class, transaction.ids(self.name)), default=0) + 1
            while transaction.get(self.name, str(next_id)) is not None:
                next_id += 1  # taken, by another handle on the table
            self._next_id = next_id + 1
            return next_id

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {id: decode_document(raw) for id, raw in self._journal.reading().documents(self.name)}

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._journal.transaction() as transaction:
            transaction.create(self.name)
            edits = Edits(transaction, self.name, self.document_id_class)
            updater(cast(dict[int, Mapping[str, Any]], edits))
            edits.finish()
        self.clear_cache()


class JournalDatabase(TinyDB):
    """TinyDB with JournalTables in a JournalStorage."""

    table_class = JournalTable
    default_storage_class = JournalStorage  # type: ignore[assignment]  # TinyDB declares the one it ships

    def batch(self) -> AbstractContextManager[Transaction]:
        """Context manager: all changes in the block, in any tables, are one durable transaction."""
        return self.journal.transaction()

    def tables(self) -> set[str]:
        return set(self.journal.reading().tables())

    def drop_tables(self) -> None:
        with self.journal.transaction() as transaction:
            for table in transaction.tables():
                transaction.drop(table)
        self._tables.clear()

    def drop_table(self, name: str) -> None:
        self._tables.pop(name, None)
        with self.journal.transaction() as transaction:
            if name in transaction.tables():
                transaction.drop(name)

    @property
    def journal(self) -> Journal:
        """The engine below, which the narrow interface shares."""
        return cast(JournalStorage, self.storage).journal


def open_database(
    path: str | Path,
    *,
    tables: Mapping[str, declared.Table] | None = None,
    disk: Disk | None = None,
    waiting: int | None = None,
) -> JournalDatabase:
    """Open the journal at `path` as a TinyDB database; a missing file, and its folder, are made.

    `waiting`: as in `Journal`.

    Raises:
        StoreError: as `Journal` does.
    """
    return JournalDatabase(path, create_dirs=True, tables=tables, disk=disk, waiting=waiting)
