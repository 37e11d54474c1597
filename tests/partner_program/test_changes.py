"""What is different between two programs, in words: every difference has its sentence."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from partner_program import Program
from partner_program.benefit_kinds import BENEFIT_KINDS
from partner_program.change_words import CHANGE_WORDS
from partner_program.changes import Change, differences
from partner_program.model import LANGUAGES, AttestationForm, CarriedBy, Fact, Measure, When
from partner_program.requirement_kinds import KINDS

Path = tuple[str | int, ...]
Content = dict[str, Any]

OTHER_CHOICE = {
    str(choice): str(other)
    for choices in (AttestationForm, CarriedBy, Fact, BENEFIT_KINDS, KINDS, Measure, When)
    for choice, other in zip(choices, [*list(choices)[1:], next(iter(choices))], strict=True)
} | {"every_quarter": "every_year", "agreed_individually": "every_year", "PLN": "EUR"}
"""For each word of a fixed set another one of the same set."""
FIXED = {("deal_registration", "country")}
"""Places that take one value only."""


def leaves(content: Any, path: Path = ()) -> Iterator[Path]:
    """Every place that holds a single value."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from leaves(value, (*path, key))
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from leaves(value, (*path, position))
    elif content is not None and path not in FIXED:
        yield path


def edited(program: Program, path: Path, edit: Callable[[Any], Any]) -> Program:
    """The program with one place changed."""
    content = program.model_dump(mode="json")
    around = content
    for step in path[:-1]:
        around = around[step]
    around[path[-1]] = edit(around[path[-1]])
    return Program.model_validate(content, strict=False)


