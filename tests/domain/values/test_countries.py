"""The countries, and the alphabet they stand in."""

import pytest

from forms_service.domain.values.countries import EU, alphabetical, countries
from forms_service.domain.values.country_codes import country_codes
from partner_program.model import LANGUAGES, Language

NO_COUNTRIES = [
    "ZZ",
    "EU",
    "UN",
    "QO",
    "EZ",
    "AC",
    "IC",
    "EA",
    "TA",
    "XA",
    "UK",
    "EL",
    "001",
    "150",
    "pl",
    "",
]


def test_real_countries_only() -> None:
    """The 249 of ISO 3166-1 and Kosovo: no groups, no other codes of a private kind."""
    assert len(country_codes()) == 250
    assert not country_codes().intersection(NO_COUNTRIES)
    assert len(EU) == 27
    assert country_codes() > EU


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_of_its_own(language: Language) -> None:
    """Poland first, each once."""
    names = countries(language)
    assert set(names) == country_codes()
    assert next(iter(names)) == "PL"
    assert len(set(names.values())) == 250
    assert not any(name == code for code, name in names.items())


def test_polish_letters_stand_where_the_polish_alphabet_has_them() -> None:
    """Ł after every L, Ś after every S, Å as an A."""
    names = list(countries("pl").values())
    order = [
        "Litwa",
        "Luksemburg",
        "Łotwa",
        "Macedonia Północna",
        "Stany Zjednoczone",
        "Szwecja",
        "Węgry",
        "Włochy",
    ]
    assert sorted(order, key=names.index) == order
    words = ["źrebię", "zebra", "żaba", "łąka", "luty", "ósmy", "oset", "ćma", "czas", "Côte", "cowboy"]
    in_order = ["Côte", "cowboy", "czas", "ćma", "luty", "łąka", "oset", "ósmy", "zebra", "źrebię", "żaba"]
    assert sorted(words, key=alphabetical("pl")) == in_order


def test_english_alphabet_knows_no_marks() -> None:
    """Åland stands with A, as English readers look for it."""
    names = list(countries("en").values())
    assert names.index("Afghanistan") < names.index("Åland Islands") < names.index("Albania")
