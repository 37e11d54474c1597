"""The forms, at whatever page marketing placed them on."""

from flask import Blueprint, Response, abort, redirect, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.forms import SentForm
from forms_service.mail.owed import sender_of
from forms_service.security import client_of
from forms_service.site import FINDER, STATUS, Page
from forms_service.views import answers, holder, lost_link
from forms_service.views.context import page, release, service
from partner_program import rendering

blueprint = Blueprint("forms", __name__)


@blueprint.get("/", provide_automatic_options=False)
@blueprint.get("/<path:address>", provide_automatic_options=False)
def find_tier(address: str = "") -> Response:
    """Answer the tier finder in its own page. Any other GET that comes here asks for nothing there is."""
    there = page()
    if there is None or FINDER not in there.slots:
        abort(404)
    form = forms.build(FINDER, release().program, there.language, formdata=MultiDict(request.args))
    if not form.validate():
        return answers.with_form(there, form, 422)
    found = rendering.finder_answer(release().program, forms.facts(form.said()), there.language)
    return answers.with_form(there, form, answer=Markup(found))  # noqa: S704 - escaped where it is made


@blueprint.post("/", provide_automatic_options=False)
@blueprint.post("/<path:address>", provide_automatic_options=False)
def send(address: str = "") -> AnyResponse:
    """Take a form, then redirect, so that a reload cannot send it twice."""
    there = page()
    if there is not None and STATUS in there.slots:
        return lost_link.answer(there)
    if there is None or there.form is None:
        abort(404 if there is None and not release().file(request.path) else 405)
    if request.content_length and not request.form:
        abort(400)
    form = answers.posted_form(there, there.form)
    assert isinstance(form, SentForm)  # noqa: S101 - what POSTED_FORMS names
    is_stale = form.program_version not in ("", release().program.hash)
    changed = answers.problem("program_changed", there.language) if is_stale else None
    if form.row_action():
        return answers.with_form(there, form, problem=changed)
    is_valid = answers.is_valid(form)
    if changed:
        return answers.with_form(there, form, 409, problem=changed)
    if not is_valid:
        return answers.with_form(there, form, 422)
    return redirect(_submitted(there, form), 303)


def _submitted(there: Page, form: SentForm) -> str:
    """Store the form; the address of its status page.

    Where the same was sent from elsewhere before, the link goes by mail to whoever is named as its sender,
    and the address is that of the page that explains where to find it.
    """
    submissions, client = service().submissions, client_of(request.remote_addr or "")
    record = submissions.submit(
        form.name,
        form.said(),
        program=release().program,
        language=there.language,
        trapped=form.trapped,
        client=client,
    )
    if submissions.sent_from_elsewhere(record, client):
        service().lost_links.ask(sender_of(record), there.language)
        return release().status_page(there.language).path
    return holder.address(submissions.token_of(record), there.language)
