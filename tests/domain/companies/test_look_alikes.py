"""Names and domains that look alike: the same or near, found by keys, and told to whoever decides."""

from itertools import product

import pytest

from forms_service.domain.companies import look_alikes
from forms_service.domain.companies.name_comparison import Likeness, compare, fold, index_keys, search_keys
from forms_service.domain.submissions import conflicts
from forms_service.services.tables import TABLES
from tests.domain.submissions.test_conflicts import LATER, REGISTERED
from tests.factories.submissions import deal

SAME = (
    ("Zebrafish Logistics", "Ζеbrаfіsh Lоgіstісs"),
    *product(
        ("Acme Solutions",),
        (
            *("Аcme Solutions", "Αcme Solutions", "Acmе Sоlutiоns", "Асmе Ѕоlutіоnѕ", "АСМЕ SOLUTIONS"),
            *("𝐀𝐜𝐦𝐞 Solutions", "𝒜𝒸𝓂ℯ Solutions", "ＡＣＭＥ Solutions", "ᴀᴄᴍᴇ ꜱᴏʟᴜᴛɪᴏɴꜱ", "Ⓐⓒⓜⓔ Solutions"),
            *("Acme So\u200blutions", "Ac\u0301me Solutions", "Acme SoIutions", "ACME Ѕolutions Sp. z o.o."),
        ),
    ),
    ("Газпром", "ГАЗПРОМ"),
    ("Νίκη", "ΝΙΚΗ"),
    ("Alfa", "AIfa"),
    ("IBM", "ΙΒΜ"),
    ("Acme", "Acmє"),
    ("ACME", "АСМЄ"),
    ("Żółw Größe", "Zolw GRÖSSE"),
)
NEAR = (
    *product(
        ("Acme Solutions",),
        (
            "Acme 5olutions",
            "Acrne Solutions",
            "Acme S0lutions",
            "Acme Soiutions",
            "Acme So1uti0ns",
        ),
    ),
    *(("Zebra", "Z3bra"), ("Acme", "Acrne"), ("Willow", "VVillow"), ("Polo", "P0lo")),
)
DIFFERENT = (
    ("Kern", "Kem"),
    ("Bali", "Ball"),
    ("Route 100", "Route loo"),
    ("A1", "Al"),
    ("Роса", "Газпром"),
    ("3M", "3rn"),
    ("Łom", "Tom"),
    ("Studio4", "Studioa"),
    ("Formula 5", "Formula S"),
    ("Weiß", "Weib"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one) is Likeness.SAME
    assert search_keys(one) & index_keys(other) and search_keys(other) & index_keys(one)


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_what_is_easily_misread_is_near(one: str, other: str) -> None:
    assert compare(one, other) is not Likeness.DIFFERENT
    assert search_keys(one) & index_keys(other) and search_keys(other) & index_keys(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_real_names_stay_apart(one: str, other: str) -> None:
    assert compare(one, other) is Likeness.DIFFERENT


def test_a_capital_that_only_shows_when_it_is_decomposed() -> None:
    assert fold("𝐀𝐜𝐦𝐞") == "acme"


@pytest.mark.parametrize("index", ["records", "accounts"])
def test_what_was_stored_before_is_found(index: str) -> None:
    """Its keys are of then; the index adds what they look like."""
    old = {"kind": "deal", "state": "received", "keys": ["name:acme solutions", "name:acmesolutions"]}
    kept = set(TABLES[index].indexes["keys"](old))
    for name in ("Acrne So1utions", "Асmе Ѕоlutіоnѕ"):
        assert kept & search_keys(name)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("https://аcme.pl", "acme.pl"), ("xn--cme-5cd.pl", "https://www.acme.pl"), ("асме.pl", "acme.pl")],
)
def test_a_domain_in_other_letters(ours: str, theirs: str) -> None:
    record = deal("DEAL-AAAA-AAAA", LATER, customer_name="Żuraw", customer_website=ours)
    other = deal(
        "DEAL-BBBB-BBBB",
        REGISTERED,
        customer_name="Mewa",
        customer_website=theirs,
        partner_tax_id="PL5252248481",
    )
    assert conflicts.search_keys(record["said"]) & conflicts.index_keys(other["said"])
    (conflict,) = conflicts.find(record, [other])
    assert conflict.reasons[0].kind is conflicts.ReasonKind.DOMAIN


def test_two_scripts_in_one_word_are_named() -> None:
    (found,) = look_alikes.mixed_words("Zеbrа Łódź Газпром Νίκη 5G-сеть")
    assert found.word == "Zеbrа"
    assert found.letters == (("е", "CYRILLIC SMALL LETTER IE"), ("а", "CYRILLIC SMALL LETTER A"))
    said = {"customer_name": "Acme", "customer_website": "https://xn--cme-5cd.pl/x"}
    assert [each.word for each in look_alikes.mixed_in(said)] == ["аcme"]
