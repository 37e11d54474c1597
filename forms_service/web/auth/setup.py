"""Auth setup: installs access control and sign-in views on the Flask application."""

import logging
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_urls import AREAS, insecure, local_path
from forms_service.services.auth import Auth
from forms_service.services.sign_in_events import SignInEvent
from forms_service.settings import Settings
from forms_service.web.auth.layout import page, signed_in_area
from forms_service.web.auth.permissions import (
    EXTENSION,
    Access,
    NavigationEntry,
    Permission,
    PersonLimits,
    access,
    area_of,
    current,
    here,
    permission_of,
)
from forms_service.web.auth.sign_in_views import sign_in_pages
from forms_service.web.security import UNSAFE, Origins

SIGN_OUT = "/sign-out"
"""The one change that nobody is ever too fast for."""

log = logging.getLogger(__name__)


def install(app: Flask, access: Access) -> None:
    """Install access control for everything below the areas of this application."""
    app.extensions[EXTENSION] = access
    app.before_request(_refuse)
    app.after_request(_renew)


def close(app: Flask) -> None:
    """Answer 404 below all areas, whatever views there are."""

    @app.before_request
    def missing() -> None:
        if area_of(request.path) is not None:
            abort(404)


def _refuse() -> AnyResponse | None:
    """The answer to a request that may not go on; None to go on."""
    kind = area_of(request.path)
    if kind is None:
        return None
    if request.method in UNSAFE and not _comes_from_here():
        abort(403)
    if request.method in UNSAFE and signed_in_area() and not request.path.endswith(SIGN_OUT):
        access().limits.take(access().limits.changes)
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # there is no such address; the application says so
    need = permission_of(view)
    if need is None:
        if request.url_rule and area_of(request.url_rule.rule):
            log.error("a view does not say who may use it", extra={"view": request.endpoint})
        abort(404)
    return None if need.kind is None else _unless_allowed(need, kind)


def _unless_allowed(need: Permission, kind: UserKind) -> AnyResponse | None:
    person, sign_in = current(), f"{AREAS[kind]}/sign-in"
    if person is None and request.method in UNSAFE:
        typed = list(request.form.items(multi=True))
        return page("auth/ended.html", 403, sign_in=sign_in, address=here(), typed=typed)
    if person is None:
        wanted = local_path(here(), AREAS[kind])
        way_back = f"?next={quote(wanted, safe='/')}" if wanted and wanted != f"{AREAS[kind]}/" else ""
        return redirect(f"{sign_in}{way_back}", 303)
    if person.kind != need.kind or not person.may(str(need.role)):
        _count_refused_role(kind)
        abort(404)
    return None


def _count_refused_role(kind: UserKind) -> None:
    """An audit event; one that only looked writes nothing now."""
    refusals = access().sign_in.refusals
    refusals.count(SignInEvent.ROLE_REFUSED, kind)
    if request.method in UNSAFE:
        refusals.write_due()


def _comes_from_here() -> bool:
    """Stricter than for the public forms: a request that names no origin at all is refused as well."""
    says_so = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return says_so and access().origins.allows(
        request.headers, request.host, public_form=False, has_token=False
    )


def _renew(response: Response) -> Response:
    """Nobody keeps what stands below an area; a session that was used goes on from now."""
    if area_of(request.path) is None:
        return response
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    visit = g.get("access_visit")
    if visit is not None:
        access().keep(response, access().session_cookie, visit.cookie, visit.lasts)
    return response


def install_auth(
    app: Flask,
    auth: Auth,
    settings: Settings,
    *,
    vendor: Callable[[], str],
    navigation: Mapping[UserKind, Sequence[NavigationEntry]],
    kinds: Sequence[UserKind] = (UserKind.STAFF,),
) -> bool:
    """Install access control and sign-in views for these kinds of users, unless that would be unsafe.

    Returns:
        False where `insecure` says why not: then every address of every area is missing.
    """
    if insecure(settings.base_url):
        close(app)
        return False
    limits = PersonLimits(auth.sign_in.rules)
    install(app, Access(auth.sign_in, Origins(settings), settings.is_https, vendor, navigation, limits))
    for kind in kinds:
        app.register_blueprint(sign_in_pages(kind))
    return True
