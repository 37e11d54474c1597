"""Built site: its files, pages with slots, Content-Security-Policy, program.

A `Release` is one finished build, read once and never changed. `Site` holds the newest good one. Knows
neither forms nor Flask: what goes into a slot is passed in as HTML.
"""

import base64
import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

from forms_service.forms import FORM_OF_KIND
from forms_service.i18n import translations
from forms_service.i18n.translations import TextBundle
from forms_service.settings import is_loopback
from partner_program import Program, ProgramError, load_published
from partner_program.model import LANGUAGES, Language
from partner_program.versions import DAYS as VERSION_DAYS

POSTED_FORMS = tuple(FORM_OF_KIND.values())
"""Slots whose form is posted to the page's own address; the slot has the form's name."""
FINDER = "tier-finder"
"""The slot with the GET form."""
STATUS = "status"
REDIRECTS = "redirects.json"
"""In a built site: where the old address of each renamed page leads."""
MESSAGE = "message"
"""The slot of the 404 page that every error page is made from."""

_SLOT = re.compile(r"<!--\s*slot:([a-z-]+)\s*-->(.*?)<!--\s*/slot:\1\s*-->", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_LANGUAGE = re.compile(r"<html\b[^>]*\blang=[\"']?([a-z]{2})")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA_BLOCK = re.compile(r"\btype=[\"']?(?!text/javascript|module)[a-z]+/[a-z+.-]+", re.IGNORECASE)
_CANONICAL = re.compile(r"<link rel=[\"']?canonical[\"']? href=[\"']?(https?://[^/\"'>\s]+)")
_HASHED_NAME = re.compile(r"[.-][0-9a-f]{8,}\.(?:min\.)?[a-z0-9]+$")

log = logging.getLogger(__name__)


class SiteError(Exception):
    """The built site cannot be used; the text is one line that says what to do."""


@dataclass(frozen=True)
class SitePage:
    """A built page with slots."""

    path: str
    """Its address: `/register-deal/`."""
    language: Language
    html: str
    slots: frozenset[str]

    @property
    def form(self) -> str | None:
        """Name of the form that is posted to this page, if it holds one."""
        return next((name for name in POSTED_FORMS if name in self.slots), None)

    @property
    def takes_posts(self) -> bool:
        """Whether the page accepts POST: its form, or the form for lost links."""
        return self.form is not None or STATUS in self.slots

    @property
    def title(self) -> str:
        """The title as it was built, as plain text."""
        found = _TITLE.search(self.html)
        return unescape(found.group(1)).strip() if found else ""

    def filled(self, slots: Mapping[str, str], *, title: str | None = None) -> str:
        """The page with other content (HTML) in some of its slots and, if given, another title (text)."""

        def content(slot: re.Match[str]) -> str:
            return slots[slot.group(1)] if slot.group(1) in slots else slot.group()

        html = _SLOT.sub(content, self.html)
        if title is not None:
            element = f"<title>{escape(title, quote=False)}</title>"
            html = _TITLE.sub(lambda _: element, html, count=1)
        return html


class Release:
    """One finished build of the site."""

    def __init__(self, folder: Path, previous: "Release | None" = None) -> None:
        """Read a build. Its predecessor goes on answering for its own hashed assets.

        Raises:
            SiteError: the folder is no site of ours, or its program cannot be read.
        """
        self.folder = folder
        self.program = _program(folder)
        self.version_days = _names(folder / VERSION_DAYS)
        """From which day each recorded version of the program stands, by its hash."""
        self.redirects = _names(folder / REDIRECTS)
        """Where the old address of each renamed page leads: `/old-name/` to `/new-name/`."""
        self.texts = _texts(folder, previous)
        """The words published with it; None for those beside the code."""
        self._files = static_files(folder)
        self._older_assets: Mapping[str, Any] = previous.hashed_assets() if previous else {}
        self.pages: dict[str, SitePage] = {}
        self._error_pages: dict[Language, SitePage] = {}
        self._read_pages()

    def misplaced(self, site_url: str) -> str:
        """Mismatch between SITE_URL and the pages' own URL, in one line; empty where none.

        Two addresses of this machine are no mistake: a port is chosen when a service starts.
        """
        same = self.address == site_url or (is_loopback(self.address) and is_loopback(site_url))
        if same or not self.address or not site_url:
            return ""
        return (
            f"the pages were built for {self.address}, the service is told that they live at {site_url}: "
            "write SITE_URL into site.env, then make publish"
        )

    def file(self, path: str) -> Any:
        """Static file for a GET of this path, with `get_response(method, environ)`; None if there is none."""
        return self._files.files.get(path) or self._older_assets.get(path)

    def hashed_assets(self) -> dict[str, Any]:
        """Assets with a content hash in their name: cached pages may ask for them after the next build."""
        return {path: file for path, file in self._files.files.items() if _HASHED_NAME.search(path)}

    def language_of(self, path: str) -> Language:
        """Language of a URL, also of one that does not exist."""
        page = self.pages.get(path)
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        return page.language if page else self._prefixes.get(first, self.default_language)

    @property
    def default_language(self) -> Language:
        """Language at the root of the site."""
        return self.program.languages[0]

    def status_page(self, language: Language) -> SitePage:
        """Status page in this language."""
        return self._status_pages[language]

    @property
    def status_pages(self) -> tuple[SitePage, ...]:
        """Status pages of all languages."""
        return tuple(self._status_pages.values())

    def error_page(self, language: Language) -> SitePage:
        """Page for errors at any URL: its links are absolute."""
        return self._error_pages.get(language) or self._error_pages[self.default_language]

    def page_with(self, form: str, language: Language) -> SitePage | None:
        """Page in this language that holds the form."""
        return next((p for p in self.pages.values() if p.language == language and p.form == form), None)

    def _read_pages(self) -> None:
        scripts: set[str] = set()
        self.address = ""
        """The origin of the pages, as they name it themselves; empty where they name none."""
        for path in sorted(self.folder.rglob("*.html")):
            html = path.read_text("utf-8")
            scripts |= _inline_scripts(html)
            if not self.address and (canonical := _CANONICAL.search(html)):
                self.address = canonical.group(1)
            if page := _page(path.relative_to(self.folder).as_posix(), html):
                if MESSAGE in page.slots:
                    self._error_pages[page.language] = page
                else:
                    self.pages[page.path] = page
        self.scripts = frozenset(scripts)
        self.policy = content_security_policy(self.scripts)
        self._prefixes: dict[str, Language] = {
            each: each for each in self.program.languages if each != self.default_language
        }
        self._status_pages = {p.language: p for p in self.pages.values() if STATUS in p.slots}
        self._check()

    def _check(self) -> None:
        for page in self.pages.values():
            if sum(name in page.slots for name in POSTED_FORMS) > 1:
                raise SiteError(f"{page.path} holds two forms; put them on pages of their own")
        for language in self.program.languages:
            if language not in self._status_pages:
                raise SiteError(f"no page of the site has {{{{ form status }}}} in {language}")
        if self.default_language not in self._error_pages:
            raise SiteError("404.html has no slot named message")


def static_files(folder: Path | None) -> WhiteNoise:
    """Files of a folder as they are served: validators by content, compressed copies, no CORS."""
    return WhiteNoise(
        None,
        root=str(folder) if folder else None,
        index_file=True,
        max_age=0,
        allow_all_origins=False,
        mimetypes={"feed.xml": "application/atom+xml"},
        immutable_file_test=lambda path, url: _HASHED_NAME.search(url),
        add_headers_function=_name_by_content,
    )


class Site:
    """The newest good release of a folder or link that is replaced while the service runs."""

    def __init__(self, site_dir: Path, site_url: str = "") -> None:
        """Read the site, whose pages should live at `site_url`, if that is said. Raises SiteError."""
        self._site_dir = site_dir
        self._site_url = site_url
        self._taking = threading.Lock()
        self.problem: str | None = None
        """Why a newer build was not taken, or what is wrong with this one, in one line; None if nothing."""
        self._seen = self._look()
        if self._seen is None:
            raise SiteError(f"{site_dir} holds no built site: run `make site`")
        translations.own_mark()  # of the code as it is now, not as it is when a build is taken
        self._release = Release(site_dir.resolve())
        translations.serve(self._release.texts)
        self.problem = self._release.misplaced(site_url) or None

    def current(self) -> Release:
        """The current release; costs two stat calls.

        The request that first meets a newer build reads it; others meanwhile get the one before. A build
        that cannot be used is logged once and not taken.
        """
        seen = self._look()
        if seen != self._seen and seen is not None and self._taking.acquire(blocking=False):
            try:
                self._take(seen)
            finally:
                self._taking.release()
        return self._release

    def _look(self) -> tuple[object, ...] | None:
        """What changes whenever a build is swapped in, or made in place; None while there is no build."""
        try:
            folder, program = os.stat(self._site_dir), os.stat(self._site_dir / "program.json")  # noqa: PTH116
        except OSError:
            return None
        return folder.st_dev, folder.st_ino, program.st_ino, program.st_mtime_ns, program.st_size

    def _take(self, seen: tuple[object, ...]) -> None:
        try:
            release = Release(self._site_dir.resolve(), previous=self._release)
            misplaced = release.misplaced(self._site_url)
            if misplaced and not self._release.misplaced(self._site_url):
                raise SiteError(misplaced)
            self._release, self.problem = release, misplaced or None
            translations.serve(release.texts)
            log.info("a newer site is served", extra={"build": self._release.folder.name})
        except (SiteError, OSError, UnicodeError) as error:
            self.problem = str(error) if isinstance(error, SiteError) else type(error).__name__
            log.error("the newer site was not taken", extra={"problem": self.problem})
        self._seen = seen


def content_security_policy(inline_scripts: frozenset[str], forms_origin: str = "") -> str:
    """Content-Security-Policy of every response: own host, and hashes of built inline scripts.

    Pages that live apart from the service send their forms to `forms_origin`.
    """
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *sorted(inline_scripts))),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {forms_origin}".rstrip(),
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _inline_scripts(html: str) -> set[str]:
    """The CSP source of each script that stands in the page itself; blocks of data are no scripts."""
    codes = (
        code
        for attributes, code in _SCRIPT.findall(html)
        if "src=" not in attributes.lower() and not _DATA_BLOCK.search(attributes)
    )
    digests = (hashlib.sha256(code.encode()).digest() for code in codes)
    return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}


