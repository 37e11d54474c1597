"""Draft views: a form in sections, kept on the server for whoever has its link.

Every change is answered by a redirect, so that reload and Back ask nobody to send a form again. The token is
the only permission; the pages are private.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, Response, abort, redirect, request
from markupsafe import Markup
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response as AnyResponse

from forms_service import forms
from forms_service.domain.submissions.submission_labels import date_and_time
from forms_service.forms import PartnerForm, SentForm
from forms_service.forms.sections import (
    CHECK,
    SECTIONS,
    Progress,
    after,
    formdata_of,
    section_of,
    section_with,
)
from forms_service.i18n.translations import bound_texts
from forms_service.services.drafts import Draft, DraftChanged, DraftRefused, DraftTooLarge
from forms_service.web import responses
from forms_service.web.context import release, service, today
from forms_service.web.public import form_storage, status_layout
from forms_service.web.site import SitePage
from partner_program.changes import differences
from partner_program.model import Language

blueprint = Blueprint("drafts", __name__)

ENDPOINTS = frozenset({"drafts.act", "drafts.act_on_check"})
"""The views that take what is typed; their pages name no origin."""
_TOKEN = "/<form_page:where>/<string(length=43):token>"  # noqa: S105 - a pattern of addresses
_ALL = "all"


class FormPage(PathConverter):
    """Path of a page with a form. Tokens below `status` are those of submissions."""

    regex = "(?!(?:[^/]+/)?status/)[^/].*?"


_RELATIVE = re.compile(r'\b(href|src|srcset|action)="(?![/#?"]|[a-z]+:)([^"]+)"')
_INTRODUCTION = re.compile(r"</h1>.*?(?=<!--\s*slot:)", re.DOTALL)
"""Words before the form, for who has not begun it."""
_PARAGRAPH = re.compile(r"<p\b.*?</p>", re.DOTALL)
_LANGUAGES = re.compile(r'<ul class="?languages"?.*?</ul>', re.DOTALL)
_LANGUAGE = re.compile(r'<a [^>]*\bhreflang="?([a-z]{2})"?[^>]*>(.*?)</a>', re.DOTALL)


def begin(there: SitePage, form: SentForm) -> AnyResponse:
    """Keep a form that was begun on its own page, and lead on; 422 with what is wrong in its section."""
    name = form.name
    section = section_of(name, request.form["continue"])
    if not form.validate_some(section.fields):
        return in_sections(there, form, section.id, 422)
    onward = after(name, section.id)
    try:
        token = service().drafts.begin(
            name,
            form.as_typed(),
            section=section.id if onward == CHECK else onward,
            language=there.language,
            program=form.program_version,
            trapped=form.is_honeypot_filled,
        )
    except DraftRefused as refused:
        return _not_kept(there, form, refused)
    return redirect(_address(there, token, onward), 303)


def in_sections(there: SitePage, form: PartnerForm, section: str, status: int = 200) -> Response:
    """The form on its own page, not kept yet, with this section open."""
    progress = Progress(current=section, kept_days=release().program.retention.drafts_days)
    return responses.with_form(there, form, status, progress=progress)


def section_of_button(form: PartnerForm) -> str:
    """The section with the list whose button was pressed; else the one that was open."""
    pressed = section_with(form.name, form.pressed[1]) if form.pressed else ""
    return pressed or request.form.get("section", "")


@blueprint.get(_TOKEN, provide_automatic_options=False)
def show(where: str, token: str) -> AnyResponse:
    """Show the draft, one section open; with `mistakes` what is wrong in that section, or everywhere."""
    there = _place(where)
    draft = _draft(there, token)
    form = _form(there, draft["typed"])
    wrong = request.args.get("mistakes", "")
    section = request.args.get("section") or wrong or draft["section"]
    if wrong == _ALL:
        form.validate()
    elif wrong:
        form.validate_some(section_of(form.name, wrong).fields)
    status = 422 if list(form.mistakes()) else 200
    return _page(there, token, draft, form, section, status)


@blueprint.post(_TOKEN, provide_automatic_options=False)
def act(where: str, token: str) -> AnyResponse:
    """Save what was typed, then do what the button says."""
    there = _place(where)
    draft = _draft(there, token)
    if "delete" in request.form:
        return _deleted(there, token)
    form = _posted(there)
    is_row = form.row_action()
    here = section_of(form.name, section_of_button(form)).id
    pressed = request.form.get("continue")
    if pressed is not None:
        here = section_of(form.name, pressed).id
    is_right = pressed is None or form.validate_some(section_of(form.name, here).fields)
    onward = after(form.name, here) if pressed is not None and is_right else here
    try:
        saved = _save(there, token, form, here if onward == CHECK else onward)
    except DraftChanged:
        problem = responses.problem("draft_changed", there.language)
        return _page(there, token, draft, form, here, 409, problem)
    except DraftRefused as refused:
        return _not_kept(there, form, refused)
    if is_row:
        return _page(there, token, saved, form, here)
    if "later" in request.form:
        return _mail_link(there, token, saved, form, here)
    if (other := _other_page(there)) is not None:
        return redirect(_address(other, token, here), 303)
    if not is_right:
        return redirect(_address(there, token, "", mistakes=here), 303)
    return redirect(_address(there, token, onward), 303)


@blueprint.get(f"{_TOKEN}/{CHECK}", provide_automatic_options=False)
def show_check(where: str, token: str) -> AnyResponse:
    """Show all answers, and the button that sends them."""
    there = _place(where)
    draft = _draft(there, token)
    return _check_page(there, token, draft, _form(there, draft["typed"]))


@blueprint.post(f"{_TOKEN}/{CHECK}", provide_automatic_options=False)
def act_on_check(where: str, token: str) -> AnyResponse:
    """Send the draft, or do what another button says; nothing typed is saved here."""
    there = _place(where)
    draft = _draft(there, token)
    if "delete" in request.form:
        return _deleted(there, token)
    if (other := _other_page(there)) is not None:
        return redirect(_address(other, token, CHECK), 303)
    confirmed = {name: value for name, value in request.form.items() if name in _confirmations(there)}
    form = _form(there, {**draft["typed"], **dict.fromkeys(_confirmations(there), ""), **confirmed})
    if "later" in request.form:
        return _mail_link(there, token, draft, form, CHECK)
    if _seen()[0] != draft["version"]:
        problem = responses.problem("draft_changed_check", there.language)
        return _check_page(there, token, draft, form, 409, problem)
    if not responses.is_valid(form):
        return _refused(there, token, draft, form)
    return _sent(there, draft, form)


def typed_again(status: int, problem: Markup) -> Response | None:
    """The posted page with a problem above and all that was typed; None where there is no draft."""
    args: Mapping[str, Any] = request.view_args or {}
    there, token = _place(args["where"]), args["token"]
    draft = service().drafts.with_token(token)
    if draft is None or draft["form"] != there.form:
        return None
    later = forms.build("finish-later", release().program, there.language, formdata=request.form)
    if request.endpoint == "drafts.act_on_check":
        return _check_page(there, token, draft, _form(there, draft["typed"]), status, problem, later)
    section = request.form.get("section", "")
    return _page(there, token, draft, _posted(there), section, status, problem, later)


def _refused(there: SitePage, token: str, draft: Draft, form: PartnerForm) -> AnyResponse:
    """What keeps it from being sent: here, where it is to be confirmed; else in its sections."""
    wrong = {field.short_name for field in form if list(field.mistakes())}
    if wrong <= set(_confirmations(there)):
        return _check_page(there, token, draft, form, 422)
    return redirect(_address(there, token, "", mistakes=_ALL), 303)


def _sent(there: SitePage, draft: Draft, form: PartnerForm) -> AnyResponse:
    assert isinstance(form, SentForm)  # noqa: S101 - what has sections is sent
    return redirect(form_storage.stored(there, form, draft=draft["id"], trapped=draft["trapped"]), 303)


def _deleted(there: SitePage, token: str) -> AnyResponse:
    service().drafts.delete(token)
    return redirect(f"{there.path}{token}?deleted=y", 303)


def _mail_link(there: SitePage, token: str, draft: Draft, form: PartnerForm, section: str) -> AnyResponse:
    later = forms.build("finish-later", release().program, there.language, formdata=request.form)
    if not later.validate():
        if section == CHECK:
            return _check_page(there, token, draft, form, 422, later=later)
        return _page(there, token, draft, form, section, 422, later=later)
    service().drafts.mail_link(draft, later.said()["later_email"], there.language)
    return redirect(_address(there, token, section, mailed="y"), 303)


def _save(there: SitePage, token: str, form: SentForm, section: str) -> Draft:
    seen, page = _seen()
    saved = service().drafts.save(
        token,
        form.as_typed(),
        section=section,
        language=there.language,
        seen=seen,
        page=page,
        trapped=form.is_honeypot_filled,
    )
    return saved or abort(_gone(there, token))


def _seen() -> tuple[int, str]:
    """Which version of the draft the page showed, and which page that was."""
    version, _, page = request.form.get("seen", "").partition("-")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    return (int(version) if is_number else 0), page[:40] or "-"


def _place(where: str) -> SitePage:
    """The page whose form this is; 404 where no such page has a form in sections."""
    there = release().pages.get(f"/{where}/")
    if there is None or there.form not in SECTIONS:
        abort(404)
    return there


def _draft(there: SitePage, token: str) -> Draft:
    """The draft with this token; the status page of what it became; 410 where it is gone."""
    draft = service().drafts.with_token(token)
    if draft is not None and draft["form"] == there.form:
        return draft
    record = service().drafts.sent_as(token)
    if record is None:
        return abort(_gone(there, token))
    link = status_layout.address(service().submissions.token_of(record), there.language)
    return abort(redirect(link, 303))


def _gone(there: SitePage, token: str) -> Response:
    words = bound_texts(there.language)
    html = responses.rendered(
        "draft_gone.html", there.language, address=there.path, is_deleted="deleted" in request.args
    )
    title = words.gettext("Error: %(title)s") % {"title": there.title}
    return _private(there, there.filled({there.form or "": html}, title=title), 410)


def _not_kept(there: SitePage, form: PartnerForm, refused: DraftRefused) -> Response:
    """The whole form, which can be sent at once; no draft of it is kept."""
    problem = responses.problem("draft_not_kept", there.language)
    status = 413 if isinstance(refused, DraftTooLarge) else 503
    return responses.with_form(there, form, status, problem=problem, action=there.path)


def _posted(there: SitePage) -> SentForm:
    form = responses.posted_form(there, there.form or "")
    assert isinstance(form, SentForm)  # noqa: S101 - what has sections is sent
    return form


def _form(there: SitePage, typed: Mapping[str, Any]) -> PartnerForm:
    return forms.build(
        there.form or "", release().program, there.language, formdata=formdata_of(typed), today=today()
    )


def _confirmations(there: SitePage) -> list[str]:
    """Names of what is confirmed when the form is sent."""
    form = _form(there, {})
    names = {name for section in SECTIONS[form.name] for name in section.fields}
    return [field.short_name for field in form if field.kept and field.short_name not in names]


def _page(
    there: SitePage,
    token: str,
    draft: Draft,
    form: PartnerForm,
    section: str,
    status: int = 200,
    problem: Markup | None = None,
    later: PartnerForm | None = None,
) -> Response:
    html = forms.render(
        form,
        action=f"{there.path}{token}",
        problem=problem,
        progress=_progress(there, draft, section, later),
    )
    return _filled(there, html, form.name, status)


def _check_page(
    there: SitePage,
    token: str,
    draft: Draft,
    form: PartnerForm,
    status: int = 200,
    problem: Markup | None = None,
    later: PartnerForm | None = None,
) -> Response:
    progress = _progress(there, draft, "", later)
    html = forms.render_check(form, progress, action=f"{there.path}{token}", problem=problem)
    return _filled(there, html, form.name, status)


def _progress(there: SitePage, draft: Draft, section: str, later: PartnerForm | None) -> Progress:
    program = release().program
    return Progress(
        current=section,
        kept_days=program.retention.drafts_days,
        seen=f"{draft['version']}-{secrets.token_hex(8)}",
        saved=date_and_time(draft["saved_at"], program, there.language),
        later=later or forms.build("finish-later", program, there.language),
        is_mailed="mailed" in request.args,
        changes=tuple(_changes(draft, there.language)),
    )


def _changes(draft: Draft, language: Language) -> Iterator[str]:
    """What changed in the program since the draft was saved."""
    before = service().drafts.begun_under(draft)
    if before is not None:
        for change in differences(before, release().program):
            yield change.text[language]


def _filled(there: SitePage, html: Markup, slot: str, status: int) -> Response:
    title = there.title
    if status >= 400:
        title = bound_texts(there.language).gettext("Error: %(title)s") % {"title": title}
    begun = replace(there, html=_INTRODUCTION.sub(lambda found: _PARAGRAPH.sub("", found[0]), there.html))
    return _private(there, begun.filled({slot: html}, title=title), status)


def _private(there: SitePage, html: str, status: int) -> Response:
    """A private page, at a deeper address than it was built for: its own links get absolute paths."""
    html = _RELATIVE.sub(lambda link: f'{link[1]}="{urljoin(there.path, link[2])}"', html)
    if status != 410:
        html = _LANGUAGES.sub(lambda found: _switch(found[0], f"form-{there.form}"), html)
    return status_layout.private(responses.private(html, status))


def _switch(languages: str, form: str) -> str:
    """The other languages as buttons of the form: what is typed goes along."""
    return _LANGUAGE.sub(
        lambda link: (
            f'<button type="submit" form="{escape(form)}" name="language" value="{link[1]}" '
            f'lang="{link[1]}">{link[2]}</button>'
        ),
        languages,
    )


def _other_page(there: SitePage) -> SitePage | None:
    """The form's page in the language whose button was pressed."""
    wanted = request.form.get("language")
    languages: dict[str, Language] = {each: each for each in release().program.languages}
    return release().page_with(there.form or "", languages[wanted]) if wanted in languages else None


def _address(there: SitePage, token: str, section: str, **query: str) -> str:
    """Of the draft with a section open, or of its check page."""
    asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    if section == CHECK:
        return f"{there.path}{token}/{CHECK}{asked}"
    return f"{there.path}{token}{asked}" + (f"#{section}" if section else "")
