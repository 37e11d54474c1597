"""One submission as its page shows it: what is decided on first, then everything else. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms_service import forms
from forms_service.cases.dossier import Submission
from forms_service.decisions.states import Action, Kind, State
from forms_service.desk.rivals import Rival, in_one_sentence, rival
from forms_service.desk.saying import Saying
from forms_service.mail.spoken import decision_sentence
from forms_service.texts import N_
from partner_program.eligibility import Answer, Outcome, TierAnswer
from partner_program.model import Fact, Measure
from partner_program.wording import missing_phrase, outcome_text, value_text

Record = Mapping[str, Any]
Line = tuple[str, str]
"""Label and value."""

FORMS = {Kind.APPLICATION: "application", Kind.DEAL: "deal-registration"}
"""Which form a submission of this kind is."""


@dataclass(frozen=True)
class Asked:
    """What the program asks in one requirement, beside what was said."""

    title: str
    asks: str
    said: str
    outcome: str
    mark: str
    """`met`, `missing`, or empty where nothing can be told from a form."""


@dataclass(frozen=True)
class Event:
    """One entry of the history, with what was written at that moment."""

    at: str
    who: str
    what: str
    text: str = ""


@dataclass(frozen=True)
class Version:
    """What a correction changed."""

    until: str
    changes: tuple[tuple[str, str, str], ...]
    """Label, before, after."""


@dataclass(frozen=True)
class Sheet:
    """All that a page says about one submission."""

    about: str
    """Its heading: the customer, or the company that applies."""
    facts: tuple[Line, ...]
    """What is needed to decide, the most telling first."""
    conflict: str
    """In one sentence; empty where there is none."""
    rivals: tuple[Rival, ...]
    said: tuple[Line, ...]
    """Everything, in the order of the form."""
    unsaid: tuple[str, ...]
    """What was asked and left blank."""
    asked: tuple[Asked, ...]
    tiers: tuple[str, ...]
    """How a company stands in each tier, the chosen one first."""
    deadline: tuple[str, ...]
    """How the deadline came about, a sentence each."""
    history: tuple[Event, ...]
    """The newest first."""
    versions: tuple[Version, ...]


def sheet(submission: Submission, say: Saying) -> Sheet:
    """The page of this submission; an erased one has little to say."""
    record = submission.record
    said: dict[str, Any] = record.get("said") or {}
    rivals = tuple(rival(record, found.conflict, found.other, say) for found in submission.conflicts)
    return Sheet(
        about=said.get("customer_name") or said.get("company_name") or record["id"],
        facts=tuple(line for line in _facts(record, said, say) if line[1]),
        conflict=in_one_sentence(rivals, say),
        rivals=rivals,
        said=tuple(_told(record, said, say)),
        unsaid=tuple(_unsaid(record, said, say)),
        asked=tuple(_asked(submission.tiers[:1], said, say)),
        tiers=tuple(missing_phrase(tier, say.language) for tier in submission.tiers),
        deadline=tuple(_deadline(submission, say)),
        history=tuple(reversed([*events(record["history"], record, say)])),
        versions=tuple(_versions(record, say)),
    )


def _facts(record: Record, said: Record, say: Saying) -> Iterator[Line]:
    if record["kind"] == Kind.DEAL:
        amount = said.get("value_amount")
        yield say.text(N_("Value")), say.money(Decimal(amount), said["value_currency"]) if amount else ""
        yield say.text(N_("Product")), say.product(said.get("product") or "")
        yield say.text(N_("Model")), say.model(said.get("model") or "")
    else:
        yield say.text(N_("Tier")), say.tier(said.get("tier") or "")
        models = [say.model(model) for model in said.get("models") or ()]
        yield say.text(N_("Model")), ", ".join(models)
        yield say.text(N_("Website")), said.get("website") or ""


def _told(record: Record, said: dict[str, Any], say: Saying) -> list[Line]:
    return forms.summary(FORMS[Kind(record["kind"])], said, say.program, say.language)


def _unsaid(record: Record, said: dict[str, Any], say: Saying) -> Iterator[str]:
    """Labels of a deal's questions that were left blank. Applications show it in what the program asks."""
    if record["kind"] == Kind.DEAL and said:
        form = forms.build(FORMS[Kind.DEAL], say.program, say.language, said=said)
        yield from (field.label.text for field in form if field.kept and field.kind != "tick" and field.is_blank())


def _asked(tiers: Sequence[TierAnswer], said: Record, say: Saying) -> Iterator[Asked]:
    for tier in tiers:
        for answer in tier.answers:
            about = _said_about(answer, said, say)
            named = answer.item.fact is Fact.CONTACT and bool(about)
            yield Asked(
                answer.item.title[say.language],
                value_text(answer.value, say.language),
                about,
                say.text(N_("named")) if named else outcome_text(answer, say.language),
                "met" if named else _mark(answer),
            )


def _mark(answer: Answer) -> str:
    if answer.outcome is Outcome.MET:
        return "met"
    return "missing" if answer.missing else ""


