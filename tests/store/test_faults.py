"""The disk refuses, fails or is full: an honest error, memory and disk agree, and it goes on by itself."""

import errno
import subprocess
import sys
import textwrap
import threading

import pytest

from forms_service.services.tables import TABLES
from forms_service.store.errors import StoreUnavailable
from forms_service.store.store import Store
from tests.store.faulty import wait_until_pending


def add(store: Store, id: str, **more) -> None:
    with store.batch() as batch:
        batch.add("records", {"id": id, **more})


def ids(store: Store) -> list[str]:
    return [record["id"] for record in store.all("records")]


# A failed sync (S7)


def test_failed_sync_is_never_retried_and_never_passed_over(store, disk, path):
    """After it, the handle is only closed; the file is opened anew and read before the next line."""
    add(store, "before")
    disk.log.clear()
    disk.failing_syncs = 1
    with pytest.raises(StoreUnavailable, match="Input/output error"):
        add(store, "lost")
    failed = disk.log[-1]
    assert failed[0] == "sync"
    disk.log.clear()
    add(store, "after")
    assert disk.log[0] == ("close", failed[1])
    assert [step for step, _ in disk.log] == ["close", "forget", "truncate", "sync", "write", "sync"]
    assert ids(store) == ["before", "after"]


@pytest.mark.parametrize("shared", [False, True])
def test_failed_sync_fails_everybody_who_waited(store, disk, shared):
    """Those queued behind the line, who may have seen what is lost; and all who share it."""
    while disk.syncing.acquire(blocking=False):
        pass
    disk.gate.clear()
    disk.failing_syncs, disk.passing_syncs = 1, int(shared)
    outcomes: dict[str, Exception | None] = {}

    def submit(id: str) -> None:
        try:
            add(store, id)
            outcomes[id] = None
        except StoreUnavailable as error:
            outcomes[id] = error

    first = threading.Thread(target=submit, args=["first"])
    first.start()
    assert disk.syncing.acquire(timeout=10)
    others = [threading.Thread(target=submit, args=[f"other {n}"]) for n in range(8)]
    for thread in others:
        thread.start()
    wait_until_pending(store, 9)
    disk.gate.set()
    for thread in [first, *others]:
        thread.join(10)
    assert len(outcomes) == 9
    assert [id for id, error in outcomes.items() if error is None] == (["first"] if shared else [])
    stored = ids(store)
    assert stored == (["first"] if shared else [])
    add(store, "later")
    assert ids(store) == [*stored, "later"]


def test_store_stays_readable_while_it_cannot_store(store, disk):
    add(store, "before")
    disk.failing_syncs = 1
    with pytest.raises(StoreUnavailable):
        add(store, "lost")
    assert ids(store) == ["before"]


def test_file_that_lost_what_was_acknowledged_stays_read_only(store, disk, path):
    """What cannot be trusted is not written to, and is left for somebody to look at."""
    add(store, "first")
    length = path.stat().st_size
    add(store, "second")
    disk.failing_syncs = 1
    with pytest.raises(StoreUnavailable):
        add(store, "third")
    with path.open("r+b") as file:  # as a disk that dropped more than it said
        file.truncate(length)
    found = path.read_bytes()
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="change 1, but 2 was acknowledged"):
            add(store, "third")
    assert path.read_bytes() == found
    assert ids(store) == ["first", "second"]
    assert not store.health().ok


def test_file_damaged_by_the_failure_stays_read_only(store, disk, path):
    add(store, "first", text="some text")
    disk.failing_syncs = 1
    with pytest.raises(StoreUnavailable):
        add(store, "second")
    path.write_bytes(path.read_bytes().replace(b"some text", b"same text"))
    with pytest.raises(StoreUnavailable, match="line 2, byte"):
        add(store, "second")
    assert "line 2, byte" in store.health().problem


def test_reopening_that_fails_is_tried_again(store, disk):
    """The disk does not answer for a while, then it does."""
    add(store, "before")
    disk.failing_syncs = 1
    disk.failing_opens = 3
    failures = 0
    while True:
        try:
            add(store, "after")
            break
        except StoreUnavailable:
            failures += 1
    assert failures >= 4
    assert ids(store) == ["before", "after"]


def test_health_finds_out_that_the_disk_is_well_again(store, disk):
    """Nobody sends a form to a service that says it cannot store, so the question itself must try."""
    disk.failing_syncs = 2
    with pytest.raises(StoreUnavailable):
        add(store, "lost")
    assert store.health().problem == "Input/output error"
    while not store.health().ok:
        pass
    assert store.health().ok


# A full disk (S8), short writes (S9)


