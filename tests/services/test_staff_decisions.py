"""What staff do to a submission: the state, the history and the mail in one write, or nothing at all."""

from datetime import timedelta
from functools import partial

import pytest

from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.action_results import (
    ChangedMeanwhile,
    Done,
    Refusal,
    Refused,
    SubmissionMissing,
)
from forms_service.domain.submissions.sender_view import for_sender
from forms_service.domain.submissions.submission import parse
from forms_service.domain.submissions.workflow import TABLE, Action, Role, State
from forms_service.services.submission_effects import EFFECTS
from forms_service.services.submission_queue import QueueFilter
from forms_service.store.store import Store
from partner_program.model import Choice, Program, Protection, Text
from tests.factories.services import APPROVAL, UseCases
from tests.factories.submissions import application_answers


def test_taking_makes_an_owner(use_cases: UseCases) -> None:
    """It is under review from then on; nobody outside gets a mail about it."""
    deal = use_cases.deal()
    taken = use_cases.do(deal, Action.TAKE)
    assert (taken["state"], taken["owner"]) == ("under_review", "advisor@vendor.example")
    assert [entry["what"] for entry in taken["history"]] == ["submit", "take"]
    assert use_cases.stored(deal) == taken
    assert [mail["template"] for mail in use_cases.mails(deal)] == ["deal-received", "deal-notice"]


def test_taking_over_and_handing_over(use_cases: UseCases) -> None:
    """To somebody who may decide, and to nobody else."""
    deal = use_cases.deal()
    use_cases.do(deal, Action.TAKE)
    assert use_cases.do(deal, Action.TAKE, use_cases.second)["owner"] == "second@vendor.example"
    assert use_cases.do(deal, Action.HAND_OVER, to="boss@vendor.example")["owner"] == "boss@vendor.example"
    for stranger in ("reader@vendor.example", "nobody@vendor.example"):
        assert use_cases.try_to(deal, Action.HAND_OVER, to=stranger) == Refused(Refusal.NOT_A_CHOICE, "to")
    assert use_cases.decisions.owners() == (
        "advisor@vendor.example",
        "boss@vendor.example",
        "second@vendor.example",
    )


def test_a_question_and_its_answer(use_cases: UseCases) -> None:
    """The sender gets a mail with the question, whoever asked gets one with the answer."""
    deal = use_cases.deal()
    use_cases.do(deal, Action.TAKE)
    asked = use_cases.do(deal, Action.ASK, text="Which product?")
    assert asked["state"] == "waiting_for_answer"
    (mail,) = use_cases.mails(deal, "question")
    assert (mail["to"], mail["lang"], mail["about"]) == (
        "advisor@partner.example",
        "pl",
        asked["history"][-1]["at"],
    )

    use_cases.clock.forward(hours=1)
    done = use_cases.submissions.answer(deal["id"], "This one.", question=1, program=use_cases.program)
    assert isinstance(done, Done)
    assert done.record["state"] == "under_review"
    assert done.record["questions"][0]["answer"]["text"] == "This one."
    (notice,) = use_cases.mails(deal, "answered-notice")
    assert notice["to"] == "advisor@vendor.example"
    assert done.record["decide_by"] == deal["decide_by"], "the program knows no pause"


def test_the_clock_pauses_where_the_program_says_so(use_cases: UseCases) -> None:
    """While the question is open there is no deadline; the answer brings it back, later."""
    rule = use_cases.program.deal_registration.model_copy(update={"pause_on_question": True})
    use_cases.program = use_cases.program.model_copy(update={"deal_registration": rule})
    deal = use_cases.deal()
    use_cases.do(deal, Action.TAKE)
    assert use_cases.do(deal, Action.ASK, text="Which product?")["decide_by"] is None
    use_cases.clock.forward(days=4)
    done = use_cases.submissions.answer(deal["id"], "This one.", question=1, program=use_cases.program)
    assert isinstance(done, Done)
    assert done.record["decide_by"] > deal["decide_by"]
    assert done.record["history"][-1]["what"] == "move_deadline"


