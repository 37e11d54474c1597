"""A decision as its sender reads it."""

from typing import Any

import pytest

from forms_service.domain.submissions import decision_view
from forms_service.domain.submissions.workflow import State
from forms_service.i18n.translations import texts
from partner_program import Program
from partner_program.model import Language
from tests.factories.submissions import deal


def told(program: Program, language: Language = "pl", **decision: Any) -> decision_view.DecisionView:
    made = {
        "at": "2026-11-25T10:00:00.000000Z",
        "by": "advisor@vendor.example",
        "outcome": "approved",
        **decision,
    }
    return decision_view.decision(made, program, language, texts(language))


@pytest.mark.parametrize(
    ("language", "decision", "sentence"),
    [
        ("pl", {"benefit": "discount", "percent": "7.5"}, "Zniżka: 7,5%"),
        ("en", {"benefit": "discount", "percent": "7.5"}, "Discount: 7.5%"),
        ("pl", {"benefit": "commission", "words": "jak w umowie"}, "Prowizja: jak w umowie"),
        ("pl", {"benefit": "commission", "percent": "10", "words": "od netto"}, "Prowizja: 10%, od netto"),
        ("pl", {}, ""),
    ],
)
def test_discount_or_commission_in_words_and_per_cent(
    program: Program, language: Language, decision: dict[str, str], sentence: str
) -> None:
    assert told(program, language, **decision).benefit == sentence


def test_a_reason_is_told_in_the_program_s_words(program: Program) -> None:
    """One that the program has no more, by its id."""
    rejected = told(program, "en", outcome="rejected", reason="duplicate", text="See there")
    assert (rejected.outcome, rejected.text) == (State.REJECTED, "See there")
    assert rejected.reason == "You have already registered this deal"
    assert told(program, outcome="rejected", reason="gone").reason == "gone"


def test_nothing_of_ours_is_told(program: Program) -> None:
    """Who decided, until when, and why despite a conflict."""
    secret = told(program, despite_conflict="SECRET", decide_by="2026-11-25T22:59:59.000000Z")
    assert "SECRET" not in str(secret)
    assert "advisor@vendor.example" not in str(secret)


def test_the_decision_and_the_question_a_mail_was_owed_for() -> None:
    """Also when it was taken back since; none once it is erased."""
    first = {"at": "1", "outcome": "approved"}
    record = {**deal(), "former_decisions": [first], "decision": {"at": "2", "outcome": "rejected"}}
    assert decision_view.made_at(record, "1", State.APPROVED) == first
    assert decision_view.made_at(record, "2", State.APPROVED) is None
    assert decision_view.made_at(deal(), "1", State.APPROVED) is None
    asked = {"at": "3", "text": "Which?", "answer": None}
    assert decision_view.asked_at({"questions": [asked]}, "3") == asked
    assert decision_view.asked_at({}, "3") is None
