"""WSGI middleware: host check, body limits, static site files, response headers, request log.

From outside to inside: `Outermost` (id, headers, log), then proxies, hosts, bodies, then either a file of
the built site or Flask. Any WSGI server may stand outside; nothing here relies on ours.
"""

import logging
import secrets
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_to_bytes

from whitenoise.string_utils import decode_path_info

from forms_service.server.logs import request_id
from forms_service.server.traffic import Traffic
from forms_service.settings import Settings
from forms_service.web import assets, static_files
from forms_service.web.context import RELEASE, REQUEST_ID, ROUTE
from forms_service.web.errors import error_html, status_line
from forms_service.web.promise_pages import PromisePages
from forms_service.web.security import host_is_allowed, trust_proxies
from forms_service.web.site import FINDER, Release, Site
from forms_service.web.uploads import takes_a_file

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIELD_LIMIT = 1000
LENGTH_DIGITS = 18
"""No body is so long that its length has more."""
PROBES = frozenset({"/healthz", "/readyz"})
"""Asked under any host name."""

ASSETS = "/assets/"
"""The folder of a build, in either language, with what every page brings along."""
_IS_ASSET = "forms_service.is_asset"

Headers = list[tuple[str, str]]

log = logging.getLogger(__name__)


class Middleware:
    """WSGI middleware around the Flask application: same headers and a request id on every response."""

    def __init__(
        self,
        flask: "WSGIApplication",
        site: Site,
        settings: Settings,
        traffic: Traffic,
        promised: PromisePages,
        body_limit: Callable[[str, str, str], int],
    ) -> None:
        """`body_limit`: of a method, a path and the cookies, how many bytes may come."""
        self._body_limit = body_limit
        self._site = site
        self._settings = settings
        self._traffic = traffic
        self._serve = _Dispatch(flask, site, promised)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, and log one line about it, unless it brings a page its style or letters."""
        began, given = perf_counter(), {"status": ""}
        environ[REQUEST_ID] = secrets.token_hex(8)
        context = request_id.set(environ[REQUEST_ID])

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            given["status"] = status
            return start_response(status, self._complete(headers, environ), exc_info)

        try:
            with self._traffic.request():
                return self._answer(environ, start)
        except Exception:
            log.exception("unexpected error outside the application")
            return self._refuse(environ, start, 500)
        finally:
            about = {
                "method": str(environ.get("REQUEST_METHOD"))[:16],
                "route": environ.get(ROUTE, "-"),
                "status": int(given["status"][:3] or 0),
                "ms": round((perf_counter() - began) * 1000, 1),
            }
            if not environ.get(_IS_ASSET) or about["status"] >= HTTPStatus.BAD_REQUEST:
                log.info("request", extra=about)
            request_id.reset(context)

    def refusal(self, code: int, path: str) -> tuple[str, Headers, bytes]:
        """Response for a request that the server rejected: status line, headers, body."""
        release = self._site.current()
        body = error_html(release, release.language_of(path), code).encode()
        environ = {REQUEST_ID: secrets.token_hex(8), RELEASE: release}
        log.info("refused", extra={"status": code, "request": environ[REQUEST_ID]})
        # The page says something else than that of 503: it may have been saved.
        status = 503 if code == HTTPStatus.GATEWAY_TIMEOUT else code
        return status_line(status), self._complete(list(_HTML), environ), body

    def _answer(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        trust_proxies(environ, self._settings.trusted_proxies)
        path = environ.get("PATH_INFO", "")
        if path not in PROBES and not host_is_allowed(
            environ.get("HTTP_HOST", ""), self._settings.allowed_hosts
        ):
            return self._refuse(environ, start, 400)
        limit = self._body_limit(environ["REQUEST_METHOD"], path, environ.get("HTTP_COOKIE", ""))
        if (code := _limit_body(environ, limit)) is not None:
            return self._refuse(environ, start, code)
        return self._serve(environ, start)

    def _refuse(self, environ: "WSGIEnvironment", start: "StartResponse", code: int) -> Iterable[bytes]:
        release = environ.get(RELEASE) or self._site.current()
        language = release.language_of(decode_path_info(environ.get("PATH_INFO", "")))
        html = error_html(release, language, code, request_id=environ[REQUEST_ID])
        start(status_line(code), list(_HTML))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [html.encode()]

    def _complete(self, headers: Headers, environ: "WSGIEnvironment") -> Headers:
        """The headers with those that every answer has; what an answer says itself stands."""
        said = {name.lower() for name, _ in headers}
        release = environ.get(RELEASE) or self._site.current()
        every = [
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", release.policy),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", _PERMISSIONS),
            # Pages of another origin (a CDN) name it when they send a form here; a path they never name.
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("X-Request-ID", environ[REQUEST_ID]),
        ]
        if self._settings.is_https:
            every.append(("Strict-Transport-Security", "max-age=31536000"))
        return headers + [(name, value) for name, value in every if name.lower() not in said]


class _Dispatch:
    """A file of the service, a file of the site with the promise in its place, or Flask."""

    def __init__(self, flask: "WSGIApplication", site: Site, promised: PromisePages) -> None:
        self._flask = flask
        self._site = site
        self._promised = promised

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        release = environ[RELEASE] = self._site.current()
        path = decode_path_info(environ.get("PATH_INFO", ""))
        if moved := release.redirects.get(path.rstrip("/") + "/"):
            return _lead_on(moved, environ, start)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and not _asks_finder(release, path, environ):
            if path.startswith(assets.PREFIX) and (own := assets.response(path, environ)):
                environ[ROUTE], environ[_IS_ASSET] = assets.PREFIX, True
                return own(environ, start)
            for file in (self._promised.file(release, path), release.file(path)):
                if file is not None and (found := static_files.answer(file, environ)) is not None:
                    environ[ROUTE], environ[_IS_ASSET] = path, ASSETS in path
                    start(*found[:2])
                    return found[2]
        return self._flask(environ, start)


def _lead_on(address: str, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
    """Redirect from the old address of a renamed page; a form that is sent there keeps what was typed."""
    code = 301 if environ["REQUEST_METHOD"] in ("GET", "HEAD") else 308
    query = environ.get("QUERY_STRING", "")
    environ[ROUTE] = address
    start(
        status_line(code), [("Location", f"{address}?{query}" if query else address), ("Content-Length", "0")]
    )
    return []


def _asks_finder(release: Release, path: str, environ: "WSGIEnvironment") -> bool:
    """Whether this is the tier finder's form, sent by GET to a page that holds it."""
    query = environ.get("QUERY_STRING", "")
    if not query or path not in release.pages or FINDER not in release.pages[path].slots:
        return False
    fields = {str(measure) for measure in release.program.measures}
    return any(name in fields for name, _ in parse_qsl(query, keep_blank_values=True))


def _limit_body(environ: "WSGIEnvironment", limit: int) -> int | None:
    """Read the whole body into memory; a status code where it must not be used.

    Other servers hand over a truncated body as complete, and cut a chunked one at the limit. Text that is
    no UTF-8 would be stored as something else than was typed; a file is none, where one may come.
    """
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return 411
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return 400
    if len(length) > LENGTH_DIGITS or int(length) > limit:
        return 413
    body = environ["wsgi.input"].read(int(length)) if int(length) else b""
    if len(body) != int(length):
        return 400
    environ["wsgi.input"] = BytesIO(body)
    is_multipart = environ.get("CONTENT_TYPE", "").lower().startswith("multipart/")
    if not is_multipart and body.count(b"&") >= FIELD_LIMIT:
        return 413
    if is_multipart and takes_a_file(environ.get("PATH_INFO", "")):
        return None
    try:
        (body if is_multipart else unquote_to_bytes(body.replace(b"+", b" "))).decode("utf-8")
    except UnicodeDecodeError:
        return 400
    return None


_HTML: Headers = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("X-Robots-Tag", "noindex"),
]

_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)
