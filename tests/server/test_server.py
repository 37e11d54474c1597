"""The server as a process: slow, malformed and impatient clients; its beginning and its end."""

import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from waitress.adjustments import Adjustments

from forms_service.server.request_parser import StrictParser
from forms_service.services.database import open_folder
from forms_service.web.uploads import BODY_LIMIT_BYTES
from tests.web.processes import (
    FORMS_SERVICE,
    ROOT,
    Running,
    environment,
    everything_from,
    exchange,
    limited,
    started,
)

POST = b"POST /register-deal/ HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def start(site: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start the service with settings as keywords; what still runs is killed at the end."""
    running: list[Running] = []

    def begin(*, umask: int = -1, **settings: str) -> Running:
        known = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data")}
        running.append(started([FORMS_SERVICE, "serve"], umask=umask, **(known | settings)))
        return running[-1]

    yield begin
    for each in running:
        each.close()


@pytest.fixture(scope="module")
def service(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for the tests that leave it as it was."""
    data = tmp_path_factory.mktemp("data")
    running = started([FORMS_SERVICE, "serve"], SITE_DIR=str(site), DATA_DIR=str(data), REQUEST_SECONDS="5")
    yield running
    running.close()


def stored(data: Path) -> list[dict[str, object]]:
    """The deals in a data folder that no service has open; each owes two mails, and nothing else does."""
    store = open_folder(data)
    try:
        deals = store.range("records", "received", ("deal", ""), ("deal", "~"))
        assert store.count("mails") == 2 * len(deals)
        return deals
    finally:
        store.close()


def test_the_start_says_what_to_open_and_where_mails_go(
    start: Callable[..., Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """And the end is clean; everything it made is its owner's alone, whatever the umask (P5)."""
    service = start(umask=0)
    assert service.visitor().get("/").status == 200
    assert service.visitor().post("/register-deal/", deal).status == 303
    patience = time.monotonic() + 20
    while len(list((tmp_path / "data").glob("mail/*.eml"))) < 2:
        assert time.monotonic() < patience
    service.signal(signal.SIGINT)
    assert service.ends(within=10) == 0
    said = "".join(service.output)
    assert f"{service.url}/en/" in said
    assert f"{tmp_path}/data/mail/" in said
    made = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    assert [path for path in made if path.stat().st_mode & 0o077] == []
    log = [json.loads(line) for line in service.output if line.startswith("{")]
    assert {"request", "stopping"} <= {line["event"] for line in log}


def test_its_threads_do_not_wander_between_processors(service: Running) -> None:
    """Python runs one of them at a time; what they hand each other stays near."""
    for thread in Path(f"/proc/{service.process.pid}/task").iterdir():
        assert len(os.sched_getaffinity(int(thread.name))) == 1


def refused_start(**settings: str) -> tuple[int, str]:
    done = subprocess.run(
        [FORMS_SERVICE, "serve"],
        env=environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
    )
    return done.returncode, done.stderr + done.stdout


def test_a_taken_port_is_one_line(service: Running, tmp_path: Path) -> None:
    """It names the way out; exit 2; no data folder is made."""
    port = service.address[1]
    code, said = refused_start(PORT=str(port), DATA_DIR=str(tmp_path / "data"))
    assert (code, said.count("\n")) == (2, 1)
    assert f"Port {port} is taken" in said
    assert f"PORT={port + 1} make run" in said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"RATE_LIMIT": "lots"}, "RATE_LIMIT='lots': expected"),
        ({"SITE_DIR": "nowhere"}, "make site"),
        ({"HOST": "192.0.2.1"}, "HOST='192.0.2.1', PORT=0: cannot listen there"),
        ({"MAIL_URL": "smtp://user@mail.example.com"}, "MAIL_URL"),
        ({"DATA_DIR": "/proc/data"}, "/proc/data: No such file or directory"),
        ({"DATA_DIR": "/etc/passwd"}, "DATA_DIR='/etc/passwd': expected a folder; a file is in the way"),
    ],
)
def test_what_keeps_it_from_starting_is_one_line(
    site: Path, tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    """Exit 2, no traceback."""
    known = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data")}
    code, said = refused_start(**(known | settings))
    assert (code, said.count("\n")) == (2, 1)
    assert says in said


def test_one_process_owns_the_data(start: Callable[..., Running], site: Path, tmp_path: Path) -> None:
    """S11: a second one is refused and told who has it; after a kill the next one starts."""
    first = start()
    code, said = refused_start(SITE_DIR=str(site), DATA_DIR=str(tmp_path / "data"))
    assert (code, said.count("\n")) == (2, 1)
    assert str(first.process.pid) in said
    first.kill()
    assert start().visitor().get("/healthz").status == 200


def test_a_data_folder_that_others_can_open_is_told(start: Callable[..., Running], tmp_path: Path) -> None:
    """P5: it was there before; whose rights it has is not for the service to decide."""
    (tmp_path / "data").mkdir(mode=0o755)
    assert any(f"chmod 700 {tmp_path / 'data'}" in line for line in start().output)


def test_check_says_what_a_start_would_find(service: Running, site: Path, tmp_path: Path) -> None:
    """Changes nothing; works beside a running service."""
    done = subprocess.run(
        [FORMS_SERVICE, "check"],
        env=environment(
            SITE_DIR=str(site),
            DATA_DIR=str(tmp_path / "data"),
            HOST="0.0.0.0",
            SITE_URL="https://www.example.com",
        ),
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0
    assert "Site: " in done.stdout
    assert "https://www.example.com has to send" in done.stdout
    assert "form-action 'self' http://127.0.0.1" in done.stdout
    assert "Warning: HOST=0.0.0.0" in done.stdout
    assert ("known hole" in done.stdout) == (sys.version_info < (3, 11, 15))
    assert list(tmp_path.iterdir()) == []


def test_the_records_can_be_looked_after_beside_the_service(
    start: Callable[..., Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """The command knows where the data is, as the service does."""
    service = start()
    assert service.visitor().post("/register-deal/", deal).status == 303
    done = subprocess.run(
        [FORMS_SERVICE, "data", "verify"],
        env=environment(DATA_DIR=str(tmp_path / "data")), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "records 1" in done.stdout


# --- slow clients -----------------------------------------------------------------------------------------

SLOW = {
    "nothing": (b"", b""),
    "headers": (POST, b"X: y\r\n"),
    "a header": (POST, b"x"),
    "body": (POST + b"Content-Length: 100000\r\n\r\n", b"x"),
}


@pytest.mark.parametrize(("begins", "goes_on"), SLOW.values(), ids=SLOW)
def test_slow_clients_keep_nobody_waiting(
    start: Callable[..., Running], tmp_path: Path, deal: dict[str, str], begins: bytes, goes_on: bytes
) -> None:
    """H1: 200 connections that idle or trickle; every real form is answered, and they are gone in time."""
    service = start(REQUEST_SECONDS="2")
    slow = {connection.fileno(): connection for connection in (service.connect() for _ in range(200))}
    began = time.monotonic()
    for connection in slow.values():
        connection.sendall(begins)
    visitor, waits = service.visitor(), list[float]()
    while slow and time.monotonic() - began < 20:
        asked = time.monotonic()
        assert visitor.post("/register-deal/", deal | {"product": f"Product {len(waits)}"}).status == 303
        waits.append(time.monotonic() - asked)
        for handle in _closed(slow):
            slow.pop(handle).close()
        for connection in slow.values():
            _trickle(connection, goes_on)
    assert time.monotonic() - began < 2 + 10, "the promise is one second after the deadline"
    assert len(waits) >= 3
    assert sorted(waits)[int(len(waits) * 0.99) - 1] < 1
    service.kill()
    assert len(stored(tmp_path / "data")) == len(waits)


def _closed(connections: dict[int, socket.socket]) -> list[int]:
    """Those that the service has closed; it sends nothing to a request that never came."""
    readable, _, _ = select.select(list(connections), [], [], 0)
    return readable


def _trickle(connection: socket.socket, byte: bytes) -> None:
    with suppress(OSError):
        connection.send(byte)


def test_a_crowd_of_silent_connections_has_less_time(start: Callable[..., Running]) -> None:
    """More than may be open at all: places become free sooner than the deadline says."""
    service = start(CONNECTIONS="40", REQUEST_SECONDS="12")
    for _ in range(80):
        service.connect()
    began = time.monotonic()
    assert service.visitor().get("/healthz").status == 200
    assert time.monotonic() - began < 10


def test_more_connections_than_files_may_be_open(site: Path, tmp_path: Path, deal: dict[str, str]) -> None:
    """H1 on a machine that allows few: pages and forms are answered, and the log is not flooded."""
    few = limited(resource.RLIMIT_NOFILE, 100, 100, [FORMS_SERVICE, "serve"])
    service = started(few, SITE_DIR=str(site), DATA_DIR=str(tmp_path / "data"), REQUEST_SECONDS="4")
    try:
        assert any("50 connections at the same time" in line for line in service.output)
        for _ in range(200):
            service.connect().sendall(b"POST / HTTP/1.1\r\n")
        visitor = service.visitor()
        for number in range(5):
            assert visitor.get("/").status == 200
            assert visitor.post("/register-deal/", deal | {"product": f"{number}"}).status == 303
        assert len(service.output) < 100
    finally:
        service.close()


def test_an_idle_connection_is_kept_for_its_time_only(start: Callable[..., Running]) -> None:
    """Between two requests, longer than a request may take; then it is closed."""
    service = start(REQUEST_SECONDS="0.3", IDLE_SECONDS="1.5")
    with service.connect() as connection:
        for _ in range(2):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            received = b""
            while b"alive" not in received:
                received += connection.recv(65536)
            assert not select.select([connection], [], [], 0.8)[0]
        began = time.monotonic()
        assert connection.recv(1) == b""
        assert time.monotonic() - began < 3


def test_an_answer_that_is_not_taken_is_given_up(start: Callable[..., Running], site: Path) -> None:
    """A client that reads nothing costs a connection for a while, never a thread."""
    service = start(ANSWER_SECONDS="0.5", THREADS="1")
    with service.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /en/apply/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 400)
        assert service.visitor().get("/healthz").status == 200
        poll = select.poll()
        poll.register(connection, select.POLLHUP | select.POLLERR)
        assert poll.poll(20_000)


# --- malformed requests -----------------------------------------------------------------------------------

SMUGGLED = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

MALFORMED = {
    "length and coding": (POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED, 400),
    "coding and length": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + SMUGGLED, 400),
    "two lengths": (POST + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400),
    "two lengths that differ": (POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
    "two lengths, one hidden": (POST + b"Content-Length: 4\r\nContent-Length : 30\r\n\r\n" + SMUGGLED, 400),
    "a list of lengths": (POST + b"Content-Length: 4, 4\r\n\r\nabcd", 400),
    "length +10": (POST + b"Content-Length: +10\r\n\r\n0123456789", 400),
    "length -1": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "length 0x0a": (POST + b"Content-Length: 0x0a\r\n\r\n0123456789", 400),
    "length of 5000 digits": (POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n0123456789", 400),
    "port of 5000 digits": (
        b"GET / HTTP/1.1\r\nHost: localhost:" + b"9" * 5000 + b"\r\nConnection: close\r\n\r\n",
        400,
    ),
    "chunked": (POST + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n", 411),
    "xchunked": (POST + b"Transfer-Encoding: xchunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n", 501),
    "xchunked and a length": (
        POST + b"Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n\r\n" + SMUGGLED,
        501,
    ),
    "chunked twice": (
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + SMUGGLED,
        411,
    ),
    "hidden coding": (POST + b"Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n" + SMUGGLED, 400),
    "coding behind a tab": (POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n" + SMUGGLED, 400),
    "coding in a folded line": (POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + SMUGGLED, 400),
    "chunked in HTTP/1.0": (
        POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "empty coding": (POST + b"Transfer-Encoding:\r\n\r\n", 400),
    "bare LF everywhere": (b"GET / HTTP/1.1\nHost: localhost\n\n", 400),
    "bare LF in a header": (b"GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400),
    "bare CR in a header": (b"GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", 400),
    "NUL in the target": (b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n", 400),
    "folded header": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400),
    "header folded with a tab": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n\tb\r\n\r\n", 400),
    "first header folded": (b"GET / HTTP/1.1\r\n X: a\r\nHost: localhost\r\n\r\n", 400),
    "space before colon": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n", 400),
    "tab before colon": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX\t: y\r\n\r\n", 400),
    "space before the colon of Host": (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    "another version": (b"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", 400),
    "no version": (b"GET /\r\n\r\n", 400),
    "target without a slash": (b"GET x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "target of another host": (b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "fragment": (b"GET /#x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "space before the request": (b" GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "empty line and tab before the request": (b"\r\n\tGET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "space behind the request line": (b"GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n", 400),
    "two slashes": (b"GET //desk HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "2,500 headers": (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 2500 + b"\r\n", 431),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "long target": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
    "long header": (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
    "lower-case method": (b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "over the limit": (
        POST + b"Content-Length: %d\r\n\r\n" % (BODY_LIMIT_BYTES + 1) + b"x" * (BODY_LIMIT_BYTES + 1),
        413,
    ),
    "far over the limit": (POST + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 100_000, 413),
    "over the limit, asking first": (
        POST + b"Content-Length: 300000\r\nExpect: 100-continue\r\n\r\n",
        413,
    ),
}


@pytest.mark.parametrize(("sent", "status"), MALFORMED.values(), ids=MALFORMED)
def test_a_request_that_could_be_read_in_two_ways_is_refused(
    service: Running, sent: bytes, status: int
) -> None:
    """H3, H4, H5, H11: one answer with our page and headers, then the connection is closed."""
    received = exchange(service, sent)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == str(status).encode()
    assert received.count(b"HTTP/1.") == 1
    assert b"Connection: close" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b"\r\nServer:" not in head
    assert b"<h1>" in body
    assert b"waitress" not in received


FINE = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nabcd"
IN_CRUMBS = {
    "fine": (FINE, None),
    "bare LF in a header": (FINE.replace(b"localhost\r", b"localhost"), 400),
    "bare CR in a header": (FINE.replace(b"localhost\r\n", b"localhost\rX: y\r\n"), 400),
    "NUL in a header": (FINE.replace(b"localhost", b"local\x00host"), 400),
    "folded header": (FINE.replace(b"localhost\r\n", b"localhost\r\nX: a\r\n b\r\n"), 400),
    "space before the request": (b" " + FINE, 400),
    "empty line before the request": (b"\r\n" + FINE, None),
    "space behind the request line": (FINE.replace(b"1.1\r", b"1.1 \r"), 400),
    "chunked": (FINE.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked"), 411),
}


@pytest.mark.parametrize(("sent", "code"), IN_CRUMBS.values(), ids=IN_CRUMBS)
def test_a_request_may_come_byte_by_byte(sent: bytes, code: int | None) -> None:
    """H5: what is refused in a lump is refused in crumbs, wherever it is cut, and what is fine is fine."""
    cuts = [[sent[:at], sent[at:]] for at in range(len(sent))]
    for crumbs in (*cuts, [bytes([byte]) for byte in sent]):
        parser = StrictParser(Adjustments())
        for crumb in crumbs:
            while crumb and not parser.completed:
                crumb = crumb[parser.received(crumb) :]
        assert parser.completed
        assert (parser.error.code if parser.error else None) == code, crumbs
        if code is None:
            assert parser.get_body_stream().read() == b"abcd"


def test_a_cut_body_stores_nothing(
    start: Callable[..., Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """H2: fewer bytes than announced, then the end: closed without an answer."""
    service = start()
    body = urlencode(deal).encode()
    head = POST + FORM + b"Content-Length: %d\r\n\r\n" % (len(body) + 26)
    assert exchange(service, head + body, half_close=True) == b""
    service.kill()
    assert stored(tmp_path / "data") == []


def test_the_limit_itself_is_fine(service: Running) -> None:
    """H4: exactly 256 KiB are read and answered."""
    body = b"message=" + b"x" * (BODY_LIMIT_BYTES - 8)
    head = POST + FORM + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert exchange(service, head + body).startswith(b"HTTP/1.1 422")


def test_two_requests_in_one_packet_get_two_answers(service: Running) -> None:
    """Pipelining is honest HTTP/1.1; the answers keep their order."""
    ask = b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
    received = exchange(service, ask % (b"/healthz", b"") + ask % (b"/nowhere", b"Connection: close\r\n"))
    assert received.index(b"200 OK") < received.index(b"404 ")


# --- the end ----------------------------------------------------------------------------------------------


class Gate:
    """A process whose requests run until they are let go."""

    def __init__(self, tmp_path: Path, drain_seconds: float) -> None:
        os.mkfifo(tmp_path / "gate")
        self._gate = os.open(tmp_path / "gate", os.O_RDWR)
        script = Path(__file__).with_name("waiting_service.py")
        command = [sys.executable, str(script), str(tmp_path / "gate"), str(drain_seconds)]
        self.service = started(command)
        self.answers: list[bytes] = []
        self._threads: list[threading.Thread] = []

    def send(self, requests: int, running: int) -> None:
        """Send requests and wait until so many are being worked on."""
        for _ in range(requests):
            connection = self.service.connect()
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            self._threads.append(threading.Thread(target=self._receive, args=(connection,)))
            self._threads[-1].start()
        patience = time.monotonic() + 20
        while self.service.output.count("running\n") < running and time.monotonic() < patience:
            os.sched_yield()
        assert self.service.output.count("running\n") == running

    def let_go(self, requests: int) -> None:
        """Let so many finish."""
        os.write(self._gate, b"x" * requests)

    def close(self) -> None:
        """Nothing of it is left."""
        self.service.kill()
        for thread in self._threads:
            thread.join()
        self.service.close()
        os.close(self._gate)

    def _receive(self, connection: socket.socket) -> None:
        self.answers.append(everything_from(connection))

    def refuses_new_connections(self, within: float) -> bool:
        patience = time.monotonic() + within
        while time.monotonic() < patience:
            try:
                self.service.connect().close()
            except (ConnectionRefusedError, ConnectionResetError):  # reset: at the moment of closing
                return True
        return False


@pytest.fixture
def gate(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Gate]:
    made = Gate(tmp_path, getattr(request, "param", 8.0))
    yield made
    made.close()


def test_the_end_finishes_what_was_begun(gate: Gate) -> None:
    """H8: 8 run, 8 wait, 8 are only in the kernel's queue; all 24 are answered, new connections are refused,
    exit 0.

    Twice the same signal within a second counts once: make passes on what the terminal has delivered.
    """
    gate.send(16, running=8)
    gate.service.signal(signal.SIGSTOP)
    gate.send(8, running=8)
    gate.service.signal(signal.SIGTERM)
    gate.service.signal(signal.SIGCONT)
    gate.service.signal(signal.SIGTERM)
    assert gate.refuses_new_connections(within=5)
    gate.let_go(24)
    assert gate.service.ends(within=10) == 0
    for thread in gate._threads:
        thread.join()
    assert len(gate.answers) == 24
    assert all(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"done") for answer in gate.answers)
    assert all(b"Connection: close" in answer for answer in gate.answers)


def test_a_second_signal_a_second_later_ends_it_now(gate: Gate) -> None:
    """H8: whoever asks again means it."""
    gate.send(1, running=1)
    gate.service.signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        gate.service.ends(within=1.1)
    gate.service.signal(signal.SIGTERM)
    assert gate.service.ends(within=2) == 1


@pytest.mark.parametrize("gate", [0.5], indirect=True)
def test_the_end_does_not_wait_for_ever(gate: Gate) -> None:
    """H8: after the deadline it ends anyway."""
    gate.send(1, running=1)
    gate.service.signal(signal.SIGTERM)
    assert gate.service.ends(within=3) == 1


def test_silent_connections_do_not_delay_the_end(start: Callable[..., Running]) -> None:
    """Kept-alive, half-sent or never used: the end is soon."""
    service = start(REQUEST_SECONDS="2")
    visitor = service.visitor()
    assert visitor.get("/healthz").status == 200
    service.connect()
    service.connect().sendall(b"POST / HTTP/1.1\r\n")
    service.signal(signal.SIGTERM)
    assert service.ends(within=5) == 0


def test_the_end_under_load_loses_nothing(
    start: Callable[..., Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """Every form that was answered is stored, each once; every one that was not can be sent again."""
    service = start()
    acknowledged: list[str] = []
    enough = threading.Event()

    def send(client: int) -> None:
        visitor = service.visitor()
        for n in range(10_000):
            product = f"Product {client}-{n}"
            try:
                if visitor.post("/register-deal/", deal | {"product": product}).status != 303:
                    return
            except OSError:
                return
            acknowledged.append(product)
            if len(acknowledged) > 100:
                enough.set()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    assert enough.wait(30)
    service.signal(signal.SIGTERM)
    assert service.ends(within=10) == 0
    for thread in threads:
        thread.join()
    products = [record["said"]["product"] for record in stored(tmp_path / "data")]  # type: ignore[index]
    assert len(set(products)) == len(products)
    assert set(acknowledged) <= set(products)


def test_the_end_while_a_mail_server_hangs(
    start: Callable[..., Running], tmp_path: Path, deal: dict[str, str]
) -> None:
    """H9: in the middle of SMTP; the mail stays owed, the service ends in time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        service = start(MAIL_URL=f"smtp://127.0.0.1:{port}?starttls=off")
        assert service.visitor().post("/register-deal/", deal).status == 303
        connection, _ = silent.accept()
        with connection:
            connection.sendall(b"220 hello\r\n")
            assert b"EHLO" in connection.recv(1000).upper()
            service.signal(signal.SIGTERM)
            assert service.ends(within=10) == 0
    store = open_folder(tmp_path / "data")
    try:
        assert len(store.find("mails", "state", "queued")) == 2
    finally:
        store.close()
