"""Deals of a partner: those registered in its area, and those with its tax number."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from forms_service.domain.clock import ZONE, stamp
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_years import Period
from forms_service.domain.submissions.submission import Submission, parse, parse_all
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.domain.table_names import RECORDS
from forms_service.domain.values import tax_ids
from forms_service.services.partners import PartnerMissing
from forms_service.store.store import Store

PAGE_DEALS = 25


@dataclass(frozen=True)
class DealsPage:
    """A page of a partner's deals, the newest first."""

    rows: tuple[Submission, ...]
    total: int
    page: int
    pages: int


class PartnerDeals:
    """Queries for a partner's deals; cost does not grow with their number."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, partner: Partner, number: int) -> DealsPage:
        """A page; the last one where a later one is asked for."""
        spans = [((owner, ""), (owner, "~")) for owner in _owners(partner)]
        total = self._store.counted(RECORDS, "of_partner", spans)
        pages = max(1, -(-total // PAGE_DEALS))
        number = min(max(1, number), pages)
        found = self._store.listed(
            RECORDS,
            "of_partner",
            spans,
            skip=(number - 1) * PAGE_DEALS,
            limit=PAGE_DEALS,
            backwards=True,
        )
        return DealsPage(tuple(parse_all(found)), total, number, pages)

    def of_year(self, partner: Partner, period: Period | None) -> list[Submission]:
        """Deals registered in a partner year, the newest first."""
        if period is None:
            return []
        first = datetime.combine(period.first_day, time(), ZONE)
        after = datetime.combine(period.last_day + timedelta(days=1), time(), ZONE)
        last = stamp(after - timedelta(microseconds=1))
        spans = [((owner, stamp(first)), (owner, last)) for owner in _owners(partner)]
        return parse_all(self._store.listed(RECORDS, "of_partner", spans, backwards=True))

    def one(self, partner: Partner, reference: str) -> Submission:
        """One deal of the partner. Raises PartnerMissing for any other."""
        found = parse(self._store.get(RECORDS, reference))
        if found is None or not is_of(partner, found):
            raise PartnerMissing(partner["id"])
        return found


def is_of(partner: Partner, deal: Submission) -> bool:
    """Whether a submission is a deal of the partner."""
    if deal["kind"] != SubmissionKind.DEAL or deal.get("trapped"):
        return False
    owner = deal.get("partner") or tax_ids.normalised((deal.get("said") or {}).get("partner_tax_id"))
    return owner in _owners(partner)


def _owners(partner: Partner) -> tuple[str, ...]:
    company = partner["company"]
    return (partner["id"], *sorted(tax_ids.keys(company["tax_id"], company["country"])))
