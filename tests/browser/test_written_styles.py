"""What editors can write with the styles of their guide, as a visitor meets it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from publishing import build
from tests.browser.conftest import Visitor
from tests.conftest import Service
from tests.guide.recipes import with_styles
from tests.publishing.conftest import NEEDED, copied

STYLES = (".columns", ".cards", "blockquote", "figure", ".numbers", ".people", ".steps")


@pytest.mark.parametrize("scripts", [True, False])
def test_every_style_on_any_device(
    scripts: bool,
    tmp_path: Path,
    visit: Callable[..., Visitor],
    start_service: Callable[..., Service],
) -> None:
    """axe is content, nothing scrolls sideways, no policy is broken; lists stand beside each other."""
    root = copied(NEEDED, tmp_path / "project")
    with_styles(root)
    site, _ = build.build(root, compressed=False)
    service = start_service(SITE_DIR=str(site))
    for width in (320, 390, 1280):
        visitor = visit(service.url, viewport={"width": width, "height": 800}, scripts=scripts)
        for home in ("", "/en"):
            page = visitor.goes_to(f"{home}/styles/")
            for style in STYLES:
                expect(page.locator(f"article {style}").first).to_be_visible()
            first, second = (page.locator(".columns li").nth(number).bounding_box() for number in (0, 1))
            assert first is not None
            assert second is not None
            assert (first["y"] == second["y"]) == (width == 1280)
            visitor.finds_no_barrier()
