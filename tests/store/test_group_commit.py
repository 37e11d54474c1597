"""Many at once: they share a sync, nobody is told too early, nobody waits who only reads."""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from forms_service.store.errors import DuplicateKey, StoreUnavailable
from forms_service.store.format import Change, Put
from forms_service.store.group_commit import GroupCommit, Ticket
from forms_service.store.index_builder import Schema
from forms_service.store.overlay import Overlay
from forms_service.store.state import StoreState
from forms_service.store.store import Store
from tests.store.faulty import FaultyDisk, wait_until_pending


def add(store: Store, id: str, **more) -> None:
    with store.batch() as batch:
        batch.add("records", {"id": id, **more})


@pytest.fixture
def pool():
    with ThreadPoolExecutor(40) as pool:
        yield pool


@pytest.fixture
def held_up(store: Store, disk: FaultyDisk, pool: ThreadPoolExecutor) -> "Future[None]":
    """A change whose sync has begun and does not end until the gate opens."""
    drain(disk)
    disk.gate.clear()
    change = pool.submit(add, store, "first")
    assert disk.syncing.acquire(timeout=10)
    return change


def drain(disk: FaultyDisk) -> int:
    """How many syncs have begun since the last time."""
    count = 0
    while disk.syncing.acquire(blocking=False):
        count += 1
    return count


def test_all_that_queue_during_a_sync_share_the_next_one(store, disk, pool, held_up, path):
    """32 clients, two syncs; and what shares a sync is one line."""
    lines = path.read_bytes().count(b"\n")
    others = [pool.submit(add, store, str(n)) for n in range(31)]
    wait_until_pending(store, 32)
    assert not any(future.done() for future in others)
    disk.gate.set()
    for future in [held_up, *others]:
        future.result(10)
    assert drain(disk) == 1
    assert path.read_bytes().count(b"\n") == lines + 1
    assert store.count("records") == 32


def test_reader_sees_the_acknowledged_and_does_not_wait(store, disk, held_up):
    """The change is in the file, but nobody may see it before it is on the medium."""
    assert store.get("records", "first") is None
    assert store.count("records") == 0
    disk.gate.set()
    held_up.result(10)
    assert store.get("records", "first") is not None


def test_writer_sees_what_is_on_its_way(store, disk, pool, held_up):
    """So that the same form sent twice at once is one record."""

    def submit_once() -> bool:
        with store.batch() as batch:
            if batch.get("records", "first"):
                return False
            batch.add("records", {"id": "first"})
            return True

    second = pool.submit(submit_once)
    with pytest.raises(TimeoutError):
        second.result(0.05)  # the answer rests on a record that is not durable yet
    disk.gate.set()
    assert second.result(10) is False


def test_answer_that_rests_on_a_failed_change_is_no_answer(store, disk, pool, held_up):
    """Nobody hears "you sent this before" of a record that then is not there."""

    def look() -> bool:
        with store.batch() as batch:
            return batch.get("records", "first") is not None

    def duplicate() -> None:
        add(store, "first")

    def see_without_words() -> None:
        with store.batch() as batch:
            batch.get("records", "first")

    futures = [pool.submit(look), pool.submit(duplicate), pool.submit(see_without_words)]
    with pytest.raises(TimeoutError):
        futures[1].result(0.05)
    disk.failing_syncs = 1
    disk.gate.set()
    for future in [held_up, *futures]:
        with pytest.raises(StoreUnavailable):
            future.result(10)
    assert store.count("records") == 0


def test_error_that_rests_on_a_durable_change_is_told(store, disk, pool, held_up):
    duplicate = pool.submit(add, store, "first")
    disk.gate.set()
    with pytest.raises(DuplicateKey):
        duplicate.result(10)


def test_block_that_was_running_during_a_failure_is_not_stored(store, disk, pool, held_up):
    """It may have seen what was taken back."""
    seen, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with store.batch() as batch:
            assert batch.get("records", "first")
            batch.add("records", {"id": "slow"})
            seen.set()
            assert go_on.wait(10)

    running = pool.submit(slow)
    assert seen.wait(10)
    disk.failing_syncs = 1
    disk.gate.set()
    with pytest.raises(StoreUnavailable):
        held_up.result(10)
    go_on.set()
    with pytest.raises(StoreUnavailable):
        running.result(10)
    assert store.count("records") == 0


