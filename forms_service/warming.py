"""Do once, beside the start, what the first visitors would otherwise wait for. Changes nothing."""

import threading

from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.clock import Clock
from forms_service.templating import environment
from partner_program import Program, rendering
from partner_program.business_days import BusinessCalendar
from partner_program.eligibility import Facts
from partner_program.model import Language

PAGES = ("status", "withdraw", "error", "problem")
"""Templates of pages that people are likely to see first."""


def begin(program: Program, clock: Clock) -> threading.Thread:
    """Warm up while the first requests may already come. Ends by itself, and with the process."""
    warming = threading.Thread(target=warm, args=(program, clock), name="warming", daemon=True)
    warming.start()
    return warming


def warm(program: Program, clock: Clock) -> None:
    """Read catalogs, templates, countries and holidays, and answer each form once, in each language."""
    BusinessCalendar.of(program.deal_registration).due(
        clock(), program.deal_registration.decide_within_business_days
    )
    for language in program.languages:
        for name in forms.NAMES:
            form = forms.build(name, program, language, formdata=MultiDict({"": ""}))
            form.validate()
            forms.render(form)
        _answers(program, language)


def _answers(program: Program, language: Language) -> None:
    rendering.finder_answer(program, Facts(), language)
    for page in PAGES:
        environment(language).get_template(f"pages/{page}.html")
