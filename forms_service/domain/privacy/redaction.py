"""Redaction: find a person in any document, and remove them from it. Pure.

A person is found by their e-mail address alone. A group of keys that holds it (a contact, a sponsor, somebody
qualified) is theirs, with the name and the phone in it; in the same document that name and that phone are
theirs wherever they stand.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from forms_service.domain.companies.web_domains import canonical_address
from forms_service.domain.partners.partner import Partner, parse_partner
from forms_service.domain.privacy import mentions
from forms_service.domain.submissions import search_terms, sender_identity
from forms_service.domain.submissions.action_results import Refused
from forms_service.domain.submissions.actions import Actor, apply
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.submission import ApplicationAnswers, Question, Submission, parse
from forms_service.domain.submissions.workflow import OPEN, Action, Role, State, SubmissionKind

GONE = "…"
"""What stands in a text in the place of a name, an address or a phone."""

Keys = frozenset[str]

_NONE: Keys = frozenset()
_ABOUT_A_PERSON: Keys = frozenset({"name", "email", "phone", "role", "title", "position"})


@dataclass(frozen=True)
class DataSubject:
    """Data subject: a person as a document names them."""

    email: str
    """As `domains.canonical_address` has it."""
    names: frozenset[str] = frozenset()
    """Only full names: a first name alone may be anybody's."""
    phones: frozenset[str] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether the text names them."""
        return next(self._places(text), None) is not None

    def away_from(self, text: str) -> str:
        """The text without them."""
        kept, at = [], 0
        for start, end in sorted(self._places(text)):
            kept += [text[at:start], GONE] if start >= at else []
            at = max(at, end)
        return "".join((*kept, text[at:]))

    def _places(self, text: str) -> Iterator[mentions.Span]:
        for start, end, address in mentions.mentions(text):
            if address == self.email:
                yield start, end
        yield from mentions.found(self._pattern, text)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = [name for name in self.names if " " in mentions.words_of(name)]
        pairs = [name.split() for name in names if len(name.split()) == 2]
        turned = (f"{last} {first}" for first, last in pairs)
        return mentions.pattern((*names, *turned), self.phones)


def addresses(document: Any, leave: Keys = _NONE) -> set[str]:
    """E-mail addresses that a document may name, but for the keys in `leave`."""
    return {mention.address for text in _texts(document, leave) for mention in mentions.mentions(text)}


def person_in(document: Any, email: str, leave: Keys = _NONE) -> DataSubject | None:
    """The data subject with this address in a document; None where it does not name it."""
    email = canonical_address(email)
    if email not in addresses(document, leave):
        return None
    groups = rows_of(document, email)
    return DataSubject(
        email,
        frozenset(_said(groups, "name", lambda name: len(name.split()) > 1)),
        frozenset(_said(groups, "phone", mentions.is_phone)),
    )


Group = dict[str, Any]
"""Keys and values that belong together, anywhere in a document."""


def rows_of(document: Any, email: str) -> list[Group]:
    """Groups of keys that belong to the person."""
    return [dict(group) for group in _groups(document) if _is_theirs(group, canonical_address(email))]


def without(document: Any, person: DataSubject, leave: Keys = _NONE) -> Any:
    """The document without the person: their groups blank, their name removed from all texts.

    What stands under the keys in `leave` is left as it is.
    """
    if isinstance(document, dict):
        blank = _ABOUT_A_PERSON if _is_theirs(document, person.email) else _NONE
        return {key: _cleared(key, value, person, leave, blank) for key, value in document.items()}
    if isinstance(document, list):
        return [without(each, person, leave) for each in document]
    if isinstance(document, str):
        return "" if canonical_address(document) == person.email else person.away_from(document)
    return document


def _cleared(key: str, value: Any, person: DataSubject, leave: Keys, blank: Keys) -> Any:
    if key in leave:
        return value
    return "" if key in blank and isinstance(value, str) else without(value, person, leave)


def _is_theirs(group: Mapping[str, Any], email: str) -> bool:
    """Whether this is the group of keys of one person, and that person's."""
    address = group.get("email")
    return isinstance(address, str) and canonical_address(address) == email


