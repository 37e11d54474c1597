"""The sender's side: a correction until somebody has taken it, an answer, and who else is told."""

import json

from forms_service.domain.submissions.history import versions
from forms_service.domain.submissions.outcomes import Done, Refusal, Refused
from forms_service.domain.submissions.workflow import Action
from forms_service.store.store import Document
from partner_program.model import Program
from tests.factories.services import House, application_said, deal_said


def corrected(house: House, record: Document, **said: object) -> Document:
    outcome = house.submissions.correct(record["id"], {**record["said"], **said}, program=house.program)
    assert isinstance(outcome, Done), outcome
    return outcome.record


def test_a_correction_keeps_what_was_there(house: House) -> None:
    """Each version stays in the record; the deadline stays; the vendor reads what counts now."""
    deal = house.deal(customer_name="Zgrabka")
    house.turn(hours=1)
    once = corrected(house, deal, customer_name="Migotka")
    twice = corrected(house, once, customer_name="Migotka S.A.")
    assert twice["said"]["customer_name"] == "Migotka S.A."
    assert [version["said"]["customer_name"] for version in versions(twice)] == ["Zgrabka", "Migotka"]
    assert [version["said"] for version in versions(twice)] == [deal["said"], once["said"]]
    assert twice["decide_by"] == deal["decide_by"]
    assert [entry["what"] for entry in twice["history"]] == ["submit", "correct", "correct"]
    assert len(house.mails(deal, "corrected-notice")) == 2
    assert len(house.mails(deal, "deal-received")) == 1


def test_a_correction_keeps_what_it_replaced_and_no_whole_form(house: House) -> None:
    """Twenty corrections of one word beside a long text make the record longer by twenty words; the 21st is
    refused, and the vendor hears of no more."""
    deal = house.deal(description="x" * 5000)
    size = len(json.dumps(deal))
    for number in range(20):
        corrected(house, deal, customer_name=f"Customer {number}")
    now = house.stored(deal)
    assert len(json.dumps(now)) - size < 20 * 500
    assert [each["said"]["customer_name"] for each in versions(now)][1:] == [
        f"Customer {n}" for n in range(19)
    ]
    said = {**deal["said"], "customer_name": "One more"}
    refused = house.submissions.correct(deal["id"], said, program=house.program)
    assert refused == Refused(Refusal.TOO_OFTEN)
    assert house.stored(deal) == now
    assert len(house.mails(deal, "corrected-notice")) == 20


def test_a_correction_does_not_jump_the_queue(house: House) -> None:
    """Whoever named the customer first was first, however old the registration is that names it now."""
    old = house.deal(customer_name="Zgrabka")
    house.turn(hours=1)
    rival = house.deal(customer_name="Migotka", partner_email="else@other.example")
    house.turn(hours=1)
    corrected(house, old, customer_name="Migotka S.A.")
    (found,) = house.desk.submission(old["id"], house.advisor).conflicts
    assert (found.other["id"], found.conflict.other_is_first) == (rival["id"], True)


def test_a_new_address_gets_the_confirmation(house: House) -> None:
    """The mail with the link went to nobody, or to a stranger."""
    deal = house.deal(partner_email="ana@partner.example")
    corrected(house, deal, partner_email="advisor@partner.example")
    assert [mail["to"] for mail in house.mails(deal, "deal-received")] == [
        "ana@partner.example",
        "advisor@partner.example",
    ]
    application = house.application()
    corrected(house, application, contacts=[{"name": "Other", "email": "other@partner.example"}])
    assert house.mails(application, "application-received")[-1]["to"] == "other@partner.example"


def test_no_correction_once_somebody_has_taken_it(house: House) -> None:
    for change in (lambda deal: house.do(deal, Action.TAKE), house.approve):
        deal = house.deal()
        change(deal)
        said = deal_said("Another")
        outcome = house.submissions.correct(deal["id"], said, program=house.program)
        assert outcome == Refused(Refusal.NOT_NOW)
        assert "versions" not in house.stored(deal)


