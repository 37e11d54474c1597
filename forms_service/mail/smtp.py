"""Hand a letter to a mail server, within a deadline, and say what came of it."""

import contextlib
import smtplib
import ssl
import threading
from enum import StrEnum

from forms_service.mail.errors import Deferred, Refused, Unreachable
from forms_service.mail.letters import Letter
from forms_service.mail.line import Client, Line

DEADLINE_SECONDS = 30.0
_OK = range(200, 300)
_GO_ON = 354
_TOO_BIG = 552


class Security(StrEnum):
    """How the line to the mail server is protected."""

    TLS = "tls"
    """Encrypted from the first byte (`smtps://`), certificate checked."""
    REQUIRED = "required"
    """STARTTLS with the certificate checked, or nothing is sent."""
    AUTO = "auto"
    """STARTTLS where it is offered, any certificate: as mail servers do among each other."""
    OFF = "off"
    """In the clear."""


class SmtpTransport:
    """One mail server, one connection for each letter."""

    keeps_files = False

    def __init__(
        self,
        host: str,
        port: int,
        *,
        login: tuple[str, str] | None = None,
        security: Security = Security.AUTO,
        deadline_seconds: float = DEADLINE_SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._server = (host, port)
        self.login = login
        self.security = security
        self._deadline_seconds = deadline_seconds
        self._context = context or _context(security)
        self._line = Line()
        self._closed = False

    def __str__(self) -> str:
        host, port = self._server
        return f"the mail server {host}:{port}"

    def send(self, letter: Letter) -> None:
        """Return once the server has taken the letter; that takes no longer than the deadline.

        Raises:
            Unreachable: it did not come to this letter (connection, TLS, sign-in, our own address).
            Deferred: not now, or the line broke in the middle; the server may even have taken it.
            Refused: this letter, never.
        """
        line = self._line = Line()
        if self._closed:
            raise Unreachable(f"{self} is not used any more")
        watch = threading.Timer(self._deadline_seconds, line.cut)
        watch.daemon = True
        watch.start()
        try:
            with contextlib.closing(self._connected(line)) as server:
                self._introduce(server, letter)
                self._hand_over(server, letter)
        finally:
            watch.cancel()
            line.close()

    def close(self) -> None:
        """Cut the line of a `send` that another thread is in, which then raises at once; take no more."""
        self._closed = True
        self._line.cut()

    def _connected(self, line: Line) -> smtplib.SMTP:
        host, port = self._server
        tls = self._context if self.security is Security.TLS else None
        try:
            return Client(host, port, line, self._deadline_seconds, tls)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{self} cannot be reached: {self._reason(error)}", _code(error)) from error

    def _introduce(self, server: smtplib.SMTP, letter: Letter) -> None:
        """Everything before the recipient is named: what goes wrong here would go wrong for every letter."""
        try:
            server.ehlo_or_helo_if_needed()
            offered = server.has_extn("starttls")
            if self.security is Security.REQUIRED or (self.security is Security.AUTO and offered):
                server.starttls(context=self._context)
                server.ehlo()
            if self.login:
                server.login(*self.login)
            code, answer = server.mail(letter.sender)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{self} cannot be used: {self._reason(error)}", _code(error)) from error
        if code == _TOO_BIG:
            raise Refused(_said(code, answer), code)
        if code not in _OK:
            raise Unreachable(f"{self} refused our address: {_said(code, answer)}", code)

    def _hand_over(self, server: smtplib.SMTP, letter: Letter) -> None:
        try:
            code, answer = server.rcpt(letter.recipient)
            if code in _OK:
                code, answer = server.data(letter.data)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, _bytes(error.smtp_error)
        except OSError as error:
            raise Deferred(f"the line to {self} broke: {self._reason(error)}", _code(error)) from error
        if code not in _OK:
            permanent = 500 <= code < 600
            raise (Refused if permanent else Deferred)(_said(code, answer), code)
        _say_goodbye(server)

    def _reason(self, error: Exception) -> str:
        if self._line.is_cut:
            return f"no answer within {self._deadline_seconds:g} seconds"
        if isinstance(error, smtplib.SMTPResponseException):
            return _said(error.smtp_code, _bytes(error.smtp_error))
        return str(error) or type(error).__name__


def _context(security: Security) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if security is Security.AUTO:
        # The alternative is no encryption at all, and local relays have self-made certificates.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _say_goodbye(server: smtplib.SMTP) -> None:
    """The letter is taken; whatever happens from here on does not change that, so it may not take long."""
    with contextlib.suppress(OSError):
        if server.sock:
            server.sock.settimeout(1)
        server.quit()


def _said(code: int, answer: bytes) -> str:
    return f"{code} {_bytes(answer).decode('utf-8', 'replace')}"[:500]


def _bytes(answer: bytes | str) -> bytes:
    return answer.encode() if isinstance(answer, str) else answer


def _code(error: Exception) -> int | None:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
