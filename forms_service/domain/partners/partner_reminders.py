"""Partner reminders: which ones are due on a day and not yet sent. Pure: the record keeps what was sent.

One mail at most for each side on a day, with everything that has newly come near. What was missed while the
service stood still is not made up for step by step: the most urgent step is told, the ones before it are not.
A clock that jumps back brings nothing again.
"""

from dataclasses import dataclass
from datetime import date

from forms_service.domain.clock import moment
from forms_service.domain.partners import onboarding_checklist
from forms_service.domain.partners.due_dates import Due, DueKind, coming_due
from forms_service.domain.partners.partner import Partner, PartnerState
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction, Side
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.refusals import PartnerActionRefused
from partner_program.model import Program

_OPENED = "opened"
_OVERDUE = "overdue"
_PARTNER, _STAFF = Side.PARTNER, Side.STAFF

_SENT_BEFORE = {
    DueKind.ATTESTATION: (_PARTNER,),
    DueKind.ACTIVITIES: (_PARTNER,),
    DueKind.PLANNING: (_STAFF,),
    DueKind.QUALIFICATION: (_PARTNER,),
    DueKind.RENEWAL: (_PARTNER, _STAFF),
}
"""Who is warned before the day."""
_SENT_WHEN_OVERDUE = {
    DueKind.ATTESTATION: (_PARTNER, _STAFF),
    DueKind.ACTIVITIES: (),
    DueKind.PLANNING: (_STAFF,),
    DueKind.QUALIFICATION: (_PARTNER, _STAFF),
    DueKind.RENEWAL: (_STAFF,),
}
"""Who is told when the day has passed; the vendor's people are the escalation."""


@dataclass(frozen=True)
class Reminder:
    """A reminder to one side."""

    side: Side
    dues: tuple[Due, ...]
    """What it is about, the soonest first."""
    keys: tuple[str, ...]
    """To be kept with the record in the batch that owes the mail."""


def reminders(partner: Partner, program: Program, day: date) -> tuple[Reminder, ...]:
    """Unsent reminders due on this day: at most one for each side.

    `program` is the version that the partner year follows. A suspended partner's contact is not reminded; the
    vendor's people are.
    """
    dues = coming_due(partner, program, day)
    sides = (_PARTNER, _STAFF) if partner["state"] == PartnerState.ACTIVE else (_STAFF,)
    found = []
    for side in sides:
        new = [(due, keys) for due in dues if (keys := _new_keys(partner, program, due, day, side))]
        if new:
            every = tuple(key for _, keys in new for key in keys)
            found.append(Reminder(side, tuple(due for due, _ in new), every))
    return tuple(found)


def reminded(
    partner: Partner, act: PartnerActing, owed: tuple[Reminder, ...]
) -> Partner | PartnerActionRefused:
    """The record with these reminders marked as sent, for the same batch."""
    if refused := act.refused(partner, PartnerAction.REMIND):
        return refused
    after = partner.copy()
    after["reminded"] = [*partner["reminded"], *(key for reminder in owed for key in reminder.keys)]
    kinds = sorted({due.kind.value for reminder in owed for due in reminder.dues})
    return act.written(after, PartnerAction.REMIND, about=kinds)


def _new_keys(partner: Partner, program: Program, due: Due, day: date, side: Side) -> tuple[str, ...]:
    """Under which this side is to be told of it now; none where it was told of this step, or a later one."""
    start = f"{due.kind}:{due.subject}:{due.on.isoformat()}:{side}:"
    told = {key.removeprefix(start) for key in partner["reminded"] if key.startswith(start)}
    steps = [step for step in _steps(program, due, day, side) if step not in told]
    urgent = [step for step in steps if step != _OPENED and not _is_later_than(told, step)]
    opened = [_OPENED] if _OPENED in steps and not _sent_since_opening(told, due) else []
    if not urgent and not opened:
        return ()
    # That it is open is said in every mail from then on, and needs none of its own any more.
    both = [*urgent, *(step for step in steps if step == _OPENED)]
    return tuple(f"{start}{step}" for step in both)


def _steps(program: Program, due: Due, day: date, side: Side) -> list[str]:
    """The steps that are reached on this day: the most urgent one, and that it has opened."""
    warning = due.warning(program, day)
    if warning == 0:
        return [_OVERDUE] if side in _SENT_WHEN_OVERDUE[due.kind] else []
    if side not in _sent_before(due):
        return []
    opened = [_OPENED] if due.opens is not None and due.is_open(day) else []
    return [*([] if warning is None else [str(warning)]), *opened]


def _sent_before(due: Due) -> tuple[Side, ...]:
    """Who carries it is told; a meeting that the partner calls for is the partner's."""
    if due.kind is DueKind.PLANNING and not due.by_vendor:
        return (_PARTNER,)
    return _SENT_BEFORE[due.kind]


def _is_later_than(told: set[str], step: str) -> bool:
    """Whether something more urgent was told already."""
    return any(_urgency(each) > _urgency(step) for each in told if each != _OPENED)


def _urgency(step: str) -> int:
    return 0 if step == _OVERDUE else -int(step)


def _sent_since_opening(told: set[str], due: Due) -> bool:
    if due.opens is None:
        return False
    days_open = (due.on - due.opens).days
    return any(step == _OVERDUE or int(step) <= days_open for step in told if step != _OPENED)


TO_CONFIRM_DAYS = (7, 21)
"""So many quiet days after everything is there."""
PARTNER_DAYS, VENDOR_DAYS = (14, 28), (28,)
"""So many quiet days while something is missing."""


@dataclass(frozen=True)
class Nudge:
    """An onboarding reminder to one side."""

    side: Side
    key: str
    """To be kept with the record in the batch that owes the mail."""


def nudges(partner: Partner, program: Program, day: date) -> tuple[Nudge, ...]:
    """Onboarding reminders due on this day; of missed steps only the last is made up for."""
    if partner["state"] != PartnerState.ONBOARDING:
        return ()
    since = _quiet_since(partner)
    quiet_days = (day - since).days
    found = []
    for side, steps in _nudge_steps(partner, program, day).items():
        reached = [days for days in steps if days <= quiet_days]
        key = f"onboarding:{since.isoformat()}:{side}:{max(reached, default=0)}"
        if reached and key not in partner["reminded"]:
            found.append(Nudge(side, key))
    return tuple(found)


def nudged(partner: Partner, act: PartnerActing, owed: tuple[Nudge, ...]) -> Partner | PartnerActionRefused:
    """The record with these onboarding reminders marked as sent, for the same batch."""
    if refused := act.refused(partner, PartnerAction.REMIND):
        return refused
    after = partner.copy()
    after["reminded"] = [*partner["reminded"], *(nudge.key for nudge in owed)]
    return act.written(after, PartnerAction.REMIND, about=["onboarding"])


def _nudge_steps(partner: Partner, program: Program, day: date) -> dict[Side, tuple[int, ...]]:
    if onboarding_checklist.all_there(onboarding_checklist.checklist(partner, program, day)):
        return {Side.STAFF: TO_CONFIRM_DAYS}
    return {Side.PARTNER: PARTNER_DAYS, Side.STAFF: VENDOR_DAYS}


def _quiet_since(partner: Partner) -> date:
    """The day of the last thing that people did; what the service does by itself is none."""
    last = next(each for each in reversed(partner["history"]) if each["side"] != Side.SYSTEM)
    return day_of(moment(last["at"]))
