"""The sums of a partner year, kept beside its amounts, so that a year costs the same however many there are.

Exact decimals, changed in the batch that changes an amount. Read back they are amounts again: one for each
currency, model, recipient and area, dated on the first day of the year.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NotRequired, TypedDict

from forms_service.partners.record import Amount
from forms_service.partners.revenue import NOTHING, Entry
from forms_service.partners.years import Period


class Part(TypedDict):
    """What amounts of one kind come to."""

    currency: str
    model: str
    invoiced_to: str
    area: str
    amount: Amount
    count: int
    """How many amounts; a part of none is dropped."""


class YearTotals(TypedDict):
    """A document of the table `revenue_years`."""

    id: str
    """`id_of`"""
    version: NotRequired[int]
    partner: str
    year: int
    parts: list[Part]


_KIND = ("currency", "model", "invoiced_to", "area")


def id_of(partner: str, year: int) -> str:
    """`PAR-2222-2222/3`"""
    return f"{partner}/{year}"


def totals(partner: str, year: int, entries: Iterable[Entry]) -> YearTotals:
    """The sums of these amounts, all of one year; what is voided counts for nothing."""
    empty: YearTotals = {"id": id_of(partner, year), "partner": partner, "year": year, "parts": []}
    return added(empty, (entry for entry in entries if entry["voided"] is None))


def added(before: YearTotals, entries: Iterable[Entry]) -> YearTotals:
    """With these amounts, which were not among them."""
    return _changed(before, entries, 1)


def without(before: YearTotals, entries: Iterable[Entry]) -> YearTotals:
    """Without these amounts, which were among them."""
    return _changed(before, entries, -1)


def as_entries(found: YearTotals, year: Period) -> list[Entry]:
    """The sums as amounts of the year."""
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


def _changed(before: YearTotals, entries: Iterable[Entry], sign: int) -> YearTotals:
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


def _kind(thing: Part | Entry) -> tuple[str, ...]:
    return tuple(str(thing[name]) for name in _KIND)  # type: ignore[literal-required]
