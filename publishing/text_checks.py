"""Text checks: catalogs, and templates of forms and mails, published with the pages."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError

from forms_service import forms
from forms_service.i18n import catalog_checks, catalogs, translations
from forms_service.i18n.jinja import environment
from forms_service.mail import template_checks
from forms_service.mail.mail_preview import facts_of
from partner_program.errors import Problem, ProgramError
from partner_program.model import LANGUAGES, Program


def checked(package: Path, program: Program, store: Path) -> bytes:
    """The texts of this copy of the service, packed. What a build in `store` has is not checked again.

    Raises:
        ProgramError: with every mistake found.
    """
    words = {
        path: language for language in LANGUAGES for path in translations.catalog_files(language, package)
    }
    _raise([*catalog_checks.problems(words, package.parent), *encodings(package)])
    packed = translations.pack(package, program.hash)
    if not any(packed == earlier.read_bytes() for earlier in store.glob(f"*{translations.ENDING}")):
        with translations.trying(translations.read(package)):
            unknown = catalog_checks.unknown(words, package.parent, catalogs.known())
            _raise([*unknown, *form_templates(program), *template_checks.problems(program, facts_of)])
    return packed


def encodings(package: Path) -> Iterator[Problem]:
    """A mistake for each template that is no UTF-8."""
    for path in translations.template_files(package, translations.TEMPLATES):
        content = path.read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            message = "not UTF-8: save the file with the encoding UTF-8"
            yield Problem(path.relative_to(package.parent), line, message)


def form_templates(program: Program) -> Iterator[Problem]:
    """A mistake for each form that cannot be drawn."""
    found = []
    for language in LANGUAGES:
        for name in forms.NAMES:
            try:
                environment(language).get_template(f"forms/{name}.html")
                forms.render(forms.build(name, program, language))
            except (TemplateError, LookupError, TypeError, ValueError, AttributeError) as error:
                file, line = template_checks.place_of(error) or ("forms_service/templates/forms", 0)
                found.append(Problem(file, line, template_checks.message_of(error)))
    yield from dict.fromkeys(found)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise ProgramError(*problems)
