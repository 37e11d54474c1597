"""A partner's deals in its own area: registered, looked at, reported; the same record as anybody's."""

from collections.abc import Callable
from typing import Any

import pytest

from forms_service.services import partner_deals
from tests.factories.desk import ADMIN, NIP, OTHER_NIP, OWN, DeskApp, value_of, words
from tests.factories.partner_records import CONTACT, SPONSOR, Company, active, pre_accepted, signed_in
from tests.factories.storage import break_storage

TYPED = {
    "partner_email": CONTACT,
    "customer_name": "Example Customer",
    "customer_country": "PL",
    "product": "Cloud migration",
    "value_amount": "25 000,50",
    "value_currency": "PLN",
    "expected_close": "2027-03-31",
}
WON = {"outcome": "won", "on": "2026-11-23", "value_amount": "24000", "value_currency": "PLN", "text": ""}
LOST = {"outcome": "lost", "on": "2026-11-23", "text": "Another offer was cheaper"}


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return active(desk_app)


@pytest.fixture
def register(desk_app: DeskApp, company: Company) -> Callable[..., Any]:
    """Send the form in the partner's area."""
    browser = signed_in(desk_app)

    def send(**other: str) -> Any:
        typed = TYPED | {"model": desk_app.program.models[0].id} | other
        return browser.post(f"/partner/{company.reference}/register-deal", data=typed, headers=OWN)

    return send


def the_deal(desk_app: DeskApp) -> dict[str, Any]:
    (found,) = desk_app.service.store.range("records", "received", ("deal", ""), ("deal", "~"))
    return found


def test_the_form_opens_with_what_is_known_of_the_company(desk_app: DeskApp, company: Company) -> None:
    """Nothing of it is typed again: number and name are there, the person's own address is filled in."""
    page = signed_in(desk_app, SPONSOR).get(f"/partner/{company.reference}/register-deal")
    assert "Example Partner" in words(page) and company.record["company"]["tax_id"] in words(page)
    assert value_of(page, "partner_email") == SPONSOR
    assert f'value="{desk_app.program.models[0].id}" checked' in page.text
    assert 'name="partner_tax_id"' not in page.text


def test_what_is_registered_opens_in_the_area_and_has_the_page_that_anybody_gets(
    desk_app: DeskApp, company: Company, register: Callable[..., Any]
) -> None:
    """With the day of the decision and the way to the next one, and without a word of an only key."""
    answer = register()
    deal = the_deal(desk_app)
    assert answer.status_code == 303
    assert answer.location == f"/partner/{company.reference}/deals/{deal['id']}?done=registered"
    opened = signed_in(desk_app).get(answer.location)
    assert "Registered. Decision by: Wednesday 25 November 2026" in words(opened)
    assert "Register another deal" in words(opened) and "only key" not in words(opened)
    status = f"/en/status/{desk_app.service.submissions.token_of(desk_app.record(deal['id']))}"
    assert desk_app.app.test_client().get(status).status_code == 200
    assert deal["partner"] == company.reference
    assert deal["said"]["partner_tax_id"] == company.record["company"]["tax_id"]
    shown = signed_in(desk_app).get(f"/partner/{company.reference}/deals/{deal['id']}")
    assert f'href="{status}"' in shown.text and "Registered. Decision" not in words(shown)
    mails = desk_app.service.store.find("mails", "record", deal["id"])
    assert [mail["template"] for mail in mails] == ["deal-received", "deal-notice"]


def test_whoever_was_signed_in_needs_no_check(desk_app: DeskApp, register: Callable[..., Any]) -> None:
    """An address that the application does not know stands out on the public page, and not from here."""
    register(partner_email="sales@elsewhere.example")
    public = desk_app.deal(partner_email="sales@elsewhere.example", customer_name="Another Customer")
    tied = next(
        each for each in desk_app.service.store.find("records", "state", "received") if "partner" in each
    )
    browser = desk_app.browser()
    warning = "names no address and no website like sales@elsewhere.example"
    assert warning not in words(browser.get(f"/desk/submissions/{tied['id']}"))
    assert warning in words(browser.get(f"/desk/submissions/{public}"))


