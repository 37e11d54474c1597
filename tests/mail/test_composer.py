"""What mails say, to whom, and what they can never say."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from forms_service.domain.clock import moment
from forms_service.domain.partners.notifications import EVENTS
from forms_service.domain.partners.notifications import PRIVACY as PRIVACY_PARTNER
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.i18n.translations import PACKAGE
from forms_service.mail import mail_examples
from forms_service.mail.composer import SIGN_IN, TEMPLATES, TO_OTHERS, TO_THE_SENDER, TO_THE_VENDOR, Composer
from forms_service.mail.event_mails import LOST_LINK, queued_mail
from forms_service.mail.for_partners import PartnerMails
from forms_service.mail.for_senders import ANSWERED, DECISIONS, DRAFT_LINK, MESSAGE, TO_ASKERS, AccessMails
from forms_service.mail.for_staff import TO_STAFF, StaffMails
from forms_service.mail.mail_preview import every_mail, mail_and_record, record_of
from forms_service.mail.message import Message, UnsafeMail
from forms_service.mail.sender_context import SenderContext
from partner_program.model import Language, Program
from tests.mail.test_message import INJECTIONS

HEADERS = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
]
LINK = "https://partners.example.com/status/TOKEN-0123456789"
NO_TEXT = ("value_amount", "value_currency", "expected_close")
"""Answers that a form keeps as a number, a currency and a day, whatever was typed."""
LANGUAGES: tuple[Language, ...] = ("pl", "en")


def composed(
    template: str, record: dict[str, Any], program: Program, *, language: Language = "pl", **options: Any
) -> Message:
    """The letter of a record, addressed and dated as that of the example."""
    mail, _ = mail_and_record(template, language, program)
    if template not in (*TO_THE_VENDOR, *TO_OTHERS):
        mail["to"] = sender_of(record)
    letter = Composer(lambda: program, SenderContext(lambda _: LINK), **options)(
        {**mail, "record": record["id"]}, record
    )
    assert letter is not None
    return letter


def example(template: str, language: Language, program: Program) -> Message:
    """A mail as the preview shows it."""
    name = f"{template}.{language}"
    return next(each.message for each in every_mail(program) if each.name == name)


def read(letter: Message) -> EmailMessage:
    message = message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(letter: Message, kind: str) -> str:
    found = read(letter).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def record_for(template: str, language: Language = "pl") -> dict[str, Any]:
    return record_of(template)(language)


def with_payload(payload: str, record: dict[str, Any], *, in_the_address: bool = False) -> dict[str, Any]:
    """The record with the payload at the end of every answer that is a text.

    The sender's address is left alone, or is the only one to be changed.
    """

    def marked(value: Any, is_address: bool = False) -> Any:
        if isinstance(value, dict):
            return {name: marked(inner, name == "email") for name, inner in value.items()}
        if isinstance(value, list):
            return [marked(inner) for inner in value]
        return f"{value}{payload}" if isinstance(value, str) and is_address == in_the_address else value

    said = {
        name: value if name in NO_TEXT else marked(value, name == "partner_email")
        for name, value in record["said"].items()
    }
    return {**record, "said": said}


@pytest.mark.parametrize("kind", ["deal", "application"])
@pytest.mark.parametrize("payload", INJECTIONS)
def test_no_answer_reaches_a_header(program: Program, kind: str, payload: str) -> None:
    """M1: every field, every payload, every mail: exactly the headers and the recipient that were meant."""
    record = with_payload(payload, record_for(kind))
    for template in (f"{kind}-received", f"{kind}-notice", "withdrawn", "withdrawn-notice"):
        if payload == "\ud800" and template in TO_THE_VENDOR:
            continue  # a form refuses what cannot be written as UTF-8; no mail can hold it either
        letter = composed(template, record, program)
        message = read(letter)
        assert message.keys() == HEADERS
        to = program.contact.email if template in TO_THE_VENDOR else sender_of(record)
        assert letter.recipient == to
        assert [each.addr_spec for each in message["To"].addresses] == [to]
        assert re.search(rf"\b{record['id']}\b", str(message["Subject"]))


WRITTEN_BY_PEOPLE = {
    *("customer_name", "company_name", "product", "description", "message", "name", "role", "text", "words"),
    *("position", "address", "area", "reason", "title", "evidence", "notes", "customer_website", "phone"),
    *("place", "agenda"),
}


def infected(document: Any, payload: str) -> Any:
    """A record with the payload in every text in it that people write, staff included."""
    if isinstance(document, dict):
        is_text = {name for name, value in document.items() if name in WRITTEN_BY_PEOPLE}
        return {
            name: f"Acme{payload}" if name in is_text and isinstance(value, str) else infected(value, payload)
            for name, value in document.items()
        }
    return [infected(each, payload) for each in document] if isinstance(document, list) else document


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_word_of_anybody_reaches_a_header_of_any_mail(program: Program, template: str) -> None:
    """M1: whatever stands in records of submissions and partners, and whoever wrote it."""
    program = mail_examples.with_protection(program)
    payloads = ("\r\nBcc: x@example.org", "=?utf-8?q?a=0ABcc:_x?=", "\u2028Bcc: x@example.org", "\u202e")
    for payload in (*payloads, "=?utf-8?b?YQpCY2M6IHhAZXhhbXBsZS5vcmc=?="):
        mail, record = mail_and_record(template, "pl", program)
        partner = infected(mail_examples.partner("pl", template), payload)
        deal = infected(mail_examples.deal("pl"), payload)
        composer = Composer(
            lambda: program,
            SenderContext(lambda _: LINK),
            sign_in_link=lambda _: LINK,
            draft_link=lambda _: LINK,
            sent_from=lambda _, deal=deal: (deal,),
            staff_mails=StaffMails(lambda _, deal=deal: deal, lambda _: LINK),
            partner_mails=PartnerMails(lambda _, partner=partner: partner),
            access_mails=AccessMails(lambda _: LINK, LINK),
        )
        letter = composer(mail, infected(record, payload))
        assert letter is not None
        assert [name for name in read(letter) if name != "Reply-To"] == [
            name for name in HEADERS if name != "Reply-To"
        ]
        assert (letter.recipient, letter.sender) == (mail["to"], program.contact.email)
        assert payload not in str(read(letter)["Subject"])


@pytest.mark.parametrize("kind", ["deal", "application"])
@pytest.mark.parametrize("payload", INJECTIONS)
def test_no_address_reaches_a_header(program: Program, kind: str, payload: str) -> None:
    """M1: nothing goes to such an address, and the vendor hears of it all the same."""
    record = with_payload(payload, record_for(kind), in_the_address=True)
    assert payload in sender_of(record)
    for template in (f"{kind}-received", "withdrawn"):
        with pytest.raises(UnsafeMail):
            composed(template, record, program)
    if payload != "\ud800":
        message = read(composed(f"{kind}-notice", record, program))
        assert message.keys() == [name for name in HEADERS if name != "Reply-To"]
        assert [each.addr_spec for each in message["To"].addresses] == [program.contact.email]


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        '"a@example.com" <b@example.com>',
        "root",
    ],
)
def test_two_recipients_are_never_made_of_one(program: Program, address: str) -> None:
    """M2: even if a form let it through."""
    record = mail_examples.deal("pl")
    record["said"]["partner_email"] = address
    with pytest.raises(UnsafeMail):
        composed("deal-received", record, program)
    notice = read(composed("deal-notice", record, program))
    assert notice["Reply-To"] is None
    assert [each.addr_spec for each in notice["To"].addresses] == [program.contact.email]


class Structure(HTMLParser):
    """The elements and attributes of a page, and its text as a reader gets it, links with their address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self._in_title = False
        self._link: str | None = None

    @property
    def words(self) -> list[str]:
        return self.text.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        self._in_title = tag == "title"
        self._link = dict(attrs)["href"] if tag == "a" else self._link
        self.text += "" if tag in ("a", "b") else " "

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "a" and not self.text.endswith(str(self._link)):
            self.text += f" {self._link}"

    def handle_data(self, data: str) -> None:
        if not self._in_title:
            self.text += data


