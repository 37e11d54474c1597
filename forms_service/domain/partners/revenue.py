"""Revenue: invoiced amounts, summed per partner year and currency, never across currencies.

What counts is what the vendor invoiced, to the partner or to the end customer. A credit note is a negative
amount. An amount recorded by mistake is voided with a reason; nothing is taken out.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, cast

from forms_service.domain.partners.invoice_lines import InvoiceLine
from forms_service.domain.partners.partner import Amount, Day, Moment, Partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.partner_years import Period
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from forms_service.domain.values.normalisation import plain

NOTHING = Decimal("0.00")


def key_of_line(line: InvoiceLine) -> tuple[str, ...]:
    """Duplicate key of an invoice line; an invoice may have several."""
    amount = f"{line.amount:f}"
    invoice = (invoice_key(line.document), line.date.isoformat(), line.currency)
    return (*invoice, amount, line.model, line.invoiced_to.value, line.area.casefold())


def invoice_key(document: str) -> str:
    """An invoice number without spaces and case: `FV / 1` is `FV/1`."""
    return "".join(plain(document).split()).casefold()


class Voided(TypedDict):
    """Why and by whom an amount was voided."""

    at: Moment
    by: str
    reason: str


class RevenueEntry(TypedDict):
    """Invoiced amount: document of the table `revenue`."""

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


def key_of(entry: RevenueEntry) -> tuple[str, ...]:
    """Duplicate key of a recorded amount."""
    invoice = (invoice_key(entry["document"]), entry["date"], entry["currency"])
    return (*invoice, entry["amount"], entry["model"], entry["invoiced_to"], entry["area"].casefold())


def add(
    partner: Partner, act: PartnerActing, lines: Sequence[InvoiceLine], ids: Iterable[str]
) -> tuple[Partner, tuple[RevenueEntry, ...]] | PartnerActionRefused:
    """Record amounts under these ids; the record notes how many. One batch stores both."""
    if refused := act.refused(partner, PartnerAction.ADD_REVENUE):
        return refused
    if not lines:
        return PartnerActionRefused(PartnerRefusal.MISSING, "lines")
    entries = tuple(_entry(partner, act, each, id) for each, id in zip(lines, ids, strict=False))
    facts = {"lines": len(entries), "sums": _sums(entries)}
    return act.written(partner.copy(), PartnerAction.ADD_REVENUE, **facts), entries


def _sums(entries: Iterable[RevenueEntry]) -> dict[str, Amount]:
    """Sum of these amounts in each currency, as stored."""
    found: dict[str, Decimal] = {}
    for entry in entries:
        found[entry["currency"]] = found.get(entry["currency"], NOTHING) + Decimal(entry["amount"])
    return {currency: f"{amount:f}" for currency, amount in found.items()}


def _entry(partner: Partner, act: PartnerActing, line: InvoiceLine, id: str) -> RevenueEntry:
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


def void(
    partner: Partner, act: PartnerActing, entry: RevenueEntry, *, reason: str
) -> tuple[Partner, RevenueEntry] | PartnerActionRefused:
    """Void an amount that was recorded by mistake."""
    if refused := act.refused(partner, PartnerAction.VOID_REVENUE):
        return refused
    if entry["partner"] != partner["id"]:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "entry")
    if entry["voided"] is not None:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    voided: RevenueEntry = {**entry, "voided": {"at": act.stamp, "by": act.who, "reason": reason.strip()}}
    facts = {"entry": entry["id"], "sums": _sums([entry])}
    return act.written(partner.copy(), PartnerAction.VOID_REVENUE, **facts), voided


Currencies = dict[str, Decimal]
"""An amount for each currency in which there is any."""


def counted(entries: Iterable[RevenueEntry], year: Period) -> list[RevenueEntry]:
    """Valid amounts of this partner year, by invoice date."""
    first, last = year.first_day.isoformat(), year.last_day.isoformat()
    return [entry for entry in entries if entry["voided"] is None and first <= entry["date"] <= last]


def sums(entries: Iterable[RevenueEntry], year: Period) -> Currencies:
    """Sums of this partner year by currency."""
    totals: Currencies = {}
    for entry in counted(entries, year):
        totals[entry["currency"]] = totals.get(entry["currency"], NOTHING) + Decimal(entry["amount"])
    return dict(sorted(totals.items()))


def sums_by(entries: Iterable[RevenueEntry], year: Period, part: str) -> dict[str, Currencies]:
    """Sums by `model`, `area` or `invoiced_to`, and currency."""
    found = counted(entries, year)
    parts = sorted({str(entry[part]) for entry in found})  # type: ignore[literal-required]
    return {each: sums([entry for entry in found if entry[part] == each], year) for each in parts}  # type: ignore[literal-required]


class Part(TypedDict):
    """Sum of the amounts of one kind."""

    currency: str
    model: str
    invoiced_to: str
    area: str
    amount: Amount
    count: int
    """How many amounts; a part of none is dropped."""


class YearTotals(TypedDict):
    """Document of the table `revenue_years`."""

    id: str
    """`id_of`"""
    version: NotRequired[int]
    partner: str
    year: int
    parts: list[Part]


def parse_entry(document: Mapping[str, Any]) -> RevenueEntry:
    """The document of an amount, as the store gives it."""
    return cast(RevenueEntry, document)


def parse_totals(document: Mapping[str, Any]) -> YearTotals:
    """The document of a year's totals, as the store gives it."""
    return cast(YearTotals, document)


