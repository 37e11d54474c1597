"""Catalog checks: mistakes in hand-edited gettext catalogs, each with file and line.

Babel reads a catalog as far as it can and says nothing of what it left out, so the lines are read here, too:
<https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html>.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog

from partner_program.errors import Problem
from partner_program.model import Language

_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"((?:[^"\\]|\\.)*)"')
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\b")
_PLACEHOLDER = re.compile(r"%(?:\(\w+\)[#0 +-]*\d*(?:\.\d+)?[a-zA-Z]|%)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_BEFORE = {
    "msgctxt": ("",),
    "msgid": ("", "msgctxt"),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid",),
    "msgstr[": ("msgid_plural", "msgstr["),
}
"""What a line may follow inside one entry."""


@dataclass
class Entry:
    """An entry of a catalog."""

    line: int = 0
    """Of its `msgid`."""
    parts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> "Key":
        """Context and id."""
        return self.parts.get("msgctxt", ""), self.parts.get("msgid", "")

    @property
    def translations(self) -> dict[str, str]:
        return {name: text for name, text in self.parts.items() if name.startswith("msgstr")}


Key = tuple[str, str]
"""What a sentence is found by: context and message id."""


def problems(files: Mapping[Path, Language], root: Path) -> Iterator[Problem]:
    """All mistakes in these files; paths relative to `root`."""
    for path, language in files.items():
        reader = _Reader(path.relative_to(root))
        entries = reader.read(path)
        plurals = Catalog(locale=language).num_plurals
        yield from reader.problems or _in_entries(reader.file, entries, plurals)


def unknown(files: Iterable[Path], root: Path, known: Mapping[Key, str]) -> Iterator[Problem]:
    """Entries with an id that nothing uses. `known` has the plural of each id; empty where it has none."""
    for path in files:
        for entry in _Reader(path.relative_to(root)).read(path):
            if entry.key[1] and known.get(entry.key) != entry.parts.get("msgid_plural", ""):
                yield Problem(path.relative_to(root), entry.line, _unknown(entry, known.get(entry.key)))


def _unknown(entry: Entry, plural: str | None) -> str:
    if plural is None:
        return (
            f"there is no such msgid: {_quoted(entry.key[1])}; only msgstr is changed, msgid stays as it is"
        )
    return f'below it belongs: msgid_plural "{plural}"' if plural else "this msgid has no msgid_plural"


class _Reader:
    """Reads the lines of one catalog into entries, and notes what no line may be."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._entries: list[Entry] = []
        self._entry = Entry()
        self._last = ""

    def read(self, path: Path) -> list[Entry]:
        """The entries of the file."""
        try:
            content = path.read_bytes()
        except OSError as error:
            self._wrong(0, f"cannot be read: {error.strerror}")
            return []
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = content.count(b"\n", 0, error.start) + 1
            self._wrong(place, "not UTF-8: save the file with the encoding UTF-8")
            return []
        for number, line in enumerate(text.splitlines(), 1):
            self._line(number, line.strip())
        self._close()
        return self._entries

    def _line(self, number: int, line: str) -> None:
        if not line or line.startswith("#"):
            # A translation may be followed by the next entry's comments without an empty line.
            if not line or self._last.startswith("msgstr"):
                self._close()
            self._entry.fuzzy = self._entry.fuzzy or (line.startswith("#,") and "fuzzy" in line)
            return
        read = _LINE.fullmatch(line)
        if read is None:
            self._wrong(number, _why(line))
            if keyword := _KEYWORD.match(line):
                self._begin(keyword[1], number, "", is_sound=False)
        elif read[1]:
            self._begin(read[1], number, _unescaped(read[2]))
        elif self._last:
            self._entry.parts[self._last] += _unescaped(read[2])
        else:
            self._wrong(number, "a text without msgid or msgstr in front of it")

    def _begin(self, keyword: str, number: int, text: str, *, is_sound: bool = True) -> None:
        if self._last.startswith("msgstr") and keyword in ("msgid", "msgctxt"):
            self._close()
        before = self._last.partition("[")[0] + ("[" if "[" in self._last else "")
        kind = keyword.partition("[")[0] + ("[" if "[" in keyword else "")
        if is_sound and before not in _BEFORE[kind]:
            needed = {"msgid_plural": "msgid", "msgstr": "msgid", "msgstr[": "msgid_plural"}.get(kind)
            message = (
                f"{keyword} has no {needed} above it"
                if needed
                else f"above this {keyword}, msgstr is missing"
            )
            self._wrong(number, message)
        elif keyword in self._entry.parts:
            self._wrong(number, f"{keyword} stands here twice")
        self._entry.parts[keyword], self._entry.lines[keyword], self._last = text, number, keyword
        if keyword == "msgid":
            self._entry.line = number

    def _close(self) -> None:
        entry = self._entry
        if entry.parts:
            if "msgid" in entry.parts and not entry.translations:
                self._wrong(entry.line, "msgid has no msgstr below it")
            self._entries.append(entry)
            self._entry = Entry()
        self._last = ""

    def _wrong(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))


