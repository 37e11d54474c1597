"""Open a journal: find or make the file, cut off what a crash left, and read the rest into memory.

Each step can be interrupted and done again; until the last one is on the medium, nothing was lost.
"""

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .disk import Disk, write_all
from .lines import OPENING, Change
from .replay import Reader, blocks

_log = logging.getLogger(__name__)


class Opened(NamedTuple):
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


def recover(disk: Disk, path: Path, apply: Callable[[Sequence[Change]], None]) -> Opened:
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
        reader = Reader(disk, handle, path)
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
    return Opened(handle, reader.end or len(OPENING), reader.seq)


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


def _set_aside(disk: Disk, path: Path, reader: Reader) -> None:
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
