"""The program's tables as the vendor wrote them: the facts that the published pages must hold."""

TIERS = ("Silver Partner", "Gold Partner")

REQUIRED = "✓ wymagane"
RECOMMENDED = "✓ zalecane"
"""A ✓ and what it says to who cannot see it; the row "Promocja strony internetowej" only recommends."""

TABLE = {
    "Co zyskujesz": [
        ("Kwalifikujesz się do zniżki lub prowizji", "✓ tak", "✓ tak"),
        ("Decyzja o szansie sprzedażowej", "w ciągu 2 dni roboczych", "w ciągu 2 dni roboczych"),
        ("Wsparcie w planowaniu i analizie biznesowej", "Rocznie", "Kwartalnie"),
    ],
    "ZAKRES DZIAŁAŃ I RELACJE": [
        ("Proces aplikowania", REQUIRED, REQUIRED),
        ("Umowa Partnerska i Profil Partnera", REQUIRED, REQUIRED),
        ("Wskazana Osoba Kontaktowa", REQUIRED, REQUIRED),
        ("Sponsor wykonawczy", REQUIRED, REQUIRED),
        ("Wspólne planowanie biznesowe", "Rocznie", "Kwartalnie"),
    ],
    "SPRZEDAŻ": [
        ("Wymagania finansowe", "Bez ograniczeń", "Ustalane indywidualnie"),
        ("Formularz Rejestrowania Szans Sprzedażowych", REQUIRED, REQUIRED),
    ],
    "SZKOLENIE": [
        ("Certyfikacja", REQUIRED, REQUIRED),
        ("Kwalifikacje sprzedażowe", "1 osoba", "2 i więcej osób"),
        ("Kwalifikacje techniczne", "nieobowiązkowe", "1 i więcej osób"),
        ("Coroczne poświadczenie", REQUIRED, REQUIRED),
    ],
    "MARKETING I KOMUNIKACJA": [
        ("Aktywności związane z generowaniem kontaktów sprzedażowych", "1", "2"),
        ("Promocja strony internetowej", RECOMMENDED, RECOMMENDED),
    ],
}

ENGLISH_TABLE = {
    "What you get": [
        ("You qualify for a discount or commission", "✓ yes", "✓ yes"),
        ("Decision on a deal", "within 2 business days", "within 2 business days"),
        ("Support in business planning and analysis", "Yearly", "Quarterly"),
    ],
    "Scope and relationship": [
        ("Application process", "✓ required", "✓ required"),
        ("Partner Agreement and Partner Profile", "✓ required", "✓ required"),
        ("Named contact person", "✓ required", "✓ required"),
        ("Executive sponsor", "✓ required", "✓ required"),
        ("Joint business planning", "Yearly", "Quarterly"),
    ],
    "Sales": [
        ("Revenue requirements", "No threshold", "Agreed individually"),
        ("Deal registration form", "✓ required", "✓ required"),
    ],
    "Training": [
        ("Certification", "✓ required", "✓ required"),
        ("Sales qualifications", "1 person", "2 or more people"),
        ("Technical qualifications", "optional", "1 or more people"),
        ("Yearly attestation", "✓ required", "✓ required"),
    ],
    "Marketing and communication": [
        ("Lead-generation activities", "1", "2"),
        ("Website promotion", "✓ recommended", "✓ recommended"),
    ],
}
