"""Joint business planning: meetings at a cadence, shared notes, goals of the joint plan.

The first meeting is due a cadence after the partner became active, the next ones a cadence after each other.
A meeting belongs to the stretch of time that ends with its due day. The vendor calls for meetings; one that
nobody called for never counts against the partner.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from forms_service.domain.clock import stamp
from forms_service.domain.partners import meeting_calls
from forms_service.domain.partners.meeting_calls import MeetingCall
from forms_service.domain.partners.partner import Goal, GoalKind, Meeting, Partner, Progress, found, next_id
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.partner_years import (
    active_since,
    later,
    not_a_day_of_work,
    period_on,
    same_tier_since,
    tier_on,
)
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from partner_program.model import Fact, Program

MOST_CALLS, CALLS_WITHIN = 10, timedelta(hours=1)
"""So often the meetings of a partner are called or changed within this time."""
_CALLS = (PartnerAction.PLAN_MEETING, PartnerAction.MOVE_MEETING)


@dataclass(frozen=True)
class NextMeeting:
    """The next meeting."""

    due: date
    """The last day of the stretch of time it is for."""
    overdue_since: date | None
    """The due day of the stretch before, where that passed without a meeting."""
    planned: Meeting | None
    """The next one that is called for already."""
    cadence_months: int
    """How many months lie between two."""
    held: bool
    """Whether the stretch of time that runs now has had its meeting; then `due` is of the next one."""


def cadence_months(program: Program, tier: str) -> int | None:
    """Months between two meetings of the tier; None where the program does not say."""
    for item in program.items():
        if item.fact is Fact.PLANNING:
            value = item.tiers[tier]
            return value.quota.months if value.number is None else None
    return None


def next_meeting(partner: Partner, program: Program, day: date) -> NextMeeting | None:
    """The next meeting, seen from this day; None before the first partner year."""
    start, cadence = active_since(partner), cadence_months(program, tier_on(partner, day))
    if start is None or cadence is None or day < start:
        return None
    # Stretches of time begin on the day after a due day, the first one with the day of becoming active.
    number = period_on(start, cadence, max(start, day - timedelta(days=1))).number
    before, due = later(start, cadence * (number - 1)), later(start, cadence * number)
    held = _held_between(partner, before if number > 1 else start - timedelta(days=1), due)
    overdue = None if held or number == 1 else _overdue(partner, start, cadence, number - 1, day)
    coming = [
        meeting
        for meeting in partner["meetings"]
        if meeting["state"] == Progress.PLANNED and (meeting["planned_for"] or "") >= day.isoformat()
    ]
    planned = min(coming, key=lambda meeting: meeting["planned_for"] or "", default=None)
    return NextMeeting(later(start, cadence * (number + 1)) if held else due, overdue, planned, cadence, held)


def _overdue(partner: Partner, start: date, cadence: int, number: int, day: date) -> date | None:
    """The due day of this stretch of time, if it passed without a meeting and the cadence stood already."""
    begun, due = later(start, cadence * (number - 1)), later(start, cadence * number)
    since = same_tier_since(partner, day)
    first = begun if number > 1 else start - timedelta(days=1)
    if since is None or begun < since or _held_between(partner, first, due):
        return None
    return due


def _held_between(partner: Partner, after: date, until: date) -> bool:
    """Whether a meeting was held after the one day and not after the other."""
    return any(
        after.isoformat() < (meeting["held_on"] or "") <= until.isoformat()
        for meeting in partner["meetings"]
        if meeting["state"] == Progress.DONE
    )


def plan_meeting(partner: Partner, act: PartnerActing, call: MeetingCall) -> Partner | PartnerActionRefused:
    """Call a meeting, by either side."""
    if refused := act.refused(partner, PartnerAction.PLAN_MEETING):
        return refused
    return _called(partner, act, PartnerAction.PLAN_MEETING, _new(partner), call)


def move_meeting(
    partner: Partner, act: PartnerActing, meeting: str, call: MeetingCall
) -> Partner | PartnerActionRefused:
    """Change time, place, agenda or guests of a meeting that is called."""
    if refused := act.refused(partner, PartnerAction.MOVE_MEETING):
        return refused
    before: Meeting | None = found(partner["meetings"], meeting)
    if before is None or before["state"] != Progress.PLANNED:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "meeting")
    return _called(partner, act, PartnerAction.MOVE_MEETING, before, call)


def _called(
    partner: Partner, act: PartnerActing, action: PartnerAction, meeting: Meeting, call: MeetingCall
) -> Partner | PartnerActionRefused:
    if refused := meeting_calls.refused(partner, call, act.at) or _too_often(partner, act):
        return refused
    before = meeting_calls.call_of(meeting)
    made = meeting_calls.called(partner, call, act, before)
    if meeting_calls.is_as_before(made, before):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    day = call.day.isoformat()
    after: Meeting = {**meeting, "planned_for": day, "call": made}
    return act.written(_with(partner, after), action, meeting=after["id"], on=day)


def _too_often(partner: Partner, act: PartnerActing) -> PartnerActionRefused | None:
    """Each call is a mail to everybody invited; both sides together count. Calling off is always possible."""
    since = stamp(act.at - CALLS_WITHIN)
    calls = [each for each in partner["history"] if each["what"] in _CALLS and each["at"] > since]
    return PartnerActionRefused(PartnerRefusal.TOO_OFTEN) if len(calls) >= MOST_CALLS else None


def hold_meeting(
    partner: Partner, act: PartnerActing, meeting: str | None = None, *, held_on: date, notes: str = ""
) -> Partner | PartnerActionRefused:
    """Record a meeting as held, scheduled or not."""
    if refused := act.refused(partner, PartnerAction.HOLD_MEETING):
        return refused
    before: Meeting | None = found(partner["meetings"], meeting) if meeting else _new(partner)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "meeting")
    if refused := not_a_day_of_work(partner, held_on, act.today, "held_on"):
        return refused
    held: Meeting = {
        **before,
        "state": Progress.DONE,
        "held_on": held_on.isoformat(),
        "notes": notes.strip() or before["notes"],
    }
    if held == before:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    return act.written(
        _with(partner, held), PartnerAction.HOLD_MEETING, meeting=held["id"], on=held["held_on"]
    )


def write_notes(
    partner: Partner, act: PartnerActing, meeting: str, *, notes: str
) -> Partner | PartnerActionRefused:
    """Replace the shared notes of a meeting."""
    if refused := act.refused(partner, PartnerAction.WRITE_NOTES):
        return refused
    before: Meeting | None = found(partner["meetings"], meeting)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "meeting")
    if before["notes"] == notes.strip():
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    return act.written(
        _with(partner, {**before, "notes": notes.strip()}), PartnerAction.WRITE_NOTES, meeting=meeting
    )


def drop_meeting(partner: Partner, act: PartnerActing, meeting: str) -> Partner | PartnerActionRefused:
    """Cancel a scheduled meeting."""
    if refused := act.refused(partner, PartnerAction.DROP_MEETING):
        return refused
    before: Meeting | None = found(partner["meetings"], meeting)
    if before is None or before["state"] != Progress.PLANNED:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "meeting")
    dropped: Meeting = {**before, "state": Progress.DROPPED}
    if call := meeting_calls.call_of(before):
        dropped["call"] = {**call, "sequence": call["sequence"] + 1}
    return act.written(_with(partner, dropped), PartnerAction.DROP_MEETING, meeting=meeting)


def set_goal(
    partner: Partner, act: PartnerActing, *, kind: GoalKind, text: str, year: int
) -> Partner | PartnerActionRefused:
    """Add a goal to the joint plan of this partner year."""
    if refused := act.refused(partner, PartnerAction.SET_GOAL):
        return refused
    if not text.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "text")
    goal: Goal = {
        "id": next_id("g", partner["goals"]),
        "kind": kind,
        "text": text.strip(),
        "year": year,
        "state": Progress.PLANNED,
    }
    after = partner.copy()
    after["goals"] = [*partner["goals"], goal]
    return act.written(after, PartnerAction.SET_GOAL, goal=goal["id"])


def close_goal(
    partner: Partner, act: PartnerActing, goal: str, *, reached: bool
) -> Partner | PartnerActionRefused:
    """Close a goal as reached or given up; a second answer replaces the first."""
    if refused := act.refused(partner, PartnerAction.CLOSE_GOAL):
        return refused
    before: Goal | None = found(partner["goals"], goal)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "goal")
    state = Progress.DONE if reached else Progress.DROPPED
    if before["state"] == state:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    after["goals"] = [{**each, "state": state} if each["id"] == goal else each for each in partner["goals"]]
    return act.written(after, PartnerAction.CLOSE_GOAL, goal=goal, reached=reached)


def _new(partner: Partner) -> Meeting:
    return {
        "id": next_id("m", partner["meetings"]),
        "state": Progress.PLANNED,
        "planned_for": None,
        "held_on": None,
        "notes": "",
    }


def _with(partner: Partner, meeting: Meeting) -> Partner:
    known = found(partner["meetings"], meeting["id"]) is not None
    after = partner.copy()
    after["meetings"] = [meeting if each["id"] == meeting["id"] else each for each in partner["meetings"]]
    if not known:
        after["meetings"].append(meeting)
    return after
