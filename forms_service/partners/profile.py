"""What is known about the company, and the link it may give in its own channels."""

from forms_service.partners.acting import Act, Action
from forms_service.partners.activities import is_link
from forms_service.partners.record import Company, Partner
from forms_service.partners.refusals import Refusal, Refused

NEEDED = ("name", "tax_id", "country", "address", "models", "areas")
"""What a partner profile has to hold; a website is optional."""


def missing(company: Company) -> tuple[str, ...]:
    """Which parts of the profile are not filled in."""
    return tuple(name for name in NEEDED if not company.get(name))


def change_company(partner: Partner, act: Act, company: Company) -> Partner | Refused:
    """The profile, whole."""
    if refused := act.refused(partner, Action.CHANGE_COMPANY):
        return refused
    for name in ("name", "tax_id", "country"):
        if not company.get(name):
            return Refused(Refusal.MISSING, name)
    if company == partner["company"]:
        return Refused(Refusal.NOTHING_CHANGES)
    changed = sorted(name for name, value in company.items() if value != partner["company"].get(name))
    after = partner.copy()
    after["company"] = company.copy()
    return act.written(after, Action.CHANGE_COMPANY, changed=changed)


def give_link(partner: Partner, act: Act, link: str) -> Partner | Refused:
    """Where the partner recommends the vendor, in any channel; a new link has to be confirmed anew."""
    if refused := act.refused(partner, Action.GIVE_LINK):
        return refused
    link = link.strip()
    if link and not is_link(link):
        return Refused(Refusal.NO_LINK, "link")
    if link == partner["promotion"]["link"]:
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["promotion"] = {"link": link, "given_at": act.stamp if link else None, "confirmed_at": None}
    return act.written(after, Action.GIVE_LINK)


def confirm_link(partner: Partner, act: Act, *, confirmed: bool = True) -> Partner | Refused:
    """The vendor's people have seen it there, or do not see it any more."""
    if refused := act.refused(partner, Action.CONFIRM_LINK):
        return refused
    if confirmed and not partner["promotion"]["link"]:
        return Refused(Refusal.MISSING, "link")
    if confirmed is (partner["promotion"]["confirmed_at"] is not None):
        return Refused(Refusal.NOTHING_CHANGES)
    after = partner.copy()
    after["promotion"] = {**partner["promotion"], "confirmed_at": act.stamp if confirmed else None}
    return act.written(after, Action.CONFIRM_LINK, confirmed=confirmed)
