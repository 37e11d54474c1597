"""Front matter: what the lines at the top of a page say: description, menu entry, day of publication."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from partner_program import yaml_reader
from partner_program.errors import Problem
from partner_program.nearest_name import instead_of
from partner_program.yaml_reader import Content, Source

KEYS = (
    "description",
    "menu",
    "menu_order",
    "place",
    "draft",
    "publish_on",
    "renamed_from",
    "title",
    "hide",
    "template",
)
SHARED_KEYS = ("menu_order", "place", "draft", "publish_on", "renamed_from")
"""What a page says the same of itself in every language."""

PLACES = ("header", "footer")

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_BRACES = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DESCRIBE = 'write "description: …" between two lines of --- at the top, one sentence for search engines'


@dataclass(frozen=True)
class FrontMatter:
    """What a page says of itself; what is missing or wrong has its default."""

    file: Path
    menu: str = ""
    menu_order: int | None = None
    place: str = ""
    """`header` and `footer` (alone); empty for a page of a phone's menu and the footer."""
    draft: bool = False
    publish_on: datetime.date | None = None
    renamed_from: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, key: str) -> int:
        """The line of this key in the file, counted from 1; the first one where it does not stand."""
        return self.lines.get(key, 1)

    def is_published(self, today: datetime.date) -> bool:
        """Whether visitors of this day see the page."""
        return not self.draft and (self.publish_on is None or self.publish_on <= today)


def read(file: Path, text: str) -> tuple[FrontMatter, list[Problem]]:
    """What the page says of itself, and a mistake for each line that says nothing or something wrong."""
    front = _FRONT_MATTER.match(text.replace("\r\n", "\n"))
    if front is None:
        return FrontMatter(file), [Problem(file, 1, f"the page says nothing about itself: {_DESCRIBE}")]
    meta = yaml_reader.read(front[1].encode())
    problems = [
        Problem(file, line + 1, f"the lines between --- cannot be read: {message}")
        for line, message in meta.problems
    ]
    if not meta.whole or meta.refused:
        return FrontMatter(file), problems
    content = meta.content if isinstance(meta.content, dict) else {}
    lines = {key: meta.line((key,)) + 1 for key in content}
    problems += (
        Problem(file, lines.get(key, 1), told) for key, told in (*_unknown(content), *_wrong(content, meta))
    )
    return FrontMatter(file, **_values(content, meta), lines=lines), problems


def _unknown(content: Mapping[str, Content]) -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if key not in KEYS:
            yield key, f"`{key}` does nothing here: {instead_of(key, KEYS)}"
        elif braces := _BRACES.search(str(value)):
            yield key, f"{braces[0]} is not filled in up here: write the words themselves"


def _wrong(content: Mapping[str, Content], meta: Source) -> Iterator[tuple[str, str]]:
    description, menu, order = (content.get(key) for key in ("description", "menu", "menu_order"))
    if not isinstance(description, str) or not description.strip():
        yield "", f"the page has no description: {_DESCRIBE}"
    if menu is None and order is None:
        yield "", "the page stands in no menu: write `menu: its name there` and `menu_order: 55` at the top"
    elif not isinstance(menu, str) or not menu.strip():
        yield "menu", "the page has no name in the menu: write `menu: its name there`"
    elif order is None:
        yield "menu", "the page has no place in the menu: write `menu_order: 55`, between those of two pages"
    if order is not None and not _is_whole(order):
        yield "menu_order", "the place in the menu is a number: write `menu_order: 55`"
    if "place" in content and content["place"] not in PLACES:
        yield "place", "write `place: header`, `place: footer`, or leave the line out"
    if "draft" in content and not isinstance(content["draft"], bool):
        yield "draft", "write `draft: true`, or leave the line out"
    if "publish_on" in content and _day(content, meta) is None:
        yield "publish_on", "write the day as year, month and day: `publish_on: 2027-01-15`"
    for name in _old_names(content):
        if not name.endswith(".md") or name.startswith("/") or ".." in PurePosixPath(name).parts:
            yield "renamed_from", f"{name} was no page: write the old file name, `renamed_from: old-name.md`"


def _values(content: Mapping[str, Content], meta: Source) -> dict[str, Any]:
    menu, order = content.get("menu"), content.get("menu_order")
    return {
        "menu": menu.strip() if isinstance(menu, str) else "",
        "menu_order": order if _is_whole(order) else None,
        "place": place if (place := content.get("place")) in PLACES else "",
        "draft": content.get("draft") is True,
        "publish_on": _day(content, meta),
        "renamed_from": tuple(_old_names(content)),
    }


def _is_whole(value: Content) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(content: Mapping[str, Content], meta: Source) -> datetime.date | None:
    said = str(meta.written.get(("publish_on",), content.get("publish_on")))
    try:
        return datetime.date.fromisoformat(said) if _DAY.fullmatch(said) else None
    except ValueError:
        return None


def _old_names(content: Mapping[str, Content]) -> list[str]:
    said = content.get("renamed_from")
    if said is None:
        return []
    return [str(name) for name in said] if isinstance(said, list) else [str(said)]