def test_a_tax_number_that_is_sent_along_changes_nothing(
    desk_app: DeskApp, company: Company, register: Callable[..., Any]
) -> None:
    register(partner_tax_id=OTHER_NIP)
    assert the_deal(desk_app)["said"]["partner_tax_id"] == company.record["company"]["tax_id"]


def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    desk_app: DeskApp, register: Callable[..., Any]
) -> None:
    answer = register(value_amount="25.000", customer_name="")
    assert answer.status_code == 422
    assert value_of(answer, "value_amount") == "25.000"
    assert value_of(answer, "product") == "Cloud migration"
    assert words(answer).count("There is a problem: 2 errors") == 1
    assert desk_app.service.store.count("records") == 1


def test_nothing_typed_is_lost_when_nothing_can_be_stored(
    desk_app: DeskApp, register: Callable[..., Any]
) -> None:
    with break_storage(desk_app.data):
        answer = register()
    assert answer.status_code == 503
    assert "We have NOT saved this" in words(answer)
    assert value_of(answer, "customer_name") == "Example Customer"


def test_a_deal_sent_to_the_public_page_and_again_here_is_one_and_the_partners(
    desk_app: DeskApp, company: Company, register: Callable[..., Any]
) -> None:
    first = desk_app.deal(**TYPED)
    register()
    assert the_deal(desk_app)["id"] == first
    assert the_deal(desk_app)["partner"] == company.reference


def test_the_list_shows_states_deadlines_and_decisions(desk_app: DeskApp, company: Company) -> None:
    """Also of what was registered on the public page with the partner's number; nothing of anybody else."""
    open_one = desk_app.deal(customer_name="Open Customer")
    approved = desk_app.deal(customer_name="Approved Customer")
    desk_app.approve(desk_app.browser(), approved, despite_conflict="Known", text="Good luck")
    rejected = desk_app.deal(customer_name="Rejected Customer")
    desk_app.do(desk_app.browser(), rejected, "reject", reason="duplicate")
    strange = desk_app.deal(partner_tax_id=OTHER_NIP, customer_name="Somebody Elses")
    page = words(signed_in(desk_app).get(f"/partner/{company.reference}/deals"))
    assert "decision by 25 November 2026" in page
    assert "Commission: 10%" in page and "Good luck" in page
    assert "You have already registered this deal" in page
    assert open_one in page and approved in page and strange not in page
    desk = desk_app.browser().get(f"/desk/partners/{company.reference}/deals")
    assert f'href="/desk/submissions/{approved}"' in desk.text


def test_a_partner_sees_a_deal_of_its_own_and_no_other(desk_app: DeskApp, company: Company) -> None:
    """A8: what is somebody else's is not there, as if it had never been."""
    deal = desk_app.deal()
    other = pre_accepted(
        desk_app,
        tax_id=OTHER_NIP,
        company_name="Other",
        **{"contacts-0-email": "contact@other.example", "sponsor-email": "sponsor@other.example"},
    )
    theirs = signed_in(desk_app, "contact@other.example")
    mine = signed_in(desk_app)
    missing = theirs.get(f"/partner/{other.reference}/deals/DEAL-2222-2222")
    for method in ("GET", "POST"):
        for reference in (other.reference, company.reference):
            answer = theirs.open(f"/partner/{reference}/deals/{deal}", method=method, data=WON, headers=OWN)
            assert (answer.status_code, answer.text) == (404, missing.text)
    assert mine.get(f"/partner/{company.reference}/deals/{deal}").status_code == 200
    application = company.record["application"]
    assert mine.get(f"/partner/{company.reference}/deals/{application}").status_code == 404


