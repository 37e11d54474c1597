"""Own sessions: the list where a user sees and ends their sessions; the same for staff and partners."""

from dataclasses import dataclass

from forms_service.domain.submissions.submission_labels import date_and_time
from forms_service.web.auth.layout import response_language
from forms_service.web.auth.permissions import recognised
from forms_service.web.context import release, service


@dataclass(frozen=True)
class SessionsView:
    """Template context of `templates/auth/sessions.html`."""

    since: str
    before: str
    """Empty where they had never signed in before."""
    others: int


def own_sessions() -> SessionsView:
    """Sessions of the current user."""
    visit = recognised()
    if visit is None:
        raise RuntimeError("only a view with @requires may ask for sessions")
    found = service().auth.sign_in.own_sessions(visit)

    def shown(moment: str | None) -> str:
        return date_and_time(moment, release().program, response_language()) if moment else ""

    return SessionsView(shown(found.since), shown(found.before), found.others)
