"""Storage helpers: how tests outside of tests/store look at the data file, and break it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forms_service.services.database import JOURNAL

TORN = b'{"crc32":"0000'
"""The beginning of a write that a power cut ended."""


def file_of(data: Path) -> Path:
    """The file of the store in a data folder; for backing up, putting back and opening it."""
    return data / JOURNAL


def bytes_on_disk(data: Path) -> bytes:
    """All that the store has on disk: the same before and after where nothing was stored."""
    return file_of(data).read_bytes()


def last_change(data: Path, before: bytes) -> list[bytes]:
    """What was written since `before`, one transaction an item."""
    after = bytes_on_disk(data)
    assert after.startswith(before)
    return after.removeprefix(before).splitlines()


def tear_last_write(data: Path) -> None:
    """Leave the beginning of a write, as a power cut does."""
    with file_of(data).open("ab") as file:
        file.write(TORN)


def set_aside(data: Path) -> Path:
    """Where the next start puts that."""
    return data / f"{JOURNAL}.1.broken"


@contextmanager
def break_storage(data: Path) -> Iterator[None]:
    """Nothing more can be stored, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(bytes_on_disk(data)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
