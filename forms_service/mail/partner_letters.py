"""What mails about a partner's years say: to the partner's people, and to the vendor.

The mail's own document holds what happened and bare facts; reasons that the partner reads are looked up when
it is sent, and where the record is gone there is nothing left to write about.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from forms_service.mail import partner_news
from forms_service.mail.letters import fits_header
from forms_service.mail.owed import owed
from forms_service.moments import moment, stamp
from forms_service.partners import onboarding
from forms_service.partners.letters import PRIVACY, Letter
from forms_service.partners.people import present
from forms_service.partners.record import Partner, Skill
from forms_service.partners.reminders import Reminder
from forms_service.partners.wording import step_words
from forms_service.partners.years import day_of
from forms_service.texts import N_, texts
from partner_program.model import Language, Program

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


class PartnerLetters:
    """Says what the template of a mail about a partner may use."""

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

    def told(self, mail: Facts, program: Program) -> dict[str, Any] | None:
        """The values for the template of this mail; None where there is nothing left to write about."""
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
            "happened": partner_news.heading(facts, language),
            "reference": partner["id"],
            "company": name if fits_header(name) else "",
            "reason": partner_news.reason(partner, news, facts["happened"]),
            "explained": partner_news.explained(partner, facts, program, language),
            "things": _steps(partner, program, mail["about"], language) if news in _LISTS_STEPS else [],
            "dues": partner_news.dues(partner, facts, language),
            "link": link(partner["id"]) + _PLACES.get(news, ""),
        }


def of_news(partner: Partner, letter: Letter, now: datetime) -> dict[str, Any]:
    """The mail that is owed for something that happened."""
    return _owed(partner, letter, now, {})


def of_reminder(partner: Partner, letter: Letter, reminder: Reminder, now: datetime) -> dict[str, Any]:
    """The mail that is owed for a reminder."""
    dues = [partner_news.facts_of(due) for due in reminder.dues]
    return _owed(partner, letter, now, {"dues": dues})


def _owed(partner: Partner, letter: Letter, now: datetime, more: Facts) -> dict[str, Any]:
    if letter.template == PRIVACY:
        return owed(PRIVACY, partner["id"], to=letter.to, lang=letter.lang, now=now)
    template = NOTICE if letter.template.endswith("-notice") else NEWS
    facts = {"news": letter.template, "happened": stamp(now), **more}
    return owed(template, partner["id"], to=letter.to, lang=letter.lang, now=now, facts=facts)


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
