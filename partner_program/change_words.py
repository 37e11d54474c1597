"""Change words: message templates of a program diff, one set per language."""

from collections.abc import Mapping
from dataclasses import dataclass

from partner_program.model import AttestationForm, Fact, Language, Measure


@dataclass(frozen=True)
class ChangeWords:
    """The set of one language. A language that lacks an entry does not type-check."""

    became: str
    """`{what}` was `{before}` and is `{after}`."""
    is_now: str
    """`{what}` had no value before."""
    no_longer: str
    """`{what}` has no value any more; it was `{before}`."""
    reworded: str
    """The text of `{what}` is another one: too long to be quoted."""
    renamed: str
    order: str
    """What `{what}` names stands in the order `{after}`."""
    lists: Mapping[str, str]
    """How all things of a kind are called together."""
    new: Mapping[str, str]
    """For each kind of thing, that `{name}` is new. A requirement says in `{values}` what it asks."""
    gone: Mapping[str, str]
    moved: str
    """The requirement `{name}` stands in the part `{place}`."""
    description_of: str
    """The explanation of the tier or requirement `{name}`."""
    who: str
    when: str
    decided_by: str
    by_hand: str
    facts: Mapping[Fact, str]
    measures: Mapping[Measure, str]
    questions: str
    name: str
    vendor: str
    purpose: str
    languages: str
    decision_time: str
    application_time: str
    time_zone: str
    pause: str
    pauses: str
    runs: str
    both_kinds: str
    yes: str
    no: str
    attestation_form: str
    forms: Mapping[AttestationForm, str]
    attestation_opens: str
    days_before: str
    """`{days}` is the number in words of the language."""
    statement: str
    warnings: str
    before_the_day: str
    """One reminder goes out `{days}` before."""
    protection: str
    protected_for: str
    """`{days}` from the approval, with a reminder `{before}`."""
    promise: str
    promise_shown: str
    """From `{count}` deadlines on."""
    contact: str
    editorial: str
    """Something is different that none of the others says."""
    latest: str
    """Heading of what is different since the last recorded version."""
    first_version: str
    no_versions: str


_POLISH = ChangeWords(
    became="{what}: {after} (było: {before})",
    is_now="{what}: {after}",
    no_longer="{what}: już bez tego (było: {before})",
    reworded="{what}: zmieniona treść",
    renamed="„{before}” nazywa się teraz „{after}”",
    order="{what}: zmieniona kolejność ({after})",
    lists={
        "tier": "Poziomy",
        "model": "Modele sprzedaży",
        "benefit_group": "Grupy korzyści",
        "benefit": "Korzyści",
        "section": "Części programu",
        "requirement": "Wymagania",
        "product": "Produkty i usługi do rejestracji",
        "reason": "Powody odmowy",
        "day_off": "Dodatkowe dni wolne",
    },
    new={
        "tier": "Nowy poziom: {name}",
        "model": "Nowy model sprzedaży: {name}",
        "benefit_group": "Nowa grupa korzyści: {name}",
        "benefit": "Nowa korzyść: {name} ({values})",
        "section": "Nowa część programu: {name}",
        "requirement": "Nowe wymaganie: {name} ({values})",
        "product": "Nowy produkt lub usługa do rejestracji: {name}",
        "reason": "Nowy powód odmowy: {name}",
        "day_off": "Nowy dodatkowy dzień wolny: {name}",
    },
    gone={
        "tier": "Poziom wycofany z programu: {name}",
        "model": "Model sprzedaży wycofany z programu: {name}",
        "benefit_group": "Grupa korzyści wycofana z programu: {name}",
        "benefit": "Korzyść wycofana z programu: {name}",
        "section": "Część wycofana z programu: {name}",
        "requirement": "Wymaganie wycofane z programu: {name}",
        "product": "Produkt lub usługa już nie do rejestracji: {name}",
        "reason": "Powód odmowy wycofany: {name}",
        "day_off": "Dodatkowy dzień wolny odwołany: {name}",
    },
    moved="{name}: teraz w części „{place}”",
    description_of="{name}, opis",
    who="{name}, po czyjej stronie",
    when="{name}, kiedy",
    decided_by="{name}, po czym to poznajemy",
    by_hand="potwierdzenie",
    facts={
        Fact.PRE_ACCEPTANCE: "wstępna akceptacja",
        Fact.AGREEMENT: "umowa i profil",
        Fact.CONTACT: "osoba kontaktowa",
        Fact.PLANNING: "spotkania planistyczne",
        Fact.REVENUE: "faktury i uzgodnione cele",
        Fact.DEALS: "zarejestrowane szanse sprzedażowe",
        Fact.ATTESTATION: "poświadczenie",
        Fact.PROMOTION: "link w kanałach partnera",
    },
    measures={
        Measure.SALES_PEOPLE: "osoby z kwalifikacjami sprzedażowymi",
        Measure.TECHNICAL_PEOPLE: "osoby z kwalifikacjami technicznymi",
        Measure.LEAD_ACTIVITIES: "podjęte aktywności",
        Measure.SPONSOR: "sponsor wykonawczy",
    },
    questions="Pytania w formularzach",
    name="Nazwa programu",
    vendor="Dostawca",
    purpose="Cel dokumentu",
    languages="Języki",
    decision_time="Czas na decyzję o szansie sprzedażowej",
    application_time="Czas na odpowiedź na zgłoszenie partnerskie",
    time_zone="Strefa czasowa terminów",
    pause="Czas na decyzję, gdy czekamy na odpowiedź",
    pauses="stoi",
    runs="biegnie dalej",
    both_kinds="Jedna osoba liczy się w obu rodzajach kwalifikacji",
    yes="tak",
    no="nie",
    attestation_form="Forma corocznego poświadczenia",
    forms={
        AttestationForm.DOCUMENT: "oświadczenie na stronie",
        AttestationForm.WRITTEN: "oświadczenie na stronie i podpisany egzemplarz",
    },
    attestation_opens="Coroczne poświadczenie można złożyć",
    days_before="{days} przed końcem roku partnerskiego",
    statement="Treść corocznego poświadczenia",
    warnings="Przypomnienia o terminach",
    before_the_day="{days} wcześniej",
    protection="Ważność zgody",
    protected_for="{days}, przypomnienie {before}",
    promise="Udział decyzji na czas na stronach",
    promise_shown="tak, przy co najmniej {count} terminach",
    contact="Kontakt",
    editorial="Zmiany redakcyjne",
    latest="Najnowsze zmiany",
    first_version="Pierwsza opublikowana wersja programu.",
    no_versions="Program jeszcze się nie zmienił.",
)

