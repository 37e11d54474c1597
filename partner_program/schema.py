"""The JSON Schema of `docs/program.yml`, for completion and hints in editors.

`python -m partner_program.schema` writes it; a test holds the written file against the model.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from partner_program.model import Program

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