def _groups(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every group of keys in a document."""
    if isinstance(document, dict):
        yield document
    inner = document.values() if isinstance(document, dict) else document
    for each in inner if isinstance(document, dict | list) else ():
        yield from _groups(each)


def _said(groups: list[Group], key: str, counts: Callable[[str], bool]) -> Iterator[str]:
    for group in groups:
        value = group.get(key)
        if isinstance(value, str) and counts(value.strip()):
            yield value.strip()


def _texts(document: Any, leave: Keys) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            if key not in leave:
                yield from _texts(value, leave)
    elif isinstance(document, list):
        for each in document:
            yield from _texts(each, leave)


_IN_FORCE = frozenset({State.APPROVED, State.WON, State.PRE_ACCEPTED})
_SENDER = Actor(Role.SENDER)
NAMES_NOBODY_OUTSIDE = frozenset(
    {"id", "kind", "state", "lang", "version", "history", "owner", "by", "token_hashes", "program"}
)
"""Keys of a record, and of what it holds, that name staff, or nobody."""
_TYPED_IN_A_DECISION = ("text", "words", "despite_conflict", "reporter")
"""Also in what was reported of a deal."""


def is_sender(record: Submission, person: DataSubject) -> bool:
    """Whether the person sent the submission."""
    return bool(record.get("said")) and canonical_address(sender_of(record)) == person.email


def loses_all(record: Submission, person: DataSubject, *, everything: bool) -> bool:
    """Whether only bare facts stay. `everything`: also of what is in force, where they are the company."""
    return is_sender(record, person) and (everything or record["state"] not in _IN_FORCE)


def stripped(
    record: Submission, person: DataSubject, *, everything: bool, by: str, at: datetime
) -> Submission:
    """The submission without the person. An open one of theirs is withdrawn before."""
    after = record.copy()
    if is_sender(record, person) and record["state"] in OPEN:
        after = _after(after, Action.WITHDRAW, _SENDER, at)
    after = _after(after, Action.ERASE, Actor(Role.SYSTEM, by), at)
    if loses_all(record, person, everything=everything):
        return _bare(after)
    after = parse(without(after, person, NAMES_NOBODY_OUTSIDE))
    if after["kind"] == SubmissionKind.APPLICATION:
        after["said"] = _without_blank_contacts(after["said"])
    return _found_again(after)


def partner_without(partner: Partner, person: DataSubject, day: date) -> Partner:
    """The partner record without the person, who counts as gone from this day on."""
    left = {"access": False, "left_on": day.isoformat()}
    people = [
        each | left if canonical_address(each["email"]) == person.email and each["left_on"] is None else each
        for each in partner["people"]
    ]
    gone = {each.get("id") for each in people if not each["access"]}
    calendars = [link for link in partner.get("calendars", ()) if link["person"] not in gone]
    return parse_partner(without({**partner, "people": people, "calendars": calendars}, person))


def _bare(record: Submission) -> Submission:
    """Nothing that anybody typed, no way in, nothing to be found by."""
    record["said"], record["versions"], record["notes"], record["messages"] = {}, [], [], []
    record["keys"], record["terms"], record["token_hashes"], record["fingerprint"] = [], [], [], ""
    record.pop("replaced_hashes", None)
    record.pop("draft_hash", None)
    if record["kind"] == SubmissionKind.DEAL and "registration" in record:
        record["registration"] = record["registration"].copy()
        record["registration"].pop("company", None)
    for name in ("decision", "former_decisions", "result", "former_results"):
        if record.get(name):
            record[name] = _without_texts(record[name])
    record["questions"] = [_without_text(question) for question in record.get("questions", ())]
    if "entered" in record:
        record["entered"] = {**record["entered"], "how": ""}
    return record


def _found_again(record: Submission) -> Submission:
    """What it is found by, of what is still said."""
    said = record["said"]
    record["keys"] = sender_identity.of(SubmissionKind(record["kind"]), said)
    if "terms" in record:
        record["terms"] = search_terms.terms(said)
    record["fingerprint"] = ""
    return record


def _without_texts(decided: Any) -> Any:
    if isinstance(decided, list):
        return [_without_texts(each) for each in decided]
    facts = {name: value for name, value in decided.items() if name not in _TYPED_IN_A_DECISION}
    for name in facts.keys() & {"reopened", "taken_back"}:
        facts[name] = {**facts[name], "reason": ""}
    return facts


def _without_text(question: Question) -> Question:
    answer = question["answer"]
    return {**question, "text": "", "answer": answer and {**answer, "text": ""}}


def _without_blank_contacts(said: ApplicationAnswers) -> ApplicationAnswers:
    """The next contact is whom to write to."""
    contacts = said.get("contacts") or []
    named = [contact for contact in contacts if contact.get("email")]
    return {**said, "contacts": named or contacts[:1]}


def _after(record: Submission, action: Action, actor: Actor, at: datetime) -> Submission:
    after = apply(record, action, actor, at)
    if isinstance(after, Refused):
        raise ValueError(f"{action} is always possible here, but: {after}")
    return after
