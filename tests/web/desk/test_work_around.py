"""What staff do besides deciding: entering a deal, mails, people, history, a person's data."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.desk import (
    ADMIN,
    NIP,
    OWN,
    REVIEWER_1,
    REVIEWER_2,
    ROLES,
    WATCHER,
    DeskApp,
    text_of,
    value_of,
    words,
)
from tests.factories.partner_records import CONTACT, pre_accepted, signed_in
from tests.factories.storage import break_storage, bytes_on_disk
from tests.store.faulty import no_room


def entered(desk_app: DeskApp, **other: str) -> dict[str, str]:
    return {
        "how": "phone",
        "received_day": "2026-11-20",
        "received_time": "15:30",
        "partner_tax_id": NIP,
        "partner_email": "contact@partner.example",
        "language": "pl",
        "customer_name": "Phoned Customer",
        "customer_country": "PL",
        "model": desk_app.program.models[0].id,
        "product": "Cloud migration",
        "value_amount": "25000",
        "value_currency": "PLN",
        "expected_close": "2027-03-31",
    } | other


def test_a_deal_by_phone_counts_from_when_it_was_registered(desk_app: DeskApp) -> None:
    """Friday's call, entered on Monday, is due on Tuesday; marked as entered, the partner gets a mail."""
    browser = desk_app.browser()
    answer = browser.post("/desk/enter", data=entered(desk_app), headers=OWN)
    assert answer.status_code == 303
    said = words(browser.get(answer.location))
    assert "It is saved, with its time of registration." in said
    assert f"Entered {REVIEWER_1}, 23 Nov, 10:00: by phone" in said
    assert "1 business day left until Tue 24 Nov" in said
    reference = answer.location.removeprefix("/desk/submissions/").partition("?")[0]
    record = desk_app.record(reference)
    assert record["received_at"] == "2026-11-20T14:30:00.000000Z"
    assert "how" not in record["said"]
    templates = {mail["template"] for mail in desk_app.service.store.find("mails", "record", reference)}
    assert "deal-received" in templates
    assert f"{REVIEWER_1} deal entered {reference}" in words(browser.get("/desk/history"))