def test_an_approval_says_what_is_granted(use_cases: UseCases) -> None:
    deal = use_cases.approve(use_cases.deal(), text="Well done")
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
    (mail,) = use_cases.mails(deal, "approved")
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
def test_an_approval_has_to_be_whole(use_cases: UseCases, details: dict[str, str], field: str) -> None:
    """Nothing is changed, and the field is named."""
    deal = use_cases.deal()
    outcome = use_cases.try_to(deal, Action.APPROVE, **{**APPROVAL, **details})
    assert isinstance(outcome, Refused)
    assert outcome.field == field
    assert use_cases.stored(deal) == deal
    assert use_cases.mails(deal, "approved") == []


def test_a_rejection_needs_a_reason_of_the_program(use_cases: UseCases) -> None:
    """A deal's comes from its list; an application's is a text. The person gets either."""
    deal, application = use_cases.deal(), use_cases.application()
    assert use_cases.try_to(deal, Action.REJECT, text="No") == Refused(Refusal.MISSING, "reason")
    assert use_cases.try_to(deal, Action.REJECT, reason="we-dislike-it") == Refused(
        Refusal.NOT_A_CHOICE, "reason"
    )
    assert use_cases.try_to(application, Action.REJECT) == Refused(Refusal.MISSING, "text")
    assert use_cases.reject(deal)["decision"]["reason"] == "outside-offer"
    rejected = use_cases.do(application, Action.REJECT, text="Not now")
    assert rejected["decision"]["text"] == "Not now"
    assert len(use_cases.mails(deal, "rejected")) == len(use_cases.mails(application, "rejected")) == 1


def test_a_duplicate_names_only_the_sender_s_own_registration(use_cases: UseCases) -> None:
    """No sender may learn of another's."""
    first, again = (
        use_cases.deal(customer_name="Zgrabka"),
        use_cases.deal(customer_name="Zgrabka", product="Again"),
    )
    others = use_cases.deal(partner_email="else@partner.example")
    application = use_cases.application()
    for wrong in (others["id"], application["id"], again["id"], "DEAL-0000-0000"):
        outcome = use_cases.try_to(again, Action.REJECT, reason="duplicate", duplicate_of=wrong)
        assert outcome == Refused(Refusal.NOT_THEIR_OWN, "duplicate_of")
    assert [each["id"] for each in use_cases.details.of(again["id"], use_cases.advisor).own] == [first["id"]]
    rejected = use_cases.reject(again, reason="duplicate", duplicate_of=first["id"])
    assert rejected["decision"]["duplicate_of"] == first["id"]
    assert use_cases.submissions.token_of_own(rejected, first["id"]) == use_cases.submissions.token_of(first)
    assert use_cases.submissions.token_of_own(rejected, others["id"]) is None


def test_approving_against_a_conflict_needs_a_reason(use_cases: UseCases) -> None:
    """First come is pointed out, people decide; the reason is kept where there was a conflict, only there."""
    first = use_cases.deal(
        customer_name="Zgrabka S.A.", partner_email="one@a.example", partner_tax_id="PL5260250274"
    )
    second = use_cases.deal(customer_name="ZGRABKA sp. z o.o.")
    shown = use_cases.details.of(second["id"], use_cases.advisor)
    assert [(found.other["id"], found.conflict.other_is_first) for found in shown.conflicts] == [
        (first["id"], True)
    ]
    refused = use_cases.try_to(second, Action.APPROVE, **APPROVAL)
    assert refused == Refused(Refusal.REASON_FOR_CONFLICT, "despite_conflict")
    approved = use_cases.approve(second, despite_conflict="They asked for this partner")
    assert approved["decision"]["despite_conflict"] == "They asked for this partner"
    assert approved["history"][-1]["despite_conflict"] is True
    assert "despite_conflict" not in use_cases.approve(use_cases.deal(), despite_conflict="none")["decision"]


