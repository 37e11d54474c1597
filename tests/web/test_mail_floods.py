"""H3: whoever sends many forms makes us write few mails, to whomever they name; nothing is left untold."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_service.app import service_of
from forms_service.domain.auth.roles import ROLES, UserKind
from forms_service.domain.auth.users import new_person
from forms_service.domain.clock import stamp
from forms_service.domain.submissions.workflow import Action
from forms_service.services.mail_digests import NAMED, TO_KNOWN, TO_STRANGERS
from forms_service.web.context import Service
from tests.factories.clock import FakeClock
from tests.mail.conftest import MailServer, Post
from tests.web.conftest import records
from tests.web.test_sender_side import ADVISOR

HOUR = timedelta(hours=1)
VICTIM = "victim@example.net"
SOON = "There are several confirmations to victim@example.net within an hour already."

Flood = Callable[..., list[str]]
MakeApp = Callable[..., Flask]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    opened = MailServer()
    yield opened
    opened.close()


@pytest.fixture
def app(make_app: MakeApp, mail_server: MailServer) -> Flask:
    """With limits, which no client of these tests meets."""
    return make_app(RATE_LIMIT="10000 per minute", MAIL_URL=mail_server.url)


@pytest.fixture
def flood(client: FlaskClient, deal: dict[str, str]) -> Flood:
    """Send deals that differ, in English; returns the addresses of their status pages."""
    numbers = iter(range(10_000))

    def send(times: int, **said: str) -> list[str]:
        sent = []
        for _ in range(times):
            number = next(numbers)
            form = deal | {"customer_name": f"Customer {number}", "partner_email": VICTIM}
            each = {name: text.format(number) for name, text in said.items()}
            sent.append(client.post("/en/register-deal/", data=form | each).headers["Location"])
        return sent

    return send


def delivered(service: Service, mail_server: MailServer) -> list[Post]:
    """What the mail server takes now."""
    before = len(mail_server.posts)
    service.outbox.deliver_due()
    return mail_server.posts[before:]


def text(post: Post) -> str:
    message = cast(EmailMessage, message_from_bytes(post.data, policy=policy.default))
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def to(address: str, posts: list[Post]) -> list[Post]:
    return [post for post in posts if post.recipients == [address]]


def test_a_stranger_gets_few_confirmations_and_one_digest(
    client: FlaskClient, service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood
) -> None:
    """What the others would have said is in the digest, an hour later, and on each status page at once."""
    links = flood(12)
    pages = [client.get(link).text for link in links]
    assert [SOON in page for page in pages] == [False] * TO_STRANGERS + [True] * (12 - TO_STRANGERS)
    assert all("We will send a confirmation to" in page for page in pages[:TO_STRANGERS])
    assert len(to(VICTIM, delivered(service, mail_server))) == TO_STRANGERS
    clock.forward(hours=1, seconds=-1)
    assert to(VICTIM, delivered(service, mail_server)) == []
    clock.forward(seconds=1)
    (digest,) = to(VICTIM, delivered(service, mail_server))
    told = text(digest)
    for number, link in enumerate(links):
        assert (link in told) == (number >= TO_STRANGERS)
    assert "Decision by:" in told
    assert "Customer" not in told
    assert delivered(service, mail_server) == []


def test_what_is_withdrawn_counts_too(
    client: FlaskClient, service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood
) -> None:
    """Sending and withdrawing in turn is no way around."""
    for _ in range(6):
        (link,) = flood(1)
        client.post(link, data={"action": "withdraw", "confirmed": "y"})
    assert len(to(VICTIM, delivered(service, mail_server))) == TO_STRANGERS
    clock.forward(hours=1)
    (digest,) = to(VICTIM, delivered(service, mail_server))
    assert text(digest).count("Withdrawn, as you asked") == 4
    assert text(digest).count("We have your deal registration") == 3


def test_corrections_to_an_address_count_too(
    client: FlaskClient, deal: dict[str, str], service: Service, mail_server: MailServer, flood: Flood
) -> None:
    """Each new address of a submission gets its confirmation: an address that comes and goes gets few."""
    (link,) = flood(1)
    for number in range(8):
        form = deal | {"action": "correct", "confirmed": "y", "seen": str(2 * number)}
        client.post(link, data=form | {"partner_email": f"other{number}@example.net"})
        client.post(link, data=form | {"partner_email": VICTIM, "seen": str(2 * number + 1)})
    assert len(to(VICTIM, delivered(service, mail_server))) == TO_STRANGERS


@pytest.mark.parametrize("kind", list(UserKind))
def test_whoever_has_signed_in_gets_their_confirmations(
    service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood, kind: UserKind
) -> None:
    """The address is theirs. There is a bound for them, too."""
    person = new_person(kind, VICTIM, next(iter(ROLES[kind])), at=clock(), by="command line")
    with service.store.batch() as batch:
        batch.add("people", {**person, "signed_in_at": stamp(clock())})
    flood(TO_KNOWN + 10)
    assert len(to(VICTIM, delivered(service, mail_server))) == TO_KNOWN + TO_STRANGERS
    clock.forward(hours=1)
    assert len(to(VICTIM, delivered(service, mail_server))) == 1


def test_the_vendor_gets_few_notices_and_one_digest(
    service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood
) -> None:
    """Whatever addresses the flood names; the digest says what came and leads to the desk."""
    flood(TO_KNOWN + 10, partner_email="{}@example.net")
    posts = delivered(service, mail_server)
    contact = service.site.current().program.contact.email
    count = Counter(post.recipients[0] for post in posts)
    assert count.pop(contact) == TO_KNOWN
    assert set(count.values()) == {1}
    clock.forward(hours=1)
    (digest,) = delivered(service, mail_server)
    late = records(service)[TO_KNOWN:]
    assert len(late) == 10
    for record in late:
        assert f"/desk/submissions/{record['id']}" in text(digest)
        assert record["said"]["customer_name"] in text(digest)
    assert "/status/" not in text(digest)


def test_a_partners_contact_gets_few_copies(
    client: FlaskClient,
    application: dict[str, str],
    service: Service,
    clock: FakeClock,
    mail_server: MailServer,
    flood: Flood,
) -> None:
    """Of what strangers register in its name: they leave the contact no key to any of it."""
    client.post("/apply/", data=application)
    (record,) = records(service, "application")
    service.decisions.act(record["id"], Action.PRE_ACCEPT, ADVISOR, seen=1)
    delivered(service, mail_server)
    flood(12)
    copies = to("contact@example.com", delivered(service, mail_server))
    assert 0 < len(copies) <= TO_STRANGERS
    clock.forward(hours=1)
    (digest,) = to("contact@example.com", delivered(service, mail_server))
    assert text(digest).count(VICTIM) == 12 - len(copies)
    assert "/status/" not in text(digest)
    assert "Customer" not in text(digest)


def test_a_digest_has_an_end(
    service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood
) -> None:
    """It names some and counts the others, however long the flood lasts."""
    flood(TO_STRANGERS + NAMED + 7)
    clock.forward(hours=1)
    told = text(to(VICTIM, delivered(service, mail_server))[-1])
    assert told.count("/status/") == NAMED
    assert "How many: 7" in told


def test_what_comes_when_a_digest_is_about_to_leave_is_in_the_next(
    service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood
) -> None:
    """It may be on its way already; nothing is added then, and nothing is lost."""
    flood(TO_STRANGERS + 1)
    clock.forward(hours=1, seconds=-30)
    (late,) = flood(1)
    clock.forward(seconds=30)
    assert late not in "".join(map(text, to(VICTIM, delivered(service, mail_server))))
    clock.forward(hours=1)
    (digest,) = to(VICTIM, delivered(service, mail_server))
    assert late in text(digest)


def test_where_nothing_is_limited_every_mail_goes(
    make_app: MakeApp, mail_server: MailServer, deal: dict[str, str]
) -> None:
    """`RATE_LIMIT=off`."""
    app = make_app(MAIL_URL=mail_server.url)
    client = app.test_client()
    for number in range(TO_KNOWN + TO_STRANGERS + 1):
        client.post("/register-deal/", data=deal | {"customer_name": f"Customer {number}"})
    posts = delivered(service_of(app), mail_server)
    assert len(to("partner@example.com", posts)) == TO_KNOWN + TO_STRANGERS + 1


def test_nothing_of_an_erased_submission_is_in_a_digest(
    service: Service, clock: FakeClock, mail_server: MailServer, flood: Flood
) -> None:
    """Nor is there a digest about nothing."""
    flood(TO_STRANGERS + 1)
    record: dict[str, Any] = records(service)[-1]
    with service.store.batch() as batch:
        batch.remove("records", record["id"])
    delivered(service, mail_server)
    clock.forward(hours=1)
    assert to(VICTIM, delivered(service, mail_server)) == []
