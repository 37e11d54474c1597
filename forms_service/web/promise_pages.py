"""Cached pages with the on-time rate: rendered once per value, then sent from memory."""

import gzip
import hashlib
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from forms_service.services.on_time_rate import SLOT, OnTimeRate
from forms_service.web.site import Release, SitePage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Headers = list[tuple[str, str]]

_KEPT = 32
"""Pages in memory at most; there are as many as marketing gave the block, in two languages."""


@dataclass(frozen=True)
class _Made:
    """A page as it is sent."""

    plain: bytes
    packed: bytes
    etag: str


class PromisePages:
    """Cache of rendered pages for GET and HEAD. Thread-safe."""

    def __init__(self, promise: OnTimeRate) -> None:
        self._promise = promise
        self._lock = Lock()
        self._made: dict[tuple[str, str, str], _Made] = {}

    def answer(
        self, release: Release, path: str, environ: "WSGIEnvironment"
    ) -> tuple[str, Headers, bytes] | None:
        """Status line, headers and body; None where the page as built can be sent."""
        page = release.pages.get(path)
        if page is None or SLOT not in page.slots:
            return None
        html = self._promise.html(page.language)
        if not html:
            return None
        made = self._page(release, page, html)
        headers = [("Cache-Control", "max-age=0, public"), ("ETag", made.etag), ("Vary", "Accept-Encoding")]
        if made.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            return "304 Not Modified", headers, b""
        body = made.plain
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body = made.packed
            headers.append(("Content-Encoding", "gzip"))
        headers += [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
        return "200 OK", headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def _page(self, release: Release, page: SitePage, html: str) -> _Made:
        key = (str(release.folder), page.path, html)
        with self._lock:
            if key in self._made:
                return self._made[key]
        content = page.filled({SLOT: html}).encode()
        etag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
        made = _Made(content, gzip.compress(content, mtime=0), etag)
        with self._lock:
            while len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
            self._made[key] = made
        return made
