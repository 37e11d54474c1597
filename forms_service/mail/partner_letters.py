"""What mails about a partner's years say: to the partner's people, and to the vendor.

The mail's own document holds what happened and bare facts; reasons that the partner reads are looked up when
it is sent, and where the record is gone there is nothing left to write about.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, cast

from babel.dates import format_date

from forms_service.mail.letters import fits_header
from forms_service.mail.owed import owed
from forms_service.moments import moment, stamp
from forms_service.partners import onboarding
from forms_service.partners.coming_due import Due, DueKind
from forms_service.partners.letters import PRIVACY, Letter
from forms_service.partners.people import present
from forms_service.partners.record import Partner, Skill
from forms_service.partners.reminders import Reminder
from forms_service.partners.terms import partner_year
from forms_service.partners.wording import due_title, step_words
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
"""What more there is to say."""
_LISTS_STEPS = frozenset(
    {
        "partner-started",
        "partner-ready-notice",
        "partner-onboarding-reminder",
        "partner-onboarding-notice",
    }
)
_PLACES = {"partner-access-asked": "/people", "partner-access-asked-notice": "/people"}
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
        name, happened = partner["company"]["name"], SUBJECTS[facts["news"]]
        link = self._partner_link if mail["template"] == NEWS else self._desk_link
        news = facts["news"]
        return {
            "happened": texts(language).gettext(happened),
            "reference": partner["id"],
            "company": name if fits_header(name) else "",
            "reason": _reason(partner, facts["news"], facts["happened"]),
            "explained": _explained(partner, news, language),
            "things": _steps(partner, program, mail["about"], language) if news in _LISTS_STEPS else [],
            "dues": [_due(due, language) for due in facts.get("dues", ())],
            "link": link(partner["id"]) + _PLACES.get(news, ""),
        }


def of_news(partner: Partner, letter: Letter, now: datetime) -> dict[str, Any]:
    """The mail that is owed for something that happened."""
    return _owed(partner, letter, now, {})


def of_reminder(partner: Partner, letter: Letter, reminder: Reminder, now: datetime) -> dict[str, Any]:
    """The mail that is owed for a reminder."""
    dues = [
        {
            "kind": due.kind.value,
            "on": due.on.isoformat(),
            "missing": due.missing,
            "waits": due.waits_for_copy,
            "skill": due.skill.value if due.skill else None,
        }
        for due in reminder.dues
    ]
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


def _reason(partner: Partner, news: str, at: str) -> str:
    """Why, as the partner reads it: of the decision that the mail is about."""
    stops = [stop for stop in (partner["suspended"], partner["ended"]) if stop is not None]
    lifted = [(each["at"], each["reason"]) for each in partner["lifted"]]
    decisions = [(each["at"], each["reason"]) for each in (*stops, *partner["renewals"])]
    found = dict([*decisions, *lifted]).get(at, "")
    if not found and news == "partner-tier-changed" and partner["terms"]:
        return partner["terms"][-1]["reason"]
    return found


def _explained(partner: Partner, news: str, language: Language) -> str:
    words = texts(language)
    year = partner_year(partner, date.fromisoformat(partner["active_since"] or "2000-01-01"))
    if news == "partner-active" and year is not None:
        days = {
            "first": format_date(year.first_day, "d MMMM y", locale=language),
            "last": format_date(year.last_day, "d MMMM y", locale=language),
        }
        return words.gettext(N_("The first partner year: %(first)s – %(last)s.")) % days
    return words.gettext(_EXPLAINED[news]) if news in _EXPLAINED else ""


def _steps(partner: Partner, program: Program, at: str, language: Language) -> list[str]:
    """What is left of the onboarding."""
    found = onboarding.checklist(partner, program, day_of(moment(at)))
    return [step_words(step, partner, texts(language), language) for step in found if not step.ready]


def _due(facts: Facts, language: Language) -> dict[str, str]:
    due = Due(
        DueKind(facts["kind"]),
        date.fromisoformat(facts["on"]),
        "",
        missing=facts["missing"],
        waits_for_copy=facts["waits"],
        skill=Skill(facts["skill"]) if facts["skill"] else None,
    )
    day = format_date(due.on, "d MMMM y", locale=language)
    return {"title": due_title(due, texts(language), language), "day": day}
