"""The steps that a status page shows."""

from datetime import date
from typing import Any

import pytest

from forms_service.domain.submissions.status_steps import steps
from forms_service.mail import mail_examples

DAY = date(2026, 12, 30)
AT = "2026-12-23T10:00:00.000000Z"
TAKEN = {"at": AT, "who": "x", "role": "staff", "what": "take", "state": "under_review"}


def application(**more: Any) -> Any:
    return {**mail_examples.application("pl"), "state": "received", "history": [], **more}


def partner(concluded_on: str | None, active_since: str | None) -> Any:
    return {"agreement": {"concluded_on": concluded_on}, "active_since": active_since}


ACCEPTED = {"state": "pre_accepted", "decision": {"at": AT, "outcome": "pre_accepted"}, "history": [TAKEN]}


@pytest.mark.parametrize(
    ("record", "of_partner", "done", "current"),
    [
        (application(), None, 1, "Under review"),
        (application(state="under_review", history=[TAKEN]), None, 2, "Pre-acceptance"),
        (application(**ACCEPTED), None, 3, "Partner Agreement"),
        (application(**ACCEPTED | {"history": []}), None, 3, "Partner Agreement"),
        (application(**ACCEPTED), partner("2026-12-28", None), 4, "Partner"),
        (application(**ACCEPTED), partner("2026-12-28", "2026-12-31"), 4, "Partner"),
        (application(**ACCEPTED), partner("2026-12-28", "2026-12-30"), 5, None),
    ],
)
def test_five_steps_of_an_application(record: Any, of_partner: Any, done: int, current: str | None) -> None:
    """Those that are done come first, with their time; then the one that comes now."""
    found = steps(record, of_partner, DAY)
    assert len(found) == 5
    assert [bool(step.at) for step in found] == [True] * done + [False] * (5 - done)
    assert [step.title for step in found if step.is_current] == ([current] if current else [])


def test_what_ended_is_to_become_nothing_else() -> None:
    withdrawn = {**TAKEN, "what": "withdraw", "state": "withdrawn"}
    erased = {**withdrawn, "what": "erase", "at": "2026-12-29T10:00:00.000000Z"}
    ended = steps(application(state="withdrawn", history=[TAKEN, withdrawn, erased]), None, DAY)
    assert ended[-1].at == AT
    assert [step.title for step in ended] == ["Received", "Under review", "Withdrawn"]
    deal: Any = {**mail_examples.rejected("pl"), "history": []}
    assert [step.title for step in steps(deal, None, DAY)] == ["Received", "Under review", "Rejected"]
    assert all(step.at and not step.is_current for step in ended)


def test_four_steps_of_a_deal() -> None:
    found = steps({**mail_examples.approved("pl"), "history": [TAKEN]}, None, DAY)  # type: ignore[typeddict-item]
    assert [step.title for step in found] == ["Received", "Under review", "Decision", "Result"]
    assert [step.is_current for step in found] == [False, False, False, True]
