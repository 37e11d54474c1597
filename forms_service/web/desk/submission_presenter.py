"""Submission presenter: template context of the submission page at the desk. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms_service import forms
from forms_service.domain.submissions.submission import Answers, Submission, company_named
from forms_service.domain.submissions.submission_labels import decision_sentence
from forms_service.domain.submissions.workflow import State, SubmissionKind
from forms_service.i18n.translations import N_
from forms_service.services.submission_detail import SubmissionDetail
from forms_service.web.desk import duplicate_presenter
from forms_service.web.desk.conflict_presenter import ConflictPresenter, in_one_sentence, present
from forms_service.web.desk.duplicate_presenter import DuplicatePresenter
from forms_service.web.desk.formatter import Formatter
from forms_service.web.desk.submission_history import CorrectionDiff, Event, Line, events, summary, versions
from partner_program.eligibility import Answer, Outcome, TierAnswer
from partner_program.model import Fact, Measure
from partner_program.phrases import missing_phrase, outcome_text, value_text

Record = Mapping[str, Any]


@dataclass(frozen=True)
class AskedRequirement:
    """A requirement of the program beside what the applicant stated."""

    title: str
    asks: str
    said: str
    outcome: str
    mark: str
    """`met`, `missing`, or empty where nothing can be told from a form."""


@dataclass(frozen=True)
class SubmissionPresenter:
    """Template context of one submission."""

    about: str
    """Its heading: the customer, or the company that applies."""
    facts: tuple[Line, ...]
    """What is needed to decide, the most telling first."""
    conflict: str
    """In one sentence; empty where there is none."""
    conflicts: tuple[ConflictPresenter, ...]
    duplicates: tuple[DuplicatePresenter, ...]
    """Other applications and partners of the company that applies."""
    more_duplicates: str
    """That there are more, where not all are shown."""
    joins: str
    """The partner that the application becomes a part of; empty where it becomes one of its own."""
    said: tuple[Line, ...]
    """Everything, in the order of the form."""
    unsaid: tuple[str, ...]
    """What was asked and left blank."""
    asked: tuple[AskedRequirement, ...]
    tiers: tuple[str, ...]
    """How a company stands in each tier, the chosen one first."""
    deadline: tuple[str, ...]
    """How the deadline came about, a sentence each."""
    history: tuple[Event, ...]
    """The newest first."""
    versions: tuple[CorrectionDiff, ...]


def present_submission(submission: SubmissionDetail, fmt: Formatter) -> SubmissionPresenter:
    """Build the template context; an erased submission has little."""
    record = submission.record
    said: Answers = record.get("said") or {}
    conflicts = tuple(
        present(record, found.conflict, found.other, fmt, submission.rivals.get(found.conflict.other))
        for found in submission.conflicts
        if record["kind"] == SubmissionKind.DEAL
    )
    return SubmissionPresenter(
        about=company_named(record) or record["id"],
        facts=tuple(line for line in _facts(record, said, fmt) if line[1]),
        conflict=in_one_sentence(conflicts, fmt),
        conflicts=conflicts,
        duplicates=duplicate_presenter.present(submission.duplicates, fmt),
        more_duplicates=duplicate_presenter.more(submission.duplicates, fmt),
        joins=duplicate_presenter.partner_in_a_line(submission.joins, fmt) if submission.joins else "",
        said=tuple(_with_doubts(summary(record, said, fmt), said, fmt)),
        unsaid=tuple(_unsaid(record, said, fmt)),
        asked=tuple(_asked(submission.tiers[:1], record, fmt)),
        tiers=tuple(missing_phrase(tier, fmt.language) for tier in submission.tiers),
        deadline=tuple(_deadline(submission, fmt)),
        history=tuple(reversed([*events(record["history"], record, fmt)])),
        versions=tuple(versions(record, fmt)),
    )


def _with_doubts(lines: Iterable[Line], said: Record, fmt: Formatter) -> Iterator[Line]:
    """The same, a tax number that nobody here can check marked as such."""
    numbers = {said.get(name) for name in ("tax_id", "partner_tax_id", "customer_tax_id")}
    unchecked = {number for number in numbers if number and not forms.is_checked(number)}
    for label, value in lines:
        yield label, f"{value} ({fmt.text(N_('not checked'))})" if value in unchecked else value


def _facts(record: Submission, said: Record, fmt: Formatter) -> Iterator[Line]:
    if record["kind"] == SubmissionKind.DEAL:
        amount = said.get("value_amount")
        yield fmt.text(N_("Value")), fmt.money(Decimal(amount), said["value_currency"]) if amount else ""
        yield fmt.text(N_("Product")), fmt.product(said.get("product") or "")
        yield fmt.text(N_("Model")), fmt.model(said.get("model") or "")
    else:
        yield fmt.text(N_("Tier")), fmt.tier(said.get("tier") or "")
        models = [fmt.model(model) for model in said.get("models") or ()]
        yield fmt.text(N_("Model")), ", ".join(models)
        yield fmt.text(N_("Site")), said.get("website") or ""


def _unsaid(record: Submission, said: Answers, fmt: Formatter) -> Iterator[str]:
    """Labels of a deal's questions that were left blank. Applications show it in what the program asks."""
    if record["kind"] == SubmissionKind.DEAL and said:
        form = forms.build(forms.FORM_OF_KIND[SubmissionKind.DEAL], fmt.program, fmt.language, said=said)
        yield from (
            field.label.text for field in form if field.kept and field.kind != "tick" and field.is_blank()
        )


