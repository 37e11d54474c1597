"""People for the soak: each does what comes to mind, and says when an answer is not what it should be."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.deals import deal
from benchmarks.ledger import Form, Ledger

PAGES = (
    "/",
    "/tiers/",
    "/requirements/",
    "/faq/",
    "/en/",
    "/en/apply/",
    "/program.json",
    "/nowhere",
    "/readyz",
)
FINDER = "/tiers/?sales_people=2&technical_people=0&lead_activities=1&sponsor=y"


@dataclass
class Where:
    """Where the service is, and whether it is there."""

    port: int
    is_open: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)


class Broken(Exception):
    """The connection ended before the answer: the service was killed."""


class Person(threading.Thread):
    """One visitor after another, on kept-alive connections."""

    def __init__(self, number: int, ledger: Ledger, where: Where) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()
        """What was done, how often."""
        self.wrong: list[str] = []
        """Answers that are not what they should be."""
        self._ledger = ledger
        self._where = where
        self._next = number * 10**6
        self._chance = random.Random(number)
        self._connection: http.client.HTTPConnection | None = None
        self._owned: list[tuple[str, Form, str]] = []
        """What this person sent: address of the form, form, status address. Others leave it alone."""

    def run(self) -> None:
        ways: list[tuple[Callable[[], None], int]] = [
            (self._read, 30),
            (self._find_tier, 5),
            (self._register_deal, 25),
            (self._apply, 10),
            (self._send_again, 8),
            (self._press_row_button, 5),
            (self._send_nonsense, 8),
            (self._look_at_status, 15),
            (self._withdraw, 4),
        ]
        while not self._where.is_over.is_set():
            self._where.is_open.wait(0.5)
            way = self._chance.choices([each for each, _ in ways], [weight for _, weight in ways])[0]
            try:
                way()
            except Broken:
                self.done["connections that broke"] += 1
            self._where.is_over.wait(self._chance.uniform(0, 0.02))
        self._hang_up()

    def _read(self) -> None:
        page = self._chance.choice(PAGES)
        self._expect("pages read", self._ask("GET", page), 404 if page == "/nowhere" else 200)

    def _find_tier(self) -> None:
        self._expect("tiers found", self._ask("GET", FINDER), 200)

    def _register_deal(self) -> None:
        self._next += 1
        self._send("deals", "/register-deal/", deal(self._next))

    def _apply(self) -> None:
        self._next += 1
        self._send("applications", "/apply/", application(self._next))

    def _send(self, what: str, address: str, form: Form) -> None:
        """Until it is answered: whoever does not know whether it arrived sends it again."""
        company = form.get("customer_name") or form["company_name"]
        self._ledger.note_sent(company, form)
        for _ in range(50):
            try:
                status, location = self._ask("POST", address, form)
            except Broken:
                self.done["forms sent again after a break"] += 1
                if self._where.is_over.is_set():
                    return
                self._where.is_open.wait(5)
                time.sleep(0.05)
                continue
            self._expect(what, (status, location), 303)
            if status == 303:
                self._ledger.note_acknowledged(company, location)
                self._owned.append((address, form, location))
            return

    def _send_again(self) -> None:
        if self._owned:
            address, form, before = self._chance.choice(self._owned)
            status, location = self._ask("POST", address, form)
            self._expect("the same form again", (status, location), 303)
            if status == 303 and location != before:
                self.wrong.append(f"the same form again leads to {location}, not {before}")

    def _press_row_button(self) -> None:
        form = application(0) | {"add-contacts": ""}
        self._expect("row buttons", self._ask("POST", "/apply/", form), 200)

    def _send_nonsense(self) -> None:
        bad = self._chance.choice(
            (
                {"customer_name": ""},
                {"value_amount": "NaN"},
                {"partner_email": "a@example.com\r\nBcc: b@example.com"},
                {"expected_close": "2026-02-30"},
                {"description": "\x00"},
                {"model": "<script>"},
            )
        )
        self._expect("bad input", self._ask("POST", "/register-deal/", deal(1) | bad), 422)

    def _look_at_status(self) -> None:
        known = self._ledger.some_acknowledged(self._chance.randrange(10**6))
        if known:
            self._expect("status pages", self._ask("GET", known[1]), 200)

    def _withdraw(self) -> None:
        if not self._owned:
            return
        _, form, address = self._owned.pop(self._chance.randrange(len(self._owned)))
        company = form.get("customer_name") or form["company_name"]
        self._ledger.doubtful.add(company)
        answer = self._ask("POST", address, {"action": "withdraw", "confirmed": "y"})
        self._expect("withdrawn", answer, 303)
        if answer[0] == 303:
            self._ledger.withdrawn.add(company)

    def _expect(self, what: str, answer: tuple[int, str], status: int) -> None:
        self.done[what] += 1
        if answer[0] != status:
            self.wrong.append(f"{what}: {answer[0]}")

    def _ask(self, method: str, address: str, form: Form | None = None) -> tuple[int, str]:
        """Status and Location. Raises Broken."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._where.port, timeout=30)
            self._connection.request(method, address, urlencode(form) if form else None, headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._hang_up()
            raise Broken from error
        return answer.status, answer.headers["Location"] or ""

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def application(number: int) -> Form:
    """The n-th application: a company of its own."""
    return {
        "company_name": f"Company {number} of the benchmark",
        "tax_id": "123456789",
        "country": "US",
        "tier": "silver",
        "models": "resell",
        "contacts-0-name": "Contact Person",
        "contacts-0-email": f"contact{number}@example.com",
        "sponsor_is_contact": "y",
        "sales_people-0-name": "Somebody Else",
        "message": "A few sentences about the company. " * 5,
        "accept_requirements": "y",
    }
