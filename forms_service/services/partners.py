"""Partners: use cases of partner records; every change is one transaction.

In the batch with the record: who may sign in, the mails that are owed, and the version of the program that
new terms follow, so that a partner's obligations can be read whatever is published later.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.roles import PERSON, UserKind
from forms_service.domain.auth.users import is_active, normalised
from forms_service.domain.clock import Clock
from forms_service.domain.partners import (
    access_requests,
    calendar_feed,
    company_profile,
    notifications,
    partner_reminders,
    suspension,
)
from forms_service.domain.partners.onboarding_checklist import new_partner
from forms_service.domain.partners.partner import Partner, PartnerState, parse_partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor, Side
from forms_service.domain.partners.partner_years import day_of, terms_on
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.partners.size_limits import is_full
from forms_service.domain.references import References
from forms_service.domain.submissions.submission import Application
from forms_service.domain.table_names import MAILS, PARTNERS
from forms_service.mail import for_partners
from forms_service.services import duplicate_lookup, program_versions, user_repository
from forms_service.services.duplicate_lookup import FoundDuplicate
from forms_service.store.store import Batch, ReadStore, Store, transactional
from partner_program.model import Program

Change = Callable[[Partner, PartnerActing], Partner | PartnerActionRefused]
"""One of the pure actions, with all that it takes but the record and who acts."""

MOST_WITH_A_KEY = 5
"""Companies of a group may share a domain; a request goes to no more than these."""
RUNNING = (PartnerState.ACTIVE, PartnerState.SUSPENDED)


class PartnerMissing(LookupError):
    """No such partner, or none that the user belongs to."""


class Partners:
    """Use cases of partners, for both sides."""

    def __init__(
        self, store: Store, clock: Clock, program: Callable[[], Program], *, wake_outbox: Callable[[], None]
    ) -> None:
        """`program` is the one now served."""
        self._store = store
        self._clock = clock
        self._program = program
        self._wake_outbox = wake_outbox

    def get(self, reference: str) -> Partner:
        """The record. Raises PartnerMissing."""
        return _there(self._store, reference)

    def of(self, email: str) -> list[Partner]:
        """Companies that this user belongs to, by name."""
        found = self._store.find(PARTNERS, "member", email.casefold())
        return sorted(map(parse_partner, found), key=lambda partner: partner["company"]["name"].casefold())

    def for_member(self, reference: str, email: str) -> Partner:
        """The record, for one of its own users. Raises PartnerMissing for anybody else."""
        for partner in self.of(email):
            if partner["id"] == reference:
                return partner
        raise PartnerMissing(reference)

    def with_calendar(self, token_hash: str) -> Partner | None:
        """Partner with this secret calendar link, if its user may still sign in."""
        found = map(parse_partner, self._store.find(PARTNERS, "calendar", token_hash))
        return next((each for each in found if calendar_feed.holder(each, token_hash)), None)

    def program_of(self, partner: Partner, day: date) -> Program:
        """Program version that the partner follows on this day."""
        terms = terms_on(partner, day)
        wanted = None if terms is None else terms["program"]
        return program_versions.find(self._store, wanted, self._program())

    def same_company(self, partner: Partner) -> tuple[FoundDuplicate, ...]:
        """Other partners of what may be the same company."""
        return duplicate_lookup.of_partner(self._store, partner)

    @transactional
    def change(
        self,
        reference: str,
        actor: PartnerActor,
        change: Change,
        *,
        also: Callable[[Batch, Partner], None] = lambda batch, after: None,
    ) -> Partner | PartnerActionRefused:
        """Apply a change to a record, and `also` with it. Raises PartnerMissing, StoreUnavailable."""
        now = self._clock()
        with self._store.batch() as batch:
            before = _there(batch, reference)
            after = change(before, PartnerActing(actor, now))
            if isinstance(after, PartnerActionRefused):
                return after
            if is_full(before, after, actor):
                return PartnerActionRefused(PartnerRefusal.FULL)
            stored = self._write(batch, before, after, actor, now)
            also(batch, stored)
        self._wake_outbox()
        return stored

    def asked_for_access(
        self, batch: Batch, key: str | None, name: str, email: str, now: datetime
    ) -> list[dict[str, str]]:
        """Pass an access request on to the companies with this key, in a batch; its outcome at each.

        Nothing for a company that is over, or where there is nothing to ask for.
        """
        actor, passed_on = PartnerActor(Side.PARTNER), []
        for found in batch.find(PARTNERS, "keys", key, MOST_WITH_A_KEY) if key else ():
            before = parse_partner(found)
            after = access_requests.ask_access(before, PartnerActing(actor, now), name=name, email=email)
            if not isinstance(after, PartnerActionRefused):
                self._write(batch, before, after, actor, now)
                passed_on.append({"partner": before["id"], "request": after["access_requests"][-1]["id"]})
        return passed_on

    def remind(self, *, is_sure: bool = True) -> None:
        """Daily job: reminders that are due; ends whose last day has passed, and requests for
        access that waited too long, unless the day is not sure."""
        now = self._clock()
        for state in PartnerState:
            for found in self._store.find(PARTNERS, "state", state.value):
                self._remind(found["id"], now, is_sure)
        self._wake_outbox()

    @transactional
    def _remind(self, reference: str, now: datetime, is_sure: bool) -> None:
        """One partner's."""
        actor = PartnerActor(Side.SYSTEM)
        act, day = PartnerActing(actor, now), day_of(now)
        with self._store.batch() as batch:
            before = _there(batch, reference)
            for over in (access_requests.lapse, suspension.close) if is_sure else ():
                changed = over(before, act)
                if not isinstance(changed, PartnerActionRefused):
                    before = self._write(batch, before, changed, actor, now)
            if before["state"] == PartnerState.ONBOARDING:
                self._nudge(batch, before, act)
            if before["state"] not in RUNNING:
                return
            owed = partner_reminders.reminders(before, self.program_of(before, day), day)
            after = partner_reminders.reminded(before, act, owed) if owed else None
            if after is None or isinstance(after, PartnerActionRefused):
                return
            self._write(batch, before, after, actor, now)
            for reminder in owed:
                for letter in notifications.remind(before, reminder, self._program()):
                    batch.add(MAILS, for_partners.of_reminder(before, letter, reminder, now))

    def _nudge(self, batch: Batch, before: Partner, act: PartnerActing) -> None:
        """The reminders of an onboarding that stands still."""
        owed = partner_reminders.nudges(before, self._program(), act.today)
        after = partner_reminders.nudged(before, act, owed) if owed else None
        if after is None or isinstance(after, PartnerActionRefused):
            return
        self._write(batch, before, after, act.actor, act.at)
        for nudge in owed:
            for letter in notifications.nudge(before, nudge, self._program()):
                batch.add(MAILS, for_partners.of_news(before, letter, act.at))

    def _write(
        self, batch: Batch, before: Partner, after: Partner, actor: PartnerActor, now: datetime
    ) -> Partner:
        """The record as it is from now on, with all that goes with it."""
        return _written(batch, before, after, PartnerActing(actor, now), self._program())


