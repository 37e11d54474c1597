"""Static files of the built site: content coding, byte ranges, small files read at once.

What exists, its type and its validators are WhiteNoise's business; a whole answer is ours.
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote, urljoin

from werkzeug.http import parse_accept_header, parse_range_header
from whitenoise.responders import SlicedFile, StaticFile
from whitenoise.string_utils import decode_path_info

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, Iterable[bytes]]
"""Status line, headers, body."""

WHOLE_BYTES = 1024 * 1024
"""Up to this size a file is read at once and closed: an answer that waits for its client holds none open."""
_KEPT_FILES = 128
"""So many small files stay in memory, each once, however many clients are being sent it."""
_CODINGS = ("br", "gzip")
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def answer(file: StaticFile, environ: "WSGIEnvironment") -> Answer | None:
    """Response to GET or HEAD of a file; None where it is gone, as one of an old build may be."""
    asked = {name: environ[name] for name in _CONDITIONS if name in environ}
    asked["HTTP_ACCEPT_ENCODING"] = accepted_codings(environ.get("HTTP_ACCEPT_ENCODING", ""))
    try:
        found = file.get_response(environ["REQUEST_METHOD"], asked)
    except FileNotFoundError:
        return None
    status, headers = found.status, _absolute(list(found.headers), environ)
    span = None
    if status is HTTPStatus.OK:
        status, headers, span = _ranged(headers, environ)
    body = [] if found.file is None else _body(found.file, span, environ)
    return f"{status.value} {status.phrase}", headers, body


def accepted_codings(header: str) -> str:
    """The content codings that an Accept-Encoding header names and does not refuse with a quality of 0
    (RFC 9110, 12.5.3)."""
    quality = {name.lower(): weight for name, weight in parse_accept_header(header)}
    return ", ".join(name for name in _CODINGS if quality.get(name, 0) > 0)


def _ranged(
    headers: Headers, environ: "WSGIEnvironment"
) -> tuple[HTTPStatus, Headers, tuple[int, int] | None]:
    """Status, headers and the bytes to send where one byte range is asked for (RFC 9110, 14.2).

    Anything else is answered with the whole: several ranges, another unit, and a condition (If-Range), which
    our weak validators never meet.
    """
    asked = parse_range_header(environ.get("HTTP_RANGE"))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or "HTTP_IF_RANGE" in environ:
        return HTTPStatus.OK, headers, None
    size = next(int(value) for name, value in headers if name == "Content-Length")
    others = [(name, value) for name, value in headers if name != "Content-Length"]
    span = asked.range_for_length(size)
    if span is None:
        others.append(("Content-Range", f"bytes */{size}"))
        return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, others, (0, 0)
    others.append(("Content-Range", f"bytes {span[0]}-{span[1] - 1}/{size}"))
    others.append(("Content-Length", str(span[1] - span[0])))
    return HTTPStatus.PARTIAL_CONTENT, others, span


def _body(file: BinaryIO, span: tuple[int, int] | None, environ: "WSGIEnvironment") -> Iterable[bytes]:
    """What is sent of an open file: all of it, or from the first up to before the last byte of a span."""
    facts = os.fstat(file.fileno())
    start, stop = span or (0, facts.st_size)
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is not None and facts.st_size > WHOLE_BYTES and start < stop:
        return wrapper(SlicedFile(file, start, stop - 1) if span else file)  # type: ignore[no-any-return]
    with file:
        content = _content(_Key(file, facts))
    if span:
        content = content[start:stop]
    # The bytes behind it are one object for everybody; an answer that is handed over as a list is copied.
    return [content] if wrapper is None else wrapper(BytesIO(content))


class _Key:
    """An open file, told from others by what it is and how it was last changed."""

    def __init__(self, file: BinaryIO, facts: os.stat_result) -> None:
        self.file = file
        self._facts = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)

    def __hash__(self) -> int:
        return hash(self._facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._facts == other._facts


@lru_cache(maxsize=_KEPT_FILES)
def _content(key: _Key) -> bytes:
    return key.file.read()


def _absolute(headers: Headers, environ: "WSGIEnvironment") -> Headers:
    """Redirects name a whole path, with what was asked there."""
    here = quote(decode_path_info(environ.get("PATH_INFO", "")))
    query = environ.get("QUERY_STRING", "")
    return [
        (name, urljoin(here, value) + (f"?{query}" if query else "") if name == "Location" else value)
        for name, value in headers
    ]
