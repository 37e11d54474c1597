"""Exports: the rows of a list as CSV or XLSX. By POST, because each is recorded in the audit log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

from flask import Response, abort, request

from forms_service.domain.auth.roles import READER
from forms_service.domain.reports.spreadsheets import (
    CSV_TYPE,
    XLSX_ROWS,
    XLSX_TYPE,
    Column,
    Row,
    TooManyRows,
    csv_chunks,
    write_xlsx,
)
from forms_service.domain.reports.submission_columns import of_submissions
from forms_service.i18n.translations import texts
from forms_service.services.audit_log import AuditEvent
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service, today
from forms_service.web.desk import export_labels, queue_filters
from forms_service.web.desk.context import blueprint, fmt, me, render
from partner_program.model import Language

FORMATS = ("csv", "xlsx")


@blueprint.post("/export", provide_automatic_options=False)
@requires(READER)
def export_submissions() -> Response:
    """Export the submissions of the query, as CSV or XLSX."""
    words, asked = fmt(), queue_filters.read(request.args)
    if asked.mistakes:
        abort(400)
    columns = of_submissions(
        words.program, texts(words.language), words.language, service().queue.company_names()
    )
    rows = service().queue.records(asked.view)
    return download("submissions", columns, rows, words.language, queue_filters.arguments_of(asked.view))


def download(
    name: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    language: Language,
    asked: Mapping[str, str],
) -> Response:
    """Export a list in the format of the form, recorded before the first byte is sent; 400 for another one.

    `name` is that of the file, in ASCII; `asked` are the arguments of the list's address.
    """
    kind = request.form.get("format")
    if kind not in FORMATS:
        abort(400)
    body: bytes | Iterator[bytes]
    if kind == "xlsx":
        file = BytesIO()
        write_xlsx(file, name, columns, rows)
        body = file.getvalue()
    else:
        body = csv_chunks(columns, rows, language)
    service().audit_log.record(
        me().email, AuditEvent.EXPORTED, list=name, about=export_labels.kept(asked), format=kind
    )
    answer = Response(body, content_type=XLSX_TYPE if kind == "xlsx" else CSV_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today()}.{kind}"'
    return answer


@blueprint.errorhandler(TooManyRows)
def too_many(error: TooManyRows) -> Response:
    """422: too many rows for a workbook."""
    return render("export_too_many.html", 422, most=XLSX_ROWS)
