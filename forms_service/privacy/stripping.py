"""A submission after somebody's data in it is erased. Pure.

What is in force (a deal that is approved or won, a pre-accepted application) loses the person and no more: it
is the company's, and the vendor has bound itself. Of everything else that they sent, only bare facts stay:
what it was, when, what was decided by which reason. A submission by somebody else loses the person.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from forms_service.decisions import keys, searching
from forms_service.decisions.changes import Actor, apply
from forms_service.decisions.domains import canonical_address
from forms_service.decisions.refusals import Refused
from forms_service.decisions.states import OPEN, Action, Kind, Role, State
from forms_service.mail.owed import sender_of
from forms_service.privacy.traces import Person, without

Record = dict[str, Any]

_IN_FORCE = frozenset({State.APPROVED, State.WON, State.PRE_ACCEPTED})
_SENDER = Actor(Role.SENDER)
NAMES_NOBODY_OUTSIDE = frozenset(
    {"id", "kind", "state", "lang", "version", "history", "owner", "by", "token_hashes", "program"}
)
"""Keys of a record, and of what it holds, that name staff, or nobody."""
_TYPED_IN_A_DECISION = ("text", "words", "despite_conflict", "reporter")
"""Also in what was reported of a deal."""


def is_sender(record: Mapping[str, Any], person: Person) -> bool:
    """Whether they sent it."""
    return bool(record.get("said")) and canonical_address(sender_of(record)) == person.email


def loses_all(record: Mapping[str, Any], person: Person, *, everything: bool) -> bool:
    """Whether only bare facts stay. `everything`: also of what is in force, where they are the company."""
    return is_sender(record, person) and (everything or record["state"] not in _IN_FORCE)


def stripped(record: Mapping[str, Any], person: Person, *, everything: bool, by: str, at: datetime) -> Record:
    """The record without them. An open one that they sent is withdrawn before: nobody could be answered."""
    after: Record = dict(record)
    if is_sender(record, person) and record["state"] in OPEN:
        after = _after(after, Action.WITHDRAW, _SENDER, at)
    after = _after(after, Action.ERASE, Actor(Role.SYSTEM, by), at)
    if loses_all(record, person, everything=everything):
        return _bare(after)
    after = without(after, person, NAMES_NOBODY_OUTSIDE)
    if after["kind"] == Kind.APPLICATION:
        after["said"] = _without_blank_contacts(after["said"])
    return _found_again(after)


def partner_without(partner: Mapping[str, Any], person: Person, day: date) -> Record:
    """A partner's record without somebody: whoever is erased is not there any more from this day on."""
    left = {"access": False, "left_on": day.isoformat()}
    people = [
        each | left if canonical_address(each["email"]) == person.email and each["left_on"] is None else each
        for each in partner["people"]
    ]
    gone = {each.get("id") for each in people if not each["access"]}
    calendars = [link for link in partner.get("calendars", ()) if link["person"] not in gone]
    stripped_of: Record = without({**partner, "people": people, "calendars": calendars}, person)
    return stripped_of


def _bare(record: Record) -> Record:
    """Nothing that anybody typed, no way in, nothing to be found by."""
    record["said"], record["versions"], record["notes"] = {}, [], []
    record["keys"], record["terms"], record["token_hashes"], record["fingerprint"] = [], [], [], ""
    record.pop("replaced_hashes", None)
    for name in ("decision", "former_decisions", "result", "former_results"):
        if record.get(name):
            record[name] = _without_texts(record[name])
    record["questions"] = [_without_text(question) for question in record.get("questions", ())]
    if "entered" in record:
        record["entered"] = {**record["entered"], "how": ""}
    return record


def _found_again(record: Record) -> Record:
    """What it is found by, of what is still said."""
    said = record["said"]
    record["keys"] = keys.of(Kind(record["kind"]), said)
    if "terms" in record:
        record["terms"] = searching.terms(said)
    record["fingerprint"] = ""
    return record


def _without_texts(decided: Any) -> Any:
    if isinstance(decided, list):
        return [_without_texts(each) for each in decided]
    facts = {name: value for name, value in decided.items() if name not in _TYPED_IN_A_DECISION}
    for name in facts.keys() & {"reopened", "taken_back"}:
        facts[name] = {**facts[name], "reason": ""}
    return facts


def _without_text(question: Mapping[str, Any]) -> Record:
    answer = question["answer"]
    return {**question, "text": "", "answer": answer and {**answer, "text": ""}}


def _without_blank_contacts(said: Record) -> Record:
    """The next contact is whom to write to."""
    contacts = said.get("contacts") or []
    named = [contact for contact in contacts if contact.get("email")]
    return {**said, "contacts": named or contacts[:1]}


def _after(record: Record, action: Action, actor: Actor, at: datetime) -> Record:
    after = apply(record, action, actor, at)
    if isinstance(after, Refused):
        raise ValueError(f"{action} is always possible here, but: {after}")
    return after
