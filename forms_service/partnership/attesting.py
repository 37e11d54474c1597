"""The yearly attestation, as a partner's pages show it. Templates call it `it.attesting`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from forms_service.partners import attestation, statements
from forms_service.partners.acting import Action
from forms_service.partners.people import member
from forms_service.partners.terms import tier_on
from forms_service.partners.years import Period, year
from partner_program.model import AttestationForm

if TYPE_CHECKING:
    from forms_service.partnership.showing import Showing


@dataclass(frozen=True)
class Attesting:
    """Of one partner, on the day that it is looked at."""

    it: "Showing"

    @cached_property
    def year(self) -> Period | None:
        """The partner year that can be attested now."""
        return attestation.year_to_attest(self.it.partner, self.it.program, self.it.day)

    @property
    def opens_on(self) -> date | None:
        """From which day on the running year can be attested, or the next one where that has been done."""
        running, since = self.it.year, self.it.partner["active_since"]
        if running is None or since is None:
            return None
        is_done = attestation.declared(self.it.partner, running.number) is not None
        next_one = year(date.fromisoformat(since), running.number + is_done)
        return attestation.opens_on(self.it.program, next_one)

    @property
    def criteria(self) -> tuple[attestation.CriterionNow, ...]:
        """What would be attested."""
        tier = tier_on(self.it.partner, self.it.day)
        return attestation.criteria(self.it.partner, self.it.program, tier, self.it.day)

    @property
    def declarer(self) -> str:
        """The name under which the reader would declare it; empty where they may not."""
        if self.it.for_staff or Action.ATTEST not in self.it.may:
            return ""
        person = member(self.it.partner, self.it.actor.email)
        return "" if person is None else person["name"]

    @property
    def statement(self) -> str:
        """The words of an attestation that is given now."""
        return statements.statement(self.it.program, self.it.language)

    def wants_copy(self, given: Mapping[str, Any]) -> bool:
        """Whether a signed copy of an attestation is still to come."""
        written = given["form"] == AttestationForm.WRITTEN.value
        return written and not attestation.copy_received(self.it.partner, given["year"])
