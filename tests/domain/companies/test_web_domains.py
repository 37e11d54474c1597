"""Web domains and tax numbers as people type them."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.companies import name_comparison, web_domains
from forms_service.domain.values import tax_ids
from tests.cached import long_cached_texts


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("acme.pl", "acme.pl"),
        ("acme.pl;", "acme.pl"),
        ("(acme.pl)", "acme.pl"),
        ("www.acme.pl,", "acme.pl"),
        ("„acme.pl”", "acme.pl"),
        ("acme.pl!", "acme.pl"),
        ("https://acme.pl\\", "acme.pl"),
        ("acme.pl, acme.com", None),
        ("www.acme,pl", None),
        ("http://acme.pl|acme.com", None),
        ("www.acme.pl", "acme.pl"),
        ("https://www.shop.acme.com.pl/about?x=1#top", "acme.com.pl"),
        ("HTTP://ACME.PL.", "acme.pl"),
        ("http://user:secret@acme.pl:8080/", "acme.pl"),
        ("advisor@mail.acme.co.uk", "acme.co.uk"),
        ("mailto:advisor@acme.pl", "acme.pl"),
        ("//acme.pl", "acme.pl"),
        ("example.waw.pl", "example.waw.pl"),
        ("żółw.pl", "xn--w-uga1v8h.pl"),
        ("xn--w-uga1v8h.pl", "xn--w-uga1v8h.pl"),
        ("ŻÓŁW.pl", "xn--w-uga1v8h.pl"),
        ("z\u0307o\u0301łw.pl", "xn--w-uga1v8h.pl"),
        ("https://straße.de", "xn--strae-oqa.de"),
        ("STRAẞE.de", "xn--strae-oqa.de"),
        ("xn--strae-oqa.de", "xn--strae-oqa.de"),
        ("strasse.de", "strasse.de"),
        ("advisor@βόλος.gr", "xn--nxasmm1c.gr"),
        ("ａｃｍｅ．ｐｌ", "acme.pl"),
        ("żółw。pl", "xn--w-uga1v8h.pl"),
        ("a\u0301" + "\u0316" * 250 + ".pl", None),
        ("acme.github.io", "acme.github.io"),
        ("com.pl", None),
        ("localhost", None),
        ("http://127.0.0.1/", None),
        ("http://[::1]/", None),
        ("0.²", None),
        ("shop.1.2", None),
        ("we have none", None),
        ("x..pl", None),
        ("a" * 300 + ".pl", None),
        ("", None),
    ],
)
def test_the_registered_domain(typed: str, domain: str | None) -> None:
    """Subdomains, schemes, ports and case fall away; public suffixes and addresses of machines are none."""
    assert web_domains.registered(typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        "gmail.com",
        "advisor@gmail.com",
        "advisor@poczta.onet.pl",
        "facebook.com/acme",
        "wp.pl",
        "advisor@hotmail.se",
        "advisor@yahoo.com.tr",
        "advisor@acme.onmicrosoft.com",
    ],
)
def test_what_everybody_can_have_identifies_nobody(typed: str) -> None:
    """Free mail and platforms; the domain itself is still known."""
    assert web_domains.of_company(typed) is None and web_domains.registered(typed)


def test_free_mail_is_told_from_an_address_of_a_company() -> None:
    """Also below a subdomain of the provider."""
    assert web_domains.is_free_mail("Advisor@GMAIL.com") and web_domains.is_free_mail(
        "advisor@poczta.onet.pl"
    )
    assert web_domains.is_free_mail("advisor@yahoo.ro")
    assert not web_domains.is_free_mail("advisor@outlook.consulting")
    assert not web_domains.is_free_mail("advisor@acme.pl") and not web_domains.is_free_mail("nonsense")


@given(st.text(max_size=80) | st.from_regex(r"[a-z0-9²ß.]{1,12}", fullmatch=True))
def test_any_text_is_answered(typed: str) -> None:
    """Nobody checks websites before; a domain found is found again in itself."""
    domain = web_domains.registered(typed)
    assert domain is None or web_domains.registered(domain) == domain


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("123-456-32-18", "PL", "PL1234563218"),
        ("pl 123 456 32 18", "PL", "PL1234563218"),
        ("PL1234563218", None, "PL1234563218"),
        ("1234563218", None, "PL1234563218"),
        ("094259216", "GR", "EL094259216"),
        ("EL 094259216", "GR", "EL094259216"),
        ("DE136695976", None, "DE136695976"),
        ("U13585627", "AT", "ATU13585627"),
        ("12-3456789", "US", "~123456789"),
        ("12.3456789", "US", "~123456789"),
        ("1234567890", "PL", "~1234567890"),
        ("", "PL", None),
        (" - ", "PL", None),
        (None, None, None),
    ],
)
def test_one_form_of_a_tax_number(typed: str | None, country: str | None, number: str | None) -> None:
    """With or without prefix, spaces and dashes; what nobody can check is marked."""
    assert tax_ids.normalised(typed, country) == number


LONG = ("a" + "\u0301\u0316" * 125_000 + ".com", "x" * 250_000, "1" * 250_000, "\U0001f600" * 250_000)


@pytest.mark.parametrize("read", [web_domains.registered, tax_ids.normalised, name_comparison.read])
def test_a_text_longer_than_any_field_is_neither_read_nor_kept(read: Callable[[str], object]) -> None:
    """K1, K2: whoever calls. The first of them takes a minute to normalise."""
    before = long_cached_texts(web_domains.LONGEST)
    began = time.process_time()
    for text in LONG:
        read(text)
    assert time.process_time() - began < 2.5
    assert long_cached_texts(web_domains.LONGEST) == before