def test_disk_full_at_every_byte_of_a_line(opened, disk, path):
    """Once and for ever: refused however often, the file is cut back each time, nothing acknowledged is
    missed, and with space the next one is stored."""
    store = opened()
    add(store, "before")
    content = path.read_bytes()
    add(store, "measure")
    line = path.stat().st_size - len(content)
    expected = ["before", "measure"]
    for space in range(line):
        whole = path.read_bytes()
        for left in (space, space, 0):
            disk.space = left
            with pytest.raises(StoreUnavailable, match="No space left"):
                add(store, "refused")
            assert path.read_bytes() == whole
            assert ids(store) == expected
        disk.space = None
        add(store, f"after {space}")
        expected.append(f"after {space}")
        assert path.read_bytes().startswith(whole)
    store = opened()
    assert ids(store) == expected
    assert store_is_whole(store)


def test_a_disk_with_no_room_for_a_form_is_not_ready(store, disk):
    """Said before the first form is refused; nothing is written to find out."""
    add(store, "before")
    disk.log.clear()
    disk.free = lambda folder: 100_000
    health = store.health()
    assert (health.ok, health.problem) == (False, "No space left on device")
    assert disk.log == []
    del disk.free
    assert store.health().ok


def test_disk_that_stays_full(store, disk, path):
    """Refused every time, also in the middle of a line, readable all the time, and well again with space."""
    add(store, "before")
    disk.space = 20
    for _ in range(20):
        with pytest.raises(StoreUnavailable):
            add(store, "refused")
        assert not store.health().ok
    disk.space = None
    add(store, "after")
    length = path.stat().st_size
    assert store.health().ok
    assert path.stat().st_size == length, "it only tries while something is wrong"
    assert ids(store) == ["before", "after"]


def test_file_that_could_not_be_cut_back_is_cut_before_the_next_line(opened, disk):
    """Half a line must not be glued to the next one."""
    store = opened()
    add(store, "before")
    disk.space = 40
    disk.failing_truncates = 1
    with pytest.raises(StoreUnavailable):
        add(store, "refused")
    disk.space = None
    add(store, "after")
    assert ids(opened()) == ["before", "after"]
    assert store_is_whole(opened())


def store_is_whole(store: Store) -> bool:
    return store.health().set_aside == ()


def test_disk_that_takes_one_byte_at_a_time(opened, disk):
    disk.write_at_most = 1
    store = opened()
    add(store, "slow", text="x" * 300)
    assert opened().get("records", "slow")["text"] == "x" * 300


def test_real_limit_on_the_file_size(path):
    """The operating system refuses, not a stand-in; after the limit is gone, the next change is stored."""
    script = textwrap.dedent(
        """
        import resource, sys
        from pathlib import Path
        from forms_service.services.tables import TABLES
        from forms_service.store.store import Store
        from forms_service.store.errors import StoreUnavailable

        path = Path(sys.argv[1])
        store = Store(path, tables=TABLES)
        stored = refused = 0
        for n in range(400):
            limit = path.stat().st_size + n if n % 2 else resource.RLIM_INFINITY
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            try:
                with store.batch() as batch:
                    batch.add("records", {"id": str(n), "text": "x" * 100})
                stored += 1
                assert n % 2 == 0 or n > 200
            except StoreUnavailable:
                refused += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert store.count("records") == stored and refused > 50, (stored, refused)
        print(stored)
        """
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    store = Store(path, tables=TABLES)
    assert store.count("records") == int(done.stdout)
    assert store_is_whole(store)
    store.close()


def test_store_that_cannot_be_opened_says_so_and_can_be_tried_again(opened, disk, path):
    """A failing disk at the start is an error of the store, not a traceback of the file system."""
    store = opened()
    add(store, "before")
    store.close()
    disk.failing_opens = 1
    with pytest.raises(StoreUnavailable, match=r"records\.journal: cannot be opened: Input/output error"):
        opened()
    assert ids(opened()) == ["before"]


def test_file_changed_by_another_program_is_not_written_to(store, path):
    """Two writers on one file would destroy it."""
    add(store, "before")
    with path.open("ab") as file:
        file.write(b"something\n")
    with pytest.raises(StoreUnavailable, match="another program"):
        add(store, "after")
    assert path.read_bytes().endswith(b"something\n")


def test_file_that_was_deleted_is_not_written_to(store, path):
    """What is written into a deleted file is gone at the next start."""
    add(store, "before")
    path.unlink()
    with pytest.raises(StoreUnavailable, match="another program"):
        add(store, "after")
    assert ids(store) == ["before"]


def test_words_for_a_failure_name_no_path(store, disk, path):
    """They may reach a page."""
    disk.space = 0
    with pytest.raises(StoreUnavailable) as caught:
        add(store, "refused")
    assert str(path) not in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
