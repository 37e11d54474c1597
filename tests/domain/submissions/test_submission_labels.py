"""Facts in words: every fact has its sentence, in both languages, with nothing left to fill in."""

from enum import StrEnum

import pytest

from forms_service.domain.submissions import submission_labels
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.conflicts import Conflict, ConflictDoubt, DoubtKind, Reason, ReasonKind
from forms_service.domain.submissions.sender_identity import IdentityWarning, WarningKind
from forms_service.domain.submissions.workflow import Action, State
from forms_service.i18n.translations import bound_texts, texts
from partner_program.model import LANGUAGES, Language

REASONS = (
    Reason(ReasonKind.TAX_ID, "PL5260250995", "PL5260250995"),
    Reason(ReasonKind.NEAR_NAME, "Zgrabka", "Zgrabka Polska"),
    Reason(ReasonKind.PRODUCT, "Audyt", "audyt"),
)
DOUBT = ConflictDoubt(DoubtKind.COUNTRY, "PL", "DE")


def test_a_conflict_in_a_sentence() -> None:
    """Who, why, who was first, what speaks against it; no scores."""
    conflict = Conflict("DEAL-BBBB-BBBB", False, REASONS, (DOUBT,))
    assert submission_labels.conflict(conflict, "DEAL-BBBB-BBBB", texts("en")) == (
        "DEAL-BBBB-BBBB: the same tax number PL5260250995, a similar name “Zgrabka Polska”, "
        "the same product. It was registered earlier. The countries differ: here PL, there DE."
    )


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"other_is_first": False}, "It was registered later."),
        ({"approved": True}, "It is approved."),
        ({"same_sender": True}, "It is from the same sender."),
        ({"is_account": True}, "It is on the list of our own customers and talks."),
    ],
)
def test_what_the_other_is(facts: dict[str, bool], says: str) -> None:
    """One sentence about the other side."""
    conflict = Conflict(**{"other": "1", "is_account": False, "reasons": REASONS[:1], **facts})
    assert says in submission_labels.conflict(conflict, "Zgrabka S.A.", texts("en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*State, *Action, *Refusal, *WarningKind, *ReasonKind, *DoubtKind])
def test_every_fact_has_its_words(kind: StrEnum, language: Language) -> None:
    """A fact that is added without words fails here."""
    words = bound_texts(language)
    said = {
        State: lambda: (
            submission_labels.state_for_staff(State(kind), words)
            + submission_labels.state_for_sender(State(kind), words)
        ),
        Action: lambda: submission_labels.happened(
            {"what": kind.value, "to": "advisor@vendor.example"}, words
        ),
        Refusal: lambda: submission_labels.refusal(Refused(Refusal(kind)), words),
        WarningKind: lambda: submission_labels.identity_warning(
            IdentityWarning(WarningKind(kind), "a", "b"), words
        ),
        ReasonKind: lambda: submission_labels.conflict(
            Conflict("1", False, (Reason(ReasonKind(kind), "a", "b"),)), "1", words
        ),
        DoubtKind: lambda: submission_labels.conflict(
            Conflict("1", False, REASONS, (ConflictDoubt(DoubtKind(kind), "a", "b"),)), "1", words
        ),
    }[type(kind)]()
    assert said and "%" not in said and "()" not in said


def test_a_sender_is_asked_and_staff_wait() -> None:
    """One state, two sides of it."""
    assert (
        submission_labels.state_for_sender(State.WAITING_FOR_ANSWER, texts("en")) == "Waiting for your answer"
    )
    assert (
        submission_labels.state_for_staff(State.WAITING_FOR_ANSWER, texts("en"))
        == "Waiting for the sender's answer"
    )
