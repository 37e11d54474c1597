"""Mails about a partner's years: template context, for the partner's people and for the vendor.

The mail's own document holds what happened and bare facts; reasons that the partner reads are looked up when
it is sent, and where the record is gone there is nothing left to write about.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, cast

from babel.dates import format_date

from forms_service.domain.clock import moment, stamp
from forms_service.domain.partners import onboarding
from forms_service.domain.partners.due_dates import Due, DueKind
from forms_service.domain.partners.notifications import PRIVACY, Notification
from forms_service.domain.partners.partner import Partner, RenewalDecision, Skill
from forms_service.domain.partners.partner_labels import due_in, due_title, step_words
from forms_service.domain.partners.partner_years import active_since, day_of, terms_on, year
from forms_service.domain.partners.people import present
from forms_service.domain.partners.reminders import Reminder
from forms_service.i18n.translations import N_, texts
from forms_service.mail.event_mails import queued_mail
from forms_service.mail.message import fits_header
from partner_program.model import Language, Program

NewsFacts = Mapping[str, Any]

SUBJECTS = {
    "partner-started": N_("What is needed before your partnership begins"),
    "partner-ready-notice": N_("A partner waits for your confirmation"),
    "partner-onboarding-reminder": N_("Your partnership has not begun yet"),
    "partner-onboarding-notice": N_("An onboarding stands still"),
    "partner-active": N_("Your company is an active partner"),
    "partner-renewed": N_("Your partnership is renewed"),
    "partner-tier-changed": N_("Your partner tier has changed"),
    "partner-will-end": N_("Your partnership will end"),
    "partner-ended": N_("Your partnership has ended"),
    "partner-suspended": N_("Your partnership is suspended"),
    "partner-resumed": N_("Your partnership goes on"),
    "partner-attested": N_("We have your yearly attestation"),
    "partner-attested-notice": N_("A partner has given the yearly attestation"),
    "partner-access-asked": N_("Somebody asks for access to your partner area"),
    "partner-access-asked-notice": N_("Somebody asks for access to a partner area"),
    "partner-access-given": N_("You have access to the partner area"),
    "partner-reminder": N_("What comes due in your partnership"),
    "partner-reminder-notice": N_("What comes due with a partner"),
}
"""By what happened."""
_OVERDUE = {
    "partner-reminder": N_("Something is overdue in your partnership"),
    "partner-reminder-notice": N_("Something is overdue with a partner"),
}
"""In their place, where a day has passed."""
_EXPLAINED = {
    "partner-started": N_(
        "Your application is pre-accepted. What is listed here is needed before the partnership begins. "
        "In the partner area you see how far it is, and fill in what is yours to fill in."
    ),
    "partner-ready-notice": N_("All that is needed is there. What is listed here waits to be confirmed."),
    "partner-onboarding-reminder": N_(
        "For some time nothing has happened. What is listed here is still needed before the partnership "
        "begins."
    ),
    "partner-onboarding-notice": N_(
        "For some time nothing has happened. What is listed here is still to be done or to be confirmed."
    ),
    "partner-access-asked": N_(
        "On the page People you see who it is. Let them in, or do not. A request that nobody answers is over "
        "after 30 days."
    ),
    "partner-access-asked-notice": N_("The partner's contact person, or you, let them in or do not."),
    "partner-access-given": N_("Sign in with this address: you get a link by mail. There is no password."),
}
"""What more there is to say, whoever it is about."""
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


def heading(facts: NewsFacts, language: Language) -> str:
    """What happened; also the subject."""
    news, day = facts["news"], day_of(moment(facts["happened"]))
    is_late = any(date.fromisoformat(due["on"]) < day for due in facts.get("dues", ()))
    return texts(language).gettext(_OVERDUE[news] if is_late and news in _OVERDUE else SUBJECTS[news])


def explained(partner: Partner, facts: NewsFacts, program: Program, language: Language) -> str:
    """What follows from it, in whole sentences; empty where there is nothing to add."""
    news = facts["news"]
    if news in _EXPLAINED:
        return texts(language).gettext(_EXPLAINED[news])
    return " ".join(_sentences(partner, news, facts["happened"], program, language))


def _sentences(partner: Partner, news: str, at: str, program: Program, language: Language) -> Iterator[str]:
    words, day = texts(language), day_of(moment(at))
    since, terms = active_since(partner), terms_on(partner, day)
    match news:
        case "partner-active" if since is not None and terms is not None:
            first = year(since, 1)
            yield words.gettext(N_("Tier: %(tier)s.")) % {"tier": _tier(program, terms["tier"])}
            yield words.gettext(N_("The first partner year: %(first)s – %(last)s.")) % {
                "first": _day(first.first_day, language),
                "last": _day(first.last_day, language),
            }
        case "partner-tier-changed" if terms is not None:
            yield words.gettext(N_("Tier: %(tier)s.")) % {"tier": _tier(program, terms["tier"])}
        case "partner-renewed":
            yield from _renewed(partner, at, program, language)
        case "partner-will-end" if partner["ends_on"]:
            last = _day(date.fromisoformat(partner["ends_on"]), language)
            yield words.gettext(N_("Last day: %(day)s")) % {"day": last} + "."
        case "partner-attested" | "partner-attested-notice":
            yield from _attested(partner, at, language)


def _renewed(partner: Partner, at: str, program: Program, language: Language) -> Iterator[str]:
    """The tier, and from when on; nothing of a decision that was taken back since."""
    since = active_since(partner)
    made = next((each for each in partner["renewals"] if each["at"] == at), None)
    if since is None or made is None or made["decision"] == RenewalDecision.END:
        return
    first = year(since, made["year"] + 1).first_day
    said = {"tier": _tier(program, made["tier"]), "day": _day(first, language)}
    yield texts(language).gettext(N_("Tier from %(day)s on: %(tier)s.")) % said
    yield texts(language).gettext(
        N_("From that day on, the requirements are those of the program as it is published now.")
    )


def _attested(partner: Partner, at: str, language: Language) -> Iterator[str]:
    given = next((each for each in partner["attestations"] if each["at"] == at), None)
    if given is None:
        return
    said = {"number": given["year"], "name": given["declared_by"]["name"]}
    yield texts(language).gettext(N_("Partner year %(number)d, declared by: %(name)s.")) % said


def reason(partner: Partner, news: str, at: str) -> str:
    """Reason of the decision the mail is about, as the partner reads it; empty where there is none."""
    if news not in _HAS_REASON:
        return ""
    stops = [stop for stop in (partner["suspended"], partner["ended"]) if stop is not None]
    lifted = [(each["at"], each["reason"]) for each in partner["lifted"]]
    decisions = [(each["at"], each["reason"]) for each in (*stops, *partner["renewals"])]
    found = dict([*decisions, *lifted]).get(at, "")
    if not found and news == "partner-tier-changed" and partner["terms"]:
        return partner["terms"][-1]["reason"]
    return found


def facts_of(due: Due) -> dict[str, Any]:
    """Facts of a due date that the mail keeps: no text that anybody wrote, no name."""
    return {
        "kind": due.kind.value,
        "on": due.on.isoformat(),
        "subject": due.subject,
        "missing": due.missing,
        "waits": due.waits_for_copy,
        "skill": due.skill.value if due.skill else None,
    }


def dues(partner: Partner, facts: NewsFacts, language: Language) -> list[dict[str, str]]:
    """Due dates of a mail: title, whose, day, and how far away it was when the mail was queued."""
    day = day_of(moment(facts["happened"]))
    return [_due(partner, each, day, language) for each in facts.get("dues", ())]


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
"""Templates: to the partner's people, and to the vendor."""
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
    "partner-reminder": "/due",
    "partner-reminder-notice": "/due",
}
"""Below the partner's page."""


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

    def context(self, mail: Facts, program: Program) -> dict[str, Any] | None:
        """Template context; None where there is nothing left to write about."""
        found = self._find_partner(mail["record"])
        if found is None:
            return None
        partner, language = cast(Partner, found), cast(Language, mail["lang"])
        if mail["template"] == PRIVACY:
            return _about_data(mail, partner, program, self._privacy_page(language))
        facts: Facts = mail["facts"]
        name = partner["company"]["name"]
        link = self._partner_link if mail["template"] == NEWS else self._desk_link
        news = facts["news"]
        return {
            "happened": heading(facts, language),
            "reference": partner["id"],
            "company": name if fits_header(name) else "",
            "reason": reason(partner, news, facts["happened"]),
            "explained": explained(partner, facts, program, language),
            "things": _steps(partner, program, mail["about"], language) if news in _LISTS_STEPS else [],
            "dues": dues(partner, facts, language),
            "link": link(partner["id"]) + _PLACES.get(news, ""),
        }


