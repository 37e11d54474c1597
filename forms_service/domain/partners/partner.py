"""Partner document: its types (TypedDict) and enums.

JSON all the way down: days are `YYYY-MM-DD`, times as in `domain.clock`, money is text with two decimals.
Items of a list have an `id` that is unique in it and never used again: what is over is marked as over, and
nothing but answered requests for access is ever taken out. What people wrote stands in fields of its own; the
history holds bare facts.

Invoiced amounts are documents of their own (`revenue`): there may be thousands.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NotRequired, TypedDict, cast

from partner_program.model import Language

Day = str
"""`2026-11-24`"""
Moment = str
"""`2026-11-24T08:15:00.000000Z`"""
Amount = str
"""`-1200.50`"""


class PartnerState(StrEnum):
    """State of a partner."""

    ONBOARDING = "onboarding"
    """Pre-accepted; something is still to be done before it begins."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Stopped for a reason that can pass; its years go on."""
    ENDED = "ended"


class Skill(StrEnum):
    """Kind of qualification."""

    SALES = "sales"
    TECHNICAL = "technical"


class Progress(StrEnum):
    """State of something planned."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"
    """It will not be, or it does not count; why is told with it."""


class GoalKind(StrEnum):
    """Kind of goal in the joint plan."""

    FINANCIAL = "financial"
    MARKETING = "marketing"
    NEW_OPPORTUNITIES = "new_opportunities"


class RenewalDecision(StrEnum):
    """Outcome of a renewal."""

    RENEW = "renew"
    CHANGE_TIER = "change_tier"
    END = "end"


Liftable = Literal["suspended", "ended", "renewal"]
"""A decision that can be taken back."""


class CompanyProfile(TypedDict):
    """Company profile."""

    name: str
    tax_id: str
    country: str
    """ISO 3166-1 alpha-2."""
    address: str
    website: str
    models: list[str]
    """Ids of the program."""
    areas: list[str]
    """Where or in which field the partner works with the vendor, in their own words."""


class Person(TypedDict):
    """Person at the partner."""

    id: str
    name: str
    email: str
    """May be empty for somebody who only has qualifications."""
    phone: str
    position: str
    contact: bool
    """In charge of contact and cooperation."""
    sponsor: bool
    """The executive sponsor."""
    access: bool
    """May sign in to the partner's own place."""
    left_on: Day | None
    """From this day on not there any more."""


class Qualification(TypedDict):
    """Qualification: one person, one skill."""

    id: str
    person: str
    kind: Skill
    since: Day | None
    """None: it was named without a date."""
    valid_until: Day | None
    """Its last day; None: it does not lapse."""
    evidence: str
    removed_on: Day | None
    """From this day on it does not count: it was named by mistake, or given up."""


class Activity(TypedDict):
    """Lead-generation activity."""

    id: str
    title: str
    state: Progress
    planned_for: Day | None
    done_on: Day | None
    evidence: str
    """A link; may be empty."""
    goal: str | None
    """The goal of the joint plan it serves."""
    reason: str
    """Why it was dropped."""
    dropped_on: Day | None


class Called(TypedDict):
    """Time, place and guests of a meeting."""

    starts_at: Moment
    minutes: int
    place: str
    link: str
    """Where people meet online; place or link may be empty, not both."""
    agenda: str
    invited: list[str]
    """Ids of people."""
    host: str
    """Whoever of the vendor's people called or moved it last; empty: only the partner did."""
    host_lang: Language | None
    sequence: int
    """How often it was changed (RFC 5545, 3.8.7.4)."""


class Meeting(TypedDict):
    """Meeting of joint business planning."""

    id: str
    state: Progress
    planned_for: Day | None
    held_on: Day | None
    notes: str
    """Shared by both sides."""
    call: NotRequired[Called]
    """Not in one that only has a day, or was never called."""


class Goal(TypedDict):
    """Goal of the joint plan."""

    id: str
    kind: GoalKind
    text: str
    year: int
    """The number of the partner year it is for."""
    state: Progress


class Target(TypedDict):
    """Revenue target agreed with this partner."""

    year: int
    """The number of the partner year it is for."""
    area: str
    """Empty: all areas."""
    model: str
    """An id of the program; empty: all models."""
    amount: Amount
    currency: str


class KeptDocument(TypedDict):
    """Metadata of the signed agreement; its bytes are a document of their own (`agreements`)."""

    size_bytes: int
    sha256: str
    added_at: Moment


class Agreement(TypedDict):
    """Partner agreement."""

    concluded_on: Day | None
    for_partner: str
    """Who concluded it on the partner's side."""
    for_vendor: str
    document: KeptDocument | None


class Promotion(TypedDict):
    """Recommended link in one of the partner's channels."""

    link: str
    given_at: Moment | None
    confirmed_at: Moment | None


class Confirmation(TypedDict):
    """Confirmation by staff that a requirement is met."""

    item: str
    on: Day
    at: Moment
    by: str
    seen: str
    """What was there to be confirmed, in short; another text means that it has changed since."""


