"""Composer: turns a queued mail and its record into a message. Deterministic: same input, same bytes.

Who reads it decides what a template gets to see. An address that no partner vouches for is not verified: its
mail holds nothing that somebody typed. A notice to the vendor holds all of it, and cannot hold the link that
is the person's key. A template that asks for more than its reader may see fails.
"""

from collections.abc import Callable, Mapping, Sequence
from email.headerregistry import Address
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners.notifications import EVENTS
from forms_service.domain.partners.notifications import PRIVACY as PRIVACY_PARTNER
from forms_service.domain.submissions import protection
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.submission_labels import date_and_time, decision_sentence, local
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.forms import facts, staff_summary
from forms_service.i18n.jinja import Context
from forms_service.mail import for_senders
from forms_service.mail.digests import DIGEST, DigestMails
from forms_service.mail.event_mails import LOST_LINK
from forms_service.mail.for_partners import TO_PARTNERS, PartnerMails, template_of
from forms_service.mail.for_senders import (
    ANSWERED,
    CORRECTED,
    DRAFT_LINK,
    MESSAGE,
    NEWS,
    RESULT,
    TO_ASKERS,
    TO_OTHERS,
    AccessMails,
)
from forms_service.mail.for_staff import TO_STAFF, StaffMails, headline
from forms_service.mail.message import HeaderValue, Message, UnsafeMail, mailbox, seal
from forms_service.mail.sender_context import SenderContext
from forms_service.mail.template import render
from partner_program.eligibility import assess
from partner_program.model import Language, Program
from partner_program.phrases import missing_phrase

TO_THE_SENDER = ("application-received", "deal-received", "withdrawn", "link-renewed", *NEWS)
TO_THE_VENDOR = (
    "application-notice",
    "deal-notice",
    "withdrawn-notice",
    ANSWERED,
    MESSAGE,
    CORRECTED,
    RESULT,
)
PROTECTION = ("protection-ends", "protection-ended")
"""To the sender of an approved deal, where the program says how long an approval is valid."""
SIGN_IN = "sign-in"
TEMPLATES = (
    *TO_THE_SENDER,
    *TO_OTHERS,
    LOST_LINK,
    *TO_THE_VENDOR,
    *PROTECTION,
    *TO_STAFF,
    *EVENTS,
    PRIVACY_PARTNER,
    *TO_ASKERS,
    DRAFT_LINK,
    SIGN_IN,
    DIGEST,
)
"""Each is `templates/NAME.LANGUAGE.txt`."""
SENT_AGAIN = (*TO_THE_SENDER, *TO_OTHERS, *TO_THE_VENDOR, *PROTECTION)
"""Mails that are of use also later: those about a submission."""

_NO_ANSWERS = "DR, RN, NRN, OOF, AutoReply"
"""For `X-Auto-Response-Suppress` (MS-OXCMAIL 2.1.3.2.20): no receipts, no absence notes; bounces may come."""

Facts = Mapping[str, Any]


