"""What a submission is found by, and what people mean by what they type."""

import pytest

from forms_service.domain.submissions.search_terms import fits, terms, understood
from tests.factories.submissions import application, deal


def test_a_deal_is_found_by_its_customer_its_partner_and_who_sent_it() -> None:
    said = deal(customer_name="Łódzkie Młyny sp. z o.o.", customer_website="https://sklep.mlyny.example/x")[
        "said"
    ]
    assert terms(said) == [
        "1234563218",
        "advisor@partner.example",
        "lodzkie",
        "mlyny",
        "mlyny.example",
        "partner.example",
    ]


def test_an_application_is_found_by_everybody_it_names() -> None:
    said = application(sponsor={"name": "S", "email": "Sponsor@Other.example", "role": ""})["said"]
    assert {"kontakt@partner.example", "sponsor@other.example", "other.example", "partner"} <= set(
        terms(said)
    )


def test_what_was_erased_is_found_by_nothing() -> None:
    assert terms({}) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        ("   ", ()),
        ("Zgrabka", ("zgrabka",)),
        ("Zgrabka Sp. z o.o.", ("zgrabka",)),
        ("ŁÓDŹ i Młyny", ("lodz", "mlyny")),
        ("DEAL-7K3M-2P9Q", ("7k3m-2p9q",)),
        ("deal-7k3m", ("7k3m",)),
        ("7K3M-2P9Q", ("7k3m-2p9q",)),
        ("app-", ("app",)),
        ("auto-tech", ("auto", "tech")),
        ("123-456-32-18", ("1234563218",)),
        ("123 456 32 18", ("1234563218",)),
        ("PL 1234563218", ("1234563218",)),
        ("pl1234563218 zgrabka", ("1234563218", "zgrabka")),
        ("deal\u20137k3m\u20132p9q", ("7k3m-2p9q",)),
        ("DEAL 7K3M 2P9Q", ("7k3m-2p9q",)),
        ("7k3m2p9q", ("7k3m-2p9q",)),
        ("NIP 768-000-24-66", ("7680002466",)),
        ("NIP: PL\u00a0768 000 24 66", ("7680002466",)),
        ("768/000/24/66", ("7680002466",)),
        ("CHE-123.456.788 MWST", ("123456788",)),
        ("11.222.333/0001-81", ("11222333000181",)),
        ("XI 110305878", ("110305878",)),
        ("NL004495445B01", ("004495445b01",)),
        ("home.pl S.A.", ("home", "pl")),
        ("home.pl", ("home.pl",)),
        ("<advisor@partner.example>", ("advisor@partner.example",)),
        ("www.mlyny.example/oferta", ("mlyny.example",)),
        ("a\u0000b", ("a", "b")),
        ("sp. z o.o.", ("sp", "z", "o")),
    ],
)
def test_what_is_typed_is_understood(typed: str, words: tuple[str, ...]) -> None:
    assert understood(typed) == words


@pytest.mark.parametrize("name", ["home.pl S.A.", "home.pl", "Żółw.com sp. z o.o.", "Kowalski i S-ka"])
def test_a_company_is_found_by_its_exact_name(name: str) -> None:
    """Dots and legal forms and all, with and without a website."""
    for said in ({"customer_name": name}, {"customer_name": name, "customer_website": "https://x.example"}):
        assert fits({"id": "DEAL-2222-2222", "terms": terms(said)}, understood(name))


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ({"tax_id": "8790017566", "country": "TR"}, "TR 879-001-75-66"),
        ({"tax_id": "CHE-123.456.788", "country": "CH"}, "CHE 123.456.788 MWST"),
        ({"tax_id": "XI110305878", "country": "GB"}, "XI 110 3058 78"),
        ({"tax_id": "11.222.333/0001-81", "country": "BR"}, "CNPJ 11.222.333/0001-81"),
        ({"tax_id": "ATU13585627", "country": "AT"}, "ATU13585627"),
    ],
)
def test_a_tax_number_is_found_as_it_is_written(said: dict[str, str], typed: str) -> None:
    """With its country, its label, its signs."""
    assert fits({"id": "APP-2222-2222", "terms": terms(said)}, understood(typed))


def test_all_words_have_to_be_found() -> None:
    """Each at the beginning of a term, or of the reference behind its prefix."""
    record = {**deal(), "terms": ["zgrabka", "advisor@partner.example"]}
    assert fits(record, ("zgr", "advisor@"))
    assert fits(record, ("2222-2222",))
    assert not fits(record, ("zgr", "rabka"))
    assert fits(record, ())
