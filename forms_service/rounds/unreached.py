"""Tell of each decision that has to be brought to the person otherwise than by mail."""

from datetime import datetime

from forms_service.cases import reaching
from forms_service.mail.staff_letters import UNREACHED
from forms_service.rounds import marks, readers
from forms_service.rounds.readers import Mailing
from forms_service.store.records import Store
from partner_program.model import Program


def tell(store: Store, program: Program, now: datetime) -> int:
    """Owe a mail about each new task to whoever took the submission, or everybody; how many tasks."""
    told = 0
    for task in reaching.tasks(store):
        key = f"unreached/{task.mail['id']}"
        if marks.is_made(store, key):
            continue
        mailing = Mailing(UNREACHED, task.record["id"])
        with store.batch() as batch:
            if marks.make(batch, key, now):
                readers.add_mails(batch, mailing, readers.to_tell(batch, task.record), program, now)
                told += 1
    return told
