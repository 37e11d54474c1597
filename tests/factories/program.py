"""The program as it is published."""

from functools import cache

from partner_program import Program, load
from tests import ROOT


@cache
def published() -> Program:
    """Read once, however many tests ask."""
    return load(ROOT / "docs" / "program.yml")