@pytest.mark.parametrize(
    ("lang", "to_the_partner"), [("en", r"\b(you|your)\b"), ("pl", r"\bCi(ebie|ę)\b|\bTw(ój|oj)")]
)
def test_the_form_for_a_deal_by_phone_speaks_to_us(desk_app: DeskApp, lang: str, to_the_partner: str) -> None:
    """The partner's questions call the partner "you": here that is somebody else."""
    html = (
        desk_app.browser(lang=lang)
        .get("/desk/enter")
        .text.partition('<form method="post" action="/desk/enter"')[2]
    )
    form = text_of(html.partition("</form>")[0])
    assert not re.search(to_the_partner, form), form


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("how", "", "Choose how it reached us"),
        ("received_day", "2026-11-24", "The day of registration cannot be after today"),
        ("received_day", "1999-01-01", "The day of registration cannot be after today"),
        ("received_day", "soon", "Enter the date as year-month-day"),
        ("received_time", "25:00", "Enter the time as hours and minutes"),
        ("partner_tax_id", "", "Enter the partner's tax number"),
        ("language", "de", "Choose a language"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(desk_app: DeskApp, field: str, typed: str, sentence: str) -> None:
    answer = desk_app.browser().post("/desk/enter", data=entered(desk_app, **{field: typed}), headers=OWN)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f'href="#{field}' in answer.text
    assert value_of(answer, "customer_name") == "Phoned Customer"


def test_a_time_that_is_still_to_come_is_refused(desk_app: DeskApp) -> None:
    data = entered(desk_app, received_day="2026-11-23", received_time="10:01")
    answer = desk_app.browser().post("/desk/enter", data=data, headers=OWN)
    assert answer.status_code == 422
    assert "The time of registration cannot be in the future." in words(answer)
    assert desk_app.service.store.count("records") == 0


def test_a_full_disk_keeps_what_was_entered(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    with break_storage(desk_app.data):
        answer = browser.post("/desk/enter", data=entered(desk_app), headers=OWN)
    assert answer.status_code == 503
    assert "We have NOT saved this." in words(answer)
    assert value_of(answer, "customer_name") == "Phoned Customer"


def dead_mail(desk_app: DeskApp) -> dict[str, Any]:
    reference = desk_app.deal()
    store = desk_app.service.store
    mail = next(
        each for each in store.find("mails", "record", reference) if each["template"] == "deal-received"
    )
    with store.batch() as batch:
        return batch.replace("mails", {**mail, "state": "dead", "problem": "550 <no>"}, mail["version"])


def test_undelivered_mail_is_a_task_until_somebody_sees_to_it(desk_app: DeskApp) -> None:
    mail, browser = dead_mail(desk_app), desk_app.browser()
    said = words(browser.get("/desk/mails"))
    assert "Confirmation of receipt 23 Nov, 10:00 contact@partner.example" in said
    assert "550 <no>" in said
    assert browser.post(f"/desk/mails/{mail['id']}/settle", headers=OWN).status_code == 400, "how?"
    answer = browser.post(f"/desk/mails/{mail['id']}/settle", data={"how": "phone"}, headers=OWN)
    said = words(browser.get(answer.location))
    assert "Noted: the message was passed on another way." in said
    assert "Nobody gets emails: no mail server is set. They" in said
    assert "passed on another way (by phone) by reviewer@example.com" in words(
        browser.get(f"/desk/submissions/{mail['record']}")
    )
    assert browser.post(f"/desk/mails/{mail['id']}/resend", headers=OWN).location.endswith("done=nothing")


def test_mails_of_some_days_are_counted_first_and_then_sent_again(desk_app: DeskApp) -> None:
    mail = dead_mail(desk_app)
    browser = desk_app.browser()
    period = {"since": "2026-11-23", "until": "2026-11-23"}
    before = bytes_on_disk(desk_app.data)
    said = words(browser.get("/desk/mails", query_string=period))
    assert "1 email would be sent again: Confirmation of receipt: 1" in said
    assert bytes_on_disk(desk_app.data) == before
    answer = browser.post("/desk/mails/resend", data=period, headers=OWN)
    assert answer.location == "/desk/mails?done=resent"
    assert f"mail sent again {mail['record']}" in words(browser.get("/desk/history"))
    assert "There is no email to send again from these days." in words(
        browser.get("/desk/mails", query_string=period)
    )
    assert browser.post("/desk/mails/resend", data={}, headers=OWN).status_code == 400


@pytest.mark.parametrize(
    ("lang", "said"), [("pl", "link z pierwszego uruchomienia"), ("en", "the link of the first")]
)
def test_who_gave_access_is_said_in_words(desk_app: DeskApp, lang: str, said: str) -> None:
    store = desk_app.service.store
    with store.batch() as batch:
        person = next(each for each in store.find("people", "kind", "staff") if each["email"] == ADMIN)
        batch.replace("people", person | {"added_by": "first-administrator"}, person["version"])
    page = words(desk_app.browser(ADMIN, lang).get("/desk/people"))
    assert said in page and "first-administrator" not in page


def test_letting_in_changing_and_taking_off(desk_app: DeskApp) -> None:
    browser = desk_app.browser(ADMIN)

    def change(**data: str) -> Any:
        return browser.post("/desk/people", data=data, headers=OWN)

    assert (
        change(action="added", address="New@Example.com", role="reader").location == "/desk/people?done=added"
    )
    assert "new@example.com reader: sees everything" in words(browser.get("/desk/people"))
    (mail,) = (each for each in desk_app.service.store.all("mails") if each["to"] == "new@example.com")
    assert (mail["template"], mail["lang"], mail["facts"]) == ("staff-access", "en", {"role": "reader"})
    desk_app.service.outbox.deliver_due()
    (letter,) = desk_app.data.joinpath("mail").rglob("*.eml")
    assert "/desk/" in letter.read_text() and "You can read everything there" in letter.read_text()
    new = desk_app.browser("new@example.com")
    assert change(action="role", address="new@example.com", role="reviewer").status_code == 303
    assert new.get("/desk/").status_code == 303, "a changed role has to sign in again"
    assert change(action="removed", address="new@example.com").status_code == 303
    assert "new@example.com" not in words(browser.get("/desk/people"))
    said = words(browser.get("/desk/history"))
    for deed in (
        "access removed new@example.com",
        "role changed new@example.com",
        "access given new@example.com",
    ):
        assert deed in said


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"action": "added", "address": "nobody", "role": "reader"}, "Enter an email address"),
        ({"action": "added", "address": REVIEWER_1, "role": "reader"}, "already has access"),
        ({"action": "removed", "address": "nobody@example.com"}, "no longer on the list"),
        ({"action": "removed", "address": ADMIN}, "This is the last administrator"),
        ({"action": "role", "address": ADMIN, "role": "reader"}, "This is the last administrator"),
    ],
)
def test_a_change_that_is_not_possible_says_why(
    desk_app: DeskApp, data: dict[str, str], sentence: str
) -> None:
    answer = desk_app.browser(ADMIN).post("/desk/people", data=data, headers=OWN)
    assert answer.status_code == 422
    assert sentence in words(answer)
    if data["action"] == "added":
        assert value_of(answer, "address") == data["address"]


