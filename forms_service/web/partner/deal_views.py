"""Deals in the partner area: register one prefilled, look at it, answer, correct, withdraw, report it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.auth.roles import PERSON, UserKind
from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions.sender_view import may_correct, may_withdraw, sender_may
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action
from forms_service.forms import PartnerForm
from forms_service.i18n.translations import N_
from forms_service.services.database import StoreUnavailable
from forms_service.services.partners import PartnerMissing
from forms_service.web import errors, receipt_page, sender_forms
from forms_service.web.auth.layout import page, response_language
from forms_service.web.auth.permissions import access, requires
from forms_service.web.context import release, service, today
from forms_service.web.partner.context import blueprint, me, own
from forms_service.web.partner_record.views import CHANGED, NOT_STORED, PartnerView
from forms_service.web.public import status_layout
from forms_service.web.sender_forms import FormState, Outcome
from partner_program.model import Language

FORM, SENT_AS = "partner-deal", "deal-registration"
PROGRAM_CHANGED = N_(
    "The program has changed while you were filling this in. Check your answers and send them again."
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
    """Register the deal for the partner, then redirect to its page."""
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
    return redirect(f"{place.base}/{reference}/deals/{record['id']}?done=registered", 303)


@blueprint.get("/<reference>/deals/<deal>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_deal(reference: str, deal: str) -> Response:
    """Show a deal: what is to be done first, then where it stands, what was registered and what happened."""
    return _deal(OwnDeal.of(reference, deal))


@blueprint.get("/<reference>/deals/<deal>/receipt", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_receipt(reference: str, deal: str) -> Response:
    """Show the receipt of a deal, for paper."""
    _, partner = own(reference)
    found = service().partner_deals.one(partner, deal)
    return receipt_page.page(found, response_language(), f"/partner/{reference}/deals/{deal}") or abort(404)


@blueprint.post("/<reference>/deals/<deal>", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def answer_deal(reference: str, deal: str) -> AnyResponse:
    """Answer the question on the deal's page, or send a message. Without an action it is a result."""
    if "action" not in request.form:
        return report_deal(reference, deal)
    own_deal = OwnDeal.of(reference, deal)
    if request.form["action"] == sender_forms.MESSAGE:
        done = sender_forms.message(own_deal.deal, response_language())
        return (
            _deal(own_deal, message=done) if isinstance(done, FormState) else _came_of(own_deal, done, "sent")
        )
    done = sender_forms.answer(own_deal.deal, response_language())
    if isinstance(done, FormState):
        return _deal(own_deal, done)
    return _came_of(own_deal, done, "answered", sender_forms.typed_answer)


