"""What MkDocs complains about is told with file and line, in words that say what to do."""

from pathlib import Path

import pytest

from publishing import build
from publishing.mkdocs_mistakes import mistakes
from tests.publishing.conftest import edit


def told(project: Path) -> list[str]:
    """The lines of a build that fails."""
    with pytest.raises(build.BuildFailed) as caught:
        build.build(project, compressed=False)
    return str(caught.value).splitlines()


def test_every_mistake_in_links_at_once(project: Path) -> None:
    page = project / "docs/en/faq.md"
    line = page.read_text().count("\n") + 1
    links = ["[a](nope.md)", "[b](requirements.md#nope)", "[c](/nope/)", "![d](nope.png)"]
    page.write_text(page.read_text() + "\n\n".join(links) + "\n")
    lines = told(project)
    assert (
        f"docs/en/faq.md:{line}: the link nope.md leads nowhere: write the file's name, such as tiers.md"
        in lines
    )
    assert (
        f"docs/en/faq.md:{line + 6}: the link nope.png is no picture that is there: put the file beside the "
        "page and write its name" in lines
    )
    for number, words in (
        (line + 2, "the link requirements.md#nope leads to no place"),
        (line + 4, "the link /nope/ begins with /"),
    ):
        assert any(one.startswith(f"docs/en/faq.md:{number}: {words}") for one in lines)
    assert not [one for one in lines if "WARNING" in one or "Aborted" in one]


def test_a_wrong_block_is_one_line(project: Path) -> None:
    page = project / "docs/pl/faq.md"
    line = page.read_text().count("\n") + 2
    page.write_text(page.read_text() + "\n{{ comparision }}\n")
    (only,) = told(project)
    assert only.startswith(f"docs/pl/faq.md:{line}: {{{{ comparision }}}}: there is no block or phrase")


def test_a_configuration_that_cannot_be_read(project: Path) -> None:
    edit(project / "mkdocs.yml", "plugins:", "plugins: [")
    (only,) = told(project)
    assert only.startswith("mkdocs.yml:")
    assert "the bracket opened here is not closed" in only


def test_a_broken_template_is_one_line_not_a_traceback(project: Path) -> None:
    template = project / "theme/main.html"
    line = template.read_text().count("\n") + 1
    template.write_text(template.read_text() + "{% if %}\n")
    (only,) = told(project)
    assert only.startswith(f"theme/main.html:{line}: ")
    assert "TemplateSyntaxError" in only


def test_what_is_not_known_is_passed_on(tmp_path: Path) -> None:
    outputs = [
        ("pl", "INFO    -  Building\nERROR   -  Something new\n"),
        ("en", "ERROR   -  Something new\n"),
    ]
    assert mistakes(outputs, tmp_path) == ["Something new"]
    assert mistakes([("pl", "INFO    -  Building\n")], tmp_path) == ["MkDocs failed and said nothing"]
