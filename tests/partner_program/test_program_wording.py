"""What is said about the program, word for word."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from partner_program import Program
from partner_program.business_days import BusinessCalendar, SkippedDay, SkipReason
from partner_program.eligibility import CompanyFacts, assess
from partner_program.loader import read
from partner_program.model import LANGUAGES, Language, Text
from partner_program.phrases import (
    Case,
    deadline_sentence,
    decision_time,
    long_date,
    missing_phrase,
    not_counted,
    outcome_text,
    time_left,
    value_text,
)

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("engineers", "sponsor", "polish", "english"),
    [
        (
            2,
            True,
            "Full: brakuje 1 osoby z kwalifikacjami · do ustalenia indywidualnie: wymagania finansowe",
            "Full: 1 qualified person missing · agreed individually: revenue requirements",
        ),
        (
            1,
            True,
            "Full: brakuje 2 osób z kwalifikacjami · do ustalenia indywidualnie: wymagania finansowe",
            "Full: 2 qualified people missing · agreed individually: revenue requirements",
        ),
        (
            2,
            False,
            "Full: brakuje sponsora i 1 osoby z kwalifikacjami"
            " · do ustalenia indywidualnie: wymagania finansowe",
            "Full: sponsor and 1 qualified person missing · agreed individually: revenue requirements",
        ),
        (
            3,
            True,
            "Full: spełnione jest wszystko, o co pyta formularz"
            " · do ustalenia indywidualnie: wymagania finansowe",
            "Full: everything the form asks for is met · agreed individually: revenue requirements",
        ),
    ],
)
def test_what_is_missing_for_a_tier(example: Program, engineers, sponsor, polish, english):
    full = assess(example, CompanyFacts(technical_people=engineers, sponsor=sponsor))[1]
    assert (missing_phrase(full, "pl"), missing_phrase(full, "en")) == (polish, english)


@pytest.mark.parametrize(
    ("engineers", "polish", "english"),
    [
        (0, "Basic: brakuje 1 osoby z kwalifikacjami", "Basic: 1 qualified person missing"),
        (
            1,
            "Basic: spełnione jest wszystko, o co pyta formularz",
            "Basic: everything the form asks for is met",
        ),
    ],
)
def test_a_tier_without_anything_to_agree_says_nothing_of_it(example: Program, engineers, polish, english):
    basic = assess(example, CompanyFacts(technical_people=engineers))[0]
    assert (missing_phrase(basic, "pl"), missing_phrase(basic, "en")) == (polish, english)


@pytest.mark.parametrize(
    ("days", "case", "polish", "english"),
    [
        (1, Case.PLAIN, "1 dzień roboczy", "1 business day"),
        (2, Case.PLAIN, "2 dni robocze", "2 business days"),
        (5, Case.PLAIN, "5 dni roboczych", "5 business days"),
        (22, Case.PLAIN, "22 dni robocze", "22 business days"),
        (1, Case.OF, "1 dnia roboczego", "1 business day"),
        (2, Case.OF, "2 dni roboczych", "2 business days"),
        (1, Case.WITHIN, "w ciągu 1 dnia roboczego", "within 1 business day"),
        (2, Case.WITHIN, "w ciągu 2 dni roboczych", "within 2 business days"),
        (21, Case.WITHIN, "w ciągu 21 dni roboczych", "within 21 business days"),
        (1, Case.AFTER, "po 1 dniu roboczym", "after 1 business day"),
        (2, Case.AFTER, "po 2 dniach roboczych", "after 2 business days"),
    ],
)
def test_the_time_to_decide_in_each_case(example_text: str, days, case, polish, english):
    text = example_text.replace("_days: 2", f"_days: {days}").replace(" 2 dni ", f" {days} dni ")
    program = read(text.replace(" 2 business", f" {days} business").encode(), "x")
    assert decision_time(program, case, "pl") == polish
    assert decision_time(program, case, "en") == english


def test_dates_carry_their_weekday():
    assert long_date(date(2026, 11, 26), "pl") == "czwartek, 26 listopada 2026"
    assert long_date(date(2026, 11, 26), "en") == "Thursday 26 November 2026"


@pytest.mark.parametrize(
    ("registered", "polish", "english"),
    [
        (
            "2026-12-23",
            "Decyzja najpóźniej: wtorek, 29 grudnia 2026, do końca dnia. Nie liczą się: 24 i 25 grudnia "
            "(dni ustawowo wolne), 26 i 27 grudnia (sobota, niedziela).",
            "Decision by: Tuesday 29 December 2026, end of day (Warsaw). Not counted: 24 and 25 December "
            "(public holidays), 26 and 27 December (weekend).",
        ),
        (
            "2026-11-24",
            "Decyzja najpóźniej: czwartek, 26 listopada 2026, do końca dnia.",
            "Decision by: Thursday 26 November 2026, end of day (Warsaw).",
        ),
        (
            "2026-11-10",
            "Decyzja najpóźniej: piątek, 13 listopada 2026, do końca dnia. Nie liczy się: 11 listopada "
            "(dzień ustawowo wolny: Narodowe Święto Niepodległości).",
            "Decision by: Friday 13 November 2026, end of day (Warsaw). Not counted: 11 November "
            "(public holiday: National Independence Day).",
        ),
        (
            "2026-10-30",
            "Decyzja najpóźniej: wtorek, 3 listopada 2026, do końca dnia. Nie liczą się: 31 października "
            "i 1 listopada (sobota, niedziela).",
            "Decision by: Tuesday 3 November 2026, end of day (Warsaw). Not counted: 31 October "
            "and 1 November (weekend).",
        ),
        (
            "2026-11-28",
            "Decyzja najpóźniej: wtorek, 1 grudnia 2026, do końca dnia. Nie liczy się: 29 listopada "
            "(niedziela).",
            "Decision by: Tuesday 1 December 2026, end of day (Warsaw). Not counted: 29 November (Sunday).",
        ),
    ],
)
def test_the_deadline_names_the_days_that_were_not_counted(registered: str, polish: str, english: str):
    calendar = BusinessCalendar()
    moment = datetime.fromisoformat(registered).replace(hour=12, tzinfo=WARSAW)
    due, skipped = calendar.due(moment), calendar.skipped(moment)
    assert deadline_sentence(due, skipped, "pl") == polish
    assert deadline_sentence(due, skipped, "en") == english


def test_two_weekends_are_two_groups():
    """A long deadline names each run of days, not one long list."""
    saturday = date(2026, 9, 12)
    days = [saturday + timedelta(ahead) for ahead in (0, 1, 7, 8)]
    skipped = [SkippedDay(day, SkipReason.WEEKEND) for day in days]
    assert not_counted(skipped, "pl") == (
        "Nie liczą się: 12 i 13 września (sobota, niedziela), 19 i 20 września (sobota, niedziela)."
    )


def test_extra_days_off_are_called_by_their_name():
    named = SkippedDay(date(2026, 9, 8), SkipReason.EXTRA, Text(pl="Dzień żałoby", en="Day of mourning"))
    bare = SkippedDay(date(2026, 9, 8), SkipReason.EXTRA)
    assert not_counted([named], "pl") == "Nie liczy się: 8 września (dodatkowy dzień wolny: Dzień żałoby)."
    assert not_counted([named], "en") == "Not counted: 8 September (extra day off: Day of mourning)."
    assert not_counted([bare], "en") == "Not counted: 8 September (extra day off)."


@pytest.mark.parametrize(
    ("remaining", "polish", "english"),
    [
        (0, "termin mija dziś", "due today"),
        (1, "został 1 dzień roboczy", "1 business day left"),
        (2, "zostały 2 dni robocze", "2 business days left"),
        (5, "zostało 5 dni roboczych", "5 business days left"),
        (12, "zostało 12 dni roboczych", "12 business days left"),
        (22, "zostały 22 dni robocze", "22 business days left"),
        (-1, "po terminie od 1 dnia roboczego", "1 business day overdue"),
        (-2, "po terminie od 2 dni roboczych", "2 business days overdue"),
        (-22, "po terminie od 22 dni roboczych", "22 business days overdue"),
    ],
)
def test_time_left(remaining: int, polish: str, english: str):
    assert (time_left(remaining, "pl"), time_left(remaining, "en")) == (polish, english)


def test_a_tick_says_which_kind_it_is(example: Program):
    """To whoever hears it read out: required, or only recommended."""
    items = {item.id: item.tiers for item in example.items()}
    assert value_text(items["sponsor"]["full"], "pl") == "wymagane"
    assert value_text(items["deal-registration"]["basic"], "pl") == "zalecane"
    assert value_text(items["deal-registration"]["basic"], "en") == "recommended"


def test_other_labels_are_read_as_they_are(example: Program):
    items = {item.id: item.tiers for item in example.items()}
    assert value_text(items["engineers"]["full"], "pl") == "3 i więcej osób"
    assert value_text(items["deal-registration"]["full"], "en") == "2 a year"
    assert value_text(items["deal-registration"]["full"], "pl") == "2 (minimum w roku)"


def test_no_value_needs_a_picture(program: Program):
    for language in LANGUAGES:
        said = [value_text(value, language) for item in program.items() for value in item.tiers.values()]
        assert [one for one in said if "✓" in one] == []


@pytest.mark.parametrize(
    ("tier", "item", "polish", "english"),
    [
        (1, "sponsor", "spełnione", "met"),
        (1, "engineers", "brakuje 2 osób z kwalifikacjami", "2 qualified people missing"),
        (
            1,
            "skills",
            "do spełnienia: zanim współpraca się zacznie",
            "still to come: before the cooperation starts",
        ),
        (1, "revenue-goal", "ustalane indywidualnie", "agreed individually"),
        (0, "revenue-goal", "bez progu", "no threshold"),
        (0, "sponsor", "nieobowiązkowe", "optional"),
        (1, "planning", "po stronie Future Processing", "up to Future Processing"),
        (0, "deal-registration", "zalecane", "recommended"),
    ],
)
def test_how_a_company_stands_in_one_requirement(example: Program, tier, item, polish, english):
    found = assess(example, CompanyFacts(technical_people=1, sponsor=True))[tier]
    answer = next(one for one in found.answers if one.item.id == item)
    assert (outcome_text(answer, "pl"), outcome_text(answer, "en")) == (polish, english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_itself_says_what_is_missing(program: Program, language: Language):
    """Whatever the program asks, each tier has its sentence, and Gold always something to agree."""
    few, many = CompanyFacts(), CompanyFacts(999, 999, 999, sponsor=True)
    for before, after in zip(assess(program, few), assess(program, many), strict=True):
        assert missing_phrase(before, language).startswith(f"{before.tier.name}: ")
        assert missing_phrase(before, language) != missing_phrase(after, language)
        assert (" · " in missing_phrase(after, language)) == bool(after.agreed_individually)
