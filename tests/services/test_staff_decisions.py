"""What staff do to a submission: the state, the history and the mail in one write, or nothing at all."""

from datetime import timedelta

import pytest

from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.outcomes import Refusal, Refused
from forms_service.domain.submissions.workflow import TABLE, Action, Role, State
from forms_service.services.desk import ChangedMeanwhile, Done, SubmissionMissing
from forms_service.services.staff_decisions import EFFECTS
from forms_service.store.store import Store
from partner_program.model import Choice, Program, Protection, Text
from tests.factories.services import APPROVAL, House, application_said


def test_taking_makes_an_owner(house: House) -> None:
    """It is under review from then on; nobody outside gets a mail about it."""
    deal = house.deal()
    taken = house.do(deal, Action.TAKE)
    assert (taken["state"], taken["owner"]) == ("under_review", "advisor@vendor.example")
    assert [entry["what"] for entry in taken["history"]] == ["submit", "take"]
    assert house.stored(deal) == taken
    assert [mail["template"] for mail in house.mails(deal)] == ["deal-received", "deal-notice"]


def test_taking_over_and_handing_over(house: House) -> None:
    """To somebody who may decide, and to nobody else."""
    deal = house.deal()
    house.do(deal, Action.TAKE)
    assert house.do(deal, Action.TAKE, house.second)["owner"] == "second@vendor.example"
    assert house.do(deal, Action.HAND_OVER, to="boss@vendor.example")["owner"] == "boss@vendor.example"
    for stranger in ("reader@vendor.example", "nobody@vendor.example"):
        assert house.try_to(deal, Action.HAND_OVER, to=stranger) == Refused(Refusal.NOT_A_CHOICE, "to")
    assert house.desk.owners() == ("advisor@vendor.example", "boss@vendor.example", "second@vendor.example")


def test_a_question_and_its_answer(house: House) -> None:
    """The sender gets a mail with the question, whoever asked gets one with the answer."""
    deal = house.deal()
    house.do(deal, Action.TAKE)
    asked = house.do(deal, Action.ASK, text="Which product?")
    assert asked["state"] == "waiting_for_answer"
    (mail,) = house.mails(deal, "question")
    assert (mail["to"], mail["lang"], mail["about"]) == (
        "advisor@partner.example",
        "pl",
        asked["history"][-1]["at"],
    )

    house.turn(hours=1)
    done = house.submissions.answer(deal["id"], "This one.", question=1, program=house.program)
    assert isinstance(done, Done)
    assert done.record["state"] == "under_review"
    assert done.record["questions"][0]["answer"]["text"] == "This one."
    (notice,) = house.mails(deal, "answered-notice")
    assert notice["to"] == "advisor@vendor.example"
    assert done.record["decide_by"] == deal["decide_by"], "the program knows no pause"


def test_the_clock_pauses_where_the_program_says_so(house: House) -> None:
    """While the question is open there is no deadline; the answer brings it back, later."""
    rule = house.program.deal_registration.model_copy(update={"pause_on_question": True})
    house.program = house.program.model_copy(update={"deal_registration": rule})
    deal = house.deal()
    house.do(deal, Action.TAKE)
    assert house.do(deal, Action.ASK, text="Which product?")["decide_by"] is None
    house.turn(days=4)
    done = house.submissions.answer(deal["id"], "This one.", question=1, program=house.program)
    assert isinstance(done, Done)
    assert done.record["decide_by"] > deal["decide_by"]
    assert done.record["history"][-1]["what"] == "move_deadline"


