"""Demo submissions: example data, made by the real services at simulated times.

Counted back from now in business days, so that something is overdue and something due today whenever it is
looked at. Drawn with a fixed seed: the same day gives the same desk.
"""

from datetime import timedelta
from typing import Any

from forms_service.cli.demo.companies import (
    APPLICANTS,
    CUSTOMERS,
    FORMER_CUSTOMERS,
    PARTNERS,
    PRODUCTS,
    ExamplePartner,
)
from forms_service.cli.demo.partners import PartnerYears
from forms_service.cli.demo.scenario import REVIEWERS, Scenario
from forms_service.domain import table_names
from forms_service.domain.auth.roles import ADMINISTRATOR, READER, REVIEWER, UserKind
from forms_service.domain.clock import moment
from forms_service.domain.companies import company_identity
from forms_service.domain.submissions.submission import DealAnswers, Submission, parse, typed
from forms_service.domain.submissions.workflow import Action, State
from forms_service.domain.table_names import ACCOUNTS, MAILS, RECORDS
from forms_service.services.partner_revenue import PartnerRevenue
from forms_service.services.partners import Partners
from forms_service.services.user_repository import UserRepository
from forms_service.store.store import transactional

ADMIN, WATCHER = "administrator@example.com", "reader@example.com"
"""The example staff, besides the reviewers."""

PAST_DEALS = 60
OLDEST_DAYS = 260
"""Business days since the oldest partner applied: more than a year."""
KNOWN_AFTER = 60
"""Business days after which it is known what became of a deal."""


