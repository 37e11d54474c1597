"""Suspension and end of a partnership, and taking either back. Always with a reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms_service.domain.partners.partner import Liftable, Partner, PartnerState, RenewalDecision, Stop
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, Side
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal


def suspend(partner: Partner, act: PartnerActing, *, reason: str) -> Partner | PartnerActionRefused:
    """Suspend the partnership. Its years go on, and the partner can mend what is missing."""
    if refused := act.refused(partner, PartnerAction.SUSPEND):
        return refused
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    after = partner.copy()
    after["state"] = PartnerState.SUSPENDED
    after["suspended"] = _stop(partner, act, reason)
    return act.written(after, PartnerAction.SUSPEND)


def end(
    partner: Partner, act: PartnerActing, *, reason: str, on: date | None = None
) -> Partner | PartnerActionRefused:
    """End the partnership: at once, or after a last day still to come."""
    if refused := act.refused(partner, PartnerAction.END):
        return refused
    if act.actor.side is Side.SYSTEM:
        return PartnerActionRefused(PartnerRefusal.NOT_YOURS)
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    if on is not None and on < act.today:
        return PartnerActionRefused(PartnerRefusal.WRONG_ORDER, "on")
    ended = ending(partner, act, reason, on or act.today)
    return act.written(ended, PartnerAction.END, on=ended["ends_on"])


def ending(partner: Partner, act: PartnerActing, reason: str, on: date) -> Partner:
    """The record with its end decided, without a history entry."""
    after = partner.copy()
    after["ended"] = _stop(partner, act, reason)
    after["ends_on"] = on.isoformat()
    if on <= act.today:
        after["state"] = PartnerState.ENDED
    return after


def close(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
    """Mark the partnership as over: its last day has passed."""
    if refused := act.refused(partner, PartnerAction.END):
        return refused
    if act.actor.side is not Side.SYSTEM:
        return PartnerActionRefused(PartnerRefusal.NOT_YOURS)
    if partner["ends_on"] is None or partner["ends_on"] >= act.today.isoformat():
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["state"] = PartnerState.ENDED
    return act.written(after, PartnerAction.END, on=partner["ends_on"])


def resume(partner: Partner, act: PartnerActing, *, reason: str) -> Partner | PartnerActionRefused:
    """Take back a suspension or an end, also one still to come."""
    if refused := act.refused(partner, PartnerAction.RESUME):
        return refused
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    ended = partner["ended"]
    stop = ended or partner["suspended"]
    if stop is None:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = lifted(partner, act, "suspended" if ended is None else "ended", stop, reason)
    after["state"] = stop["before"]
    if ended is None:
        after["suspended"] = None
    else:
        after["ended"], after["ends_on"] = None, None
        # An end that a renewal decided is open again.
        after["renewals"] = [
            each
            for each in partner["renewals"]
            if not (each["decision"] == RenewalDecision.END and each["at"] == ended["at"])
        ]
    return act.written(after, PartnerAction.RESUME)


def lifted(
    partner: Partner, act: PartnerActing, what: Liftable, was: Mapping[str, Any], reason: str
) -> Partner:
    """The record with a decision filed as taken back, without a history entry."""
    after = partner.copy()
    after["lifted"] = [
        *partner["lifted"],
        {"what": what, "was": was, "reason": reason.strip(), "at": act.stamp, "by": act.who},
    ]
    return after


def note(partner: Partner, act: PartnerActing, text: str) -> Partner | PartnerActionRefused:
    """Add a note of staff."""
    if refused := act.refused(partner, PartnerAction.NOTE):
        return refused
    if not text.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "text")
    after = partner.copy()
    after["notes"] = [*partner["notes"], {"at": act.stamp, "by": act.who, "text": text.strip()}]
    return act.written(after, PartnerAction.NOTE)


def _stop(partner: Partner, act: PartnerActing, reason: str) -> Stop:
    return {"at": act.stamp, "by": act.who, "reason": reason.strip(), "before": partner["state"]}
