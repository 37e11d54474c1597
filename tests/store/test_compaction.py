"""The journal is written anew without what is gone, while others read and write."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.store.errors import StoreUnavailable
from forms_service.store.journal import Journal
from forms_service.store.store import Store
from tests.store.crash_lab import content
from tests.store.faulty import FaultyDisk


class SnapshotDisk(FaultyDisk):
    """Holds up the syncs of files in the making, and counts the renames that end a compaction."""

    def __init__(self) -> None:
        super().__init__()
        self.snapshot_gate = threading.Event()
        self.snapshot_gate.set()
        self.snapshot_waits = threading.Event()
        self.renames = 0
        self._made: set[int] = set()

    def open(self, path: Path, *, create: bool = False, read_only: bool = False) -> int:
        handle = super().open(path, create=create, read_only=read_only)
        if create:
            self._made.add(handle)
        return handle

    def close(self, handle: int) -> None:
        self._made.discard(handle)
        super().close(handle)

    def sync(self, handle: int) -> None:
        if handle in self._made and not self.snapshot_gate.is_set():
            self.snapshot_waits.set()
            assert self.snapshot_gate.wait(30)
        super().sync(handle)

    def rename(self, old: Path, new: Path) -> None:
        self.renames += 1
        super().rename(old, new)


@pytest.fixture
def disk() -> SnapshotDisk:
    return SnapshotDisk()


def add(store: Store, id: str, **more) -> None:
    with store.batch() as batch:
        batch.add("records", {"id": id, **more})


def test_what_was_removed_or_replaced_is_gone_from_the_file(store, path):
    """P3: erasing somebody ends with a file that does not hold their name."""
    add(store, "1", name="Removed Person")
    add(store, "2", name="Old Name")
    with store.batch() as batch:
        batch.remove("records", "1")
        batch.replace("records", {"id": "2", "name": "New Name"}, 1)
    assert b"Removed Person" in path.read_bytes()
    store.compact()
    for file in path.parent.iterdir():
        assert b"Removed Person" not in file.read_bytes()
        assert b"Old Name" not in file.read_bytes()
    assert [record["name"] for record in store.all("records")] == ["New Name"]


def test_compacted_journal_holds_the_same_in_the_same_order(store, opened, path):
    with store.batch() as batch:
        for n in range(2000):
            batch.add("records", {"id": str(n), "text": "x" * 300, "state": str(n % 7)})
    for n in range(0, 2000, 3):
        with store.batch() as batch:
            batch.remove("records", str(n))
    before, length = store.all("records"), path.stat().st_size
    store.compact()
    assert path.stat().st_size < length * 0.75
    assert path.read_bytes().count(b"\n") > 3, "a snapshot is lines of a bounded length"
    assert store.all("records") == before
    again = opened()
    assert again.all("records") == before
    add(again, "next")
    assert opened().count("records") == len(before) + 1


def test_empty_tables_and_an_empty_store_are_kept(path):
    journal = Journal(path.parent.parent / "j")
    journal.compact()
    with journal.transaction() as transaction:
        transaction.create("empty")
    journal.compact()
    journal.close()
    again = Journal(path.parent.parent / "j")
    assert again.reading().tables() == ["empty"]
    assert content(again) == {}
    again.close()


def test_writers_and_readers_go_on_while_the_snapshot_is_written(store, opened, disk):
    """What they wrote meanwhile is in the new file."""
    add(store, "before")
    disk.snapshot_gate.clear()
    with ThreadPoolExecutor(1) as pool:
        compaction = pool.submit(store.compact)
        assert disk.snapshot_waits.wait(10)
        for n in range(200):
            add(store, f"meanwhile {n}", text="y" * 2000)
        assert store.count("records") == 201
        assert not compaction.done()
        disk.snapshot_gate.set()
        compaction.result(30)
    add(store, "after")
    assert opened().count("records") == 202


def test_journal_that_outgrew_its_documents_is_compacted_by_itself(path, disk):
    """Until then, and if it fails, it is only longer."""
    journal = Journal(path.parent.parent / "j", disk=disk, compact_bytes=20_000)
    for n in range(300):
        with journal.transaction() as transaction:
            transaction.put("a", "1", b'{"n":%d,"text":"%s"}' % (n, b"x" * 500), {})
    with journal._compacting:  # the last one has ended
        pass
    assert disk.renames > 3
    assert journal.path.stat().st_size < 40_000
    journal.close()


def test_many_small_documents_do_not_make_it_compact_all_the_time(path, disk):
    """Their lines are longer than they are, and no compaction changes that."""
    journal = Journal(path.parent.parent / "j", disk=disk, compact_bytes=1000)
    for n in range(2000):
        with journal.transaction() as transaction:
            transaction.put("a", str(n), b"{}", {})
    with journal._compacting:
        pass
    assert disk.renames < 20
    journal.close()


def test_full_disk_stops_the_compaction_and_nothing_else(store, opened, disk, path, caplog):
    """The old file stays the journal, the half-made one is removed."""
    add(store, "before", text="x" * 1000)
    disk.space = 600
    with pytest.raises(StoreUnavailable, match="No space left"):
        store.compact()
    disk.space = None
    assert not path.with_name("records.journal.tmp").exists()
    assert store.health().ok
    add(store, "after")
    assert opened().count("records") == 2


def test_closing_does_not_wait_for_a_whole_compaction(path, disk):
    """A service that must stop stops; the old file stays the journal."""
    journal = Journal(path.parent.parent / "j", disk=disk)
    with journal.transaction() as transaction:
        for n in range(40):
            transaction.put("a", str(n), b'"%s"' % (b"x" * 400_000), {})
    disk.snapshot_gate.clear()
    with ThreadPoolExecutor(2) as pool:
        compaction = pool.submit(journal.compact)
        assert disk.snapshot_waits.wait(10)
        closing = pool.submit(journal.close)
        while not journal._closed:
            pass
        disk.snapshot_gate.set()
        with pytest.raises(StoreUnavailable):
            compaction.result(10)
        closing.result(10)
    again = Journal(journal.path)
    assert again.reading().count("a") == 40
    again.close()


def test_numbers_of_removed_documents_are_not_given_again(store):
    """Not while the store is open: a page that was left open must not meet another document."""
    for n in range(5):
        add(store, str(n))
    with store.batch() as batch:
        batch.remove("records", "4")
    store.compact()
    add(store, "5")
    assert [id for id, _ in store._journal.reading().documents("records")] == ["1", "2", "3", "4", "6"]
