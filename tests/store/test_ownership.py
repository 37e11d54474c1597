"""One process owns the file: others are told who, and the kernel lets go when it ends."""

import gc
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_service.services.tables import TABLES
from forms_service.store import open_database
from forms_service.store.disk import Disk
from forms_service.store.errors import StoreError, StoreLocked, StoreUnavailable
from forms_service.store.store import Store

HOLDER = """
import sys, time
from pathlib import Path
from forms_service.services.tables import TABLES
from forms_service.store.store import Store
store = Store(Path(sys.argv[1]), tables=TABLES)
with store.batch() as batch:
    batch.add("records", {"id": "of the holder"})
print("open", flush=True)
sys.stdin.read()
"""


def add(store: Store, id: str) -> None:
    with store.batch() as batch:
        batch.add("records", {"id": id})


@pytest.fixture
def holder(path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "open\n"
    yield process
    process.kill()
    process.communicate()


def test_second_process_is_told_who_has_the_file(holder, path):
    """At once, with the number of the process and what to do; goal: within a second."""
    began = time.monotonic()
    with pytest.raises(
        StoreLocked, match=rf"records\.journal: in use by process {holder.pid}; stop"
    ) as caught:
        Store(path, tables=TABLES)
    assert caught.value.pid == holder.pid
    assert time.monotonic() - began < 10


def test_killed_holder_leaves_no_lock(holder, path):
    holder.kill()
    holder.wait()
    store = Store(path, tables=TABLES)
    assert store.get("records", "of the holder")
    store.close()


def test_second_handle_in_one_process_is_refused_too(store, path):
    with pytest.raises(StoreLocked, match=f"process {os.getpid()}"):
        open_database(path)


def test_closed_store_can_be_opened_again(store, path):
    store.close()
    Store(path, tables=TABLES).close()


def test_store_that_nobody_closed_lets_go_when_it_is_gone(path):
    """A forgotten handle must not lock its own process out."""
    Store(path, tables=TABLES)
    gc.collect()
    Store(path, tables=TABLES).close()


def test_path_through_a_link_is_the_same_file(store, path, tmp_path):
    """Compaction replaces the file behind the link, not the link, and the lock is the same."""
    link = tmp_path / "link.journal"
    link.symlink_to(path)
    with pytest.raises(StoreLocked):
        Store(link, tables=TABLES)
    add(store, "a")
    store.close()
    linked = Store(link, tables=TABLES)
    linked.compact()
    linked.close()
    assert link.is_symlink()
    again = Store(path, tables=TABLES)
    assert again.get("records", "a")
    again.close()


# Forks


def in_child(work: Callable[[], str]) -> str:
    """What the work answers in a forked process, or its error; the test fails if it hangs."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            answer = work()
        except StoreError as error:
            answer = f"{type(error).__name__}: {error}"
        except BaseException as error:
            answer = f"unexpected {error!r}"
        os.write(write, answer.encode())
        os._exit(0)
    os.close(write)
    timer = threading.Timer(20, os.kill, (pid, signal.SIGKILL))
    timer.start()
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    timer.cancel()
    return answer or "killed: it hung"


def test_forked_process_does_not_hang_and_leaves_the_file_to_its_parent(store):
    """S13: whatever ran in the parent; the child is told whose the file is, the parent goes on."""
    add(store, "before")

    def write() -> str:
        add(store, "of the child")
        return "stored"

    assert in_child(write).startswith("StoreLocked")
    assert f"process {os.getpid()}" in in_child(lambda: str(store.get("records", "before")))
    add(store, "after")
    assert store.count("records") == 2


def test_fork_while_other_threads_write(store):
    """Locks that those threads held in the parent must not stay locked in the child."""
    stop = threading.Event()

    def write(name: int) -> None:
        n = 0
        while not stop.is_set():
            add(store, f"{name}-{n}")
            n += 1

    threads = [threading.Thread(target=write, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            assert in_child(lambda: str(store.health().ok)) == "False"
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    add(store, "after")


def test_child_takes_over_when_the_parent_is_done(store, path):
    """As after daemonising: the process that opened the store ends, the forked one goes on."""
    add(store, "of the parent")
    ready, go = os.pipe(), os.pipe()

    def take_over() -> str:
        os.close(go[1])
        os.read(go[0], 1)  # until the parent has closed the store
        add(store, "of the child")
        return ",".join(record["id"] for record in store.all("records"))

    def close_then_go() -> None:
        store.close()
        os.write(go[1], b"!")

    closer = threading.Timer(0.05, close_then_go)
    closer.start()
    assert in_child(take_over) == "of the parent,of the child"
    closer.join()
    for end in (*ready, *go):
        os.close(end)
    again = Store(path, tables=TABLES)
    assert again.count("records") == 2
    again.close()


def test_child_that_ends_does_not_unlock_the_parents_file(store, path):
    def leave() -> str:
        store.close()
        return "closed"

    assert in_child(leave) == "closed"
    with pytest.raises(StoreLocked):
        Store(path, tables=TABLES)
    add(store, "a")


def test_child_that_forgets_the_store_closes_nothing_of_its_own(path):
    """The numbers of the parent's handles are other files in the child by then."""
    stores = [Store(path, tables=TABLES)]

    def forget() -> str:
        handles = [os.open(os.devnull, os.O_RDONLY) for _ in range(20)]
        stores.clear()
        gc.collect()
        return str([os.fstat(handle).st_nlink for handle in handles])

    assert in_child(forget) == str([1] * 20)
    with pytest.raises(StoreLocked):
        Store(path, tables=TABLES)
    stores[0].close()


def test_child_that_lives_on_does_not_keep_the_lock(path):
    """The parent is killed; its child holds no copy of the lock."""
    script = textwrap.dedent(
        """
        import os, signal, sys, time
        from pathlib import Path
        from forms_service.services.tables import TABLES
        from forms_service.store.store import Store
        store = Store(Path(sys.argv[1]), tables=TABLES)
        if not os.fork():
            print(os.getpid(), flush=True)
        time.sleep(60)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        Store(path, tables=TABLES).close()
    finally:
        os.kill(child, signal.SIGKILL)
        parent.stdout.close()


# Who may read the files (P5), and what the surroundings change (T5)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in [folder, *folder.iterdir()]}


class ShowsNewFiles(Disk):
    """Remembers how files stood when they were made, and when they got their names."""

    def __init__(self) -> None:
        self.made: list[tuple[str, int]] = []

    def open(self, path: Path, *, create: bool = False, read_only: bool = False) -> int:
        handle = super().open(path, create=create, read_only=read_only)
        if create:
            self.made.append((path.name, stat.S_IMODE(path.stat().st_mode)))
        return handle

    def rename(self, old: Path, new: Path) -> None:
        self.made.append((old.name, stat.S_IMODE(old.stat().st_mode)))
        super().rename(old, new)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777])
def test_only_the_owner_reads_the_files_whatever_the_umask(path, mask):
    """P5: journal, lock, snapshot and what was set aside, also while they are made; the folder too."""
    before, disk = os.umask(mask), ShowsNewFiles()
    try:
        store = Store(path, tables=TABLES, disk=disk)
        add(store, "a")
        store.compact()
        store.close()
        with path.open("ab") as file:
            file.write(b"torn")
        Store(path, tables=TABLES, disk=disk).close()
    finally:
        os.umask(before)
    assert disk.made == [("records.journal.tmp", 0o600)] * 6, "three files, made and named"
    found = modes(path.parent)
    assert found.pop(path.parent.name) == 0o700
    assert set(found) == {"records.journal", "records.journal.lock", "records.journal.1.broken"}
    assert set(found.values()) == {0o600}


def test_folder_that_was_there_keeps_its_mode(tmp_path):
    """It may be anybody's, /tmp for example; a readable journal in it is closed to others."""
    tmp_path.chmod(0o755)
    path = tmp_path / "records.journal"
    path.touch(0o644)
    Store(path, tables=TABLES).close()
    assert modes(tmp_path) == {tmp_path.name: 0o755, "records.journal": 0o600, "records.journal.lock": 0o600}


def test_same_changes_are_the_same_bytes_anywhere(tmp_path):
    """No clock, no time zone, no locale and no hash seed reaches the file."""
    script = textwrap.dedent(
        """
        import locale, sys
        from pathlib import Path
        from forms_service.services.tables import TABLES
        from forms_service.store.store import Store
        locale.setlocale(locale.LC_ALL, "")
        store = Store(Path(sys.argv[1]), tables=TABLES)
        for n in range(5):
            with store.batch() as batch:
                batch.add("records", {"id": f"{n}", "text": "żółć", "amount": 1.5, "token_hashes": [f"t{n}"]})
                batch.add("mails", {"id": f"{n}", "record": f"{n}"})
        with store.batch() as batch:
            batch.remove("records", "3")
        store.compact()
        """
    )
    contents = set()
    for n, (zone, language, seed) in enumerate(
        [("UTC", "C", "0"), ("Asia/Kathmandu", "C.UTF-8", "1"), ("America/New_York", "C.UTF-8", "2")]
    ):
        path = tmp_path / str(n) / "records.journal"
        env = {
            "TZ": zone,
            "LC_ALL": language,
            "LANG": language,
            "PYTHONHASHSEED": seed,
            "PATH": os.environ["PATH"],
        }
        subprocess.run([sys.executable, "-c", script, path], env=env, check=True)
        contents.add(path.read_bytes())
    assert len(contents) == 1


def test_unavailable_is_not_locked():
    """Callers act differently on the two: a service waits for a disk, but not for another service."""
    assert not issubclass(StoreLocked, StoreUnavailable)
