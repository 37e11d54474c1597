"""Copies of a journal: back one up, put a copy in place, take what is whole out of a damaged one.

Each new file is made under a name of its own and gets its name when it is whole and on the medium.
"""

import contextlib
import errno
import os
from pathlib import Path

from .compaction import write_snapshot
from .disk import Disk
from .errors import AlreadyThere, BackupUnusable, JournalDamaged
from .inspection import Found, Survey, read_journal, survey
from .recovery import lock_of, temporary
from .state import State


def back_up(disk: Disk, path: Path, copy: Path) -> Found:
    """Write all that is in a journal into a new one, beside a running service or not.

    Raises:
        AlreadyThere: there is a file of that name.
        JournalDamaged, JournalTooNew: the journal cannot be read as a whole.
        OSError: the copy is not there, or not certain to survive a power cut.
    """
    _refuse_to_overwrite(disk, copy)
    found = read_journal(disk, path)
    _make_journal(disk, copy, found.state, found.seq)
    return read_journal(disk, copy)


def read_backup(disk: Disk, copy: Path) -> Found:
    """All that is in a copy that `back_up` made.

    Raises:
        BackupUnusable, JournalTooNew: it is none, or cannot be read as a whole.
        OSError: it cannot be read at all.
    """
    try:
        found = read_journal(disk, copy)
    except JournalDamaged as damaged:
        is_none = damaged.line == 1
        reason = (
            "is no backup of the records, or its first line is damaged"
            if is_none
            else f"this backup is damaged in line {damaged.line}, byte {damaged.offset}: {damaged.reason}; "
            "take another one"
        )
        raise BackupUnusable(copy, reason) from damaged
    if not found.lines:
        raise BackupUnusable(copy, "is empty and no backup of the records")
    return found


def restore(disk: Disk, copy: Path, path: Path) -> Found:
    """Put all that is in a copy in place as the journal, where there is none.

    Raises:
        AlreadyThere: there is a journal.
        StoreLocked: a service is running, or starting, there.
        BackupUnusable, JournalTooNew: the copy is none, or cannot be read as a whole.
        OSError: it is not there, or not certain to survive a power cut.
    """
    _refuse_to_overwrite(disk, path)
    found = read_backup(disk, copy)
    disk.make_folder(path.parent)
    lock = disk.lock(lock_of(path), of=path)
    try:
        _refuse_to_overwrite(disk, path)
        _make_journal(disk, path, found.state, found.seq)
    finally:
        disk.unlock(lock)
    return read_journal(disk, path)


def salvage(disk: Disk, path: Path) -> tuple[Survey, Path | None]:
    """Put a journal in place that holds what is whole in a damaged one, and keep the damaged one.

    Returns what was found, and the name the damaged file has now: None if it stays, because it is not
    damaged or nothing in it is whole.

    Raises:
        StoreLocked: a service is running there.
        JournalTooNew: there is something in it that only newer software can read.
        OSError: the journal is the damaged one, which may have a second name by now, or the new one.
    """
    if not disk.exists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    lock = disk.lock(lock_of(path), of=path)
    try:
        found = survey(disk, path)
        if not found.damages or not found.whole:
            return found, None
        kept = _free_name(disk, path)
        disk.link(path, kept)
        disk.sync_folder(path.parent)
        _make_journal(disk, path, found.state, found.seq)
        return found, kept
    finally:
        disk.unlock(lock)


def _make_journal(disk: Disk, path: Path, state: State, seq: int) -> None:
    by_way_of = temporary(path)
    handle = disk.open(by_way_of, create=True)
    try:
        write_snapshot(disk, handle, {table: state.documents(table) for table in state.tables()}, seq)
        disk.rename(by_way_of, path)
        disk.sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            disk.remove(by_way_of)
        raise
    finally:
        disk.close(handle)


def _refuse_to_overwrite(disk: Disk, path: Path) -> None:
    if disk.exists(path):
        raise AlreadyThere(path)


def _free_name(disk: Disk, path: Path) -> Path:
    number = 1
    while disk.exists(name := path.with_name(f"{path.name}.{number}.damaged")):
        number += 1
    return name
