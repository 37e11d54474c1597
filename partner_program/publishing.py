"""The program as `program.json`: all of it, both languages, for machines; and the schema of that file."""

from partner_program.model import FORMAT, Program, Published
from partner_program.schema import as_text, of_model


def program_json(program: Program) -> bytes:
    """The whole program as JSON; `loading.load_published` gives back an equal one."""
    published = Published(format=FORMAT, hash=program.hash, program=program)
    return published.model_dump_json(indent=2).encode() + b"\n"


def program_json_schema() -> bytes:
    """The JSON Schema of `program.json`, to be published beside it."""
    return as_text(of_model(Published, "serialization")).encode()
