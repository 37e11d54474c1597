"""Look at a journal without owning it: safe beside a running service. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .disk import Disk
from .errors import JournalDamaged, JournalTooNew
from .lines import FORMAT_VERSION, BadLine, Line, NewerLine, announced_length, decode, starts_with_whole_line
from .replay import Reader, cut_into_lines, is_torn
from .schema import Schema
from .state import State

_START = b'{"crc32":"'
_ATTEMPTS = 3


@dataclass
class Found:
    """What a whole journal holds, apart from a torn end."""

    state: State
    seq: int
    """Number of the last change."""
    lines: int
    length: int
    """Bytes of its lines."""
    torn: int
    """Bytes behind them: a line being written at this moment, or what a crash left of one."""


class Damage(NamedTuple):
    """A place where a journal is not as it was written."""

    line: int
    offset: int
    reason: str
    data: bytes
    """What stands there."""


@dataclass
class Survey:
    """Everything in a journal that is whole, and where it is not."""

    state: State
    seq: int = 0
    lines: int = 0
    whole: int = 0
    """Lines that are as they were written."""
    damages: list[Damage] = field(default_factory=list)
    torn: Damage | None = None
    """The unfinished last line, if there is one: a crash left it, or it is being written at this moment."""


def read_journal(disk: Disk, path: Path) -> Found:
    """All that is in a journal, as of some moment during the call.

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
        reader = Reader(disk, handle, path, thorough=True)
        state = State(Schema({}))
        for line in reader:
            state.apply(line.changes)
        return Found(state, reader.seq, reader.number, reader.end, len(reader.torn))
    finally:
        disk.close(handle)


def survey(disk: Disk, path: Path) -> Survey:
    """Go through a journal line by line, past every damage.

    Raises:
        JournalTooNew: a line is of a newer format, which only newer software can tell from damage.
        OSError: it cannot be read.
    """
    handle = disk.open(path, read_only=True)
    try:
        found = Survey(State(Schema({})))
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


def _take(found: Survey, line: Line, offset: int, data: bytes) -> None:
    found.whole += 1
    is_snapshot = line.part is not None or line.parts is not None
    if line.seq > found.seq + 1 and not is_snapshot and found.lines > 1:
        reason = f"changes {found.seq + 1} to {line.seq - 1} are missing before this line"
        found.damages.append(Damage(found.lines, offset, reason, data))
    if line.seq > found.seq or is_snapshot:
        found.state.apply(line.changes)
        found.seq = max(found.seq, line.seq)


def _whole_lines(data: bytes, found: Survey, offset: int) -> Iterator[Line]:
    """The line that stands here; where it is damaged, those that are whole within it."""
    try:
        yield decode(data)
        return
    except BadLine as bad:
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
