"""How long the site takes to build: with our blocks against the same pages without, and how it grows.

The baseline has the same pages with each block's line replaced by a plain sentence, built by the same
MkDocs with the same theme and without our two extensions, in turn with ours, in one run.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
SIZES = (10, 100, 1000)
BLOCK = re.compile(r"^\{\{.*\}\}$", re.MULTILINE)
PHRASE = re.compile(r"\{\{[^}]*\}\}")


def main() -> None:
    """Print seconds and ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        for size in (None, *SIZES):
            ours = _project(Path(scratch) / f"ours-{size}", size, blocks=True)
            plain = _project(Path(scratch) / f"plain-{size}", size, blocks=False)
            pairs = [(_seconds(ours), _seconds(plain)) for _ in range(ROUNDS if size != 1000 else 1)]
            mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
            name = "the site's own pages" if size is None else f"{size} pages"
            print(
                f"{name:22} with blocks {mine:7.2f} s   without {theirs:7.2f} s   ratio {mine / theirs:5.2f}"
            )


def _project(folder: Path, size: int | None, *, blocks: bool) -> Path:
    """A copy of the sources; with a size, that many copies of the page with the most blocks."""
    folder.mkdir()
    for name in ("docs", "theme"):
        shutil.copytree(ROOT / name, folder / name)
    configuration = (ROOT / "mkdocs.yml").read_text()
    pages = folder / "docs" / "pl"
    if size is not None:
        model = (pages / "tiers.md").read_text()
        for number in range(size):
            (pages / f"page-{number}.md").write_text(model)
    if not blocks:
        for page in pages.glob("*.md"):
            text = BLOCK.sub("A plain sentence in place of a block.", page.read_text())
            page.write_text(PHRASE.sub("a plain phrase", text))
        configuration = re.sub(
            r"^ {2}(partner_program|forms_service)\.markdown:.*\n(?: {4}.*\n)*",
            "",
            configuration,
            flags=re.MULTILINE,
        )
    (folder / "mkdocs.yml").write_text(configuration)
    return folder


def _seconds(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-f", "mkdocs.yml", "-d", str(folder / "site")],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
