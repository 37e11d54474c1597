"""Store errors. A class exists only where a caller acts differently."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class StoreError(Exception):
    """Base of store errors; nothing was changed."""


class RecordMissing(StoreError):
    """No document of this table has this id."""

    def __init__(self, table: str, id: str) -> None:
        super().__init__(f"{table}: there is no document with this id")
        self.table, self.id = table, id


class StaleVersion(StoreError):
    """Optimistic lock: the document changed since it was read; `current` is how it stands now."""

    def __init__(self, table: str, current: Mapping[str, Any], expected_version: int) -> None:
        super().__init__(
            f"{table}: version {current['version']} is stored, not {expected_version}; read it again"
        )
        self.table, self.current, self.expected_version = table, current, expected_version


class DuplicateKey(StoreError):
    """Another document of the table has this key in a unique index."""

    def __init__(self, table: str, index: str) -> None:
        super().__init__(f"{table}: another document has the same key in the unique index {index!r}")
        self.table, self.index = table, index


class IncompleteDocument(StoreError):
    """A document given to TinyDB lacks a field that its table needs, or has another type there."""

    def __init__(self, table: str, field: str) -> None:
        super().__init__(f"{table}: the field {field!r} of the document is missing or of the wrong type")
        self.table, self.field = table, field


class StoreUnavailable(StoreError):
    """Nothing can be stored now, `reason` says why. What was acknowledged before stays readable."""

    def __init__(self, reason: str, *, opening: Path | None = None) -> None:
        super().__init__(
            f"{opening}: cannot be opened: {reason}" if opening else f"cannot store now: {reason}"
        )
        self.reason = reason


class TransactionConflict(StoreUnavailable):
    """What a batch rests on was changed by another writer meanwhile: run again, it can succeed.

    The journal lets one writer at a time in and never raises it.
    """

    def __init__(self) -> None:
        super().__init__("others changed the same; try again")


class StoreLocked(StoreError):
    """Another process (or another handle in this one) owns the file."""

    def __init__(self, path: Path, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{path}: in use by {holder}; stop that one first, one process owns the data at a time"
        )
        self.path, self.pid = path, pid


class TargetExists(StoreError):
    """A file is in the way, and nothing here overwrites one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: is there already and is not overwritten; move it away or choose another name"
        )
        self.path = path


class JournalDamaged(StoreError):
    """A finished line is not as it was written. The file stays exactly as found."""

    def __init__(self, path: Path, line: int, offset: int, reason: str) -> None:
        super().__init__(
            f"{path}: line {line}, byte {offset}: {reason}; nothing was changed. "
            "`forms-service data show` shows it, `forms-service data salvage` keeps all that is whole"
        )
        self.path, self.line, self.offset, self.reason = path, line, offset, reason


class BackupUnusable(StoreError):
    """A file that was to be restored is no backup, or is one that was damaged since."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class JournalTooNew(StoreError):
    """The file was written by a newer version of this software. It stays exactly as found."""

    def __init__(self, path: Path, line: int, version: object, known: int) -> None:
        super().__init__(
            f"{path}: line {line} has format version {version}, this software reads up to {known}; "
            "use the version of the software that wrote it, or a newer one"
        )
        self.path, self.line, self.version = path, line, version


def in_words(cause: BaseException) -> str:
    """Message for an error, without paths: safe to show."""
    if isinstance(cause, StoreUnavailable):
        return cause.reason
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno)
    return str(cause) or type(cause).__name__
