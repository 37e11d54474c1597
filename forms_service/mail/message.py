"""Message: builds and checks a mail: what is checked here is byte for byte what is sent.

Two walls against header injection, because one of them is not ours: Python before 3.11.15 turns an
encoded word such as `=?utf-8?q?a=0ABcc:_x?=` in a value into a header of its own (CVE-2026-1299).
So `header_value` refuses what could become one, and `seal` reads the finished bytes back and compares.
"""

import re
from base64 import encodebytes
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header, decode_header, make_header
from email.headerregistry import Address
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses, parsedate_to_datetime, quote
from functools import lru_cache
from typing import Literal

from email_validator import EmailNotValidError, validate_email


class MailError(Exception):
    """Base of delivery errors.

    The message is for the desk and may quote the other server, which likes to quote addresses;
    `code` alone is fit for a log.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        """The server's answer, if one came."""


class UnsafeMail(MailError):
    """Header injection or invalid address. Never sent."""


class MailRefused(MailError):
    """Permanent failure (5xx)."""


class Deferred(MailError):
    """Temporary failure (4xx), or the connection broke during the transfer."""


class Unreachable(MailError):
    """No mail can be sent at the moment; says nothing about this one."""


HeaderValue = str | Address | datetime
Headers = Mapping[str, HeaderValue]

_HEADERS = BytesHeaderParser(policy=policy.compat32)
_BODY = ("MIME-Version", "Content-Type")
_LINE = 76
_FOLD = "\r\n "

