"""The words of a status page, from a record. Pure: no request, no store."""

from typing import NamedTuple

from forms_service import forms
from forms_service.cases.submissions import may_withdraw
from forms_service.decisions.states import OPEN, State
from forms_service.decisions.wording import state_for_sender
from forms_service.mail.owed import sender_of
from forms_service.mail.spoken import date_and_time, decision_sentence
from forms_service.store.records import Document
from forms_service.templating import environment
from forms_service.texts import bound_texts
from partner_program import Program, wording
from partner_program.eligibility import assess
from partner_program.model import Language

FORMS = {"application": "application", "deal": "deal-registration"}
"""Which form a record of this kind was sent in."""


def html(
    record: Document, program: Program, language: Language, *, address: str, can_register_another: bool
) -> str:
    """What stands in the status slot for this record."""
    return (
        environment(language)
        .get_template("pages/status.html")
        .render(
            reference=record["id"],
            kind=record["kind"],
            state=record["state"],
            state_text=state_for_sender(State(record["state"]), bound_texts(language)),
            is_open=record["state"] in OPEN,
            received_at=record["received_at"],
            received=date_and_time(record["received_at"], program, language),
            deadline=decision_sentence(record, program, language),
            calendar_address=f"{address}.ics",
            address=sender_of(record),
            decision_time=wording.decision_time(program, wording.Case.WITHIN, language),
            contact=program.contact,
            tier=_chosen_tier(record, program, language),
            answers=forms.summary(FORMS[record["kind"]], record["said"], program, language),
            can_register_another=can_register_another,
            can_withdraw=may_withdraw(record),
        )
    )


class ChosenTier(NamedTuple):
    """How an applicant stands in the level they chose."""

    phrase: str
    """What is missing, and what no form can tell."""
    is_something_missing: bool


def _chosen_tier(record: Document, program: Program, language: Language) -> ChosenTier | None:
    """None for a deal, and where the level is no more."""
    for answer in assess(program, forms.facts(record["said"])):
        if answer.tier.id == record["said"].get("tier"):
            return ChosenTier(wording.missing_phrase(answer, language), bool(answer.missing))
    return None
