"""A small built site: what the service needs of one, without a site builder."""

import hashlib
from pathlib import Path

from forms_service import forms
from forms_service.forms import build, render
from partner_program import Program
from partner_program.json_export import program_json
from partner_program.model import Language

TITLES: dict[str, dict[Language, str]] = {
    "": {"pl": "Kanał Partnerski", "en": "Partner Channel"},
    "tiers": {"pl": "Poziomy", "en": "Tiers"},
    "apply": {"pl": "Zgłoś firmę", "en": "Apply"},
    "register-deal": {"pl": "Zarejestruj szansę sprzedażową", "en": "Register a deal"},
    "status": {"pl": "Status zgłoszenia", "en": "Status"},
    "404": {"pl": "Nie ma takiej strony", "en": "No such page"},
}

SLOTS = {"tiers": "tier-finder", "apply": "application", "register-deal": "deal-registration"}

INLINE_SCRIPT = "document.documentElement.classList.add('js')"


def make_site(folder: Path, program: Program, *, mark: str = "first") -> Path:
    """Write a site into `folder`. `mark` stands on every page and in the name and content of the asset."""
    asset = f"main.{hashlib.sha256(mark.encode()).hexdigest()[:8]}.css"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / asset).write_text(f"/* {mark} */")
    (folder / "program.json").write_bytes(program_json(program))
    for language in program.languages:
        root = folder if language == program.languages[0] else folder / language
        root.mkdir(exist_ok=True)
        for name, titles in TITLES.items():
            page = root / "404.html" if name == "404" else root / name / "index.html"
            page.parent.mkdir(exist_ok=True)
            page.write_text(_html(name, titles[language], language, program, asset, mark), "utf-8")
    return folder


def _html(name: str, title: str, language: Language, program: Program, asset: str, mark: str) -> str:
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title} – R&amp;D</title>
<link rel="stylesheet" href="/assets/{asset}">
<script>{INLINE_SCRIPT}</script>
<script id="__config" type="application/json">{{"base": ".."}}</script>
</head>
<body><main>
<h1>{title}</h1>
<p>{mark}</p>
{_content(name, program, language)}
</main></body>
</html>
"""


def _content(name: str, program: Program, language: Language) -> str:
    if name in SLOTS:
        assert SLOTS[name] in forms.NAMES
        inside = str(render(build(SLOTS[name], program, language)))
        return f"<!-- slot:{SLOTS[name]} -->{inside}<!-- /slot:{SLOTS[name]} -->"
    if name == "status":
        switch = '<a href="/en/status/">English</a> <a href="/status/">Polski</a>'
        return f"{switch}<!-- slot:status --><p>lost?</p><!-- /slot:status -->"
    if name == "404":
        return "<!-- slot:message --><p>built missing page</p><!-- /slot:message -->"
    return "<p>welcome</p>"
