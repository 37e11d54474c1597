"""A filled-in form of each kind, as a browser sends it."""

from collections.abc import Callable
from datetime import date

from forms_service.forms import PartnerForm

TODAY = date(2026, 11, 24)

APPLICATION = {
    "company_name": "Firma Przykładowa",
    "tax_id": "123-456-32-18",
    "country": "PL",
    "tier": "silver",
    "models": "resell",
    "contacts-0-name": "Osoba Kontaktowa",
    "contacts-0-email": "kontakt@example.com",
    "sponsor-name": "Sponsor Wykonawczy",
    "sponsor-email": "sponsor@example.com",
    "accept_requirements": "y",
}

DEAL = {
    "partner_tax_id": "1234563218",
    "partner_email": "handel@example.com",
    "customer_name": "Klient Przykładowy",
    "customer_country": "DE",
    "model": "sell-with",
    "product": "Aplikacja",
    "value_amount": "25 000,50",
    "value_currency": "EUR",
    "expected_close": "2026-12-31",
}

FILLED = {"application": APPLICATION, "deal-registration": DEAL, "tier-finder": {"sales_people": "2"}}

Fill = Callable[..., PartnerForm]
