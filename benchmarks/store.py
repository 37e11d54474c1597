"""The store against stock TinyDB and SQLite (WAL, synchronous=FULL): same documents, same keys, one run.

At 0, 1,000, 10,000 and 100,000 documents of 1 KB: insert, update, get by id, find by an indexed key, each
operation of the contestants in turn, so that a busy machine is busy for all. Then many writers at once, with
the disk as it is and with a flush of 5 ms; opening, compacting, memory.

`python -m benchmarks.store [--quick]`; --quick leaves out 100,000.
"""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB, where

from forms_service.store import open_database
from forms_service.store.disk import Disk
from forms_service.store.records import Store
from forms_service.store.tables import Table

SIZES = (0, 1_000, 10_000, 100_000)
REPETITIONS = 400
STOCK_REPETITIONS = {0: 50, 1_000: 10, 10_000: 3, 100_000: 1}
"""Few where each takes seconds."""
WRITERS = 32
FLUSH_SECONDS = 0.005
WRITING_SECONDS = 3.0

Document = dict[str, Any]

TABLES = {
    "records": Table(
        indexes={
            "token": lambda document: document["token_hashes"],
            "fingerprint": lambda document: (document["fingerprint"],),
            "email": lambda document: (document["said"]["partner_email"],),
        },
        sorted={"due": lambda document: ((document["state"], document["decide_by"]),)},
        unique=frozenset({"token"}),
    )
}
"""The keys of every contestant that has indexes. The service's own records have more, which cost more."""


def document(n: int) -> Document:
    """A deal of 1 KB."""
    return {
        "id": f"DEAL-{n:08}",
        "kind": "deal",
        "state": "received",
        "received_at": f"2026-11-25T03:28:39.{n % 1_000_000:06}Z",
        "decide_by": "2026-11-27T22:59:59Z",
        "fingerprint": f"fingerprint {n}",
        "token_hashes": [f"token {n}"],
        "said": {
            "partner_email": f"sales{n}@example.com",
            "partner_tax_id": f"{n:010}",
            "customer_name": f"Customer {n}",
            "description": "ż" * 280,
        },
    }


class Ours:
    """The interface that the service uses."""

    name = "ours"

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.store = Store(folder / "ours" / "records.journal", tables=TABLES, disk=disk)

    def fill(self, documents: Iterator[Document]) -> None:
        with self.store.batch() as batch:
            for one in documents:
                batch.add("records", one)

    def insert(self, n: int) -> None:
        with self.store.batch() as batch:
            batch.add("records", document(n))

    def update(self, n: int) -> None:
        with self.store.batch() as batch:
            current = batch.get("records", f"DEAL-{n:08}")
            assert current is not None
            batch.replace("records", {**current, "state": "approved"}, current["version"])

    def get(self, n: int) -> object:
        return self.store.get("records", f"DEAL-{n:08}")

    def find(self, n: int) -> object:
        return self.store.find("records", "fingerprint", f"fingerprint {n}")


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


class TinyDBOn:
    """TinyDB's own interface, on its own storage or on ours."""

    def __init__(self, name: str, database: TinyDB) -> None:
        self.name = name
        self.table = database.table("records")
        self.path = database.storage

    def insert(self, n: int) -> None:
        self.table.insert(document(n))

    def update(self, n: int) -> None:
        self.table.update({"state": "approved"}, doc_ids=[n + 1])

    def get(self, n: int) -> object:
        return self.table.get(doc_id=n + 1)

    def find(self, n: int) -> object:
        return self.table.search(where("fingerprint") == f"fingerprint {n}")


def main() -> None:
    """Print the figures, and whether the goals are met."""
    sizes = SIZES[:-1] if "--quick" in sys.argv else SIZES
    with tempfile.TemporaryDirectory() as scratch:
        inserts = operations(Path(scratch), sizes)
        many_writers(Path(scratch))
        opening(Path(scratch), sizes[-1])
    worst = max(ours / sqlite for ours, sqlite in inserts)
    growth = inserts[-1][0] / inserts[-1][1] / (inserts[0][0] / inserts[0][1])
    print(f"\ngoal: insert at most 1.0 times SQLite's at every size: {worst:.2f} at worst")
    print(f"goal: insert does not grow (ratio to SQLite, last size against first): {growth:.2f}")


def operations(scratch: Path, sizes: tuple[int, ...]) -> list[tuple[float, float]]:
    """One writer. Returns the median times of an insert of ours and of SQLite's, per size."""
    ours, sqlite = Ours(scratch), Sqlite(scratch)
    tiny = TinyDBOn("ours as TinyDB", open_database(scratch / "tiny" / "records.journal", tables={}))
    inserts = []
    held = 0
    print("ms per operation, median; in brackets p99, and the ratio to SQLite\n")
    for size in sizes:
        for start in range(held, size, 1000):
            documents = [document(n) for n in range(start, min(start + 1000, size))]
            ours.fill(iter(documents))
            sqlite.fill(iter(documents))
            tiny.table.insert_multiple(documents)
        stock = TinyDBOn("stock TinyDB", stock_of(scratch, size))
        held = max(held, size)
        settle()
        for what in ("insert", "update", "get", "find"):
            # TinyDB looks at every document when it searches, on whatever storage.
            scanning = [tiny, stock] if what == "find" else [stock]
            quick = [one for one in (ours, sqlite, tiny) if one not in scanning]
            times = in_turn(quick, what, held, REPETITIONS)
            times |= in_turn(scanning, what, size, STOCK_REPETITIONS[size])
            if what == "insert":
                held += REPETITIONS
                inserts.append((statistics.median(times["ours"]), statistics.median(times["SQLite"])))
            print_row(size, what, times)
    return inserts


