"""Whatever the mail server does, each mail arrives, at its reader, with nothing of anybody else."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.smtp import Envelope

from tests.factories.desk import DeskApp
from tests.mail.conftest import MailServer, Post

PEOPLE = ["Albatros", "Bocian", "Czapla", "Dudek", "Gil"]
"""A partner each; their name is in their address and in all that is said to them."""


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    opened = MailServer()
    yield opened
    opened.close()


def moody(server: MailServer, chance: random.Random) -> Callable[[Envelope], str]:
    """Takes a letter, puts it off, dies before it took it, or after: nobody knows then whether it did."""

    def answer(envelope: Envelope) -> str:
        mood = chance.choice(["250 OK", "250 OK", "451 4.3.0 later", "die", "die after"])
        if mood != "die after":
            return mood
        content = cast(bytes, envelope.content)
        server.posts.append(Post(envelope.mail_from or "", [*envelope.rcpt_tos], content))
        return "die"

    return answer


@pytest.mark.parametrize("seed", range(3))
def test_each_mail_arrives_and_none_tells_of_others(
    open_desk: Callable[..., DeskApp], mail_server: MailServer, seed: int
) -> None:
    """Registered, asked, decided while the server is in all its moods; the same Message-ID each time."""
    desk_app = open_desk(MAIL_URL=f"{mail_server.url}?starttls=off")
    chance, browser = random.Random(seed), desk_app.browser()
    mail_server.handler.answers["DATA"] = moody(mail_server, chance)
    mail_server.handler.answers["RCPT"] = lambda envelope: chance.choice(["250 OK"] * 5 + ["450 4.2.1 later"])
    for name in PEOPLE:
        reference = desk_app.deal(
            partner_email=address(name), customer_name=f"Customer of {name}", product=name
        )
        for action, fields in steps(chance, name):
            desk_app.do(browser, reference, action, **fields)
        desk_app.service.outbox.deliver_due()
    store = desk_app.service.store
    for _ in range(400):
        if not store.find("mails", "state", "queued"):
            break
        desk_app.clock.forward(hours=2)
        desk_app.service.outbox.deliver_due()

    posts: dict[str, list[Post]] = defaultdict(list)
    for post in mail_server.posts:
        posts[str(letter(post)["Message-ID"])].append(post)
    mails = [mail for mail in store.all("mails") if mail["template"] != "sign-in"]
    assert {mail["state"] for mail in mails} == {"sent"}
    assert len(posts) == len(mails) >= 3 * len(PEOPLE)
    for mail in mails:
        (of_this,) = [found for message_id, found in posts.items() if mail["id"] in message_id]
        assert {(*post.recipients, post.data) for post in of_this} == {(mail["to"], of_this[0].data)}
    for post in mail_server.posts:
        (recipient,) = post.recipients
        said = text(letter(post))
        for name in PEOPLE:
            if recipient.endswith("@partner.example") and recipient != address(name):
                assert name not in said


def test_what_cannot_be_delivered_goes_where_it_is_read(
    open_desk: Callable[..., DeskApp], mail_server: MailServer
) -> None:
    """L6: `MAIL_BOUNCES_TO` is the envelope sender of every mail."""
    desk_app = open_desk(MAIL_URL=mail_server.url, MAIL_BOUNCES_TO="bounces@mail.example.com")
    desk_app.deal()
    desk_app.service.outbox.deliver_due()
    assert {post.sender for post in mail_server.posts} == {"bounces@mail.example.com"}


def steps(chance: random.Random, name: str) -> list[tuple[str, dict[str, str]]]:
    """What staff do to the deal of this partner."""
    terms = {"benefit": "commission", "percent": "10", "product": name, "text": f"Good luck, {name}"}
    return chance.choice(
        [
            [("take", {}), ("ask", {"text": f"Since when, {name}?"})],
            [("approve", terms)],
            [("reject", {"reason": "outside-offer", "text": f"Sorry, {name}"}), ("reopen", {"reason": "x"})],
        ]
    )


def address(name: str) -> str:
    return f"{name.casefold()}@partner.example"


def letter(post: Post) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(post.data, policy=policy.default))


def text(message: EmailMessage) -> str:
    """All that a person reads in it."""
    parts: list[Any] = [
        part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
    ]
    return " ".join([str(message["Subject"]), *map(str, parts)])
