"""Meeting calls: when and where a planning meeting is, who is invited, whom a change of it concerns. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forms_service.domain.clock import moment, stamp
from forms_service.domain.partners.activities import is_link
from forms_service.domain.partners.partner import Called, Meeting, Partner, Person, Progress, found
from forms_service.domain.partners.partner_permissions import PartnerActing, Side
from forms_service.domain.partners.people import member, present
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from partner_program.model import Language

LENGTHS_MINUTES = (30, 45, 60, 90, 120, 180, 240)


@dataclass(frozen=True)
class MeetingCall:
    """Call of a meeting, as somebody asks for it."""

    day: date
    starts_at: datetime | None
    """None: the clocks go forward, and the day has no such time."""
    minutes: int
    place: str
    link: str
    agenda: str
    invited: tuple[str, ...]
    """Ids of the partner's people."""
    lang: Language
    """Of whoever calls it."""


@dataclass(frozen=True)
class Attendee:
    """Somebody whom a meeting concerns."""

    email: str
    side: Side
    lang: Language


def starts_at(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The time of a wall clock, in UTC, the first one of two; None where the clock leaves it out."""
    local = datetime.combine(day, at, zone)
    found = local.astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) else None


def invitable(partner: Partner) -> tuple[Person, ...]:
    """Contacts and the executive sponsor, as far as they have an address."""
    return tuple(
        person for person in present(partner) if person["email"] and (person["contact"] or person["sponsor"])
    )


def refused(partner: Partner, call: MeetingCall, now: datetime) -> PartnerActionRefused | None:
    """Why nobody can be invited to this; None where all is well."""
    if call.starts_at is None:
        return PartnerActionRefused(PartnerRefusal.NO_SUCH_TIME, "time")
    if call.starts_at <= now:
        return PartnerActionRefused(PartnerRefusal.PAST, "planned_for")
    if call.minutes not in LENGTHS_MINUTES:
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "minutes")
    if not call.place and not call.link:
        return PartnerActionRefused(PartnerRefusal.NOWHERE, "place")
    if call.link and not is_link(call.link):
        return PartnerActionRefused(PartnerRefusal.NO_LINK, "link")
    possible = {person["id"] for person in invitable(partner)}
    if not possible.issuperset(call.invited):
        return PartnerActionRefused(PartnerRefusal.NOT_THERE, "invited")
    if possible and not call.invited:
        return PartnerActionRefused(PartnerRefusal.NOBODY_INVITED, "invited")
    return None


def called(partner: Partner, call: MeetingCall, act: PartnerActing, before: Called | None) -> Called:
    """The call as stored; one that replaces another counts on. Whoever calls is invited as well."""
    person = member(partner, act.actor.email) if act.actor.side is Side.PARTNER else None
    others = [person["id"]] if person and person["id"] not in call.invited else []
    is_hosts = act.actor.side is Side.STAFF
    return {
        "starts_at": stamp(call.starts_at or act.at),
        "minutes": call.minutes,
        "place": call.place,
        "link": call.link,
        "agenda": call.agenda,
        "invited": [*call.invited, *others],
        "host": act.actor.email if is_hosts else before["host"] if before else "",
        "host_lang": call.lang if is_hosts else before["host_lang"] if before else None,
        "sequence": before["sequence"] + 1 if before else 0,
    }


def is_as_before(after: Called, before: Called | None) -> bool:
    """Whether a new call says what the former one says."""
    counted = ("sequence", "host", "host_lang")
    return before is not None and all(after[name] == before[name] for name in after if name not in counted)  # type: ignore[literal-required]


def call_of(meeting: Meeting) -> Called | None:
    """Time and place; None for a meeting that has only a day."""
    return meeting.get("call")


def ends_at(call: Called) -> datetime:
    """Its end, in UTC."""
    return moment(call["starts_at"]) + timedelta(minutes=call["minutes"])


def attendees(partner: Partner, call: Called, vendor: Attendee) -> tuple[Attendee, ...]:
    """Who is invited now, each address once; the vendor's contact where none of its people called it."""
    people = (found(partner["people"], id) for id in call["invited"])
    named = {
        person["email"].casefold(): Attendee(person["email"], Side.PARTNER, partner["lang"])
        for person in people
        if person and person["email"] and person["left_on"] is None
    }
    host = Attendee(call["host"], Side.STAFF, call["host_lang"] or vendor.lang) if call["host"] else vendor
    return (*named.values(), *(() if host.email.casefold() in named else (host,)))


def concerned(
    partner: Partner, meeting: Meeting | None, vendor: Attendee, now: datetime
) -> tuple[Attendee, ...]:
    """Who has to know of every change of a meeting: nobody of one that is over, or has only a day."""
    call = call_of(meeting) if meeting else None
    if meeting is None or call is None or meeting["state"] != Progress.PLANNED or ends_at(call) <= now:
        return ()
    return attendees(partner, call, vendor)


@dataclass(frozen=True)
class MeetingNews:
    """What one attendee has to be told."""

    to: Attendee
    meeting: str
    sequence: int
    is_new: bool = False
    """Whether they hear of this meeting for the first time."""
    cancelled: Called | None = None
    """Where it is off for them: the call as they know it."""


def news(before: Partner, after: Partner, vendor: Attendee, now: datetime) -> Iterator[MeetingNews]:
    """Whom the change of a record concerns as to its meetings; also of somebody who left or was renamed."""
    for meeting in after["meetings"]:
        earlier: Meeting | None = found(before["meetings"], meeting["id"])
        old, call = call_of(earlier) if earlier else None, call_of(meeting)
        if call is None or meeting["state"] == Progress.DONE:
            continue
        was, now_told = concerned(before, earlier, vendor, now), concerned(after, meeting, vendor, now)
        knew, know = ({each.email.casefold() for each in some} for some in (was, now_told))
        is_changed = old is None or old["sequence"] != call["sequence"]
        for each in now_told:
            is_new = each.email.casefold() not in knew
            if is_new or is_changed:
                yield MeetingNews(each, meeting["id"], call["sequence"], is_new)
        for each in was:
            if each.email.casefold() not in know and old is not None:
                sequence = call["sequence"] if is_changed else call["sequence"] + 1
                yield MeetingNews(each, meeting["id"], sequence, cancelled=old)
