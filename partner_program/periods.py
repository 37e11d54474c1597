"""How long data is kept, in words."""

from babel.units import format_unit

from partner_program.labels import LABELS
from partner_program.model import Language, Program


def retention_periods(program: Program, language: Language) -> list[tuple[str, str]]:
    """What is kept, and for how long: `Zakończone zgłoszenia partnerskie`, `12 miesięcy od zakończenia`."""
    labels, kept = LABELS[language], program.retention
    periods = (
        (labels.closed_applications, kept.closed_applications_months, "duration-month"),
        (labels.deals, kept.deals_years, "duration-year"),
        (labels.ended_partners, kept.ended_partners_years, "duration-year"),
        (labels.trapped, kept.trapped_days, "duration-day"),
        (labels.sent_mail, kept.sent_mail_days, "duration-day"),
        (labels.sign_in_links, kept.sign_in_links_days, "duration-day"),
        (labels.backups, kept.backups_days, "duration-day"),
    )
    return [
        (what, how_long.format(period=format_unit(number, unit, locale=language)))
        for (what, how_long), number, unit in periods
    ]
