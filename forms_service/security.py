"""Who may send what: where a request came from, and how many one client may send. No pages, no forms."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Container
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request
from flask_limiter import Limiter
from limits.storage import Storage
from werkzeug.datastructures import Headers

from forms_service.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REMEMBERED_CLIENTS = 20_000
"""Counters held at most; whoever was counted longest ago is forgotten first."""


class Origins:
    """Whether an unsafe request comes from a page of ours. There is no cookie to forge, and no token.

    `Sec-Fetch-Site`, which no page can forge, decides where the browser sends it; else `Origin` does; a
    request with neither comes from no browser's page.
    """

    def __init__(self, settings: Settings) -> None:
        self._own = settings.base_url
        self._scheme = urlsplit(settings.base_url).scheme
        self._site = settings.site_url

    def allows(self, headers: Headers, host: str, *, public_form: bool, has_token: bool) -> bool:
        """Whether to go on.

        `host` is the request's own, already checked against the allowed ones. A public form may also be
        sent from the site's origin. An address with a token in it may be asked from a page that names no
        origin: it is a `no-referrer` page itself, and whoever knows the token is the one it is for.
        """
        origin = headers.get("Origin")
        if public_form and origin == self._site:
            return True
        if (fetch_site := headers.get("Sec-Fetch-Site")) is not None:
            return fetch_site in ("same-origin", "none")
        if origin is None:
            return True
        if origin == "null":
            return has_token
        return origin in (self._own, f"{self._scheme}://{host}")


def believe_proxies(environ: "WSGIEnvironment", hops: int) -> None:
    """Take client, scheme and host from `X-Forwarded-*` of exactly `hops` proxies; drop these headers.

    The last entry was written by the nearest proxy. With fewer entries than hops, nothing is believed.
    """
    forwarded = {
        name: environ.pop(f"HTTP_X_FORWARDED_{name}", "")
        for name in ("FOR", "PROTO", "HOST", "PORT", "PREFIX")
    }
    environ.pop("HTTP_FORWARDED", None)
    if not hops:
        return
    client, scheme, host = (_hop(forwarded[name], hops) for name in ("FOR", "PROTO", "HOST"))
    if (address := _address(client)) is not None:
        environ["REMOTE_ADDR"] = str(address)
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
    if host:
        environ["HTTP_HOST"] = host


def host_is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a Host header names one of ours, at any port."""
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not colon:
        name = host
    elif not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        return False
    return name.lower() in allowed


def client_of(remote_address: str) -> str:
    """Whom a limit counts: an IPv4 address, or the /64 network of an IPv6 one, which is one household."""
    address = _address(remote_address)
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def limiter(rate: str, *, exempt: Container[str] = ()) -> Limiter:
    """Counts unsafe requests of each client over all addresses together; GET is never counted.

    `exempt` names blueprints that are not counted: those of people who are signed in, many in one office.
    """
    return Limiter(
        lambda: client_of(request.remote_addr or ""),
        application_limits=[rate] if rate else [],
        application_limits_exempt_when=lambda: request.method not in UNSAFE or request.blueprint in exempt,
        storage_uri=f"{BoundedMemory.STORAGE_SCHEME[0]}://",
        strategy="fixed-window",
        enabled=bool(rate),
    )


class BoundedMemory(Storage):
    """Counters in memory: never more than `REMEMBERED_CLIENTS`, on a clock that nobody can set back."""

    STORAGE_SCHEME = ["bounded-memory"]  # noqa: RUF012 - declared so by the base class

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **_: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = threading.Lock()
        self._counters: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a broken storage raises: this one does not break."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; the window begins with its first hit."""
        with self._lock:
            count, ends = self._current(key)
            if not count:
                ends = time.monotonic() + expiry
            self._counters[key] = (count + amount, ends)
            self._counters.move_to_end(key)
            while len(self._counters) > REMEMBERED_CLIENTS:
                self._counters.popitem(last=False)
            return count + amount

    def get(self, key: str) -> int:
        """How many in the current window."""
        with self._lock:
            return self._current(key)[0]

    def get_expiry(self, key: str) -> float:
        """When the window ends, on the wall clock, as the limiter wants it."""
        with self._lock:
            return time.time() + max(0.0, self._current(key)[1] - time.monotonic())

    def check(self) -> bool:
        """Always there."""
        return True

    def reset(self) -> int:
        """Forget everybody."""
        with self._lock:
            known = len(self._counters)
            self._counters.clear()
            return known

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._lock:
            self._counters.pop(key, None)

    def _current(self, key: str) -> tuple[int, float]:
        count, ends = self._counters.get(key, (0, 0.0))
        if ends <= time.monotonic():
            self._counters.pop(key, None)
            return 0, 0.0
        return count, ends


def _hop(values: str, hops: int) -> str:
    entries = [entry.strip() for entry in values.split(",")]
    return entries[-hops] if len(entries) >= hops else ""


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:5678`, `::1`, `[::1]` or `[::1]:5678`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
