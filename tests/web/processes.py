"""The real service as a process, and clients that talk to it over sockets."""

import http.client
import os
import resource
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlencode, urlsplit

from tests import ROOT
from tests.conftest import private_lines

FORMS_SERVICE = str(Path(sys.executable).with_name("forms-service"))


class SupportsClose(Protocol):
    """A socket, or somebody who has one."""

    def close(self) -> None: ...


@dataclass
class Running:
    """A service that has said that it is open."""

    process: "subprocess.Popen[str]"
    url: str
    output: list[str]
    _reader: threading.Thread
    _opened: list[SupportsClose] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        parts = urlsplit(self.url)
        assert parts.hostname is not None and parts.port is not None
        return parts.hostname, parts.port

    def connect(self) -> socket.socket:
        """A connection that gives up waiting after 20 seconds; closed with the service."""
        self._opened.append(connection := socket.create_connection(self.address, timeout=20))
        return connection

    def will_close(self, opened: SupportsClose) -> None:
        """Close this with the service, too."""
        self._opened.append(opened)

    def visitor(self) -> "Visitor":
        """Somebody with a kept-alive connection; closed with the service."""
        self._opened.append(visitor := Visitor(self.address))
        return visitor

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ends(self, within: float) -> int:
        """Its exit code."""
        return self.process.wait(timeout=within)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def close(self) -> None:
        """End it, and everything that was opened to it. P1: nothing in its log has told of a person."""
        self.kill()
        for each in self._opened:
            each.close()
        assert private_lines(self.output) == []

    def may_write(self, bytes_a_file: int | None) -> None:
        """A disk that is full beyond so many bytes in each file, or is not."""
        soft = resource.RLIM_INFINITY if bytes_a_file is None else bytes_a_file
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))


def environment(**settings: str) -> dict[str, str]:
    """A clean environment with settings."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return inherited | {"PORT": "0", "RATE_LIMIT": "off"} | settings


def started(
    command: list[str], *, umask: int = -1, errors: int = subprocess.STDOUT, **settings: str
) -> Running:
    """Start a service and wait until it names its address. `errors` is where its log goes."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        umask=umask,
    )
    assert process.stdout is not None
    output: list[str] = []
    for line in process.stdout:
        output.append(line)
        if "http://127.0.0.1:" in line:
            url = "http://127.0.0.1:" + line.rpartition("http://127.0.0.1:")[2].split("/")[0].strip()
            reader = threading.Thread(target=_read_on, args=(process.stdout, output), daemon=True)
            reader.start()
            return Running(process, url, output, reader)
    process.wait()
    process.stdout.close()
    raise AssertionError("the service did not start:\n" + "".join(output))


def _read_on(stream: IO[str], output: list[str]) -> None:
    """So that it never blocks on a full pipe."""
    with stream:
        output.extend(stream)


def limited(kind: int, soft: int, hard: int, command: list[str]) -> list[str]:
    """The command as a process that the kernel holds to a limit from its first moment on."""
    script = "import os, resource, sys; k, s, h = map(int, sys.argv[1:4]); resource.setrlimit(k, (s, h)); "
    script += "os.execv(sys.argv[4], sys.argv[4:])"
    return [sys.executable, "-c", script, str(kind), str(soft), str(hard), *command]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str | None
    text: str


class Visitor:
    """One kept-alive connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._connection = http.client.HTTPConnection(*address, timeout=20)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, response.headers["Location"], text)

    def close(self) -> None:
        self._connection.close()


def exchange(service: Running, sent: bytes, *, half_close: bool = False) -> bytes:
    """Send bytes on a connection of their own; everything that comes back until it is closed."""
    with service.connect() as connection:
        connection.sendall(sent)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return everything_from(connection)


def everything_from(connection: socket.socket) -> bytes:
    """What comes until the other side closes, or breaks off. Raises TimeoutError where it does neither."""
    received = b""
    with suppress(ConnectionError):
        while more := connection.recv(65536):
            received += more
    return received
