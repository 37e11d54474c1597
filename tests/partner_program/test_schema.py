"""The JSON Schemas: fresh, and a word on every key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partner_program.json_export import as_text, main, program_json_schema, program_schema


def unexplained(schema: dict[str, Any]) -> Iterator[str]:
    """Keys with no word on them, neither at the key nor at the part that it holds."""
    for name, part in {"The root": schema, **schema["$defs"]}.items():
        for key, described in part.get("properties", {}).items():
            held = schema["$defs"].get(described.get("$ref", "").removeprefix("#/$defs/"), {})
            if not (described.get("description") or held.get("description")):
                yield f"{name}.{key}"


def test_the_schema_beside_the_program_is_fresh(program_file: Path):
    """Otherwise: `python -m partner_program.json_export`."""
    written = program_file.with_name("program.schema.json").read_text(encoding="utf-8")
    assert written == as_text(program_schema())


def test_the_command_writes_it(tmp_path: Path):
    main([str(tmp_path / "schema.json")])
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == program_schema()


def test_the_program_names_its_schema_in_its_first_line(program_file: Path):
    first = program_file.read_text(encoding="utf-8").split("\n")[0]
    assert first == "# yaml-language-server: $schema=program.schema.json"


@pytest.mark.parametrize("schema", [program_schema(), json.loads(program_json_schema())], ids=["yml", "json"])
def test_every_key_is_explained(schema: dict[str, Any]):
    assert list(unexplained(schema)) == []


@pytest.mark.parametrize("schema", [program_schema(), json.loads(program_json_schema())], ids=["yml", "json"])
def test_every_part_is_explained_and_refuses_unknown_keys(schema: dict[str, Any]):
    for name, part in schema["$defs"].items():
        assert part.get("description"), name
        assert part["type"] == "string" or part["additionalProperties"] is False, name
