"""Pages for whoever holds the link to a submission: the built status page with something in its slot."""

from flask import Response

from forms_service.domain.submissions.outcomes import Document
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses
from forms_service.web.context import language, release
from forms_service.web.site import STATUS
from partner_program.model import Language


def page(html: str, record: Document, token: str, status: int = 200) -> Response:
    """The status page with this in its slot; its language switch stays with the submission."""
    there = release().status_page(language())
    title = f"{record['id']} – {there.title}"
    if status >= 400:
        title = bound_texts(language()).gettext("Error: %(title)s") % {"title": title}
    filled = there.filled({STATUS: html}, title=title)
    for other in release().status_pages:
        filled = filled.replace(f'href="{other.path}"', f'href="{address(token, other.language)}"')
    return private(responses.private(filled, status))


def private(answer: Response) -> Response:
    """The answer, kept by no cache and found by no search engine; its address is told to no other page."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def address(token: str, language: Language) -> str:
    """Where a submission's status page is, from the root of the service."""
    prefix = "" if language == release().default_language else f"/{language}"
    return f"{prefix}/status/{token}"
