"""What became of an approved deal, written down or corrected by staff."""

from typing import cast

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.access.guard import requires
from forms_service.access.people import REVIEWER
from forms_service.cases.outcomes import ChangedMeanwhile, Done
from forms_service.decisions import wording
from forms_service.decisions.results import OUTCOMES
from forms_service.decisions.states import Kind
from forms_service.desk.context import blueprint, desk, me, say, submission_address
from forms_service.desk.orders import Order
from forms_service.desk.submission_pages import page_of
from forms_service.forms.deal_result import DealResult
from forms_service.views.context import release, today


@blueprint.post("/submissions/<reference>/result", provide_automatic_options=False)
@requires(REVIEWER)
def report_result(reference: str) -> AnyResponse:
    """Note that it is won or lost, from the same form that partners fill in."""
    found = desk().submission(reference, me())
    seen = request.form.get("seen", "")
    if found.record["kind"] != Kind.DEAL or not (seen.isascii() and seen.isdigit()):
        abort(400)
    form = typed()
    if not form.validate():
        return page_of(found, Order(), 422, result=form)
    action = next(action for action, state in OUTCOMES.items() if state == form.outcome.data)
    outcome = desk().act(reference, action, me(), seen=int(seen[:12]), details=form.details())
    if isinstance(outcome, Done):
        return redirect(f"{submission_address(reference)}?done={action}", 303)
    found = desk().submission(reference, me())
    if isinstance(outcome, ChangedMeanwhile):
        return page_of(found, Order(), 409, outcome=outcome, result=form)
    sentence = wording.refusal(outcome, say().words)
    if form.refuse(outcome.field, sentence):
        return page_of(found, Order(), 422, result=form)
    return page_of(found, Order(), 422, result=form, problem=sentence)


def typed() -> DealResult:
    """The form as it was filled in."""
    form = forms.build("deal-result", release().program, say().language, request.form, today=today())
    return cast(DealResult, form)
