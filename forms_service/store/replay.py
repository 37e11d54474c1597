"""Read a journal from its file, line by line, and tell a torn tail from damage. Changes nothing."""

from collections.abc import Iterator
from pathlib import Path

from .disk import Disk
from .errors import JournalDamaged, JournalTooNew
from .lines import (
    FORMAT_VERSION,
    OPENING,
    BadLine,
    Line,
    NewerLine,
    announced_length,
    decode,
    find_start,
    starts_with_whole_line,
)

_BLOCK = 1 << 20


class Reader:
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

    def __iter__(self) -> Iterator[Line]:
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

    def _decode(self, data: bytes) -> Line | None:
        try:
            return decode(data, cut=not self._thorough)
        except NewerLine as newer:
            raise JournalTooNew(self._path, self.number + 1, newer.version, FORMAT_VERSION) from None
        except BadLine as bad:
            rest = b"".join(blocks(self._disk, self._handle, self.end))
            if self.number == 0 and not _is_torn_opening(rest):
                raise self._damaged(f"{bad}: not a journal, or its opening line is damaged") from None
            if not is_torn(rest):
                raise self._damaged(str(bad)) from None
            self.torn = rest
            return None

    def _is_next(self, line: Line) -> bool:
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
