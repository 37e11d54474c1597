"""The service's own style sheets and fonts, under a URL that names their content.

They belong to this code, not to a release of the site: either may be newer than the other.
"""

import gzip
import hashlib
from functools import cache
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from forms_service.web.static_files import accepted_codings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FOLDER = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static/"
_COMPRESSED = frozenset({".css", ".svg", ".txt"})


def url(name: str) -> str:
    """URL of a file in `static/`: with a hash over all of them, since one names another."""
    return f"{PREFIX}{_files()[1]}/{name}"


def response(path: str, environ: "WSGIEnvironment") -> Response | None:
    """Response to GET or HEAD of a path below `PREFIX`; None where there is no such file.

    A page of an older or newer version gets the file as it is now, and asks again the next time.
    """
    version, _, name = path.removeprefix(PREFIX).partition("/")
    files, current = _files()
    if name not in files:
        return None
    plain, packed = files[name]
    is_packed = packed is not None and "gzip" in accepted_codings(environ.get("HTTP_ACCEPT_ENCODING", ""))
    found = Response(packed if is_packed else plain, content_type=_content_type(name))
    found.cache_control.public = True
    found.cache_control.max_age = 31_536_000 if version == current else 0
    found.cache_control.immutable = version == current
    found.set_etag(current, weak=True)
    if packed is not None:
        found.vary.add("Accept-Encoding")
    if is_packed:
        found.headers["Content-Encoding"] = "gzip"
    found.make_conditional(environ)
    if found.status_code == HTTPStatus.NOT_MODIFIED:
        found.headers.pop("Content-Encoding", None)
    return found


@cache
def _files() -> tuple[dict[str, tuple[bytes, bytes | None]], str]:
    """Content by name, plain and compressed; and the hash over all."""
    files: dict[str, tuple[bytes, bytes | None]] = {}
    digest = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        name, content = path.relative_to(FOLDER).as_posix(), path.read_bytes()
        packed = gzip.compress(content, mtime=0) if path.suffix in _COMPRESSED else None
        files[name] = content, packed
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return files, digest.hexdigest()[:16]


def _content_type(name: str) -> str:
    kind = guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
