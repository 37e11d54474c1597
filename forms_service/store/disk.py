"""Disk: the file system calls of the store, in one place, so that tests can replace them.

Keeps out every decision: which bytes, in which order and what an error means is the journal's business.
"""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import NamedTuple

from forms_service.store.errors import StoreLocked

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


class FileFacts(NamedTuple):
    """Stat of an open file."""

    size: int
    links: int
    """Names it has; 0 once it was deleted or replaced under its own name."""


class Disk:
    """Unbuffered files at explicit offsets. Whatever fails raises OSError.

    Files made here are 0600 and folders 0700, whatever the umask; handles are not inherited by
    programs that are started.
    """

    def open(self, path: Path, *, create: bool = False, read_only: bool = False) -> int:
        """A handle on an existing file, or with `create` on a new and empty one in any old one's place."""
        flags = os.O_RDONLY if read_only else os.O_RDWR
        handle = os.open(path, flags | os.O_CLOEXEC | (os.O_CREAT | os.O_TRUNC if create else 0), _FILE_MODE)
        if not read_only:
            os.fchmod(handle, _FILE_MODE)
        return handle

    def close(self, handle: int) -> None:
        os.close(handle)

    def read(self, handle: int, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`; none at the end of the file."""
        return os.pread(handle, size, offset)

    def write(self, handle: int, data: bytes, offset: int) -> int:
        """Write at `offset` and say how many bytes were taken, which may be fewer than given."""
        return os.pwrite(handle, data, offset)

    def sync(self, handle: int) -> None:
        """Return when the file's bytes and length are on the medium."""
        os.fdatasync(handle)

    def forget_cached(self, handle: int) -> None:
        """Let the next reads come from the medium rather than from memory, as far as the system can."""
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)

    def truncate(self, handle: int, size: int) -> None:
        os.ftruncate(handle, size)

    def facts(self, handle: int) -> FileFacts:
        found = os.fstat(handle)
        return FileFacts(found.st_size, found.st_nlink)

    def free(self, folder: Path) -> int:
        """How many bytes more the file system of a folder takes from this user."""
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize

    def exists(self, path: Path) -> bool:
        return path.exists()

    def rename(self, old: Path, new: Path) -> None:
        """Give a file the name `new` in one step; a file that had the name loses it."""
        old.rename(new)

    def link(self, old: Path, new: Path) -> None:
        """Give a file a second name, which must be free."""
        new.hardlink_to(old)

    def remove(self, path: Path) -> None:
        path.unlink()

    def names_in(self, folder: Path) -> list[str]:
        """Names of the files in a folder, sorted."""
        return sorted(entry.name for entry in folder.iterdir())

    def sync_folder(self, folder: Path) -> None:
        """Return when names given and taken in the folder are on the medium."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, if missing; one that is there keeps its mode."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(_FOLDER_MODE)
            folder.chmod(_FOLDER_MODE)
            self.sync_folder(folder.parent)

    def lock(self, path: Path, of: Path) -> int:
        """Hold the lock file until the handle is closed or the process ends, however it ends.

        Raises:
            StoreLocked: somebody holds it; names `of` and the holder.
        """
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE)
        try:
            os.fchmod(handle, _FILE_MODE)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).strip()
            os.close(handle)
            raise StoreLocked(of, int(holder) if holder.isdigit() else None) from None
        except BaseException:
            os.close(handle)
            raise
        with contextlib.suppress(
            OSError
        ):  # the number only helps the reader of a message; the disk may be full
            os.ftruncate(handle, 0)
            os.pwrite(handle, b"%d\n" % os.getpid(), 0)
        return handle

    def unlock(self, handle: int) -> None:
        """Give up the lock, also for copies of the handle that a forked process may have."""
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def write_all(disk: Disk, handle: int, data: bytes, offset: int) -> int:
    """Write all of `data` at `offset`, in as many steps as the disk takes; returns the offset behind it."""
    while data:
        taken = disk.write(handle, data, offset)
        if taken <= 0:
            raise OSError(f"the disk took none of {len(data)} bytes")
        data = data[taken:]
        offset += taken
    return offset
