"""Mails that are owed leave: once in good weather, at least once in bad, in order; nothing holds them up."""

import json
import logging
import random
import resource
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from forms_service.domain.clock import moment
from forms_service.mail import event_mails, mail_examples
from forms_service.mail.composer import Composer
from forms_service.mail.message import Message
from forms_service.mail.outbox import MailSender, Outbox
from forms_service.mail.retry_backoff import GIVE_UP_AFTER_ATTEMPTS
from forms_service.mail.sender_context import SenderContext
from forms_service.mail.smtp import SmtpTransport
from forms_service.mail.transport import Transport
from forms_service.store.store import Store
from partner_program.model import Program
from tests.factories.clock import FakeClock
from tests.factories.storage import bytes_on_disk
from tests.mail.conftest import MailServer
from tests.mail.test_composer import HEADERS, with_payload
from tests.mail.test_message import INJECTIONS

TOKEN = "EXAMPLE-TOKEN-0123456789"
LIMIT_SECONDS = 20


def composer(program: Program) -> Composer:
    return Composer(
        lambda: program, SenderContext(lambda record: f"https://partners.example.com/status/{TOKEN}")
    )


@pytest.fixture
def outbox_to(store: Store, clock: FakeClock, program: Program) -> Callable[[Transport], Outbox]:
    def make(transport: Transport) -> Outbox:
        courier = MailSender(transport, composer(program), chance=random.Random(1))
        return Outbox(store, courier, clock=clock)

    return make


@pytest.fixture
def outbox(outbox_to: Callable[[Transport], Outbox], mail_server: MailServer) -> Outbox:
    return outbox_to(SmtpTransport("127.0.0.1", mail_server.port, deadline_seconds=LIMIT_SECONDS))


@pytest.fixture
def owe(store: Store, clock: FakeClock, program: Program) -> Callable[..., list[str]]:
    """Store a registration with its two mails, as a form that was just sent does; returns the mails' ids."""
    numbers = iter(range(10_000))

    def put(**changes: Any) -> list[str]:
        record = {**mail_examples.deal("pl"), "id": f"DEAL-{next(numbers):04}-2P9Q", **changes}
        mails = event_mails.received(record, program, clock())
        with store.batch() as batch:
            batch.add("records", record)
            for mail in mails:
                batch.add("mails", mail)
        return [mail["id"] for mail in mails]

    return put


def mail_of(store: Store, id: str) -> dict[str, Any]:
    mail = store.get("mails", id)
    assert mail is not None
    return mail


def message_ids(server: MailServer) -> list[str]:
    return [str(message_from_bytes(post.data, policy=policy.default)["Message-ID"]) for post in server.posts]


def ids(server: MailServer) -> list[str]:
    return [message_id[1:].partition("@")[0] for message_id in message_ids(server)]


Owe = Callable[..., list[str]]


def test_both_mails_of_a_registration_arrive(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer, clock: FakeClock
) -> None:
    confirmation, notice = owe()
    clock.forward(seconds=2)
    rest = outbox.deliver_due()
    assert sorted(ids(mail_server)) == sorted([confirmation, notice])
    assert {post.recipients[0] for post in mail_server.posts} == {"partner@example.com", "vendor@example.com"}
    for id in (confirmation, notice):
        mail = mail_of(store, id)
        assert (mail["state"], mail["attempts"], mail["problem"]) == ("sent", 1, None)
        assert moment(mail["sent_at"]) == clock()
    assert rest.time == timedelta(seconds=60)
    outbox.deliver_due()
    assert len(mail_server.posts) == 2


