"""Meeting invitations as iCalendar (RFC 5545, RFC 5546): an invitation by mail, an event of a feed. Pure.

The time is in UTC, which every calendar shows in its reader's own zone. One `UID` for a meeting, whatever is
changed; each change counts `SEQUENCE` up. An invitation names its reader, and nobody else.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress

from forms_service.domain.clock import moment
from forms_service.domain.partners.meeting_calls import call_of, ends_at
from forms_service.domain.partners.partner import Called, Meeting, Partner, Progress
from partner_program.model import Language, Program

Method = Literal["REQUEST", "CANCEL"]
_SUMMARY: Mapping[Language, str] = {
    "pl": "{vendor} i {company}: spotkanie planistyczne",
    "en": "{vendor} and {company}: planning meeting",
}


def invitation(
    partner: Partner,
    meeting: str,
    call: Called,
    program: Program,
    *,
    method: Method,
    to: str,
    lang: Language,
    at: datetime,
) -> bytes:
    """Calendar object to be sent to one attendee: `REQUEST` for a new or moved meeting, or `CANCEL`."""
    event = _event(partner, meeting, program, lang, call["sequence"], at)
    _add_call(event, call)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{program.contact.email}")
    organizer.params["cn"] = program.name[lang]
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params.update({"role": "REQ-PARTICIPANT", "partstat": "NEEDS-ACTION", "rsvp": "TRUE"})
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//partner channel//planning meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def feed_events(
    partner: Partner, program: Program, day: date, lang: Language, changed: datetime
) -> list[Event]:
    """Meetings to come, for a feed; one that has only a day takes no time of it."""
    coming = [each for each in partner["meetings"] if each["state"] == Progress.PLANNED]
    return [
        _feed_event(partner, meeting, date.fromisoformat(meeting["planned_for"]), program, lang, changed)
        for meeting in coming
        if meeting["planned_for"] and meeting["planned_for"] >= day.isoformat()
    ]


def _feed_event(
    partner: Partner, meeting: Meeting, day: date, program: Program, lang: Language, changed: datetime
) -> Event:
    call = call_of(meeting)
    event = _event(partner, meeting["id"], program, lang, call["sequence"] if call else 0, changed)
    if call:
        _add_call(event, call)
        return event
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # it takes no time: the day stays free
    return event


def _event(
    partner: Partner, meeting: str, program: Program, lang: Language, sequence: int, at: datetime
) -> Event:
    event = Event()
    event.add("uid", f"{partner['id'].lower()}-{meeting}@{program.contact.email.rpartition('@')[2]}")
    event.add("sequence", sequence)
    event.add("dtstamp", at.replace(microsecond=0))
    words = {"vendor": program.vendor, "company": partner["company"]["name"]}
    event.add("summary", _SUMMARY[lang].format(**words))
    return event


def _add_call(event: Event, call: Called) -> None:
    event.add("dtstart", moment(call["starts_at"]).replace(microsecond=0))
    event.add("dtend", ends_at(call).replace(microsecond=0))
    event.add("location", call["place"] or call["link"])
    if call["link"]:
        event.add("url", call["link"])
    if said := "\n\n".join(filter(None, (call["agenda"], call["link"]))):
        event.add("description", said)
