"""The secret key that is made on the first start and kept with the data."""

import os
import secrets
from pathlib import Path


def kept_secret_key(data_dir: Path) -> str:
    """The secret key of this data folder, made and durably kept (mode 0600) when there is none.

    Raises:
        OSError: the folder cannot be made, read or written.
    """
    path = data_dir / "secret-key"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _write_durably(path, secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def _write_durably(path: Path, text: str) -> None:
    """Put a whole file in place, unless somebody else was first; on disk when this returns."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchmod(handle, 0o600)
        os.write(handle, f"{text}\n".encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        # A link, not a rename: of two services that start at once, both keep the first one's key.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
