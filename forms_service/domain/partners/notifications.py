"""Notifications: which mails an action on a partner record causes, and to whom. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners import meeting_calls, onboarding_checklist
from forms_service.domain.partners.meeting_calls import Attendee
from forms_service.domain.partners.partner import Partner, PartnerHistoryEntry, PartnerState, RenewalDecision
from forms_service.domain.partners.partner_permissions import PartnerAction, Side
from forms_service.domain.partners.partner_reminders import Nudge, Reminder
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.people import contacts, members, present
from partner_program.model import Program


@dataclass(frozen=True)
class Notification:
    """A mail to one address."""

    template: str
    to: str
    lang: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the mail says besides the record: numbers and references."""


PRIVACY = "privacy-partner"
"""To somebody whom the partner has named: what is kept about them, and why."""
MEETINGS = (
    "partner-meeting",
    "partner-meeting-notice",
    "partner-meeting-cancelled",
    "partner-meeting-cancelled-notice",
)
"""Each carries a calendar entry."""
EVENTS = (
    "partner-started",
    "partner-ready-notice",
    "partner-onboarding-reminder",
    "partner-onboarding-notice",
    "partner-active",
    "partner-renewed",
    "partner-tier-changed",
    "partner-will-end",
    "partner-ended",
    "partner-suspended",
    "partner-resumed",
    "partner-attested",
    "partner-attested-notice",
    "partner-access-asked",
    "partner-access-asked-notice",
    "partner-access-given",
    *MEETINGS,
    "partner-reminder",
    "partner-reminder-notice",
)
"""Every event that a mail is about: each is a template. Those that end in `-notice` are for the vendor."""


def begun(partner: Partner) -> tuple[Notification, ...]:
    """Mails of a pre-acceptance, to the contacts."""
    return tuple(_to_contacts("partner-started", partner))


def for_change(before: Partner, after: Partner, program: Program) -> tuple[Notification, ...]:
    """Mails caused by the change from `before` to `after`."""
    new = after["history"][len(before["history"]) :]
    found = [
        letter for entry in new for letter in _letters(after, PartnerAction(entry["what"]), entry, program)
    ]
    found += _to_new_people(before, after, new)
    found += _about_meetings(before, after, program)
    if any(entry["side"] == Side.PARTNER for entry in new) and _is_complete_now(before, after, program):
        found.append(_to_vendor("partner-ready-notice", program))
    return tuple(found)


def _letters(
    partner: Partner, action: PartnerAction, entry: PartnerHistoryEntry, program: Program
) -> Iterator[Notification]:
    match action:
        case PartnerAction.ACTIVATE:
            yield from _to_contacts("partner-active", partner)
        case PartnerAction.SUSPEND:
            yield from _to_contacts("partner-suspended", partner)
        case PartnerAction.RESUME:
            yield from _to_contacts("partner-resumed", partner)
        case PartnerAction.CHANGE_TIER:
            yield from _to_contacts("partner-tier-changed", partner)
        case PartnerAction.END if entry["side"] != Side.SYSTEM:
            is_over = partner["state"] == PartnerState.ENDED
            yield from _to_contacts("partner-ended" if is_over else "partner-will-end", partner)
        case PartnerAction.RENEW:
            yield from _to_contacts(_renewed(partner, entry), partner)
        case PartnerAction.ATTEST:
            yield from _to_contacts("partner-attested", partner)
            yield _to_vendor("partner-attested-notice", program)
        case PartnerAction.JOIN if entry.get("requests"):
            yield from _to_contacts("partner-access-asked", partner)
        case PartnerAction.ASK_ACCESS:
            yield from _to_contacts("partner-access-asked", partner)
            yield _to_vendor("partner-access-asked-notice", program)


def nudge(partner: Partner, owed: Nudge, program: Program) -> tuple[Notification, ...]:
    """Mails of an onboarding reminder."""
    if owed.side is Side.PARTNER:
        return tuple(_to_contacts("partner-onboarding-reminder", partner))
    return (_to_vendor("partner-onboarding-notice", program),)


def _is_complete_now(before: Partner, after: Partner, program: Program) -> bool:
    """Whether the partner has just done the last thing that it had to do before it can begin."""
    if after["state"] != PartnerState.ONBOARDING:
        return False
    day = day_of(moment(after["history"][-1]["at"]))
    earlier, now = (onboarding_checklist.checklist(each, program, day) for each in (before, after))
    return onboarding_checklist.all_there(now) and not onboarding_checklist.all_there(earlier)


def remind(partner: Partner, reminder: Reminder, program: Program) -> tuple[Notification, ...]:
    """Mails of a reminder."""
    if reminder.side is Side.PARTNER:
        return tuple(_to_contacts("partner-reminder", partner))
    return (_to_vendor("partner-reminder-notice", program),)


def _renewed(partner: Partner, entry: PartnerHistoryEntry) -> str:
    if entry["decision"] != RenewalDecision.END:
        return "partner-renewed"
    return "partner-ended" if partner["state"] == PartnerState.ENDED else "partner-will-end"


def _to_new_people(
    before: Partner, after: Partner, new: Sequence[Mapping[str, object]]
) -> Iterator[Notification]:
    """Whoever may sign in from now on is told, and whoever was named is told what is kept about them.

    Somebody who asked for access has read that already.
    """
    could = {person["email"].casefold() for person in members(before)}
    for person in members(after):
        if person["email"].casefold() not in could:
            yield Notification("partner-access-given", person["email"], after["lang"])
    if any(entry["what"] == PartnerAction.ANSWER_ACCESS for entry in new):
        return
    known = {person["email"].casefold() for person in before["people"]}
    for person in present(after):
        if person["email"] and person["email"].casefold() not in known:
            yield Notification(PRIVACY, person["email"], after["lang"])


def _about_meetings(before: Partner, after: Partner, program: Program) -> Iterator[Notification]:
    """Everybody whom a new, changed or cancelled meeting concerns, with what they have to know to say so."""
    vendor = Attendee(program.contact.email, Side.STAFF, program.languages[0])
    for each in meeting_calls.news(before, after, vendor, moment(after["history"][-1]["at"])):
        name = "partner-meeting-cancelled" if each.cancelled else "partner-meeting"
        facts: dict[str, Any] = {"meeting": each.meeting, "sequence": each.sequence}
        if each.cancelled:
            facts |= {"starts_at": each.cancelled["starts_at"], "minutes": each.cancelled["minutes"]}
        else:
            facts["is_new"] = each.is_new
        template = f"{name}-notice" if each.to.side is Side.STAFF else name
        yield Notification(template, each.to.email, each.to.lang, facts)


def _to_contacts(template: str, partner: Partner) -> Iterator[Notification]:
    for person in contacts(partner):
        if person["email"]:
            yield Notification(template, person["email"], partner["lang"])


def _to_vendor(template: str, program: Program) -> Notification:
    return Notification(template, program.contact.email, program.languages[0])
