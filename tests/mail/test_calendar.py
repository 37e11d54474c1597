"""The deadline as a calendar entry."""

from datetime import date

import icalendar
import pytest

from forms_service.mail import mail_examples
from forms_service.mail.calendar_file import decide_by
from partner_program.model import Language, Program


def entry(content: bytes | None) -> icalendar.Event:
    assert content is not None
    (event,) = icalendar.Calendar.from_ical(content).events
    return event


def test_a_day_in_the_calendar(program: Program) -> None:
    """All day, on the day of the deadline in Warsaw, taking no time from anybody."""
    event = entry(decide_by(mail_examples.deal("pl"), program, "pl"))
    assert event["dtstart"].dt == date(2026, 12, 29)
    assert event["dtend"].dt == date(2026, 12, 30)
    assert event["transp"] == "TRANSPARENT"
    assert event["summary"] == "Future Processing: decyzja najpóźniej dziś, DEAL-7K3M-2P9Q"
    assert "wtorek, 29 grudnia 2026" in event["description"]


def test_in_english(program: Program) -> None:
    event = entry(decide_by(mail_examples.deal("en"), program, "en"))
    assert event["summary"] == "Future Processing: decision due today, DEAL-7K3M-2P9Q"
    assert "Tuesday 29 December 2026" in event["description"]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_it_holds_no_one_s_data_and_no_key(program: Program, language: Language) -> None:
    """Calendars are shared with colleagues and synchronised with strangers."""
    content = decide_by(mail_examples.deal(language), program, language)
    assert content is not None
    written = content.replace(b"\r\n ", b"").decode()
    for private in ("partner@", "Przykład", "Example Ltd", "1234563218", "status/", "http"):
        assert private not in written


def test_a_moved_deadline_replaces_the_entry(program: Program) -> None:
    """Same UID, higher sequence: imported again, the old day is gone."""
    record = mail_examples.deal("pl")
    moved = {**record, "version": 2, "decide_by": "2026-12-30T22:59:59.000000Z"}
    before, after = (entry(decide_by(each, program, "pl")) for each in (record, moved))
    assert before["uid"] == after["uid"]
    assert before["sequence"] < after["sequence"]
    assert after["dtstart"].dt == date(2026, 12, 30)


def test_the_same_record_is_the_same_file(program: Program) -> None:
    record = mail_examples.deal("pl")
    assert decide_by(record, program, "pl") == decide_by(record, program, "pl")


def test_no_deadline_no_entry(program: Program) -> None:
    """The program sets no time for an application; a question can stop the clock."""
    assert decide_by(mail_examples.application("pl"), program, "pl") is None
    assert decide_by({**mail_examples.deal("pl"), "decide_by": None}, program, "pl") is None


def test_lines_end_and_fold_as_calendars_expect(program: Program) -> None:
    content = decide_by(mail_examples.deal("pl"), program, "pl")
    assert content is not None
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
