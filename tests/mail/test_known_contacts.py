"""Mails about a deal, an application and a partner: whom they name what to, and where they lead."""

import re
from typing import Any

import pytest

from forms_service.domain.clock import moment
from forms_service.domain.partners.notifications import EVENTS
from forms_service.domain.submissions.submission import Submission
from forms_service.mail import mail_examples
from forms_service.mail.composer import PROTECTION, TO_THE_SENDER, Composer
from forms_service.mail.digests import DIGEST
from forms_service.mail.event_mails import LOST_LINK, queued_mail
from forms_service.mail.for_partners import PartnerMails
from forms_service.mail.for_senders import COPY
from forms_service.mail.for_staff import StaffMails
from forms_service.mail.mail_preview import mail_and_record
from forms_service.mail.sender_context import SenderContext
from partner_program.model import Language, Program
from tests.mail.test_composer import part, read

STATUS, AREA = "https://partners.example.com/status/TOKEN", "https://partners.example.com/partner/"
SEVERAL = (LOST_LINK, DIGEST)
"""Mails about several submissions: their names stand in the text."""
ABOUT_SUBMISSIONS = (*TO_THE_SENDER, *PROTECTION, COPY, *SEVERAL)


def contents(template: str, language: Language, program: Program, *, is_known: bool) -> tuple[str, str, str]:
    """Subject, text and reference of a mail, to a known contact of the partner or to anybody."""
    program = mail_examples.with_protection(program)
    mail, record = mail_and_record(template, language, program)
    partner: Any = mail_examples.partner(language, template)
    deal: Submission = mail_examples.deal(language)  # type: ignore[assignment]
    senders = SenderContext(
        lambda record: STATUS,
        lambda record, address: partner if is_known and address == mail["to"] else None,
        lambda reference: f"{AREA}{reference}",
    )
    letter = Composer(
        lambda: program,
        senders,
        sent_from=lambda address: [deal],
        staff_mails=StaffMails(lambda reference: deal),
        partner_mails=PartnerMails(lambda reference: partner, lambda reference: f"{AREA}{reference}"),
    )(mail, record)
    assert letter is not None
    return str(read(letter)["Subject"]), part(letter, "plain"), record["id"]


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("template", ABOUT_SUBMISSIONS)
def test_codes_for_an_address_that_is_no_known_contact_s(
    program: Program, template: str, language: Language
) -> None:
    subject, text, _ = contents(template, language, program, is_known=False)
    for name in ("Przykład sp. z o.o.", "Example Ltd", "Firma Przykładowa", "Example Partner", "25 000"):
        assert name not in subject + text
    assert AREA not in text
    assert (STATUS in text) == (template != COPY)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("template", [each for each in ABOUT_SUBMISSIONS if each != COPY])
def test_a_known_contact_reads_names_and_is_led_to_the_partner_area(
    program: Program, template: str, language: Language
) -> None:
    """A new link and links asked for are themselves what these mails bring. About an application everybody
    reads the same: nobody learns from it whether its company is a partner."""
    subject, text, reference = contents(template, language, program, is_known=True)
    if reference.startswith("APP"):
        assert (subject, text, reference) == contents(template, language, program, is_known=False)
        return
    customer = "Przykład sp. z o.o." if language == "pl" else "Example Ltd"
    company = "Firma Przykładowa SA" if language == "pl" else "Example Partner Ltd"
    names = {customer} if template in SEVERAL else {customer, company}
    if template not in SEVERAL:
        assert customer in subject
        assert reference in subject
    assert all(name in text for name in names)
    if template not in ("link-renewed", LOST_LINK):
        assert STATUS not in text
        assert re.search(rf"{AREA}PAR-6F2K-8R3T/deals/{reference}$", text, re.MULTILINE)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_copy_leads_into_the_area_and_names_no_customer(program: Program, language: Language) -> None:
    """Somebody else sent it: the customer may be another company's."""
    _, text, reference = contents(COPY, language, program, is_known=True)
    assert f"{AREA}PAR-6F2K-8R3T/deals/{reference}" in text
    assert "Przykład" not in text and "Example Ltd" not in text


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("event", [each for each in EVENTS if not each.endswith("-notice")])
def test_a_mail_about_a_partner_names_the_company_and_leads_into_the_area(
    program: Program, event: str, language: Language
) -> None:
    subject, text, _ = contents(event, language, program, is_known=True)
    assert re.search("Firma Przykładowa SA|Example Partner Ltd", subject + text)
    assert f"{AREA}PAR-6F2K-8R3T" in text


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_confirmation_is_the_receipt_in_words(program: Program, language: Language) -> None:
    """Of what was typed a stranger's has nothing; the rest is the same."""
    _, known, reference = contents("deal-received", language, program, is_known=True)
    _, unknown, _ = contents("deal-received", language, program, is_known=False)
    pl = language == "pl"
    for value in (
        reference,
        f"23 {'grudnia' if pl else 'December'} 2026, 10:30:00 (Europe/Warsaw, UTC+01:00)",
        "24 i 25 grudnia" if pl else "24 and 25 December",
        "Wersja programu: 000000000000" if pl else "Version of the program: 000000000000",
    ):
        assert value in known and value in unknown
    money = "25 000,50 PLN" if pl else "25,000.50 PLN"
    assert money in known.replace("\xa0", " ") and "000,50" not in unknown and "000.50" not in unknown


def test_the_notice_to_staff_says_partner_tier_and_conflict(program: Program) -> None:
    record = mail_examples.counted(mail_examples.deal("en"), program)
    partner: Any = mail_examples.partner("en", "partner-active")
    mail = queued_mail(
        "deal-notice", record["id"], to="v@example.com", lang="en", now=moment(record["received_at"])
    )
    compose = Composer(
        lambda: program,
        SenderContext(lambda record: STATUS),
        staff_mails=StaffMails(partner_of=lambda record: partner, has_conflict=lambda record: True),
    )
    letter = compose(mail, record)
    assert letter is not None
    assert str(read(letter)["Subject"]).endswith(
        "· Example Ltd · Example Partner Ltd (Silver, active) · conflict"
    )
    assert "Partner: Example Partner Ltd (Silver, active)" in part(letter, "plain")
    assert "Conflict: somebody else has this customer, too." in part(letter, "plain")