def settle() -> None:
    """Let the disk finish what filling left to it."""
    os.sync()
    time.sleep(0.2)


def stock_of(scratch: Path, size: int) -> TinyDB:
    """TinyDB as it comes, with its file made at once: by its own means it would take hours."""
    path = scratch / f"stock-{size}.json"
    if size:
        path.write_text(json.dumps({"records": {str(n + 1): document(n) for n in range(size)}}))
    return TinyDB(path)


def in_turn(contestants: list[Any], what: str, held: int, repetitions: int) -> dict[str, list[float]]:
    """Times in ms of an operation, one of each contestant after the other."""
    times: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for repetition in range(repetitions):
        n = held + repetition if what == "insert" else repetition * 7919 % max(held, 1)
        for contestant in contestants:
            operation: Callable[[int], object] = getattr(contestant, what)
            started = time.perf_counter()
            operation(n)
            times[contestant.name].append((time.perf_counter() - started) * 1000)
    return times


def print_row(size: int, what: str, times: dict[str, list[float]]) -> None:
    base = statistics.median(times["SQLite"])
    cells = []
    for name, found in times.items():
        median = statistics.median(found)
        cells.append(f"{name} {median:.3f} ({p99(found):.2f}, {median / base:.2f}x)")
    print(f"{size:>7,} {what:<6} " + "   ".join(cells))


def p99(times: list[float]) -> float:
    return sorted(times)[max(0, len(times) * 99 // 100 - 1)]


class SlowFlush(Disk):
    """A disk whose flush takes 5 ms, whatever this machine's takes."""

    def sync(self, handle: int) -> None:
        time.sleep(FLUSH_SECONDS)


def many_writers(scratch: Path) -> None:
    """Inserts per second from 32 threads. SQLite's flush happens while its write lock is held, so there the
    wait stands in the transaction; its threads take turns by a lock, which is kinder than its busy handler.
    """
    print(f"\n{WRITERS} writers at once")
    for name, disk, flush in [("this disk", Disk(), 0.0), ("5 ms flush", SlowFlush(), FLUSH_SECONDS)]:
        with folder(scratch) as here:
            ours = Ours(here, disk)
            mine = throughput(lambda ours=ours: ours.insert)
        with folder(scratch) as here:
            sqlite = Sqlite(here, "OFF" if flush else "FULL")
            theirs = throughput(
                lambda sqlite=sqlite, flush=flush: sqlite_writer(sqlite, flush, threading.Lock())
            )
        print(f"{name:<11} ours {told(mine)}   SQLite {told(theirs)}   ratio {mine[0] / theirs[0]:.1f}")


def sqlite_writer(sqlite: Sqlite, flush: float, turn: threading.Lock) -> Callable[[int], None]:
    """Inserts through a connection of each thread's own."""
    connections = threading.local()

    def insert(n: int) -> None:
        if not hasattr(connections, "db"):
            connections.db = sqlite.connect("OFF" if flush else "FULL")
        with turn:
            connections.db.execute("begin immediate")
            sqlite.add(connections.db, document(n))
            time.sleep(flush)
            connections.db.execute("commit")

    return insert


def throughput(make: Callable[[], Callable[[int], None]]) -> tuple[float, list[float]]:
    """Inserts per second, and the times of each in ms."""
    insert = make()
    numbers = iter(range(10_000_000))
    times: list[float] = []
    end = time.perf_counter() + WRITING_SECONDS

    def write() -> None:
        while (started := time.perf_counter()) < end:
            insert(next(numbers))
            times.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / WRITING_SECONDS, times


def told(found: tuple[float, list[float]]) -> str:
    return f"{found[0]:,.0f}/s (median {statistics.median(found[1]):.1f} ms, p99 {p99(found[1]):.1f} ms)"


@contextmanager
def folder(scratch: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=scratch) as here:
        yield Path(here)


OPENING = """
import resource, sys, time
from pathlib import Path
import orjson, zlib
from forms_service.store import open_database
from forms_service.store.records import Store

def memory():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

path, how = Path(sys.argv[1]), sys.argv[2]
started = time.perf_counter()
if how == "reading":
    for line in path.open("rb"):
        orjson.loads(line), zlib.crc32(line)
    print(time.perf_counter() - started, 0)
else:
    before = memory()
    store = Store(path) if how == "indexed" else open_database(path, tables={})
    print(time.perf_counter() - started, memory() - before)
"""


def opening(scratch: Path, size: int) -> None:
    """How long a start takes and what is held in memory, before and after compacting."""
    path = scratch / "opening" / "records.journal"
    store = Store(path)
    for start in range(0, size, 100):
        with store.batch() as batch:
            for n in range(start, min(start + 100, size)):
                batch.add("records", document(n))
    live = sum(len(orjson.dumps(document(n))) for n in range(0, size, 100)) * 100
    print(f"\nopening {size:,} documents of {live // size} bytes")
    for moment in ("as written", "compacted"):
        for how, told in [
            ("reading", "read, checksum, parse only"),
            ("plain", "without indexes"),
            ("indexed", "with the indexes of the records"),
        ]:
            store.close()
            seconds, memory = measured(path, how)
            held = f", {memory / size:,.0f} bytes per document ({memory / live:.2f}x)" if memory else ""
            print(f"{moment:<10} {told:<32} {seconds:.2f} s{held}")
            store = Store(path)
        started = time.perf_counter()
        store.compact()
        print(f"compacting took {time.perf_counter() - started:.2f} s")
    store.close()


def measured(path: Path, how: str) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", OPENING, path, how], capture_output=True, text=True, check=True
    )
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)


if __name__ == "__main__":
    main()
