"""Access request views: form, mailed link, confirmation. Same response for every address and company."""

from contextlib import suppress
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.sign_in_links import LinkState
from forms_service.domain.companies import web_domains
from forms_service.domain.partners.access_requests import ANSWERED_WITHIN
from forms_service.domain.values.tax_ids import SHORTENED, TaxIdProblem, TaxIdRefused, clean_tax_id
from forms_service.i18n.translations import N_, bound_texts
from forms_service.services import access_requests
from forms_service.web.auth.layout import asked_language, page, response_language
from forms_service.web.auth.permissions import everybody
from forms_service.web.context import release, service
from forms_service.web.partner_record.form_input import FormInput, NotUsable, RejectedForm
from forms_service.web.partner_record.views import in_words
from forms_service.web.security import client_of
from partner_program.model import Language

blueprint = Blueprint("partner-asking", __name__, url_prefix="/partner")
"""Apart from the pages of people who are signed in: whoever sends something here counts as a visitor."""

FORM = "ask"
NO_NAME = N_("Enter your name")
NO_NUMBER = N_(
    "Enter your company's tax number: this address does not say which company you are from. "
    "An address of the company does."
)
BAD_NUMBER = N_("Check the tax number: it is neither a NIP nor an EU VAT number")


@blueprint.get("/ask", provide_automatic_options=False)
@everybody
def show_asking() -> Response:
    """Show the form."""
    return _page("form")


@blueprint.post("/ask", provide_automatic_options=False)
@everybody
def ask() -> AnyResponse:
    """Mail a confirmation link."""
    typed = FormInput(request.form)
    name, email = _name(typed), typed.address("email", needed=True)
    tax_id = _tax_id(typed, email)
    try:
        typed.check()
    except NotUsable as refused:
        return _page(
            "form", 422, sent=RejectedForm(request.form, in_words(refused, bound_texts(response_language())))
        )
    service().access_requests.ask(
        name=name,
        email=email,
        tax_id=tax_id,
        client=client_of(request.remote_addr or ""),
        lang=response_language(),
    )
    return redirect(f"/partner/ask/asked?{urlencode({'lang': response_language()})}", 303)


@blueprint.get("/ask/asked", provide_automatic_options=False)
@everybody
def show_asked() -> Response:
    """Tell where to look now."""
    return _page("asked")


@blueprint.get("/ask/passed-on", provide_automatic_options=False)
@everybody
def show_passed_on() -> Response:
    """Tell what happens now."""
    return _page("passed-on")


@blueprint.get("/ask/<token>", provide_automatic_options=False)
@everybody
def show_confirming(token: str) -> AnyResponse:
    """Show the button that confirms. GET changes nothing: mail scanners follow links."""
    standing, found = service().access_requests.standing(token)
    lang = asked_language() or (found["lang"] if found else None)
    if standing is not LinkState.GOOD:
        return _closed(standing, lang)
    return _private(_page("confirm", lang=lang))


@blueprint.post("/ask/<token>", provide_automatic_options=False)
@everybody
def confirm_asking(token: str) -> AnyResponse:
    """Confirm the request."""
    standing = service().access_requests.confirm(token)
    if standing is not LinkState.GOOD:
        return _closed(standing, asked_language())
    return _private(redirect(f"/partner/ask/passed-on?{urlencode({'lang': response_language()})}", 303))


def _name(typed: FormInput) -> str:
    name = typed.line("name")
    if not name:
        typed.wrong("name", NO_NAME)
    return name


def _tax_id(typed: FormInput, email: str) -> str:
    """A number, or nothing where the address says enough."""
    number = typed.line("tax_id")
    if number:
        try:
            return clean_tax_id(number, "")
        except TaxIdRefused as refused:
            return _known(typed, number, refused)
    elif web_domains.of_company(email) is None:
        typed.wrong("tax_id", NO_NUMBER)
    return ""


def _known(typed: FormInput, number: str, refused: TaxIdRefused) -> str:
    """A number that somebody applied with, looked for only where nothing else is wrong."""
    country = None if typed.mistakes else service().submissions.country_of(number)
    if country is not None:
        with suppress(TaxIdRefused):
            return clean_tax_id(number, country)
    typed.wrong("tax_id", SHORTENED if refused.fault is TaxIdProblem.SHORTENED else BAD_NUMBER)
    return ""


def _closed(standing: LinkState, lang: Language | None) -> AnyResponse:
    return _private(
        _page("closed", 404 if standing is LinkState.UNKNOWN else 410, lang=lang, standing=standing)
    )


def _page(
    stage: str,
    status: int = 200,
    *,
    lang: Language | None = None,
    sent: RejectedForm | None = None,
    standing: LinkState = LinkState.GOOD,
) -> Response:
    lang = lang or response_language()
    prefix = "" if lang == release().default_language else f"/{lang}"
    return page(
        "partner/access_request.html",
        status,
        lang=lang,
        stage=stage,
        sent=sent or RejectedForm(),
        standing=standing,
        days=ANSWERED_WITHIN.days,
        hours=int(access_requests.LINK_WORKS.total_seconds() // 3600),
        contact=release().program.contact.email,
        privacy=f"{service().settings.site_url}{prefix}/privacy/",
    )


def _private(response: AnyResponse) -> AnyResponse:
    """The address of the page is a secret: no other site is told where its reader came from."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
