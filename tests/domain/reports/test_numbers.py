"""Figures: counted from records that a person could count by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.reports import key_figures
from forms_service.domain.reports.key_figures import Figures, Share
from forms_service.domain.reports.totals import Slice, Sums
from forms_service.domain.submissions.deadline import fields, started
from forms_service.domain.submissions.workflow import State, SubmissionKind
from partner_program.business_days import BusinessCalendar
from partner_program.model import Choice, DealRegistration, Text

CALENDAR = BusinessCalendar()
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
"""A Monday."""


@cache
def rule() -> DealRegistration:
    return DealRegistration(
        decide_within_business_days=2,
        country="PL",
        time_zone="Europe/Warsaw",
        reject_reasons=(Choice(id="duplicate", text=Text(pl="Jest", en="There")),),
    )


def deal(received: datetime, state: str = "received", **more: Any) -> dict[str, Any]:
    """A deal of no particular customer."""
    return {
        "id": f"DEAL-{stamp(received)}",
        "kind": "deal",
        "state": state,
        "said": {"value_amount": "100.10", "value_currency": "PLN", "customer_name": stamp(received)},
        "received_at": stamp(received),
        "history": [{"at": stamp(received), "what": "submit", "state": "received"}],
        **fields(started(received, rule()), CALENDAR),
        **more,
    }


def decided(received: datetime, at: datetime, state: str = "approved", **more: Any) -> dict[str, Any]:
    """A deal decided at that time."""
    record = deal(received, state)
    decision = {"at": stamp(at), "outcome": state, "decide_by": record["decide_by"], **more}
    return {**record, "decision": decision}


def application(received: datetime, state: str = "received", **more: Any) -> dict[str, Any]:
    return {
        "id": "APP-2222-2222",
        "kind": "application",
        "state": state,
        "said": {"company_name": "Partner"},
        "received_at": stamp(received),
        "decide_by": None,
        "deadline": None,
        "history": [],
        **more,
    }


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def summed(records: list[dict[str, Any]]) -> dict[Any, int]:
    """The facts of all of them."""
    sums = Sums(CALENDAR)
    for number, record in enumerate(records):
        sums.put(str(number), record)
    return sums.of(Slice())


def count(records: list[dict[str, Any]]) -> Figures:
    return key_figures.figures(summed(records), NOW, CALENDAR)


def promise(records: list[dict[str, Any]], at_least: int) -> Share | None:
    return key_figures.promise(summed(records), NOW, CALENDAR, at_least)


def test_what_waits_by_age_in_business_days() -> None:
    """Both kinds apart; closed and trapped ones do not wait."""
    records = [
        deal(NOW),
        deal(days_ago(3)),  # Friday: 1 business day
        deal(days_ago(4)),  # Thursday: 2
        deal(days_ago(7)),  # last Monday: 5
        deal(days_ago(60)),
        application(days_ago(14)),  # 10
        deal(days_ago(60), trapped=True),
        decided(days_ago(60), days_ago(59)),
        deal(days_ago(60), "withdrawn", history=[{"at": stamp(days_ago(59.9)), "what": "withdraw"}]),
    ]
    waiting = count(records).waiting
    assert waiting[SubmissionKind.DEAL] == (2, 1, 1, 0, 1)
    assert waiting[SubmissionKind.APPLICATION] == (0, 0, 0, 1, 0)


def test_promises_by_the_month_of_their_deadline() -> None:
    """In time, late, overdue and still open, not due yet; the month is Warsaw's."""
    records = [
        decided(datetime(2026, 9, 28, 9, tzinfo=UTC), datetime(2026, 9, 29, 9, tzinfo=UTC)),
        decided(datetime(2026, 9, 29, 9, tzinfo=UTC), datetime(2026, 10, 2, 9, tzinfo=UTC)),  # due 1 October
        deal(datetime(2026, 10, 1, 9, tzinfo=UTC)),
        deal(NOW),
        application(days_ago(60)),
        # 29 October, 23:30 UTC is 30 October in Warsaw: due on 3 November.
        decided(datetime(2026, 10, 29, 23, 30, tzinfo=UTC), datetime(2026, 11, 3, 22, tzinfo=UTC)),
    ]
    assert count(records).on_time == {
        date(2026, 9, 1): Share(1, 1),
        date(2026, 10, 1): Share(0, 2),
        date(2026, 11, 1): Share(1, 1),
    }


