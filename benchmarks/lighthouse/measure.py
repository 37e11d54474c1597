"""Lighthouse (mobile) on every page in both languages, on the real service: `make lighthouse`.

Lighthouse comes from npm into `.cache/`; Chromium is the system's. Exit 1 if a page is below the goal.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from publishing.build import ROOT, TRIAL, build
from tests.conftest import Service

LIGHTHOUSE = "lighthouse@13.5.0"
ATTEMPTS = 3
GOALS = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"


def main() -> int:
    """Print the four scores of each page."""
    tool = _installed()
    site, _ = build(site=TRIAL)
    below = False
    with tempfile.TemporaryDirectory() as data:
        service = Service.start(site, Path(data))
        try:
            for path in _pages():
                scores = _scores(tool, service.url + path)
                below |= any(scores[name] < goal for name, goal in GOALS.items())
                print(
                    f"{path:24}", "  ".join(f"{name} {score}" for name, score in scores.items()), flush=True
                )
        finally:
            service.end()
    return int(below)


def _pages() -> list[str]:
    names = sorted(path.stem for path in (ROOT / "docs" / "pl").glob("*.md"))
    paths = ["/" if name == "index" else f"/{name}/" for name in names]
    return [prefix + path for prefix in ("", "/en") for path in paths]


def _installed() -> Path:
    folder = ROOT / ".cache" / "lighthouse"
    tool = folder / "node_modules" / ".bin" / "lighthouse"
    if not tool.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--no-save", "--no-package-lock", "--prefix", folder, LIGHTHOUSE],
            check=True,
        )
    return tool


def _scores(tool: Path, url: str) -> dict[str, int]:
    """Now and then the browser records nothing, and Lighthouse asks to be run again."""
    for _ in range(ATTEMPTS):
        done = _run(tool, url)
        if done.returncode == 0:
            break
    done.check_returncode()
    categories = json.loads(done.stdout)["categories"]
    return {name: round(categories[name]["score"] * 100) for name in GOALS}


def _run(tool: Path, url: str) -> "subprocess.CompletedProcess[str]":
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
    asked = ["--quiet", "--output=json", f"--only-categories={','.join(GOALS)}", f"--chrome-flags={FLAGS}"]
    return subprocess.run(
        [tool, url, *asked], env=os.environ | {"CHROME_PATH": chromium}, stdout=subprocess.PIPE, text=True
    )


if __name__ == "__main__":
    sys.exit(main())
