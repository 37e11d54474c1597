"""Mails to senders and people they name: template context besides the common facts.

A question or a decision is the one that the mail was owed for, also if others followed before it left. Where
it is erased, there is nothing left to write about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from forms_service.domain.companies import company_identity
from forms_service.domain.partners.access_requests import ANSWERED_WITHIN
from forms_service.domain.submissions import deal_results, decision_view, history
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission, company_named
from forms_service.domain.submissions.submission_labels import (
    clock_sentence,
    date_and_time,
    decision_sentence,
    state_for_sender,
)
from forms_service.domain.submissions.workflow import State
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_, texts
from forms_service.mail.sender_context import SenderContext
from partner_program.model import Language, Program

Facts = Mapping[str, Any]

QUESTION, REOPENED = "question", "reopened"
DECISIONS = {
    "approved": State.APPROVED,
    "pre-accepted": State.PRE_ACCEPTED,
    "rejected": State.REJECTED,
}
NEWS = (QUESTION, *DECISIONS, REOPENED)
"""To the sender, whenever something happened to what they sent."""
COPY, PRIVACY = "deal-copy", "privacy-notice"
TO_OTHERS = (COPY, PRIVACY)
"""To people who sent nothing: they get no link to it."""
ANSWERED, CORRECTED, RESULT = "answered-notice", "corrected-notice", "result-notice"
MESSAGE = "message-notice"

_ROLES = (
    ("contacts", N_("contact person")),
    ("sponsor", N_("executive sponsor")),
    ("sales_people", N_("person with sales qualifications")),
    ("technical_people", N_("person with technical qualifications")),
)
_DATA = (
    ("name", N_("name")),
    ("email", N_("email address")),
    ("phone", N_("phone number")),
    ("role", N_("position")),
)


def news(mail: Facts, record: Submission, program: Program) -> Context | None:
    """Context of a mail of NEWS: the question or decision as it was when queued; empty of any other."""
    language: Language = mail["lang"]
    if mail["template"] == QUESTION:
        asked = decision_view.asked_at(record, about(mail))
        clock = clock_sentence(record, program, language) or decision_sentence(record, program, language)
        return {"question": asked["text"], "clock": clock} if asked else None
    outcome = DECISIONS.get(mail["template"])
    if outcome is None:
        return {}
    made = decision_view.made_at(record, about(mail), outcome)
    return {"decision": decision_view.decision(made, program, language, texts(language))} if made else None


def in_notices(mail: Facts, record: Submission) -> Context:
    """Context of a notice to the vendor."""
    match mail["template"]:
        case template if template == ANSWERED:
            return _answered(mail, record)
        case template if template == MESSAGE:
            written = (each["text"] for each in record.get("messages", ()) if each["at"] == about(mail))
            return {"message": next(written, "")}
        case template if template == RESULT:
            at = about(mail)
            result = next((each for each in history.reported(record) if each["at"] == at), None)
            is_won = result is not None and result["outcome"] == State.WON
            return {"is_won": is_won, "result": deal_results.summary(result, mail["lang"])}
    return {}


def _answered(mail: Facts, record: Submission) -> Context:
    """The question and the answer; empty texts once they are erased."""
    for each in record.get("questions", ()):
        if each["answer"] and each["answer"]["at"] == about(mail):
            return {"question": each["text"], "answer": each["answer"]["text"]}
    return {"question": "", "answer": ""}


def for_others(
    mail: Facts, record: Submission, senders: SenderContext, program: Program, privacy_page: str
) -> Context | None:
    """Context of a mail of TO_OTHERS; None where the record no longer holds what it is about."""
    language: Language = mail["lang"]
    if mail["template"] == COPY:
        return senders.for_others(record, mail["to"]) | {"from_address": sender_of(record)}
    named = list(_named(record, mail["to"]))
    if not named:
        return None
    words = texts(language)
    data = [words.gettext(word) for name, word in _DATA if any(person.get(name) for _, person in named)]
    return {
        "company": company_named(record),
        "roles": list(dict.fromkeys(words.gettext(role) for role, _ in named)),
        "data": ", ".join(data),
        "controller": program.controller.name,
        "about_data": program.controller.email or program.contact.email,
        "privacy_page": privacy_page,
    }


def lost_links(
    mail: Facts, found: Sequence[Submission], senders: SenderContext, program: Program
) -> Context | None:
    """Context of LOST_LINK: each submission with its link; None where there is none: no mail then."""
    language: Language = mail["lang"]
    submissions = [
        {
            "reference": record["id"],
            "headline": senders.of(record, mail["to"], language)["headline"],
            "kind": record["kind"],
            "state": state_for_sender(State(record["state"]), texts(language)),
            "received": date_and_time(record["received_at"], program, language),
            "link": senders.status_link(record),
        }
        for record in found
    ]
    return {"submissions": submissions} if submissions else None


def about(mail: Facts) -> str:
    """Time of what a mail is about."""
    moment: str = mail.get("about") or mail["created_at"]
    return moment


def _named(record: Submission, address: str) -> Iterable[tuple[str, Facts]]:
    """Everybody in an application who has this address, with the role they were named in."""
    said = record.get("said") or {}
    for place, role in _ROLES:
        for person in company_identity.people({place: said.get(place)}):
            if (person.get("email") or "").casefold() == address.casefold():
                yield role, person


DRAFT_LINK = "draft-link"
"""To whoever wants to finish a form later: its link. Nothing that somebody typed stands in it."""


def draft_link(mail: Facts, link: str | None, program: Program) -> Context | None:
    """Context of DRAFT_LINK; None where the draft is gone."""
    if link is None:
        return None
    language: Language = mail["lang"]
    return {"link": link, "until": date_and_time(mail["expires_at"], program, language)}


CONFIRM, NOT_GIVEN = "access-confirm", "access-not-given"
TO_ASKERS = (CONFIRM, NOT_GIVEN)


class AccessMails:
    """Template context of mails about access requests."""

    def __init__(
        self,
        confirm_link: Callable[[Facts], str | None] = lambda mail: None,
        asking_page: str = "",
    ) -> None:
        """`confirm_link` is the whole address with the button, or None where it would not work any more."""
        self._confirm_link = confirm_link
        self._asking_page = asking_page

    def context(self, mail: Facts, program: Program) -> Context | None:
        """Template context; None where there is nothing left to write about."""
        if mail["template"] == NOT_GIVEN:
            return {"asking_page": self._asking_page, "days": ANSWERED_WITHIN.days}
        link = self._confirm_link(mail)
        if link is None:
            return None
        language: Language = mail["lang"]
        return {"link": link, "until": date_and_time(mail["expires_at"], program, language)}