def test_a_deadline_that_stood_still_and_one_that_was_broken_before() -> None:
    """Counted in the month of the decision, where no deadline is left to count by."""
    paused = decided(days_ago(40), days_ago(5))
    paused["decision"]["decide_by"] = paused["decide_by"] = None
    late = decided(days_ago(40), days_ago(20))
    reopened = {
        **late,
        "state": "waiting_for_answer",
        "decide_by": None,
        "former_decisions": [late["decision"]],
    }
    del reopened["decision"]
    figures = count([paused, reopened])
    assert figures.on_time == {date(2026, 10, 1): Share(0, 1), date(2026, 11, 1): Share(1, 1)}
    assert figures.reopened == 1


def test_decisions_and_reasons() -> None:
    """Those that stand; the most frequent reason first."""
    records = [
        decided(days_ago(9), days_ago(9)),
        decided(days_ago(8), days_ago(8), "rejected", reason="duplicate"),
        decided(days_ago(7), days_ago(7), "rejected", reason="outside-offer"),
        decided(days_ago(6), days_ago(6), "rejected", reason="outside-offer"),
        application(days_ago(5), "rejected", decision={"at": stamp(NOW), "decide_by": None, "text": "No"}),
        application(days_ago(5), "pre_accepted", decision={"at": stamp(NOW), "decide_by": None}),
    ]
    figures = count(records)
    assert figures.outcomes == {State.APPROVED: 1, State.PRE_ACCEPTED: 1, State.REJECTED: 4}
    assert list(figures.reasons.items()) == [("outside-offer", 2), ("duplicate", 1), ("", 1)]


def test_approvals_that_were_won_and_lost() -> None:
    """They stay approvals; what was won is summed for each currency, an erased value is none."""
    results = [
        ("won", {"value_amount": "90.00", "value_currency": "EUR"}),
        ("won", {"value_amount": "10.50", "value_currency": "EUR"}),
        ("won", {}),
        ("lost", {"text": "Too dear"}),
    ]
    records = [
        {**decided(days_ago(9), days_ago(8)), "state": state, "result": {"outcome": state, **said}}
        for state, said in results
    ]
    figures = count([*records, decided(days_ago(9), days_ago(8))])
    assert figures.outcomes[State.APPROVED] == 5
    assert figures.results == {State.WON: 3, State.LOST: 1}
    assert figures.won_value == {"EUR": Decimal("100.50")}
    assert figures.open_value == {}


def test_plain_numbers() -> None:
    """Exact money by currency, the median in business days, conflicts as a part of all deals."""
    euro = deal(days_ago(1))
    euro["said"] |= {"value_currency": "EUR", "customer_name": stamp(NOW)}
    records = [
        deal(NOW),
        deal(days_ago(2)),
        euro,
        decided(datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC)),  # a Sunday: 0
        decided(datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 11, 18, 9, tzinfo=UTC)),  # 2
        application(days_ago(3)),
    ]
    figures = count(records)
    assert figures.open_value == {"EUR": Decimal("100.10"), "PLN": Decimal("200.20")}
    assert figures.business_days_to_decision == 1
    assert figures.in_conflict == Share(2, 5)


def test_nothing_is_counted_from_nothing() -> None:
    """No division by zero, no invented share."""
    figures = count([])
    assert figures.business_days_to_decision is None and figures.in_conflict.percent is None
    assert figures.on_time == {} and sum(map(sum, figures.waiting.values())) == 0


def test_a_share_never_rounds_up_to_all() -> None:
    """99.9 per cent is not a hundred."""
    assert Share(999, 1000).percent == 99 and Share(1000, 1000).percent == 100


def test_customers_that_several_deals_have() -> None:
    """By tax number, domain or name; a near name is not counted."""
    names = ["Zgrabka S.A.", "ZGRABKA", "Zgrabka Polska", "Mewa", "Żuraw"]
    records = [deal(days_ago(number)) for number in range(5)]
    for record, name in zip(records, names, strict=True):
        record["said"]["customer_name"] = name
    records[3]["said"]["customer_website"] = "https://ptaki.example"
    records[4]["said"]["customer_website"] = "www.ptaki.example/zuraw"
    assert count(records).in_conflict == Share(4, 5)
    assert count(records[1:3]).in_conflict == Share(0, 2)
    assert count([{**record, "trapped": True} for record in records]).in_conflict == Share()


def test_the_promise_in_public() -> None:
    """The last 365 days, from a minimum count on; too few say nothing."""
    records = [decided(days_ago(day), days_ago(day)) for day in (10, 20, 30)]
    records += [decided(days_ago(100), days_ago(90)), decided(days_ago(400), days_ago(300)), deal(NOW)]
    assert promise(records, at_least=4) == Share(3, 4)
    assert promise(records, at_least=5) is None
    assert promise([], at_least=0) is None
