"""What a sender sees of a submission, and what never."""

from datetime import timedelta
from typing import Any

from forms_service.domain.submissions.action_results import Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.sender_view import for_sender
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action, Role
from tests.factories.submissions import REGISTERED, deal

ADVISOR, SECOND = (Actor(Role.STAFF, f"{name}@vendor.example") for name in ("advisor", "second"))
SENDER = Actor(Role.SENDER)


def after(record: Submission, *steps: tuple[Action, Actor, dict[str, Any]]) -> Submission:
    """The record after these actions, an hour apart."""
    for hours, (action, actor, details) in enumerate(steps, 1):
        changed = apply(record, action, actor, REGISTERED + timedelta(hours=hours), details)
        assert not isinstance(changed, Refused)
        record = changed
    return record


WHOLE_WAY = (
    (Action.TAKE, ADVISOR, {}),
    (Action.NOTE, ADVISOR, {"text": "Looks odd"}),
    (Action.HAND_OVER, ADVISOR, {"to": SECOND.name}),
    (Action.TAKE, ADVISOR, {}),
    (Action.ASK, ADVISOR, {"text": "Which cloud?"}),
    (Action.ANSWER, SENDER, {"text": "Ours."}),
    (
        Action.APPROVE,
        SECOND,
        {
            "benefit": "discount",
            "percent": "5",
            "product": "Audyt",
            "despite_conflict": "They know of each other",
        },
    ),
)


def test_a_sender_reads_the_question_the_decision_and_what_happened() -> None:
    """In order, with times; being taken shows once, by the state it led to."""
    seen = for_sender(after(deal(), *WHOLE_WAY))
    assert [entry["what"] for entry in seen["history"]] == ["submit", "take", "ask", "answer", "approve"]
    assert (
        seen["questions"][0]["text"] == "Which cloud?" and seen["questions"][0]["answer"]["text"] == "Ours."
    )
    assert (seen["decision"]["percent"], seen["decision"]["product"]) == ("5", "Audyt")


def test_a_sender_never_reads_names_notes_or_conflicts() -> None:
    """Nor anything that is added to records later without being allowed here."""
    record = {**after(deal(), *WHOLE_WAY), "token_hashes": ["secret"], "something_new": "secret"}
    seen = str(for_sender(record))
    for hidden in (ADVISOR.name, SECOND.name, "Looks odd", "They know of each other", "secret", "despite"):
        assert hidden not in seen


def test_after_a_reopening_the_former_decision_is_gone() -> None:
    """It does not count any more, and why it was reopened is for staff."""
    record = after(deal(), *WHOLE_WAY, (Action.REOPEN, ADVISOR, {"reason": "Wrong customer"}))
    seen = for_sender(record)
    assert "decision" not in seen and "Wrong customer" not in str(seen)
    assert seen["history"][-1]["what"] == "reopen"


def test_what_is_shown_is_a_copy() -> None:
    """Whoever changes it changes no record."""
    record = after(deal(), *WHOLE_WAY)
    for_sender(record)["said"]["product"] = "changed"
    assert record["said"]["product"] == "Audyt chmury"
