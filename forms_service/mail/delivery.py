"""One attempt at one mail, and what comes of it, as changes to the mail's document.

Logs hold ids, references and numbers; never an address, nor another server's words, which quote addresses.
"""

import logging
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forms_service.mail.errors import Deferred, Refused, Unreachable, UnsafeMail
from forms_service.mail.letters import Letter
from forms_service.mail.transport import Transport
from forms_service.mail.waits import BETWEEN_ATTEMPTS, GIVE_UP_AFTER_ATTEMPTS, Waits
from forms_service.moments import moment, stamp

Document = dict[str, Any]
Compose = Callable[[Mapping[str, Any], Mapping[str, Any] | None], Letter | None]
"""Mail document and its record, if there is one -> letter, or None where nothing is left to write about.
Raises UnsafeMail for what must never be sent."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Courier:
    """Takes one mail at a time to the transport."""

    transport: Transport
    compose: Compose
    waits: Waits = BETWEEN_ATTEMPTS
    chance: random.Random = field(default_factory=random.Random)

    def attempt(self, mail: Document, record: Document | None, now: datetime) -> Document:
        """Try it once; what changes in its document. `state` is among that: one of

        - `sent`: the transport took it, as a `file` or to a mail server;
        - `queued`: not now, again at `next_attempt_at`;
        - `dead`: not deliverable, people have to know;
        - `dropped`: it is of no use any more, nobody needs to know.

        Raises:
            Unreachable: no mail can be handed over now; nothing changes in this one.
        """
        if mail["expires_at"] and moment(mail["expires_at"]) <= now:
            return self._dropped(mail, "it expired before it could be sent")
        try:
            letter = self.compose(mail, record)
            if letter is None:
                return self._dropped(mail, "what it is about is gone")
            self.transport.send(letter)
        except (UnsafeMail, Refused) as error:
            return self._dead(mail, str(error), error.code or type(error).__name__)
        except Deferred as error:
            return self._later(mail, now, str(error), error.code or "broken line")
        except Unreachable:
            raise
        except Exception as error:  # one mail that we cannot compose must not hold up the next
            return self._later(mail, now, f"we cannot compose it: {type(error).__name__}", mistake(error))
        _log.info("mail sent", extra=_about(mail))
        return {
            "state": "sent",
            "attempts": mail["attempts"] + 1,
            "problem": None,
            "sent_at": stamp(now),
            "file": self.transport.keeps_files,
        }

    def _later(self, mail: Document, now: datetime, problem: str, loggable: object) -> Document:
        attempts = mail["attempts"] + 1
        if attempts >= GIVE_UP_AFTER_ATTEMPTS:
            return self._dead(mail, problem, loggable)
        wait = self.waits.after(attempts, self.chance)
        _log.warning("mail put off", extra=_about(mail) | {"reason": loggable, "seconds": wait.seconds})
        return {
            "state": "queued",
            "attempts": attempts,
            "problem": problem,
            "next_attempt_at": stamp(now + wait),
        }

    def _dead(self, mail: Document, problem: str, loggable: object) -> Document:
        _log.error("mail cannot be delivered", extra=_about(mail) | {"reason": loggable})
        return {"state": "dead", "attempts": mail["attempts"] + 1, "problem": problem}

    def _dropped(self, mail: Document, problem: str) -> Document:
        _log.info("mail dropped", extra=_about(mail) | {"reason": problem})
        return {"state": "dropped", "problem": problem}


def mistake(error: Exception) -> str:
    """Which mistake of ours, and where: without its message, which may hold what a person wrote."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno} of {last.filename}"


def _about(mail: Document) -> dict[str, object]:
    return {"mail": mail["id"], "record": mail["record"], "attempt": mail["attempts"] + 1}
