"""Row of the partner list: what it shows, sorts and filters by. Pure."""

from datetime import date
from typing import Any, TypedDict

from forms_service.domain.partners import due_dates
from forms_service.domain.partners.partner import Day, Partner, PartnerState, Skill
from forms_service.domain.partners.partner_years import partner_year, tier_on
from forms_service.domain.partners.renewal import next_renewal
from forms_service.domain.partners.scorecard import scorecard
from forms_service.domain.submissions import search_terms
from partner_program.model import Program


class MissingItem(TypedDict):
    """A missing requirement."""

    item: str
    """The id of the requirement."""
    number: int
    """How many; 0 where nothing is counted."""


class NextDue(TypedDict):
    """The nearest due date."""

    kind: str
    """A `DueKind`."""
    on: Day
    missing: int
    skill: str | None
    waits: bool


class PartnerRow(TypedDict):
    """One partner in the list."""

    id: str
    """The partner's reference."""
    name: str
    sorts_as: str
    tax_id: str
    country: str
    state: str
    tier: str
    program: str
    """Hash of the version that the rest was counted by; empty where nothing was counted yet."""
    active_since: Day | None
    year: int
    """The number of the running partner year; 0 before the first one."""
    renews_on: Day | None
    """The last day of the year after which a renewal is to be decided next."""
    ends_on: Day | None
    missing: list[MissingItem]
    lacking: bool
    """Whether anything is missing, or may be: nothing was counted yet."""
    due: NextDue | None
    terms: str
    """By what it is found, each behind a line break."""


def row(partner: Partner, program: Program, day: date) -> PartnerRow:
    """Row on this day. `program` is the version that the partner follows."""
    found = uncounted(partner, day)
    found["program"] = program.hash
    if partner["state"] != PartnerState.ENDED:
        missing = scorecard(partner, program, day).missing
        found["missing"] = [{"item": each.item.id, "number": each.missing} for each in missing]
        found["due"] = _first(due_dates.coming_due(partner, program, day))
    found["lacking"] = bool(found["missing"])
    return found


def uncounted(partner: Partner, day: date) -> PartnerRow:
    """Row without what depends on the program: what is missing, and what comes due."""
    company = partner["company"]
    year = partner_year(partner, day)
    renewal = next_renewal(partner)
    return {
        "id": partner["id"],
        "name": company["name"],
        "sorts_as": company["name"].casefold(),
        "tax_id": company["tax_id"],
        "country": company["country"],
        "state": partner["state"],
        "tier": tier_on(partner, day),
        "program": "",
        "active_since": partner["active_since"],
        "year": 0 if year is None else year.number,
        "renews_on": None if renewal is None else renewal.last_day.isoformat(),
        "ends_on": partner["ends_on"],
        "missing": [],
        "lacking": partner["state"] != PartnerState.ENDED,
        "due": None,
        "terms": _terms(partner),
    }


def _first(dues: tuple[due_dates.Due, ...]) -> NextDue | None:
    if not dues:
        return None
    due = dues[0]
    return {
        "kind": due.kind.value,
        "on": due.on.isoformat(),
        "missing": due.missing,
        "skill": due.skill.value if due.skill else None,
        "waits": due.waits_for_copy,
    }


def as_due(found: NextDue) -> due_dates.Due:
    """The nearest due date of a row."""
    return due_dates.Due(
        due_dates.DueKind(found["kind"]),
        date.fromisoformat(found["on"]),
        "",
        missing=found["missing"],
        skill=Skill(found["skill"]) if found["skill"] else None,
        waits_for_copy=found["waits"],
    )


def _terms(partner: Partner) -> str:
    """Reference, names, numbers and domains of the company, and the addresses of those who may sign in."""
    company = partner["company"]
    said: dict[str, Any] = {
        "company_name": company["name"],
        "tax_id": company["tax_id"],
        "country": company["country"],
        "website": company["website"],
    }
    addresses = [person["email"].casefold() for person in partner["people"] if person["access"]]
    reference = partner["id"].partition("-")[2].casefold()
    return "".join(f"\n{term}" for term in (reference, *search_terms.terms(said), *addresses))