@pytest.mark.parametrize("payload", sorted({*INJECTIONS} - {"\ud800"}))
def test_what_a_server_is_handed_is_what_was_meant(
    outbox: Outbox, owe: Owe, mail_server: MailServer, payload: str
) -> None:
    """M1, at the other end: every answer with it, and one recipient and the headers that belong there."""
    owe(said=with_payload(payload, mail_examples.deal("pl"))["said"])
    outbox.deliver_due()
    assert {tuple(post.recipients) for post in mail_server.posts} == {
        ("partner@example.com",),
        ("vendor@example.com",),
    }
    for post in mail_server.posts:
        message = message_from_bytes(post.data, policy=policy.default)
        assert message.keys() == HEADERS
        assert [each.addr_spec for each in message["To"].addresses] == post.recipients


def test_a_deferred_mail_is_tried_again_with_growing_waits(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer, clock: FakeClock
) -> None:
    """M4: never before its time, in the end once, always under the same Message-ID."""
    attempted: list[bytes] = []
    mail_server.handler.answers["DATA"] = lambda envelope: (
        attempted.append(envelope.content) or "451 4.3.0 later"
    )
    confirmation, _ = owe()
    waits = []
    for _ in range(8):
        outbox.deliver_due()
        mail = mail_of(store, confirmation)
        assert (mail["state"], mail["problem"]) == ("queued", "451 4.3.0 later")
        wait = moment(mail["next_attempt_at"]) - clock()
        waits.append(wait.total_seconds())
        tried = len(attempted)
        clock.now += wait - timedelta(seconds=1)
        outbox.deliver_due()
        mine = [data for data in attempted[tried:] if confirmation.encode() in data]
        assert mine == []
        clock.forward(seconds=1)
    assert waits[:6] == sorted(waits[:6])
    assert all(60 * 2**n <= wait <= 75 * 2**n for n, wait in enumerate(waits[:6]))
    assert all(3600 <= wait <= 4500 for wait in waits[6:])
    mail_server.handler.answers.clear()
    clock.forward(hours=2)
    outbox.deliver_due()
    assert mail_of(store, confirmation)["state"] == "sent"
    (arrived,) = [post.data for post in mail_server.posts if confirmation.encode() in post.data]
    earlier = {data for data in attempted if confirmation.encode() in data}
    assert earlier == {arrived}


def test_a_mail_that_is_deferred_for_ever_is_given_up(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer, clock: FakeClock
) -> None:
    """After about five days, counted in attempts: then it is for people to see to."""
    mail_server.handler.answers["RCPT"] = lambda envelope: (
        "450 4.2.0 later" if envelope.rcpt_tos == ["partner@example.com"] else "250 OK"
    )
    confirmation, _ = owe()
    begun = clock()
    while (mail := mail_of(store, confirmation))["state"] == "queued":
        clock.now = max(clock.now, moment(mail["next_attempt_at"])) + timedelta(minutes=10)
        outbox.deliver_due()
    assert mail_of(store, confirmation)["attempts"] == GIVE_UP_AFTER_ATTEMPTS
    assert mail_of(store, confirmation)["state"] == "dead"
    assert timedelta(days=4) < clock() - begun < timedelta(days=8)


def test_a_refused_mail_is_dead_and_the_next_one_goes(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer
) -> None:
    """M4, M5: 5xx is final, and said in the server's words for the desk."""
    mail_server.handler.answers["RCPT"] = lambda envelope: (
        "550 5.1.1 no such person" if envelope.rcpt_tos == ["partner@example.com"] else "250 OK"
    )
    confirmation, notice = owe()
    outbox.deliver_due()
    refused = mail_of(store, confirmation)
    assert (refused["state"], refused["attempts"]) == ("dead", 1)
    assert refused["problem"] == "550 5.1.1 no such person"
    assert mail_of(store, notice)["state"] == "sent"


