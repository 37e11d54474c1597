"""Load a program: from the file that people edit, or from the `program.json` of a built site."""

import json
from pathlib import Path

import yaml

from partner_program.model import Program


def load(path: Path | str) -> Program:
    """The program in this YAML file."""
    return Program.model_validate_json(json.dumps(yaml.safe_load(Path(path).read_text("utf-8"))))


def load_published(path: Path | str) -> Program:
    """The program in this `program.json`, as `publishing.program_json` wrote it."""
    return Program.model_validate_json(json.dumps(json.loads(Path(path).read_bytes())["program"]))
