"""The exported list of submissions: exactly what the records hold, in the reader's words."""

from collections.abc import Mapping
from typing import Any

import pytest

from forms_service.domain.reports import submission_columns
from forms_service.domain.reports.spreadsheets import csv_chunks
from forms_service.domain.submissions.workflow import State
from forms_service.i18n.translations import texts
from partner_program.model import LANGUAGES, Language, Program
from tests.factories.submissions import application, deal, in_state

DECISION = {"at": "2026-11-24T09:00:00.000000Z", "decide_by": "2026-11-25T22:59:59.000000Z"}


def company(record: Mapping[str, Any]) -> str:
    """Whom it is from; of deals that is for others to look up."""
    return str((record.get("said") or {}).get("company_name") or "")


def shown(record: dict[str, Any], program: Program, language: Language = "en") -> dict[str, Any]:
    """Heading and value of each cell that is not empty."""
    all_columns = submission_columns.of_submissions(program, texts(language), language, company)
    return {column.heading: value for column in all_columns if (value := column.value(record)) is not None}


def test_a_rejected_deal(program: Program) -> None:
    """Choices by their names in the program; amounts as numbers."""
    decision = {**DECISION, "outcome": "rejected", "reason": "duplicate", "text": "See the other one"}
    record = in_state(deal(model="resell", expected_close="2027-03-31"), "rejected", decision=decision)
    row = shown(record, program)
    assert row["Reason for the decision"] == "You have already registered this deal"
    assert row["How you sell"].startswith("Resell") and row["On time"] == "yes"
    assert str(row["Value"]) == "25000.50" and row["Expected close"].isoformat() == "2027-03-31"
    assert "Company" not in row and "Percentage" not in row


def test_an_application_shares_the_list(program: Program) -> None:
    """One list for both kinds; a tier that the program no longer has is shown by its id."""
    row = shown(application(tier="gold"), program)
    assert (row["Tier"], row["Partner's email"]) == ("Gold", "kontakt@partner.example")
    assert shown(application(tier="platinum"), program)["Tier"] == "platinum"


def test_what_became_of_an_approved_deal(program: Program) -> None:
    """The day, the value, and why it was lost."""
    decision = {**DECISION, "outcome": "approved", "benefit": "commission", "percent": "7.5"}
    won = {"outcome": "won", "on": "2026-12-20", "value_amount": "90.50", "value_currency": "EUR"}
    row = shown(in_state(deal(), "won", decision=decision, result=won), program)
    assert (row["State"], row["Day of the result"].isoformat()) == ("Won", "2026-12-20")
    assert (str(row["Value won"]), row["Currency of the value won"]) == ("90.50", "EUR")
    lost = {"outcome": "lost", "on": "2026-12-20", "text": "Too dear"}
    row = shown(in_state(deal(), "lost", decision=decision, result=lost), program)
    assert row["Why it was lost"] == "Too dear"
    assert "Value won" not in row


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_an_erased_record_fit(program: Program, language: Language) -> None:
    """A list never fails over one of its rows."""
    decision = {**DECISION, "outcome": "approved", "benefit": "commission", "percent": "7.5"}
    records = [in_state(deal(), state, decision=decision) for state in State]
    records += [{**deal(), "said": None}, {**application(), "said": {}}]
    lines = b"".join(
        csv_chunks(
            submission_columns.of_submissions(program, texts(language), language, company), records, language
        )
    )
    assert lines.count(b"\r\n") == len(records) + 1
