"""The promise over days off and nights that are an hour longer: due, left, overdue, kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.clock import moment
from forms_service.domain.submissions.workflow import Action, SubmissionKind
from forms_service.services.submission_queue import QueueFilter
from tests.factories.services import UseCases

WARSAW = ZoneInfo("Europe/Warsaw")

DAYS = [
    ("2026-12-22 10:00", "2026-12-28", "Christmas, with 24 December"),
    ("2026-12-23 10:00", "2026-12-29", "Christmas, with 24 December"),
    ("2026-12-31 23:59", "2027-01-05", "New Year"),
    ("2027-01-01 00:00", "2027-01-05", "registered on a day off"),
    ("2027-03-26 10:00", "2027-03-31", "Easter, and summer time begins"),
    ("2026-04-30 10:00", "2026-05-05", "1 and 3 May"),
    ("2026-06-03 10:00", "2026-06-08", "Corpus Christi"),
    ("2026-11-10 10:00", "2026-11-13", "11 November"),
    ("2026-10-23 10:00", "2026-10-27", "summer time ends"),
    ("2026-03-27 23:30", "2026-03-31", "summer time begins"),
    ("2026-11-20 10:00", "2026-11-24", "a weekend"),
    ("2028-02-28 10:00", "2028-03-01", "29 February"),
]


def at(text: str) -> datetime:
    """On the clocks of Warsaw."""
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(("registered", "due", "why"), DAYS, ids=[f"{row[0]} {row[2]}" for row in DAYS])
def test_in_time_until_the_last_second_and_late_in_the_next(
    use_cases: UseCases, registered: str, due: str, why: str
) -> None:
    """On the list, on the page and in what is remembered of the decision."""
    use_cases.clock.now = at(registered)
    on_time, late = use_cases.deal(), use_cases.deal()
    last = at(f"{due} 23:59:59")
    assert moment(on_time["decide_by"]) == last

    use_cases.clock.now = at(f"{due} 00:00")
    assert {row.remaining for row in use_cases.queue.page(QueueFilter()).rows} == {0}
    use_cases.clock.now = last
    assert use_cases.queue.page(QueueFilter(overdue=True)).total == 0
    approved = use_cases.approve(on_time)
    assert use_cases.details.of(approved["id"], use_cases.advisor).on_time is True

    use_cases.clock.forward(seconds=1)
    (row,) = use_cases.queue.page(QueueFilter(overdue=True, kind=SubmissionKind.DEAL)).rows
    assert (row.record["id"], row.remaining) == (late["id"], -1)
    use_cases.reject(late)
    assert use_cases.details.of(late["id"], use_cases.advisor).on_time is False
    assert use_cases.queue.page(QueueFilter(overdue=True)).total == 0


def test_a_question_over_christmas(use_cases: UseCases) -> None:
    """Where it stops the clock, what was left on its day is counted again from the day of the answer."""
    rule = use_cases.program.deal_registration.model_copy(update={"pause_on_question": True})
    use_cases.program = use_cases.program.model_copy(update={"deal_registration": rule})
    use_cases.clock.now = at("2026-12-22 10:00")
    deal = use_cases.deal()
    use_cases.do(deal, Action.TAKE)
    use_cases.clock.now = at("2026-12-23 10:00")
    use_cases.do(deal, Action.ASK, text="Which?")
    (row,) = use_cases.queue.page(QueueFilter()).rows
    assert row.remaining is None
    use_cases.clock.now = at("2026-12-29 10:00")
    assert use_cases.queue.page(QueueFilter(overdue=True)).total == 0
    use_cases.submissions.answer(deal["id"], "This.", question=1, program=use_cases.program)
    assert moment(use_cases.stored(deal)["decide_by"]) == at("2026-12-30 23:59:59")
