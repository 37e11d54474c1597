"""The feed of the program's versions: valid Atom (RFC 4287), the words of the page, nobody in it."""

import re
from datetime import date, datetime
from xml.etree.ElementTree import Element, fromstring

import pytest

from partner_program import Program
from partner_program.block_html import what_changed
from partner_program.changes_feed import ATOM, changes_feed
from partner_program.model import LANGUAGES, Language
from partner_program.versions import ProgramVersion

HOME, PAGE = "https://partners.example.com/", "https://partners.example.com/news/"
ATOM_ENTRY = {"id", "title", "updated", "link", "content"}


@pytest.fixture
def versions(program: Program) -> list[ProgramVersion]:
    """A number changes, then the contact and a name with marks of HTML."""
    content = program.model_dump(mode="json")
    content["attestation"]["opens_days_before"] = 45
    second = Program.model_validate(content, strict=False)
    content["contact"] = {"name": "Somebody Else", "email": "else@example.com", "website": "www.example.com"}
    content["vendor"] = "R&D <Vendor>"
    third = Program.model_validate(content, strict=False)
    days = date(2026, 7, 1), date(2027, 1, 15), date(2027, 1, 15)
    return [ProgramVersion(day, one) for day, one in zip(days, (program, second, third), strict=True)]


def texts(element: Element, name: str) -> list[str]:
    return [each.text or "" for each in element.findall(f"{{{ATOM}}}{name}")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_an_atom_feed(language: Language, versions: list[ProgramVersion]) -> None:
    """What RFC 4287 asks for (4.1.1, 4.1.2): one id, title and date each, an author, links, no id twice."""
    feed = fromstring(changes_feed(versions[-1].program, versions, language, HOME, PAGE))
    assert feed.tag == f"{{{ATOM}}}feed"
    assert [len(texts(feed, name)) for name in ("id", "title", "updated", "author")] == [1, 1, 1, 1]
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{{{ATOM}}}link")}
    assert links == {"self": f"{HOME}changes/feed.xml", "alternate": PAGE}
    entries = feed.findall(f"{{{ATOM}}}entry")
    assert [{part.tag.partition("}")[2] for part in entry} for entry in entries] == [ATOM_ENTRY] * 3
    ids = [*texts(feed, "id"), *(one for entry in entries for one in texts(entry, "id"))]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    moments = [datetime.fromisoformat(one) for entry in entries for one in texts(entry, "updated")]
    assert [moment.isoformat() for moment in moments] == [
        "2027-01-15T00:00:00+01:00",
        "2027-01-15T00:00:00+01:00",
        "2026-07-01T00:00:00+02:00",
    ]
    assert texts(feed, "updated") == texts(entries[0], "updated")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_page_says_and_names_nobody(
    language: Language, versions: list[ProgramVersion]
) -> None:
    """Newest first, each leading to its place on the page; an unrecorded version is not in it."""
    feed = fromstring(changes_feed(versions[-1].program, versions, language, HOME, PAGE))
    entries = feed.findall(f"{{{ATOM}}}entry")
    page = what_changed(versions[-1].program, versions, language)
    anchors = re.findall(r'<h2 id="([^"]+)"', page)
    assert [e.find(f"{{{ATOM}}}link").get("href") for e in entries] == [f"{PAGE}#{one}" for one in anchors]  # type: ignore[union-attr]
    said = re.findall(r"<(?:li|p)>.*?</(?:li|p)>", page)
    assert (
        re.findall(r"<(?:li|p)>.*?</(?:li|p)>", "".join(t for e in entries for t in texts(e, "content")))
        == said
    )
    everything = "".join(feed.itertext())
    for version in versions:
        assert version.program.contact.name not in everything
        assert version.program.contact.email not in everything


def test_ids_stay_when_versions_follow(versions: list[ProgramVersion]) -> None:
    """Wherever the site moves; else readers show old entries as new."""
    one = fromstring(changes_feed(versions[0].program, versions[:1], "en", HOME, PAGE))
    all_of = fromstring(changes_feed(versions[-1].program, versions, "en", "https://x.example/", PAGE))
    entries = [each.findall(f"{{{ATOM}}}entry")[-1] for each in (one, all_of)]
    assert texts(one, "id") == texts(all_of, "id")
    assert texts(entries[0], "id") == texts(entries[1], "id")


def test_an_unrecorded_version_is_not_in_it(versions: list[ProgramVersion], program: Program) -> None:
    feed = fromstring(changes_feed(versions[-1].program, versions[:2], "en", HOME, PAGE))
    assert len(feed.findall(f"{{{ATOM}}}entry")) == 2