def test_a_server_that_is_down_costs_no_mail_an_attempt(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer, clock: FakeClock
) -> None:
    """M4: down for an hour: nothing is written, the waits grow, and then all leave in the order of owing."""
    mail_server.handler.answers["MAIL"] = "421 4.3.2 down"
    queued = []
    for _ in range(5):
        queued += owe()
        clock.forward(seconds=1)
    before = [mail_of(store, id) for id in queued]
    rests = []
    for _ in range(9):
        rests.append(outbox.deliver_due())
        clock.now += rests[-1].time
    assert [mail_of(store, id) for id in queued] == before
    assert mail_server.handler.conversations == len(rests)
    assert all(rest.undisturbed for rest in rests)
    seconds = [rest.time.total_seconds() for rest in rests]
    assert all(5 * 2**n <= wait <= 6.25 * 2**n for n, wait in enumerate(seconds[:6]))
    assert all(300 <= wait <= 375 for wait in seconds[6:])
    assert outbox.trouble is not None
    assert "421" in outbox.trouble
    mail_server.handler.answers.clear()
    outbox.deliver_due()
    assert outbox.trouble is None
    assert [id for id in ids(mail_server) if id in queued[::2]] == queued[::2]
    assert {mail_of(store, id)["state"] for id in queued} == {"sent"}


def test_poison_does_not_block_the_next(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer, clock: FakeClock
) -> None:
    """M5: one cannot be composed, one must not be sent, one kills the line; then comes a good one."""
    broken, _ = owe(said={"customer_name": "No address", "partner_email": "broken@example.com"}, lang="xx")
    unsafe, notice_of_unsafe = owe(
        said={**mail_examples.deal("pl")["said"], "partner_email": "a@example.com, b@example.com"}
    )
    deadly, _ = owe(said={**mail_examples.deal("pl")["said"], "partner_email": "deadly@example.com"})
    good, _ = owe()
    mail_server.handler.answers["DATA"] = lambda envelope: (
        "die" if envelope.rcpt_tos == ["deadly@example.com"] else "250 OK"
    )
    outbox.deliver_due()
    assert mail_of(store, good)["state"] == "sent"
    assert mail_of(store, unsafe)["state"] == "dead"
    assert mail_of(store, notice_of_unsafe)["state"] == "sent"
    assert (mail_of(store, deadly)["state"], mail_of(store, deadly)["attempts"]) == ("queued", 1)
    assert (mail_of(store, broken)["state"], mail_of(store, broken)["attempts"]) == ("queued", 1)
    assert mail_of(store, broken)["problem"].startswith("we cannot compose it: ")


def test_a_mail_that_waited_too_long_is_dropped(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer, clock: FakeClock
) -> None:
    """M7: a link that no longer works is not worth sending; nobody is bothered with it."""
    owe()
    in_time, late = (
        event_mails.queued_mail(
            "deal-received",
            "DEAL-0000-2P9Q",
            to="partner@example.com",
            lang="pl",
            now=clock(),
            good_for=timedelta(minutes=minutes),
        )
        for minutes in (11, 10)
    )
    with store.batch() as batch:
        batch.add("mails", in_time)
        batch.add("mails", late)
    clock.forward(minutes=10)
    outbox.deliver_due()
    assert mail_of(store, in_time["id"])["state"] == "sent"
    assert mail_of(store, late["id"])["state"] == "dropped"
    assert late["id"] not in ids(mail_server)


def test_nothing_is_sent_about_a_record_that_was_erased(
    outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer
) -> None:
    confirmation, _ = owe()
    with store.batch() as batch:
        batch.remove("records", "DEAL-0000-2P9Q")
    outbox.deliver_due()
    assert mail_of(store, confirmation)["state"] == "dropped"
    assert mail_server.posts == []


class Meddling(SmtpTransport):
    """A transport during whose first `send` somebody else changes the store."""

    def __init__(self, port: int, meddle: Callable[[Message], None]) -> None:
        super().__init__("127.0.0.1", port)
        self.meddle: Callable[[Message], None] | None = meddle

    def send(self, letter: Message) -> None:
        meddle, self.meddle = self.meddle, None
        super().send(letter)
        if meddle:
            meddle(letter)


