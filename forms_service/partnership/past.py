"""What happened with a partner, as its pages show it. Templates call it `it.past`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forms_service.partners import wording
from forms_service.partners.acting import Side
from forms_service.texts import N_

if TYPE_CHECKING:
    from forms_service.partnership.showing import Showing

PAGE_ENTRIES = 100


@dataclass(frozen=True)
class Past:
    """The history of one partner, as far as the reader may see it, in pages."""

    it: "Showing"

    @property
    def page(self) -> int:
        """The page that is shown."""
        return min(self.it.page, self.pages)

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-len(self.it.seen["history"]) // PAGE_ENTRIES))

    @property
    def entries(self) -> list[dict[str, str]]:
        """Those of the page, the newest first."""
        newest_first = self.it.seen["history"][::-1]
        start = (self.page - 1) * PAGE_ENTRIES
        return [
            {
                "at": self.it.at(entry["at"]),
                "who": self._who(entry["who"]),
                "what": self._happened(entry),
            }
            for entry in newest_first[start : start + PAGE_ENTRIES]
        ]

    def _happened(self, entry: Mapping[str, Any]) -> str:
        """What happened, and to which requirement."""
        what, item = wording.happened(entry, self.it.words), entry.get("item")
        titles = {each.id: each.title[self.it.language] for each in self.it.program.items()}
        return f"{what}: {titles[item]}" if item in titles else what

    def _who(self, who: str) -> str:
        """Who did something: an address, the vendor where its people are not named, or neither."""
        match who:
            case Side.SYSTEM:
                return self.it.text(N_("the service by itself"))
            case Side.PARTNER:
                return self.it.text(N_("somebody who asked for access"))
        return who or self.it.program.vendor