def another(value: Any) -> Any:
    """Something else that may stand where this stands."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case "pl" | "en":
            return {"pl": "en", "en": "pl"}[value]
        case "Europe/Warsaw":
            return "Europe/Prague"
        case "2026-11-12":
            return "2026-11-13"
        case str() if value in OTHER_CHOICE:
            return OTHER_CHOICE[value]
        case str() if "@" in value:
            return f"other-{value}"
    return f"{value}x"


def names_a_tier(path: Path) -> bool:
    """The id of a tier cannot change alone: the requirements name it."""
    return path[0] == "tiers" and path[-1] == "id"


def said(changes: tuple[Change, ...], language: str = "pl") -> list[str]:
    return [change.text[language] for change in changes]  # type: ignore[index]


def test_the_same_program_differs_in_nothing(program: Program):
    assert differences(program, program.model_copy(deep=True)) == ()


def test_no_change_goes_unsaid(program: Program, example: Program):
    """Whatever single place is edited, a sentence says what it is about, in both languages."""
    for before in (program, example):
        for path in leaves(before.model_dump(mode="json")):
            if names_a_tier(path):
                continue
            after = edited(before, path, another)
            changes = differences(before, after)
            assert changes, path
            for language in LANGUAGES:
                sentences = said(changes, language)
                assert CHANGE_WORDS[language].editorial not in sentences, path
                assert not [one for one in sentences if "None" in one or "{" in one], path


PLACES = [
    (
        "value",
        ("sections", 2, "requirements", 0, "parts", 1, "tiers", "gold"),
        {"kind": "at_least", "number": 2, "label": {"pl": "2 i więcej osób", "en": "2 or more people"}},
        "Gold, Kwalifikacje techniczne: 2 i więcej osób (było: 1 i więcej osób)",
        "Gold, Technical qualifications: 2 or more people (before: 1 or more people)",
        True,
    ),
    (
        "the same sign for another kind",
        ("sections", 3, "requirements", 1, "tiers", "silver", "kind"),
        "required",
        "Silver, Promocja strony internetowej: wymagane (było: zalecane)",
        "Silver, Website promotion: required (before: recommended)",
        True,
    ),
    (
        "who carries it",
        ("sections", 0, "requirements", 4, "carried_by"),
        "both",
        "Wspólne planowanie biznesowe, po czyjej stronie: partner i Future Processing "
        "(było: Future Processing)",
        "Joint business planning, who does it: partner and Future Processing (before: Future Processing)",
        True,
    ),
    (
        "time to decide",
        ("deal_registration", "decide_within_business_days"),
        3,
        "Czas na decyzję o szansie sprzedażowej: 3 dni robocze (było: 2 dni robocze)",
        "Time to decide a deal registration: 3 business days (before: 2 business days)",
        False,
    ),
    (
        "explanation",
        ("sections", 1, "requirements", 0, "note"),
        None,
        "Wymagania finansowe, opis: zmieniona treść",
        "Revenue requirements, description: reworded",
        False,
    ),
    (
        "filled in",
        ("controller", "seat"),
        "Gliwice",
        "Siedziba: Gliwice",
        "Registered office: Gliwice",
        False,
    ),
    (
        "form of the attestation",
        ("attestation", "form"),
        "written",
        "Forma corocznego poświadczenia: oświadczenie na stronie i podpisany egzemplarz "
        "(było: oświadczenie na stronie)",
        "Form of the yearly attestation: declared on a page, and a signed copy (before: declared on a page)",
        True,
    ),
    (
        "retention",
        ("retention", "closed_applications_months"),
        24,
        "Zakończone zgłoszenia partnerskie: 24 miesiące od zakończenia (było: 12 miesięcy od zakończenia)",
        "Closed applications: 24 months after closing (before: 12 months after closing)",
        False,
    ),
    (
        "warnings",
        ("coming_due", "warn_days_before"),
        [30],
        "Przypomnienia o terminach: 30 dni wcześniej (było: 90 dni wcześniej i 30 dni wcześniej)",
        "Reminders of what comes due: 30 days before (before: 90 days before and 30 days before)",
        False,
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "polish", "english", "duty"),
    [place[1:] for place in PLACES],
    ids=[p[0] for p in PLACES],
)
def test_a_changed_place_in_words(
    program: Program, path: Path, value: Any, polish: str, english: str, duty: bool
):
    """What it is now, and what it was; whether partners have something else to do."""
    (change,) = differences(program, edited(program, path, lambda _: value))
    assert (change.text.pl, change.text.en, change.duty) == (polish, english, duty)


def test_a_change_names_its_requirement_and_tier(program: Program):
    """So that whom it concerns can be found."""
    path = ("sections", 3, "requirements", 0, "tiers", "silver")
    value = {"kind": "per_year", "number": 2, "label": {"pl": "2", "en": "2"}}
    (change,) = differences(program, edited(program, path, lambda _: value))
    assert (change.item, change.tier) == ("lead-generation", "silver")


def requirement(content: Content) -> Content:
    """A requirement that the program does not have."""
    new: Content = deepcopy(content["sections"][0]["requirements"][2])
    return new | {"id": "newsletter", "title": {"pl": "Biuletyn", "en": "Newsletter"}, "fact": None}


def with_new_requirement(content: Content) -> None:
    content["sections"][3]["requirements"].append(requirement(content))


def with_tier(content: Content) -> None:
    content["tiers"].append(dict(content["tiers"][1], id="platinum", name="Platinum"))
    for section in content["sections"]:
        for each in section["requirements"]:
            for item in (each, *each["parts"]):
                item["tiers"]["platinum"] = item["tiers"]["gold"]
    for group in content["benefits"]:
        for benefit in group["benefits"]:
            benefit["tiers"]["platinum"] = benefit["tiers"]["gold"]


def moved(content: Content) -> None:
    content["sections"][0]["requirements"].append(content["sections"][3]["requirements"].pop())


def in_another_order(content: Content) -> None:
    content["models"].reverse()


def renamed(content: Content) -> None:
    content["sections"][3]["title"] = {"pl": "MARKETING", "en": "Marketing"}


def with_day_off(content: Content) -> None:
    day = {"date": "2027-11-12", "name": {"pl": "Dzień wolny", "en": "A day off"}}
    content["deal_registration"]["extra_days_off"] = [day]


WHOLE = [
    (
        with_new_requirement,
        ["Nowe wymaganie: Biuletyn (Silver: wymagane; Gold: wymagane)"],
        ["Wymaganie wycofane z programu: Biuletyn"],
    ),
    (with_tier, ["Nowy poziom: Platinum"], ["Poziom wycofany z programu: Platinum"]),
    (
        moved,
        ["Promocja strony internetowej: teraz w części „Zakres działań i relacje”"],
        ["Promocja strony internetowej: teraz w części „Marketing i komunikacja”"],
    ),
    (
        in_another_order,
        ["Modele sprzedaży: zmieniona kolejność (Resell (związany z kanałem), Sell-with (polecenia))"],
        ["Modele sprzedaży: zmieniona kolejność (Sell-with (polecenia), Resell (związany z kanałem))"],
    ),
    (
        renamed,
        ["„MARKETING I KOMUNIKACJA” nazywa się teraz „MARKETING”"],
        ["„MARKETING” nazywa się teraz „MARKETING I KOMUNIKACJA”"],
    ),
    (
        with_day_off,
        ["Nowy dodatkowy dzień wolny: 12 listopada 2027 (Dzień wolny)"],
        ["Dodatkowy dzień wolny odwołany: 12 listopada 2027 (Dzień wolny)"],
    ),
]


@pytest.mark.parametrize(("edit", "there", "back"), WHOLE, ids=[case[0].__name__ for case in WHOLE])
def test_what_is_new_gone_or_elsewhere(
    program: Program, edit: Callable[[Content], None], there: list[str], back: list[str]
):
    content = program.model_dump(mode="json")
    edit(content)
    after = Program.model_validate(content, strict=False)
    order = "zmieniona kolejność ("
    found, undone = said(differences(program, after)), said(differences(after, program))
    if edit is moved:
        found, undone = ([one for one in each if order not in one] for each in (found, undone))
    assert (found, undone) == (there, back)


PEOPLE = {
    ("contact", "name"): "Former Example",
    ("contact", "email"): "former@vendor.example",
    ("controller", "email"): "inbox.of.former@vendor.example",
    ("controller", "inspector"): "Inspector Example, inspector@vendor.example",
}


@pytest.mark.parametrize("path", PEOPLE)
def test_no_person_is_named(program: Program, path: Path) -> None:
    """Neither who was there before nor who comes: a difference is published for good."""
    former = edited(program, path, lambda _: PEOPLE[path])
    for old, new in ((former, program), (program, former)):
        (change,) = differences(old, new)
        assert not change.duty
        for language in LANGUAGES:
            assert "xample" not in change.text[language]
            assert program.contact.name not in change.text[language]
            assert "@" not in change.text[language]