_BREAKS_A_HEADER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, line separators and lone surrogates: the categories Cc, Zl, Zp and Cs of Unicode."""
_TURNS_TEXT = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FIELD = re.compile(rb"([A-Za-z0-9-]+): ?(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """A finished mail: the envelope, and the bytes that go on the wire. Only `seal` makes one."""

    id: str
    """Of the mail document; the same at every attempt."""
    made_at: datetime
    """When the mail was owed."""
    sender: str
    recipient: str
    data: bytes


def header_value(value: str) -> str:
    """The value itself. Raises UnsafeMail if it could become anything but the value of one header."""
    if "=?" in value:
        raise UnsafeMail("a header value looks like an encoded word")
    if _BREAKS_A_HEADER.search(value):
        raise UnsafeMail("a header value holds a control character or a line separator")
    if _TURNS_TEXT.search(value):
        raise UnsafeMail("a header value holds a character that turns the direction of text")
    return value


def fits_header(value: str) -> bool:
    """Whether `header_value` accepts it."""
    try:
        header_value(value)
    except UnsafeMail:
        return False
    return True


@lru_cache(maxsize=64)
def mailbox(address: str, name: str = "") -> Address:
    """One address, ASCII, with an optional name. Raises UnsafeMail for anything else, or more than one."""
    try:
        valid = validate_email(
            header_value(address),
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
        )
        return Address(header_value(name), addr_spec=valid.ascii_email)
    except (EmailNotValidError, ValueError, IndexError) as error:
        raise UnsafeMail("an address is not one plain e-mail address") from error


@dataclass(frozen=True)
class CalendarEntry:
    """Calendar object of a mail (RFC 6047): what mail programs offer to put into a calendar."""

    method: Literal["REQUEST", "CANCEL"]
    content: bytes


def seal(
    headers: Headers,
    text: str,
    html: str,
    *,
    id: str,
    made_at: datetime,
    bounces_to: str = "",
    calendar: CalendarEntry | None = None,
) -> Message:
    """Finish a mail: envelope from `From` and `To`, the bytes of its head read back and compared.

    Text, HTML and a calendar object are alternatives (RFC 2046, 5.1.4); the object is attached as well, for
    programs that know it only as a file. `bounces_to` is the envelope sender (RFC 5321, 4.4) in
    place of `From`: bounces go there.

    Raises:
        UnsafeMail: a value is refused, or the finished bytes hold another header, value or recipient
            than was asked for.
    """
    lines = [f"{name}: {_written(name, value)}\r\n" for name, value in headers.items()]
    data = "".join(lines).encode("ascii") + _body(text, html, f"=_{id}", calendar)
    head, _, _ = data.partition(b"\r\n\r\n")
    _compare_lines(data, head, [*headers, *_BODY])
    _compare_values(head, headers)
    sender = mailbox(bounces_to) if bounces_to else headers["From"]
    return Message(id, made_at, _address(sender), _address(headers["To"]), data)


def _body(text: str, html: str, boundary: str, calendar: CalendarEntry | None) -> bytes:
    """Nothing but ASCII on the wire. The boundary cannot occur in a part, where every `=` is coded."""
    alternatives = [
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'.encode("ascii")
        + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        + b2a_qp(re.sub("\r\n|\r|\n", "\r\n", content).encode(), istext=True)
        for kind, content in (("plain", text), ("html", html))
    ]
    if calendar is None:
        return b"MIME-Version: 1.0\r\n" + _multipart("alternative", boundary, alternatives)
    shown = f'Content-Type: text/calendar; charset="utf-8"; method={calendar.method}\r\n'
    kept = 'Content-Type: application/ics; name="meeting.ics"\r\n' + (
        'Content-Disposition: attachment; filename="meeting.ics"\r\n'
    )
    inner = [*alternatives, _in_base64(shown, calendar.content)]
    parts = [_multipart("alternative", f"{boundary}_a", inner), _in_base64(kept, calendar.content)]
    return b"MIME-Version: 1.0\r\n" + _multipart("mixed", boundary, parts)


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    opening, between = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n', f"--{boundary}\r\n"
    marked = [between.encode("ascii") + part for part in parts]
    return b"\r\n".join([opening.encode("ascii"), *marked, f"--{boundary}--\r\n".encode("ascii")])


def _in_base64(head: str, content: bytes) -> bytes:
    coded = encodebytes(content).replace(b"\n", b"\r\n")
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode("ascii") + coded


def _written(name: str, value: HeaderValue) -> str:
    """As it stands on the wire. Not left to EmailMessage, whose folding adds spaces between encoded words."""
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, str):
        return _encoded(name, header_value(value))
    if not value.display_name:
        return value.addr_spec
    words = _display_name(name, value.display_name)
    last = words.rpartition("\n")[2]
    room = len(name) + 2 + len(last) + 1 + len(value.addr_spec) + 2 <= _LINE
    return f"{words}{' ' if room else _FOLD}<{value.addr_spec}>"


@lru_cache(maxsize=16)
def _display_name(name: str, value: str) -> str:
    """Remembered, because it is nearly always our own."""
    return f'"{quote(value)}"' if value.isascii() else _encoded(name, value)


def _encoded(name: str, value: str) -> str:
    if value.isascii() and len(name) + 2 + len(value) <= _LINE:
        return value
    if value.isascii():
        return Header(value, header_name=name).encode(linesep="\r\n")
    return _FOLD.join(_encoded_words(value.encode(), (_LINE - len(f"{name}: =?utf-8?b??=")) // 4 * 3))


def _encoded_words(value: bytes, most: int) -> Iterator[str]:
    """Encoded words (RFC 2047) of at most so many bytes each, every character whole in one of them.

    `email.header` tries each length of a word, one character after the other: ten times the work.
    """
    start = 0
    while start < len(value):
        end = start + most
        while end < len(value) and value[end] & 0xC0 == 0x80:
            end -= 1
        yield f"=?utf-8?b?{b2a_base64(value[start:end], newline=False).decode()}?="
        start = end


def _address(value: HeaderValue) -> str:
    if not isinstance(value, Address):
        raise UnsafeMail("From and To are one mailbox each")
    return value.addr_spec


def _compare_lines(data: bytes, head: bytes, names: list[str]) -> None:
    """On the bytes alone, without a mail parser: one field a name, and every line ends as it should."""
    if data.count(b"\n") != data.count(b"\r\n") or data.count(b"\r") != data.count(b"\r\n"):
        raise UnsafeMail("a line of the mail is broken")
    fields = [_FIELD.match(field) for field in re.split(rb"\r\n(?![ \t])", head)]
    if [field and field[1].decode() for field in fields] != names:
        raise UnsafeMail("the finished mail holds other headers than were asked for")


def _compare_values(head: bytes, headers: Headers) -> None:
    """As a mail program reads it: each value, and every address in it, is what was asked for."""
    read = _HEADERS.parsebytes(head)
    for name, value in headers.items():
        if _read(read[name], value) != _meant(value):
            raise UnsafeMail(f"the header {name} of the finished mail is not what was asked for")


def _meant(value: HeaderValue) -> list[object]:
    if isinstance(value, datetime):
        return [value.replace(microsecond=0)]
    if isinstance(value, Address):
        return [_words(value.display_name), value.addr_spec]
    return [_words(value)]


def _read(field: str, meant: HeaderValue) -> list[object]:
    if isinstance(meant, datetime):
        return [parsedate_to_datetime(field)]
    if isinstance(meant, Address):
        return [*_read_addresses(field)]
    return [_words(_decoded(field))]


@lru_cache(maxsize=16)
def _read_addresses(field: str) -> tuple[str, ...]:
    """Name and address of each mailbox. Remembered, because most are our own."""
    found = getaddresses([field])
    return tuple(part for name, address in found for part in (_words(_decoded(name)), address))


def _decoded(field: str) -> str:
    return str(make_header(decode_header(field))) if "=?" in field else field


def _words(text: str) -> str:
    """Folding may change white space; nothing else may differ."""
    return " ".join(text.split())
