"""A deal that came by phone or mail, entered by staff with the time at which it was registered."""

from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.access.guard import access, requires
from forms_service.access.people import REVIEWER
from forms_service.cases.deeds import Deed
from forms_service.cases.outcomes import Done
from forms_service.cases.partners import PartnerMissing
from forms_service.decisions import wording
from forms_service.decisions.refusals import Refused
from forms_service.desk.context import NOT_STORED, blueprint, desk, me, say, shown, submission_address
from forms_service.forms.entered_deal import registered_at
from forms_service.partners.people import contacts
from forms_service.views import answers
from forms_service.views.context import release, service, today

FORM = "entered-deal"


@blueprint.get("/enter", provide_automatic_options=False)
@requires(REVIEWER)
def show_entering() -> Response:
    """The form: blank, or with what is known of the `partner` that the address names."""
    known = _known(request.args.get("partner", ""))
    return _page(forms.build(FORM, release().program, say().language, said=known, today=today()))


@blueprint.post("/enter", provide_automatic_options=False)
@requires(REVIEWER)
def enter() -> AnyResponse:
    """Store it, as registered when the partner said it."""
    form: Any = forms.build(FORM, release().program, say().language, formdata=request.form, today=today())
    if not answers.is_valid(form):
        return _page(form, 422)
    access().limits.take(access().limits.registrations)
    outcome = desk().enter(
        form.said(),
        me(),
        received_at=registered_at(form),
        how=form.how.data,
        language=form.language.data,
    )
    if isinstance(outcome, Done):
        reference = outcome.record["id"]
        service().deeds.note(me().email, Deed.ENTERED, about=reference)
        return redirect(f"{submission_address(reference)}?done=enter", 303)
    refusal = wording.refusal(outcome, say().words) if isinstance(outcome, Refused) else ""
    form.received_time.errors = [refusal]
    return _page(form, 422)


def _known(reference: str) -> dict[str, Any] | None:
    try:
        partner = service().partners.get(reference)
    except PartnerMissing:
        return None
    emails = [person["email"] for person in contacts(partner) if person["email"]]
    return {
        "partner_tax_id": partner["company"]["tax_id"],
        "partner_email": emails[0] if emails else "",
        "language": partner["lang"],
    }


def not_stored() -> Response:
    """The form, after it could not be stored."""
    form = forms.build(FORM, release().program, say().language, formdata=request.form, today=today())
    return _page(form, 503, problem=say().text(NOT_STORED))


def _page(form: Any, status: int = 200, *, problem: str = "") -> Response:
    return shown("enter.html", status, form=form, mistakes=list(form.mistakes()), problem=problem)
