"""Live preview (`make edit`): both languages, rebuilt on save, with the service behind the forms.

The preview is the real service in front of a scratch data folder, with two things added to each page:
a script that waits for the next build, and, while a page or the program is wrong, a box that says in
which file and line. The last good page stays under it. It builds a site of its own: a service that runs
beside it goes on with what was published.
"""

import html
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, gethostname, socket
from typing import TYPE_CHECKING, Any

from flask import Flask
from watchdog.observers import Observer

from forms_service.app import create_app, service_of
from forms_service.server.channel import Limits
from forms_service.server.waitress_server import Server, listen
from forms_service.settings import ANY_ADDRESS, Settings, SettingsError
from forms_service.web.site import SiteError
from forms_service.web.uploads import BODY_LIMIT_BYTES
from publishing import build
from publishing.rebuilder import News, Rebuilder

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from watchdog.observers.api import BaseObserver

WATCHED = (
    "docs",
    "theme",
    "forms_service/locale",
    "forms_service/mail/templates",
    "forms_service/templates/forms",
)
"""Folders whose files people edit; `mkdocs.yml` lies above them."""

SITE = build.ROOT / ".cache" / "preview"
"""The preview's own site; `site` is what is published."""

SCRIPT = """
const box = document.createElement("div");
box.className = "md-typeset";
box.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:99;max-height:50vh;overflow:auto";
box.innerHTML = `<div class="notice notice--warning" role="alert">
  <strong>Not built. The last good page stays:</strong><pre></pre></div>`;
box.firstChild.style.margin = 0;
const mistakes = box.querySelector("pre");
mistakes.style.whiteSpace = "pre-wrap";
let seen = null;
async function ask() {
  try {
    const news = await (await fetch("/preview/news?seen=" + (seen ?? ""))).json();
    if (seen !== null && news.build !== seen && !news.mistakes) return location.reload();
    seen = news.build;
    if (news.mistakes) {
      mistakes.textContent = news.mistakes;
      document.body.append(box);
    } else box.remove();
    setTimeout(ask, 50);
  } catch { setTimeout(ask, 1000); }
}
ask();
"""


class AnyHost(tuple[str, ...]):
    """Allowed hosts of a preview: any."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True


class Preview:
    """WSGI middleware: the service's pages with the preview's script; `/preview/…` answers that script."""

    def __init__(self, service: Callable[[], "WSGIApplication | None"], news: News) -> None:
        self._service, self._news = service, news

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/preview/live.js":
            return _answer(start_response, "text/javascript", SCRIPT)
        if path == "/preview/news":
            seen = environ.get("QUERY_STRING", "").removeprefix("seen=")
            return _answer(start_response, "application/json", json.dumps(self._news.after(seen)))
        service = self._service()
        if service is None:
            return _answer(start_response, "text/html", _page_of_mistakes(self._news.mistakes))
        return _with_script(service, environ, start_response)


def _with_script(
    service: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """The service's answer; a page gets the script. Never compressed, never kept by the browser."""
    for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
        environ.pop(name, None)
    told: list[Any] = []

    def remember(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        told[:] = [status, headers, exc_info]
        return lambda data: None

    body = service(environ, remember)
    status, headers, exc_info = told
    if not any(name.lower() == "content-type" and "text/html" in value for name, value in headers):
        start_response(status, headers, exc_info)
        return body
    page = b"".join(body)
    getattr(body, "close", lambda: None)()
    page = page.replace(b"</body>", b'<script src="/preview/live.js" defer></script></body>')
    kept = [pair for pair in headers if pair[0].lower() not in ("content-length", "cache-control", "etag")]
    start_response(
        status, [*kept, ("Content-Length", str(len(page))), ("Cache-Control", "no-store")], exc_info
    )
    return [page]


def _answer(start_response: "StartResponse", kind: str, text: str) -> Iterable[bytes]:
    body = text.encode()
    headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", [*headers, ("Cache-Control", "no-store")])
    return [body]


def _page_of_mistakes(mistakes: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Not built</title><body>'
        f"<h1>Not built yet</h1><pre>{html.escape(mistakes)}</pre>"
        '<script src="/preview/live.js" defer></script></body></html>'
    )


class LateService:
    """WSGI application: the service, created once the first good build is there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app: Flask | None = None
        self._making = threading.Lock()

    def __call__(self) -> Flask | None:
        """The service, or None while no site was ever built."""
        with self._making:
            if self._app is None:
                with suppress(SiteError):
                    self._app = create_app(self._settings)
                    service_of(self._app).outbox.start()
            return self._app

    def close(self) -> None:
        """End what the service runs in the background."""
        if self._app is not None:
            service_of(self._app).outbox.stop(1)
            service_of(self._app).store.close()


def _refuse(code: int) -> tuple[str, list[tuple[str, str]], bytes]:
    return f"{code} Refused", [("Content-Type", "text/plain")], b"The request could not be read.\n"


def main() -> int:
    """Build, serve, watch, until Ctrl-C. Exit 2 with one line where that cannot begin."""
    try:
        settings = Settings.from_environment(os.environ | {"RATE_LIMIT": "off"})
        listening = listen(settings.host, settings.port)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"Port {settings.port}: {error.strerror}. Try: PORT={settings.port + 1} make edit",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="partner-preview-") as scratch:
        SITE.parent.mkdir(exist_ok=True)
        settings = replace(
            settings, data_dir=Path(scratch), site_dir=SITE, mail_url="", allowed_hosts=AnyHost()
        )
        return _preview(settings, listening)


def _preview(settings: Settings, listening: socket) -> int:
    news = News()
    rebuilder = Rebuilder(build.ROOT, settings.site_dir, news)
    service = LateService(settings)
    limits = Limits(body_bytes=BODY_LIMIT_BYTES, drain_seconds=0.5)
    server = Server(Preview(service, news), lambda code, path: _refuse(code), listening, limits)

    def end(*_: object) -> None:
        server.stop()
        news.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    rebuilder.build()
    observer = _observer(rebuilder)
    watching = threading.Thread(target=rebuilder.run, daemon=True)
    watching.start()
    others = f"Others open http://{_reached_at()}:{settings.port}/\n" if settings.host in ANY_ADDRESS else ""
    print(
        f"Open {settings.base_url}/ or {settings.base_url}/en/: each save of a page, the program, the look\n"
        f"or a text shows.\n{others}Forms work and keep nothing. Ctrl-C ends it.",
        flush=True,
    )
    server.run()
    rebuilder.stop()
    observer.stop()
    watching.join()
    service.close()
    return 0


def _reached_at() -> str:
    """The address of this machine in its network, as the system would choose it; nothing is sent."""
    with socket(AF_INET, SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # RFC 5737: an address of nobody
        address: str = probe.getsockname()[0]
        return address
    return gethostname()


def _observer(rebuilder: Rebuilder) -> "BaseObserver":
    observer = Observer()
    for name in WATCHED:
        observer.schedule(rebuilder, str(build.ROOT / name), recursive=True)
    observer.schedule(rebuilder, str(build.ROOT))  # mkdocs.yml; not what lies deeper
    observer.start()
    return observer


if __name__ == "__main__":
    sys.exit(main())
