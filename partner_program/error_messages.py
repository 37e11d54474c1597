"""Error messages: turn validation errors of the model into what to write instead."""

from collections.abc import Mapping
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from partner_program.model import CountedText, Program, Text
from partner_program.nearest_name import instead_of
from partner_program.requirement_kinds import ValueKind
from partner_program.yaml_reader import Path

_LONGEST_SHOWN = 40
_LANGUAGE_NAMES = {"pl": "Polish", "en": "English"}


def place(error: ErrorDetails) -> Path:
    """Where in the content it is wrong."""
    return tuple(step for step in error["loc"] if step != "[key]")


def explained(error: ErrorDetails, written: Mapping[Path, str]) -> str:
    """What is wrong and what to write instead.

    `written` is how values that are no texts stand in the file.
    """
    path, kind = place(error), error["type"]
    name = str(path[-1]) if path else "the program"
    wanted = _kind_of(path)
    if kind == "missing":
        return _missing(name, path)
    if kind == "extra_forbidden":
        return f"there is no key `{name}` here: {instead_of(name, _keys_around(path))}"
    if error["loc"][-1] == "[key]":
        return f"there is no `{name}` here: {instead_of(name, _names(_keys_of(path[:-1])))}"
    if error["input"] is None:
        return f"`{name}` is empty: write {_described(wanted)}"
    if kind in ("enum", "literal_error"):
        found = _shown(error["input"], written.get(path))
        return f"`{found}` is not possible here: {instead_of(found, _names(wanted))}"
    if kind.endswith(("_type", "_from_float", "_parsing")):
        return _other_type(wanted, error["input"], written.get(path))
    return _out_of_bounds(error, name)


def _missing(name: str, path: Path) -> str:
    if _kind_of(path[:-1]) in (Text, CountedText):
        return f"the {_LANGUAGE_NAMES[name]} text is missing: add `{name}: …`"
    return f"`{name}` is missing: add `{name}:` with {_described(_kind_of(path))}"


def _other_type(wanted: Any, found: object, written: str | None) -> str:
    if wanted is str and written is not None:
        return f'{_short(written)} is no text to YAML: put it in quotes: "{_short(written)}"'
    quoted = " in quotes: delete the quotes" if wanted in (int, bool) and _reads_as(wanted, found) else ""
    return f"{_described(wanted)} belongs here, not `{_shown(found, written)}`{quoted}"


def _reads_as(wanted: type, found: object) -> bool:
    """Whether a text would be right without its quotes."""
    return isinstance(found, str) and (found.isdecimal() if wanted is int else found in ("true", "false"))


def _out_of_bounds(error: ErrorDetails, name: str) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "too_short":
            return f"`{name}` is empty: add at least one entry"
        case "string_too_short":
            return f"`{name}` is empty: write a text"
        case "greater_than_equal":
            return f"`{name}` has to be {context['ge']} or more, not {error['input']}"
        case "less_than_equal":
            return f"`{name}` has to be {context['le']} or less, not {error['input']}"
        case "string_pattern_mismatch":
            return f"`{error['input']}` is no id: use small letters a-z, then also digits, `-` and `_`"
        case "value_error":
            return str(context["error"])
    return error["msg"]


def _shown(value: object, written: str | None) -> str:
    if written is not None:
        return _short(written)
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: …" for key in list(value)[:3]) + "}"
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _described(wanted: Any) -> str:
    """What belongs in a place of this type."""
    if wanted is Text:
        return "a text in each language (`{pl: …, en: …}`)"
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        keys = (name for name, field in wanted.model_fields.items() if field.is_required())
        return "the keys " + ", ".join(f"`{key}`" for key in keys)
    if get_origin(wanted) is tuple:
        return "a list (each entry begins with `- `)"
    if get_origin(wanted) is dict:
        return "a group of keys"
    if names := _names(wanted):
        return "one of " + ", ".join(f"`{name}`" for name in names)
    return {int: "a whole number", bool: "`true` or `false`"}.get(wanted, "a text")


def _names(wanted: Any) -> list[str]:
    """The words that are possible in a place of this type, if they are few."""
    if isinstance(wanted, type) and issubclass(wanted, ValueKind):
        return [*wanted.registry]
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return [str(member) for member in wanted]
    return [str(name) for name in get_args(wanted)] if get_origin(wanted) is Literal else []


def _keys_around(path: Path) -> list[str]:
    model = _kind_of(path[:-1])
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _keys_of(path: Path) -> Any:
    return (get_args(_kind_of(path)) or (None,))[0]


def _kind_of(path: Path) -> Any:
    """The type the model wants in this place, without what may also be left out; None where it knows none."""
    wanted: Any = Program
    for step in path:
        wanted = _required(_inside(wanted, step))
    return wanted


def _inside(wanted: Any, step: str | int) -> Any:
    if isinstance(wanted, type) and issubclass(wanted, BaseModel):
        field = wanted.model_fields.get(str(step))
        return field.annotation if field else None
    if get_origin(wanted) is tuple:
        return get_args(wanted)[0]
    return get_args(wanted)[1] if get_origin(wanted) is dict else None


def _required(wanted: Any) -> Any:
    """The type without `None` and without annotations."""
    if get_origin(wanted) in (Union, UnionType):
        wanted = next(one for one in get_args(wanted) if one is not type(None))
    return wanted.__origin__ if hasattr(wanted, "__metadata__") else wanted
