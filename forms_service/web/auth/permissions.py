"""What a view says and asks about people: `requires(role)`, `everybody`, `current()`. `gate` enforces it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast
from urllib.parse import quote

from flask import current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import ROLES, Principal, UserKind
from forms_service.domain.auth.sessions import Rules
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.services.rate_limits import RateLimiter
from forms_service.services.sign_in import SignIn, Visit
from forms_service.web.security import Origins

View = TypeVar("View", bound=Callable[..., Any])

EXTENSION = "access"
_NEED = "access_need"


@dataclass(frozen=True)
class Permission:
    """Who may use a view."""

    kind: UserKind | None
    """None: everybody, signed in or not."""
    role: str | None


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of an area's navigation."""

    address: str
    """From the root of the service: `/desk/figures`."""
    words: str
    """A message id, marked with `N_`."""
    role: str
    """The weakest role that sees it."""


class LimitExceeded(Exception):
    """Somebody who is signed in does something too often; nothing was changed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after
        """In seconds."""


class PersonLimits:
    """Rate limiters of people who are signed in, each by themselves: many may sit behind one address."""

    def __init__(self, rules: Rules) -> None:
        self.changes = RateLimiter(rules.changes, rules.changes_within)
        self.registrations = RateLimiter(rules.registrations, rules.registrations_within)
        self.uploads = RateLimiter(rules.uploads, rules.uploads_within)

    def take(self, limiter: RateLimiter) -> None:
        """Count one of whoever sent this request. Raises LimitExceeded: answered with 429."""
        person = current()
        if person is not None and not limiter.take(person.id):
            raise LimitExceeded(limiter.retry_after(person.id))


@dataclass(frozen=True)
class Access:
    """What the guard and the pages work with."""

    sign_in: SignIn
    origins: Origins
    is_https: bool
    vendor: Callable[[], str]
    """The name above every page."""
    navigation: Mapping[UserKind, Sequence[NavigationEntry]]
    limits: PersonLimits

    @property
    def session_cookie(self) -> str:
        """Carries the session."""
        return session_cookie(is_https=self.is_https)

    @property
    def asking_cookie(self) -> str:
        """Known to the browser that asked for a link, and to no other."""
        return "__Host-asking" if self.is_https else "asking"

    def device_cookie(self, kind: UserKind) -> str:
        """Tells the rate limiter that somebody of this kind has signed in here before; opens nothing."""
        return f"__Host-device-{kind}" if self.is_https else f"device-{kind}"

    def keep(self, response: AnyResponse, name: str, value: str, lasts: timedelta) -> None:
        """Have the browser keep a cookie: no script reads it, no other site's form sends it."""
        response.set_cookie(
            name,
            value,
            max_age=max(1, int(lasts.total_seconds())),
            path="/",
            secure=self.is_https,
            httponly=True,
            samesite="Lax",
        )

    def drop(self, response: AnyResponse, name: str) -> None:
        """Have the browser forget a cookie."""
        response.delete_cookie(name, path="/", secure=self.is_https, httponly=True, samesite="Lax")


def session_cookie(*, is_https: bool) -> str:
    """The name of the cookie with the session; `__Host-` binds it to this very host, and needs https."""
    return "__Host-session" if is_https else "session"


def access() -> Access:
    """The access of the application that answers this request."""
    return cast(Access, current_app.extensions[EXTENSION])


def recognised() -> Visit | None:
    """The session this request belongs to, looked up once for each request."""
    if "access_visit" not in g:
        cookie = request.cookies.get(access().session_cookie)
        g.access_visit = access().sign_in.visit(cookie) if cookie else None
    visit: Visit | None = g.access_visit
    return visit


def current() -> Principal | None:
    """Who sent this request, if they are signed in."""
    visit = recognised()
    return visit.principal if visit else None


def session_id() -> str | None:
    """The session this request belongs to."""
    visit = recognised()
    return visit.session if visit else None


def forget() -> None:
    """The session of this request has ended or was replaced: its cookie is not renewed."""
    g.access_visit = None


def requires(role: str, kind: UserKind = UserKind.STAFF) -> Callable[[View], View]:
    """Open a view to people of this kind whose role is this one or a stronger one."""
    if role not in ROLES[kind]:
        raise ValueError(f"{role!r} is no role of {kind}")
    return _marker(Permission(kind, role))


def everybody(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    return _marker(Permission(None, None))(view)


def need_of(view: Callable[..., Any]) -> Permission | None:
    """Who may use a view; None if it does not say."""
    found: Permission | None = getattr(view, _NEED, None)
    return found


def area_of(path: str) -> UserKind | None:
    """Whose area this address belongs to."""
    return next(
        (kind for kind, prefix in AREAS.items() if path == prefix or path.startswith(f"{prefix}/")), None
    )


def _marker(need: Permission) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _NEED, need)
        return view

    return mark


def here() -> str:
    """The address of this request, from the root of the service."""
    query = request.query_string.decode("latin-1")
    return quote(request.path, safe="/~!$&'()*+,;=:@") + (f"?{query}" if query else "")
