"""Journal: storage engine: an append-only file, its content in memory, atomic durable transactions.

Puts the parts together and owns their life: opening, forking, compacting, closing. Documents are bytes here;
what they mean is the business of those above (`records`, `database`).
"""

import contextlib
import errno
import logging
import os
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from forms_service.store.compaction import Interrupted, compact
from forms_service.store.disk import Disk
from forms_service.store.errors import StoreError, StoreUnavailable, in_words
from forms_service.store.format import Change
from forms_service.store.group_commit import GroupCommit
from forms_service.store.index_builder import Schema
from forms_service.store.journal_file import JournalFile
from forms_service.store.recovery import lock_of, recover, torn_files
from forms_service.store.state import StoreState
from forms_service.store.table_schema import Table
from forms_service.store.transaction import Reading, Transaction

_log = logging.getLogger(__name__)

_ANSWER_SECONDS = 5.0
"""A write that has not ended after this long will keep the next one waiting, too."""
_FORM_BYTES = 1024 * 1024
"""Free space that the largest form, with what it owes, surely has room in."""
_COMPACT_BYTES = 4 * 1024 * 1024
"""How much a journal may hold beyond twice its documents before it is compacted by itself."""


@dataclass(frozen=True)
class Health:
    """Health of the store."""

    ok: bool
    problem: str | None = None
    """Why not, in one line without personal data."""
    set_aside: tuple[Path, ...] = ()
    """Files with torn last lines that crashes left behind, oldest first."""


