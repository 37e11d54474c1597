"""Partner filters: URL query to filter and back, so that a view can be shared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.values.days import read_day
from forms_service.services.partner_list import CURRENT, PartnerFilter, PartnerSort
from forms_service.web.desk.queue_filters import NOT_A_DAY, SHORTENED, is_too_long

LIST = "/desk/partners"
STATES: Mapping[str, frozenset[PartnerState]] = {
    "current": CURRENT,
    "all": frozenset(PartnerState),
    **{state.value: frozenset({state}) for state in PartnerState},
}
"""What `state` may be, and which states it stands for; the first one where the address names none."""

_LONGEST = 200


@dataclass(frozen=True)
class PartnerQuery:
    """Parsed URL query."""

    view: PartnerFilter
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """Message ids by the name of the field that could not be understood, and does not narrow the view."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """The fields as they were typed."""


def read(arguments: Mapping[str, str]) -> PartnerQuery:
    """Parse the URL query; unknown values are ignored."""
    typed = {name: _text(arguments, name) for name in ("search", "renews_by", "tier")}
    by = _day(typed["renews_by"])
    page = arguments.get("page", "")
    view = PartnerFilter(
        states=STATES.get(arguments.get("state", ""), CURRENT),
        tier=typed["tier"],
        lacking=arguments.get("lacking") == "y",
        renews_by=by,
        search=typed["search"],
        order=next((each for each in PartnerSort if each.value == arguments.get("order")), PartnerSort.NAME),
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 else 1,
    )
    mistakes = {"renews_by": NOT_A_DAY} if typed["renews_by"] and by is None else {}
    mistakes |= {"search": SHORTENED} if is_too_long(arguments.get("search", "")) else {}
    return PartnerQuery(view, mistakes, typed)


def state_named(view: PartnerFilter) -> str:
    """Query value for the filter's states."""
    return next(name for name, states in STATES.items() if states == view.states)


def arguments_of(view: PartnerFilter) -> dict[str, str]:
    """Query arguments for this filter; defaults are left out."""
    state = state_named(view)
    given = {
        "search": view.search,
        "state": "" if state == "current" else state,
        "tier": view.tier,
        "lacking": "y" if view.lacking else "",
        "renews_by": view.renews_by.isoformat() if view.renews_by else "",
        "order": "" if view.order is PartnerSort.NAME else view.order.value,
        "page": "" if view.page == 1 else str(view.page),
    }
    return {name: value for name, value in given.items() if value}


def address(view: PartnerFilter, path: str = LIST, **changed: Any) -> str:
    """URL of the list with this filter, with `changed` applied. A changed one begins at page 1."""
    if changed:
        view = replace(view, **{"page": 1, **changed})
    query = urlencode(arguments_of(view))
    return f"{path}?{query}" if query else path


def _text(arguments: Mapping[str, str], name: str) -> str:
    return " ".join(arguments.get(name, "").split())[:_LONGEST]


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None
