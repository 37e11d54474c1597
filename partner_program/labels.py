"""Labels: headings of tables and the like, one set per language."""

from collections.abc import Mapping
from dataclasses import dataclass

from partner_program.model import CarriedBy, Language, When


@dataclass(frozen=True)
class Labels:
    """The set of one language. A language that lacks an entry does not type-check."""

    comparison: str
    """Caption of the comparison of all tiers."""
    questions: str
    """Names the list of a page's questions."""
    requirement: str
    benefit_or_requirement: str
    only_differences: str
    """Switch above the comparison."""
    same_in_all: str
    """Heading of what every tier asks alike."""
    also: str
    """What a higher `{tier}` gives besides, in the tier finder."""
    carried_by: Mapping[CarriedBy, str]
    when: Mapping[When, str]
    who: str
    when_needed: str
    evidence: str
    gives: str
    """Heading of what the vendor brings; `{vendor}` is its name."""
    together: str
    asks: str
    """Heading of what a tier asks of a partner."""
    explained: str
    """Caption of a table that explains one tier; `{tier}` is its title."""
    decisions: str
    """Caption of the decision table."""
    registered: str
    decided: str
    weeks_later: Mapping[int, str]
    """How a day is named that is this many weeks later; `{day}` is the weekday, `{weeks}` the number."""
    not_counted: str
    also_off: str
    answer: str
    """Heading of the tier finder's answer."""
    missing: str
    there: str
    facts_only: str
    """What an answer can and cannot say."""
    retention: str
    """Caption of the retention periods."""
    kept: str
    how_long: str
    closed_applications: tuple[str, str]
    """What is kept, and from when the period counts; `{period}` is the period in words."""
    deals: tuple[str, str]
    ended_partners: tuple[str, str]
    trapped: tuple[str, str]
    sent_mail: tuple[str, str]
    sign_in_links: tuple[str, str]
    backups: tuple[str, str]
    drafts: tuple[str, str]
    controller: str
    seat: str
    register: str
    email: str
    meeting: str
    inspector: str
    no_inspector: str
    recipients: str
    transfers: str
    unfilled: str
    """Warning while the controller's data is not complete; `{missing}` lists what is not."""
    revenue_counted: str
    revenue_summed: str
    revenue_varies: str
    revenue_both_models: str


_POLISH = Labels(
    comparison="Porównanie poziomów partnerstwa",
    questions="Pytania na tej stronie",
    requirement="Wymaganie",
    benefit_or_requirement="Korzyść lub wymaganie",
    only_differences="Pokaż tylko to, co się różni",
    same_in_all="Tak samo na każdym poziomie",
    also="{tier} daje też:",
    carried_by={
        CarriedBy.PARTNER: "partner",
        CarriedBy.VENDOR: "{vendor}",
        CarriedBy.BOTH: "partner i {vendor}",
    },
    when={
        When.AT_APPLICATION: "przy zgłoszeniu",
        When.BEFORE_ACTIVE: "zanim współpraca się zacznie",
        When.YEARLY: "każdego roku",
        When.ONGOING: "przez cały czas współpracy",
    },
    who="Kto",
    when_needed="Kiedy",
    evidence="Co to potwierdza",
    gives="Po stronie {vendor}",
    together="Razem",
    asks="Po Twojej stronie",
    explained="Czego wymaga poziom {tier}",
    decisions="Kiedy najpóźniej poznasz decyzję",
    registered="Rejestrujesz szansę",
    decided="Decyzja najpóźniej",
    weeks_later={0: "{day}", 1: "{day} w następnym tygodniu", 2: "{day}, {weeks} tyg. później"},
    not_counted=(
        "Dzień rejestracji się nie liczy. Nie liczą się też soboty, niedziele ani dni ustawowo wolne od "
        "pracy w Polsce. Termin mija z końcem dnia czasu polskiego. Dokładną datę znajdziesz na stronie "
        "statusu."
    ),
    also_off="Dodatkowo wolne:",
    answer="Co to znaczy dla Twojej firmy",
    missing="Brakuje",
    there="Masz",
    facts_only=(
        "Odpowiedź wynika tylko z tego, co podajesz. O wstępnej akceptacji decyduje {vendor} po Twoim "
        "zgłoszeniu."
    ),
    retention="Jak długo przechowujemy dane",
    kept="Dane",
    how_long="Jak długo",
    closed_applications=("Zakończone zgłoszenia partnerskie", "{period} od zakończenia"),
    deals=("Rejestracje szans sprzedażowych", "{period}, do końca roku kalendarzowego"),
    ended_partners=(
        "Partnerzy, z którymi współpraca się skończyła, ich osoby i podpisana umowa",
        "{period} od zakończenia, do końca roku kalendarzowego",
    ),
    trapped=("Zgłoszenia zatrzymane przez ochronę przed automatami", "{period}"),
    sent_mail=("Wysłane wiadomości i zapis logowań", "{period}"),
    sign_in_links=("Linki do logowania", "{period}"),
    drafts=("Formularze rozpoczęte i niewysłane", "{period} od ostatniej zmiany"),
    backups=(
        "Kopie zapasowe",
        "{period}; po odtworzeniu kopii ponownie usuwamy to, co było usunięte",
    ),
    controller="Administrator",
    seat="Siedziba",
    register="Rejestr",
    email="E-mail w sprawie danych",
    meeting="Umów rozmowę",
    inspector="Inspektor ochrony danych",
    no_inspector="nie wyznaczono",
    recipients="Odbiorcy danych",
    transfers="Przekazywanie poza Europejski Obszar Gospodarczy",
    unfilled="Ta informacja nie jest jeszcze pełna. Do uzupełnienia: {missing}.",
    revenue_counted="Co się liczy",
    revenue_summed="Kiedy",
    revenue_varies="Od czego zależy",
    revenue_both_models="Oba modele sprzedaży",
)

