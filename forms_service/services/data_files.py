"""Data files: personal data in files beside the store (mails on disk, leftovers of crashes); deletes them.

Every function returns how many files it deleted; one that cannot be deleted is logged and left.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from forms_service.domain.table_names import JOB_STATE
from forms_service.store.store import Batch, Store, transactional

_MAIL = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]+)\.(?:eml|tmp)")
_LEFT_BEHIND = re.compile(r"records\.journal\.\d+\.(?:broken|damaged)")

_log = logging.getLogger(__name__)


def mails(data_dir: Path) -> Iterator[tuple[Path, str, datetime]]:
    """Mail files: path, id of the mail, when it was queued."""
    for path in _files(data_dir / "mail"):
        if named := _MAIL.fullmatch(path.name):
            yield path, named[2], datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def left_behind(data_dir: Path) -> Iterator[tuple[Path, datetime]]:
    """Files with torn or damaged pieces of the journal, and when each was last written."""
    for path in _files(data_dir):
        if _LEFT_BEHIND.fullmatch(path.name):
            yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def delete_before(data_dir: Path, before: datetime) -> int:
    """Delete files of both kinds that are older."""
    old = [path for path, _, owed in mails(data_dir) if owed < before]
    old += [path for path, written in left_behind(data_dir) if written < before]
    return delete(old)


def delete_mails(data_dir: Path, ids: Iterable[str]) -> int:
    """Delete the files of these mails, however old."""
    wanted = set(ids)
    return delete([path for path, id, _ in mails(data_dir) if id in wanted] if wanted else ())


def delete(paths: Iterable[Path]) -> int:
    """Delete these files."""
    gone = 0
    for path in paths:
        try:
            path.unlink(missing_ok=True)
            gone += 1
        except OSError as error:
            _log.error("a file was not deleted", extra={"reason": error.strerror})
    return gone


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


STATE = "compaction"
"""Of the table `job_state`: something was deleted whose bytes are still in the file."""


def request_compaction(batch: Batch) -> None:
    """Request a compaction: what this batch deletes must not stay in the journal file."""
    if batch.get(JOB_STATE, STATE) is None:
        batch.add(JOB_STATE, {"id": STATE})


def compact_if_requested(store: Store) -> bool:
    """Compact the journal if that was requested, also before a restart; returns whether it was.

    Raises:
        StoreUnavailable: it is still owed.
    """
    if store.get(JOB_STATE, STATE) is None:
        return False
    store.compact()
    _note_settled(store)
    return True


@transactional
def _note_settled(store: Store) -> None:
    with store.batch() as batch:
        if batch.get(JOB_STATE, STATE):
            batch.remove(JOB_STATE, STATE)
