"""M3: the process dies around a delivery: nothing is lost, at most one mail comes twice, the same."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from forms_service.mail import event_mails, mail_examples
from forms_service.mail.composer import Composer
from forms_service.mail.outbox import MailSender, Outbox
from forms_service.mail.sender_context import SenderContext
from forms_service.mail.smtp import SmtpTransport
from forms_service.services.clock_guard import system_clock
from forms_service.services.tables import TABLES
from forms_service.store.store import Store
from partner_program.model import Program
from tests.factories.storage import file_of
from tests.mail.conftest import MailServer


@pytest.mark.parametrize(
    ("moment", "handed_over", "twice"), [("before", 0, 0), ("after", 1, 1), ("later", 1, 0)]
)
def test_killed_around_a_delivery(
    tmp_path: Path, mail_server: MailServer, program: Program, moment: str, handed_over: int, twice: int
) -> None:
    """Killed for real, with a real server; the next start delivers what is left."""
    journal, published = file_of(tmp_path / "data"), tmp_path / "program.json"
    published.write_text(program.model_dump_json())
    record = mail_examples.deal("en")
    mails = event_mails.received(record, program, system_clock())
    store = Store(journal, tables=TABLES)
    with store.batch() as batch:
        batch.add("records", record)
        for mail in mails:
            batch.add("mails", mail)
    store.close()

    script = Path(__file__).with_name("crashing.py")
    killed = subprocess.run([sys.executable, script, journal, published, str(mail_server.port), moment])
    assert killed.returncode == -signal.SIGKILL
    assert len(mail_server.posts) == handed_over

    store = Store(journal, tables=TABLES)
    compose = Composer(
        lambda: program, SenderContext(lambda record: "https://partners.example.com/status/EXAMPLE")
    )
    courier = MailSender(SmtpTransport("127.0.0.1", mail_server.port), compose)
    Outbox(store, courier, clock=system_clock).deliver_due()
    assert store.find("mails", "state", "queued") == []
    store.close()
    arrived = Counter(post.data for post in mail_server.posts)
    assert len(arrived) == len(mails)
    assert all(any(mail["id"].encode() in data for data in arrived) for mail in mails)
    assert sorted(arrived.values()) == [1, 1 + twice]
