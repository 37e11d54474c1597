"""Drafts: forms begun and not sent, kept for whoever has their link. Staff never see one.

A draft holds what was typed, right or wrong. Its token follows from its id and the secret key; the store
holds the hash only. It is gone when it is sent (in the transaction that stores the submission), when its
sender deletes it, and some days after its last change.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypedDict, cast

from forms_service.domain.auth.tokens import Keys, hashed
from forms_service.domain.clock import Clock, moment, stamp
from forms_service.domain.submissions.submission import Submission, parse_all
from forms_service.domain.table_names import DRAFTS, MAILS, RECORDS
from forms_service.mail.event_mails import queued_mail
from forms_service.mail.for_senders import DRAFT_LINK
from forms_service.services import data_files, program_versions
from forms_service.services.rate_limiter import RateLimiter
from forms_service.store.store import Batch, ReadStore, Store, transactional
from partner_program.model import Language, Program

MOST = 2_000
"""Drafts at a time; beyond it a form can still be sent at once."""
MOST_BYTES = 64 * 1024
"""Of what was typed into one."""
MAILS_PER_ADDRESS, WITHIN = 3, timedelta(hours=1)


class DraftRefused(Exception):
    """A draft cannot be kept: it is too large, or there are too many. Nothing was stored."""


class DraftTooLarge(DraftRefused):
    """More was typed than is kept."""


class DraftChanged(Exception):
    """Another page saved the draft in the meantime. Nothing was stored."""


class Draft(TypedDict):
    """What the document of a draft holds."""

    id: str
    form: str
    lang: Language
    program: str
    """Hash of the version it was last seen under."""
    token_hash: str
    typed: dict[str, Any]
    """`as_typed` of its form."""
    trapped: bool
    """Whether the honeypot was filled in."""
    section: str
    """Where to go on."""
    page: str
    """Which page saved it last: it may save again without having seen its own change."""
    begun_at: str
    saved_at: str
    version: int


class Drafts:
    """Use cases of drafts: begin, find, save, delete, mail the link."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        clock: Clock,
        program: Callable[[], Program],
        *,
        limited: bool = True,
        wake_outbox: Callable[[], None] = lambda: None,
    ) -> None:
        """`limited`: whether one address is written to only so often."""
        self._store = store
        self._keys = keys
        self._clock = clock
        self._program = program
        self._wake_outbox = wake_outbox
        self._per_address = RateLimiter(MAILS_PER_ADDRESS if limited else None, WITHIN)

    def begin(
        self,
        form: str,
        typed: Mapping[str, Any],
        *,
        section: str,
        language: Language,
        program: str = "",
        trapped: bool = False,
    ) -> str:
        """Keep a form that was begun; returns the token of its link.

        `program` is the hash of the version it was begun under, if it is not the one now served.

        Raises:
            DraftRefused, StoreUnavailable: nothing was stored.
        """
        _check_size(typed)
        id = secrets.token_hex(16)
        token, now = self._keys.link_token(_signed(id)), stamp(self._clock())
        draft = {
            "id": id,
            "form": form,
            "lang": language,
            "program": program or self._program().hash,
            "token_hash": hashed(token),
            "typed": dict(typed),
            "trapped": trapped,
            "section": section,
            "page": "",
            "begun_at": now,
            "saved_at": now,
        }
        self._add(draft)
        return token

    @transactional
    def _add(self, draft: Mapping[str, Any]) -> None:
        with self._store.batch() as batch:
            if batch.count(DRAFTS) >= MOST:
                raise DraftRefused
            program_versions.keep(batch, self._program())
            batch.add(DRAFTS, draft)

    def with_token(self, token: str) -> Draft | None:
        """The draft with this link; None where there is none, or its time is over."""
        return self._with(self._store, token)

    def sent_as(self, token: str) -> Submission | None:
        """The submission that the draft with this link became."""
        return next(iter(parse_all(self._store.find(RECORDS, "draft", hashed(token)))), None)

    def begun_under(self, draft: Draft) -> Program | None:
        """The version of the program it was last seen under, if that is another one; None if not known."""
        current = self._program()
        found = program_versions.find(self._store, draft["program"], current)
        return None if found.hash == current.hash else found

    @transactional
    def save(
        self,
        token: str,
        typed: Mapping[str, Any],
        *,
        section: str,
        language: Language,
        seen: int,
        page: str,
        trapped: bool = False,
    ) -> Draft | None:
        """Replace what was typed; None where there is no such draft any more.

        `seen` is the version that the page showed, `page` which page that is.

        Raises:
            DraftChanged: another page saved it since.
            DraftRefused, StoreUnavailable: nothing was stored.
        """
        _check_size(typed)
        with self._store.batch() as batch:
            draft = self._with(batch, token)
            if draft is None:
                return None
            if draft["version"] != seen and draft["page"] != page:
                raise DraftChanged
            after = {
                **draft,
                "typed": dict(typed),
                "section": section,
                "lang": language,
                "page": page,
                "program": self._program().hash,
                "saved_at": stamp(self._clock()),
                "trapped": draft["trapped"] or trapped,
            }
            program_versions.keep(batch, self._program())
            return cast(Draft, batch.replace(DRAFTS, after, draft["version"]))

    @transactional
    def delete(self, token: str) -> None:
        """Delete a draft with its mails, if it is there. Raises StoreUnavailable."""
        with self._store.batch() as batch:
            if (draft := self._with(batch, token)) is not None:
                remove(batch, draft["id"])
                data_files.request_compaction(batch)

    def mail_link(self, draft: Draft, address: str, language: Language) -> None:
        """Mail the link to an address; silent past the limit of unverified addresses.

        Raises:
            StoreUnavailable: nothing was owed.
        """
        if self._per_address.take(address.casefold()):
            self._owe_mail(draft, address, language)
            self._wake_outbox()

    @transactional
    def _owe_mail(self, draft: Draft, address: str, language: Language) -> None:
        now = self._clock()
        mail = queued_mail(
            DRAFT_LINK, draft["id"], to=address, lang=language, now=now, good_for=self._kept_for()
        )
        with self._store.batch() as batch:
            batch.add(MAILS, mail)

    def link_for(self, mail: Mapping[str, Any]) -> tuple[str, str] | None:
        """Form and token of the draft that a mail is about; None where it is gone."""
        draft = cast(Draft | None, self._store.get(DRAFTS, mail["record"]))
        if draft is None or self._is_over(draft):
            return None
        tokens = self._keys.link_tokens(_signed(draft["id"]))
        token = next((each for each in tokens if hashed(each) == draft["token_hash"]), None)
        return None if token is None else (draft["form"], token)

    @transactional
    def tidy(self) -> int:
        """Delete the drafts whose time is over; returns how many. For the daily retention."""
        with self._store.batch() as batch:
            old = batch.range(DRAFTS, "saved", "", stamp(self._clock() - self._kept_for()))
            for draft in old:
                remove(batch, draft["id"])
                data_files.request_compaction(batch)
        return len(old)

    def _kept_for(self) -> timedelta:
        return timedelta(days=self._program().retention.drafts_days)

    def _is_over(self, draft: Draft) -> bool:
        return self._clock() - moment(draft["saved_at"]) >= self._kept_for()

    def _with(self, reads: ReadStore, token: str) -> Draft | None:
        draft = cast(Draft | None, next(iter(reads.find(DRAFTS, "token", hashed(token))), None))
        return None if draft is None or self._is_over(draft) else draft


def remove(batch: Batch, id: str) -> str:
    """Delete a draft with its mails; the hash of its token, empty where there is none."""
    draft = batch.get(DRAFTS, id)
    if draft is None:
        return ""
    for mail in batch.find(MAILS, "record", id):
        batch.remove(MAILS, mail["id"])
    batch.remove(DRAFTS, id)
    return str(draft["token_hash"])


def _signed(id: str) -> str:
    return f"draft {id}"


def _check_size(typed: Mapping[str, Any]) -> None:
    if len(json.dumps(typed, ensure_ascii=False).encode()) > MOST_BYTES:
        raise DraftTooLarge
