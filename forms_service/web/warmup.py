"""Warm-up at the start: loads what the first requests would wait for. Changes nothing.

The first people after a restart come many at a time, and each would do for himself what takes a second.
So a form can be taken before anybody is let in; the pages follow beside the first requests.
"""

import threading
from collections.abc import Callable

from werkzeug.datastructures import MultiDict

from forms_service import forms
from forms_service.domain.clock import Clock
from forms_service.domain.companies import web_domains
from forms_service.i18n.jinja import environment
from partner_program import Program, block_html
from partner_program.business_days import BusinessCalendar
from partner_program.eligibility import CompanyFacts
from partner_program.model import Language

PAGES = ("status", "withdraw", "error", "problem")
"""Templates of pages that people are likely to see first."""


def needed(program: Program, clock: Clock) -> None:
    """Load what taking a form needs: catalogs, countries, days off, domain list."""
    rule = program.deal_registration
    BusinessCalendar.of(rule).due(clock(), rule.decide_within_business_days)
    web_domains.registered("example.com")
    for language in program.languages:
        for name in forms.NAMES:
            forms.build(name, program, language, formdata=MultiDict({"": ""})).validate()


def begin(program: Program, also: Callable[[], None] = lambda: None) -> threading.Thread:
    """Warm up in a background thread, and last do `also`. Ends with the process."""

    def work() -> None:
        warm(program)
        also()

    warming = threading.Thread(target=work, name="warming", daemon=True)
    warming.start()
    return warming


def warm(program: Program) -> None:
    """Compile the templates and render each form once, with errors, in each language."""
    for language in program.languages:
        for name in forms.NAMES:
            form = forms.build(name, program, language, formdata=MultiDict({"": ""}))
            form.validate()
            forms.render(form)
        _answers(program, language)


def _answers(program: Program, language: Language) -> None:
    block_html.finder_answer(program, CompanyFacts(), language)
    for page in PAGES:
        environment(language).get_template(f"pages/{page}.html")
