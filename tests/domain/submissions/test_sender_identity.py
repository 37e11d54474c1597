"""Whether a deal comes from whom it says."""

from datetime import timedelta
from typing import Any

import pytest

from forms_service.domain.submissions import sender_identity
from forms_service.domain.submissions.sender_identity import (
    IdentityWarning,
    WarningKind,
    check,
    registered_contact,
    sender_keys,
)
from forms_service.domain.submissions.workflow import SubmissionKind
from tests.factories.submissions import REGISTERED, application, deal, in_state

NIP, OTHER_NIP = "PL1234563218", "PL5252248481"
PARTNER = in_state(application(), "pre_accepted")
OTHER = in_state(
    application(
        "APP-3333-3333",
        tax_id=OTHER_NIP,
        website="other.example",
        contacts=[{"name": "Peer", "email": "peer@other.example"}],
    ),
    "pre_accepted",
)


def warnings(*applications: dict[str, Any], **said: Any) -> list[WarningKind]:
    """What does not fit about a deal, among these applications."""
    return [warning.kind for warning in check(deal(**said)["said"], applications)]


@pytest.mark.parametrize(
    "email", ["advisor@partner.example", "KONTAKT@partner.example", "x@mail.partner.example"]
)
def test_a_partner_s_own_address_fits(email: str) -> None:
    """Under the domain of its website or of an address that it named."""
    assert warnings(PARTNER, OTHER, partner_email=email) == []


def test_a_named_address_fits_even_with_a_free_mailbox() -> None:
    """The sole trader with a free mailbox has named it in the application."""
    person = {"name": "Advisor", "email": "Advisor.Sample@gmail.com"}
    trader = in_state(application(website="", contacts=[person]), "pre_accepted")
    assert warnings(trader, partner_email="advisor.sample@gmail.com") == []
    assert warnings(trader, partner_email="somebody@gmail.com") == [WarningKind.FREE_MAIL]


def test_an_unknown_sender() -> None:
    """No application has the number; the address alone does not make it known."""
    assert warnings() == [WarningKind.UNKNOWN_SENDER]
    found = check(deal(partner_email="x@other.example")["said"], [OTHER])
    assert found == (
        IdentityWarning(WarningKind.UNKNOWN_SENDER, NIP),
        IdentityWarning(WarningKind.OTHER_PARTNER, "x@other.example", "APP-3333-3333"),
    )


@pytest.mark.parametrize("state", ["received", "under_review", "waiting_for_answer", "rejected", "withdrawn"])
def test_not_a_partner_yet_or_any_more(state: str) -> None:
    """The application is named, an open one before a closed one."""
    closed = in_state(application("APP-9999-9999", at=REGISTERED + timedelta(days=1)), "rejected")
    (warning,) = check(deal()["said"], [closed, in_state(application(), state)])
    assert warning.kind is WarningKind.NOT_A_PARTNER
    assert warning.reference == ("APP-9999-9999" if state in ("rejected", "withdrawn") else "APP-2222-2222")
    assert warnings(closed, PARTNER) == []


def test_somebody_in_another_s_name() -> None:
    """A partner's number with a stranger's address, or with another partner's."""
    assert warnings(PARTNER, partner_email="x@stranger.example") == [WarningKind.OTHER_DOMAIN]
    assert warnings(PARTNER, OTHER, partner_email="peer@other.example") == [WarningKind.OTHER_PARTNER]


def test_the_registered_contact_hears_of_it() -> None:
    """Whenever somebody who is no contact registers in the company's name, known or not."""
    assert registered_contact(deal()["said"], [PARTNER]) == "kontakt@partner.example"
    assert registered_contact(deal(partner_email="Kontakt@Partner.example")["said"], [PARTNER]) is None
    assert registered_contact(deal()["said"], [application(), OTHER]) is None


def test_partners_are_found_by_number_and_domains() -> None:
    """Whatever leads to a warning shares a key with the deal; customers are found apart from partners."""
    kept = sender_identity.of(SubmissionKind.APPLICATION, application()["said"])
    found = {f"partner:tax:{NIP}", "partner:web:partner.example"}
    assert found <= {*kept}
    assert all(key.startswith("partner:") for key in kept)
    assert sender_keys(deal(partner_tax_id="123 456 32 18")["said"]) == found
    assert sender_keys(deal(partner_email="advisor@gmail.com")["said"]) == {f"partner:tax:{NIP}"}
    of_deal = sender_identity.of(
        SubmissionKind.DEAL, deal(customer_tax_id="5260250995", customer_website="zgrabka.pl")["said"]
    )
    assert {"tax:PL5260250995", "web:zgrabka.pl", "name:zgrabka"} <= set(of_deal)
    assert not sender_keys(deal(partner_tax_id="5260250995", partner_email="a@zgrabka.pl")["said"]) & set(
        of_deal
    )
