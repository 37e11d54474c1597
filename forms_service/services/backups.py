"""Recorded backups: `data backup` records each one beside the documents.

So the desk can say when the last one was made, and those kept too long are deleted like everything else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forms_service.domain.clock import moment, stamp
from forms_service.store.disk import Disk
from forms_service.store.maintenance import Found, back_up
from forms_service.store.recovery import make_file, temporary

NAME = "backups.json"
_UNFINISHED = temporary(Path("file")).suffix
_BEGINNING = b'{"crc32":"'
"""How every file that `data backup` wrote begins: nothing else is ever deleted."""


@dataclass(frozen=True)
class Backup:
    """A recorded backup; whether its file still exists is not known."""

    file: Path
    at: datetime


def listed(data_dir: Path) -> tuple[Backup, ...]:
    """All recorded backups, the oldest first, also unfinished ones.

    A list that cannot be read is an empty one.
    """
    try:
        found = json.loads((data_dir / NAME).read_bytes())
        backups = [Backup(Path(each["file"]), moment(each["at"])) for each in found]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(sorted(backups, key=lambda backup: backup.at))


def last(data_dir: Path) -> Backup | None:
    """The newest finished backup."""
    return next((each for each in reversed(listed(data_dir)) if each.file.suffix != _UNFINISHED), None)


def record(data_dir: Path, file: Path, at: datetime) -> None:
    """Record that all documents were written into this file. Raises OSError."""
    _write(data_dir, [*_without(data_dir, file), Backup(file.absolute(), at)])


@contextmanager
def begun(data_dir: Path, file: Path, at: datetime) -> Iterator[None]:
    """Context manager: record an unfinished backup, because a crash leaves personal data in its file.

    Where that cannot be noted the backup is made all the same.
    """
    unfinished = temporary(file)
    with suppress(OSError):
        record(data_dir, unfinished, at)
    try:
        yield
    finally:
        with suppress(OSError):
            if not unfinished.exists():
                _write(data_dir, _without(data_dir, unfinished))


def make(data_dir: Path, file: Path, at: datetime, journal: Path, disk: Disk) -> Found:
    """Write all records into a new file that was noted before, so that none is left that nobody deletes.

    Raises:
        StoreError, OSError: as `back_up` does; or it could not be noted, and was not made.
    """
    with begun(data_dir, file, at):
        record(data_dir, file, at)
        return back_up(disk, journal, file)


def _without(data_dir: Path, file: Path) -> list[Backup]:
    return [each for each in listed(data_dir) if each.file != file.absolute()]


def delete_before(data_dir: Path, before: datetime) -> int:
    """Delete recorded backups older than this, with their records; returns how many.

    One whose folder cannot be reached or changed stays noted.
    """
    kept, gone = [], 0
    for backup in listed(data_dir):
        if backup.at >= before or not _deleted(backup.file):
            kept.append(backup)
        else:
            gone += 1
    if gone:
        _write(data_dir, kept)
    return gone


def _deleted(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            is_ours = opened.read(len(_BEGINNING)) == _BEGINNING
        if is_ours:
            file.unlink()
    except FileNotFoundError:
        return file.parent.is_dir()
    except OSError:
        return False
    return True


def _write(data_dir: Path, backups: list[Backup]) -> None:
    content = json.dumps([{"file": str(each.file), "at": stamp(each.at)} for each in backups], indent=1)
    file = data_dir / NAME
    make_file(Disk(), file, content.encode(), by_way_of=temporary(file))
