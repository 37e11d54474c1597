"""Handing a letter to a real mail server that accepts, defers, refuses, hangs or dies."""

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from forms_service.mail.message import Deferred, MailError, MailRefused, Message, Unreachable
from forms_service.mail.smtp import DEADLINE_SECONDS, Security, SmtpTransport
from tests.factories.mail import a_letter
from tests.mail.conftest import MailServer

LIMIT_SECONDS = 10
"""What takes longer hangs: the deadlines in these tests are fractions of a second."""


Start = Callable[..., MailServer]


def to(server: MailServer, **options: object) -> SmtpTransport:
    return SmtpTransport("127.0.0.1", server.port, **{"deadline_seconds": LIMIT_SECONDS, **options})


def test_an_accepted_letter_arrives_byte_for_byte(mail_server: MailServer) -> None:
    """Also a line with a single dot, and exactly one recipient."""
    letter = a_letter()
    to(mail_server).send(letter)
    (post,) = mail_server.posts
    assert (post.sender, post.recipients) == ("partners@example.com", ["person@example.com"])
    assert post.data.rstrip(b"\r\n") == letter.data.rstrip(b"\r\n")


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("421 4.3.2 closing", Deferred),
        ("450 4.2.1 busy", Deferred),
        ("451 4.7.1 try later", Deferred),
        ("452 4.2.2 full", Deferred),
        ("550 5.1.1 no such person", MailRefused),
        ("552 5.3.4 too big", MailRefused),
        ("554 5.7.1 not here", MailRefused),
    ],
)
def test_a_letter_is_put_off_or_refused(
    mail_server: MailServer, stage: str, answer: str, error: type[MailError]
) -> None:
    """M4: 4xx is for later, 5xx is for ever; both say what the server said."""
    mail_server.handler.answers[stage] = answer
    with pytest.raises(error, match=answer[4:]) as raised:
        to(mail_server).send(a_letter())
    assert raised.value.code == int(answer[:3])
    assert mail_server.posts == []


@pytest.mark.parametrize(
    "answer", ["421 4.3.2 closing", "451 later", "530 5.7.0 sign in first", "550 not you"]
)
def test_what_is_wrong_with_our_own_address_is_no_fault_of_the_letter(
    mail_server: MailServer, answer: str
) -> None:
    """A wrong MAIL_FROM must not make every queued mail undeliverable for good."""
    mail_server.handler.answers["MAIL"] = answer
    with pytest.raises(Unreachable, match="refused our address"):
        to(mail_server).send(a_letter())


def test_a_letter_that_is_too_big_is_refused(mail_server: MailServer) -> None:
    mail_server.handler.answers["MAIL"] = "552 5.3.4 too big"
    with pytest.raises(MailRefused):
        to(mail_server).send(a_letter())


def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable, match=r"cannot be reached: .*refused"):
        SmtpTransport("127.0.0.1", port).send(a_letter())


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        SmtpTransport("mail.invalid", 25).send(a_letter())


def test_a_server_that_dies_in_mid_transfer(mail_server: MailServer) -> None:
    """Whether it took the letter nobody knows; so it is sent again, with the same Message-ID."""
    mail_server.handler.answers["DATA"] = "die"
    with pytest.raises(Deferred, match="broke"):
        to(mail_server).send(a_letter())


@dataclass
class Script:
    port: int
    all_said: threading.Event