def test_a_mail_taken_back_while_another_is_sent_is_not_sent(
    outbox_to: Callable[[Transport], Outbox], owe: Owe, store: Store, mail_server: MailServer
) -> None:
    """It was listed already; what counts is how it stands when its turn comes."""
    queued = owe()

    def take_back(sent: Message) -> None:
        with store.batch() as batch:
            (other,) = [id for id in queued if id != sent.id]
            mail = batch.get("mails", other)
            assert mail is not None
            batch.replace("mails", {**mail, "state": "dropped"}, mail["version"])

    outbox_to(Meddling(mail_server.port, take_back)).deliver_due()
    assert len(mail_server.posts) == 1


@pytest.mark.parametrize("state", ["dropped", None], ids=["changed", "erased"])
def test_a_mail_decided_otherwise_while_it_is_sent(
    outbox_to: Callable[[Transport], Outbox],
    owe: Owe,
    store: Store,
    mail_server: MailServer,
    state: str | None,
) -> None:
    """It is out, and the store says so; unless it was erased: then it stays erased."""

    def decide(sent: Message) -> None:
        with store.batch() as batch:
            mail = batch.get("mails", sent.id)
            assert mail is not None
            if state is None:
                batch.remove("mails", sent.id)
            else:
                batch.replace("mails", {**mail, "state": state}, mail["version"])

    first, second = owe()
    outbox_to(Meddling(mail_server.port, decide)).deliver_due()
    states = [(store.get("mails", id) or {"state": "erased"})["state"] for id in (first, second)]
    assert sorted(states) == ["erased", "sent"] if state is None else ["sent", "sent"]
    assert sorted(ids(mail_server)) == sorted([first, second])


