"""Navigation of a partner's pages: the parts (one page each) and the sections on them."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.i18n.translations import N_

OVERVIEW = "overview"
"""The first part, whose address is that of the partner."""


@dataclass(frozen=True)
class PartOfRecord:
    """One page of a partner's record, with its sections in their order."""

    id: str
    """The last part of its address."""
    words: str
    """A message id."""
    sections: Mapping[str, str]
    """Message ids of the headings by section, which is the id on the page and where forms are sent."""
    inside: tuple[str, ...] = ()
    """Sections that are drawn within another one."""
    by_year: bool = False
    """Whether all of it is that of the selected partner year."""

    @property
    def first(self) -> str:
        """The section at the top, which needs no fragment."""
        return next(iter(self.sections))


PARTS: Mapping[str, PartOfRecord] = {
    part.id: part
    for part in (
        PartOfRecord(OVERVIEW, N_("Overview"), {"overview": N_("Overview")}, inside=("due",)),
        PartOfRecord("deals", N_("Deals"), {"deals": N_("Deals"), "revenue": N_("Revenue")}),
        PartOfRecord("team", N_("Team"), {"people": N_("People")}),
        PartOfRecord(
            "plan",
            N_("Plan and activities"),
            {
                "planning": N_("Joint business planning"),
                "activities": N_("Activities"),
                "attestation": N_("Yearly attestation"),
                "renewal": N_("Year and renewal"),
            },
            by_year=True,
        ),
        PartOfRecord(
            "company",
            N_("Company and agreement"),
            {"profile": N_("Profile and agreement"), "past": N_("History")},
        ),
    )
}
"""The parts by the last part of their address."""

SECTIONS: Mapping[str, PartOfRecord] = {
    name: part for part in PARTS.values() for name in (*part.sections, *part.inside)
}
"""The part that has a section."""


def section_path(section: str) -> tuple[str, str]:
    """Path below the partner's address (`/plan`) and fragment (`#activities`) of a section."""
    part = SECTIONS[section]
    path = "" if part.id == OVERVIEW else f"/{part.id}"
    return path, "" if section == part.first else f"#{section}"
