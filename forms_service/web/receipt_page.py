"""Receipt page: the receipt of a deal, for paper; the same for its sender, its partner and staff."""

from flask import Response

from forms_service.domain.submissions import receipt
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import SubmissionKind
from forms_service.forms import receipt_rows
from forms_service.i18n.jinja import environment
from forms_service.web import assets, responses
from forms_service.web.auth.layout import STYLES
from forms_service.web.context import release, service
from partner_program.model import Language


def page(record: Submission, language: Language, back: str) -> Response | None:
    """Render the receipt; None for what has none. `back` is the page it was asked for on."""
    if record["kind"] != SubmissionKind.DEAL:
        return None
    program = service().submissions.program_at_registration(record, release().program)
    found = receipt.of(record, program.deal_registration)
    html = (
        environment(language)
        .get_template("pages/receipt.html")
        .render(
            program=program.name[language],
            vendor=program.vendor,
            styles=[assets.url(style) for style in STYLES],
            back=back,
            reference=found.reference,
            rows=receipt_rows.rows(found, found.said, program, language),
            is_erased=not found.said,
        )
    )
    return responses.private(html)
