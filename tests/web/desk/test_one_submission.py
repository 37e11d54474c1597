"""The page of one submission: what stands on it, and what is done there."""

import re

import pytest

from tests.factories.desk import (
    ADMIN,
    NIP,
    OTHER_NIP,
    OWN,
    REVIEWER_1,
    REVIEWER_2,
    WATCHER,
    DeskApp,
    value_of,
    words,
)
from tests.factories.storage import break_storage


def page_of(desk_app: DeskApp, reference: str, email: str = REVIEWER_1, lang: str = "en") -> str:
    return words(desk_app.browser(email, lang).get(f"/desk/submissions/{reference}"))


def test_everything_needed_to_decide_stands_first(desk_app: DeskApp) -> None:
    """Customer, state, time left, value, product, who, before the first form."""
    reference = desk_app.deal()
    desk_app.clock.forward(days=2)
    html = desk_app.browser().get(f"/desk/submissions/{reference}").text
    first_form = html.index(f'action="/desk/submissions/{reference}"')
    for said in (
        "Example Customer",
        "Received",
        "due today",
        "PLN\xa025,000",
        "Cloud migration",
        "contact@partner",
    ):
        assert html.index(said) < first_form, said


def test_a_conflict_is_one_sentence_before_the_decision(desk_app: DeskApp) -> None:
    """Who was first and what both have in common; then both side by side."""
    first = desk_app.deal(customer_tax_id=OTHER_NIP)
    desk_app.clock.forward(hours=1)
    second = desk_app.deal(partner_email="sales@rival.example", customer_tax_id="526-025-02-74")
    answer = desk_app.browser().get(f"/desk/submissions/{second}")
    said = words(answer)
    assert (
        "Conflict. This customer was registered earlier: contact@partner.example, 23 Nov, 10:00 "
        "(the same tax number PL5260250274, the same product)."
    ) in said
    assert answer.text.index("notice--conflict") < answer.text.index('name="action"')
    assert "Conflicts For us only. We point out who came first; you decide." in said
    assert f"contact@partner.example {first}" in said, "the name leads, its reference follows"
    assert "you decide" not in page_of(desk_app, second, WATCHER)
    assert "In common: the same tax number PL5260250274" in said
    assert f">{first}</th>" in answer.text
    assert "registered later too: sales@rival.example" in page_of(desk_app, first)
    assert "Expected close 31 March 2027 31 March 2027" in said, "a day reads as in the form below"


def test_a_stranger_is_pointed_out(desk_app: DeskApp) -> None:
    assert "No application has the tax number PL1234563218." in page_of(desk_app, desk_app.deal())


def test_a_known_partner_is_called_by_name(desk_app: DeskApp) -> None:
    desk_app.partner()
    said = page_of(desk_app, desk_app.deal())
    assert "From Example Partner Gold, onboarding contact@partner.example" in said
    assert "No application has" not in said


def test_an_application_stands_beside_what_the_program_asks(desk_app: DeskApp) -> None:
    """Each requirement of the chosen tier, what was said about it, and what follows."""
    reference = desk_app.application(
        **{"technical_people-0-name": "Somebody technical", "technical_people-0-email": "t@partner.example"}
    )
    said = page_of(desk_app, reference)
    tier = desk_app.program.tiers[-1]
    assert f"For {tier.name}" in said
    for item in desk_app.program.items():
        assert item.title.en in said
    assert "Somebody technical met" in said
    assert "2 people with sales qualifications missing" in said


def test_how_the_deadline_came_about(desk_app: DeskApp) -> None:
    desk_app.clock.now = desk_app.clock.now.replace(month=12, day=23)
    said = page_of(desk_app, desk_app.deal())
    assert "Decision by: Tuesday 29 December 2026, end of day (Warsaw)." in said
    assert "24 and 25 December (public holidays)" in said
    assert "Counted from 23 Dec, 10:00; that day does not count. The program gives 2 business days." in said