class Journal:
    """Journal of tables. Thread-safe; one process owns the file.

    Reads see what is on the medium and never wait for it.

    Raises, when made:
        StoreLocked: another process, or another handle in this one, has the file.
        JournalDamaged, JournalTooNew: the file stays exactly as found.
        StoreUnavailable: the medium failed; trying again is fine.
    """

    def __init__(
        self,
        path: Path,
        tables: Mapping[str, Table] | None = None,
        disk: Disk | None = None,
        *,
        compact_bytes: int = _COMPACT_BYTES,
        waiting: int | None = None,
    ) -> None:
        """`waiting`: how many threads may make a change at a time; None for as many as there are."""
        self.path = Path(os.path.realpath(path))
        self._schema = Schema(tables or {})
        self._disk = disk or Disk()
        self._compact_bytes = compact_bytes
        self._waiting = waiting
        self._life = threading.Lock()
        self._closed = False
        self._elsewhere = False
        self._open()
        _journals.add(self)

    def _open(self) -> None:
        """Become the owner of the file, with its content in memory."""
        state = StoreState(self._schema)
        try:
            lock = self._disk.lock(lock_of(self.path), of=self.path)
            try:
                opened = recover(self._disk, self.path, state.apply)
                state.make_indexes()
            except BaseException:
                self._disk.unlock(lock)
                raise
        except OSError as error:
            raise StoreUnavailable(in_words(error), opening=self.path) from error
        self._lock_handle = lock
        self._file = JournalFile(self._disk, self.path, opened)
        self._group = GroupCommit(state, self._schema, partial(self._append, self._file), self._waiting)
        self._committed = Reading(state, self._group.mutex, self._schema)
        self._writer = threading.Lock()
        """Held by the one block whose change is being made; it says who and which below."""
        self._owner: int | None = None
        self._transaction: Transaction | None = None
        self._compacting = threading.Lock()
        self._compact_from = self._sensible_length()
        self._release = weakref.finalize(self, _release, self._disk, self._file, lock)
        self._release.atexit = False
        self._elsewhere = False

    def _append(self, file: JournalFile, changes: Sequence[Change]) -> None:
        file.append(changes)

    def committed(self) -> Reading:
        """The committed state: what is on disk."""
        self._come_back()
        return self._committed

    def reading(self) -> Reading:
        """The view of this thread: its transaction if it is in one, else the committed state."""
        self._come_back()
        if self._owner == threading.get_ident() and self._transaction is not None:
            return self._transaction
        return self._committed

    def changes_made(self) -> int:
        """Grows with each change that others can see. What was read after asking is at least as new."""
        return self._group.changes_made

    def changes_since(self, table: str, cursor: int) -> tuple[int, set[str] | None]:
        """What others can see that was changed since: see `Store.changes_since`."""
        self._come_back()
        with self._group.mutex:
            return self._group.changes_made, self._group.committed.changes_since(table, cursor)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Context manager: an atomic transaction, on disk when the block ends; nested, part of the outer.

        The block runs alone among the writers; the wait for the medium comes after it, shared with others.
        An exception inside changes nothing. Nobody is told anything, not even by an exception, that rests on
        changes that are not on the medium yet.

        Raises:
            StoreUnavailable: it could not be made durable; nothing was changed.
        """
        self._come_back()
        if self._owner == threading.get_ident() and self._transaction is not None:
            return self._part_of(self._transaction)
        return _Change(self)

    @contextlib.contextmanager
    def _part_of(self, outer: Transaction) -> Iterator[Transaction]:
        part = outer.within()
        self._transaction = part
        try:
            yield part
        finally:
            self._transaction = outer
        outer.take(part)

    def health(self) -> Health:
        """Health check. After a failure, tries to write: the cause may be gone.

        Waits for nothing that is being written.
        """
        try:
            self._come_back()
            if self._group.busy_seconds() > _ANSWER_SECONDS:
                raise StoreUnavailable("the disk does not answer")
            if self._disk.free(self.path.parent) < _FORM_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if problem := self._file.problem:
                self._try_again(problem)
        except (OSError, StoreError) as error:
            return Health(False, in_words(error), self._torn_files())
        return Health(True, None, self._torn_files())

    def _try_again(self, problem: str) -> None:
        try:
            with self._group.alone(wait=False):
                self._file.try_again()
        except StoreUnavailable as error:
            raise StoreUnavailable(self._file.problem or problem) from error

    def _torn_files(self) -> tuple[Path, ...]:
        with contextlib.suppress(OSError):
            return tuple(torn_files(self._disk, self.path))
        return ()

    def compact(self) -> None:
        """Write the file anew without what was replaced or removed; readers and writers go on meanwhile.

        Raises:
            StoreUnavailable: the medium refused; the journal is as it was.
        """
        self._come_back()
        with self._compacting:
            self._compact()

    def close(self) -> None:
        """Finish what is being written, and let others have the file. Closing twice is fine."""
        with self._life:
            if self._closed:
                return
            self._closed = True
        if not self._elsewhere:
            self._group.finish()
            with self._compacting, self._group.alone():
                self._release()

    def _come_back(self) -> None:
        """Make sure that the file is open, and in this process: a fork leaves it with the parent."""
        if self._closed or self._elsewhere:
            with self._life:
                if self._closed:
                    raise StoreUnavailable("the store is closed")
                if self._elsewhere:
                    self._open()

    def _left_with_parent(self) -> None:
        """In a forked process: the parent goes on with the file, and threads that held locks are gone."""
        self._life = threading.Lock()
        self._elsewhere = True
        self._release.detach()
        self._file.close()
        self._disk.close(self._lock_handle)

    def _sensible_length(self) -> int:
        return 2 * self._group.committed.bytes + self._compact_bytes

    def _compact(self) -> None:
        try:
            compact(self._disk, self._file, self._group, lambda: self._closed)
        except (OSError, Interrupted) as error:
            self._compact_from = self._file.end * 5 // 4
            raise StoreUnavailable(in_words(error)) from error
        self._compact_from = max(self._sensible_length(), self._file.end * 3 // 2)

    def _compact_if_due(self) -> None:
        """Start a compaction, unless one is running. If it fails, the file stays longer, no more."""
        if self._file.end <= self._compact_from:
            return
        self._compact_from = max(self._compact_from, self._sensible_length())
        if self._file.end <= self._compact_from or not self._compacting.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._compact_and_release, name="store-compaction", daemon=True).start()
        except RuntimeError:  # no thread to be had; the next change tries again
            self._compacting.release()

    def _compact_and_release(self) -> None:
        try:
            self._compact()
        except StoreUnavailable as error:
            if not self._closed:
                _log.warning("%s: not compacted: %s", self.path, error.reason)
        finally:
            self._compacting.release()


class _Change(AbstractContextManager[Transaction]):
    """The block in which a change is made, and the wait behind it."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._writer, self._group = journal, journal._writer, journal._group

    def __enter__(self) -> Transaction:
        self._group.enter()
        try:
            return self._begin()
        except BaseException:
            self._group.leave()
            raise

    def _begin(self) -> Transaction:
        self._writer.acquire()
        try:
            with self._group.mutex:
                self._failures = self._group.failures
                below = self._group.pending
            journal = self._journal
            self._transaction = Transaction(below, self._group.mutex, journal._schema)
            self._journal._owner, self._journal._transaction = threading.get_ident(), self._transaction
            return self._transaction
        except BaseException:
            self._writer.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end(error)
        finally:
            self._group.leave()
        if not error:
            self._journal._compact_if_due()

    def _end(self, error: BaseException | None) -> None:
        """Queue what was changed, and wait for the medium."""
        self._journal._owner = self._journal._transaction = None
        ticket = None
        try:
            if error is None or isinstance(error, Exception):
                ticket = self._group.enqueue(None if error else self._transaction.layer, self._failures)
        finally:
            self._writer.release()
        if ticket:
            self._group.wait(ticket)


def _release(disk: Disk, file: JournalFile, lock: int) -> None:
    file.close()
    with contextlib.suppress(OSError):
        disk.unlock(lock)


_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _leave_all_with_parent() -> None:
    for journal in list(_journals):
        if not journal._elsewhere and not journal._closed:
            with contextlib.suppress(Exception):  # one that cannot be closed must not keep the others
                journal._left_with_parent()


os.register_at_fork(after_in_child=_leave_all_with_parent)
