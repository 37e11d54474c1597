"""Renderer: HTML of a form; the same in the built site and in responses."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from forms_service.domain.submissions.submission import without_retired
from forms_service.forms.base import PartnerForm
from forms_service.forms.context import Edition
from forms_service.forms.fields import InputField
from forms_service.forms.sections import CHECK, SECTIONS, Progress, formdata_of, section_of
from forms_service.forms.short_forms import LostLink
from forms_service.i18n.jinja import environment
from partner_program.model import Language, Program


def render(
    form: PartnerForm,
    *,
    action: str = "",
    problem: Markup | None = None,
    answer: Markup | None = None,
    hidden: Mapping[str, str] | None = None,
    send: str = "",
    progress: Progress | None = None,
) -> Markup:
    """HTML inside the form's slot.

    `action` is where it is sent; its own page where it is empty. `problem` stands above the form (the store
    cannot be written, the program has changed). A form with mistakes begins with their summary. `answer` is
    what the tier finder found. `hidden` is sent with it; `send` are other words on its button. `progress`
    draws it in sections, one of them open; without it the form is whole, and is sent at once.
    """
    edition = form.edition
    template = environment(edition.language).get_template(f"forms/{form.name}.html")
    html = template.render(
        form=form,
        edition=edition,
        program=edition.program,
        action=action,
        service=origin(action),
        problem=problem,
        answer=answer,
        hidden=hidden or {},
        send=send,
        mistakes=list(form.mistakes()),
        progress=progress,
        steps=steps(form, progress) if progress else [],
    )
    return Markup(html)  # noqa: S704 - the template escapes every value


def render_check(
    form: PartnerForm, progress: Progress, *, action: str, problem: Markup | None = None
) -> Markup:
    """HTML of the check page of a draft: all answers, section by section, and the button that sends them.

    `action` is the draft's address. Only what is confirmed here is shown with its mistakes.
    """
    edition = form.edition
    names = {name for section in SECTIONS[form.name] for name in section.fields}
    confirmed = [field for field in form if field.short_name not in names and field.kept]
    html = (
        environment(edition.language)
        .get_template("forms/check.html")
        .render(
            form=form,
            edition=edition,
            program=edition.program,
            action=f"{action}/{CHECK}",
            draft=action,
            service="",
            problem=problem,
            answer=None,
            hidden={},
            send="",
            mistakes=[mistake for field in confirmed for mistake in field.mistakes()],
            progress=progress,
            steps=steps(form, progress),
        )
    )
    return Markup(html)  # noqa: S704 - the template escapes every value


class Step(NamedTuple):
    """A section as it is drawn."""

    id: str
    title: str
    number: int
    is_open: bool
    is_done: bool
    said: list[tuple[str, str]]
    """Label and value of what was said."""


def steps(form: PartnerForm, progress: Progress) -> list[Step]:
    """The sections of a form. One whose answers are right and not all blank, or that was left, is done."""
    checked = type(form)(form.edition, formdata_of(form.as_typed()), None)
    checked.validate()
    current = section_of(form.name, progress.current).id
    ids = [section.id for section in SECTIONS[form.name]]
    said = checked.said()
    found = []
    for number, section in enumerate(SECTIONS[form.name]):
        wrong = any(list(checked[name].mistakes()) for name in section.fields)
        blank = all(checked[name].is_blank() for name in section.fields)
        shown_wrong = any(list(form[name].mistakes()) for name in section.fields)
        rows = list(summary_rows(checked, {name: said[name] for name in section.fields}))
        found.append(
            Step(
                section.id,
                str(form.edition.texts.gettext(section.title)),
                number + 1,
                is_open=section.id == current or shown_wrong,
                is_done=not wrong and (not blank or number < ids.index(current)),
                said=[] if wrong else rows,
            )
        )
    return found


def origin(address: str) -> str:
    """Scheme and host of an address; empty for one on the page's own host."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def explain_status(
    program: Program,
    lang: Language,
    *,
    action: str = "",
    form: PartnerForm | None = None,
    asked: bool = False,
) -> Markup:
    """HTML of the status slot without a link.

    `form` is the one for lost links as it was filled in; `asked` says that it was answered.
    """
    form = form or LostLink(Edition(program, lang), None, None)
    template = environment(lang).get_template("forms/status.html")
    html = template.render(program=program, form=render(form, action=action), asked=asked)
    return Markup(html)  # noqa: S704 - the template escapes every value


def typed_rows(form: PartnerForm) -> Iterator[tuple[str, str]]:
    """Label and value of everything that was typed, valid or not, in the order of the form.

    Tells a valid answer as `summary_rows` does, any other one as it was typed. Call `validate()` before.
    """
    said = form.said()
    for field in form:
        if field.kept:
            yield from field.lines(field.said(), said)
            yield from ((wrong.label.text, wrong.typed) for wrong in _wrong(field))


def _wrong(field: Any) -> Iterator[InputField]:
    """Controls of a field that hold no valid answer."""
    match field.kind:
        case "rows":
            for row in field.entries:
                for each in row.form:
                    yield from _wrong(each)
        case "person":
            for each in field.form:
                yield from _wrong(each)
        case _ if field.errors and not field.is_blank():
            yield field


def summary_rows(form: PartnerForm, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and value of everything that was said, in the order of the form, blanks left out.

    `said` may come from an older form or program: a choice that is gone is told as it is kept, and an answer
    whose field is gone comes last, under its name.
    """
    said = without_retired(said)
    known = {field.short_name: field for field in form if field.kept}
    for name, field in known.items():
        if name in said:
            yield from field.lines(said[name], said)
    for name, value in said.items():
        if name not in known and value not in ("", None, [], {}, False):
            yield name, str(value)