_ENGLISH = ChangeWords(
    became="{what}: {after} (before: {before})",
    is_now="{what}: {after}",
    no_longer="{what}: no longer there (before: {before})",
    reworded="{what}: reworded",
    renamed="“{before}” is now called “{after}”",
    order="{what}: in another order ({after})",
    lists={
        "tier": "Tiers",
        "model": "Selling models",
        "benefit_group": "Groups of benefits",
        "benefit": "Benefits",
        "section": "Parts of the program",
        "requirement": "Requirements",
        "product": "Products and services to register",
        "reason": "Reasons for a rejection",
        "day_off": "Extra days off",
    },
    new={
        "tier": "New tier: {name}",
        "model": "New selling model: {name}",
        "benefit_group": "New group of benefits: {name}",
        "benefit": "New benefit: {name} ({values})",
        "section": "New part of the program: {name}",
        "requirement": "New requirement: {name} ({values})",
        "product": "New product or service to register: {name}",
        "reason": "New reason for a rejection: {name}",
        "day_off": "New extra day off: {name}",
    },
    gone={
        "tier": "Tier withdrawn from the program: {name}",
        "model": "Selling model withdrawn from the program: {name}",
        "benefit_group": "Group of benefits withdrawn from the program: {name}",
        "benefit": "Benefit withdrawn from the program: {name}",
        "section": "Part withdrawn from the program: {name}",
        "requirement": "Requirement withdrawn from the program: {name}",
        "product": "Product or service no longer to be registered: {name}",
        "reason": "Reason for a rejection withdrawn: {name}",
        "day_off": "Extra day off called off: {name}",
    },
    moved="{name}: now in the part “{place}”",
    description_of="{name}, description",
    who="{name}, who does it",
    when="{name}, when",
    decided_by="{name}, what decides it",
    by_hand="confirmation",
    facts={
        Fact.PRE_ACCEPTANCE: "pre-acceptance",
        Fact.AGREEMENT: "agreement and profile",
        Fact.CONTACT: "contact person",
        Fact.PLANNING: "planning meetings",
        Fact.REVENUE: "invoices and agreed targets",
        Fact.DEALS: "registered deals",
        Fact.ATTESTATION: "attestation",
        Fact.PROMOTION: "a link in the partner's channels",
    },
    measures={
        Measure.SALES_PEOPLE: "people with sales qualifications",
        Measure.TECHNICAL_PEOPLE: "people with technical qualifications",
        Measure.LEAD_ACTIVITIES: "activities carried out",
        Measure.SPONSOR: "executive sponsor",
    },
    questions="Questions in the forms",
    name="Name of the program",
    vendor="Vendor",
    purpose="Purpose of the document",
    languages="Languages",
    decision_time="Time to decide a deal registration",
    application_time="Time to answer an application",
    time_zone="Time zone of deadlines",
    pause="Time to decide while we wait for an answer",
    pauses="stands still",
    runs="goes on",
    both_kinds="One person counts in both kinds of qualifications",
    yes="yes",
    no="no",
    attestation_form="Form of the yearly attestation",
    forms={
        AttestationForm.DOCUMENT: "declared on a page",
        AttestationForm.WRITTEN: "declared on a page, and a signed copy",
    },
    attestation_opens="The yearly attestation can be given",
    days_before="{days} before the partner year ends",
    statement="Words of the yearly attestation",
    warnings="Reminders of what comes due",
    before_the_day="{days} before",
    protection="How long an approval is valid",
    protected_for="{days}, reminder {before}",
    promise="Share of decisions in time on pages",
    promise_shown="yes, with at least {count} deadlines",
    contact="Contact",
    editorial="Editorial changes",
    latest="Latest changes",
    first_version="The first published version of the program.",
    no_versions="The program has not changed yet.",
)

CHANGE_WORDS: Mapping[Language, ChangeWords] = {"pl": _POLISH, "en": _ENGLISH}
