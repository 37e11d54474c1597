"""Impact of a program change: which partners it concerns and how, before it is published. Pure.

A partner follows the version of their partner year until renewal, so a change reaches them with the next one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from forms_service.domain.partners.partner import Partner, PartnerState
from forms_service.domain.partners.partner_years import terms_on, tier_on
from forms_service.domain.partners.renewal import next_renewal
from forms_service.domain.partners.scorecard import Fulfilment, ScorecardRow, scorecard
from partner_program.changes import Change, differences
from partner_program.model import Program


@dataclass(frozen=True)
class Affected:
    """Impact on one partner."""

    partner: str
    company: str
    tier: str
    """Its id."""
    tier_is_gone: bool
    """Whether the new program does not have it any more."""
    reached_on: date | None
    """The first day of the partner year that the next renewal is about; None in onboarding: at once."""
    changes: tuple[Change, ...]
    """What the partner has to do otherwise."""
    newly_missing: tuple[ScorecardRow, ...]
    """What would be missing or still to come under the new program and is not under the one they follow."""


@dataclass(frozen=True)
class Impact:
    """Impact of a new program."""

    changes: tuple[Change, ...]
    affected: tuple[Affected, ...]


def impact(
    old: Program,
    new: Program,
    partners: Iterable[Partner],
    day: date,
    *,
    followed: Mapping[str, Program] | None = None,
) -> Impact:
    """Compare `new` with `old`, the published program: what changes, and for whom.

    `followed` are programs by hash, for partners whose year follows another version than `old`; a partner
    whose version is not among them is taken to follow `old`.
    """
    versions = followed or {}
    found = []
    for partner in partners:
        if partner["state"] != PartnerState.ENDED:
            own = versions.get(_followed(partner, day), old)
            affected = _affected(partner, own, new, day)
            if affected.tier_is_gone or affected.changes or affected.newly_missing:
                found.append(affected)
    return Impact(differences(old, new), tuple(sorted(found, key=lambda each: each.reached_on or day)))


def _followed(partner: Partner, day: date) -> str:
    terms = terms_on(partner, day)
    return "" if terms is None else terms["program"]


def _affected(partner: Partner, own: Program, new: Program, day: date) -> Affected:
    tier = tier_on(partner, day)
    gone = tier not in {each.id for each in new.tiers}
    bound = next_renewal(partner)
    changes = differences(own, new)
    return Affected(
        partner=partner["id"],
        company=partner["company"]["name"],
        tier=tier,
        tier_is_gone=gone,
        reached_on=None if bound is None else bound.last_day + timedelta(days=1),
        changes=tuple(change for change in changes if change.duty and _concerns(change, tier)),
        newly_missing=() if gone else _newly_missing(partner, own, new, day),
    )


def _concerns(change: Change, tier: str) -> bool:
    return change.tier in (None, tier)


def _newly_missing(partner: Partner, own: Program, new: Program, day: date) -> tuple[ScorecardRow, ...]:
    lacking = (Fulfilment.MISSING, Fulfilment.DUE)
    before = {
        row.item.id: row.missing for row in scorecard(partner, own, day).rows if row.standing in lacking
    }
    card = scorecard(partner, new, day)
    return tuple(
        row
        for row in (*card.missing, *card.due)
        if row.item.id not in before or row.missing > before[row.item.id]
    )
