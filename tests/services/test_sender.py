"""The sender's side: a correction until somebody has taken it, an answer, and who else is told."""

import json

from forms_service.domain.submissions.action_results import Done, Refusal, Refused
from forms_service.domain.submissions.history import versions
from forms_service.domain.submissions.workflow import Action
from forms_service.store.store import Document
from partner_program.model import Program
from tests.factories.services import PEOPLE, UseCases
from tests.factories.submissions import application_answers, deal_answers


def corrected(use_cases: UseCases, record: Document, **said: object) -> Document:
    outcome = use_cases.submissions.correct(
        record["id"], {**record["said"], **said}, program=use_cases.program
    )
    assert isinstance(outcome, Done), outcome
    return outcome.record


def test_a_correction_keeps_what_was_there(use_cases: UseCases) -> None:
    """Each version stays in the record; the deadline stays; the vendor reads what counts now."""
    deal = use_cases.deal(customer_name="Zgrabka")
    use_cases.clock.forward(hours=1)
    once = corrected(use_cases, deal, customer_name="Migotka")
    twice = corrected(use_cases, once, customer_name="Migotka S.A.")
    assert twice["said"]["customer_name"] == "Migotka S.A."
    assert [version["said"]["customer_name"] for version in versions(twice)] == ["Zgrabka", "Migotka"]
    assert [version["said"] for version in versions(twice)] == [deal["said"], once["said"]]
    assert twice["decide_by"] == deal["decide_by"]
    assert [entry["what"] for entry in twice["history"]] == ["submit", "correct", "correct"]
    assert len(use_cases.mails(deal, "corrected-notice")) == 2
    assert len(use_cases.mails(deal, "deal-received")) == 1


def test_a_correction_keeps_what_it_replaced_and_no_whole_form(use_cases: UseCases) -> None:
    """Twenty corrections of one word beside a long text make the record longer by twenty words; the 21st is
    refused, and the vendor hears of no more."""
    deal = use_cases.deal(description="x" * 5000)
    size = len(json.dumps(deal))
    for number in range(20):
        corrected(use_cases, deal, customer_name=f"Customer {number}")
    now = use_cases.stored(deal)
    assert len(json.dumps(now)) - size < 20 * 500
    assert [each["said"]["customer_name"] for each in versions(now)][1:] == [
        f"Customer {n}" for n in range(19)
    ]
    said = {**deal["said"], "customer_name": "One more"}
    refused = use_cases.submissions.correct(deal["id"], said, program=use_cases.program)
    assert refused == Refused(Refusal.TOO_OFTEN)
    assert use_cases.stored(deal) == now
    assert len(use_cases.mails(deal, "corrected-notice")) == 20


def test_a_correction_does_not_jump_the_queue(use_cases: UseCases) -> None:
    """Whoever named the customer first was first, however old the registration is that names it now."""
    old = use_cases.deal(customer_name="Zgrabka")
    use_cases.clock.forward(hours=1)
    rival = use_cases.deal(customer_name="Migotka", partner_email="else@other.example")
    use_cases.clock.forward(hours=1)
    corrected(use_cases, old, customer_name="Migotka S.A.")
    (found,) = use_cases.details.of(old["id"], use_cases.advisor).conflicts
    assert (found.other["id"], found.conflict.other_is_first) == (rival["id"], True)


def test_a_new_address_gets_the_confirmation(use_cases: UseCases) -> None:
    """The mail with the link went to nobody, or to a stranger."""
    deal = use_cases.deal(partner_email="ana@partner.example")
    corrected(use_cases, deal, partner_email="advisor@partner.example")
    assert [mail["to"] for mail in use_cases.mails(deal, "deal-received")] == [
        "ana@partner.example",
        "advisor@partner.example",
    ]
    application = use_cases.application()
    corrected(use_cases, application, contacts=[{"name": "Other", "email": "other@partner.example"}])
    assert use_cases.mails(application, "application-received")[-1]["to"] == "other@partner.example"


def test_no_correction_once_somebody_has_taken_it(use_cases: UseCases) -> None:
    for change in (lambda deal: use_cases.do(deal, Action.TAKE), use_cases.approve):
        deal = use_cases.deal()
        change(deal)
        said = deal_answers("Another")
        outcome = use_cases.submissions.correct(deal["id"], said, program=use_cases.program)
        assert outcome == Refused(Refusal.NOT_NOW)
        assert "versions" not in use_cases.stored(deal)


