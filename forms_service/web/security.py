"""Security: origin check (CSRF), proxy headers, allowed hosts, rate limits of clients."""

import ipaddress
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import Headers

from forms_service.services.rate_limiter import RateLimiter
from forms_service.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


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


def trust_proxies(environ: "WSGIEnvironment", hops: int) -> None:
    """Take client, scheme and host from `X-Forwarded-*` of exactly `hops` proxies; drop these headers.

    The last entry was written by the nearest proxy. With fewer entries than hops, nothing is believed.
    Not werkzeug's `ProxyFix`: there a quote that a client opens swallows what proxies append behind it.
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


def limit_forms(limiter: RateLimiter, exempt: Container[str], own: Mapping[str, RateLimiter]) -> None:
    """Count an unsafe request of a client, all URLs together; GET is never counted.

    `exempt` names blueprints that are not counted: those of people who are signed in, many in one office.
    `own` names blueprints that are counted by a limiter of their own.

    Raises:
        LimitExceeded: this client, or a network around it, sent too much.
    """
    if request.method in UNSAFE and request.endpoint and request.blueprint not in exempt:
        own.get(request.blueprint or "", limiter).spend_client(client_of(request.remote_addr or ""))


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