def test_one_approval_for_a_customer_and_product(use_cases: UseCases) -> None:
    """Of the same sender, too; for another product there is no need of a reason."""
    first = use_cases.approve(use_cases.deal(customer_name="Zgrabka"))
    second = use_cases.deal(customer_name="Zgrabka", description="again")
    assert use_cases.details.of(second["id"], use_cases.advisor).approved_before == (first["id"],)
    assert isinstance(use_cases.try_to(second, Action.APPROVE, **APPROVAL), Refused)
    use_cases.approve(second, product="Migration")


def test_our_own_customer_is_a_conflict(use_cases: UseCases) -> None:
    """From the imported list of customers and running talks."""
    with use_cases.store.batch() as batch:
        batch.add(
            "accounts",
            {"id": "a1", "name": "Zgrabka", "tax_id": "", "domain": "", "keys": ["name:zgrabka"]},
        )
    deal = use_cases.deal(customer_name="Zgrabka S.A.")
    (found,) = use_cases.details.of(deal["id"], use_cases.advisor).conflicts
    assert (found.conflict.is_account, found.other["name"]) == (True, "Zgrabka")
    assert isinstance(use_cases.try_to(deal, Action.APPROVE, **APPROVAL), Refused)


def test_a_page_that_somebody_changed_meanwhile(use_cases: UseCases) -> None:
    """Refused, with both versions and what happened in between; nothing is overwritten."""
    deal = use_cases.deal()
    seen = len(deal["history"])
    rejected = use_cases.reject(deal, use_cases.second)
    outcome = use_cases.try_to(deal, Action.APPROVE, seen=seen, **APPROVAL)
    assert isinstance(outcome, ChangedMeanwhile)
    assert outcome.before["state"] == "received"
    assert "decision" not in outcome.before
    assert outcome.now == rejected == use_cases.stored(deal)
    assert [(entry["who"], entry["what"]) for entry in outcome.news] == [("second@vendor.example", "reject")]
    assert use_cases.mails(deal, "approved") == []


