"""Read the HTML of a form as a browser does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "hr", "img", "link", "meta"}


@dataclass
class Element:
    """A tag, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Element | str]" = field(default_factory=list)

    def all(self, *tags: str) -> "Iterator[Element]":
        """Every element below this one, in the order of the page; only those with one of these tags."""
        for each in self.inside:
            if isinstance(each, Element):
                if not tags or each.tag in tags:
                    yield each
                yield from each.all(*tags)

    def by_id(self, wanted: str) -> "Element":
        """The one element with this id."""
        (found,) = [each for each in self.all() if each.attributes.get("id") == wanted]
        return found

    @property
    def text(self) -> str:
        """All text in it, every run of spaces as one."""
        parts = [each.text if isinstance(each, Element) else each for each in self.inside]
        return " ".join(" ".join(parts).split())


class _Reader(HTMLParser):
    """Raises AssertionError for a tag that is not closed where it should be, or an attribute given twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    """The elements of a piece of HTML, which must be well-formed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"not closed: {reader.open[-1].tag}"
    return reader.open[0]


def controls(html: str) -> list[tuple[str, str]]:
    """What a browser sends when the form is sent as it stands, without a button."""
    sent = []
    for element in read(html).all("input", "select", "textarea"):
        name, kind = element.attributes["name"], element.attributes.get("type", element.tag)
        if kind in ("checkbox", "radio") and "checked" not in element.attributes:
            continue
        sent.append((name, _value(element)))
    return sent


def _value(element: Element) -> str:
    if element.tag == "textarea":
        return "".join(str(each) for each in element.inside).removeprefix("\r\n").removeprefix("\n")
    if element.tag == "select":
        options = list(element.all("option"))
        chosen = [each for each in options if "selected" in each.attributes] or options[:1]
        return chosen[0].attributes["value"]
    return element.attributes["value"]
