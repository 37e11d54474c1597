"""Staff administration without a session: the STAFF setting, the first administrator, the command."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from forms_service.domain.auth import sign_in_links
from forms_service.domain.auth.errors import AccessError, NobodyThere, UserExists
from forms_service.domain.auth.roles import ADMINISTRATOR, REVIEWER, UserKind
from forms_service.domain.auth.sign_in_urls import link_url
from forms_service.domain.auth.tokens import Keys
from forms_service.domain.auth.users import is_active, normalised
from forms_service.domain.table_names import LINKS, PEOPLE
from forms_service.services.audit_log import COMMAND
from forms_service.services.user_repository import (
    UserRepository,
    activated,
    add_link,
    administrators,
    deactivated,
    known,
    make_administrator,
)
from forms_service.store.store import Batch, Document, Store, transactional
from partner_program.model import Language

SETTINGS = "settings"
"""Who decided about somebody whom STAFF names."""


class StaffAdmin:
    """Use cases of whoever operates the service."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        users: UserRepository,
        *,
        base_url: str,
        clock: Callable[[], datetime],
        lang: Language,
    ) -> None:
        """`lang` is the language of links that nobody asked for in a browser."""
        self._store = store
        self._keys = keys
        self._base_url = base_url
        self._clock = clock
        self._lang = lang
        self._register = users

    @transactional
    def seed(self, addresses: Sequence[str]) -> None:
        """Add the users in STAFF at a start: reviewers, the first as administrator if there is none.

        Whoever came in by STAFF and is not named any more is removed. Whoever was removed in another way
        stays removed, and a role given in another way stays.
        """
        named = [normalised(address) for address in addresses]
        now = self._clock()
        with self._store.batch() as batch:
            for person in batch.find(PEOPLE, "kind", str(UserKind.STAFF)):
                if is_active(person) and person["added_by"] == SETTINGS and person["email"] not in named:
                    deactivated(batch, person, at=now, by=SETTINGS)
            for email in named:
                _let_in(batch, email, now)
            there = [email for email in named if is_active(known(batch, UserKind.STAFF, email))]
            if there and not administrators(batch):
                make_administrator(batch, there[0], at=now, by=SETTINGS)

    @transactional
    def first_administrator_link(self) -> str | None:
        """Sign-in link for the first administrator, until one has signed in; else None.

        With an administrator on the list the link is theirs; with none, whoever opens it says their address
        and becomes one. Made anew at each start, it lasts as long as any sign-in link.
        """
        with self._store.batch() as batch:
            there = administrators(batch)
            if any(person["signed_in_at"] for person in there):
                return None
            if there:
                return self._link(batch, there[0])
            link = batch.add(
                LINKS, sign_in_links.for_first_administrator(self._keys, at=self._clock(), lang=self._lang)
            )
        return self._address(link)

    @transactional
    def link(self, address: str) -> str:
        """Sign-in link for a user, to be handed over without mail.

        Raises:
            NotAnAddress, NobodyThere.
        """
        email = normalised(address)
        with self._store.batch() as batch:
            person = known(batch, UserKind.STAFF, email)
            if person is None or not is_active(person):
                raise NobodyThere(email)
            return self._link(batch, person)

    def carry_out(self, order: Mapping[str, Any]) -> tuple[bool, list[str]]:
        """Execute an order of `forms-service staff`: whether it was done, and what to print."""
        actions = {"list": self._list, "add": self._add, "remove": self._remove, "link": self._hand_out}
        action = actions.get(str(order.get("action")))
        if action is None:
            return False, [f"this service does not know `staff {order.get('action')}`"]
        try:
            return True, action(str(order.get("address") or ""), order.get("role"))
        except AccessError as error:
            return False, [str(error)]

    def _list(self, _: str, __: str | None) -> list[str]:
        everybody = self._register.listed(UserKind.STAFF)
        if not everybody:
            return ["Nobody may sign in to the desk yet: forms-service staff add ADDRESS"]
        width = max(len(person["email"]) for person in everybody)
        return [
            f"{person['email']:<{width}}  {person['role']:<13}  {_last_seen(person)}" for person in everybody
        ]

    def _add(self, address: str, role: str | None) -> list[str]:
        """Adding somebody who is there already with a role named changes the role: that is what was meant."""
        try:
            person = self._register.add(
                UserKind.STAFF, address, role or REVIEWER, by=COMMAND, tell_in=self._lang
            )
        except UserExists:
            if role is None:
                raise
            person = self._register.change_role(UserKind.STAFF, address, role, by=COMMAND)
        return [f"{person['email']} may sign in to the desk, as {person['role']}."]

    def _remove(self, address: str, _: str | None) -> list[str]:
        person = self._register.remove(UserKind.STAFF, address, by=COMMAND)
        return [f"{person['email']} may not sign in any more, and is signed out everywhere."]

    def _hand_out(self, address: str, _: str | None) -> list[str]:
        return [self.link(address)]

    def _link(self, batch: Batch, person: Document) -> str:
        link = sign_in_links.new_link(
            self._keys,
            UserKind.STAFF,
            at=self._clock(),
            lang=person["lang"] or self._lang,
            person=person["id"],
        )
        return self._address(add_link(batch, link))

    def _address(self, link: Document) -> str:
        return link_url(self._base_url, UserKind.STAFF, self._keys.link_token(link["id"]))


def _let_in(batch: Batch, email: str, now: datetime) -> None:
    person = known(batch, UserKind.STAFF, email)
    if person is None or (not is_active(person) and person["removed_by"] == SETTINGS):
        role = REVIEWER if administrators(batch) else ADMINISTRATOR
        activated(batch, person, UserKind.STAFF, email, role, at=now, by=SETTINGS)


def _last_seen(person: Document) -> str:
    signed_in_at = person["signed_in_at"]
    return f"signed in {signed_in_at[:10]}" if signed_in_at else "has not signed in yet"