def test_the_same_words_are_no_correction(house: House) -> None:
    deal = house.deal()
    outcome = house.submissions.correct(deal["id"], deal["said"], program=house.program)
    assert outcome == Refused(Refusal.NOTHING_CHANGES)
    assert house.mails(deal, "corrected-notice") == []


def test_a_correction_after_the_program_changed(house: House) -> None:
    """The record then says under which program it was made; the version before keeps its own."""
    deal = house.deal()
    before = house.program
    said = before.model_dump(mode="json", exclude_defaults=True)
    house.program = Program.model_validate_json(json.dumps({**said, "vendor": "Another"}))
    now = corrected(house, deal, customer_name="Another")
    assert now["program"] == house.program.hash != before.hash
    assert now["versions"][0]["program"] == before.hash


def test_the_corrected_form_is_what_sent_twice_means(house: House) -> None:
    """The form as it was first is a new one by then."""
    deal = house.deal(customer_name="Zgrabka")
    corrected(house, deal, customer_name="Migotka")
    assert house.deal(customer_name="Migotka")["id"] == deal["id"]
    assert house.deal(customer_name="Zgrabka")["id"] != deal["id"]


def test_an_old_page_answers_no_later_question(house: House) -> None:
    deal = house.deal()
    house.do(deal, Action.TAKE)
    house.do(deal, Action.ASK, text="First?")
    answer = house.submissions.answer
    assert isinstance(answer(deal["id"], "Yes.", question=1, program=house.program), Done)
    house.do(deal, Action.ASK, text="Second?")
    assert answer(deal["id"], "Yes.", question=1, program=house.program) == Refused(Refusal.NOT_NOW)
    assert house.stored(deal)["questions"][1]["answer"] is None


def test_nobody_answers_what_was_not_asked(house: House) -> None:
    deal = house.deal()
    answer = house.submissions.answer
    assert answer(deal["id"], "Yes.", question=0, program=house.program) == Refused(Refusal.NOT_NOW)
    assert answer("DEAL-0000-0000", "Yes.", question=1, program=house.program) is None
    assert house.submissions.correct("DEAL-0000-0000", {}, program=house.program) is None


def test_a_partner_s_contact_gets_a_copy_of_what_another_address_registers(house: House) -> None:
    """So that nobody registers in another's name unseen; in the language of the application."""
    house.partner()
    deal = house.deal(partner_email="somebody@else.example")
    (copy,) = house.mails(deal, "deal-copy")
    assert (copy["to"], copy["lang"]) == ("contact@partner.example", "en")
    for known in ("contact@partner.example", "CONTACT@partner.example"):
        assert house.mails(house.deal(partner_email=known), "deal-copy") == []


def test_no_copy_where_there_is_no_partner(house: House) -> None:
    """Nobody has looked at an application that is not pre-accepted: its contact may be anybody."""
    house.application()
    assert house.mails(house.deal(partner_email="somebody@else.example"), "deal-copy") == []
    house.partner(tax_id="PL5260250274")
    assert house.mails(house.deal(trapped=True, partner_email="somebody@else.example"), "deal-copy") == []


def test_a_copy_also_when_the_tax_number_is_corrected(house: House) -> None:
    """Or when staff enter the deal."""
    house.partner()
    deal = house.deal(partner_tax_id="PL5260250274", partner_email="somebody@else.example")
    assert house.mails(deal, "deal-copy") == []
    corrected(house, deal, partner_tax_id="PL1234563218")
    assert len(house.mails(deal, "deal-copy")) == 1
    said = deal_said("Phoned", partner_email="somebody@else.example")
    done = house.desk.enter(said, house.advisor, received_at=house.now, how="by phone", language="pl")
    assert isinstance(done, Done)
    assert len(house.mails(done.record, "deal-copy")) == 1


def test_an_application_can_be_corrected_too(house: House) -> None:
    application = house.application(tier="silver")
    now = corrected(house, application, tier="gold", company_name="Migotka")
    assert now["said"] == application_said(tier="gold", company_name="Migotka")
    assert "migotka" in now["terms"]
