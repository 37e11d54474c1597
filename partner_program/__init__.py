"""The partner program as data and rules: no web, no forms, no I/O but reading the program file."""

from partner_program.errors import CalendarExhausted, Problem, ProgramError
from partner_program.loader import load, load_published
from partner_program.model import Program

__all__ = ["CalendarExhausted", "Problem", "Program", "ProgramError", "load", "load_published"]
