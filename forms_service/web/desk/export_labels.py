"""Export labels: which list was exported with which filters, in words, for the audit log. Pure.

The history keeps the query of the list's address (`list`, `about`), so that any reader can be told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from forms_service.domain.partners import partner_labels
from forms_service.domain.partners.partner import PartnerState
from forms_service.i18n.translations import N_
from forms_service.web.desk import partner_filters, queue_filters
from forms_service.web.desk.formatter import Formatter

LISTS = {
    "submissions": N_("Submissions"),
    "partners": N_("Partners"),
    "mails": N_("Not delivered"),
    "history": N_("History"),
    "people": N_("People"),
}
"""By the name of the file."""
PARTNER_STATES = {
    "current": N_("all current partners"),
    "all": N_("all"),
    **{state.value: partner_labels.STATES[state] for state in PartnerState},
}
"""The words for each `state` of the list of partners."""


def kept(arguments: Mapping[str, str]) -> str:
    """Filters as the audit log keeps them: without search words, which may be a person's name."""
    searched = {"search": "…"} if arguments.get("search") else {}
    return ", ".join(f"{name}={value}" for name, value in {**arguments, **searched}.items())


def in_words(deed: Mapping[str, Any], words: Formatter) -> str:
    """`Zgłoszenia: Rejestracja szansy sprzedażowej, od 1 lis`; for a command its own words."""
    name, about = str(deed.get("list") or ""), str(deed.get("about") or "")
    if not name:
        return about
    pairs = (part.partition("=") for part in about.split(", "))
    asked = {key: value for key, _, value in pairs if value}
    narrowed = ", ".join(filter(None, _narrowed(name, asked, words)))
    return ": ".join(filter(None, [words.text(LISTS.get(name, "")) or name, narrowed]))


def _narrowed(name: str, asked: Mapping[str, str], words: Formatter) -> Iterator[str]:
    if name in ("submissions", "history"):
        yield from queue_filters.narrowed(queue_filters.read(asked).view, words).values()
    elif name == "partners":
        view = partner_filters.read(asked).view
        if "state" in asked:
            yield words.text(PARTNER_STATES[partner_filters.state_named(view)])
        yield words.tier(view.tier)
        yield words.text(N_("only where something is missing")) if view.lacking else ""
        if view.renews_by:
            yield words.text(N_("renewal by %(day)s")) % {"day": words.day(view.renews_by)}
        yield words.text(N_("“%(text)s”")) % {"text": view.search} if view.search else ""
