"""The store against stock TinyDB and SQLite (WAL, synchronous=FULL): same documents, same keys, one run.

At 0, 1,000, 10,000 and 100,000 documents of 1 KB: insert, update, get by id, find by an indexed key, each
operation of the contestants in turn, so that a busy machine is busy for all. Then many writers at once, with
the disk as it is and with a flush of 5 ms; opening, compacting, memory.

`python -m benchmarks.store [--quick]`; --quick leaves out 100,000.
"""

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where

from benchmarks import opening
from benchmarks.documents import Document, document
from benchmarks.sqlite import Sqlite
from forms_service.store import open_database
from forms_service.store.disk import Disk
from forms_service.store.store import Store
from forms_service.store.table_schema import Table

SIZES = (0, 1_000, 10_000, 100_000)
REPETITIONS = 400
STOCK_REPETITIONS = {0: 50, 1_000: 10, 10_000: 3, 100_000: 1}
"""Few where each takes seconds."""
WRITERS = 32
FLUSH_SECONDS = 0.005
WRITING_SECONDS = 3.0

TABLES = {
    "records": Table(
        indexes={
            "token": lambda document: document["token_hashes"],
            "fingerprint": lambda document: (document["fingerprint"],),
            "email": lambda document: (document["said"]["partner_email"],),
        },
        sorted={"due": lambda document: ((document["state"],), document["decide_by"])},
        unique=frozenset({"token"}),
    )
}
"""The keys of every contestant that has indexes. The service's own records have more, which cost more."""


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
        with folder(Path(scratch)) as here:
            opening.measure(here, sizes[-1])
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
            mine = throughput(ours.insert)
        with folder(scratch) as here:
            sqlite = Sqlite(here, "OFF" if flush else "FULL")
            theirs = throughput(sqlite_writer(sqlite, flush, threading.Lock()))
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


def throughput(insert: Callable[[int], None]) -> tuple[float, list[float]]:
    """Inserts per second, and the times of each in ms."""
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


if __name__ == "__main__":
    main()
