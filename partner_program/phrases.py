"""Wording: phrases about the program for running text, in the reader's language. Pure."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from partner_program.business_days import SkippedDay, SkipReason
from partner_program.eligibility import Answer, Outcome, TierAnswer
from partner_program.labels import LABELS
from partner_program.model import BenefitValue, Language, MeasureWords, Program, Value

_LOCALES: Mapping[Language, Locale] = {"pl": Locale("pl"), "en": Locale("en", "GB")}


class Case(StrEnum):
    """The grammatical case in which a page needs the time to decide."""

    PLAIN = "plain"
    """`2 dni robocze` / `2 business days`."""
    OF = "of"
    """`2 dni roboczych` / `2 business days`: a deadline of."""
    WITHIN = "within"
    """`w ciągu 2 dni roboczych` / `within 2 business days`."""
    AFTER = "after"
    """`po 2 dniach roboczych` / `after 2 business days`."""


_GENITIVE = {"one": "{} dnia roboczego", "other": "{} dni roboczych"}
_ENGLISH_DAYS = {"one": "{} business day", "other": "{} business days"}
_BUSINESS_DAYS: Mapping[Language, Mapping[Case, Mapping[str, str]]] = {
    "pl": {
        Case.PLAIN: {"one": "{} dzień roboczy", "few": "{} dni robocze", "other": "{} dni roboczych"},
        Case.OF: _GENITIVE,
        Case.WITHIN: {form: f"w ciągu {phrase}" for form, phrase in _GENITIVE.items()},
        Case.AFTER: {"one": "po {} dniu roboczym", "other": "po {} dniach roboczych"},
    },
    "en": {
        Case.PLAIN: _ENGLISH_DAYS,
        Case.OF: _ENGLISH_DAYS,
        Case.WITHIN: {form: f"within {phrase}" for form, phrase in _ENGLISH_DAYS.items()},
        Case.AFTER: {form: f"after {phrase}" for form, phrase in _ENGLISH_DAYS.items()},
    },
}
_LEFT: Mapping[Language, Mapping[str, str]] = {
    "pl": {
        "one": "został {} dzień roboczy",
        "few": "zostały {} dni robocze",
        "other": "zostało {} dni roboczych",
    },
    "en": {"one": "{} business day left", "other": "{} business days left"},
}
_OVERDUE: Mapping[Language, str] = {"pl": "po terminie od {}", "en": "{} overdue"}
_DUE_TODAY: Mapping[Language, str] = {"pl": "termin mija dziś", "en": "due today"}
_DATE: Mapping[Language, str] = {"pl": "EEEE, d MMMM y", "en": "EEEE d MMMM y"}
_DECIDE_BY: Mapping[Language, str] = {
    "pl": "Decyzja najpóźniej: {}, do końca dnia.",
    "en": "Decision by: {}, end of day (Warsaw).",
}
_VALID_UNTIL: Mapping[Language, str] = {"pl": "Ważne do: {}.", "en": "Valid until: {}."}
_THAT_IS_OVER: Mapping[Language, str] = {"pl": "Ten dzień minął.", "en": "That day is over."}
_NOT_COUNTED: Mapping[Language, Mapping[str, str]] = {
    "pl": {"one": "Nie liczy się: {}.", "other": "Nie liczą się: {}."},
    "en": {"other": "Not counted: {}."},
}
_PUBLIC_HOLIDAYS: Mapping[Language, Mapping[str, str]] = {
    "pl": {"one": "dzień ustawowo wolny", "other": "dni ustawowo wolne"},
    "en": {"one": "public holiday", "other": "public holidays"},
}
_EXTRA_DAYS: Mapping[Language, Mapping[str, str]] = {
    "pl": {"one": "dodatkowy dzień wolny", "other": "dodatkowe dni wolne"},
    "en": {"one": "extra day off", "other": "extra days off"},
}
_MISSING: Mapping[Language, str] = {"pl": "brakuje {}", "en": "{} missing"}
_NOTHING_MISSING: Mapping[Language, str] = {
    "pl": "spełnione jest wszystko, o co pyta formularz",
    "en": "everything the form asks for is met",
}
_FITS: Mapping[Language, str] = {
    "pl": "Na dziś pasuje {}: spełniasz wszystko, o co pyta formularz.",
    "en": "For now {} fits: you meet everything this form asks for.",
}
_NEAREST: Mapping[Language, str] = {
    "pl": "Na dziś najbliżej jest {}: zobacz, czego brakuje.",
    "en": "For now {} is the closest: see what is missing.",
}
_AGREED: Mapping[Language, str] = {
    "pl": "do ustalenia indywidualnie: {}",
    "en": "agreed individually: {}",
}
_STILL_TO_COME: Mapping[Language, str] = {"pl": "do spełnienia: {}", "en": "still to come: {}"}
_MET: Mapping[Language, str] = {"pl": "spełnione", "en": "met"}
_VENDOR_CARRIES: Mapping[Language, str] = {
    "pl": "po stronie Future Processing",
    "en": "up to Future Processing",
}


def decision_time(program: Program, case: Case, language: Language) -> str:
    """The time to decide a deal registration, as a phrase: `w ciągu 2 dni roboczych`."""
    return business_days(program.deal_registration.decide_within_business_days, case, language)


def business_days(days: int, case: Case, language: Language) -> str:
    """A number of business days, as a phrase: `w ciągu 2 dni roboczych`."""
    return _counted(_BUSINESS_DAYS[language][case], days, language)


@lru_cache(maxsize=512)
def long_date(day: datetime.date, language: Language) -> str:
    """`czwartek, 26 listopada 2026` / `Thursday 26 November 2026`."""
    return format_date(day, _DATE[language], locale=_LOCALES[language])


def deadline_sentence(due: datetime.date, skipped: Sequence[SkippedDay], language: Language) -> str:
    """By which day a decision is there, and which days were not counted.

    `due` is a day of the calendar; a moment in another time zone has to be converted first.
    """
    decide_by = _DECIDE_BY[language].format(long_date(due, language))
    return f"{decide_by} {not_counted(skipped, language)}".rstrip()


def valid_until_sentence(last_day: datetime.date, language: Language, *, is_over: bool = False) -> str:
    """Until which day, that one included, an approval is valid: `Ważne do: piątek, 26 lutego 2027.`"""
    sentence = _VALID_UNTIL[language].format(long_date(last_day, language))
    return f"{sentence} {_THAT_IS_OVER[language]}" if is_over else sentence


def not_counted(skipped: Sequence[SkippedDay], language: Language) -> str:
    """Which days were not counted and why; empty where none was skipped.

    `Nie liczą się: 24 i 25 grudnia (dni ustawowo wolne), 26 i 27 grudnia (sobota, niedziela).`
    """
    runs = [f"{_days(run, language)} ({_why(run, language)})" for run in _runs(skipped)]
    if not runs:
        return ""
    return _phrase(_NOT_COUNTED[language], len(skipped), language).format(", ".join(runs))


def time_left(remaining: int, language: Language) -> str:
    """What `BusinessCalendar.remaining` says, in words: `zostały 2 dni robocze`."""
    if remaining > 0:
        return _counted(_LEFT[language], remaining, language)
    if remaining == 0:
        return _DUE_TODAY[language]
    return _OVERDUE[language].format(_counted(_BUSINESS_DAYS[language][Case.OF], -remaining, language))


def missing_phrase(answer: TierAnswer, language: Language) -> str:
    """What a company lacks for a tier, and what no form can tell.

    `Gold: brakuje 1 osoby z kwalifikacjami technicznymi · do ustalenia indywidualnie: wymagania finansowe`.
    Where nothing is missing it says so of what was asked, never of the whole tier.
    """
    missing = [_missing_one(one, language) for one in answer.missing]
    first = _MISSING[language].format(_list(missing, language)) if missing else _NOTHING_MISSING[language]
    agreed = [_inside_a_sentence(one.item.title[language]) for one in answer.agreed_individually]
    rest = [_AGREED[language].format(_list(agreed, language))] if agreed else []
    return f"{answer.tier.name}: {' · '.join([first, *rest])}"


def fitting_phrase(answers: Sequence[TierAnswer], language: Language) -> str:
    """Which tier fits a company for now: the highest that lacks nothing of what was asked, or the nearest."""
    found = fitting_tier(answers)
    return (_NEAREST if found.missing else _FITS)[language].format(found.tier.name)


def fitting_tier(answers: Sequence[TierAnswer]) -> TierAnswer:
    """The highest tier that lacks nothing of what was asked, or the one that lacks least."""
    fitting = [answer for answer in answers if not answer.missing]
    return fitting[-1] if fitting else min(answers, key=lambda each: sum(one.missing for one in each.missing))


def missing_things(
    words: MeasureWords, number: int | None, language: Language, *, in_short: bool = False
) -> str:
    """What is missing, in the genitive: `2 osób z kwalifikacjami technicznymi`; one without a number.

    `in_short` for a reader who knows what is meant, where the program has such words: `1 aktywności`.
    """
    counted = ((words.missing_in_short if in_short else None) or words.missing)[language]
    if number is None:
        return counted.one
    return f"{number} {counted.one if _form(number, language) == 'one' else counted.other}"


def outcome_text(answer: Answer, language: Language) -> str:
    """How a company stands in one requirement: `spełnione`, `brakuje 1 osoby z …`, `zalecane`."""
    if answer.missing:
        return _MISSING[language].format(_missing_one(answer, language))
    if answer.outcome is Outcome.NOT_YET:
        return _STILL_TO_COME[language].format(LABELS[language].when[answer.item.when])
    if answer.outcome is Outcome.MET:
        return _MET[language]
    if answer.outcome is Outcome.VENDOR_CARRIES:
        return _VENDOR_CARRIES[language]
    return answer.value.kind.means[language]


def is_sign(label: str) -> bool:
    """Whether a label says no more than its kind: a ✓, a dash."""
    return not any(character.isalnum() for character in label)


def value_text(value: Value | BenefitValue, language: Language) -> str:
    """What a tier asks or gives, in words that need no picture: the label, or what its sign stands for."""
    label = value.label[language]
    if is_sign(label):
        return value.kind.means[language]
    if value.kind.unit and label.isdecimal():
        return f"{label} ({value.kind.unit[language]})"
    return label


def _missing_one(answer: Answer, language: Language) -> str:
    if answer.measured is None:
        raise ValueError(f"{answer.item.id} was not counted, so nothing of it is missing")
    # There is one or there is none: a number would sound odd.
    number = None if answer.value.number is None else answer.missing
    return missing_things(answer.measured, number, language)


def _counted(phrases: Mapping[str, str], number: int, language: Language) -> str:
    """The phrase for this number, with the number in it."""
    return _phrase(phrases, number, language).format(number)


def _phrase(phrases: Mapping[str, str], number: int, language: Language) -> str:
    """The phrase in the plural form this number needs; `other` stands in for a form that is not given."""
    return phrases.get(_form(number, language), phrases["other"])


def _form(number: int, language: Language) -> str:
    return _LOCALES[language].plural_form(number)


def _list(phrases: Sequence[str], language: Language) -> str:
    return format_list(phrases, locale=_LOCALES[language])


def _inside_a_sentence(title: str) -> str:
    """A title without its first capital, unless it begins with an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _runs(skipped: Iterable[SkippedDay]) -> Iterator[list[SkippedDay]]:
    """Days that follow each other and are skipped for the same reason."""
    run: list[SkippedDay] = []
    for day in skipped:
        follows = run and day.reason is run[-1].reason and (day.date - run[-1].date).days == 1
        if run and not follows:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _days(run: Sequence[SkippedDay], language: Language) -> str:
    """`24 i 25 grudnia`; a month is named once."""
    texts = []
    for day, following in zip(run, [*run[1:], None], strict=True):
        same_month = following is not None and following.date.month == day.date.month
        texts.append(format_date(day.date, "d" if same_month else "d MMMM", locale=_LOCALES[language]))
    return _list(texts, language)


