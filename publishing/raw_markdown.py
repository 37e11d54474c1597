"""Raw Markdown check: markup left in a built page, or lost from its source.

Heuristics on purpose: a text that looks like markup to a reader is a mistake whatever it was meant to be.
"""

import re
from collections.abc import Iterator

from partner_program.markdown_pages import lines_with

Found = Iterator[tuple[str, str]]
"""Words to find the line by, and what is wrong."""

_HINT = "leave an empty line before it; inside <div> write <div markdown>"
_LEFT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:^|\n)[ \t]*(#{2,6}[ \t]*[^\s#].*|#[ \t]+\S.*)"), f"a heading was not made: {_HINT}"),
    (re.compile(r"\n[ \t]*([-*+][ \t]+(?:\S.*|\Z))"), f"a list was not made: {_HINT}"),
    (re.compile(r"\n[ \t]*(1[.)][ \t]+.*)(?:\n.*)*?\n[ \t]*2[.)][ \t]"), f"a list was not made: {_HINT}"),
    (
        re.compile(r"(?:^|\n)[ \t]*(\|.*\|)[ \t]*(?:\n|\Z)"),
        "a table was not made: write |---|---| under its first line",
    ),
    (
        re.compile(r"(?:^|\n)([^|\n]*\S\s\|\s\S[^\n]*)\n[^\n]*\s\|\s"),
        "a table was not made: write |---|---| under its first line",
    ),
    (re.compile(r"(?:^|\n)[ \t]*(>[ \t]+\S.*)"), f"a quotation was not made: {_HINT}"),
    (re.compile(r"(?:^|\n)[ \t]*(!{3}[ \t]*\w.*|:{3,}[ \t]*\S*)"), f"a box was not made: {_HINT}"),
    (re.compile(r"(`{3}.*|~{3}.*)"), "a code block was not closed: end it with the signs it begins with"),
    (
        re.compile(r"(\[[^\[\]]*\][ \t]*\([^()]*\))"),
        "a link was not made: write [text](page.md), no space between",
    ),
    (re.compile(r"(\[[^\[\]]*\]\([^()\n]*)"), "a link was not made: close it, [text](page.md)"),
    (re.compile(r"(\([^()]+\)\[[^\[\]]+\])"), "a link was not made: write [text](page.md)"),
    (
        re.compile(r"(\[\^?[^\[\]\n]+\]\[[^\[\]\n]*\]|\[\^[^\[\]\n]+\])"),
        "a reference was not made: write [text](page.md)",
    ),
    (re.compile(r"(\[[ xX]\][ \t]\S.*)"), "there are no boxes to tick: write a list"),
    (
        re.compile(r"(\*\*.*|__\w.*|~~\S.*)"),
        "emphasis was not made: **text** without spaces inside, in a block of Markdown",
    ),
    (
        re.compile(r"((?<![\w*])\*\w[^*\n]*\*(?![\w*]))"),
        "emphasis was not made: write <div markdown> around it",
    ),
    (
        re.compile(r"(?<!\{)(\{[ \t]*[.:#]?\w[^{}\n]*\})(?!\})"),
        "a block has two braces, {{ … }}, and a class stands right behind what it is for, without a space",
    ),
)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_EMPTY_ALT = re.compile(r"!\[\s*\](?=[(\[])")
_CODE_SPAN = re.compile(r"(`+)(?:(?!\1).)*\1")


def left_in_text(texts: list[str]) -> Found:
    """What a reader of these texts of a built page would take for markup."""
    for text in texts:
        for pattern, told in _LEFT:
            if found := pattern.search(text):
                words = " ".join(found[1].split())
                yield words, f"“{words[:60]}” is shown as it is: {told}"
                break


def turned_into_code(blocks: list[str], source: str) -> Found:
    """Each text that was only indented, and is shown as code by that."""
    lines = source.splitlines()
    for block in blocks:
        first = next((line.strip() for line in block.splitlines() if line.strip()), "")
        indented = [line for line in _outside_fences(lines) if line.startswith(("    ", "\t")) and first]
        if any(line.strip() == first for line in indented):
            told = "four spaces before it make it code: take them away, or put ``` around what is code"
            yield first, f"“{first[:60]}” is shown as code: {told}"


def lost_in_source(source: str) -> Iterator[tuple[int, str]]:
    """Line and message of what no built page shows any more, such as a picture without words."""
    for found in _COMMENT.finditer(source):
        if not found[1]:
            told = "the comment opened here is never closed: the rest of the page is lost; end it with -->"
            yield source.count("\n", 0, found.start()) + 1, told
    lines = source.splitlines()
    for number in lines_with("![", lines):
        if _EMPTY_ALT.search(_CODE_SPAN.sub("", lines[number - 1])):
            yield number, "the picture has no words for who cannot see it: write ![what it shows](file.png)"
    yield from _unclosed(lines)


def _unclosed(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each <div> or <section> that is not closed, or closed twice."""
    for tag in ("div", "section", "figure", "details"):
        opened: list[int] = []
        for number in lines_with("<", lines):
            text = _CODE_SPAN.sub("", lines[number - 1])
            for found in re.finditer(rf"<(/?){tag}\b", text, re.IGNORECASE):
                if not found[1]:
                    opened.append(number)
                elif opened:
                    opened.pop()
                else:
                    yield number, f"</{tag}> closes nothing: delete it, or open it before"
        for number in opened:
            yield number, f"<{tag}> is never closed: write </{tag}> where it ends"


def _outside_fences(lines: list[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip().startswith(fence):
            fence = ""
        elif not fence:
            yield line
