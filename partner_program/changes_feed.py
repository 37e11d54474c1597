"""Feed of the program's versions (Atom, RFC 4287): what changed, newest first. Pure.

Recorded versions only, and no person in it: the vendor is the author.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, time
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zoneinfo import ZoneInfo

from markupsafe import Markup

from partner_program.change_words import CHANGE_WORDS
from partner_program.changes import Change, differences
from partner_program.model import Language, Program
from partner_program.phrases import long_date
from partner_program.versions import ProgramVersion

ATOM = "http://www.w3.org/2005/Atom"
FEED = "changes/feed.xml"
"""Where it lies, below the first page of a language."""


def changes_feed(
    program: Program, versions: Sequence[ProgramVersion], language: Language, home: str, page: str
) -> bytes:
    """The feed as XML. `versions`: at least one, oldest first; `home`: the whole address of the language's
    first page; `page`: that of the page on which the versions stand."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(feed, "id", _urn(f"feed {language} {versions[0].program.hash}"))
    _add(feed, "title", program.name[language])
    _add(feed, "updated", _moment(versions[-1], program))
    _add(SubElement(feed, "author"), "name", program.vendor)
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{home}{FEED}"})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "hreflang": language, "href": page})
    changes = [(), *(differences(old.program, new.program) for old, new in pairwise(versions))]
    for number in range(len(versions), 0, -1):
        version = versions[number - 1]
        entry = SubElement(feed, "entry")
        _add(entry, "id", _urn(f"version {language} {number} {version.day} {version.program.hash}"))
        _add(entry, "title", f"{program.name[language]}: {long_date(version.day, language)}")
        _add(entry, "updated", _moment(version, program))
        link = {
            "rel": "alternate",
            "type": "text/html",
            "hreflang": language,
            "href": f"{page}#changes-{number}",
        }
        SubElement(entry, "link", link)
        _add(entry, "content", _html(changes[number - 1], language), type="html")
    indent(feed)
    return b'<?xml version="1.0" encoding="utf-8"?>\n%s\n' % tostring(feed, encoding="unicode").encode()


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = text


def _urn(name: str) -> str:
    """An id that stays, wherever the site moves."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"partner-program {name}").urn


def _moment(version: ProgramVersion, program: Program) -> str:
    """The beginning of its day (RFC 3339)."""
    zone = ZoneInfo(program.deal_registration.time_zone)
    return datetime.combine(version.day, time(), zone).isoformat()


def _html(changes: Sequence[Change], language: Language) -> str:
    # No Markup is handed on: ElementTree would escape it twice.
    if not changes:
        return str(Markup("<p>{}</p>").format(CHANGE_WORDS[language].first_version))
    items = Markup().join(Markup("<li>{}.</li>").format(change.text[language]) for change in changes)
    return str(Markup("<ul>{}</ul>").format(items))
