"""Lead-generation activities: planned, done with a link as evidence, dropped with a reason.

How many are asked for is counted per partner year, by the day on which an activity was carried out.
"""

from datetime import date
from urllib.parse import urlsplit

from forms_service.domain.partners.partner import Activity, Partner, Progress, found, iso, next_id
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerAction
from forms_service.domain.partners.partner_years import Period, not_a_day_of_work
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal


def plan(
    partner: Partner,
    act: PartnerActing,
    *,
    title: str,
    planned_for: date | None = None,
    goal: str | None = None,
) -> Partner | PartnerActionRefused:
    """Add a planned activity, optionally for a goal of the joint plan."""
    refused = act.refused(partner, PartnerAction.PLAN_ACTIVITY) or _unfit(partner, title, goal)
    if refused:
        return refused
    activity = _new(partner, title, goal, Progress.PLANNED)
    activity["planned_for"] = iso(planned_for)
    return act.written(_with(partner, activity), PartnerAction.PLAN_ACTIVITY, activity=activity["id"])


def do(
    partner: Partner,
    act: PartnerActing,
    activity: str | None = None,
    *,
    done_on: date,
    title: str = "",
    evidence: str = "",
    goal: str | None = None,
) -> Partner | PartnerActionRefused:
    """Mark an activity as done: a planned one, or an unplanned one with a `title`.

    Evidence is a link, or nothing yet. A second time corrects day and link. `goal` is the one of the joint
    plan that it served: empty for none, None for the one it is tied to already.
    """
    if refused := act.refused(partner, PartnerAction.DO_ACTIVITY):
        return refused
    before: Activity | None = found(partner["activities"], activity) if activity else None
    if activity and before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "activity")
    if before is None:
        before = _new(partner, title, None, Progress.PLANNED)
    tied = before["goal"] if goal is None else goal or None
    if refused := _unfit(partner, before["title"], tied):
        return refused
    if refused := not_a_day_of_work(partner, done_on, act.today, "done_on"):
        return refused
    if evidence.strip() and not is_link(evidence):
        return PartnerActionRefused(PartnerRefusal.NO_LINK, "evidence")
    done: Activity = {
        **before,
        "state": Progress.DONE,
        "done_on": done_on.isoformat(),
        "evidence": evidence.strip() or before["evidence"],
        "goal": tied,
        "reason": "",
        "dropped_on": None,
    }
    if done == before:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    return act.written(
        _with(partner, done), PartnerAction.DO_ACTIVITY, activity=done["id"], on=done["done_on"]
    )


def drop(
    partner: Partner, act: PartnerActing, activity: str, *, reason: str
) -> Partner | PartnerActionRefused:
    """Drop an activity; both sides read the reason."""
    if refused := act.refused(partner, PartnerAction.DROP_ACTIVITY):
        return refused
    before: Activity | None = found(partner["activities"], activity)
    if before is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "activity")
    if before["state"] == Progress.DROPPED:
        return PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)
    if not reason.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "reason")
    dropped: Activity = {
        **before,
        "state": Progress.DROPPED,
        "reason": reason.strip(),
        "dropped_on": act.today.isoformat(),
    }
    return act.written(_with(partner, dropped), PartnerAction.DROP_ACTIVITY, activity=activity)


def done_in(partner: Partner, year: Period) -> tuple[Activity, ...]:
    """Activities done in this partner year."""
    return tuple(
        activity
        for activity in partner["activities"]
        if activity["state"] == Progress.DONE
        and activity["done_on"] is not None
        and date.fromisoformat(activity["done_on"]) in year
    )


def is_link(text: str) -> bool:
    """Whether this is a web address that is safe to link to."""
    try:
        address = urlsplit(text.strip())
        return address.scheme in ("http", "https") and "." in (address.hostname or "")
    except ValueError:
        return False


def _new(partner: Partner, title: str, goal: str | None, state: Progress) -> Activity:
    return {
        "id": next_id("a", partner["activities"]),
        "title": title.strip(),
        "state": state,
        "planned_for": None,
        "done_on": None,
        "evidence": "",
        "goal": goal,
        "reason": "",
        "dropped_on": None,
    }


def _unfit(partner: Partner, title: str, goal: str | None) -> PartnerActionRefused | None:
    if not title.strip():
        return PartnerActionRefused(PartnerRefusal.MISSING, "title")
    if goal is not None and found(partner["goals"], goal) is None:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "goal")
    return None


def _with(partner: Partner, activity: Activity) -> Partner:
    known = found(partner["activities"], activity["id"]) is not None
    after = partner.copy()
    after["activities"] = [
        activity if each["id"] == activity["id"] else each for each in partner["activities"]
    ]
    if not known:
        after["activities"].append(activity)
    return after
