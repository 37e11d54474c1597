"""Mails about a partner's years: template context, for the partner's people and for the vendor.

The mail's own document holds what happened and bare facts; reasons that the partner reads are looked up when
it is sent, and where the record is gone there is nothing left to write about.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from forms_service.domain.clock import moment, stamp
from forms_service.domain.partners import onboarding_checklist
from forms_service.domain.partners.due_dates import Due, DueKind
from forms_service.domain.partners.notifications import MEETINGS, PRIVACY, Notification
from forms_service.domain.partners.partner import Partner, RenewalDecision, Skill, parse_partner
from forms_service.domain.partners.partner_labels import due_in, due_title, step_words
from forms_service.domain.partners.partner_reminders import Reminder
from forms_service.domain.partners.partner_years import active_since, day_of, terms_on, year
from forms_service.domain.partners.people import present
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_, texts
from forms_service.mail import meeting_mails
from forms_service.mail.event_mails import queued_mail
from forms_service.mail.message import CalendarEntry, fits_header
from forms_service.store.store import Document
from partner_program.model import Language, Program

NewsFacts = Mapping[str, Any]

_HAS_REASON = frozenset(
    {
        "partner-renewed",
        "partner-tier-changed",
        "partner-will-end",
        "partner-ended",
        "partner-suspended",
        "partner-resumed",
    }
)


def values(partner: Partner, facts: NewsFacts, program: Program, language: Language) -> Context:
    """What the template of this event says besides the partner; a text is empty where the record has none."""
    event, at = facts["news"], facts["happened"]
    found = {"reason": reason(partner, event, at)} if event in _HAS_REASON else {}
    match event:
        case event if event in _LISTS_STEPS:
            return {"steps": _steps(partner, program, at, language)}
        case event if event in MEETINGS:
            return meeting_mails.values(partner, facts, program, language)
        case "partner-active":
            return _first_year(partner, at, program, language)
        case "partner-tier-changed":
            terms = terms_on(partner, day_of(moment(at)))
            return found | {"tier": _tier(program, terms["tier"]) if terms else ""}
        case "partner-renewed":
            return found | _renewed(partner, at, program, language)
        case "partner-will-end":
            last = partner["ends_on"]
            return found | {"last_day": _day(date.fromisoformat(last), language) if last else ""}
        case "partner-attested" | "partner-attested-notice":
            return _attested(partner, at)
        case "partner-reminder" | "partner-reminder-notice":
            day = day_of(moment(at))
            listed = facts.get("dues", ())
            is_late = any(date.fromisoformat(due["on"]) < day for due in listed)
            return {"is_late": is_late, "dues": [_due(partner, due, day, language) for due in listed]}
    return found


def _first_year(partner: Partner, at: str, program: Program, language: Language) -> dict[str, str]:
    since, terms = active_since(partner), terms_on(partner, day_of(moment(at)))
    if since is None or terms is None:
        return {"tier": "", "first_day": "", "last_day": ""}
    first = year(since, 1)
    return {
        "tier": _tier(program, terms["tier"]),
        "first_day": _day(first.first_day, language),
        "last_day": _day(first.last_day, language),
    }


def _renewed(partner: Partner, at: str, program: Program, language: Language) -> dict[str, str]:
    """The tier, and from when on; nothing of a decision that was taken back since."""
    since = active_since(partner)
    made = next((each for each in partner["renewals"] if each["at"] == at), None)
    if since is None or made is None or made["decision"] == RenewalDecision.END:
        return {"tier": "", "day": ""}
    first = year(since, made["year"] + 1).first_day
    return {"tier": _tier(program, made["tier"]), "day": _day(first, language)}


def _attested(partner: Partner, at: str) -> Context:
    given = next((each for each in partner["attestations"] if each["at"] == at), None)
    return (
        {"year": given["year"], "name": given["declared_by"]["name"]} if given else {"year": "", "name": ""}
    )


def reason(partner: Partner, news: str, at: str) -> str:
    """Reason of the decision the mail is about, as the partner reads it; empty where there is none."""
    stops = [stop for stop in (partner["suspended"], partner["ended"]) if stop is not None]
    lifted = [(each["at"], each["reason"]) for each in partner["lifted"]]
    decisions = [(each["at"], each["reason"]) for each in (*stops, *partner["renewals"])]
    found = dict([*decisions, *lifted]).get(at, "")
    if not found and news == "partner-tier-changed" and partner["terms"]:
        return partner["terms"][-1]["reason"]
    return found


def facts_of(due: Due) -> Document:
    """Facts of a due date that the mail keeps: no text that anybody wrote, no name."""
    return {
        "kind": due.kind.value,
        "on": due.on.isoformat(),
        "subject": due.subject,
        "missing": due.missing,
        "waits": due.waits_for_copy,
        "skill": due.skill.value if due.skill else None,
    }


def _due(partner: Partner, facts: NewsFacts, day: date, language: Language) -> dict[str, str]:
    due = Due(
        DueKind(facts["kind"]),
        date.fromisoformat(facts["on"]),
        facts["subject"],
        missing=facts["missing"],
        waits_for_copy=facts["waits"],
        skill=Skill(facts["skill"]) if facts["skill"] else None,
    )
    words = texts(language)
    title = due_title(due, words, language)
    whose = _holder(partner, facts["subject"]) if due.kind is DueKind.QUALIFICATION else ""
    return {
        "title": f"{title}, {whose}" if whose else title,
        "day": _day(due.on, language),
        "left": due_in(due, day, words),
    }


def _holder(partner: Partner, qualification: str) -> str:
    """Whose qualification it is; nobody's once their name is erased."""
    held = next((each for each in partner["qualifications"] if each["id"] == qualification), None)
    people = {person["id"]: person["name"] for person in partner["people"]}
    return "" if held is None else people.get(held["person"], "")


