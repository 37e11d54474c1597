"""Labels of a receipt in the reader's language: rows of label and value, in order. Pure."""

from collections.abc import Iterator
from datetime import date

from babel.dates import format_date

from forms_service.domain.submissions.receipt import Receipt
from forms_service.domain.submissions.submission_labels import exact_moment, local
from forms_service.i18n.translations import N_, texts
from partner_program.model import Language, Program
from partner_program.phrases import deadline_sentence

Row = tuple[str, str]
"""Label and value."""


def before_the_answers(found: Receipt, program: Program, language: Language) -> Iterator[Row]:
    """Which registration, when, and whose. `program` is the version it was registered under."""
    words = texts(language)
    yield words.gettext(N_("Reference")), found.reference
    yield words.gettext(N_("Received")), exact_moment(found.received_at, program, language)
    if found.entered_at:
        label = words.gettext(N_("Entered by %(vendor)s")) % {"vendor": program.vendor}
        yield label, exact_moment(found.entered_at, program, language)
    if found.company:
        yield words.gettext(N_("Partner")), found.company


def after_the_answers(found: Receipt, program: Program, language: Language) -> Iterator[Row]:
    """What was promised, and under which version of the program."""
    words = texts(language)
    if found.decide_by:
        yield words.gettext(N_("Deadline")), deadline(found, program, language)
    label = words.gettext(N_("Version of the program"))
    yield label, version(found.program, found.program_day, language)


def deadline(found: Receipt, program: Program, language: Language) -> str:
    """By when it was to be decided, and which days did not count; empty where nothing was promised."""
    if not found.decide_by:
        return ""
    return deadline_sentence(local(found.decide_by, program).date(), found.skipped, language)


def version(program: str, day: date | None, language: Language) -> str:
    """`z 25 listopada 2026 (0c185107cb86)`: a version by its day and short hash; by its hash alone."""
    short = program[:12]
    if day is None:
        return short
    said = format_date(day, "d MMMM y", locale="pl" if language == "pl" else "en_GB")
    return texts(language).gettext(N_("of %(day)s (%(hash)s)")) % {"day": said, "hash": short}
