"""The program's tables as the vendor wrote them: the facts that the published Polish page must hold."""

TIERS = ("Silver Partner", "Gold Partner")

REQUIRED = "✓ wymagane"
RECOMMENDED = "✓ zalecane"
"""A ✓ and what it says to who cannot see it; the row "Promocja strony internetowej" only recommends."""

TABLE = {
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