def _page(relative: str, html: str) -> SitePage | None:
    slots = frozenset(name for name, _ in _SLOT.findall(html))
    language = _LANGUAGE.search(html)
    if not slots or language is None or language.group(1) not in LANGUAGES:
        return None
    named: dict[str, Language] = {each: each for each in LANGUAGES}
    return SitePage(f"/{relative}".removesuffix("index.html"), named[language.group(1)], html, slots)


def _program(folder: Path) -> Program:
    try:
        return load_published(folder / "program.json")
    except (ProgramError, OSError) as error:
        raise SiteError(f"{folder}: {str(error).splitlines()[0]}: run `make site`") from error


def _names(file: Path) -> Mapping[str, str]:
    """What stands in a file of the build, by name; nothing where there is no file."""
    try:
        names: dict[str, str] = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise SiteError(f"{file} cannot be read: run `make site`") from error
    return names


def _texts(folder: Path, previous: Release | None) -> TextBundle | None:
    """The texts published beside a build; those before where they are the same, or belong to other code."""
    before = previous.texts if previous else None
    packed = folder.with_suffix(translations.ENDING)
    try:
        content = packed.read_bytes()
    except FileNotFoundError:
        return before
    try:
        found = translations.unpack(content, before)
    except translations.BrokenTexts as error:
        raise SiteError(f"{packed.name}: {error}: run `make site`") from error
    if found is None and previous:
        log.warning("the texts published belong to other code; they are taken after a restart")
    return found or before


def _name_by_content(headers: Any, path: str, url: str) -> None:
    """An ETag of the content: a build is never taken for another one of the same second and size."""
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    headers["ETag"] = f'W/"{digest[:24]}"'
