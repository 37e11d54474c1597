"""Mail templates: one text file per mail and language, from which plain text and HTML are made.

A file is a Jinja template; its first line is the subject. Beside braces it may use, as markup:

    (an empty line)        a new paragraph
    ## Words               a heading
    **words**              bold; of a single short value also unbreakable
    **Words:** words       a fact, where it is the whole line
    Words: {{ value }}     in plain text, a value of several lines begins on a line of its own, indented
    1. Words               an item of a numbered list
    [Words]({{ link }})    a button, alone on its line; in plain text `Words:` with the address below
    <{{ link }}>           a link, alone on its line

Only the file's own characters are markup. A value is text, whatever it holds: its ends are marked while the
template is rendered, and it is escaped in HTML.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, groupby
from typing import Any

from markupsafe import Markup, escape

from forms_service.i18n.jinja import environment
from partner_program.model import Language
from partner_program.typography import bind_page

FOLDER = "mail/templates"

_SUBJECT = "Subject: "
_VALUE = "\x02[^\x03]*\x03"
"""A value between its marks; a new line in it is a vertical tab."""
_CLEAN = str.maketrans({"\n": "\x0b", "\x0b": None, "\x02": None, "\x03": None, "\r": None})
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_BUTTON = re.compile(rf"^\[(.+)\]\(({_VALUE})\)$", re.MULTILINE)
_LINK = re.compile(rf"^<({_VALUE})>$", re.MULTILINE)
_FACT = re.compile(r"^\*\*([^*]+:)\*\* (.*)$")
_ITEM = re.compile(r"^(?:\d+|\x02\d+\x03)\. (.+)$")
_PIECE = re.compile(r"\*\*\x02(?P<short>[^\x03\s]{1,24})\x03\*\*|\x02(?P<value>[^\x03]*)\x03|\*\*")
_LONG_VALUE = re.compile(r"^(\S.*[^ \x02\x03]) \x02([^\x03]*\x0b[^\x03]*)\x03$", re.MULTILINE)
"""Words, and a value of several lines after them."""
_NOTHING_BOLD = re.compile(r"^\*{4}$\n?", re.MULTILINE)
_BREAK = "<br>\n"
_BUTTON_STYLE = (
    "display: inline-block; padding: 12px 20px; border-radius: 4px; background: #0a5f58; color: #ffffff; "
    "text-decoration: none;"
)


def render(template: str, language: Language, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a mail.

    Raises:
        ValueError: the first line is no subject.
        jinja2.TemplateError: the template asks for what the context does not hold.
    """
    name = f"{template}.{language}.txt"
    templates = environment(language, FOLDER, typography=False, finalize=_marked)
    first, _, body = templates.get_template(name).render(context).partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", _NOTHING_BOLD.sub("", body))
    if not first.startswith(_SUBJECT):
        raise ValueError(f"{name}: the first line must begin with {_SUBJECT!r}")
    subject = plain_text(first.removeprefix(_SUBJECT)).strip()
    program = context["program"]
    text = f"{program}\n\n{plain_text(body).strip()}\n\n--\n{program}\n{context['website']}\n"
    layout = environment(language, FOLDER, typography=False).get_template("layout.html")
    html = layout.render({**context, "subject": subject, "content": Markup(to_html(body))})  # noqa: S704
    return subject, text, f"{bind_page(html.strip())}\n"


def _marked(value: object) -> str:
    text = str(value).translate(_CLEAN)
    return f"\x02{text}\x03" if text else ""


def plain_text(marked: str) -> str:
    """A rendered template without its markup."""
    text = _BUTTON.sub(r"\1:\n\2", marked)
    text = _HEADING.sub(r"\1", _LINK.sub(r"\1", text))
    text = _LONG_VALUE.sub(_indented, text)
    return _PIECE.sub(lambda piece: piece["short"] or piece["value"] or "", text).replace("\x0b", "\n")


def _indented(found: re.Match[str]) -> str:
    lines = "\x0b".join(f"    {line}".rstrip() for line in found[2].split("\x0b"))
    return f"{found[1]}\n\x02{lines}\x03"


def to_html(marked: str) -> str:
    """A rendered template as HTML, everything in it escaped."""
    paragraphs = (paragraph.strip("\n") for paragraph in re.split(r"\n{2,}", marked))
    return "\n".join(
        block(list(lines))
        for paragraph in paragraphs
        if paragraph
        for block, lines in groupby(paragraph.split("\n"), _block_of)
    )


def _block_of(line: str) -> Callable[[list[str]], str]:
    return next((block for pattern, block in _BLOCKS.items() if pattern.match(line)), _paragraph)


def _heading(lines: list[str]) -> str:
    return "\n".join(f'<h2 style="font-size: 18px;">{words}</h2>' for (words,) in _found(_HEADING, lines))


def _button(lines: list[str]) -> str:
    return "\n".join(
        f'<p><a href="{address}" style="{_BUTTON_STYLE}">{words}</a></p>'
        for words, address in _found(_BUTTON, lines)
    )


def _list(lines: list[str]) -> str:
    items = "\n".join(f"<li>{words}</li>" for (words,) in _found(_ITEM, lines))
    return f"<ol>\n{items}\n</ol>"


def _facts(lines: list[str]) -> str:
    return "\n".join(f"<p><b>{label}</b><br>\n{value}</p>" for label, value in _found(_FACT, lines))


def _paragraph(lines: list[str]) -> str:
    return f"<p>{_BREAK.join(_link(line) for line in lines)}</p>"


_BLOCKS = {_HEADING: _heading, _BUTTON: _button, _ITEM: _list, _FACT: _facts}


def _link(line: str) -> str:
    found = _LINK.match(line)
    return f'<a href="{_inline(found[1])}">{_inline(found[1])}</a>' if found else _inline(line)


def _found(pattern: re.Pattern[str], lines: list[str]) -> Iterator[list[str]]:
    for line in lines:
        if found := pattern.match(line):
            yield [_inline(group) for group in found.groups()]


def _inline(line: str) -> str:
    """Escaped, with bold words. A reference does not break at the end of a line."""
    tags = cycle(("<b>", "</b>"))

    def piece(found: re.Match[str]) -> str:
        if found["short"]:
            return f'<b style="white-space: nowrap;">{found["short"]}</b>'
        return next(tags) if found["value"] is None else re.sub(r"\x0b[ \t]*", _BREAK, found["value"])

    return _PIECE.sub(piece, str(escape(line)))
