"""Program model: frozen pydantic models of `program.yml`; the docstrings are its reference.

Nothing here reads a file (`loader` does), decides anything (`eligibility`, `business_days`) or words
anything (`phrases`).
"""

import datetime
import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from partner_program import field_types
from partner_program.benefit_kinds import BenefitKind
from partner_program.requirement_kinds import Quota, ValueKind

Language = Literal["pl", "en"]
LANGUAGES: tuple[Language, ...] = ("pl", "en")

FORMAT: Literal[1] = 1
"""The layout of `program.json`, raised when its readers have to change."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
"""Lower-case letters, digits, `-` and `_`, beginning with a letter: it appears in addresses and forms."""

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

EmailAddress = Annotated[
    str, AfterValidator(field_types.email_address), Field(json_schema_extra={"format": "email"})
]
"""One address, syntax only: `name@company.com`."""
TimeZone = Annotated[str, AfterValidator(field_types.time_zone)]
"""A name of the IANA time zone database: `Europe/Warsaw`."""
Phone = Annotated[str, AfterValidator(field_types.phone)]
"""A number with its country code: `+48 32 000 00 00`."""
WebAddress = Annotated[
    str, AfterValidator(field_types.web_address), Field(json_schema_extra={"format": "uri"})
]
"""An address that begins with `https://`."""
Day = Annotated[str, AfterValidator(field_types.day), Field(json_schema_extra={"format": "date"})]
"""A day that exists, `"YYYY-MM-DD"`."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Text(_Part):
    """The same text in each language."""

    pl: Words
    """Polish."""
    en: Words
    """English."""

    def __getitem__(self, language: Language) -> str:
        return self.pl if language == "pl" else self.en


class Counted(_Part):
    """A counted noun as it follows a number in the genitive: Polish and English need 1 and the rest."""

    one: Words
    """After 1: `osoby` (brakuje 1 osoby), `person`."""
    other: Words
    """After any other number: `osób` (brakuje 2 osób), `people`."""


class CountedText(_Part):
    """A counted noun in each language."""

    pl: Counted
    """Polish, in the genitive."""
    en: Counted
    """English."""

    def __getitem__(self, language: Language) -> Counted:
        return self.pl if language == "pl" else self.en


class CarriedBy(StrEnum):
    """Whose duty a requirement is."""

    PARTNER = "partner"
    VENDOR = "vendor"
    BOTH = "both"


class When(StrEnum):
    """When a requirement has to be fulfilled."""

    AT_APPLICATION = "at_application"
    BEFORE_ACTIVE = "before_active"
    YEARLY = "yearly"
    ONGOING = "ongoing"


class Measure(StrEnum):
    """What a company can say about itself that a requirement is measured by."""

    SALES_PEOPLE = "sales_people"
    TECHNICAL_PEOPLE = "technical_people"
    LEAD_ACTIVITIES = "lead_activities"
    SPONSOR = "sponsor"


class Fact(StrEnum):
    """A part of a partner's record that a requirement is decided by, where no measure counts it."""

    PRE_ACCEPTANCE = "pre_acceptance"
    """The application was pre-accepted."""
    AGREEMENT = "agreement"
    """The agreement is concluded and the profile is complete."""
    CONTACT = "contact"
    """Somebody is named as contact."""
    PLANNING = "planning"
    """Meetings of joint planning."""
    REVENUE = "revenue"
    """Invoiced amounts, against the targets agreed with the partner."""
    DEALS = "deals"
    """Registered deals."""
    ATTESTATION = "attestation"
    """The yearly attestation."""
    PROMOTION = "promotion"
    """A confirmed link in one of the partner's channels."""


class AttestationForm(StrEnum):
    """How the yearly attestation is given."""

    DOCUMENT = "document"
    """A signed-in person declares it on the page: the document form, not a signature."""
    WRITTEN = "written"
    """Besides, the vendor's people note that a signed copy has arrived; until then it is not given."""