_ENGLISH = Labels(
    comparison="Comparison of the partner tiers",
    questions="Questions on this page",
    requirement="Requirement",
    benefit_or_requirement="Benefit or requirement",
    only_differences="Show only what differs",
    same_in_all="The same in every tier",
    also="{tier} also gives:",
    carried_by={
        CarriedBy.PARTNER: "partner",
        CarriedBy.VENDOR: "{vendor}",
        CarriedBy.BOTH: "partner and {vendor}",
    },
    when={
        When.AT_APPLICATION: "with the application",
        When.BEFORE_ACTIVE: "before the cooperation starts",
        When.YEARLY: "every year",
        When.ONGOING: "throughout the cooperation",
    },
    who="Who",
    when_needed="When",
    evidence="What shows it",
    gives="What {vendor} does",
    together="Together",
    asks="What you do",
    explained="What {tier} requires",
    decisions="When you will know the decision",
    registered="You register on",
    decided="Decision by",
    weeks_later={0: "{day}", 1: "{day} of the next week", 2: "{day}, {weeks} weeks later"},
    not_counted=(
        "The day of registration does not count. Nor do Saturdays, Sundays and public holidays in Poland. "
        "The deadline is the end of the day, Warsaw time. You will find the exact date on the status page."
    ),
    also_off="Also days off:",
    answer="What this means for your company",
    missing="Missing",
    there="You have",
    facts_only=(
        "The answer follows only from what you enter. {vendor} decides on pre-acceptance after you apply."
    ),
    retention="How long data is kept",
    kept="Data",
    how_long="How long",
    closed_applications=("Closed applications", "{period} after closing"),
    deals=("Deal registrations", "{period}, to the end of the calendar year"),
    ended_partners=(
        "Partners whose partnership has ended, their people and the signed agreement",
        "{period} after the end, to the end of the calendar year",
    ),
    trapped=("Entries stopped by the protection against robots", "{period}"),
    sent_mail=("Sent emails and the record of sign-ins", "{period}"),
    sign_in_links=("Sign-in links", "{period}"),
    drafts=("Forms begun and not sent", "{period} after the last change"),
    backups=("Backups", "{period}; after a backup is restored, what had been erased is erased again"),
    controller="Controller",
    seat="Registered office",
    register="Register",
    email="Email for questions about data",
    meeting="Book a meeting",
    inspector="Data protection officer",
    no_inspector="none appointed",
    recipients="Recipients",
    transfers="Transfers outside the European Economic Area",
    unfilled="This information is not complete yet. Still to be filled in: {missing}.",
    revenue_counted="What counts",
    revenue_summed="When",
    revenue_varies="What it depends on",
    revenue_both_models="Both selling models",
)

LABELS: Mapping[Language, Labels] = {"pl": _POLISH, "en": _ENGLISH}
