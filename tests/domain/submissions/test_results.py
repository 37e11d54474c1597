"""Won or lost: from an approval alone, corrected by staff alone, and nothing that was reported disappears."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.privacy.redaction import DataSubject, stripped
from forms_service.domain.submissions import conflicts, protection
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.history import as_of, reported
from forms_service.domain.submissions.sender_view import for_sender
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action, Role, State, SubmissionKind, states_of
from forms_service.services import tables
from tests.factories import submissions

SENDER, STAFF = Actor(Role.SENDER), Actor(Role.STAFF, "staff@vendor.example")
NOW = submissions.REGISTERED + timedelta(days=30)
WON = {"on": "2026-12-20", "value_amount": "24000.00", "value_currency": "PLN"}
LOST = {"on": "2026-12-21", "text": "Another offer was cheaper"}
REPORTER = "advisor@partner.example"


def done(record: Any) -> Submission:
    assert not isinstance(record, Refused), record
    return record  # type: ignore[no-any-return]


def approved(**said: Any) -> Submission:
    terms = {"benefit": "commission", "percent": "10", "product": "Audyt"}
    return done(apply(submissions.deal(**said), Action.APPROVE, STAFF, submissions.REGISTERED, terms))


def won(**more: Any) -> Submission:
    return done(apply(approved(), Action.WIN, SENDER, NOW, {**WON, **more}))


@pytest.mark.parametrize(
    "state", [state for state in states_of(SubmissionKind.DEAL) if state is not State.APPROVED]
)
def test_a_sender_reports_about_an_approved_deal_and_no_other(state: State) -> None:
    """Also not a second time: what they reported staff correct."""
    for action, details in ((Action.WIN, WON), (Action.LOSE, LOST)):
        refused = apply(submissions.in_state(submissions.deal(), state), action, SENDER, NOW, details)
        assert isinstance(refused, Refused) and refused.reason in (Refusal.NOT_NOW, Refusal.NOT_YOURS)


def test_what_was_reported_is_kept_with_its_day_and_value_and_shown_to_its_sender() -> None:
    record = won(reporter=REPORTER)
    assert record["state"] == "won"
    assert record["result"] == {
        "at": record["history"][-1]["at"],
        "by": "sender",
        "outcome": "won",
        "reporter": REPORTER,
        **WON,
    }
    assert for_sender(record)["result"] == {"outcome": "won", **WON}
    assert record["decision"]["outcome"] == "approved"


def test_a_deal_won_for_a_value_that_nobody_named_is_won_for_the_registered_one() -> None:
    record = done(apply(approved(), Action.WIN, SENDER, NOW, {"on": "2026-12-20"}))
    assert record["result"]["value_amount"] == "25000.50"
    assert record["result"]["value_currency"] == "PLN"


@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        ({"on": "20.12.2026"}, Refusal.NOT_A_DAY, "on"),
        ({"on": "2026-02-30"}, Refusal.NOT_A_DAY, "on"),
        ({"on": "2026-12-24"}, Refusal.DAY_TO_COME, "on"),
        ({"on": "2026-11-22"}, Refusal.BEFORE_REGISTRATION, "on"),
        ({"value_amount": "-5"}, Refusal.NOT_AN_AMOUNT, "value_amount"),
        ({"value_amount": "0.00"}, Refusal.NOT_AN_AMOUNT, "value_amount"),
        ({"value_currency": "zł"}, Refusal.NOT_A_CHOICE, "value_currency"),
        ({"on": ""}, Refusal.MISSING, "on"),
    ],
)
def test_a_day_or_a_value_that_cannot_be_is_refused(wrong: Any, reason: Refusal, field: str) -> None:
    assert apply(approved(), Action.WIN, SENDER, NOW, {**WON, **wrong}) == Refused(reason, field)


def test_a_deal_that_was_lost_says_why() -> None:
    details = {"on": "2026-12-21", "text": "  "}
    assert apply(approved(), Action.LOSE, SENDER, NOW, details) == Refused(Refusal.MISSING, "text")


def test_staff_correct_it_and_take_it_back_and_all_of_it_is_kept() -> None:
    record = won()
    assert apply(record, Action.LOSE, SENDER, NOW, LOST) == Refused(Refusal.NOT_YOURS)
    assert apply(record, Action.WIN, STAFF, NOW, WON) == Refused(Refusal.NOTHING_CHANGES)
    corrected = done(apply(record, Action.WIN, STAFF, NOW, {**WON, "value_amount": "23000.00"}))
    lost = done(apply(corrected, Action.LOSE, STAFF, NOW, LOST))
    back = done(apply(lost, Action.TAKE_BACK, STAFF, NOW, {"reason": "The wrong deal"}))
    assert [each["outcome"] for each in reported(back)] == ["won", "won", "lost"]
    assert reported(back)[-1]["taken_back"]["reason"] == "The wrong deal"
    assert (back["state"], "result" in back) == ("approved", False)
    assert done(apply(back, Action.WIN, SENDER, NOW, WON))["state"] == "won"


def test_as_of_an_entry_it_is_as_it_was_then() -> None:
    """Of each entry: which result stood, and which were put aside."""
    steps = [(Action.WIN, WON), (Action.LOSE, LOST), (Action.TAKE_BACK, {"reason": "r"}), (Action.LOSE, LOST)]
    record, then = approved(), []
    for action, details in steps:
        record = done(apply(record, action, STAFF, NOW, details))
        then.append(record)
    for was in then:
        shown = as_of(record, len(was["history"]))
        assert shown["state"] == was["state"]
        assert (shown.get("result") or None) == was.get("result")
        assert len(shown.get("former_results", ())) == len(was.get("former_results", ()))


def test_a_customer_whose_deal_was_lost_is_free_and_one_that_was_won_is_taken() -> None:
    other = submissions.deal("DEAL-3333-3333")
    for action, details, stands in ((Action.WIN, WON, True), (Action.LOSE, LOST, False)):
        record = done(apply(approved(), action, SENDER, NOW, details))
        found = conflicts.find(other, [record], [])
        assert [each.approved for each in found] == [True] * stands
        kept = tables.TABLES["records"].indexes["keys"]({**record, "keys": ["tax:1"]})
        assert bool(kept) is stands


def test_what_is_concluded_is_protected_no_more() -> None:
    rule = submissions.rule().model_copy(update={"protection": _Protection()})
    assert protection.last_day(approved(), rule) is not None
    assert protection.last_day(won(), rule) is None


class _Protection:
    days = 90
    reminder_days_before = 14


def test_of_a_lost_deal_of_somebody_erased_the_bare_facts_stay() -> None:
    """No word that anybody typed, nobody's address; of one that was won only the person goes."""
    person = DataSubject(REPORTER)
    lost = done(apply(approved(), Action.LOSE, SENDER, NOW, {**LOST, "reporter": REPORTER}))
    bare = stripped({**lost, "keys": [], "token_hashes": []}, person, everything=False, by="x", at=NOW)
    assert bare["result"] == {
        "at": lost["result"]["at"],
        "by": "sender",
        "outcome": "lost",
        "on": "2026-12-21",
    }
    kept = stripped(won(reporter=REPORTER), person, everything=False, by="x", at=NOW)
    assert kept["result"]["reporter"] == ""
    assert kept["result"]["value_amount"] == "24000.00"


_DETAILS = st.fixed_dictionaries(
    {"on": st.dates().map(str) | st.text(max_size=12)},
    optional={
        "value_amount": st.decimals(allow_nan=False).map(str) | st.text(max_size=8),
        "value_currency": st.sampled_from(["PLN", "EUR", "x"]),
        "text": st.text(max_size=20),
    },
)


@given(_DETAILS)
def test_whatever_is_reported_is_a_day_that_can_be_and_money(details: dict[str, str]) -> None:
    """Or nothing is changed."""
    after = apply(approved(), Action.WIN, SENDER, NOW, details)
    if not isinstance(after, Refused):
        result = after["result"]
        assert "2026-11-23" <= result["on"] <= "2026-12-23"
        assert float(result["value_amount"]) > 0
        assert result["value_currency"] in ("PLN", "EUR")
