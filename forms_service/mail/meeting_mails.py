"""Mails about planning meetings: template context and calendar object, for one attendee."""

from collections.abc import Mapping
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners.meeting_calendar import invitation
from forms_service.domain.partners.meeting_calls import call_of
from forms_service.domain.partners.partner import Called, Partner, Progress, found
from forms_service.domain.partners.partner_labels import meeting_time
from forms_service.i18n.jinja import Context
from forms_service.mail.message import CalendarEntry
from partner_program.model import Language, Program

Facts = Mapping[str, Any]


def is_owed(partner: Partner, facts: Facts) -> bool:
    """Whether there is still something to say: nobody needs an invitation that a later mail replaces."""
    if _is_cancelled(facts):
        return True
    meeting = found(partner["meetings"], facts["meeting"])
    call = call_of(meeting) if meeting and meeting["state"] == Progress.PLANNED else None
    return call is not None and call["sequence"] == facts["sequence"]


def values(partner: Partner, facts: Facts, program: Program, language: Language) -> Context:
    """What the templates say besides the partner."""
    call = _call(partner, facts)
    when = {"when": meeting_time(call, program.deal_registration.time_zone, language)}
    if _is_cancelled(facts):
        return when
    return {
        **when,
        "minutes": call["minutes"],
        "place": call["place"],
        "online": call["link"],
        "agenda": call["agenda"],
        "is_new": facts["is_new"],
    }


def calendar_entry(partner: Partner, mail: Facts, program: Program) -> CalendarEntry:
    """The meeting as this mail's reader's calendar takes it."""
    facts = mail["facts"]
    call, is_cancelled = _call(partner, facts), _is_cancelled(facts)
    content = invitation(
        partner,
        facts["meeting"],
        call,
        program,
        method="CANCEL" if is_cancelled else "REQUEST",
        to=mail["to"],
        lang=mail["lang"],
        at=moment(facts["happened"]),
    )
    return CalendarEntry("CANCEL" if is_cancelled else "REQUEST", content)


def _is_cancelled(facts: Facts) -> bool:
    return "starts_at" in facts


def _call(partner: Partner, facts: Facts) -> Called:
    """The call as it is; of one that is off only the time that its reader knows, and no text."""
    meeting = found(partner["meetings"], facts["meeting"])
    call = call_of(meeting) if meeting else None
    if call is not None and not _is_cancelled(facts):
        return call
    nothing: Called = {
        "starts_at": facts["starts_at"],
        "minutes": facts["minutes"],
        "place": "",
        "link": "",
        "agenda": "",
        "invited": [],
        "host": "",
        "host_lang": None,
        "sequence": facts["sequence"],
    }
    return nothing
