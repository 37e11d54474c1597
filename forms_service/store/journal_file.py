"""Journal file: append a line and sync it, or leave no trace of it.

Used by one thread at a time. What the lines mean to readers is kept elsewhere.
"""

import contextlib
import logging
import time
from collections.abc import Sequence
from pathlib import Path

from forms_service.store.disk import Disk, write_all
from forms_service.store.errors import JournalDamaged, JournalTooNew, StoreUnavailable, in_words
from forms_service.store.format import Change, JournalLine, encode
from forms_service.store.recovery import JournalReader, OpenedJournal

ABOUT = 0.9
"""A line that is shorter by no more than a tenth shows that there is space again."""

_log = logging.getLogger(__name__)


class JournalFile:
    """Open journal file: one line after another, each synced before the next.

    A failure that leaves the file in doubt (a failed sync above all: the system may have dropped what it
    could not write, and says so only once) is never passed over: before the next line the file is opened
    anew, read from the medium and compared with what was acknowledged.
    """

    def __init__(self, disk: Disk, path: Path, opened: OpenedJournal) -> None:
        self.path = path
        self.end = opened.end
        """Offset behind the last line that is on the medium."""
        self.seq = opened.seq
        """Number of the last change that is on the medium."""
        self.problem: str | None = None
        """Why the last attempt to store failed; None after one that did not, and was about as long."""
        self._disk = disk
        self._handle: int | None = opened.handle
        self._in_doubt = False
        self._lost: str | None = None
        self._next_look_at = 0.0
        self._refused_bytes = 0
        """The longest line that did not fit since one that long did."""

    def append(self, changes: Sequence[Change]) -> None:
        """Append the changes as one line, and sync.

        Raises:
            OSError: the medium refused; nothing of the line is left, or will be before the next line.
            StoreUnavailable: the file is in doubt and could not be looked at yet, or it is not what was
                acknowledged and stays read-only until somebody has looked.
        """
        data = encode(JournalLine(self.seq + 1, list(changes)))
        try:
            end = self._write(self.make_sure(), data)
        except BaseException as error:
            self.problem = in_words(error)
            self._refused_bytes = max(self._refused_bytes, len(data))
            raise
        self.seq += 1
        self.end = end
        if len(data) >= ABOUT * self._refused_bytes:
            self.problem, self._refused_bytes = None, 0

    def try_again(self) -> None:
        """Return, with no problem left, when as long a line fits as the longest that did not.

        Raises:
            OSError, StoreUnavailable: as `append` does.
        """
        try:
            handle = self.make_sure()
            self._put(handle, bytes(self._refused_bytes))
            self._cut(handle)
        except BaseException as error:
            self.problem = in_words(error)
            raise
        self._refused_bytes = 0
        self.append(())

    def replace(self, handle: int, end: int, by_way_of: Path) -> None:
        """Give the journal's name to another open file that holds the same changes, and go on in it.

        Raises:
            OSError: it is in doubt which file has the name; the next line finds out.
        """
        self._in_doubt = True
        try:
            self._disk.rename(by_way_of, self.path)
            self._disk.sync_folder(self.path.parent)
        except BaseException as error:
            self._disk.close(handle)
            self.problem = in_words(error)
            raise
        self._let_go()
        self._handle, self.end = handle, end
        self._in_doubt = False

    def close(self) -> None:
        self._lost = "the store is closed"
        self._let_go()

    def _write(self, handle: int, data: bytes) -> int:
        end = self._put(handle, data)
        try:
            self._disk.sync(handle)
        except BaseException:
            self._in_doubt = True
            raise
        return end

    def _put(self, handle: int, data: bytes) -> int:
        """Write behind what is acknowledged, and say where it ends; of what does not fit, nothing is left."""
        try:
            return write_all(self._disk, handle, data, self.end)
        except BaseException:
            with contextlib.suppress(OSError):
                self._cut(handle)
            raise

    def _cut(self, handle: int) -> None:
        """Let the file end where what is acknowledged does."""
        self._in_doubt = True
        self._disk.truncate(handle, self.end)
        self._in_doubt = False

    def make_sure(self) -> int:
        """The handle, once it is certain that the file holds what was acknowledged and nothing else.

        Raises:
            OSError, StoreUnavailable: it is not certain.
        """
        if self._in_doubt or self._handle is None:
            self._look_again()
        if self._lost is None and self._handle is not None:
            facts = self._disk.facts(self._handle)
            if facts.links and facts.size == self.end:
                return self._handle
            self._give_up("another program changed or replaced the file; restart the service")
        raise StoreUnavailable(str(self._lost))

    def _look_again(self) -> None:
        """Open the file anew, read it from the medium and cut off what was not acknowledged."""
        now = time.monotonic()
        if self._lost or now < self._next_look_at:
            raise StoreUnavailable(self._lost or str(self.problem))
        self._let_go()
        try:
            self._handle = self._disk.open(self.path)
            self._disk.forget_cached(self._handle)
            self.end = self._end_of_acknowledged(self._handle)
            self._disk.truncate(self._handle, self.end)
            self._disk.sync(self._handle)
            self._disk.sync_folder(self.path.parent)
        finally:
            # A big file takes a while to read, and every request asks for it: a tenth of the time is enough.
            self._next_look_at = time.monotonic() + 9 * (time.monotonic() - now)
        self._in_doubt = False
        _log.warning("%s: reopened and verified after a failure, change %d is the last", self.path, self.seq)

    def _end_of_acknowledged(self, handle: int) -> int:
        reader = JournalReader(self._disk, handle, self.path)
        end = seq = 0
        try:
            for line in reader:
                if line.seq > self.seq:
                    break
                end, seq = reader.end, line.seq
        except (JournalDamaged, JournalTooNew) as error:
            self._give_up(f"the file does not hold what was acknowledged: {error}")
            raise StoreUnavailable(str(self._lost)) from error
        if seq != self.seq:
            self._give_up(f"the file ends with change {seq}, but {self.seq} was acknowledged")
            raise StoreUnavailable(str(self._lost))
        return end

    def _give_up(self, reason: str) -> None:
        """Never write to this file again. Whatever it holds now is left for somebody to look at."""
        self._lost = reason
        _log.error("%s: %s; the store stays read-only", self.path, reason)

    def _let_go(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                self._disk.close(handle)