def test_the_same_words_are_no_correction(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    outcome = use_cases.submissions.correct(deal["id"], deal["said"], program=use_cases.program)
    assert outcome == Refused(Refusal.NOTHING_CHANGES)
    assert use_cases.mails(deal, "corrected-notice") == []


def test_a_correction_after_the_program_changed(use_cases: UseCases) -> None:
    """The record then says under which program it was made; the version before keeps its own."""
    deal = use_cases.deal()
    before = use_cases.program
    said = before.model_dump(mode="json", exclude_defaults=True)
    use_cases.program = Program.model_validate_json(json.dumps({**said, "vendor": "Another"}))
    now = corrected(use_cases, deal, customer_name="Another")
    assert now["program"] == use_cases.program.hash != before.hash
    assert now["versions"][0]["program"] == before.hash


def test_the_corrected_form_is_what_sent_twice_means(use_cases: UseCases) -> None:
    """The form as it was first is a new one by then."""
    deal = use_cases.deal(customer_name="Zgrabka")
    corrected(use_cases, deal, customer_name="Migotka")
    assert use_cases.deal(customer_name="Migotka")["id"] == deal["id"]
    assert use_cases.deal(customer_name="Zgrabka")["id"] != deal["id"]


def test_an_old_page_answers_no_later_question(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    use_cases.do(deal, Action.TAKE)
    use_cases.do(deal, Action.ASK, text="First?")
    answer = use_cases.submissions.answer
    assert isinstance(answer(deal["id"], "Yes.", question=1, program=use_cases.program), Done)
    use_cases.do(deal, Action.ASK, text="Second?")
    assert answer(deal["id"], "Yes.", question=1, program=use_cases.program) == Refused(Refusal.NOT_NOW)
    assert use_cases.stored(deal)["questions"][1]["answer"] is None


def test_nobody_answers_what_was_not_asked(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    answer = use_cases.submissions.answer
    assert answer(deal["id"], "Yes.", question=0, program=use_cases.program) == Refused(Refusal.NOT_NOW)
    assert answer("DEAL-0000-0000", "Yes.", question=1, program=use_cases.program) is None
    assert use_cases.submissions.correct("DEAL-0000-0000", {}, program=use_cases.program) is None


def test_a_partner_s_contact_gets_a_copy_of_what_another_address_registers(use_cases: UseCases) -> None:
    """So that nobody registers in another's name unseen; in the language of the application."""
    use_cases.partner()
    deal = use_cases.deal(partner_email="somebody@else.example")
    (copy,) = use_cases.mails(deal, "deal-copy")
    assert (copy["to"], copy["lang"]) == ("contact@partner.example", "en")
    for known in ("contact@partner.example", "CONTACT@partner.example"):
        assert use_cases.mails(use_cases.deal(partner_email=known), "deal-copy") == []


def test_no_copy_where_there_is_no_partner(use_cases: UseCases) -> None:
    """Nobody has looked at an application that is not pre-accepted: its contact may be anybody."""
    use_cases.application()
    assert use_cases.mails(use_cases.deal(partner_email="somebody@else.example"), "deal-copy") == []
    use_cases.partner(tax_id="PL5260250274")
    assert (
        use_cases.mails(use_cases.deal(trapped=True, partner_email="somebody@else.example"), "deal-copy")
        == []
    )


def test_a_copy_also_when_the_tax_number_is_corrected(use_cases: UseCases) -> None:
    """Or when staff enter the deal."""
    use_cases.partner()
    deal = use_cases.deal(partner_tax_id="PL5260250274", partner_email="somebody@else.example")
    assert use_cases.mails(deal, "deal-copy") == []
    corrected(use_cases, deal, partner_tax_id="PL1234563218")
    assert len(use_cases.mails(deal, "deal-copy")) == 1
    said = deal_answers("Phoned", partner_email="somebody@else.example")
    done = use_cases.submissions.enter(
        said,
        use_cases.advisor,
        received_at=use_cases.clock.now,
        how="by phone",
        language="pl",
        program=use_cases.program,
    )
    assert isinstance(done, Done)
    assert len(use_cases.mails(done.record, "deal-copy")) == 1


def test_an_application_can_be_corrected_too(use_cases: UseCases) -> None:
    application = use_cases.application(tier="silver")
    now = corrected(use_cases, application, tier="gold", company_name="Migotka")
    assert now["said"] == application_answers(**PEOPLE, tier="gold", company_name="Migotka")
    assert "migotka" in now["terms"]
