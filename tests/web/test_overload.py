"""What one client, or a part that stands still, costs everybody else: nothing anybody notices.

While each of the attacks goes on, a healthy client is answered within a second, and the end comes in time.
"""

import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from forms_service.server.channel import Limits
from forms_service.services.database import open_folder
from partner_program import Program
from tests.factories.site import make_site
from tests.web.processes import FORMS_SERVICE, Answer, Running, everything_from, started

HEALTHY_SECONDS = 2.5
"""The promise is one second, on a machine that does nothing else."""
DRAIN_SECONDS = 1.0
ROUNDS = 5
LARGE_BYTES = 900_000
GET = "GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def large_site(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with one file that no socket takes at once."""
    folder = make_site(tmp_path_factory.mktemp("site") / "built", program)
    (folder / "assets" / "large.js").write_bytes(b"/" * LARGE_BYTES)
    return folder


@pytest.fixture
def start(large_site: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start the service with settings as keywords; what still runs is killed at the end."""
    running: list[Running] = []

    def begin(*, errors: int = subprocess.STDOUT, **settings: str) -> Running:
        known = {
            "SITE_DIR": str(large_site), "DATA_DIR": str(tmp_path / "data"),
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
        }  # fmt: skip
        running.append(started([FORMS_SERVICE, "serve"], errors=errors, **(known | settings)))
        return running[-1]

    yield begin
    for each in running:
        each.close()


def deaf(service: Running, sent: str) -> socket.socket:
    """A client that sends and never reads; its side of the connection takes next to nothing."""
    connection = socket.socket()
    service.will_close(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.settimeout(20)
    connection.connect(service.address)
    connection.sendall(sent.encode())
    return connection


def healthy(service: Running, page: str = "/en/apply/") -> None:
    """Somebody who reads is answered in time, again and again."""
    for _ in range(ROUNDS):
        for path in ("/healthz", page):
            began = time.monotonic()
            visitor = service.visitor()
            assert visitor.get(path).status == 200
            assert time.monotonic() - began < HEALTHY_SECONDS
            visitor.close()


def ends_in_time(service: Running) -> None:
    """SIGTERM: within the time to drain and two seconds."""
    service.signal(signal.SIGTERM)
    service.ends(within=DRAIN_SECONDS + 2)


@contextmanager
def all_the_while(service: Running, page: str = "/en/apply/") -> Iterator[None]:
    """A healthy client before, during and after what happens in the block."""
    failures: list[BaseException] = []
    over = threading.Event()

    def ask() -> None:
        try:
            while not over.is_set():
                healthy(service, page)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert failures == []


FLOODS = {
    "connections that never read": (32, GET.format("/assets/large.js") * 40),
    "pipelined requests": (12, GET.format("/assets/large.js?") * 160),
    "pipelined pages": (12, GET.format("/en/apply/") * 160),
}


@pytest.mark.parametrize(("connections", "sent"), FLOODS.values(), ids=FLOODS)
def test_clients_that_do_not_read_cost_nobody_else_anything(
    start: Callable[..., Running], connections: int, sent: str
) -> None:
    """H1a: each connection has one answer under way, and no file is open for it."""
    service = start()
    before = len(_open_files(service))
    with all_the_while(service):
        for _ in range(connections):
            deaf(service, sent)
    assert len(_open_files(service)) <= before + connections + 10
    ends_in_time(service)


def test_stalled_downloads_hold_no_thread(tmp_path: Path) -> None:
    """H1a: as many as there are threads; each is cut when it took nothing for its time."""
    script = str(Path(__file__).with_name("streaming_service.py"))
    service = started([sys.executable, script, "3"])
    try:
        with all_the_while(service, "/"):
            stalled = [deaf(service, GET.format("/long")) for _ in range(8)]
        poll = select.poll()
        for each in stalled:
            poll.register(each, select.POLLHUP | select.POLLERR)
        patience = time.monotonic() + 20
        while len(poll.poll(1000)) < len(stalled):
            assert time.monotonic() < patience
        deaf(service, GET.format("/long"))
        healthy(service, "/")
        ends_in_time(service)
    finally:
        service.close()


def test_a_slow_reader_gets_all_of_a_long_answer(tmp_path: Path) -> None:
    """The time counts from the last byte that was taken, however long the whole takes."""
    script = str(Path(__file__).with_name("streaming_service.py"))
    service = started([sys.executable, script, "1"])
    try:
        connection = deaf(service, GET.format("/long"))
        received, began = 0, time.monotonic()
        while more := connection.recv(512 * 1024):
            received += len(more)
            if time.monotonic() - began < 3:
                select.select([], [], [], 0.2)
        assert time.monotonic() - began > 3
        assert received > 640 * 64 * 1024
    finally:
        service.close()


def test_one_persons_slow_uploads_keep_nobody_elses_out(tmp_path: Path) -> None:
    """They have a few places each, and not all that there are."""
    script = str(Path(__file__).with_name("streaming_service.py"))
    service = started([sys.executable, script, "10"])
    head = "POST / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n"
    try:
        for _ in range(Limits(body_bytes=1).large_bodies):
            service.connect().sendall(head.format("one").encode() + b"slow")
        answers = {}
        for person in ("one", "other"):
            connection = service.connect()
            connection.sendall(head.format(person).encode() + b"x" * 5000)
            answers[person] = everything_from(connection)[9:12]
        assert answers == {"one": b"503", "other": b"200"}
    finally:
        service.close()


def test_every_pipelined_request_is_answered_in_order(start: Callable[..., Running]) -> None:
    """One at a time, also where they come in pieces; what follows a refusal is not."""
    service = start()
    ask = "".join(GET.format(f"/assets/large.js?{n}") + GET.format(f"/nowhere-{n}") for n in range(20))
    with service.connect() as connection:
        last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        sending = threading.Thread(target=_in_pieces, args=(connection, (ask + last).encode()))
        sending.start()
        received = everything_from(connection)
        sending.join()
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404"] * 20 + [b"200"]
    assert received.count(b"/" * LARGE_BYTES) == 20


def _in_pieces(connection: socket.socket, sent: bytes) -> None:
    for start in range(0, len(sent), 333):
        connection.sendall(sent[start : start + 333])


def test_one_address_takes_no_more_connections_than_it_may(start: Callable[..., Running]) -> None:
    """The one on which nothing has moved for longest makes room; whoever is at work keeps theirs."""
    service = start(CONNECTIONS_PER_ADDRESS="5", REQUEST_SECONDS="60")
    visitor = service.visitor()
    silent = []
    for number in range(20):
        silent.append(service.connect())
        if number % 2:
            silent[-1].sendall(b"POST / HTTP/1.1\r\n")
        assert visitor.get("/healthz").status == 200
    # Of the 21, five are left: the visitor's, which was never cut, and the last four.
    poll = select.poll()
    for each in silent:
        poll.register(each, select.POLLIN)
    closed = {handle for handle, _ in poll.poll(0)}
    assert closed == {each.fileno() for each in silent[:-4]}


@pytest.mark.parametrize(
    "settings", [{"CONNECTIONS_PER_ADDRESS": "0"}, {"CONNECTIONS_PER_ADDRESS": "5", "TRUSTED_PROXIES": "1"}]
)
def test_where_all_come_from_one_address_none_is_closed(
    start: Callable[..., Running], settings: dict[str, str]
) -> None:
    """Off, or behind a proxy: 300 connections at once are all answered."""
    service = start(**settings)
    connections = [service.connect() for _ in range(300)]
    for each in connections:
        each.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert all(everything_from(each).startswith(b"HTTP/1.1 200") for each in connections)


ANSWER_SECONDS = 6.0
"""Longer than what makes the service say that it is not ready."""


def test_a_disk_that_stalls_holds_up_those_who_wait_for_it(
    large_site: Path, tmp_path: Path, deal: dict[str, str]
) -> None:
    """H1a: 40 writers; some are refused at once, with what they typed, the others told that nobody knows.

    When the disk answers again, what was queued is there once, and forms are taken as before.
    """
    service = stalling(large_site, tmp_path)
    trouble = tmp_path / "trouble"
    try:
        assert service.visitor().post("/register-deal/", deal | {"product": "Before"}).status == 303
        trouble.touch()
        forms = [deal | {"product": f"Meanwhile {number}"} for number in range(40)]
        with ThreadPoolExecutor(40) as pool:
            sent = [pool.submit(_sent, service, form) for form in forms]
            healthy(service)
            patience = time.monotonic() + 20
            while service.visitor().get("/readyz").status == 200:
                assert time.monotonic() < patience
            answers = [each.result() for each in sent]
        refused = [
            form["product"] for form, answer in zip(forms, answers, strict=True) if _keeps(form, answer)
        ]
        unknown = [
            form["product"]
            for form, answer in zip(forms, answers, strict=True)
            if "Nie możemy potwierdzić" in answer.text.replace("\u00a0", " ")
        ]
        assert {answer.status for answer in answers} == {503}
        assert len(refused) + len(unknown) == 40
        assert 1 <= len(unknown) <= 32
        healthy(service)
        trouble.unlink()
        patience = time.monotonic() + 20
        while service.visitor().get("/readyz").status != 200:
            assert time.monotonic() < patience
        again = service.visitor().post("/register-deal/", deal | {"product": unknown[0]})
        assert again.status == 303
        assert service.visitor().post("/register-deal/", deal | {"product": "After"}).status == 303
    finally:
        service.close()
    products = Counter(_products(tmp_path))
    assert products == Counter(["Before", *unknown, "After"])


def test_the_end_does_not_wait_for_a_disk_that_stalls(
    large_site: Path, tmp_path: Path, deal: dict[str, str]
) -> None:
    """H1a: whether somebody still waits for an answer, or was told already."""
    for answer_seconds in ("60", "0.5"):
        service = stalling(large_site, tmp_path, ANSWER_SECONDS=answer_seconds)
        try:
            (tmp_path / "trouble").touch()
            connections = [service.connect() for _ in range(40)]
            body = urlencode(deal).encode()
            head = "POST /register-deal/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n"
            head += "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
            for each in connections:
                each.sendall(head.format(len(body)).encode() + body)
            assert select.select(connections, [], [], 20)[0], "one of them is refused, or told"
            ends_in_time(service)
        finally:
            service.close()
            (tmp_path / "trouble").unlink()


def stalling(site: Path, folder: Path, **settings: str) -> Running:
    """A service whose disk stands still as long as a file `trouble` is there."""
    script = str(Path(__file__).with_name("stalling_service.py"))
    known = {
        "SITE_DIR": str(site), "DATA_DIR": str(folder / "data"), "ANSWER_SECONDS": str(ANSWER_SECONDS),
        "DRAIN_SECONDS": str(DRAIN_SECONDS),
    }  # fmt: skip
    return started([sys.executable, script, str(folder / "trouble")], **(known | settings))


def _sent(service: Running, form: dict[str, str]) -> Answer:
    return service.visitor().post("/register-deal/", form)


def _keeps(form: dict[str, str], answer: Answer) -> bool:
    return f'value="{form["product"]}"' in answer.text and "NIE zapisaliśmy" in answer.text.replace(
        "\u00a0", " "
    )


def _products(folder: Path) -> list[str]:
    store = open_folder(folder / "data")
    try:
        deals = store.range("records", "received", ("deal", ""), ("deal", "~"))
    finally:
        store.close()
    return [deal["said"]["product"] for deal in deals]


def test_a_log_that_nobody_reads_stops_nothing(start: Callable[..., Running]) -> None:
    """H1a: a pipe holds the lines of some 300 requests; the service goes on, and ends in time."""
    reading, writing = os.pipe()
    try:
        service = start(errors=writing)
        visitor = service.visitor()
        for _ in range(1000):
            assert visitor.get("/healthz").status == 200
        healthy(service)
        ends_in_time(service)
    finally:
        os.close(reading)
        os.close(writing)


def test_no_more_files_is_said_once_and_waited_for(start: Callable[..., Running]) -> None:
    """New connections wait, nobody spins, and they are answered when files can be opened again."""
    service = start()
    handles = _open_files(service)
    soft, hard = resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (max(handles) + 1, hard))
    waiting = [service.connect() for _ in range(5)]
    for each in waiting:
        each.sendall(GET.format("/healthz").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").encode())
    patience = time.monotonic() + 20
    while not _said(service, "no more files can be opened"):
        assert time.monotonic() < patience
    used = _processor_seconds(service)
    select.select([], [], [], 2.5)
    assert _processor_seconds(service) - used < 0.5
    resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
    assert all(everything_from(each).startswith(b"HTTP/1.1 200") for each in waiting)
    assert len(_said(service, "no more files can be opened")) == 1
    assert _said(service, "accept() threw") == []


def _open_files(service: Running) -> list[int]:
    return [int(each.name) for each in Path(f"/proc/{service.process.pid}/fd").iterdir()]


def _said(service: Running, words: str) -> list[str]:
    return [line for line in service.output if words in line]


def _processor_seconds(service: Running) -> float:
    """What the process has used so far, by itself and in the kernel."""
    fields = Path(f"/proc/{service.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
