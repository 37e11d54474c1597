"""Conflict presenter: a submission beside what it collides with, in a sentence and side by side. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from forms_service.domain.partners.partner import Partner
from forms_service.domain.submissions import submission_labels
from forms_service.domain.submissions.conflicts import Conflict, ReasonKind
from forms_service.domain.submissions.submission import Deal
from forms_service.domain.values.countries import countries
from forms_service.i18n.translations import N_
from forms_service.web.desk.formatter import Formatter

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Compared:
    """One row of the comparison."""

    label: str
    ours: str
    theirs: str
    same: bool = False
    """Whether this is a reason of the conflict."""


@dataclass(frozen=True)
class ConflictPresenter:
    """Template context of one conflict."""

    sentence: str
    """Who was first, and the strongest of what the two have in common."""
    reasons: str
    """All that they have in common."""
    reference: str
    """Of the other registration; empty for one of our own customers."""
    name: str
    """What it is called in a heading."""
    card: Partner | None
    """The other partner, where it is known."""
    doubts: tuple[str, ...]
    rows: tuple[Compared, ...]


_FIRST_OF_ALL = {
    "account": N_("The customer is on the list of our own customers and talks: “%(who)s” (%(reasons)s)."),
    "ended": N_("This customer had an approval that is over: %(who)s, %(at)s (%(reasons)s)."),
    "approved": N_("This customer is approved already: %(who)s, %(at)s (%(reasons)s)."),
    "earlier": N_("This customer was registered earlier: %(who)s, %(at)s (%(reasons)s)."),
    "later": N_("This customer was registered later too: %(who)s, %(at)s (%(reasons)s)."),
}
_SECOND = len("2026-11-24T08:15:00")
_TELLING = (ReasonKind.NEAR_NAME, ReasonKind.PRODUCT)
"""What is said besides the strongest reason: that the name differs, that even the product is the same."""


def present(
    record: Deal, conflict: Conflict, other: Record, fmt: Formatter, card: Partner | None = None
) -> ConflictPresenter:
    """Build the template context of a conflict. `card` is the other partner, where it is known."""
    said = other.get("said") or {}
    name = str(other.get("name") or "") if conflict.is_account else _name(card, said) or conflict.other
    facts = {
        "who": name if conflict.is_account else _party(card, said, fmt) or conflict.other,
        "at": "" if conflict.is_account else fmt.at(other["received_at"]),
        "reasons": submission_labels.reasons(_shortened(conflict), fmt.words),
    }
    sentence = fmt.text(_FIRST_OF_ALL[_kind(conflict)]) % facts
    if conflict.same_sender:
        sentence = f"{sentence} {fmt.text(N_('It is from the same sender.'))}"
    rows = (_with_account if conflict.is_account else _side_by_side)(record, conflict, other, fmt)
    return ConflictPresenter(
        sentence,
        submission_labels.reasons(conflict, fmt.words),
        "" if conflict.is_account else conflict.other,
        name,
        card,
        submission_labels.doubts(conflict, fmt.words),
        tuple(row for row in rows if row.ours or row.theirs),
    )


def _name(card: Partner | None, said: Record) -> str:
    return card["company"]["name"] if card else said.get("partner_email") or ""


def _party(card: Partner | None, said: Record, fmt: Formatter) -> str:
    """Who registered it: the company with its tier and state; the address of a sender who is not known."""
    return f"{card['company']['name']} ({fmt.standing(card)})" if card else said.get("partner_email") or ""


def _shortened(conflict: Conflict) -> Conflict:
    """With the reasons that say it all."""
    first, *others = conflict.reasons
    return replace(conflict, reasons=(first, *(each for each in others if each.kind in _TELLING)))


def in_one_sentence(conflicts: Sequence[ConflictPresenter], fmt: Formatter) -> str:
    """The strongest conflict, and that there are more; empty where there is none."""
    if not conflicts:
        return ""
    first, more = conflicts[0].sentence, len(conflicts) - 1
    if not more:
        return first
    others = fmt.words.ngettext("There is %(num)s more.", "There are %(num)s more.", more) % {"num": more}
    return f"{first} {others}"


def _kind(conflict: Conflict) -> str:
    if conflict.is_account:
        return "account"
    if conflict.ended:
        return "ended"
    if conflict.approved:
        return "approved"
    return "earlier" if conflict.other_is_first else "later"


def _side_by_side(record: Deal, conflict: Conflict, other: Record, fmt: Formatter) -> list[Compared]:
    ours, theirs = record["said"], other["said"]
    common = {reason.kind for reason in conflict.reasons}
    names = countries(fmt.language)

    def amount(said: Record) -> str:
        return fmt.money(said["value_amount"], said["value_currency"]) if said.get("value_amount") else ""

    def closing(said: Record) -> str:
        day = said.get("expected_close")
        return fmt.day_as_said(date.fromisoformat(day)) if day else ""

    def row(label: str, name: str, *reasons: ReasonKind) -> Compared:
        return Compared(
            fmt.text(label),
            str(ours.get(name) or ""),
            str(theirs.get(name) or ""),
            bool(common.intersection(reasons)),
        )

    return [
        _moments(N_("Received"), record["received_at"], other["received_at"], fmt),
        _moments(N_("Entered"), _entered_at(record), _entered_at(other), fmt),
        Compared(fmt.text(N_("State")), fmt.state(record), fmt.state(other)),
        row(N_("Customer"), "customer_name", ReasonKind.NAME, ReasonKind.NEAR_NAME),
        row(N_("Customer's tax number"), "customer_tax_id", ReasonKind.TAX_ID),
        row(N_("Customer's website"), "customer_website", ReasonKind.DOMAIN),
        Compared(
            fmt.text(N_("Customer's country")),
            names.get(ours.get("customer_country", ""), ""),
            names.get(theirs.get("customer_country", ""), ""),
        ),
        Compared(
            fmt.text(N_("Product or service")),
            fmt.product(ours.get("product", "")),
            fmt.product(theirs.get("product", "")),
            ReasonKind.PRODUCT in common,
        ),
        Compared(fmt.text(N_("Value")), amount(ours), amount(theirs)),
        Compared(fmt.text(N_("Expected close")), closing(ours), closing(theirs)),
        row(N_("Partner's tax number"), "partner_tax_id"),
        row(N_("Partner's email"), "partner_email"),
        Compared(fmt.text(N_("Decision")), "", fmt.terms(other.get("decision") or {})),
    ]


def _entered_at(record: Record) -> str:
    """When staff entered it; empty where it came by the form."""
    return str(record["entered"]["at"]) if "entered" in record else ""


def _moments(label: str, ours: str, theirs: str, fmt: Formatter) -> Compared:
    """To the second, which says who was first; to the microsecond where that is the same."""
    at_once = bool(ours) and ours[:_SECOND] == theirs[:_SECOND]

    def shown(stamped: str) -> str:
        if not stamped:
            return ""
        return submission_labels.exact_moment(stamped, fmt.program, fmt.language, fraction=at_once)

    return Compared(fmt.text(label), shown(ours), shown(theirs))


def _with_account(record: Deal, conflict: Conflict, account: Record, fmt: Formatter) -> list[Compared]:
    said = record["said"]
    common = {reason.kind for reason in conflict.reasons}

    def row(label: str, ours: str, theirs: str, *reasons: ReasonKind) -> Compared:
        return Compared(
            fmt.text(label),
            str(said.get(ours) or ""),
            account.get(theirs) or "",
            bool(common.intersection(reasons)),
        )

    return [
        row(N_("Customer"), "customer_name", "name", ReasonKind.NAME, ReasonKind.NEAR_NAME),
        row(N_("Customer's tax number"), "customer_tax_id", "tax_id", ReasonKind.TAX_ID),
        row(N_("Customer's website"), "customer_website", "domain", ReasonKind.DOMAIN),
    ]
