"""Form sections: the parts in which a form is filled in, one table that form, check page and draft read.

What was typed is kept as JSON (`as_typed` of a form) and made into the form again by `formdata_of`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from forms_service.i18n.translations import N_


class Section(NamedTuple):
    """A section of a form."""

    id: str
    """Stands in addresses: `/apply/<token>#people`."""
    title: str
    """A message id."""
    fields: tuple[str, ...]


SECTIONS: Mapping[str, tuple[Section, ...]] = {
    "application": (
        Section("company", N_("Company"), ("company_name", "country", "tax_id", "website")),
        Section("partnership", N_("Tier and way of selling"), ("tier", "models")),
        Section(
            "people",
            N_("People"),
            ("contacts", "sponsor_is_contact", "sponsor", "sales_people", "technical_people"),
        ),
        Section("plans", N_("Plans"), ("lead_activities", "promote_website", "message")),
    ),
}
"""By form; what is confirmed when the form is sent is in none of them."""
CHECK = "check"
"""Where the last section leads: the page with all answers, and the button that sends them."""


def section_of(form: str, id: str) -> Section:
    """The section with this id; the first one where there is no such section."""
    found = SECTIONS[form]
    return next((each for each in found if each.id == id), found[0])


def after(form: str, id: str) -> str:
    """Id of the section after this one; CHECK after the last."""
    ids = [section.id for section in SECTIONS[form]]
    return [*ids, CHECK][ids.index(section_of(form, id).id) + 1]


def section_with(form: str, field: str) -> str:
    """Id of the section with this field; empty where it is in none."""
    return next((each.id for each in SECTIONS[form] if field in each.fields), "")


def formdata_of(typed: Mapping[str, Any]) -> MultiDict[str, str]:
    """Form data of what was typed (`as_typed`), as a browser would send it."""
    return MultiDict(list(_pairs("", typed)))


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    prefix = f"{name}-" if name else ""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _pairs(f"{prefix}{key}", each)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _pairs(f"{prefix}{number}" if isinstance(each, dict) else name, each)
    else:
        yield name, str(value)


@dataclass(frozen=True)
class Progress:
    """How far a form is filled in: which section is open, and what stands around them."""

    current: str = ""
    """Id of the section to go on with; the first one where it is empty."""
    kept_days: int = 0
    """How long a draft is kept."""
    seen: str = ""
    """Which state of the draft the page shows; empty where there is no draft yet."""
    saved: str = ""
    """When it was saved, in words."""
    later: Any = None
    """The form that asks for an address to mail the link to."""
    is_mailed: bool = False
    """Whether the link was just asked for."""
    changes: tuple[str, ...] = ()
    """What changed in the program since it was saved, a sentence each."""

    @property
    def is_draft(self) -> bool:
        """Whether it is kept on the server."""
        return bool(self.seen)
