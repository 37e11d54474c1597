"""Compaction: rewrite the journal without replaced and removed documents, while changes go on.

The new file is made beside the old one, catches up with the lines added meanwhile, and takes over the
name between two syncs. Until then the old file is the journal; a crash at any point leaves one of the two.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping

from forms_service.store.disk import Disk, write_all
from forms_service.store.format import Change, Create, JournalLine, Put, encode
from forms_service.store.group_commit import GroupCommit
from forms_service.store.journal_file import JournalFile
from forms_service.store.recovery import temporary

_PART_BYTES = 128 * 1024
"""A line of a snapshot ends when its documents have reached this; also the step of copying."""
_SYNC_BYTES = 8 * 1024 * 1024
"""How much is written between two syncs: the disk must serve the writers in between."""
_ROUNDS = 20
"""How often to catch up with the writers before making them wait for the rest."""

Tables = Mapping[str, Mapping[str, bytes]]


class Interrupted(Exception):
    """The store is being closed; the compaction is abandoned."""


def compact(disk: Disk, file: JournalFile, group: GroupCommit, stopping: Callable[[], bool]) -> None:
    """Replace the journal by one that holds only what is there. One call at a time.

    Raises:
        OSError, StoreUnavailable, Interrupted: the journal is as it was, or will be before the next line.
    """
    by_way_of = temporary(file.path)
    source = disk.open(file.path, read_only=True)
    target = None
    try:
        with group.alone():
            file.make_sure()
            tables = {table: dict(group.committed.documents(table)) for table in group.committed.tables()}
            seq, copied = file.seq, file.end
        target = disk.open(by_way_of, create=True)
        end = write_snapshot(disk, target, tables, seq, stopping)
        del tables
        for _ in range(_ROUNDS):
            if file.end - copied < _PART_BYTES:
                break
            until = file.end
            end = _copy(disk, source, copied, until, target, end)
            copied = until
            disk.sync(target)
        with group.alone():
            file.make_sure()
            end = _copy(disk, source, copied, file.end, target, end)
            disk.sync(target)
            taken, target = target, None
            file.replace(taken, end, by_way_of)
    except BaseException:
        if target is not None:
            with contextlib.suppress(OSError):
                disk.close(target)
                disk.remove(by_way_of)
        raise
    finally:
        disk.close(source)


def write_snapshot(
    disk: Disk, handle: int, tables: Tables, seq: int, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Write a snapshot: these documents as of change `seq`, into an empty file; returns its length."""
    parts = list(_parts(tables))
    end = write_all(disk, handle, encode(JournalLine(seq, [], parts=len(parts))), 0)
    synced = 0
    for n, part in enumerate(parts, 1):
        if stopping():
            raise Interrupted
        end = write_all(disk, handle, encode(JournalLine(seq, part, part=n)), end)
        if end - synced > _SYNC_BYTES:
            disk.sync(handle)
            synced = end
    disk.sync(handle)
    return end


def _parts(tables: Tables) -> Iterator[list[Change]]:
    part: list[Change] = []
    size = 0
    for table, documents in tables.items():
        part.append(Create(table))
        for id, raw in documents.items():
            part.append(Put(table, id, raw))
            size += len(raw)
            if size >= _PART_BYTES:
                yield part
                part, size = [], 0
    if part:
        yield part


def _copy(disk: Disk, source: int, start: int, until: int, target: int, end: int) -> int:
    """Put finished lines of one journal behind the last line of another; returns the other's length.

    Checksums travel along, so what went bad on the way is found when the file is opened.
    """
    while start < until:
        data = disk.read(source, start, min(until - start, _PART_BYTES))
        if not data:
            raise OSError("the journal became shorter")
        end = write_all(disk, target, data, end)
        start += len(data)
    return end
