"""A partner's invoiced amounts, recorded at the desk: one by one, or many from CSV after they were seen."""

from datetime import date

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.guard import requires
from forms_service.access.people import REVIEWER
from forms_service.desk.context import blueprint
from forms_service.desk.partner_pages import as_staff
from forms_service.forms.cleaning import showable
from forms_service.partners import revenue_csv
from forms_service.partners.acting import Action
from forms_service.partners.revenue_lines import LineRefused, line
from forms_service.partners.revenue_table import decoded
from forms_service.partners.wording import FIELDS, LINE_FAULTS, bad_line, file_fault
from forms_service.partnership.answering import CHANGED, in_words
from forms_service.partnership.typed import NotUsable, Typed
from forms_service.uploads import FILE_LIMIT_BYTES
from forms_service.views.context import service

SECTION = "revenue"


@blueprint.post("/partners/<reference>/amounts", provide_automatic_options=False)
@requires(REVIEWER)
def record_amount(reference: str) -> AnyResponse:
    """One invoiced amount, typed in."""
    place, partner = as_staff(), service().partners.get(reference)
    it, since = place.showing(partner), partner["active_since"]
    if since is None or Action.ADD_REVENUE not in it.may:
        return place.show(partner, SECTION, 422, mistakes=[("", it.text(CHANGED))])
    begun = date.fromisoformat(since)
    try:
        read = line(
            request.form, it.program, today=it.day, active_since=begun, read_date=revenue_csv.read_date
        )
    except LineRefused as refused:
        mistakes = [
            (each.field, f"{it.text(FIELDS[each.field])}: {it.text(LINE_FAULTS[each.fault])}")
            for each in (refused, *refused.others)
        ]
        return place.show(partner, SECTION, 422, mistakes=mistakes)
    return place.answer(
        partner, SECTION, lambda: service().partner_revenue.add(reference, place.actor, [read])
    )


@blueprint.post("/partners/<reference>/amounts/file", provide_automatic_options=False)
@requires(REVIEWER)
def record_file(reference: str) -> AnyResponse:
    """Amounts as CSV: first what would be recorded, line by line; then, when that was seen, recorded."""
    place, partner = as_staff(), service().partners.get(reference)
    it, since = place.showing(partner), partner["active_since"]
    if since is None or Action.ADD_REVENUE not in it.may:
        return place.show(partner, SECTION, 422, mistakes=[("", it.text(CHANGED))])
    data, text = _sent()
    found = revenue_csv.preview(
        data,
        it.program,
        today=it.day,
        active_since=date.fromisoformat(since),
        is_recorded=lambda each: service().partner_revenue.is_recorded(reference, each),
    )
    if found.fault is not None:
        sentence = file_fault(found.fault, found.missing, it.words)
        return place.show(partner, SECTION, 422, mistakes=[("csv", sentence)], more={"csv": text})
    if found.good and request.form.get("digest") == found.digest:
        lines = [each.line for each in found.good]
        return place.answer(
            partner, SECTION, lambda: service().partner_revenue.add(reference, place.actor, lines)
        )
    bad = [bad_line(each, it.words) for each in found.bad]
    return place.show(partner, SECTION, more={"preview": found, "bad": bad, "csv": text})


@blueprint.post("/partners/<reference>/amounts/<entry>", provide_automatic_options=False)
@requires(REVIEWER)
def void_amount(reference: str, entry: str) -> AnyResponse:
    """An amount was recorded by mistake."""
    place, partner = as_staff(), service().partners.get(reference)
    typed = Typed(request.form)
    reason = typed.line("reason", needed=True)
    try:
        typed.check()
    except NotUsable as refused:
        return place.show(partner, SECTION, 422, mistakes=in_words(refused, place.showing(partner).words))
    return place.answer(
        partner, SECTION, lambda: service().partner_revenue.void(reference, place.actor, entry, reason)
    )


def _sent() -> tuple[bytes, str]:
    """What the file holds, or was typed instead; as bytes, and as the text that the form holds from then on.

    The same lines are the same bytes, however their ends came. A sign that no page may hold is one by then
    that no line may hold either.
    """
    request.max_content_length = FILE_LIMIT_BYTES
    file = request.files.get("file")
    sent = file.read() if file is not None else b""
    text = decoded(sent) if sent else request.form.get("csv", "")
    if text is None or len(sent) > revenue_csv.LARGEST_BYTES:
        return sent, ""
    text = showable(text)
    return text.encode(), text