_KIND = ("currency", "model", "invoiced_to", "area")


def id_of(partner: str, year: int) -> str:
    """`PAR-2222-2222/3`"""
    return f"{partner}/{year}"


def totals(partner: str, year: int, entries: Iterable[RevenueEntry]) -> YearTotals:
    """Sums of these amounts, all of one year; voided ones do not count."""
    empty: YearTotals = {"id": id_of(partner, year), "partner": partner, "year": year, "parts": []}
    return added(empty, (entry for entry in entries if entry["voided"] is None))


def added(before: YearTotals, entries: Iterable[RevenueEntry]) -> YearTotals:
    """Sums with these amounts added."""
    return _changed(before, entries, 1)


def without(before: YearTotals, entries: Iterable[RevenueEntry]) -> YearTotals:
    """Sums with these amounts subtracted."""
    return _changed(before, entries, -1)


def as_entries(found: YearTotals, year: Period) -> list[RevenueEntry]:
    """Sums as amounts of the year."""
    return [
        {
            "id": "",
            "partner": found["partner"],
            "date": year.first_day.isoformat(),
            "amount": part["amount"],
            "currency": part["currency"],
            "model": part["model"],
            "invoiced_to": part["invoiced_to"],
            "area": part["area"],
            "document": "",
            "added_at": "",
            "added_by": "",
            "voided": None,
        }
        for part in found["parts"]
    ]


def _changed(before: YearTotals, entries: Iterable[RevenueEntry], sign: int) -> YearTotals:
    parts = {_kind(part): part for part in before["parts"]}
    for entry in entries:
        kind = _kind(entry)
        known = parts.get(kind)
        amount = (Decimal(known["amount"]) if known else NOTHING) + sign * Decimal(entry["amount"])
        parts[kind] = {
            "currency": entry["currency"],
            "model": entry["model"],
            "invoiced_to": entry["invoiced_to"],
            "area": entry["area"],
            "amount": f"{amount:.2f}",
            "count": (known["count"] if known else 0) + sign,
        }
    left: Sequence[Part] = [part for _, part in sorted(parts.items()) if part["count"]]
    return {**before, "parts": list(left)}


def _kind(thing: Part | RevenueEntry) -> tuple[str, ...]:
    return tuple(str(thing[name]) for name in _KIND)  # type: ignore[literal-required]
