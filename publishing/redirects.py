"""Redirects: a page at each old address that leads on, and the list of them for the service."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from forms_service.web.site import REDIRECTS
from partner_program.model import LANGUAGES

_WORDS = {"pl": ("Ta strona ma nowy adres", "Przejdź do niej"), "en": ("This page has moved", "Go there")}


def write(built: Path, redirects: Mapping[str, str]) -> None:
    """Write both into a built site. `redirects`: where each old address leads.

    The service answers with 301; the page is for whoever serves the site without it.
    """
    (built / REDIRECTS).write_text(json.dumps(redirects, indent=1, sort_keys=True) + "\n")
    for old, new in redirects.items():
        page = built / old.strip("/") / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_page(new), "utf-8")


def _page(new: str) -> str:
    language = next((one for one in LANGUAGES[1:] if new.startswith(f"/{one}/")), LANGUAGES[0])
    title, go = _WORDS[language]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{title}</title>\n<meta name="robots" content="noindex">\n'
        f'<meta http-equiv="refresh" content="0; url={escape(new)}">\n'
        f'</head>\n<body>\n<h1>{title}</h1>\n<p><a href="{escape(new)}">{go}</a></p>\n</body>\n</html>\n'
    )
