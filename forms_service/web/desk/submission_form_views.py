"""Further desk forms: enter a deal that came by phone, extend an approval, report a result."""

from datetime import date
from typing import Any

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.auth.roles import REVIEWER
from forms_service.domain.partners.people import contacts
from forms_service.domain.submissions import protection, submission_labels
from forms_service.domain.submissions.action_results import ChangedMeanwhile, Done, Refused
from forms_service.domain.submissions.history import OUTCOMES
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.values.days import read_day
from forms_service.domain.values.free_text import showable
from forms_service.forms.deals import DealResult, registered_at
from forms_service.i18n.translations import N_
from forms_service.services.database import StaleVersion
from forms_service.services.partners import PartnerMissing
from forms_service.web import responses
from forms_service.web.auth.permissions import access, requires
from forms_service.web.context import release, service, today
from forms_service.web.desk.context import NOT_STORED, blueprint, fmt, me, render, submission_address
from forms_service.web.desk.queue_filters import NOT_A_DAY
from forms_service.web.desk.submission_actions import ActionForm
from forms_service.web.desk.submission_views import Extension, page_of

FORM = "entered-deal"


@blueprint.get("/enter", provide_automatic_options=False)
@requires(REVIEWER)
def show_entering() -> Response:
    """Show the form of a new deal: empty, or prefilled for the `partner` in the query."""
    known = _known(request.args.get("partner", ""))
    return _page(forms.build(FORM, release().program, fmt().language, said=known, today=today()))


@blueprint.post("/enter", provide_automatic_options=False)
@requires(REVIEWER)
def enter() -> AnyResponse:
    """Store the deal, with the time at which the partner registered it."""
    form: Any = forms.build(FORM, release().program, fmt().language, formdata=request.form, today=today())
    if not responses.is_valid(form):
        return _page(form, 422)
    access().limits.take(access().limits.registrations)
    outcome = service().submissions.enter(
        form.said(),
        me(),
        received_at=registered_at(form),
        how=form.how.data,
        program=release().program,
        language=form.language.data,
    )
    if isinstance(outcome, Done):
        reference = outcome.record["id"]
        return redirect(f"{submission_address(reference)}?done=enter", 303)
    refusal = submission_labels.refusal(outcome, fmt().words) if isinstance(outcome, Refused) else ""
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
    """503: the form with everything typed; nothing was stored."""
    form = forms.build(FORM, release().program, fmt().language, formdata=request.form, today=today())
    return _page(form, 503, problem=fmt().text(NOT_STORED))


def _page(form: Any, status: int = 200, *, problem: str = "") -> Response:
    return render("submission_form.html", status, form=form, mistakes=list(form.mistakes()), problem=problem)


@blueprint.post("/submissions/<reference>/extend", provide_automatic_options=False)
@requires(REVIEWER)
def extend(reference: str) -> AnyResponse:
    """Extend an approval until the typed day."""
    record = service().details.record(reference)
    typed, seen = request.form.get("until", "").strip(), request.form.get("version", "")
    last = protection.last_day(record, release().program.deal_registration)
    if last is None or not (seen.isascii() and seen.isdigit()):
        abort(400)
    until = _day(typed)
    mistake = _mistake(until, last)
    if until is None or mistake:
        error = fmt().text(mistake) % {"day": fmt().day(last)}
        found = service().details.of(reference, me())
        return page_of(found, ActionForm(), 422, extension=Extension(showable(typed), error))
    done = service().decisions.extend(reference, until, me(), seen=int(seen[:12]))
    if done is None or isinstance(done, Refused):
        abort(400)
    return redirect(f"{submission_address(reference)}?done=extend", 303)


@blueprint.errorhandler(StaleVersion)
def changed(error: StaleVersion) -> AnyResponse:
    """409: somebody else was faster; the page as it is now, with the typed day."""
    found = service().details.of((request.view_args or {})["reference"], me())
    typed = Extension(showable(request.form.get("until", "")), fmt().text(CHANGED))
    return page_of(found, ActionForm(), 409, extension=typed)


def _mistake(until: date | None, last: date) -> str:
    """What is wrong with the day; empty where nothing is."""
    if until is None:
        return NOT_A_DAY
    if until <= last:
        return NOT_LONGER
    return TOO_FAR if until.year > today().year + MOST_YEARS else ""


MOST_YEARS = 10
TOO_FAR = N_("Enter a day within the next ten years")
NOT_LONGER = N_("Enter a day after %(day)s: it is already valid until then")
CHANGED = N_("Somebody changed this while you were reading. Nothing was saved.")


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


@blueprint.post("/submissions/<reference>/result", provide_automatic_options=False)
@requires(REVIEWER)
def report_result(reference: str) -> AnyResponse:
    """Report a deal as won or lost, with the form that partners use."""
    record = service().details.record(reference)
    seen = request.form.get("seen", "")
    if record["kind"] != SubmissionKind.DEAL or not (seen.isascii() and seen.isdigit()):
        abort(400)
    form = typed()
    if not form.validate():
        return page_of(service().details.of(reference, me()), ActionForm(), 422, result=form)
    action = next(action for action, state in OUTCOMES.items() if state == form.outcome.data)
    outcome = service().decisions.act(reference, action, me(), seen=int(seen[:12]), details=form.details())
    if isinstance(outcome, Done):
        return redirect(f"{submission_address(reference)}?done={action}", 303)
    found = service().details.of(reference, me())
    if isinstance(outcome, ChangedMeanwhile):
        return page_of(found, ActionForm(), 409, outcome=outcome, result=form)
    sentence = submission_labels.refusal(outcome, fmt().words)
    if form.refuse(outcome.field, sentence):
        return page_of(found, ActionForm(), 422, result=form)
    return page_of(found, ActionForm(), 422, result=form, problem=sentence)


def typed() -> DealResult:
    """The submitted form."""
    return forms.build_result(release().program, fmt().language, request.form, today=today())
