"""How it goes: three pictures with their tables, and plain numbers, of any view of the list."""

from dataclasses import replace
from datetime import date, timedelta

from flask import Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState

from forms_service.access.guard import requires
from forms_service.access.people import READER
from forms_service.cases.calendars import calendar_of
from forms_service.cases.views import Sort, View
from forms_service.desk import filters, queries
from forms_service.desk.context import blueprint, desk, say, shown
from forms_service.desk.kept_figures import KeptFigures
from forms_service.desk.saying import Saying
from forms_service.figures import charts, numbers, svg
from forms_service.figures.numbers import Figures
from forms_service.moments import stamp
from forms_service.texts import N_
from forms_service.views.context import today

FIGURES = "/desk/figures"
A_YEAR = timedelta(days=365)


KEPT = "desk-figures"
"""Of the application's extensions."""


@blueprint.record
def keep_figures(state: BlueprintSetupState) -> None:
    """Each application keeps its own."""
    state.app.extensions[KEPT] = KeptFigures()


@blueprint.get("/figures", provide_automatic_options=False)
@requires(READER)
def show_figures() -> Response:
    """The figures of what the address asks for: all states and, where it names no day, the last year."""
    words = say()
    asked = queries.read(_with_a_year(), usual="all")
    kept: KeptFigures = current_app.extensions[KEPT]
    key = (replace(asked.view, page=1, sort=Sort.URGENT), words.program.hash, today())
    counted = kept.of(key, lambda: _counted(asked.view, words), words.now)
    figures = counted.figures
    return shown(
        "figures.html",
        422 if asked.mistakes else 200,
        say=words,
        numbers=charts.plain_numbers(figures, words.words, words.language),
        figures=[
            svg.figure(chart, words.text(N_("Nothing to show yet.")))
            for chart in (
                charts.on_time(figures, words.words, words.language),
                charts.waiting(figures, words.words),
                charts.outcomes(figures, words.program, words.words, words.language),
            )
        ],
        counted_at=words.at(stamp(counted.at)) if counted.at != words.now else "",
        list_address=queries.address(asked.view),
        **filters.shown_with(asked, words, FIGURES, usual="all"),
    )


def _with_a_year() -> dict[str, str]:
    """The arguments; without a day to begin with, the last year. One that is left blank means all time."""
    given = request.args.to_dict()
    first: date = today() - A_YEAR
    return given if "since" in given else {**given, "since": first.isoformat()}


def _counted(view: View, words: Saying) -> Figures:
    in_conflict = numbers.customers_of_several(desk().records(view))
    return numbers.count(
        desk().records(view),
        words.now,
        calendar_of(words.program.deal_registration),
        lambda record: record["id"] in in_conflict,
    )