def _said_about(answer: Answer, said: Record, say: Saying) -> str:
    """What the application says where the program measures, or names a fact that a form can tell."""
    item = answer.item
    match item.measure:
        case Measure.SALES_PEOPLE | Measure.TECHNICAL_PEOPLE:
            return ", ".join(person.get("name") or "" for person in said.get(item.measure) or ())
        case Measure.LEAD_ACTIVITIES:
            number = said.get(item.measure)
            return "" if number is None else str(number)
        case Measure.SPONSOR:
            if said.get("sponsor_is_contact"):
                return say.text(N_("the contact person"))
            return str((said.get("sponsor") or {}).get("name") or "")
    match item.fact:
        case Fact.CONTACT:
            return ", ".join(person.get("name") or "" for person in said.get("contacts") or ())
        case Fact.PROMOTION if said.get("promote_website"):
            return say.text(N_("promised"))
    return ""


def _deadline(submission: Submission, say: Saying) -> Iterator[str]:
    record, course = submission.record, submission.course
    if course is None:
        return
    sentence = decision_sentence(record, say.program, say.language)
    if sentence:
        yield sentence
    counted_from = course.legs[0].start
    facts = {"at": say.at(counted_from.isoformat()), "days": record["deadline"]["business_days"]}
    yield say.words.ngettext(
        "Counted from %(at)s; that day does not count. The program gives %(days)s business day.",
        "Counted from %(at)s; that day does not count. The program gives %(days)s business days.",
        facts["days"],
    ) % facts
    for leg in course.legs[1:]:
        yield say.text(N_("The clock stood still until the answer on %(at)s.")) % {
            "at": say.at(leg.start.isoformat())
        }
    if course.due is None:
        yield say.text(N_("The clock stands still until the sender answers."))


def events(entries: Iterable[Record], record: Record, say: Saying) -> Iterator[Event]:
    """These entries of the history of `record`, each with what was written at that moment."""
    texts = dict(_written(record, say))
    for entry in entries:
        yield Event(
            say.at(entry["at"]),
            say.who(entry["who"]),
            say.happened(entry),
            texts.get((entry["what"], entry["at"]), ""),
        )


def _written(record: Record, say: Saying) -> Iterator[tuple[tuple[str, str], str]]:
    """What people wrote, by the action and the moment at which they did."""
    for question in record.get("questions", ()):
        yield (Action.ASK, question["at"]), question["text"]
        if question["answer"]:
            yield (Action.ANSWER, question["answer"]["at"]), question["answer"]["text"]
    for note in record.get("notes", ()):
        yield (Action.NOTE, note["at"]), note["text"]
    current = record.get("decision")
    for decision in [*record.get("former_decisions", ()), *([current] if current else [])]:
        yield (_ACTIONS[decision["outcome"]], decision["at"]), decided(decision, say)
        if "reopened" in decision:
            yield (Action.REOPEN, decision["reopened"]["at"]), decision["reopened"]["reason"]


_ACTIONS = {
    State.APPROVED: Action.APPROVE,
    State.PRE_ACCEPTED: Action.PRE_ACCEPT,
    State.REJECTED: Action.REJECT,
}


def decided(decision: Record, say: Saying) -> str:
    """What a decision says, in a line or two: terms, product, reason, text, why despite a conflict."""
    against = decision.get("despite_conflict")
    parts = [
        say.terms(decision),
        say.product(decision["product"]) if decision.get("product") else "",
        say.reason(decision["reason"]) if decision.get("reason") else "",
        decision.get("text", ""),
        say.text(N_("Despite the conflict: %(reason)s")) % {"reason": against} if against else "",
    ]
    return "\n".join(part for part in parts if part)


def _versions(record: Record, say: Saying) -> Iterator[Version]:
    versions = record.get("versions", ())
    after = [version["said"] for version in versions[1:]] + [record.get("said") or {}]
    for version, following in zip(versions, after, strict=False):
        yield Version(
            say.at(version["until"]), tuple(differences(_lines(record, version["said"], say), _lines(record, following, say)))
        )


def _lines(record: Record, said: dict[str, Any], say: Saying) -> dict[str, str]:
    """What was said by label; several people under one label stand together."""
    lines: dict[str, str] = {}
    for label, value in _told(record, said, say):
        lines[label] = f"{lines[label]}\n{value}" if label in lines else value
    return lines


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Label, before and after of what differs."""
    for label in {**before, **after}:
        if before.get(label, "") != after.get(label, ""):
            yield label, before.get(label, ""), after.get(label, "")


def changed_meanwhile(before: Record, now: Record, say: Saying) -> tuple[tuple[str, str, str], ...]:
    """Label, as the page showed it, as it is: of all that differs between two versions of a submission."""
    return tuple(differences(_standing(before, say), _standing(now, say)))


def _standing(record: Record, say: Saying) -> dict[str, str]:
    decision = record.get("decision")
    answers = [each["answer"]["text"] for each in record.get("questions", ()) if each["answer"]]
    return {
        say.text(N_("State")): say.state(record),
        say.text(N_("Owner")): record.get("owner") or say.text(N_("nobody yet")),
        say.text(N_("Decision by")): say.due(record["decide_by"]) if record.get("decide_by") else "",
        say.text(N_("Decision")): decided(decision, say) if decision else "",
        say.text(N_("Questions")): "\n".join(each["text"] for each in record.get("questions", ())),
        say.text(N_("Answers")): "\n".join(answers),
        say.text(N_("Notes")): "\n".join(each["text"] for each in record.get("notes", ())),
        **_lines(record, record.get("said") or {}, say),
    }