def _in_entries(file: Path, entries: list[Entry], plurals: int) -> Iterator[Problem]:
    """Mistakes in what is said, in a file whose lines are sound."""
    for key, count in Counter(entry.key for entry in entries).items():
        if count > 1:
            last = [entry.line for entry in entries if entry.key == key][-1]
            yield Problem(file, last, f"this msgid stands here {count} times: keep one")
    for entry in entries:
        if not entry.key[1]:
            charset = re.search(r"charset=([\w-]+)", entry.parts.get("msgstr", ""))
            if charset and charset[1].lower() not in ("utf-8", "utf8"):
                yield Problem(file, entry.line, f"charset={charset[1]}: write charset=utf-8")
            continue
        if entry.fuzzy:
            yield Problem(file, entry.line, "marked fuzzy: check the translation and take the mark away")
        expected = plurals if "msgid_plural" in entry.parts else 1
        if len(entry.translations) != expected:
            yield Problem(
                file, entry.line, f"{expected} msgstr are needed, here are {len(entry.translations)}"
            )
        for name, text in entry.translations.items():
            if message := _in_text(entry, text):
                yield Problem(file, entry.lines[name], message)


def _in_text(entry: Entry, text: str) -> str:
    """What is wrong with one translation; empty where nothing is."""
    said = entry.parts.get("msgid_plural", entry.parts["msgid"])
    if not text.strip():
        return f"not translated: {_quoted(said)}"
    wanted, there = set(_PLACEHOLDER.findall(said)), set(_PLACEHOLDER.findall(text))
    if missing := sorted(wanted - there):
        more = f", not {' '.join(sorted(there - wanted))}" if there - wanted else ""
        return f"write {' '.join(missing)} as in msgid{more}"
    if more := " ".join(sorted(there - wanted)):
        return f"{more} is not in msgid: nothing would be put there"
    if "%" in _PLACEHOLDER.sub("", text):
        return (
            "a % that is no placeholder: write %%"
            if "%%" in said
            else "a % that is no placeholder: say it in words"
        )
    if re.search(r"<[a-zA-Z/!]", text):
        return "a text holds no HTML"
    return ""


def _why(line: str) -> str:
    """Why a line is none of a catalog."""
    if re.match(r"[<>=|]{7}", line):
        return "a conflict that was not resolved: keep one of the two sides"
    keyword = _KEYWORD.match(line)
    text = line[keyword.end() :].strip() if keyword else line
    if keyword and not text:
        return f'a text is missing: write {keyword[1]} "…"'
    if not text.startswith('"') or not text.endswith('"') or len(text) < 2:
        if not keyword and not text.startswith('"') and not text.endswith('"'):
            return 'this is no line of a catalog: it begins with #, msgid, msgstr or "'
        return 'a quote is missing: a text begins and ends with "'
    return 'a quote inside a text: write \\" or „…”'


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= 60 else f"{text[:57]}…"}"'
