"""What comes due, as a calendar that programs subscribe to by a secret link. Pure.

Calendars are shared and synchronised with others: no names of people, and no link, which would be a key.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from icalendar import Alarm, Calendar, Event

from forms_service.moments import moment
from forms_service.partners.coming_due import Due, coming_due
from forms_service.partners.record import Partner
from forms_service.partners.wording import Words, due_title
from partner_program.model import Language, Program

MEDIA_TYPE = "text/calendar; charset=utf-8"
_REFRESH = timedelta(hours=12)


def feed(partner: Partner, program: Program, day: date, words: Words, language: Language) -> bytes:
    """An all-day event for everything that is overdue or comes due, with the program's warnings as alarms.

    The same record on the same day gives the same bytes; an event that moves keeps its identity.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//partner channel//partner years//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{program.vendor}: {partner['company']['name']}")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for event in _events(partner, program, coming_due(partner, program, day), words, language):
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
            alarm.add("trigger", -timedelta(days=days))
            alarm.add("description", due_title(due, words, language))
            event.add_component(alarm)
        yield event
