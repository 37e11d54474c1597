"""Onboarding: the checklist from pre-acceptance to an active partner, derived from the program.

Each step is there when the record says so, and confirmed when the vendor's people have said so. When all are
both, they make the partner active: that day the first partner year begins, under the program of that day.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from forms_service.domain.clock import moment, stamp
from forms_service.domain.partners import company_profile
from forms_service.domain.partners.company_profile import missing
from forms_service.domain.partners.partner import (
    CompanyProfile,
    Confirmation,
    Partner,
    PartnerState,
    Person,
    Qualification,
    Skill,
    next_id,
)
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.people import SKILLS, contacts, qualified, sponsor
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.scorecard import Fulfilment, ScorecardRow, scorecard
from partner_program.model import Fact, Item, Measure, Program, Requirement, Value, When
from partner_program.requirement_kinds import Demand

_BEFORE = frozenset({When.AT_APPLICATION, When.BEFORE_ACTIVE})


class MissingPart(StrEnum):
    """Missing part of a requirement."""

    AGREEMENT = "agreement"
    """Nobody has recorded when it was concluded and by whom: the vendor's people do."""
    PROFILE = "profile"


@dataclass(frozen=True)
class OnboardingStep:
    """A step of the checklist."""

    row: ScorecardRow
    """How the partner stands in the requirement."""
    confirmed: Confirmation | None
    """The last time the vendor's people confirmed it."""
    lacks: tuple[MissingPart, ...] = ()
    """What of it is not there, where the record can tell that in parts."""
    changed: bool = False
    """Whether it has changed since it was confirmed: that does not count any more."""

    @property
    def item(self) -> Item:
        """The requirement."""
        return self.row.item

    @property
    def there(self) -> bool:
        """Whether the record meets it."""
        return self.row.standing in (Fulfilment.MET, Fulfilment.VENDOR_CARRIES, Fulfilment.ONGOING)

    @property
    def by_hand(self) -> bool:
        """Whether only a confirmation by staff decides it."""
        return by_hand(self.item)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether staff can confirm it now."""
        return not self.ready and (self.there or self.by_hand)

    @property
    def ready(self) -> bool:
        """Whether the step is done. Pre-acceptance needs no second confirmation."""
        confirmed = self.confirmed is not None and not self.changed
        return self.there and (confirmed or self.item.fact is Fact.PRE_ACCEPTANCE)


def by_hand(item: Item) -> bool:
    """Whether only a confirmation by staff decides a requirement."""
    return item.measure is None and item.fact is None


def checklist(
    partner: Partner, program: Program, day: date, *, tier: str | None = None
) -> tuple[OnboardingStep, ...]:
    """Steps for a tier (the one applied for, if none is named), in the order of the program."""
    card = scorecard(partner, program, day, tier=tier or partner["applied_for"])
    return tuple(
        _step(partner, row, day)
        for row in card.rows
        if row.item.when in _BEFORE and _is_asked_before(row.value) and not _has_parts(row.item)
    )


def ready(steps: Iterable[OnboardingStep]) -> bool:
    """Whether the partner can be activated."""
    return all(step.ready for step in steps)


def all_there(steps: Iterable[OnboardingStep]) -> bool:
    """Whether only confirmations are left."""
    return all(step.there or step.by_hand for step in steps)


def _step(partner: Partner, row: ScorecardRow, day: date) -> OnboardingStep:
    last = _last(partner["confirmations"], row.item)
    changed = last is not None and last["seen"] != _seen(partner, row.item, day)
    return OnboardingStep(row, last, tuple(_lacks(partner, row.item)), changed)


def _lacks(partner: Partner, item: Item) -> Iterator[MissingPart]:
    if item.fact is not Fact.AGREEMENT:
        return
    if partner["agreement"]["concluded_on"] is None:
        yield MissingPart.AGREEMENT
    if missing(partner["company"]):
        yield MissingPart.PROFILE


def _seen(partner: Partner, item: Item, day: date) -> str:
    """What the record holds of this requirement, in short: equal texts for equal things."""
    held: Any = None
    if item.fact is Fact.AGREEMENT:
        held = [partner["agreement"], partner["company"]]
    elif item.fact is Fact.CONTACT:
        held = _named(contacts(partner))
    elif item.measure is Measure.SPONSOR:
        found = sponsor(partner)
        held = _named([found] if found else [])
    elif item.measure is not None and item.measure in SKILLS:
        held = _named(qualified(partner, SKILLS[item.measure], day))
    return sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16] if held else ""


def _named(people: Iterable[Person]) -> list[list[str]]:
    return sorted([person["id"], person["name"], person["email"]] for person in people)


def _is_asked_before(value: Value) -> bool:
    """Whether it can be lacking before the first partner year; a number that is asked in each year cannot."""
    counts_in_years = value.number is not None and value.quota.months is not None
    return value.quota.demand is Demand.ASKED and not counts_in_years


def _has_parts(item: Item) -> bool:
    return isinstance(item, Requirement) and bool(item.parts)


def _last(confirmations: Iterable[Confirmation], item: Item) -> Confirmation | None:
    return max(
        (each for each in confirmations if each["item"] == item.id),
        key=lambda each: (each["on"], each["at"]),
        default=None,
    )


BEGINS_AHEAD_DAYS = 31
"""So many days ahead a partnership can be made to begin."""


def confirm(
    partner: Partner, act: PartnerActing, program: Program, item: str, *, on: date | None = None
) -> Partner | PartnerActionRefused:
    """Confirm a requirement as met on a day, by default today.

    It holds for what was there to be seen: when that changes before the partnership begins, it has to be
    confirmed again. What is missing cannot be confirmed.
    """
    if refused := act.refused(partner, PartnerAction.CONFIRM):
        return refused
    row = next((each for each in scorecard(partner, program, act.today).rows if each.item.id == item), None)
    if row is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "item")
    day = on or act.today
    if day > act.today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "on")
    if row.standing in (Fulfilment.MISSING, Fulfilment.DUE) and not by_hand(row.item):
        return PartnerActionRefused(PartnerRefusal.NOT_YET_THERE, "item")
    confirmation: Confirmation = {
        "item": item,
        "on": day.isoformat(),
        "at": act.stamp,
        "by": act.who,
        "seen": _seen(partner, row.item, act.today),
    }
    same_day = [
        each for each in partner["confirmations"] if (each["item"], each["on"]) == (item, day.isoformat())
    ]
    if any(each["seen"] == confirmation["seen"] for each in same_day):
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    after = partner.copy()
    others = [each for each in partner["confirmations"] if each not in same_day]
    after["confirmations"] = [*others, confirmation]
    return act.written(after, PartnerAction.CONFIRM, item=item, on=day.isoformat())


def take_back(partner: Partner, act: PartnerActing, item: str) -> Partner | PartnerActionRefused:
    """Withdraw the last confirmation of this requirement."""
    if refused := act.refused(partner, PartnerAction.TAKE_BACK):
        return refused
    of_item = [each for each in partner["confirmations"] if each["item"] == item]
    if not of_item:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    last = max(of_item, key=lambda each: each["on"])
    after = partner.copy()
    after["confirmations"] = [each for each in partner["confirmations"] if each is not last]
    return act.written(after, PartnerAction.TAKE_BACK, item=item, on=last["on"])


def activate(
    partner: Partner, act: PartnerActing, program: Program, *, tier: str, on: date | None = None
) -> Partner | PartnerActionRefused:
    """Activate the partner in this tier and program version, from a day on; today unless given."""
    if refused := act.refused(partner, PartnerAction.ACTIVATE):
        return refused
    if tier not in {each.id for each in program.tiers}:
        return PartnerActionRefused(PartnerRefusal.UNKNOWN_TIER, "tier")
    waiting = [step for step in checklist(partner, program, act.today, tier=tier) if not step.ready]
    if waiting:
        return PartnerActionRefused(PartnerRefusal.NOT_READY, waiting[0].item.id)
    first_day = on or act.today
    if not _may_begin(partner, act.today) <= first_day <= act.today + timedelta(days=BEGINS_AHEAD_DAYS):
        return PartnerActionRefused(PartnerRefusal.BEGINS_ELSEWHEN, "on")
    after = partner.copy()
    after["state"] = PartnerState.ACTIVE
    after["active_since"] = first_day.isoformat()
    after["terms"] = [
        {
            "since": first_day.isoformat(),
            "year": 1,
            "tier": tier,
            "program": program.hash,
            "reason": "",
        },
    ]
    return act.written(after, PartnerAction.ACTIVATE, tier=tier, program=program.hash)


def _may_begin(partner: Partner, today: date) -> date:
    """The first day on which it may begin: that of the pre-acceptance, or of an earlier agreement."""
    begun = day_of(moment(partner["history"][0]["at"]))
    concluded = partner["agreement"]["concluded_on"]
    return min(begun, today, date.fromisoformat(concluded or today.isoformat()))


def new_partner(application: Mapping[str, Any], reference: str, *, at: datetime, by: str) -> Partner:
    """Partner record of a pre-accepted application. `by` is who pre-accepted it.

    Somebody named in several places is one person: by the address, or by the name where one of the two has no
    address. Contacts and the sponsor may sign in.
    """
    said = application["said"]
    people = list(_people(said))
    company: CompanyProfile = {
        "name": said["company_name"],
        "tax_id": said["tax_id"],
        "country": said["country"],
        "address": "",
        "website": said.get("website") or "",
        "models": list(said.get("models") or ()),
        "areas": [],
    }
    return {
        "id": reference,
        "state": PartnerState.ONBOARDING,
        "lang": application["lang"],
        "application": application["id"],
        "applied_for": said["tier"],
        "active_since": None,
        "terms": [],
        "company": company,
        "people": people,
        "access_requests": [],
        "qualifications": list(_qualifications(said, people)),
        "activities": [],
        "meetings": [],
        "goals": [],
        "targets": [],
        "agreement": {"concluded_on": None, "for_partner": "", "for_vendor": "", "document": None},
        "promotion": {"link": "", "given_at": None, "confirmed_at": None},
        "confirmations": [],
        "attestations": [],
        "signed_copies": [],
        "renewals": [],
        "suspended": None,
        "ended": None,
        "ends_on": None,
        "lifted": [],
        "calendars": [],
        "reminded": [],
        "notes": [],
        "history": [
            {
                "at": stamp(at),
                "who": by,
                "side": "staff",
                "what": "start",
                "state": PartnerState.ONBOARDING,
            }
        ],
        "keys": company_profile.keys(company, people),
    }


def _people(said: Mapping[str, Any]) -> Iterator[Person]:
    found: list[Person] = []
    for row in said.get("contacts") or ():
        _person(found, row)["contact"] = True
    sponsor = said.get("sponsor") or {}
    if said.get("sponsor_is_contact") and found:
        found[0]["sponsor"] = True
    elif sponsor.get("name") or sponsor.get("email"):
        _person(found, sponsor)["sponsor"] = True
    for row in (*(said.get("sales_people") or ()), *(said.get("technical_people") or ())):
        _person(found, row)
    for person in found:
        person["access"] = bool(person["email"]) and (person["contact"] or person["sponsor"])
    yield from found


def _person(people: list[Person], row: Mapping[str, Any]) -> Person:
    """The person of this row: somebody already there, or one more."""
    known = _known(people, row)
    if known is None:
        known = {
            "id": next_id("p", people),
            "name": row.get("name") or "",
            "email": "",
            "phone": "",
            "position": "",
            "contact": False,
            "sponsor": False,
            "access": False,
            "left_on": None,
        }
        people.append(known)
    known["email"] = known["email"] or row.get("email") or ""
    known["phone"] = known["phone"] or row.get("phone") or ""
    known["position"] = known["position"] or row.get("role") or ""
    return known


def _known(people: Sequence[Person], row: Mapping[str, Any]) -> Person | None:
    name, email = (row.get("name") or "").casefold(), (row.get("email") or "").casefold()
    for person in people:
        if email and person["email"].casefold() == email:
            return person
    for person in people:
        if name and person["name"].casefold() == name and not (email and person["email"]):
            return person
    return None


def _qualifications(said: Mapping[str, Any], people: list[Person]) -> Iterator[Qualification]:
    number, seen = 0, set()
    for skill, rows in ((Skill.SALES, "sales_people"), (Skill.TECHNICAL, "technical_people")):
        for row in said.get(rows) or ():
            person = _known(people, row)
            if person is None or (person["id"], skill) in seen:
                continue
            seen.add((person["id"], skill))
            number += 1
            yield {
                "id": f"q{number}",
                "person": person["id"],
                "kind": skill,
                "since": None,
                "valid_until": None,
                "evidence": "",
                "removed_on": None,
            }
