"""Status layout: the built status page with content in its slot."""

import re
from urllib.parse import urljoin

from flask import Response

from forms_service.domain.submissions.submission import Submission
from forms_service.i18n.translations import bound_texts
from forms_service.web import responses
from forms_service.web.context import language, release
from forms_service.web.site import STATUS
from partner_program.model import Language

_RELATIVE = re.compile(r'\b(href|src|srcset|action)="(?![/#?"]|[a-z]+:)([^"]+)"')


def page(html: str, record: Submission, token: str, status: int = 200, *, part: str = "") -> Response:
    """Render the status page; its language switch keeps the submission, and the form named by `part`.

    The page is shown at deeper addresses than the one it was built for: its own links get absolute paths.
    """
    there = release().status_page(language())
    title = f"{record['id']} – {there.title}"
    if status >= 400:
        title = bound_texts(language()).gettext("Error: %(title)s") % {"title": title}
    filled = there.filled({STATUS: html}, title=title)
    for other in release().status_pages:
        filled = filled.replace(f'href="{other.path}"', f'href="{address(token, other.language, part)}"')
    filled = _RELATIVE.sub(lambda link: f'{link[1]}="{urljoin(there.path, link[2])}"', filled)
    return private(responses.private(filled, status))


def private(answer: Response) -> Response:
    """Make a response private: no cache, no search engine, no referrer."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def address(token: str, language: Language, part: str = "") -> str:
    """URL path of a submission's status page, or of the form `part` of it: correct, withdraw, result."""
    prefix = "" if language == release().default_language else f"/{language}"
    return f"{prefix}/status/{token}" + (f"/{part}" if part else "")
