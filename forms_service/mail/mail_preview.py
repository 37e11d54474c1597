"""Mail preview: every mail with example data, for editors of the templates and for the checks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.partners.notifications import EVENTS, PRIVACY
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.mail import mail_examples
from forms_service.mail.composer import PROTECTION, SIGN_IN, TEMPLATES, TO_THE_VENDOR, Composer
from forms_service.mail.event_mails import queued_mail
from forms_service.mail.for_partners import PartnerMails, stored_as
from forms_service.mail.for_senders import CONFIRM, DRAFT_LINK, AccessMails
from forms_service.mail.for_staff import TO_STAFF, StaffMails
from forms_service.mail.message import Message
from forms_service.mail.sender_context import SenderContext
from forms_service.store.store import Document
from partner_program import Program
from partner_program.model import Language

_SITE = "https://partners.example.com"
_SHOWN = ("From", "To", "Reply-To", "Subject")


@dataclass(frozen=True)
class Example:
    """A rendered mail in one language."""

    name: str
    """`deal-received.pl`."""
    message: Message

    @property
    def text(self) -> str:
        """Its headers that people see, then the text."""
        read = message_from_bytes(self.message.data, policy=policy.default)
        head = "".join(f"{name}: {read[name]}\n" for name in _SHOWN)
        return f"{head}\n{self._part('plain')}"

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = message_from_bytes(self.message.data, policy=policy.default).get_body((kind,))
        if part is None:
            raise ValueError(f"{self.name} has no part {kind}")
        content: str = part.get_content()
        return content.replace("\r\n", "\n")


def every_mail(program: Program) -> Iterator[Example]:
    """Every template in every language of the program."""
    for template in TEMPLATES:
        for language in program.languages:
            compose = _composer(_program_for(template, program), template, language)
            message = compose(*mail_and_record(template, language, program))
            if message is not None:
                yield Example(f"{template}.{language}", message)


def facts_of(template: str, language: Language, program: Program) -> Mapping[str, Any]:
    """All that a template may use, with example data."""
    shown = _program_for(template, program)
    return (
        _composer(shown, template, language).context(*mail_and_record(template, language, program), shown)
        or {}
    )


def _program_for(template: str, program: Program) -> Program:
    return mail_examples.with_protection(program) if template in PROTECTION else program


def _composer(program: Program, template: str, language: Language) -> Composer:
    return Composer(
        lambda: program,
        SenderContext(_status_link),
        sign_in_link=lambda mail: f"{_SITE}/desk/link/EXAMPLE",
        draft_link=lambda mail: f"{_SITE}{'' if language == 'pl' else '/en'}/apply/EXAMPLE",
        sent_from=lambda address: (
            mail_examples.counted(mail_examples.deal(language), program),
            parse(mail_examples.pre_accepted(language)),
        ),
        privacy_page=lambda language: f"{_SITE}{'' if language == 'pl' else '/en'}/privacy/",
        staff_mails=StaffMails(
            lambda reference: mail_examples.counted(mail_examples.deal(language), program),
            lambda reference: f"{_SITE}/desk/{reference}",
        ),
        partner_mails=PartnerMails(
            lambda reference: mail_examples.partner(language, template),
            lambda reference: f"{_SITE}/partner/{reference}",
            lambda reference: f"{_SITE}/desk/partners/{reference}",
            lambda language: f"{_SITE}{'' if language == 'pl' else '/en'}/privacy/",
        ),
        access_mails=AccessMails(lambda mail: f"{_SITE}/partner/ask/EXAMPLE", f"{_SITE}/partner/ask"),
    )


def mail_and_record(template: str, language: Language, program: Program) -> tuple[Document, Submission]:
    """The example of a mail, and of the record it is about."""
    record = mail_examples.counted(record_of(template)(language), program)
    now = moment(_ABOUT[template][1] if template in _ABOUT else record["received_at"])
    if "withdrawn" in template:
        now += timedelta(minutes=20)
    good_for = {
        SIGN_IN: timedelta(minutes=10),
        CONFIRM: timedelta(days=1),
        DRAFT_LINK: timedelta(days=program.retention.drafts_days),
    }.get(template)
    facts = mail_examples.FACTS.get(template)
    to = _reader(template, record, program)
    name = stored_as(template) if template in EVENTS else template
    mail = queued_mail(name, record["id"], to=to, lang=language, now=now, good_for=good_for, facts=facts)
    return {**mail, "id": "0" * 32}, record


_ABOUT: dict[str, tuple[Callable[[Language], Document], str]] = {
    "question": (mail_examples.asked, mail_examples.ASKED_AT),
    "answered-notice": (mail_examples.asked, mail_examples.ANSWERED_AT),
    "message-notice": (mail_examples.told, mail_examples.TOLD_AT),
    "result-notice": (mail_examples.won, mail_examples.WON_AT),
    "approved": (mail_examples.approved, mail_examples.DECIDED_AT),
    "rejected": (mail_examples.rejected, mail_examples.DECIDED_AT),
    "pre-accepted": (mail_examples.pre_accepted, mail_examples.DECIDED_AT),
    "privacy-notice": (mail_examples.pre_accepted, mail_examples.DECIDED_AT),
}
"""What a mail is about, and when that happened, where it is not the receipt of a form."""


def _reader(template: str, record: Submission, program: Program) -> str:
    if template in (*TO_THE_VENDOR, *TO_STAFF):
        return program.contact.email
    return "sponsor@example.com" if template in ("privacy-notice", PRIVACY) else sender_of(record)


def record_of(template: str) -> Callable[[Language], Document]:
    """Makes the record that the example of a mail is about."""
    if template in _ABOUT:
        return _ABOUT[template][0]
    if template in PROTECTION:
        return mail_examples.approved
    return mail_examples.application if template.startswith("application") else mail_examples.deal


def _status_link(record: Submission) -> str:
    prefix = "" if record["lang"] == "pl" else "/en"
    return f"{_SITE}{prefix}/status/EXAMPLE-0123456789-EXAMPLE-0123456789"
