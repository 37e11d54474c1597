"""Partner permissions: the table of who may do what to a partner record, and its history entries.

On the partner's side what somebody may do follows from the record itself: contacts, the sponsor, others with
access. Which of the vendor's people may act at all, the desk decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.partners.partner import Partner, PartnerState, history_entry
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.people import member
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal


class Side(StrEnum):
    """Side of an actor: partner, staff or the service."""

    PARTNER = "partner"
    STAFF = "staff"
    """The vendor's people."""
    SYSTEM = "system"
    """The service by itself."""


class PartnerRole(StrEnum):
    """Role of a user towards this partner."""

    CONTACT = "contact"
    SPONSOR = "sponsor"
    MEMBER = "member"
    """Anybody with access."""
    STRANGER = "stranger"
    """Signed in, or about to, and not in the record."""
    STAFF = "staff"
    SYSTEM = "system"


class PartnerAction(StrEnum):
    """Actions on a partner record."""

    START = "start"
    JOIN = "join"
    CHANGE_COMPANY = "change_company"
    ADD_PERSON = "add_person"
    CHANGE_PERSON = "change_person"
    PERSON_LEFT = "person_left"
    ASK_ACCESS = "ask_access"
    ANSWER_ACCESS = "answer_access"
    LAPSE_ACCESS = "lapse_access"
    GIVE_ACCESS = "give_access"
    TAKE_ACCESS = "take_access"
    ADD_QUALIFICATION = "add_qualification"
    EXTEND_QUALIFICATION = "extend_qualification"
    REMOVE_QUALIFICATION = "remove_qualification"
    PLAN_ACTIVITY = "plan_activity"
    DO_ACTIVITY = "do_activity"
    DROP_ACTIVITY = "drop_activity"
    PLAN_MEETING = "plan_meeting"
    MOVE_MEETING = "move_meeting"
    HOLD_MEETING = "hold_meeting"
    WRITE_NOTES = "write_notes"
    DROP_MEETING = "drop_meeting"
    SET_GOAL = "set_goal"
    CLOSE_GOAL = "close_goal"
    GIVE_LINK = "give_link"
    CONFIRM_LINK = "confirm_link"
    RECORD_AGREEMENT = "record_agreement"
    KEEP_DOCUMENT = "keep_document"
    REMOVE_DOCUMENT = "remove_document"
    CONFIRM = "confirm"
    TAKE_BACK = "take_back"
    ACTIVATE = "activate"
    SET_TARGETS = "set_targets"
    ADD_REVENUE = "add_revenue"
    VOID_REVENUE = "void_revenue"
    ATTEST = "attest"
    RECEIVE_COPY = "receive_copy"
    RENEW = "renew"
    REOPEN_RENEWAL = "reopen_renewal"
    CHANGE_TIER = "change_tier"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    RENEW_CALENDAR_LINK = "renew_calendar_link"
    REMIND = "remind"
    NOTE = "note"


_ONBOARDING = frozenset({PartnerState.ONBOARDING})
_ACTIVE = frozenset({PartnerState.ACTIVE})
_RUNNING = frozenset({PartnerState.ACTIVE, PartnerState.SUSPENDED})
_OPEN = _RUNNING | _ONBOARDING
_OVER = frozenset({PartnerState.SUSPENDED, PartnerState.ENDED})
_EVER = frozenset(PartnerState)

_CONTACTS = frozenset({PartnerRole.CONTACT})
_DECLARERS = frozenset({PartnerRole.CONTACT, PartnerRole.SPONSOR})
_MEMBERS = frozenset({PartnerRole.MEMBER})
_STAFF = frozenset({PartnerRole.STAFF})
_SYSTEM = frozenset({PartnerRole.SYSTEM})
_PARTNERS = frozenset({PartnerRole.CONTACT, PartnerRole.SPONSOR, PartnerRole.MEMBER})


@dataclass(frozen=True)
class Rule:
    """A row of the permission table."""

    by: frozenset[PartnerRole]
    states: frozenset[PartnerState]
    shared: bool = False
    """Both sides do it for themselves, so that the vendor's people never do it on the partner's behalf."""