def _why(run: Sequence[SkippedDay], language: Language) -> str:
    """Why these days do not count: the weekdays, or the kind of day off, named where it is one day."""
    if run[0].reason is SkipReason.WEEKEND:
        if language == "en" and len(run) > 1:
            return "weekend"
        return ", ".join(format_date(day.date, "EEEE", locale=_LOCALES[language]) for day in run)
    kinds = _PUBLIC_HOLIDAYS if run[0].reason is SkipReason.HOLIDAY else _EXTRA_DAYS
    kind = _phrase(kinds[language], len(run), language)
    name = run[0].name
    return f"{kind}: {name[language]}" if len(run) == 1 and name is not None else kind


def retention_periods(program: Program, language: Language) -> list[tuple[str, str]]:
    """What is kept, and for how long: `Zakończone zgłoszenia partnerskie`, `12 miesięcy od zakończenia`."""
    labels, kept = LABELS[language], program.retention
    periods = (
        (labels.closed_applications, kept.closed_applications_months, "duration-month"),
        (labels.deals, kept.deals_years, "duration-year"),
        (labels.ended_partners, kept.ended_partners_years, "duration-year"),
        (labels.trapped, kept.trapped_days, "duration-day"),
        (labels.sent_mail, kept.sent_mail_days, "duration-day"),
        (labels.sign_in_links, kept.sign_in_links_days, "duration-day"),
        (labels.backups, kept.backups_days, "duration-day"),
        (labels.drafts, kept.drafts_days, "duration-day"),
    )
    return [
        (what, how_long.format(period=format_unit(number, unit, locale=language)))
        for (what, how_long), number, unit in periods
    ]
