"""Revenue at the desk: invoiced amounts, one by one or from CSV after a preview."""

from datetime import date
from typing import NamedTuple

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import REVIEWER
from forms_service.domain.partners import revenue_csv
from forms_service.domain.partners.invoice_lines import LineRefused, line
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_labels import FIELDS, LINE_FAULTS, bad_line, file_fault
from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.domain.partners.revenue_csv import CsvPreview
from forms_service.domain.values.days import read_day
from forms_service.domain.values.free_text import showable
from forms_service.domain.values.text_encoding import ISO, WINDOWS, Decoded, decoded
from forms_service.i18n.translations import N_
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk.context import blueprint
from forms_service.web.desk.partner_views import as_staff
from forms_service.web.partner_record.form_input import FormInput, NotUsable
from forms_service.web.partner_record.page import PartnerPage
from forms_service.web.partner_record.views import CHANGED, PartnerView, in_words
from forms_service.web.uploads import FILE_LIMIT_BYTES

SECTION = "revenue"
_TWO_ENCODINGS = N_("This file can be read in two ways. Choose the one that is right.")


@blueprint.post("/partners/<reference>/amounts", provide_automatic_options=False)
@requires(REVIEWER)
def record_amount(reference: str) -> AnyResponse:
    """Record one invoiced amount."""
    place, partner = as_staff(), service().partners.get(reference)
    it, since = place.showing(partner), partner["active_since"]
    if since is None or PartnerAction.ADD_REVENUE not in it.may:
        return place.show(partner, SECTION, 422, mistakes=[("", it.text(CHANGED))])
    begun = date.fromisoformat(since)
    try:
        read = line(request.form, it.program, today=it.day, active_since=begun, read_date=read_day)
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
    """Import amounts from CSV: first a preview line by line, then, once confirmed, recorded."""
    place, partner = as_staff(), service().partners.get(reference)
    it, since = place.showing(partner), partner["active_since"]
    if since is None or PartnerAction.ADD_REVENUE not in it.may:
        return place.show(partner, SECTION, 422, mistakes=[("", it.text(CHANGED))])
    sent = _sent()
    found = _preview(it, sent.data)
    if sent.samples:
        choices = list(zip((WINDOWS, ISO), sent.samples, strict=True))
        return place.show(
            partner,
            SECTION,
            422,
            mistakes=[("encoding", it.text(_TWO_ENCODINGS))],
            more={"csv": sent.text, "encodings": choices},
        )
    if found.fault is not None:
        sentence = file_fault(found.fault, found.missing, it.words, repeated=found.repeated, line=found.line)
        return place.show(partner, SECTION, 422, mistakes=[("csv", sentence)], more={"csv": sent.text})
    if not found.good or request.form.get("digest") != found.digest or _is_outdated(partner, found):
        return _previewed(place, partner, found, sent.text)
    lines = [each.line for each in found.good]
    answer = place.answer(
        partner, SECTION, lambda: service().partner_revenue.add(reference, place.actor, lines)
    )
    if answer.status_code != 303 or not found.rest or "seen" not in request.form:
        return answer
    partner = service().partners.get(reference)
    rest = _preview(place.showing(partner), found.rest.encode())
    return _previewed(place, partner, rest, found.rest, recorded=(len(lines), len(lines) + len(found.bad)))


def _preview(it: PartnerPage, data: bytes) -> CsvPreview:
    """What a file of this partner holds."""
    reference, since = it.partner["id"], it.partner["active_since"]
    assert since is not None  # noqa: S101 - amounts are recorded from the first partner year on
    return revenue_csv.preview(
        data,
        it.program,
        today=it.day,
        active_since=date.fromisoformat(since),
        is_recorded=lambda each: service().partner_revenue.is_recorded(reference, each),
    )


def _is_outdated(partner: Partner, found: CsvPreview) -> bool:
    """Whether the partner's record changed since the preview, as it does when this very file is recorded.

    Asked where bad lines are left: the answer is a page then, and reloading it must not record twice.
    """
    seen = request.form.get("seen", "")
    return bool(found.bad and seen) and seen != str(partner.get("version"))


def _previewed(
    place: PartnerView,
    partner: Partner,
    found: CsvPreview,
    text: str,
    recorded: tuple[int, int] | None = None,
) -> AnyResponse:
    """The page with every line as it was understood, and the text in its field."""
    bad = [bad_line(each, place.showing(partner).words) for each in found.bad]
    more = {"preview": found, "bad": bad, "csv": text, "recorded": recorded}
    return place.show(partner, SECTION, more=more)


@blueprint.post("/partners/<reference>/amounts/<entry>", provide_automatic_options=False)
@requires(REVIEWER)
def void_amount(reference: str, entry: str) -> AnyResponse:
    """Void an amount that was recorded by mistake."""
    place, partner = as_staff(), service().partners.get(reference)
    typed = FormInput(request.form)
    reason = typed.line("reason", needed=True)
    try:
        typed.check()
    except NotUsable as refused:
        return place.show(partner, SECTION, 422, mistakes=in_words(refused, place.showing(partner).words))
    return place.answer(
        partner, SECTION, lambda: service().partner_revenue.void(reference, place.actor, entry, reason)
    )


class _Sent(NamedTuple):
    """A file, or what was typed instead."""

    data: bytes
    text: str
    """What the form holds from then on."""
    samples: tuple[str, ...] = ()
    """Where it could be in two encodings: a place that differs, as each of them reads it."""


def _sent() -> _Sent:
    """What was sent. The same lines are the same bytes, however their ends came.

    A sign that no page may hold is one by then that no line may hold either.
    """
    request.max_content_length = FILE_LIMIT_BYTES
    file = request.files.get("file")
    sent = file.read() if file is not None else b""
    if len(sent) > revenue_csv.LARGEST_BYTES:
        return _Sent(sent, "")
    found = decoded(sent) if sent else Decoded(_pasted())
    if found.text is None:
        return _Sent(sent, "")
    text = showable(found.text)
    return _Sent(text.encode(), text, found.samples if found.other is not None else ())


def _pasted() -> str:
    """What stands in the field, in the encoding that was chosen for the file it came from."""
    text = request.form.get("csv", "")
    if request.form.get("encoding") != ISO or len(text) > revenue_csv.LARGEST_BYTES:
        return text
    try:
        return text.encode(WINDOWS).decode(ISO)
    except UnicodeError:
        return text
