"""Which mails an event owes, and to whom."""

from datetime import UTC, datetime, timedelta

import pytest

from forms_service.mail import mail_examples
from forms_service.mail.event_mails import Document, queued_mail, received, withdrawn
from forms_service.mail.priority import Priority
from partner_program.model import Program

NOW = datetime(2026, 12, 23, 9, 30, tzinfo=UTC)
KINDS = [mail_examples.deal, mail_examples.application]


def briefly(mails: tuple[Document, ...]) -> list[tuple[str, str, str]]:
    return [(mail["template"], mail["to"], mail["lang"]) for mail in mails]


def test_a_deal_received(program: Program) -> None:
    """The sender reads it in the language of the form, the vendor in the program's first one."""
    assert briefly(received(mail_examples.deal("en"), program, NOW)) == [
        ("deal-received", "partner@example.com", "en"),
        ("deal-notice", "vendor@example.com", "pl"),
    ]


def test_an_application_received(program: Program) -> None:
    """Its sender is the first contact person."""
    assert briefly(received(mail_examples.application("en"), program, NOW)) == [
        ("application-received", "contact@example.com", "en"),
        ("application-notice", "vendor@example.com", "pl"),
    ]


def test_withdrawn_by_its_sender(program: Program) -> None:
    assert briefly(withdrawn(mail_examples.deal("pl"), program, NOW)) == [
        ("withdrawn", "partner@example.com", "pl"),
        ("withdrawn-notice", "vendor@example.com", "pl"),
    ]


@pytest.mark.parametrize("event", [received, withdrawn])
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_honeypot_caught_owes_nothing(program: Program, event: object, kind: object) -> None:
    """Nobody shall use us to mail strangers."""
    assert event({**kind("pl"), "trapped": True}, program, NOW) == ()  # type: ignore[operator]


def test_a_document_is_complete_and_holds_nothing_of_what_was_said() -> None:
    mail = queued_mail("deal-received", "DEAL-7K3M-2P9Q", to="partner@example.com", lang="pl", now=NOW)
    assert len(mail.pop("id")) == 32
    assert mail == {
        "record": "DEAL-7K3M-2P9Q",
        "template": "deal-received",
        "priority": Priority.CONFIRMATION,
        "to": "partner@example.com",
        "lang": "pl",
        "state": "queued",
        "attempts": 0,
        "problem": None,
        "about": "2026-12-23T09:30:00.000000Z",
        "created_at": "2026-12-23T09:30:00.000000Z",
        "next_attempt_at": "2026-12-23T09:30:00.000000Z",
        "expires_at": None,
        "sent_at": None,
    }


def test_a_mail_that_is_good_for_a_while() -> None:
    mail = queued_mail("sign-in", "x", to="a@example.com", lang="pl", now=NOW, good_for=timedelta(minutes=10))
    assert mail["expires_at"] == "2026-12-23T09:40:00.000000Z"


def test_ids_are_never_the_same(program: Program) -> None:
    found = {mail["id"] for _ in range(500) for mail in received(mail_examples.deal("pl"), program, NOW)}
    assert len(found) == 1000
