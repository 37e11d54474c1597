"""What was sent, as people read it."""

from forms_service import forms
from partner_program import Program
from tests.forms.filled import Fill


def test_a_deal_in_the_words_of_either_language(fill: Fill, program: Program) -> None:
    """Names of countries and choices, amounts with their currency, days in words; blanks are left out."""
    said = fill("deal-registration").said()
    polish = [
        (label, " ".join(text.split()))
        for label, text in forms.summary("deal-registration", said, program, "pl")
    ]
    assert polish == [
        ("NIP lub numer VAT UE Twojej firmy", "PL1234563218"),
        ("Twój e-mail", "handel@example.com"),
        ("Nazwa klienta", "Klient Przykładowy"),
        ("Kraj klienta", "Niemcy"),
        ("Model sprzedaży", "Sell-with (polecenia)"),
        ("Produkt lub usługa", "Aplikacja"),
        ("Wartość", "25 000,50 EUR"),
        ("Przewidywana data zamknięcia", "31 grudnia 2026"),
        ("Klient wie o tej rejestracji", "Nie"),
    ]
    english = dict(forms.summary("deal-registration", said, program, "en"))
    assert english["Customer's country"] == "Germany"
    assert english["Value"].replace("\u00a0", " ") == "25,000.50 EUR"
    assert english["Expected close"] == "31 December 2026"
    assert english["How you sell"] == "Sell-with (referrals)"


def test_people_are_told_one_by_one(fill: Fill, program: Program) -> None:
    """Each in one line, under a label of their own."""
    changes = {
        "contacts-0-phone": "+48 32 000 00 00",
        "contacts-1-name": "Druga Osoba",
        "sponsor_is_contact": "y",
        "sponsor-name": None,
        "sponsor-email": None,
        "models": ["sell-with", "resell"],
        "lead_activities": "0",
    }
    told = dict(forms.summary("application", fill("application", changes).said(), program, "en"))
    assert told["Contact person 1"] == "Osoba Kontaktowa · kontakt@example.com · +48 32 000 00 00"
    assert told["Contact person 2"] == "Druga Osoba"
    assert told["The executive sponsor is the contact person"] == "Yes"
    assert "Executive sponsor" not in told
    assert told["Tier you apply for"] == "Silver"
    assert told["How you want to sell with us"] == "Sell-with (referrals), Resell (through the channel)"
    assert told["Lead-generation activities you plan in a year"] == "0"


def test_an_old_record_is_told_whatever_became_of_the_form(program: Program) -> None:
    """Choices and fields that are gone are told as they were kept."""
    old = {"tier": "bronze", "country": "XX", "models": ["barter"], "fax": "123", "blank": ""}
    assert forms.summary("application", old, program, "en") == [
        ("Country", "XX"),
        ("Tier you apply for", "bronze"),
        ("How you want to sell with us", "barter"),
        ("fax", "123"),
    ]
    assert forms.summary("application", {}, program, "pl") == []
