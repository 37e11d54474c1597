"""A program with a mistake in it: each message says where, what is wrong and what to write instead.

The cases are in `mistakes.txt`; what cannot be seen in a text file stands here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

CASES_FILE = Path(__file__).with_name("mistakes.txt")

Mistakes = Callable[[bytes], list[str]]


@dataclass
class Case:
    """A mistake made in the example program, and the answer to it."""

    name: str
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)

    def applied_to(self, text: str) -> str:
        """The text with the mistake in it."""
        before, after = ("\n".join(["", *lines, ""]) for lines in (self.before, self.after))
        assert f"\n{text}".count(before) == 1, f"{self.name}: these lines have to stand in the example once"
        return f"\n{text}".replace(before, after)[1:]


def read_cases() -> Iterator[Case]:
    for block in CASES_FILE.read_text(encoding="utf-8").split("\n## ")[1:]:
        name, *lines = block.split("\n# ")[0].rstrip("\n").split("\n")
        case = Case(name)
        for line in lines:
            if line.startswith("= "):
                case.answer.append(line.removeprefix("= "))
                continue
            if line.startswith((" ", "-")):
                case.before.append(line[1:])
            if line.startswith((" ", "+")):
                case.after.append(line[1:])
        yield case


CASES = {case.name: case for case in read_cases()}

ALL_KEYS = (
    "it has to consist of the keys `name`, `vendor`, `purpose`, `languages`, `tiers`, `models`, `measures`, "
    "`sections`, `deal_registration`, `revenue`, `retention`, `controller`, `contact`"
)
TOO_DEEP = "nested too deeply: no program has so many levels, a bracket may be unclosed"
NO_UTF_8 = "not UTF-8: save the file with the encoding UTF-8"
FILES = {
    "empty": (b"", f"1: the file is empty: {ALL_KEYS}"),
    "only a comment": (b"# nothing\n", f"1: the file is empty: {ALL_KEYS}"),
    "a list": (b"- name: x\n", f"1: the file is a list: {ALL_KEYS}"),
    "a text": (b"program\n", f"1: the file is one text: {ALL_KEYS}"),
    "empty but for a byte order mark": (b"\xef\xbb\xbf", f"1: the file is empty: {ALL_KEYS}"),
    "UTF-16": ("name: x\n".encode("utf-16"), f"1: {NO_UTF_8}"),
    "Latin-2": ("vendor: x\nname: Przykład\n".encode("iso-8859-2"), f"2: {NO_UTF_8}"),
    "brackets": (b"[" * 3000, f"1: {TOO_DEEP}"),
    "closed brackets": (b"name: " + b"[" * 500 + b"]" * 500, f"1: {TOO_DEEP}"),
    "lists in lists": (b"- " * 3000 + b"x", f"1: {TOO_DEEP}"),
    "too large": (
        b"#" * 1_000_001,
        "1: the file is larger than 1,000,000 bytes: this cannot be a program",
    ),
}

UNSEEN = {
    "tab": ("Exa\tmple", "here stands a tab: use spaces"),
    "tab in an escape": (r'"a\tb"', "in this text stands a tab: use spaces"),
    "NUL": ("Exa\0mple", "here stands a NUL character: delete it"),
    "NUL in an escape": (r'"a\0b"', "in this text stands a NUL character: delete it"),
    "line separator": ("Exa\u2028mple", "here stands an invisible character (U+2028): delete it"),
    "next line": ("Exa\x85mple", "here stands an invisible character (U+0085): delete it"),
    "lone carriage return": ("Exa\rmple", "here stands an invisible character (U+000D): delete it"),
    "ten thousand digits": ("9" * 10_000, f'{"9" * 40}… is no text to YAML: put it in quotes: "{"9" * 40}…"'),
}


def test_the_example_itself_is_fine(example_text: str, mistakes: Mistakes):
    assert mistakes(example_text.encode()) == []


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_answered_where_it_was_made(name: str, example_text: str, mistakes: Mistakes):
    """Line, what is wrong, what to write instead; nothing about what merely follows from it."""
    case = CASES[name]
    found = mistakes(case.applied_to(example_text).encode())
    assert found == [f"program.yml:{line}" for line in case.answer]


@pytest.mark.parametrize("name", UNSEEN)
def test_what_cannot_be_seen_is_named(name: str, example_text: str, mistakes: Mistakes):
    written, message = UNSEEN[name]
    text = example_text.replace("vendor: Example\n", f"vendor: {written}\n")
    assert mistakes(text.encode()) == [f"program.yml:2: {message}"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_program_is_answered_with_one_line(name: str, mistakes: Mistakes):
    data, message = FILES[name]
    assert mistakes(data) == [f"program.yml:{message}"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(example_text: str, mistakes: Mistakes):
    """Nobody mends one line to learn about the next, whatever kind of mistake each is."""
    names = [
        "text NO",
        "language twice",
        "anchor",
        "tier missing",
        "a quarter and a year",
        "zero",
        "no address",
    ]
    text = example_text
    for name in names:
        text = CASES[name].applied_to(text)
    assert [line.split(": ", 1)[1] for line in mistakes(text.encode())] == [
        CASES[name].answer[0].split(": ", 1)[1] for name in names
    ]


def test_what_stands_before_a_broken_line_is_told_too(example_text: str, mistakes: Mistakes):
    text = CASES["quote never closed"].applied_to(CASES["anchor"].applied_to(example_text))
    assert mistakes(text.encode()) == [
        "program.yml:21: anchors such as `&a` are not allowed: delete it",
        f"program.yml:{CASES['quote never closed'].answer[0]}",
    ]


def test_a_changed_rule_shows_each_text_that_still_says_the_old_one(program_file: Path, mistakes: Mistakes):
    """The number of days is a fact in one place and a word in two; none is left behind."""
    text = program_file.read_text(encoding="utf-8")
    rule = "decide_within_business_days: "
    days = int(text.partition(rule)[2].split("\n")[0])
    found = mistakes(text.replace(f"{rule}{days}", f"{rule}{days + 1}").encode())
    assert len(found) == 4  # a requirement's text in each language, a benefit's label in each tier
    assert all(f"says {days} business days" in line for line in found)


def test_nine_levels_of_laughs_are_refused_where_they_are_made(mistakes: Mistakes):
    levels = "abcdefghi"
    lines = ["a: &a [ha, ha]"]
    lines += [f"{this}: &{this} [*{last}, *{last}]" for last, this in pairwise(levels)]
    found = mistakes("\n".join(lines).encode())
    assert "program.yml:1: anchors such as `&a` are not allowed: delete it" in found
    assert "program.yml:9: references such as `*h` are not allowed: write the value out" in found


def test_line_numbers_hold_with_windows_line_ends(example_text: str, mistakes: Mistakes):
    case = CASES["zero"]
    text = case.applied_to(example_text).replace("\n", "\r\n")
    assert mistakes(text.encode()) == [f"program.yml:{case.answer[0]}"]


@given(data=st.data())
def test_whatever_is_done_to_the_file_it_is_a_program_or_it_is_answered(
    example_text: str, mistakes: Mistakes, data: st.DataObject
):
    """A piece is cut out and something else put in its place: never anything but lines with a message."""
    start = data.draw(st.integers(0, len(example_text)))
    length = data.draw(st.integers(0, 60))
    scraps = [
        " ",
        "\n",
        "  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "&a ",
        "*a",
        "!x ",
        "null",
        "1",
        "pl: ",
    ]
    put = data.draw(
        st.one_of(st.lists(st.sampled_from(scraps), max_size=6).map("".join), st.text(max_size=6))
    )
    edited = example_text[:start] + put + example_text[start + length :]
    for line in mistakes(edited.encode("utf-8", "surrogatepass")):
        assert line.startswith("program.yml:")
        assert "\n" not in line
        where, message = line.removeprefix("program.yml:").split(": ", 1)
        assert 1 <= int(where) <= edited.count("\n") + 1, line
        assert message


@given(data=st.binary(max_size=200))
def test_whatever_the_file_holds_it_is_answered(mistakes: Mistakes, data: bytes):
    assert mistakes(data)
