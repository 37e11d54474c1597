"""Transport: the interface the outbox sends through, and its choice by MAIL_URL."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from forms_service.mail.file_transport import FileTransport
from forms_service.mail.message import Message
from forms_service.mail.smtp import Security, SmtpTransport

_EXAMPLE = "smtp://user:password@mail.example.com:587?starttls=required"
_DEFAULT_PORT = {"smtp": 25, "smtps": 465}


class Transport(Protocol):
    """Interface of a transport. `str()` names the destination, without a password."""

    @property
    def keeps_files(self) -> bool:
        """Whether mails only become files: then nobody gets them."""

    def send(self, message: Message) -> None:
        """Send a mail. Raises Deferred, MailRefused or Unreachable."""

    def session(self) -> AbstractContextManager[None]:
        """Context manager: mails sent in it may share a connection."""

    def close(self) -> None:
        """Abort a `send` in another thread at once; send no more."""


def from_url(url: str | None, folder: Path) -> Transport:
    """Transport of this MAIL_URL; without one, `.eml` files in the folder.

    `smtp://` and `smtps://`, with `user:password@` (percent-encoded where needed) and `:port` if need be;
    `?starttls=` is `required` (the default where there is a password), `auto` (the default elsewhere) or
    `off`.

    Raises:
        ValueError: it names none; one line, without the password.
    """
    if not url:
        return FileTransport(folder)
    try:
        parts = urlsplit(url)
        named = parts.scheme in _DEFAULT_PORT and parts.hostname and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.path.strip("/") or parts.fragment:
        raise ValueError(f"MAIL_URL: this is no address of a mail server; write it like {_EXAMPLE}")
    return SmtpTransport(
        parts.hostname or "",
        parts.port or _DEFAULT_PORT[parts.scheme],
        login=_login(parts),
        security=_security(parts),
    )


def _login(parts: SplitResult) -> tuple[str, str] | None:
    if parts.username is None and parts.password is None:
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not user or not password:
        raise ValueError(f"MAIL_URL: a user needs a password and a password a user, as in {_EXAMPLE}")
    if not (user.isascii() and password.isascii()):
        raise ValueError("MAIL_URL: user and password can hold ASCII characters only")
    return user, password


def _security(parts: SplitResult) -> Security:
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    choice = query.pop("starttls", None)
    if query:
        raise ValueError(f"MAIL_URL: the only option is starttls, not {', '.join(sorted(query))}")
    if parts.scheme == "smtps":
        if choice is not None:
            raise ValueError("MAIL_URL: smtps:// is encrypted from the start; leave starttls out")
        return Security.TLS
    if choice is None:
        return Security.REQUIRED if parts.password else Security.AUTO
    if choice not in ("required", "auto", "off"):
        raise ValueError(f"MAIL_URL: starttls is required, auto or off, not {choice!r}")
    return Security(choice)
