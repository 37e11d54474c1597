"""Mails of questions and decisions, and to people named by others: each tells what it was owed for."""

from datetime import timedelta
from typing import Any

import pytest

from forms_service.domain.clock import moment
from forms_service.mail import mail_examples
from forms_service.mail.composer import Composer
from forms_service.mail.event_mails import queued_again, queued_mail
from forms_service.mail.message import Message
from forms_service.mail.sender_context import SenderContext
from partner_program.model import Program
from tests.mail.test_composer import part, read

LINK = "https://partners.example.com/status/TOKEN-0123456789"
PRIVACY = "https://partners.example.com/privacy/"
LATER = "2027-01-04T09:00:00.000000Z"


def compose(program: Program, mail: dict[str, Any], record: dict[str, Any]) -> Message | None:
    return Composer(lambda: program, SenderContext(lambda _: LINK), privacy_page=lambda _: PRIVACY)(
        mail, record
    )


def mail_about(template: str, at: str, to: str = "partner@example.com") -> dict[str, Any]:
    return queued_mail(template, "DEAL-7K3M-2P9Q", to=to, lang="pl", now=moment(at))


def text_of(letter: Message | None) -> str:
    assert letter is not None
    return part(letter, "plain")


def test_a_decision_that_was_taken_back_before_its_mail_left(program: Program) -> None:
    """The first mail still tells the first decision, the second one the second: each with its day."""
    first = mail_examples.approved("pl")["decision"]
    second = {**mail_examples.rejected("pl")["decision"], "at": LATER}
    record = {
        **mail_examples.deal("pl"),
        "state": "rejected",
        "former_decisions": [first],
        "decision": second,
    }
    approved = text_of(compose(program, mail_about("approved", mail_examples.DECIDED_AT), record))
    assert ": zgoda." in approved
    assert "Zniżka: 7,5%" in approved
    assert "28 grudnia 2026" in approved
    rejected = text_of(compose(program, mail_about("rejected", LATER), record))
    assert ": odmowa." in rejected
    assert "4 stycznia 2027" in rejected


def test_each_mail_asks_its_own_question(program: Program) -> None:
    record = mail_examples.asked("pl")
    record["questions"].append({"at": LATER, "by": "x", "text": "Drugie pytanie?", "answer": None})
    first = text_of(compose(program, mail_about("question", mail_examples.ASKED_AT), record))
    assert "Chodzi o usługę czy o produkt?" in first
    assert "Drugie pytanie?" not in first
    assert "Drugie pytanie?" in text_of(compose(program, mail_about("question", LATER), record))


@pytest.mark.parametrize(
    ("template", "at"),
    [
        ("question", mail_examples.ASKED_AT),
        ("approved", mail_examples.DECIDED_AT),
        ("rejected", mail_examples.DECIDED_AT),
        ("privacy-notice", mail_examples.DECIDED_AT),
    ],
)
def test_what_is_erased_is_not_told(program: Program, template: str, at: str) -> None:
    """Neither where the words are gone, nor where everything said is."""
    assert compose(program, mail_about(template, at), mail_examples.deal("pl")) is None
    gone = {**mail_examples.approved("pl"), "said": {}}
    assert compose(program, mail_about(template, at), gone) is None


def test_while_the_clock_stands_still_the_question_says_so(program: Program) -> None:
    record = {**mail_examples.asked("pl"), "decide_by": None}
    text = text_of(compose(program, mail_about("question", mail_examples.ASKED_AT), record))
    assert "Czas na decyzję nie biegnie, dopóki nie odpowiesz." in text
    assert "Decyzja najpóźniej" not in text


def test_a_named_person_reads_who_named_them_as_what_and_with_which_data(program: Program) -> None:
    """Art. 14: the source, the categories, the rights; a person named twice reads both roles."""
    record = mail_examples.pre_accepted("pl")
    sponsor = record["said"]["sponsor"]
    record["said"]["technical_people"] = [{"name": "S", "email": sponsor["email"].upper()}]
    mail = mail_about("privacy-notice", mail_examples.DECIDED_AT, to=sponsor["email"])
    text = text_of(compose(program, mail, record))
    assert "sponsor wykonawczy, osoba z kwalifikacjami technicznymi" in text
    assert "imię i nazwisko, adres e-mail, stanowisko" in text
    assert "Firma Przykładowa SA" in text
    assert PRIVACY in text
    assert LINK not in text, "who is named does not get the key"


def test_somebody_who_is_not_named_any_more_gets_no_notice(program: Program) -> None:
    mail = mail_about("privacy-notice", mail_examples.DECIDED_AT, to="stranger@example.com")
    assert compose(program, mail, mail_examples.pre_accepted("pl")) is None


def test_a_partner_s_contact_learns_the_address_and_no_more(program: Program) -> None:
    """Not the customer, not the link; an answer goes to the vendor, not to whoever that is."""
    letter = compose(
        program, mail_about("deal-copy", LATER, to="contact@example.com"), mail_examples.deal("pl")
    )
    text = text_of(letter)
    assert letter is not None
    assert "partner@example.com" in text
    assert "Przykład" not in text
    assert LINK not in text
    assert read(letter)["Reply-To"] == "vendor@example.com"


def test_sent_again_it_is_another_mail_about_the_same(program: Program) -> None:
    """Of today, with an id of its own; what it tells has the day on which it happened."""
    mail = mail_about("approved", mail_examples.DECIDED_AT)
    again = queued_again(mail, "other@example.com", "reviewer@example.com", moment(LATER))
    letter = compose(program, again, mail_examples.approved("pl"))
    assert letter is not None
    message = read(letter)
    assert message["To"] == "other@example.com"
    assert message["Date"].datetime - moment(mail_examples.DECIDED_AT) > timedelta(days=6)
    assert mail["id"] not in str(message["Message-ID"])
    assert "28 grudnia 2026" in part(letter, "plain")
