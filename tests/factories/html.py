"""HTML parser for tests: texts, tables, lists, and forms, filled in and sent as a browser does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_BLOCKS = frozenset(
    {"p", "li", "div", "dt", "dd", "th", "td", "h1", "h2", "h3", "article", "section", "br", "form"}
)
_ASIDE = ("visually-hidden", "quiet")
"""Classes of what stands beside the words that a fact names."""


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: Mapping[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str, css: str = "") -> list["Element"]:
        """Every element with this tag below this one, and this class where one is named."""
        return [each for each in self._below() if each.tag == tag and css in ("", *each.classes)]

    def first(self, tag: str, css: str = "") -> "Element | None":
        return next(iter(self.all(tag, css)), None)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def text(self, *without: str) -> str:
        """What it says, in one line; without what stands in elements of these classes."""
        return " ".join("".join(self._texts(without)).replace("\xa0", " ").split())

    @property
    def content(self) -> str:
        """What it says, as it stands there."""
        return "".join(self._texts(()))

    def _texts(self, without: tuple[str, ...]) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif not set(without) & set(child.classes):
                apart = " " if child.tag in _BLOCKS else ""
                yield from (apart, *child._texts(without), apart)

    def _below(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open[-1].tag != tag:
            self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@dataclass(frozen=True)
class Form:
    """One form of a page."""

    element: Element

    @property
    def address(self) -> str:
        return self.element.attributes.get("action", "")

    @property
    def encoding(self) -> str:
        return self.element.attributes.get("enctype", "application/x-www-form-urlencoded")

    def holds(self, said: Mapping[str, object]) -> bool:
        """Whether there is a place for all that is said: a field, or a button or hidden value of the same."""
        return all(self._takes(name, str(value)) for name, value in said.items())

    def filled(self, said: Mapping[str, object]) -> dict[str, list[str]]:
        """What a browser sends after somebody has typed, chosen, ticked and pressed what is said."""
        sent: dict[str, list[str]] = {}
        for control in self._controls:
            name = control.attributes["name"]
            sent.setdefault(name, []).extend(_values(control, said.get(name)))
        button = self._pressed(said)
        if button is not None and button.attributes.get("name"):
            sent[button.attributes["name"]] = [button.attributes["value"]]
        return {name: values for name, values in sent.items() if values}

    @cached_property
    def _controls(self) -> list[Element]:
        found = (each for tag in ("input", "textarea", "select") for each in self.element.all(tag))
        return [each for each in found if each.attributes.get("name")]

    def _takes(self, name: str, value: str) -> bool:
        if self._button(name, value):
            return True
        named = [each for each in self._controls if each.attributes["name"] == name]
        hidden = [each for each in named if each.attributes.get("type") == "hidden"]
        return bool(named) and (not hidden or hidden[0].attributes["value"] == value)

    def _button(self, name: str, value: str) -> Element | None:
        pair = (name, value)
        buttons = self.element.all("button")
        return next(
            (b for b in buttons if (b.attributes.get("name"), b.attributes.get("value")) == pair), None
        )

    def _pressed(self, said: Mapping[str, object]) -> Element | None:
        named = (self._button(name, str(value)) for name, value in said.items())
        return next((each for each in named if each), self.element.first("button"))


def _values(control: Element, said: object) -> list[str]:
    """What one control adds to what is sent."""
    kind, value = control.attributes.get("type", ""), control.attributes.get("value", "")
    if kind in ("checkbox", "radio"):
        chosen = "checked" in control.attributes if said is None else _is_chosen(value, said)
        return [value] if chosen else []
    if control.tag == "select":
        return [_option(control, said)]
    before = control.content.removeprefix("\n") if control.tag == "textarea" else value
    return [before if said is None else str(said)]


def _is_chosen(value: str, said: object) -> bool:
    return value in said if isinstance(said, list) else said is True or said == value


def _option(select: Element, said: object) -> str:
    """By its words or its value; what stands there where nothing is said."""
    options = select.all("option")
    if said is None:
        chosen = next((each for each in options if "selected" in each.attributes), options[0])
        return chosen.attributes["value"]
    (found,) = [each for each in options if str(said) in (each.text(), each.attributes["value"])]
    return found.attributes["value"]


@dataclass(frozen=True)
class ParsedPage:
    """A whole page."""

    root: Element

    @classmethod
    def of(cls, html: str) -> "ParsedPage":
        tree = _Tree()
        tree.feed(html)
        return cls(tree.root)

    @property
    def main(self) -> Element:
        """The page without what stands around every page."""
        return self.root.first("main") or self.root

    def form(self, said: Mapping[str, object]) -> Form:
        """The one form of the page in which all this can be said."""
        found = [form for form in map(Form, self.main.all("form")) if form.holds(said)]
        assert len(found) == 1, f"{len(found)} forms for {dict(said)}"
        return found[0]

    def table(self, caption: str = "") -> dict[str, str]:
        """The rows of the table with this caption, of the first one if none is named: the cell that follows
        the words at the beginning. Empty where there is no such table."""
        for table in self.root.all("table"):
            heading = table.first("caption")
            if not caption or (heading and heading.text() == caption):
                return dict(_row(row) for body in table.all("tbody") for row in body.all("tr"))
        return {}

    def points(self, heading: str) -> list[str]:
        """The points of the list in the section that the element with this id heads."""
        for section in self.root.all("section"):
            if section.attributes.get("aria-labelledby") == heading:
                return [point.text(*_ASIDE) for point in section.all("li")]
        return []


def _row(row: Element) -> tuple[str, str]:
    head, cell = row.all("th")[0], row.all("td")[0]
    return head.text(*_ASIDE), cell.text(*_ASIDE)
