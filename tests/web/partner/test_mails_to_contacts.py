"""What mails about a deal name, through the whole service: to its partner's contact, to others, to staff."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.factories.desk import ADMIN, NIP, OTHER_NIP, DeskApp
from tests.factories.partner_records import CONTACT, SPONSOR, Company, active, pre_accepted

SELLER, RIVAL, STRANGER = "seller@partner.example", "contact@rival.example", "nobody@example.net"
CUSTOMER = "Zgrabka Customer"


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    """Beside another partner of the same program."""
    rival = {"company_name": "Rival", "tax_id": OTHER_NIP, "website": "www.rival.example"}
    pre_accepted(desk_app, **rival, **{"contacts-0-email": RIVAL, "sponsor-email": "sponsor@rival.example"})
    return active(desk_app)


def mails_to(desk_app: DeskApp, address: str) -> list[EmailMessage]:
    desk_app.service.outbox.deliver_due()
    found = []
    for file in sorted((desk_app.data / "mail").rglob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        if message["To"] == address:
            found.append(message)
    return found


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['Subject']}\n{body.get_content()}"


def decided(desk_app: DeskApp, address: str) -> tuple[str, list[str]]:
    """A deal from this address with all that can happen to it; its reference and the mails about it."""
    reference = desk_app.deal(partner_tax_id=NIP, partner_email=address, customer_name=CUSTOMER)
    staff = desk_app.browser(ADMIN)
    desk_app.do(staff, reference, "take")
    desk_app.do(staff, reference, "ask", text="Which one?")
    assert desk_app.approve(staff, reference).status_code == 303
    desk_app.do(staff, reference, "reopen", reason="A mistake")
    assert desk_app.do(staff, reference, "reject", reason="duplicate", text="No").status_code == 303
    mails = [text_of(mail) for mail in mails_to(desk_app, address)]
    return reference, [mail for mail in mails if reference in mail]


def test_a_contact_reads_which_customer_it_is_about(desk_app: DeskApp, company: Company) -> None:
    reference, mails = decided(desk_app, CONTACT)
    assert len(mails) == 5
    page = f"/partner/{company.reference}/deals/{reference}"
    for mail in mails:
        subject = mail.partition("\n")[0]
        assert CUSTOMER in subject and reference in subject
        assert page in mail and "/status/" not in mail
        assert "Example Partner" in mail


@pytest.mark.parametrize("address", [SELLER, RIVAL, STRANGER])
def test_nobody_else_reads_of_a_customer(desk_app: DeskApp, company: Company, address: str) -> None:
    """A person without access, a contact of another partner, a stranger."""
    _, mails = decided(desk_app, address)
    assert len(mails) == 5
    for mail in mails:
        assert CUSTOMER not in mail and "Example Partner" not in mail and "Rival" not in mail
        assert "/status/" in mail and "/partner/PAR-" not in mail
    copy = [text_of(mail) for mail in mails_to(desk_app, CONTACT) if "Cloud" not in text_of(mail)]
    assert not any(CUSTOMER in mail for mail in copy)


def test_whoever_lost_access_reads_codes_from_then_on(desk_app: DeskApp, company: Company) -> None:
    """Also in a mail about a deal from the time before."""
    reference = desk_app.deal(partner_tax_id=NIP, partner_email=SPONSOR, customer_name=CUSTOMER)
    person = next(each for each in company.record["people"] if each["email"] == SPONSOR)
    answer = company.post(
        desk_app.browser(ADMIN), "people", "take_access", desk=True, person=person["id"], confirmed="y"
    )
    assert answer.status_code == 303, answer.text
    mails = [text_of(mail) for mail in mails_to(desk_app, SPONSOR) if reference in str(mail["Subject"])]
    assert mails and not any(CUSTOMER in mail or "/partner/PAR-" in mail for mail in mails)


def test_staff_read_partner_tier_and_conflict(desk_app: DeskApp, company: Company) -> None:
    first = desk_app.deal(partner_tax_id=OTHER_NIP, partner_email=RIVAL, customer_name=CUSTOMER)
    vendor = desk_app.program.contact.email
    (notice,) = (str(mail["Subject"]) for mail in mails_to(desk_app, vendor) if first in str(mail["Subject"]))
    assert "Rival (Silver, " in notice and "konflikt" not in notice
    second = desk_app.deal(partner_tax_id=NIP, partner_email=CONTACT, customer_name=CUSTOMER)
    (other,) = (str(mail["Subject"]) for mail in mails_to(desk_app, vendor) if second in str(mail["Subject"]))
    assert "Example Partner (Silver, aktywny) · konflikt" in other


@pytest.mark.parametrize("lang", ["pl", "en"])
def test_staff_read_of_the_partner_and_not_of_themselves(desk_app: DeskApp, lang: str) -> None:
    """On the page and in the notice: not `your email`, and no tick that everybody has to set."""
    reference = desk_app.deal()
    page = desk_app.browser(lang=lang).get(f"/desk/submissions/{reference}").text
    (notice,) = (text_of(mail) for mail in mails_to(desk_app, desk_app.program.contact.email))
    for text in (page, notice):
        assert not re.search(r"\b(Twój|Twojej|[Yy]our) (e-mail|firmy|email|company)", text)
        assert "osobowych: Tak" not in text and "accept_privacy" not in text
