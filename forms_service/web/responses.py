"""Responses: built pages with something in a slot."""

from typing import Any

from flask import Response, request
from markupsafe import Markup

from forms_service import forms
from forms_service.forms import PartnerForm
from forms_service.forms.deals import DealForm
from forms_service.forms.sections import Progress
from forms_service.i18n.jinja import environment
from forms_service.i18n.translations import bound_texts
from forms_service.services.on_time_rate import SLOT
from forms_service.web.context import release, service, today
from forms_service.web.site import SitePage
from partner_program.model import Language
from partner_program.typography import bind_page


def rendered(template: str, language: Language, **values: Any) -> str:
    """Render a template of `templates/pages/`."""
    return environment(language).get_template(f"pages/{template}").render(**values)


def posted_form(page: SitePage, name: str) -> PartnerForm:
    """The submitted form `name`."""
    return forms.build(name, release().program, page.language, formdata=request.form, today=today())


def is_valid(form: PartnerForm) -> bool:
    """Validate the form; a tax number of an earlier application is accepted again."""
    return bool(form.validate()) or (
        isinstance(form, DealForm) and form.recognise(service().submissions.country_of)
    )


def with_form(
    page: SitePage,
    form: PartnerForm,
    status: int = 200,
    *,
    problem: Markup | None = None,
    answer: Markup | None = None,
    action: str = "",
    progress: Progress | None = None,
) -> Response:
    """Page with this form in its slot; from status 400 on, its title names the error."""
    html = forms.render(form, action=action, problem=problem, answer=answer, progress=progress)
    title = page.title
    if status >= 400:
        title = bound_texts(page.language).gettext("Error: %(title)s") % {"title": title}
    promise = service().promise.html(page.language)
    return private(page.filled({SLOT: promise, form.name: html}, title=title), status)


def private(html: str, status: int = 200) -> Response:
    """Private response: no cache, no search engine."""
    answer = Response(bind_page(html), status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def problem(name: str, language: Language, *, minutes: int = 0) -> Markup:
    """Message above a form whose answers were kept: a macro of `problem.html`."""
    contact = release().program.contact.email
    html = rendered("problem.html", language, problem=name, contact=contact, minutes=minutes)
    return Markup(html)  # noqa: S704 - the template escapes every value
