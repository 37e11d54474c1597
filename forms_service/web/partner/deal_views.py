"""Deals in the partner area: register one prefilled, look at it, report it won or lost."""

from typing import Any

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.auth.roles import PERSON, UserKind
from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions.action_results import Done, Refused
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import refusal
from forms_service.forms import PartnerForm
from forms_service.forms.deals import DealResult
from forms_service.i18n.translations import N_, bound_texts
from forms_service.services.database import StoreUnavailable
from forms_service.web import errors, receipt_page
from forms_service.web.auth.layout import page, response_language
from forms_service.web.auth.permissions import access, requires
from forms_service.web.context import release, service, today
from forms_service.web.partner.context import blueprint, me, own
from forms_service.web.partner_record.views import CHANGED, NOT_STORED, PartnerView
from forms_service.web.public import status_layout

FORM, SENT_AS = "partner-deal", "deal-registration"
PROGRAM_CHANGED = N_(
    "The program has changed while you were filling this in. Look through it and send it again."
)


@blueprint.get("/register-deal", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def find_form() -> AnyResponse:
    """Redirect to the prefilled form of the user's company; where there are several, they choose first."""
    companies = service().partners.of(me().email)
    only = f"{companies[0]['id']}/register-deal" if len(companies) == 1 else ""
    return redirect(f"/partner/{only}", 303)


@blueprint.get("/<reference>/register-deal", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_registering(reference: str) -> Response:
    """Show the prefilled form."""
    place, partner = own(reference)
    company = partner["company"]
    known: dict[str, Any] = {"partner_email": me().email}
    if len(company["models"]) == 1:
        known["model"] = company["models"][0]
    form = forms.build(FORM, release().program, response_language(), said=known, today=today())
    return _registering(place, partner, form)


@blueprint.post("/<reference>/register-deal", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def register(reference: str) -> AnyResponse:
    """Register the deal for the partner, then redirect to its status page."""
    place, partner = own(reference)
    form: Any = typed_deal()
    is_valid = form.validate()
    if form.program_version not in ("", release().program.hash):
        return _registering(place, partner, form, 409, place.showing(partner).text(PROGRAM_CHANGED))
    if not is_valid:
        return _registering(place, partner, form, 422)
    if not place.showing(partner).deals.may_register:
        return _registering(place, partner, form, 422, place.showing(partner).text(CHANGED))
    access().limits.take(access().limits.registrations)
    record = service().submissions.submit(
        SENT_AS,
        {"partner_tax_id": partner["company"]["tax_id"], **form.said()},
        program=release().program,
        language=response_language(),
        partner=reference,
    )
    return redirect(status_layout.address(service().submissions.token_of(record), response_language()), 303)


@blueprint.get("/<reference>/deals/<deal>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_deal(reference: str, deal: str) -> Response:
    """Show a deal, with the form for its result."""
    place, partner = own(reference)
    return _deal(place, partner, service().partner_deals.one(partner, deal))


@blueprint.get("/<reference>/deals/<deal>/receipt", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_receipt(reference: str, deal: str) -> Response:
    """Show the receipt of a deal, for paper."""
    _, partner = own(reference)
    found = service().partner_deals.one(partner, deal)
    return receipt_page.page(found, response_language(), f"/partner/{reference}/deals/{deal}") or abort(404)


@blueprint.post("/<reference>/deals/<deal>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def report_deal(reference: str, deal: str) -> AnyResponse:
    """Report the deal as won or lost."""
    place, partner = own(reference)
    found = service().partner_deals.one(partner, deal)
    form = typed_result()
    if not form.validate():
        return _deal(place, partner, found, form, 422)
    outcome = service().submissions.report(
        deal, form.said()["outcome"], form.details(), program=release().program, reporter=me().email
    )
    if isinstance(outcome, Done):
        return redirect(f"/partner/{reference}/deals/{deal}?done=y", 303)
    found = service().partner_deals.one(partner, deal)
    sentence = refusal(outcome, bound_texts(response_language())) if isinstance(outcome, Refused) else ""
    if isinstance(outcome, Refused) and form.refuse(outcome.field, sentence):
        return _deal(place, partner, found, form, 422)
    return _deal(place, partner, found, form, 422, problem=sentence)


@blueprint.errorhandler(StoreUnavailable)
def not_stored(error: StoreUnavailable) -> Response:
    """503: the page with everything typed; nothing was stored."""
    plain = errors.cannot_store(error)
    at = request.view_args or {}
    match request.endpoint:
        case "partner.register":
            place, partner = own(at["reference"])
            problem = place.showing(partner).text(NOT_STORED)
            answer = _registering(place, partner, typed_deal(), 503, problem)
        case "partner.report_deal":
            place, partner = own(at["reference"])
            problem = place.showing(partner).text(NOT_STORED)
            found = service().partner_deals.one(partner, at["deal"])
            answer = _deal(place, partner, found, typed_result(), 503, problem)
        case _:
            return plain
    answer.headers["Retry-After"] = plain.headers["Retry-After"]
    return answer


def typed_deal() -> PartnerForm:
    """The submitted deal form."""
    return forms.build(FORM, release().program, response_language(), formdata=request.form, today=today())


def typed_result() -> DealResult:
    """The submitted result form."""
    return forms.build_result(release().program, response_language(), formdata=request.form, today=today())


def _registering(
    place: PartnerView, partner: Partner, form: PartnerForm, status: int = 200, problem: str = ""
) -> Response:
    return page(
        "partner/deal_form.html",
        status,
        form=form,
        problem=problem,
        **place.around(place.showing(partner), "deals", list(form.mistakes())),
    )


def _deal(
    place: PartnerView,
    partner: Partner,
    deal: Submission,
    form: DealResult | None = None,
    status: int = 200,
    problem: str = "",
) -> Response:
    """The page of a deal; what could be reported about it stands in the form from the beginning."""
    it = place.showing(partner)
    said = deal.get("said") or {}
    if form is None and it.deals.may_report(deal):
        form = forms.build_result(release().program, response_language(), said=said, today=today())
    mistakes: list[tuple[str, str]] = [("", problem)] if problem else []
    mistakes += form.mistakes() if form else ()
    done = it.text(REPORTED) if "done" in request.args and not mistakes else ""
    return page(
        "partner/deal.html",
        status,
        deal=deal,
        answers=forms.summary(SENT_AS, said, release().program, response_language()),
        status_page=_status_page(deal),
        form=form,
        **place.around(it, "deals", mistakes, done),
    )


def _status_page(deal: Submission) -> str:
    """The page that whoever registered it has the link to; empty where its key is gone."""
    try:
        return status_layout.address(service().submissions.token_of(deal), response_language())
    except KeyError:
        return ""


REPORTED = N_("Thank you: it is noted.")
