"""The sender learns nothing of what only the desk may know: the same answers and mails, byte by byte."""

import re
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_service.app import service_of
from forms_service.domain.submissions.action_results import Done
from forms_service.domain.submissions.workflow import Action
from forms_service.web.context import Service
from tests.mail.conftest import MailServer
from tests.web.conftest import records
from tests.web.test_sender_side import ADVISOR

MakeApp = Callable[..., Flask]
PAGES = {"deal": "register-deal", "application": "apply"}
_REFERENCE = re.compile(r"(DEAL|APP)-[0-9A-Z]{4}-[0-9A-Z]{4}")
_TOKEN = re.compile(r"/status/[\w-]+")
_OWN_HEADERS = frozenset({"Message-ID", "Content-Type", "X-Request-ID"})


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    opened = MailServer()
    yield opened
    opened.close()


@pytest.fixture
def two_apps(make_app: MakeApp, mail_server: MailServer, tmp_path: Path) -> list[Flask]:
    """Two services at the same moment, each with data of its own."""
    return [make_app(DATA_DIR=str(tmp_path / name), MAIL_URL=mail_server.url) for name in ("one", "two")]


def alike(text: str) -> str:
    """Without what two submissions never share."""
    return _TOKEN.sub("/status/TOKEN", _REFERENCE.sub("REFERENCE", text))


def sent(client: FlaskClient, address: str, form: dict[str, str]) -> list[Any]:
    """The answer to a form and to a look at its status page: status, headers, body."""
    answer = client.post(address, data=form)
    page = client.get(answer.location)
    return [(each.status, headers(each.headers.items()), alike(each.text)) for each in (answer, page)]


def headers(found: Iterable[tuple[str, str]]) -> list[str]:
    return [alike(f"{name}: {value}") for name, value in found if name not in _OWN_HEADERS]


def told(service: Service, mail_server: MailServer, address: str) -> list[tuple[list[str], list[str]]]:
    """Every mail to an address that is sent now: headers and texts."""
    before = len(mail_server.posts)
    service.outbox.deliver_due()
    mails = [
        message_from_bytes(post.data, policy=policy.default)
        for post in mail_server.posts[before:]
        if post.recipients == [address]
    ]
    return sorted(
        (
            headers(mail.items()),
            [alike(str(part.get_content())) for part in mail.walk() if part.get_content_maintype() == "text"],
        )
        for mail in mails
    )


def do(service: Service, kind: str, action: Action) -> None:
    record = records(service, kind)[-1]
    outcome = service.decisions.act(record["id"], action, ADVISOR, seen=len(record["history"]))
    assert isinstance(outcome, Done), outcome


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("kind", PAGES)
def test_a_caught_form_is_answered_like_any_other(
    request: pytest.FixtureRequest, two_apps: list[Flask], mail_server: MailServer, kind: str, lang: str
) -> None:
    """Nothing promised is untrue meanwhile; put into the queue, it gets the very mail of any other."""
    form, address = request.getfixturevalue(kind), f"{lang}/{PAGES[kind]}/"
    to = form.get("partner_email") or form["contacts-0-email"]
    plain, caught = two_apps
    answers = sent(plain.test_client(), address, form)
    assert sent(caught.test_client(), address, form | {"subject": "Ms"}) == answers
    assert records(service_of(caught), kind)[0]["trapped"]
    assert told(service_of(caught), mail_server, to) == []
    do(service_of(caught), kind, Action.RELEASE)
    confirmation = told(service_of(plain), mail_server, to)
    assert len(confirmation) == 1
    assert told(service_of(caught), mail_server, to) == confirmation


def test_a_known_company_is_answered_like_any_other(
    two_apps: list[Flask], application: dict[str, str], mail_server: MailServer
) -> None:
    """Also when it is pre-accepted and joins the partner: the same mail, the same page."""
    to = "second@elsewhere.example"
    second = application | {"contacts-0-email": to, "contacts-0-name": "Second Contact"}
    unknown, partner = two_apps
    partner.test_client().post("/en/apply/", data=application)
    do(service_of(partner), "application", Action.PRE_ACCEPT)
    service_of(partner).outbox.deliver_due()
    clients = [each.test_client() for each in (unknown, partner)]
    assert sent(clients[1], "/en/apply/", second) == sent(clients[0], "/en/apply/", second)
    received = [told(service_of(each), mail_server, to) for each in (unknown, partner)]
    assert received[0] == received[1] != []
    for each in (unknown, partner):
        do(service_of(each), "application", Action.PRE_ACCEPT)
    assert len(list(service_of(partner).store.all("partners"))) == 1
    made, joined = (told(service_of(each), mail_server, to) for each in (unknown, partner))
    assert len(joined) == 1
    assert joined[0] in made
