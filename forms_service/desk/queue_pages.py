"""The list of submissions: the first page of the desk."""

from dataclasses import dataclass

from flask import Response, request

from forms_service.access.guard import requires
from forms_service.access.people import READER, REVIEWER
from forms_service.cases.views import QueuePage, Sort, View
from forms_service.decisions.states import CLOSED
from forms_service.desk import filters, needs, queries
from forms_service.desk.context import blueprint, desk, me, say, shown
from forms_service.desk.queries import QUEUE
from forms_service.desk.saying import Saying
from forms_service.exports import XLSX_ROWS
from forms_service.texts import N_


@dataclass(frozen=True)
class Tab:
    """A view that people often want."""

    words: str
    address: str
    is_shown: bool


@blueprint.get("/", provide_automatic_options=False)
@requires(READER)
def show_queue() -> Response:
    """The submissions that the address asks for; what it says wrongly narrows nothing, and is pointed out."""
    words, asked = say(), queries.read(request.args)
    view = asked.view
    found = desk().queue(view)
    return shown(
        "queue.html",
        422 if asked.mistakes else 200,
        say=words,
        found=found,
        tabs=_tabs(view, words),
        page_address=lambda number: queries.address(view, page=number),
        export_address=queries.address(view, "/desk/export"),
        figures_address=queries.address(view, "/desk/figures", usual="all"),
        fits_workbook=_fits_workbook(found),
        elsewhere=max(0, desk().found_in_any_state(view) - found.total) if _is_search_of_some(view) else 0,
        elsewhere_address=queries.address(view, states=queries.STATES["all"]),
        sorted_otherwise=found.sort is not view.sort,
        sort_words=words.text(filters.SORTS[found.sort]),
        may_enter=me().may(REVIEWER),
        needs=() if request.args else needs.found(words, me()),
        **filters.shown_with(asked, words, QUEUE),
    )


def _is_search_of_some(view: View) -> bool:
    """Whether a search may have missed what somebody means: it is for some states only."""
    return bool(view.search) and view.states != queries.STATES["all"]


def _tabs(view: View, words: Saying) -> list[Tab]:
    views = [
        (N_("Open"), View()),
        (N_("Mine"), queries.own(me().email)),
        (N_("Nobody's yet"), queries.untaken()),
        (N_("After the deadline"), View(overdue=True)),
        (N_("Closed"), View(states=CLOSED, sort=Sort.NEWEST)),
    ]
    here = queries.arguments_of(view) | {"page": ""}
    return [
        Tab(words.text(name), queries.address(each), queries.arguments_of(each) | {"page": ""} == here)
        for name, each in views
    ]


def _fits_workbook(found: QueuePage) -> bool:
    return not found.is_cut and found.total <= XLSX_ROWS
