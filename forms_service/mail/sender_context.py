"""Sender context: what a mail about a submission names, and where it leads, by the address it goes to.

A known contact may sign in for the partner whose area shows the submission: whoever has that mailbox can read
all of it there. Any other address is verified by nobody, or another company's: its mail holds the reference
and leads to the status page, and nothing that somebody typed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions import receipt
from forms_service.domain.submissions.receipt_labels import Row
from forms_service.domain.submissions.submission import Deal, Submission
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.forms import receipt_rows
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_, texts
from forms_service.mail.for_staff import headline
from partner_program.model import Language, Program

_IN_RECEIPTS = ("customer_name", "value_amount", "value_currency")
"""Answers that a confirmation repeats to a known contact."""


@dataclass(frozen=True)
class SenderContext:
    """Presenter of a submission towards its sender and its partner's contacts."""

    status_link: Callable[[Submission], str]
    partner_of: Callable[[Submission, str], Partner | None] = lambda record, address: None
    """Partner that an address is a known contact of, and in whose area it finds the submission."""
    partner_link: Callable[[str], str] = lambda reference: ""
    """Address of a partner's page in the partner area."""
    program_then: Callable[[Deal, Program], Program] = lambda record, current: current
    """Version of the program that a deal was registered under."""

    def of(self, record: Submission, address: str, language: Language) -> Context:
        """`is_known`; `link`, where the mail leads; `headline` and `names`, empty for anybody unknown.

        About an application everybody is unknown: whoever sends one in the name of a partner's company reads
        what anybody reads, and learns nothing of that partner.
        """
        is_deal = record["kind"] == SubmissionKind.DEAL
        partner = self.partner_of(record, address) if is_deal else None
        if partner is None:
            return {"is_known": False, "link": self.status_link(record), "headline": "", "names": []}
        gettext, company = texts(language).gettext, partner["company"]["name"]
        customer = record["said"].get("customer_name", "")
        names = [(gettext(N_("Customer")), customer), (gettext(N_("Partner")), company)]
        link = self._page(partner, record)
        return {"is_known": True, "link": link, "headline": headline(record), "names": names}

    def for_others(self, record: Submission, address: str) -> Context:
        """`is_known`, and `link` into the partner area, empty for anybody unknown.

        No names: who sent it was not one of them, and its customer may be another company's.
        """
        partner = self.partner_of(record, address)
        return {"is_known": bool(partner), "link": self._page(partner, record) if partner else ""}

    def _page(self, partner: Partner, record: Submission) -> str:
        page = self.partner_link(partner["id"])
        return f"{page}/deals/{record['id']}" if record["kind"] == SubmissionKind.DEAL else page

    def receipt(self, record: Submission, address: str, program: Program, language: Language) -> list[Row]:
        """Rows of a deal's receipt, as its page has them: to a known contact with customer and value."""
        if record["kind"] != SubmissionKind.DEAL:
            return []
        then, partner = self.program_then(record, program), self.partner_of(record, address)
        found = receipt.of(record, then.deal_registration)
        if partner is None:
            return receipt_rows.rows(replace(found, company=""), {}, then, language)
        said = {name: value for name, value in found.said.items() if name in _IN_RECEIPTS}
        known = replace(found, company=found.company or partner["company"]["name"])
        return receipt_rows.rows(known, said, then, language)
