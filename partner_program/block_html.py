"""The program as HTML: each function turns a program into one block of a page. Pure; every value is escaped.

The markup stands in `templates/`, the words in `labels`. Texts of a Polish page come with no-break spaces
after one-letter words.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from partner_program.business_days import BusinessCalendar
from partner_program.change_words import CHANGE_WORDS
from partner_program.changes import differences
from partner_program.eligibility import Answer, CompanyFacts, Outcome, TierAnswer, assess
from partner_program.labels import LABELS
from partner_program.model import (
    Benefit,
    CarriedBy,
    Item,
    Language,
    Program,
    Requirement,
    Tier,
)
from partner_program.phrases import (
    fitting_phrase,
    fitting_tier,
    is_sign,
    long_date,
    missing_phrase,
    outcome_text,
    retention_periods,
    value_text,
)
from partner_program.typography import bind
from partner_program.versions import ProgramVersion

_SIDES = (CarriedBy.VENDOR, CarriedBy.BOTH, CarriedBy.PARTNER)

_PLAIN_MONDAY = date(2026, 9, 7)
"""A Monday with no statutory day off in the eight weeks after it."""


def comparison(program: Program, language: Language) -> Markup:
    """All benefits and requirements against all tiers, one table."""
    caption = LABELS[language].comparison
    return _render(
        "comparison.html", program, language, sections=program.sections, caption=caption, whole=True
    )


def section(program: Program, section_id: str, language: Language) -> Markup:
    """One section against all tiers, one table. Raises KeyError for an id that does not exist."""
    chosen = next((one for one in program.sections if one.id == section_id), None)
    if chosen is None:
        raise KeyError(section_id)
    caption = _sentence_case(chosen.title[language])
    return _render("comparison.html", program, language, sections=(chosen,), caption=caption, whole=False)


def benefits(program: Program, language: Language) -> Markup:
    """Each benefit explained, with an id to link to, and what each tier gives."""
    return _render("benefits.html", program, language)


def requirements(program: Program, language: Language) -> Markup:
    """Each requirement explained under a heading of its own, whose id is the requirement's."""
    return _render("requirements.html", program, language)


def tier_requirements(program: Program, tier_id: str, language: Language) -> Markup:
    """What one tier asks, each with its explanation. Raises KeyError for an id that does not exist."""
    return _render("tier_requirements.html", program, language, tier=program.tier(tier_id))


def tiers(program: Program, language: Language) -> Markup:
    """For each tier what it gives and what it alone asks, by who carries it; what all ask alike, once."""
    several = len(program.tiers) > 1
    own = {who: _carried(program, who, differing=several) for who in _SIDES}
    same = {who: _carried(program, who, differing=False) if several else [] for who in _SIDES}
    return _render("tiers.html", program, language, own=own, same=same)


def decision_table(program: Program, language: Language) -> Markup:
    """For each weekday a deal can be registered on, the one it is decided by, in a week without days off."""
    rule, labels = program.deal_registration, LABELS[language]
    calendar = BusinessCalendar(rule.country, rule.time_zone)
    rows = []
    for weekday in range(7):
        registered = datetime.combine(_PLAIN_MONDAY + timedelta(weekday), time(12), ZoneInfo(rule.time_zone))
        due = calendar.due(registered, rule.decide_within_business_days).date()
        weeks = (due - _PLAIN_MONDAY).days // 7
        later = labels.weeks_later[min(weeks, max(labels.weeks_later))]
        rows.append((_weekday(registered, language), later.format(day=_weekday(due, language), weeks=weeks)))
    days_off = [
        (format_date(off.day, "long", locale=language), off.name[language]) for off in rule.extra_days_off
    ]
    return _render("decision_table.html", program, language, rows=rows, days_off=days_off)


def finder_answer(program: Program, facts: CompanyFacts, language: Language) -> Markup:
    """Which tier fits; for each, that one first, what is missing and there. Never that all of it is met."""
    assessed = assess(program, facts)
    fitting = fitting_tier(assessed)
    answers = [
        (answer.tier, missing_phrase(answer, language), _outcome_groups(answer, language))
        for answer in (fitting, *(each for each in assessed if each is not fitting))
    ]
    sentence, also = fitting_phrase(assessed, language), _also(program, fitting.tier)
    return _render("finder_answer.html", program, language, answers=answers, fitting=sentence, also=also)


def recipients(program: Program, language: Language) -> Markup:
    """Recipients of personal data, and whether it leaves the EEA; with a warning while unknown."""
    labels, who = LABELS[language], program.controller
    fields = ((labels.recipients, who.recipients), (labels.transfers, who.transfers))
    told = [(label, text[language] if text else None) for label, text in fields]
    return _fields(program, language, told)


def revenue(program: Program, language: Language) -> Markup:
    """How a partner's revenue is counted."""
    return _render("revenue.html", program, language)


def retention(program: Program, language: Language) -> Markup:
    """What is kept for how long."""
    rows = retention_periods(program, language)
    return _render("retention.html", program, language, rows=rows)


