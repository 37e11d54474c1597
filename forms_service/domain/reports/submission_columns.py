"""Columns of the submission export. Staff only."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms_service.domain.clock import moment
from forms_service.domain.reports.spreadsheets import Cell, Column
from forms_service.domain.submissions import deadline, protection, submission_labels
from forms_service.domain.submissions.submission import Submission
from forms_service.domain.submissions.workflow import State
from forms_service.i18n.translations import N_, Words
from partner_program.model import Choice, Language, Program

Value = Callable[[Submission], Cell]


def of_submissions(
    program: Program, words: Words, language: Language, company: Value
) -> tuple[Column[Submission], ...]:
    """The columns, with headings and choices in the reader's language. Old records and erased ones fit too.

    `company` names whom a record is from, as far as that is known. A choice that the program does not have
    any more is shown by its id.
    """
    rule = program.deal_registration
    tiers = {tier.id: tier.name for tier in program.tiers}
    models = {model.id: model.title[language] for model in program.models}
    kinds = {kind: words.gettext(name) for kind, name in submission_labels.KINDS.items()}
    benefits = {str(benefit): words.gettext(name) for benefit, name in submission_labels.BENEFITS.items()}
    values: dict[str, Value] = {
        N_("Reference"): lambda record: record["id"],
        N_("Kind"): lambda record: kinds[record["kind"]],
        N_("State"): lambda record: submission_labels.state_for_staff(State(record["state"]), words),
        N_("Received"): _moment("received_at"),
        N_("Decision by"): _moment("decide_by"),
        N_("Decided"): _moment("decision", "at"),
        N_("On time"): lambda record: _yes_or_no(deadline.decided_on_time(record), words),
        N_("Owner"): _text("owner"),
        N_("Company"): lambda record: company(record) or None,
        N_("Partner's tax number"): _either("tax_id", "partner_tax_id"),
        N_("Partner's email"): _partner_email,
        N_("Tier"): _named(tiers, "said", "tier"),
        N_("Customer"): _text("said", "customer_name"),
        N_("Customer's tax number"): _text("said", "customer_tax_id"),
        N_("Customer's country"): _either("country", "customer_country"),
        N_("Website"): _either("website", "customer_website"),
        N_("How you sell"): _named(models, "said", "model"),
        N_("Product or service"): _named(_names(rule.products, language), "said", "product"),
        N_("Value"): _amount("said", "value_amount"),
        N_("Currency"): _text("said", "value_currency"),
        N_("Expected close"): _day("said", "expected_close"),
        N_("Reason for the decision"): _named(_names(rule.reject_reasons, language), "decision", "reason"),
        N_("Text of the decision"): _text("decision", "text"),
        N_("Discount or commission"): _named(benefits, "decision", "benefit"),
        N_("Percentage"): _amount("decision", "percent"),
        N_("In words"): _text("decision", "words"),
        N_("Day of the result"): _day("result", "on"),
        N_("Value won"): _amount("result", "value_amount"),
        N_("Currency of the value won"): _text("result", "value_currency"),
        N_("Why it was lost"): _text("result", "text"),
    }
    if rule.protection:
        values[N_("Valid until")] = lambda record: protection.last_day(record, rule)
    return tuple(Column(words.gettext(heading), value) for heading, value in values.items())


def _names(choices: Iterable[Choice], language: Language) -> dict[str, str]:
    return {choice.id: choice.text[language] for choice in choices}


def _named(names: Mapping[str, str], *path: str) -> Value:
    """The name of the choice found there; what is found, where it is none."""
    find = _text(*path)
    return lambda record: names.get(str(find(record)), find(record))


def _found(record: Submission, path: tuple[str, ...]) -> Any:
    found: Any = record
    for name in path:
        found = (found or {}).get(name)
    return found


def _text(*path: str) -> Value:
    return lambda record: _found(record, path) or None


def _either(application: str, deal: str) -> Value:
    return lambda record: _found(record, ("said", application)) or _found(record, ("said", deal)) or None


def _moment(*path: str) -> Value:
    def value(record: Submission) -> Cell:
        found = _found(record, path)
        return moment(found) if found else None

    return value


def _day(*path: str) -> Value:
    def value(record: Submission) -> Cell:
        found = _found(record, path)
        return date.fromisoformat(found) if found else None

    return value


def _amount(*path: str) -> Value:
    def value(record: Submission) -> Cell:
        found = _found(record, path)
        return Decimal(found) if found else None

    return value


def _partner_email(record: Submission) -> Cell:
    contacts = _found(record, ("said", "contacts")) or [{}]
    return _found(record, ("said", "partner_email")) or contacts[0].get("email") or None


def _yes_or_no(answer: bool | None, words: Words) -> Cell:
    if answer is None:
        return None
    return words.gettext(N_("yes")) if answer else words.gettext(N_("no"))
