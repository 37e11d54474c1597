"""What a submission is found by, and what people mean by what they type."""

import pytest

from forms_service.decisions.searching import fits, terms, understood

from .records import application, deal


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
        ("<advisor@partner.example>", ("advisor@partner.example",)),
        ("www.mlyny.example/oferta", ("mlyny.example",)),
        ("a\u0000b", ("a", "b")),
        ("sp. z o.o.", ("sp", "z", "o")),
    ],
)
def test_what_is_typed_is_understood(typed: str, words: tuple[str, ...]) -> None:
    assert understood(typed) == words


def test_all_words_have_to_be_found() -> None:
    """Each at the beginning of a term, or of the reference behind its prefix."""
    record = {**deal(), "terms": ["zgrabka", "advisor@partner.example"]}
    assert fits(record, ("zgr", "advisor@"))
    assert fits(record, ("2222-2222",))
    assert not fits(record, ("zgr", "rabka"))
    assert fits(record, ())