def test_a_role_that_there_is_not_is_no_request(desk_app: DeskApp) -> None:
    data = {"action": "added", "address": "new@example.com", "role": "owner"}
    assert desk_app.browser(ADMIN).post("/desk/people", data=data, headers=OWN).status_code == 400


def test_somebody_may_read_the_summary_only(desk_app: DeskApp) -> None:
    browser = desk_app.browser()
    assert browser.post("/desk/me", data={"summary_only": "y"}, headers=OWN).status_code == 303
    assert re.search(r'value="y" checked', browser.get("/desk/me").text)
    assert "Reminders by email" not in words(desk_app.browser(WATCHER).get("/desk/me"))


def test_history_is_the_deeds_of_staff_newest_first(desk_app: DeskApp) -> None:
    """Narrowed by person and by day; what visitors do stands in their submissions."""
    deal = desk_app.deal()
    desk_app.do(desk_app.browser(REVIEWER_1), deal, "take")
    desk_app.clock.forward(days=1)
    desk_app.do(desk_app.browser(REVIEWER_2), deal, "note", text="Secret plan")
    first = desk_app.browser(REVIEWER_1)
    said = words(first.get("/desk/history"))
    assert f"{len(ROLES) + 5} entries, the newest first" in said, "three of them signed in"
    assert said.index("note added") < said.index("taken for review")
    assert said.count("signed in Desk") == 3 and said.count(f" {REVIEWER_1} signed in") == 2
    assert "Secret plan" not in said
    assert "2 entries" in words(first.get(f"/desk/history?owner={REVIEWER_2}"))
    assert f"{len(ROLES) + 2} entries" in words(first.get("/desk/history?until=2026-11-23"))
    assert first.get("/desk/history?since=never").status_code == 422


