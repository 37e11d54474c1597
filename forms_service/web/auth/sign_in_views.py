"""Sign-in views of one area: form, link with a button, sign out."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_links import LinkState
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.domain.auth.tokens import browser_code, random_token
from forms_service.domain.values.free_text import showable
from forms_service.services.sign_in import Entered, SignInRefusal
from forms_service.web.auth.layout import asked_language, page, response_language, wanted_next
from forms_service.web.auth.permissions import (
    access,
    area_of,
    current,
    everybody,
    forget,
    here,
    recognised,
    session_id,
)
from forms_service.web.security import client_of
from partner_program.model import Language

_MOST_SECRET = 64
"""No browser secret that we gave away is longer."""


def sign_in_pages(kind: UserKind) -> Blueprint:
    """Register the sign-in views of one area, and its redirect to the URL with a slash."""
    blueprint = Blueprint(f"access-{kind}", __name__, url_prefix=AREAS[kind])
    for rule, method, view in (
        ("", "GET", go_home),
        ("/sign-in", "GET", show_form),
        ("/sign-in", "POST", ask),
        ("/sign-in/asked", "GET", show_asked),
        ("/link/<token>", "GET", show_button),
        ("/link/<token>", "POST", redeem),
        ("/sign-out", "POST", leave),
        ("/end-other-sessions", "POST", end_others),
        ("/language", "POST", choose_language),
    ):
        blueprint.add_url_rule(rule, view_func=view, methods=[method], provide_automatic_options=False)
    return blueprint


@everybody
def go_home() -> AnyResponse:
    """Redirect to the area's first page."""
    return redirect(f"{AREAS[_kind()]}/", 303)


@everybody
def show_form() -> AnyResponse:
    """Show the sign-in form; a signed-in user is redirected."""
    if _is_in():
        return redirect(_onward(), 303)
    return page("auth/sign-in.html", next=wanted_next(_kind()) or "", left="left" in request.args)


@everybody
def ask() -> AnyResponse:
    """Mail a sign-in link if the user exists. The response is the same for every address."""
    browser = _browser_secret() or random_token()
    sign_in = access().sign_in
    sign_in.ask(
        _kind(),
        request.form.get("email", ""),
        client=client_of(request.remote_addr or ""),
        browser=browser,
        lang=response_language(),
        next=wanted_next(_kind()),
        device=request.cookies.get(access().device_cookie(_kind())),
    )
    answer = redirect(f"{AREAS[_kind()]}/sign-in/asked?{urlencode({'lang': response_language()})}", 303)
    access().keep(answer, access().asking_cookie, browser, sign_in.rules.link_lifetime)
    return answer


@everybody
def show_asked() -> Response:
    """Tell where to look now, with the code that another browser would ask for."""
    browser = _browser_secret()
    return page("auth/asked.html", code=browser_code(browser) if browser else "", minutes=_minutes())


@everybody
def show_button(token: str) -> Response:
    """Show the button that redeems the link. GET changes nothing: mail scanners follow links."""
    opened = access().sign_in.open(_kind(), token, _browser_secret())
    lang = asked_language() or opened.lang
    if opened.standing is not LinkState.GOOD:
        return _closed(opened.standing, lang)
    return _private(page("auth/link.html", lang=lang, needs=opened.needs, wrong=False, typed=""))


@everybody
def redeem(token: str) -> AnyResponse:
    """Redeem the link: start a session."""
    typed = {name: request.form.get(name, "").strip() for name in ("code", "address")}
    outcome = access().sign_in.redeem(
        _kind(), token, browser=_browser_secret(), leaving=session_id(), **typed
    )
    if isinstance(outcome, Entered):
        return _let_in(outcome)
    lang = asked_language()
    if isinstance(outcome, LinkState):
        return _closed(outcome, lang)
    return _private(_again(outcome, showable(typed["address"]), lang))


@everybody
def leave() -> AnyResponse:
    """Sign out: end the session on the server; the cookie is worth nothing from now on."""
    if session := session_id():
        access().sign_in.leave(session)
    lang = response_language()
    forget()
    answer = redirect(f"{AREAS[_kind()]}/sign-in?{urlencode({'left': '', 'lang': lang})}", 303)
    access().drop(answer, access().session_cookie)
    return answer


@everybody
def end_others() -> AnyResponse:
    """End all sessions of the user but this one."""
    visit = recognised()
    if visit is None:
        sign_in = f"{AREAS[_kind()]}/sign-in"
        return page("auth/ended.html", 403, sign_in=sign_in, address=here(), typed=[])
    if visit.principal.kind != _kind():
        abort(404)
    access().sign_in.end_others(visit)
    return redirect(f"{AREAS[_kind()]}/me?done=sessions", 303)


@everybody
def choose_language() -> AnyResponse:
    """Store the language that a signed-in user chose."""
    person, lang = current(), asked_language()
    if person is None or lang is None:
        abort(404)
    access().sign_in.remember_language(person.id, lang)
    return redirect(_onward(), 303)


def _let_in(entered: Entered) -> AnyResponse:
    forget()
    answer = redirect(entered.next or f"{AREAS[_kind()]}/", 303)
    access().keep(answer, access().session_cookie, entered.cookie, entered.lasts)
    rules = access().sign_in.rules
    access().keep(answer, access().device_cookie(_kind()), entered.device, rules.device_lifetime)
    access().drop(answer, access().asking_cookie)
    return answer


def _closed(standing: LinkState, lang: Language | None) -> Response:
    """The page of a link that does not work; to whoever came in by it a moment ago it shows the way."""
    status = HTTPStatus.NOT_FOUND if standing is LinkState.UNKNOWN else HTTPStatus.GONE
    return _private(
        page("auth/closed.html", status, lang=lang, standing=standing, minutes=_minutes(), is_in=_is_in())
    )


def _again(refusal: SignInRefusal, typed: str, lang: Language | None) -> Response:
    """The button once more, with what is missing."""
    wrong = refusal in (SignInRefusal.CODE_WRONG, SignInRefusal.ADDRESS_WRONG)
    needs = {
        SignInRefusal.CODE_WRONG: SignInRefusal.CODE_NEEDED,
        SignInRefusal.ADDRESS_WRONG: SignInRefusal.ADDRESS_NEEDED,
    }
    return page("auth/link.html", 422, lang=lang, needs=needs.get(refusal, refusal), wrong=wrong, typed=typed)


def _private(response: Response) -> Response:
    """The address of the page is a secret: no other site is told where its reader came from."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _kind() -> UserKind:
    return area_of(request.path) or UserKind.STAFF


def _is_in() -> bool:
    person = current()
    return person is not None and person.kind == _kind()


def _onward() -> str:
    return wanted_next(_kind()) or f"{AREAS[_kind()]}/"


def _minutes() -> int:
    return int(access().sign_in.rules.link_lifetime.total_seconds() // 60)


def _browser_secret() -> str | None:
    """What this browser was given when it asked for a link."""
    secret = request.cookies.get(access().asking_cookie)
    return secret if secret and len(secret) <= _MOST_SECRET else None
