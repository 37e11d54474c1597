"""Duplicate presenter: other applications and partners of the same company, in a sentence each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from forms_service.domain.partners import partner_labels
from forms_service.domain.partners.partner import Partner, PartnerState
from forms_service.domain.partners.partner_years import day_of, tier_on
from forms_service.domain.submissions import submission_labels
from forms_service.domain.submissions.submission import company_named, tier_of
from forms_service.i18n.translations import N_
from forms_service.services.duplicate_lookup import FoundDuplicate
from forms_service.web.desk.formatter import Formatter

MOST_SHOWN = 10


@dataclass(frozen=True)
class DuplicatePresenter:
    """Template context of one duplicate."""

    sentence: Markup
    """It names the other one as a link."""
    reference: str
    doubts: tuple[str, ...]


_SENTENCES = {
    ("partner", True): N_("This company is a partner: %(who)s (%(reasons)s)."),
    ("ended", True): N_("This company was a partner: %(who)s (%(reasons)s)."),
    ("application", True): N_("This company has another application: %(who)s (%(reasons)s)."),
    ("partner", False): N_("A partner may be the same company: %(who)s (%(reasons)s)."),
    ("ended", False): N_("A former partner may be the same company: %(who)s (%(reasons)s)."),
    ("application", False): N_("Another application may be of the same company: %(who)s (%(reasons)s)."),
}


def present(found: Sequence[FoundDuplicate], fmt: Formatter) -> tuple[DuplicatePresenter, ...]:
    """Build the template context of the first ones, in the order found."""
    return tuple(_present(each, fmt) for each in found[:MOST_SHOWN])


def more(found: Sequence[FoundDuplicate], fmt: Formatter) -> str:
    """How many are not shown; empty where all are."""
    left = len(found) - MOST_SHOWN
    if left <= 0:
        return ""
    return fmt.words.ngettext("There is %(num)s more.", "There are %(num)s more.", left) % {"num": left}


def partner_in_a_line(partner: Partner, fmt: Formatter) -> str:
    """`Example Partner, Silver, active`."""
    tier = fmt.tier(tier_on(partner, day_of(fmt.now)))
    state = fmt.text(partner_labels.STATES[PartnerState(partner["state"])])
    return ", ".join([partner["company"]["name"], tier, state])


def _present(found: FoundDuplicate, fmt: Formatter) -> DuplicatePresenter:
    duplicate = found.duplicate
    kind = "application" if found.partner is None else "partner" if found.is_running else "ended"
    reasons = ", ".join(submission_labels.reason(each, fmt.words) for each in duplicate.reasons)
    place = "partners" if found.partner else "submissions"
    who = Markup('<a href="/desk/{}/{}"><bdi>{}</bdi></a>').format(
        place, duplicate.reference, _who(found, fmt)
    )
    return DuplicatePresenter(
        escape(fmt.text(_SENTENCES[kind, duplicate.is_same])) % {"who": who, "reasons": reasons},
        duplicate.reference,
        tuple(submission_labels.doubt(each, fmt.words) for each in duplicate.doubts),
    )


def _who(found: FoundDuplicate, fmt: Formatter) -> str:
    if found.partner is not None:
        return partner_in_a_line(found.partner, fmt)
    record = found.application
    if record is None:
        return ""
    said = (
        company_named(record),
        fmt.tier(tier_of(record)),
        fmt.state(record),
        fmt.at(record["received_at"]),
    )
    return ", ".join(filter(None, said))
