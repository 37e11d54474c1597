"""A table in the hands of one of TinyDB's updaters."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, cast

from .documents import decode_document, encode_document
from .transaction import Transaction


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
            self._store(id, document)

    def __getitem__(self, doc_id: Any) -> Any:
        id = self._there(doc_id)
        if id is None:
            raise KeyError(doc_id)
        if id not in self._seen:
            self._seen[id] = decode_document(cast(bytes, self._transaction.get(self._table, id)))
        return self._seen[id]

    def __setitem__(self, doc_id: Any, document: Any) -> None:
        self._seen.pop(str(doc_id), None)
        self._store(str(doc_id), document)

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

    def _store(self, id: str, document: Any) -> None:
        raw, read = encode_document(document)
        if raw != self._transaction.get(self._table, id):
            self._transaction.put(self._table, id, raw, read)

    def _there(self, doc_id: Any) -> str | None:
        """The id under which a document is stored that equals this one, as keys of a dict do."""
        try:
            equal = self._id_class(doc_id)
        except ValueError:
            return None
        id = str(equal)
        return id if equal == doc_id and self._transaction.get(self._table, id) is not None else None