class Value(_Part):
    """What one tier asks in one requirement: typed, and in the program's own words."""

    kind: ValueKind
    """What is asked."""
    number: int | None = Field(default=None, ge=1)
    """How many, for `at_least` (people) and `per_year`; not allowed elsewhere."""
    label: Text
    """The words of the program, kept exactly; they must agree with `kind` and `number`."""

    @property
    def quota(self) -> Quota:
        """What counts towards it."""
        return self.kind.quota(self.number)


class _Row(_Part):
    """A row of the comparison."""

    @property
    def differs(self) -> bool:
        """Whether the tiers have different values here."""
        values = list(self.tiers.values())  # type: ignore[attr-defined]
        return any(value != values[0] for value in values[1:])


class Item(_Row):
    """A requirement, or a part of one."""

    id: Id
    """Unique in the file; the anchor on the requirements page."""
    title: Text
    """The program's own name of it."""
    text: Text
    """What it means, explained in our own words: clear, short, nothing added."""
    carried_by: CarriedBy
    """Who does it. What the vendor carries never counts against a partner."""
    when: When
    """When it has to be there."""
    evidence: Text
    """What shows that it is fulfilled."""
    measure: Measure | None = None
    """The fact a company says about itself that this is measured by, if there is one."""
    fact: Fact | None = None
    """What of a partner's record decides it. With neither measure nor fact, people confirm it by hand."""
    tiers: dict[Id, Value]
    """For each tier, by its id, what it asks."""


class Requirement(Item):
    """One row of the program's table."""

    note: Text | None = None
    """A sentence of the program that is published beside the row and computed by nothing."""
    parts: tuple[Item, ...] = ()
    """Rows that belong to this one."""

    @property
    def differs_within(self) -> bool:
        """Whether the tiers have different values here or in a part."""
        return self.differs or any(part.differs for part in self.parts)


class Section(_Part):
    """A group of requirements."""

    id: Id
    """Unique in the file."""
    title: Text
    """The program's own heading, kept exactly."""
    requirements: tuple[Requirement, ...] = Field(min_length=1)
    """Its rows, in the order in which they are shown."""


class BenefitValue(_Part):
    """What one tier gives in one benefit: typed, and in the program's own words."""

    kind: BenefitKind
    """What is given."""
    number: int | None = Field(default=None, ge=1)
    """How many or how much, for `percent`, `percent_range`, `amount` and `quantity` only."""
    to: int | None = Field(default=None, ge=1, le=100)
    """Where a `percent_range` ends."""
    currency: Literal["PLN", "EUR", "USD", "GBP", "CHF"] | None = None
    """Of an `amount`."""
    unit: Text | None = None
    """What a `quantity` counts, as it stands in the label: `dni roboczych`, `business days`."""
    label: Text
    """What people read; it must agree with the typed value."""


class Benefit(_Row):
    """Something a partner gets."""

    id: Id
    """Unique in the file; its anchor on the page that explains it."""
    title: Text
    """What it is, in a few words."""
    text: Text
    """What it means, explained: clear, short, nothing added to the source."""
    source: Id | None = None
    """The row of the vendor's document that grants it, by the id of its requirement."""
    tiers: dict[Id, BenefitValue]
    """For each tier, by its id, what it gives."""


class BenefitGroup(_Part):
    """A group of benefits."""

    id: Id
    """Unique in the file."""
    title: Text
    """Its heading."""
    benefits: tuple[Benefit, ...] = Field(min_length=1)
    """In the order in which they are shown."""


class Tier(_Part):
    """A tier of the partnership, lowest first."""

    id: Id
    """Used in forms and addresses: `silver`."""
    name: Words
    """Its name, the same in every language: `Silver`."""
    title: Words
    """As a column heading: `Silver Partner`."""
    summary: Text
    """One sentence on whom it suits."""


class MeasureWords(_Part):
    """How a measured fact is asked for and what is said when it is missing."""

    question: Text
    """The question in the tier finder."""
    missing: CountedText
    """What follows `brakuje 2` / `2 … missing`."""
    missing_in_short: CountedText | None = None
    """The same for a partner who knows what is meant: `aktywności` / `activity`."""