def test_an_approval_says_what_is_granted(house: House) -> None:
    deal = house.approve(house.deal(), text="Well done")
    assert deal["state"] == "approved"
    assert {**deal["decision"], "at": None} == {
        "at": None,
        "by": "advisor@vendor.example",
        "outcome": "approved",
        "decide_by": deal["decide_by"],
        **APPROVAL,
        "text": "Well done",
    }
    assert deal["owner"] == "advisor@vendor.example"
    (mail,) = house.mails(deal, "approved")
    assert mail["about"] == deal["decision"]["at"]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"benefit": "bonus"}, "benefit"),
        ({"benefit": ""}, "benefit"),
        ({"product": " "}, "product"),
        ({"percent": ""}, "words"),
        ({"percent": "120"}, "percent"),
    ],
)
def test_an_approval_has_to_be_whole(house: House, details: dict[str, str], field: str) -> None:
    """Nothing is changed, and the field is named."""
    deal = house.deal()
    outcome = house.try_to(deal, Action.APPROVE, **{**APPROVAL, **details})
    assert isinstance(outcome, Refused)
    assert outcome.field == field
    assert house.stored(deal) == deal
    assert house.mails(deal, "approved") == []


def test_a_rejection_needs_a_reason_of_the_program(house: House) -> None:
    """A deal's comes from its list; an application's is a text. The person gets either."""
    deal, application = house.deal(), house.application()
    assert house.try_to(deal, Action.REJECT, text="No") == Refused(Refusal.MISSING, "reason")
    assert house.try_to(deal, Action.REJECT, reason="we-dislike-it") == Refused(
        Refusal.NOT_A_CHOICE, "reason"
    )
    assert house.try_to(application, Action.REJECT) == Refused(Refusal.MISSING, "text")
    assert house.reject(deal)["decision"]["reason"] == "outside-offer"
    rejected = house.do(application, Action.REJECT, text="Not now")
    assert rejected["decision"]["text"] == "Not now"
    assert len(house.mails(deal, "rejected")) == len(house.mails(application, "rejected")) == 1


def test_a_duplicate_names_only_the_sender_s_own_registration(house: House) -> None:
    """No sender may learn of another's."""
    first, again = house.deal(customer_name="Zgrabka"), house.deal(customer_name="Zgrabka", product="Again")
    others = house.deal(partner_email="else@partner.example")
    application = house.application()
    for wrong in (others["id"], application["id"], again["id"], "DEAL-0000-0000"):
        outcome = house.try_to(again, Action.REJECT, reason="duplicate", duplicate_of=wrong)
        assert outcome == Refused(Refusal.NOT_THEIR_OWN, "duplicate_of")
    assert [each["id"] for each in house.desk.submission(again["id"], house.advisor).own] == [first["id"]]
    rejected = house.reject(again, reason="duplicate", duplicate_of=first["id"])
    assert rejected["decision"]["duplicate_of"] == first["id"]
    assert house.submissions.token_of_own(rejected, first["id"]) == house.submissions.token_of(first)
    assert house.submissions.token_of_own(rejected, others["id"]) is None


def test_approving_against_a_conflict_needs_a_reason(house: House) -> None:
    """First come is pointed out, people decide; the reason is kept where there was a conflict, only there."""
    first = house.deal(
        customer_name="Zgrabka S.A.", partner_email="one@a.example", partner_tax_id="PL5260250274"
    )
    second = house.deal(customer_name="ZGRABKA sp. z o.o.")
    shown = house.desk.submission(second["id"], house.advisor)
    assert [(found.other["id"], found.conflict.other_is_first) for found in shown.conflicts] == [
        (first["id"], True)
    ]
    refused = house.try_to(second, Action.APPROVE, **APPROVAL)
    assert refused == Refused(Refusal.REASON_FOR_CONFLICT, "despite_conflict")
    approved = house.approve(second, despite_conflict="They asked for this partner")
    assert approved["decision"]["despite_conflict"] == "They asked for this partner"
    assert approved["history"][-1]["despite_conflict"] is True
    assert "despite_conflict" not in house.approve(house.deal(), despite_conflict="none")["decision"]


