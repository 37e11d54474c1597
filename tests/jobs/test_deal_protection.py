"""Approvals that are valid for a time: only where the program says so."""

from collections.abc import Callable
from datetime import date

import pytest

from forms_service.domain.auth.users import principal_of
from forms_service.domain.submissions import protection
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.workflow import Action
from forms_service.services.staff_decisions import StaffDecisions
from forms_service.store.errors import StaleVersion
from partner_program import Program
from partner_program.model import Protection
from tests.factories.clock import warsaw
from tests.factories.jobs import ADMIN, JobsApp, with_rule

OpenJobs = Callable[..., JobsApp]
SENDER = "advisor@partner.example"


@pytest.fixture
def protecting_program(program: Program) -> Program:
    """Thirty days, and a reminder ten days before the last one."""
    return with_rule(program, protection=Protection(days=30, reminder_days_before=10))


def approved(jobs_app: JobsApp) -> None:
    jobs_app.deal()
    jobs_app.approve()


def test_without_it_nothing_is_said(open_jobs: OpenJobs, program: Program) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    approved(jobs_app)
    jobs_app.days(40)
    assert jobs_app.mails("protection-ends", "protection-ended") == []
    assert "protection" not in jobs_app.record()
    rule = program.deal_registration
    assert protection.in_words(jobs_app.record(), rule, "pl") == ""
    assert not protection.has_ended(jobs_app.record(), rule, jobs_app.clock.now)


def test_its_sender_is_told_before_and_at_the_end(open_jobs: OpenJobs, protecting_program: Program) -> None:
    """Once each, also with a restart each day. 30 days after 23 November is 23 December."""
    jobs_app = open_jobs("2026-11-23 23:30", protecting_program)
    approved(jobs_app)
    for _ in range(45):
        jobs_app.days(1)
        jobs_app.restart()
    assert jobs_app.told("protection-ends", "protection-ended") == [
        ("2026-12-13 08:00", "protection-ends", SENDER),
        ("2026-12-24 08:00", "protection-ended", SENDER),
    ]
    rule = protecting_program.deal_registration
    assert protection.in_words(jobs_app.record(), rule, "pl") == "Ważne do: środa, 23 grudnia 2026."
    assert protection.in_words(jobs_app.record(), rule, "en") == "Valid until: Wednesday 23 December 2026."
    assert not protection.has_ended(jobs_app.record(), rule, warsaw("2026-12-23 23:59"))
    assert protection.has_ended(jobs_app.record(), rule, warsaw("2026-12-24 00:00"))


def test_a_shorter_time_in_the_program_shortens_nobody_s(
    open_jobs: OpenJobs, protecting_program: Program
) -> None:
    jobs_app = open_jobs("2026-11-23 12:00", protecting_program)
    approved(jobs_app)
    jobs_app.days(1)
    jobs_app.program = with_rule(jobs_app.program, protection=Protection(days=15, reminder_days_before=5))
    rule = jobs_app.program.deal_registration
    assert protection.last_day(jobs_app.record(), rule) == date(2026, 12, 23)


def decisions(jobs_app: JobsApp) -> StaffDecisions:
    return StaffDecisions(
        jobs_app.store, lambda: jobs_app.clock.now, lambda: jobs_app.program, wake_outbox=lambda: None
    )


def test_it_is_extended_on_request(open_jobs: OpenJobs, protecting_program: Program) -> None:
    """With an entry in the history, and reminders for the new day; not by chance over somebody's change."""
    jobs_app = open_jobs("2026-11-23 12:00", protecting_program)
    approved(jobs_app)
    jobs_app.days(25)
    record = jobs_app.record()

    reviewer = principal_of(jobs_app.let_in(ADMIN))

    def extend(until: date, seen: int) -> object:
        return decisions(jobs_app).extend(record["id"], until, reviewer, seen=seen)

    with pytest.raises(StaleVersion):
        extend(date(2027, 1, 31), record["version"] - 1)
    with pytest.raises(ValueError, match="not later"):
        extend(date(2026, 12, 23), record["version"])
    extend(date(2027, 1, 31), record["version"])
    entry = jobs_app.record()["history"][-1]
    assert (entry["what"], entry["who"], entry["until"]) == (Action.EXTEND, ADMIN, "2027-01-31")
    jobs_app.days(60)
    assert [when[:10] for when, _, _ in jobs_app.told("protection-ends", "protection-ended")] == [
        *("2026-12-13", "2027-01-21", "2027-02-01"),
    ]


def test_only_an_approval_can_be_extended(open_jobs: OpenJobs, protecting_program: Program) -> None:
    jobs_app = open_jobs("2026-11-23 12:00", protecting_program)
    record = jobs_app.deal()
    reviewer = principal_of(jobs_app.let_in(ADMIN))
    refused = decisions(jobs_app).extend(record["id"], date(2027, 1, 1), reviewer, seen=1)
    assert refused == Refused(Refusal.NOT_NOW)
    assert decisions(jobs_app).extend("DEAL-9999-9999", date(2027, 1, 1), reviewer, seen=1) is None


def test_a_reopened_deal_is_approved_anew(open_jobs: OpenJobs, protecting_program: Program) -> None:
    """Its days are counted from the decision that stands."""
    jobs_app = open_jobs("2026-11-23 12:00", protecting_program)
    approved(jobs_app)
    jobs_app.days(1)
    jobs_app.do("DEAL-2222-2222", Action.REOPEN, reason="wrong per cent")
    jobs_app.run()
    assert jobs_app.mails("protection-ends", "protection-ended") == []
    jobs_app.clock.now = warsaw("2026-12-01 12:00")
    jobs_app.approve()
    jobs_app.days(1)
    rule = jobs_app.program.deal_registration
    assert protection.last_day(jobs_app.record(), rule) == date(2026, 12, 31)