def _tier(program: Program, tier: str) -> str:
    return next((each.name for each in program.tiers if each.id == tier), tier)


def _day(day: date, language: Language) -> str:
    return format_date(day, "d MMMM y", locale=language)


Facts = Mapping[str, Any]

NEWS, NOTICE = "partner-news", "partner-notice"
"""Names that event mails are stored under: to the partner's people, and to the vendor."""
TO_PARTNERS = (NEWS, NOTICE)
_ROLES = (("contact", N_("contact person")), ("sponsor", N_("executive sponsor")))
_QUALIFIED = {
    Skill.SALES: N_("person with sales qualifications"),
    Skill.TECHNICAL: N_("person with technical qualifications"),
}
_DATA = (
    ("name", N_("name")),
    ("email", N_("email address")),
    ("phone", N_("phone number")),
    ("position", N_("position")),
)
_LISTS_STEPS = frozenset(
    {
        "partner-started",
        "partner-ready-notice",
        "partner-onboarding-reminder",
        "partner-onboarding-notice",
    }
)
_PLACES = {
    "partner-access-asked": "/people",
    "partner-access-asked-notice": "/people",
    "partner-attested": "/attestation",
    "partner-attested-notice": "/attestation",
    **dict.fromkeys(MEETINGS, "/planning"),
    "partner-reminder": "/due",
    "partner-reminder-notice": "/due",
}
"""Below the partner's page."""


def template_of(mail: Facts) -> str:
    """Name of the template of a mail: of one about a partner's event, that of the event."""
    return str(mail["facts"]["news"]) if mail["template"] in TO_PARTNERS else str(mail["template"])


def stored_as(event: str) -> str:
    """Name that the mail about this event is stored under."""
    return NOTICE if event.endswith("-notice") else NEWS


class PartnerMails:
    """Template context of mails about a partner."""

    def __init__(
        self,
        find_partner: Callable[[str], Facts | None] = lambda reference: None,
        partner_link: Callable[[str], str] = lambda reference: "",
        desk_link: Callable[[str], str] = lambda reference: "",
        privacy_page: Callable[[Language], str] = lambda language: "",
    ) -> None:
        """The links are those of a partner's page, in the partner area and at the desk."""
        self._privacy_page = privacy_page
        self._find_partner = find_partner
        self._partner_link = partner_link
        self._desk_link = desk_link

    def context(self, mail: Facts, program: Program) -> Context | None:
        """Template context; None where there is nothing left to write about."""
        found = self._find_partner(mail["record"])
        if found is None:
            return None
        partner, language = parse_partner(found), mail["lang"]
        if mail["template"] == PRIVACY:
            return _about_data(mail, partner, program, self._privacy_page(language))
        facts: Facts = mail["facts"]
        if facts["news"] in MEETINGS and not meeting_mails.is_owed(partner, facts):
            return None
        name = partner["company"]["name"]
        link = self._partner_link if mail["template"] == NEWS else self._desk_link
        return {
            "reference": partner["id"],
            "company": name if fits_header(name) else "",
            "link": link(partner["id"]) + _PLACES.get(facts["news"], ""),
            **values(partner, facts, program, language),
        }

    def calendar_entry(self, mail: Facts, program: Program) -> CalendarEntry | None:
        """What a mail about a meeting puts into its reader's calendar; None for any other mail."""
        found = self._find_partner(mail["record"]) if mail["template"] in TO_PARTNERS else None
        if found is None or mail["facts"]["news"] not in MEETINGS:
            return None
        return meeting_mails.calendar_entry(parse_partner(found), mail, program)


def of_news(partner: Partner, notification: Notification, now: datetime) -> Document:
    """Document of a queued mail about an event."""
    return _queued(partner, notification, now, notification.facts)


def of_reminder(partner: Partner, notification: Notification, reminder: Reminder, now: datetime) -> Document:
    """Document of a queued reminder."""
    dues = [facts_of(due) for due in reminder.dues]
    return _queued(partner, notification, now, {"dues": dues})


def _queued(partner: Partner, notification: Notification, now: datetime, more: Facts) -> Document:
    if notification.template == PRIVACY:
        return queued_mail(PRIVACY, partner["id"], to=notification.to, lang=notification.lang, now=now)
    template = stored_as(notification.template)
    facts = {"news": notification.template, "happened": stamp(now), **more}
    return queued_mail(
        template, partner["id"], to=notification.to, lang=notification.lang, now=now, facts=facts
    )


def _about_data(mail: Facts, partner: Partner, program: Program, privacy_page: str) -> Context | None:
    """What is kept about the reader; None where they are not named any more."""
    words = texts(mail["lang"])
    named = [each for each in present(partner) if each["email"].casefold() == mail["to"].casefold()]
    if not named:
        return None
    person: Mapping[str, Any] = named[0]
    held = {each["kind"] for each in partner["qualifications"] if each["person"] == person["id"]}
    roles = [words.gettext(role) for name, role in _ROLES if person[name]]
    roles += [words.gettext(role) for skill, role in _QUALIFIED.items() if skill in held]
    company = partner["company"]["name"]
    return {
        "company": company,
        "roles": roles or [words.gettext(N_("one of its people"))],
        "data": ", ".join(words.gettext(word) for name, word in _DATA if person[name]),
        "controller": program.controller.name,
        "about_data": program.controller.email or program.contact.email,
        "privacy_page": privacy_page,
    }


def _steps(partner: Partner, program: Program, at: str, language: Language) -> list[str]:
    """What is left of the onboarding."""
    found = onboarding_checklist.checklist(partner, program, day_of(moment(at)))
    return [step_words(step, partner, texts(language), language) for step in found if not step.ready]
