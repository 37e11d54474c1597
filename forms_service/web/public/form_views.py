"""Public form views: the tier finder, lost status links, and the forms that are stored."""

from contextlib import suppress

from flask import Blueprint, Response, abort, current_app, redirect, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission
from forms_service.forms import PartnerForm, SentForm
from forms_service.i18n.translations import bound_texts
from forms_service.services.partners import PartnerMissing
from forms_service.web import responses
from forms_service.web.auth.permissions import EXTENSION, current
from forms_service.web.context import page, release, service
from forms_service.web.public import status_layout
from forms_service.web.security import client_of
from forms_service.web.site import FINDER, STATUS, SitePage
from partner_program import block_html

FORM = "lost-link"


def answer(there: SitePage) -> Response:
    """Queue the mail with lost links, if there are any; the same response in either case."""
    form = forms.build(FORM, release().program, there.language, formdata=request.form)
    if not form.validate():
        return _page(there, form, status=422)
    service().lost_links.ask(form.said()["email"], there.language)
    return _page(there, None)


def _page(there: SitePage, form: PartnerForm | None, *, status: int = 200) -> Response:
    html = forms.explain_status(release().program, there.language, form=form, asked=form is None)
    title = there.title
    if status >= 400:
        title = bound_texts(there.language).gettext("Error: %(title)s") % {"title": title}
    return responses.private(there.filled({STATUS: html}, title=title), status)


blueprint = Blueprint("forms", __name__)


@blueprint.get("/", provide_automatic_options=False)
@blueprint.get("/<path:address>", provide_automatic_options=False)
def find_tier(address: str = "") -> Response:
    """Answer the tier finder in its own page; 404 where the page has none."""
    there = page()
    if there is None or FINDER not in there.slots:
        abort(404)
    form = forms.build(FINDER, release().program, there.language, formdata=MultiDict(request.args))
    if not form.validate():
        return responses.with_form(there, form, 422)
    found = block_html.finder_answer(release().program, forms.facts(form.said()), there.language)
    return responses.with_form(there, form, answer=Markup(found))  # noqa: S704 - escaped where it is made


@blueprint.post("/", provide_automatic_options=False)
@blueprint.post("/<path:address>", provide_automatic_options=False)
def send(address: str = "") -> AnyResponse:
    """Store a form, then redirect, so that a reload cannot send it twice."""
    there = page()
    if there is not None and STATUS in there.slots:
        return answer(there)
    if there is None or there.form is None:
        abort(404 if there is None and not release().file(request.path) else 405)
    if request.content_length and not request.form:
        abort(400)
    form = responses.posted_form(there, there.form)
    assert isinstance(form, SentForm)  # noqa: S101 - what POSTED_FORMS names
    is_stale = form.program_version not in ("", release().program.hash)
    changed = responses.problem("program_changed", there.language) if is_stale else None
    if form.row_action():
        return responses.with_form(there, form, problem=changed)
    is_valid = responses.is_valid(form)
    if changed:
        return responses.with_form(there, form, 409, problem=changed)
    if not is_valid:
        return responses.with_form(there, form, 422)
    return redirect(_submitted(there, form), 303)


def _submitted(there: SitePage, form: SentForm) -> str:
    """Store the form; the address of its status page, or of the deal's in the sender's own partner area.

    Where the same was sent from elsewhere before, the link goes by mail to whoever is named as its sender,
    and the address is that of the page that explains where to find it.
    """
    submissions, client = service().submissions, client_of(request.remote_addr or "")
    record = submissions.submit(
        form.name,
        form.said(),
        program=release().program,
        language=there.language,
        trapped=form.is_honeypot_filled,
        client=client,
    )
    if own := _in_partner_area(record):
        return own
    if submissions.sent_from_elsewhere(record, client):
        service().lost_links.ask(sender_of(record), there.language)
        return release().status_page(there.language).path
    return status_layout.address(submissions.token_of(record), there.language)


def _in_partner_area(record: Submission) -> str:
    """The deal's page in the partner area, where it is of a company of whoever is signed in; else empty."""
    person = current() if EXTENSION in current_app.extensions else None
    if person is None or person.kind != UserKind.PARTNER:
        return ""
    for partner in service().partners.of(person.email):
        with suppress(PartnerMissing):
            deal = service().partner_deals.one(partner, record["id"])
            return f"{AREAS[UserKind.PARTNER]}/{partner['id']}/deals/{deal['id']}?done=registered"
    return ""
