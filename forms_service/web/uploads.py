"""Upload limits: largest body of a form, and of URLs that take files.

Those (for a signed agreement, and for invoiced amounts) take more only from somebody who is signed in on
their side of the site, which is known from the head of the request, before any of the body is read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.http import parse_cookie

from forms_service.domain.auth.roles import PERSON, REVIEWER, UserKind
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.domain.partners.agreement import LARGEST_BYTES
from forms_service.services.sign_in import Visit

BODY_LIMIT_BYTES = 256 * 1024
"""Of every form."""
FILE_LIMIT_BYTES = LARGEST_BYTES + 64 * 1024
"""Of the form with a file: the largest that is kept, and what stands around it."""

_REFERENCE = "PAR(?:-[0-9A-Z]{4}){2}"
_TAKES_A_FILE: Mapping[UserKind, re.Pattern[str]] = {
    UserKind.PARTNER: re.compile(f"{AREAS[UserKind.PARTNER]}/{_REFERENCE}/agreement-file"),
    UserKind.STAFF: re.compile(
        f"{AREAS[UserKind.STAFF]}/partners/{_REFERENCE}/(?:agreement-file|amounts/file)"
    ),
}
_ROLES = {UserKind.PARTNER: PERSON, UserKind.STAFF: REVIEWER}


def takes_a_file(path: str) -> UserKind | None:
    """Area in which this URL takes a file; None where it takes none."""
    return next((kind for kind, rule in _TAKES_A_FILE.items() if rule.fullmatch(path)), None)


@dataclass(frozen=True)
class BodyLimits:
    """Body limit of a request."""

    visit: Callable[[str], Visit | None]
    """Whom a session's cookie lets in now."""
    cookie: str
    """Its name."""

    def owner(self, cookies: str) -> str:
        """Id of the user who sends a file; empty for nobody."""
        found = self._visit(cookies)
        return found.principal.id if found else ""

    def _visit(self, cookies: str) -> Visit | None:
        cookie = parse_cookie(cookies).get(self.cookie)
        return self.visit(cookie) if cookie else None

    def __call__(self, method: str, path: str, cookies: str) -> int:
        """So many bytes at most. `cookies` is the whole header."""
        kind = takes_a_file(path)
        if method != "POST" or kind is None:
            return BODY_LIMIT_BYTES
        found = self._visit(cookies)
        is_in = found is not None and found.principal.kind is kind and found.principal.may(_ROLES[kind])
        return FILE_LIMIT_BYTES if is_in else BODY_LIMIT_BYTES