@pytest.mark.parametrize(("typed", "state"), [(WON, "won"), (LOST, "lost")])
def test_somebody_of_the_partner_reports_what_became_of_it(
    desk_app: DeskApp, company: Company, typed: dict[str, str], state: str
) -> None:
    """With who it was; once; whoever looked after it is told."""
    deal = desk_app.deal()
    desk_app.approve(desk_app.browser(), deal)
    browser = signed_in(desk_app, SPONSOR)
    page = f"/partner/{company.reference}/deals/{deal}"
    address = f"{page}/result"
    assert f'href="{address}"' in browser.get(f"/partner/{company.reference}/deals").text
    assert value_of(browser.get(address), "value_amount").startswith("25000")
    answer = browser.post(address, data=typed, headers=OWN)
    assert (answer.status_code, answer.location) == (303, f"{page}?done=reported")
    assert "Thank you: it is noted." in words(browser.get(answer.location))
    record = desk_app.record(deal)
    assert (record["state"], record["result"]["reporter"]) == (state, SPONSOR)
    assert record["history"][-1]["who"] == "sender"
    notices = [
        mail
        for mail in desk_app.service.store.find("mails", "record", deal)
        if mail["template"] == "result-notice"
    ]
    assert [mail["to"] for mail in notices] == [record["owner"]]
    assert "/result" not in browser.get(page).text
    assert browser.get(address).status_code == 422
    again = browser.post(address, data=LOST | {"text": "Typed in the other window"}, headers=OWN)
    assert again.status_code == 422 and "Typed in the other window" in words(again)
    assert desk_app.record(deal)["result"] == record["result"]
    assert f"reported by {SPONSOR}" in words(desk_app.browser().get(f"/desk/submissions/{deal}"))


def test_what_is_reported_wrongly_is_shown_again(desk_app: DeskApp, company: Company) -> None:
    deal = desk_app.deal()
    desk_app.approve(desk_app.browser(), deal)
    address = f"/partner/{company.reference}/deals/{deal}/result"
    for wrong, sentence in (
        ({"on": "2026-11-20"}, "This day is before the day of registration"),
        ({"on": "2030-01-01"}, "cannot be after today"),
        ({"outcome": "lost"}, "why it was lost"),
    ):
        answer = signed_in(desk_app).post(address, data=WON | wrong, headers=OWN)
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert value_of(answer, "value_amount") == "24000"
    browser = signed_in(desk_app)
    with break_storage(desk_app.data):
        answer = browser.post(address, data=WON, headers=OWN)
    assert answer.status_code == 503
    assert value_of(answer, "on") == "2026-11-23"
    assert desk_app.record(deal)["state"] == "approved"


def test_a_question_stands_first_with_its_day_and_is_answered_in_the_area(
    desk_app: DeskApp, company: Company
) -> None:
    """Each contact reads it; an empty answer says so beside the field; the answer is told with a notice."""
    deal = desk_app.deal(customer_name="Sample Energy GmbH")
    desk_app.do(desk_app.browser(), deal, "ask", text="Who decides there?")
    browser, base = signed_in(desk_app, SPONSOR), f"/partner/{company.reference}"
    address = f"{base}/deals/{deal}"
    overview = browser.get(base)
    told = "We are waiting for your answer until 25 November 2026: Sample Energy GmbH"
    assert told in words(overview) and f'href="{address}#question"' in overview.text
    assert overview.text.index("Sample Energy GmbH") < overview.text.index("<h3")
    shown = browser.get(address)
    assert "Who decides there?" in words(shown)
    assert shown.text.index("Who decides there?") < shown.text.index('id="sent"')
    number = {"action": "answer", "question": "1"}
    empty = browser.post(address, data=number | {"text": " "}, headers=OWN)
    assert empty.status_code == 422 and "Write the answer" in words(empty)
    answer = browser.post(address, data=number | {"text": "The board"}, headers=OWN)
    assert (answer.status_code, answer.location) == (303, f"{address}?done=answered")
    done = browser.get(answer.location)
    assert "Thank you, we have your answer." in words(done) and "The board" in words(done)
    assert "Sample Energy GmbH" not in words(browser.get(base))
    late = browser.post(address, data=number | {"text": "Typed in another window"}, headers=OWN)
    assert late.status_code == 422 and "Typed in another window" in words(late)
    assert desk_app.record(deal)["questions"][0]["answer"]["text"] == "The board"


