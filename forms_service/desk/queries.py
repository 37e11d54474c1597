"""Which submissions an address asks for, and the address that asks for them: a view can be shared. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from forms_service.cases.views import NOBODY, Sort, View
from forms_service.decisions.days import read_day
from forms_service.decisions.states import CLOSED, OPEN, Kind, State
from forms_service.texts import N_

QUEUE = "/desk/"

STATES: Mapping[str, frozenset[State]] = {
    "open": OPEN,
    "closed": CLOSED,
    "all": frozenset(State),
    **{state.value: frozenset({state}) for state in State},
}
"""What `state` may be, and which states it stands for."""

NOT_A_DAY = N_("Enter the date as year-month-day, for example 2026-11-30")
TURNED_ROUND = N_("The first day is after the last one")

_LONGEST = 200
_YEARS = range(1980, 2980)
"""Of days that somebody may mean; far from the ends of the calendar, where counting fails."""


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    view: View
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """Message ids by the name of the field that could not be understood, and does not narrow the view."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """The fields as they were typed."""


def read(arguments: Mapping[str, str], *, usual: str = "open") -> Asked:
    """The view that these arguments of an address ask for. What is no choice of ours is passed over.

    `usual` names the states that are meant where the address names none.
    """
    days, mistakes = _period(arguments)
    view = View(
        kind=_choice(Kind, arguments.get("kind")),
        states=STATES.get(arguments.get("state", ""), STATES[usual]),
        tier=_text(arguments, "tier"),
        owner=_text(arguments, "owner"),
        since=days.get("since"),
        until=days.get("until"),
        overdue=arguments.get("overdue") == "y",
        search=_text(arguments, "search"),
        trapped=arguments.get("trapped") == "y",
        sort=_choice(Sort, arguments.get("sort")) or Sort.URGENT,
        page=_page(arguments.get("page", "")),
    )
    typed = {name: _text(arguments, name) for name in ("search", "since", "until")}
    return Asked(view, mistakes, typed)


def state_named(view: View) -> str:
    """The name of the view's states in an address."""
    return next((name for name, states in STATES.items() if states == view.states), "all")


def arguments_of(view: View, *, usual: str = "open") -> dict[str, str]:
    """The arguments that ask for this view: those of them that are needed."""
    named = state_named(view)
    given = {
        "search": view.search,
        "kind": view.kind.value if view.kind else "",
        "state": "" if named == usual else named,
        "tier": view.tier,
        "owner": view.owner,
        "since": view.since.isoformat() if view.since else "",
        "until": view.until.isoformat() if view.until else "",
        "overdue": "y" if view.overdue else "",
        "trapped": "y" if view.trapped else "",
        "sort": "" if view.sort is Sort.URGENT else view.sort.value,
        "page": "" if view.page == 1 else str(view.page),
    }
    return {name: value for name, value in given.items() if value}


def address(view: View, path: str = QUEUE, *, usual: str = "open", **changed: Any) -> str:
    """Where the view, or one that differs from it in `changed`, is shown. A changed one begins at page 1."""
    if changed:
        view = replace(view, **{"page": 1, **changed})
    query = urlencode(arguments_of(view, usual=usual))
    return f"{path}?{query}" if query else path


def own(email: str) -> View:
    """What this person has taken."""
    return View(owner=email)


def untaken() -> View:
    """What nobody has taken."""
    return View(owner=NOBODY)


def _period(arguments: Mapping[str, str]) -> tuple[dict[str, date], dict[str, str]]:
    days: dict[str, date] = {}
    mistakes: dict[str, str] = {}
    for name in ("since", "until"):
        text = _text(arguments, name)
        try:
            day = read_day(text) if text else None
            if day and day.year not in _YEARS:
                raise ValueError(text)
            days |= {name: day} if day else {}
        except ValueError:
            mistakes[name] = NOT_A_DAY
    if len(days) == 2 and days["since"] > days["until"]:
        return {}, {"until": TURNED_ROUND}
    return days, mistakes


def _text(arguments: Mapping[str, str], name: str) -> str:
    return " ".join(arguments.get(name, "").split())[:_LONGEST]


def _page(text: str) -> int:
    return int(text) if re.fullmatch("[1-9][0-9]{0,6}", text) else 1


def _choice(choices: Any, text: str | None) -> Any:
    return next((choice for choice in choices if choice.value == text), None)
