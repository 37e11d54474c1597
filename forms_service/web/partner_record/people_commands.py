"""People commands: from a submitted form to a change of people, access and qualifications of a partner."""

from typing import Any

from forms_service.domain.partners import access_requests, people_actions, qualifications
from forms_service.domain.partners.partner import Skill
from forms_service.services.partners import Change
from forms_service.web.partner_record.form_context import FormReader
from forms_service.web.partner_record.form_input import FormInput


def add_person(typed: FormInput, reader: FormReader) -> Change:
    """Add a person."""
    said, roles, access = _said(typed), _roles(typed), typed.ticked("access")
    return lambda partner, act: people_actions.add(partner, act, **said, **roles, access=access)


def change_person(typed: FormInput, reader: FormReader) -> Change:
    """Change a person's data and roles."""
    person, said, roles = typed.line("person"), _said(typed), _roles(typed)
    return lambda partner, act: people_actions.change(partner, act, person, **said, **roles)


def _said(typed: FormInput) -> dict[str, Any]:
    return {
        "name": typed.line("name", needed=True),
        "email": typed.address("email"),
        "phone": typed.line("phone"),
        "position": typed.line("position"),
    }


def _roles(typed: FormInput) -> dict[str, Any]:
    return {"contact": typed.ticked("contact"), "sponsor": typed.ticked("sponsor")}


def person_left(typed: FormInput, reader: FormReader) -> Change:
    """Mark a person as gone."""
    person, on = typed.line("person"), typed.day("on")
    return lambda partner, act: people_actions.left(partner, act, person, on=on or act.today)


def give_access(typed: FormInput, reader: FormReader) -> Change:
    """Grant access."""
    person = typed.line("person")
    return lambda partner, act: people_actions.give_access(partner, act, person)


def take_access(typed: FormInput, reader: FormReader) -> Change:
    """Revoke access."""
    person = typed.line("person")
    return lambda partner, act: people_actions.take_access(partner, act, person)


def answer_access(typed: FormInput, reader: FormReader) -> Change:
    """Answer an access request."""
    request, granted = typed.line("request"), typed.choice("granted", ("y", "n")) == "y"
    return lambda partner, act: access_requests.answer_access(partner, act, request, granted=granted)


def add_qualification(typed: FormInput, reader: FormReader) -> Change:
    """Add a qualification."""
    person, skill = typed.line("person", needed=True), Skill(typed.choice("skill", tuple(Skill)))
    since, until, evidence = typed.day("since"), typed.day("valid_until"), typed.line("evidence")
    return lambda partner, act: qualifications.add(
        partner, act, person=person, skill=skill, since=since, valid_until=until, evidence=evidence
    )


def extend_qualification(typed: FormInput, reader: FormReader) -> Change:
    """Extend a qualification."""
    held, until, evidence = typed.line("qualification"), typed.day("valid_until"), typed.line("evidence")
    return lambda partner, act: qualifications.extend(
        partner, act, held, valid_until=until, evidence=evidence
    )


def remove_qualification(typed: FormInput, reader: FormReader) -> Change:
    """Remove a qualification."""
    held = typed.line("qualification")
    return lambda partner, act: qualifications.remove(partner, act, held)
