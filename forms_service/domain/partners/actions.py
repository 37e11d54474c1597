"""Who may do what to a partner's record, and how it is written down: the one table, and the history entry.

On the partner's side what somebody may do follows from the record itself: contacts, the sponsor, others with
access. Which of the vendor's people may act at all, the desk decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from forms_service.domain.clock import stamp
from forms_service.domain.partners.partner import Partner, State
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.partners.people import member
from forms_service.domain.partners.refusals import Refusal, Refused


class Side(StrEnum):
    """On whose side somebody acts."""

    PARTNER = "partner"
    STAFF = "staff"
    """The vendor's people."""
    SYSTEM = "system"
    """The service by itself."""


class Who(StrEnum):
    """What somebody is to a partner."""

    CONTACT = "contact"
    SPONSOR = "sponsor"
    MEMBER = "member"
    """Anybody with access."""
    STRANGER = "stranger"
    """Signed in, or about to, and not in the record."""
    STAFF = "staff"
    SYSTEM = "system"


class Action(StrEnum):
    """What somebody does to a partner's record."""

    START = "start"
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


_ONBOARDING = frozenset({State.ONBOARDING})
_ACTIVE = frozenset({State.ACTIVE})
_RUNNING = frozenset({State.ACTIVE, State.SUSPENDED})
_OPEN = _RUNNING | _ONBOARDING
_OVER = frozenset({State.SUSPENDED, State.ENDED})
_EVER = frozenset(State)

_CONTACTS = frozenset({Who.CONTACT})
_DECLARERS = frozenset({Who.CONTACT, Who.SPONSOR})
_MEMBERS = frozenset({Who.MEMBER})
_STAFF = frozenset({Who.STAFF})
_SYSTEM = frozenset({Who.SYSTEM})
_PARTNERS = frozenset({Who.CONTACT, Who.SPONSOR, Who.MEMBER})


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    by: frozenset[Who]
    states: frozenset[State]
    shared: bool = False
    """Both sides do it for themselves, so that the vendor's people never do it on the partner's behalf."""


TABLE: Mapping[Action, Rule] = {
    Action.CHANGE_COMPANY: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.ADD_PERSON: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.CHANGE_PERSON: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.PERSON_LEFT: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.ASK_ACCESS: Rule(frozenset({Who.STRANGER}), _OPEN),
    Action.ANSWER_ACCESS: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.LAPSE_ACCESS: Rule(_SYSTEM, _EVER),
    Action.GIVE_ACCESS: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.TAKE_ACCESS: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.ADD_QUALIFICATION: Rule(_MEMBERS | _STAFF, _OPEN),
    Action.EXTEND_QUALIFICATION: Rule(_MEMBERS | _STAFF, _OPEN),
    Action.REMOVE_QUALIFICATION: Rule(_MEMBERS | _STAFF, _OPEN),
    Action.PLAN_ACTIVITY: Rule(_MEMBERS | _STAFF, _OPEN),
    Action.DO_ACTIVITY: Rule(_MEMBERS | _STAFF, _RUNNING),
    Action.DROP_ACTIVITY: Rule(_MEMBERS | _STAFF, _OPEN),
    Action.PLAN_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    Action.HOLD_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    Action.WRITE_NOTES: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    Action.DROP_MEETING: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    Action.SET_GOAL: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    Action.CLOSE_GOAL: Rule(_MEMBERS | _STAFF, _RUNNING, shared=True),
    Action.GIVE_LINK: Rule(_MEMBERS | _STAFF, _OPEN),
    Action.CONFIRM_LINK: Rule(_STAFF, _OPEN),
    Action.RECORD_AGREEMENT: Rule(_STAFF, _OPEN),
    Action.KEEP_DOCUMENT: Rule(_CONTACTS | _STAFF, _OPEN),
    Action.REMOVE_DOCUMENT: Rule(_STAFF, _EVER),
    Action.CONFIRM: Rule(_STAFF, _OPEN),
    Action.TAKE_BACK: Rule(_STAFF, _OPEN),
    Action.ACTIVATE: Rule(_STAFF, _ONBOARDING),
    Action.SET_TARGETS: Rule(_STAFF, _RUNNING),
    Action.ADD_REVENUE: Rule(_STAFF, _RUNNING | {State.ENDED}),
    Action.VOID_REVENUE: Rule(_STAFF, _RUNNING | {State.ENDED}),
    Action.ATTEST: Rule(_DECLARERS | _STAFF, _RUNNING),
    Action.RECEIVE_COPY: Rule(_STAFF, _RUNNING),
    Action.RENEW: Rule(_STAFF, _RUNNING),
    Action.REOPEN_RENEWAL: Rule(_STAFF, _RUNNING),
    Action.CHANGE_TIER: Rule(_STAFF, _ACTIVE),
    Action.SUSPEND: Rule(_STAFF, _ACTIVE),
    Action.RESUME: Rule(_STAFF, _OVER | _ACTIVE),
    Action.END: Rule(_STAFF | _SYSTEM, _OPEN),
    Action.RENEW_CALENDAR_LINK: Rule(_MEMBERS, _OPEN),
    Action.REMIND: Rule(_SYSTEM, _OPEN),
    Action.NOTE: Rule(_STAFF, _EVER),
}
"""Everything but the start, which is no action on a record."""


@dataclass(frozen=True)
class Actor:
    """Who acts."""

    side: Side
    email: str = ""
    """The address of somebody signed in; empty for the service."""

    def is_to(self, partner: Partner) -> frozenset[Who]:
        """What they are to this partner."""
        if self.side is not Side.PARTNER:
            return frozenset({Who(self.side.value)})
        person = member(partner, self.email)
        if person is None:
            return frozenset({Who.STRANGER})
        roles = {Who.CONTACT: person["contact"], Who.SPONSOR: person["sponsor"], Who.MEMBER: True}
        return frozenset(who for who, is_so in roles.items() if is_so)


@dataclass(frozen=True)
class Act:
    """Somebody, at a moment."""

    actor: Actor
    at: datetime

    @property
    def today(self) -> date:
        """The day of the moment."""
        return day_of(self.at)

    @property
    def stamp(self) -> str:
        """The moment as it is stored."""
        return stamp(self.at)

    @property
    def who(self) -> str:
        """As the history names them."""
        return self.actor.email or self.actor.side.value

    def refused(self, partner: Partner, action: Action) -> Refused | None:
        """Why they may not do it to this partner now; None where they may."""
        rule = TABLE[action]
        if not self.actor.is_to(partner) & rule.by:
            return Refused(Refusal.NOT_YOURS)
        return None if State(partner["state"]) in rule.states else Refused(Refusal.NOT_NOW)

    def written(self, after: Partner, action: Action, **facts: Any) -> Partner:
        """The record with this entry in its history. Facts are nothing that anybody wrote."""
        entry: dict[str, Any] = {
            "at": self.stamp,
            "who": self.who,
            "side": self.actor.side.value,
            "what": action.value,
            "state": after["state"],
            **facts,
        }
        if self.actor.side is Side.STAFF and TABLE[action].by & _PARTNERS and not TABLE[action].shared:
            entry["on_behalf"] = True
        after["history"] = [*after["history"], entry]
        return after


def allowed(partner: Partner, actor: Actor) -> tuple[Action, ...]:
    """What somebody may do to this partner now, in the order of the table."""
    roles, state = actor.is_to(partner), State(partner["state"])
    return tuple(action for action, rule in TABLE.items() if roles & rule.by and state in rule.states)
