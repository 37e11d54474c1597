"""Page layout of an area (desk, partner): language, navigation, `templates/desk/layout.html`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from forms_service.domain.auth.roles import Principal, UserKind
from forms_service.domain.auth.sign_in_urls import AREAS, local_path
from forms_service.i18n.jinja import environment
from forms_service.web import assets
from forms_service.web.auth.permissions import EXTENSION, NavigationEntry, access, area_of, current, here
from partner_program.model import LANGUAGES, Language
from partner_program.typography import bind_page

STYLES = ("tokens.css", "app.css")


@dataclass(frozen=True)
class PageLayout:
    """Template context of the layout."""

    vendor: str
    kind: UserKind
    area: str
    """The first address of the area, without the slash at its end."""
    person: Principal | None
    navigation: Sequence[NavigationEntry]
    path: str
    """The address of this page, for marking its entry in the navigation."""
    query: Mapping[str, str]
    back: str
    """Where to come back to after the language was changed."""
    styles: Sequence[str]
    """URLs of the style sheets, in order."""

    @property
    def daily(self) -> Sequence[NavigationEntry]:
        """The entries in the line: those without a group, and one alone in its group."""
        return [each for each in self.navigation if not each.group or len(self._grouped(each.group)) == 1]

    @property
    def groups(self) -> Mapping[str, Sequence[NavigationEntry]]:
        """The other entries, by the message id of their group."""
        names = dict.fromkeys(each.group for each in self.navigation if each not in self.daily)
        return {name: self._grouped(name) for name in names}

    def _grouped(self, group: str) -> Sequence[NavigationEntry]:
        return [each for each in self.navigation if each.group == group]

    def is_at(self, entry: NavigationEntry) -> bool:
        """Whether this page is the one of the navigation entry."""
        return self.path == entry.address

    def script(self, name: str) -> str:
        """URL of a script of the service."""
        return assets.url(name)

    def in_language(self, language: Language) -> str:
        """URL of this page in another language, for visitors."""
        return f"{self.path}?{urlencode({**self.query, 'lang': language})}"


def response_language() -> Language:
    """Language of this response.

    Somebody who is signed in has chosen one; a visitor may ask for one (`lang`). Else the browser decides,
    and where it wants neither of ours, the first one.
    """
    person = current()
    if chosen := person.lang if person else asked_language():
        return chosen
    wanted = request.accept_languages.best_match(LANGUAGES)
    return next((language for language in LANGUAGES if language == wanted), LANGUAGES[0])


def asked_language() -> Language | None:
    """Language that the request asks for."""
    asked = request.values.get("lang")
    return next((language for language in LANGUAGES if language == asked), None)


def page(template: str, status: int = 200, *, lang: Language | None = None, **values: Any) -> Response:
    """Render a page of the request's area, from a template that extends the layout."""
    html = environment(lang or response_language()).get_template(template).render(frame=_frame(), **values)
    return Response(bind_page(html), status, content_type="text/html; charset=utf-8")


def signed_in_area() -> UserKind | None:
    """Area of this URL, if the user is signed in to it."""
    kind = area_of(request.path)
    if kind is None or EXTENSION not in current_app.extensions:
        return None
    person = current()
    return kind if person and person.kind == kind else None


def error_page(heading: str, message: object, status: int) -> Response:
    """Render an error in the area's layout; the same at every URL of it. `message` is HTML by `__html__`."""
    area = _frame().area
    frame = replace(_frame(), path="", query={}, back=f"{area}/")
    html = environment(response_language()).get_template("auth/error.html")
    return Response(
        bind_page(html.render(frame=frame, heading=heading, message=message)),
        status,
        content_type="text/html; charset=utf-8",
    )


def too_many(minutes: int) -> Response:
    """Render the page of a rate limit with all that was typed, to be sent once more."""
    try:
        typed, with_file = list(request.form.items(multi=True)), bool(request.files)
    except RequestEntityTooLarge:  # of the form's usual size; only a file may be larger
        typed, with_file = [], True
    return page("auth/too-many.html", 429, address=here(), typed=typed, with_file=with_file, minutes=minutes)


def wanted_next(kind: UserKind) -> str | None:
    """Redirect target in the request (`next`), if it is a path of this area; else None."""
    return local_path(request.values.get("next"), AREAS[kind])


def _frame() -> PageLayout:
    kind = area_of(request.path) or UserKind.STAFF
    person = current()
    person = person if person and person.kind == kind else None
    entries = access().navigation.get(kind, ())
    shown = [entry for entry in entries if person and person.may(entry.role)]
    is_page = request.method in ("GET", "HEAD")
    back = (local_path(here(), AREAS[kind]) if is_page else None) or f"{AREAS[kind]}/"
    query = request.args.to_dict() if is_page else {}
    styles = [assets.url(name) for name in STYLES]
    return PageLayout(access().vendor(), kind, AREAS[kind], person, shown, request.path, query, back, styles)
