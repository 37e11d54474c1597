"""User page: staff accounts, for administrators; and each user's own settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.errors import (
    AccessError,
    LastAdministrator,
    NobodyThere,
    NotAnAddress,
    UserExists,
)
from forms_service.domain.auth.roles import ADMINISTRATOR, READER, REVIEWER, ROLES, UserKind
from forms_service.domain.auth.sign_in_links import Purpose
from forms_service.domain.clock import moment
from forms_service.domain.reports.spreadsheets import Column
from forms_service.i18n.translations import N_
from forms_service.services.audit_log import COMMAND
from forms_service.services.staff_admin import SETTINGS
from forms_service.services.user_repository import reads_summary_only
from forms_service.web.auth.own_sessions import own_sessions
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk.context import blueprint, fmt, me, render
from forms_service.web.desk.export_views import download
from forms_service.web.desk.formatter import Formatter

ROLE_NAMES = {
    READER: N_("reader: sees everything, changes nothing"),
    REVIEWER: N_("reviewer: decides"),
    ADMINISTRATOR: N_("administrator: decides and gives access"),
}
BY: Mapping[str, str] = {
    SETTINGS: N_("the setting STAFF"),
    COMMAND: N_("the command line"),
    Purpose.FIRST_ADMINISTRATOR: N_("the link of the first start"),
}
DONE = {
    "added": N_("Access given. They get an email with the address of the desk."),
    "role": N_("The role is changed. They have to sign in again."),
    "removed": N_("Access removed everywhere."),
    "mine": N_("Saved."),
    "sessions": N_("All other sessions have ended."),
}


@blueprint.get("/people", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def show_people() -> Response:
    """List users with role and last sign-in."""
    return _people(done=request.args.get("done", ""))


@blueprint.post("/people", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def change_people() -> AnyResponse:
    """Add a user, change a role, or remove a user."""
    action, address, role = (request.form.get(name, "") for name in ("action", "address", "role"))
    if action not in _CHANGES or (action != "removed" and role not in ROLES[UserKind.STAFF]):
        abort(400)
    _CHANGES[action](address, role)
    return redirect(f"/desk/people?done={action}", 303)


@blueprint.post("/people/export", provide_automatic_options=False)
@requires(ADMINISTRATOR)
def export_people() -> Response:
    """Export users, as CSV or XLSX."""
    words = fmt()

    def seen(person: dict[str, Any]) -> datetime | None:
        return moment(person["signed_in_at"]) if person["signed_in_at"] else None

    columns: tuple[Column[dict[str, Any]], ...] = (
        Column(words.text(N_("Address")), lambda person: str(person["email"]), 30),
        Column(words.text(N_("Role")), lambda person: words.text(ROLE_NAMES[person["role"]]), 40),
        Column(words.text(N_("Last sign-in")), seen),
        Column(words.text(N_("Access given by")), lambda person: _let_in_by(person, words), 30),
    )
    people = service().auth.users.listed(UserKind.STAFF)
    return download("people", columns, people, words.language, {})


def refused(error: AccessError) -> Response:
    """422: the list with what was typed; nothing was changed."""
    typed = {name: request.form.get(name, "") for name in ("action", "address", "role")}
    return _people(422, error=error, typed=typed)


@blueprint.get("/me", provide_automatic_options=False)
@requires(READER)
def show_mine() -> Response:
    """Show the user's own settings and sessions."""
    words = fmt()
    person = service().auth.users.get(me().id) or {}
    return render(
        "user_account.html",
        fmt=words,
        summary_only=reads_summary_only(person),
        gets_mail=me().may(REVIEWER),
        role=words.text(ROLE_NAMES[me().role]),
        done=words.text(DONE.get(request.args.get("done", ""), "")),
        sessions=own_sessions(),
    )


@blueprint.post("/me", provide_automatic_options=False)
@requires(READER)
def change_mine() -> AnyResponse:
    """Switch single reminders on or off."""
    service().auth.users.read_summary_only(me().id, request.form.get("summary_only") == "y")
    return redirect("/desk/me?done=mine", 303)


def _add(address: str, role: str) -> None:
    service().auth.users.add(UserKind.STAFF, address, role, by=me().email, tell_in=fmt().language)


def _change_role(address: str, role: str) -> None:
    service().auth.users.change_role(UserKind.STAFF, address, role, by=me().email)


def _remove(address: str, _: str) -> None:
    service().auth.users.remove(UserKind.STAFF, address, by=me().email)


_CHANGES = {"added": _add, "role": _change_role, "removed": _remove}


def _people(
    status: int = 200,
    *,
    done: str = "",
    error: AccessError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    words = fmt()
    sentence = _sentence(error, words) if error else ""
    return render(
        "users.html",
        status,
        fmt=words,
        people=[_shown(person, words) for person in service().auth.users.listed(UserKind.STAFF)],
        roles=[(role, words.text(ROLE_NAMES[role])) for role in ROLES[UserKind.STAFF]],
        done=words.text(DONE.get(done, "")),
        sentence=sentence,
        typed=typed or {},
        mistakes=[("address" if (typed or {}).get("action") == "added" else "", sentence)]
        if sentence
        else [],
        sign_in=f"{service().settings.base_url}/desk/",
    )


def _shown(person: dict[str, Any], words: Formatter) -> dict[str, Any]:
    return {
        **person,
        "added_by": _let_in_by(person, words),
        "role_words": words.text(ROLE_NAMES[person["role"]]),
        "seen": words.at(person["signed_in_at"]) if person["signed_in_at"] else "",
    }


def _let_in_by(person: dict[str, Any], words: Formatter) -> str:
    by = str(person["added_by"])
    return words.text(BY[by]) if by in BY else by


def _sentence(error: AccessError, words: Formatter) -> str:
    """What was wrong, in the reader's language."""
    return words.text(_SENTENCES.get(type(error), N_("This is not possible.")))


_SENTENCES = {
    NotAnAddress: N_("Enter an email address like name@company.com"),
    UserExists: N_("This address already has access"),
    NobodyThere: N_("This person is no longer on the list"),
    LastAdministrator: N_("This is the last administrator: make somebody else administrator first"),
}
