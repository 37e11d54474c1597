"""Source files check: misplaced, unreadable or too large files below docs/ and theme/."""

from collections.abc import Iterator
from pathlib import Path

from partner_program.errors import Problem
from partner_program.model import LANGUAGES
from partner_program.text_files import decoded
from publishing.leftovers import is_leftover

LARGEST_PICTURE_BYTES = 500_000
"""What a visitor on a phone can be asked to fetch for one picture."""

SHARED = "files"
"""The folder in docs/ with the pictures and documents of all languages; pages write `../files/plan.png`."""

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"})
_TEXTS = frozenset({".md", ".html", ".css", ".js", ".svg", ".xml"})
_NOT_PUBLISHED = frozenset({"program.yml", "program.schema.json", "program-versions", "screenshot.png"})
"""What lies in docs/ beside the pages: the program, and the picture of the README."""


def files(folder: Path) -> Iterator[Path]:
    """All files below a folder, in order, but what editors leave behind."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not any(is_leftover(part) for part in inside.parts) and not path.is_dir():
            yield path


def pages(folder: Path) -> Iterator[Path]:
    """The Markdown files among them."""
    return (path for path in files(folder) if path.suffix == ".md" and path.is_file())


def mistakes(root: Path) -> Iterator[Problem]:
    """What lies below docs/ and theme/ and can be no part of the site as it is."""
    yield from _misplaced(root)
    for folder in (*(root / "docs" / name for name in (*LANGUAGES, SHARED)), root / "theme"):
        for path in files(folder):
            file = path.relative_to(root)
            if not path.is_file():
                yield Problem(
                    file, 0, "the file is a link that leads to nothing: delete it, or put the file there"
                )
                continue
            if path.suffix.lower() in _TEXTS:
                yield from (Problem(file, line, told) for line, told in decoded(path.read_bytes())[1])
            if path.suffix.lower() in PICTURES:
                yield from _too_large(file, path.stat().st_size)


def _misplaced(root: Path) -> Iterator[Problem]:
    known = _NOT_PUBLISHED.union(LANGUAGES, (SHARED,))
    for path in sorted((root / "docs").iterdir()) if (root / "docs").is_dir() else ():
        if path.name not in known and not is_leftover(path.name):
            folders = " and ".join(f"docs/{language}" for language in LANGUAGES)
            told = f"nothing is published from here: pages belong in {folders}, other files in docs/{SHARED}"
            yield Problem(path.relative_to(root), 0, told)


def _too_large(file: Path, size: int) -> Iterator[Problem]:
    if size > LARGEST_PICTURE_BYTES:
        most = LARGEST_PICTURE_BYTES // 1000
        yield Problem(file, 0, f"the picture has {size // 1000:,} kB: make it smaller, {most} kB at most")
