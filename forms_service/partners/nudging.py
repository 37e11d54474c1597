"""When an onboarding stands still: who is to be reminded on a day, so that nobody is told twice. Pure.

Counted from the last thing that people did. Where the partner has nothing left to do, the vendor's people are
reminded that it waits for them; else the partner's contacts are, and in the end the vendor's people, too.
"""

from dataclasses import dataclass
from datetime import date

from forms_service.moments import moment
from forms_service.partners import onboarding
from forms_service.partners.acting import Act, Action, Side
from forms_service.partners.record import Partner, State
from forms_service.partners.refusals import Refused
from forms_service.partners.years import day_of
from partner_program.model import Program

TO_CONFIRM_DAYS = (7, 21)
"""So many quiet days after everything is there."""
PARTNER_DAYS, VENDOR_DAYS = (14, 28), (28,)
"""So many quiet days while something is missing."""


@dataclass(frozen=True)
class Nudge:
    """One reminder to one side."""

    side: Side
    key: str
    """To be kept with the record in the batch that owes the mail."""


def nudges(partner: Partner, program: Program, day: date) -> tuple[Nudge, ...]:
    """The reminders that are owed on this day: of steps that were missed, only the last is made up for."""
    if partner["state"] != State.ONBOARDING:
        return ()
    since = _quiet_since(partner)
    quiet_days = (day - since).days
    found = []
    for side, steps in _steps(partner, program, day).items():
        reached = [days for days in steps if days <= quiet_days]
        key = f"onboarding:{since.isoformat()}:{side}:{max(reached, default=0)}"
        if reached and key not in partner["reminded"]:
            found.append(Nudge(side, key))
    return tuple(found)


def nudged(partner: Partner, act: Act, owed: tuple[Nudge, ...]) -> Partner | Refused:
    """The record after these reminders are owed as mails, for the same batch."""
    if refused := act.refused(partner, Action.REMIND):
        return refused
    after = partner.copy()
    after["reminded"] = [*partner["reminded"], *(nudge.key for nudge in owed)]
    return act.written(after, Action.REMIND, about=["onboarding"])


def _steps(partner: Partner, program: Program, day: date) -> dict[Side, tuple[int, ...]]:
    if onboarding.all_there(onboarding.checklist(partner, program, day)):
        return {Side.STAFF: TO_CONFIRM_DAYS}
    return {Side.PARTNER: PARTNER_DAYS, Side.STAFF: VENDOR_DAYS}


def _quiet_since(partner: Partner) -> date:
    """The day of the last thing that people did; what the service does by itself is none."""
    last = next(each for each in reversed(partner["history"]) if each["side"] != Side.SYSTEM)
    return day_of(moment(last["at"]))
