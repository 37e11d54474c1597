"""The list of submissions: the first page of the desk."""

from dataclasses import dataclass

from flask import Response, request

from forms_service.access.guard import requires
from forms_service.access.people import READER, REVIEWER
from forms_service.cases.views import NOBODY, QueuePage, Sort, View
from forms_service.decisions.states import CLOSED, OPEN, State
from forms_service.desk import needs, queries
from forms_service.desk.context import blueprint, desk, me, say, shown
from forms_service.desk.saying import KINDS, Saying
from forms_service.exports import XLSX_ROWS
from forms_service.texts import N_

SORTS = {
    Sort.URGENT: N_("most urgent first"),
    Sort.NEWEST: N_("newest first"),
    Sort.OLDEST: N_("oldest first"),
}


@dataclass(frozen=True)
class Tab:
    """A view that people often want."""

    words: str
    address: str
    is_shown: bool


@dataclass(frozen=True)
class Chip:
    """One part that narrows the view, and the address without it."""

    words: str
    without: str


@blueprint.get("/", provide_automatic_options=False)
@requires(READER)
def show_queue() -> Response:
    """The submissions that the address asks for; what it says wrongly narrows nothing, and is pointed out."""
    words, asked = say(), queries.read(request.args)
    found = desk().queue(asked.view)
    return shown(
        "queue.html",
        422 if asked.mistakes else 200,
        say=words,
        asked=asked,
        mistakes=[(name, words.text(sentence)) for name, sentence in asked.mistakes.items()],
        mistakes_of={name: words.text(asked.mistakes.get(name, "")) for name in ("since", "until")},
        found=found,
        view=asked.view,
        tabs=_tabs(asked.view, words),
        chips=_chips(asked.view, words),
        choices=choices(words),
        state=queries.state_named(asked.view),
        is_narrowed=bool(queries.arguments_of(asked.view).keys() - {"page", "sort", "state"}),
        page_address=lambda number: queries.address(asked.view, page=number),
        export_address=queries.address(asked.view, "/desk/export"),
        figures_address=queries.address(asked.view, "/desk/figures"),
        fits_workbook=_fits_workbook(found),
        sorts=[(sort.value, words.text(SORTS[sort])) for sort in SORTS],
        sorted_otherwise=found.sort is not asked.view.sort,
        sort_words=words.text(SORTS[found.sort]),
        may_enter=me().may(REVIEWER),
        needs=needs.found(words) if me().may(REVIEWER) and not queries.arguments_of(asked.view) else (),
    )


def choices(words: Saying) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: pairs of value and words."""
    return {
        "kind": [(kind.value, words.text(KINDS[kind])) for kind in KINDS],
        "state": [
            ("open", words.text(N_("all open"))),
            ("closed", words.text(N_("all closed"))),
            ("all", words.text(N_("all"))),
            *((state.value, words.state({"state": state})) for state in State),
        ],
        "tier": [(tier.id, tier.name) for tier in words.program.tiers],
        "owner": [(NOBODY, words.text(N_("nobody yet"))), *((each, each) for each in desk().owners())],
    }


def _tabs(view: View, words: Saying) -> list[Tab]:
    plain = View()
    mine, untaken = queries.own(plain, me().email), queries.untaken(plain)
    views = [
        (N_("Open"), plain),
        (N_("Mine"), mine),
        (N_("Nobody's yet"), untaken),
        (N_("After the deadline"), View(overdue=True)),
        (N_("Closed"), View(states=CLOSED, sort=Sort.NEWEST)),
    ]
    bare = queries.arguments_of(view) | {"page": ""}
    return [
        Tab(words.text(name), queries.address(each), queries.arguments_of(each) | {"page": ""} == bare)
        for name, each in views
    ]


def _chips(view: View, words: Saying) -> list[Chip]:
    """What narrows the list, besides the search, which stands in its field."""
    found = []

    def chip(text: str, **changed: object) -> None:
        found.append(Chip(text, queries.address(view, **changed)))

    if view.kind:
        chip(words.text(KINDS[view.kind]), kind=None)
    if view.states != OPEN:
        chip(dict(choices(words)["state"])[queries.state_named(view)], states=OPEN)
    if view.tier:
        chip(words.tier(view.tier), tier="")
    if view.owner:
        chip(words.text(N_("nobody yet")) if view.owner == NOBODY else view.owner, owner="")
    if view.since:
        chip(words.text(N_("from %(day)s")) % {"day": words.day(view.since)}, since=None)
    if view.until:
        chip(words.text(N_("until %(day)s")) % {"day": words.day(view.until)}, until=None)
    if view.overdue:
        chip(words.text(N_("after the deadline")), overdue=False)
    if view.trapped:
        chip(words.text(N_("what machines filled in")), trapped=False)
    if view.search:
        chip(words.text(N_("“%(text)s”")) % {"text": view.search}, search="")
    return found


def _fits_workbook(found: QueuePage) -> bool:
    return not found.is_cut and found.total <= XLSX_ROWS
