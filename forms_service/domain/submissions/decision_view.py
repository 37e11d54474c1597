"""Decision view: a decision as its sender may read it, on the status page and in mails. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from forms_service.domain.submissions.submission import Decision, Question, Submission
from forms_service.domain.submissions.workflow import Benefit, State
from forms_service.i18n.translations import N_, Words
from partner_program.model import Language, Program


@dataclass(frozen=True)
class DecisionView:
    """A decision in words; empty texts where it has none."""

    outcome: State
    at: str
    """As it is stored."""
    benefit: str
    """`Zniżka: 7,5%, od ceny z cennika`."""
    product: str
    reason: str
    """The program's reason for a rejection."""
    text: str
    """In the words of whoever decided."""
    duplicate_of: str
    """The reference of another registration of the same sender."""


def decision(made: Decision, program: Program, language: Language, words: Words) -> DecisionView:
    """The decision in the sender's language; what the program no longer names by its id."""
    rule = program.deal_registration
    reasons = {choice.id: choice.text[language] for choice in rule.reject_reasons}
    products = {choice.id: choice.text[language] for choice in rule.products}
    reason, product = made.get("reason") or "", made.get("product") or ""
    return DecisionView(
        outcome=State(made["outcome"]),
        at=made["at"],
        benefit=_benefit(made, language, words),
        product=products.get(product, product),
        reason=reasons.get(reason, reason),
        text=made.get("text") or "",
        duplicate_of=made.get("duplicate_of") or "",
    )


def made_at(record: Submission, at: str, outcome: State) -> Decision | None:
    """Decision made at this time; None once it is erased."""
    made = [*record.get("former_decisions", ())]
    if record.get("decision"):
        made.append(record["decision"])
    return next((each for each in made if (each["at"], each["outcome"]) == (at, outcome)), None)


def asked_at(record: Submission, at: str) -> Question | None:
    """Question asked at this time; None once it is erased."""
    return next((each for each in record.get("questions", ()) if each["at"] == at), None)


_BENEFITS: Mapping[Benefit, str] = {
    "discount": N_("Discount: %(terms)s"),
    "commission": N_("Commission: %(terms)s"),
}


def _benefit(made: Decision, language: Language, words: Words) -> str:
    percent = f"{format_decimal(Decimal(made['percent']), locale=language)}%" if made.get("percent") else ""
    terms = ", ".join(term for term in (percent, made.get("words")) if term)
    sentence = _BENEFITS[made["benefit"]] if made.get("benefit") else ""
    return words.gettext(sentence) % {"terms": terms} if sentence and terms else terms