def test_one_approval_for_a_customer_and_product(house: House) -> None:
    """Of the same sender, too; for another product there is no need of a reason."""
    first = house.approve(house.deal(customer_name="Zgrabka"))
    second = house.deal(customer_name="Zgrabka", description="again")
    assert house.desk.submission(second["id"], house.advisor).approved_before == (first["id"],)
    assert isinstance(house.try_to(second, Action.APPROVE, **APPROVAL), Refused)
    house.approve(second, product="Migration")


def test_our_own_customer_is_a_conflict(house: House) -> None:
    """From the imported list of customers and running talks."""
    with house.store.batch() as batch:
        batch.add(
            "accounts",
            {"id": "a1", "name": "Zgrabka", "tax_id": "", "domain": "", "keys": ["name:zgrabka"]},
        )
    deal = house.deal(customer_name="Zgrabka S.A.")
    (found,) = house.desk.submission(deal["id"], house.advisor).conflicts
    assert (found.conflict.is_account, found.other["name"]) == (True, "Zgrabka")
    assert isinstance(house.try_to(deal, Action.APPROVE, **APPROVAL), Refused)


def test_a_page_that_somebody_changed_meanwhile(house: House) -> None:
    """Refused, with both versions and what happened in between; nothing is overwritten."""
    deal = house.deal()
    seen = len(deal["history"])
    rejected = house.reject(deal, house.second)
    outcome = house.try_to(deal, Action.APPROVE, seen=seen, **APPROVAL)
    assert isinstance(outcome, ChangedMeanwhile)
    assert outcome.before["state"] == "received"
    assert not outcome.before["decision"]
    assert outcome.now == rejected == house.stored(deal)
    assert [(entry["who"], entry["what"]) for entry in outcome.news] == [("second@vendor.example", "reject")]
    assert house.mails(deal, "approved") == []


def test_a_decision_sent_twice_is_one_decision(house: House) -> None:
    deal = house.deal()
    house.approve(deal)
    again = house.try_to(deal, Action.APPROVE, seen=len(deal["history"]), **APPROVAL)
    assert isinstance(again, Done)
    assert len(house.mails(deal, "approved")) == 1


def test_a_note_can_always_be_written(house: House) -> None:
    """It overwrites nothing, and no mail tells of it."""
    deal = house.deal()
    house.reject(deal)
    noted = house.do(deal, Action.NOTE, seen=1, text="They called.")
    assert [note["text"] for note in noted["notes"]] == ["They called."]
    assert len(house.mails(deal)) == 3


def test_a_wrong_decision_can_be_reopened(house: House) -> None:
    """With a reason, in the history; the decision is kept, the time begins anew, people are told."""
    deal = house.reject(house.deal())
    assert house.try_to(deal, Action.REOPEN) == Refused(Refusal.MISSING, "reason")
    house.turn(days=7)
    reopened = house.do(deal, Action.REOPEN, reason="Misread")
    assert "decision" not in reopened
    assert reopened["former_decisions"][0]["reopened"]["reason"] == "Misread"
    assert moment(reopened["decide_by"]) > house.now
    assert len(house.mails(deal, "reopened")) == 1
    assert house.approve(deal)["former_decisions"][0]["outcome"] == "rejected"


def test_a_reader_may_do_nothing(house: House) -> None:
    """Nor may a partner's person, nor what visitors and the service do."""
    deal = house.deal()
    partner = Principal("p", "advisor@partner.example", UserKind.PARTNER, "person", None)
    for person in (house.reader, partner):
        assert house.desk.submission(deal["id"], person).actions == ()
        for action in Action:
            assert house.try_to(deal, action, person) == Refused(Refusal.NOT_YOURS)
    for action in (Action.SUBMIT, Action.CORRECT, Action.ANSWER, Action.WITHDRAW):
        assert isinstance(house.try_to(deal, action), Refused)
    assert house.stored(deal) == deal


