"""The HTML of a form: the same while the site is built and while the service answers."""

from markupsafe import Markup

from forms_service.forms.base import PartnerForm
from forms_service.templating import environment
from partner_program.model import Language, Program


def render(
    form: PartnerForm, *, action: str = "", problem: Markup | None = None, answer: Markup | None = None
) -> Markup:
    """Everything inside the form's slot.

    `action` is where it is sent; its own page where it is empty. `problem` stands above the form (the store
    cannot be written, the program has changed). A form with mistakes begins with their summary. `answer` is
    what the tier finder found.
    """
    edition = form.edition
    template = environment(edition.language).get_template(f"forms/{form.name}.html")
    html = template.render(
        form=form,
        edition=edition,
        program=edition.program,
        action=action,
        problem=problem,
        answer=answer,
        mistakes=list(form.mistakes()),
    )
    return Markup(html)  # noqa: S704 - the template escapes every value


def explain_status(program: Program, lang: Language) -> Markup:
    """What stands in the slot of the status page as long as nobody came with a link."""
    html = environment(lang).get_template("forms/status.html").render(program=program)
    return Markup(html)  # noqa: S704 - the template escapes every value
