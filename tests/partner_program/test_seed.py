"""The program of the vendor's document, held as expected facts: cell by cell.

A tier or a requirement that is added to the program changes nothing here. A value that is changed does: then
the program says something else than the vendor's document.
"""

import pytest

from partner_program import Program
from partner_program.model import CarriedBy, Measure, When

C, W = CarriedBy, When
TICK = "✓"

SECTIONS = [
    ("scope", "ZAKRES DZIAŁAŃ I RELACJE", ["application", "agreement", "contact", "sponsor", "planning"]),
    ("sales", "SPRZEDAŻ", ["finance", "deal-registration"]),
    ("training", "SZKOLENIE", ["certification"]),
    ("marketing", "MARKETING I KOMUNIKACJA", ["lead-generation", "website-promotion"]),
]

# id, Polish title, then for each tier: the words of the cell, what they mean, how many
ROWS = [
    ("application", "Proces aplikowania", (TICK, "required", None), (TICK, "required", None)),
    ("agreement", "Umowa Partnerska i Profil Partnera", (TICK, "required", None), (TICK, "required", None)),
    ("contact", "Wskazana Osoba Kontaktowa", (TICK, "required", None), (TICK, "required", None)),
    ("sponsor", "Sponsor wykonawczy", (TICK, "required", None), (TICK, "required", None)),
    (
        "planning",
        "Wspólne planowanie biznesowe",
        ("Rocznie", "every_year", None),
        ("Kwartalnie", "every_quarter", None),
    ),
    (
        "finance",
        "Wymagania finansowe",
        ("Bez ograniczeń", "no_threshold", None),
        ("Ustalane indywidualnie", "agreed_individually", None),
    ),
    (
        "deal-registration",
        "Formularz Rejestrowania Szans Sprzedażowych",
        (TICK, "required", None),
        (TICK, "required", None),
    ),
    ("certification", "Certyfikacja", (TICK, "required", None), (TICK, "required", None)),
    (
        "sales-qualifications",
        "Kwalifikacje sprzedażowe",
        ("1 osoba", "at_least", 1),
        ("2 i więcej osób", "at_least", 2),
    ),
    (
        "technical-qualifications",
        "Kwalifikacje techniczne",
        ("nieobowiązkowe", "optional", None),
        ("1 i więcej osób", "at_least", 1),
    ),
    ("attestation", "Coroczne poświadczenie", (TICK, "required", None), (TICK, "required", None)),
    (
        "lead-generation",
        "Aktywności związane z generowaniem kontaktów sprzedażowych",
        ("1", "per_year", 1),
        ("2", "per_year", 2),
    ),
    (
        "website-promotion",
        "Promocja strony internetowej",
        (TICK, "recommended", None),
        (TICK, "recommended", None),
    ),
]

DUTIES = {
    "application": (C.PARTNER, W.AT_APPLICATION),
    "agreement": (C.BOTH, W.BEFORE_ACTIVE),
    "contact": (C.PARTNER, W.AT_APPLICATION),
    "sponsor": (C.PARTNER, W.AT_APPLICATION),
    "planning": (C.VENDOR, W.ONGOING),
    "finance": (C.PARTNER, W.YEARLY),
    "deal-registration": (C.BOTH, W.ONGOING),
    "certification": (C.PARTNER, W.BEFORE_ACTIVE),
    "sales-qualifications": (C.PARTNER, W.BEFORE_ACTIVE),
    "technical-qualifications": (C.PARTNER, W.BEFORE_ACTIVE),
    "attestation": (C.PARTNER, W.YEARLY),
    "lead-generation": (C.PARTNER, W.YEARLY),
    "website-promotion": (C.PARTNER, W.ONGOING),
}