def test_only_what_is_possible_is_offered(house: House) -> None:
    deal, application = house.deal(), house.application()
    offered = house.desk.submission(deal["id"], house.advisor).actions
    assert offered == (Action.TAKE, Action.APPROVE, Action.REJECT, Action.NOTE)
    assert Action.PRE_ACCEPT in house.desk.submission(application["id"], house.advisor).actions
    house.do(deal, Action.TAKE)
    assert Action.TAKE not in house.desk.submission(deal["id"], house.advisor).actions
    assert Action.TAKE in house.desk.submission(deal["id"], house.second).actions


def test_what_the_honeypot_caught_can_only_be_noted_on(house: House) -> None:
    """Its address is a stranger's more often than not: no mail."""
    deal = house.deal(trapped=True)
    assert house.desk.submission(deal["id"], house.advisor).actions == (Action.NOTE,)
    assert isinstance(house.try_to(deal, Action.REJECT, reason="outside-offer"), Refused)
    house.do(deal, Action.NOTE, text="A machine.")
    assert house.mails(deal) == []


def test_a_missing_submission(house: House) -> None:
    with pytest.raises(SubmissionMissing):
        house.desk.act("DEAL-0000-0000", Action.TAKE, house.advisor, seen=1)
    with pytest.raises(SubmissionMissing):
        house.desk.submission("DEAL-0000-0000", house.advisor)


def test_what_else_an_action_brings_about_is_in_the_same_batch(house: House, store: Store) -> None:
    """The partner's record begins there; where it cannot, nothing happened at all."""
    said = {name: value for name, value in application_said().items() if name != "tier"}
    torn = house.submissions.submit("application", said, program=house.program, language="en")
    with pytest.raises(KeyError):
        house.try_to(torn, Action.PRE_ACCEPT)
    assert house.stored(torn) == torn
    assert house.mails(torn, "pre-accepted", "privacy-notice") == []
    assert store.count("partners") == store.count("deeds") == 0
    accepted = house.do(house.application(company_name="Named"), Action.PRE_ACCEPT)
    (partner,) = store.find("partners", "application", accepted["id"])
    assert partner["company"]["name"] == "Named"
    assert [each["what"] for each in store.all("deeds")] == [Action.PRE_ACCEPT]


def test_the_table_of_effects_names_every_action_of_staff() -> None:
    """A new action has to say what it brings about."""
    by_staff = {step.action for step in TABLE if Role.STAFF in step.by and step.start is not None}
    assert EFFECTS.keys() == by_staff


def test_people_named_by_others_are_told_once(house: House) -> None:
    """One mail for each address, at pre-acceptance; the sender has read it already; never a second time."""
    person = {"name": "Qualified", "email": "Sponsor@Partner.example"}
    other = {"name": "Other", "email": "other@partner.example"}
    sender = {"name": "Contact", "email": "contact@partner.example"}
    application = house.application(
        sales_people=[person, other], technical_people=[other, sender, {"name": "X"}]
    )
    assert house.mails(application, "privacy-notice") == []
    accepted = house.do(application, Action.PRE_ACCEPT)
    told = sorted(mail["to"].casefold() for mail in house.mails(application, "privacy-notice"))
    assert told == ["other@partner.example", "sponsor@partner.example"]
    assert accepted["informed_at"] == accepted["decision"]["at"]
    house.do(application, Action.REOPEN, reason="By mistake")
    house.do(application, Action.PRE_ACCEPT)
    assert len(house.mails(application, "privacy-notice")) == 2
    assert len(house.mails(application, "pre-accepted")) == 2


def test_the_last_day_of_an_approval_is_fixed_with_it(house: House) -> None:
    """Where the program names a time; it knows none by default."""
    assert "protection" not in house.approve(house.deal())
    protection = Protection(days=90, reminder_days_before=14)
    rule = house.program.deal_registration.model_copy(update={"protection": protection})
    house.program = house.program.model_copy(update={"deal_registration": rule})
    assert house.approve(house.deal())["protection"]["until"] == "2027-02-21"


