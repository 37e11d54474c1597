"""Mail digests: mails to one address beyond a rate limit are combined into one, an hour later.

What strangers send makes us write to whomever they name, to partners and to the vendor. Each change is part
of its caller's batch, so that nothing is told twice or not at all.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.users import normalised
from forms_service.domain.clock import moment
from forms_service.domain.table_names import MAILS, PARTNERS
from forms_service.mail.digests import DIGEST
from forms_service.mail.event_mails import NO_RECORD, queued_mail
from forms_service.mail.for_senders import COPY
from forms_service.mail.priority import Priority
from forms_service.services.rate_limiter import RateLimiter
from forms_service.services.user_repository import known
from forms_service.store.store import Batch, Document

WITHIN = timedelta(hours=1)
"""The time that both limits count in, and that a digest waits for more."""
TO_STRANGERS = 5
"""Mails to an address nobody verified, and copies to a partner's contact."""
TO_KNOWN = 30
"""Notices to the vendor, and confirmations to people who sign in."""
NAMED = 50
"""So many are named in a digest; the others are counted."""

_CLOSES_BEFORE = timedelta(minutes=1)
"""So long before it is due nothing is added to a digest: it may be on its way."""
_MOST_OPEN = 10_000


class Digests:
    """Queues mails, those beyond the limits as digests. `limited`: whether anything is counted."""

    def __init__(self, *, limited: bool = True) -> None:
        self._to_strangers = RateLimiter(TO_STRANGERS if limited else None, WITHIN)
        self._to_known = RateLimiter(TO_KNOWN if limited else None, WITHIN)
        self._open: dict[str, str] = {}
        """The digest of each address that was opened last. Only read and written inside a batch."""

    def one_use(self) -> "DigestsOfOneUse":
        """For one use case: made before its transaction, so that a mail counts once however often it runs."""
        return DigestsOfOneUse(self)

    def queue(
        self, batch: Batch, mails: Iterable[Document], now: datetime, decided: dict[tuple[str, str], bool]
    ) -> Mapping[str, str]:
        """Queue these mails in the batch. `decided`: whether those of a template to an address can go.

        Returns: of each that a digest tells of instead, its template -> when the digest is due (a stamp).
        """
        late = {}
        for mail in mails:
            key = str(mail["template"]), str(mail["to"])
            if key not in decided:
                decided[key] = self._is_within(batch, mail)
            if decided[key]:
                batch.add(MAILS, mail)
            else:
                late[str(mail["template"])] = self._add(batch, mail, now)
        return late

    def _is_within(self, batch: Batch, mail: Document) -> bool:
        """Whether a mail can go by itself. A decision or an answer always does."""
        address = mail["to"].casefold()
        if mail["priority"] < Priority.CONFIRMATION:
            return True
        if mail["priority"] == Priority.NOTICE and mail["template"] != COPY:
            return self._to_known.take(address)
        if self._to_strangers.take(address):
            return True
        return mail["template"] != COPY and is_known(batch, mail["to"]) and self._to_known.take(address)

    def _add(self, batch: Batch, mail: Document, now: datetime) -> str:
        """Tell of a mail in the digest of its address instead; when that is due."""
        entry = {"template": mail["template"], "record": mail["record"], "at": mail["about"]}
        digest = self._open_digest(batch, mail["to"], now)
        if digest is None:
            facts = {"told": [entry], "more": 0}
            due = now + WITHIN
            digest = queued_mail(DIGEST, NO_RECORD, to=mail["to"], lang=mail["lang"], now=due, facts=facts)
            batch.add(MAILS, digest)
            self._remember(mail["to"], digest["id"])
        else:
            told, more = digest["facts"]["told"], digest["facts"]["more"]
            facts = {"told": told, "more": more + 1}
            if len(told) < NAMED:
                facts = {"told": [*told, entry], "more": more}
            batch.replace(MAILS, {**digest, "facts": facts}, digest["version"])
        return str(digest["next_attempt_at"])

    def _open_digest(self, batch: Batch, address: str, now: datetime) -> Document | None:
        """The digest of this address that more can be added to."""
        digest = batch.get(MAILS, self._open.get(address.casefold(), ""))
        if digest is None or digest["state"] != "queued" or digest["attempts"]:
            return None
        left = moment(digest["next_attempt_at"]) - now
        return digest if _CLOSES_BEFORE < left <= WITHIN else None

    def _remember(self, address: str, digest: str) -> None:
        if len(self._open) >= _MOST_OPEN:
            self._open.clear()
        self._open[address.casefold()] = digest


class DigestsOfOneUse:
    """Queue of the mails of one use case."""

    def __init__(self, digests: Digests) -> None:
        self._digests = digests
        self._decided: dict[tuple[str, str], bool] = {}

    def queue(self, batch: Batch, mails: Iterable[Document], now: datetime) -> Mapping[str, str]:
        """As `Digests.queue`."""
        return self._digests.queue(batch, mails, now, self._decided)


def is_known(batch: Batch, address: str) -> bool:
    """Whether an address is verified, or a partner vouches for it: its owner has
    signed in, or may sign in for a partner."""
    try:
        email = normalised(address)
    except NotAnAddress:
        return False
    people = (known(batch, kind, email) for kind in UserKind)
    if any(person and person["signed_in_at"] for person in people):
        return True
    return batch.how_many(PARTNERS, "member", address.casefold()) > 0
