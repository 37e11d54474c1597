"""What `MAIL_URL` may say, and what it chooses."""

from pathlib import Path

import pytest

from forms_service.mail.file_transport import FileTransport
from forms_service.mail.smtp import Security, SmtpTransport
from forms_service.mail.transport import from_url

FOLDER = Path("mail")


@pytest.mark.parametrize("url", [None, ""])
def test_without_a_mail_server_letters_become_files(url: str | None) -> None:
    transport = from_url(url, FOLDER)
    assert isinstance(transport, FileTransport)
    assert str(transport) == "files in mail"


@pytest.mark.parametrize(
    ("url", "where", "security", "login"),
    [
        ("smtp://mail.example.com", "mail.example.com:25", Security.AUTO, None),
        ("smtp://mail.example.com:2525/", "mail.example.com:2525", Security.AUTO, None),
        ("smtp://[::1]:25", "::1:25", Security.AUTO, None),
        ("smtps://mail.example.com", "mail.example.com:465", Security.TLS, None),
        ("smtp://u:p@mail.example.com:587", "mail.example.com:587", Security.REQUIRED, ("u", "p")),
        ("smtps://u%40example.com:p%3A%2F@mail.example.com", "mail.example.com:465", Security.TLS,
         ("u@example.com", "p:/")),
        ("smtp://u:p@mail.example.com?starttls=off", "mail.example.com:25", Security.OFF, ("u", "p")),
        ("smtp://mail.example.com?starttls=required", "mail.example.com:25", Security.REQUIRED, None),
    ],
)  # fmt: skip
def test_a_mail_server_by_its_address(
    url: str, where: str, security: Security, login: tuple[str, str] | None
) -> None:
    """A password goes over an encrypted line, unless it is said in so many words that it need not."""
    transport = from_url(url, FOLDER)
    assert isinstance(transport, SmtpTransport)
    assert str(transport) == f"the mail server {where}"
    assert (transport.security, transport.login) == (security, login)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com:99999",
        "smtp://mail.example.com:0",
        "smtp://mail.example.com:port",
        "smtp://[::1",
        "smtp://mail.example.com/folder",
        "smtp://mail.example.com#x",
        "smtp://mail.example.com?tls=1",
        "smtp://mail.example.com?starttls=maybe",
        "smtps://mail.example.com?starttls=off",
        "smtp://secret@mail.example.com",
        "smtp://:secret@mail.example.com",
        "smtp://user:secr%C4%99t@mail.example.com",
    ],
)
def test_a_wrong_address_is_said_in_one_line_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"\AMAIL_URL: [^\n]+\Z") as raised:
        from_url(url, FOLDER)
    assert "secr" not in str(raised.value)
