"""The web domain that a company registered, from a website or an e-mail address as people type it."""

import re
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from forms_service.decisions.shared_domains import FREE_MAIL, NO_COMPANY

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/?#@]*@)?([^/?#:@\s]+)", re.IGNORECASE)
_LAST_LABEL_IS_A_NUMBER = re.compile(r"\.[0-9]+$")
_LONGEST_NAME = 253
_SPECIAL = frozenset({"example", "invalid", "local", "localhost", "onion", "test"})
"""Top-level domains that are on no list of public suffixes (RFC 6761)."""


@cache
def _suffixes() -> PublicSuffixList:
    """The list that comes with the package, its private section too: `acme.github.io` is not `github.io`."""
    return PublicSuffixList()


LONGEST = 320
"""Characters of an address at most (RFC 5321: 64, `@`, 255)."""


def ascii_form(host: str) -> str | None:
    """A-labels of a host name, in lower case; None where there are none.

    UTS 46, non-transitional, as mail and browsers look names up: `straße.de` is not `strasse.de`.
    """
    if len(host) > _LONGEST_NAME:
        return None
    if host.isascii():
        return host.lower() if all(0 < len(label) < 64 for label in host.split(".")) else None
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def canonical_address(address: str) -> str:
    """The one spelling by which an e-mail address is known: lower case, its domain in ASCII.

    Of what is no address, the text itself in lower case.
    """
    local, at, host = address.strip().rpartition("@")
    return f"{local.lower()}{at}{ascii_form(host) or host.lower()}"


def is_top_level(label: str) -> bool:
    """Whether a label in lower case is a top-level domain, or one for tests and local names."""
    return label in _SPECIAL or _suffixes().publicsuffix(label, accept_unknown=False) is not None


def registered(address: str) -> str | None:
    """The registered domain (`acme.com.pl` of `https://www.shop.acme.com.pl/about` or `advisor@acme.com.pl`).

    International names come in their ASCII form. None where there is no domain: an IP address (no top-level
    domain is a number, RFC 3696), one label, a public suffix, something else altogether, more than LONGEST.
    """
    return _registered(address) if len(address) <= LONGEST else None


@lru_cache(maxsize=8192)
def _registered(address: str) -> str | None:
    host = _HOST.match(address.strip())
    if host is None:
        return None
    name = ascii_form(host[1].strip("."))
    if name is None or "." not in name or _LAST_LABEL_IS_A_NUMBER.search(name):
        return None
    domain: str | None = _suffixes().privatesuffix(name)
    return domain


def of_company(address: str | None) -> str | None:
    """The registered domain if it can identify a company: None also for free mail, social media, markets."""
    domain = registered(address) if address else None
    return None if domain in NO_COMPANY else domain


def is_free_mail(email: str) -> bool:
    """Whether anybody can have an address there."""
    return registered(email) in FREE_MAIL
