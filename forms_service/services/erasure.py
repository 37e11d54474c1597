"""Erasure: remove a person from everything stored (GDPR art. 17), and again after a backup is restored.

First the erasure is remembered, then document after document is stripped, each in a batch of its own: what a
crash leaves undone, the next start does. Then their mails in files go, and the journal is written anew.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.users import is_active, normalised
from forms_service.domain.clock import Clock, moment, stamp
from forms_service.domain.companies.web_domains import canonical_address
from forms_service.domain.partners.partner import Partner, parse_partner
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.privacy.redaction import (
    NAMES_NOBODY_OUTSIDE,
    DataSubject,
    addresses,
    loses_all,
    partner_without,
    person_in,
    stripped,
    without,
)
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.table_names import AGREEMENTS, DRAFTS, JOB_STATE, MAILS, PARTNERS, PEOPLE, RECORDS
from forms_service.mail.outbox import mistake
from forms_service.services import backups, data_export, data_files, drafts, erasure_log
from forms_service.services.erasure_log import LoggedErasure
from forms_service.services.user_repository import remove_user
from forms_service.store.errors import StoreError, in_words
from forms_service.store.store import Batch, Document, Store, transactional

STATE = "erasures-applied"
"""Of the table `job_state`: up to which erasure the documents are stripped."""
AGAIN = "restored"
"""Who erases what a restored backup brought back, as the history names them."""

_log = logging.getLogger(__name__)

Stored = TypeVar("Stored", bound=Mapping[str, Any])


class BelongsToStaff(Exception):
    """The address belongs to active staff: remove their access first."""

    def __init__(self) -> None:
        super().__init__(
            "this address may sign in to the desk, and decisions name who made them: remove its access first"
        )


class NothingErased(Exception):
    """The erasure could not be written to the erasure log, so it was not begun."""

    def __init__(self, why: OSError) -> None:
        super().__init__(
            f"{why.filename or erasure_log.NAME}: {in_words(why)}. "
            "Nothing was erased: make room, then erase again"
        )


@dataclass(frozen=True)
class Erased:
    """Result of an erasure."""

    reduced: int = 0
    """Submissions of which only bare facts stay."""
    stripped: int = 0
    """Documents that name the person no more."""
    deleted: int = 0
    """Mails, accounts to sign in with, and entries that robots were thought to have sent."""
    files: int = 0
    backups: int = 0
    """Backups made before, which still name the person: they go when their time is over."""
    failed: int = 0
    """Documents that could not be understood and still may name the person; the log says which."""

    @property
    def found(self) -> int:
        """How many documents and files mentioned the person, readable or not."""
        return self.reduced + self.stripped + self.deleted + self.files + self.failed


class Erasure:
    """Use case of erasure, for the desk and the command."""

    def __init__(self, store: Store, data_dir: Path, clock: Clock) -> None:
        self._store = store
        self._data_dir = data_dir
        self._clock = clock

    def erase(self, address: str, *, by: str, everything: bool = False) -> Erased:
        """Erase a person. `everything`: also where they are the company itself.

        Raises:
            BelongsToStaff, NotAnAddress, NothingErased: nothing was changed.
            StoreError, OSError, ValueError: begun perhaps; the next start goes on.
        """
        email = normalised(address)
        found = data_export.of(self._store, email)
        if any(each["kind"] == UserKind.STAFF and is_active(each) for each in found.people):
            raise BelongsToStaff
        now = self._clock()
        try:
            known = erasure_log.add(self._data_dir, email, now, everything=everything)
        except OSError as error:
            raise NothingErased(error) from error
        work = _Work(self._store, self._data_dir, now, by)
        work.take_out({email: known.of([email])[email]})
        self._is_up_to(known)
        data_files.compact_if_requested(self._store)
        return work.done()

    def reapply(self) -> Erased:
        """Repeat logged erasures on a restored backup. Costs nothing where none was restored.

        Raises:
            ValueError: the list of erasures cannot be read.
            StoreError, OSError: the next call goes on.
        """
        known = erasure_log.read(self._data_dir)
        applied = self._store.get(JOB_STATE, STATE)
        if not known.erasures or (applied is not None and applied["digest"] == known.digest()):
            data_files.compact_if_requested(self._store)
            return Erased()
        everybody: set[str] = set()
        for document in _every_document(self._store):
            everybody |= addresses(document)
        work = _Work(self._store, self._data_dir, self._clock(), AGAIN)
        work.take_out(known.of(everybody))
        self._is_up_to(known)
        data_files.compact_if_requested(self._store)
        return work.done()

    @transactional
    def _is_up_to(self, known: erasure_log.ErasureLog) -> None:
        """Every document is stripped as far as this list goes."""
        with self._store.batch() as batch:
            document = {"id": STATE, "digest": known.digest()}
            kept = batch.get(JOB_STATE, STATE)
            if kept is None:
                batch.add(JOB_STATE, document)
            else:
                batch.replace(JOB_STATE, document, kept["version"])


class _Work:
    """One pass over everything."""

    def __init__(self, store: Store, data_dir: Path, now: datetime, by: str) -> None:
        self._store = store
        self._data_dir = data_dir
        self._now = now
        self._by = by
        self._counts = {"reduced": 0, "stripped": 0, "deleted": 0, "files": 0, "failed": 0}
        self._mails: set[str] = set()
        """Ids of mails whose files name somebody."""
        self._people: list[DataSubject] = []
        """Those taken out, as submissions knew them."""

    def done(self) -> Erased:
        return Erased(**self._counts, backups=len(backups.listed(self._data_dir)))

    def take_out(self, erasures: dict[str, LoggedErasure]) -> None:
        """Take these people out of all that was stored before their erasure."""
        if not erasures:
            return
        for record in data_export.submissions(self._store):
            self._each(record, lambda record: self._submission(record, erasures))
        for mail in self._store.all(MAILS):
            if self._is_meant(mail["to"], mail["created_at"], erasures):
                self._each(mail, lambda mail: self._delete(MAILS, mail["id"]))
        for person in self._store.all(PEOPLE):
            self._each(person, lambda person: self._principal(person, erasures))
        for table, document in data_export.elsewhere(self._store):
            self._each(document, partial(self._other, table, erasures))
        self._files(erasures)

    def _each(self, document: Stored, work: Callable[[Stored], None]) -> None:
        """One that fails does not keep the others from going."""
        try:
            work(document)
        except StoreError:
            raise
        except Exception as error:
            self._counts["failed"] += 1
            _log.error(
                "a person was not taken out", extra={"id": document.get("id"), "reason": mistake(error)}
            )

    def _is_meant(self, address: str, stored_at: str, erasures: dict[str, LoggedErasure]) -> bool:
        erasure = erasures.get(canonical_address(address))
        return erasure is not None and moment(stored_at) <= erasure.at

    def _submission(self, record: Submission, erasures: dict[str, LoggedErasure]) -> None:
        for address in sorted(addresses(record, NAMES_NOBODY_OUTSIDE) & erasures.keys()):
            if self._is_meant(address, record["received_at"], erasures):
                self._strip(record["id"], address, everything=erasures[address].everything)

    @transactional
    def _strip(self, reference: str, address: str, *, everything: bool) -> None:
        with self._store.batch() as batch:
            record = parse(batch.get(RECORDS, reference))
            person = record and person_in(record, address, NAMES_NOBODY_OUTSIDE)
            if not record or not person:
                return
            mails = batch.find(MAILS, "record", reference)
            data_files.request_compaction(batch)
            became = self._take_from(batch, record, person, everything=everything)
            for mail in mails if became != "stripped" else ():
                batch.remove(MAILS, mail["id"])
        self._people.append(person)
        self._mails |= {mail["id"] for mail in mails}
        self._counts[became] += 1

    def _take_from(self, batch: Batch, record: Submission, person: DataSubject, *, everything: bool) -> str:
        """Take the person out of a submission; under what that counts."""
        if record.get("trapped"):
            batch.remove(RECORDS, record["id"])
            return "deleted"
        after = stripped(record, person, everything=everything, by=self._by, at=self._now)
        batch.replace(RECORDS, after, record["version"])
        return "reduced" if loses_all(record, person, everything=everything) else "stripped"

    @transactional
    def _principal(self, person: Document, erasures: dict[str, LoggedErasure]) -> None:
        """An account to sign in with, but for somebody who works at the desk."""
        is_staff = person["kind"] == UserKind.STAFF and is_active(person)
        since = person["history"][0]["at"] if person["history"] else stamp(self._now)
        if is_staff or not self._is_meant(person["email"], since, erasures):
            return
        with self._store.batch() as batch:
            remove_user(batch, person["id"])
            data_files.request_compaction(batch)
        self._counts["deleted"] += 1

    def _other(self, table: str, erasures: dict[str, LoggedErasure], document: Document) -> None:
        for address in sorted(addresses(document) & erasures.keys()):
            everything = erasures[address].everything
            self._counts["stripped"] += self._take_out_of(
                table, document["id"], address, everything=everything
            )

    @transactional
    def _take_out_of(self, table: str, id: str, address: str, *, everything: bool) -> bool:
        """Whether the person was named in it."""
        with self._store.batch() as batch:
            current = batch.get(table, id)
            person = person_in(current, address)
            if current is None or person is None:
                return False
            if table == DRAFTS:
                drafts.remove(batch, id)
            elif table == PARTNERS:
                after = partner_without(parse_partner(current), person, day_of(self._now))
                if everything:
                    after = _without_agreement_file(batch, after)
                batch.replace(table, after, current["version"])
            else:
                batch.replace(table, without(current, person), current["version"])
            data_files.request_compaction(batch)
        return True

    @transactional
    def _delete(self, table: str, id: str) -> None:
        with self._store.batch() as batch:
            if batch.get(table, id):
                batch.remove(table, id)
                data_files.request_compaction(batch)
        self._mails.add(id)
        self._counts["deleted"] += 1

    def _files(self, erasures: dict[str, LoggedErasure]) -> None:
        """Mails in files that are about them or name them, and pieces of the journal that do."""
        people = {*self._people, *map(DataSubject, erasures)}
        found = [
            path
            for path, id, _ in data_files.mails(self._data_dir)
            if id in self._mails or _names(path, people)
        ]
        for path, _ in data_files.left_behind(self._data_dir):
            torn = path.read_bytes().decode("utf-8", "replace")
            if any(person.email in torn.lower() or person.is_in(torn) for person in people):
                found.append(path)
        self._counts["files"] += data_files.delete(found)


def _without_agreement_file(batch: Batch, partner: Partner) -> Partner:
    """Where the person is the company, the file is theirs alone; else it stays, as what both sides agreed."""
    if batch.how_many(AGREEMENTS, "id", partner["id"]):
        batch.remove(AGREEMENTS, partner["id"])
    return {**partner, "agreement": {**partner["agreement"], "document": None}}


def _names(path: Path, people: Iterable[DataSubject]) -> bool:
    """Whether a mail in a file names one of them, in its headers or its texts, however they are coded."""
    data = path.read_bytes()
    try:
        mail = message_from_bytes(data, policy=policy.default)
        parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
        texts = [*map(str, mail.values()), *(str(part.get_content()) for part in parts)]
    except Exception:  # not as we write mails: what can be read of it
        texts = [data.decode("utf-8", "replace")]
    return any(person.is_in(text) for person in people for text in texts)


def _every_document(store: Store) -> Iterable[Mapping[str, Any]]:
    yield from data_export.submissions(store)
    for table in (MAILS, PEOPLE):
        yield from store.all(table)
    for _, document in data_export.elsewhere(store):
        yield document
