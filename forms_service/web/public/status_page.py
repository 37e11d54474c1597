"""Status page content, from a record. Pure: no request, no store."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from forms_service import forms
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.submissions import deadline, deal_results, decision_view, protection, status_steps
from forms_service.domain.submissions.sender_identity import sender_of
from forms_service.domain.submissions.sender_view import for_sender, may_correct, sender_may
from forms_service.domain.submissions.submission import Submission, company_named
from forms_service.domain.submissions.submission_labels import (
    clock_sentence,
    date_and_time,
    decision_sentence,
    happened_for_sender,
    state_for_sender,
)
from forms_service.domain.submissions.workflow import DECIDED, OPEN, Action, State, SubmissionKind
from forms_service.forms import PartnerForm
from forms_service.i18n.jinja import environment
from forms_service.i18n.translations import bound_texts
from partner_program import Program, phrases
from partner_program.eligibility import assess
from partner_program.model import Language


def html(
    record: Submission,
    program: Program,
    language: Language,
    *,
    address: str,
    now: datetime,
    can_register_another: bool = False,
    duplicate_address: str = "",
    partner: Partner | None = None,
    confirmation: Mapping[str, Any] | None = None,
    reply: PartnerForm | None = None,
    problem: Markup | None = None,
    is_too_late: bool = False,
    message: PartnerForm | None = None,
    unsent: str = "",
    done: str = "",
) -> str:
    """HTML of the status slot for this record: only what its sender may see.

    `reply` is the form for an answer as it was filled in, `problem` stands above it. `duplicate_address` is
    the status page of the sender's own other registration. `is_too_late` says that something was tried that
    is not possible any more, `message` or `unsent` holds what was typed then, `done` (a message
    id) what the sender has just done.
    """
    seen, stage = for_sender(record), _confirmation(confirmation)
    words = bound_texts(language)
    is_open = seen["state"] in OPEN
    questions = seen["questions"]
    asks = seen["state"] == State.WAITING_FOR_ANSWER and bool(questions)
    rule = program.deal_registration
    corrected_at = max((each["at"] for each in seen["history"] if each["what"] == Action.CORRECT), default="")
    return (
        environment(language)
        .get_template("pages/status.html")
        .render(
            reference=seen["id"],
            kind=seen["kind"],
            state=seen["state"],
            state_text=state_for_sender(State(seen["state"]), words),
            is_open=is_open,
            steps=list(_steps(seen, partner, program, language, now)),
            confirmation=stage,
            confirmed=date_and_time(confirmation["sent_at"], program, language)
            if confirmation and stage == "sent"
            else "",
            is_too_late=is_too_late,
            message=_message(message, None if asks else problem, address),
            unsent=unsent,
            messages=seen["messages"],
            done=words.gettext(done) if done else "",
            about=company_named(seen) if seen["kind"] == SubmissionKind.DEAL else "",
            has_area="partner" in record or seen["state"] == State.PRE_ACCEPTED,
            received_at=seen["received_at"],
            received=date_and_time(seen["received_at"], program, language),
            corrected_at=corrected_at,
            corrected=date_and_time(corrected_at, program, language) if corrected_at else "",
            deadline=decision_sentence(seen, program, language),
            clock=clock_sentence(seen, program, language),
            pauses=rule.pause_on_question,
            own_address=address,
            receipt_address=f"{address}/receipt",
            calendar_address=f"{address}.ics",
            address=sender_of(seen) if seen["said"] else "",
            digest=date_and_time(seen["digest_at"], program, language) if "digest_at" in seen else "",
            application_time=_application_time(seen, language),
            decision_time=phrases.decision_time(program, phrases.Case.WITHIN, language),
            contact=program.contact,
            tier=_chosen_tier(seen, program, language),
            question=questions[-1]["text"] if asks else "",
            reply=_reply(len(questions), program, language, reply, problem, address) if asks else "",
            answered=[each for each in questions if each["answer"]],
            decision=_decision(seen, program, language),
            decided=date_and_time(seen["decision"]["at"], program, language) if _is_decided(seen) else "",
            duplicate_address=duplicate_address,
            result=deal_results.summary(seen.get("result"), language),
            valid_until=protection.in_words(seen, rule, language, now),
            answers=forms.summary(forms.FORM_OF_KIND[seen["kind"]], seen["said"], program, language),
            history=list(_history(seen, program, language)),
            can_register_another=can_register_another,
            can_withdraw=sender_may(seen, Action.WITHDRAW),
            can_correct=sender_may(seen, Action.CORRECT) and may_correct(record),
            corrected_often=sender_may(seen, Action.CORRECT) and not may_correct(record),
            can_report=sender_may(seen, Action.WIN),
        )
    )


def _application_time(seen: Submission, language: Language) -> str:
    """The time to answer that an application was promised; empty where it was promised none."""
    promised = deadline.read(seen)
    return phrases.business_days(promised.business_days, phrases.Case.WITHIN, language) if promised else ""


def _confirmation(mail: Mapping[str, Any] | None) -> str:
    """What became of it: `sent` once a mail server took it, `lost`, `waiting`, or nothing to say."""
    if mail is None or mail.get("file"):
        return "waiting"
    return {"sent": "sent", "queued": "waiting", "dead": "lost", "dropped": "lost"}.get(mail["state"], "")


def _steps(
    seen: Submission, partner: Partner | None, program: Program, language: Language, now: datetime
) -> Iterator[tuple[str, str, str, bool]]:
    """Title, when (as it is kept and in words), and whether it is the one that comes now."""
    for step in status_steps.steps(seen, partner, day_of(now)):
        when = ""
        if step.at:
            is_day = len(step.at) == len("2026-11-24")
            when = (
                phrases.long_date(date.fromisoformat(step.at), language)
                if is_day
                else date_and_time(step.at, program, language)
            )
        yield bound_texts(language).gettext(step.title), step.at, when, step.is_current


def _is_decided(seen: Submission) -> bool:
    return seen["state"] in DECIDED and bool(seen.get("decision"))


def _decision(seen: Submission, program: Program, language: Language) -> decision_view.DecisionView | None:
    """None where none stands."""
    if not _is_decided(seen):
        return None
    return decision_view.decision(seen["decision"], program, language, bound_texts(language))


def _reply(
    number: int,
    program: Program,
    language: Language,
    form: PartnerForm | None,
    problem: Markup | None,
    address: str,
) -> Markup:
    """The form for the answer to the question with this number, counted from 1."""
    hidden = {"action": "answer", "question": str(number)}
    shown = form or forms.build("reply", program, language)
    return forms.render(shown, action=address, problem=problem, hidden=hidden)


def _message(form: PartnerForm | None, problem: Markup | None, address: str) -> Markup:
    """The form for a message; empty where there is none to send."""
    return (
        forms.render(form, action=address, problem=problem, hidden={"action": "message"})
        if form
        else Markup("")
    )


def _history(seen: Submission, program: Program, language: Language) -> Iterator[tuple[str, str, str]]:
    """When, as it is kept and in words, and what; the oldest first."""
    for entry in seen["history"]:
        what = happened_for_sender(entry, bound_texts(language))
        yield entry["at"], date_and_time(entry["at"], program, language), what


class ChosenTier(NamedTuple):
    """How an applicant meets the tier they chose."""

    phrase: str
    """What is missing, and what no form can tell."""
    is_something_missing: bool


def _chosen_tier(record: Submission, program: Program, language: Language) -> ChosenTier | None:
    """None for a deal, and where the level is no more."""
    for answer in assess(program, forms.facts(record["said"])):
        if answer.tier.id == record["said"].get("tier"):
            return ChosenTier(phrases.missing_phrase(answer, language), bool(answer.missing))
    return None
