"""Refusals: why an action on a partner was refused; returned, not raised."""

from dataclasses import dataclass
from enum import StrEnum


class PartnerRefusal(StrEnum):
    """Reason of a refusal."""

    NOT_NOW = "not_now"
    """The state of the partnership does not allow it."""
    NOT_YOURS = "not_yours"
    """Somebody else may do it, this person may not."""
    NOTHING_CHANGES = "nothing_changes"
    """It is so already."""
    MISSING = "missing"
    """What the field asks for has to be given."""
    NOT_THERE = "not_there"
    """What the field names is not in the record, or over."""
    IN_THE_FUTURE = "in_the_future"
    """The day has not come yet."""
    BEGINS_ELSEWHEN = "begins_elsewhen"
    """The partnership would begin before the agreement, or too far ahead."""
    PAST = "past"
    """The time is over already."""
    NO_SUCH_TIME = "no_such_time"
    """The clocks go forward over it."""
    NOWHERE = "nowhere"
    """Neither place nor link."""
    NOBODY_INVITED = "nobody_invited"
    BEFORE_PARTNERSHIP = "before_partnership"
    """The day lies before the first partner year."""
    WRONG_ORDER = "wrong_order"
    """The day lies before another one that it has to follow."""
    NO_LINK = "no_link"
    """Not an address that begins with https:// or http://."""
    ALREADY_THERE = "already_there"
    """The record has it already: an address, a qualification of this person."""
    ALREADY_KEPT = "already_kept"
    """A signed agreement is there; only the vendor's people replace it."""
    LAST_CONTACT = "last_contact"
    """Nobody would be left to contact: name somebody first."""
    NOT_READY = "not_ready"
    """Something that has to be there before the partnership begins is not."""
    NOT_YET_THERE = "not_yet_there"
    """What is missing cannot be confirmed."""
    CRITERIA_NOT_MET = "criteria_not_met"
    """What would be declared is not so."""
    TOO_EARLY = "too_early"
    """It opens on a later day."""
    ALREADY_GIVEN = "already_given"
    """The attestation of this year is there, and never changes."""
    ALREADY_DECIDED = "already_decided"
    """The renewal of this year is decided."""
    UNKNOWN_TIER = "unknown_tier"
    """The program has no such tier."""
    TOO_OFTEN = "too_often"
    """So many meetings were called or changed within an hour that people would get nothing but mails."""
    FULL = "full"
    """The list holds as many rows as a record can have."""
    SAME_TIER = "same_tier"
    """It is the tier the partner has."""


@dataclass(frozen=True)
class PartnerActionRefused:
    """A refusal; nothing was changed."""

    reason: PartnerRefusal
    field: str | None = None
    """The field it is about, where it is about one."""
