"""Partner program as data: model, rules, wording, HTML of blocks. No web, no forms."""

from partner_program.errors import CalendarExhausted, Problem, ProgramError
from partner_program.loader import load, load_published
from partner_program.model import Program

__all__ = ["CalendarExhausted", "Problem", "Program", "ProgramError", "load", "load_published"]