class Composer:
    """Composes the mails of one service."""

    def __init__(
        self,
        program: Callable[[], Program],
        to_senders: SenderContext,
        *,
        sign_in_link: Callable[[Facts], str | None] = lambda mail: None,
        draft_link: Callable[[Facts], str | None] = lambda mail: None,
        sent_from: Callable[[str], Sequence[Submission]] = lambda address: (),
        privacy_page: Callable[[Language], str] = lambda language: "",
        staff_mails: StaffMails | None = None,
        partner_mails: PartnerMails | None = None,
        access_mails: AccessMails | None = None,
        mail_from: str = "",
        bounces_to: str = "",
    ) -> None:
        """`program` is the one now served. `to_senders`: what a sender's mail may name. `sign_in_link` makes
        the whole address of the sign-in a mail is about, or None where it would not work any more;
        `privacy_page` that of the privacy page. `sent_from` finds the records to tell somebody about who asks
        for lost links. `draft_link` makes the address of a form that somebody finishes
        later. `bounces_to` is the envelope sender; that of `From` unless given."""
        self._program = program
        self._to_senders = to_senders
        self._sign_in_link = sign_in_link
        self._draft_link = draft_link
        self._sent_from = sent_from
        self._privacy_page = privacy_page
        self._staff_mails = staff_mails or StaffMails()
        self._digest_mails = DigestMails(
            self._staff_mails.find_record, to_senders, self._staff_mails.desk_link
        )
        self._partner_mails = partner_mails or PartnerMails()
        self._access_mails = access_mails or AccessMails()
        self._mail_from = mail_from
        self._bounces_to = bounces_to

    def __call__(self, mail: Facts, record: Submission | None) -> Message | None:
        """The message, or None where there is nothing left to write about.

        Raises:
            UnsafeMail: it would have to carry what a header cannot.
        """
        program, language = self._program(), mail["lang"]
        context = self.context(mail, record, program)
        if context is None:
            return None
        subject, text, html = render(template_of(mail), language, context)
        sender = mailbox(self._mail_from or program.contact.email, program.name[language])
        headers: dict[str, HeaderValue] = {
            "From": sender,
            "To": mailbox(mail["to"]),
            **_reply_to(context.get("sender", program.contact.email)),
            "Subject": subject,
            "Date": moment(mail["created_at"]),
            "Message-ID": f"<{mail['id']}@{sender.domain}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": _NO_ANSWERS,
        }
        made_at = moment(mail["created_at"])
        return seal(
            headers,
            text,
            html,
            id=mail["id"],
            made_at=made_at,
            bounces_to=self._bounces_to,
            calendar=self._partner_mails.calendar_entry(mail, program),
        )

    def context(self, mail: Facts, record: Submission | None, program: Program) -> Context | None:
        """Template context of a mail; None where there is nothing left to write about."""
        language: Language = mail["lang"]
        context = {
            "program": program.name[language],
            "vendor": program.vendor,
            "contact": program.contact.email,
            "website": program.contact.website,
        }
        if mail["template"] == SIGN_IN:
            link = self._sign_in_link(mail)
            until = local(mail["expires_at"], program)
            return context | {"link": link, "until": f"{until:%H:%M}"} if link else None
        if mail["template"] in TO_STAFF:
            for_staff = self._staff_mails.context(mail, record, program)
            return None if for_staff is None else context | for_staff
        if mail["template"] in (*TO_PARTNERS, PRIVACY_PARTNER):
            for_partner = self._partner_mails.context(mail, program)
            return None if for_partner is None else context | for_partner
        if mail["template"] in TO_ASKERS:
            for_asker = self._access_mails.context(mail, program)
            return None if for_asker is None else context | for_asker
        if mail["template"] == DRAFT_LINK:
            to_finish = for_senders.draft_link(mail, self._draft_link(mail), program)
            return None if to_finish is None else context | to_finish
        if mail["template"] == DIGEST:
            of_several = self._digest_mails.context(mail, program)
            return None if of_several is None else context | of_several
        if mail["template"] == LOST_LINK:
            links = for_senders.lost_links(mail, self._sent_from(mail["to"]), self._to_senders, program)
            return links and context | links
        if record is None or not record.get("said"):
            return None
        context |= _about(mail, record, program, language)
        more = self._more(mail, record, program, context)
        return None if more is None else context | more

    def _more(self, mail: Facts, record: Submission, program: Program, context: Facts) -> Context | None:
        """What depends on who reads it; None where there is nothing to write about any more."""
        match mail["template"]:
            case template if template in TO_OTHERS:
                page = self._privacy_page(mail["lang"])
                return for_senders.for_others(mail, record, self._to_senders, program, page)
            case template if template in TO_THE_VENDOR:
                extra = for_senders.in_notices(mail, record)
                notice = self._staff_mails.notice(mail, record, program)
                return _for_the_vendor(record, program, mail["lang"]) | notice | extra
            case template if template in PROTECTION and not context["valid_until"]:
                return None
        news = for_senders.news(mail, record, program)
        return None if news is None else self._for_the_sender(mail, record, program) | news

    def _for_the_sender(self, mail: Facts, record: Submission, program: Program) -> Context:
        found = self._to_senders.of(record, mail["to"], mail["lang"])
        match mail["template"]:
            case "link-renewed":
                return found | {"link": self._to_senders.status_link(record)}
            case "deal-received":
                return found | {
                    "receipt": self._to_senders.receipt(record, mail["to"], program, mail["lang"])
                }
        return found


def _about(mail: Facts, record: Submission, program: Program, language: Language) -> Context:
    return {
        "kind": record["kind"],
        "reference": record["id"],
        "received": date_and_time(record["received_at"], program, language),
        "happened": date_and_time(for_senders.about(mail), program, language),
        "decide_by": decision_sentence(record, program, language),
        "valid_until": protection.in_words(record, program.deal_registration, language),
    }


def _for_the_vendor(record: Submission, program: Program, language: Language) -> Context:
    said = record["said"]
    return {
        "headline": headline(record),
        "said": staff_summary(SubmissionKind(record["kind"]), said, program, language),
        "sender": sender_of(record),
        "sender_language": record["lang"],
        "missing": _missing(record["said"], program, language)
        if record["kind"] == SubmissionKind.APPLICATION
        else "",
    }


def _missing(said: Facts, program: Program, language: Language) -> str:
    """What the company still lacks for its tier; empty where the program has no such tier any more."""
    answers = {answer.tier.id: answer for answer in assess(program, facts(dict(said)))}
    tier = answers.get(said["tier"])
    return missing_phrase(tier, language) if tier else ""


def _reply_to(address: str) -> dict[str, Address]:
    """A person reaches the vendor by answering, the vendor the person; never the address we send from."""
    try:
        return {"Reply-To": mailbox(address)}
    except UnsafeMail:
        return {}  # what somebody typed must not keep the mail from the vendor
