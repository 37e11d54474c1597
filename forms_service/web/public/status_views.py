"""Status page views: a submission for whoever holds its secret link; the token is the only permission."""

import re
from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.i18n.translations import bound_texts
from forms_service.mail import calendar_file
from forms_service.web import receipt_page, responses
from forms_service.web.context import language, release, service
from forms_service.web.public import status_form_views, status_layout, status_notices, status_page
from forms_service.web.site import STATUS, SitePage
from partner_program.model import Language

blueprint = Blueprint("status", __name__)

DEAL_FORM = forms.FORM_OF_KIND[SubmissionKind.DEAL]
CARRIED_OVER = ("partner_tax_id", "partner_email")
"""What a partner need not type again for the next deal."""
_NO_TOKEN_SIGN = re.compile("[^A-Za-z0-9_-]")
_PART = "<any(correct, withdraw, result):part>"
"""Forms of a status page that have an address of their own."""


@blueprint.get("/status/<token>", provide_automatic_options=False, strict_slashes=False)
@blueprint.get("/<prefix>/status/<token>", provide_automatic_options=False, strict_slashes=False)
def show(token: str, prefix: str | None = None) -> AnyResponse:
    """Show reference, state, deadline, answers, next step and possible actions."""
    record = _record(token, prefix)
    if request.path.endswith("/"):
        return redirect(status_layout.address(token, language()), 303)
    html = status_page.html(
        record,
        release().program,
        language(),
        address=status_layout.address(token, language()),
        now=service().clock(),
        can_register_another=record["kind"] == SubmissionKind.DEAL and _deal_page(language()) is not None,
        duplicate_address=_duplicate_address(record),
        partner=service().submissions.partner_begun_by(record),
        confirmation=service().submissions.confirmation_of(record),
        done="" if _is_unseen() else status_notices.take(record),
    )
    return status_layout.page(html, record, token)


def _is_unseen() -> bool:
    """Whether nobody reads this answer: a script that sent a form asks for it, and then leads to the page."""
    return request.method == "HEAD" or "X-In-Place" in request.headers


@blueprint.get("/status/<token>.ics", provide_automatic_options=False)
@blueprint.get("/<prefix>/status/<token>.ics", provide_automatic_options=False)
def deadline_for_calendars(token: str, prefix: str | None = None) -> Response:
    """Deadline of a deal as an iCalendar file."""
    record = _record(token, prefix)
    entry = calendar_file.decide_by(record, release().program, language())
    if entry is None:
        abort(404)
    answer = Response(entry, content_type=calendar_file.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{record["id"]}.ics"'
    return status_layout.private(answer)


@blueprint.get("/status/<token>/receipt", provide_automatic_options=False)
@blueprint.get("/<prefix>/status/<token>/receipt", provide_automatic_options=False)
def show_receipt(token: str, prefix: str | None = None) -> Response:
    """Show the receipt of a deal, for paper."""
    found = receipt_page.page(_record(token, prefix), language(), status_layout.address(token, language()))
    return status_layout.private(found or abort(404))


@blueprint.post("/status/<token>", provide_automatic_options=False)
@blueprint.post("/<prefix>/status/<token>", provide_automatic_options=False)
def act(token: str, prefix: str | None = None) -> AnyResponse:
    """Actions of the sender: answer a question, send a message; any other as at its own address."""
    record = _record(token, prefix)
    match request.form.get("action"), request.form.get("confirmed"):
        case "another", _:
            return _another_deal(record)
        case "answer", _:
            return status_form_views.answer(record, token)
        case "message", _:
            return status_form_views.message(record, token)
        case "withdraw", None:
            return redirect(status_layout.address(token, language(), "withdraw"), 303)
        case ("correct" | "result") as part, None:
            return status_form_views.show(part, record, token)
        case ("correct" | "result" | "withdraw") as part, _:
            return status_form_views.save(part, record, token)
    raise BadRequest


@blueprint.get(f"/status/<token>/{_PART}", provide_automatic_options=False)
@blueprint.get(f"/<prefix>/status/<token>/{_PART}", provide_automatic_options=False)
def show_form(token: str, part: str, prefix: str | None = None) -> AnyResponse:
    """Show the form for a correction, a result or a withdrawal, at an address of its own."""
    return status_form_views.show(part, _record(token, prefix), token)


@blueprint.post(f"/status/<token>/{_PART}", provide_automatic_options=False)
@blueprint.post(f"/<prefix>/status/<token>/{_PART}", provide_automatic_options=False)
def save(token: str, part: str, prefix: str | None = None) -> AnyResponse:
    """Take what that form says: 303 to the status page, or 422 with everything typed."""
    return status_form_views.save(part, _record(token, prefix), token)


def _duplicate_address(record: Submission) -> str:
    """The status page of the sender's own registration that a rejection names; empty for any other."""
    named = record["decision"].get("duplicate_of") if "decision" in record else None
    token = service().submissions.token_of_own(record, named) if named else None
    return status_layout.address(token, language()) if token else ""


def _record(token: str, prefix: str | None) -> Submission:
    """The submission with this token. A wrong one is not found; the page offers new links."""
    if (prefix is not None and prefix != language()) or prefix == release().default_language:
        abort(404)
    record = service().submissions.with_token(token)
    if record is None and service().submissions.had_token(token):
        abort(_link_problem("replaced.html", HTTPStatus.GONE))
    if record is None:
        abort(_only_token_signs(token) or _link_problem("unknown_link.html", HTTPStatus.NOT_FOUND))
    return record


def _only_token_signs(token: str) -> AnyResponse | None:
    """Redirect to the status page whose address had signs pasted with it: spaces, line ends, a full stop."""
    bare = _NO_TOKEN_SIGN.sub("", token)
    if bare == token or request.method == "POST" or service().submissions.with_token(bare) is None:
        return None
    return redirect(status_layout.address(bare, language()), 303)


def _link_problem(template: str, status: HTTPStatus) -> Response:
    """What a link answers that was renewed (410) or leads nowhere (404): the form for lost links."""
    there = release().status_page(language())
    form = forms.explain_status(release().program, language(), action=there.path)
    html = responses.rendered(template, language()) + form
    title = bound_texts(language()).gettext("Error: %(title)s") % {"title": there.title}
    return status_layout.private(responses.private(there.filled({STATUS: html}, title=title), status))


def _another_deal(record: Submission) -> Response:
    """The deal form, with what a partner need not type again, ready to be sent to its own page."""
    there = _deal_page(language())
    if there is None or record["kind"] != SubmissionKind.DEAL:
        abort(404)
    known = {name: value for name, value in record["said"].items() if name in CARRIED_OVER}
    form = forms.build(DEAL_FORM, release().program, there.language, said=known)
    answer = status_layout.private(responses.with_form(there, form, action=there.path))
    # The address holds the token, so others learn nothing of it; but with no referrer at all the form
    # would be sent without an origin, and refused.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _deal_page(language: Language) -> SitePage | None:
    """The page with the deal form, if it can be shown at a status address: links count from there."""
    there = release().page_with(DEAL_FORM, language)
    same_depth = there is not None and there.path.count("/") == release().status_page(language).path.count(
        "/"
    )
    return there if same_depth else None