class Terms(TypedDict):
    """Terms from a day on: tier and program version, until the next terms begin."""

    since: Day
    year: int
    """The number of the partner year."""
    tier: str
    program: str
    """Hash of the version of the program."""
    reason: str
    """Why the tier changed within a year; the partner reads it. Empty for a year's first terms."""


class Declarer(TypedDict):
    """Who declared an attestation, as they were then."""

    name: str
    email: str
    position: str


class Criterion(TypedDict):
    """A criterion as attested."""

    item: str
    title: str
    asked: str
    """The words of the tier."""
    people: list[str]
    """Names of those who counted."""


class Attestation(TypedDict):
    """Yearly attestation: what was declared, by whom, when. Immutable."""

    year: int
    at: Moment
    by: str
    """The address that was signed in."""
    declared_by: Declarer
    form: str
    """An `AttestationForm` of the program."""
    program: str
    tier: str
    company: str
    """Name and tax number, as they were."""
    lang: Language
    statement: str
    criteria: list[Criterion]


class SignedCopy(TypedDict):
    """Receipt of the signed copy of an attestation."""

    year: int
    received_on: Day
    at: Moment
    by: str


class Renewal(TypedDict):
    """Decision at the end of a partner year."""

    year: int
    decision: RenewalDecision
    tier: str
    reason: str
    """The partner reads it."""
    at: Moment
    by: str


class AccessRequest(TypedDict):
    """Access request."""

    id: str
    name: str
    email: str
    """Name and address are empty once it is answered: whoever was let in is among the people."""
    at: Moment
    granted: bool | None
    """None: nobody has answered yet."""


class CalendarLink(TypedDict):
    """A user's secret link to the calendar."""

    person: str
    token_hash: str


class Stop(TypedDict):
    """Suspension or end of a partnership."""

    at: Moment
    by: str
    reason: str
    """The partner reads it."""
    before: PartnerState
    """The state it was in."""


class Lifted(TypedDict):
    """A decision that was taken back."""

    what: Liftable
    was: Mapping[str, Any]
    """The decision."""
    reason: str
    """Why it was taken back; the partner reads it."""
    at: Moment
    by: str


class PartnerNote(TypedDict):
    """Note of staff."""

    at: Moment
    by: str
    text: str


class PartnerHistoryEntry(TypedDict):
    """One action, as bare facts."""

    at: Moment
    who: str
    side: str
    what: str
    state: PartnerState
    """The state it led to."""
    on_behalf: NotRequired[bool]
    """Staff did for the partner what is the partner's to do."""
    item: NotRequired[str]
    """The requirement it is about."""
    decision: NotRequired[RenewalDecision]
    application: NotRequired[str]
    """The reference of the one that joined."""
    requests: NotRequired[list[str]]
    """Ids of the access requests that came with it."""


class Partner(TypedDict):
    """Partner document."""

    id: str
    version: NotRequired[int]
    """The store's."""
    state: PartnerState
    lang: Language
    application: str
    """The reference of the one that began it."""
    joined: NotRequired[list[str]]
    """Later applications of the company."""
    applied_for: str
    """The tier."""
    active_since: Day | None
    """The first day of the first partner year."""
    terms: list[Terms]
    """Oldest first; none before the first partner year."""
    company: CompanyProfile
    people: list[Person]
    access_requests: list[AccessRequest]
    qualifications: list[Qualification]
    activities: list[Activity]
    meetings: list[Meeting]
    goals: list[Goal]
    targets: list[Target]
    agreement: Agreement
    promotion: Promotion
    confirmations: list[Confirmation]
    attestations: list[Attestation]
    signed_copies: list[SignedCopy]
    renewals: list[Renewal]
    suspended: Stop | None
    ended: Stop | None
    ends_on: Day | None
    """The last day, where it is decided that the partnership ends."""
    lifted: list[Lifted]
    calendars: list[CalendarLink]
    """One at most for each person who may sign in."""
    reminded: list[str]
    """Keys of the reminders that were sent."""
    notes: list[PartnerNote]
    history: list[PartnerHistoryEntry]
    keys: list[str]
    """What the company is found by: its tax number and its domains (`finding`)."""


def parse_partner(document: Mapping[str, Any]) -> Partner:
    """The document of a partner, as the store gives it."""
    return cast(Partner, document)


def history_entry(facts: Mapping[str, Any]) -> PartnerHistoryEntry:
    """An entry made of the facts of an action."""
    return cast(PartnerHistoryEntry, facts)


def iso(day: date | None) -> Day | None:
    """Date as stored (ISO 8601)."""
    return None if day is None else day.isoformat()


def next_id(prefix: str, things: Sequence[Mapping[str, Any]]) -> str:
    """Next id in a list of a partner: `p3`."""
    return f"{prefix}{max((int(thing['id'][len(prefix) :]) for thing in things), default=0) + 1}"


def found(things: Sequence[Any], id: str) -> Any:
    """Item with this id in a list of a partner; None where there is none."""
    return next((thing for thing in things if thing["id"] == id), None)


def applications(partner: Mapping[str, Any]) -> tuple[str, ...]:
    """References of the applications that a partner was made of, the first one first."""
    return (partner["application"], *partner.get("joined", ()))
