"""Times of a record as people read them, in the program's time zone. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from forms_service.decisions.deadline import course, read
from forms_service.decisions.states import OPEN
from forms_service.moments import moment
from forms_service.texts import N_, texts
from partner_program.business_days import BusinessCalendar
from partner_program.model import Language, Program
from partner_program.wording import deadline_sentence, long_date


def local(stamped: str, program: Program) -> datetime:
    """A stored time on the clocks of the program's time zone."""
    return moment(stamped).astimezone(ZoneInfo(program.deal_registration.time_zone))


def date_and_time(stamped: str, program: Program, language: Language) -> str:
    """`środa, 23 grudnia 2026, 10:30` / `Wednesday 23 December 2026, 10:30 (Warsaw)`."""
    at = local(stamped, program)
    city = "" if language == "pl" else f" ({at.tzinfo})".replace("Europe/", "")
    return f"{long_date(at.date(), language)}, {at:%H:%M}{city}"


def decision_sentence(record: Mapping[str, Any], program: Program, language: Language) -> str:
    """By when the record is decided, and which days do not count; empty where no time runs."""
    facts = read(record)
    if facts is None or not record["decide_by"]:
        return ""
    due = local(record["decide_by"], program).date()
    legs = course(facts, BusinessCalendar.of(program.deal_registration)).legs
    return deadline_sentence(due, [day for leg in legs for day in leg.skipped if day.date < due], language)


def clock_sentence(record: Mapping[str, Any], program: Program, language: Language) -> str:
    """That the time to decide stands still, where it does; else empty."""
    facts = read(record)
    if facts is None or record["decide_by"] or record["state"] not in OPEN:
        return ""
    return texts(language).gettext(N_("The time to decide stands still until you answer."))
