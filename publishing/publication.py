"""Publication: which finished build is `site`, and which one was before.

Builds lie in a folder beside the link `site`. A list there says in which order they were published; the
current one and the one before are kept, so that whoever is reading an older page still gets its style and
pictures, and so that a publication can be taken back.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEXTS = ".texts"
"""The words of a build lie beside it, under its name and this ending."""

KEPT_BUILDS = 2
_HISTORY = "published"


class NothingBefore(Exception):
    """There is no publication to go back to."""


def store_of(site: Path) -> Path:
    """The folder with the builds of a site."""
    return site.parent / f".{site.name}"


def current(site: Path) -> Path | None:
    """The build that is published; None where there is none."""
    return site.resolve() if site.is_symlink() and site.exists() else None


def publish(site: Path, build: Path) -> None:
    """Make this build the site, and delete those that are too old."""
    store = build.parent
    published = [*(name for name in _history(store) if name != build.name), build.name][-KEPT_BUILDS:]
    _link(site, build)
    os.utime(build)
    _write_history(store, published)
    for old in (path for path in store.iterdir() if path.is_dir() and path.name not in published):
        shutil.rmtree(old, ignore_errors=True)
        old.with_suffix(TEXTS).unlink(missing_ok=True)


def undo(site: Path) -> tuple[Path, Path]:
    """Make the publication before the site again.

    Returns:
        The build that was taken back, and the one that is the site now.

    Raises:
        NothingBefore: this is the only publication there is.
    """
    store = store_of(site)
    if not store.is_dir():
        raise NothingBefore
    with only_one(store):
        shown, earlier = current(site), _history(store)[:-1]
        if shown is None or not earlier:
            raise NothingBefore
        before = store / earlier[-1]
        _link(site, before)
        _write_history(store, earlier)
    return shown, before


@contextmanager
def only_one(store: Path) -> Iterator[None]:
    """One builder at a time: a second one waits and then finds the work done."""
    with (store / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _history(store: Path) -> list[str]:
    """Names of the builds that are there, in the order in which they were published."""
    builds = {path.name: path.stat().st_mtime_ns for path in store.iterdir() if path.is_dir()}
    try:
        said = (store / _HISTORY).read_text().split()
    except FileNotFoundError:
        # The builds of a version that kept no list.
        said = sorted(builds, key=lambda name: builds[name])
    return [name for name in said if name in builds]


def _write_history(store: Path, published: list[str]) -> None:
    fresh = store / f"{_HISTORY}.new"
    fresh.write_text("\n".join(published) + "\n")
    fresh.rename(store / _HISTORY)


def _link(site: Path, target: Path) -> None:
    """Make `site` a link to `target`, by one rename."""
    if site.is_symlink() and site.resolve() == target.resolve():
        return
    if site.is_dir() and not site.is_symlink():
        shutil.rmtree(site)
    fresh = target.parent / "link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, site.parent))
    fresh.rename(site)
