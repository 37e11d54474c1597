"""Site lock: a shared file lock on the builds of a site, so that a preview does not replace one in use."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold(site_dir: Path) -> Iterator[None]:
    """Hold the shared lock while this site is served; file systems without locks are ignored."""
    try:
        lock = _locked(site_dir, fcntl.LOCK_SH)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.close(lock)


def is_held(site_dir: Path) -> bool:
    """Whether a service on this machine serves the site now."""
    try:
        os.close(_locked(site_dir, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _locked(site_dir: Path, kind: int) -> int:
    """A file descriptor that holds the lock of the folder in which the builds lie."""
    folder = os.open(site_dir.resolve().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, kind)
    except OSError:
        os.close(folder)
        raise
    return folder
