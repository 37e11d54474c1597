"""Read a table out of HTML the way a screen reader goes through it: captions, headers and cells as texts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Cell:
    """One cell: its tag, attributes and text with single spaces."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Table:
    """One table, its rows grouped as in the markup."""

    attributes: dict[str, str]
    caption: str = ""
    groups: list[list[list[Cell]]] = field(default_factory=list)
    """For thead and each tbody its rows of cells."""


class Reader(HTMLParser):
    """Collects the tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self._inside: Cell | str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.tables.append(Table(given))
        elif tag in ("thead", "tbody"):
            self.tables[-1].groups.append([])
        elif tag == "tr":
            self.tables[-1].groups[-1].append([])
        elif tag in ("th", "td"):
            self._inside = Cell(tag, given)
            self.tables[-1].groups[-1][-1].append(self._inside)
        elif tag == "caption":
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "caption"):
            self._inside = None

    def handle_data(self, data: str) -> None:
        if isinstance(self._inside, Cell):
            self._inside.text = " ".join(f"{self._inside.text} {data}".split())
        elif self._inside == "caption":
            self.tables[-1].caption += data


def tables_of(html: str) -> list[Table]:
    """All tables of this HTML."""
    reader = Reader()
    reader.feed(html)
    return reader.tables
