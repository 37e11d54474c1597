"""Unlinking: a page's Markdown without links to pages that are not published yet; their words stay."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urljoin

_WORDS = r"(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()]*\))?)*"
_KINDS = (
    # Code, which is left alone: a fence, a span.
    r"^ *(?P<mark>`{3,}|~{3,}).*?(?:^ *(?P=mark)|\Z)",
    r"(?P<ticks>`+)(?!`).*?(?P=ticks)",
    # [text](page.md "title"){ .class }, [text][label], <a href="../page/">text</a>
    rf"(?<!!)\[(?P<text>{_WORDS})\]\(<?(?P<to>[^()\s<>]+)>?(?:\s+\"[^\"]*\")?\)(?:\{{[^{{}}\n]*\}})?",
    rf"(?<!!)\[(?P<named>{_WORDS})\]\[(?P<label>[^\[\]]*)\]",
    r"<a\s[^>]*?href=\"(?P<href>[^\"]*)\"[^>]*>(?P<inside>.*?)</a>",
)
_LINK = re.compile("|".join(_KINDS), re.MULTILINE | re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[(?P<label>[^\[\]]+)\]:[ \t]*<?(?P<to>[^\s<>]+)>?.*$", re.MULTILINE)


def unlinked(text: str, name: str, pages: Collection[str]) -> tuple[str, list[tuple[int, str]]]:
    """The text of the page `name` without links to `pages`; and the line and the target of each.

    Pages are named by their file, below the folder of a language. Lines stay where they are.
    """
    if not pages:
        return text, []
    found: list[tuple[int, str]] = []
    labels = {
        definition["label"].casefold(): target
        for definition in _DEFINITION.finditer(text)
        if (target := _file(name, definition["to"])) in pages
    }
    addresses = {_address(page): page for page in pages}

    def words(link: re.Match[str]) -> str:
        if link["to"]:
            target, kept = _file(name, link["to"]), link["text"]
        elif link["named"] is not None:
            target, kept = labels.get((link["label"] or link["named"]).casefold(), ""), link["named"]
        elif link["href"] is not None:
            path = unquote(urljoin(_address(name), link["href"]).partition("#")[0])
            target, kept = addresses.get(path, ""), link["inside"]
        else:
            return link[0]
        if target not in pages:
            return link[0]
        found.append((text.count("\n", 0, link.start()) + 1, target))
        return str(kept)

    return _LINK.sub(words, text), found


def _file(name: str, link: str) -> str:
    """The page that a link in the page `name` leads to."""
    return normpath(PurePosixPath(name).parent / unquote(link.partition("#")[0]))


def _address(name: str) -> str:
    path = PurePosixPath(name).with_suffix("")
    inside = path.parent if path.name == "index" else path
    return "/" if inside == PurePosixPath() else f"/{inside}/"
