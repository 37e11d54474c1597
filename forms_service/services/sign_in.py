"""Sign-in by mailed link: request, redeem, session lookup, sign out. Every change is one transaction."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from forms_service.domain.auth import sessions, sign_in_links
from forms_service.domain.auth.errors import NotAnAddress
from forms_service.domain.auth.policy import AuthPolicy
from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.auth.sign_in_links import LinkState, Purpose
from forms_service.domain.auth.sign_in_urls import link_url
from forms_service.domain.auth.tokens import Keys, hashed, random_token
from forms_service.domain.auth.users import address_key, is_active, normalised, principal_of
from forms_service.domain.clock import stamp
from forms_service.domain.table_names import LINKS, MAILS, PEOPLE, SESSIONS
from forms_service.mail.event_mails import queued_mail
from forms_service.services.rate_limiter import RateLimiter
from forms_service.services.sign_in_events import TABLE, RefusalCounter, SignInEvent, audit_event
from forms_service.services.user_repository import (
    add_link,
    administrators,
    end_sessions,
    known,
    make_administrator,
    replace_links,
)
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program.model import Language


class SignInRefusal(StrEnum):
    """Why a valid link did not sign the user in yet."""

    CODE_NEEDED = "code-needed"
    """Opened in another browser than the one that asked: the code shown there is needed."""
    CODE_WRONG = "code-wrong"
    GUESSED_AT = "guessed-at"
    """The code was wrong too often and ended the link; `redeem` says of it that it was replaced."""
    ADDRESS_NEEDED = "address-needed"
    """The first administrator has to say their address."""
    ADDRESS_WRONG = "address-wrong"


@dataclass(frozen=True)
class Entered:
    """Result of a successful sign-in."""

    cookie: str
    """The value for the browser to keep."""
    lasts: timedelta
    device: str
    """The device cookie for the browser to keep."""
    lang: Language
    next: str | None
    """Where they wanted to go when they asked; checked before it was stored."""


@dataclass(frozen=True)
class OpenedLink:
    """What redeeming a link needs, for the page that shows its button."""

    standing: LinkState
    needs: SignInRefusal | None
    lang: Language | None


@dataclass(frozen=True)
class OwnSessions:
    """A user's own sessions, as they may see them; times as stored."""

    since: str | None
    """When the session they are in began."""
    before: str | None
    """When they had signed in the last time before; None: never."""
    others: int
    """Sessions in other browsers that have not ended for certain."""


@dataclass(frozen=True)
class Visit:
    """A request that carries a valid session."""

    principal: Principal
    session: str
    """The id of the session's document."""
    cookie: str
    """The cookie to answer with: the session was used just now."""
    lasts: timedelta


log = logging.getLogger(__name__)


SIGN_IN_MAIL = "sign-in"
"""The template of the mail with the link; its document names the link as its `record`."""
_TIDIED_AT_ONCE = 3
"""So many outdated documents go with each new one: the tables stay small without a timer."""