class SellingModel(_Part):
    """A way of selling together."""

    id: Id
    """`sell-with`, `resell`."""
    title: Text
    """Its name and what it means."""


class Choice(_Part):
    """One entry of a list people choose from."""

    id: Id
    """Kept in records."""
    text: Text
    """What people read."""


class DayOff(_Part):
    """A one-off statutory day off that the calendar package does not know."""

    date: Day
    """`"YYYY-MM-DD"`, in quotes."""
    name: Text
    """Why it is a day off."""

    @property
    def day(self) -> datetime.date:
        """The date as one can count with it."""
        return datetime.date.fromisoformat(self.date)


class Protection(_Part):
    """How long an approved deal is protected."""

    days: int = Field(ge=1, le=3650)
    """So many days after the day of the approval; the last one counts whole."""
    reminder_days_before: int = Field(ge=1, le=365)
    """So many days before the last one its sender is reminded."""


class DealRegistration(_Part):
    """How a deal registration is decided."""

    decide_within_business_days: int = Field(ge=1, le=30)
    """The decision is due by the end of this business day; the day of registration does not count."""
    country: Literal["PL"]
    """Whose statutory days off are no business days."""
    time_zone: TimeZone
    """Where the day ends."""
    extra_days_off: tuple[DayOff, ...] = ()
    """One-off statutory days off."""
    products: tuple[Choice, ...] = ()
    """What can be registered; empty: free text."""
    reject_reasons: tuple[Choice, ...] = Field(min_length=1)
    """Neutral reasons for a rejection; none says anything about another partner."""
    pause_on_question: bool = False
    """Whether the time to decide stands still while a question to the partner is open."""
    protection: Protection | None = None
    """How long an approval is valid; without it, nothing is said about that."""


class Applications(_Part):
    """How an application is answered."""

    decide_within_business_days: int | None = Field(default=None, ge=1, le=30)
    """The answer is due by the end of this business day, counted as for deals; else no time is named."""


class Revenue(_Part):
    """How a partner's revenue is counted."""

    counted: Text
    """What counts: invoices of the vendor, to the end customer or to the partner."""
    summed: Text
    """When it is summed up."""
    varies: Text
    """What targets may depend on."""
    both_models: Text
    """What is asked of partners who sell in both models."""


class Certification(_Part):
    """How qualified people are counted."""

    one_person_counts_in_both: bool = True
    """Whether a person with both kinds of qualifications counts in both; otherwise in one of them."""


class AttestationRule(_Part):
    """The yearly attestation of the qualified people."""

    form: AttestationForm = AttestationForm.DOCUMENT
    """How it is given."""
    opens_days_before: int = Field(default=60, ge=1, le=365)
    """From so many days before the last day of the partner year it can be given."""
    statement: Text | None = None
    """What is declared, in the vendor's words; without it: that the company meets the criteria above."""


class ComingDue(_Part):
    """When to warn of due dates."""

    warn_days_before: tuple[Annotated[int, Field(ge=1, le=365)], ...] = (90, 30)
    """A reminder goes out so many days before the day itself, a warning stands on the page from then on."""


class Promise(_Part):
    """Whether pages may say how many decisions on deals were made in time."""

    publish: bool = False
    """Whether the block `{{ promise }}` shows anything."""
    minimum_count: int = Field(default=20, ge=5)
    """With fewer deadlines than this in twelve months, nothing is shown."""


class Retention(_Part):
    """How long data is kept."""

    closed_applications_months: int = Field(ge=1)
    """Applications, after they are closed."""
    deals_years: int = Field(ge=1)
    """Deal registrations, years to the end of the calendar year."""
    ended_partners_years: int = Field(default=3, ge=1)
    """Partners whose partnership has ended, their people and the signed agreement; years to the end of the
    calendar year."""
    trapped_days: int = Field(ge=1)
    """What the honeypot caught."""
    sent_mail_days: int = Field(ge=1)
    """Mail that was sent, and `.eml` files."""
    sign_in_links_days: int = Field(ge=1)
    """Sign-in links."""
    backups_days: int = Field(ge=1)
    """Backups."""
    drafts_days: int = Field(default=14, ge=1)
    """Forms begun and not sent, after the last change."""


