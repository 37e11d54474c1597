"""Calendar file: a deal's deadline as iCalendar, for its sender. Pure.

Calendars are shared and synchronised with others, so it says no more than which registration is meant: no
names, and not the status link, which is a key.
"""

from collections.abc import Mapping
from datetime import timedelta

from icalendar import Calendar, Event

from forms_service.domain.clock import moment
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import decision_sentence, local
from partner_program.model import Language, Program

MEDIA_TYPE = "text/calendar; charset=utf-8"

_SUMMARY: Mapping[Language, str] = {
    "pl": "{vendor}: decyzja najpóźniej dziś, {reference}",
    "en": "{vendor}: decision due today, {reference}",
}
_DETAILS: Mapping[Language, str] = {
    "pl": "{sentence} Decyzję przeczytasz na stronie statusu; link do niej jest w potwierdzeniu.",
    "en": "{sentence} You will read the decision on the status page; its link is in the confirmation.",
}


def decide_by(record: Submission, program: Program, language: Language) -> bytes | None:
    """All-day event on the day of the deadline; None for a record without one.

    The same record gives the same bytes, and a later deadline of it replaces the entry in a calendar.
    """
    if not record["decide_by"]:
        return None
    day = local(record["decide_by"], program).date()
    words = {
        "vendor": program.vendor,
        "reference": record["id"],
        "sentence": decision_sentence(record, program, language),
    }
    event = Event()
    event.add("uid", f"{record['id'].lower()}-decision@{program.contact.email.rpartition('@')[2]}")
    event.add("sequence", record["version"])
    event.add("dtstamp", moment(record["received_at"]).replace(microsecond=0))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # it takes no time: the day stays free
    event.add("summary", _SUMMARY[language].format(**words))
    event.add("description", _DETAILS[language].format(**words))
    calendar = Calendar()
    calendar.add("prodid", "-//partner channel//decisions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
