"""Demo companies: roles instead of names, tax numbers that no office gives out.

Their domains end in `.example`, which is reserved like example.com and gives each company one of its own.
"""

from dataclasses import dataclass
from typing import Any

_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def tax_number(serial: int) -> str:
    """A NIP with the right check digit. It begins with 000, which stands for no tax office."""
    while True:
        digits = f"000{serial:06}"
        check = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
        if check != 10:
            return f"{digits}{check}"
        serial += 500_000


def _plain(name: str) -> str:
    """The name as a domain spells it."""
    return name.lower().translate(str.maketrans("ąćęłńóśźż", "acelnoszz"))


@dataclass(frozen=True)
class ExamplePartner:
    """A company that sells."""

    name: str
    serial: int
    domain: str
    tier: str
    models: tuple[str, ...]
    sales_people: int
    technical_people: int
    lead_activities: int

    @property
    def tax_id(self) -> str:
        """Its NIP."""
        return tax_number(self.serial)

    @property
    def email(self) -> str:
        """Where its deals come from."""
        return f"sprzedaz@{self.domain}"

    def application(self) -> dict[str, Any]:
        """What it typed into the application, by the names of the fields."""
        people = {
            **self._people("sales_people", "Sprzedaż", "sprzedaz", self.sales_people),
            **self._people("technical_people", "Technika", "technika", self.technical_people),
        }
        return {
            "company_name": self.name,
            "tax_id": self.tax_id,
            "country": "PL",
            "website": f"www.{self.domain}",
            "tier": self.tier,
            "models": list(self.models),
            "contacts-0-name": "Osoba kontaktowa",
            "contacts-0-email": self.email,
            "contacts-0-phone": "+48 32 000 00 00",
            "contacts-0-role": "Kierownik sprzedaży",
            "sponsor-name": "Sponsor wykonawczy",
            "sponsor-email": f"zarzad@{self.domain}",
            "sponsor-role": "Członek zarządu",
            **people,
            "lead_activities": str(self.lead_activities),
            "promote_website": "y",
            "accept_requirements": "y",
        }

    def _people(self, field: str, role: str, mailbox: str, count: int) -> dict[str, str]:
        typed: dict[str, str] = {}
        for number in range(count):
            typed[f"{field}-{number}-name"] = f"{role} {number + 1}"
            typed[f"{field}-{number}-email"] = f"{mailbox}{number + 1}@{self.domain}"
        return typed


@dataclass(frozen=True)
class ExampleCustomer:
    """A company that buys."""

    name: str
    serial: int
    website: str
    country: str = "PL"

    @property
    def tax_id(self) -> str:
        """Its NIP; none outside Poland."""
        return tax_number(self.serial) if self.country == "PL" else ""


PARTNERS = (
    ExamplePartner(
        "Przykładowy Integrator sp. z o.o.",
        101,
        "integrator.example",
        "gold",
        ("sell-with", "resell"),
        3,
        2,
        3,
    ),
    ExamplePartner("Wzorcowe Systemy S.A.", 102, "systemy.example", "silver", ("resell",), 1, 1, 1),
    ExamplePartner("Example Consulting", 103, "consulting.example", "silver", ("sell-with",), 2, 0, 2),
    ExamplePartner("Modelowe Doradztwo sp. k.", 104, "doradztwo.example", "gold", ("sell-with",), 2, 1, 2),
)
"""Known partners: their applications are pre-accepted."""

APPLICANTS = (
    ExamplePartner("Próbna Chmura sp. z o.o.", 111, "chmura.example", "gold", ("resell",), 2, 0, 1),
    ExamplePartner(
        "Example Software House", 112, "software.example", "silver", ("sell-with", "resell"), 1, 3, 1
    ),
    ExamplePartner("Nowy Partner S.A.", 113, "nowy.example", "silver", ("sell-with",), 0, 1, 0),
)
"""Companies that wait for an answer."""

CUSTOMERS = (
    ExampleCustomer("Bank Przykładowy S.A.", 201, "www.bank.example"),
    ExampleCustomer("Logistyka Wzór sp. z o.o.", 202, "logistyka.example"),
    ExampleCustomer("Sample Energy GmbH", 203, "www.energy.example", "DE"),
    ExampleCustomer("Szpital Modelowy", 204, "szpital.example"),
    ExampleCustomer("Sieć Sklepów Próba S.A.", 205, "www.sklepy.example"),
    ExampleCustomer("Modell Versicherung AG", 206, "insurance.example", "AT"),
    ExampleCustomer("Zakłady Przykład sp. z o.o.", 207, "zaklady.example"),
    ExampleCustomer("Uczelnia Wzorcowa", 208, "uczelnia.example"),
)

_TRADES = """
    Piekarnia Drukarnia Browar Stocznia Cukrownia Odlewnia Huta Kopalnia Mleczarnia Garbarnia Tartak Młyn
    Elektrownia Gazownia Wodociągi Lotnisko Port Teatr Muzeum Biblioteka Apteka Hurtownia Szkółka Winnica
    Rafineria Cementownia Cegielnia Szwalnia Tkalnia Introligatornia Wytwórnia Przetwórnia Palarnia
"""
_FORMER = [f"{trade} {word}" for word in ("Przykład", "Wzór") for trade in _TRADES.split()]
FORMER_CUSTOMERS = tuple(
    ExampleCustomer(name, 300 + number, f"{_plain(name.replace(' ', '-'))}.example")
    for number, name in enumerate(_FORMER)
)
"""Whose deals were decided long ago."""

PRODUCTS = (
    "Migracja do chmury",
    "Platforma danych",
    "Cloud migration",
    "Utrzymanie aplikacji",
    "Aplikacja mobilna",
    "Integracja systemów",
    "Data platform",
)
