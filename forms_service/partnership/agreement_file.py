"""The signed agreement as a file: handed in, handed out, taken away; the same for both sides."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.access.frame import spoken
from forms_service.access.guard import access
from forms_service.cases.partners import PartnerMissing
from forms_service.partners.acting import Act
from forms_service.partners.agreement import may_keep
from forms_service.partners.documents import Fault, fault
from forms_service.partners.record import Partner
from forms_service.partnership.answering import Place
from forms_service.texts import N_, bound_texts
from forms_service.uploads import FILE_LIMIT_BYTES
from forms_service.views.context import service

SECTION = "profile"
FIELD = "file"
FAULTS = {
    Fault.EMPTY: N_("Choose the file with the signed agreement"),
    Fault.TOO_LARGE: N_("The file is larger than 5 MB. Save it smaller, for example in shades of grey"),
    Fault.NO_PDF: N_("This is no whole PDF file. Save the agreement as PDF again and choose that file"),
    Fault.TWO_FILES: N_("This file is a PDF and something else at once. Print it into a new PDF"),
    Fault.ACTIVE: N_("This PDF holds scripts or other files. Print it into a new PDF"),
}


def keep(place: Place, partner: Partner) -> AnyResponse:
    """Keep the file that was sent, unless something is wrong with it: then the page with what to do."""
    content = _sent()
    if refused := may_keep(partner, Act(place.actor, service().clock())):
        return place.answer(partner, SECTION, lambda: refused)
    access().limits.take(access().limits.uploads)
    if found := fault(content):
        sentence = bound_texts(spoken()).gettext(FAULTS[found])
        return place.show(partner, SECTION, 422, mistakes=[(FIELD, sentence)])
    return place.answer(
        partner, SECTION, lambda: service().agreements.keep(partner["id"], place.actor, content)
    )


def _sent() -> bytes:
    """What was chosen; nothing where nothing was."""
    request.max_content_length = FILE_LIMIT_BYTES
    try:
        chosen = request.files.get(FIELD)
        return chosen.read() if chosen is not None else b""
    finally:
        request.close()


def remove(place: Place, partner: Partner) -> AnyResponse:
    """Take the file away."""
    return place.answer(partner, SECTION, lambda: service().agreements.remove(partner["id"], place.actor))


def hand_out(partner: Partner) -> Response:
    """The file, to be saved: no browser shows or runs it here. Raises PartnerMissing where there is none."""
    content = service().agreements.content(partner)
    if content is None:
        raise PartnerMissing(partner["id"])
    name = {"pl": "umowa", "en": "agreement"}[spoken()]
    answer = Response(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{partner["id"]}.pdf"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