def _asked(tiers: Sequence[TierAnswer], record: Submission, fmt: Formatter) -> Iterator[AskedRequirement]:
    for tier in tiers:
        for answer in tier.answers:
            about = _said_about(answer, record.get("said") or {}, fmt)
            outcome, mark = _outcome(answer, about, record, fmt)
            title, asks = answer.item.title[fmt.language], value_text(answer.value, fmt.language)
            yield AskedRequirement(title, asks, about, outcome, mark)


def _outcome(answer: Answer, about: str, record: Submission, fmt: Formatter) -> tuple[str, str]:
    """In words, and as a mark. What an application shows by being one, its form does not ask."""
    match answer.item.fact:
        case Fact.CONTACT if about:
            return fmt.text(N_("named")), "met"
        case Fact.PRE_ACCEPTANCE if record["state"] == State.PRE_ACCEPTED:
            return fmt.state(record), "met"
        case Fact.PRE_ACCEPTANCE:
            return fmt.text(N_("by the decision")), ""
    return outcome_text(answer, fmt.language), _mark(answer)


def _mark(answer: Answer) -> str:
    if answer.outcome is Outcome.MET:
        return "met"
    return "missing" if answer.missing else ""


def _said_about(answer: Answer, said: Record, fmt: Formatter) -> str:
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
                return fmt.text(N_("the contact person"))
            return str((said.get("sponsor") or {}).get("name") or "")
    match item.fact:
        case Fact.CONTACT:
            return ", ".join(person.get("name") or "" for person in said.get("contacts") or ())
        case Fact.PRE_ACCEPTANCE:
            return fmt.text(N_("this application"))
        case Fact.PROMOTION if said.get("promote_website"):
            return fmt.text(N_("promised"))
    return ""


def _deadline(submission: SubmissionDetail, fmt: Formatter) -> Iterator[str]:
    record, course = submission.record, submission.course
    counted = record.get("deadline")
    if course is None or counted is None:
        return
    sentence = decision_sentence(record, fmt.program, fmt.language)
    if sentence:
        yield sentence
    counted_from = course.legs[0].start
    facts = {
        "at": fmt.at(counted_from.isoformat()),
        "days": counted["business_days"],
    }
    yield (
        fmt.words.ngettext(
            "Counted from %(at)s; that day does not count. The program gives %(days)s business day.",
            "Counted from %(at)s; that day does not count. The program gives %(days)s business days.",
            facts["days"],
        )
        % facts
    )
    for leg in course.legs[1:]:
        yield fmt.text(N_("The clock was paused until the answer on %(at)s.")) % {
            "at": fmt.at(leg.start.isoformat())
        }
    if course.due is None:
        yield fmt.text(N_("The clock is paused until the sender answers."))