def test_a_deal_that_came_by_phone(house: House) -> None:
    """With its true time, from which its deadline counts, marked as entered; the sender is told."""
    true_time = house.now - timedelta(days=3)  # Friday
    said = {**house.deal()["said"], "customer_name": "Phoned"}
    done = house.desk.enter(said, house.advisor, received_at=true_time, how="by phone", language="en")
    assert isinstance(done, Done)
    record = done.record
    assert record["received_at"] == stamp(true_time)
    assert record["decide_by"].startswith("2026-11-24")
    assert record["entered"] == {"by": "advisor@vendor.example", "at": stamp(house.now), "how": "by phone"}
    assert (record["state"], record["history"][0]["who"]) == ("received", "advisor@vendor.example")
    assert [mail["template"] for mail in house.mails(record)] == ["deal-received", "deal-notice"]
    assert house.submissions.with_token(house.submissions.token_of(record)) == record


def test_what_cannot_be_entered(house: House) -> None:
    said = {**house.deal()["said"], "customer_name": "Phoned"}
    later = house.now + timedelta(minutes=1)
    enter = house.desk.enter
    assert enter(said, house.advisor, received_at=later, how="by phone", language="pl") == Refused(
        Refusal.IN_THE_FUTURE, "received_at"
    )
    assert enter(said, house.advisor, received_at=house.now, how=" ", language="pl") == Refused(
        Refusal.MISSING, "how"
    )
    assert enter(said, house.reader, received_at=house.now, how="by phone", language="pl") == Refused(
        Refusal.NOT_YOURS
    )
    assert house.store.count("records") == 1


def test_the_page_shows_what_the_program_asks_beside_what_was_said(house: House) -> None:
    """The chosen tier first; nothing of the kind for a deal."""
    application = house.application(tier="gold")
    shown = house.desk.submission(application["id"], house.reader)
    assert [answer.tier.id for answer in shown.tiers] == ["gold", "silver"]
    assert (shown.course, shown.remaining, shown.on_time) == (None, None, None)
    assert house.desk.submission(house.deal()["id"], house.advisor).tiers == ()


def test_the_page_shows_how_the_deadline_came_about(house: House) -> None:
    deal = house.deal()
    shown = house.desk.submission(deal["id"], house.advisor)
    assert shown.course is not None
    assert shown.course.due == moment(deal["decide_by"])
    assert shown.remaining == 2
    house.turn(days=3)
    assert house.desk.submission(deal["id"], house.advisor).remaining == -1
    house.approve(deal)
    late = house.desk.submission(deal["id"], house.advisor)
    assert (late.remaining, late.on_time) == (None, False)


def test_who_a_deal_comes_from(house: House) -> None:
    """An unknown sender is a warning; a known partner is named."""
    deal = house.deal()
    assert [warning.kind for warning in house.desk.submission(deal["id"], house.advisor).warnings] == [
        "unknown_sender"
    ]
    partner = house.partner()
    shown = house.desk.submission(deal["id"], house.advisor)
    assert shown.warnings == ()
    assert shown.partner is not None
    assert shown.partner["id"] == partner["id"]


def test_what_was_erased_can_still_be_looked_at(house: House) -> None:
    """The bare facts of the decision stay, and their page."""
    for record in (house.approve(house.deal()), house.partner()):
        with house.store.batch() as batch:
            erased = {**record, "said": {}, "keys": [], "terms": []}
            batch.replace("records", erased, record["version"])
        shown = house.desk.submission(record["id"], house.advisor)
        assert (shown.conflicts, shown.warnings, shown.tiers, shown.own) == ((), (), (), ())


def test_products_of_the_program_can_be_approved(house: House, program: Program) -> None:
    """A choice of the program is the same product however a partner wrote it."""
    rule = program.deal_registration.model_copy(
        update={"products": (Choice(id="cloud", text=Text(pl="Chmura", en="Cloud")),)}
    )
    house.program = program.model_copy(update={"deal_registration": rule})
    assert house.approve(house.deal(product="cloud"), product="cloud")["state"] == State.APPROVED
