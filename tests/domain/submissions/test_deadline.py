"""Until when a deal has to be decided, and whether it was: pauses, reopening, days off that changed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.clock import stamp
from forms_service.domain.submissions import deadline
from forms_service.domain.submissions.action_results import Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.deadline import Deadline, Leg, Pause, course
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import Action, Role
from partner_program.business_days import BusinessCalendar
from tests.factories.clock import warsaw
from tests.factories.submissions import CALENDAR, REGISTERED, application, deal, in_state, rule

STAFF = Actor(Role.STAFF, "advisor@vendor.example")
SENDER = Actor(Role.SENDER)


def counted(registered: str, *pauses: tuple[str, str | None]) -> str:
    """The day on which a decision is due; `-` while the clock stands still."""
    facts = Deadline(
        warsaw(registered),
        2,
        tuple(Pause(warsaw(asked), answered and warsaw(answered)) for asked, answered in pauses),
    )
    due = course(facts, CALENDAR).due
    return "-" if due is None else due.date().isoformat()


def done(record: Submission, action: Action, at: datetime, pause: bool = True, **details: Any) -> Submission:
    """An action and what follows from it for the deadline, as a use case does it."""
    actor = SENDER if action is Action.ANSWER else STAFF
    after = apply(record, action, actor, at, details)
    assert not isinstance(after, Refused)
    return deadline.follow(after, action, at, rule(pause), CALENDAR)


@pytest.mark.parametrize(
    ("registered", "due"),
    [
        ("2026-12-22 12:00", "2026-12-28"),
        ("2026-12-23 12:00", "2026-12-29"),
        ("2026-12-31 12:00", "2027-01-05"),
        ("2027-03-26 12:00", "2027-03-31"),
        ("2026-04-30 12:00", "2026-05-05"),
        ("2026-06-03 12:00", "2026-06-08"),
        ("2026-11-10 12:00", "2026-11-13"),
        ("2026-11-23 23:59", "2026-11-25"),
        ("2026-11-24 00:00", "2026-11-26"),
    ],
)
def test_without_a_question_it_is_the_program_s_deadline(registered: str, due: str) -> None:
    """The known facts, across Christmas, New Year, Easter, May, Corpus Christi and November."""
    assert counted(registered) == due


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        # Registered on Monday 23 November 2026, due on Wednesday.
        ("2026-11-23 10:00", "2026-11-23 18:00", "2026-11-25"),  # the same day: nothing was lost
        ("2026-11-24 10:00", "2026-11-25 09:00", "2026-11-26"),  # one day was left, and is left again
        ("2026-11-23 10:00", "2026-11-25 09:00", "2026-11-27"),  # two days were left
        ("2026-11-25 10:00", "2026-11-26 09:00", "2026-11-27"),  # the due day had begun: one more
        ("2026-11-24 10:00", "2026-11-28 12:00", "2026-11-30"),  # answered on a Saturday: Monday
        ("2026-11-24 10:00", None, "-"),
        ("2026-11-26 10:00", "2026-11-27 10:00", "2026-11-25"),  # asked too late: it stops nothing
        ("2026-11-26 10:00", None, "2026-11-25"),
    ],
)
def test_a_question_stops_the_clock_for_whole_business_days(
    asked: str, answered: str | None, due: str
) -> None:
    """What was left when it was asked is left when it is answered."""
    assert counted("2026-11-23 12:00", (asked, answered)) == due


def test_asked_on_friday_and_answered_on_sunday_changes_nothing() -> None:
    """No business day passed, so none is given back."""
    assert counted("2026-11-26 12:00") == "2026-11-30"
    assert counted("2026-11-26 12:00", ("2026-11-27 15:00", "2026-11-29 20:00")) == "2026-11-30"


def test_two_questions_stop_it_twice() -> None:
    """Each is counted from what the one before left."""
    pauses = (("2026-11-23 10:00", "2026-11-25 09:00"), ("2026-11-26 09:00", "2026-11-30 09:00"))
    assert counted("2026-11-23 12:00", *pauses) == "2026-12-01"


def test_how_it_came_about_can_be_read() -> None:
    """Every stretch in which the clock ran, with the days that did not count."""
    registered, asked, answered = map(warsaw, ("2026-12-22 12:00", "2026-12-27 10:00", "2026-12-30 10:00"))
    read = course(Deadline(registered, 2, (Pause(asked, answered),)), CALENDAR)
    first, second = read.legs
    assert (first.start, first.end) == (registered, asked)
    assert [day.date.day for day in first.skipped] == [24, 25, 26, 27]
    assert second == Leg(answered, read.due, ()) and read.due.date() == date(2026, 12, 31)


moments = st.integers(0, 60 * 24 * 365 * 3).map(lambda minutes: REGISTERED + timedelta(minutes=minutes))
hours = st.integers(0, 400)


def left(now: datetime, due: datetime) -> int:
    """Business days after today, up to the deadline."""
    return CALENDAR.business_days_between(now.astimezone(due.tzinfo).date(), due.date())


@given(moments, st.integers(1, 10), st.lists(st.tuples(hours, hours), max_size=3))
def test_a_pause_never_takes_time_away(registered: datetime, days: int, waits: list[tuple[int, int]]) -> None:
    """However often it is asked: the deadline only moves on, and leaves a business day after the answer."""
    pauses, at = [], registered
    due = course(Deadline(registered, days), CALENDAR).due
    for before, after in waits:
        asked = at + timedelta(hours=before)
        at = asked + timedelta(hours=after)
        pauses.append(Pause(asked, at))
        facts = Deadline(registered, days, tuple(pauses))
        later = course(facts, CALENDAR).due
        assert later >= due
        if later > due:
            assert asked <= due and left(at, later) == max(1, left(asked, due))
        due = later
        record = {"deadline": deadline.fields(facts, CALENDAR)["deadline"]}
        assert deadline.read(record) == facts


def test_a_question_stops_the_clock_only_if_the_program_says_so() -> None:
    """Off by default: the deadline stays, and the history says nothing of it."""
    taken = done(deal(), Action.TAKE, REGISTERED)
    asked = done(taken, Action.ASK, REGISTERED, pause=False, text="Which?")
    assert asked["decide_by"] == deal()["decide_by"] and asked["history"][-1]["what"] == "ask"


def test_the_clock_stops_and_runs_again() -> None:
    """Both are entries in the history, with the deadline before and after."""
    taken = done(deal(), Action.TAKE, REGISTERED)
    asked = done(taken, Action.ASK, REGISTERED + timedelta(hours=2), text="Which?")
    assert asked["decide_by"] is None
    stopped = asked["history"][-1]
    assert (stopped["what"], stopped["who"], stopped["from"]) == (
        "move_deadline",
        "system",
        deal()["decide_by"],
    )
    answered = done(asked, Action.ANSWER, REGISTERED + timedelta(days=2), text="This one")
    assert (
        answered["decide_by"].startswith("2026-11-27")
        and answered["history"][-1]["to"] == answered["decide_by"]
    )
    # A clock that stands is started again even if the program has changed its mind meanwhile.
    assert done(asked, Action.ANSWER, REGISTERED + timedelta(days=2), pause=False, text="x")["decide_by"]


def test_a_decision_while_the_clock_stands_is_on_time() -> None:
    """The sender owes an answer; deciding without it is early, not late."""
    asked = done(done(deal(), Action.TAKE, REGISTERED), Action.ASK, REGISTERED, text="Which?")
    much_later = REGISTERED + timedelta(days=40)
    assert deadline.kept(asked) is None
    rejected = done(asked, Action.REJECT, much_later, reason="duplicate")
    assert deadline.decided_on_time(rejected) is True


@pytest.mark.parametrize(
    ("at", "on_time"),
    [
        ("2026-11-25 23:59:59", True),
        ("2026-11-25 23:59:59.000001", False),  # the last second is left for storing it
        ("2026-11-26 00:00:00", False),
        ("2026-11-23 13:00:00", True),
    ],
)
def test_on_time_means_readable_before_the_deadline(at: str, on_time: bool) -> None:
    """To the second, in Warsaw."""
    approved = done(deal(), Action.APPROVE, warsaw(at), benefit="discount", percent="5", product="Audyt")
    assert deadline.decided_on_time(approved) is on_time
    assert deadline.kept(approved) is on_time


def test_a_deadline_that_passed_is_a_broken_promise() -> None:
    """While it is open the clock will tell; withdrawn in time is nothing; withdrawn too late is broken."""
    late = REGISTERED + timedelta(days=3)
    assert deadline.kept(deal()) is None
    for at, expected in ((REGISTERED, None), (late, False)):
        withdrawn = apply(deal(), Action.WITHDRAW, SENDER, at)
        assert not isinstance(withdrawn, Refused)
        noted = done(withdrawn, Action.NOTE, REGISTERED + timedelta(days=9), text="A note later")
        assert deadline.kept(noted) is expected


def test_an_application_has_no_deadline() -> None:
    """The program promises no time for one."""
    accepted = apply(application(), Action.PRE_ACCEPT, STAFF, REGISTERED)
    assert not isinstance(accepted, Refused)
    assert deadline.read(accepted) is None and deadline.decided_on_time(accepted) is None
    assert deadline.recomputed(application(), REGISTERED, CALENDAR) is None


def test_a_day_off_more_moves_open_deadlines_only() -> None:
    """The change is in the history; what is decided or unaffected stays as it is."""
    calendar = BusinessCalendar(extra_days_off=[date(2026, 11, 24)])
    moved = deadline.recomputed(deal(), REGISTERED, calendar)
    assert moved is not None and moved["decide_by"].startswith("2026-11-26")
    assert moved["deadline"]["skipped"] == ["2026-11-24"]
    entry = moved["history"][-1]
    assert (entry["from"], entry["to"]) == (deal()["decide_by"], moved["decide_by"])
    assert deadline.recomputed(moved, REGISTERED, calendar) is None
    assert deadline.recomputed(deal(), REGISTERED, CALENDAR) is None
    assert deadline.recomputed(in_state(deal(), "approved"), REGISTERED, calendar) is None


def test_reopened_gets_the_whole_time_anew() -> None:
    """Counted from the reopening; the decision that was made keeps the deadline it had."""
    rejected = done(deal(), Action.REJECT, REGISTERED, reason="duplicate")
    at = REGISTERED + timedelta(days=7)
    reopened = done(rejected, Action.REOPEN, at, reason="Wrong customer")
    assert reopened["deadline"]["counted_from"] == stamp(at)
    assert reopened["decide_by"].startswith("2026-12-02")
    assert reopened["former_decisions"][0]["decide_by"] == deal()["decide_by"]
