"""A decision that does not arrive by mail becomes a task."""

from collections.abc import Callable

import pytest

from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.submissions.workflow import Action
from forms_service.mail.queue import once_more
from forms_service.services import mail_followup
from forms_service.services.mail_followup import CAME_BACK, Resending
from tests.factories.jobs import ADVISOR, PEER, READER, Office

OpenOffice = Callable[..., Office]
SENDER = "advisor@partner.example"


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    """A deal that Peer has approved."""
    office = open_office("2026-11-23 12:00")
    office.let_in(ADVISOR)
    office.let_in(PEER)
    office.deal()
    office.do("DEAL-2222-2222", Action.TAKE, by=PEER)
    office.approve()
    return office


def remailing(office: Office) -> Resending:
    return Resending(office.store, lambda: office.now, lambda: office.program, mail_is_owed=lambda: None)


def principal(email: str, role: str = "reviewer") -> Principal:
    return Principal("", email, UserKind.STAFF, role, "pl")


def test_it_is_told_to_whoever_took_it_once(office: Office) -> None:
    """Also to those who read the summary only, and after a restart; it stands in the summary until done."""
    mail = office.mail("approved", "DEAL-2222-2222", SENDER, "dead")
    (task,) = mail_followup.tasks(office.store)
    assert (task.record["id"], task.mail["id"], task.phone) == ("DEAL-2222-2222", mail["id"], "")
    office.run()
    office.restart()
    office.run()
    assert [(each["to"], each["record"]) for each in office.mails("unreached")] == [(PEER, "DEAL-2222-2222")]
    office.run("2026-11-24 07:00")
    assert office.mails("summary")[-1]["facts"]["unreached"] == 1
    assert remailing(office).settle(mail["id"], principal(PEER))
    assert mail_followup.tasks(office.store) == ()
    assert not remailing(office).settle(mail["id"], principal(ADVISOR))


def test_the_phone_of_the_sender_is_looked_up(office: Office) -> None:
    contacts = [
        {"name": "Inna Osoba", "email": "inna@partner.example", "phone": "+48 11 111 11 11", "role": ""},
        {"name": "Advisor Sample", "email": SENDER, "phone": "+48 22 222 22 22", "role": ""},
    ]
    office.application(contacts=contacts)
    office.mail("approved", "DEAL-2222-2222", SENDER, "dead")
    assert mail_followup.tasks(office.store)[0].phone == "+48 22 222 22 22"


def test_a_mail_that_came_back_is_a_task_too(office: Office) -> None:
    """Bounces reach a mailbox, so somebody has to say so."""
    mail = office.mail("approved", "DEAL-2222-2222", SENDER)
    assert mail_followup.tasks(office.store) == ()
    assert not remailing(office).came_back(mail["id"], principal(READER, "reader"))
    assert remailing(office).came_back(mail["id"], principal(PEER))
    assert [task.mail["problem"] for task in mail_followup.tasks(office.store)] == [CAME_BACK]
    assert not remailing(office).came_back(mail["id"], principal(PEER))
    office.run()
    assert [each["to"] for each in office.mails("unreached")] == [PEER]


def test_what_was_sent_again_is_another_mail(office: Office) -> None:
    mail = office.mail("approved", "DEAL-2222-2222", SENDER, "dead")
    with office.store.batch() as batch:
        batch.add("mails", once_more(mail, SENDER, PEER, office.now))
    assert mail_followup.tasks(office.store) == ()


@pytest.mark.parametrize(
    ("template", "to", "state"),
    [
        ("approved", SENDER, "sent"),
        ("approved", SENDER, "queued"),
        ("deal-notice", "contact@vendor.example", "dead"),
        ("reminder", PEER, "dead"),
    ],
)
def test_what_is_none(office: Office, template: str, to: str, state: str) -> None:
    office.mail(template, "DEAL-2222-2222", to, state)
    assert mail_followup.tasks(office.store) == ()


def test_before_there_is_a_decision_there_is_nothing_to_tell(open_office: OpenOffice) -> None:
    """A confirmation that did not arrive is seen at the submission; it promises nobody anything."""
    office = open_office("2026-11-23 12:00")
    office.deal()
    office.mail("deal-received", "DEAL-2222-2222", SENDER, "dead")
    office.run("2026-11-23 14:00")
    office.approve()
    assert mail_followup.tasks(office.store) == ()
