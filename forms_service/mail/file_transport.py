"""File transport: writes mails as `.eml` files; the default, until MAIL_URL names a server."""

import contextlib
import os
from datetime import UTC
from pathlib import Path

from forms_service.mail.message import Message, Unreachable


class FileTransport:
    """One `.eml` file (mode 0600) for each mail; the same mail again is the same file."""

    keeps_files = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return f"files in {self._folder}"

    def send(self, message: Message) -> None:
        """Write the file, synced with its name. Raises Unreachable if that is not possible."""
        name = f"{message.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{message.id}.eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._folder / name, message.data)
        except OSError as error:
            raise Unreachable(f"{self} cannot be written: {error.strerror}") from error

    def session(self) -> contextlib.AbstractContextManager[None]:
        """Nothing to do: files share no connection."""
        return contextlib.nullcontext()

    def close(self) -> None:
        """Nothing to do: no write takes long."""

    def _write(self, target: Path, data: bytes) -> None:
        beside = target.with_suffix(".tmp")
        try:
            # Unbuffered: bytes that the disk refused must not turn up later.
            with open(beside, "wb", buffering=0, opener=_private) as file:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            beside.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
        _sync_folder(self._folder)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only after its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