def test_a_persons_data_is_shown_handed_out_and_erased(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    browser = desk_app.browser(ADMIN)

    def send(action: str, **data: str) -> Any:
        data = {"action": action, "address": "Contact@partner.example"} | data
        return browser.post("/desk/privacy", data=data, headers=OWN)

    assert f"Decide these first: afterwards there is nobody left to notify: {reference}" in words(
        send("look")
    )
    desk_app.do(desk_app.browser(), reference, "reject", reason="outside-offer")
    looked = send("look")
    assert "Decide first" not in words(looked)
    assert f"Submissions they sent {reference}" in words(looked)
    handed_out = send("export")
    assert handed_out.headers["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert json.loads(handed_out.data)["sent"][0]["id"] == reference
    unsure = send("erase")
    assert unsure.status_code == 422
    assert "Tick that you understand" in words(unsure)
    assert desk_app.record(reference)["said"]
    with no_room():
        full = send("erase", sure="y")
    assert full.status_code == 503
    assert "Nothing was erased: there is no room on the disk." in words(full)
    erased = send("erase", sure="y")
    assert erased.status_code == 303
    assert "The data is erased." in words(browser.get(erased.location))
    assert not desk_app.record(reference).get("said")
    page = words(browser.get(f"/desk/submissions/{reference}"))
    assert "The content has been erased." in page
    again = send("erase", sure="y")
    assert "We have nothing under this address: nothing was erased." in words(browser.get(again.location))
    assert "Rejected" in page
    assert b"contact@partner.example" not in bytes_on_disk(desk_app.data)
    said = words(browser.get("/desk/history"))
    assert "a person's data erased" in said
    assert "contact@partner" not in said
    assert browser.get("/desk/?state=all").status_code == 200
    assert browser.get("/desk/figures").status_code == 200


@pytest.mark.parametrize(
    ("address", "sentence"), [("nobody", "Enter an email address"), (REVIEWER_1, "remove its access")]
)
def test_whom_nobody_may_erase(desk_app: DeskApp, address: str, sentence: str) -> None:
    data = {"action": "erase", "address": address, "sure": "y"}
    answer = desk_app.browser(ADMIN).post("/desk/privacy", data=data, headers=OWN)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert value_of(answer, "address") == address


def test_a_clock_that_is_not_believed_can_be_confirmed(desk_app: DeskApp) -> None:
    desk_app.deal()
    desk_app.clock.forward(days=30)
    browser = desk_app.browser(ADMIN)
    assert "The clock looks wrong" in words(browser.get("/desk/"))
    assert "It shows Wednesday 23 December 2026, 10:00" in words(browser.get("/desk/privacy"))
    answer = browser.post("/desk/privacy/clock", headers=OWN)
    assert "The clock is confirmed." in words(browser.get(answer.location))
    assert "clock looks wrong" not in words(browser.get("/desk/"))


SERVER = {"MAIL_URL": "smtp://mail.example:25"}


def decision_mail(desk_app: DeskApp, reference: str, **changes: Any) -> dict[str, Any]:
    """The mail with the decision, sent by now."""
    store = desk_app.service.store
    mail = next(each for each in store.find("mails", "record", reference) if each["template"] == "rejected")
    sent = {"state": "sent", "sent_at": mail["created_at"], **changes}
    with store.batch() as batch:
        return batch.replace("mails", {**mail, **sent}, mail["version"])


def test_a_decision_mail_that_came_back_is_a_task_on_its_page(open_desk: Callable[..., DeskApp]) -> None:
    """Seen in a mailbox, said with a button: reach them by phone, then it is settled; all of it noted."""
    desk_app = open_desk(**SERVER)
    desk_app.application(**{"contacts-0-phone": "+48 22 222 22 22"})
    reference, browser = desk_app.deal(), desk_app.browser()
    desk_app.do(browser, reference, "reject", reason="outside-offer")
    mail = decision_mail(desk_app, reference)
    address = f"/desk/submissions/{reference}"
    assert "handed to the mail server on 23 Nov, 10:00" in words(browser.get(address))

    back = {"next": address}
    answer = browser.post(f"/desk/mails/{mail['id']}/came-back", data=back, headers=OWN)
    assert answer.location == f"{address}?done=came-back"
    said = words(browser.get(answer.location))
    assert "Noted: the email did not arrive." in said
    assert "The sender did not get the decision by email. Call +48 22 222 22 22" in said
    assert "returned to sender (23 Nov, 10:00)" in words(browser.get("/desk/mails"))

    answer = browser.post(f"/desk/mails/{mail['id']}/settle", data=back | {"how": "in_person"}, headers=OWN)
    said = words(browser.get(answer.location))
    assert "did not get the decision" not in said
    assert f"passed on another way (in person) by {REVIEWER_1}" in said
    history = words(browser.get("/desk/history"))
    assert f"email returned {reference}" in history


def test_without_a_mail_server_nothing_was_handed_to_one(desk_app: DeskApp) -> None:
    """Mails become files, and the desk says that nobody gets them."""
    reference, browser = desk_app.deal(), desk_app.browser()
    answer = desk_app.do(browser, reference, "reject", reason="outside-offer")
    said = words(browser.get(answer.location))
    assert "The sender can read why on the status page. No email will be sent: no mail server is set" in said
    desk_app.service.outbox.deliver_due()
    html = browser.get(f"/desk/submissions/{reference}")
    assert "written to a file on 23 Nov, 10:00: nobody gets it" in words(html)
    assert "handed to the mail server" not in words(html)
    assert "Mark as returned" not in words(html)


def test_with_a_mail_server_the_page_says_that_a_mail_goes_out(open_desk: Callable[..., DeskApp]) -> None:
    desk_app = open_desk(**SERVER)
    reference, browser = desk_app.deal(), desk_app.browser()
    answer = desk_app.do(browser, reference, "ask", text="Since when?")
    assert "The question is on the status page. An email about it will be sent." in words(
        browser.get(answer.location)
    )


def test_so_many_mails_are_not_sent_again_at_once(desk_app: DeskApp) -> None:
    """The days have to be fewer; looking costs no more than that."""
    store = desk_app.service.store
    desk_app.deal()
    (mail, *_) = store.all("mails")
    with store.batch() as batch:
        for number in range(2000):
            batch.add("mails", {**mail, "id": f"mail {number}", "state": "sent"})
    period = {"since": "2026-11-23", "until": "2026-11-23"}
    browser = desk_app.browser()
    assert browser.get("/desk/mails", query_string=period).status_code == 200
    answer = browser.get("/desk/mails", query_string=period | {"everything": "y"})
    assert answer.status_code == 422
    assert "choose fewer days" in words(answer)
    answer = browser.post("/desk/mails/resend", data=period | {"everything": "y"}, headers=OWN)
    assert answer.status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "1/2/2026", "\x00"])
