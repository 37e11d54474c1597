"""Row of the partner list: what it shows, sorts and filters by. Pure.

Kept beside the record, so that a list reads nothing but its rows. What of it changes with the days is counted
anew each morning, and wherever a row is older than the day.
"""

from datetime import date
from typing import Any, NotRequired, TypedDict

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
    """Document of the table `partner_rows`."""

    id: str
    """The partner's reference."""
    version: NotRequired[int]
    name: str
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
    terms: list[str]
    """By what it is found."""


def row(partner: Partner, program: Program, day: date) -> PartnerRow:
    """Row on this day. `program` is the version that the partner follows."""
    found = uncounted(partner)
    year = partner_year(partner, day)
    found["tier"] = tier_on(partner, day)
    found["program"] = program.hash
    found["year"] = 0 if year is None else year.number
    if partner["state"] != PartnerState.ENDED:
        missing = scorecard(partner, program, day).missing
        found["missing"] = [{"item": each.item.id, "number": each.missing} for each in missing]
        found["due"] = _first(due_dates.coming_due(partner, program, day))
    found["lacking"] = bool(found["missing"])
    return found


def uncounted(partner: Partner) -> PartnerRow:
    """Row without anything that depends on day and program."""
    company = partner["company"]
    renewal = next_renewal(partner)
    return {
        "id": partner["id"],
        "name": company["name"],
        "tax_id": company["tax_id"],
        "country": company["country"],
        "state": partner["state"],
        "tier": partner["terms"][-1]["tier"] if partner["terms"] else partner["applied_for"],
        "program": "",
        "active_since": partner["active_since"],
        "year": 0,
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


def _terms(partner: Partner) -> list[str]:
    company = partner["company"]
    said: dict[str, Any] = {
        "company_name": company["name"],
        "tax_id": company["tax_id"],
        "country": company["country"],
        "website": company["website"],
    }
    return search_terms.terms(said)
