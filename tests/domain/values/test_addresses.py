"""E-mail and web addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.values.addresses import AddressRefused, clean_email, clean_website

EMAILS = {
    "a@example.com": "a@example.com",
    "First.Last+tag@Example.COM": "First.Last+tag@example.com",
    "o'neill@example.com": "o'neill@example.com",
    "<a@example.com>": "a@example.com",
    "mailto:a@example.com": "a@example.com",
    "<mailto:a@example.com>.": "a@example.com",
    "a@example.com.": "a@example.com",
    "a@example.com,": "a@example.com",
    "(a@example.com)": "a@example.com",
    "e-mail: a@example.com": "a@example.com",
    "Mail:<a@example.com>": "a@example.com",
    "„a@example.com”": "a@example.com",
    "„a@example.com”,": "a@example.com",
    "“a@example.com”.": "a@example.com",
    "«a@example.com»": "a@example.com",
    '"a@example.com"': "a@example.com",
    "'a@example.com'": "a@example.com",
    "[a@example.com];": "a@example.com",
    "(<a@example.com>)": "a@example.com",
    "mailto:a@example.com?subject=Umowa": "a@example.com",
    "MAILTO:<a@example.com>": "a@example.com",
    "a@example.com<mailto:a@example.com>": "a@example.com",
    "a@example.com <a@example.com>": "a@example.com",
    "\u00a0a@example.com ": "a@example.com",
    "a＠example.com": "a@example.com",
    "a@sub.example.co.uk": "a@sub.example.co.uk",
    "a@firma.example": "a@firma.example",
    "biuro@żółw.example": "biuro@xn--w-uga1v8h.example",
}

NO_EMAILS = [
    "root", "@example.com", "a@", "a@b", "a@@example.com", "a b@example.com", "a@example..com",
    ".a@example.com",
    "a.@example.com", "a@-example.com", "a@x.pl, b@y.pl",
    "a@x.pl<mailto:b@x.pl>", "(a@x.pl", "a@x.pl) b@x.pl", "()", "„”",
    "a@x.pl;b@y.pl", '"a@x.pl" <b@y.pl>', "A <a@x.pl>",
    "a@[127.0.0.1]", "a@127.0.0.1", '"a b"@example.com', "zażółć@example.com", "a@example.com\r\nBcc: b@y.pl",
    "a@example.com\n", "<a@example.com",
    "mailto:", "a@example.com>", "a@exam\u202eple.com", "a@localhost", f"{'a' * 65}@example.com",
    f"a@{'b' * 300}.com",
    "=?utf-8?q?a?=@example.com ,b",
]  # fmt: skip

WEBSITES = {
    "example.com": "https://example.com",
    "WWW.Example.com/": "https://www.example.com",
    "http://example.com": "http://example.com",
    "HTTPS://example.com:443/x": "https://example.com/x",
    "example.com:8443/a?b=c&d=e": "https://example.com:8443/a?b=c&d=e",
    "żółw.pl": "https://xn--w-uga1v8h.pl",
    "example.com/ścieżka": "https://example.com/%C5%9Bcie%C5%BCka",
    "example.com.": "https://example.com",
    "www.example.com.": "https://www.example.com",
    "example.com;": "https://example.com",
    "example.com, ": "https://example.com",
    "<https://example.com>": "https://example.com",
    "<https://example.com/>.": "https://example.com",
    "(www.example.com)": "https://www.example.com",
    "„example.com”": "https://example.com",
    '"example.com"': "https://example.com",
    "https://example.com/a_(b)": "https://example.com/a_(b)",
    "example.com/a%20b#top": "https://example.com/a%20b",
}

NO_WEBSITES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)//example.com", "data:text/html,x", "mailto:a@example.com",
    "ftp://example.com", "file:///etc/passwd", "http://user:word@example.com", "http://user@example.com",
    "http://127.0.0.1", "http://[::1]/", "http://[", "localhost", "example", "a..example.com",
    "-a.example.com",
    "//example.com", "https://", "https://https://example.com", "example.com:99999", "example.com/<script>",
    'example.com/"onmouseover=', "example.com/a b", "http://exa mple.com", "a" * 64 + ".com", "example.c",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "clean"), EMAILS.items())
def test_an_address_that_mail_can_be_sent_to(typed: str, clean: str) -> None:
    """Its domain in lower case and ASCII."""
    assert clean_email(typed) == clean


@pytest.mark.parametrize("typed", NO_EMAILS)
def test_no_list_no_name_no_header_in_an_address(typed: str) -> None:
    """One plain address, or nothing."""
    with pytest.raises(AddressRefused):
        clean_email(typed)


@pytest.mark.parametrize(("typed", "clean"), WEBSITES.items())
def test_a_website_with_and_without_its_scheme(typed: str, clean: str) -> None:
    """Two spellings of one address are equal."""
    assert clean_website(typed) == clean
    assert clean_website(clean) == clean


@pytest.mark.parametrize("typed", NO_WEBSITES)
def test_only_addresses_of_the_web_with_a_name(typed: str) -> None:
    """No script, no file, no password, no number of a machine."""
    with pytest.raises(AddressRefused):
        clean_website(typed)


@given(st.text(max_size=60))
def test_no_text_is_anything_but_an_address_or_refused(typed: str) -> None:
    """Nothing else is raised; what is taken is plain ASCII of the web."""
    for clean in (clean_email, clean_website):
        try:
            address = clean(typed)
        except AddressRefused:
            continue
        assert address.isascii()
        assert clean(address) == address
