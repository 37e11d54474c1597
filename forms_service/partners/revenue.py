"""Revenue: invoiced amounts, summed per partner year and currency, never across currencies.

What counts is what the vendor invoiced, to the partner or to the end customer. A credit note is a negative
amount. An amount recorded by mistake is voided with a reason; nothing is taken out.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NotRequired, TypedDict

from forms_service.partners.acting import Act, Action
from forms_service.partners.record import Amount, Day, Moment, Partner
from forms_service.partners.refusals import Refusal, Refused
from forms_service.partners.revenue_lines import Line
from forms_service.partners.years import Period

NOTHING = Decimal("0.00")


def key_of_line(line: Line) -> tuple[str, ...]:
    """What makes an amount of an invoice the same one; an invoice may have several."""
    amount = f"{line.amount:f}"
    invoice = (line.document.casefold(), line.date.isoformat(), line.currency)
    return (*invoice, amount, line.model, line.invoiced_to.value, line.area.casefold())


class Voided(TypedDict):
    """Why an amount does not count."""

    at: Moment
    by: str
    reason: str


class Entry(TypedDict):
    """One invoiced amount, a document of the table `revenue`."""

    id: str
    version: NotRequired[int]
    partner: str
    date: Day
    """Of the invoice."""
    amount: Amount
    currency: str
    model: str
    """An id of the program."""
    invoiced_to: str
    """An `InvoicedTo`."""
    area: str
    document: str
    """Number of the invoice or credit note."""
    added_at: Moment
    added_by: str
    voided: Voided | None


def key_of(entry: Entry) -> tuple[str, ...]:
    """The same of a recorded amount."""
    invoice = (entry["document"].casefold(), entry["date"], entry["currency"])
    return (*invoice, entry["amount"], entry["model"], entry["invoiced_to"], entry["area"].casefold())


def add(
    partner: Partner, act: Act, lines: Sequence[Line], ids: Iterable[str]
) -> tuple[Partner, tuple[Entry, ...]] | Refused:
    """Record amounts under these ids; the record notes how many. One batch stores both."""
    if refused := act.refused(partner, Action.ADD_REVENUE):
        return refused
    if not lines:
        return Refused(Refusal.MISSING, "lines")
    entries = tuple(_entry(partner, act, each, id) for each, id in zip(lines, ids, strict=False))
    return act.written(partner.copy(), Action.ADD_REVENUE, lines=len(entries)), entries


def _entry(partner: Partner, act: Act, line: Line, id: str) -> Entry:
    return {
        "id": id,
        "partner": partner["id"],
        "date": line.date.isoformat(),
        "amount": f"{line.amount:f}",
        "currency": line.currency,
        "model": line.model,
        "invoiced_to": line.invoiced_to.value,
        "area": line.area,
        "document": line.document,
        "added_at": act.stamp,
        "added_by": act.who,
        "voided": None,
    }


def void(partner: Partner, act: Act, entry: Entry, *, reason: str) -> tuple[Partner, Entry] | Refused:
    """An amount that was recorded by mistake does not count from now on."""
    if refused := act.refused(partner, Action.VOID_REVENUE):
        return refused
    if entry["partner"] != partner["id"]:
        return Refused(Refusal.NOT_THERE, "entry")
    if entry["voided"] is not None:
        return Refused(Refusal.NOTHING_CHANGES)
    if not reason.strip():
        return Refused(Refusal.MISSING, "reason")
    voided: Entry = {**entry, "voided": {"at": act.stamp, "by": act.who, "reason": reason.strip()}}
    return act.written(partner.copy(), Action.VOID_REVENUE, entry=entry["id"]), voided


Currencies = dict[str, Decimal]
"""An amount for each currency in which there is any."""


def counted(entries: Iterable[Entry], year: Period) -> list[Entry]:
    """The amounts that count in this partner year, by the date of the invoice."""
    first, last = year.first_day.isoformat(), year.last_day.isoformat()
    return [entry for entry in entries if entry["voided"] is None and first <= entry["date"] <= last]


def sums(entries: Iterable[Entry], year: Period) -> Currencies:
    """What was invoiced in this partner year, for each currency by itself."""
    totals: Currencies = {}
    for entry in counted(entries, year):
        totals[entry["currency"]] = totals.get(entry["currency"], NOTHING) + Decimal(entry["amount"])
    return dict(sorted(totals.items()))


def sums_by(entries: Iterable[Entry], year: Period, part: str) -> dict[str, Currencies]:
    """The same for each `model`, `area` or `invoiced_to`."""
    found = counted(entries, year)
    parts = sorted({str(entry[part]) for entry in found})  # type: ignore[literal-required]
    return {each: sums([entry for entry in found if entry[part] == each], year) for each in parts}  # type: ignore[literal-required]
