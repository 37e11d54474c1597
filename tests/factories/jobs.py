"""Jobs client: the scheduler on a real store, with users, submissions and a fake clock; without the web."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions.action_results import Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.workflow import Action, Role
from forms_service.jobs.scheduler import Scheduler
from forms_service.mail import event_mails
from forms_service.services.database import open_folder
from forms_service.services.user_repository import UserRepository
from forms_service.store.disk import Disk
from forms_service.store.store import Document
from partner_program.business_days import BusinessCalendar
from partner_program.model import Program
from tests.factories import submissions
from tests.factories.clock import WARSAW, FakeClock, warsaw

ADVISOR, PEER, READER, ADMIN = (f"{name}@vendor.example" for name in ("advisor", "peer", "reader", "admin"))


class JobsApp:
    """Scheduler, outbox and store of one test, without the web."""

    def __init__(self, data: Path, program: Program, now: str) -> None:
        self.data = data
        self.program = program
        self.clock = FakeClock(warsaw(now))
        self.woken = 0
        self.open()

    def open(self, disk: Disk | None = None) -> None:
        """Start the service on this data."""
        self.store = open_folder(self.data, disk=disk)
        self.register = UserRepository(self.store, clock=self.clock)
        self.scheduler = Scheduler(
            self.store, lambda: self.program, self.data, tidy=lambda: 0, wake_outbox=self._wake
        )

    def restart(self, disk: Disk | None = None) -> None:
        """End it and start it again."""
        self.store.close()
        self.open(disk)

    def _wake(self) -> None:
        self.woken += 1

    def run(self, now: str | datetime | None = None) -> datetime:
        """The jobs that are due at this moment; when the next one is."""
        if now is not None:
            self.clock.now = warsaw(now) if isinstance(now, str) else now
        return self.scheduler.run_due(self.clock.now)

    def hours(self, until: str) -> None:
        """The jobs every hour, up to this moment."""
        while self.clock.now < warsaw(until):
            self.run(self.clock.now + timedelta(hours=1))

    def days(self, number: int) -> None:
        """The jobs of so many mornings."""
        for _ in range(number):
            local = self.clock.now.astimezone(WARSAW).date() + timedelta(days=1)
            self.run(f"{local} 08:00")

    def let_in(self, address: str, role: str = "reviewer") -> Document:
        return self.register.add(UserKind.STAFF, address, role, by="test")

    def deal(self, reference: str = "DEAL-2222-2222", received: str = "", **said: Any) -> Document:
        """A deal registered at this moment (or now)."""
        when = warsaw(received) if received else self.clock.now
        record = submissions.deal(reference, when, **said)
        return self.keep({**record, "terms": [], "keys": []})

    def application(self, reference: str = "APP-2222-2222", received: str = "", **said: Any) -> Document:
        when = warsaw(received) if received else self.clock.now
        return self.keep({**submissions.application(reference, when, **said), "terms": [], "keys": []})

    def keep(self, record: Document) -> Document:
        with self.store.batch() as batch:
            return batch.add("records", record)

    def do(
        self, reference: str, action: Action, when: str = "", by: str = ADVISOR, **details: Any
    ) -> Document:
        """What staff (or the sender) do with it."""
        role = Role.SENDER if action in (Action.WITHDRAW, Action.ANSWER) else Role.STAFF
        actor = Actor(role, "" if role is Role.SENDER else by)
        with self.store.batch() as batch:
            record = batch.get("records", reference)
            assert record is not None
            after = apply(record, action, actor, warsaw(when) if when else self.clock.now, details)
            assert not isinstance(after, Refused), after
            return batch.replace("records", after, record["version"])

    def stop_clock(self, reference: str) -> None:
        """A question is asked now, under a program whose clock stands still meanwhile."""
        with self.store.batch() as batch:
            record = batch.get("records", reference)
            assert record is not None
            facts = {**record["deadline"], "pauses": [{"asked": stamp(self.clock.now), "answered": None}]}
            asked = {**record, "state": "waiting_for_answer", "decide_by": None, "deadline": facts}
            batch.replace("records", asked, record["version"])

    def approve(self, reference: str = "DEAL-2222-2222", when: str = "") -> Document:
        return self.do(
            reference, Action.APPROVE, when, benefit="discount", percent="10", product="Audyt chmury"
        )

    def approve_another(self, reference: str = "DEAL-7777-7777") -> Document:
        """One more deal, approved."""
        self.deal(reference)
        return self.approve(reference)

    def reject(self, reference: str = "DEAL-2222-2222", when: str = "") -> Document:
        return self.do(reference, Action.REJECT, when, reason="duplicate")

    def mail(self, template: str, reference: str, to: str, state: str = "sent", when: str = "") -> Document:
        """A mail about something, as it stands after it was tried."""
        now = warsaw(when) if when else self.clock.now
        document = event_mails.queued_mail(template, reference, to=to, lang="pl", now=now)
        sent_at = stamp(now) if state == "sent" else None
        with self.store.batch() as batch:
            return batch.add("mails", {**document, "state": state, "sent_at": sent_at})

    def mails(self, *templates: str) -> list[Document]:
        """All mails with one of these templates, the oldest first."""
        found = [each for each in self.store.all("mails") if each["template"] in templates]
        return sorted(found, key=lambda each: str(each["created_at"]))

    def told(self, *templates: str) -> list[tuple[str, str, str]]:
        """Day and hour in Warsaw, template, and to whom, of all such mails."""
        return [
            (f"{moment(each['created_at']).astimezone(WARSAW):%Y-%m-%d %H:%M}", each["template"], each["to"])
            for each in self.mails(*templates)
        ]

    def reminded(self) -> list[str]:
        """Times at which reminders were queued."""
        return [when for when, _, _ in self.told("reminder")]

    def record(self, reference: str = "DEAL-2222-2222") -> Document:
        found = self.store.get("records", reference)
        assert found is not None
        return found

    def references(self) -> set[str]:
        return {record["id"] for record in self.store.all("records")}

    def bytes_with(self, *words: str) -> list[str]:
        """Names of the files below the data folder that hold any of these words, in any case."""
        needles = [word.lower().encode() for word in words]
        return sorted(
            path.name
            for path in self.data.rglob("*")
            if path.is_file() and any(needle in path.read_bytes().lower() for needle in needles)
        )


def with_rule(program: Program, **changed: Any) -> Program:
    """The program with another rule for deals."""
    rule = program.deal_registration.model_copy(update=changed)
    return program.model_copy(update={"deal_registration": rule})


def calendar(program: Program) -> BusinessCalendar:
    return BusinessCalendar.of(program.deal_registration)


def only(mails: Iterable[Document], reference: str) -> list[Document]:
    return [mail for mail in mails if mail["record"] == reference]
