"""Say a YAML parser's complaint the way the person who edits the file would be told it across the desk."""

import re

import yaml

TOO_DEEP = "nested too deeply: no program has so many levels, a bracket may be unclosed"
NOT_CLOSED = "the quotation mark opened here is not closed in its line; a long text begins with `>-` instead"


_GLUED = re.compile(r"\s*(?:- )*([A-Za-z_][\w-]*):[^\s/]")


def no_space(key: str) -> str:
    """What to say of `key:value`."""
    return f"a space is missing after the colon: write `{key}: …`"


def explained(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line of the mistake, counted from 1, and what to do about it."""
    mark = error.problem_mark or error.context_mark
    opened = error.context_mark or mark
    last_line = text.rstrip().count("\n") + 1
    line = min(mark.line + 1, last_line) if mark else 1
    opened_line = opened.line + 1 if opened else line
    problem, context = error.problem or "", error.context or ""
    if glued := _glued(text.split("\n"), line):
        return glued
    if "nesting depth" in problem:
        return line, TOO_DEEP
    if "quoted scalar" in context or "double-quoted scalar" in context:
        if "escape" in problem:
            return line, "a backslash in double quotes means something special: use single quotes"
        return opened_line, NOT_CLOSED
    if "flow" in context and opened_line == line and _at(text, mark) == ":":
        return line, "a colon too many: put the text in quotes if it belongs to it, else a comma is missing"
    if "flow" in context:
        return opened_line, "the bracket opened here is not closed, or a comma is missing after an entry"
    return line, _of_the_line(problem, _at(text, mark))


def _of_the_line(problem: str, character: str) -> str:
    if "alphabetic or numeric character" in problem:
        return "an unquoted text cannot begin with `*` or `&`: put it in quotes"
    if "cannot start any token" in problem:
        return f"an unquoted text cannot begin with `{character}`: put it in quotes"
    if "mapping values" in problem:
        return "a colon too many: put the text in quotes if it belongs to it, else check the indentation"
    if "block sequence entries" in problem or "sequence entries" in problem:
        return "a list begins on a line of its own: `- ` under its key"
    if "expected" in problem and ("key" in problem or "block end" in problem or "indicator" in problem):
        return "this line does not fit the lines above: check its indentation, its quotes and its colon"
    return f"this is no YAML ({problem}): check indentation, quotes and colons here"


def _glued(lines: list[str], line: int) -> tuple[int, str] | None:
    """The key without a space behind its colon in this line or the one before, where YAML stumbles later."""
    before = next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), 0)
    for number in (before, line):
        if number and (found := _GLUED.match(lines[number - 1])):
            return number, no_space(found[1])
    return None


def _at(text: str, mark: yaml.Mark | None) -> str:
    lines = text.split("\n")
    if mark is None or mark.line >= len(lines) or mark.column >= len(lines[mark.line]):
        return ""
    return lines[mark.line][mark.column]