@pytest.mark.parametrize("page", ["/desk/", "/desk/figures", "/desk/history", "/desk/mails"])
def test_no_day_is_too_far(desk_app: DeskApp, page: str, day: str) -> None:
    """What cannot be counted with is pointed out like what is no day."""
    browser = desk_app.browser()
    for name in ("since", "until"):
        answer = browser.get(page, query_string={"since": "2026-11-23", "until": "2026-11-23", name: day})
        assert answer.status_code == 422
        assert "Choose the day, or type it" in words(answer)


def test_what_is_entered_twice_is_one_deal(desk_app: DeskApp) -> None:
    """Pressed twice, for a deal that was registered days ago."""
    browser = desk_app.browser()
    answers = [browser.post("/desk/enter", data=entered(desk_app), headers=OWN) for _ in range(2)]
    assert answers[0].status_code == 303
    assert answers[0].location == answers[1].location
    assert desk_app.service.store.count("records") == 1


def test_however_much_is_over_on_one_day_the_page_looks_at_some(desk_app: DeskApp) -> None:
    """A year's deals may go on one day: the first ones are counted, and that there are more is said."""
    store, record = desk_app.service.store, desk_app.record(desk_app.deal())
    history = [*record["history"], {"at": record["received_at"], "what": "withdraw", "state": "withdrawn"}]
    with store.batch() as batch:
        for number in range(1001):
            old = {"id": f"DEAL-OLD-{number}", "state": "withdrawn", "history": history, "token_hashes": []}
            batch.add("records", {**record, **old})
    desk_app.clock.forward(days=5 * 365)
    said = words(desk_app.browser(ADMIN).get("/desk/privacy"))
    assert "These are only the first ones." in said
    assert re.search(r"[Dd]eal[^:]*: 1000\b", said)


@pytest.mark.parametrize("side", ["desk", "partner"])
def test_a_person_sees_where_they_are_signed_in_and_ends_the_rest(desk_app: DeskApp, side: str) -> None:
    """M10, M11: the last sign-in before this one, other sessions by number, one button; both sides alike."""
    if side == "desk":
        desk_app.browser(WATCHER)
        desk_app.clock.forward(hours=1)
        desk_app.browser(WATCHER)
        browser = desk_app.browser(WATCHER)
    else:
        pre_accepted(desk_app)
        signed_in(desk_app)
        desk_app.clock.forward(hours=1)
        signed_in(desk_app)
        browser = signed_in(desk_app)
    assert f'href="/{side}/me"' in browser.get(f"/{side}/me").text
    page = words(browser.get(f"/{side}/me"))
    assert "Signed in here since Monday 23 November 2026, 11:00 (Warsaw)" in page
    assert "Last sign-in before Monday 23 November 2026, 11:00 (Warsaw)" in page
    assert "2 sessions" in page
    done = browser.post(f"/{side}/end-other-sessions", headers=OWN)
    page = words(browser.get(done.location))
    assert "All other sessions have ended." in page and "nowhere else" in page
    history = words(desk_app.browser(ADMIN).get("/desk/history"))
    where = "Desk" if side == "desk" else "Partner area"
    assert f"other sessions ended {where} · number: 2" in history


def test_an_erased_person_is_not_named_by_their_sign_ins(desk_app: DeskApp) -> None:
    """The event stays, as it holds an id only."""
    pre_accepted(desk_app)
    signed_in(desk_app)
    browser = desk_app.browser(ADMIN)
    assert f"{CONTACT} signed in" in words(browser.get("/desk/history"))
    (person,) = [each for each in desk_app.service.store.all("people") if each["email"] == CONTACT]
    with desk_app.service.store.batch() as batch:
        batch.remove("people", person["id"])
    assert "somebody whose data is erased signed in" in words(browser.get("/desk/history"))
