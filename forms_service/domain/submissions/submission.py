"""What the document of a submission holds: JSON all the way down.

Days are `YYYY-MM-DD`, moments as in `clock`, amounts are text. What people wrote stands in fields of its own;
the history holds bare facts. `NotRequired` is what not every submission has, or what older data lacks.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NotRequired, TypedDict, TypeVar, cast, overload

from forms_service.domain.submissions.workflow import (
    Action,
    ApplicationOutcome,
    Benefit,
    DealOutcome,
    ResultOutcome,
    Role,
    State,
    SubmissionKind,
)
from partner_program.model import Language

Part = TypeVar("Part")
Day = str
"""`2026-11-24`"""
Moment = str
"""`2026-11-24T08:15:00.000000Z`"""
Amount = str
"""`25000.50`"""


Facts = dict[str, Any]
"""What an action sets, before it is a part of a submission: see `typed`."""


class ContactPerson(TypedDict, total=False):
    """Somebody whom an application names."""

    name: str
    email: str
    phone: str
    role: str


class ApplicationAnswers(TypedDict, total=False):
    """Answers of an application; none once they are erased."""

    company_name: str
    tax_id: str
    country: str
    """ISO 3166-1 alpha-2."""
    website: str
    tier: str
    models: list[str]
    """Ids of the program."""
    contacts: list[ContactPerson]
    """The first one is whom to write to."""
    sponsor: ContactPerson
    sponsor_is_contact: bool
    sales_people: list[ContactPerson]
    technical_people: list[ContactPerson]
    lead_activities: int
    promote_website: bool
    message: str
    accept_requirements: bool


class DealAnswers(TypedDict, total=False):
    """Answers of a deal registration; none once they are erased."""

    partner_tax_id: str
    partner_email: str
    customer_name: str
    customer_website: str
    customer_tax_id: str
    customer_country: str
    customer_aware: bool
    model: str
    product: str
    """An id of the program where it has a list, else as it was typed."""
    value_amount: Amount
    value_currency: str
    expected_close: Day
    description: str


Answers = ApplicationAnswers | DealAnswers
"""Answers of a form, as `kind` says."""

RETIRED_ANSWERS = frozenset({"accept_privacy"})
"""Answers of older data that no form asks for: shown nowhere, no difference between two versions."""


_Moved = TypedDict("_Moved", {"from": NotRequired[Moment | None]})


class HistoryEntry(_Moved):
    """One action, as bare facts."""

    at: Moment
    who: str
    """An address of staff, else the role."""
    role: Role
    what: Action
    state: State
    """The state it led to."""
    version: NotRequired[int]
    """Of a correction: how many there are since."""
    to: NotRequired[str | None]
    """Of a hand-over: the owner; of a moved deadline: the moment."""
    on: NotRequired[Day]
    """Of a result."""
    until: NotRequired[Day]
    """Of an extension: its last day."""
    despite_conflict: NotRequired[bool]


class Reversal(TypedDict):
    """Why what was decided or reported stands no more."""

    at: Moment
    by: str
    reason: str


class Decision(TypedDict):
    """What was decided about a submission."""

    at: Moment
    by: str
    outcome: ApplicationOutcome | DealOutcome
    decide_by: Moment | None
    """The deadline it had; None where there was none, or the clock stood still."""
    benefit: NotRequired[Benefit]
    """Of an approval."""
    percent: NotRequired[str]
    words: NotRequired[str]
    product: NotRequired[str]
    despite_conflict: NotRequired[str]
    reason: NotRequired[str]
    """Of a rejection: an id of the program."""
    duplicate_of: NotRequired[str]
    join: NotRequired[str]
    """Of a pre-acceptance: the partner that the application became a part of."""
    text: NotRequired[str]
    reopened: NotRequired[Reversal]


class Result(TypedDict):
    """What became of an approved deal."""

    at: Moment
    by: str
    outcome: ResultOutcome
    on: Day
    value_amount: NotRequired[Amount]
    value_currency: NotRequired[str]
    text: NotRequired[str]
    reporter: NotRequired[str]
    """The address of somebody signed in for the partner."""
    taken_back: NotRequired[Reversal]


class SenderAnswer(TypedDict):
    """What the sender answered, or wrote."""

    at: Moment
    text: str


class Question(TypedDict):
    """What staff asked the sender."""

    at: Moment
    by: str
    text: str
    answer: SenderAnswer | None


class Note(TypedDict):
    """What staff wrote for staff."""

    at: Moment
    by: str
    text: str


class StoredPause(TypedDict):
    """A time in which the clock stood still."""

    asked: Moment
    answered: Moment | None


class DeadlineFacts(TypedDict):
    """How the deadline came about."""

    counted_from: Moment
    business_days: int
    skipped: list[Day]
    pauses: list[StoredPause]


class StoredDayOff(TypedDict):
    """A day that a deadline does not count."""

    day: Day
    reason: str
    """A `SkipReason`."""
    name: NotRequired[dict[str, str]]
    """By language."""


class Registration(TypedDict):
    """What the receipt of a deal says besides its first answers: stored once, never changed."""

    program: str
    """The hash of the version it was registered under."""
    program_day: NotRequired[Day]
    """From which that version stands, where it is recorded."""
    decide_by: Moment | None
    skipped: list[StoredDayOff]
    company: NotRequired[str]
    """The partner's, where somebody signed in for it registered the deal."""