@pytest.mark.parametrize(
    ("decide_by", "told"),
    [
        ("2026-11-23T22:59:59Z", "We are waiting for your answer until today: "),
        ("2026-11-20T22:59:59Z", "We are waiting for your answer: "),
        (None, "We are waiting for your answer: "),
    ],
)
def test_the_day_of_a_question_is_said_in_words(
    desk_app: DeskApp, company: Company, decide_by: str | None, told: str
) -> None:
    """Today is today; a day that is over, or that does not run, is not named."""
    deal = desk_app.deal()
    desk_app.do(desk_app.browser(), deal, "ask", text="Who?")
    with desk_app.service.store.batch() as batch:
        record = {**desk_app.record(deal), "decide_by": decide_by}
        batch.replace("records", record, record["version"])
    assert told in words(signed_in(desk_app).get(f"/partner/{company.reference}"))


def test_a_deal_is_corrected_in_the_area(desk_app: DeskApp, company: Company) -> None:
    """Its tax number stays; what is wrong is shown with what was typed; two windows do not overwrite."""
    deal = desk_app.deal()
    browser, page = signed_in(desk_app), f"/partner/{company.reference}/deals/{deal}"
    address = f"{page}/correct"
    assert f'href="{address}"' in browser.get(page).text
    form = browser.get(address)
    said = desk_app.record(deal)["said"]
    assert value_of(form, "customer_name") == said["customer_name"]
    assert 'name="partner_tax_id"' not in form.text
    typed = TYPED | {"model": said["model"], "seen": "0", "customer_name": "Corrected"}
    wrong = browser.post(address, data=typed | {"value_amount": "25.000"}, headers=OWN)
    assert wrong.status_code == 422 and value_of(wrong, "value_amount") == "25.000"
    answer = browser.post(address, data=typed, headers=OWN)
    assert (answer.status_code, answer.location) == (303, f"{page}?done=corrected")
    assert "Your correction is saved." in words(browser.get(answer.location))
    now = desk_app.record(deal)["said"]
    assert (now["customer_name"], now["partner_tax_id"]) == ("Corrected", said["partner_tax_id"])
    other = browser.post(address, data=typed | {"customer_name": "Other window"}, headers=OWN)
    assert other.status_code == 409 and value_of(other, "customer_name") == "Other window"
    assert desk_app.record(deal)["said"] == now
    desk_app.do(desk_app.browser(), deal, "take")
    late = browser.post(address, data=typed | {"description": "Typed too late"}, headers=OWN)
    assert late.status_code == 422 and value_of(late, "message").endswith("Typed too late")
    message = {"action": "message", "message": value_of(late, "message")}
    assert browser.post(page, data=message | {"message": ""}, headers=OWN).status_code == 422
    sent = browser.post(page, data=message, headers=OWN)
    assert (sent.status_code, sent.location) == (303, f"{page}?done=sent")
    told = words(browser.get(sent.location))
    assert "Thank you, your message is sent." in told and "Typed too late" in told
    assert "Message from the sender:" in words(desk_app.browser().get(f"/desk/submissions/{deal}"))
    assert browser.get(address).status_code == 422
    assert "/correct" not in browser.get(page).text


def test_a_deal_is_withdrawn_in_the_area(desk_app: DeskApp, company: Company) -> None:
    deal = desk_app.deal()
    browser, page = signed_in(desk_app), f"/partner/{company.reference}/deals/{deal}"
    assert "Withdraw the registration for" in words(browser.get(f"{page}/withdraw"))
    assert desk_app.record(deal)["state"] == "received"
    answer = browser.post(f"{page}/withdraw", headers=OWN)
    assert (answer.status_code, answer.location) == (303, f"{page}?done=withdrawn")
    assert "Withdrawn. You can register a new one" in words(browser.get(answer.location))
    assert desk_app.record(deal)["state"] == "withdrawn"
    assert browser.get(f"{page}/withdraw").status_code == 422
    typed = TYPED | {"model": desk_app.program.models[0].id, "seen": "0", "customer_name": "Other window"}
    late = browser.post(f"{page}/correct", data=typed, headers=OWN)
    assert late.status_code == 422 and "Other window" in late.text


