"""A process that delivers the mails of a data folder and is killed at a chosen moment.

`python crashing.py JOURNAL PROGRAM_JSON PORT MOMENT` with MOMENT: `before` the first letter is handed over,
`after` it was taken, or `later`: when the first is marked as sent and the second is about to be handed over.
"""

import os
import signal
import sys
from pathlib import Path

from forms_service.mail.composer import Composer
from forms_service.mail.message import Message
from forms_service.mail.outbox import MailSender, Outbox
from forms_service.mail.sender_context import SenderContext
from forms_service.mail.smtp import SmtpTransport
from forms_service.services.clock_guard import system_clock
from forms_service.services.tables import TABLES
from forms_service.store.store import Store
from partner_program.model import Program


class Killing(SmtpTransport):
    """Ends its own process without a word, as a power cut or the kernel does."""

    def __init__(self, port: int, moment: str) -> None:
        super().__init__("127.0.0.1", port)
        self.moment = moment
        self.number = 0

    def send(self, letter: Message) -> None:
        self.number += 1
        if self.moment == "before" or (self.moment == "later" and self.number == 2):
            os.kill(os.getpid(), signal.SIGKILL)
        super().send(letter)
        if self.moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)


def main(journal: str, program_json: str, port: str, moment: str) -> None:
    program = Program.model_validate_json(Path(program_json).read_bytes())
    compose = Composer(
        lambda: program, SenderContext(lambda record: "https://partners.example.com/status/EXAMPLE")
    )
    courier = MailSender(Killing(int(port), moment), compose)
    Outbox(Store(Path(journal), tables=TABLES), courier, clock=system_clock).deliver_due()


if __name__ == "__main__":
    main(*sys.argv[1:])
