"""A project of our own to build, break and mend."""

import shutil
from pathlib import Path

import pytest

from tests import ROOT

NEEDED = ("docs", "theme", "mkdocs.yml", "mkdocs.en.yml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the pages, the program and the look."""
    return copied(NEEDED, tmp_path / "project")


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A copy with the code in it, whose preview watches the copy."""
    code = ("partner_program", "forms_service", "publishing", "requirements")
    return copied((*NEEDED, *code), tmp_path / "workshop")


def copied(names: tuple[str, ...], to: Path) -> Path:
    to.mkdir()
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, to / name)
    return to


def edit(file: Path, before: str, after: str) -> None:
    """Save a file with one text replaced by another."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
