"""What the status page answers to somebody who has lost a link: the same for every address."""

from flask import Response, request

from forms_service import forms
from forms_service.forms import PartnerForm
from forms_service.site import STATUS, Page
from forms_service.texts import bound_texts
from forms_service.views import answers
from forms_service.views.context import release, service

FORM = "lost-link"


def answer(there: Page) -> Response:
    """Owe the mail with the links, if there are any, and say so in either case."""
    form = forms.build(FORM, release().program, there.language, formdata=request.form)
    if not form.validate():
        return _page(there, form, status=422)
    service().lost_links.ask(form.said()["email"], there.language)
    return _page(there, None)


def _page(there: Page, form: PartnerForm | None, *, status: int = 200) -> Response:
    html = forms.explain_status(release().program, there.language, form=form, asked=form is None)
    title = there.title
    if status >= 400:
        title = bound_texts(there.language).gettext("Error: %(title)s") % {"title": title}
    return answers.private(there.filled({STATUS: html}, title=title), status)
