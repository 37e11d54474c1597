"""SMTP transport: sends a mail within a deadline."""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO

from forms_service.mail.message import Deferred, MailRefused, Message, Unreachable


class SmtpConnection:
    """Connection of one `send`, which can be cut at a deadline."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self.is_cut = False

    def watch(self, connecting: socket.socket) -> None:
        """Cut this one when the time comes. The duplicate survives TLS, which replaces the socket."""
        with self._lock:
            if self._handle:
                self._handle.close()
            self._handle = connecting.dup()
            if self.is_cut:
                _shut(self._handle)

    def cut(self) -> None:
        with self._lock:
            self.is_cut = True
            if self._handle:
                _shut(self._handle)

    def close(self) -> None:
        with self._lock:
            if self._handle:
                self._handle.close()
                self._handle = None


class Client(smtplib.SMTP):
    """smtplib client on such a connection."""

    def __init__(
        self, host: str, port: int, connection: SmtpConnection, timeout: float, tls: ssl.SSLContext | None
    ) -> None:
        self._connection = connection
        self._tls = tls
        # Given, because smtplib would otherwise ask DNS for our own name, which can take long.
        super().__init__(host, port, local_hostname=_own_name(), timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected = _dial(host, port, self._connection, timeout)
        if self._tls is None:
            return connected
        return self._tls.wrap_socket(connected, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()


class _WholeLines:
    """Answers of the server. smtplib alone takes half of one, cut off in the middle, for the answer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.close = file.close

    def readline(self, limit: int = -1) -> bytes:
        line = self._file.readline(limit)
        if line and not line.endswith(b"\n"):
            raise ConnectionError("the answer was cut off")
        return line


def _dial(host: str, port: int, connection: SmtpConnection, timeout: float) -> socket.socket:
    """The first address that answers; each may take a share of the time, so that one dead one is survived."""
    failure = OSError("the name has no address")
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in addresses:
        connecting = socket.socket(family, kind, protocol)
        try:
            connecting.settimeout(timeout / len(addresses))
            connection.watch(connecting)
            connecting.connect(address)
            connecting.settimeout(timeout)
        except OSError as error:
            connecting.close()
            failure = error
        else:
            return connecting
        if connection.is_cut:
            break
    raise failure


def _own_name() -> str:
    """A full name if the machine has one, else the literal that every server takes."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _shut(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):  # not connected, or closed by the other side
        handle.shutdown(socket.SHUT_RDWR)


DEADLINE_SECONDS = 30.0
_GOODBYE_SECONDS = 1.0
_OK = range(200, 300)
_TOO_BIG = 552


class Security(StrEnum):
    """TLS mode of the connection."""

    TLS = "tls"
    """Encrypted from the first byte (`smtps://`), certificate checked."""
    REQUIRED = "required"
    """STARTTLS with the certificate checked, or nothing is sent."""
    AUTO = "auto"
    """STARTTLS where it is offered, any certificate: as mail servers do among each other."""
    OFF = "off"
    """In the clear."""


class SmtpTransport:
    """SMTP transport. Mails of one `session` share a connection, any other has its own."""

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
        self._connection = SmtpConnection()
        self._client: smtplib.SMTP | None = None
        self._in_session = False
        self._closed = False

    def __str__(self) -> str:
        host, port = self._server
        return f"the mail server {host}:{port}"

    def send(self, message: Message) -> None:
        """Send a mail; returns once the server has accepted it, within the deadline.

        Raises:
            Unreachable: it did not come to this message (connection, TLS, sign-in, our own address).
            Deferred: not now, or the connection broke in the middle; the server may even have taken it.
            Refused: this message, never.
        """
        if self._client is None or self._connection.is_cut:
            self._drop()
            self._connection = SmtpConnection()
        if self._closed:
            raise Unreachable(f"{self} is not used any more")
        with self._deadline(self._deadline_seconds):
            try:
                self._hand_over(self._introduced(message), message)
            except BaseException:
                self._drop()
                raise
        if not self._in_session:
            self._say_goodbye()

    @contextlib.contextmanager
    def session(self) -> Iterator[None]:
        """Context manager: mails sent in it share a connection, as long as the server keeps it."""
        self._in_session = True
        try:
            yield
        finally:
            self._in_session = False
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        """The messages are taken; whatever happens from here on does not change that."""
        if self._client:
            with contextlib.suppress(OSError), self._deadline(_GOODBYE_SECONDS):
                self._client.quit()
        self._drop()

    def close(self) -> None:
        """Cut the connection of a running `send`, which then raises at once; send no more."""
        self._closed = True
        self._connection.cut()

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """After so long the connection is cut, whatever it is waiting for."""
        watch = threading.Timer(seconds, self._connection.cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _drop(self) -> None:
        """Close the connection, without a word."""
        if self._client:
            self._client.close()
            self._client = None
        self._connection.close()

    def _introduced(self, message: Message) -> smtplib.SMTP:
        """The server, ready to hear the recipient of this message. A connection that it ended (servers
        end one after so many messages, or so long a pause) is replaced, once."""
        if self._client:
            with contextlib.suppress(Unreachable):
                self._mail_from(self._client, message)
                return self._client
            self._client.close()
        server = self._client = self._connected()
        self._sign_in(server)
        self._mail_from(server, message)
        return server

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server
        tls = self._context if self.security is Security.TLS else None
        try:
            return Client(host, port, self._connection, self._deadline_seconds, tls)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{self} cannot be reached: {self._reason(error)}", _code(error)) from error

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Everything before the first message: what goes wrong here would go wrong for every message."""
        try:
            server.ehlo_or_helo_if_needed()
            offered = server.has_extn("starttls")
            if self.security is Security.REQUIRED or (self.security is Security.AUTO and offered):
                server.starttls(context=self._context)
                server.ehlo()
            if self.login:
                server.login(*self.login)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{self} cannot be used: {self._reason(error)}", _code(error)) from error

    def _mail_from(self, server: smtplib.SMTP, message: Message) -> None:
        """Name our own address: what goes wrong here would go wrong for every message, too."""
        try:
            code, answer = server.mail(message.sender)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{self} cannot be used: {self._reason(error)}", _code(error)) from error
        if code == _TOO_BIG:
            raise MailRefused(_said(code, answer), code)
        if code not in _OK:
            raise Unreachable(f"{self} refused our address: {_said(code, answer)}", code)

    def _hand_over(self, server: smtplib.SMTP, message: Message) -> None:
        try:
            code, answer = server.rcpt(message.recipient)
            if code in _OK:
                code, answer = server.data(message.data)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, _bytes(error.smtp_error)
        except OSError as error:
            raise Deferred(f"the connection to {self} broke: {self._reason(error)}", _code(error)) from error
        if code not in _OK:
            permanent = 500 <= code < 600
            raise (MailRefused if permanent else Deferred)(_said(code, answer), code)

    def _reason(self, error: Exception) -> str:
        if self._connection.is_cut:
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


def _said(code: int, answer: bytes) -> str:
    return f"{code} {_bytes(answer).decode('utf-8', 'replace')}"[:500]


def _bytes(answer: bytes | str) -> bytes:
    return answer.encode() if isinstance(answer, str) else answer


def _code(error: Exception) -> int | None:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
