"""Mails about a partner: what is stored, and the template it becomes. Their words are in `expected/`."""

from typing import Any

import pytest

from forms_service.domain.clock import moment
from forms_service.domain.partners.notifications import EVENTS
from forms_service.mail import mail_examples
from forms_service.mail.composer import Composer
from forms_service.mail.event_mails import queued_mail
from forms_service.mail.for_partners import NEWS, NOTICE, PartnerMails, template_of
from forms_service.mail.mail_preview import mail_and_record
from forms_service.mail.sender_context import SenderContext
from partner_program.model import LANGUAGES, Language, Program


@pytest.mark.parametrize("event", EVENTS)
def test_a_mail_is_stored_under_one_of_two_names(program: Program, event: str) -> None:
    """Those in a journal of any version find their template."""
    mail, _ = mail_and_record(event, "pl", program)
    assert (mail["template"], mail["facts"]["news"]) == (NOTICE if event.endswith("-notice") else NEWS, event)
    assert template_of(mail) == event


def context(event: str, language: Language, program: Program, **changes: Any) -> dict[str, Any]:
    mail, _ = mail_and_record(event, language, program)
    found = {**mail_examples.partner(language, event), **changes}
    made = PartnerMails(lambda reference: found).context(mail, program)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("event", "changes", "empty"),
    [
        ("partner-active", {"active_since": None}, "tier"),
        ("partner-tier-changed", {"terms": []}, "tier"),
        ("partner-renewed", {"renewals": []}, "tier"),
        ("partner-will-end", {"ends_on": None}, "last_day"),
        ("partner-attested", {"attestations": []}, "year"),
        ("partner-suspended", {"suspended": None}, "reason"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_what_was_taken_back_nothing_is_said(
    program: Program, event: str, changes: dict[str, Any], empty: str, language: Language
) -> None:
    assert context(event, language, program)[empty]
    assert not context(event, language, program, **changes)[empty]


def test_where_the_record_is_gone_there_is_nothing_to_write(program: Program) -> None:
    mail = queued_mail(
        NEWS,
        "PAR-6F2K-8R3T",
        to="contact@example.com",
        lang="pl",
        now=moment(mail_examples.DECIDED_AT),
        facts={"news": "partner-active", "happened": mail_examples.DECIDED_AT},
    )
    assert Composer(lambda: program, SenderContext(lambda record: ""))(mail, None) is None
