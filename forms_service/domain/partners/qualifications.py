"""Qualifications: added, extended, removed."""

from datetime import date

from forms_service.domain.partners.partner import Partner, Qualification, Skill, found, iso, next_id
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.people import present, valid_on
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal


def add(
    partner: Partner,
    act: PartnerActing,
    *,
    person: str,
    skill: Skill,
    since: date | None = None,
    valid_until: date | None = None,
    evidence: str = "",
) -> Partner | PartnerActionRefused:
    """Add a qualification, valid up to `valid_until` or without end."""
    if refused := act.refused(partner, PartnerAction.ADD_QUALIFICATION):
        return refused
    if not any(each["id"] == person for each in present(partner)):
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "person")
    if since is not None and since > act.today:
        return PartnerActionRefused(PartnerRefusal.IN_THE_FUTURE, "since")
    if since is not None and valid_until is not None and valid_until < since:
        return PartnerActionRefused(PartnerRefusal.WRONG_ORDER, "valid_until")
    if any(
        each["person"] == person and each["kind"] == skill and valid_on(each, act.today)
        for each in partner["qualifications"]
    ):
        return PartnerActionRefused(PartnerRefusal.ALREADY_THERE, "person")
    qualification: Qualification = {
        "id": next_id("q", partner["qualifications"]),
        "person": person,
        "kind": skill,
        "since": iso(since),
        "valid_until": iso(valid_until),
        "evidence": evidence.strip(),
        "removed_on": None,
    }
    after = partner.copy()
    after["qualifications"] = [*partner["qualifications"], qualification]
    return act.written(after, PartnerAction.ADD_QUALIFICATION, qualification=qualification["id"])


def extend(
    partner: Partner, act: PartnerActing, qualification: str, *, valid_until: date | None, evidence: str = ""
) -> Partner | PartnerActionRefused:
    """Extend a qualification, or make it unlimited; also one that has lapsed."""
    if refused := act.refused(partner, PartnerAction.EXTEND_QUALIFICATION):
        return refused
    before = _held(partner, qualification)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "qualification")
    until = iso(valid_until)
    if until == before["valid_until"]:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if until is not None and before["since"] is not None and until < before["since"]:
        return PartnerActionRefused(PartnerRefusal.WRONG_ORDER, "valid_until")
    extended: Qualification = {
        **before,
        "valid_until": until,
        "evidence": evidence.strip() or before["evidence"],
    }
    facts = {"from": before["valid_until"], "to": until}
    return act.written(
        _with(partner, extended), PartnerAction.EXTEND_QUALIFICATION, qualification=qualification, **facts
    )


def remove(partner: Partner, act: PartnerActing, qualification: str) -> Partner | PartnerActionRefused:
    """Remove a qualification from today on."""
    if refused := act.refused(partner, PartnerAction.REMOVE_QUALIFICATION):
        return refused
    before = _held(partner, qualification)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "qualification")
    removed: Qualification = {**before, "removed_on": act.today.isoformat()}
    return act.written(
        _with(partner, removed), PartnerAction.REMOVE_QUALIFICATION, qualification=qualification
    )


def _held(partner: Partner, qualification: str) -> Qualification | None:
    held: Qualification | None = found(partner["qualifications"], qualification)
    return held if held is not None and held["removed_on"] is None else None


def _with(partner: Partner, changed: Qualification) -> Partner:
    after = partner.copy()
    after["qualifications"] = [
        changed if each["id"] == changed["id"] else each for each in partner["qualifications"]
    ]
    return after
