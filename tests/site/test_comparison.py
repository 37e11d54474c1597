"""The comparison: a real table that says everything the program says, for as many tiers as there are."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from partner_program import Program, block_html
from partner_program.model import LANGUAGES, Language
from tests.site.seed_table import ENGLISH_TABLE, TABLE, TIERS
from tests.site.tables import Table, tables_of


def rows(table: Table) -> dict[str, list[tuple[str, ...]]]:
    """For each section the rows of the table, without notes that span all columns."""
    return {
        group[0][0].text: [tuple(cell.text for cell in row) for row in group[1:] if len(row) > 1]
        for group in table.groups[1:]
    }


def test_every_value_of_the_program_is_on_the_published_page(site_folder: Path) -> None:
    """Cell by cell, as the vendor wrote it, benefits first."""
    for language, home, expected_table in (("pl", "", TABLE), ("en", "en", ENGLISH_TABLE)):
        table = tables_of((site_folder / home / "tiers" / "index.html").read_text())[0]
        published = rows(table)
        assert [cell.text for cell in table.groups[0][0]][1:] == list(TIERS)
        assert list(published) == list(expected_table)
        for section, expected in expected_table.items():
            unit = {"pl": r" minimum w roku$", "en": r" minimum a year$"}[language]
            found = [(re.sub(unit, "", name), *values) for name, *values in published[section]]
            assert found == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_say_what_they_head(language: Language, program: Program) -> None:
    """A caption, a header for each tier, a header for each section and each row."""
    (table,) = tables_of(block_html.comparison(program, language))
    assert table.caption
    head, *groups = table.groups
    assert [cell.attributes["scope"] for cell in head[0]] == ["col"] * (len(program.tiers) + 1)
    assert len(groups) == len(program.benefits) + len(program.sections)
    for group in groups:
        assert group[0][0].attributes["scope"] == "rowgroup"
        for row in group[1:]:
            if len(row) > 1:
                assert [cell.tag for cell in row] == ["th", *["td"] * len(program.tiers)]
                assert row[0].attributes["scope"] == "row"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stays_a_table_when_it_is_laid_out_otherwise(language: Language, program: Program) -> None:
    """Each element says its role, so that CSS cannot take it away."""
    html = block_html.comparison(program, language)
    for tag in re.findall(r"<(?:table|thead|tbody|tr|th|td)\b[^>]*>", html):
        assert "role=" in tag


def test_a_tick_says_which_kind_it_is(program: Program) -> None:
    html = block_html.comparison(program, "en")
    ticks = re.findall(r'aria-hidden="true">✓</span> <span class="([\w-]+)">(\w+)<', html)
    assert set(ticks) == {
        ("visually-hidden", "yes"),
        ("visually-hidden", "required"),
        ("tick-word", "recommended"),
    }
    assert len(ticks) == html.count("✓")


def test_cells_are_apart_in_plain_text(program: Program) -> None:
    """Who strips the tags, as a search engine does: `Silver` and `Gold` must not become one word."""
    text = re.sub(r"<[^>]+>", "", block_html.comparison(program, "pl"))
    assert "Silver Partner\nGold Partner" in text


def test_what_is_published_beside_a_row_stands_right_after_it(program: Program) -> None:
    (table,) = tables_of(block_html.section(program, "sales", "en"))
    notes = [
        (before[0].text, row[0].text)
        for group in table.groups[1:]
        for before, row in pairwise(group)
        if len(row) == 1
    ]
    assert [name for name, _ in notes] == ["Revenue requirements"]
    assert "both in the sell-with model" in notes[0][1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_tier_is_an_edit_of_the_program_alone(language: Language, with_platinum: Program) -> None:
    (table,) = tables_of(block_html.comparison(with_platinum, language))
    assert [cell.text for cell in table.groups[0][0]][1:] == [*TIERS, "Platinum Partner"]
    assert all(len(row) in (1, 4) for group in table.groups for row in group)
    for render in (block_html.tiers, block_html.requirements):
        assert "Platinum" in render(with_platinum, language)
    assert block_html.tier_requirements(with_platinum, "platinum", language)


def test_unknown_ids_raise(program: Program) -> None:
    with pytest.raises(KeyError):
        block_html.section(program, "nothing", "pl")
    with pytest.raises(KeyError):
        block_html.tier_requirements(program, "bronze", "pl")
