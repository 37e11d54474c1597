"""The pictures of the guide for editors: what each of its styles becomes. Run after a change of the look:

$ python -m tests.guide.pictures
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

from publishing import build
from tests import ROOT
from tests.browser.conftest import QUIET
from tests.guide.recipes import with_styles
from tests.publishing.conftest import NEEDED, copied

STYLES = {
    "columns": ".columns",
    "cards": ".cards",
    "quotation": "blockquote",
    "figure": "figure",
    "numbers": ".numbers",
    "people": ".people",
    "steps": ".steps",
}
WIDTH = 900


def main() -> None:
    """Draw them all."""
    with tempfile.TemporaryDirectory() as scratch:
        root = copied(NEEDED, Path(scratch) / "project")
        with_styles(root)
        site, _ = build.build(root, compressed=False)
        with serving(site) as address, sync_playwright() as playwright:
            executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
            page = browser.new_page(viewport={"width": WIDTH, "height": 800})
            for language, home in (("pl", ""), ("en", "en/")):
                page.goto(f"{address}/{home}styles/")
                for name, selector in STYLES.items():
                    picture = ROOT / "guide" / "pictures" / f"{name}.{language}.png"
                    page.locator(f"article {selector}").first.screenshot(path=picture)
            browser.close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of these files."""
    handler = partial(_Silent, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    main()
