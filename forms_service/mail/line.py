"""A connection to a mail server that another thread can cut at any moment, also while it is being made."""

import contextlib
import smtplib
import socket
import ssl
import threading
from typing import BinaryIO


class Line:
    """The connection of one `send`."""

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
    """smtplib on such a line."""

    def __init__(self, host: str, port: int, line: Line, timeout: float, tls: ssl.SSLContext | None) -> None:
        self._line = line
        self._tls = tls
        # Given, because smtplib would otherwise ask DNS for our own name, which can take long.
        super().__init__(host, port, local_hostname=_own_name(), timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected = _dial(host, port, self._line, timeout)
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


def _dial(host: str, port: int, line: Line, timeout: float) -> socket.socket:
    """The first address that answers; each may take a share of the time, so that one dead one is survived."""
    failure = OSError("the name has no address")
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in addresses:
        connecting = socket.socket(family, kind, protocol)
        try:
            connecting.settimeout(timeout / len(addresses))
            line.watch(connecting)
            connecting.connect(address)
            connecting.settimeout(timeout)
        except OSError as error:
            connecting.close()
            failure = error
        else:
            return connecting
        if line.is_cut:
            break
    raise failure


def _own_name() -> str:
    """A full name if the machine has one, else the literal that every server takes."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _shut(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):  # not connected, or closed by the other side
        handle.shutdown(socket.SHUT_RDWR)