def test_approving_asks_for_all_that_is_missing_and_keeps_what_was_typed(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    answer = desk_app.do(
        desk_app.browser(), reference, "approve", words="first year", text="Well <done>\nyou"
    )
    assert answer.status_code == 422
    said = words(answer)
    assert said.startswith("Error: Example Customer")
    assert "There is a problem: 2 errors" in said
    assert "Choose discount or commission" in said
    assert "Enter the product or service" in said
    assert 'href="#approve-benefit"' in answer.text
    assert value_of(answer, "approve-words") == "first year"
    assert value_of(answer, "approve-text") == "Well <done>\nyou"
    assert desk_app.record(reference)["state"] == "received"


@pytest.mark.parametrize("typed", ["7,5", "7.5", " 7,5 % "])
def test_a_percentage_is_taken_as_people_write_it(desk_app: DeskApp, typed: str) -> None:
    reference = desk_app.deal()
    assert desk_app.approve(desk_app.browser(), reference, percent=typed).status_code == 303
    assert desk_app.record(reference)["decision"]["percent"] == "7.5"
    assert "commission 7.5%" in page_of(desk_app, reference)
    assert "prowizja 7,5%" in page_of(desk_app, reference, lang="pl")


def test_a_percentage_that_is_none_is_said_at_its_field(desk_app: DeskApp) -> None:
    answer = desk_app.approve(desk_app.browser(), desk_app.deal(), percent="a tenth")
    assert answer.status_code == 422
    assert 'id="approve-percent-error"' in answer.text
    assert value_of(answer, "approve-percent") == "a tenth"


def test_a_decision_leads_to_the_next_one(desk_app: DeskApp) -> None:
    """After deciding, the page says what was done and what is most urgent now."""
    first = desk_app.deal()
    desk_app.clock.forward(hours=1)
    desk_app.deal(customer_name="Next Customer", product="Other", customer_country="DE")
    browser = desk_app.browser()
    answer = desk_app.approve(browser, first)
    assert (answer.status_code, answer.location) == (303, f"/desk/submissions/{first}?done=approve")
    said = words(browser.get(answer.location))
    assert "Approved. The sender can read it on the status page. No email will be sent" in said
    assert "Most urgent now: Next Customer , 2 business days left" in said


def test_the_terms_of_the_last_approval_are_one_press(desk_app: DeskApp) -> None:
    """A form that is filled in: the same benefit and per cent, for a product that it was approved for."""
    browser = desk_app.browser()
    desk_app.approve(browser, desk_app.deal(), percent="12.5", benefit="discount")
    second = desk_app.deal(customer_name="Quite Another", customer_country="DE")
    html = browser.get(f"/desk/submissions/{second}").text
    assert "Approve: discount 12.5%" in html
    fields = {"benefit": "discount", "percent": "12.5", "product": "Cloud migration"}
    for name, value in fields.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert desk_app.do(browser, second, "approve", **fields).status_code == 303


def test_whoever_was_not_first_is_not_approved_with_one_press(desk_app: DeskApp) -> None:
    """Even with terms from last time: approving asks why, and the reason stays for us."""
    browser = desk_app.browser()
    desk_app.approve(browser, desk_app.deal(customer_name="Old", customer_country="DE", product="Old"))
    desk_app.deal(partner_email="sales@rival.example", customer_tax_id=OTHER_NIP)
    desk_app.clock.forward(minutes=1)
    mine = desk_app.deal(customer_tax_id=OTHER_NIP)
    assert "Approve: commission" not in browser.get(f"/desk/submissions/{mine}").text
    answer = desk_app.approve(browser, mine)
    assert answer.status_code == 422
    assert "There is a conflict. Explain why you approve it anyway." in words(answer)
    assert 'id="approve-despite_conflict-error"' in answer.text
    assert desk_app.approve(browser, mine, despite_conflict="Another site").status_code == 303
    assert "Despite the conflict: Another site" in page_of(desk_app, mine)


def test_whoever_asks_takes_it(desk_app: DeskApp) -> None:
    """A question about what nobody has taken: taken and asked, with one press."""
    reference = desk_app.deal()
    browser = desk_app.browser()
    assert desk_app.do(browser, reference, "ask", text="").status_code == 422
    assert desk_app.record(reference)["state"] == "received"
    assert desk_app.do(browser, reference, "ask", text="Which site?").status_code == 303
    record = desk_app.record(reference)
    assert (record["state"], record["owner"]) == ("waiting_for_answer", REVIEWER_1)
    assert [entry["what"] for entry in record["history"]] == ["submit", "take", "ask"]
    assert "We asked: Which site? Not answered yet; asked on 23 Nov, 10:00" in page_of(desk_app, reference)
    desk_app.service.submissions.answer(reference, "The second one", question=1, program=desk_app.program)
    assert "We asked: Which site? Answer: The second one (23 Nov, 10:00)" in page_of(desk_app, reference)


def test_rejecting_a_deal_names_a_reason_of_the_program(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    browser = desk_app.browser()
    answer = desk_app.do(browser, reference, "reject", text="Sorry")
    assert answer.status_code == 422
    assert "Choose the reason" in words(answer)
    assert value_of(answer, "reject-text") == "Sorry"
    reason = desk_app.program.deal_registration.reject_reasons[0]
    assert desk_app.do(browser, reference, "reject", reason=reason.id, text="Sorry").status_code == 303
    assert f"{reason.text.en} Sorry" in page_of(desk_app, reference)


def test_only_the_senders_own_can_be_named_as_a_duplicate(desk_app: DeskApp) -> None:
    """The list offers no other partner's, and one that is sent all the same is refused."""
    own = desk_app.deal(product="Twice")
    other = desk_app.deal(partner_email="sales@rival.example", product="Twice")
    reference = desk_app.deal(product="Twice", value_amount="1")
    browser = desk_app.browser()
    offered = browser.get(f"/desk/submissions/{reference}").text
    assert f'<option value="{own}"' in offered
    assert f'<option value="{other}"' not in offered
    refused = desk_app.do(browser, reference, "reject", reason="duplicate", duplicate_of=other)
    assert refused.status_code == 422
    assert "You can name only another registration from the same sender" in words(refused)
    assert desk_app.do(browser, reference, "reject", reason="duplicate", duplicate_of=own).status_code == 303
    decided = browser.get(f"/desk/submissions/{reference}").text.partition('class="decided')[2]
    assert f"Named: {own}" in decided.partition("</section>")[0].replace("\xa0", " ")


def test_of_the_senders_own_the_same_customers_stand_first(desk_app: DeskApp) -> None:
    """Among many of them a duplicate is found at once; then the newest."""
    names = ("Albatros", "Bocian", "Czapla")
    references = {}
    for name in names:
        references[name] = desk_app.deal(customer_name=name, product=name)
        desk_app.clock.forward(hours=1)
    again = desk_app.deal(customer_name="Bocian", product="Again")
    html = desk_app.browser().get(f"/desk/submissions/{again}").text
    offered = re.findall(r'<option value="(DEAL-[^"]+)"', html)
    assert offered == [references[name] for name in ("Bocian", "Czapla", "Albatros")]


def test_an_application_is_rejected_with_a_text(desk_app: DeskApp) -> None:
    reference = desk_app.application()
    browser = desk_app.browser()
    assert "Write the reason" in words(desk_app.do(browser, reference, "reject"))
    assert desk_app.do(browser, reference, "reject", text="Not now").status_code == 303
    assert "Rejected Not now" in page_of(desk_app, reference)


def test_what_no_form_of_this_kind_asks_is_no_request(desk_app: DeskApp) -> None:
    """An application cannot be approved, nobody can withdraw for the sender, nor send nonsense."""
    application, deal, browser = desk_app.application(), desk_app.deal(), desk_app.browser()
    assert desk_app.approve(browser, application).status_code == 400
    for action in ("withdraw", "submit", "move_deadline", "", "nonsense"):
        assert desk_app.do(browser, deal, action).status_code == 400
    for seen in ("", "-1", "one", "²"):
        assert desk_app.do(browser, deal, "take", seen=seen).status_code == 400


def test_a_wrong_decision_is_opened_again_with_a_reason(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    browser = desk_app.browser()
    desk_app.approve(browser, reference)
    assert "Write why you reopen it" in words(desk_app.do(browser, reference, "reopen"))
    assert desk_app.do(browser, reference, "reopen", reason="Wrong customer").status_code == 303
    said = page_of(desk_app, reference)
    assert "reopened Wrong customer" in said
    assert "approved commission 10%" in said


def test_taking_and_handing_over(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    browser = desk_app.browser()
    assert desk_app.do(browser, reference, "take").status_code == 303
    assert f"Assigned to {REVIEWER_1}" in page_of(desk_app, reference)
    assert "Take over" in page_of(desk_app, reference, REVIEWER_2)
    assert "Choose who takes it over" in words(desk_app.do(browser, reference, "hand_over"))
    assert desk_app.do(browser, reference, "hand_over", to="reader@example.com").status_code == 422
    assert desk_app.do(browser, reference, "hand_over", to=REVIEWER_2).status_code == 303
    assert f"Assigned to {REVIEWER_2}" in page_of(desk_app, reference)


def test_a_note_is_for_us_only(desk_app: DeskApp) -> None:
    """It stands on our page under a seal, and nowhere on the sender's."""
    reference = desk_app.deal()
    assert desk_app.do(desk_app.browser(), reference, "note", text="Call them on Monday").status_code == 303
    said = page_of(desk_app, reference)
    assert "Last note, for us only: Call them on Monday" in said
    assert "For us only: the sender never sees them." in said
    token = desk_app.service.submissions.token_of(desk_app.record(reference))
    outside = desk_app.app.test_client().get(f"/status/{token}").text
    assert reference in outside
    assert "Monday" not in outside
    assert REVIEWER_1 not in outside


def test_what_somebody_changed_meanwhile_is_not_overwritten(desk_app: DeskApp) -> None:
    """409: both versions, what happened, everything typed still there, and the next press counts."""
    reference = desk_app.deal()
    mine, theirs = desk_app.browser(REVIEWER_1), desk_app.browser(REVIEWER_2)
    seen = len(desk_app.record(reference)["history"])
    desk_app.do(theirs, reference, "take")
    desk_app.do(theirs, reference, "ask", text="Which site?")
    typed = {"percent": "8", "words": "two years", "text": "Welcome"}
    answer = desk_app.approve(mine, reference, seen=str(seen), **typed)
    assert answer.status_code == 409
    said = words(answer)
    assert "Somebody changed this while you were reading. Nothing was saved." in said
    assert "State Received Waiting for the sender's answer" in said
    assert f"Owner unassigned {REVIEWER_2}" in said
    assert f"{REVIEWER_2}: question asked" in said
    assert value_of(answer, "approve-words") == "two years"
    assert value_of(answer, "approve-text") == "Welcome"
    assert desk_app.record(reference)["state"] == "waiting_for_answer"
    assert f'name="seen" value="{seen + 2}"' in answer.text
    assert desk_app.approve(mine, reference, seen=str(seen + 2), **typed).status_code == 303


def test_what_is_no_longer_possible_keeps_what_was_typed_as_text(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    mine, theirs = desk_app.browser(REVIEWER_1), desk_app.browser(REVIEWER_2)
    seen = len(desk_app.record(reference)["history"])
    desk_app.approve(theirs, reference)
    reasons = desk_app.service.site.current().program.deal_registration.reject_reasons
    duplicate = next(reason for reason in reasons if reason.id == "duplicate")
    answer = desk_app.do(mine, reference, "reject", seen=str(seen), reason="duplicate", text="My long text")
    assert answer.status_code == 409
    said = words(answer)
    assert "This is no longer possible. What you typed:" in said
    assert "Text My long text" in said
    assert "Reason duplicate" not in said
    assert f"Reason {duplicate.text['en']}" in said
    assert "Decision – commission 10%" in said


def test_a_full_disk_loses_nothing_that_was_typed(desk_app: DeskApp) -> None:
    """503, the form as it was, and nothing has happened."""
    reference = desk_app.deal()
    browser = desk_app.browser()
    with break_storage(desk_app.data):
        answer = desk_app.approve(browser, reference, text="A long message")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "We have NOT saved this." in words(answer)
    assert value_of(answer, "approve-text") == "A long message"
    assert desk_app.record(reference)["state"] == "received"
    assert desk_app.approve(browser, reference, text="A long message").status_code == 303


def test_a_correction_shows_before_and_after(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    said = {**desk_app.record(reference)["said"], "value_amount": "30000"}
    desk_app.clock.forward(minutes=5)
    desk_app.service.submissions.correct(reference, said, program=desk_app.program)
    page = page_of(desk_app, reference)
    assert "Corrected by the sender on 23 Nov, 10:05" in page
    assert "Value 25,000.00 PLN 30,000.00 PLN" in page


def test_what_a_machine_filled_in_can_only_be_noted_on(desk_app: DeskApp) -> None:
    record = desk_app.service.submissions.submit(
        "deal-registration",
        desk_app.record(desk_app.deal())["said"] | {"product": "Spam"},
        program=desk_app.program,
        language="pl",
        trapped=True,
    )
    said = page_of(desk_app, record["id"])
    assert "A robot seems to have filled this in" in said
    assert desk_app.do(desk_app.browser(), record["id"], "take").status_code == 422
    assert desk_app.do(desk_app.browser(), record["id"], "note", text="Spam").status_code == 303
    assert "1 submission seems to be from a machine" in words(desk_app.browser().get("/desk/"))


def test_what_a_person_sent_is_put_into_the_queue_with_one_press(desk_app: DeskApp) -> None:
    said = desk_app.record(desk_app.deal())["said"] | {"product": "Another"}
    submit = desk_app.service.submissions.submit
    record = submit("deal-registration", said, program=desk_app.program, language="pl", trapped=True)
    browser = desk_app.browser()
    assert "A person sent it: put it into the queue" in page_of(desk_app, record["id"])
    answer = desk_app.do(browser, record["id"], "release")
    assert (answer.status_code, answer.location) == (303, f"/desk/submissions/{record['id']}?done=release")
    done = browser.get(answer.location)
    assert "It is in the queue. Its time counts from when it was received." in words(done)
    assert "A machine" not in words(done)
    assert "Conflict." in words(done)
    assert record["id"] in browser.get("/desk/").text


@pytest.mark.parametrize("field", ["words", "text", "product"])
def test_signs_that_nobody_sees_are_refused(desk_app: DeskApp, field: str) -> None:
    """I5, M1: nor what a mail header would read as an encoded word in a line."""
    browser, reference = desk_app.browser(), desk_app.deal()
    for typed in ("a\x00b", "a\u202eb"):
        assert desk_app.approve(browser, reference, **{field: typed}).status_code == 422
    assert desk_app.approve(browser, reference, words="=?utf-8?q?a?=").status_code == 422
    assert desk_app.approve(browser, reference, text="x" * 5001).status_code == 422


EVIL = '<script>alert(1)</script>"onmouseover="{{7*7}}${7*7}'


def test_what_office_programs_paste_is_no_mistake(desk_app: DeskApp) -> None:
    """Beside another mistake it comes back clean, to be taken the next time; another sign is named."""
    reference, browser = desk_app.deal(), desk_app.browser()
    pasted = "First\x0bsecond\u200e\u202aline"
    wrong = desk_app.do(browser, reference, "approve", text=pasted)
    assert wrong.status_code == 422
    assert "\nFirst\nsecondline</textarea>" in wrong.text.replace("\r", "")
    wrong = desk_app.do(browser, reference, "approve", text="First\nbefore\x07after")
    assert "Line 2 has an invisible character, shown as \ufffd in “before\ufffdafter”" in words(wrong)


def test_nothing_that_was_typed_is_markup(desk_app: DeskApp) -> None:
    """I2: in every field of a deal and an application, and in what staff write."""
    deal = desk_app.deal(customer_name=EVIL, product=EVIL, description=EVIL)
    application = desk_app.application(company_name=EVIL, message=EVIL, **{"contacts-0-name": EVIL})
    browser = desk_app.browser(ADMIN)
    desk_app.do(browser, deal, "note", text=EVIL)
    desk_app.do(browser, deal, "ask", text=EVIL)
    desk_app.approve(browser, deal, words=EVIL, text=EVIL, product=EVIL)
    for address in (
        "/desk/",
        "/desk/?state=all",
        f"/desk/submissions/{deal}",
        f"/desk/submissions/{application}",
    ):
        html = browser.get(address).text
        assert "<script" not in html
        assert '"onmouseover' not in html
        assert "{{7*7}}" in html
    refused = desk_app.do(browser, application, "reject", text=EVIL + "\x00")
    assert "<script" not in refused.text


def test_a_mail_that_did_not_arrive_is_sent_again_from_here(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    store = desk_app.service.store
    (mail,) = [
        each for each in store.find("mails", "record", reference) if each["template"] == "deal-received"
    ]
    with store.batch() as batch:
        batch.replace("mails", {**mail, "state": "dead", "problem": "550 no"}, mail["version"])
    assert "not delivered: 550 no" in page_of(desk_app, reference)
    address = f"/desk/submissions/{reference}"
    browser = desk_app.browser()
    answer = browser.post(f"/desk/mails/{mail['id']}/resend", data={"next": address}, headers=OWN)
    assert (answer.status_code, answer.location) == (303, f"{address}?done=resent")
    assert "not delivered, sent again" in page_of(desk_app, reference)


def test_the_partners_number_is_compared_as_it_is_meant(desk_app: DeskApp) -> None:
    """The same number with and without a prefix is the same partner."""
    desk_app.partner()
    assert "No application has" not in page_of(desk_app, desk_app.deal(partner_tax_id=f"PL {NIP}"))


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("approve", {"benefit": "commission", "percent": "10", "product": "Cloud migration"}),
        ("reject", {"reason": "outside-offer"}),
        ("ask", {"text": "Which site?"}),
        ("take", {}),
        ("note", {"text": "They called"}),
    ],
)
def test_a_button_that_is_pressed_twice(desk_app: DeskApp, action: str, fields: dict[str, str]) -> None:
    """Both presses lead to the same page; it was done once, and nobody is said to have been faster."""
    reference, browser = desk_app.deal(), desk_app.browser()
    answers = [desk_app.do(browser, reference, action, seen="1", **fields) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/desk/submissions/{reference}?done={action}"] * 2
    done = [entry["what"] for entry in desk_app.record(reference)["history"]]
    assert done.count(action) == 1


def test_letters_of_two_alphabets_are_named(desk_app: DeskApp) -> None:
    """Whoever decides cannot see that they are others."""
    reference = desk_app.deal(customer_name="Ζеbra")
    said = words(desk_app.browser().get(f"/desk/submissions/{reference}"))
    assert "“Ζеbra” mixes letters of two alphabets and could be mistaken for another name." in said
    assert "Ζ (U+0396 GREEK CAPITAL LETTER ZETA), е (U+0435 CYRILLIC SMALL LETTER IE)." in said
