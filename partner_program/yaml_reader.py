"""YAML reader: plain data with line numbers; refuses what YAML would silently change.

Only what a data file needs is allowed: mappings with word keys, lists, texts, whole numbers, true, false and
nothing. What a key means is not known here; `loader` brings this and the model together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml import events

from partner_program import text_files

TOO_DEEP = "nested too deeply: no program has so many levels, a bracket may be unclosed"
NOT_CLOSED = "the quotation mark opened here is not closed in its line; a long text begins with `>-` instead"


_GLUED_LINE = re.compile(r"\s*(?:- )*([A-Za-z_][\w-]*):[^\s/]")


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
        if number and (found := _GLUED_LINE.match(lines[number - 1])):
            return number, no_space(found[1])
    return None


def _at(text: str, mark: yaml.Mark | None) -> str:
    lines = text.split("\n")
    if mark is None or mark.line >= len(lines) or mark.column >= len(lines[mark.line]):
        return ""
    return lines[mark.line][mark.column]


Content = str | int | float | bool | None | list["Content"] | dict[str, "Content"]
Path = tuple[str | int, ...]
"""Where something is: keys, and positions in lists counted from 0."""

DEEPEST = 30
LARGEST_BYTES = 1_000_000
SET_BY_YAML = 0.5
"""Stands in the content for a value that YAML takes for something else than it looks like (`NO`, `3.10`,
`12:30:45`). Nothing in a program is a fraction, so it is refused wherever it stands."""

_resolve = yaml.SafeLoader("").resolve
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_NUMBER_ELSEWHERE = re.compile(r"[-+]?(0[0-9]+|0o[0-7]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)")
"""What PyYAML leaves a text, but other YAML readers (the editor's, for one) take for a number."""
_ODD_SPACE = "[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_ODD_INDENT = re.compile(rf"[ -]*{_ODD_SPACE}|[ -]*[a-z_]+:{_ODD_SPACE}")
"""A space that YAML takes for a letter, where it indents or parts a key from its value."""
_CUT = "everything from # on is a comment and is lost: put the text in quotes, or the comment on its own line"
_GLUED = re.compile(r"([a-z_]+):(\S.*)")
_NO_KEY = "a key has to be one word before a colon"
_UNWANTED = {
    "\t": "a tab: use spaces",
    "\0": "a NUL character: delete it",
    "\ufeff": "a byte order mark: save the file as UTF-8 without it",
}


@dataclass
class Source:
    """What a file holds, where it stands there, and what is wrong with its YAML."""

    content: Content = None
    lines: dict[Path, int] = field(default_factory=dict)
    """The line of each key's name and each list entry, counted from 1."""
    written: dict[Path, str] = field(default_factory=dict)
    """As it stands in the file: each value that is no text, no list and no mapping."""
    refused: set[Path] = field(default_factory=set)
    """Places with a problem already; whatever else would be said about them follows from it."""
    problems: list[tuple[int, str]] = field(default_factory=list)
    """Line and message."""
    whole: bool = False
    """Whether the file could be read to its end."""

    def line(self, path: Path) -> int:
        """The line of this place, or of the nearest one around it that has a line."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(data: bytes, *, lenient: bool = False) -> Source:
    """What this file holds. Never raises: what is wrong is in `problems`.

    A `lenient` reading lets pass what another reader of the same file needs: tags, and comments behind texts.
    """
    source = Source()
    text = _decoded(data, source)
    if source.problems:
        return source
    # Not the parser written in Python: it is 20 times slower, and refuses `{question: Why?, …}`.
    try:
        _Reader(source, yaml.parse(text, Loader=yaml.CSafeLoader), text, lenient).read_document()
        source.whole = True
    except yaml.MarkedYAMLError as error:
        source.problems.append(explained(error, text))
    except _Unreadable as error:
        source.problems.append((error.line, error.message))
    return source


def _decoded(data: bytes, source: Source) -> str:
    """The file as text; what no text file should hold is reported, each by its line."""
    if len(data) > LARGEST_BYTES:
        source.problems.append(
            (1, f"the file is larger than {LARGEST_BYTES:,} bytes: this cannot be a program")
        )
        return ""
    text, source.problems = text_files.decoded(data)
    for number, line_text in enumerate(text.split("\n"), start=1):
        if _ODD_INDENT.match(line_text):
            source.problems.append((number, "a no-break space stands here: type ordinary spaces instead"))
        for character in dict.fromkeys(line_text.removesuffix("\r")):
            if unwanted := _unwanted(character):
                source.problems.append((number, f"here stands {unwanted}"))
    return text


def _unwanted(character: str) -> str | None:
    if character in _UNWANTED:
        return _UNWANTED[character]
    if (
        character < " "
        or "\x7f" <= character <= "\x9f"
        or character in "\u2028\u2029\ufffe\uffff"
        or "\ud800" <= character <= "\udfff"
    ):
        return f"an invisible character (U+{ord(character):04X}): delete it"
    return None


class _Unreadable(Exception):
    """A mistake after which the rest of the file would be misread."""

    def __init__(self, event: events.Event, message: str) -> None:
        super().__init__(message)
        self.line = _line(event)
        self.message = message


class _Reader:
    """Turns the parser's events into content, one pass, no deeper than `DEEPEST`."""

    def __init__(self, source: Source, parsed: Iterator[events.Event], text: str, lenient: bool) -> None:
        self._source = source
        self._events = parsed
        self._lines = text.split("\n")
        self._lenient = lenient

    def read_document(self) -> None:
        next(self._events)  # the stream starts
        if isinstance(next(self._events), events.StreamEndEvent):
            return
        self._source.content = self._node(next(self._events), ())
        next(self._events)  # the document ends
        following = next(self._events)
        if isinstance(following, events.DocumentStartEvent):
            raise _Unreadable(following, "a second document begins here: delete the line `---`")

    def _node(self, event: events.Event, path: Path) -> Content:
        if len(path) > DEEPEST:
            raise _Unreadable(event, TOO_DEEP)
        self._refuse_extras(event, path)
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, events.SequenceStartEvent):
            return self._list(path)
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event, path)
        return None

    def _refuse_extras(self, event: events.Event, path: Path) -> None:
        if not isinstance(event, events.NodeEvent):
            return
        if isinstance(event, events.AliasEvent):
            message = f"references such as `*{event.anchor}` are not allowed: write the value out"
            self._problem(event, message)
            self._source.refused.add(path)
            return
        if event.anchor is not None:
            self._problem(event, f"anchors such as `&{event.anchor}` are not allowed: delete it")
        if (tag := getattr(event, "tag", None)) and not self._lenient:
            self._problem(event, f"tags such as `{tag}` are not allowed: delete it, quote a text")
            self._source.refused.add(path)

    def _list(self, path: Path) -> Content:
        entries: list[Content] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            here = (*path, len(entries))
            self._source.lines[here] = _line(event)
            entries.append(self._node(event, here))
        return entries

    def _mapping(self, path: Path) -> Content:
        content: dict[str, Content] = {}
        while not isinstance(key_event := next(self._events), events.MappingEndEvent):
            key = self._key(key_event, path)
            if key is not None and key in content:
                first = self._source.lines[(*path, key)]
                self._problem(key_event, f"`{key}` stands here twice (first in line {first}): delete one")
                key = None
            value_event = next(self._events)
            if key is None:
                self._skip(value_event)
                continue
            here = (*path, key)
            self._source.lines[here] = _line(key_event)
            content[key] = self._node(value_event, here)
        return content

    def _key(self, event: events.Event, path: Path) -> str | None:
        """The key, or None for one that was refused."""
        if not isinstance(event, events.ScalarEvent):
            self._problem(event, _NO_KEY)
            self._skip(event)
            return None
        self._refuse_extras(event, path)
        plain = not event.style
        if plain and event.value == "<<":
            self._problem(event, "merging with `<<` is not allowed: write the keys out")
            return None
        if plain and event.value in ("", "~", "null"):
            self._problem(event, "a key is missing before the colon")
            return None
        if "\n" in event.value:
            self._problem(event, _NO_KEY)
            return None
        if plain and (glued := _GLUED.fullmatch(event.value)):
            self._problem(event, no_space(glued[1]))
            self._source.refused.add((*path, glued[1]))
            return None
        return str(event.value)

    def _scalar(self, event: events.ScalarEvent, path: Path) -> Content:
        if event.style in ("'", '"') and event.end_mark and event.end_mark.line + 1 > _line(event):
            raise _Unreadable(event, NOT_CLOSED)
        for character in dict.fromkeys(event.value.replace("\n", "")):
            if unwanted := _unwanted(character):
                self._problem(event, f"in this text stands {unwanted}")
        if event.style:
            return str(event.value)
        value = _plain(event.value)
        if not isinstance(value, str):
            self._source.written[path] = event.value
        if not (self._lenient or isinstance(value, (bool, int))) and self._has_comment_after(event):
            self._problem(event, _CUT)
            self._source.refused.add(path)
        return value

    def _has_comment_after(self, event: events.ScalarEvent) -> bool:
        end = event.end_mark
        line = "".join(self._lines[end.line : end.line + 1]) if end else ""
        return bool(end and line[end.column :].lstrip(" ").startswith("#"))

    def _skip(self, event: events.Event) -> None:
        """Leave out what this event begins."""
        depth = 0
        while True:
            depth += isinstance(event, events.CollectionStartEvent) - isinstance(
                event, events.CollectionEndEvent
            )
            if depth == 0:
                return
            event = next(self._events)

    def _problem(self, event: events.Event, message: str) -> None:
        self._source.problems.append((_line(event), message))


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _plain(text: str) -> Content:
    """The value of an unquoted scalar."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    tag = _resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    is_text = tag == "tag:yaml.org,2002:str" and not _NUMBER_ELSEWHERE.fullmatch(text)
    return text if is_text else SET_BY_YAML
