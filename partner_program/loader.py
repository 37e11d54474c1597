"""Program loader: from `docs/program.yml`, or from the `program.json` of a built site."""

import json
from collections.abc import Container, Iterator
from pathlib import Path as FilePath

from pydantic import ValidationError

from partner_program import error_messages, validation, yaml_reader
from partner_program.errors import Problem, ProgramError
from partner_program.model import FORMAT, Program
from partner_program.yaml_reader import Content, Path, Source


def load(path: FilePath | str) -> Program:
    """The program in this YAML file.

    Raises:
        ProgramError: every mistake in the file, each with its line and what to write instead.
    """
    return read(_bytes(path), path)


def read(data: bytes, file: FilePath | str) -> Program:
    """The program in these bytes of YAML; `file` names them in messages. Raises as `load` does."""
    found = yaml_reader.read(data)
    problems = [*found.problems]
    if found.whole:
        program, mistakes = _program(found)
        problems += [(found.line(path), message) for path, message in mistakes]
        if program is not None and not problems:
            return program
    raise ProgramError(*(Problem(file, line, message) for line, message in sorted(dict.fromkeys(problems))))


def load_published(path: FilePath | str) -> Program:
    """The program in this `program.json`, as `publishing.program_json` wrote it.

    Raises:
        ProgramError: the file is no such thing, or was changed since.
    """
    content, published_hash = _published(path)
    program, mistakes = _program(Source(content=content, whole=True))
    if program is None or mistakes:
        raise ProgramError(*(Problem(path, 0, message) for _, message in mistakes))
    return _with_hash(published_hash, program, path)


def load_version(path: FilePath | str) -> Program:
    """The program in a `program.json` of some time ago. Raises as `load_published` does.

    Whether its parts agree was checked when it was published, by the rules of then: a version that is years
    old stays readable when the rules get stricter.
    """
    content, published_hash = _published(path)
    try:
        program = Program.model_validate_json(json.dumps(content))
    except ValidationError as error:
        found = Source(content=content, whole=True)
        raise ProgramError(*(Problem(path, 0, message) for _, message in _explained(error, found))) from error
    return _with_hash(published_hash, program, path)


def _published(path: FilePath | str) -> tuple[Content, str]:
    """Content and hash that the file says."""
    try:
        published = json.loads(_bytes(path))
        if published["format"] != FORMAT:
            raise ProgramError(
                Problem(path, 0, f"format {published['format']}, not {FORMAT}: build the site again")
            )
        return published["program"], published["hash"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ProgramError(Problem(path, 0, "no published program: build the site again")) from error


def _with_hash(published_hash: str, program: Program, path: FilePath | str) -> Program:
    if program.hash != published_hash:
        raise ProgramError(Problem(path, 0, "does not match its hash: build the site again"))
    return program


def _bytes(path: FilePath | str) -> bytes:
    try:
        return FilePath(path).read_bytes()
    except OSError as error:
        raise ProgramError(Problem(path, 0, f"cannot be read: {error.strerror}")) from error


def _program(found: Source) -> tuple[Program | None, list[tuple[Path, str]]]:
    """The program, if it has the right shape, and what is wrong with it: one message a place."""
    content = found.content
    if not isinstance(content, dict):
        return None, [((), _no_program(content))]
    said = dict(reversed([*validation.findings(content)]))
    program = None
    try:
        program = Program.model_validate_json(json.dumps(content))
    except ValidationError as error:
        for path, message in _explained(error, found):
            if not _within(path, said):
                said[path] = message
    mistakes = [
        (path, " ".join(message.split()))  # one line, also where a text of several lines is quoted
        for path, message in said.items()
        if not _within(path, found.refused)
    ]
    return program, mistakes


def _explained(error: ValidationError, found: Source) -> Iterator[tuple[Path, str]]:
    for details in error.errors():
        if details["type"] == "too_short" and details["input"]:
            continue  # the entries are there, they are wrong themselves
        if details["type"] == "string_pattern_mismatch" and details["loc"][-1] == "[key]":
            continue  # a tier named so is unknown, or has a wrong id itself
        yield error_messages.place(details), error_messages.explained(details, found.written)


def _within(path: Path, places: Container[Path]) -> bool:
    """Whether this place, or one around it, is among these."""
    return any(path[:length] in places for length in range(len(path) + 1))


def _no_program(content: Content) -> str:
    needed = [name for name, field in Program.model_fields.items() if field.is_required()]
    keys = ", ".join(f"`{name}`" for name in needed)
    found = "empty" if content is None else "a list" if isinstance(content, list) else "one text"
    return f"the file is {found}: it has to consist of the keys {keys}"
