"""JSON export: `program.json` in both languages, and its JSON Schema."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from partner_program.model import FORMAT, Program, Published

FILE = Path("docs/program.schema.json")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out the titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def of_model(model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
    """The JSON Schema of a model, described by its docstrings."""
    schema = model.model_json_schema(mode=mode, schema_generator=_WithoutTitles)
    for part in (schema, *schema.get("$defs", {}).values()):
        part.pop("title", None)
    return {"$schema": _DIALECT, **schema}


def program_schema() -> dict[str, Any]:
    """The schema of the file that people edit."""
    return of_model(Program, "validation")


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in a file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> None:
    """Write the schema to the file named, or to where editors look for it."""
    file = Path(arguments[0]) if arguments else FILE
    file.write_text(as_text(program_schema()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])


def program_json(program: Program) -> bytes:
    """The whole program as JSON; `loader.load_published` gives back an equal one."""
    published = Published(format=FORMAT, hash=program.hash, program=program)
    return published.model_dump_json(indent=2).encode() + b"\n"


def program_json_schema() -> bytes:
    """The JSON Schema of `program.json`, to be published beside it."""
    return as_text(of_model(Published, "serialization")).encode()
