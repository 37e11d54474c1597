"""Built pages: parser of built HTML: head, texts, links, ids, slots."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_SLOT = re.compile(r"^\s*(/?)slot:([a-z-]+)\s*$")
_CODE = frozenset({"code", "pre", "script", "style", "textarea"})
_LOADED = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "link": ("href",),
}
"""Elements that make the browser ask for something, and the attributes that say for what."""
_FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_LOADING_LINKS = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"})


@dataclass
class BuiltPage:
    """One HTML file of a built site."""

    title: str = ""
    language: str = ""
    description: str = ""
    headings: int = 0
    """How many first-level headings it has."""
    texts: list[str] = field(default_factory=list)
    """Its text outside code, piece by piece."""
    links: list[str] = field(default_factory=list)
    """Where its links lead, as written."""
    loads: list[str] = field(default_factory=list)
    """What the browser fetches for it, as written."""
    code: list[str] = field(default_factory=list)
    """Its blocks of code."""
    unnamed_pictures: list[str] = field(default_factory=list)
    """Pictures without words for who cannot see them; an empty `alt` says that there is nothing to see."""
    frames: list[str] = field(default_factory=list)
    """What is shown inside a frame, as written."""
    ids: set[str] = field(default_factory=set)
    slots: list[str] = field(default_factory=list)
    """Names of its slots, in order: `application`, `/application`."""
    styles: list[str] = field(default_factory=list)
    """Style attributes and elements, which the security policy blocks."""
    handlers: list[str] = field(default_factory=list)
    """Code in attributes such as `onclick`, which it blocks, too."""


def read(path: Path) -> BuiltPage:
    """What this HTML file holds."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = BuiltPage()
        self._code = 0
        self._in_title = False
        self._in_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, given = self.page, {name: value or "" for name, value in attrs}
        self._code += tag in _CODE
        self._in_title = self._in_title or (tag == "title" and not page.title)
        if tag == "html":
            page.language = given.get("lang", "")
        if tag == "h1":
            page.headings += 1
        if tag == "meta" and given.get("name") == "description":
            page.description = given.get("content", "")
        if tag == "a" and "href" in given:
            page.links.append(given["href"])
        if "id" in given:
            page.ids.add(given["id"])
        if "style" in given:
            page.styles.append(given["style"])
        page.handlers += (f'{name}="{value}"' for name, value in given.items() if name.startswith("on"))
        if tag == "style":
            page.styles.append("<style>")
        loads = tag != "link" or bool(_LOADING_LINKS & set(given.get("rel", "").split()))
        for name in _LOADED.get(tag, ()) if loads else ():
            # `srcset` lists several, each with its size behind it.
            each = given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
            page.loads += (address.split()[0] for address in each if address.strip())
        if tag in _FRAMES:
            page.frames.append(given.get(_FRAMES[tag], ""))
        if tag == "img" and "alt" not in given:
            page.unnamed_pictures.append(given.get("src", ""))
        if tag == "pre":
            page.code.append("")
            self._in_pre = True

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in _CODE
        if tag == "title":
            self._in_title = False
        if tag == "pre":
            self._in_pre = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.page.title += data
        elif not self._code:
            self.page.texts.append(data)
        elif self._in_pre:
            self.page.code[-1] += data

    def handle_comment(self, data: str) -> None:
        if slot := _SLOT.match(data):
            self.page.slots.append(f"{slot[1]}{slot[2]}")
