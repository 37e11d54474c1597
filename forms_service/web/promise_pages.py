"""Pages with the on-time rate: filled once for each build and rate, then served like every other file."""

import logging
import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from whitenoise.compress import Compressor

from forms_service.services.on_time_rate import SLOT, OnTimeRate
from forms_service.web.site import Release, SitePage, static_files

_KEPT = 32
"""Filled pages at most; there are as many as marketing gave the block, in two languages."""

log = logging.getLogger(__name__)


class PromisePages:
    """Cache of filled pages, in a folder for temporary files. Thread-safe."""

    def __init__(self, promise: OnTimeRate) -> None:
        self._promise = promise
        self._lock = Lock()
        self._files = static_files(None)
        self._made: dict[tuple[str, str, str], Any] = {}
        self._number = 0

    def file(self, release: Release, path: str) -> Any:
        """Static file of a page with the rate in it; None where the page as built can be sent."""
        page = release.pages.get(path)
        html = self._promise.html(page.language) if page is not None and SLOT in page.slots else ""
        if page is None or not html:
            return None
        key = (str(release.folder), path, html)
        with self._lock:
            if key not in self._made:
                self._make_room()
                self._made[key] = self._filled(page, html)
            return self._made[key]

    @cached_property
    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="promise-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _filled(self, page: SitePage, html: str) -> Any:
        self._number += 1
        try:
            target = self._folder / f"{self._number}.html"
            target.write_text(page.filled({SLOT: html}), "utf-8")
            Compressor(quiet=True).compress(str(target))
            return self._files.get_static_file(str(target), page.path)
        except OSError as error:
            log.error("the on-time rate is not shown", extra={"problem": type(error).__name__})
            return None

    def _make_room(self) -> None:
        while len(self._made) >= _KEPT:
            del self._made[next(iter(self._made))]
            for file in self._folder.glob(f"{self._number - _KEPT + 1}.html*"):
                file.unlink(missing_ok=True)