def of_news(partner: Partner, notification: Notification, now: datetime) -> dict[str, Any]:
    """Document of a queued mail about an event."""
    return _queued(partner, notification, now, {})


def of_reminder(
    partner: Partner, notification: Notification, reminder: Reminder, now: datetime
) -> dict[str, Any]:
    """Document of a queued reminder."""
    dues = [facts_of(due) for due in reminder.dues]
    return _queued(partner, notification, now, {"dues": dues})


def _queued(partner: Partner, notification: Notification, now: datetime, more: Facts) -> dict[str, Any]:
    if notification.template == PRIVACY:
        return queued_mail(PRIVACY, partner["id"], to=notification.to, lang=notification.lang, now=now)
    template = NOTICE if notification.template.endswith("-notice") else NEWS
    facts = {"news": notification.template, "happened": stamp(now), **more}
    return queued_mail(
        template, partner["id"], to=notification.to, lang=notification.lang, now=now, facts=facts
    )


def _about_data(mail: Facts, partner: Partner, program: Program, privacy_page: str) -> dict[str, Any] | None:
    """What is kept about the reader; None where they are not named any more."""
    words = texts(cast(Language, mail["lang"]))
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
    found = onboarding.checklist(partner, program, day_of(moment(at)))
    return [step_words(step, partner, texts(language), language) for step in found if not step.ready]
