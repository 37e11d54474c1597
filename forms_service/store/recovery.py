"""Recovery: open a journal: create or find the file, cut a torn tail, read the rest into memory.

Each step can be interrupted and done again; until the last one is on the medium, nothing was lost.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from forms_service.store.disk import Disk, write_all
from forms_service.store.errors import JournalDamaged, JournalTooNew
from forms_service.store.format import (
    FORMAT_VERSION,
    OPENING,
    BadJournalLine,
    Change,
    JournalLine,
    NewerLine,
    announced_length,
    decode,
    find_start,
    starts_with_whole_line,
)

_BLOCK = 1 << 20


class JournalReader:
    """The lines of an open journal, each change once, in order.

    After the last line, `end` is where it ends, `seq` the number of its change, and `torn` what stands
    behind it: what a crash left of a write that nobody was told had succeeded.

    What is whole by its checksum is believed to be what was written. With `thorough`, it is read anyway.

    Iterating raises:
        JournalDamaged: a finished line is not as it was written, or lines are missing.
        JournalTooNew: a line is of a newer format.
    """

    def __init__(self, disk: Disk, handle: int, path: Path, *, thorough: bool = False) -> None:
        self._disk, self._handle, self._path = disk, handle, path
        self._thorough = thorough
        self.number = 0
        """Lines read so far."""
        self.end = 0
        self.seq = 0
        self.torn = b""
        self._parts_missing = 0
        self._parts_read = 0

    def __iter__(self) -> Iterator[JournalLine]:
        for data in cut_into_lines(self._disk, self._handle):
            line = self._decode(data)
            if line is None:
                break
            is_next = self._is_next(line)
            self.number += 1
            self.end += len(data)
            if is_next:
                self.seq = line.seq
                yield line
        if self._parts_missing:
            raise self._damaged(f"the file ends {self._parts_missing} lines before the end of its snapshot")

    def _decode(self, data: bytes) -> JournalLine | None:
        try:
            return decode(data, cut=not self._thorough)
        except NewerLine as newer:
            raise JournalTooNew(self._path, self.number + 1, newer.version, FORMAT_VERSION) from None
        except BadJournalLine as bad:
            rest = b"".join(blocks(self._disk, self._handle, self.end))
            if self.number == 0 and not _is_torn_opening(rest):
                raise self._damaged(f"{bad}: not a journal, or its opening line is damaged") from None
            if not is_torn(rest):
                raise self._damaged(str(bad)) from None
            self.torn = rest
            return None

    def _is_next(self, line: JournalLine) -> bool:
        """Whether the line's changes are still to be made; those with a number seen before are not."""
        if self.number == 0:
            if line.parts is None:
                raise self._damaged("the opening line is missing")
            self._parts_missing = line.parts
        elif self._parts_missing:
            self._parts_read += 1
            self._parts_missing -= 1
            if (line.seq, line.part) != (self.seq, self._parts_read):
                raise self._damaged("a line of the snapshot is missing before this one")
        elif line.seq > self.seq + 1:
            raise self._damaged(f"changes {self.seq + 1} to {line.seq - 1} are missing before this line")
        else:
            return line.seq == self.seq + 1
        return True

    def _damaged(self, reason: str) -> JournalDamaged:
        return JournalDamaged(self._path, self.number + 1, self.end, reason)


def is_torn(rest: bytes) -> bool:
    """Whether all of `rest` can be what one unfinished write left, or damage to the last line alone.

    No line holds a newline but at its end, and a line is begun only when the one before it is on disk. So
    where a second line shows, the first had been finished.
    """
    announced = announced_length(rest)
    if find_start(rest) >= 0:
        return False
    if announced is not None and starts_with_whole_line(rest):
        return len(rest) <= announced
    return b"\n" not in rest[:-1] or (announced is not None and len(rest) <= announced)


def _is_torn_opening(rest: bytes) -> bool:
    """Whether this is what is left of a new journal's first line; anything else may be somebody's file."""
    return OPENING.startswith(rest) or not rest.strip(b"\0")


