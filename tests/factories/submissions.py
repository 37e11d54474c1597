"""Submissions: what is typed, what of it is stored, and whole records."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.submissions.deadline import fields, started
from partner_program.business_days import BusinessCalendar
from partner_program.model import Choice, DealRegistration, Program, Text

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


def deal_answers(customer: str = "Zgrabka S.A.", **said: Any) -> dict[str, Any]:
    """What a deal registration says, as it is stored."""
    return {
        "partner_tax_id": "PL1234563218",
        "partner_email": "advisor@partner.example",
        "customer_name": customer,
        "customer_tax_id": "",
        "customer_website": "",
        "customer_country": "PL",
        "model": "resell",
        "product": "Audyt chmury",
        "description": "",
        "value_amount": "25000.50",
        "value_currency": "PLN",
        "expected_close": "2027-03-31",
        "customer_aware": False,
        **said,
    }


def application_answers(**said: Any) -> dict[str, Any]:
    """What an application says, as it is stored."""
    return {
        "company_name": "Partner sp. z o.o.",
        "tax_id": "PL1234563218",
        "country": "PL",
        "website": "https://www.partner.example",
        "tier": "silver",
        "models": ["resell"],
        "contacts": [{"name": "Osoba", "email": "kontakt@partner.example", "phone": "", "role": ""}],
        "sponsor": {"name": "", "email": "", "role": ""},
        "sponsor_is_contact": True,
        "sales_people": [],
        "technical_people": [],
        "lead_activities": 1,
        "promote_website": False,
        "message": "",
        "accept_requirements": True,
        **said,
    }


def typed_deal(of: Program, **typed: Any) -> dict[str, Any]:
    """A deal registration as a browser sends it; nothing in it is wrong."""
    return {
        "partner_tax_id": "123-456-32-18",
        "partner_email": "partner@example.com",
        "customer_name": "Example Customer",
        "customer_country": "PL",
        "model": of.models[0].id,
        "product": "Cloud migration",
        "value_amount": "25 000,50",
        "value_currency": "PLN",
        "expected_close": "2027-03-31",
        **typed,
    }


def typed_application(of: Program, **typed: Any) -> dict[str, Any]:
    """An application as a browser sends it; for the highest tier, with nobody qualified yet."""
    return {
        "company_name": "Example Partner",
        "tax_id": "1234563218",
        "country": "PL",
        "tier": of.tiers[-1].id,
        "models": of.models[0].id,
        "contacts-0-name": "Contact Person",
        "contacts-0-email": "contact@example.com",
        "sponsor_is_contact": "y",
        "accept_requirements": "y",
        **typed,
    }


def deal(reference: str = "DEAL-2222-2222", at: datetime = REGISTERED, **said: Any) -> dict[str, Any]:
    """A deal registration just received."""
    return {
        "id": reference,
        "kind": "deal",
        "state": "received",
        "lang": "pl",
        "said": deal_answers(**said),
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
        "said": application_answers(**said),
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
