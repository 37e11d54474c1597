"""Visitor changes: what is different between two builds of the site, in words, a line each."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

from forms_service.web.site import REDIRECTS
from partner_program import ProgramError, load_published
from partner_program.changes import differences
from publishing.publication import TEXTS

_ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
_STAMP = re.compile(r'<input[^>]*type="hidden"[^>]*>')
"""Forms name the version of the program they were made of; no visitor sees it."""


def between(before: Path, after: Path) -> list[str]:
    """What visitors find changed once `after` has taken the place of `before`; empty where nothing is."""
    return [
        *_pages(_read(before), _read(after)),
        *_files(_served(before), _served(after)),
        *_program(before, after),
        *_words(before, after),
    ]


def _read(build: Path) -> dict[str, tuple[str, str]]:
    """Each page by its address: its title, and all that stands on it but header and footer."""
    pages: dict[str, tuple[str, str]] = {}
    moved = {f"{old.strip('/')}/index.html" for old in _redirects(build)}
    for path in sorted(build.rglob("*.html")):
        name, html = path.relative_to(build).as_posix(), path.read_text("utf-8")
        if name in moved or not (article := _ARTICLE.search(html)):
            continue
        title, description = (
            found[1] if (found := each.search(html)) else "" for each in (_TITLE, _DESCRIPTION)
        )
        content = "\n".join((title, description, _STAMP.sub("", article[0])))
        pages[f"/{name.removesuffix('index.html')}"] = unescape(title).rpartition(" – ")[0], content
    return pages


def _redirects(build: Path) -> list[str]:
    return re.findall(r'"([^"]+)":', (build / REDIRECTS).read_text()) if (build / REDIRECTS).exists() else []


Pages = Mapping[str, tuple[str, str]]


def _pages(before: Pages, after: Pages) -> Iterator[str]:
    for word, addresses in (
        ("New", [address for address in after if address not in before]),
        ("Gone", [address for address in before if address not in after]),
        (
            "Changed",
            [address for address in after if address in before and after[address] != before[address]],
        ),
    ):
        for address in addresses:
            title = (after.get(address) or before[address])[0]
            yield f"{word}: {address}" + (f" ({title})" if title else "")


def _served(build: Path) -> dict[str, bytes]:
    """Content of what is served beside pages and the program, by its address."""
    left_out = {".html", ".json", ".xml", ".br", ".gz"}
    return {
        f"/{path.relative_to(build).as_posix()}": path.read_bytes()
        for path in sorted(build.rglob("*.*"))
        if path.is_file() and path.suffix not in left_out
    }


def _files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    for address in sorted(before.keys() | after.keys()):
        if before.get(address) != after.get(address):
            word = "New" if address not in before else "Gone" if address not in after else "Changed"
            yield f"{word}: {address}"


def _program(before: Path, after: Path) -> Iterator[str]:
    try:
        old, new = (load_published(build / "program.json") for build in (before, after))
    except (ProgramError, OSError):
        return  # of another version of the software
    yield from (f"Program: {change.text['en']}" for change in differences(old, new))


def _words(before: Path, after: Path) -> Iterator[str]:
    texts = [build.with_suffix(TEXTS) for build in (before, after)]
    if all(file.exists() for file in texts) and texts[0].read_bytes() != texts[1].read_bytes():
        yield "Changed: words of forms or mails"