def cut_into_lines(disk: Disk, handle: int) -> Iterator[bytes]:
    """The file cut behind each newline; what stands behind the last one comes last."""
    begun: list[bytes] = []
    for block in blocks(disk, handle):
        start = 0
        while (newline := block.find(b"\n", start)) >= 0:
            begun.append(block[start : newline + 1])
            yield b"".join(begun)
            begun.clear()
            start = newline + 1
        begun.append(block[start:])
    rest = b"".join(begun)
    if rest:
        yield rest


def blocks(disk: Disk, handle: int, offset: int = 0) -> Iterator[bytes]:
    """The rest of a file from `offset`, in pieces that fit into memory."""
    while block := disk.read(handle, offset, _BLOCK):
        yield block
        offset += len(block)


_log = logging.getLogger(__name__)


class OpenedJournal(NamedTuple):
    """A journal ready for the next line."""

    handle: int
    end: int
    """Offset behind its last line."""
    seq: int
    """Number of its last change."""


def temporary(path: Path) -> Path:
    """Where a file is made that gets another name when it is whole. Only the owner of `path` uses it."""
    return path.with_name(path.name + ".tmp")


def lock_of(path: Path) -> Path:
    """The lock file of a journal."""
    return path.with_name(path.name + ".lock")


def recover(disk: Disk, path: Path, apply: Callable[[Sequence[Change]], None]) -> OpenedJournal:
    """Hand all changes of the journal to `apply`; a missing or empty file becomes a new journal.

    Raises:
        JournalDamaged, JournalTooNew: the file stays exactly as found.
        OSError: the next call starts over.
    """
    if disk.exists(temporary(path)):
        disk.remove(temporary(path))
    if not disk.exists(path):
        make_file(disk, path, OPENING, by_way_of=temporary(path))
    handle = disk.open(path)
    try:
        reader = JournalReader(disk, handle, path)
        for line in reader:
            apply(line.changes)
        if reader.torn:
            _set_aside(disk, path, reader)
            disk.truncate(handle, reader.end)
        if reader.number == 0:
            write_all(disk, handle, OPENING, 0)
        # A process that was killed may have left whole lines, or a new name, that are not on the medium yet.
        disk.sync(handle)
        disk.sync_folder(path.parent)
    except BaseException:
        disk.close(handle)
        raise
    return OpenedJournal(handle, reader.end or len(OPENING), reader.seq)


def make_file(disk: Disk, path: Path, data: bytes, *, by_way_of: Path) -> None:
    """Put a file with this content in place, whole or not at all; a file of that name is replaced.

    Raises OSError: nothing of it is left.
    """
    try:
        handle = disk.open(by_way_of, create=True)
        try:
            write_all(disk, handle, data, 0)
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.rename(by_way_of, path)
    except OSError:
        with suppress(OSError):
            disk.remove(by_way_of)
        raise
    disk.sync_folder(path.parent)


def torn_files(disk: Disk, path: Path) -> list[Path]:
    """The files into which torn tails of this journal were set aside, oldest first."""
    named = re.compile(re.escape(path.name) + r"\.(\d+)\.broken")
    found = [match for name in disk.names_in(path.parent) if (match := named.fullmatch(name))]
    return [path.with_name(match[0]) for match in sorted(found, key=lambda match: int(match[1]))]


def _set_aside(disk: Disk, path: Path, reader: JournalReader) -> None:
    """Keep a copy of the torn tail before it is cut off; once, however often that is interrupted."""
    files = torn_files(disk, path)
    if files and _content(disk, files[-1]) == reader.torn:
        copy = files[-1]
    else:
        last = int(files[-1].name.split(".")[-2]) if files else 0
        copy = path.with_name(f"{path.name}.{last + 1}.broken")
        make_file(disk, copy, reader.torn, by_way_of=temporary(path))
    _log.warning(
        "%s: line %d, byte %d: torn, %d bytes set aside in %s; nothing that was acknowledged is in them",
        path, reader.number + 1, reader.end, len(reader.torn), copy.name,
    )  # fmt: skip


def _content(disk: Disk, path: Path) -> bytes:
    handle = disk.open(path, read_only=True)
    try:
        return b"".join(blocks(disk, handle))
    finally:
        disk.close(handle)