TABLE: Mapping[PartnerAction, Rule] = {
    PartnerAction.JOIN: Rule(_STAFF, _OPEN),
    PartnerAction.CHANGE_COMPANY: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.ADD_PERSON: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.CHANGE_PERSON: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.PERSON_LEFT: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.ASK_ACCESS: Rule(frozenset({PartnerRole.STRANGER}), _OPEN),
    PartnerAction.ANSWER_ACCESS: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.LAPSE_ACCESS: Rule(_SYSTEM, _EVER),
    PartnerAction.GIVE_ACCESS: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.TAKE_ACCESS: Rule(_CONTACTS | _STAFF, _OPEN),
    PartnerAction.ADD_QUALIFICATION: Rule(_MEMBERS | _STAFF, _OPEN),
    PartnerAction.EXTEND_QUALIFICATION: Rule(_MEMBERS | _STAFF, _OPEN),
    PartnerAction.REMOVE_QUALIFICATION: Rule(_MEMBERS | _STAFF, _OPEN),
    PartnerAction.PLAN_ACTIVITY: Rule(_MEMBERS | _STAFF, _OPEN),
    PartnerAction.DO_ACTIVITY: Rule(_MEMBERS | _STAFF, _RUNNING),
    PartnerAction.DROP_ACTIVITY: Rule(_MEMBERS | _STAFF, _OPEN),
    PartnerAction.PLAN_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.MOVE_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.HOLD_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.WRITE_NOTES: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.DROP_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.SET_GOAL: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.CLOSE_GOAL: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    PartnerAction.GIVE_LINK: Rule(_MEMBERS | _STAFF, _OPEN),
    PartnerAction.CONFIRM_LINK: Rule(_STAFF, _OPEN),
    PartnerAction.RECORD_AGREEMENT: Rule(_STAFF, _OPEN),
    PartnerAction.KEEP_DOCUMENT: Rule(_CONTACTS | _STAFF, _OPEN, shared=True),
    PartnerAction.REMOVE_DOCUMENT: Rule(_STAFF, _EVER),
    PartnerAction.CONFIRM: Rule(_STAFF, _OPEN),
    PartnerAction.TAKE_BACK: Rule(_STAFF, _OPEN),
    PartnerAction.ACTIVATE: Rule(_STAFF, _ONBOARDING),
    PartnerAction.SET_TARGETS: Rule(_STAFF, _RUNNING),
    PartnerAction.ADD_REVENUE: Rule(_STAFF, _RUNNING | {PartnerState.ENDED}),
    PartnerAction.VOID_REVENUE: Rule(_STAFF, _RUNNING | {PartnerState.ENDED}),
    PartnerAction.ATTEST: Rule(_DECLARERS | _STAFF, _RUNNING),
    PartnerAction.RECEIVE_COPY: Rule(_STAFF, _RUNNING),
    PartnerAction.RENEW: Rule(_STAFF, _RUNNING),
    PartnerAction.REOPEN_RENEWAL: Rule(_STAFF, _RUNNING),
    PartnerAction.CHANGE_TIER: Rule(_STAFF, _ACTIVE),
    PartnerAction.SUSPEND: Rule(_STAFF, _ACTIVE),
    PartnerAction.RESUME: Rule(_STAFF, _OVER | _ACTIVE),
    PartnerAction.END: Rule(_STAFF | _SYSTEM, _OPEN),
    PartnerAction.RENEW_CALENDAR_LINK: Rule(_MEMBERS, _OPEN),
    PartnerAction.REMIND: Rule(_SYSTEM, _OPEN),
    PartnerAction.NOTE: Rule(_STAFF, _EVER),
}
"""Everything but the start, which is no action on a record."""


@dataclass(frozen=True)
class PartnerActor:
    """Actor: the user, or the service itself."""

    side: Side
    email: str = ""
    """The address of somebody signed in; empty for the service."""

    def is_to(self, partner: Partner) -> frozenset[PartnerRole]:
        """Role towards this partner."""
        if self.side is not Side.PARTNER:
            return frozenset({PartnerRole(self.side.value)})
        person = member(partner, self.email)
        if person is None:
            return frozenset({PartnerRole.STRANGER})
        roles = {
            PartnerRole.CONTACT: person["contact"],
            PartnerRole.SPONSOR: person["sponsor"],
            PartnerRole.MEMBER: True,
        }
        return frozenset(who for who, is_so in roles.items() if is_so)


@dataclass(frozen=True)
class PartnerActing:
    """An actor at a time."""

    actor: PartnerActor
    at: datetime

    @property
    def today(self) -> date:
        """Local date."""
        return day_of(self.at)

    @property
    def stamp(self) -> str:
        """Timestamp, as stored."""
        return stamp(self.at)

    @property
    def who(self) -> str:
        """Name in a history entry."""
        return self.actor.email or self.actor.side.value

    def refused(self, partner: Partner, action: PartnerAction) -> PartnerActionRefused | None:
        """Permission check: the refusal; None where allowed."""
        rule = TABLE[action]
        if not self.actor.is_to(partner) & rule.by:
            return PartnerActionRefused(PartnerRefusal.NOT_YOURS)
        return (
            None
            if PartnerState(partner["state"]) in rule.states
            else PartnerActionRefused(PartnerRefusal.NOT_NOW)
        )

    def written(self, after: Partner, action: PartnerAction, **facts: Any) -> Partner:
        """The record with a history entry. Facts hold no text that anybody wrote."""
        entry = {
            "at": self.stamp,
            "who": self.who,
            "side": self.actor.side.value,
            "what": action.value,
            "state": after["state"],
            **facts,
        }
        if self.actor.side is Side.STAFF and TABLE[action].by & _PARTNERS and not TABLE[action].shared:
            entry["on_behalf"] = True
        after["history"] = [*after["history"], history_entry(entry)]
        return after


def allowed(partner: Partner, actor: PartnerActor) -> tuple[PartnerAction, ...]:
    """Actions allowed to an actor on this partner now, in the order of the table."""
    roles, state = actor.is_to(partner), PartnerState(partner["state"])
    return tuple(action for action, rule in TABLE.items() if roles & rule.by and state in rule.states)
