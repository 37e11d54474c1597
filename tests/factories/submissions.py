"""Records of nobody, as the store keeps them."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.submissions.deadline import fields, started
from partner_program.business_days import BusinessCalendar
from partner_program.model import Choice, DealRegistration, Text

CALENDAR = BusinessCalendar()
REGISTERED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday; due on Wednesday."""


@cache
def rule(pause_on_question: bool = False) -> DealRegistration:
    """How deals are decided."""
    return DealRegistration(
        decide_within_business_days=2,
        country="PL",
        time_zone="Europe/Warsaw",
        reject_reasons=(Choice(id="duplicate", text=Text(pl="Już jest", en="There already")),),
        pause_on_question=pause_on_question,
    )


def deal(reference: str = "DEAL-2222-2222", at: datetime = REGISTERED, **said: Any) -> dict[str, Any]:
    """A deal registration just received."""
    return {
        "id": reference,
        "kind": "deal",
        "state": "received",
        "lang": "pl",
        "said": {
            "partner_tax_id": "PL1234563218",
            "partner_email": "advisor@partner.example",
            "customer_name": "Zgrabka S.A.",
            "customer_tax_id": "",
            "customer_website": "",
            "customer_country": "PL",
            "product": "Audyt chmury",
            "value_amount": "25000.50",
            "value_currency": "PLN",
            **said,
        },
        "received_at": stamp(at),
        **fields(started(at, rule()), CALENDAR),
        "program": "0" * 64,
        "fingerprint": "first",
        "trapped": False,
        "history": [
            {"at": stamp(at), "who": "sender", "role": "sender", "what": "submit", "state": "received"}
        ],
    }


def application(reference: str = "APP-2222-2222", at: datetime = REGISTERED, **said: Any) -> dict[str, Any]:
    """An application just received."""
    return {
        "id": reference,
        "kind": "application",
        "state": "received",
        "lang": "pl",
        "said": {
            "company_name": "Partner sp. z o.o.",
            "tax_id": "PL1234563218",
            "country": "PL",
            "website": "https://www.partner.example",
            "tier": "silver",
            "contacts": [{"name": "Osoba", "email": "kontakt@partner.example", "phone": "", "role": ""}],
            "sponsor": {"name": "", "email": "", "role": ""},
            "sponsor_is_contact": True,
            "sales_people": [],
            "technical_people": [],
            **said,
        },
        "received_at": stamp(at),
        "decide_by": None,
        "deadline": None,
        "program": "0" * 64,
        "fingerprint": "first",
        "trapped": False,
        "history": [
            {"at": stamp(at), "who": "sender", "role": "sender", "what": "submit", "state": "received"}
        ],
    }


def in_state(record: dict[str, Any], state: str, **more: Any) -> dict[str, Any]:
    """The record as if it had come to this state."""
    return {**record, "state": state, **more}