@contextmanager
def scripted(*lines: bytes, after: float | None = None) -> Iterator[Script]:
    """A server that says these lines, one for each it hears, then says nothing (or one byte now and then)."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        script = Script(listening.getsockname()[1], threading.Event())

        def talk() -> None:
            connection, _ = listening.accept()
            with contextlib.suppress(OSError), connection, connection.makefile("rb") as heard:
                for number, line in enumerate(lines):
                    if number:
                        heard.readline()
                    connection.sendall(line)
                script.all_said.set()
                while not over.wait(after):
                    connection.sendall(b"2")

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield script
        finally:
            over.set()
            thread.join()


GREETING, HELLO, OK = b"220 mail.example.com\r\n", b"250 mail.example.com\r\n", b"250 OK\r\n"
GO_ON = b"354 go on\r\n"


@pytest.mark.parametrize("after", [None, 0.02], ids=["silent", "trickling"])
@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ([], Unreachable),
        ([GREETING], Unreachable),
        ([GREETING, HELLO], Unreachable),
        ([GREETING, HELLO, OK], Deferred),
        ([GREETING, HELLO, OK, OK], Deferred),
        ([GREETING, HELLO, OK, OK, GO_ON], Deferred),
    ],
    ids=["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end of data"],
)
def test_a_server_that_hangs_is_left_in_time(
    lines: list[bytes], error: type[MailError], after: float | None
) -> None:
    """M4: at every stage, also where it keeps the line busy; the deadline, of 30 seconds in the service, is
    for the whole conversation."""
    assert DEADLINE_SECONDS <= 30
    with scripted(*lines, after=after) as script:
        started = time.monotonic()
        with pytest.raises(error, match=r"no answer within 0\.3 seconds|timed out"):
            SmtpTransport("127.0.0.1", script.port, deadline_seconds=0.3).send(a_letter())
        assert time.monotonic() - started < LIMIT_SECONDS


def test_a_server_that_does_not_even_take_the_connection() -> None:
    """A full backlog: the connection is neither made nor refused."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listening.getsockname())
        started = time.monotonic()
        with pytest.raises(Unreachable):
            SmtpTransport("127.0.0.1", listening.getsockname()[1], deadline_seconds=0.3).send(a_letter())
        assert time.monotonic() - started < LIMIT_SECONDS
        for filler in fillers:
            filler.close()


def test_after_the_letter_is_taken_nothing_can_fail() -> None:
    """The server took it and then hangs at QUIT: that is a success, and not a slow one."""
    with taking(OK) as port:
        SmtpTransport("127.0.0.1", port, deadline_seconds=LIMIT_SECONDS).send(a_letter())


def test_letters_that_follow_each_other_share_a_connection(mail_server: MailServer) -> None:
    """Until there is none to send; a letter by itself has its own."""
    transport = to(mail_server)
    with transport.session():
        for _ in range(3):
            transport.send(a_letter())
    assert (len(mail_server.posts), mail_server.connections) == (3, 1)
    transport.send(a_letter())
    assert (len(mail_server.posts), mail_server.connections) == (4, 2)


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["450 4.2.1 busy", "550 5.1.1 no such person", "die"])
def test_what_becomes_of_one_letter_is_nothing_to_the_next(
    mail_server: MailServer, stage: str, answer: str
) -> None:
    """Each after a letter that went well, on the same connection."""
    transport = to(mail_server)
    with transport.session():
        transport.send(a_letter())
        mail_server.handler.answers["DATA" if answer == "die" else stage] = answer
        with pytest.raises((Deferred, MailRefused)):
            transport.send(a_letter())
        mail_server.handler.answers.clear()
        transport.send(a_letter())
    assert len(mail_server.posts) == 2
    assert all(post.recipients == ["person@example.com"] for post in mail_server.posts)


def test_a_server_that_has_enough_of_a_connection_gets_another(mail_server: MailServer) -> None:
    """Servers take so many letters on one, then say 421; that is no reason to pause all mail."""
    named = iter(range(100))
    mail_server.handler.answers["MAIL"] = lambda envelope: (
        "421 4.7.0 too many" if next(named) % 3 == 2 else "250 OK"
    )
    transport = to(mail_server)
    with transport.session():
        for _ in range(6):
            transport.send(a_letter())
    assert (len(mail_server.posts), mail_server.connections) == (6, 3)


def test_a_server_that_hung_up_in_the_meantime_is_called_again(mail_server: MailServer) -> None:
    """It closed the connection between two letters."""
    transport = to(mail_server)
    with transport.session():
        transport.send(a_letter())
        mail_server.hang_up()
        transport.send(a_letter())
    assert (len(mail_server.posts), mail_server.connections) == (2, 2)


@pytest.mark.parametrize("half", [b"2", b"25", b"250", b"250 2.0.0 O"])
def test_half_an_answer_is_no_answer(half: bytes) -> None:
    """The server dies while it says that it took the letter: it may have, and is asked again."""
    with taking(half, dies=True) as port, pytest.raises(Deferred, match="cut off"):
        SmtpTransport("127.0.0.1", port, deadline_seconds=LIMIT_SECONDS).send(a_letter())