@pytest.fixture
def fill_the_disk(tmp_path: Path) -> Iterator[Callable[[bool], None]]:
    """A disk that takes not one byte more for the journal, and later does again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def full(is_full: bool) -> None:
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (len(bytes_on_disk(tmp_path / "data")) if is_full else soft, hard)
        )

    yield full
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_does_not_send_a_mail_over_and_over(
    outbox: Outbox,
    owe: Owe,
    store: Store,
    mail_server: MailServer,
    fill_the_disk: Callable[[bool], None],
) -> None:
    """It was taken but could not be marked as sent: it waits for that, and so does all other mail."""
    queued = owe()
    fill_the_disk(True)
    for _ in range(5):
        rest = outbox.deliver_due()
        assert rest.undisturbed
        assert outbox.trouble is not None
    assert len(mail_server.posts) == 1
    fill_the_disk(False)
    outbox.deliver_due()
    assert sorted(ids(mail_server)) == sorted(queued)
    assert {mail_of(store, id)["state"] for id in queued} == {"sent"}
    assert outbox.trouble is None


def test_however_many_are_queued_few_are_held(
    owe: Owe, store: Store, clock: FakeClock, program: Program, mail_server: MailServer
) -> None:
    """M5: the queue is read in small pieces."""

    class Watching:
        """The store, noting how much is asked of it at once."""

        largest = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def range(self, *arguments: Any) -> list[dict[str, Any]]:
            found = store.range(*arguments)
            self.largest = max(self.largest, len(found))
            return found

    queued = [id for _ in range(40) for id in owe()]
    watching = Watching()
    courier = MailSender(SmtpTransport("127.0.0.1", mail_server.port), composer(program))
    Outbox(watching, courier, clock=clock).deliver_due()  # type: ignore[arg-type]
    assert len(mail_server.posts) == len(queued)
    assert 0 < watching.largest <= 20


def test_ten_thousand_queued_mails_take_no_memory(
    outbox: Outbox, owe: Owe, store: Store, clock: FakeClock, mail_server: MailServer
) -> None:
    """M5: after a long outage the queue is long, and an attempt costs what it always costs."""
    owe()
    with store.batch() as batch:
        for _ in range(10_000):
            mail = event_mails.queued_mail(
                "withdrawn", "DEAL-0000-2P9Q", to="partner@example.com", lang="pl", now=clock()
            )
            batch.add("mails", mail)
    mail_server.handler.answers["MAIL"] = "421 4.3.2 down"
    outbox.deliver_due()
    tracemalloc.start()
    try:
        outbox.deliver_due()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert mail_server.handler.conversations == 2
    assert peak < 2_000_000


class TestClockThatJumps:
    """T1, T2 for mail: late by minutes at most, never lost, never twice, never given up."""

    def test_back_an_hour(self, outbox: Outbox, owe: Owe, store: Store, clock: FakeClock) -> None:
        """Fresh mail does not wait for the clock to catch up."""
        queued = owe()
        outbox.wake()
        clock.forward(hours=-1)
        outbox.deliver_due()
        assert {mail_of(store, id)["state"] for id in queued} == {"sent"}

    def test_back_a_year(
        self, outbox: Outbox, owe: Owe, store: Store, clock: FakeClock, mail_server: MailServer
    ) -> None:
        """A mail that was put off by a clock in the far future is not left there."""
        mail_server.handler.answers["RCPT"] = "450 later"
        clock.forward(days=365)
        queued = owe()
        outbox.deliver_due()
        clock.forward(days=-365)
        outbox.deliver_due()
        assert {mail_of(store, id)["attempts"] for id in queued} == {2}
        mail_server.handler.answers.clear()
        clock.forward(hours=2)
        outbox.deliver_due()
        assert {mail_of(store, id)["state"] for id in queued} == {"sent"}

    def test_back_an_hour_does_not_make_it_hasty(
        self, outbox: Outbox, owe: Owe, store: Store, clock: FakeClock, mail_server: MailServer
    ) -> None:
        """Put off after the jump, it waits as long as ever, or an hour longer; it is not hammered."""
        mail_server.handler.answers["RCPT"] = "450 later"
        queued = owe()
        outbox.deliver_due()
        clock.forward(hours=-1)
        for _ in range(5):
            outbox.deliver_due()
        assert {mail_of(store, id)["attempts"] for id in queued} == {1}
        mail_server.handler.answers.clear()
        clock.forward(hours=1, minutes=2)
        outbox.deliver_due()
        assert {mail_of(store, id)["state"] for id in queued} == {"sent"}

    def test_forward_a_year(
        self, outbox: Outbox, owe: Owe, store: Store, clock: FakeClock, mail_server: MailServer
    ) -> None:
        """One early attempt, and no mail is given up for being old."""
        mail_server.handler.answers["RCPT"] = "450 later"
        queued = owe()
        outbox.deliver_due()
        clock.forward(days=365)
        outbox.deliver_due()
        assert {(mail_of(store, id)["state"], mail_of(store, id)["attempts"]) for id in queued} == {
            ("queued", 2)
        }


class TestThread:
    """The sender as it runs in the service."""

    def test_new_mail_wakes_it(self, outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer) -> None:
        outbox.start()
        queued = owe()
        outbox.wake()
        for _ in queued:
            assert mail_server.handler.taken.acquire(timeout=LIMIT_SECONDS)
        assert outbox.stop(LIMIT_SECONDS)
        assert {mail_of(store, id)["state"] for id in queued} == {"sent"}

    def test_mail_from_before_a_restart_leaves_at_the_start(
        self, outbox: Outbox, owe: Owe, mail_server: MailServer
    ) -> None:
        owe()
        outbox.start()
        assert mail_server.handler.taken.acquire(timeout=LIMIT_SECONDS)
        assert outbox.stop(LIMIT_SECONDS)

    def test_a_stop_in_mid_conversation_keeps_the_mail(
        self,
        outbox_to: Callable[[Transport], Outbox],
        owe: Owe,
        store: Store,
        mail_server: MailServer,
    ) -> None:
        """H9: the server hangs; the service still ends in time, and the mail stays as it was."""
        mail_server.handler.answers["DATA"] = "hang"
        before = [mail_of(store, id) for id in owe()]
        outbox = outbox_to(SmtpTransport("127.0.0.1", mail_server.port, deadline_seconds=3600))
        outbox.start()
        assert mail_server.handler.arrived.wait(LIMIT_SECONDS)
        assert outbox.stop(0.5)
        assert [mail_of(store, mail["id"]) for mail in before] == before

    def test_a_stop_lets_a_mail_on_its_way_arrive(
        self, outbox: Outbox, owe: Owe, store: Store, mail_server: MailServer
    ) -> None:
        """The stop comes while the server still thinks: sent once, marked, and the next one stays queued."""
        go_on = threading.Event()
        mail_server.handler.answers["DATA"] = lambda envelope: (
            "250 OK" if go_on.wait(LIMIT_SECONDS) else "451"
        )
        queued = owe()
        outbox.start()
        assert mail_server.handler.arrived.wait(LIMIT_SECONDS)
        stopped: list[bool] = []
        stopping = threading.Thread(target=lambda: stopped.append(outbox.stop(2 * LIMIT_SECONDS)))
        stopping.start()
        go_on.set()
        stopping.join()
        assert stopped == [True]
        states = [mail_of(store, id)["state"] for id in queued]
        assert len(mail_server.posts) == states.count("sent") >= 1

    def test_a_stop_before_the_start(self, outbox: Outbox) -> None:
        assert outbox.stop(1)

    def test_a_mistake_of_ours_does_not_end_it(
        self, store: Store, clock: FakeClock, program: Program, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Something fails that never should: it is logged without its words, and the thread lives on."""
        failed = threading.Event()
        fine = iter([True])

        def failing() -> Any:
            if next(fine, False):
                return clock()
            failed.set()
            raise ZeroDivisionError("secret words")

        outbox = Outbox(
            store, MailSender(SmtpTransport("mail.invalid", 25), composer(program)), clock=failing
        )
        outbox.start()
        assert failed.wait(LIMIT_SECONDS)
        assert outbox.stop(LIMIT_SECONDS)
        (line,) = caplog.records
        assert line.message == "outbox stumbled"
        assert vars(line)["reason"].startswith("ZeroDivisionError in failing, line ")
        assert "secret words" not in caplog.text


