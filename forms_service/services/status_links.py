"""Credential revocation: status links are renewed, old ones work no more. One transaction a submission."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from forms_service.domain.clock import Clock
from forms_service.domain.references import StatusTokens, token_hash
from forms_service.domain.submissions.submission import Submission, parse, parse_all
from forms_service.domain.submissions.workflow import OPEN
from forms_service.domain.table_names import MAILS, RECORDS
from forms_service.mail import event_mails
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent
from forms_service.services.sign_in_events import TABLE, audit_event
from forms_service.store.store import Batch, Store, transactional


@dataclass(frozen=True)
class Renewed:
    """Result of renewing status links."""

    renewed: tuple[str, ...] = ()
    """References whose old links work no more; their new ones are owed by mail."""
    waiting: tuple[str, ...] = ()
    """Those whose new link still waits to be sent: renewed once is enough."""
    impossible: tuple[str, ...] = ()
    """Those that are not there, were erased, or were caught as a machine's; then nothing is renewed."""


class StatusLinks:
    """Use case of renewing status links."""

    def __init__(
        self,
        store: Store,
        tokens: StatusTokens,
        clock: Clock,
        *,
        wake_outbox: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._wake_outbox = wake_outbox

    def open_ones(self) -> list[str]:
        """References of all undecided submissions."""
        found = (each for state in OPEN for each in parse_all(self._store.find(RECORDS, "state", state)))
        return sorted(each["id"] for each in found if _has_a_sender(each))

    def renew(self, references: Iterable[str]) -> Renewed:
        """Renew the links of these submissions, all or none. Raises StoreUnavailable: done in part."""
        wanted = list(dict.fromkeys(references))
        impossible = tuple(
            each for each in wanted if not _has_a_sender(parse(self._store.get(RECORDS, each)))
        )
        if impossible:
            return Renewed(impossible=impossible)
        renewed: list[str] = []
        waiting: list[str] = []
        for reference in wanted:
            (renewed if self._renew_one(reference) else waiting).append(reference)
        self._wake_outbox()
        return Renewed(tuple(renewed), tuple(waiting))

    @transactional
    def _renew_one(self, reference: str) -> bool:
        with self._store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            if record is None or not _has_a_sender(record) or _waits(batch, reference):
                return False
            now, nonce = self._clock(), secrets.token_hex(16)
            after = record.copy()
            after["link_nonce"] = nonce
            after["token_hashes"] = [token_hash(self._tokens.new(reference, nonce))]
            after["replaced_hashes"] = [*record.get("replaced_hashes", ()), *record["token_hashes"]]
            after.pop("draft_hash", None)
            batch.replace(RECORDS, after, record["version"])
            for mail in event_mails.to_the_sender(after, event_mails.LINK_RENEWED, now):
                batch.add(MAILS, mail)
            batch.add(TABLE, audit_event(COMMAND_LINE, AuditEvent.LINK_RENEWED.value, now, about=reference))
        return True


def _has_a_sender(record: Submission | None) -> bool:
    return record is not None and bool(record.get("said")) and not record.get("trapped")


def _waits(batch: Batch, reference: str) -> bool:
    """Whether the mail with its new link is still to be sent; it will hold the newest."""
    mails = batch.find(MAILS, "record", reference)
    return any(mail["template"] == event_mails.LINK_RENEWED and mail["state"] == "queued" for mail in mails)
