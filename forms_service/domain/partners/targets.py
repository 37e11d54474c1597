"""Revenue targets: agreed with each partner, per partner year, area and model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.partners.partner import Partner, Target
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.partner_years import Period
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue import NOTHING, RevenueEntry, counted
from forms_service.domain.values.amounts import CURRENCIES, LARGEST
from partner_program.model import Program


@dataclass(frozen=True)
class TargetStanding:
    """Progress of a target."""

    target: Target
    reached: Decimal
    """What counts for it so far."""

    @property
    def missing(self) -> Decimal:
        """Amount still missing; 0 where the target is met."""
        return max(NOTHING, Decimal(self.target["amount"]) - self.reached)


def target_standings(
    partner: Partner, entries: Iterable[RevenueEntry], year: Period
) -> tuple[TargetStanding, ...]:
    """Progress of the targets of this partner year; other currencies count for none."""
    found = counted(entries, year)
    return tuple(
        TargetStanding(
            target, sum((Decimal(each["amount"]) for each in found if _for(each, target)), NOTHING)
        )
        for target in partner["targets"]
        if target["year"] == year.number
    )


def _for(entry: RevenueEntry, target: Target) -> bool:
    return (
        entry["currency"] == target["currency"]
        and target["model"] in ("", entry["model"])
        and target["area"].casefold() in ("", entry["area"].casefold())
    )


def set_targets(
    partner: Partner, act: PartnerActing, year: int, targets: Sequence[Target], program: Program
) -> Partner | PartnerActionRefused:
    """Set the targets of this partner year, all or none."""
    if refused := act.refused(partner, PartnerAction.SET_TARGETS):
        return refused
    for target in targets:
        if refused := _unfit(target, year, program):
            return refused
    others = [target for target in partner["targets"] if target["year"] != year]
    after = partner.copy()
    after["targets"] = [*others, *targets]
    if after["targets"] == partner["targets"]:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    return act.written(after, PartnerAction.SET_TARGETS, year=year, targets=len(targets))


def _unfit(target: Target, year: int, program: Program) -> PartnerActionRefused | None:
    if target["year"] != year:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "year")
    if target["model"] not in ("", *(model.id for model in program.models)):
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "model")
    if target["currency"] not in CURRENCIES:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "currency")
    if not NOTHING < Decimal(target["amount"]) <= LARGEST:
        return PartnerActionRefused(PartnerRefusal.MISSING, "amount")
    return None
