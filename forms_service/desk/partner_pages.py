"""Partners at the desk: the list, and each partner's pages with what only staff do."""

from datetime import date

from flask import Response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.guard import requires
from forms_service.access.people import READER, REVIEWER
from forms_service.cases.partners import PartnerMissing
from forms_service.desk.context import blueprint, me, shown
from forms_service.partners import revenue_csv
from forms_service.partners.acting import Action, Actor, Side
from forms_service.partners.revenue_lines import LineRefused, line
from forms_service.partners.wording import FIELDS, LINE_FAULTS, bad_line, file_fault
from forms_service.partnership.answering import Place
from forms_service.partnership.typed import NO_CHOICE
from forms_service.views import errors
from forms_service.views.context import service

BASE = "/desk/partners"
LARGEST_CSV_BYTES = 200_000


def as_staff() -> Place:
    """A partner's pages as one of the vendor's people sees them."""
    return Place(Actor(Side.STAFF, me().email), me().may(REVIEWER), BASE)


@blueprint.get("/partners", provide_automatic_options=False)
@requires(READER)
def show_partners() -> Response:
    """All partners with tier, state, renewal and what is missing."""
    place = as_staff()
    return shown("partners/list.html", partners=[place.showing(each) for each in service().partners.listed()])


@blueprint.get("/partners/<reference>", provide_automatic_options=False)
@requires(READER)
def show_partner(reference: str) -> Response:
    """Where the partnership stands."""
    return as_staff().show(service().partners.get(reference), "overview")


@blueprint.get("/partners/<reference>/<section>", provide_automatic_options=False)
@requires(READER)
def show_partner_section(reference: str, section: str) -> Response:
    """One of the other sections."""
    return as_staff().show(service().partners.get(reference), section)


@blueprint.post("/partners/<reference>/<section>", provide_automatic_options=False)
@requires(REVIEWER)
def act_for_partner(reference: str, section: str) -> AnyResponse:
    """Do one thing, also on the partner's behalf."""
    return as_staff().act(service().partners.get(reference), section)


@blueprint.get("/partners/<reference>/attestation/<int:number>", provide_automatic_options=False)
@requires(READER)
def print_partner_attestation(reference: str, number: int) -> Response:
    """An attestation as it was given, to be printed."""
    return as_staff().printed(service().partners.get(reference), number)


@blueprint.post("/partners/<reference>/amounts", provide_automatic_options=False)
@requires(REVIEWER)
def record_amount(reference: str) -> AnyResponse:
    """One invoiced amount, typed in."""
    place, partner = as_staff(), service().partners.get(reference)
    it = place.showing(partner)
    since = partner["active_since"]
    if since is None or Action.ADD_REVENUE not in it.may:
        return place.show(partner, "revenue", 422, mistakes=[("", it.text(NO_CHOICE))])
    try:
        read = line(
            request.form,
            it.program,
            today=it.day,
            active_since=date.fromisoformat(since),
            read_date=revenue_csv.read_date,
        )
    except LineRefused as refused:
        sentence = f"{it.text(FIELDS[refused.field])}: {it.text(LINE_FAULTS[refused.fault])}"
        return place.show(partner, "revenue", 422, mistakes=[(refused.field, sentence)])
    return place.answer(
        partner, "revenue", lambda: service().partners.add_revenue(reference, place.actor, [read])
    )


@blueprint.post("/partners/<reference>/amounts/file", provide_automatic_options=False)
@requires(REVIEWER)
def record_file(reference: str) -> AnyResponse:
    """Amounts as CSV text: first what would be recorded, line by line; then, when that was seen, recorded."""
    place, partner = as_staff(), service().partners.get(reference)
    it = place.showing(partner)
    since = partner["active_since"]
    if since is None or Action.ADD_REVENUE not in it.may:
        return place.show(partner, "revenue", 422, mistakes=[("", it.text(NO_CHOICE))])
    text = request.form.get("csv", "")
    found = revenue_csv.preview(
        text.encode(), it.program, today=it.day, active_since=date.fromisoformat(since), recorded=it.revenue
    )
    if found.fault is not None:
        sentence = file_fault(found.fault, found.missing, it.words)
        return place.show(partner, "revenue", 422, mistakes=[("csv", sentence)])
    if found.good and request.form.get("digest") == found.digest:
        lines = [each.line for each in found.good]
        return place.answer(
            partner, "revenue", lambda: service().partners.add_revenue(reference, place.actor, lines)
        )
    bad = [bad_line(each, it.words) for each in found.bad]
    return place.show(partner, "revenue", more={"preview": found, "bad": bad, "csv": text})


@blueprint.post("/partners/<reference>/amounts/<entry>", provide_automatic_options=False)
@requires(REVIEWER)
def void_amount(reference: str, entry: str) -> AnyResponse:
    """An amount was recorded by mistake."""
    place, partner = as_staff(), service().partners.get(reference)
    reason = request.form.get("reason", "")[:200]
    return place.answer(
        partner, "revenue", lambda: service().partners.void_revenue(reference, place.actor, entry, reason)
    )


@blueprint.errorhandler(PartnerMissing)
def partner_not_there(error: PartnerMissing) -> Response:
    """No partner has this reference."""
    return errors.any_other(NotFound())
