"""Columns of a file of amounts: what they may be called, and which are needed."""

from collections.abc import Mapping

from partner_program.model import Language

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "invoice date", "data", "data faktury", "data wystawienia"),
    "amount": (
        "amount",
        "net amount",
        "net",
        "value",
        "kwota",
        "kwota netto",
        "netto",
        "wartość",
        "wartosc",
        "wartość netto",
        "wartosc netto",
        "net value",
    ),
    "currency": ("currency", "waluta"),
    "model": ("model", "selling model", "model sprzedaży", "model sprzedazy"),
    "invoiced_to": ("invoiced to", "recipient", "odbiorca", "odbiorca faktury", "faktura dla"),
    "area": ("area", "obszar"),
    "document": (
        "document",
        "invoice",
        "invoice number",
        "dokument",
        "faktura",
        "numer faktury",
        "nr faktury",
    ),
}
"""What a column may be called."""
SAYS_NET = frozenset({"net", "netto"})
SAYS_AMOUNT = frozenset(
    {
        "amount",
        "brutto",
        "gross",
        "kwota",
        "należność",
        "net",
        "netto",
        "suma",
        "total",
        "value",
        "wartość",
        "wartosc",
    }
)
"""Words of headings that may be meant for the amount, too: `wartość brutto` beside `wartość`."""
NEEDED = ("date", "amount", "currency", "model", "invoiced_to")

TEMPLATES: Mapping[Language, str] = {
    "pl": "data;kwota;waluta;model;odbiorca;obszar;numer faktury\r\n"
    "24.11.2026;1200,50;PLN;resell;partner;;FV/1\r\n"
    "25.11.2026;-200,00;EUR;sell-with;użytkownik końcowy;;KOR/1\r\n",
    "en": "date;amount;currency;model;invoiced to;area;invoice number\r\n"
    "2026-11-24;1200.50;PLN;resell;partner;;FV/1\r\n"
    "2026-11-25;-200.00;EUR;sell-with;end customer;;KOR/1\r\n",
}
"""A file to begin with: the headings and two made-up lines."""
