"""Error handlers: every error as a page of the site, in the URL's language; typed text is kept."""

import logging
from html import unescape
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.i18n.jinja import environment
from forms_service.i18n.translations import N_, texts
from forms_service.services.database import StoreUnavailable
from forms_service.services.rate_limiter import LimitExceeded
from forms_service.web import responses
from forms_service.web.auth import layout
from forms_service.web.context import REQUEST_ID, language, page, release
from forms_service.web.public import draft_views, status_form_views
from forms_service.web.site import MESSAGE, Release
from partner_program.model import Language

RETRY_AFTER_SECONDS = 120
"""After what time to come back when nothing can be stored."""

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(StoreUnavailable, cannot_store)
    app.register_error_handler(LimitExceeded, too_many)
    app.register_error_handler(HTTPException, any_other)
    app.register_error_handler(Exception, our_mistake)


def error_html(
    release: Release, language: Language, status: int, *, request_id: str = "", form_address: str = ""
) -> str:
    """Render the error page. That of 404 is as it was built."""
    page = release.error_page(language)
    if status == HTTPStatus.NOT_FOUND:
        return page.html
    heading, message = _said(
        release,
        page.language,
        status=status,
        request_id=request_id,
        form_address=form_address,
        home_words="",
        home="/" if page.language == release.default_language else f"/{page.language}/",
    )
    return page.filled({MESSAGE: str(message)}, title=heading)


def cannot_store(error: StoreUnavailable) -> Response:
    """503: nothing was stored; the page says so and keeps what was typed."""
    log.error("cannot store", exc_info=error)
    answer = _with_typed_answers(503, "not_stored") or _page(503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def too_many(error: LimitExceeded) -> Response:
    """429: rate limit exceeded; what was typed stands in the response."""
    if layout.signed_in_area():
        answer = layout.too_many(error.minutes)
    else:
        answer = _with_typed_answers(429, "too_many", minutes=error.minutes) or _page(429)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def any_other(error: HTTPException) -> Response:
    """Any other HTTP error."""
    code = error.code or 500
    answer = _page(code)
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        there = page()
        answer.headers["Allow"] = (
            "GET, HEAD, POST" if there is not None and there.takes_posts else "GET, HEAD"
        )
    return answer


def our_mistake(error: Exception) -> Response:
    """500: the page shows an id; the log has the details under it."""
    log.error("unexpected error", exc_info=error)
    return _page(500)


def status_line(code: int) -> str:
    """`413 Request Entity Too Large`."""
    return f"{code} {HTTP_STATUS_CODES.get(code, 'Error')}"


def _said(release: Release, language: Language, **facts: Any) -> tuple[str, Any]:
    """Heading, and message as HTML."""
    template = environment(language).get_template("pages/error.html")
    shown: Any = template.make_module({"contact": release.program.contact.email, **facts})
    return unescape(str(shown.heading)).strip(), shown


HOME_WORDS = {UserKind.STAFF: N_("Submissions"), UserKind.PARTNER: N_("Partner area")}
"""What the first page of each area is called."""


def _page(code: int) -> Response:
    if area := layout.signed_in_area():
        speaks = layout.response_language()
        heading, message = _said(
            release(),
            speaks,
            status=code,
            request_id=request.environ[REQUEST_ID],
            form_address="",
            home=f"{AREAS[area]}/",
            home_words=texts(speaks).gettext(HOME_WORDS[area]),
        )
        return layout.error_page(heading, message, code)
    there = page()
    form_address = there.path if there is not None and there.takes_posts else ""
    html = error_html(
        release(), language(), code, request_id=request.environ[REQUEST_ID], form_address=form_address
    )
    return responses.private(html, code)


def _with_typed_answers(status: int, problem: str, minutes: int = 0) -> Response | None:
    """The page that the form was sent from, with every answer; None where no form was sent."""
    there = page()
    if request.endpoint in status_form_views.ENDPOINTS:
        return status_form_views.typed_again(status, responses.problem(problem, language(), minutes=minutes))
    if request.endpoint in draft_views.ENDPOINTS:
        return draft_views.typed_again(status, responses.problem(problem, language(), minutes=minutes))
    if request.method != "POST" or there is None or there.form is None:
        return None
    form = responses.posted_form(there, there.form)
    above = responses.problem(problem, there.language, minutes=minutes)
    return responses.with_form(there, form, status, problem=above)
