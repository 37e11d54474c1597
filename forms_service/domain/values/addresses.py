"""E-mail and web addresses: validate and normalise the syntax. No network."""

import re
from urllib.parse import SplitResult, quote, urlsplit

import idna
from email_validator import EmailNotValidError, validate_email

from forms_service.domain.values.normalisation import bare_email, without_marks

_SCHEME = re.compile(r"(?i)https?://")
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_KEPT = "!#$%&'()*+,/:;=?@[]~"


class AddressRefused(ValueError):
    """Not a valid address."""


def clean_email(text: str) -> str:
    """The address that mail can be sent to, in ASCII, its domain in lower case.

    One address and nothing else: no name, no list, no quoted part, no IP address.

    Raises AddressRefused.
    """
    try:
        bare = bare_email(text)
        address = validate_email(bare, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise AddressRefused(text) from error
    if address.ascii_email is None:
        raise AddressRefused(text)
    return address.ascii_email


def clean_website(text: str) -> str:
    """The address with its scheme (`https` where none was given), its host in ASCII and lower case.

    Only `http` and `https`, only hosts with a name, no user name in it; a lone slash at the end is dropped.

    Raises AddressRefused.
    """
    text = without_marks(text)
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        host = _ascii_host(parts)
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except (ValueError, UnicodeError) as error:
        raise AddressRefused(text) from error
    if parts.username is not None or not _HOST.fullmatch(host) or re.search(r"\s|[<>\"\\^`{|}]", text):
        raise AddressRefused(text)
    path = "" if parts.path == "/" else quote(parts.path, safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{path}{query}"


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