class SignIn:
    """Use cases of sign-in and sessions."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        base_url: str,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
        rules: AuthPolicy | None = None,
    ) -> None:
        """`wake` tells the sender of mails that there may be one."""
        self._store = store
        self._keys = keys
        self._base_url = base_url
        self._clock = clock
        self._wake = wake
        self.rules = rules or AuthPolicy()
        self._per_address = RateLimiter(self.rules.asks_per_address, self.rules.asks_within)
        self._per_client = RateLimiter(self.rules.asks_per_client, self.rules.asks_within)
        self.refusals = RefusalCounter(store, clock)
        self._by_all = RateLimiter(self.rules.asks_by_all, self.rules.asks_by_all_within)

    def ask(
        self,
        kind: UserKind,
        address: str,
        *,
        client: str,
        browser: str,
        lang: Language,
        next: str | None,
        device: str | None = None,
    ) -> None:
        """Request a sign-in link by mail. Same work and same answer for unknown addresses.

        Past the limits nothing happens, and nobody is told. A newer link makes older ones of the same
        `browser` worthless. `device` is the browser's device cookie.

        Raises:
            StoreUnavailable: nothing can be stored; for every address alike.
        """
        try:
            email = normalised(address)
        except NotAnAddress:
            email = ""
        if not self._may_ask(address_key(kind, email or address), client, device):
            self._refuse(SignInEvent.LOCKED_OUT, kind)
            return
        self._owe_link(kind, email, browser, lang, next)
        self._wake()

    @transactional
    def _owe_link(self, kind: UserKind, email: str, browser: str, lang: Language, next: str | None) -> None:
        now = self._clock()
        outdated = self._outdated(now, _TIDIED_AT_ONCE)
        with self._store.batch() as batch:
            _remove(batch, outdated)
            person = known(batch, kind, email)
            if person is None or not is_active(person):
                made = batch.add(LINKS, sign_in_links.for_nobody(kind, at=now, lang=lang, browser=browser))
                # A mail that nobody gets: as much work as for somebody, or the time would tell them apart.
                batch.add(MAILS, mail := self._mail({"email": email, "lang": lang}, made, now))
                batch.remove(MAILS, mail["id"])
            else:
                made = sign_in_links.new_link(
                    self._keys, kind, at=now, lang=lang, person=person["id"], browser=browser, next=next
                )
                add_link(batch, made)
                batch.add(MAILS, self._mail(person, made, now))

    def open(self, kind: UserKind, token: str, browser: str | None) -> OpenedLink:
        """Look at a link: what redeeming it in this browser needs. Changes nothing."""
        link = self._link(self._store, kind, token)
        standing = sign_in_links.state_of(link, self._clock(), self.rules)
        if link is None or standing is not LinkState.GOOD:
            return OpenedLink(standing, None, link["lang"] if link else None)
        return OpenedLink(standing, _needed(link, browser), link["lang"])

    def redeem(
        self,
        kind: UserKind,
        token: str,
        *,
        browser: str | None = None,
        code: str | None = None,
        address: str | None = None,
        leaving: str | None = None,
    ) -> Entered | LinkState | SignInRefusal:
        """Redeem a link, once: start a session and end the one this browser had before (`leaving`).

        However many ask at the same moment, one of them gets in.

        Raises:
            StoreUnavailable: nothing can be stored; the link is as it was.
        """
        outcome = self._redeem(kind, token, browser, code, address, leaving)
        if outcome is SignInRefusal.GUESSED_AT:
            self.refusals.count(SignInEvent.LOCKED_OUT, kind)
            outcome = LinkState.REPLACED
        if isinstance(outcome, LinkState):
            self._refuse(SignInEvent.LINK_REFUSED, kind)
        elif outcome is SignInRefusal.CODE_WRONG:
            self._refuse(SignInEvent.CODE_WRONG, kind)
        return outcome

    @transactional
    def _redeem(
        self,
        kind: UserKind,
        token: str,
        browser: str | None,
        code: str | None,
        address: str | None,
        leaving: str | None,
    ) -> Entered | LinkState | SignInRefusal:
        now = self._clock()
        with self._store.batch() as batch:
            link = self._link(batch, kind, token)
            standing = sign_in_links.state_of(link, now, self.rules)
            if link is None or standing is not LinkState.GOOD:
                return standing
            if sign_in_links.asks_for_code(link, browser) and not (
                code and sign_in_links.is_code(link, token, code)
            ):
                return self._without_code(batch, link, code)
            person = self._whose(batch, link, address, now)
            if isinstance(person, LinkState | SignInRefusal):
                return person
            batch.replace(LINKS, sign_in_links.used(link, now), link["version"])
            replace_links(batch, person["id"])
            secret = self._begin_session(batch, person, link, leaving, now)
        log.info("signed in", extra={"kind": str(kind), "person": person["id"]})
        return Entered(
            self._keys.cookie(secret, now),
            min(self.rules.session_idle, self.rules.session_lifetime),
            self._keys.device_cookie(person["address"]),
            person["lang"] or link["lang"],
            link["next"],
        )

    def visit(self, cookie: str) -> Visit | None:
        """Session lookup: who this cookie belongs to; None for nobody. Changes nothing in the store."""
        read = self._keys.read_cookie(cookie)
        session = self._store.get(SESSIONS, hashed(read[0])) if read else None
        if read is None or session is None:
            return None
        secret, seen_at = read
        now = self._clock()
        lasts = sessions.remaining(session, seen_at, now, self.rules)
        person = self._store.get(PEOPLE, session["person"])
        if lasts is None or person is None or not is_active(person) or person["kind"] != session["kind"]:
            return None
        return Visit(principal_of(person), session["id"], self._keys.cookie(secret, now), lasts)

    @transactional
    def leave(self, session: str) -> None:
        """End this session; ending one twice is fine."""
        with self._store.batch() as batch:
            if batch.get(SESSIONS, session):
                batch.remove(SESSIONS, session)

    def own_sessions(self, visit: Visit) -> OwnSessions:
        """A user's sessions: this one, the one before, and those still open elsewhere."""
        person = self._store.get(PEOPLE, visit.principal.id) or {}
        oldest = stamp(sessions.over_before(self._clock(), self.rules))
        found = self._store.find(SESSIONS, "person", visit.principal.id)
        here = next((each["created_at"] for each in found if each["id"] == visit.session), None)
        others = [each for each in found if each["id"] != visit.session and each["created_at"] > oldest]
        return OwnSessions(here, person.get("signed_in_before"), len(others))

    @transactional
    def end_others(self, visit: Visit) -> int:
        """End all other sessions and open links of this user; returns how many sessions."""
        with self._store.batch() as batch:
            replace_links(batch, visit.principal.id)
            ended = end_sessions(batch, visit.principal.id, but=visit.session)
            if ended:
                what, kind = SignInEvent.SESSIONS_ENDED, str(visit.principal.kind)
                event = audit_event(visit.principal.id, what, self._clock(), kind=kind, count=ended)
                batch.add(TABLE, event)
        return ended

    @transactional
    def remember_language(self, person_id: str, lang: Language) -> None:
        """Store the language a user chose for pages and mails."""
        with self._store.batch() as batch:
            person = batch.get(PEOPLE, person_id)
            if person is not None and person["lang"] != lang:
                batch.replace(PEOPLE, {**person, "lang": lang}, person["version"])

    def link_for(self, mail: Mapping[str, Any]) -> str | None:
        """URL for a queued sign-in mail; None if it would not work any more: drop the mail.

        Its token is made here, at the moment of sending, and stored nowhere.
        """
        link = self._store.get(LINKS, mail["record"])
        if link is None or sign_in_links.state_of(link, self._clock(), self.rules) is not LinkState.GOOD:
            return None
        token = sign_in_links.token_of(link, self._keys)
        return None if token is None else link_url(self._base_url, UserKind(link["kind"]), token)

    @transactional
    def tidy(self) -> int:
        """Delete links and sessions that are long over; returns how many. For the daily retention."""
        self.refusals.write_due()
        outdated = self._outdated(self._clock(), None)
        with self._store.batch() as batch:
            return _remove(batch, outdated)

    def _may_ask(self, account: str, client: str, device: str | None) -> bool:
        """Rate limiter of sign-in links.

        Whoever holds a device cookie of the account is counted apart: strangers use up none of theirs, nor
        at the same address.
        """
        by_client = hashed(f"{client} {account}")
        if self._keys.knows_device(device, account):
            return self._per_address.take(f"known {by_client}")
        return (
            self._per_client.take_client(client)
            and self._per_address.take(by_client)
            and self._by_all.take(hashed(account))
        )

    def _refuse(self, what: SignInEvent, kind: UserKind) -> None:
        self.refusals.count(what, kind)
        self.refusals.write_due()

    def _mail(self, person: Document, link: Document, now: datetime) -> Document:
        return queued_mail(
            SIGN_IN_MAIL,
            link["id"],
            to=person["email"],
            lang=person["lang"] or link["lang"],
            now=now,
            good_for=self.rules.link_lifetime,
        )

    def _link(self, source: Store | Batch, kind: UserKind, token: str) -> Document | None:
        found = source.find(LINKS, "token", hashed(token))
        return next((link for link in found if link["kind"] == kind), None)

    def _without_code(self, batch: Batch, link: Document, code: str | None) -> LinkState | SignInRefusal:
        if not code:
            return SignInRefusal.CODE_NEEDED
        tried = batch.replace(LINKS, sign_in_links.after_wrong_code(link, self.rules), link["version"])
        if sign_in_links.is_open(tried):
            return SignInRefusal.CODE_WRONG
        return SignInRefusal.GUESSED_AT

    def _whose(
        self, batch: Batch, link: Document, address: str | None, now: datetime
    ) -> Document | LinkState | SignInRefusal:
        """The person a link lets in, made an administrator where it is the first one's."""
        if link["purpose"] == Purpose.FIRST_ADMINISTRATOR:
            return _first_administrator(batch, address, now)
        person = batch.get(PEOPLE, link["person"])
        return person if person is not None and is_active(person) else LinkState.REPLACED

    def _begin_session(
        self, batch: Batch, person: Document, link: Document, leaving: str | None, now: datetime
    ) -> str:
        if leaving and batch.get(SESSIONS, leaving):
            batch.remove(SESSIONS, leaving)
        secret = random_token()
        batch.add(SESSIONS, sessions.new_session(secret, person, at=now))
        signed_in = {
            **person,
            "signed_in_at": stamp(now),
            "signed_in_before": person["signed_in_at"],
            "lang": person["lang"] or link["lang"],
        }
        batch.replace(PEOPLE, signed_in, person["version"])
        batch.add(TABLE, audit_event(person["id"], SignInEvent.SIGNED_IN, now, kind=person["kind"]))
        return secret

    def _outdated(self, now: datetime, limit: int | None) -> list[tuple[str, str]]:
        """Table and id of what is long over, oldest first."""
        links_before = stamp(sign_in_links.outdated_before(now, self.rules))
        sessions_before = stamp(sessions.over_before(now, self.rules))
        found = [(LINKS, link["id"]) for link in self._store.range(LINKS, "made", "", links_before, limit)]
        return found + [
            (SESSIONS, session["id"])
            for session in self._store.range(SESSIONS, "begun", "", sessions_before, limit)
        ]


def _needed(link: Document, browser: str | None) -> SignInRefusal | None:
    if sign_in_links.asks_for_code(link, browser):
        return SignInRefusal.CODE_NEEDED
    return SignInRefusal.ADDRESS_NEEDED if link["purpose"] == Purpose.FIRST_ADMINISTRATOR else None


def _first_administrator(
    batch: Batch, address: str | None, now: datetime
) -> Document | LinkState | SignInRefusal:
    if any(person["signed_in_at"] for person in administrators(batch)):
        return LinkState.REPLACED
    if not address:
        return SignInRefusal.ADDRESS_NEEDED
    try:
        email = normalised(address)
    except NotAnAddress:
        return SignInRefusal.ADDRESS_WRONG
    return make_administrator(batch, email, at=now, by=str(Purpose.FIRST_ADMINISTRATOR))


def _remove(batch: Batch, documents: list[tuple[str, str]]) -> int:
    """Take out those that are still there; how many."""
    there = [(table, id) for table, id in documents if batch.get(table, id)]
    for table, id in there:
        batch.remove(table, id)
    return len(there)
