"""From pre-acceptance to an active partner: the checklist, made from what the program asks before that.

Each step is there when the record says so, and confirmed when the vendor's people have said so. When all are
both, they make the partner active: that day the first partner year begins, under the program of that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from forms_service.partners.acting import Act, Action
from forms_service.partners.record import Confirmation, Partner, State
from forms_service.partners.refusals import Refusal, Refused
from forms_service.partners.scorecard import Row, Standing, scorecard
from partner_program.model import Fact, Item, Kind, Program, Requirement, When

_BEFORE = frozenset({When.AT_APPLICATION, When.BEFORE_ACTIVE})
_NOT_ASKED = frozenset(
    {Kind.OPTIONAL, Kind.RECOMMENDED, Kind.NO_THRESHOLD, Kind.AGREED_INDIVIDUALLY, Kind.PER_YEAR}
)


@dataclass(frozen=True)
class Step:
    """One thing that has to be there before the partnership begins."""

    row: Row
    """How the partner stands in the requirement."""
    confirmed: Confirmation | None
    """The last time the vendor's people confirmed it."""

    @property
    def item(self) -> Item:
        """The requirement."""
        return self.row.item

    @property
    def there(self) -> bool:
        """Whether the record says that it is there."""
        return self.row.standing in (Standing.MET, Standing.VENDOR_CARRIES, Standing.ONGOING)

    @property
    def ready(self) -> bool:
        """Whether nothing is left to be done about it. Pre-acceptance needs no second confirmation."""
        return self.there and (self.confirmed is not None or self.item.fact is Fact.PRE_ACCEPTANCE)


def checklist(partner: Partner, program: Program, day: date, *, tier: str | None = None) -> tuple[Step, ...]:
    """The steps for a tier (the one applied for, if none is named), in the order of the program."""
    card = scorecard(partner, program, day, tier=tier or partner["applied_for"])
    return tuple(
        Step(row, _last(partner["confirmations"], row.item))
        for row in card.rows
        if row.item.when in _BEFORE and row.value.kind not in _NOT_ASKED and not _has_parts(row.item)
    )


def ready(steps: Iterable[Step]) -> bool:
    """Whether the partner can be made active."""
    return all(step.ready for step in steps)


def _has_parts(item: Item) -> bool:
    return isinstance(item, Requirement) and bool(item.parts)


def _last(confirmations: Iterable[Confirmation], item: Item) -> Confirmation | None:
    return max(
        (each for each in confirmations if each["item"] == item.id),
        key=lambda each: each["on"],
        default=None,
    )


def confirm(
    partner: Partner, act: Act, program: Program, item: str, *, on: date | None = None
) -> Partner | Refused:
    """The vendor's people found a requirement fulfilled on a day, today if none is named."""
    if refused := act.refused(partner, Action.CONFIRM):
        return refused
    if item not in {each.id for each in program.items()}:
        return Refused(Refusal.NOT_THERE, "item")
    day = on or act.today
    if day > act.today:
        return Refused(Refusal.IN_THE_FUTURE, "on")
    if any(each["item"] == item and each["on"] == day.isoformat() for each in partner["confirmations"]):
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["confirmations"] = [
        *partner["confirmations"],
        {"item": item, "on": day.isoformat(), "at": act.stamp, "by": act.who},
    ]
    return act.written(after, Action.CONFIRM, item=item, on=day.isoformat())


def take_back(partner: Partner, act: Act, item: str) -> Partner | Refused:
    """The last confirmation of this requirement was a mistake."""
    if refused := act.refused(partner, Action.TAKE_BACK):
        return refused
    of_item = [each for each in partner["confirmations"] if each["item"] == item]
    if not of_item:
        return Refused(Refusal.NOTHING_CHANGES)
    last = max(of_item, key=lambda each: each["on"])
    after = partner.copy()
    after["confirmations"] = [each for each in partner["confirmations"] if each is not last]
    return act.written(after, Action.TAKE_BACK, item=item, on=last["on"])


def activate(partner: Partner, act: Act, program: Program, *, tier: str) -> Partner | Refused:
    """The partnership begins today, in this tier, under this version of the program."""
    if refused := act.refused(partner, Action.ACTIVATE):
        return refused
    if tier not in {each.id for each in program.tiers}:
        return Refused(Refusal.UNKNOWN_TIER, "tier")
    waiting = [step for step in checklist(partner, program, act.today, tier=tier) if not step.ready]
    if waiting:
        return Refused(Refusal.NOT_READY, waiting[0].item.id)
    after = partner.copy()
    after["state"] = State.ACTIVE.value
    after["active_since"] = act.today.isoformat()
    after["terms"] = [
        {
            "since": act.today.isoformat(),
            "year": 1,
            "tier": tier,
            "program": program.hash,
            "reason": "",
        },
    ]
    return act.written(after, Action.ACTIVATE, tier=tier, program=program.hash)
