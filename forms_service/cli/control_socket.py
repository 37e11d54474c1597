"""Control socket: Unix socket on which commands ask the running service to act.

One process owns the data, so a command cannot open it beside the service. The service listens on a socket in
its data folder (mode 0600, in a folder of mode 0700): who may read the data may ask. One line of JSON goes
each way.
"""

import errno
import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from forms_service.settings import CannotStart

NAME = "control.sock"
_LONGEST = 64 * 1024
_LONGEST_ANSWER = 256 * 1024 * 1024
"""All of a person's data, at most."""
PATIENCE_SECONDS = 5.0
"""How long one side waits for the other's line."""
_NOBODY = (errno.ENOENT, errno.ECONNREFUSED)

Handler = Callable[[Mapping[str, Any]], Mapping[str, Any]]

log = logging.getLogger(__name__)


class NoAnswer(CannotStart):
    """The service gave no valid answer."""


class Control:
    """Server side: executes orders one after the other, in a thread of its own."""

    def __init__(self, data_dir: Path, handlers: Mapping[str, Handler]) -> None:
        """`handlers` by the name of the command. Only the process that owns the data may call this.

        Raises:
            OSError: the socket cannot be made.
        """
        self._handlers = handlers
        self._path = data_dir / NAME
        # What a service that was killed left behind; the data's lock says that it is gone.
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        with _short(data_dir) as folder:
            self._socket.bind(f"{folder}/{NAME}")
        self._path.chmod(0o600)
        self._socket.listen(8)
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Stop after the running order, or after `timeout` seconds."""
        self._stopping = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(min(timeout, PATIENCE_SECONDS))
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._stopping:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                continue
            with connection, suppress(OSError):
                connection.settimeout(PATIENCE_SECONDS)
                connection.sendall(_line(self._answer(_read_line(connection))))

    def _answer(self, line: bytes) -> Mapping[str, Any]:
        """What the handler says; a mistake of ours does not end the thread."""
        try:
            order = json.loads(line)
            return self._handlers[order["command"]](order)
        except Exception as error:
            log.error("an order was not carried out: %s", type(error).__name__)
            return {"ok": False, "lines": [f"the service could not do that ({type(error).__name__})"]}


def ask(
    data_dir: Path, command: str, order: Mapping[str, Any], *, patience_seconds: float = PATIENCE_SECONDS
) -> Mapping[str, Any] | None:
    """Client side: the answer of the service that owns this data folder; None if none runs.

    Raises:
        NoAnswer: it is there and does not answer.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        try:
            with _short(data_dir) as folder:
                connection.connect(f"{folder}/{NAME}")
        except OSError as error:
            if error.errno in _NOBODY:
                return None
            raise NoAnswer(f"the running service cannot be asked: {error.strerror or error}") from error
        try:
            connection.sendall(_line({**order, "command": command}))
            connection.settimeout(patience_seconds)
            answer: Mapping[str, Any] = json.loads(_read_line(connection, _LONGEST_ANSWER))
        except (OSError, ValueError) as error:
            raise NoAnswer("the running service does not answer; try again, or look at its log") from error
    return answer


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Another name of the folder: the name of a socket must not be longer than 107 bytes."""
    if len(os.fsencode(folder / NAME)) < 100 or not Path("/proc/self/fd").exists():
        yield str(folder)
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def _line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content).encode("ascii") + b"\n"


def _read_line(connection: socket.socket, longest: int = _LONGEST) -> bytes:
    """Up to the newline, or what came before the other side closed or said too much."""
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < longest and (more := connection.recv(65536)):
        line += more
    return bytes(line)