@pytest.mark.parametrize("end", ["/correct", "/result", "/withdraw", ""])
def test_what_cannot_be_stored_or_came_after_the_session_is_kept(
    desk_app: DeskApp, company: Company, end: str
) -> None:
    """503 and 403 hold what was typed."""
    deal = desk_app.deal()
    if end == "/result":
        desk_app.approve(desk_app.browser(), deal)
    if end == "":
        desk_app.do(desk_app.browser(), deal, "ask", text="Who?")
    address = f"/partner/{company.reference}/deals/{deal}{end}"
    typed = {
        "/correct": TYPED | {"model": desk_app.program.models[0].id, "product": "Typed here"},
        "/result": WON | {"text": "Typed here"},
        "/withdraw": {},
        "": {"action": "answer", "question": "1", "text": "Typed here"},
    }[end]
    browser, before = signed_in(desk_app), desk_app.record(deal)
    with break_storage(desk_app.data):
        answer = browser.post(address, data=typed, headers=OWN)
    assert answer.status_code == 503 and "We have NOT saved this" in words(answer)
    assert "Typed here" in answer.text or not typed
    ended = desk_app.app.test_client().post(address, data=typed, headers=OWN)
    assert ended.status_code == 403 and ("Typed here" in ended.text or not typed)
    assert desk_app.record(deal) == before


@pytest.mark.parametrize(
    ("tax_id", "in_area"), [(NIP, True), (OTHER_NIP, False)], ids=["own", "of another company"]
)
def test_the_public_form_leads_whoever_is_signed_in_back_to_the_area(
    desk_app: DeskApp, company: Company, tax_id: str, in_area: bool
) -> None:
    typed = TYPED | {"model": desk_app.program.models[0].id, "partner_tax_id": tax_id}
    answer = signed_in(desk_app).post("/en/register-deal/", data=typed, headers=OWN)
    assert answer.status_code == 303
    own = f"/partner/{company.reference}/deals/{the_deal(desk_app)['id']}?done=registered"
    assert answer.location == own if in_area else answer.location.startswith("/en/status/")


def test_the_way_from_the_public_form_leads_to_the_filled_one(desk_app: DeskApp, company: Company) -> None:
    browser = signed_in(desk_app)
    answer = browser.get("/partner/sign-in?lang=en&next=/partner/register-deal")
    assert (answer.status_code, answer.location) == (303, "/partner/register-deal")
    assert browser.get(answer.location).location == f"/partner/{company.reference}/register-deal"


def test_whoever_left_gets_no_copy_of_what_is_registered_in_the_partners_name(
    desk_app: DeskApp, company: Company
) -> None:
    """The copy goes to a contact of today, not to the one of the application."""
    staff = desk_app.browser(ADMIN)
    new = {"name": "New", "email": "new@partner.example", "contact": "y", "access": "y"}
    assert company.post(staff, "people", "add_person", desk=True, **new).status_code == 303
    person = next(each["id"] for each in company.record["people"] if each["email"] == CONTACT)
    assert company.post(staff, "people", "person_left", desk=True, person=person).status_code == 303
    desk_app.deal(partner_email="stranger@elsewhere.example")
    copies = [
        mail["to"]
        for mail in desk_app.service.store.find("mails", "state", "queued")
        if mail["template"] == "deal-copy"
    ]
    assert copies == ["new@partner.example"]