def structure(html: str) -> Structure:
    parser = Structure()
    parser.feed(html)
    parser.close()
    return parser


PAYLOADS = [
    "<script>alert(1)</script>",
    '"onmouseover="alert(1)',
    "'><img src=x onerror=alert(1)>",
    "{{7*7}}",
    "{% for x in y %}",
    "${7*7}",
    "<!-- x",
    "</body>",
    "&lt;b&gt;",
    "**bold**",
    "[x](https://x.example)",
    "<https://x.example>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("kind", ["deal", "application"])
def test_what_people_type_is_inert_in_html(program: Program, kind: str, payload: str) -> None:
    """I2: the notice shows it as it was typed, and is built as ever."""
    template = f"{kind}-notice"
    record = record_for(template)
    plain = structure(part(composed(template, record, program), "html"))
    marked = with_payload(payload, record)
    marked["said"]["tier"] = record["said"].get("tier")  # another tier is another mail
    letter = composed(template, marked, program)
    html = structure(part(letter, "html"))
    assert html.elements == plain.elements
    typed = [value for name, value in marked["said"].items() if name not in NO_TEXT and payload in str(value)]
    shown = " ".join(html.words).count(" ".join(payload.split()))
    assert shown == part(letter, "plain").count(payload) >= len(typed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TO_THE_SENDER)
def test_the_sender_s_mail_holds_nothing_that_was_typed(
    program: Program, template: str, language: Language
) -> None:
    """The address is not verified: nobody shall have us write their words to strangers."""
    record = record_for(template, language)
    letter = composed(template, with_payload("MARK", record), program, language=language)
    assert "MARK" not in part(letter, "plain") + part(letter, "html") + str(read(letter)["Subject"])
    if template in DECISIONS:
        return  # what staff decided on is theirs to say
    for name in ("Przykład", "Audyt", "25", "31 marca", "Osoba kontaktowa", "Gold", "PL1234563218"):
        letter = composed(template, record_for(template), program)
        assert name not in part(letter, "plain").replace("24 i 25", "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TO_THE_VENDOR)
def test_the_vendor_s_mail_never_holds_the_person_s_key(
    program: Program, template: str, language: Language
) -> None:
    letter = composed(template, record_for(template, language), program, language=language)
    for kind in ("plain", "html"):
        assert "status/" not in part(letter, kind)
        assert "TOKEN" not in part(letter, kind)


def test_a_template_that_asks_for_more_than_its_reader_may_see_fails(program: Program) -> None:
    """The link is not merely left out of the vendor's templates: it is not there."""

    def asked(record: object) -> str:
        raise AssertionError("nobody may ask for the link here")

    record = mail_examples.deal("pl")
    mail = queued_mail(
        "deal-notice", record["id"], to="vendor@example.com", lang="pl", now=moment(record["received_at"])
    )
    assert Composer(lambda: program, SenderContext(asked))(mail, record) is not None


@pytest.mark.parametrize("template", TO_THE_VENDOR)
def test_the_vendor_reads_everything_that_was_said(program: Program, template: str) -> None:
    """Every answer, the deadline in words, and which answer goes where."""
    record = record_for(template)
    letter = composed(template, record, program)
    for kind in ("plain", "html"):
        told = " ".join(part(letter, kind).split())
        assert sender_of(record) in told
        assert record["id"] in told
        if template == MESSAGE:
            assert "26 000,00 PLN" in told
            continue
        if template == ANSWERED:
            assert "Chodzi o usługę czy o produkt?" in told
            assert "Usługę." in told
            continue
        assert "1234563218" in told
        if record["kind"] == "deal":
            for value in ("Przykład sp. z o.o.", "Audyt chmury", "25 000,50", "Potem migracja."):
                assert value in told
        if template == "deal-notice":
            assert "Decyzja najpóźniej: wtorek, 29 grudnia 2026, do końca dnia." in told
            assert "Nie liczą się: 24 i 25 grudnia (dni ustawowo wolne)" in told
        if template == "application-notice":
            assert "Gold: brakuje 1 osoby z kwalifikacjami technicznymi" in told
    assert read(letter)["Reply-To"] == sender_of(record)


@pytest.mark.parametrize("template", TO_THE_SENDER)
def test_an_answer_of_the_person_reaches_the_vendor(program: Program, template: str) -> None:
    message = read(composed(template, record_for(template), program, mail_from="no-reply@mail.example.com"))
    assert message["From"] == "Kanał Partnerski Future Processing <no-reply@mail.example.com>"
    assert message["Reply-To"] == "vendor@example.com"
    assert str(message["Message-ID"]).endswith("@mail.example.com>")
    assert message["Auto-Submitted"] == "auto-generated"


def test_all_mail_says_that_it_is_automatic(program: Program) -> None:
    """L6: no absence note answers it; a bounce may."""
    for each in every_mail(program):
        message = read(each.message)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"


@pytest.mark.parametrize(
    ("options", "sender"),
    [
        ({}, "vendor@example.com"),
        ({"mail_from": "partners@example.com"}, "partners@example.com"),
        (
            {"mail_from": "partners@example.com", "bounces_to": "bounces@mail.example.com"},
            "bounces@mail.example.com",
        ),
    ],
)
def test_what_cannot_be_delivered_comes_back_to_an_address_of_its_own(
    program: Program, options: dict[str, Any], sender: str
) -> None:
    """L6: in the envelope only; who the mail is from stays as it is."""
    letter = composed("deal-received", mail_examples.deal("pl"), program, **options)
    assert letter.sender == sender
    assert options.get("mail_from", "vendor@example.com") in read(letter)["From"]
    assert b"bounces@" not in letter.data


def test_the_same_mail_is_the_same_bytes(program: Program) -> None:
    """So a mail that comes twice after a crash is recognised as one."""
    record = mail_examples.deal("pl")
    mail = queued_mail(
        "deal-received", record["id"], to="a@example.com", lang="pl", now=moment(record["received_at"])
    )
    first, second = (Composer(lambda: program, SenderContext(lambda _: LINK))(mail, record) for _ in range(2))
    assert first == second


def test_without_a_record_there_is_nothing_to_say(program: Program) -> None:
    mail = queued_mail(
        "deal-received", "DEAL-X", to="a@example.com", lang="pl", now=moment("2026-12-23T09:30:00Z")
    )
    assert Composer(lambda: program, SenderContext(lambda _: LINK))(mail, None) is None


def test_a_sign_in_that_would_not_work_is_not_sent(program: Program) -> None:
    """M7: a newer link has replaced it, or it is used."""
    now = moment("2026-12-23T09:30:00Z")
    mail = {
        **queued_mail(SIGN_IN, "x", to="a@example.com", lang="pl", now=now),
        "expires_at": "2026-12-23T09:40:00Z",
    }
    compose = Composer(lambda: program, SenderContext(lambda _: LINK), sign_in_link=lambda mail: None)
    assert compose(mail, None) is None


def test_a_record_of_an_earlier_program_can_still_be_told(program: Program) -> None:
    """Y7: its tier, its product and one of its fields are gone from the program."""
    record = mail_examples.application("pl")
    record["said"] |= {"tier": "platinum", "models": ["franchise"], "favourite_colour": "blue"}
    told = part(composed("application-notice", record, program), "plain")
    assert "platinum" in told
    assert "blue" in told
    assert "brakuje" not in told


def test_while_the_clock_stands_still_there_is_no_deadline(program: Program) -> None:
    record = {**mail_examples.deal("pl"), "decide_by": None}
    assert "Decyzja najpóźniej" not in part(composed("deal-notice", record, program), "plain")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_text_and_html_say_the_same(program: Program, template: str, language: Language) -> None:
    """Word by word."""
    letter = example(template, language, program)
    text = [word for word in part(letter, "plain").split() if word != "--"]
    numbers = re.compile(r"^[0-9]\.$")
    words = structure(part(letter, "html")).words
    assert [word.rstrip(":") for word in text if not numbers.match(word)] == [w.rstrip(":") for w in words]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_html_is_simple_and_asks_nobody_for_anything(
    program: Program, template: str, language: Language
) -> None:
    """No image, script, form or style sheet; the only link is the one that is meant."""
    html = part(example(template, language, program), "html")
    assert not re.search(r"<(img|script|form|link|iframe|object|style)\b|url\(|@import", html)
    elements = structure(html).elements
    links = [dict(attributes)["href"] or "" for tag, attributes in elements if tag == "a"]
    if template in (*TO_STAFF, *TO_THE_VENDOR):
        assert all("/desk/" in link for link in links)
    elif template in (*EVENTS, *TO_ASKERS):
        assert all("/partner" in link for link in links)
    elif template in (*TO_OTHERS, PRIVACY_PARTNER):
        assert all(link.endswith("/privacy/") for link in links)
    else:
        assert len(links) == (2 if template == LOST_LINK else 1)
        page = "/apply/" if template == DRAFT_LINK else "/status/"
        assert all(page in link or template == SIGN_IN for link in links)
    assert ("html", [("lang", language)]) in elements


def test_every_template_is_used() -> None:
    folder = PACKAGE / "mail/templates"
    expected = {f"{name}.{lang}.txt" for name in TEMPLATES for lang in LANGUAGES}
    assert {file.name for file in folder.iterdir()} == expected | {"layout.html"}


def test_the_words_that_mislead_are_not_used(program: Program) -> None:
    """`Przyjęte` means received and accepted at once; nothing queued is `sent`; no gendered past tense."""
    folder = PACKAGE / "mail/templates"
    for file in folder.glob("*.pl.*"):
        words = file.read_text().lower()
        assert not re.search(r"przyjęt|wysłaliśmy|otrzymał[ae]ś|wysłał[ae]ś|zgłosił[ae]ś|państw", words), file
