"""Partner agreement: when and by whom it was concluded, and the checks of its signed file. Pure."""

import re
from datetime import date
from enum import StrEnum

from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, Side
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal


def record_agreement(
    partner: Partner, act: PartnerActing, *, concluded_on: date, for_partner: str, for_vendor: str
) -> Partner | PartnerActionRefused:
    """Record the agreement: date, and signatories of both sides."""
    if refused := act.refused(partner, PartnerAction.RECORD_AGREEMENT):
        return refused
    for name, value in (("for_partner", for_partner), ("for_vendor", for_vendor)):
        if not value.strip():
            return PartnerActionRefused(PartnerRefusal.MISSING, name)
    if concluded_on > act.today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "concluded_on")
    after = partner.copy()
    after["agreement"] = {
        **partner["agreement"],
        "concluded_on": concluded_on.isoformat(),
        "for_partner": for_partner.strip(),
        "for_vendor": for_vendor.strip(),
    }
    if after["agreement"] == partner["agreement"]:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    return act.written(after, PartnerAction.RECORD_AGREEMENT, on=concluded_on.isoformat())


def keep_document(
    partner: Partner, act: PartnerActing, *, sha256: str, size_bytes: int
) -> Partner | PartnerActionRefused:
    """Record the signed file; call `fault` on its content first.

    Only the vendor's people put one in the place of another: both sides rely on the one that is there.
    """
    if refused := may_keep(partner, act):
        return refused
    kept = partner["agreement"]["document"]
    if kept is not None and kept["sha256"] == sha256:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["agreement"] = {
        **partner["agreement"],
        "document": {"size_bytes": size_bytes, "sha256": sha256, "added_at": act.stamp},
    }
    return act.written(after, PartnerAction.KEEP_DOCUMENT, sha256=sha256)


def may_keep(partner: Partner, act: PartnerActing) -> PartnerActionRefused | None:
    """Permission check of an upload; None where allowed."""
    if refused := act.refused(partner, PartnerAction.KEEP_DOCUMENT):
        return refused
    is_kept = partner["agreement"]["document"] is not None
    return (
        PartnerActionRefused(PartnerRefusal.ALREADY_KEPT)
        if is_kept and act.actor.side is Side.PARTNER
        else None
    )


def remove_document(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
    """Record that the file was deleted."""
    if refused := act.refused(partner, PartnerAction.REMOVE_DOCUMENT):
        return refused
    if partner["agreement"]["document"] is None:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["agreement"] = {**partner["agreement"], "document": None}
    return act.written(after, PartnerAction.REMOVE_DOCUMENT)


LARGEST_BYTES = 5 * 1024 * 1024


class AgreementProblem(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_PDF = "no_pdf"
    """It does not begin or end as a PDF does, or is cut."""
    TWO_FILES = "two_files"
    """Something else could read it as another kind of file."""
    ACTIVE = "active"
    """It can do something by itself: a script, a program, a file within."""


_BEGINNING = re.compile(rb"%PDF-[12]\.[0-9](?=[\s%])")
_BEGINNING_WITHIN_BYTES = 1024
"""So far the beginning may stand from the top (PDF 1.7, appendix H.3): printers put lines above it."""
_OTHER_KIND = re.compile(rb"\s*(?:<|MZ|PK|#!|%!|\x7fELF|\x89PNG|\xff\xd8|\xd0\xcf|GIF8|BM|\{\\rtf|Rar!|7z)")
"""How files of other kinds begin."""
_PRINTER = rb"(?:\x1b%-12345X(?:@PJL[^\r\n]{0,60}\s{0,4}){0,2}){0,2}"
_END = re.compile(rb"startxref\s{1,4}([0-9]{1,10})\s{1,4}%%EOF[\s\0\x1a]{0,64}" + _PRINTER + rb"\Z")
"""Behind it a printer's language or an old transfer may close the file."""
_CONTENTS = re.compile(rb"xref\s|[0-9]{1,10} [0-9]{1,5} obj")
"""A table of contents, as it was written first or as a stream."""
_END_WITHIN_BYTES = 256
_ZIP_END, _ZIP_END_WITHIN_BYTES = b"PK\x05\x06", 66_000
"""What makes programs read a file as an archive stands within this distance from its end."""
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe)\b", re.IGNORECASE)
_MARKUP_WITHIN_BYTES = 2048
"""So far programs look that guess what a file is."""
_ACTIVE = (
    *("JavaScript", "Launch", "EmbeddedFile", "RichMedia", "Rendition", "ImportData", "SubmitForm"),
    *("GoToR", "GoToE", "Encrypt"),
)
"""Names of PDF that do something, reach out or hide what is there. Long enough that compressed bytes do not
read so by chance."""


def _name(name: str) -> str:
    """A pattern for a name, each character of which may be written as its code: `J#61vaScript`."""
    return "".join(f"(?:{sign}|#{ord(sign) >> 4:x}(?i:{ord(sign) & 15:x}))" for sign in name)


_LETTERS = "(?=(?:[A-Za-z]|#[0-9A-Fa-f]{2}){3})"
_ACTIVE_NAMES = re.compile(
    f"/{_LETTERS}(?:{'|'.join(map(_name, _ACTIVE))}|{_name('XFA')}[\\s\\[(<])".encode()
)


def fault(content: bytes) -> AgreementProblem | None:
    """Validate the content of a file (PDF); None where it is fine. Its name and type count for nothing."""
    if not content:
        return AgreementProblem.EMPTY
    if len(content) > LARGEST_BYTES:
        return AgreementProblem.TOO_LARGE
    if not _is_whole(content):
        return AgreementProblem.NO_PDF
    if _ZIP_END in content[-_ZIP_END_WITHIN_BYTES:] or _MARKUP.search(content, 0, _MARKUP_WITHIN_BYTES):
        return AgreementProblem.TWO_FILES
    return AgreementProblem.ACTIVE if _ACTIVE_NAMES.search(content) else None


def _is_whole(content: bytes) -> bool:
    end = _END.search(content[-_END_WITHIN_BYTES:])
    beginning = _BEGINNING.search(content, 0, _BEGINNING_WITHIN_BYTES)
    if end is None or beginning is None or (beginning.start() and _OTHER_KIND.match(content)):
        return False
    places = (int(end[1]), int(end[1]) + beginning.start())
    return any(_CONTENTS.match(content, place) for place in places)
