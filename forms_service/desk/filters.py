"""The filters above a list: what they offer, what is chosen, and each choice as something to take away."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from forms_service.cases.views import NOBODY, Sort, View
from forms_service.decisions.states import State
from forms_service.desk import queries
from forms_service.desk.context import desk
from forms_service.desk.queries import QUEUE, Asked
from forms_service.desk.saying import KINDS, Saying
from forms_service.texts import N_

Choices = list[tuple[str, str]]
"""Pairs of value and words."""

SORTS = {
    Sort.URGENT: N_("most urgent first"),
    Sort.NEWEST: N_("newest first"),
    Sort.OLDEST: N_("oldest first"),
}


@dataclass(frozen=True)
class Chip:
    """One part that narrows the view, and the address without it."""

    words: str
    without: str


def shown_with(asked: Asked, words: Saying, path: str, *, usual: str = "open") -> dict[str, Any]:
    """What `filters.html` works with, for a list at `path`; `usual` as in `queries`."""
    return {
        "asked": asked,
        "view": asked.view,
        "path": path,
        "state": queries.state_named(asked.view),
        "choices": choices(words),
        "sorts": [(sort.value, words.text(SORTS[sort])) for sort in SORTS] if path == QUEUE else [],
        "chips": _chips(asked.view, words, path, usual),
        "mistakes": [(name, words.text(sentence)) for name, sentence in asked.mistakes.items()],
        "mistakes_of": {name: words.text(asked.mistakes.get(name, "")) for name in ("since", "until")},
    }


def choices(words: Saying) -> dict[str, Choices]:
    """What each filter offers."""
    return {
        "kind": [(kind.value, words.text(KINDS[kind])) for kind in KINDS],
        "state": _states(words),
        "tier": [(tier.id, tier.name) for tier in words.program.tiers],
        "owner": [(NOBODY, words.text(N_("nobody yet"))), *((each, each) for each in desk().owners())],
    }


def _states(words: Saying) -> Choices:
    return [
        ("open", words.text(N_("all open"))),
        ("closed", words.text(N_("all closed"))),
        ("all", words.text(N_("all"))),
        *((state.value, words.state({"state": state})) for state in State),
    ]


def narrowed(view: View, words: Saying, *, usual: str = "open") -> dict[str, str]:
    """What narrows the list, in words, by the part of the view."""
    said = {
        "kind": words.text(KINDS[view.kind]) if view.kind else "",
        "states": words.text(N_("state: %(state)s"))
        % {"state": dict(_states(words))[queries.state_named(view)]},
        "tier": words.tier(view.tier),
        "owner": words.text(N_("nobody yet")) if view.owner == NOBODY else view.owner,
        "since": _day(N_("from %(day)s"), view.since, words),
        "until": _day(N_("until %(day)s"), view.until, words),
        "overdue": words.text(N_("after the deadline")) if view.overdue else "",
        "trapped": words.text(N_("what machines filled in")) if view.trapped else "",
        "search": words.text(N_("“%(text)s”")) % {"text": view.search} if view.search else "",
    }
    unset = _unset(usual)
    return {name: text for name, text in said.items() if text and getattr(view, name) != unset[name]}


def _chips(view: View, words: Saying, path: str, usual: str) -> list[Chip]:
    unset = _unset(usual)
    return [
        Chip(text, _without(view, name, unset[name], path, usual))
        for name, text in narrowed(view, words, usual=usual).items()
    ]


def _unset(usual: str) -> dict[str, Any]:
    """Each part of a view that narrows nothing."""
    return {**_UNSET, "states": queries.STATES[usual]}


_UNSET: dict[str, Any] = {
    "kind": None,
    "tier": "",
    "owner": "",
    "since": None,
    "until": None,
    "overdue": False,
    "trapped": False,
    "search": "",
}


def _without(view: View, name: str, unset: Any, path: str, usual: str) -> str:
    without = queries.address(view, path, usual=usual, **{name: unset})
    if name == "since":  # said outright, where a list begins somewhere by itself
        without += ("&" if "?" in without else "?") + "since="
    return without


def _day(message: str, day: date | None, words: Saying) -> str:
    return words.text(message) % {"day": words.day(day)} if day else ""