def test_staff_enter_a_deal_with_what_is_known_of_the_partner(desk_app: DeskApp, company: Company) -> None:
    page = desk_app.browser().get(f"/desk/enter?partner={company.reference}")
    assert value_of(page, "partner_tax_id").endswith(NIP)
    assert value_of(page, "partner_email") == CONTACT
    assert desk_app.browser().get("/desk/enter?partner=PAR-2222-2222").status_code == 200


def test_of_many_deals_a_page_shows_some(desk_app: DeskApp, company: Company) -> None:
    for number in range(27):
        desk_app.deal(customer_name=f"Customer {number}")
    browser = signed_in(desk_app)
    first = browser.get(f"/partner/{company.reference}/deals")
    assert "27 deals" in words(first) and first.text.count("/deals/DEAL-") == 25
    assert browser.get(f"/partner/{company.reference}/deals?page=2").text.count("/deals/DEAL-") == 2
    for odd in ("0", "-1", "x", "9" * 30, "99"):
        assert browser.get(f"/partner/{company.reference}/deals?page={odd}").status_code == 200


@pytest.mark.parametrize("desk", [True, False], ids=["desk", "area"])
def test_deals_are_narrowed_to_open_or_closed_and_searched(
    desk: bool, desk_app: DeskApp, company: Company
) -> None:
    """By customer or reference, on either side; what is chosen stands in the address, numbers on the tabs."""
    waiting, approved, won, rejected = (
        desk_app.deal(customer_name=name)
        for name in ("Waiting Ltd.", "Agreed Ltd.", "Won Ltd.", "Refused Ltd.")
    )
    staff = desk_app.browser()
    for reference in (approved, won):
        desk_app.approve(staff, reference)
    desk_app.do(staff, rejected, "reject", reason="outside-offer")
    assert signed_in(desk_app).post(
        f"/partner/{company.reference}/deals/{won}/result", data=WON, headers=OWN
    ).status_code in (302, 303)
    browser, base = (staff, "/desk/partners") if desk else (signed_in(desk_app), "/partner")
    address = f"{base}/{company.reference}/deals"

    def shown(query: str = "") -> set[str]:
        page = browser.get(f"{address}{query}").text
        return {each for each in (waiting, approved, won, rejected) if f'/{each}">' in page}

    assert shown() == shown("?shown=nonsense") == {waiting, approved, won, rejected}
    assert shown("?shown=open") == {waiting, approved}
    assert shown("?shown=closed") == {won, rejected}
    assert shown("?search=refused") == shown(f"?search={rejected}") == {rejected}
    assert shown("?shown=open&search=refused") == set()
    assert shown(f"?search={NIP}") == {waiting, approved, won, rejected}
    page = browser.get(f"{address}?shown=closed&search=ltd%20%26")
    assert "Open deals (2)" in words(page) and "Closed deals (2)" in words(page)
    assert 'value="ltd &amp;"' in page.text and 'name="shown" value="closed"' in page.text
    text = browser.get(address).text
    assert text.count("status--met") == 2 and text.count("status--refused") == 1


def test_pages_of_a_search_keep_what_was_searched_for(desk_app: DeskApp, company: Company) -> None:
    for number in range(27):
        desk_app.deal(customer_name=f"Same {number}")
    desk_app.deal(customer_name="Another")
    address = f"/partner/{company.reference}/deals"
    browser = signed_in(desk_app)
    first = browser.get(f"{address}?shown=open&search=same").text
    assert 'href="?shown=open&amp;search=same&amp;page=2"' in first
    second = browser.get(f"{address}?shown=open&search=same&page=2").text
    assert second.count("/deals/DEAL-") == 2 and "Another" not in second


def test_a_search_of_very_many_deals_says_what_it_read(
    desk_app: DeskApp, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_deals, "LOOKED_AT", 2)
    for name in ("Oldest", "Newer", "Newest"):
        desk_app.deal(customer_name=name)
    page = words(signed_in(desk_app).get(f"/partner/{company.reference}/deals?search=oldest"))
    assert "Only the newest deals were searched." in page and "Nothing matches." in page
