"""Program builders: the published program, and changed copies of it."""

from functools import cache

from partner_program import Program, load
from partner_program.model import Contact
from tests import ROOT

FILE = ROOT / "docs" / "program.yml"


@cache
def published() -> Program:
    """Read once, however many tests ask."""
    return load(FILE)


def with_contact(email: str, website: str) -> Program:
    """The program whose mail goes to nobody. Read anew: a copy keeps the hash that was asked for."""
    contact = Contact(name="Opiekun programu", email=email, website=website)
    return load(FILE).model_copy(update={"contact": contact})