def test_a_decision_sent_twice_is_one_decision(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    use_cases.approve(deal)
    again = use_cases.try_to(deal, Action.APPROVE, seen=len(deal["history"]), **APPROVAL)
    assert isinstance(again, Done)
    assert len(use_cases.mails(deal, "approved")) == 1


def test_a_note_can_always_be_written(use_cases: UseCases) -> None:
    """It overwrites nothing, and no mail tells of it."""
    deal = use_cases.deal()
    use_cases.reject(deal)
    noted = use_cases.do(deal, Action.NOTE, seen=1, text="They called.")
    assert [note["text"] for note in noted["notes"]] == ["They called."]
    assert len(use_cases.mails(deal)) == 3


def test_a_wrong_decision_can_be_reopened(use_cases: UseCases) -> None:
    """With a reason, in the history; the decision is kept, the time begins anew, people are told."""
    deal = use_cases.reject(use_cases.deal())
    assert use_cases.try_to(deal, Action.REOPEN) == Refused(Refusal.MISSING, "reason")
    use_cases.clock.forward(days=7)
    reopened = use_cases.do(deal, Action.REOPEN, reason="Misread")
    assert "decision" not in reopened
    assert reopened["former_decisions"][0]["reopened"]["reason"] == "Misread"
    assert moment(reopened["decide_by"]) > use_cases.clock.now
    assert len(use_cases.mails(deal, "reopened")) == 1
    assert use_cases.approve(deal)["former_decisions"][0]["outcome"] == "rejected"


def test_a_reader_may_do_nothing(use_cases: UseCases) -> None:
    """Nor may a partner's person, nor what visitors and the service do."""
    deal = use_cases.deal()
    partner = Principal("p", "advisor@partner.example", UserKind.PARTNER, "person", None)
    for person in (use_cases.reader, partner):
        assert use_cases.details.of(deal["id"], person).actions == ()
        for action in Action:
            assert use_cases.try_to(deal, action, person) == Refused(Refusal.NOT_YOURS)
    for action in (Action.SUBMIT, Action.CORRECT, Action.ANSWER, Action.WITHDRAW):
        assert isinstance(use_cases.try_to(deal, action), Refused)
    assert use_cases.stored(deal) == deal


def test_only_what_is_possible_is_offered(use_cases: UseCases) -> None:
    deal, application = use_cases.deal(), use_cases.application()
    offered = use_cases.details.of(deal["id"], use_cases.advisor).actions
    assert offered == (Action.TAKE, Action.APPROVE, Action.REJECT, Action.NOTE)
    assert Action.PRE_ACCEPT in use_cases.details.of(application["id"], use_cases.advisor).actions
    use_cases.do(deal, Action.TAKE)
    assert Action.TAKE not in use_cases.details.of(deal["id"], use_cases.advisor).actions
    assert Action.TAKE in use_cases.details.of(deal["id"], use_cases.second).actions


def test_what_the_honeypot_caught_can_only_be_noted_on(use_cases: UseCases) -> None:
    """Its address is a stranger's more often than not: no mail."""
    deal = use_cases.deal(trapped=True)
    assert Action.TAKE not in use_cases.details.of(deal["id"], use_cases.advisor).actions
    assert isinstance(use_cases.try_to(deal, Action.REJECT, reason="outside-offer"), Refused)
    use_cases.do(deal, Action.NOTE, text="A machine.")
    assert use_cases.mails(deal) == []


def test_a_missing_submission(use_cases: UseCases) -> None:
    with pytest.raises(SubmissionMissing):
        use_cases.decisions.act("DEAL-0000-0000", Action.TAKE, use_cases.advisor, seen=1)
    with pytest.raises(SubmissionMissing):
        use_cases.details.of("DEAL-0000-0000", use_cases.advisor)


def test_what_else_an_action_brings_about_is_in_the_same_batch(use_cases: UseCases, store: Store) -> None:
    """The partner's record begins there; where it cannot, nothing happened at all."""
    said = {name: value for name, value in application_answers().items() if name != "tier"}
    torn = use_cases.submissions.submit("application", said, program=use_cases.program, language="en")
    with pytest.raises(KeyError):
        use_cases.try_to(torn, Action.PRE_ACCEPT)
    assert use_cases.stored(torn) == torn
    assert use_cases.mails(torn, "pre-accepted", "privacy-notice") == []
    assert store.count("partners") == store.count("audit_events") == 0
    accepted = use_cases.do(use_cases.application(company_name="Named"), Action.PRE_ACCEPT)
    (partner,) = store.find("partners", "application", accepted["id"])
    assert partner["company"]["name"] == "Named"
    assert [each["what"] for each in store.all("audit_events")] == [Action.PRE_ACCEPT]


def test_the_table_of_effects_names_every_action() -> None:
    """Of staff and of senders alike: a new action has to say what it brings about."""
    alone = {(Role.SYSTEM, Action.MOVE_DEADLINE), (Role.SYSTEM, Action.ERASE)}
    assert EFFECTS.keys() == {(role, step.action) for step in TABLE for role in step.by} - alone


def test_people_named_by_others_are_told_once(use_cases: UseCases) -> None:
    """One mail for each address, at pre-acceptance; the sender has read it already; never a second time."""
    person = {"name": "Qualified", "email": "Sponsor@Partner.example"}
    other = {"name": "Other", "email": "other@partner.example"}
    sender = {"name": "Contact", "email": "contact@partner.example"}
    application = use_cases.application(
        sales_people=[person, other], technical_people=[other, sender, {"name": "X"}]
    )
    assert use_cases.mails(application, "privacy-notice") == []
    accepted = use_cases.do(application, Action.PRE_ACCEPT)
    told = sorted(mail["to"].casefold() for mail in use_cases.mails(application, "privacy-notice"))
    assert told == ["other@partner.example", "sponsor@partner.example"]
    assert accepted["informed_at"] == accepted["decision"]["at"]
    use_cases.do(application, Action.REOPEN, reason="By mistake")
    use_cases.do(application, Action.PRE_ACCEPT)
    assert len(use_cases.mails(application, "privacy-notice")) == 2
    assert len(use_cases.mails(application, "pre-accepted")) == 2


def test_the_last_day_of_an_approval_is_fixed_with_it(use_cases: UseCases) -> None:
    """Where the program names a time; it knows none by default."""
    assert "protection" not in use_cases.approve(use_cases.deal())
    protection = Protection(days=90, reminder_days_before=14)
    rule = use_cases.program.deal_registration.model_copy(update={"protection": protection})
    use_cases.program = use_cases.program.model_copy(update={"deal_registration": rule})
    assert use_cases.approve(use_cases.deal())["protection"]["until"] == "2027-02-21"


def test_a_deal_that_came_by_phone(use_cases: UseCases) -> None:
    """With its true time, from which its deadline counts, marked as entered; the sender is told."""
    true_time = use_cases.clock.now - timedelta(days=3)  # Friday
    said = {**use_cases.deal()["said"], "customer_name": "Phoned"}
    done = use_cases.submissions.enter(
        said,
        use_cases.advisor,
        received_at=true_time,
        how="by phone",
        language="en",
        program=use_cases.program,
    )
    assert isinstance(done, Done)
    record = done.record
    assert record["received_at"] == stamp(true_time)
    assert record["decide_by"].startswith("2026-11-24")
    assert record["entered"] == {
        "by": "advisor@vendor.example",
        "at": stamp(use_cases.clock.now),
        "how": "by phone",
    }
    assert (record["state"], record["history"][0]["who"]) == ("received", "advisor@vendor.example")
    assert [mail["template"] for mail in use_cases.mails(record)] == ["deal-received", "deal-notice"]
    assert use_cases.submissions.with_token(use_cases.submissions.token_of(record)) == record


def test_what_cannot_be_entered(use_cases: UseCases) -> None:
    said = {**use_cases.deal()["said"], "customer_name": "Phoned"}
    later = use_cases.clock.now + timedelta(minutes=1)
    enter = partial(use_cases.submissions.enter, program=use_cases.program)
    assert enter(said, use_cases.advisor, received_at=later, how="by phone", language="pl") == Refused(
        Refusal.IN_THE_FUTURE, "received_at"
    )
    assert enter(said, use_cases.advisor, received_at=use_cases.clock.now, how=" ", language="pl") == Refused(
        Refusal.MISSING, "how"
    )
    assert enter(
        said, use_cases.reader, received_at=use_cases.clock.now, how="by phone", language="pl"
    ) == Refused(Refusal.NOT_YOURS)
    assert use_cases.store.count("records") == 1


def test_the_page_shows_what_the_program_asks_beside_what_was_said(use_cases: UseCases) -> None:
    """The chosen tier first; nothing of the kind for a deal."""
    application = use_cases.application(tier="gold")
    shown = use_cases.details.of(application["id"], use_cases.reader)
    assert [answer.tier.id for answer in shown.tiers] == ["gold", "silver"]
    assert (shown.course, shown.remaining, shown.on_time) == (None, None, None)
    assert use_cases.details.of(use_cases.deal()["id"], use_cases.advisor).tiers == ()


def test_the_page_shows_how_the_deadline_came_about(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    shown = use_cases.details.of(deal["id"], use_cases.advisor)
    assert shown.course is not None
    assert shown.course.due == moment(deal["decide_by"])
    assert shown.remaining == 2
    use_cases.clock.forward(days=3)
    assert use_cases.details.of(deal["id"], use_cases.advisor).remaining == -1
    use_cases.approve(deal)
    late = use_cases.details.of(deal["id"], use_cases.advisor)
    assert (late.remaining, late.on_time) == (None, False)


def test_who_a_deal_comes_from(use_cases: UseCases) -> None:
    """An unknown sender is a warning; a known partner is named."""
    deal = use_cases.deal()
    assert [warning.kind for warning in use_cases.details.of(deal["id"], use_cases.advisor).warnings] == [
        "unknown_sender"
    ]
    partner = use_cases.partner()
    shown = use_cases.details.of(deal["id"], use_cases.advisor)
    assert shown.warnings == ()
    assert shown.partner is not None
    assert shown.partner["id"] == partner["id"]


def test_what_was_erased_can_still_be_looked_at(use_cases: UseCases) -> None:
    """The bare facts of the decision stay, and their page."""
    for record in (use_cases.approve(use_cases.deal()), use_cases.partner()):
        with use_cases.store.batch() as batch:
            erased = {**record, "said": {}, "keys": [], "terms": []}
            batch.replace("records", erased, record["version"])
        shown = use_cases.details.of(record["id"], use_cases.advisor)
        assert (shown.conflicts, shown.warnings, shown.tiers, shown.own) == ((), (), (), ())


def test_products_of_the_program_can_be_approved(use_cases: UseCases, program: Program) -> None:
    """A choice of the program is the same product however a partner wrote it."""
    rule = program.deal_registration.model_copy(
        update={"products": (Choice(id="cloud", text=Text(pl="Chmura", en="Cloud")),)}
    )
    use_cases.program = program.model_copy(update={"deal_registration": rule})
    assert use_cases.approve(use_cases.deal(product="cloud"), product="cloud")["state"] == State.APPROVED


@pytest.mark.parametrize("kind", ["deal", "application"])
def test_what_was_caught_wrongly_is_put_into_the_queue(use_cases: UseCases, kind: str) -> None:
    """Once: then its mails are owed, its conflicts looked up, its time counted from when it was received."""
    make, own = getattr(use_cases, kind), {"customer_name": "Zgrabka S.A."} if kind == "deal" else {}
    other = {"product": "Another"} if kind == "deal" else {"lead_activities": 7}
    first, caught = make(**own), make(trapped=True, **own, **other)
    before = use_cases.details.of(caught["id"], use_cases.advisor)
    assert before.actions == (Action.RELEASE, Action.NOTE)
    assert use_cases.queue.caught() == 1
    assert use_cases.mails(caught) == []
    use_cases.clock.forward(days=1)
    assert use_cases.try_to(caught, Action.RELEASE, use_cases.reader) == Refused(Refusal.NOT_YOURS)
    done = use_cases.do(caught, Action.RELEASE)
    assert (done["trapped"], done["state"]) == (False, State.RECEIVED)
    assert (done["received_at"], done["decide_by"]) == (caught["received_at"], caught["decide_by"])
    told = [mail["template"] for mail in use_cases.mails(caught)]
    assert told == [f"{kind}-received", f"{kind}-notice"]
    assert use_cases.try_to(caught, Action.RELEASE, seen=1) == Done(done), "a second press does nothing"
    assert use_cases.try_to(caught, Action.RELEASE) == Refused(Refusal.NOT_NOW)
    assert len(use_cases.mails(caught)) == 2
    assert use_cases.queue.caught() == 0
    assert {row.record["id"] for row in use_cases.queue.page(QueueFilter()).rows} == {
        first["id"],
        caught["id"],
    }
    now = use_cases.details.of(caught["id"], use_cases.advisor)
    assert Action.RELEASE not in now.actions
    assert [each.conflict.other for each in now.conflicts] == ([first["id"]] if kind == "deal" else [])
    assert [event["what"] for event in use_cases.store.all("audit_events")] == [Action.RELEASE]
    assert "release" not in str(for_sender(parse(done))["history"])


def test_two_presses_of_a_pre_acceptance_that_joins_are_one(use_cases: UseCases) -> None:
    use_cases.partner()
    second = use_cases.application(lead_activities=2)
    done = use_cases.do(second, Action.PRE_ACCEPT)
    assert "join" in done["decision"]
    assert use_cases.try_to(second, Action.PRE_ACCEPT, seen=1) == Done(done)