class TimeToDecide(TypedDict):
    """Deadline of a submission, and how it came about."""

    decide_by: Moment | None
    deadline: DeadlineFacts | None


class Difference(TypedDict):
    """Enough to tell what was said from what was said after it."""

    changed: NotRequired[Mapping[str, Any]]
    """What was said in fields that changed."""
    added: NotRequired[list[str]]
    """Fields that were not there."""


class ReplacedVersion(Difference):
    """What a correction replaced: as a difference, or whole (older data)."""

    until: Moment
    program: NotRequired[str | None]
    said: NotRequired[Answers]


class WholeVersion(TypedDict):
    """What was said before a correction."""

    until: Moment
    said: Answers
    program: str | None


class DealProtection(TypedDict):
    """Until when an approval is valid."""

    decided_at: Moment
    """Of the decision it belongs to."""
    until: Day


class EnteredByStaff(TypedDict):
    """That staff entered a deal which came another way."""

    by: str
    at: Moment
    how: str


class _Stored(TypedDict):
    """What every submission has, as it is stored."""

    id: str
    version: NotRequired[int]
    """Given by the store; missing until it is stored."""
    state: State
    lang: Language
    received_at: Moment
    program: str
    """The hash of the version it was sent under."""
    trapped: bool
    """Caught by the honeypot."""
    fingerprint: str
    """Empty once something was erased."""
    keys: NotRequired[list[str]]
    """By which conflicts and senders are looked up."""
    terms: NotRequired[list[str]]
    """By which a search finds it."""
    decide_by: Moment | None
    deadline: NotRequired[DeadlineFacts | None]
    registration: NotRequired[Registration]
    """Of a deal."""
    history: list[HistoryEntry]
    token_hashes: NotRequired[list[str]]
    """Of its status links."""
    draft_hash: NotRequired[str]
    """Hash of the token of the draft it was sent from: that link leads to its status page."""
    replaced_hashes: NotRequired[list[str]]
    """Of those that were renewed."""
    link_nonce: NotRequired[str]
    partner: NotRequired[str]
    """The partner in whose area it was filled in."""
    owner: NotRequired[str | None]
    entered: NotRequired[EnteredByStaff]
    versions: NotRequired[list[ReplacedVersion]]
    questions: NotRequired[list[Question]]
    messages: NotRequired[list[SenderAnswer]]
    """What the sender wrote when their form came too late."""
    notes: NotRequired[list[Note]]
    decision: NotRequired[Decision]
    """The one that stands."""
    former_decisions: NotRequired[list[Decision]]
    result: NotRequired[Result]
    former_results: NotRequired[list[Result]]
    protection: NotRequired[DealProtection]
    informed_at: NotRequired[Moment]
    """When people named by others were told."""
    digest_at: NotRequired[Moment]
    """When the confirmation goes, together with others, if it did not go at once."""


class Application(_Stored):
    """Application of a company to become a partner."""

    kind: Literal[SubmissionKind.APPLICATION]
    said: ApplicationAnswers


class Deal(_Stored):
    """Deal registration."""

    kind: Literal[SubmissionKind.DEAL]
    said: DealAnswers


Submission = Application | Deal
"""What was sent in: told apart by `kind`."""


@overload
def parse(document: Mapping[str, Any]) -> Submission: ...
@overload
def parse(document: None) -> None: ...
def parse(document: Mapping[str, Any] | None) -> Submission | None:
    """The document of a submission, as the store or a form gives it."""
    return cast(Submission | None, document)


def parse_all(documents: Iterable[Mapping[str, Any]]) -> list[Submission]:
    """Several of them."""
    return [parse(document) for document in documents]


def applications(documents: Iterable[Mapping[str, Any]]) -> list[Application]:
    """The applications among them."""
    return [each for each in parse_all(documents) if each["kind"] == SubmissionKind.APPLICATION]


def deals(documents: Iterable[Mapping[str, Any]]) -> list[Deal]:
    """The deals among them."""
    return [each for each in parse_all(documents) if each["kind"] == SubmissionKind.DEAL]


def company_named(record: Submission) -> str:
    """Name of the company it is about: of the applicant, or of a deal's customer. Empty once it is erased."""
    if record["kind"] == SubmissionKind.DEAL:
        return (record.get("said") or {}).get("customer_name") or ""
    return (record.get("said") or {}).get("company_name") or ""


def tier_of(record: Submission) -> str:
    """Tier that an application is for; empty for a deal, and once it is erased."""
    if record["kind"] == SubmissionKind.DEAL:
        return ""
    return (record.get("said") or {}).get("tier") or ""


def without_retired(said: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they are read today: without those that no form asks for any more."""
    return {name: value for name, value in said.items() if name not in RETIRED_ANSWERS}


def answers(fields: Mapping[str, Any]) -> Answers:
    """What a valid form says."""
    return cast(Answers, fields)


def put_answers(record: Submission, said: Mapping[str, Any]) -> None:
    """Replace the answers of a submission."""
    if record["kind"] == SubmissionKind.DEAL:
        record["said"] = typed(DealAnswers, said)
    else:
        record["said"] = typed(ApplicationAnswers, said)


def typed(part: type[Part], fields: Mapping[str, Any]) -> Part:
    """A part of a submission made of checked fields: the details of an action."""
    return cast(Part, fields)
