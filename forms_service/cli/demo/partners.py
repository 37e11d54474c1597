"""Demo partners: one near the end of its first partner year, one that has just become active."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.domain.partners import (
    activities,
    agreement,
    company_profile,
    joint_plan,
    onboarding_checklist,
    qualifications,
    targets,
)
from forms_service.domain.partners.invoice_lines import InvoicedTo, InvoiceLine
from forms_service.domain.partners.meeting_calls import MeetingCall, starts_at
from forms_service.domain.partners.partner import GoalKind, Partner, Skill
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor, Side
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.services.partner_revenue import PartnerRevenue
from forms_service.services.partners import Partners
from partner_program.model import Program

BEGAN_DAYS_AGO, BEGAN_LATELY_DAYS_AGO = 336, 150
"""The first partner year of the one is nearly over: its attestation is open and its renewal near."""
_MADE_READY_DAYS = 10
"""So long before the beginning its papers were made ready."""


Step = tuple[int, str, Callable[..., Partner | PartnerActionRefused], tuple[Any, ...], dict[str, Any]]
"""So many days ago; by which contact, or by the vendor's people; what, and with which details."""


@dataclass(frozen=True)
class PartnerYears:
    """What both sides did, each thing on its day. `travel` sets the clock of `partners` so many days back."""

    partners: Partners
    revenue: PartnerRevenue
    program: Program
    now: datetime
    travel: Callable[[int], None]
    staff: str

    def a_whole_one(self, reference: str, contact: str) -> None:
        """With one of everything, and a qualification that lapses soon."""
        self._begin(reference, BEGAN_DAYS_AGO, "gold")
        skilled = next(
            each["id"]
            for each in self.partners.get(reference)["qualifications"]
            if each["kind"] == Skill.TECHNICAL.value
        )
        done = [*self._planned(contact), *self._agreed(), *self._shown(contact)]
        done.append((100, contact, qualifications.extend, (skilled,), {"valid_until": self._day(-25)}))
        for days, who, what, more, said in sorted(done, key=lambda deed: -deed[0]):
            self._do(reference, days, who, what, *more, **said)
        self._invoice(reference)

    def _planned(self, contact: str) -> Iterator[Step]:
        goals = zip(
            GoalKind, ("Przychód 500 000 PLN", "Dwa wspólne webinary", "Trzy nowe branże"), strict=True
        )
        for kind, text in goals:
            yield 320, contact, joint_plan.set_goal, (), {"kind": kind, "text": text, "year": 1}
        for days, notes in ((250, "Ustalony plan webinarów."), (160, "Webinar przyniósł 12 kontaktów.")):
            yield days, "", joint_plan.hold_meeting, (), {"held_on": self._day(days), "notes": notes}
        yield 20, "", joint_plan.plan_meeting, (), {"call": self._call()}

    def _call(self) -> MeetingCall:
        day = self._day(-12) + timedelta(days=-self._day(-12).weekday() % 7)
        at = starts_at(day, time(10), ZoneInfo(self.program.deal_registration.time_zone))
        link, agenda = "https://meet.example.com/plan", "Cele na kolejny rok\nWspólne webinary"
        return MeetingCall(day, at, 60, "", link, agenda, ("p1",), self.program.languages[0])

    def _agreed(self) -> Iterator[Step]:
        agreed = {"year": 1, "area": "Polska", "model": "resell", "amount": "500000.00", "currency": "PLN"}
        yield 325, "", targets.set_targets, (1, [agreed], self.program), {}

    def _shown(self, contact: str) -> Iterator[Step]:
        page = "https://integrator.example/"
        webinar = {"title": "Webinar o migracji do chmury", "evidence": f"{page}webinar", "goal": "g2"}
        yield 130, contact, activities.do, (), {**webinar, "done_on": self._day(131)}
        yield 30, contact, activities.plan, (), {"title": "Targi branżowe", "planned_for": self._day(-15)}
        yield 200, contact, company_profile.give_link, (f"{page}partnerzy",), {}
        yield 199, "", company_profile.confirm_link, (), {}

    def one_that_began(self, reference: str) -> None:
        """Without anything in its year yet."""
        self._begin(reference, BEGAN_LATELY_DAYS_AGO, "silver")

    def _begin(self, reference: str, days: int, tier: str) -> None:
        company = self.partners.get(reference)["company"]
        address = {"address": "ul. Przykładowa 1\n00-000 Miasto", "areas": ["Polska"]}
        early = days + _MADE_READY_DAYS
        self._do(reference, early, "", company_profile.change_company, {**company, **address})
        both = {"for_partner": "Członek zarządu", "for_vendor": "Osoba z pełnomocnictwem"}
        self._do(reference, early, "", agreement.record_agreement, concluded_on=self._day(early), **both)
        steps = onboarding_checklist.checklist(
            self.partners.get(reference), self.program, self._day(early), tier=tier
        )
        for step in steps:
            if step.can_be_confirmed:
                self._do(reference, early, "", onboarding_checklist.confirm, self.program, step.item.id)
        self._do(reference, days, "", onboarding_checklist.activate, self.program, tier=tier)

    def _invoice(self, reference: str) -> None:
        amounts = (
            (210, "182000.00", "PLN", "resell", InvoicedTo.PARTNER, "FV/1"),
            (120, "214500.50", "PLN", "resell", InvoicedTo.PARTNER, "FV/2"),
            (110, "-14500.50", "PLN", "resell", InvoicedTo.PARTNER, "FK/1"),
            (60, "38000.00", "EUR", "sell-with", InvoicedTo.END_CUSTOMER, "FV/3"),
        )
        lines = [
            InvoiceLine(self._day(days), Decimal(amount), currency, model, to, "Polska", document)
            for days, amount, currency, model, to, document in amounts
        ]
        self.travel(10)
        self._sure(self.revenue.add(reference, PartnerActor(Side.STAFF, self.staff), lines))

    def _do(
        self,
        reference: str,
        days: int,
        contact: str,
        what: Callable[..., Partner | PartnerActionRefused],
        *more: Any,
        **said: Any,
    ) -> None:
        """One thing, so many days ago, by this contact or by the vendor's people."""
        self.travel(days)
        actor = PartnerActor(Side.PARTNER, contact) if contact else PartnerActor(Side.STAFF, self.staff)

        def change(partner: Partner, act: PartnerActing) -> Partner | PartnerActionRefused:
            return what(partner, act, *more, **said)

        self._sure(self.partners.change(reference, actor, change))

    def _sure(self, done: Partner | PartnerActionRefused) -> None:
        if isinstance(done, PartnerActionRefused):
            raise ValueError(f"the example is not possible: {done}")

    def _day(self, days: int) -> date:
        return (self.now - timedelta(days=days)).date()
