"""SQLite as the store is measured against it: WAL, and a sync for each change unless told otherwise."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks.documents import Document, document


class Sqlite:
    """One table with the document as JSON beside its keys, and an index for each as ours has."""

    name = "SQLite"

    def __init__(self, folder: Path, synchronous: str = "FULL") -> None:
        self.path = folder / "sqlite.db"
        self.db = self.connect(synchronous)
        self.db.execute(
            "create table if not exists records (id text primary key, token text unique, fingerprint text, "
            "email text, state text, decide_by text, version integer, document blob)"
        )
        for n, columns in enumerate(("fingerprint", "email", "state, decide_by")):
            self.db.execute(f"create index if not exists index_{n} on records ({columns})")

    def connect(self, synchronous: str) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None, timeout=60, check_same_thread=False)
        db.execute("pragma journal_mode=wal")
        db.execute(f"pragma synchronous={synchronous}")
        return db

    def fill(self, documents: Iterator[Document]) -> None:
        self.db.execute("begin")
        for one in documents:
            self.add(self.db, one)
        self.db.execute("commit")

    def add(self, db: sqlite3.Connection, one: Document) -> None:
        keys = (one["id"], one["token_hashes"][0], one["fingerprint"], one["said"]["partner_email"])
        more = (one["state"], one["decide_by"], 1, orjson.dumps(one))
        db.execute("insert into records values (?,?,?,?,?,?,?,?)", (*keys, *more))

    def insert(self, n: int) -> None:
        self.add(self.db, document(n))

    def update(self, n: int) -> None:
        self.db.execute("begin immediate")
        current = self.get(n)
        self.db.execute(
            "update records set state = ?, document = ?, version = version + 1 where id = ?",
            ("approved", orjson.dumps({**current, "state": "approved"}), f"DEAL-{n:08}"),
        )
        self.db.execute("commit")

    def get(self, n: int) -> Document:
        row = self.db.execute("select document from records where id = ?", (f"DEAL-{n:08}",)).fetchone()
        found: Document = orjson.loads(row[0])
        return found

    def find(self, n: int) -> object:
        key = (f"fingerprint {n}",)
        rows = self.db.execute("select document from records where fingerprint = ?", key)
        return [orjson.loads(row[0]) for row in rows]