# What each explanation may not lose, in the words of the vendor's document.
KEPT = [
    ("application", ["Certyfikowanym Partnerem Future Processing", "wstępnej akceptacji", "zarejestruj"]),
    (
        "agreement",
        ["Umowa Partnerska", "kryteria zaangażowania", "oczekiwane relacje biznesowe", "informacje"],
    ),
    ("contact", ["co najmniej jedną osobę", "kontakt i współpracę"]),
    ("sponsor", ["wspólny plan biznesowy"]),
    (
        "planning",
        ["wspiera", "celów finansowych", "inicjatyw marketingowych", "nowe okazje", "analizie biznesowej"],
    ),
    ("finance", ["użytkownikowi końcowemu", "co roku", "odnawiamy", "w zależności od obszaru"]),
    ("deal-registration", ["zniżki lub prowizji", "zgodzie lub odmowie", "2 dni roboczych"]),
    ("certification", ["minimalną liczbę osób", "określonych kompetencjach"]),
    ("attestation", ["Co roku", "pisemnie"]),
    ("lead-generation", ["Każdego roku", "Minimalne", "planie biznesowym"]),
    ("website-promotion", ["zalecamy", "kanałach marketingu cyfrowego"]),
]


def test_sections_and_their_rows_stand_in_the_documents_order(program: Program):
    rows = {row for _, _, rows in SECTIONS for row in rows}
    found = [
        (section.id, section.title.pl, [one.id for one in section.requirements if one.id in rows])
        for section in program.sections
    ]
    assert [section for section in found if section[2]] == SECTIONS


@pytest.mark.parametrize(("item_id", "title", "silver", "gold"), ROWS, ids=[row[0] for row in ROWS])
def test_each_cell_has_the_documents_words_and_their_meaning(program: Program, item_id, title, silver, gold):
    item = next(item for item in program.items() if item.id == item_id)
    assert item.title.pl == title
    for tier, (label, kind, number) in (("silver", silver), ("gold", gold)):
        value = item.tiers[tier]
        assert (value.label.pl, value.kind, value.number) == (label, kind, number)


def test_each_row_says_who_carries_it_and_when(program: Program):
    found = {item.id: (item.carried_by, item.when) for item in program.items()}
    assert {item: found[item] for item in DUTIES} == DUTIES


@pytest.mark.parametrize(("item_id", "words"), KEPT, ids=[row[0] for row in KEPT])
def test_explanations_keep_what_the_document_says(program: Program, item_id, words):
    text = next(item for item in program.items() if item.id == item_id).text.pl
    assert [one for one in words if one not in text] == []


def test_the_sentence_on_both_models_is_published_beside_the_revenue_row(program: Program):
    finance = next(r for section in program.sections for r in section.requirements if r.id == "finance")
    assert finance.note is not None
    assert "sell-with (polecenia), jak i resell (związany z kanałem)" in finance.note.pl
    assert "określone cele dochodowe" in finance.note.pl


def test_what_is_measured(program: Program):
    assert {item.measure: item.id for item in program.items() if item.measure and item.id in DUTIES} == {
        Measure.SPONSOR: "sponsor",
        Measure.SALES_PEOPLE: "sales-qualifications",
        Measure.TECHNICAL_PEOPLE: "technical-qualifications",
        Measure.LEAD_ACTIVITIES: "lead-generation",
    }


def test_tiers_models_rule_and_contact(program: Program):
    assert [(tier.id, tier.title) for tier in program.tiers][:2] == [
        ("silver", "Silver Partner"),
        ("gold", "Gold Partner"),
    ]
    assert [model.title.pl for model in program.models] == [
        "Sell-with (polecenia)",
        "Resell (związany z kanałem)",
    ]
    assert program.deal_registration.decide_within_business_days == 2
    assert program.deal_registration.pause_on_question is False
    assert program.name.pl == "Kanał Partnerski Future Processing"
    assert program.contact.name == "Dominik Majewski"
    assert program.contact.email == "dmajewski@future-processing.com"
    assert program.contact.website == "www.future-processing.pl/kanal-partnerski"


def test_nothing_about_the_controller_is_invented(program: Program):
    """The document names the vendor and nothing more; the rest waits for the vendor."""
    controller = program.controller
    assert controller.name == "Future Processing"
    assert (controller.seat, controller.register_entry, controller.email, controller.inspector) == (None,) * 4
