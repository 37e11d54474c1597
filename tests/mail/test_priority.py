"""H2: mail that somebody waits for goes before all other, however much of that there is."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from forms_service.domain.partners.notifications import EVENTS
from forms_service.mail import event_mails, mail_examples, outbox
from forms_service.mail.composer import TEMPLATES, Composer
from forms_service.mail.for_partners import TO_PARTNERS
from forms_service.mail.outbox import BATCH, MailSender, Outbox
from forms_service.mail.priority import BY_TEMPLATE, Priority
from forms_service.mail.sender_context import SenderContext
from forms_service.mail.smtp import SmtpTransport
from forms_service.server.traffic import Traffic
from forms_service.store.store import Store
from partner_program.model import Program
from tests.factories.clock import FakeClock
from tests.mail.conftest import MailServer

LIMIT_SECONDS = 20
DEAL = "DEAL-0000-2P9Q"
EACH_CLASS = {
    Priority.ACCESS: "sign-in",
    Priority.DECISION: "reopened",
    Priority.CONFIRMATION: "withdrawn",
    Priority.NOTICE: "deal-notice",
    Priority.SUMMARY: "clock",
}

Put = Callable[..., str]


@pytest.fixture
def put(store: Store, clock: FakeClock) -> Put:
    """Owe a mail of a template; returns its id."""
    with store.batch() as batch:
        batch.add("records", {**mail_examples.deal("pl"), "id": DEAL})

    def one(template: str, **changes: Any) -> str:
        facts = dict.fromkeys(("shown", "known"), "2026-12-01T09:30:00.000000Z")
        mail = event_mails.queued_mail(
            template,
            DEAL,
            to="person@example.com",
            lang="pl",
            now=clock(),
            good_for=timedelta(minutes=10) if template == "sign-in" else None,
            facts=facts if template == "clock" else None,
        )
        with store.batch() as batch:
            batch.add("mails", {**mail, **changes})
        return str(mail["id"])

    return one


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def sender(
    store: Store, clock: FakeClock, program: Program, mail_server: MailServer, traffic: Traffic
) -> Iterator[Outbox]:
    compose = Composer(
        lambda: program,
        SenderContext(lambda record: "https://partners.example.com/status/EXAMPLE"),
        sign_in_link=lambda mail: "https://partners.example.com/desk/sign-in/EXAMPLE",
    )
    transport = SmtpTransport("127.0.0.1", mail_server.port, deadline_seconds=LIMIT_SECONDS)
    courier = MailSender(transport, compose, chance=random.Random(1))
    made = Outbox(store, courier, clock=clock, traffic=traffic)
    yield made
    assert made.stop(LIMIT_SECONDS)


def arrived(server: MailServer) -> list[str]:
    """The ids of the mails that the server took, in order."""
    found = (message_from_bytes(post.data)["Message-ID"] for post in server.posts)
    return [message_id[1:].partition("@")[0] for message_id in found]


def test_every_template_has_a_priority() -> None:
    """A new one cannot be forgotten, nor one that is gone stay."""
    assert set(BY_TEMPLATE) == {*TEMPLATES, *TO_PARTNERS} - {*EVENTS}
    assert {BY_TEMPLATE[template] for template in EACH_CLASS.values()} == set(Priority)


def test_mail_leaves_by_priority_then_by_age(
    sender: Outbox, put: Put, clock: FakeClock, mail_server: MailServer
) -> None:
    """Whatever came first, and what had to be put off keeps its class."""
    owed_in_time = []
    for template in reversed(EACH_CLASS.values()):
        owed_in_time.append((put(template), put(template)))
        clock.forward(seconds=1)
    sender.deliver_due()
    assert arrived(mail_server) == [id for pair in reversed(owed_in_time) for id in pair]
    assert mail_server.connections == 1


def test_a_flood_delays_a_sign_in_by_one_mail(
    sender: Outbox, put: Put, clock: FakeClock, mail_server: MailServer
) -> None:
    """700 confirmations are queued and one is on its way when somebody asks to sign in."""
    flood = [put("withdrawn") for _ in range(700)]
    clock.forward(seconds=1)
    asked: list[str] = []

    def ask(envelope: object) -> str:
        if not asked:
            asked.append(put("sign-in"))
        elif len(mail_server.posts) > 2:
            return "421 4.3.2 down"
        return "250 OK"

    mail_server.handler.answers["DATA"] = ask
    mail_server.handler.answers["MAIL"] = lambda envelope: (
        "421 4.3.2 down" if len(mail_server.posts) > 2 else "250 OK"
    )
    sender.deliver_due()
    assert arrived(mail_server) == [flood[0], *asked, flood[1]]


def test_mail_of_an_earlier_version_leaves_before_confirmations(
    sender: Outbox, put: Put, store: Store, mail_server: MailServer
) -> None:
    """It has no priority; whatever it is, it is not the flood."""
    confirmation, notice, sign_in = put("withdrawn"), put("deal-notice"), put("sign-in")
    old = put("approved")
    with store.batch() as batch:
        mail = batch.get("mails", notice)
        assert mail is not None
        del mail["priority"]
        batch.replace("mails", mail, mail["version"])
        batch.remove("mails", old)
    sender.deliver_due()
    assert arrived(mail_server) == [sign_in, notice, confirmation]


def test_busy_or_not_a_sign_in_mail_leaves_at_once(
    sender: Outbox, put: Put, mail_server: MailServer, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests never end, and a confirmation waits for them to, for an hour: the sign-in mail does not."""
    monkeypatch.setattr(outbox, "MAIL_WAITS_SECONDS", 3600)
    with traffic.request():
        confirmation = put("withdrawn")
        sender.start()
        sign_in = put("sign-in")
        sender.wake()
        assert mail_server.handler.taken.acquire(timeout=LIMIT_SECONDS)
        assert arrived(mail_server) == [sign_in]
    assert mail_server.handler.taken.acquire(timeout=LIMIT_SECONDS)
    assert arrived(mail_server)[-1] == confirmation


def test_a_batch_lets_people_go_first_once(
    sender: Outbox, put: Put, mail_server: MailServer, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While requests never end, a batch leaves each time that the wait is over, not a mail."""
    waits: list[int] = []
    wait_for_calm = traffic.wait_for_calm

    def counted(at_most_seconds: float, unless: Callable[[], bool]) -> None:
        waits.append(len(mail_server.posts))
        wait_for_calm(0.01, unless)

    monkeypatch.setattr(traffic, "wait_for_calm", counted)
    for _ in range(2 * BATCH + 4):
        put("withdrawn")
    with traffic.request():
        sender.deliver_due()
    assert waits == [0, BATCH, 2 * BATCH]
    assert len(mail_server.posts) == 2 * BATCH + 4


def test_a_stop_does_not_wait_for_calm(
    sender: Outbox, put: Put, store: Store, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However busy the service is to the end."""
    monkeypatch.setattr(outbox, "MAIL_WAITS_SECONDS", 3600)
    id = put("withdrawn")
    with traffic.request():
        sender.start()
        assert sender.stop(LIMIT_SECONDS)
    mail = store.get("mails", id)
    assert mail is not None
    assert mail["state"] == "queued"
