"""What happened at the example desk up to now, told through the use cases, each at its moment.

Counted back from now in business days, so that something is overdue and something due today whenever it is
looked at. Drawn with a fixed seed: the same day gives the same desk.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.access.people import ADMINISTRATOR, READER, REVIEWER, Kind, Principal
from forms_service.access.register import Register
from forms_service.cases import deeds
from forms_service.cases.desk import Desk
from forms_service.cases.outcomes import Done
from forms_service.cases.submissions import Submissions
from forms_service.decisions import companies
from forms_service.decisions.states import Action
from forms_service.demo.companies import (
    APPLICANTS,
    CUSTOMERS,
    FORMER_CUSTOMERS,
    PARTNERS,
    PRODUCTS,
    Customer,
    Partner,
)
from forms_service.moments import moment
from forms_service.references import References, StatusTokens
from forms_service.store.records import Document, Store
from partner_program.business_days import BusinessCalendar
from partner_program.model import Language, Program

ADMIN, REVIEWERS, WATCHER = (
    "administrator@example.com",
    ("reviewer@example.com", "second.reviewer@example.com"),
    "reader@example.com",
)
"""The example staff."""

PAST_DEALS = 60


@dataclass
class _Now:
    """The clock of the use cases while they tell what happened."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Filling:
    """Fills an empty store."""

    store: Store
    tokens: StatusTokens
    program: Program
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(5))

    def __post_init__(self) -> None:
        self._clock = _Now(self.now)
        references = References(self.chance.randrange)
        self._desk = Desk(
            self.store,
            self.tokens,
            self._clock,
            lambda: self.program,
            references=references,
            also=deeds.ALSO,
        )
        self._submissions = Submissions(self.store, self.tokens, self._clock, references=references)
        self._calendar = BusinessCalendar.of(self.program.deal_registration)
        self._reviewers = [_staff(email, REVIEWER) for email in REVIEWERS]

    def fill(self) -> None:
        """Everything."""
        self._people()
        self._partners()
        self._accounts()
        self._past()
        self._today()
        self._mails_went_out()

    def _people(self) -> None:
        self._clock.at = self.now - timedelta(days=300)
        register = Register(self.store, clock=self._clock)
        roles = {ADMIN: ADMINISTRATOR, **dict.fromkeys(REVIEWERS, REVIEWER), WATCHER: READER}
        for email, role in roles.items():
            register.add(Kind.STAFF, email, role, by="command")

    def _partners(self) -> None:
        for number, partner in enumerate(PARTNERS):
            record = self._apply(partner, days=180 - 11 * number)
            self._do(record, Action.PRE_ACCEPT, days=178 - 11 * number)

    def _accounts(self) -> None:
        """One customer is the vendor's own."""
        theirs = CUSTOMERS[6]
        document = {"id": "example-account", "name": theirs.name, "tax_id": f"PL{theirs.tax_id}", "domain": ""}
        keys = sorted(companies.account(document).index_keys())
        with self.store.batch() as batch:
            batch.add("accounts", {**document, "keys": keys})

    def _past(self) -> None:
        for number in range(PAST_DEALS):
            days = 6 + number * 3
            partner = self.chance.choice(PARTNERS)
            customer = FORMER_CUSTOMERS[number % len(FORMER_CUSTOMERS)]
            record = self._register(partner, customer, self.chance.choice(PRODUCTS), days=days, hour=9 + number % 8)
            late = 3 if self.chance.random() < 0.1 else 1 + number % 2
            self._decide(record, self.chance.random(), days=days - late)

    def _decide(self, record: Document, chance: float, *, days: int) -> None:
        if chance < 0.65:
            self._approve(record, days=days)
        elif chance < 0.9:
            reasons = self.program.deal_registration.reject_reasons
            self._do(record, Action.REJECT, days=days, reason=self.chance.choice(reasons).id)
        else:
            self._at(days, 15)
            self._submissions.withdraw(record["id"], program=self.program)

    def _approve(self, record: Document, *, days: int, **details: str) -> None:
        sells = record["said"]["model"] == "sell-with"
        terms = {"benefit": "commission", "percent": "10"} if sells else {"benefit": "discount", "percent": "12.5"}
        against = "Inny dział klienta, osobny budżet"
        self._do(
            record,
            Action.APPROVE,
            days=days,
            **{**terms, "product": record["said"]["product"], "despite_conflict": against, **details},
        )

    def _today(self) -> None:
        """What waits: a conflict, a stranger, a question, something overdue, something due today."""
        integrator, systems, consulting, advisers = PARTNERS
        bank, logistics, energy, hospital, shops, insurance, plant, university = CUSTOMERS
        late = self._register(systems, university, "Integracja systemów", days=3, hour=11, value="48000")
        self._do(late, Action.NOTE, days=1, text="Czekamy na opinię działu usług. Zapytać ponownie jutro rano.")
        self._register(integrator, plant, "Platforma danych", days=2, hour=9, value="320000")
        asked = self._register(consulting, energy, "Cloud migration", days=2, hour=14, value="85000", currency="EUR", lang="en")
        self._do(asked, Action.TAKE, days=1)
        question = "Which part of the platform does the customer want to move first?"
        self._do(asked, Action.ASK, days=1, text=question)
        first = self._register(advisers, shops, "Aplikacja mobilna", days=1, hour=8, value="150000", description=_NEEDS)
        self._do(first, Action.TAKE, days=1, hour=10)
        self._register(integrator, shops, "Aplikacja mobilna", days=1, hour=13, value="142500.50")
        self._register(systems, hospital, "Utrzymanie aplikacji", days=1, hour=15, value="96000")
        stranger = Partner("", 119, "nieznany.example", "silver", ("sell-with",), 0, 0, 0)
        self._register(stranger, logistics, "Migracja do chmury", days=0, value="60000")
        fresh = self._register(integrator, insurance, "Data platform", days=0, value="210000", currency="EUR")
        self._correct(fresh)
        for number, applicant in enumerate(APPLICANTS):
            self._apply(applicant, days=4 - number)
        self._apply(APPLICANTS[2], days=3, trapped=True)
        self._rejected_application()

    def _rejected_application(self) -> None:
        again = Partner("Dawny Kandydat sp. z o.o.", 114, "kandydat.example", "gold", ("resell",), 0, 0, 0)
        record = self._apply(again, days=30)
        reason = "Na razie nie rozszerzamy kanału w tym modelu. Wrócimy do Ciebie w przyszłym roku."
        self._do(record, Action.REJECT, days=27, text=reason)

    def _correct(self, record: Document) -> None:
        self._clock.at = moment(record["received_at"]) + timedelta(minutes=4)
        said = {**record["said"], "value_amount": "230000"}
        self._submissions.correct(record["id"], said, program=self.program)

    def _mails_went_out(self) -> None:
        """All mail has been sent; one to a partner came back."""
        queued = self.store.find("mails", "state", "queued")
        bounced = next(mail for mail in reversed(queued) if mail["template"] == "approved")
        with self.store.batch() as batch:
            for mail in queued:
                sent = {"state": "sent", "attempts": 1, "sent_at": mail["created_at"]}
                dead = {"state": "dead", "attempts": 1, "problem": "550 5.1.1 no such mailbox"}
                batch.replace("mails", {**mail, **(dead if mail is bounced else sent)}, mail["version"])

    def _register(
        self,
        partner: Partner,
        customer: Customer,
        product: str,
        *,
        days: int,
        hour: int = 10,
        value: str = "",
        currency: str = "PLN",
        lang: Language = "pl",
        description: str = "",
    ) -> Document:
        self._at(days, hour)
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
            "accept_privacy": "y",
        }
        return self._submit("deal-registration", typed, lang)

    def _apply(self, partner: Partner, *, days: int, trapped: bool = False) -> Document:
        self._at(days, 12)
        return self._submit("application", partner.application(), "pl", trapped)

    def _submit(self, name: str, typed: Mapping[str, Any], lang: Language, trapped: bool = False) -> Document:
        form = forms.build(name, self.program, lang, formdata=MultiDict(typed))
        if not form.validate():
            raise ValueError(f"the example is no valid form: {[*form.mistakes()]}")
        return self._submissions.submit(name, form.said(), program=self.program, language=lang, trapped=trapped)

    def _do(self, record: Document, action: Action, *, days: int, hour: int = 16, **details: str) -> None:
        self._at(days, hour)
        self._clock.at = max(self._clock.at, moment(record["received_at"]) + timedelta(minutes=30))
        reviewer = self.chance.choice(self._reviewers)
        current = self.store.get("records", record["id"]) or record
        outcome = self._desk.act(
            record["id"], action, reviewer, seen=len(current["history"]), details=details
        )
        if not isinstance(outcome, Done):
            raise ValueError(f"{action} of {record['id']} is not possible: {outcome}")

    def _at(self, days: int, hour: int) -> None:
        """Set the clock so many business days back; today, an hour ago."""
        zone = ZoneInfo(self.program.deal_registration.time_zone)
        day = self.now.astimezone(zone).date()
        if days == 0:
            self._clock.at = self.now - timedelta(hours=1)
            return
        while days or not self._calendar.is_business_day(day):
            day -= timedelta(days=1)
            days -= self._calendar.is_business_day(day)
        self._clock.at = datetime.combine(day, time(hour, self.chance.randrange(60)), zone)


_NEEDS = (
    "Klient chce zastąpić dwie aplikacje jedną i otworzyć ją dla wszystkich sklepów.\n"
    "Decyzję podejmie zarząd, spotkanie za dwa tygodnie."
)


def _staff(email: str, role: str) -> Principal:
    return Principal("", email, Kind.STAFF, role, "pl")
