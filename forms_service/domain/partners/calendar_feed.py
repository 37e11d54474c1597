"""Calendar feed: due dates and meetings as iCalendar, for subscription by a secret link. Pure.

Calendars are shared and synchronised with others: no names of people, and no link to the partner area. The
link of a meeting is there, as in its invitation.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from icalendar import Alarm, Calendar, Event

from forms_service.domain.clock import moment
from forms_service.domain.partners.due_dates import Due, coming_due
from forms_service.domain.partners.meeting_calendar import feed_events
from forms_service.domain.partners.partner import Partner, Person
from forms_service.domain.partners.partner_labels import due_title
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.people import member, members
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.i18n.translations import Words
from partner_program.model import Language, Program

MEDIA_TYPE = "text/calendar; charset=utf-8"
_REFRESH = timedelta(hours=12)
_RINGS_AT = timedelta(hours=9)
"""From the beginning of the day, which is midnight wherever the reader is (RFC 5545, 3.8.6.3)."""


def feed(partner: Partner, program: Program, day: date, words: Words, language: Language) -> bytes:
    """iCalendar feed: an all-day event per due date, with the program's warnings as alarms, and the meetings.

    The same record on the same day gives the same bytes; an event that moves keeps its identity.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//partner channel//partner years//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{program.vendor}: {partner['company']['name']}")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    changed = moment(partner["history"][-1]["at"])
    for event in (
        *_events(partner, program, coming_due(partner, program, day), words, language),
        *feed_events(partner, program, day, language, changed),
    ):
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _events(
    partner: Partner, program: Program, dues: Iterable[Due], words: Words, language: Language
) -> Iterable[Event]:
    host = program.contact.email.rpartition("@")[2]
    changed = moment(partner["history"][-1]["at"]).replace(microsecond=0)
    for due in dues:
        event = Event()
        event.add("uid", f"{partner['id'].lower()}-{due.kind}-{due.subject}@{host}")
        event.add("sequence", len(partner["history"]))
        event.add("dtstamp", changed)
        event.add("dtstart", due.on)
        event.add("dtend", due.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # it takes no time: the day stays free
        event.add("summary", f"{program.vendor}: {due_title(due, words, language)}")
        for days in due.warn_days(program):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", _RINGS_AT - timedelta(days=days))
            alarm.add("description", due_title(due, words, language))
            event.add_component(alarm)
        yield event


def renew(partner: Partner, act: PartnerActing, *, token_hash: str) -> Partner | PartnerActionRefused:
    """Renew the secret link of a user; the old one stops working."""
    if refused := act.refused(partner, PartnerAction.RENEW_CALENDAR_LINK):
        return refused
    person = member(partner, act.actor.email)
    if person is None:
        return PartnerActionRefused(PartnerRefusal.NOT_YOURS)
    others = [link for link in partner["calendars"] if link["person"] != person["id"]]
    after = partner.copy()
    after["calendars"] = [*others, {"person": person["id"], "token_hash": token_hash}]
    return act.written(after, PartnerAction.RENEW_CALENDAR_LINK, person=person["id"])


def holder(partner: Partner, token_hash: str) -> Person | None:
    """User of this secret link; None where they may not sign in."""
    link = next((each for each in partner["calendars"] if each["token_hash"] == token_hash), None)
    return next((each for each in members(partner) if link and each["id"] == link["person"]), None)


def has_link(partner: Partner, email: str) -> bool:
    """Whether this user has a link."""
    person = member(partner, email)
    return person is not None and any(link["person"] == person["id"] for link in partner["calendars"])
