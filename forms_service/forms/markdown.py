"""Markdown extension: the blocks `{{ form … }}` and `{{ promise }}`, which the service fills.

Configured as `forms_service.markdown: {lang: pl}`. Each form stands in a slot, which the service fills with
the same form when it answers. `FORMS_URL` in the environment is the origin that takes the forms, where it is
another one than the site's.
"""

import os
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from forms_service import forms
from forms_service.forms.sections import SECTIONS, Progress
from partner_program.blocks import Call, register
from partner_program.markdown import program_at
from partner_program.model import Program

PROMISE = "promise"
"""The slot for the share of decisions made in time."""
STATUS = "status"
"""The slot that explains where a status page is found."""


class FormsExtension(Extension):
    """Markdown extension for pages in one language."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "lang": ["pl", "Language of the pages: pl or en"],
            "program": ["docs/program.yml", "The program file, seen from where the build is started"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Markdown calls
        file = Path(self.getConfig("program"))
        blocks = {"form": lambda call: _form(program_at(file), call), PROMISE: _promise}
        register(md, self.getConfig("lang"), blocks=blocks)


def _form(program: Program, call: Call) -> str:
    name = call.one_of((*forms.NAMES, STATUS))
    if name == STATUS:
        action = _action(call.page.address)
        return _in_slot(name, forms.explain_status(program, call.language, action=action))
    form = forms.build(name, program, call.language)
    first = Progress(kept_days=program.retention.drafts_days) if name in SECTIONS else None
    return _in_slot(name, forms.render(form, action=_action(call.page.address), progress=first))


def _promise(call: Call) -> str:
    """A place that is empty until the service fills it, if the program publishes the promise."""
    call.no_words()
    return f"<!-- slot:{PROMISE} --><!-- /slot:{PROMISE} -->"


def _action(address: str) -> str:
    """Where a form on the page at `address` is sent; empty for the page itself."""
    origin = os.environ.get("FORMS_URL", "").rstrip("/")
    return f"{origin}{address}" if origin and address else ""


def _in_slot(name: str, html: str) -> str:
    return f"<!-- slot:{name} -->\n{html}\n<!-- /slot:{name} -->"


def makeExtension(**options: Any) -> FormsExtension:  # noqa: N802 - the name Markdown looks for
    """Entry point of Markdown for `forms_service.markdown`."""
    return FormsExtension(**options)
