"""A disk in memory that remembers what is not on the medium yet, and what a power cut could make of that."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from forms_service.store.disk import Disk, FileFacts

SECTOR = 512


@dataclass
class Inode:
    """A file's bytes: as every process sees them, as the medium has them, and what lies between."""

    seen: bytearray = field(default_factory=bytearray)
    durable: bytes = b""
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes as offset and bytes, truncations as length and None."""

    def after_power_cut(self, choose: random.Random) -> bytes:
        """What the medium may hold: of the bytes not synced, each sector kept or lost, in no order."""
        found = bytearray(self.durable)
        for offset, data in self.unsynced:
            fate = choose.choice(("kept", "lost", "torn"))
            if fate == "lost":
                continue
            if data is None:
                _set_length(found, offset)
                continue
            if choose.random() < 0.5:
                _set_length(found, max(len(found), offset + len(data)))  # the length is kept before the bytes
            for start, end in _sectors(offset, len(data)):
                if fate == "kept" or choose.random() < 0.5:
                    _set_length(found, max(len(found), end))
                    found[start:end] = data[start - offset : end - offset]
        return bytes(found)


def _set_length(content: bytearray, length: int) -> None:
    del content[length:]
    content.extend(bytes(length - len(content)))


def _sectors(offset: int, length: int) -> Iterator[tuple[int, int]]:
    start = offset
    while start < offset + length:
        end = min(offset + length, (start // SECTOR + 1) * SECTOR)
        yield start, end
        start = end


@dataclass
class NameChange:
    """A name that was given to a file, or (None) taken away."""

    path: Path
    inode: Inode | None


class SimulatedDisk(Disk):
    """One folder of files. `on_change` runs after each step that a crash could come behind."""

    def __init__(self, files: dict[Path, bytes] | None = None) -> None:
        self.names = {path: Inode(bytearray(data), data) for path, data in (files or {}).items()}
        self._durable_names = dict(self.names)
        self._unsynced_names: list[list[NameChange]] = []
        self._handles: dict[int, Inode] = {}
        self._next_handle = 1
        self.on_change: Callable[[str], None] = lambda step: None
        self.before_change: Callable[[str], None] = lambda step: None

    def files(self) -> dict[Path, bytes]:
        """All files as processes see them."""
        return {path: bytes(inode.seen) for path, inode in self.names.items()}

    def after_power_cut(self, choose: random.Random) -> dict[Path, bytes]:
        """One of the disks that the machine may find when it starts again."""
        names = dict(self._durable_names)
        for changes in self._unsynced_names:
            if choose.random() < 0.5:
                for change in changes:
                    if change.inode is None:
                        names.pop(change.path, None)
                    else:
                        names[change.path] = change.inode
        return {path: inode.after_power_cut(choose) for path, inode in names.items()}

    def open(self, path: Path, *, create: bool = False, read_only: bool = False) -> int:
        if create:
            self._change("create", [NameChange(path, Inode())])
        elif path not in self.names:
            raise FileNotFoundError(path)
        self._next_handle += 1
        self._handles[self._next_handle] = self.names[path]
        return self._next_handle

    def free(self, folder: Path) -> int:
        return 1 << 40

    def close(self, handle: int) -> None:
        self._handles.pop(handle, None)

    def read(self, handle: int, offset: int, size: int) -> bytes:
        return bytes(self._handles[handle].seen[offset : offset + size])

    def write(self, handle: int, data: bytes, offset: int) -> int:
        self.before_change("write")
        inode = self._handles[handle]
        _set_length(inode.seen, max(len(inode.seen), offset + len(data)))
        inode.seen[offset : offset + len(data)] = data
        inode.unsynced.append((offset, bytes(data)))
        self.on_change("write")
        return len(data)

    def sync(self, handle: int) -> None:
        self.before_change("sync")
        inode = self._handles[handle]
        inode.durable = bytes(inode.seen)
        inode.unsynced.clear()
        self.on_change("sync")

    def forget_cached(self, handle: int) -> None:
        pass

    def truncate(self, handle: int, size: int) -> None:
        self.before_change("truncate")
        inode = self._handles[handle]
        _set_length(inode.seen, size)
        inode.unsynced.append((size, None))
        self.on_change("truncate")

    def facts(self, handle: int) -> FileFacts:
        inode = self._handles[handle]
        return FileFacts(len(inode.seen), sum(inode is named for named in self.names.values()))

    def exists(self, path: Path) -> bool:
        return path in self.names

    def rename(self, old: Path, new: Path) -> None:
        self._change("rename", [NameChange(old, None), NameChange(new, self.names[old])])

    def link(self, old: Path, new: Path) -> None:
        self._change("link", [NameChange(new, self.names[old])])

    def remove(self, path: Path) -> None:
        if path not in self.names:
            raise FileNotFoundError(path)
        self._change("remove", [NameChange(path, None)])

    def names_in(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.names)

    def sync_folder(self, folder: Path) -> None:
        self.before_change("sync folder")
        self._durable_names = dict(self.names)
        self._unsynced_names.clear()
        self.on_change("sync folder")

    def make_folder(self, folder: Path) -> None:
        pass

    def lock(self, path: Path, of: Path) -> int:
        return 0

    def unlock(self, handle: int) -> None:
        pass

    def _change(self, step: str, changes: list[NameChange]) -> None:
        self.before_change(step)
        for change in changes:
            if change.inode is None:
                del self.names[change.path]
            else:
                self.names[change.path] = change.inode
        self._unsynced_names.append(changes)
        self.on_change(step)
