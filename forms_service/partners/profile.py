"""What is known about the company, the agreement with it, and the link it may give in its own channels."""

from datetime import date
from hashlib import sha256

from forms_service.partners.acting import Act, Action
from forms_service.partners.activities import is_link
from forms_service.partners.record import Company, Partner
from forms_service.partners.refusals import Refusal, Refused

NEEDED = ("name", "tax_id", "country", "address", "models", "areas")
"""What a partner profile has to hold; a website is optional."""

LARGEST_DOCUMENT_BYTES = 10 * 1024 * 1024

_ACTIVE_CONTENT = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
"""Long enough that compressed bytes do not read so by chance."""
_END_WITHIN_BYTES = 1024


def missing(company: Company) -> tuple[str, ...]:
    """Which parts of the profile are not filled in."""
    return tuple(name for name in NEEDED if not company.get(name))


def change_company(partner: Partner, act: Act, company: Company) -> Partner | Refused:
    """The profile, whole."""
    if refused := act.refused(partner, Action.CHANGE_COMPANY):
        return refused
    for name in ("name", "tax_id", "country"):
        if not company.get(name):
            return Refused(Refusal.MISSING, name)
    if company == partner["company"]:
        return Refused(Refusal.NOTHING_CHANGES)
    changed = sorted(name for name, value in company.items() if value != partner["company"].get(name))
    after = partner.copy()
    after["company"] = company.copy()
    return act.written(after, Action.CHANGE_COMPANY, changed=changed)


def record_agreement(
    partner: Partner, act: Act, *, concluded_on: date, for_partner: str, for_vendor: str
) -> Partner | Refused:
    """The partner agreement is concluded: when, and by whom on both sides."""
    if refused := act.refused(partner, Action.RECORD_AGREEMENT):
        return refused
    for name, value in (("for_partner", for_partner), ("for_vendor", for_vendor)):
        if not value.strip():
            return Refused(Refusal.MISSING, name)
    if concluded_on > act.today:
        return Refused(Refusal.IN_THE_FUTURE, "concluded_on")
    after = partner.copy()
    after["agreement"] = {
        **partner["agreement"],
        "concluded_on": concluded_on.isoformat(),
        "for_partner": for_partner.strip(),
        "for_vendor": for_vendor.strip(),
    }
    if after["agreement"] == partner["agreement"]:
        return Refused(Refusal.NOTHING_CHANGES)
    return act.written(after, Action.RECORD_AGREEMENT, on=concluded_on.isoformat())


def keep_document(partner: Partner, act: Act, *, file: str, content: bytes) -> Partner | Refused:
    """The signed agreement is kept as `file`; it takes the place of one that was kept before.

    `no_pdf` says beforehand whether the content may be kept.
    """
    if refused := act.refused(partner, Action.KEEP_DOCUMENT):
        return refused
    after = partner.copy()
    after["agreement"] = {
        **partner["agreement"],
        "document": {
            "file": file,
            "size_bytes": len(content),
            "sha256": sha256(content).hexdigest(),
            "added_at": act.stamp,
        },
    }
    return act.written(after, Action.KEEP_DOCUMENT, sha256=sha256(content).hexdigest())


def no_pdf(content: bytes) -> str | None:
    """Why this content is not kept as a signed agreement: `too_large`, `no_pdf`, `active`; None where it is.

    What counts is the content, never a name or a type that came with it. Active content is found where it
    stands openly; a kept file is never shown inline all the same.
    """
    if len(content) > LARGEST_DOCUMENT_BYTES:
        return "too_large"
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-_END_WITHIN_BYTES:]:
        return "no_pdf"
    return "active" if any(mark in content for mark in _ACTIVE_CONTENT) else None


def give_link(partner: Partner, act: Act, link: str) -> Partner | Refused:
    """Where the partner recommends the vendor, in any channel; a new link has to be confirmed anew."""
    if refused := act.refused(partner, Action.GIVE_LINK):
        return refused
    link = link.strip()
    if link and not is_link(link):
        return Refused(Refusal.NO_LINK, "link")
    if link == partner["promotion"]["link"]:
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["promotion"] = {"link": link, "given_at": act.stamp if link else None, "confirmed_at": None}
    return act.written(after, Action.GIVE_LINK)


def confirm_link(partner: Partner, act: Act, *, confirmed: bool = True) -> Partner | Refused:
    """The vendor's people have seen it there, or do not see it any more."""
    if refused := act.refused(partner, Action.CONFIRM_LINK):
        return refused
    if confirmed and not partner["promotion"]["link"]:
        return Refused(Refusal.MISSING, "link")
    if confirmed is (partner["promotion"]["confirmed_at"] is not None):
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["promotion"] = {**partner["promotion"], "confirmed_at": act.stamp if confirmed else None}
    return act.written(after, Action.CONFIRM_LINK, confirmed=confirmed)
