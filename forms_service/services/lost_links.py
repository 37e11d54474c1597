"""Lost status links: mail them again to the address they belong to. Tells nobody whether there are any."""

from collections.abc import Callable
from datetime import timedelta

from forms_service.domain.clock import Clock, moment
from forms_service.domain.references import StatusTokens, token_hash
from forms_service.domain.submissions import sender_identity
from forms_service.domain.submissions.submission import Submission, parse_all
from forms_service.domain.submissions.workflow import OPEN
from forms_service.domain.table_names import MAILS, RECORDS
from forms_service.mail import event_mails
from forms_service.services.rate_limiter import RateLimiter
from forms_service.store.store import Batch, ReadStore, Store, transactional
from partner_program.model import Language

RECENT = timedelta(days=90)
"""What was closed longer ago is not told of."""
MOST = 20
"""Submissions in one mail, the newest."""
ASKS, WITHIN = 3, timedelta(hours=1)
"""So often one address is written to."""

_LOOKED_AT = 500


class LostLinks:
    """Use case of lost links, and the query for their mail."""

    def __init__(
        self,
        store: Store,
        tokens: StatusTokens,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None] = lambda: None,
        asks: RateLimiter | None = None,
    ) -> None:
        """`asks` limits how often one address is written to; ASKS times WITHIN unless given."""
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._asks = asks or RateLimiter(ASKS, WITHIN)

    def ask(self, address: str, language: Language) -> None:
        """Queue a mail with the status links of this address.

        It is owed to every address alike, and dropped when it is to be written and there is nothing to write:
        so nothing that takes longer, and nothing on disk, tells an address that we know from another.

        Raises:
            StoreUnavailable: nothing was owed; for every address alike.
        """
        if not self._asks.take(address.casefold()):
            return
        self._owe_mail(address, language)
        self._wake_outbox()

    @transactional
    def _owe_mail(self, address: str, language: Language) -> None:
        with self._store.batch() as batch:
            for record in self._found(batch, address):
                self._give_a_link(batch, record)
            batch.add(MAILS, event_mails.lost_link(address, language, self._clock()))

    def sent_from(self, address: str) -> list[Submission]:
        """Submissions of this address that are open or were closed lately, the newest first."""
        return self._found(self._store, address)

    def _found(self, reads: ReadStore, address: str) -> list[Submission]:
        since = self._clock() - RECENT
        named = parse_all(reads.find(RECORDS, "email", address.casefold()))[-_LOOKED_AT:]
        told = [
            record
            for record in named
            if sender_identity.sender_of(record).casefold() == address.casefold()
            and not record.get("trapped")
            and (record["state"] in OPEN or moment(record["history"][-1]["at"]) >= since)
        ]
        return sorted(told, key=lambda record: str(record["received_at"]), reverse=True)[:MOST]

    def _give_a_link(self, batch: Batch, record: Submission) -> None:
        """The key of its first link may be gone; the others stay good."""
        if not self._tokens.knows(record):
            token = self._tokens.new(record["id"], record.get("link_nonce", ""))
            hashes = [*record["token_hashes"], token_hash(token)]
            batch.replace(RECORDS, {**record, "token_hashes": hashes}, record["version"])
