"""Permissions of views: the decorators `requires(role)` and `everybody`; `current()` is the user."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast
from urllib.parse import quote

from flask import current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.roles import ROLES, Principal, UserKind
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.services.rate_limiter import RateLimiter
from forms_service.services.sign_in import SignIn, Visit
from forms_service.web.security import Origins

View = TypeVar("View", bound=Callable[..., Any])

EXTENSION = "access"
_NEED = "access_need"


@dataclass(frozen=True)
class Permission:
    """Permission that a view asks for."""

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
    group: str = ""
    """Message id of the group that it is folded into; empty for what is used daily."""


class PersonLimits:
    """Rate limits per signed-in user: many may share one IP address."""

    def __init__(self, rules: AuthPolicy) -> None:
        self.changes = RateLimiter(rules.changes, rules.changes_within)
        self.registrations = RateLimiter(rules.registrations, rules.registrations_within)
        self.uploads = RateLimiter(rules.uploads, rules.uploads_within)

    def take(self, limiter: RateLimiter) -> None:
        """Count one for the current user. Raises LimitExceeded: answered with 429."""
        person = current()
        if person is not None:
            limiter.spend(person.id)


@dataclass(frozen=True)
class Access:
    """Access control of the application: sign-in service, origin check, cookies, navigation."""

    sign_in: SignIn
    origins: Origins
    is_https: bool
    vendor: Callable[[], str]
    """The name above every page."""
    navigation: Mapping[UserKind, Sequence[NavigationEntry]]
    limits: PersonLimits

    @property
    def session_cookie(self) -> str:
        """Name of the session cookie."""
        return session_cookie(is_https=self.is_https)

    @property
    def asking_cookie(self) -> str:
        """Name of the cookie of the browser that requested a sign-in link."""
        return "__Host-asking" if self.is_https else "asking"

    @property
    def calendar_cookie(self) -> str:
        """Name of the cookie that keeps a new calendar link until it is copied."""
        return "__Host-calendar-link" if self.is_https else "calendar-link"

    def device_cookie(self, kind: UserKind) -> str:
        """Name of the device cookie (OWASP): tells the rate limiter of earlier sign-ins; grants nothing."""
        return f"__Host-device-{kind}" if self.is_https else f"device-{kind}"

    def keep(self, response: AnyResponse, name: str, value: str, lasts: timedelta) -> None:
        """Set a cookie: HttpOnly, SameSite=Lax, Secure with https."""
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
        """Delete a cookie."""
        response.delete_cookie(name, path="/", secure=self.is_https, httponly=True, samesite="Lax")


def session_cookie(*, is_https: bool) -> str:
    """Name of the session cookie; with https `__Host-` binds it to this very host."""
    return "__Host-session" if is_https else "session"


def access() -> Access:
    """Access control of the current application."""
    return cast(Access, current_app.extensions[EXTENSION])


def recognised() -> Visit | None:
    """Session of the current request, looked up once for each request."""
    if "access_visit" not in g:
        cookie = request.cookies.get(access().session_cookie)
        g.access_visit = access().sign_in.visit(cookie) if cookie else None
    visit: Visit | None = g.access_visit
    return visit


def current() -> Principal | None:
    """Current user, if signed in."""
    visit = recognised()
    return visit.principal if visit else None


def session_id() -> str | None:
    """Session id of the current request."""
    visit = recognised()
    return visit.session if visit else None


def forget() -> None:
    """Do not renew the session cookie: the session has ended or was replaced."""
    g.access_visit = None


def requires(role: str, kind: UserKind = UserKind.STAFF) -> Callable[[View], View]:
    """Decorator: the view needs a user of this kind with this role or a stronger one."""
    if role not in ROLES[kind]:
        raise ValueError(f"{role!r} is no role of {kind}")
    return _marker(Permission(kind, role))


def everybody(view: View) -> View:
    """Decorator: the view is public."""
    return _marker(Permission(None, None))(view)


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """Permission of a view; None if it names none."""
    found: Permission | None = getattr(view, _NEED, None)
    return found


def area_of(path: str) -> UserKind | None:
    """Area (staff, partner) of this URL path."""
    return next(
        (kind for kind, prefix in AREAS.items() if path == prefix or path.startswith(f"{prefix}/")), None
    )


def _marker(need: Permission) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _NEED, need)
        return view

    return mark


def here() -> str:
    """Path of the current request with its query."""
    query = request.query_string.decode("latin-1")
    return quote(request.path, safe="/~!$&'()*+,;=:@") + (f"?{query}" if query else "")
