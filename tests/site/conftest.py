"""What the tests of the site share: the program, pages rendered from Markdown, and a reader of tables."""

from collections.abc import Callable
from typing import Any

import pytest
from markdown import Markdown
from markdown.extensions import Extension

from partner_program import Program, load
from tests import ROOT
from tests.site.greetings import Greetings


@pytest.fixture(scope="session")
def with_platinum(program: Program) -> Program:
    """The program after an editor added a third tier: one entry, and a value for it everywhere."""
    content = program.model_dump(mode="json")
    summary = {"pl": "Dla firm, które chcą więcej.", "en": "For companies that want more."}
    content["tiers"].append(
        {"id": "platinum", "name": "Platinum", "title": "Platinum Partner", "summary": summary}
    )
    for section in content["sections"]:
        for requirement in section["requirements"]:
            for item in (requirement, *requirement["parts"]):
                item["tiers"]["platinum"] = dict(item["tiers"]["gold"])
    for group in content["benefits"]:
        for benefit in group["benefits"]:
            benefit["tiers"]["platinum"] = dict(benefit["tiers"]["gold"])
    return changed(content)


@pytest.fixture(scope="session")
def example() -> Program:
    """The small program that uses every kind of value."""
    return load(ROOT / "tests" / "partner_program" / "example.yml")


def changed(content: dict[str, Any]) -> Program:
    """A program with this content."""
    return Program.model_validate(content, strict=False)


@pytest.fixture
def rendered() -> Callable[..., str]:
    """Render a page with the extensions of the site and the one above."""

    def render(text: str, *extensions: str | Extension) -> str:
        base = ["fenced_code", "tables", "toc", "attr_list", "md_in_html", *(extensions or (Greetings(),))]
        return Markdown(extensions=base).convert(text)

    return render