@pytest.mark.parametrize("queued", [0, 3])
def test_block_that_runs_while_syncs_end_sees_everything_once(store, disk, pool, held_up, queued):
    """What was being written, and queued, becomes committed under its feet; nothing counts twice."""
    others = [pool.submit(add, store, f"queued {n}") for n in range(queued)]
    wait_until_pending(store, 1 + queued)
    add_more, seen, go_on = [], threading.Event(), threading.Event()

    def slow() -> list[str]:
        with store.batch() as batch:
            batch.add("records", {"id": "slow", "state": "x"})
            seen.set()
            assert go_on.wait(10)
            assert batch.count("records") == 2 + queued
            add_more.extend(batch.find("records", "id", "first"))
            return [record["id"] for record in batch.all("records")]

    running = pool.submit(slow)
    assert seen.wait(10)
    disk.gate.set()
    for future in [held_up, *others]:
        future.result(10)
    go_on.set()
    found = running.result(10)
    assert (len(found), len(set(found)), found[0], found[-1]) == (2 + queued, 2 + queued, "first", "slow")
    assert len(add_more) == 1


def test_interrupted_waiter_does_not_keep_the_others(store, disk, pool, held_up):
    """Ctrl-C reaches the main thread while it waits for its turn; those behind it get theirs."""
    main = threading.main_thread().ident
    interrupted = threading.Event()

    def interrupt() -> None:
        wait_until_pending(store, 2)
        while not interrupted.wait(0.01):
            signal.pthread_kill(main, signal.SIGUSR1)

    def raise_interrupt(number: int, frame: object) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, raise_interrupt)
    try:
        pool.submit(interrupt)
        with pytest.raises(KeyboardInterrupt):
            add(store, "interrupted")
    finally:
        signal.signal(signal.SIGUSR1, before)
    others = [pool.submit(add, store, str(n)) for n in range(3)]
    wait_until_pending(store, 5)
    disk.gate.set()
    for future in [held_up, *others]:
        future.result(10)
    add(store, "last")
    assert store.count("records") == 6, "the change of the interrupted one was on its way and is stored"


def test_interrupted_leader_hands_the_lead_on():
    """It was its turn when the interrupt came; the others must not wait for ever."""
    written: list[Change] = []
    schema = Schema({})
    group = GroupCommit(StoreState(schema), schema, written.extend)

    def queue(id: str) -> Ticket:
        layer = Overlay(group.pending, schema)
        layer.put(Put("a", id, b"{}"))
        ticket = group.enqueue(layer, group.failures)
        assert ticket
        return ticket

    with group.alone():
        interrupted = queue("1")
    assert interrupted.leads, "the lead was handed to it, and it is not there to take it"
    group._abandon(interrupted)
    group.wait(queue("2"))
    assert [change.id for change in written] == ["1", "2"]
    assert interrupted.settled


def test_closing_waits_for_what_is_written_and_queued(store, disk, pool, held_up, opened):
    """Whoever was let in before is answered; a service that stops drops nobody."""
    queued = [pool.submit(add, store, str(n)) for n in range(5)]
    wait_until_pending(store, 6)
    closing = pool.submit(store.close)
    with pytest.raises(TimeoutError):
        closing.result(0.05)
    disk.gate.set()
    for future in [held_up, *queued, closing]:
        future.result(10)
    assert opened().count("records") == 6


@pytest.mark.parametrize("clients", [1, 8, 32])
def test_counters_never_lose_an_increment(store, pool, clients):
    """Read and write in one batch, from many threads, while others read."""
    with store.batch() as batch:
        batch.add("records", {"id": "counter", "count": 0})

    def increment() -> None:
        for _ in range(20):
            with store.batch() as batch:
                counter = batch.get("records", "counter")
                batch.replace("records", {**counter, "count": counter["count"] + 1}, counter["version"])
            assert store.get("records", "counter")["count"] > counter["count"]

    run_all(pool, [increment] * clients)
    assert store.get("records", "counter")["count"] == 20 * clients


def test_reader_never_sees_half_a_batch(store, pool):
    """Two documents change together, and an index with them."""
    with store.batch() as batch:
        batch.add("records", {"id": "a", "state": "even"})
        batch.add("records", {"id": "b", "state": "even"})
    done = threading.Event()

    def write() -> None:
        for n in range(100):
            with store.batch() as batch:
                for id in ("a", "b"):
                    record = batch.get("records", id)
                    batch.replace("records", {**record, "state": ("odd", "even")[n % 2]}, record["version"])
        done.set()

    def read() -> None:
        while not done.is_set():
            assert len(store.find("records", "state", "even")) in (0, 2)
            assert len({record["state"] for record in store.all("records")}) == 1

    run_all(pool, [write, read, read, read])


def run_all(pool: ThreadPoolExecutor, jobs: list[Callable[[], None]]) -> None:
    for future in [pool.submit(job) for job in jobs]:
        future.result(60)
