"""Real files on a disk that fails when told to, and a log of what was asked of it."""

import errno
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from forms_service.store.disk import Disk
from forms_service.store.store import Store


@contextmanager
def no_room() -> Iterator[None]:
    """Every byte that this process writes to a file is one too many, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class _Peek(BaseException):
    """Leaves a batch at once, without the wait that an answer would need."""


def wait_until_pending(store: Store, count: int) -> None:
    """Return when that many records are stored or on their way, as a batch sees them."""
    seen = -1
    while seen < count:
        with suppress(_Peek), store.batch() as batch:
            seen = batch.count("records")
            raise _Peek


class FaultyDisk(Disk):
    """Counts, refuses, shortens and holds up; everything else goes to the real file system."""

    def __init__(self) -> None:
        self.log: list[tuple[str, int]] = []
        """Each write, sync, truncate and close with its handle, and each forgetting of what is cached."""
        self.space: int | None = None
        """Bytes that still fit on the medium."""
        self.write_at_most: int | None = None
        self.failing_syncs = 0
        self.passing_syncs = 0
        """So many succeed before those that fail."""
        self.failing_opens = 0
        self.failing_truncates = 0
        self.gate = threading.Event()
        self.gate.set()
        """While it is clear, a sync waits."""
        self.syncing = threading.Semaphore(0)
        """Released as often as a sync was begun."""

    def open(self, path: Path, *, create: bool = False, read_only: bool = False) -> int:
        if self.failing_opens:
            self.failing_opens -= 1
            raise OSError(errno.EIO, "no answer")
        return super().open(path, create=create, read_only=read_only)

    def close(self, handle: int) -> None:
        self.log.append(("close", handle))
        super().close(handle)

    def write(self, handle: int, data: bytes, offset: int) -> int:
        self.log.append(("write", handle))
        if self.space is not None:
            if not self.space:
                raise OSError(errno.ENOSPC, "full")
            data = data[: self.space]
        taken = super().write(handle, data[: self.write_at_most], offset)
        if self.space is not None:
            self.space -= taken
        return taken

    def sync(self, handle: int) -> None:
        self.log.append(("sync", handle))
        self.syncing.release()
        self.gate.wait(30)
        if self.failing_syncs and self.passing_syncs:
            self.passing_syncs -= 1
        elif self.failing_syncs:
            self.failing_syncs -= 1
            raise OSError(errno.EIO, "lost")
        super().sync(handle)

    def forget_cached(self, handle: int) -> None:
        self.log.append(("forget", handle))
        super().forget_cached(handle)

    def truncate(self, handle: int, size: int) -> None:
        self.log.append(("truncate", handle))
        if self.failing_truncates:
            self.failing_truncates -= 1
            raise OSError(errno.EIO, "no answer")
        super().truncate(handle, size)
