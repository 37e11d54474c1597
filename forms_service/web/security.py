"""Security: origin check (CSRF), proxy headers, allowed hosts, rate limits of clients."""

import ipaddress
import threading
import time
from collections.abc import Callable, Container
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request
from flask_limiter import ApplicationLimit, Limiter
from limits import parse_many
from limits.storage import Storage
from werkzeug.datastructures import Headers

from forms_service.services.counter_table import CounterTable
from forms_service.services.rate_limiter import WIDER, wider_networks
from forms_service.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REMEMBERED_CLIENTS = 20_000
"""Counters held at most; see `CounterTable` for what is forgotten first."""


class Origins:
    """Origin check: whether an unsafe request comes from a page of ours. Replaces CSRF tokens.

    `Sec-Fetch-Site`, which no page can forge, decides where the browser sends it; else `Origin` does; a
    request with neither comes from no browser's page.
    """

    def __init__(self, settings: Settings) -> None:
        self._own = settings.base_url
        self._scheme = urlsplit(settings.base_url).scheme
        self._site = settings.site_url

    def allows(self, headers: Headers, host: str, *, public_form: bool, has_token: bool) -> bool:
        """Whether the request may go on.

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
    """Whether a Host header names an allowed host, at any port."""
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not colon:
        name = host
    elif not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        return False
    return name.lower() in allowed


def client_of(remote_address: str) -> str:
    """Rate limit key of a client: an IPv4 address, or the /64 network of an IPv6 one."""
    address = _address(remote_address)
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def limiter(rate: str, *, exempt: Container[str] = ()) -> Limiter:
    """Flask-Limiter for unsafe requests per client, all URLs together; GET is never counted.

    `exempt` names blueprints that are not counted: those of people who are signed in, many in one office.
    """

    def is_exempt() -> bool:
        return request.method not in UNSAFE or request.blueprint in exempt

    limits = [ApplicationLimit(rate, exempt_when=is_exempt)] if rate else []
    limits += [_wider_limit(rate, number, is_exempt) for number in range(len(WIDER) if rate else 0)]
    return Limiter(
        _client,
        application_limits=[*limits],
        storage_uri=f"{BoundedMemory.STORAGE_SCHEME[0]}://",
        strategy="fixed-window",
        enabled=bool(rate),
    )


def _client() -> str:
    return client_of(request.remote_addr or "")


def _wider_limit(rate: str, number: int, is_exempt: Callable[[], bool]) -> ApplicationLimit:
    """The limit of one of the networks around an IPv6 client; what its own limit refused is not counted."""
    factor = list(WIDER.values())[number]
    amounts = "; ".join(
        f"{each.amount * factor} per {each.multiples} {each.GRANULARITY.name}" for each in parse_many(rate)
    )
    return ApplicationLimit(
        amounts,
        key_function=lambda: list(wider_networks(_client()))[number],
        scope=f"wider-{number}",
        exempt_when=lambda: is_exempt() or not wider_networks(_client()),
        deduct_when=lambda answer: answer.status_code != HTTPStatus.TOO_MANY_REQUESTS,
    )


class BoundedMemory(Storage):
    """Storage of Flask-Limiter: at most `REMEMBERED_CLIENTS` counters, on the monotonic clock."""

    STORAGE_SCHEME = ["bounded-memory"]  # noqa: RUF012 - declared so by the base class

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **_: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = threading.Lock()
        self._counters: CounterTable[tuple[int, float]] = CounterTable(REMEMBERED_CLIENTS)

    @property
    def base_exceptions(self) -> type[Exception]:
        """Exceptions of a broken storage: none."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one; the window begins with its first hit."""
        with self._lock:
            now = time.monotonic()
            count, ends = self._counters.get(key, now) or (0, now + expiry)
            count += amount
            self._counters.put(key, (count, ends), count=count, ends=ends, now=now)
            return count

    def get(self, key: str) -> int:
        """Count in the current window."""
        with self._lock:
            return (self._counters.get(key, time.monotonic()) or (0, 0.0))[0]

    def get_expiry(self, key: str) -> float:
        """End of the window, as wall clock time, which the limiter wants."""
        with self._lock:
            now = time.monotonic()
            _, ends = self._counters.get(key, now) or (0, now)
            return time.time() + ends - now

    def check(self) -> bool:
        """Whether the storage works: always."""
        return True

    def reset(self) -> int:
        """Clear all counters."""
        with self._lock:
            known = len(self._counters)
            self._counters.clear()
            return known

    def clear(self, key: str) -> None:
        """Clear one counter."""
        with self._lock:
            self._counters.pop(key)


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
