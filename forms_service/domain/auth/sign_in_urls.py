"""Sign-in URLs: building links, open-redirect check, whether sign-in is safe at a base URL."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from forms_service.domain.auth.roles import UserKind
from forms_service.settings import is_loopback

AREAS: Mapping[UserKind, str] = {UserKind.STAFF: "/desk", UserKind.PARTNER: "/partner"}
"""The part of the site that is open to each kind of people: everything below this address."""

_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")
_CLIMBS = re.compile(r"(?i)/(?:\.|%2e){1,2}(?:/|\?|\Z)")
_LONGEST = 2000


def local_path(text: str | None, prefix: str) -> str | None:
    """Open-redirect check: the text if it is a path below `prefix` here, else None. Raises nothing."""
    if text is None or len(text) > _LONGEST or not text.startswith(prefix):
        return None
    rest = text[len(prefix) :]
    return text if _PATH.fullmatch(rest) and not _CLIMBS.search(rest) else None


def link_url(base_url: str, kind: UserKind, token: str) -> str:
    """URL of a sign-in link."""
    return f"{base_url}{AREAS[kind]}/link/{token}"


def insecure(base_url: str) -> str | None:
    """Why sign-in is refused at this base URL (no https), in one line; None where it is safe.

    Over plain http a session could be read on its way, so it is allowed on the machine itself only.
    """
    parts = urlsplit(base_url)
    if parts.scheme == "https" or is_loopback(base_url):
        return None
    return f"BASE_URL={base_url!r}: signing in needs https (plain http only on this machine itself)"
