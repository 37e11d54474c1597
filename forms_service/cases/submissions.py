"""Take an application or a deal registration, and let its sender withdraw it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from forms_service.clock import Clock
from forms_service.decisions import deadline, keys
from forms_service.decisions.changes import Actor, apply
from forms_service.decisions.refusals import Refused
from forms_service.decisions.states import OPEN, Action, Kind, Role, State, allowed
from forms_service.mail import owed
from forms_service.moments import moment, stamp
from forms_service.references import References, StatusTokens, token_hash
from forms_service.store.records import Batch, Document, Store
from partner_program import Program
from partner_program.business_days import BusinessCalendar
from partner_program.model import DealRegistration, Language

KINDS = {"application": Kind.APPLICATION, "deal-registration": Kind.DEAL}
"""What a form submits."""

SENT_TWICE_WITHIN = timedelta(hours=24)

_SENDER = Actor(Role.SENDER)


class Submissions:
    """The use cases of a visitor. Each change is one batch: the record, its history and the mails it owes."""

    def __init__(
        self,
        store: Store,
        tokens: StatusTokens,
        clock: Clock,
        *,
        references: References | None = None,
        mail_is_owed: Callable[[], None] = lambda: None,
    ) -> None:
        """`mail_is_owed` is called after a batch that owes mail is durable."""
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._references = references or References()
        self._mail_is_owed = mail_is_owed

    def submit(
        self,
        form: str,
        said: Mapping[str, Any],
        *,
        program: Program,
        language: Language,
        trapped: bool = False,
    ) -> Document:
        """Store what was said in a valid form; returns the record when it is on disk.

        The same form again (every answer equal, within 24 hours, the first still open) is the first one:
        its record is returned, and nothing new is stored. One that the honeypot had caught becomes a real
        one when it comes again without.

        Raises:
            StoreUnavailable: nothing was stored.
        """
        kind = KINDS[form]
        # Made before the batch, which holds up everybody else who writes.
        record = self._record(kind, said, program, language, trapped)
        with self._store.batch() as batch:
            earlier = self._sent_before(batch, record["fingerprint"])
            if earlier is not None and (trapped or not earlier["trapped"]):
                return self._with_a_link(batch, earlier)
            if earlier is not None:
                earlier = self._with_a_link(batch, earlier)
                record = batch.replace("records", {**earlier, "trapped": False}, earlier["version"])
            else:
                while batch.get("records", record["id"]) is not None:
                    record = self._record(kind, said, program, language, trapped)
                record = batch.add("records", record)
            for mail in owed.received(record, program, self._clock()):
                batch.add("mails", mail)
        self._mail_is_owed()
        return record

    def withdraw(self, reference: str, *, program: Program) -> Document | None:
        """Withdraw a submission for its sender; returns it as it then is, None if there is none.

        One that is decided or withdrawn stays as it is.

        Raises:
            StoreUnavailable: nothing was changed.
        """
        with self._store.batch() as batch:
            record = batch.get("records", reference)
            if record is None:
                return None
            now = self._clock()
            withdrawn = apply(record, Action.WITHDRAW, _SENDER, now)
            if isinstance(withdrawn, Refused):
                return record
            record = batch.replace("records", withdrawn, record["version"])
            for mail in owed.withdrawn(record, program, now):
                batch.add("mails", mail)
        self._mail_is_owed()
        return record

    def with_token(self, token: str) -> Document | None:
        """The submission whose status link holds this token."""
        return next(iter(self._store.find("records", "token", token_hash(token))), None)

    def token_of(self, record: Mapping[str, Any]) -> str:
        """The token of its status link. Raises KeyError where the key it was made with is gone."""
        return self._tokens.of(record)

    def _record(
        self, kind: Kind, said: Mapping[str, Any], program: Program, language: Language, trapped: bool
    ) -> Document:
        now = self._clock()
        reference = self._references.new(kind)
        record = {
            "id": reference,
            "kind": kind.value,
            "lang": language,
            "said": dict(said),
            "received_at": stamp(now),
            "program": program.hash,
            "fingerprint": fingerprint(kind, said),
            "keys": keys.of(kind, said),
            "token_hashes": [token_hash(self._tokens.new(reference))],
            "trapped": trapped,
            **_time_to_decide(kind, program, now),
        }
        submitted = apply(record, Action.SUBMIT, _SENDER, now)
        if isinstance(submitted, Refused):
            raise ValueError(f"anybody may submit, but: {submitted}")
        return submitted

    def _with_a_link(self, batch: Batch, record: Document) -> Document:
        """The record with a status link that can be told: the key of its first one may be gone."""
        if self._tokens.knows(record):
            return record
        hashes = [*record["token_hashes"], token_hash(self._tokens.new(record["id"]))]
        return batch.replace("records", {**record, "token_hashes": hashes}, record["version"])

    def _sent_before(self, batch: Batch, print_of_it: str) -> Document | None:
        now = self._clock()
        for record in batch.find("records", "fingerprint", print_of_it):
            # The distance, not the age: the clock may have been set back in between.
            is_recent = abs(now - moment(record["received_at"])) < SENT_TWICE_WITHIN
            if is_recent and record["state"] in OPEN:
                return record
        return None


def _time_to_decide(kind: Kind, program: Program, now: datetime) -> dict[str, Any]:
    """`decide_by` and `deadline` of a record received now: the program sets a time for deals only."""
    if kind is not Kind.DEAL:
        return {"decide_by": None, "deadline": None}
    rule = program.deal_registration
    return deadline.fields(deadline.started(now, rule), _calendar(rule))


@lru_cache(maxsize=4)
def _calendar(rule: DealRegistration) -> BusinessCalendar:
    """Kept: a calendar knows its business days only after it has looked at a whole year."""
    return BusinessCalendar.of(rule)


def may_withdraw(record: Mapping[str, Any]) -> bool:
    """Whether its sender may still withdraw it."""
    return Action.WITHDRAW in allowed(Kind(record["kind"]), State(record["state"]), Role.SENDER)


def fingerprint(kind: Kind, said: Mapping[str, Any]) -> str:
    """The same for two forms of one kind whose cleaned answers are all equal; the order of rows counts."""
    canonical = json.dumps([kind, said], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
