"""Renewal: review of a partner year, and the decision about the next one.

Nothing is automatic: until a renewal is decided the partner goes on as before. The new terms begin with the
next partner year, under the program that is published when they are decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from forms_service.domain.partners.activities import done_in
from forms_service.domain.partners.attestation import declared, is_given
from forms_service.domain.partners.partner import (
    Activity,
    Attestation,
    Goal,
    Meeting,
    Partner,
    PartnerState,
    Progress,
    Renewal,
    RenewalDecision,
    Terms,
)
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.partner_years import (
    Period,
    active_since,
    partner_year,
    terms_on,
    tier_on,
    year,
)
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.revenue import Currencies, RevenueEntry, sums, sums_by
from forms_service.domain.partners.scorecard import Scorecard, registered_in, scorecard
from forms_service.domain.partners.suspension import ending, lifted
from forms_service.domain.partners.targets import TargetStanding, target_standings
from partner_program.model import Program


@dataclass(frozen=True)
class YearInReview:
    """Review of a partner year."""

    year: Period
    tier: str
    scorecard: Scorecard
    """On the last day of the year, or today while it runs."""
    revenue: Currencies
    revenue_by: Mapping[str, Mapping[str, Currencies]]
    """By `model`, `area` and `invoiced_to`."""
    targets: tuple[TargetStanding, ...]
    activities: tuple[Activity, ...]
    meetings: tuple[Meeting, ...]
    goals: tuple[Goal, ...]
    attestation: Attestation | None
    attestation_given: bool
    """Whether it is there in the form that was asked for."""
    deals: tuple[Mapping[str, Any], ...]
    decided: Renewal | None


def review(
    partner: Partner,
    program: Program,
    reviewed: Period,
    day: date,
    *,
    revenue: Iterable[RevenueEntry] = (),
    deals: Iterable[Mapping[str, Any]] = (),
) -> YearInReview:
    """Review of the year, seen from this day. `program` is the version that year followed."""
    entries, all_deals = tuple(revenue), tuple(deals)
    on = min(day, reviewed.last_day)
    first, last = reviewed.first_day.isoformat(), reviewed.last_day.isoformat()
    return YearInReview(
        year=reviewed,
        tier=tier_on(partner, on),
        scorecard=scorecard(partner, program, on, revenue=entries, deals=all_deals),
        revenue=sums(entries, reviewed),
        revenue_by={part: sums_by(entries, reviewed, part) for part in ("model", "area", "invoiced_to")},
        targets=target_standings(partner, entries, reviewed),
        activities=done_in(partner, reviewed),
        meetings=tuple(
            meeting
            for meeting in partner["meetings"]
            if meeting["state"] == Progress.DONE and first <= (meeting["held_on"] or "") <= last
        ),
        goals=tuple(goal for goal in partner["goals"] if goal["year"] == reviewed.number),
        attestation=declared(partner, reviewed.number),
        attestation_given=is_given(partner, reviewed.number),
        deals=tuple(deal for deal in all_deals if registered_in(reviewed, deal)),
        decided=decided(partner, reviewed.number),
    )


def decided(partner: Partner, number: int) -> Renewal | None:
    """Decision at the end of the partner year with this number."""
    return next((each for each in partner["renewals"] if each["year"] == number), None)


def oldest_undecided(partner: Partner, day: date) -> Period | None:
    """The oldest undecided partner year up to the running one."""
    since, running = active_since(partner), partner_year(partner, day)
    if since is None or running is None:
        return None
    open_years = (n for n in range(1, running.number + 1) if decided(partner, n) is None)
    number = next(open_years, None)
    return None if number is None else year(since, number)


def next_renewal(partner: Partner) -> Period | None:
    """The oldest undecided partner year: over, running or still to come.

    None where no year has begun, or the partnership is over.
    """
    since = active_since(partner)
    if since is None or partner["state"] == PartnerState.ENDED:
        return None
    return year(since, max((each["year"] for each in partner["renewals"]), default=0) + 1)


def year_to_renew(partner: Partner, program: Program, day: date) -> Period | None:
    """Partner year that can be decided now: the oldest undecided one, near its end.

    It can be decided as soon as people are told of it, or its attestation opens.
    """
    oldest = oldest_undecided(partner, day)
    return None if oldest is None or day < can_be_decided_from(oldest, program) else oldest


def can_be_decided_from(reviewed: Period, program: Program) -> date:
    """First day on which the renewal after this partner year can be decided."""
    early = max(*program.coming_due.warn_days_before, program.attestation.opens_days_before, 0)
    return reviewed.last_day - timedelta(days=early)


def decide(
    partner: Partner,
    act: PartnerActing,
    program: Program,
    decision: RenewalDecision,
    *,
    tier: str | None = None,
    reason: str = "",
) -> Partner | PartnerActionRefused:
    """Decide the renewal: same tier, another tier, or end. `program` is the published one.

    Whoever changes the tier or ends says why, and the partner reads it.
    """
    if refused := act.refused(partner, PartnerAction.RENEW):
        return refused
    reviewed = year_to_renew(partner, program, act.today)
    if reviewed is None:
        return PartnerActionRefused(_why_not(partner, act.today))
    before = tier_on(partner, reviewed.last_day)
    after_tier = before if decision is not RenewalDecision.CHANGE_TIER else tier or ""
    if decision is not RenewalDecision.RENEW and not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    if decision is RenewalDecision.CHANGE_TIER and after_tier == before:
        return PartnerActionRefused(PartnerRefusal.SAME_TIER, "tier")
    if decision is not RenewalDecision.END and after_tier not in {each.id for each in program.tiers}:
        return PartnerActionRefused(PartnerRefusal.UNKNOWN_TIER, "tier")
    after = _ended(partner, act, reviewed, reason) if decision is RenewalDecision.END else partner.copy()
    after["renewals"] = [
        *partner["renewals"],
        {
            "year": reviewed.number,
            "decision": decision,
            "tier": after_tier,
            "reason": reason.strip(),
            "at": act.stamp,
            "by": act.who,
        },
    ]
    if decision is not RenewalDecision.END:
        after["terms"] = _with_terms(partner, reviewed, after_tier, program)
    return act.written(
        after, PartnerAction.RENEW, year=reviewed.number, decision=decision.value, tier=after_tier
    )


def _why_not(partner: Partner, day: date) -> PartnerRefusal:
    running = partner_year(partner, day)
    is_decided = running is not None and decided(partner, running.number) is not None
    return PartnerRefusal.ALREADY_DECIDED if is_decided else PartnerRefusal.TOO_EARLY


def _ended(partner: Partner, act: PartnerActing, reviewed: Period, reason: str) -> Partner:
    """It ends with the partner year, or today where that is over."""
    return ending(partner, act, reason, max(reviewed.last_day, act.today))


def _with_terms(partner: Partner, reviewed: Period, tier: str, program: Program) -> list[Terms]:
    since = active_since(partner)
    assert since is not None  # noqa: S101 - a partner year was reviewed
    following = year(since, reviewed.number + 1)
    terms: Terms = {
        "since": following.first_day.isoformat(),
        "year": following.number,
        "tier": tier,
        "program": program.hash,
        "reason": "",
    }
    return sorted([*partner["terms"], terms], key=lambda each: each["since"])


def change_tier(
    partner: Partner, act: PartnerActing, program: Program, *, tier: str, reason: str
) -> Partner | PartnerActionRefused:
    """Change the tier from today on, within the partner year and its program version.

    `program` is that version.
    """
    if refused := act.refused(partner, PartnerAction.CHANGE_TIER):
        return refused
    terms = terms_on(partner, act.today)
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    if tier not in {each.id for each in program.tiers}:
        return PartnerActionRefused(PartnerRefusal.UNKNOWN_TIER, "tier")
    if terms is None or PartnerState(partner["state"]) is not PartnerState.ACTIVE:
        return PartnerActionRefused(PartnerRefusal.NOT_NOW)
    if terms["tier"] == tier:
        return PartnerActionRefused(PartnerRefusal.SAME_TIER, "tier")
    running = partner_year(partner, act.today)
    assert running is not None  # noqa: S101 - there are terms
    after = partner.copy()
    changed: Terms = {
        "since": act.today.isoformat(),
        "year": running.number,
        "tier": tier,
        "program": terms["program"],
        "reason": reason.strip(),
    }
    after["terms"] = sorted([*partner["terms"], changed], key=lambda each: each["since"])
    return act.written(after, PartnerAction.CHANGE_TIER, tier=tier, before=terms["tier"])


def reopen(partner: Partner, act: PartnerActing, *, reason: str) -> Partner | PartnerActionRefused:
    """Take back the last renewal decision and its consequences; both are kept with the reason."""
    if refused := act.refused(partner, PartnerAction.REOPEN_RENEWAL):
        return refused
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    since = active_since(partner)
    if not partner["renewals"] or since is None:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    last = max(partner["renewals"], key=lambda each: each["year"])
    following = year(since, last["year"] + 1).first_day.isoformat()
    after = lifted(partner, act, "renewal", last, reason)
    after["renewals"] = [each for each in partner["renewals"] if each is not last]
    after["terms"] = [terms for terms in partner["terms"] if terms["since"] != following]
    if last["decision"] == RenewalDecision.END:
        after["ended"], after["ends_on"] = None, None
    return act.written(after, PartnerAction.REOPEN_RENEWAL, year=last["year"])
