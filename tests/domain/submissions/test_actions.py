"""What each action writes into a record, and what it refuses."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from forms_service.domain.clock import stamp
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.history import versions
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action, Role
from tests.factories.submissions import REGISTERED, application, deal

SENDER = Actor(Role.SENDER)
ADVISOR = Actor(Role.STAFF, "advisor@vendor.example")
SECOND = Actor(Role.STAFF, "second@vendor.example")
AT = REGISTERED + timedelta(hours=1)
APPROVAL = {"benefit": "discount", "percent": "7.5", "product": "Audyt chmury"}


def done(record: Submission, action: Action, actor: Actor = ADVISOR, **details: Any) -> Submission:
    """The record after an action that has to be possible; the one before is checked to be as it was."""
    before = deepcopy(record)
    after = apply(record, action, actor, AT, details)
    assert record == before
    assert not isinstance(after, Refused), after
    assert after["history"][:-1] == record.get("history", [])
    return after


def refused(record: Submission, action: Action, actor: Actor = ADVISOR, **details: Any) -> Refused:
    """Why it is not possible."""
    answer = apply(record, action, actor, AT, details)
    assert isinstance(answer, Refused)
    return answer


def test_taken_and_handed_over() -> None:
    """Whoever takes it owns it; taking it from a colleague is possible, and everything is in the history."""
    taken = done(deal(), Action.TAKE)
    assert (taken["state"], taken["owner"]) == ("under_review", ADVISOR.name)
    entry = {"at": stamp(AT), "who": ADVISOR.name, "role": "staff", "what": "take", "state": "under_review"}
    assert taken["history"][-1] == entry
    handed = done(taken, Action.HAND_OVER, to=SECOND.name)
    assert handed["owner"] == SECOND.name and handed["history"][-1]["to"] == SECOND.name
    assert done(handed, Action.TAKE)["owner"] == ADVISOR.name


def test_a_question_and_its_answer_stay_together() -> None:
    """What was written stands in the record, not in the history."""
    asked = done(done(deal(), Action.TAKE), Action.ASK, text="Which product?")
    assert asked["state"] == "waiting_for_answer"
    answered = done(asked, Action.ANSWER, SENDER, text="  The audit. ")
    assert answered["state"] == "under_review"
    question = {"at": stamp(AT), "by": ADVISOR.name, "text": "Which product?"}
    assert answered["questions"] == [{**question, "answer": {"at": stamp(AT), "text": "The audit."}}]
    assert "Which product?" not in str(answered["history"])


def test_a_correction_keeps_what_was_said_before() -> None:
    """Each version stays, with the time until which it held."""
    said = {**deal()["said"], "product": "Migracja"}
    corrected = done(deal(), Action.CORRECT, SENDER, said=said, fingerprint="second", keys=["name:zgrabka"])
    assert (corrected["said"], corrected["fingerprint"]) == (said, "second")
    assert corrected["keys"] == ["name:zgrabka"]
    kept = {"changed": {"product": deal()["said"]["product"]}, "added": []}
    assert corrected["versions"] == [{"until": stamp(AT), "program": "0" * 64, **kept}]
    assert versions(corrected) == [{"until": stamp(AT), "said": deal()["said"], "program": "0" * 64}]
    assert corrected["state"] == "received" and corrected["decide_by"] == deal()["decide_by"]


def test_approved_with_what_was_granted() -> None:
    """The decision holds who, when, what and by when it was due; who decides owns it if nobody did."""
    approved = done(deal(), Action.APPROVE, **APPROVAL, despite_conflict="Their group agreed", text=" ")
    assert approved["decision"] == {
        "at": stamp(AT),
        "by": ADVISOR.name,
        "outcome": "approved",
        "decide_by": deal()["decide_by"],
        "despite_conflict": "Their group agreed",
        **APPROVAL,
    }
    assert approved["owner"] == ADVISOR.name and approved["history"][-1]["despite_conflict"] is True


def test_reopened_without_losing_the_decision() -> None:
    """The former decision stays, with the reason for which it was reopened."""
    rejected = done(deal(), Action.REJECT, reason="duplicate", duplicate_of="DEAL-3333-3333")
    reopened = done(rejected, Action.REOPEN, SECOND, reason="Wrong customer")
    assert reopened["state"] == "under_review" and "decision" not in reopened
    because = {"at": stamp(AT), "by": SECOND.name, "reason": "Wrong customer"}
    assert reopened["former_decisions"] == [{**rejected["decision"], "reopened": because}]
    assert done(reopened, Action.APPROVE, **APPROVAL)["former_decisions"] == reopened["former_decisions"]


def test_notes_change_nothing_else() -> None:
    """Possible in every state, also when all is over."""
    withdrawn = done(deal(), Action.WITHDRAW, SENDER)
    noted = done(withdrawn, Action.NOTE, text="They called")
    assert noted["notes"] == [{"at": stamp(AT), "by": ADVISOR.name, "text": "They called"}]
    assert noted["state"] == "withdrawn"


def test_a_deal_that_came_by_phone_is_marked() -> None:
    """Entered by staff: the record has the true time of registration, the mark the time of entering."""
    told = {name: value for name, value in deal().items() if name not in ("state", "history")}
    entered = done(told, Action.SUBMIT, entered="phone")
    assert entered["entered"] == {"by": ADVISOR.name, "at": stamp(AT), "how": "phone"}
    assert entered["received_at"] == stamp(REGISTERED) and entered["state"] == "received"
    assert len(entered["history"]) == 1


def test_an_application_is_pre_accepted_or_rejected_with_a_text() -> None:
    """The reasons in the program are for deals; an application gets a sentence."""
    assert done(application(), Action.PRE_ACCEPT)["state"] == "pre_accepted"
    assert refused(application(), Action.REJECT, reason="duplicate") == Refused(Refusal.MISSING, "text")
    assert done(application(), Action.REJECT, text="Not now")["decision"]["text"] == "Not now"


@pytest.mark.parametrize(
    ("action", "details", "field"),
    [
        (Action.APPROVE, {"benefit": "discount", "percent": "5"}, "product"),
        (Action.APPROVE, {"benefit": "discount", "product": "Audit"}, "words"),
        (Action.APPROVE, {"percent": "5", "product": "Audit"}, "benefit"),
        (Action.REJECT, {"text": "No"}, "reason"),
        (Action.NOTE, {"text": "  "}, "text"),
    ],
)
def test_what_has_to_be_said_is_asked_for(action: Action, details: dict[str, str], field: str) -> None:
    """A blank detail is a missing one."""
    assert refused(deal(), action, **details) == Refused(Refusal.MISSING, field)


@pytest.mark.parametrize("percent", ["0", "-1", "100.01", "NaN", "Infinity", "a lot", "1_0", "7,5", "５"])
def test_a_percentage_is_one(percent: str) -> None:
    """Above 0, up to 100."""
    answer = refused(deal(), Action.APPROVE, **{**APPROVAL, "percent": percent})
    assert answer == Refused(Refusal.NOT_A_PERCENTAGE, "percent")


def test_what_is_not_possible_says_whose_or_when_it_is() -> None:
    """The wrong side, the wrong time, and what is so already."""
    taken = done(deal(), Action.TAKE)
    assert refused(deal(), Action.APPROVE, SENDER, **APPROVAL).reason is Refusal.NOT_YOURS
    assert refused(taken, Action.CORRECT, SENDER, said={}, fingerprint="x", keys=[]).reason is Refusal.NOT_NOW
    assert refused(deal(), Action.PRE_ACCEPT).reason is Refusal.NOT_NOW
    assert refused(taken, Action.TAKE).reason is Refusal.NOTHING_CHANGES
    assert refused(taken, Action.HAND_OVER, to=ADVISOR.name).reason is Refusal.NOTHING_CHANGES
    same = deal()["said"]
    assert (
        refused(deal(), Action.CORRECT, SENDER, said=same, fingerprint="x", keys=[]).reason
        is Refusal.NOTHING_CHANGES
    )


def test_a_detail_of_another_action_is_a_mistake_in_the_code() -> None:
    """Nothing is dropped silently."""
    with pytest.raises(ValueError, match="take of deal takes no text"):
        apply(deal(), Action.TAKE, ADVISOR, AT, {"text": "lost?"})
