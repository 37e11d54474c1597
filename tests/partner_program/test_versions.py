"""Versions of a program as files: recorded once, read back whole, refused when they were tampered with."""

from datetime import date
from pathlib import Path

import pytest
from markdown import Markdown

from partner_program import Program, ProgramError, versions

FIRST, SECOND = date(2026, 11, 25), date(2027, 3, 1)


def longer(program: Program, days: int = 3) -> Program:
    """The program with another time to decide."""
    content = program.model_dump(mode="json")
    content["deal_registration"]["decide_within_business_days"] = days
    return Program.model_validate(content, strict=False)


@pytest.fixture
def changed(program: Program) -> Program:
    return longer(program)


def test_a_version_is_a_file_named_by_day_and_hash(tmp_path: Path, program: Program):
    path = versions.record(tmp_path / "versions", program, FIRST)
    assert path == tmp_path / "versions" / f"2026-11-25-{program.hash[:12]}.json"
    assert versions.read(tmp_path / "versions") == (versions.ProgramVersion(FIRST, program),)


def test_nothing_is_recorded_twice(tmp_path: Path, program: Program):
    """The same program on a later day is the same version."""
    versions.record(tmp_path, program, FIRST)
    assert versions.record(tmp_path, program, SECOND) is None
    assert len(versions.read(tmp_path)) == 1


def test_a_program_that_comes_back_is_a_version_again(tmp_path: Path, program: Program, changed: Program):
    for each, day in ((program, FIRST), (changed, SECOND), (program, date(2027, 4, 1))):
        versions.record(tmp_path, each, day)
    assert [version.program for version in versions.read(tmp_path)] == [program, changed, program]


def test_versions_of_one_day_keep_their_order(tmp_path: Path, program: Program):
    recorded = [longer(program, days) for days in range(1, 13)]
    for each in recorded:
        versions.record(tmp_path, each, FIRST)
    assert [version.program for version in versions.read(tmp_path)] == recorded


def test_a_day_before_the_last_version_is_refused(tmp_path: Path, program: Program, changed: Program):
    versions.record(tmp_path, program, SECOND)
    with pytest.raises(ProgramError, match="2027-03-01 is recorded already"):
        versions.record(tmp_path, changed, FIRST)


def test_no_folder_is_no_version(tmp_path: Path):
    assert versions.read(tmp_path / "none") == ()


@pytest.mark.parametrize("name", ["program.json", "2026-02-30-000000000000.json", "2026-11-25-abc.json"])
def test_a_file_of_another_name_is_no_version(tmp_path: Path, name: str):
    (tmp_path / name).write_text("{}")
    with pytest.raises(ProgramError, match="is no version of the program"):
        versions.read(tmp_path)


def test_a_changed_or_renamed_version_is_refused(tmp_path: Path, program: Program):
    """What a partner agreed to is read years later exactly as it was."""
    path = versions.record(tmp_path, program, FIRST)
    assert path is not None
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace('"number": 2', '"number": 3'), encoding="utf-8")
    with pytest.raises(ProgramError, match="does not match its hash"):
        versions.read(tmp_path)
    path.write_text(whole, encoding="utf-8")
    path.rename(tmp_path / "2026-11-25-0123456789ab.json")
    with pytest.raises(
        ProgramError, match=f"is named 0123456789ab, but its hash begins with {program.hash[:12]}"
    ):
        versions.read(tmp_path)


@pytest.mark.parametrize(
    ("lang", "first", "heading", "latest"),
    [
        ("pl", "Pierwsza opublikowana wersja", "poniedziałek, 1 marca 2027", "Najnowsze zmiany"),
        ("en", "The first published version", "Monday 1 March 2027", "Latest changes"),
    ],
)
def test_the_page_tells_versions_newest_first(
    tmp_path: Path, program_file: Path, program: Program, lang: str, first: str, heading: str, latest: str
):
    """What is not recorded yet stands on top, without a date."""
    file = tmp_path / "program.yml"
    text = program_file.read_text(encoding="utf-8")
    file.write_text(text.replace("pause_on_question: false", "pause_on_question: true"), encoding="utf-8")
    page = "{{ what-changed }}"
    options = {"partner_program.markdown": {"lang": lang, "program": str(file)}}

    def html() -> str:
        return Markdown(extensions=["partner_program.markdown"], extension_configs=options).convert(page)

    assert "<ul>" not in html()
    versions.record(tmp_path / versions.FOLDER, longer(program), FIRST)
    versions.record(tmp_path / versions.FOLDER, program, SECOND)
    told = html().replace("\u00a0", " ")
    assert told.index(latest) < told.index(heading) < told.index(first)
    assert told.count("<li>") == 2
