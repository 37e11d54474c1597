"""Approvals that are valid for a time: only where the program says so."""

from collections.abc import Callable
from datetime import date

import pytest

from forms_service.domain.auth.users import principal_of
from forms_service.domain.submissions import protection
from forms_service.domain.submissions.outcomes import Refusal, Refused
from forms_service.domain.submissions.workflow import Action
from forms_service.services.staff_decisions import StaffDecisions
from forms_service.store.errors import StaleVersion
from partner_program import Program
from partner_program.model import Protection
from tests.factories.jobs import ADMIN, Office, at, with_rule

OpenOffice = Callable[..., Office]
SENDER = "advisor@partner.example"


@pytest.fixture
def protecting_program(program: Program) -> Program:
    """Thirty days, and a reminder ten days before the last one."""
    return with_rule(program, protection=Protection(days=30, reminder_days_before=10))


def approved(office: Office) -> None:
    office.deal()
    office.approve()


def test_without_it_nothing_is_said(open_office: OpenOffice, program: Program) -> None:
    office = open_office("2026-11-23 12:00")
    approved(office)
    office.days(40)
    assert office.mails("protection-ends", "protection-ended") == []
    assert "protection" not in office.record()
    rule = program.deal_registration
    assert protection.in_words(office.record(), rule, "pl") == ""
    assert not protection.has_ended(office.record(), rule, office.now)


def test_its_sender_is_told_before_and_at_the_end(
    open_office: OpenOffice, protecting_program: Program
) -> None:
    """Once each, also with a restart each day. 30 days after 23 November is 23 December."""
    office = open_office("2026-11-23 23:30", protecting_program)
    approved(office)
    for _ in range(45):
        office.days(1)
        office.restart()
    assert office.told("protection-ends", "protection-ended") == [
        ("2026-12-13 08:00", "protection-ends", SENDER),
        ("2026-12-24 08:00", "protection-ended", SENDER),
    ]
    rule = protecting_program.deal_registration
    assert protection.in_words(office.record(), rule, "pl") == "Ważne do: środa, 23 grudnia 2026."
    assert protection.in_words(office.record(), rule, "en") == "Valid until: Wednesday 23 December 2026."
    assert not protection.has_ended(office.record(), rule, at("2026-12-23 23:59"))
    assert protection.has_ended(office.record(), rule, at("2026-12-24 00:00"))


def test_a_shorter_time_in_the_program_shortens_nobody_s(
    open_office: OpenOffice, protecting_program: Program
) -> None:
    office = open_office("2026-11-23 12:00", protecting_program)
    approved(office)
    office.days(1)
    office.program = with_rule(office.program, protection=Protection(days=15, reminder_days_before=5))
    rule = office.program.deal_registration
    assert protection.last_day(office.record(), rule) == date(2026, 12, 23)


def decisions(office: Office) -> StaffDecisions:
    return StaffDecisions(office.store, lambda: office.now, lambda: office.program, mail_is_owed=lambda: None)


def test_it_is_extended_on_request(open_office: OpenOffice, protecting_program: Program) -> None:
    """With an entry in the history, and reminders for the new day; not by chance over somebody's change."""
    office = open_office("2026-11-23 12:00", protecting_program)
    approved(office)
    office.days(25)
    record = office.record()

    reviewer = principal_of(office.let_in(ADMIN))

    def extend(until: date, seen: int) -> object:
        return decisions(office).extend(record["id"], until, reviewer, seen=seen)

    with pytest.raises(StaleVersion):
        extend(date(2027, 1, 31), record["version"] - 1)
    with pytest.raises(ValueError, match="not later"):
        extend(date(2026, 12, 23), record["version"])
    extend(date(2027, 1, 31), record["version"])
    entry = office.record()["history"][-1]
    assert (entry["what"], entry["who"], entry["until"]) == (Action.EXTEND, ADMIN, "2027-01-31")
    office.days(60)
    assert [when[:10] for when, _, _ in office.told("protection-ends", "protection-ended")] == [
        *("2026-12-13", "2027-01-21", "2027-02-01"),
    ]


def test_only_an_approval_can_be_extended(open_office: OpenOffice, protecting_program: Program) -> None:
    office = open_office("2026-11-23 12:00", protecting_program)
    record = office.deal()
    reviewer = principal_of(office.let_in(ADMIN))
    refused = decisions(office).extend(record["id"], date(2027, 1, 1), reviewer, seen=1)
    assert refused == Refused(Refusal.NOT_NOW)
    assert decisions(office).extend("DEAL-9999-9999", date(2027, 1, 1), reviewer, seen=1) is None


def test_a_reopened_deal_is_approved_anew(open_office: OpenOffice, protecting_program: Program) -> None:
    """Its days are counted from the decision that stands."""
    office = open_office("2026-11-23 12:00", protecting_program)
    approved(office)
    office.days(1)
    office.do("DEAL-2222-2222", Action.REOPEN, reason="wrong per cent")
    office.run()
    assert office.mails("protection-ends", "protection-ended") == []
    office.now = at("2026-12-01 12:00")
    office.approve()
    office.days(1)
    rule = office.program.deal_registration
    assert protection.last_day(office.record(), rule) == date(2026, 12, 31)
