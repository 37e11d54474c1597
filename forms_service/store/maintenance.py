"""Journal maintenance: verify, back up, restore, salvage; verify and back up beside a running service."""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from forms_service.store.compaction import write_snapshot
from forms_service.store.disk import Disk
from forms_service.store.errors import BackupUnusable, JournalDamaged, JournalTooNew, TargetExists
from forms_service.store.format import (
    FORMAT_VERSION,
    BadJournalLine,
    JournalLine,
    NewerLine,
    announced_length,
    decode,
    starts_with_whole_line,
)
from forms_service.store.index_builder import Schema
from forms_service.store.recovery import JournalReader, cut_into_lines, is_torn, lock_of, temporary
from forms_service.store.state import StoreState

_START = b'{"crc32":"'
_ATTEMPTS = 3


@dataclass
class Found:
    """What a whole journal holds, apart from a torn end."""

    state: StoreState
    seq: int
    """Number of the last change."""
    lines: int
    length: int
    """Bytes of its lines."""
    torn: int
    """Bytes behind them: a line being written at this moment, or what a crash left of one."""


class Damage(NamedTuple):
    """A damaged place in a journal."""

    line: int
    offset: int
    reason: str
    data: bytes
    """What stands there."""


@dataclass
class Survey:
    """Everything whole in a journal, and where it is damaged."""

    state: StoreState
    seq: int = 0
    lines: int = 0
    whole: int = 0
    """Lines that are as they were written."""
    damages: list[Damage] = field(default_factory=list)
    torn: Damage | None = None
    """The unfinished last line, if there is one: a crash left it, or it is being written at this moment."""


def read_journal(disk: Disk, path: Path) -> Found:
    """Read a journal, as of some moment during the call.

    Raises:
        JournalDamaged, JournalTooNew: it cannot be read as a whole.
        OSError: it cannot be read at all.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _read(disk, path)
        except JournalDamaged:
            pass  # a line that is cut back while it is read looks like that once, but not twice
    return _read(disk, path)


def _read(disk: Disk, path: Path) -> Found:
    handle = disk.open(path, read_only=True)
    try:
        reader = JournalReader(disk, handle, path, thorough=True)
        state = StoreState(Schema({}))
        for line in reader:
            state.apply(line.changes)
        return Found(state, reader.seq, reader.number, reader.end, len(reader.torn))
    finally:
        disk.close(handle)


def survey(disk: Disk, path: Path) -> Survey:
    """Read a journal line by line, past every damage.

    Raises:
        JournalTooNew: a line is of a newer format, which only newer software can tell from damage.
        OSError: it cannot be read.
    """
    handle = disk.open(path, read_only=True)
    try:
        found = Survey(StoreState(Schema({})))
        offset, data = 0, b""
        for data in cut_into_lines(disk, handle):
            found.lines += 1
            try:
                for line in _whole_lines(data, found, offset):
                    _take(found, line, offset, data)
            except NewerLine as newer:
                raise JournalTooNew(path, found.lines, newer.version, FORMAT_VERSION) from None
            offset += len(data)
        if found.damages and found.damages[-1].line == found.lines > 1 and is_torn(data):
            found.torn = found.damages.pop()
        return found
    finally:
        disk.close(handle)


def _take(found: Survey, line: JournalLine, offset: int, data: bytes) -> None:
    found.whole += 1
    is_snapshot = line.part is not None or line.parts is not None
    if line.seq > found.seq + 1 and not is_snapshot and found.lines > 1:
        reason = f"changes {found.seq + 1} to {line.seq - 1} are missing before this line"
        found.damages.append(Damage(found.lines, offset, reason, data))
    if line.seq > found.seq or is_snapshot:
        found.state.apply(line.changes)
        found.seq = max(found.seq, line.seq)


def _whole_lines(data: bytes, found: Survey, offset: int) -> Iterator[JournalLine]:
    """The line that stands here; where it is damaged, those that are whole within it."""
    try:
        yield decode(data)
        return
    except BadJournalLine as bad:
        found.damages.append(Damage(found.lines, offset, str(bad), data))
    at = 0
    while at >= 0:
        rest = data[at:]
        length = announced_length(rest) if starts_with_whole_line(rest) else None
        if length is None:
            at = data.find(_START, at + 1)
        else:  # only the newline behind it is not as it was
            yield decode(rest[: length - 1] + b"\n")
            at = data.find(_START, at + length)


def back_up(disk: Disk, path: Path, copy: Path) -> Found:
    """Back up a journal into a new file, beside a running service or not.

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
    """Read a backup.

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
    """Restore a backup as the journal, where there is none.

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
    """Replace a damaged journal by its whole lines, and keep the damaged file.

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
        kept = free_name(disk, path, "damaged")
        disk.link(path, kept)
        disk.sync_folder(path.parent)
        _make_journal(disk, path, found.state, found.seq)
        return found, kept
    finally:
        disk.unlock(lock)


def _make_journal(disk: Disk, path: Path, state: StoreState, seq: int) -> None:
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
        raise TargetExists(path)


def free_name(disk: Disk, path: Path, kind: str) -> Path:
    """First free name for a file of this kind beside the journal."""
    number = 1
    while disk.exists(name := path.with_name(f"{path.name}.{number}.{kind}")):
        number += 1
    return name
