"""The program as it is loaded: lossless, frozen, with a hash of its content."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from partner_program import Program, ProgramError, load, load_published
from partner_program.json_export import program_json
from partner_program.loader import read


def complaint(call: Callable[[Path], object], file: Path) -> str:
    with pytest.raises(ProgramError) as raised:
        call(file)
    return str(raised.value)


def changed(published: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(published) | changes).encode()


def test_what_is_published_comes_back_as_it_was(program: Program, tmp_path: Path):
    """A running service needs the built site alone."""
    file = tmp_path / "program.json"
    file.write_bytes(program_json(program))
    assert load_published(file) == program
    assert load_published(file).hash == program.hash


def test_both_languages_and_all_keys_are_published(program: Program):
    published = json.loads(program_json(program))
    assert list(published) == ["format", "hash", "program"]
    assert published["program"] == json.loads(program.model_dump_json())
    assert published["program"]["name"] == {"pl": program.name.pl, "en": program.name.en}


def test_the_same_program_is_published_in_the_same_bytes(program: Program, program_file: Path):
    assert program_json(load(program_file)) == program_json(program)


def test_the_hash_is_of_the_content_and_not_of_its_layout(example: Program, example_text: str):
    """A comment, another order of keys and a default written out change nothing."""
    relaid = example_text.replace("vendor: Example\n", "# a comment\n\nvendor:   'Example'\n")
    relaid = relaid.replace("{pl: Praca, en: Work}", "{en: Work, pl: Praca}")
    relaid = relaid.replace("  pause_on_question: false\n", "")
    assert relaid != example_text
    assert read(relaid.encode(), "x").hash == example.hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pl: Praca, en: Work", "pl: Praca, en: Works"),
        (
            "number: 3, label: {pl: 3 i więcej osób, en: 3 or",
            "number: 4, label: {pl: 4 i więcej osób, en: 4 or",
        ),
        (
            "kind: optional, label: {pl: opcjonalnie, en: optional",
            'kind: recommended, label: {pl: "✓", en: "✓"',
        ),
        ("[pl, en]", "[en, pl]"),
        ("pause_on_question: false", "pause_on_question: true"),
    ],
)
def test_each_change_of_content_changes_the_hash(example: Program, example_text: str, old: str, new: str):
    assert old in example_text
    assert read(example_text.replace(old, new, 1).encode(), "x").hash != example.hash


def test_a_program_cannot_be_changed(program: Program):
    with pytest.raises(ValidationError):
        program.vendor = "Somebody else"  # type: ignore[misc]


def test_items_come_each_followed_by_its_parts(example: Program):
    assert [item.id for item in example.items()] == [
        "sponsor",
        "skills",
        "engineers",
        "planning",
        "revenue-goal",
        "deal-registration",
    ]


def test_a_tier_is_found_by_its_id(example: Program):
    assert example.tier("full").title == "Full Partner"
    with pytest.raises(KeyError):
        example.tier("platinum")


def test_texts_answer_to_their_language(example: Program):
    assert (example.name["pl"], example.name["en"]) == ("Program Przykładowy", "Example Program")


def test_a_file_that_is_not_there_is_answered_with_one_line(tmp_path: Path):
    file = tmp_path / "program.yml"
    assert complaint(load, file) == f"{file}: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format": 1, "hash": ""}']
)
def test_a_file_that_was_never_published_is_answered_with_one_line(tmp_path: Path, data: bytes):
    file = tmp_path / "program.json"
    file.write_bytes(data)
    assert complaint(load_published, file) == f"{file}: no published program: build the site again"


def test_a_published_program_of_another_format_is_refused(program: Program, tmp_path: Path):
    file = tmp_path / "program.json"
    file.write_bytes(changed(program_json(program), format=2))
    assert complaint(load_published, file) == f"{file}: format 2, not 1: build the site again"


def test_a_published_program_that_somebody_edited_is_refused(program: Program, tmp_path: Path):
    file = tmp_path / "program.json"
    content = json.loads(program_json(program))["program"] | {"vendor": "Somebody else"}
    file.write_bytes(changed(program_json(program), program=content))
    assert complaint(load_published, file) == f"{file}: does not match its hash: build the site again"


def test_a_published_program_that_makes_no_sense_is_refused(program: Program, tmp_path: Path):
    file = tmp_path / "program.json"
    content = json.loads(program_json(program))["program"]
    content["tiers"] = content["tiers"][:1]
    file.write_bytes(changed(program_json(program), program=content))
    assert f"{file}: there is no tier `gold`: write one of `silver`" in complaint(load_published, file)
