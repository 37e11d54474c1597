"""Blocks and phrases: what a page becomes, and what is said about a mistake in one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.exceptions import BuildError

from tests import ROOT
from tests.site.greetings import Greetings

PAGES = sorted(Path(__file__).with_name("pages").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_becomes_the_html_beside_it(page: Path, rendered: Callable[..., str]) -> None:
    """Blocks and phrases are replaced, values stay text, code is left alone."""
    assert rendered(page.read_text()) + "\n" == page.with_suffix(".html").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ gret }}", 'page:1: {{ gret }}: there is no block or phrase "gret" (did you mean "greet"?); '),
        ("Hello {{ wo }}!", 'page:1: {{ wo }}: there is no block or phrase "wo" (did you mean "who"?); '),
        ("{{ xyzzy }}", "blocks: chapter, greet; phrases: who"),
        ("\n\nHello {{ greet }}!", 'page:3: {{ greet }}: the block "greet" stands alone on its line'),
        ("{{ }}", "page:1: {{ }}: a name is missing between the braces"),
        ("{{ greet mon }}", 'not "mon". did you mean "moon"? It is one of: world, moon'),
        ("{{ greet a b }}", 'one word follows "greet", not "a b". It is one of: world, moon'),
        ("{{ chapter 7 }}", 'page:1: {{ chapter 7 }}: nothing follows "chapter"'),
    ],
)
def test_mistake_is_one_line_with_the_place_and_what_exists(
    text: str, told: str, rendered: Callable[..., str]
) -> None:
    with pytest.raises(BuildError) as error:
        rendered(text)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_all_mistakes_of_a_page_come_at_once_in_order(rendered: Callable[..., str]) -> None:
    """The same text twice is two mistakes; one in a code sample is none."""
    text = "{{ b }}\n\n```\n{{ b }}\n```\n\nx {{ a }}\n\n{{ b }}\n"
    with pytest.raises(BuildError) as error:
        rendered(text)
    assert [line.split(" }}")[0] for line in str(error.value).splitlines()] == [
        "page:1: {{ b",
        "page:7: {{ a",
        "page:9: {{ b",
    ]


def test_page_after_a_mistake_starts_afresh() -> None:
    """One Markdown instance can render many pages."""
    md = Markdown(extensions=[Greetings()])
    with pytest.raises(BuildError):
        md.convert("{{ nothing }}")
    assert "greeting" in md.reset().convert("{{ greet }}")


def test_extensions_share_the_names(
    rendered: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt name is answered with the names of all extensions on the page."""
    monkeypatch.chdir(ROOT)
    with pytest.raises(BuildError) as error:
        rendered("{{ compare }}", Greetings(), "partner_program.markdown", "forms_service.markdown")
    for name in ("comparison", "greet", "form", "who", "decision-time"):
        assert name in str(error.value)


def test_mistake_in_the_program_is_a_mistake_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the program file and its line, and comes without a traceback."""
    (tmp_path / "docs").mkdir()
    text = (ROOT / "docs" / "program.yml").read_text().replace("vendor: Future Processing", "vendor: 7")
    (tmp_path / "docs" / "program.yml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildError, match=r"docs/program\.yml:\d+: "):
        Markdown(extensions=["partner_program.markdown"]).convert("{{ comparison }}")
