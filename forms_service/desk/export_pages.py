"""Lists as files: exactly the rows of a view. A POST, because who took a copy of the data is noted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Response, abort, request

from forms_service.access.guard import requires
from forms_service.access.people import READER
from forms_service.cases.deeds import Deed
from forms_service.decisions.columns import of_submissions
from forms_service.desk import downloads, queries
from forms_service.desk.context import blueprint, desk, me, say, shown
from forms_service.exports import CSV_TYPE, XLSX_ROWS, XLSX_TYPE, Column, TooManyRows, csv_chunks, write_xlsx
from forms_service.store.records import Document
from forms_service.texts import texts
from forms_service.views.context import service, today
from partner_program.model import Language

FORMATS = ("csv", "xlsx")


@blueprint.post("/export", provide_automatic_options=False)
@requires(READER)
def export_submissions() -> Response:
    """The submissions of the view that the address asks for, as CSV or XLSX."""
    words, asked = say(), queries.read(request.args)
    if asked.mistakes:
        abort(400)
    columns = of_submissions(words.program, texts(words.language), words.language, desk().company_names())
    rows = desk().records(asked.view)
    return download("submissions", columns, rows, words.language, queries.arguments_of(asked.view))


def download(
    name: str,
    columns: Sequence[Column[Any]],
    rows: Iterable[Document],
    language: Language,
    asked: Mapping[str, str],
) -> Response:
    """The list as the file that the form asks for, noted before its first byte leaves; 400 for another kind.

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
    service().deeds.note(me().email, Deed.EXPORTED, list=name, about=downloads.kept(asked), format=kind)
    answer = Response(body, content_type=XLSX_TYPE if kind == "xlsx" else CSV_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today()}.{kind}"'
    return answer


@blueprint.errorhandler(TooManyRows)
def too_many(error: TooManyRows) -> Response:
    """A workbook would be too long."""
    return shown("too_many.html", 422, most=XLSX_ROWS)
