"""Data files of a built site: the program, the days of its versions, the feed of its changes."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

from partner_program import Program, versions
from partner_program.changes_feed import FEED, changes_feed
from partner_program.json_export import program_json, program_json_schema
from partner_program.model import Language
from publishing.staging import address

LOCAL = "http://127.0.0.1:8000"
"""The origin of a site whose address nobody said; `mkdocs.yml` has the same."""


def write(
    root: Path, built: Path, program: Program, changes_pages: Mapping[Language, str], origin: str
) -> None:
    """Write them for the program of `root`. Raises ProgramError where a recorded version is none.

    `changes_pages`: the address of the page of changes, for each language that has one; `origin`: of the
    site, empty where nobody said it.
    """
    recorded = versions.read(root / "docs" / versions.FOLDER)
    days = {version.program.hash: version.day.isoformat() for version in recorded}
    (built / "program.json").write_bytes(program_json(program))
    (built / "program.schema.json").write_bytes(program_json_schema())
    (built / versions.DAYS).write_text(json.dumps(days))
    for language, page in changes_pages.items() if recorded else ():
        first = address("index.md", language)
        home = urljoin(origin or LOCAL, first)
        feed = built / first.strip("/") / FEED
        feed.parent.mkdir(parents=True, exist_ok=True)
        feed.write_bytes(changes_feed(program, recorded, language, home, urljoin(home, page)))
