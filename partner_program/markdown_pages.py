"""Current page: which page a Markdown instance is rendering, under MkDocs and other builders.

MkDocs and ProperDocs register a tree processor that knows the file; Zensical registers a preprocessor that
knows the page. Both do so after `extendMarkdown`, so ask while a page is being rendered, not before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from markdown import Markdown

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


@dataclass(frozen=True)
class RenderedPage:
    """The page being rendered, as far as the builder can be asked."""

    file: Path | None = None
    """Its Markdown file, seen from the working directory where it lies below it; None where nobody says."""
    address: str = ""
    """Its path on the host, `/en/tiers/`; empty where nobody says."""
    lines_before: int = 0
    """Lines of the file in front of the text that is rendered: the front matter."""


def being_rendered(md: Markdown, text: str) -> RenderedPage:
    """The page whose `text` (without front matter) `md` is rendering now."""
    file: Path | None = None
    url: str | None = None
    config: Any = {}
    if "relpath" in md.treeprocessors:  # MkDocs, ProperDocs
        trace: Any = md.treeprocessors["relpath"]
        file, url, config = Path(trace.file.abs_src_path), trace.file.url, trace.config
    elif "rendering_context" in md.preprocessors:  # Zensical
        trace = md.preprocessors["rendering_context"]
        config, url = trace.config, trace.page.url
        file = Path(config.get("root_dir", "."), config["docs_dir"], trace.page.path)
    if file is None or url is None:
        return RenderedPage()
    address = urlsplit(urljoin(config.get("site_url") or "/", url)).path
    return RenderedPage(_seen_from_here(file), address, _lines_before(file, text))


def lines_with(source: str, lines: list[str]) -> Iterator[int]:
    """Numbers, counted from 1, of the lines that hold `source` outside fenced and indented code."""
    fence = ""
    for number, line in enumerate(lines, start=1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip().startswith(fence):
            fence = ""
        elif not fence and source in line and not line.startswith(("    ", "\t")):
            yield number


def _seen_from_here(file: Path) -> Path:
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _lines_before(file: Path, text: str) -> int:
    """How many lines of the file the builder cut off; 0 where its text is not the end of the file."""
    try:
        whole = file.read_text(encoding="utf-8-sig")
    except OSError:
        return 0
    start = whole.rfind(text.rstrip())
    return whole.count("\n", 0, start) if start > 0 else 0
