"""The program as `program.json`: all of it, both languages, for machines."""

import json

from partner_program.model import Program

FORMAT = 1
"""Raised when readers of `program.json` have to change."""


def program_json(program: Program) -> bytes:
    """The whole program as JSON; `loading.load_published` gives back an equal one."""
    published = {"format": FORMAT, "hash": program.hash, "program": program.model_dump(mode="json")}
    return json.dumps(published, ensure_ascii=False, indent=2).encode() + b"\n"
