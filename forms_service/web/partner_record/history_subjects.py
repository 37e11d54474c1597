"""History subjects: what an entry of a partner's history is about, and the section that has it.

An entry holds ids and numbers; their names are looked up in the record as the reader may see it. What is
erased or gone has no name any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from forms_service.domain.partners import partner_labels
from forms_service.domain.partners.partner import Skill, found
from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.i18n.translations import N_
from forms_service.web.partner_record.context import PartnerContext

Entry = Mapping[str, Any]

_SECTIONS: Mapping[str, tuple[PartnerAction, ...]] = {
    "profile": (
        PartnerAction.CHANGE_COMPANY,
        PartnerAction.GIVE_LINK,
        PartnerAction.CONFIRM_LINK,
        PartnerAction.RECORD_AGREEMENT,
        PartnerAction.KEEP_DOCUMENT,
    ),
    "people": (
        PartnerAction.ADD_PERSON,
        PartnerAction.CHANGE_PERSON,
        PartnerAction.PERSON_LEFT,
        PartnerAction.ASK_ACCESS,
        PartnerAction.ANSWER_ACCESS,
        PartnerAction.GIVE_ACCESS,
        PartnerAction.TAKE_ACCESS,
        PartnerAction.ADD_QUALIFICATION,
        PartnerAction.EXTEND_QUALIFICATION,
        PartnerAction.REMOVE_QUALIFICATION,
    ),
    "activities": (PartnerAction.PLAN_ACTIVITY, PartnerAction.DO_ACTIVITY, PartnerAction.DROP_ACTIVITY),
    "planning": (
        PartnerAction.PLAN_MEETING,
        PartnerAction.MOVE_MEETING,
        PartnerAction.HOLD_MEETING,
        PartnerAction.WRITE_NOTES,
        PartnerAction.DROP_MEETING,
        PartnerAction.SET_GOAL,
        PartnerAction.CLOSE_GOAL,
    ),
    "revenue": (PartnerAction.SET_TARGETS, PartnerAction.ADD_REVENUE, PartnerAction.VOID_REVENUE),
    "attestation": (PartnerAction.ATTEST, PartnerAction.RECEIVE_COPY),
    "renewal": (PartnerAction.RENEW, PartnerAction.REOPEN_RENEWAL, PartnerAction.CHANGE_TIER),
    "overview": (PartnerAction.CONFIRM, PartnerAction.TAKE_BACK),
    "due": (PartnerAction.REMIND,),
}
_SECTION_OF = {action: section for section, actions in _SECTIONS.items() for action in actions}


def address(entry: Entry, context: PartnerContext) -> str:
    """Address of the section that has the subject, in its partner year; empty where there is none."""
    section = _SECTION_OF.get(PartnerAction(entry["what"]))
    if section is None:
        return ""
    goal = found(context.seen["goals"], entry.get("goal", ""))
    number = entry.get("year") or (goal and goal["year"])
    return context.address(section, f"year={number}" if number else "")


def subject(entry: Entry, context: PartnerContext) -> str:
    """The goal, the meeting's day, the amounts, …; empty where an entry has none."""
    told = (say(entry, context) for name, say in _SUBJECTS.items() if name in entry)
    return ", ".join(each for each in told if each)


def _requirement(entry: Entry, context: PartnerContext) -> str:
    titles = {each.id: each.title[context.language] for each in context.program.items()}
    return titles.get(entry["item"], "")


def _field(table: str, key: str, field: str) -> Callable[[Entry, PartnerContext], str]:
    def say(entry: Entry, context: PartnerContext) -> str:
        thing = found(context.seen[table], entry[key])
        return str(thing[field]) if thing else ""

    return say


def _meeting(entry: Entry, context: PartnerContext) -> str:
    meeting = found(context.seen["meetings"], entry["meeting"])
    return context.on(entry.get("on") or (meeting and (meeting["held_on"] or meeting["planned_for"])))


def _qualification(entry: Entry, context: PartnerContext) -> str:
    held = found(context.seen["qualifications"], entry["qualification"])
    if held is None:
        return ""
    person = found(context.seen["people"], held["person"])
    skill = context.text(partner_labels.SKILLS[Skill(held["kind"])])
    return ", ".join(each for each in (person["name"] if person else "", skill) if each)


def _changed(entry: Entry, context: PartnerContext) -> str:
    labels = partner_labels.PROFILE
    return ", ".join(context.text(labels[name]) for name in entry["changed"] if name in labels)


def _sums(entry: Entry, context: PartnerContext) -> str:
    return ", ".join(context.money(amount, currency) for currency, amount in entry["sums"].items())


def _rows(entry: Entry, context: PartnerContext) -> str:
    number = entry["lines"]
    return context.words.ngettext("%(num)s row", "%(num)s rows", number) % {"num": number}


def _targets(entry: Entry, context: PartnerContext) -> str:
    number = entry["targets"]
    return context.words.ngettext("%(num)s target", "%(num)s targets", number) % {"num": number}


def _reminder(entry: Entry, context: PartnerContext) -> str:
    labels = {kind.value: label for kind, label in partner_labels.DUES.items()}
    labels["onboarding"] = N_("Onboarding")
    return ", ".join(context.text(labels[kind]) for kind in entry["about"] if kind in labels)


_SUBJECTS: Mapping[str, Callable[[Entry, PartnerContext], str]] = {
    "item": _requirement,
    "goal": _field("goals", "goal", "text"),
    "activity": _field("activities", "activity", "title"),
    "meeting": _meeting,
    "person": _field("people", "person", "name"),
    "qualification": _qualification,
    "application": lambda entry, context: str(entry["application"]),
    "changed": _changed,
    "year": lambda entry, context: context.text(N_("year %(number)s")) % {"number": entry["year"]},
    "decision": lambda entry, context: context.text(partner_labels.DECISIONS[entry["decision"]]),
    "tier": lambda entry, context: partner_labels.tier_name(entry["tier"], context.program),
    "targets": _targets,
    "sums": _sums,
    "lines": _rows,
    "about": _reminder,
}
"""By the fact that an entry holds, in the order in which they are told."""
