"""Secret key: made on the first start and kept in the data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from forms_service.settings import SHORTEST_KEY, SettingsError
from forms_service.store.disk import Disk
from forms_service.store.recovery import make_file, temporary

NAME = "secret-key"
_WHAT_TO_DO = (
    "Put back the copy kept with the backups; without one delete the file, and a new key is made: links to "
    "submissions stay good, people sign in again"
)


def kept_secret_key(data_dir: Path) -> str:
    """The secret key of this data folder; made and durably stored (mode 0600) when there is none.

    Raises:
        SettingsError: the file cannot be read, or holds no key.
        OSError: the folder cannot be made or written.
    """
    path = data_dir / NAME
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.path.lexists(path):
        _write_durably(path, secrets.token_urlsafe(48))
    return read(path)


def check(data_dir: Path) -> None:
    """Validate the stored key, making none. Raises SettingsError for one that no start would take."""
    if os.path.lexists(data_dir / NAME):
        read(data_dir / NAME)


def read(path: Path) -> str:
    """Read a key file. Raises SettingsError, in one line that says what to do."""
    try:
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise SettingsError(f"{path}: cannot be read ({why or 'it is no key'}). {_WHAT_TO_DO}") from error
    if len(key) < SHORTEST_KEY or not key.isprintable():
        raise SettingsError(f"{path}: holds no key of at least {SHORTEST_KEY} characters. {_WHAT_TO_DO}")
    return key


def _write_durably(path: Path, text: str) -> None:
    """Put a whole file in place, unless somebody else was first; on disk when this returns."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        make_file(Disk(), fresh, f"{text}\n".encode("ascii"), by_way_of=temporary(fresh))
        # A link, not a rename: of two services that start at once, both keep the first one's key.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink(missing_ok=True)
    Disk().sync_folder(path.parent)
