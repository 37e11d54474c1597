"""The power fails after any step of the disk: what was acknowledged is there, nothing is half there."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from forms_service.store.errors import StoreError
from forms_service.store.format import Change
from forms_service.store.journal import Journal
from forms_service.store.journal_file import JournalFile
from tests.store.crash_lab import DISKS_PER_STEP, PATH, CrashLab, Killed, content, fails
from tests.store.simulated import SimulatedDisk


def test_power_cut_after_every_step_of_a_day_loses_nothing():
    """Each step is tried with 200 disks that differ in what of the unsynced was kept, lost or torn."""
    lab = CrashLab()
    lab.run_a_day()
    assert lab.problems == []
    assert lab.steps > 50
    assert lab.disks_tried == lab.steps * DISKS_PER_STEP


def test_failures_and_power_cuts_while_recovering_lose_nothing():
    """S10: whatever step of a recovery fails, finds no space or is its last, the next one finishes it."""
    lab = CrashLab(crash_twice=True)
    lab.run_a_day()
    assert lab.problems == []


class NeverSyncs(SimulatedDisk):
    """Seeded: a line is acknowledged without waiting for the medium."""

    def sync(self, handle: int) -> None:
        pass


class RenamesUnsynced(SimulatedDisk):
    """Seeded: a new file gets its name before its bytes are on the medium."""

    def sync(self, handle: int) -> None:
        if self._handles[handle] is self.names.get(PATH):
            super().sync(handle)


class ForgetsTheFolder(SimulatedDisk):
    """Seeded: after a rename, the folder is not synced."""

    def sync_folder(self, folder: Path) -> None:
        pass


class LeavesTheTornTail(SimulatedDisk):
    """Seeded: the torn tail stays in the file, and the next line is glued to it."""

    def truncate(self, handle: int, size: int) -> None:
        pass


class WritesLineByLine(Journal):
    """Seeded: a change of several documents is several lines, so half of it can survive."""

    def _append(self, file: JournalFile, changes: Sequence[Change]) -> None:
        for change in changes:
            super()._append(file, [change])


class SyncsLate(SimulatedDisk):
    """Seeded: each sync covers what was written before the last one, as if lines were acknowledged early."""

    def sync(self, handle: int) -> None:
        inode = self._handles[handle]
        last = inode.unsynced[-1:]
        if last and last[0][1] is not None:
            offset = last[0][0]
            inode.durable = bytes(inode.seen[:offset])
            inode.unsynced = last
            self.on_change("sync")
        else:
            super().sync(handle)


@pytest.mark.parametrize(
    "seeded", [NeverSyncs, RenamesUnsynced, ForgetsTheFolder, LeavesTheTornTail, WritesLineByLine, SyncsLate]
)
def test_the_laboratory_finds_each_seeded_mistake(seeded):
    """A test that cannot fail proves nothing."""
    lab = CrashLab(journal=seeded) if issubclass(seeded, Journal) else CrashLab(disk=seeded)
    lab.run_a_day()
    assert lab.problems


def test_what_a_restarted_store_shows_survives_the_next_power_cut():
    """A killed process leaves lines and names that are not on the medium; once shown, they must stay."""
    choose = random.Random(3)
    for killed_before in ("sync", "sync folder"):
        lab = CrashLab()
        lab.run_a_day()
        disk = lab._disk
        disk.on_change = lambda step: None

        def kill(step: str, at: str = killed_before) -> None:
            if step == at:
                raise Killed

        with pytest.raises(Killed):
            disk.before_change = kill
            lab.submit(20) if killed_before == "sync" else lab.compact()
        disk.before_change = lambda step: None
        journal = Journal(PATH, disk=disk)
        for n in range(3):
            shown = content(journal)
            for _ in range(DISKS_PER_STEP):
                assert content(Journal(PATH, disk=SimulatedDisk(disk.after_power_cut(choose)))) == shown
            with journal.transaction() as transaction:
                transaction.put("records", f"{100 + n}", b"{}", {})


@pytest.mark.parametrize("failure", [Killed(), OSError(5, "the disk failed")])
def test_torn_end_is_kept_whatever_happens_while_it_is_set_aside(failure):
    """In the journal or in its own file, once it is there; and in the end in one file, not in several."""
    lab = CrashLab()
    lab.run_a_day()
    lab._journal.close()
    choose, torn = random.Random(4), b'{"crc32":"0123' + b"x" * 3000
    found = {PATH: lab._disk.files()[PATH] + torn}
    for at in range(1, 30):
        disk = SimulatedDisk(found)
        disk.before_change = fails(failure, at)
        try:
            Journal(PATH, disk=disk)
            break
        except (Killed, StoreError):
            pass
        for files in [disk.files(), *(disk.after_power_cut(choose) for _ in range(50))]:
            aside = [content for name, content in files.items() if name.name.endswith(".broken")]
            assert files[PATH].endswith(torn) or aside == [torn]
            again = SimulatedDisk(files)
            journal = Journal(PATH, disk=again)
            assert [again.files()[name] for name in journal.health().set_aside] == [torn]
            assert content(journal) == lab._acknowledged
    assert at > 7
