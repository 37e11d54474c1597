"""The guide for editors as data: its recipes, and the edits that they give to copy."""

import re
import shutil
from pathlib import Path

from tests import ROOT

GUIDES = {language: ROOT / "guide" / f"editors.{language}.md" for language in ("pl", "en")}

_FENCE = re.compile(r"(?:^`(?P<file>[\w./-]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)

Edit = tuple[str, str, str]
"""File, kind (`diff`, `markdown`, …) and text."""


def recipes(language: str) -> dict[int, str]:
    """The text of each recipe by its number; the styles are 0."""
    text = GUIDES[language].read_text("utf-8")
    parts = re.split(r"^## (?:(\d+)\.)?.*\n", text, flags=re.M)[1:]
    return {int(number or 0): part for number, part in zip(parts[::2], parts[1::2], strict=True)}


def edits(recipe: str) -> list[Edit]:
    """What a recipe gives to copy; a block without a file belongs to that of the one before."""
    found: list[Edit] = []
    for fence in _FENCE.finditer(recipe):
        found.append((fence["file"] or (found[-1][0] if found else ""), fence["kind"], fence["text"]))
    return found


def carry_out(recipe: str, root: Path) -> None:
    """Do what an editor does with the blocks of a recipe."""
    for file, kind, text in sorted(edits(recipe), key=lambda edit: edit[1] != "console"):
        if kind == "console":
            for before, after in re.findall(r"^\$ mv (\S+) (\S+)$", text, re.M):
                (root / before).rename(root / after)
        elif kind == "diff":
            _patch(root / file, text)
        elif kind == "po":
            with (root / file).open("a", encoding="utf-8") as overrides:
                overrides.write(f"\n{text}")
        else:
            (root / file).write_text(text, encoding="utf-8")


def _patch(file: Path, diff: str) -> None:
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{file} has not exactly once:\n{before}"
    file.write_text(text.replace(before, after), encoding="utf-8")


def with_styles(root: Path) -> None:
    """Add the page of all styles to these sources."""
    shutil.copytree(ROOT / "guide/drawings", root / "docs/files")
    for language in GUIDES:
        examples = "\n".join(text for _, _, text in edits(recipes(language)[0]))
        top = "---\ndescription: x\nmenu: Styles\nmenu_order: 95\n---\n\n# Styles\n\n"
        (root / "docs" / language / "styles.md").write_text(top + examples, "utf-8")
