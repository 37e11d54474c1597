"""Year review, renewal and attestation of the partner pages. Templates: `page.review`, `page.attestation`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from forms_service.domain.partners import attestation, partner_labels, renewal
from forms_service.domain.partners.partner import Renewal, RenewalDecision
from forms_service.domain.partners.partner_permissions import PartnerAction
from forms_service.domain.partners.partner_years import Period, active_since, tier_on, year
from forms_service.domain.partners.people import member
from forms_service.domain.partners.renewal import YearInReview
from forms_service.domain.submissions import receipt_labels
from forms_service.domain.submissions import submission_labels as deal_wording
from forms_service.domain.submissions.workflow import State as DealState
from forms_service.i18n.translations import N_
from forms_service.web.partner_record.context import PartnerContext
from partner_program.model import AttestationForm


@dataclass(frozen=True)
class ReviewSection:
    """Template context of a year's review: the selected one, else the one to renew, else the running one."""

    context: PartnerContext

    @cached_property
    def to_renew(self) -> Period | None:
        """The partner year whose renewal can be decided now."""
        return renewal.year_to_renew(self.context.partner, self.context.program, self.context.day)

    @property
    def opens_on(self) -> date | None:
        """From which day on the renewal of the oldest undecided year can be decided; None where it can be."""
        oldest = renewal.oldest_undecided(self.context.partner, self.context.day)
        if oldest is None or self.to_renew is not None:
            return None
        return renewal.can_be_decided_from(oldest, self.context.program)

    @cached_property
    def period(self) -> Period | None:
        """The year."""
        return self.context.shown if self.context.asked_year or self.to_renew is None else self.to_renew

    @cached_property
    def year(self) -> YearInReview | None:
        """What it was."""
        period = self.period
        if period is None:
            return None
        program = self.context.books.program_on(min(self.context.day, period.last_day))
        return renewal.review(
            self.context.partner,
            program,
            period,
            self.context.day,
            revenue=self.context.books.summed(period),
            deals=self.context.books.deals_of(period),
        )

    @property
    def deals(self) -> list[tuple[str, int]]:
        """How many deals of the year stand where."""
        found = Counter(str(deal["state"]) for deal in self.year.deals) if self.year else Counter[str]()
        in_words = deal_wording.state_for_staff
        return [(in_words(state, self.context.words), found[state]) for state in DealState if found[state]]

    @property
    def money(self) -> list[tuple[str, Decimal]]:
        """What was invoiced, by currency."""
        return list(self.year.revenue.items()) if self.year else []

    @property
    def decisions(self) -> list[tuple[str, str]]:
        """What a renewal can be; to choose from."""
        return [(each.value, self.context.text(words)) for each, words in partner_labels.RENEWALS.items()]

    def decided(self, made: Renewal) -> str:
        """What was decided."""
        return self.context.text(partner_labels.DECISIONS[RenewalDecision(made["decision"])])

    @property
    def made(self) -> list[Renewal]:
        """Every decision that stands, the newest first."""
        renewals: list[Renewal] = self.context.seen["renewals"]
        return sorted(renewals, key=lambda each: each["year"], reverse=True)

    @property
    def next_year_begins(self) -> date | None:
        """The day on which the next terms begin, where the renewal is decided."""
        since = active_since(self.context.partner)
        if since is None or self.to_renew is None:
            return None
        return year(since, self.to_renew.number + 1).first_day


@dataclass(frozen=True)
class AttestationSection:
    """Template context of the attestation."""

    context: PartnerContext

    @cached_property
    def year(self) -> Period | None:
        """The partner year that can be attested now."""
        return attestation.year_to_attest(self.context.partner, self.context.program, self.context.day)

    @property
    def opens_on(self) -> date | None:
        """From which day on the running year can be attested, or the next one where that has been done."""
        running, since = self.context.year, self.context.partner["active_since"]
        if running is None or since is None:
            return None
        is_done = attestation.declared(self.context.partner, running.number) is not None
        next_one = year(date.fromisoformat(since), running.number + is_done)
        return attestation.opens_on(self.context.program, next_one)

    @property
    def told(self) -> str:
        """The last one that was given, and from which day on the next can be; empty before any."""
        given = max(self.context.partner["attestations"], key=lambda each: each["year"], default=None)
        if given is None:
            return ""
        words = {"number": given["year"], "day": self.context.at(given["at"])}
        said = self.context.text(N_("The attestation for year %(number)s was given on %(day)s.")) % words
        if self.year is not None or self.opens_on is None or self.opens_on <= self.context.day:
            return said
        next_one = self.context.text(N_("The next one can be given from %(day)s.")) % {
            "day": self.context.on(self.opens_on)
        }
        return f"{said} {next_one}"

    def version(self, program: str) -> str:
        """A version of the program, by its hash: its day, where it was recorded, and its short hash."""
        day = self.context.version_days.get(program)
        return receipt_labels.version(
            program, date.fromisoformat(day) if day else None, self.context.language
        )

    @property
    def criteria(self) -> tuple[attestation.CriterionNow, ...]:
        """What would be attested."""
        tier = tier_on(self.context.partner, self.context.day)
        return attestation.criteria(self.context.partner, self.context.program, tier, self.context.day)

    @property
    def declarer(self) -> str:
        """The name under which the reader would declare it; empty where they may not."""
        if self.context.for_staff or PartnerAction.ATTEST not in self.context.may:
            return ""
        person = member(self.context.partner, self.context.actor.email)
        return "" if person is None else person["name"]

    @property
    def statement(self) -> str:
        """The words of an attestation that is given now."""
        return attestation.statement(self.context.program, self.context.language)

    def wants_copy(self, given: Mapping[str, Any]) -> bool:
        """Whether a signed copy of an attestation is still to come."""
        written = given["form"] == AttestationForm.WRITTEN.value
        return written and not attestation.copy_received(self.context.partner, given["year"])
