"""Run a day of the store on a simulated disk, cut the power after every step, and look at what comes back."""

import errno
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from forms_service.store.errors import StoreError
from forms_service.store.format import decode_document, encode_document
from forms_service.store.journal import Journal
from tests.store.simulated import SimulatedDisk

PATH = Path("/data/records.journal")
DISKS_PER_STEP = 200

Content = dict[tuple[str, str], dict[str, Any]]


class Killed(BaseException):
    """The process ends here, whatever it was about to do."""


FAILURES = (OSError(errno.EIO, "the disk failed"), OSError(errno.ENOSPC, "full"), Killed())
"""What can happen at a step of a recovery."""


def content(journal: Journal) -> Content:
    """All documents, by table and number."""
    reading = journal.reading()
    return {
        (table, id): decode_document(raw)
        for table in reading.tables()
        for id, raw in reading.documents(table)
    }


class CrashLab:
    """Changes a journal, and after each step of its disk tries what a crash there leaves."""

    def __init__(
        self,
        *,
        journal: type[Journal] = Journal,
        disk: type[SimulatedDisk] = SimulatedDisk,
        crash_twice: bool = False,
    ) -> None:
        self.problems: list[str] = []
        self.disks_tried = 0
        self.steps = 0
        self._journal_class, self._disk_class, self._crash_twice = journal, disk, crash_twice
        self._choose = random.Random(17)
        self._acknowledged: Content = {}
        self._asked: Content = {}
        self._disk = self._disk_class()
        self._disk.on_change = self._try_crashes
        self._journal = self._journal_class(PATH, disk=self._disk)

    def run_a_day(self) -> None:
        """Submissions, updates, deletions, compactions with submissions meanwhile, and a restart."""
        for n in range(3):
            self.submit(n)
        self.change({("records", "2"): {"id": 2, "state": "approved", "text": "y" * 900}})
        self.compact()
        self.submit(4)
        self.change({("records", "1"): None, ("mails", "1"): None})
        self.submit(5)
        self._journal.close()
        self._journal = self._journal_class(PATH, disk=self._disk)
        for n in range(6, 12):
            self.submit(n)
        self.compact(submitting=12)
        self.change({("records", "3"): None, ("mails", "3"): None, ("mails", "2"): {"state": "sent"}})

    def submit(self, n: int) -> None:
        """A record and the mail it owes, as one change; longer than a sector."""
        record = {"id": n, "state": "received", "text": chr(97 + n) * 1400}
        self.change(
            {("records", str(n + 1)): record, ("mails", str(n + 1)): {"record": n, "state": "queued"}}
        )

    def change(self, changes: dict[tuple[str, str], dict[str, Any] | None]) -> None:
        self._asked = {**self._acknowledged, **{key: doc for key, doc in changes.items() if doc is not None}}
        for key, document in changes.items():
            if document is None:
                del self._asked[key]
        with self._journal.transaction() as transaction:
            for (table, id), document in changes.items():
                if document is None:
                    transaction.remove(table, id)
                else:
                    transaction.put(table, id, *encode_document(document))
        self._acknowledged = self._asked

    def compact(self, submitting: int | None = None) -> None:
        """Compact, and submit while the snapshot is being written."""
        if submitting is not None:
            self._disk.on_change = lambda step: self._submit_meanwhile(step, submitting)
        self._journal.compact()
        self._disk.on_change = self._try_crashes

    def _submit_meanwhile(self, step: str, n: int) -> None:
        self._try_crashes(step)
        if step == "write":
            self._disk.on_change = self._try_crashes
            self.submit(n)

    def _try_crashes(self, step: str) -> None:
        self.steps += 1
        tried: set[int] = set()
        for _ in range(DISKS_PER_STEP):
            files = self._disk.after_power_cut(self._choose)
            self.disks_tried += 1
            if hash(tuple(files.items())) in tried:
                continue
            tried.add(hash(tuple(files.items())))
            self._look_at(step, files)
            if self._crash_twice and len(tried) % 7 == 1:
                for again in self._crashes_of_recovery(files):
                    self._look_at(f"{step}, then a crash while recovering", again)

    def _look_at(self, step: str, files: dict[Path, bytes]) -> None:
        """What was acknowledged is there and nothing is half there, and the store works on."""
        where = f"step {self.steps} ({step})"
        try:
            journal = self._journal_class(PATH, disk=self._disk_class(files))
            found = content(journal)
            if found not in (self._acknowledged, self._asked):
                self.problems.append(f"{where}: neither what was acknowledged nor what was asked for")
            with journal.transaction() as transaction:
                transaction.put("records", "99", b"{}", {})
            journal.close()
            found[("records", "99")] = {}
            if content(self._journal_class(PATH, disk=self._disk_class(journal._disk.files()))) != found:
                self.problems.append(f"{where}: a change made after the restart is not there")
        except StoreError as error:
            self.problems.append(f"{where}: {error}")

    def _crashes_of_recovery(self, files: dict[Path, bytes]) -> Iterator[dict[Path, bytes]]:
        """At each step of the recovery itself the disk fails, is full, or the process is killed: the files
        that are left, and those after a power cut there."""
        for failing in range(1, 30):
            for failure in FAILURES:
                disk = self._disk_class(files)
                disk.before_change = fails(failure, failing)
                try:
                    self._journal_class(PATH, disk=disk)
                    return
                except (Killed, StoreError):
                    yield disk.after_power_cut(self._choose)
                    yield disk.files()


def fails(error: BaseException, at: int) -> Callable[[str], None]:
    """A hook that raises at that step of the disk."""
    steps = iter(range(1, 1000))

    def hook(step: str) -> None:
        if next(steps) == at:
            raise error

    return hook
