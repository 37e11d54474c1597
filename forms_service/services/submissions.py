"""Submissions: use cases of senders: submit, correct, answer, withdraw, report a result."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.auth.roles import Principal, may_decide
from forms_service.domain.clock import Clock, moment, stamp
from forms_service.domain.partners.partner import Partner, parse_partner
from forms_service.domain.references import References, StatusTokens, token_hash
from forms_service.domain.submissions import deadline, receipt, search_terms, sender_identity
from forms_service.domain.submissions.action_results import Done, Refusal, Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.sender_view import corrections
from forms_service.domain.submissions.submission import (
    Deal,
    Facts,
    Submission,
    TimeToDecide,
    parse,
    parse_all,
)
from forms_service.domain.submissions.workflow import OPEN, Action, Role, State, SubmissionKind
from forms_service.domain.table_names import MAILS, PARTNERS, RECORDS
from forms_service.forms import FORM_OF_KIND
from forms_service.services import conflict_lookup, drafts, program_versions
from forms_service.services.mail_digests import Digests, DigestsOfOneUse
from forms_service.services.submission_effects import OpenAction
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program import Program
from partner_program.business_days import BusinessCalendar
from partner_program.model import Language

KINDS = {form: SubmissionKind(kind) for kind, form in FORM_OF_KIND.items()}
"""What a form submits."""

SENT_TWICE_WITHIN = timedelta(hours=24)

_CLIENTS_KEPT = 10_000

_SENDER = Actor(Role.SENDER)


class Submissions:
    """Use cases of senders. Each change is one batch: record, history entry, queued mails."""

    def __init__(
        self,
        store: Store,
        tokens: StatusTokens,
        clock: Clock,
        *,
        references: References | None = None,
        wake_outbox: Callable[[], None] = lambda: None,
        digests: Digests | None = None,
        version_day: Callable[[Program], str] = lambda program: "",
    ) -> None:
        """`wake_outbox` is called after a batch that owes mail is durable. `digests` limits how much one
        address is written to; without it nothing is limited. `version_day` is the day from which a version
        of the program stands; empty where that is not known."""
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._references = references or References()
        self._wake_outbox = wake_outbox
        self._digests = digests or Digests(limited=False)
        self._version_day = version_day
        self._clients: dict[str, str] = {}
        """Which client sent the latest submissions, by reference."""

    def submit(
        self,
        form: str,
        said: Mapping[str, Any],
        *,
        program: Program,
        language: Language,
        trapped: bool = False,
        partner: str = "",
        client: str = "",
        draft: str = "",
    ) -> Submission:
        """Store the answers of a valid form; returns the record once it is on disk.

        `partner` is the reference of the partner in whose area it was filled in, by somebody signed in;
        `client` is where it came from, see `sent_from_elsewhere`. `draft` is the id of the draft it is made
        of, which is gone with it: its link leads to the submission from then on.

        The same form again (every answer equal, within 24 hours, the first still open) is the first one:
        its record is returned, and nothing new is stored. One that the honeypot had caught becomes a real
        one when it comes again without.

        Raises:
            StoreUnavailable: nothing was stored.
        """
        kind = KINDS[form]
        # Made before the batch, which holds up everybody else who writes.
        now = self._clock()
        record = self._record(kind, said, program, language, now, partner)
        record["trapped"] = trapped
        if partner:
            record["partner"] = partner
        return self._stored(_submitted(record, _SENDER, now), _SENDER, program, client, draft)

    def sent_from_elsewhere(self, record: Submission, client: str) -> bool:
        """Whether another client sent it first: then this one does not get its status link.

        Nothing about a client is stored. After a restart nobody is known, and everybody is taken for the
        sender, so that a person who sends again what could not be confirmed gets their link.
        """
        return self._clients.get(str(record["id"]), client) != client

    def enter(
        self,
        said: Mapping[str, Any],
        principal: Principal,
        *,
        received_at: datetime,
        how: str,
        program: Program,
        language: Language,
    ) -> Done | Refused:
        """Store a deal that came by phone or mail (`how`), with the time at which it was registered.

        `said` is what a valid form says; `language` that of the sender, whose confirmation goes out as for a
        form.

        Raises:
            StoreUnavailable: nothing was stored.
        """
        now, actor = self._clock(), Actor(Role.STAFF, principal.email)
        if not may_decide(principal):
            return Refused(Refusal.NOT_YOURS)
        if not how.strip():
            return Refused(Refusal.MISSING, "how")
        if received_at > now:
            return Refused(Refusal.IN_THE_FUTURE, "received_at")
        record = self._record(SubmissionKind.DEAL, said, program, language, received_at)
        return Done(self._stored(_submitted(record, actor, now, entered=how), actor, program))

    def withdraw(self, reference: str, *, program: Program) -> Submission | None:
        """Withdraw a submission for its sender; returns it as it then is, None if there is none.

        One that is decided or withdrawn stays as it is.

        Raises:
            StoreUnavailable: nothing was changed.
        """
        done = self._by_sender(reference, Action.WITHDRAW, lambda record: {}, program)
        return done.record if isinstance(done, Done) else parse(self._store.get(RECORDS, reference))

    def correct(
        self, reference: str, said: Mapping[str, Any], *, program: Program, seen: int | None = None
    ) -> Done | Refused | None:
        """Replace what was said, for its sender, as long as nobody has taken it; None if there is none.

        What stood there before stays in `versions`, as differences. The deadline stays. `seen` is how many
        corrections there were when its form was shown: one that knows nothing of a later one replaces
        nothing. After `MOST_CORRECTIONS` it is refused.

        Raises:
            StoreUnavailable: nothing was changed.
        """

        def details(record: Submission) -> Mapping[str, Any] | Refused:
            if seen is not None and seen != corrections(record):
                return Refused(Refusal.CHANGED_MEANWHILE)
            kept = _kept_of(SubmissionKind(record["kind"]), said)
            return kept if record["program"] == program.hash else {**kept, "program": program.hash}

        return self._by_sender(reference, Action.CORRECT, details, program)

    def answer(self, reference: str, text: str, *, question: int, program: Program) -> Done | Refused | None:
        """Answer a question that its sender was asked, counted from 1; None if there is no such submission.

        Only the last one can be answered: a page that was left open answers no question it did not show.

        Raises:
            StoreUnavailable: nothing was changed.
        """

        def details(record: Submission) -> Mapping[str, Any] | Refused:
            is_last = len(record.get("questions", ())) == question
            return {"text": text} if is_last else Refused(Refusal.NOT_NOW)

        return self._by_sender(reference, Action.ANSWER, details, program)

    def message(self, reference: str, text: str, *, program: Program) -> Done | Refused | None:
        """Message from the sender to whoever reviews it; None if there is no such submission.

        Raises:
            StoreUnavailable: nothing was changed.
        """
        return self._by_sender(reference, Action.MESSAGE, lambda record: {"text": text}, program)

    def report(
        self,
        reference: str,
        outcome: str,
        details: Mapping[str, Any],
        *,
        program: Program,
        reporter: str = "",
    ) -> Done | Refused | None:
        """Report that an approved deal is `won` or `lost`, for its sender; None if there is no such deal.

        `details` are those of `actions.apply`; `reporter` is the address of somebody who is signed
        in for the partner.

        Raises:
            StoreUnavailable: nothing was changed.
        """

        def given(record: Submission) -> Mapping[str, Any] | Refused:
            is_deal = record["kind"] == SubmissionKind.DEAL
            return {**details, "reporter": reporter} if is_deal else Refused(Refusal.NOT_NOW)

        action = Action.WIN if outcome == State.WON else Action.LOSE
        return self._by_sender(reference, action, given, program)

    def _by_sender(
        self,
        reference: str,
        action: Action,
        details: Callable[[Submission], Mapping[str, Any] | Refused],
        program: Program,
    ) -> Done | Refused | None:
        """What the sender does, in one batch with all that it brings about."""
        done = self._act(reference, action, details, program, self._digests.one_use())
        if isinstance(done, Done):
            self._wake_outbox()
        return done

    @transactional
    def _act(
        self,
        reference: str,
        action: Action,
        details: Callable[[Submission], Mapping[str, Any] | Refused],
        program: Program,
        digests: DigestsOfOneUse,
    ) -> Done | Refused | None:
        with self._store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            if record is None:
                return None
            given = details(record)
            if isinstance(given, Refused):
                return given
            act = OpenAction(batch, record, action, _SENDER, given, program, self._clock(), digests)
            if refused := act.carry_out():
                return refused
        return Done(act.record)

    def country_of(self, tax_id: str) -> str | None:
        """Country of the application or partner with this tax number; None where nobody has it."""
        return conflict_lookup.country_of_known(self._store, tax_id)

    def get(self, reference: str) -> Submission | None:
        """The submission with this reference."""
        return parse(self._store.get(RECORDS, reference))

    def program_at_registration(self, record: Deal, current: Program) -> Program:
        """Version of the program that a deal was registered under; the current one where it is not stored."""
        return program_versions.at_registration(self._store, record, current)

    def with_token(self, token: str) -> Submission | None:
        """Submission with this status token."""
        return next(iter(parse_all(self._store.find(RECORDS, "token", token_hash(token)))), None)

    def had_token(self, token: str) -> bool:
        """Whether this token belonged to a status link that was renewed."""
        return bool(self._store.how_many(RECORDS, "replaced_token", token_hash(token)))

    def confirmation_of(self, record: Submission) -> Document | None:
        """The mail that confirms a submission to its sender, as it is queued; the latest of several."""
        mails = self._store.find(MAILS, "record", record["id"])
        own = [mail for mail in mails if mail["template"] == f"{record['kind']}-received"]
        return max(own, key=lambda mail: str(mail["created_at"]), default=None)

    def partner_begun_by(self, record: Submission) -> Partner | None:
        """The partner that a pre-accepted application began; None for one that joined another partner."""
        found = self._store.find(PARTNERS, "application", record["id"], 1)
        return next(map(parse_partner, found), None) if record["state"] == State.PRE_ACCEPTED else None

    def token_of(self, record: Submission) -> str:
        """Status token of a submission. Raises KeyError where the key it was made with is gone."""
        return self._tokens.of(record)

    def token_of_own(self, record: Submission, other: str) -> str | None:
        """Status token of another submission by the same sender, if it can be told."""
        found = parse(self._store.get(RECORDS, other))
        if found is None or not conflict_lookup.is_own_other(record, found) or not self._tokens.knows(found):
            return None
        return self._tokens.of(found)

    def _record(
        self,
        kind: SubmissionKind,
        said: Mapping[str, Any],
        program: Program,
        language: Language,
        at: datetime,
        partner: str = "",
    ) -> Submission:
        new = {
            "id": self._references.new(kind),
            "kind": kind.value,
            "lang": language,
            "received_at": stamp(at),
            "program": program.hash,
            "trapped": False,
            **_kept_of(kind, said),
            **_time_to_decide(kind, program, at),
        }
        if kind is SubmissionKind.DEAL:
            known = self._store.get(PARTNERS, partner) if partner else None
            company = str(known["company"]["name"]) if known else ""
            new["registration"] = receipt.registration(program, self._version_day(program), at, company)
        return parse(new)

    def _stored(
        self, record: Submission, actor: Actor, program: Program, client: str = "", draft: str = ""
    ) -> Submission:
        """The record with its mails on disk, or the one that it is another copy of."""
        stored = self._store_once(record, actor, program, client, draft, self._digests.one_use())
        self._wake_outbox()
        return stored

    @transactional
    def _store_once(
        self,
        record: Submission,
        actor: Actor,
        program: Program,
        client: str,
        draft: str,
        digests: DigestsOfOneUse,
    ) -> Submission:
        with self._store.batch() as batch:
            if draft and (its_link := drafts.remove(batch, draft)):
                record = record.copy()
                record["draft_hash"] = its_link
            earlier = self._sent_before(batch, record["fingerprint"])
            if earlier is not None and (record["trapped"] or not earlier["trapped"]):
                return self._with_a_link(batch, _with_partner(batch, earlier, record))
            if earlier is not None:
                record = self._with_a_link(batch, earlier).copy()
                record["trapped"] = False
            else:
                record = record.copy()
                while batch.get(RECORDS, record["id"]) is not None:
                    record["id"] = self._references.new(record["kind"])
                record["token_hashes"] = [token_hash(self._tokens.new(record["id"]))]
                if record["kind"] == SubmissionKind.DEAL:
                    program_versions.keep(batch, program)
            act = OpenAction(batch, record, Action.SUBMIT, actor, {}, program, self._clock(), digests)
            act.store()
            # Before anybody can find the record; the same however often the block runs.
            self._remember(str(act.record["id"]), client)
        return act.record

    def _remember(self, reference: str, client: str) -> None:
        self._clients[reference] = client
        if len(self._clients) > _CLIENTS_KEPT:
            self._clients.pop(next(iter(self._clients)), None)

    def _with_a_link(self, batch: Batch, record: Submission) -> Submission:
        """The record with a status link that can be told: the key of its first one may be gone."""
        if self._tokens.knows(record):
            return record
        token = self._tokens.new(record["id"], record.get("link_nonce", ""))
        hashes = [*record["token_hashes"], token_hash(token)]
        return parse(batch.replace(RECORDS, {**record, "token_hashes": hashes}, record["version"]))

    def _sent_before(self, batch: Batch, print_of_it: str) -> Submission | None:
        now = self._clock()
        for record in parse_all(batch.find(RECORDS, "fingerprint", print_of_it)):
            # When it was stored: what staff entered was registered before. The distance, not the age: the
            # clock may have been set back in between.
            stored_at = moment(record["history"][0]["at"])
            is_recent = abs(now - stored_at) < SENT_TWICE_WITHIN
            if is_recent and record["state"] in OPEN:
                return record
        return None


def _submitted(record: Submission, actor: Actor, now: datetime, **details: str) -> Submission:
    submitted = apply(record, Action.SUBMIT, actor, now, details)
    if isinstance(submitted, Refused):
        raise ValueError(f"anybody may submit, but: {submitted}")
    return submitted


def _kept_of(kind: SubmissionKind, said: Mapping[str, Any]) -> Facts:
    """What was said, and what a record keeps of it to be found by."""
    return {
        "said": dict(said),
        "fingerprint": fingerprint(kind, said),
        "keys": sender_identity.of(kind, said),
        "terms": search_terms.terms(said),
    }


def _with_partner(batch: Batch, earlier: Submission, record: Submission) -> Submission:
    """The earlier record, which is a partner's from now on if it came again from that partner's area."""
    if "partner" in earlier or "partner" not in record:
        return earlier
    return parse(batch.replace(RECORDS, {**earlier, "partner": record["partner"]}, earlier["version"]))


def _time_to_decide(kind: SubmissionKind, program: Program, at: datetime) -> TimeToDecide:
    """`decide_by` and `deadline` of a record received then; none where the program names no time."""
    rule = deadline.rule_for(kind, program)
    if rule is None:
        return {"decide_by": None, "deadline": None}
    return deadline.fields(deadline.started(at, rule), BusinessCalendar.of(rule))


def fingerprint(kind: SubmissionKind, said: Mapping[str, Any]) -> str:
    """Fingerprint of a form's cleaned answers, to find duplicates; the order of rows counts."""
    canonical = json.dumps([kind, said], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
