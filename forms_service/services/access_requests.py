"""Access requests: a new colleague at a partner confirms an address, then the company gives access or not.

Nobody learns from it who is a partner. Every address gets the same mail with a link; whoever presses its
button gets the same answer; and whoever was not let in within a few days gets the same mail, whether the
company said no, said nothing, or is none of our partners.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from forms_service.domain.auth.sign_in_links import LinkState
from forms_service.domain.auth.tokens import Keys, hashed
from forms_service.domain.clock import Clock, moment, stamp
from forms_service.domain.partners.access_requests import ANSWERED_WITHIN
from forms_service.domain.partners.company_profile import key_of
from forms_service.domain.partners.partner import found
from forms_service.domain.table_names import ACCESS_REQUESTS, MAILS, PARTNERS
from forms_service.mail.event_mails import NO_RECORD, queued_mail
from forms_service.mail.for_senders import CONFIRM, NOT_GIVEN
from forms_service.services.partners import Partners
from forms_service.services.rate_limiter import RateLimiter
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program.model import Language

LINK_WORKS = timedelta(days=1)
"""So long the button can be pressed."""
_KEPT = ANSWERED_WITHIN + timedelta(days=7)
PER_ADDRESS, PER_ADDRESS_WITHIN = 3, timedelta(hours=1)
PER_CLIENT, PER_CLIENT_WITHIN = 10, timedelta(minutes=15)
_TIDIED_AT_ONCE = 3


class AccessRequests:
    """Use cases of access requests: ask, confirm by mail, answer, expire."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        clock: Clock,
        partners: Partners,
        *,
        base_url: str,
        limited: bool = True,
        wake_outbox: Callable[[], None] = lambda: None,
    ) -> None:
        """`limited`: whether one address and one client may ask only so often."""
        self._store = store
        self._keys = keys
        self._clock = clock
        self._partners = partners
        self._base_url = base_url
        self._wake_outbox = wake_outbox
        self._per_address = RateLimiter(PER_ADDRESS if limited else None, PER_ADDRESS_WITHIN)
        self._per_client = RateLimiter(PER_CLIENT if limited else None, PER_CLIENT_WITHIN)

    def ask(self, *, name: str, email: str, tax_id: str, client: str, lang: Language) -> None:
        """Request access: mail a confirmation link. Same answer for every address; silent past the limits.

        Raises:
            StoreUnavailable: nothing was stored; for everybody alike.
        """
        if not (self._per_client.take_client(client) and self._per_address.take(email.casefold())):
            return
        self._store_request(name, email, tax_id, lang)
        self._wake_outbox()

    @transactional
    def _store_request(self, name: str, email: str, tax_id: str, lang: Language) -> None:
        now = self._clock()
        id = secrets.token_hex(16)
        outdated = self._outdated(_TIDIED_AT_ONCE)
        with self._store.batch() as batch:
            _remove(batch, outdated)
            batch.add(
                ACCESS_REQUESTS,
                {
                    "id": id,
                    "token_hash": hashed(self._keys.link_token(id)),
                    "state": "open",
                    "name": name,
                    "email": email,
                    "tax_id": tax_id,
                    "lang": lang,
                    "created_at": stamp(now),
                    "passed_on_at": None,
                    "passed_on": [],
                },
            )
            batch.add(MAILS, queued_mail(CONFIRM, id, to=email, lang=lang, now=now, good_for=LINK_WORKS))

    def standing(self, token: str) -> tuple[LinkState, Document | None]:
        """State of a confirmation link, and its language. Changes nothing."""
        ask = self._with(self._store, token)
        return self._standing(ask), ask

    @transactional
    def confirm(self, token: str) -> LinkState:
        """Confirm the address and pass the request on to the company, where it is known. Works once.

        Raises:
            StoreUnavailable: nothing was stored; the link works as before.
        """
        now = self._clock()
        with self._store.batch() as batch:
            ask = self._with(batch, token)
            standing = self._standing(ask)
            if ask is None or standing is not LinkState.GOOD:
                return standing
            key = key_of(ask["email"], ask["tax_id"])
            passed_on = self._partners.asked_for_access(batch, key, ask["name"], ask["email"], now)
            after = {**ask, "state": "used", "passed_on_at": stamp(now), "passed_on": passed_on}
            batch.replace(ACCESS_REQUESTS, after, ask["version"])
        self._wake_outbox()
        return standing

    def answer_the_rest(self) -> None:
        """Mail those whose request ran out unanswered; everybody once."""
        now = self._clock()
        since = stamp(now - ANSWERED_WITHIN)
        for ask in self._store.range(ACCESS_REQUESTS, "made", "", since):
            if ask["state"] == "used" and ask["passed_on_at"] <= since:
                self._close(ask["id"], now)
        self._wake_outbox()

    @transactional
    def _close(self, id: str, now: datetime) -> None:
        with self._store.batch() as batch:
            ask = batch.get(ACCESS_REQUESTS, id)
            if ask is None or ask["state"] != "used":
                return
            batch.replace(ACCESS_REQUESTS, {**ask, "state": "over"}, ask["version"])
            if not _is_in(batch, ask):
                mail = queued_mail(NOT_GIVEN, NO_RECORD, to=ask["email"], lang=ask["lang"], now=now)
                batch.add(MAILS, mail)

    def link_for(self, mail: Mapping[str, Any]) -> str | None:
        """Confirmation URL for the mail; None where it would not work any more."""
        ask = self._store.get(ACCESS_REQUESTS, mail["record"])
        if ask is None or self._standing(ask) is not LinkState.GOOD:
            return None
        tokens = (token for token in self._keys.link_tokens(ask["id"]) if hashed(token) == ask["token_hash"])
        token = next(tokens, None)
        return None if token is None else f"{self._base_url}/partner/ask/{token}"

    @transactional
    def tidy(self) -> int:
        """Delete unconfirmed and long finished requests; returns how many. For the daily retention."""
        outdated = self._outdated(None)
        with self._store.batch() as batch:
            return _remove(batch, outdated)

    def _standing(self, ask: Document | None) -> LinkState:
        """A clock that was set back makes a request look younger, at most by the link's lifetime."""
        if ask is None:
            return LinkState.UNKNOWN
        if ask["state"] != "open":
            return LinkState.USED
        age = self._clock() - moment(ask["created_at"])
        return LinkState.GOOD if -LINK_WORKS < age < LINK_WORKS else LinkState.EXPIRED

    def _with(self, source: Store | Batch, token: str) -> Document | None:
        return next(iter(source.find(ACCESS_REQUESTS, "token", hashed(token))), None)

    def _outdated(self, limit: int | None) -> list[str]:
        now = self._clock()
        old = self._store.range(ACCESS_REQUESTS, "made", "", stamp(now - LINK_WORKS), limit)
        last = stamp(now - _KEPT)
        return [each["id"] for each in old if each["state"] == "open" or each["created_at"] <= last]


def _is_in(batch: Batch, ask: Document) -> bool:
    """Whether any of the companies let them in."""
    for each in ask["passed_on"]:
        partner = batch.get(PARTNERS, each["partner"])
        request = partner and found(partner["access_requests"], each["request"])
        if request and request["granted"]:
            return True
    return False


def _remove(batch: Batch, ids: list[str]) -> int:
    gone = 0
    for id in ids:
        if batch.get(ACCESS_REQUESTS, id):
            batch.remove(ACCESS_REQUESTS, id)
            gone += 1
    return gone
