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
from forms_service.moments import stamp
from forms_service.partners.coming_due import Due, DueKind
from forms_service.partners.letters import Letter
from forms_service.partners.record import Partner, Skill
from forms_service.partners.reminders import Reminder
from forms_service.partners.wording import due_title
from forms_service.texts import N_, texts
from partner_program.model import Language, Program

Facts = Mapping[str, Any]

NEWS, NOTICE = "partner-news", "partner-notice"
"""Templates: to the partner's people, and to the vendor."""
TO_PARTNERS = (NEWS, NOTICE)

_SUBJECTS = {
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


class PartnerLetters:
    """Says what the template of a mail about a partner may use."""

    def __init__(
        self,
        find_partner: Callable[[str], Facts | None] = lambda reference: None,
        partner_link: Callable[[str], str] = lambda reference: "",
        desk_link: Callable[[str], str] = lambda reference: "",
    ) -> None:
        """The links are those of a partner's page, in the partner area and at the desk."""
        self._find_partner = find_partner
        self._partner_link = partner_link
        self._desk_link = desk_link

    def told(self, mail: Facts, program: Program) -> dict[str, Any] | None:
        """The values for the template of this mail; None where there is nothing left to write about."""
        found = self._find_partner(mail["record"])
        if found is None:
            return None
        partner, language = cast(Partner, found), cast(Language, mail["lang"])
        facts: Facts = mail["facts"]
        name, happened = partner["company"]["name"], _SUBJECTS[facts["news"]]
        link = self._partner_link if mail["template"] == NEWS else self._desk_link
        return {
            "happened": texts(language).gettext(happened),
            "reference": partner["id"],
            "company": name if fits_header(name) else "",
            "reason": _reason(partner, facts["news"], facts["happened"]),
            "dues": [_due(due, language) for due in facts.get("dues", ())],
            "link": link(partner["id"]),
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
    template = NOTICE if letter.template.endswith("-notice") else NEWS
    facts = {"news": letter.template, "happened": stamp(now), **more}
    return owed(template, partner["id"], to=letter.to, lang=letter.lang, now=now, facts=facts)


def _reason(partner: Partner, news: str, at: str) -> str:
    """Why, as the partner reads it: of the decision that the mail is about."""
    stops = [stop for stop in (partner["suspended"], partner["ended"]) if stop is not None]
    lifted = [(each["at"], each["reason"]) for each in partner["lifted"]]
    decisions = [(each["at"], each["reason"]) for each in (*stops, *partner["renewals"])]
    found = dict([*decisions, *lifted]).get(at, "")
    if not found and news == "partner-tier-changed" and partner["terms"]:
        return partner["terms"][-1]["reason"]
    return found


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
