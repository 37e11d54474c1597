"""Queue filters: URL query to filter and back, choices and chips above the list. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from forms_service.domain.submissions.submission_labels import KINDS
from forms_service.domain.submissions.workflow import CLOSED, OPEN, State, SubmissionKind
from forms_service.domain.values.days import read_day
from forms_service.i18n.jinja import Context
from forms_service.i18n.translations import N_
from forms_service.services.submission_queue import NOBODY, QueueFilter, Sort
from forms_service.web.context import service
from forms_service.web.desk.formatter import Formatter

QUEUE = "/desk/"

STATES: Mapping[str, frozenset[State]] = {
    "open": OPEN,
    "closed": CLOSED,
    "all": frozenset(State),
    **{state.value: frozenset({state}) for state in State},
}
"""What `state` may be, and which states it stands for."""

NOT_A_DAY = N_("Choose the day, or type it, for example 24.11.2026")
TURNED_ROUND = N_("The first day is after the last one")

SHORTENED = N_("The search text is too long: only its first 200 characters were looked for")

_LONGEST = 200
_YEARS = range(1980, 2980)
"""Of days that somebody may mean; far from the ends of the calendar, where counting fails."""


@dataclass(frozen=True)
class QueueQuery:
    """Parsed URL query."""

    view: QueueFilter
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """Message ids by the name of the field that could not be understood, and does not narrow the view."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """The fields as they were typed."""


def read(arguments: Mapping[str, str], *, usual: str = "open") -> QueueQuery:
    """Parse the URL query; unknown values are ignored.

    `usual` names the states that are meant where the address names none.
    """
    days, mistakes = _period(arguments)
    mistakes |= {"search": SHORTENED} if is_too_long(arguments.get("search", "")) else {}
    view = QueueFilter(
        kind=_choice(SubmissionKind, arguments.get("kind")),
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
    return QueueQuery(view, mistakes, typed)


def state_named(view: QueueFilter) -> str:
    """Query value for the filter's states."""
    return next((name for name, states in STATES.items() if states == view.states), "all")


def arguments_of(view: QueueFilter, *, usual: str = "open") -> dict[str, str]:
    """Query arguments for this filter; defaults are left out."""
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


def address(view: QueueFilter, path: str = QUEUE, *, usual: str = "open", **changed: Any) -> str:
    """URL of the list with this filter, with `changed` applied. A changed one begins at page 1."""
    if changed:
        view = replace(view, **{"page": 1, **changed})
    query = urlencode(arguments_of(view, usual=usual))
    return f"{path}?{query}" if query else path


def own(email: str) -> QueueFilter:
    """Filter: submissions owned by this user."""
    return QueueFilter(owner=email)


def untaken() -> QueueFilter:
    """Filter: submissions without an owner."""
    return QueueFilter(owner=NOBODY)


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


def is_too_long(text: str) -> bool:
    """Whether a search finds by the beginning of this text only."""
    return len(" ".join(text.split())) > _LONGEST


def _page(text: str) -> int:
    return int(text) if re.fullmatch("[1-9][0-9]{0,6}", text) else 1


def _choice(choices: Any, text: str | None) -> Any:
    return next((choice for choice in choices if choice.value == text), None)


Choices = list[tuple[str, str]]
"""Pairs of value and words."""

SORTS = {
    Sort.URGENT: N_("most urgent first"),
    Sort.NEWEST: N_("newest first"),
    Sort.OLDEST: N_("oldest first"),
}


@dataclass(frozen=True)
class Chip:
    """Chip: one active filter, and the URL without it."""

    words: str
    without: str


def shown_with(asked: QueueQuery, words: Formatter, path: str, *, usual: str = "open") -> Context:
    """Template context of `filters.html`, for a list at `path`."""
    return {
        "asked": asked,
        "view": asked.view,
        "path": path,
        "state": state_named(asked.view),
        "choices": choices(words),
        "sorts": [(sort.value, words.text(SORTS[sort])) for sort in SORTS] if path == QUEUE else [],
        "chips": _chips(asked.view, words, path, usual),
        "mistakes": [(name, words.text(sentence)) for name, sentence in asked.mistakes.items()],
        "mistakes_of": {name: words.text(asked.mistakes.get(name, "")) for name in ("since", "until")},
    }


def choices(words: Formatter) -> dict[str, Choices]:
    """Options of each filter."""
    return {
        "kind": [(kind.value, words.text(KINDS[kind])) for kind in KINDS],
        "state": _states(words),
        "tier": [(tier.id, tier.name) for tier in words.program.tiers],
        "owner": [
            (NOBODY, words.text(N_("unassigned"))),
            *((each, each) for each in service().decisions.owners()),
        ],
    }


def _states(words: Formatter) -> Choices:
    return [
        ("open", words.text(N_("all open"))),
        ("closed", words.text(N_("all closed"))),
        ("all", words.text(N_("all"))),
        *((state.value, words.state({"state": state})) for state in State),
    ]


def narrowed(view: QueueFilter, words: Formatter, *, usual: str = "open") -> dict[str, str]:
    """Active filters in words, by name."""
    said = {
        "kind": words.text(KINDS[view.kind]) if view.kind else "",
        "states": words.text(N_("state: %(state)s")) % {"state": dict(_states(words))[state_named(view)]},
        "tier": words.tier(view.tier),
        "owner": words.text(N_("unassigned")) if view.owner == NOBODY else view.owner,
        "since": _day(N_("from %(day)s"), view.since, words),
        "until": _day(N_("until %(day)s"), view.until, words),
        "overdue": words.text(N_("after the deadline")) if view.overdue else "",
        "trapped": words.text(N_("filled in by robots")) if view.trapped else "",
        "search": words.text(N_("“%(text)s”")) % {"text": view.search} if view.search else "",
    }
    unset = _unset(usual)
    return {name: text for name, text in said.items() if text and getattr(view, name) != unset[name]}


def _chips(view: QueueFilter, words: Formatter, path: str, usual: str) -> list[Chip]:
    unset = _unset(usual)
    return [
        Chip(text, _without(view, name, unset[name], path, usual))
        for name, text in narrowed(view, words, usual=usual).items()
    ]


def _unset(usual: str) -> Context:
    """Each part of a view that narrows nothing."""
    return {**_UNSET, "states": STATES[usual]}


_UNSET: Context = {
    "kind": None,
    "tier": "",
    "owner": "",
    "since": None,
    "until": None,
    "overdue": False,
    "trapped": False,
    "search": "",
}


def _without(view: QueueFilter, name: str, unset: Any, path: str, usual: str) -> str:
    without = address(view, path, usual=usual, **{name: unset})
    if name == "since":  # said outright, where a list begins somewhere by itself
        without += ("&" if "?" in without else "?") + "since="
    return without


def _day(message: str, day: date | None, words: Formatter) -> str:
    return words.text(message) % {"day": words.day(day)} if day else ""