def _written(batch: Batch, before: Partner, after: Partner, act: PartnerActing, program: Program) -> Partner:
    after["keys"] = company_profile.keys(after["company"], after["people"])
    stored = batch.replace(PARTNERS, dict(after), before["version"])
    if after["terms"] != before["terms"]:
        program_versions.keep(batch, program)
    update_users(batch, before, after, act.at, act.who)
    for letter in notifications.for_change(before, after, program):
        batch.add(MAILS, for_partners.of_news(after, letter, act.at))
    return parse_partner(stored)


def begin_or_join(batch: Batch, application: Application, at: datetime, program: Program) -> None:
    """Make a pre-accepted application a partner, or a part of the one that its decision names; once."""
    if batch.find(PARTNERS, "application", application["id"]):
        return
    named = application["decision"].get("join")
    if named is None:
        _begin(batch, application, at)
        return
    before, actor = _there(batch, named), PartnerActor(Side.STAFF, application["decision"]["by"])
    act = PartnerActing(actor, at)
    after = access_requests.join(before, act, application["id"], _who_would_sign_in(application))
    if isinstance(after, PartnerActionRefused):
        raise ValueError(f"{named} takes no application: {after.reason}")
    _written(batch, before, after, act, program)


def _who_would_sign_in(application: Application) -> Iterator[Mapping[str, Any]]:
    """Whom an application names that began a partner would give access: contacts and the sponsor."""
    said = application["said"]
    yield from said.get("contacts") or ()
    yield from [said["sponsor"]] if said.get("sponsor") else ()


def _begin(batch: Batch, application: Application, at: datetime) -> None:
    """Create the partner record."""
    reference = _new_reference(batch)
    by = application["decision"]["by"]
    partner = new_partner(application, reference, at=at, by=by)
    batch.add(PARTNERS, dict(partner))
    update_users(batch, None, partner, at, by)
    for letter in notifications.begun(partner):
        batch.add(MAILS, for_partners.of_news(partner, letter, at))


def update_users(batch: Batch, before: Partner | None, after: Partner, at: datetime, by: str) -> None:
    """Update users: add those who may sign in now, remove those of no partner any more."""
    for email in sorted(addresses(before) | addresses(after)):
        try:
            address = normalised(email)
        except NotAnAddress:
            continue
        person = user_repository.known(batch, UserKind.PARTNER, address)
        if batch.find(PARTNERS, "member", email):
            if not is_active(person):
                user_repository.activated(batch, person, UserKind.PARTNER, address, PERSON, at=at, by=by)
        elif person is not None and is_active(person):
            user_repository.deactivated(batch, person, at=at, by=by)


def addresses(partner: Partner | None) -> set[str]:
    """E-mail addresses in the record, without regard to case."""
    people = partner["people"] if partner else []
    return {person["email"].casefold() for person in people if person["email"]}


def _new_reference(source: ReadStore) -> str:
    references = References()
    while True:
        reference = references.new("partner")
        if source.get(PARTNERS, reference) is None:
            return reference


def _there(source: ReadStore, reference: str) -> Partner:
    found = source.get(PARTNERS, reference)
    if found is None:
        raise PartnerMissing(reference)
    return parse_partner(found)
