"""Public form views: the tier finder, lost status links, and the forms that are stored."""

from flask import Blueprint, Response, abort, redirect, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.forms import PartnerForm, SentForm
from forms_service.forms.sections import SECTIONS
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses
from forms_service.web.context import page, release, service
from forms_service.web.public import draft_views, form_storage
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
    is_row_button = form.row_action()
    if form.name in SECTIONS and is_row_button and "section" in request.form:
        return draft_views.in_sections(there, form, draft_views.section_of_button(form))
    if form.name in SECTIONS and not is_row_button and "continue" in request.form:
        return draft_views.begin(there, form)
    is_stale = form.program_version not in ("", release().program.hash)
    changed = responses.problem("program_changed", there.language) if is_stale else None
    if is_row_button:
        return responses.with_form(there, form, problem=changed)
    is_valid = responses.is_valid(form)
    if changed:
        return responses.with_form(there, form, 409, problem=changed)
    if not is_valid:
        return responses.with_form(there, form, 422)
    return redirect(form_storage.stored(there, form), 303)