@blueprint.get("/<reference>/deals/<deal>/correct", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_correction(reference: str, deal: str) -> AnyResponse:
    """Show the deal's form with what was registered."""
    own_deal = OwnDeal.of(reference, deal)
    if not may_correct(own_deal.deal):
        return _too_late(own_deal)
    return _correcting(own_deal, sender_forms.correction(own_deal.deal, response_language(), FORM))


@blueprint.post("/<reference>/deals/<deal>/correct", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def correct_deal(reference: str, deal: str) -> AnyResponse:
    """Store the correction."""
    own_deal = OwnDeal.of(reference, deal)
    done = sender_forms.correct(own_deal.deal, response_language(), FORM)
    if isinstance(done, FormState):
        return _correcting(own_deal, done)
    return _came_of(
        own_deal,
        done,
        "corrected",
        lambda lang: typed_deal(),
        lambda lang: sender_forms.correction(own_deal.deal, lang, FORM).form,
    )


@blueprint.get("/<reference>/deals/<deal>/result", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_result(reference: str, deal: str) -> AnyResponse:
    """Show the form for the result."""
    own_deal = OwnDeal.of(reference, deal)
    if not sender_may(own_deal.deal, Action.WIN):
        return _too_late(own_deal)
    return _reporting(own_deal, sender_forms.result(own_deal.deal, response_language()))


@blueprint.post("/<reference>/deals/<deal>/result", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def report_deal(reference: str, deal: str) -> AnyResponse:
    """Report the deal as won or lost."""
    own_deal = OwnDeal.of(reference, deal)
    done = sender_forms.report(own_deal.deal, response_language(), reporter=me().email)
    if isinstance(done, FormState):
        return _reporting(own_deal, done)
    return _came_of(
        own_deal,
        done,
        "reported",
        sender_forms.typed_result,
        lambda lang: sender_forms.result(own_deal.deal, lang).form,
    )


@blueprint.get("/<reference>/deals/<deal>/withdraw", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def show_withdrawal(reference: str, deal: str) -> AnyResponse:
    """Ask whether the deal is to be withdrawn."""
    own_deal = OwnDeal.of(reference, deal)
    if not may_withdraw(own_deal.deal):
        return _too_late(own_deal)
    return _form_page("partner/deal_withdraw.html", own_deal)


@blueprint.post("/<reference>/deals/<deal>/withdraw", provide_automatic_options=False)
@requires(PERSON, UserKind.PARTNER)
def withdraw_deal(reference: str, deal: str) -> AnyResponse:
    """Withdraw the deal."""
    own_deal = OwnDeal.of(reference, deal)
    return _came_of(own_deal, sender_forms.withdraw(own_deal.deal), "withdrawn")


@blueprint.errorhandler(StoreUnavailable)
def not_stored(error: StoreUnavailable) -> Response:
    """503: the page with everything typed; nothing was stored."""
    plain = errors.cannot_store(error)
    at = request.view_args or {}
    match request.endpoint:
        case "partner.register":
            place, partner = own(at["reference"])
            answer = _registering(place, partner, typed_deal(), 503, place.showing(partner).text(NOT_STORED))
        case "partner.answer_deal" | "partner.correct_deal" | "partner.report_deal" | "partner.withdraw_deal":
            answer = _typed_again(OwnDeal.of(at["reference"], at["deal"]), request.endpoint)
        case _:
            return plain
    answer.headers["Retry-After"] = plain.headers["Retry-After"]
    return answer


def typed_deal() -> PartnerForm:
    """The submitted deal form."""
    return forms.build(FORM, release().program, response_language(), formdata=request.form, today=today())


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


@dataclass(frozen=True)
class OwnDeal:
    """A deal of one of the user's companies."""

    place: PartnerView
    partner: Partner
    deal: Submission

    @classmethod
    def of(cls, reference: str, deal: str) -> Self:
        """Raises PartnerMissing for any other, and for one whose data is erased."""
        place, partner = own(reference)
        found = service().partner_deals.one(partner, deal)
        if not found.get("said"):
            raise PartnerMissing(reference)
        return cls(place, partner, found)

    @property
    def address(self) -> str:
        """URL of its page."""
        return f"{self.place.base}/{self.partner['id']}/deals/{self.deal['id']}"


def _came_of(
    own_deal: OwnDeal,
    done: Outcome,
    what: str,
    typed: Callable[[Language], PartnerForm] | None = None,
    shown: Callable[[Language], PartnerForm] | None = None,
) -> AnyResponse:
    if done is Outcome.DONE:
        return redirect(f"{own_deal.address}?done={what}", 303)
    now = OwnDeal.of(own_deal.partner["id"], own_deal.deal["id"])
    lang = response_language()
    return _too_late(now, typed(lang) if typed else None, shown(lang) if shown else None)


def _too_late(
    own_deal: OwnDeal, typed: PartnerForm | None = None, shown: PartnerForm | None = None
) -> Response:
    """422: the deal as it is now, and what was typed, to be sent as a message."""
    text = sender_forms.overtaken(typed, shown) if typed else ""
    found = sender_forms.as_message(own_deal.deal, response_language(), text)
    message = FormState(found, 422) if found else None
    return _deal(own_deal, status=422, problem=TOO_LATE, message=message, unsent="" if found else text)


def _typed_again(own_deal: OwnDeal, endpoint: str) -> Response:
    """503: what was typed; nothing was stored."""
    lang = response_language()
    match endpoint:
        case "partner.correct_deal":
            typed = sender_forms.typed_correction(own_deal.deal, lang, FORM)
            return _correcting(own_deal, replace(typed, status=503), NOT_STORED)
        case "partner.report_deal":
            return _reporting(own_deal, FormState(sender_forms.typed_result(lang), 503), NOT_STORED)
        case "partner.withdraw_deal":
            return _form_page("partner/deal_withdraw.html", own_deal, status=503, problem=NOT_STORED)
        case _ if request.form.get("action") == sender_forms.MESSAGE:
            typed_message = FormState(sender_forms.typed_message(lang), 503)
            return _deal(own_deal, problem=NOT_STORED, status=503, message=typed_message)
        case _ if "action" not in request.form:
            return _reporting(own_deal, FormState(sender_forms.typed_result(lang), 503), NOT_STORED)
    return _deal(own_deal, FormState(sender_forms.typed_answer(lang), 503), problem=NOT_STORED)


def _correcting(own_deal: OwnDeal, shown: FormState, problem: str = "") -> Response:
    return _form_page("partner/deal_correct.html", own_deal, shown, problem=problem)


def _reporting(own_deal: OwnDeal, shown: FormState, problem: str = "") -> Response:
    return _form_page("partner/deal_result.html", own_deal, shown, problem=problem)


def _deal(
    own_deal: OwnDeal,
    reply: FormState | None = None,
    *,
    status: int = 200,
    problem: str = "",
    message: FormState | None = None,
    unsent: str = "",
) -> Response:
    """The page of a deal; the form for an answer stands in it while a question waits for one."""
    deal = own_deal.deal
    if reply is None and sender_may(deal, Action.ANSWER):
        blank = forms.build(sender_forms.REPLY, release().program, response_language())
        reply = FormState(blank, message.status if message else status)
    return _form_page(
        "partner/deal.html",
        own_deal,
        reply,
        status=message.status if message else status,
        problem=problem,
        message=message,
        unsent=unsent,
        answers=forms.summary(SENT_AS, deal["said"], release().program, response_language()),
        status_page=_status_page(deal),
    )


def _form_page(
    template: str,
    own_deal: OwnDeal,
    shown: FormState | None = None,
    *,
    status: int = 200,
    problem: str = "",
    message: FormState | None = None,
    **more: Any,
) -> Response:
    it = own_deal.place.showing(own_deal.partner)
    mistakes: list[tuple[str, str]] = [("", it.text(problem))] if problem else []
    for each in (shown, message):
        mistakes += each.form.mistakes() if each else ()
    what = request.args.get("done", "") if not mistakes else ""
    decision = it.deals.decide_in_words(own_deal.deal) if what == "registered" else ""
    return page(
        template,
        shown.status if shown else status,
        deal=own_deal.deal,
        done_what=what,
        form=shown.form if shown else None,
        shown=shown,
        message=message.form if message else None,
        **more,
        **own_deal.place.around(it, "deals", mistakes, f"{it.text(DONE.get(what, ''))} {decision}".strip()),
    )


def _status_page(deal: Submission) -> str:
    """The page that whoever registered it has the link to; empty where its key is gone."""
    try:
        return status_layout.address(service().submissions.token_of(deal), response_language())
    except KeyError:
        return ""


TOO_LATE = N_("That is no longer possible. Nothing was changed. The current state is below.")
DONE = {
    "registered": N_("Registered."),
    "answered": N_("Thank you, we have your answer."),
    "sent": N_("Thank you, your message is sent."),
    "corrected": N_("Your correction is saved."),
    "withdrawn": N_("Withdrawn. You can register a new one at any time."),
    "reported": N_("Thank you: it is noted."),
}
"""Said once on the page of a deal, after what its address says was done."""
