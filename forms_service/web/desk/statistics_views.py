"""Statistics page: three charts with their tables, and key figures, of any filter of the queue."""

from datetime import date, timedelta

from flask import Response, request

from forms_service.domain.auth.roles import READER
from forms_service.domain.reports import charts, svg_charts
from forms_service.i18n.translations import N_
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service, today
from forms_service.web.desk import queue_filters
from forms_service.web.desk.context import blueprint, fmt, render

FIGURES = "/desk/figures"
A_YEAR = timedelta(days=365)


@blueprint.get("/figures", provide_automatic_options=False)
@requires(READER)
def show_figures() -> Response:
    """Show figures of the query: by default all states and the last year."""
    words = fmt()
    asked = queue_filters.read(_with_a_year(), usual="all")
    figures, is_cut = service().figures.of(asked.view)
    return render(
        "statistics.html",
        422 if asked.mistakes else 200,
        fmt=words,
        numbers=charts.plain_numbers(figures, words.words, words.language),
        figures=[
            svg_charts.figure(
                chart, words.text(N_("Nothing to show yet.")), words.text(N_("Show as a table"))
            )
            for chart in (
                charts.on_time(figures, words.words, words.language),
                charts.waiting(figures, words.words),
                charts.outcomes(figures, words.program, words.words, words.language),
            )
        ],
        is_cut=is_cut,
        list_address=queue_filters.address(asked.view),
        **queue_filters.shown_with(asked, words, FIGURES, usual="all"),
    )


def _with_a_year() -> dict[str, str]:
    """The arguments; without a day to begin with, the last year. One that is left blank means all time."""
    given = request.args.to_dict()
    first: date = today() - A_YEAR
    return given if "since" in given else {**given, "since": first.isoformat()}