class ExampleData(Scenario):
    """Fills an empty store with demo data."""

    def fill(self) -> None:
        """Everything."""
        self._people()
        self._partners()
        self._accounts()
        self._past()
        self._today()
        self._partner_years()
        self._mails_went_out()

    def _people(self) -> None:
        self.clock.at = self.now - timedelta(days=500)
        register = UserRepository(self.store, clock=self.clock)
        roles = {ADMIN: ADMINISTRATOR, **dict.fromkeys(REVIEWERS, REVIEWER), WATCHER: READER}
        for email, role in roles.items():
            register.add(UserKind.STAFF, email, role, by="command")

    def _partners(self) -> None:
        for number, partner in enumerate(PARTNERS):
            days = OLDEST_DAYS if number == 0 else 180 - 11 * number
            record = self.apply(partner, days=days)
            self.do(record, Action.PRE_ACCEPT, days=days - 2)

    def _partner_years(self) -> None:
        """Two of them have become active; the others are in onboarding."""
        partners = Partners(self.store, self.clock, lambda: self.program, wake_outbox=lambda: None)
        revenue = PartnerRevenue(self.store, partners)
        years = PartnerYears(partners, revenue, self.program, self.now, self._travel, REVIEWERS[0])
        integrator, systems, *_ = PARTNERS
        years.a_whole_one(self._reference_of(integrator), integrator.email)
        years.one_that_began(self._reference_of(systems))
        self.clock.at = self.now
        partners.remind()

    def _travel(self, days: int) -> None:
        self.clock.at = self.now - timedelta(days=days)

    def _reference_of(self, partner: ExamplePartner) -> str:
        found: str = self.store.find(table_names.PARTNERS, "member", partner.email)[0]["id"]
        return found

    @transactional
    def _accounts(self) -> None:
        """One customer is the vendor's own."""
        theirs = CUSTOMERS[6]
        document = {
            "id": "example-account",
            "name": theirs.name,
            "tax_id": f"PL{theirs.tax_id}",
            "domain": "",
        }
        keys = sorted(company_identity.account(document).index_keys())
        with self.store.batch() as batch:
            batch.add(ACCOUNTS, {**document, "keys": keys})

    def _past(self) -> None:
        for number in range(PAST_DEALS):
            days = 6 + number * 3
            partner = self.chance.choice(PARTNERS)
            customer = FORMER_CUSTOMERS[number % len(FORMER_CUSTOMERS)]
            record = self.register(
                partner, customer, self.chance.choice(PRODUCTS), days=days, hour=9 + number % 8
            )
            late = 3 if self.chance.random() < 0.1 else 1 + number % 2
            self._decide(record, self.chance.random(), days=days - late)
            if days > KNOWN_AFTER:
                self._conclude(record, number, days=days - 30)

    def _conclude(self, record: Submission, number: int, *, days: int) -> None:
        """What became of an approved deal, where that is known."""
        current = parse(self.store.get(RECORDS, record["id"])) or record
        if current["state"] != State.APPROVED:
            return
        self.at(days, 12)
        on = self.clock.at.date().isoformat()
        if number % 4:
            self.do(current, Action.WIN, days=days, on=on)
        else:
            text = "Klient odłożył projekt na przyszły rok."
            self.do(current, Action.LOSE, days=days, on=on, text=text)

    def _decide(self, record: Submission, chance: float, *, days: int) -> None:
        if chance < 0.65:
            self._approve(record, days=days)
        elif chance < 0.9:
            reasons = self.program.deal_registration.reject_reasons
            self.do(record, Action.REJECT, days=days, reason=self.chance.choice(reasons).id)
        else:
            self.at(days, 15)
            self.submissions.withdraw(record["id"], program=self.program)

    def _approve(self, record: Submission, *, days: int, **details: str) -> None:
        said = typed(DealAnswers, record["said"])
        sells = said["model"] == "sell-with"
        terms: dict[str, Any] = (
            {"benefit": "commission", "percent": "10"}
            if sells
            else {"benefit": "discount", "percent": "12.5"}
        )
        against = "Inny dział klienta, osobny budżet"
        terms |= {"product": said["product"], "despite_conflict": against, **details}
        self.do(record, Action.APPROVE, days=days, **terms)

    def _today(self) -> None:
        """What waits: a conflict, a stranger, a question, something overdue, something due today."""
        integrator, systems, consulting, advisers = PARTNERS
        _, logistics, energy, hospital, shops, insurance, plant, university = CUSTOMERS
        late = self.register(systems, university, "Integracja systemów", days=3, hour=11, value="48000")
        self.do(
            late, Action.NOTE, days=1, text="Czekamy na opinię działu usług. Zapytać ponownie jutro rano."
        )
        self.register(integrator, plant, "Platforma danych", days=2, hour=9, value="320000")
        asked = self.register(
            consulting, energy, "Cloud migration", days=2, hour=14, value="85000", currency="EUR", lang="en"
        )
        self.do(asked, Action.TAKE, days=1, hour=10, by=1)
        question = "Which part of the platform does the customer want to move first?"
        self.do(asked, Action.ASK, days=1, hour=11, by=1, text=question)
        first = self.register(
            advisers, shops, "Aplikacja mobilna", days=1, hour=8, value="150000", description=_NEEDS
        )
        self.do(first, Action.TAKE, days=1, hour=10)
        self.register(integrator, shops, "Aplikacja mobilna", days=1, hour=13, value="142500.50")
        self.register(systems, hospital, "Utrzymanie aplikacji", days=1, hour=15, value="96000")
        stranger = ExamplePartner("", 119, "nieznany.example", "silver", ("sell-with",), 0, 0, 0)
        self.register(stranger, logistics, "Migracja do chmury", days=0, value="60000")
        fresh = self.register(integrator, insurance, "Data platform", days=0, value="210000", currency="EUR")
        self._correct(fresh)
        self._came_late()
        for number, applicant in enumerate(APPLICANTS):
            self.apply(applicant, days=4 - number)
        self.apply(APPLICANTS[2], days=3, trapped=True)
        self._rejected_application()

    def _came_late(self) -> None:
        """A partner whose customer somebody else had: the reason is offered with one press from then on."""
        integrator, systems, *_ = PARTNERS
        won = FORMER_CUSTOMERS[0]
        self._approve(self.register(systems, won, PRODUCTS[0], days=5, hour=9), days=4)
        late = self.register(integrator, won, PRODUCTS[0], days=4, hour=11)
        self.do(late, Action.REJECT, days=3, reason=self.program.deal_registration.reject_reasons[-1].id)

    def _rejected_application(self) -> None:
        again = ExamplePartner(
            "Dawny Kandydat sp. z o.o.", 114, "kandydat.example", "gold", ("resell",), 0, 0, 0
        )
        record = self.apply(again, days=30)
        reason = "Na razie nie rozszerzamy kanału w tym modelu. Wrócimy do Ciebie w przyszłym roku."
        self.do(record, Action.REJECT, days=27, text=reason)

    def _correct(self, record: Submission) -> None:
        self.clock.at = moment(record["received_at"]) + timedelta(minutes=4)
        said = {**record["said"], "value_amount": "230000"}
        self.submissions.correct(record["id"], said, program=self.program)

    @transactional
    def _mails_went_out(self) -> None:
        """All mail has been sent; one to a partner came back."""
        queued = self.store.find(MAILS, "state", "queued")
        bounced = next(mail for mail in reversed(queued) if mail["template"] == "approved")
        with self.store.batch() as batch:
            for mail in queued:
                sent = {"state": "sent", "attempts": 1, "sent_at": mail["created_at"]}
                dead = {"state": "dead", "attempts": 1, "problem": "550 5.1.1 no such mailbox"}
                batch.replace(MAILS, {**mail, **(dead if mail is bounced else sent)}, mail["version"])


_NEEDS = (
    "Klient chce zastąpić dwie aplikacje jedną i otworzyć ją dla wszystkich sklepów.\n"
    "Decyzję podejmie zarząd, spotkanie za dwa tygodnie."
)