@contextmanager
def taking(answer: bytes, *, dies: bool = False) -> Iterator[int]:
    """A server that hears one letter, answers it so, and then falls silent or dies."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as heard:
                for number, line in enumerate([GREETING, HELLO, OK, OK, GO_ON]):
                    if number:
                        heard.readline()
                    connection.sendall(line)
                while heard.readline() != b".\r\n":
                    pass
                connection.sendall(answer)
                if not dies:
                    over.wait()

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    "lines", [[], [GREETING, HELLO, OK, OK, GO_ON]], ids=["before the letter", "in the middle of it"]
)
def test_closing_cuts_a_conversation_short(lines: list[bytes]) -> None:
    """H9: a service that ends does not wait for a mail server that hangs."""
    with scripted(*lines) as script:
        transport = SmtpTransport("127.0.0.1", script.port, deadline_seconds=3600)
        raised: list[Exception] = []

        def send() -> None:
            try:
                transport.send(a_letter())
            except MailError as error:
                raised.append(error)

        sending = threading.Thread(target=send)
        sending.start()
        assert script.all_said.wait(LIMIT_SECONDS)
        transport.close()
        sending.join(LIMIT_SECONDS)
        assert not sending.is_alive()
        assert len(raised) == 1
    with pytest.raises(Unreachable, match="not used any more"):
        transport.send(a_letter())


@pytest.fixture
def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.with_suffix(".crt"))


@pytest.mark.parametrize(("security", "implicit"), [(Security.TLS, True), (Security.REQUIRED, False)])
def test_over_tls_with_a_password(
    start_mail_server: Start,
    server_context: ssl.SSLContext,
    trusting: ssl.SSLContext,
    security: Security,
    implicit: bool,
) -> None:
    server = start_mail_server(tls=server_context, implicit=implicit, login=("user", "password"))
    to(server, security=security, context=trusting, login=("user", "password")).send(a_letter())
    assert len(server.posts) == 1
    with pytest.raises(Unreachable, match="535") as raised:
        to(server, security=security, context=trusting, login=("user", "wrong")).send(a_letter())
    assert "wrong" not in str(raised.value)


@pytest.mark.parametrize(("security", "implicit"), [(Security.TLS, True), (Security.REQUIRED, False)])
def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    start_mail_server: Start, server_context: ssl.SSLContext, security: Security, implicit: bool
) -> None:
    """Neither password nor letter goes to a server that cannot show who it is."""
    server = start_mail_server(tls=server_context, implicit=implicit, login=("user", "password"))
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        to(server, security=security, login=("user", "password")).send(a_letter())
    assert server.handler.conversations == 0


def test_no_password_in_the_clear(mail_server: MailServer) -> None:
    """Encryption is required and not offered (or somebody in between hides it)."""
    with pytest.raises(Unreachable, match="STARTTLS"):
        to(mail_server, security=Security.REQUIRED, login=("user", "password")).send(a_letter())


def test_where_it_is_offered_the_line_is_encrypted(
    start_mail_server: Start, server_context: ssl.SSLContext
) -> None:
    """`auto`, with the self-made certificate of a local relay."""
    server = start_mail_server(tls=server_context)
    to(server, security=Security.AUTO).send(a_letter())
    to(server, security=Security.OFF).send(a_letter())
    assert len(server.posts) == 2


def test_nothing_is_logged_about_people(mail_server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    """P1, for the transport itself: it leaves telling to its caller."""
    caplog.set_level(logging.DEBUG)
    mail_server.handler.answers["RCPT"] = "550 5.1.1 <person@example.com> unknown"
    with pytest.raises(MailRefused):
        to(mail_server).send(a_letter())
    assert [record for record in caplog.records if record.name.startswith("forms_service")] == []


def test_a_letter_larger_than_any_buffer(mail_server: MailServer) -> None:
    letter: Message = a_letter(text="Zażółć gęślą jaźń\n" * 20_000)
    to(mail_server).send(letter)
    assert mail_server.posts[0].data.rstrip() == letter.data.rstrip()
