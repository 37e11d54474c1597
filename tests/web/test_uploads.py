"""A large body at the real server: only where a file may come, from whoever is signed in, a few at once."""

import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms_service.domain.partners.agreement import LARGEST_BYTES
from forms_service.server.channel import Limits
from forms_service.services.database import open_folder
from forms_service.web.uploads import BODY_LIMIT_BYTES, FILE_LIMIT_BYTES
from partner_program import load_published
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import DeskApp
from tests.factories.partner_records import pre_accepted, signed_in
from tests.factories.storage import bytes_on_disk
from tests.web.processes import FORMS_SERVICE, Running, everything_from, started

AT_ONCE = Limits(body_bytes=1).large_bodies
BOUNDARY = b"boundary-0123456789"


@dataclass
class Upload:
    """A service with a partner, and the session of its contact."""

    service: Running
    data: Path
    reference: str
    cookie: str

    def head(self, length: int, *, cookie: str | None = None, more: bytes = b"") -> bytes:
        cookie = self.cookie if cookie is None else cookie
        lines = [
            f"POST /partner/{self.reference}/agreement-file HTTP/1.1",
            f"Host: 127.0.0.1:{self.service.address[1]}",
            f"Origin: {self.service.url}",
            f"Cookie: session={cookie}",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}",
            f"Content-Length: {length}",
            "Connection: close",
        ]
        return "\r\n".join(lines).encode() + b"\r\n" + more + b"\r\n"

    def sent(self, body: bytes, *, cookie: str | None = None) -> bytes:
        """The status line that comes back."""
        with self.service.connect() as connection:
            connection.sendall(self.head(len(body), cookie=cookie))
            threading.Thread(target=_send, args=(connection, body), daemon=True).start()
            return everything_from(connection).partition(b"\r\n")[0]


def _send(connection: socket.socket, body: bytes) -> None:
    with suppress(OSError):  # it was refused meanwhile
        connection.sendall(body)


def form(content: bytes) -> bytes:
    """The body of a form with this file."""
    disposition = b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    return b"--" + BOUNDARY + b"\r\n" + disposition + content + b"\r\n--" + BOUNDARY + b"--\r\n"


@contextmanager
def serving(site: Path, data: Path) -> Iterator[Upload]:
    """A service on this folder, with one partner and the session of its contact."""
    desk_app = DeskApp(site, data, load_published(site / "program.json"))
    desk_app.clock.now = datetime.now(UTC)
    company = pre_accepted(desk_app)
    found = signed_in(desk_app).get_cookie("session")
    desk_app.close()
    assert found is not None
    running = started([FORMS_SERVICE, "serve"], SITE_DIR=str(site), DATA_DIR=str(data), REQUEST_SECONDS="1")
    try:
        yield Upload(running, data, company.reference, found.value)
    finally:
        running.close()


@pytest.fixture(scope="module")
def upload(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upload]:
    with serving(site, tmp_path_factory.mktemp("uploads") / "data") as upload:
        yield upload


LARGEST = pdf(b"z" * (LARGEST_BYTES - len(pdf()) - 10))


def test_the_largest_file_arrives_and_is_durable(site: Path, tmp_path: Path) -> None:
    """Acknowledged is what is on the disk: it is there after a kill -9, seen by another process."""
    assert len(LARGEST) == LARGEST_BYTES
    with serving(site, tmp_path / "data") as upload:
        assert upload.sent(form(LARGEST)) == b"HTTP/1.1 303 SEE OTHER"
        assert b"agreements" in bytes_on_disk(upload.data)
        upload.service.kill()
        with closing(open_folder(upload.data)) as store:
            kept = store.get("agreements", upload.reference)
    assert kept is not None
    assert len(kept["content"]) > LARGEST_BYTES


@pytest.mark.parametrize("cookie", ["", "nobody", "a.b.c"])
def test_a_visitor_sends_no_more_than_a_form(upload: Upload, cookie: str) -> None:
    """Known from the head: what they send is thrown away, not kept."""
    assert upload.sent(b"x" * (BODY_LIMIT_BYTES + 1), cookie=cookie).startswith(b"HTTP/1.1 413")
    assert upload.sent(b"x" * 10, cookie=cookie).startswith(b"HTTP/1.1 403")


def test_nobody_sends_more_than_a_file(upload: Upload) -> None:
    assert upload.sent(b"x" * (FILE_LIMIT_BYTES + 1)).startswith(b"HTTP/1.1 413")


def test_a_transfer_coding_is_refused_there_too(upload: Upload) -> None:
    """H3, H5."""
    with upload.service.connect() as connection:
        head = upload.head(0, more=b"Transfer-Encoding: chunked\r\n").replace(b"Content-Length: 0\r\n", b"")
        connection.sendall(head + b"5\r\nhello\r\n0\r\n\r\n")
        assert everything_from(connection).startswith(b"HTTP/1.1 411")


def test_a_file_that_breaks_off_is_not_kept(upload: Upload) -> None:
    """H2: neither as it came nor in the spelling of the journal."""
    with upload.service.connect() as connection:
        connection.sendall(upload.head(1_000_000) + b"q" * 400_000)
        connection.shutdown(socket.SHUT_WR)
        assert not everything_from(connection).startswith(b"HTTP/1.1 2")
    journal = bytes_on_disk(upload.data)
    assert not any(some * 50 in journal for some in (b"qqq", b64encode(b"qqq")))


def test_only_a_few_arrive_at_the_same_time_and_nobody_else_waits(upload: Upload) -> None:
    """One more is told to come again; every other address answers; a slow one has longer, not for ever."""
    waiting = []
    began = time.monotonic()
    for _ in range(AT_ONCE):
        connection = upload.service.connect()
        connection.sendall(upload.head(1_000_000) + b"x" * 1000)
        waiting.append(connection)
    assert upload.service.visitor().get("/healthz").status == 200
    assert upload.sent(b"x" * 1_000_000).startswith(b"HTTP/1.1 503")
    assert upload.sent(b"x" * 1000).startswith(b"HTTP/1.1 422")
    for connection in waiting:
        assert everything_from(connection) == b""
    assert 3 < time.monotonic() - began < 20
    assert upload.sent(form(b"no pdf" * 100_000)).startswith(b"HTTP/1.1 422")
