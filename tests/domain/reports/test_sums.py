"""Sums that follow every change say the same as counting all over again."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.clock import moment
from forms_service.domain.reports import facts
from forms_service.domain.reports.facts import SHARED
from forms_service.domain.reports.totals import NOBODY, Slice, Sums
from forms_service.domain.submissions.workflow import State, SubmissionKind
from partner_program.business_days import BusinessCalendar
from tests.domain.reports.test_numbers import application, deal, decided

CALENDAR = BusinessCalendar()
START = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)

received = st.integers(0, 40).map(lambda days: START + timedelta(days=days))
customers = st.sampled_from(["Mewa", "Żuraw", "Czapla", ""])
owners = st.sampled_from(["reviewer@example.com", None])


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    at = draw(received)
    kind = draw(st.sampled_from(["open", "approved", "rejected", "application"]))
    more = {"owner": draw(owners), "trapped": draw(st.integers(0, 5)) == 0}
    if kind == "application":
        record = application(at, draw(st.sampled_from(["received", "under_review"])), **more)
        record["said"]["tier"] = draw(st.sampled_from(["silver", "gold"]))
        return record
    record = deal(at, draw(st.sampled_from(["received", "waiting_for_answer"]))) if kind == "open" else None
    record = record or decided(at, at + timedelta(days=draw(st.integers(0, 4))), kind, reason="")
    record["said"]["customer_name"] = draw(customers)
    return record | more


changes = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.none() | records()), max_size=30)
days = st.none() | st.integers(-5, 45).map(lambda days: (START + timedelta(days=days)).date())
slices = st.builds(
    Slice,
    kind=st.none() | st.sampled_from(SubmissionKind),
    states=st.frozensets(st.sampled_from(State)),
    tier=st.sampled_from([None, "silver", ""]),
    owner=st.sampled_from([None, NOBODY, "reviewer@example.com"]),
    first=days,
    last=days,
    due_before=st.none() | received.map(lambda at: at.isoformat()),
)


@given(changes, slices)
def test_sums_follow_every_change(changed: list[tuple[str, Any]], wanted: Slice) -> None:
    """Put, changed, taken out: what any slice says is what its records say, counted one by one."""
    sums, kept = Sums(CALENDAR), dict[str, Any]()
    for id, record in changed:
        sums.put(id, record)
        kept.pop(id, None)
        if record is not None:
            kept[id] = record
    assert sums.of(wanted) == counted(kept, wanted)
    every = Slice()
    assert sums.of_these([*kept, "gone"]) == sums.of(every) == counted(kept, every)


def counted(kept: dict[str, Any], wanted: Slice) -> Counter[Any]:
    """The plain way."""
    total: Counter[Any] = Counter()
    for id, record in kept.items():
        if not fits(record, wanted):
            continue
        total.update(facts.of(record, CALENDAR))
        own = set(facts.customer_keys(record))
        others = (set(facts.customer_keys(other)) for name, other in kept.items() if name != id)
        total[SHARED] += any(own & keys for keys in others)
    return +total


def fits(record: dict[str, Any], wanted: Slice) -> bool:
    day = facts.day_of(moment(record["received_at"]), CALENDAR)
    due = record["decide_by"] if record["state"] in ("received", "waiting_for_answer") else ""
    return (
        not record["trapped"]
        and wanted.kind in (None, record["kind"])
        and record["state"] in wanted.states
        and wanted.tier in (None, record["said"].get("tier") or "")
        and wanted.owner in (None, record["owner"] or NOBODY)
        and (wanted.first or date.min) <= day <= (wanted.last or date.max)
        and (wanted.due_before is None or "" < (due or "") < wanted.due_before)
    )


def test_nothing_is_left_of_what_was_taken_out() -> None:
    """No list, month or day stays behind: memory follows what there is."""
    sums = Sums(CALENDAR)
    for number in range(5):
        sums.put(str(number), deal(START + timedelta(days=number)))
    for number in range(5):
        sums.put(str(number), None)
    assert sums.of(Slice()) == {}
    assert not sums._lines and not sums._entries
