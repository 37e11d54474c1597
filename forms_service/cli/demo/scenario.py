"""Demo scenario: runs the real services at simulated times."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.cli.demo.companies import ExampleCustomer, ExamplePartner
from forms_service.domain.auth.roles import REVIEWER, Principal, UserKind
from forms_service.domain.clock import moment
from forms_service.domain.references import References, StatusTokens
from forms_service.domain.submissions.action_results import Done
from forms_service.domain.submissions.submission import Submission, parse
from forms_service.domain.submissions.workflow import Action
from forms_service.domain.table_names import RECORDS
from forms_service.services.staff_decisions import StaffDecisions
from forms_service.services.submissions import Submissions
from forms_service.store.store import Store
from partner_program.business_days import BusinessCalendar
from partner_program.model import Language, Program

REVIEWERS = ("reviewer@example.com", "second.reviewer@example.com")


@dataclass
class Now:
    """The clock of the use cases while they tell what happened."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Scenario:
    """Runs services as of the time of `clock`."""

    store: Store
    tokens: StatusTokens
    program: Program
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    def __post_init__(self) -> None:
        self.clock = Now(self.now)
        references = References(self.chance.randrange)
        self.decisions = StaffDecisions(
            self.store, self.clock, lambda: self.program, wake_outbox=lambda: None
        )
        self.submissions = Submissions(self.store, self.tokens, self.clock, references=references)
        self.calendar = BusinessCalendar.of(self.program.deal_registration)
        self.reviewers = [_staff(email, REVIEWER) for email in REVIEWERS]

    def register(
        self,
        partner: ExamplePartner,
        customer: ExampleCustomer,
        product: str,
        *,
        days: int,
        hour: int = 10,
        value: str = "",
        currency: str = "PLN",
        lang: Language = "pl",
        description: str = "",
    ) -> Submission:
        self.at(days, hour)
        typed = {
            "partner_tax_id": partner.tax_id,
            "partner_email": partner.email,
            "customer_name": customer.name,
            "customer_website": customer.website,
            "customer_tax_id": customer.tax_id,
            "customer_country": customer.country,
            "model": self.chance.choice(partner.models),
            "product": product,
            "value_amount": value or str(self.chance.randrange(20, 400) * 1000),
            "value_currency": currency,
            "expected_close": (self.now + timedelta(days=60)).date().isoformat(),
            "description": description,
        }
        return self.submit("deal-registration", typed, lang)

    def apply(self, partner: ExamplePartner, *, days: int, trapped: bool = False) -> Submission:
        self.at(days, 12)
        return self.submit("application", partner.application(), "pl", trapped)

    def submit(
        self, name: str, typed: Mapping[str, Any], lang: Language, trapped: bool = False
    ) -> Submission:
        form = forms.build(name, self.program, lang, formdata=MultiDict(typed))
        if not form.validate():
            raise ValueError(f"the example is no valid form: {[*form.mistakes()]}")
        return self.submissions.submit(
            name, form.said(), program=self.program, language=lang, trapped=trapped
        )

    def do(
        self,
        record: Submission,
        action: Action,
        *,
        days: int,
        hour: int = 16,
        by: int | None = None,
        **details: str,
    ) -> None:
        """Have a reviewer do it: the one with this number, or any."""
        self.at(days, hour)
        self.clock.at = max(self.clock.at, moment(record["received_at"]) + timedelta(minutes=30))
        reviewer = self.chance.choice(self.reviewers) if by is None else self.reviewers[by]
        current = parse(self.store.get(RECORDS, record["id"])) or record
        outcome = self.decisions.act(
            record["id"], action, reviewer, seen=len(current["history"]), details=details
        )
        if not isinstance(outcome, Done):
            raise ValueError(f"{action} of {record['id']} is not possible: {outcome}")

    def at(self, days: int, hour: int) -> None:
        """Set the clock so many business days back; today, an hour ago."""
        zone = ZoneInfo(self.program.deal_registration.time_zone)
        day = self.now.astimezone(zone).date()
        if days == 0:
            self.clock.at = self.now - timedelta(hours=1)
            return
        while days or not self.calendar.is_business_day(day):
            day -= timedelta(days=1)
            days -= self.calendar.is_business_day(day)
        self.clock.at = datetime.combine(day, time(hour, self.chance.randrange(60)), zone)


def _staff(email: str, role: str) -> Principal:
    return Principal("", email, UserKind.STAFF, role, "pl")