def controller(program: Program, language: Language) -> Markup:
    """Who is responsible for personal data; with a warning while anything about them is not filled in."""
    labels, who = LABELS[language], program.controller
    fields = (
        (labels.controller, who.name),
        (labels.seat, who.seat),
        (labels.register, who.register_entry),
        (labels.email, who.email),
        (labels.inspector, labels.no_inspector if who.inspector == "none" else who.inspector),
    )
    return _fields(program, language, fields)


def what_changed(program: Program, versions: Sequence[ProgramVersion], language: Language) -> Markup:
    """How the program came to be as it is: its versions, newest first, each as its difference in words.

    What is different since the last recorded version stands on top, without a date.
    """
    words = CHANGE_WORDS[language]
    programs = [version.program for version in versions]
    entries = [
        (f"changes-{number}", long_date(version.day, language), differences(before, version.program))
        for number, (before, version) in enumerate(zip(programs, versions[1:], strict=False), start=2)
    ]
    if versions:
        entries.insert(0, ("changes-1", long_date(versions[0].day, language), ()))
        if latest := differences(programs[-1], program):
            entries.append(("changes-latest", words.latest, latest))
    return _render("what_changed.html", program, language, entries=entries[::-1], words=words)


def questions(program: Program, language: Language, toc_tokens: Sequence[Mapping[str, Any]]) -> Markup:
    """A page's sections and the questions below each, as links to them.

    `toc_tokens` is the page's table of contents as Markdown's `toc` extension has it, its names as HTML.
    """
    sections = [
        {**_linked(section, language), "questions": [_linked(one, language) for one in section["children"]]}
        for page in toc_tokens
        for section in page["children"]
    ]
    return _render("questions.html", program, language, sections=sections)


def _linked(heading: Mapping[str, Any], language: Language) -> dict[str, Any]:
    title = bind(heading["name"], language)  # Markdown makes every space in it an ordinary one
    return {"id": heading["id"], "title": Markup(title)}  # noqa: S704 - Markdown's own HTML


def contact(program: Program, language: Language) -> Markup:
    """Whom to write to."""
    return _render("contact.html", program, language)


def home(program: Program, language: Language) -> str:
    """The address of a language's first page: the default language lives at `/`."""
    return "/" if language == program.languages[0] else f"/{language}/"


def _outcome_groups(answer: TierAnswer, language: Language) -> Sequence[tuple[str, list[tuple[Answer, str]]]]:
    """What is missing, and what is there (with what was asked): each with a heading."""
    labels = LABELS[language]
    there = [one for one in answer.answers if one.outcome is Outcome.MET]
    return (
        (labels.missing, [(one, outcome_text(one, language)) for one in answer.missing]),
        (labels.there, [(one, value_text(one.value, language)) for one in there]),
    )


def _fields(program: Program, language: Language, fields: Sequence[tuple[str, str | None]]) -> Markup:
    """What is filled in, and a warning that names what is not."""
    missing = ", ".join(f"{label[0].lower()}{label[1:]}" for label, value in fields if not value)
    return _render("fields.html", program, language, fields=fields, missing=missing)


def _weekday(day: date, language: Language) -> str:
    return format_date(day, "EEEE", locale=language)


def _carried(
    program: Program, who: CarriedBy, *, differing: bool
) -> list[tuple[Requirement, tuple[Item, ...]]]:
    """The requirements on this side, each with its parts, in which the tiers differ, or do not.

    What the vendor does and a benefit says already is left out. Of a single tier, nothing differs.
    """
    said = {benefit.source for benefit in program.all_benefits()} if who is CarriedBy.VENDOR else set()
    found = []
    for one in program.sections:
        for requirement in one.requirements:
            parts = tuple(part for part in requirement.parts if part.differs is differing)
            alike = not requirement.parts and requirement.differs is differing
            if requirement.carried_by is who and requirement.id not in said and (parts or alike):
                found.append((requirement, parts))
    return found


def _also(program: Program, fitting: Tier) -> dict[str, list[Benefit]]:
    """For each higher tier, what it gives that the fitting one does not, or not so."""
    higher = program.tiers[program.tiers.index(fitting) + 1 :]
    return {
        tier.id: [
            benefit
            for benefit in program.all_benefits()
            if benefit.tiers[tier.id] != benefit.tiers[fitting.id]
            and benefit.tiers[tier.id].kind != "not_included"
        ]
        for tier in higher
    }


def _render(template: str, program: Program, language: Language, **values: Any) -> Markup:
    values |= {"program": program, "home": home(program, language)}
    return Markup(_environment(language).get_template(template).render(values))  # noqa: S704 - autoescaped


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        autoescape=True,
        finalize=lambda value: bind(value, language) if type(value) is str else value,
        loader=PackageLoader("partner_program"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {"labels": LABELS[language], "language": language}
    environment.tests["sign"] = is_sign
    environment.filters |= {
        "named": _named,
        "in_words": partial(value_text, language=language),
        "listed": partial(format_list, locale=language),
        "sentence_case": _sentence_case,
    }
    return environment


def _sentence_case(title: str) -> str:
    """A heading that the program sets in capitals, as it reads outside the table."""
    return title.capitalize() if title.isupper() else title


def _named(text: str, names: Mapping[str, str]) -> str:
    """The text with `{name}` replaced, as `str.format` does."""
    return text.format(**names)