class Controller(_Part):
    """Who is responsible for personal data. What is not filled in is not invented: a box says so."""

    name: Words
    """Company name."""
    seat: Words | None = None
    """Registered address."""
    register_entry: Words | None = None
    """Register and number (KRS), tax number."""
    email: EmailAddress | None = None
    """Where people write about their data."""
    inspector: Words | None = None
    """Contact of the data protection officer, or `"none"` where there is none."""
    recipients: Text | None = None
    """Who receives the data: kinds of companies that run the service and the mail for the controller."""
    transfers: Text | None = None
    """Whether data leaves the European Economic Area, and under which safeguards."""


class Contact(_Part):
    """Whom to write to."""

    name: Words
    """A person."""
    email: EmailAddress
    """Their address; also the default sender and receiver of the service's mail."""
    website: Words
    """The program's own address, as it is printed."""
    phone: Phone | None = None
    """Their phone number; nothing is shown without it."""
    meeting_url: WebAddress | None = None
    """Where a meeting with them is booked; nothing is shown without it."""


class Program(_Part):
    """The whole partner program of one vendor."""

    name: Text
    """Name of the program."""
    vendor: Words
    """Name of the vendor."""
    purpose: Text
    """What the program's document is for, in one sentence."""
    languages: tuple[Language, ...] = Field(min_length=1)
    """Languages of the site, the default one first."""
    tiers: tuple[Tier, ...] = Field(min_length=1)
    """Lowest first."""
    models: tuple[SellingModel, ...] = Field(min_length=1)
    """Ways of selling together."""
    measures: dict[Measure, MeasureWords]
    """How each measured fact is asked for."""
    benefits: tuple[BenefitGroup, ...] = ()
    """What a partner gets; shown before what is asked."""
    sections: tuple[Section, ...] = Field(min_length=1)
    """The requirements."""
    applications: Applications = Applications()
    """How an application is answered."""
    deal_registration: DealRegistration
    """How a deal registration is decided."""
    revenue: Revenue
    """How revenue is counted."""
    certification: Certification = Certification()
    """How qualified people are counted."""
    attestation: AttestationRule = AttestationRule()
    """The yearly attestation of the qualified people."""
    coming_due: ComingDue = ComingDue()
    """When people are told of what comes due."""
    promise: Promise = Promise()
    """Whether pages may say how many decisions on deals were made in time."""
    retention: Retention
    """How long data is kept."""
    controller: Controller
    """Who is responsible for personal data."""
    contact: Contact
    """Whom to write to."""

    def tier(self, tier_id: str) -> Tier:
        """The tier with this id. Raises KeyError."""
        for tier in self.tiers:
            if tier.id == tier_id:
                return tier
        raise KeyError(tier_id)

    def items(self) -> Iterator[Item]:
        """Every requirement, each followed by its parts."""
        for section in self.sections:
            for requirement in section.requirements:
                yield requirement
                yield from requirement.parts

    def all_benefits(self) -> Iterator[Benefit]:
        """Every benefit, in the order of the program."""
        for group in self.benefits:
            yield from group.benefits

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the content in canonical JSON, in hex: the version of the program.

        Layout and comments of the file do not count, nor does a key left out where its default stands.
        """
        content = self.model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()


class Published(_Part):
    """The partner program as the site publishes it, in every language."""

    format: Literal[1]
    """Version of this layout; readers refuse a number they do not know."""
    hash: str
    """SHA-256, in hex, over the program in canonical JSON: changes with the content and only with it."""
    program: Program
    """The whole program; what is not set is `null` or an empty list."""
