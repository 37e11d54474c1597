"""Which tier and which version of the program a partner follows on a day.

Terms begin with a partner year, by a decision; they go on until others begin. A year whose renewal nobody has
decided goes on as the one before.
"""

from datetime import date

from forms_service.partners.record import Partner, Terms
from forms_service.partners.refusals import Refusal, Refused
from forms_service.partners.years import Period, year_on


def not_a_day_of_work(partner: Partner, day: date, today: date, field: str) -> Refused | None:
    """Why nothing was carried out on this day: it has not come, or no partner year had begun."""
    if day > today:
        return Refused(Refusal.IN_THE_FUTURE, field)
    since = active_since(partner)
    return Refused(Refusal.BEFORE_PARTNERSHIP, field) if since and day < since else None


def active_since(partner: Partner) -> date | None:
    """The first day of the first partner year; None before it."""
    since = partner["active_since"]
    return None if since is None else date.fromisoformat(since)


def terms_on(partner: Partner, day: date) -> Terms | None:
    """The terms that stand on this day, or the first ones on a day before; None where there are none yet."""
    begun = [terms for terms in partner["terms"] if terms["since"] <= day.isoformat()]
    return (begun or partner["terms"][:1])[-1] if partner["terms"] else None


def tier_on(partner: Partner, day: date) -> str:
    """The tier on this day; during onboarding the one that was applied for."""
    terms = terms_on(partner, day)
    return partner["applied_for"] if terms is None else terms["tier"]


def partner_year(partner: Partner, day: date) -> Period | None:
    """The partner year that this day lies in; None before the first one."""
    since = active_since(partner)
    return None if since is None or day < since else year_on(since, day)


def same_tier_since(partner: Partner, day: date) -> date | None:
    """From which day on, without a break, the partner has had the tier of this day; None before any terms."""
    since = None
    tier = tier_on(partner, day)
    for terms in partner["terms"]:
        if terms["since"] > day.isoformat():
            break
        if terms["tier"] != tier:
            since = None
        elif since is None:
            since = date.fromisoformat(terms["since"])
    return since
