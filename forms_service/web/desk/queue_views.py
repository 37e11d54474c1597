"""Queue page: the list of submissions, first page of the desk."""

from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.auth.roles import READER, REVIEWER
from forms_service.domain.reports.spreadsheets import XLSX_ROWS
from forms_service.domain.submissions.workflow import CLOSED
from forms_service.i18n.translations import N_
from forms_service.services.submission_queue import QueueFilter, QueuePage, Sort
from forms_service.web.auth.permissions import requires
from forms_service.web.context import service
from forms_service.web.desk import alerts, queue_filters
from forms_service.web.desk.context import address_of, blueprint, fmt, me, render
from forms_service.web.desk.formatter import Formatter
from forms_service.web.desk.queue_filters import QUEUE


@dataclass(frozen=True)
class Tab:
    """Tab: a preset filter."""

    words: str
    address: str
    is_shown: bool


@blueprint.get("/", provide_automatic_options=False)
@requires(READER)
def show_queue() -> AnyResponse:
    """Show the submissions of the query; invalid values filter nothing and are pointed out.

    A whole reference leads to what it names.
    """
    words, asked = fmt(), queue_filters.read(request.args)
    view = asked.view
    if reference := service().queue.of_reference(view.search):
        return redirect(address_of(reference))
    found = service().queue.page(view)
    return render(
        "queue.html",
        422 if asked.mistakes else 200,
        fmt=words,
        found=found,
        tabs=_tabs(view, words),
        page_address=lambda number: queue_filters.address(view, page=number),
        export_address=queue_filters.address(view, "/desk/export"),
        figures_address=queue_filters.address(view, "/desk/figures", usual="all"),
        fits_workbook=_fits_workbook(found),
        elsewhere=max(0, service().queue.found_in_any_state(view) - found.total)
        if _is_search_of_some(view)
        else 0,
        elsewhere_address=queue_filters.address(view, states=queue_filters.STATES["all"]),
        sorted_otherwise=found.sort is not view.sort,
        sort_words=words.text(queue_filters.SORTS[found.sort]),
        caught=0 if view.trapped else service().queue.caught(),
        caught_address=queue_filters.address(QueueFilter(trapped=True)),
        may_enter=me().may(REVIEWER),
        needs=() if request.args else alerts.found(words, me()),
        **queue_filters.shown_with(asked, words, QUEUE),
    )


def _is_search_of_some(view: QueueFilter) -> bool:
    """Whether a search may have missed what somebody means: it is for some states only."""
    return bool(view.search) and view.states != queue_filters.STATES["all"]


def _tabs(view: QueueFilter, words: Formatter) -> list[Tab]:
    views = [
        (N_("Open"), QueueFilter()),
        (N_("Mine"), queue_filters.own(me().email)),
        (N_("Unassigned"), queue_filters.untaken()),
        (N_("After the deadline"), QueueFilter(overdue=True)),
        (N_("Closed"), QueueFilter(states=CLOSED, sort=Sort.NEWEST)),
    ]
    here = queue_filters.arguments_of(view) | {"page": ""}
    return [
        Tab(
            words.text(name),
            queue_filters.address(each),
            queue_filters.arguments_of(each) | {"page": ""} == here,
        )
        for name, each in views
    ]


def _fits_workbook(found: QueuePage) -> bool:
    return not found.is_cut and found.total <= XLSX_ROWS
