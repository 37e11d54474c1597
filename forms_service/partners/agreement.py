"""The partner agreement: when it was concluded, by whom, and the one signed file that may be kept. Pure."""

from datetime import date

from forms_service.partners.acting import Act, Action, Side
from forms_service.partners.record import Partner
from forms_service.partners.refusals import Refusal, Refused


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


def keep_document(partner: Partner, act: Act, *, sha256: str, size_bytes: int) -> Partner | Refused:
    """The signed agreement is kept, as it came; `documents.fault` says beforehand whether it may be.

    Only the vendor's people put one in the place of another: both sides rely on the one that is there.
    """
    if refused := may_keep(partner, act):
        return refused
    kept = partner["agreement"]["document"]
    if kept is not None and kept["sha256"] == sha256:
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["agreement"] = {
        **partner["agreement"],
        "document": {"size_bytes": size_bytes, "sha256": sha256, "added_at": act.stamp},
    }
    return act.written(after, Action.KEEP_DOCUMENT, sha256=sha256)


def may_keep(partner: Partner, act: Act) -> Refused | None:
    """Why they may not hand in a file now; None where they may."""
    if refused := act.refused(partner, Action.KEEP_DOCUMENT):
        return refused
    is_kept = partner["agreement"]["document"] is not None
    return Refused(Refusal.ALREADY_KEPT) if is_kept and act.actor.side is Side.PARTNER else None


def remove_document(partner: Partner, act: Act) -> Partner | Refused:
    """The file is not kept any more: it was the wrong one, or its time is over."""
    if refused := act.refused(partner, Action.REMOVE_DOCUMENT):
        return refused
    if partner["agreement"]["document"] is None:
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["agreement"] = {**partner["agreement"], "document": None}
    return act.written(after, Action.REMOVE_DOCUMENT)
