"""Partner page: template context of a partner's pages, composed of sections. Pure.

Templates call it `page`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel.numbers import format_decimal

from forms_service.domain.partners import (
    calendar_feed,
    company_profile,
    onboarding_checklist,
    partner_labels,
    scorecard,
)
from forms_service.domain.partners.access_requests import waiting
from forms_service.domain.partners.company_profile import is_known_address
from forms_service.domain.partners.partner import PartnerState, Progress, Skill, applications
from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.domain.partners.partner_years import tier_on
from forms_service.domain.partners.people import present, valid_on
from forms_service.domain.partners.revenue import RevenueEntry
from forms_service.domain.partners.scorecard import Fulfilment, Scorecard, ScorecardRow
from forms_service.domain.submissions import submission_labels
from forms_service.domain.values.countries import countries
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_
from forms_service.services.duplicate_lookup import FoundDuplicate
from forms_service.web.partner_record.context import PartnerContext
from forms_service.web.partner_record.deals_section import DealsSection
from forms_service.web.partner_record.parts import PARTS
from forms_service.web.partner_record.planning_section import PlanningSection
from forms_service.web.partner_record.revenue_section import RevenueSection
from forms_service.web.partner_record.timeline_section import DueDatesSection, HistorySection
from forms_service.web.partner_record.year_section import AttestationSection, ReviewSection
from partner_program.labels import LABELS
from partner_program.model import Fact, Measure, Requirement
from partner_program.phrases import value_text

_WHERE = {
    Measure.SALES_PEOPLE: "people",
    Measure.TECHNICAL_PEOPLE: "people",
    Measure.LEAD_ACTIVITIES: "activities",
    Measure.SPONSOR: "people",
}
_WHERE_BY_FACT = {
    Fact.CONTACT: "people",
    Fact.ATTESTATION: "attestation",
    Fact.PLANNING: "planning",
    Fact.REVENUE: "revenue",
    Fact.DEALS: "deals",
}

SAME_COMPANY = N_("The same company is a partner twice: %(who)s (%(reasons)s).")
MAYBE_SAME_COMPANY = N_("Another partner may be the same company: %(who)s (%(reasons)s).")
AREAS = N_("Areas in the profile: %(areas)s")


@dataclass(frozen=True)
class PartnerPage(PartnerContext):
    """Template context `page`: context and sections of one partner."""

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Id, URL and label of each part."""
        return [(id, self.address(part.first), self.text(part.words)) for id, part in PARTS.items()]

    @property
    def applications(self) -> tuple[str, ...]:
        """References of its applications; for staff."""
        return applications(self.partner)

    @cached_property
    def same_company(self) -> list[tuple[str, str]]:
        """Id of each other partner of what may be the same company, and a sentence; for staff."""
        found = self.books.same_company() if self.for_staff else ()
        return [(each.duplicate.reference, self._same_company(each)) for each in found]

    def _same_company(self, found: FoundDuplicate) -> str:
        other = found.partner
        if other is None:
            return ""
        sentence = SAME_COMPANY if found.duplicate.is_same else MAYBE_SAME_COMPANY
        state = self.text(partner_labels.STATES[PartnerState(other["state"])])
        tier = self.tier_name(tier_on(other, self.day))
        reasons = ", ".join(submission_labels.reason(each, self.words) for each in found.duplicate.reasons)
        who = ", ".join([other["company"]["name"], tier, state])
        return self.text(sentence) % {"who": who, "reasons": reasons}

    @property
    def state(self) -> str:
        """Name of the partner's state."""
        return self.text(partner_labels.STATES[PartnerState(self.partner["state"])])

    @cached_property
    def tier(self) -> str:
        """Name of the tier, or of the one applied for."""
        return self.tier_name(tier_on(self.partner, self.day))

    def tier_name(self, tier: str) -> str:
        """A tier's name; its id where the program has none such any more."""
        return partner_labels.tier_name(tier, self.program)

    @cached_property
    def card(self) -> Scorecard:
        """Scorecard of the partner's tier."""
        return self._card(None)

    @property
    def benefits(self) -> list[tuple[str, str]]:
        """What the partner's tier gives: title and value, in words."""
        return [
            (benefit.title[self.language], value_text(value, self.language))
            for benefit in self.program.all_benefits()
            if (value := benefit.tiers.get(self.card.tier.id)) is not None
        ]

    @cached_property
    def next_card(self) -> Scorecard | None:
        """Scorecard of the tier above."""
        above = scorecard.next_tier(self.partner, self.program, self.day)
        return None if above is None else self._card(above.id)

    def _card(self, tier: str | None) -> Scorecard:
        return scorecard.scorecard(self.partner, self.program, self.day, tier=tier, revenue=self._for_targets)

    @cached_property
    def _for_targets(self) -> Sequence[RevenueEntry]:
        """What was invoiced in the running year, where something was agreed about that."""
        year = self.year
        if year is None or not any(target["year"] == year.number for target in self.partner["targets"]):
            return ()
        return self.books.summed(year)

    @property
    def year_links(self) -> list[tuple[int, str]]:
        """Every partner year up to now, and what asks for it; the running one first."""
        running = self.year.number if self.year else 0
        return [(number, f"?year={number}") for number in range(running, 0, -1)]

    def amounts_address(self, number: int) -> str:
        """What asks for a page of the amounts of the year that is looked at."""
        year = f"year={self.asked_year}&" if self.asked_year else ""
        return self.address("revenue", f"{year}amounts={number}")

    def history_address(self, number: int) -> str:
        """What asks for a page of the history."""
        return self.address("past", f"page={number}")

    @cached_property
    def accounts(self) -> RevenueSection:
        """Revenue section."""
        return RevenueSection(self)

    @cached_property
    def plan(self) -> PlanningSection:
        """Planning section."""
        return PlanningSection(self)

    @cached_property
    def deals(self) -> DealsSection:
        """Deals section."""
        return DealsSection(self)

    @cached_property
    def review(self) -> ReviewSection:
        """Renewal section."""
        return ReviewSection(self)

    @cached_property
    def attestation(self) -> AttestationSection:
        """Attestation section."""
        return AttestationSection(self)

    @cached_property
    def due_dates(self) -> DueDatesSection:
        """Due dates section."""
        return DueDatesSection(self)

    @cached_property
    def history(self) -> HistorySection:
        """History section."""
        return HistorySection(self)

    @property
    def to_next(self) -> str:
        """What is still to come for the tier above; empty for the highest."""
        card = self.next_card
        return "" if card is None else partner_labels.to_next_tier(card, self.words, self.language)

    def standing(self, row: ScorecardRow) -> str:
        """How the partner stands in a requirement."""
        vendor = "" if self.for_staff else self.program.vendor
        return partner_labels.standing(row, self.words, self.language, vendor=vendor)

    @property
    def vendor_side(self) -> str:
        """On whose side something of the vendor's is, for this reader."""
        if self.for_staff:
            return self.text("up to Future Processing")
        return partner_labels.vendor_side(self.program.vendor, self.words)

    def mark(self, row: ScorecardRow) -> str:
        """How a standing looks besides its words: `met`, `late`, `soon` (its day is near) or nothing.

        What the vendor carries is a matter of its people, as among the due dates.
        """
        if row.standing is Fulfilment.MET:
            return "met"
        if row.standing is Fulfilment.MISSING or (row.overdue and self.for_staff):
            return "late"
        if row.due is None or (row.standing is not Fulfilment.DUE and not self.for_staff):
            return ""
        near = max(self.program.coming_due.warn_days_before, default=0)
        return "soon" if (row.due - self.day).days <= near else ""

    def rows_to_do(self, card: Scorecard) -> list[ScorecardRow]:
        """The rows in which something is to be done, now first; for staff also their own late ones."""
        missing = [row for row in card.rows if row.standing is Fulfilment.MISSING]
        late = [row for row in card.rows if row.overdue and self.for_staff]
        return [*missing, *late, *(row for row in card.rows if row.standing is Fulfilment.DUE)]

    def rows_settled(self, card: Scorecard) -> list[ScorecardRow]:
        """The other rows."""
        to_do = {row.item.id for row in self.rows_to_do(card)}
        return [row for row in card.rows if row.item.id not in to_do]

    def can_be_filled_in(self, row: ScorecardRow) -> bool:
        """Whether something can be done about a requirement on its page.

        One that has parts is made of theirs; what is invoiced, nobody fills in to reach a target.
        """
        if row.item.fact is Fact.REVENUE:
            return False
        is_open = row.standing is Fulfilment.MISSING or (
            row.standing is Fulfilment.DUE and row.due is not None
        )
        return is_open and not (isinstance(row.item, Requirement) and row.item.parts)

    def where(self, row: ScorecardRow) -> str:
        """The section in which something can be done about a requirement."""
        if row.item.measure in _WHERE:
            return _WHERE[row.item.measure]
        if row.item.fact in _WHERE_BY_FACT:
            return _WHERE_BY_FACT[row.item.fact]
        return "profile"

    def to_confirm(self, row: ScorecardRow) -> bool:
        """Whether it waits for the vendor's people to say that it is fulfilled: nothing else decides it."""
        return self.can_be_filled_in(row) and onboarding_checklist.by_hand(row.item)

    def was_confirmed(self, row: ScorecardRow) -> bool:
        """Whether the vendor's people have said of what nothing else decides that it is fulfilled."""
        confirmed = {each["item"] for each in self.partner["confirmations"]}
        return onboarding_checklist.by_hand(row.item) and row.item.id in confirmed

    def carried_by(self, row: ScorecardRow) -> str:
        """Who carries a requirement."""
        label = LABELS[self.language].carried_by[row.item.carried_by]
        return label.format(vendor=self.program.vendor)

    def asked(self, row: ScorecardRow) -> str:
        """What the tier asks."""
        return value_text(row.value, self.language)

    @cached_property
    def steps(self) -> tuple[onboarding_checklist.OnboardingStep, ...]:
        """The checklist of the onboarding."""
        return onboarding_checklist.checklist(self.partner, self.program, self.day)

    def lacks(self, step: onboarding_checklist.OnboardingStep) -> str:
        """What is to be done about a step."""
        return partner_labels.step_lacks(step, self.partner, self.words, self.language)

    @cached_property
    def ready_tiers(self) -> list[tuple[str, str]]:
        """The tiers in which the partnership could begin now; to choose from."""
        return [
            (tier.id, tier.name)
            for tier in self.served.tiers
            if onboarding_checklist.ready(
                onboarding_checklist.checklist(self.partner, self.served, self.day, tier=tier.id)
            )
        ]

    @property
    def requests(self) -> list[Context]:
        """Who asks for access, the oldest first, for those who may answer and for the vendor's people."""
        if not (self.for_staff or PartnerAction.ANSWER_ACCESS in self.may):
            return []
        return [
            {**each, "is_known": is_known_address(self.partner, each["email"])}
            for each in waiting(self.partner)
        ]

    @property
    def people(self) -> list[Context]:
        """Everybody who is there, with what they are qualified for."""
        held = [each for each in self.partner["qualifications"] if each["removed_on"] is None]
        return [
            {**person, "held": [each for each in held if each["person"] == person["id"]]}
            for person in present(self.partner)
        ]

    def skill(self, held: Mapping[str, Any]) -> str:
        """What a qualification is for."""
        return self.text(partner_labels.SKILLS[Skill(held["kind"])])

    def is_valid(self, held: Any) -> bool:
        """Whether a qualification counts today."""
        return valid_on(held, self.day)

    def goal_progress(self, goal: Mapping[str, Any]) -> str:
        """How far a goal has come."""
        return self.text(partner_labels.GOAL_PROGRESS[Progress(goal["state"])])

    def meeting_progress(self, meeting: Mapping[str, Any]) -> str:
        """Whether a meeting is planned, was held or called off."""
        return self.text(partner_labels.MEETING_PROGRESS[Progress(meeting["state"])])

    def activity_progress(self, activity: Mapping[str, Any]) -> str:
        """Whether an activity is planned, was carried out or called off."""
        return self.text(partner_labels.ACTIVITY_PROGRESS[Progress(activity["state"])])

    @property
    def skills(self) -> list[tuple[str, str]]:
        """To choose from."""
        return [(skill.value, self.text(words)) for skill, words in partner_labels.SKILLS.items()]

    @property
    def goal_kinds(self) -> list[tuple[str, str]]:
        """To choose from."""
        return [(kind.value, self.text(words)) for kind, words in partner_labels.GOALS.items()]

    @property
    def tiers(self) -> list[tuple[str, str]]:
        """To choose from."""
        return [(tier.id, tier.name) for tier in self.served.tiers]

    @property
    def has_calendar_link(self) -> bool:
        """Whether the reader has one."""
        return calendar_feed.has_link(self.partner, self.actor.email)

    @property
    def may_keep_file(self) -> bool:
        """Whether the reader may hand in the signed agreement now."""
        is_kept = self.partner["agreement"]["document"] is not None
        return PartnerAction.KEEP_DOCUMENT in self.may and (self.for_staff or not is_kept)

    @property
    def file_size(self) -> str:
        """Of the signed agreement that is kept: `1,2 MB`."""
        kept = self.partner["agreement"]["document"]
        size = Decimal(kept["size_bytes"] if kept else 0) / 1_000_000
        return f"{format_decimal(max(size, Decimal('0.01')), '#,##0.0#', locale=self.language)}\u00a0MB"

    @property
    def countries(self) -> list[tuple[str, str]]:
        """To choose from."""
        return list(countries(self.language).items())

    @property
    def country(self) -> str:
        """The name of the company's."""
        code = self.partner["company"]["country"]
        return countries(self.language).get(code, code)

    @property
    def profile_lacks(self) -> list[str]:
        """What the profile does not say yet."""
        return [
            self.text(partner_labels.PROFILE[name])
            for name in company_profile.missing(self.partner["company"])
        ]

    @property
    def area_hint(self) -> str:
        """The areas of the profile, so that they are spelt alike."""
        areas = ", ".join(self.partner["company"]["areas"])
        return self.text(AREAS) % {"areas": areas} if areas else ""
