"""Planning meetings: whom a call, a change and a cancellation reach, and what their calendars take."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest

from forms_service.domain.partners.partner import parse_partner
from forms_service.domain.privacy.redaction import partner_without, person_in
from tests.factories.desk import OWN, REVIEWER_1, DeskApp, words
from tests.factories.partner_records import CONTACT, MEETING, SPONSOR, Company, active, signed_in
from tests.factories.program import published

VENDOR = published().contact.email
BOTH = MEETING | {"invited-p2": "y", "place": "Office, room 2", "agenda": "Goals\nWebinars"}
Told = dict[str, tuple[str, int]]
"""By the address: method and sequence of what was sent."""


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    company = active(desk_app)
    desk_app.service.outbox.deliver_due()
    return company


@pytest.fixture
def staff(desk_app: DeskApp) -> Any:
    return desk_app.browser()


def sent(company: Company) -> list[EmailMessage]:
    """Mails with a calendar entry that went out since the last look."""
    company.desk_app.service.outbox.deliver_due()
    files = sorted((company.desk_app.data / "mail").glob("*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    for file in files:
        file.unlink()
    return [mail for mail in mails if mail.get_content_type() == "multipart/mixed"]


def entry(mail: EmailMessage) -> icalendar.Event:
    """The entry: the same in the part that is shown and in the attached file."""
    parts = list(mail.walk())
    assert [part.get_content_type() for part in parts] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html"),
        *("text/calendar", "application/ics"),
    ]
    shown, kept = parts[-2], parts[-1]
    assert shown.get_payload(decode=True) == kept.get_payload(decode=True)
    assert kept.get_content_disposition() == "attachment"
    assert str(kept.get_filename()).endswith(".ics")
    calendar = icalendar.Calendar.from_ical(kept.get_payload(decode=True))
    assert shown.get_param("method") == calendar["method"]
    (event,) = calendar.events
    assert event["status"] == ("CANCELLED" if calendar["method"] == "CANCEL" else "CONFIRMED")
    assert event["attendee"] == f"mailto:{mail['to']}"
    assert event["organizer"] == f"mailto:{VENDOR}"
    event["method"] = calendar["method"]
    return event


def told(company: Company) -> Told:
    """Whom the mails since the last look reached, with what."""
    events = [entry(mail) for mail in sent(company)]
    assert len({event["uid"] for event in events}) <= 1
    return {
        event["attendee"].removeprefix("mailto:"): (str(event["method"]), event["sequence"])
        for event in events
    }


def test_everybody_invited_gets_an_entry_and_hears_of_every_change(company: Company, staff: Any) -> None:
    """Called, moved without one of them, left by another, called off: one entry all the way."""
    assert company.post(staff, "planning", "plan_meeting", desk=True, **BOTH).status_code == 303
    mails = sent(company)
    assert {mail["to"] for mail in mails} == {CONTACT, SPONSOR, REVIEWER_1}
    event = entry(mails[0])
    assert event["dtstart"].dt == datetime(2027, 12, 15, 9, tzinfo=UTC)
    assert event["dtend"].dt == datetime(2027, 12, 15, 10, tzinfo=UTC)
    assert (event["location"], event["url"]) == (BOTH["place"], BOTH["link"])
    assert (event["sequence"], event["method"]) == (0, "REQUEST")
    assert "Goals" in event["description"]
    body = mails[0].get_body(("plain",))
    assert body is not None
    assert all(text in body.get_content() for text in (BOTH["place"], BOTH["link"], "Goals", "10:00"))

    moved = MEETING | {"meeting": "m1", "time": "16.30", "form": "move-m1"}
    assert company.post(staff, "planning", "move_meeting", desk=True, **moved).status_code == 303
    request = ("REQUEST", 1)
    assert told(company) == {CONTACT: request, REVIEWER_1: request, SPONSOR: ("CANCEL", 1)}

    again = company.post(staff, "planning", "move_meeting", desk=True, **moved)
    assert (again.status_code, told(company)) == (422, {})

    renamed = {"person": "p1", "name": "Contact", "email": "new@partner.example", "contact": "y"}
    assert company.post(staff, "people", "change_person", desk=True, **renamed).status_code == 303
    assert told(company) == {CONTACT: ("CANCEL", 2), "new@partner.example": request}

    assert company.post(staff, "planning", "drop_meeting", desk=True, meeting="m1").status_code == 303
    assert told(company) == {"new@partner.example": ("CANCEL", 2), REVIEWER_1: ("CANCEL", 2)}


def test_an_invitation_that_a_later_one_replaces_is_not_sent(company: Company, staff: Any) -> None:
    """One that was not on its way yet: whoever was away reads how it stands."""
    company.post(staff, "planning", "plan_meeting", desk=True, **MEETING)
    company.post(staff, "planning", "move_meeting", desk=True, **MEETING | {"meeting": "m1", "time": "11"})
    assert told(company) == {CONTACT: ("REQUEST", 1), REVIEWER_1: ("REQUEST", 1)}


def test_what_the_partner_calls_reaches_the_vendor_and_nobody_there_is_named(company: Company) -> None:
    """Also whoever calls it; a meeting that is over concerns nobody any more."""
    browser = signed_in(company.desk_app, SPONSOR)
    assert company.post(browser, "planning", "plan_meeting", **MEETING).status_code == 303
    assert set(told(company)) == {CONTACT, SPONSOR, VENDOR}
    moved = MEETING | {"meeting": "m1", "time": "12:00", "invited-p2": "y"}
    staff = company.desk_app.browser()
    assert company.post(staff, "planning", "move_meeting", desk=True, **moved).status_code == 303
    seen = signed_in(company.desk_app, SPONSOR).get(f"/partner/{company.reference}/plan")
    assert "12:00–13:00" in words(seen)
    assert REVIEWER_1 not in seen.text
    sent(company)
    company.desk_app.clock.forward(days=400)
    company.post(company.desk_app.browser(), "planning", "drop_meeting", desk=True, meeting="m1")
    assert told(company) == {}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"planned_for": "2026-11-23", "time": "08:00"}, "planned_for", "This time has passed"),
        ({"planned_for": "2026-11-22"}, "planned_for", "report a meeting that was held"),
        ({"planned_for": "2027-03-28", "time": "02:30"}, "time", "the clocks go forward"),
        ({"time": "25:00"}, "time", "Enter a time, for example 10:00"),
        ({"time": ""}, "time", "Enter a time"),
        ({"minutes": "7"}, "minutes", "Choose one of the options"),
        ({"link": ""}, "place", "Enter a place or a link"),
        ({"link": "javascript:alert(1)"}, "link", "Enter a whole web address"),
        ({"link": "meet.example.com"}, "link", "Enter a whole web address"),
        ({"invited-p1": ""}, "invited", "Choose at least one person"),
    ],
)
def test_a_call_that_nobody_can_follow_is_refused_with_what_to_do(
    company: Company, staff: Any, typed: dict[str, str], field: str, sentence: str
) -> None:
    call = BOTH | {"invited-p2": "", "place": "", "form": "call"} | typed
    answer = company.post(staff, "planning", "plan_meeting", desk=True, **call)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'href="#call-{field}"' in answer.text
    assert f'id="call-{field}"' in answer.text
    assert "Goals\nWebinars" in answer.text
    assert not company.record["meetings"]


@pytest.mark.parametrize("when", ["02:30", "03:30"])
def test_an_hour_that_comes_twice_is_the_first_one(company: Company, staff: Any, when: str) -> None:
    call = MEETING | {"planned_for": "2027-10-31", "time": when}
    assert company.post(staff, "planning", "plan_meeting", desk=True, **call).status_code == 303
    assert f"{when}–" in words(staff.get(f"/desk/partners/{company.reference}/plan"))
    assert entry(sent(company)[0])["dtstart"].dt == datetime(
        2027, 10, 31, 0 if when == "02:30" else 2, 30, tzinfo=UTC
    )


def test_the_feed_has_meetings_under_the_name_of_their_invitation(company: Company, staff: Any) -> None:
    company.post(staff, "planning", "plan_meeting", desk=True, **BOTH)
    invitation = entry(sent(company)[0])
    _add_old(company, "2027-12-20")
    browser = signed_in(company.desk_app)
    answer = browser.post(
        f"/partner/{company.reference}/calendar-link", headers=OWN, follow_redirects=True
    ).text
    address = "/partner/calendar/" + answer.split("/partner/calendar/")[1].split(".ics")[0] + ".ics"
    feed = icalendar.Calendar.from_ical(browser.get(address).data)
    meetings = {str(event["uid"]): event for event in feed.events if "summary" in event}
    timed = meetings[str(invitation["uid"])]
    for name in ("dtstart", "dtend", "location", "url"):
        assert timed[name] == invitation[name]
    assert meetings[str(invitation["uid"]).replace("-m1@", "-m2@")]["dtstart"].to_ical() == b"20271220"


def test_a_meeting_that_only_has_a_day_goes_on(company: Company, staff: Any) -> None:
    """As earlier versions stored it: shown, given a time with an invitation, or called off without a word."""
    _add_old(company, "2027-12-15")
    _add_old(company, "2027-12-20")
    page = f"/desk/partners/{company.reference}/plan"
    assert "15 December 2027" in words(staff.get(page))
    moved = MEETING | {"meeting": "m1"}
    assert company.post(staff, "planning", "move_meeting", desk=True, **moved).status_code == 303
    assert told(company) == {CONTACT: ("REQUEST", 0), REVIEWER_1: ("REQUEST", 0)}
    assert company.post(staff, "planning", "drop_meeting", desk=True, meeting="m2").status_code == 303
    assert told(company) == {}
    assert staff.get(page).status_code == 200


def test_who_is_erased_is_in_no_call(company: Company, staff: Any) -> None:
    """What was written of them in place or agenda goes; the meeting stays."""
    named = {"agenda": f"With {CONTACT}", "place": f"At {CONTACT}'s"}
    company.post(staff, "planning", "plan_meeting", desk=True, **BOTH | named)
    partner = parse_partner(company.record)
    person = person_in(partner, CONTACT)
    assert person is not None
    after = partner_without(partner, person, company.desk_app.clock().date())
    assert CONTACT in str(partner["meetings"])
    assert CONTACT not in str(after["meetings"])
    assert after["meetings"][0]["call"]["invited"] == ["p1", "p2"]


def _add_old(company: Company, day: str) -> None:
    """A meeting as it was stored before calls had a time."""
    record = company.record
    old = {"id": f"m{len(record['meetings']) + 1}", "state": "planned", "planned_for": day}
    record["meetings"].append({**old, "held_on": None, "notes": ""})
    with company.desk_app.service.store.batch() as batch:
        batch.replace("partners", record, record["version"])


def test_a_meeting_moved_again_and_again_sends_no_more_than_ten_mails_an_hour(
    company: Company, staff: Any
) -> None:
    """Both sides together, new meetings, too; calling off is always possible."""
    partner = signed_in(company.desk_app)
    received = 0
    for number in range(15):
        by, more = (staff, {"desk": True}) if number % 2 else (partner, {})
        action = {"action": "move_meeting", "meeting": "m1"} if number else {"action": "plan_meeting"}
        typed = MEETING | {"time": f"{number + 6}:00"}
        answer = company.post(by, "planning", action.pop("action"), **more, **(typed | action))
        assert answer.status_code == (303 if number < 10 else 422), number
        received += CONTACT in told(company)
    assert received == 10
    assert "ten times within an hour" in words(answer)
    assert company.post(staff, "planning", "plan_meeting", desk=True, **MEETING).status_code == 422
    assert company.post(staff, "planning", "drop_meeting", desk=True, meeting="m1").status_code == 303
    company.desk_app.clock.forward(hours=1)
    assert company.post(staff, "planning", "plan_meeting", desk=True, **MEETING).status_code == 303
