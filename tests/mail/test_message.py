"""What may be sealed, and what may not: header injection, and who a letter goes to."""

import re
import unicodedata
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.mail.message import Message, UnsafeMail, fits_header, header_value, mailbox, seal

WHEN = datetime(2026, 11, 25, 3, 28, 39, 123456, tzinfo=UTC)
NAMES = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID"),
    *("MIME-Version", "Content-Type"),
]
INJECTIONS = [
    "\r\nBcc: x@example.org",
    "\nBcc: x@example.org",
    "\rBcc: x@example.org",
    "=?utf-8?q?a=0ABcc:_x=40example.org?=",
    "=?utf-8?q?a=0AReply-To:_evil=40example.org?=",
    "=?utf-8?b?YQpCY2M6IHhAZXhhbXBsZS5vcmc=?=",
    "=?utf-8?b?YQ0KQmNjOiB4QGV4YW1wbGUub3Jn?= =?utf-8?q?=0A?=",
    "\u2028Bcc: x@example.org",
    "\u2029Bcc: x@example.org",
    "\x85Bcc: x@example.org",
    "\x0bBcc: x@example.org",
    "\x0cBcc: x@example.org",
    "\x1cBcc: x@example.org",
    "\x00",
    "\x7f",
    "\ud800",
    "invoice\u202efdp.exe",
]


def sealed(subject: str = "Hello", name: str = "Example", reply_to: str = "reply@example.com") -> Message:
    headers = {
        "From": mailbox("partners@example.com", name),
        "To": mailbox("person@example.com"),
        "Reply-To": mailbox(reply_to),
        "Subject": subject,
        "Date": WHEN,
        "Message-ID": "<1@example.com>",
    }
    return seal(headers, "Text\n", "<p>Text</p>\n", id="1", made_at=WHEN)


@pytest.mark.parametrize("payload", INJECTIONS)
@pytest.mark.parametrize("where", ["subject", "name", "reply_to"])
@pytest.mark.parametrize("wrapped", ["{}", "Acme {}", "{} Acme"])
def test_nothing_typed_becomes_a_header(payload: str, where: str, wrapped: str) -> None:
    """M1: a mail with such a value is refused before anything of it is sent."""
    with pytest.raises(UnsafeMail):
        sealed(**{where: wrapped.format(payload)})


@pytest.mark.parametrize("payload", INJECTIONS)
def test_the_first_wall_holds_by_itself(payload: str) -> None:
    """M1: no such value is even written down, so nothing rests on reading the bytes back."""
    for value in (payload, f"Acme {payload}", f"{payload} Acme"):
        with pytest.raises(UnsafeMail):
            header_value(value)


def test_every_character_that_breaks_a_header_is_refused() -> None:
    """M1: all of them that Unicode has, and no letter."""
    breaking = {"Cc", "Cs", "Zl", "Zp"}
    for number in range(0x110000):
        if unicodedata.category(chr(number)) in breaking:
            assert not fits_header(chr(number)), hex(number)
    assert fits_header("Zażółć gęślą jaźń · № 7 \u00a0\u3000")


ANY_TEXT = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(
            [*INJECTIONS, "=", "?", "=?", "?=", "utf-8", "?q?", "=0A", " ", "ą", "a", ",", '"', "<"]
        ),
        max_size=12,
    ).map("".join),
)


@given(subject=ANY_TEXT, name=ANY_TEXT)
def test_whatever_is_sealed_reads_back_as_it_was_meant(subject: str, name: str) -> None:
    """M1, by machine: either refused, or exactly these headers, this subject and these two addresses."""
    try:
        letter = sealed(subject=subject, name=name)
    except UnsafeMail:
        return
    assert (letter.sender, letter.recipient) == ("partners@example.com", "person@example.com")
    assert letter.data.isascii()
    head = letter.data.split(b"\r\n\r\n")[0].decode()
    assert [line.partition(":")[0] for line in re.split(r"\r\n(?![ \t])", head)] == NAMES
    read = message_from_bytes(letter.data, policy=policy.default)
    assert read.keys() == NAMES
    assert [address.addr_spec for address in read["To"].addresses] == ["person@example.com"]
    assert [address.addr_spec for address in read["From"].addresses] == ["partners@example.com"]
    assert [address.addr_spec for address in read["Reply-To"].addresses] == ["reply@example.com"]
    assert "".join(read["Subject"].split()) == "".join(subject.split())


@given(ANY_TEXT)
def test_fits_header_agrees_with_header_value(value: str) -> None:
    if fits_header(value):
        assert header_value(value) == value
    else:
        with pytest.raises(UnsafeMail):
            header_value(value)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        "a@example.com b@example.com",
        '"a@example.com" <b@example.com>',
        "Name <a@example.com>",
        "root",
        "",
        "@example.com",
        "a@",
        "a@[127.0.0.1]",
        "żółw@example.com",
        "a@example.com\n",
        " a@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "=?utf-8?q?a=0ABcc:_x?=@example.com",
        "a(comment)@example.com",
    ],
)
def test_an_address_is_one_plain_address(address: str) -> None:
    """M2, at the last gate: a form has refused these long before."""
    with pytest.raises(UnsafeMail):
        mailbox(address)


def test_a_domain_with_polish_letters_travels_in_ascii() -> None:
    assert mailbox("biuro@żółw.pl").addr_spec == "biuro@xn--w-uga1v8h.pl"


def test_a_long_polish_subject_and_name_survive_folding() -> None:
    """Folding of encoded words adds no space and loses none."""
    subject = "Rejestracja szansy sprzedażowej DEAL-7K3M-2P9Q: Zażółć gęślą jaźń i jeszcze trochę liter"
    name = "Kanał Partnerski Future Processing, „dział” od wszystkiego i jeszcze czegoś"
    letter = sealed(subject=subject, name=name)
    read = message_from_bytes(letter.data, policy=policy.default)
    assert read["Subject"] == subject
    assert max(len(line) for line in letter.data.split(b"\r\n")) <= 78


PLAIN = {"From": mailbox("a@example.com"), "To": mailbox("b@example.com"), "Subject": "Hello"}


def test_a_line_in_the_body_cannot_end_the_letter() -> None:
    """What a person wrote stays in the body, whatever it looks like."""
    typed = "a\r\n.\r\nMAIL FROM:<x@example.org>\n\n\rBcc: x\u2028y =?utf-8?q?=0A?= --=_1--\n"
    letter = seal(PLAIN, typed, f"<p>{typed}</p>", id="1", made_at=WHEN)
    assert letter.data.count(b"\r") == letter.data.count(b"\n") == letter.data.count(b"\r\n")
    assert b"\r\n.\r\n" not in letter.data
    assert max(len(line) for line in letter.data.split(b"\r\n")) <= 76
    read = message_from_bytes(letter.data, policy=policy.default)
    lines = re.sub("\r\n|\r|\n", "\r\n", typed)
    assert [part.get_content() for part in read.iter_parts()] == [lines, f"<p>{lines}</p>"]


def test_headers_of_the_body_are_compared_too() -> None:
    """What would bring a header of its own is not sent, wherever it comes from."""
    with pytest.raises(UnsafeMail):
        seal(PLAIN, "Text", "Text", id='1"\r\nBcc: x@example.org', made_at=WHEN)
