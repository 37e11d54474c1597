"""A decision that does not arrive by mail becomes a task."""

from collections.abc import Callable

import pytest

from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.submissions.workflow import Action
from forms_service.mail.event_mails import queued_again
from forms_service.services import mail_followup
from forms_service.services.mail_followup import CAME_BACK, Resending
from tests.factories.jobs import ADVISOR, PEER, READER, JobsApp

OpenJobs = Callable[..., JobsApp]
SENDER = "advisor@partner.example"


@pytest.fixture
def jobs_app(open_jobs: OpenJobs) -> JobsApp:
    """A deal that Peer has approved."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    jobs_app.let_in(PEER)
    jobs_app.deal()
    jobs_app.do("DEAL-2222-2222", Action.TAKE, by=PEER)
    jobs_app.approve()
    return jobs_app


def remailing(jobs_app: JobsApp) -> Resending:
    return Resending(
        jobs_app.store, lambda: jobs_app.clock.now, lambda: jobs_app.program, wake_outbox=lambda: None
    )


def principal(email: str, role: str = "reviewer") -> Principal:
    return Principal("", email, UserKind.STAFF, role, "pl")


def test_it_is_told_to_whoever_took_it_once(jobs_app: JobsApp) -> None:
    """Also to those who read the summary only, and after a restart; it stands in the summary until done."""
    mail = jobs_app.mail("approved", "DEAL-2222-2222", SENDER, "dead")
    (task,) = mail_followup.tasks(jobs_app.store)
    assert (task.record["id"], task.mail["id"], task.phone) == ("DEAL-2222-2222", mail["id"], "")
    jobs_app.run()
    jobs_app.restart()
    jobs_app.run()
    assert [(each["to"], each["record"]) for each in jobs_app.mails("unreached")] == [
        (PEER, "DEAL-2222-2222")
    ]
    jobs_app.run("2026-11-24 07:00")
    assert jobs_app.mails("summary")[-1]["facts"]["unreached"] == 1
    assert remailing(jobs_app).settle(mail["id"], "phone", principal(PEER))
    assert mail_followup.tasks(jobs_app.store) == ()
    assert not remailing(jobs_app).settle(mail["id"], "phone", principal(ADVISOR))


def test_the_phone_of_the_sender_is_looked_up(jobs_app: JobsApp) -> None:
    contacts = [
        {"name": "Inna Osoba", "email": "inna@partner.example", "phone": "+48 11 111 11 11", "role": ""},
        {"name": "Advisor Sample", "email": SENDER, "phone": "+48 22 222 22 22", "role": ""},
    ]
    jobs_app.application(contacts=contacts)
    jobs_app.mail("approved", "DEAL-2222-2222", SENDER, "dead")
    assert mail_followup.tasks(jobs_app.store)[0].phone == "+48 22 222 22 22"


def test_a_mail_that_came_back_is_a_task_too(jobs_app: JobsApp) -> None:
    """Bounces reach a mailbox, so somebody has to say so."""
    mail = jobs_app.mail("approved", "DEAL-2222-2222", SENDER)
    assert mail_followup.tasks(jobs_app.store) == ()
    assert not remailing(jobs_app).came_back(mail["id"], principal(READER, "reader"))
    assert remailing(jobs_app).came_back(mail["id"], principal(PEER))
    assert [task.mail["problem"] for task in mail_followup.tasks(jobs_app.store)] == [CAME_BACK]
    assert not remailing(jobs_app).came_back(mail["id"], principal(PEER))
    jobs_app.run()
    assert [each["to"] for each in jobs_app.mails("unreached")] == [PEER]


def test_what_was_sent_again_is_another_mail(jobs_app: JobsApp) -> None:
    mail = jobs_app.mail("approved", "DEAL-2222-2222", SENDER, "dead")
    with jobs_app.store.batch() as batch:
        batch.add("mails", queued_again(mail, SENDER, PEER, jobs_app.clock.now))
    assert mail_followup.tasks(jobs_app.store) == ()


@pytest.mark.parametrize(
    ("template", "to", "state"),
    [
        ("approved", SENDER, "sent"),
        ("approved", SENDER, "queued"),
        ("deal-notice", "contact@vendor.example", "dead"),
        ("reminder", PEER, "dead"),
    ],
)
def test_what_is_none(jobs_app: JobsApp, template: str, to: str, state: str) -> None:
    jobs_app.mail(template, "DEAL-2222-2222", to, state)
    assert mail_followup.tasks(jobs_app.store) == ()


def test_before_there_is_a_decision_there_is_nothing_to_tell(open_jobs: OpenJobs) -> None:
    """A confirmation that did not arrive is seen at the submission; it promises nobody anything."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.deal()
    jobs_app.mail("deal-received", "DEAL-2222-2222", SENDER, "dead")
    jobs_app.run("2026-11-23 14:00")
    jobs_app.approve()
    assert mail_followup.tasks(jobs_app.store) == ()