def test_logs_tell_what_happened_and_nothing_about_people(
    outbox: Outbox,
    owe: Owe,
    mail_server: MailServer,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """P1, M6: sent, put off, refused, unreachable, broken: no address, name or token, whoever quotes them."""
    caplog.set_level(logging.DEBUG, logger="forms_service")
    said = {**mail_examples.deal("pl")["said"], "partner_email": "peer.example@example.com"}
    owe(said=said)
    owe(said={"customer_name": "Example", "partner_email": "peer.example@example.com"}, lang="xx")
    for answers in (
        {"RCPT": "450 4.2.0 <peer.example@example.com> is busy"},
        {"MAIL": "550 5.1.0 <vendor@example.com> who?"},
        {"DATA": "die"},
        {},
        {"RCPT": "550 5.1.1 <peer.example@example.com> unknown"},
    ):
        mail_server.handler.answers = dict(answers)
        owe(said=said)
        outbox.deliver_due()
        clock.forward(hours=2)
    # The mail server of the test speaks of people, where a test before has opened the log for all.
    ours = [record for record in caplog.records if record.name.startswith("forms_service.")]
    lines = [json.dumps(vars(record), default=str) for record in ours]
    assert {record.message for record in ours} == {
        "mail sent",
        "mail put off",
        "mail waits",
        "mail cannot be delivered",
    }
    for line in lines:
        for private in ("example", "example.com", "Przykład", TOKEN, "busy", "unknown"):
            assert private.lower() not in line.lower()
