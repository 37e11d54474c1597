"""Partner builders: partner records in each state, and actors who change them."""

from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from forms_service.domain.partners import agreement, company_profile, onboarding_checklist, people
from forms_service.domain.partners.meeting_calls import MeetingCall
from forms_service.domain.partners.onboarding_checklist import new_partner
from forms_service.domain.partners.partner import CompanyProfile, Partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor, Side
from forms_service.domain.partners.refusals import PartnerActionRefused
from partner_program import Program
from tests.factories.program import published
from tests.factories.submissions import application_answers

CONTACT, SPONSOR, MEMBER, STRANGER = (
    f"{name}@partner.example" for name in ("contact", "sponsor", "member", "stranger")
)
STAFF = "staff@vendor.example"
START = date(2026, 11, 24)
"""The day on which the partner of most tests becomes active."""

T = TypeVar("T")


def changed(**places: Any) -> Program:
    """The program with other values in these places: `deal_registration__pause_on_question=True`."""
    content = published().model_dump(mode="json")
    for path, value in places.items():
        *steps, last = path.split("__")
        around = content
        for step in steps:
            around = around[step]
        around[last] = value
    return Program.model_validate(content, strict=False)


def noon(day: date) -> datetime:
    """A moment of this day."""
    return datetime.combine(day, time(11), UTC)


def by(email: str, day: date = START) -> PartnerActing:
    """Somebody of the partner's people on a day."""
    return PartnerActing(PartnerActor(Side.PARTNER, email), noon(day))


def staff(day: date = START) -> PartnerActing:
    """One of the vendor's people on a day."""
    return PartnerActing(PartnerActor(Side.STAFF, STAFF), noon(day))


def system(day: date = START) -> PartnerActing:
    """The service itself on a day."""
    return PartnerActing(PartnerActor(Side.SYSTEM), noon(day))


def call(day: date, **more: Any) -> MeetingCall:
    """A call of a meeting on this day, at noon in Warsaw, for the contact and the sponsor."""
    said = {"minutes": 60, "place": "", "link": "https://meet.example.com/plan", "agenda": ""}
    said |= {"starts_at": noon(day), "invited": ("p1",), "lang": "pl"}
    return MeetingCall(day, **{**said, **more})


def done(result: T | PartnerActionRefused) -> T:
    """Result of an action that has to succeed."""
    assert not isinstance(result, PartnerActionRefused), result
    return result


def application(**said: Any) -> dict[str, Any]:
    """A pre-accepted application."""
    return {
        "id": "APP-2222-2222",
        "lang": "pl",
        "said": application_answers(
            **{
                "company_name": "Zgrabka sp. z o.o.",
                "contacts": [{"name": "Osoba Kontaktowa", "email": CONTACT, "phone": "", "role": "handel"}],
                "sponsor": {"name": "Osoba Sponsor", "email": SPONSOR, "role": "zarząd"},
                "sponsor_is_contact": False,
                "sales_people": [{"name": "Osoba Kontaktowa", "email": ""}],
                **said,
            }
        ),
    }


def onboarded(**said: Any) -> Partner:
    """A partner in onboarding."""
    return new_partner(application(**said), "PAR-2222-2222", at=noon(START), by=STAFF)


def company(**more: Any) -> CompanyProfile:
    """A complete profile."""
    whole: dict[str, Any] = {
        **onboarded()["company"],
        "address": "ul. Przykładowa 1, 00-001 Miasto",
        "areas": ["Polska"],
        **more,
    }
    return whole  # type: ignore[return-value]


def prepared(day: date = START, partner: Partner | None = None, tier: str = "silver") -> Partner:
    """A partner with everything there and confirmed, on the day before it begins or on it."""
    partner = partner or onboarded()
    partner = done(company_profile.change_company(partner, staff(day), company()))
    partner = done(
        agreement.record_agreement(
            partner, staff(day), concluded_on=day, for_partner="Zarząd", for_vendor="Dyrektor"
        )
    )
    for step in onboarding_checklist.checklist(partner, published(), day, tier=tier):
        partner = done(onboarding_checklist.confirm(partner, staff(day), published(), step.item.id))
    return partner


def active(day: date = START, tier: str = "silver", partner: Partner | None = None) -> Partner:
    """A partner whose first partner year begins on this day."""
    return done(
        onboarding_checklist.activate(prepared(day, partner, tier), staff(day), published(), tier=tier)
    )


def with_member(partner: Partner, day: date = START) -> Partner:
    """The partner with one more person who may sign in, and is neither contact nor sponsor."""
    from forms_service.domain.partners import people_actions

    return done(people_actions.add(partner, staff(day), name="Osoba Trzecia", email=MEMBER, access=True))


def id_of(partner: Partner, email: str) -> str:
    """Of the person with this address."""
    return next(each["id"] for each in people.present(partner) if each["email"] == email)
