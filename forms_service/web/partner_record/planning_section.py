"""Planning section of the partner pages: activities, meetings, goals. Templates: `page.plan`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from forms_service.domain.clock import moment
from forms_service.domain.partners import joint_plan, meeting_calls, partner_labels
from forms_service.domain.partners.activities import done_in
from forms_service.domain.partners.partner import Activity, Goal, GoalKind, Meeting, Person, Progress
from forms_service.domain.partners.partner_years import tier_on
from forms_service.domain.partners.people import present
from forms_service.i18n.translations import N_
from forms_service.web.partner_record.context import PartnerContext
from partner_program.model import Measure

_GOAL_LETTERS = 80
"""So much of a goal is enough to choose it by."""
_CADENCES = {12: N_("once in a partner year"), 3: N_("once in a quarter")}
"""By the months between two meetings."""


@dataclass(frozen=True)
class PlanningSection:
    """Template context of planning, for the selected partner year."""

    context: PartnerContext

    @property
    def activities(self) -> list[Activity]:
        """Of the year that is looked at, the newest first."""
        return [each for each in reversed(self.context.partner["activities"]) if self._is_shown(each)]

    @property
    def counted(self) -> tuple[int, int | None]:
        """How many activities were carried out in the year, and how many the tier asks for."""
        year = self.context.shown
        if year is None:
            return 0, None
        day = min(self.context.day, year.last_day)
        program, tier = self.context.books.program_on(day), tier_on(self.context.partner, day)
        asked = (item.tiers[tier].number for item in program.items() if item.measure is _ACTIVITIES)
        return len(done_in(self.context.partner, year)), next(asked, None)

    @property
    def meetings(self) -> list[Meeting]:
        """Of the year, the latest first."""
        found = [each for each in self.context.partner["meetings"] if self._is_shown(each)]
        return sorted(found, key=lambda each: each["held_on"] or each["planned_for"] or "", reverse=True)

    @property
    def goals(self) -> list[Goal]:
        """Of the year's plan; with the running year, also of the plan for the next one."""
        year = self.context.shown
        if year is None:
            return list(self.context.partner["goals"])
        return [
            goal
            for goal in self.context.partner["goals"]
            if goal["year"] == year.number or (self.context.shows_running_year and goal["year"] > year.number)
        ]

    def activities_for(self, goal: Goal) -> list[Activity]:
        """The activities that are tied to a goal and count for it."""
        return [
            each
            for each in self.context.partner["activities"]
            if each["goal"] == goal["id"] and each["state"] != Progress.DROPPED
        ]

    def goal_of(self, activity: Activity) -> str:
        """The goal that an activity is tied to; empty where it is tied to none."""
        goal = next((each for each in self.context.partner["goals"] if each["id"] == activity["goal"]), None)
        return self._in_a_line(goal) if goal else ""

    def goals_for(self, activity: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
        """The goals that an activity can be tied to: open ones, and the one it is tied to; to choose from."""
        return [
            (goal["id"], self._in_a_line(goal))
            for goal in self.context.partner["goals"]
            if goal["state"] == Progress.PLANNED or (activity is not None and activity["goal"] == goal["id"])
        ]

    @property
    def goal_years(self) -> list[tuple[str, str]]:
        """The plans that a goal can belong to: of the running year and of the next; to choose from."""
        running = self.context.year
        numbers = [] if running is None else [running.number, running.number + 1]
        words = self.context.text("partner year %(number)s")
        return [(str(number), words % {"number": number}) for number in numbers]

    @property
    def next_meeting(self) -> joint_plan.NextMeeting | None:
        """The meeting that comes next."""
        return joint_plan.next_meeting(self.context.partner, self.context.program, self.context.day)

    def time(self, meeting: Meeting) -> str:
        """When it is or was: to the minute of one that is called, else the day."""
        call = meeting_calls.call_of(meeting)
        if meeting["held_on"] or call is None:
            day = meeting["held_on"] or meeting["planned_for"]
            return self.context.on(day) if day else ""
        return partner_labels.meeting_time(call, self._time_zone, self.context.language)

    def typed(self, meeting: Meeting | None = None) -> dict[str, Any]:
        """What stands in the form of a call: of this meeting, or of a new one."""
        call = meeting_calls.call_of(meeting) if meeting else None
        if call is None:
            day = meeting["planned_for"] if meeting else ""
            return {"planned_for": day, "time": "", "minutes": "60", "place": "", "link": "", "agenda": ""}
        start = moment(call["starts_at"]).astimezone(ZoneInfo(self._time_zone))
        return {**call, "planned_for": start.date().isoformat(), "time": f"{start:%H:%M}"}

    @property
    def lengths(self) -> list[tuple[str, str]]:
        """How long a meeting can be; to choose from."""
        words = self.context.text(N_("%(number)d minutes"))
        return [(str(number), words % {"number": number}) for number in meeting_calls.LENGTHS_MINUTES]

    def guests(self, meeting: Meeting | None = None) -> list[tuple[str, str, bool]]:
        """Whom a meeting can be called with: id, name and role, and whether they are invited."""
        call = meeting_calls.call_of(meeting) if meeting else None
        return [
            (person["id"], self._role(person), call is None or person["id"] in call["invited"])
            for person in meeting_calls.invitable(self.context.partner)
        ]

    def invited(self, meeting: Meeting) -> str:
        """Names of the partner's people who are invited."""
        call = meeting_calls.call_of(meeting)
        ids = call["invited"] if call else []
        return ", ".join(person["name"] for person in present(self.context.partner) if person["id"] in ids)

    def _role(self, person: Person) -> str:
        roles = {"contact": N_("contact person"), "sponsor": N_("executive sponsor")}
        held = (self.context.text(words) for name, words in roles.items() if person[name])  # type: ignore[literal-required]
        return f"{person['name']} ({', '.join(held)})"

    @property
    def clocks(self) -> str:
        """Name of the time zone that the time of a meeting is in."""
        name = get_timezone_name(ZoneInfo(self._time_zone), width="long", locale=self.context.language)
        return name[:1].upper() + name[1:]

    @property
    def _time_zone(self) -> str:
        return self.context.served.deal_registration.time_zone

    def cadence(self, meeting: joint_plan.NextMeeting) -> str:
        """How often there is to be one."""
        months = meeting.cadence_months
        if months in _CADENCES:
            return self.context.text(_CADENCES[months])
        said = self.context.words.ngettext("once in %(number)d month", "once in %(number)d months", months)
        return said % {"number": months}

    def kind(self, goal: Goal) -> str:
        """What a goal is about."""
        return self.context.text(partner_labels.GOALS[GoalKind(goal["kind"])])

    def _in_a_line(self, goal: Goal) -> str:
        text = " ".join(goal["text"].split())
        shown = text if len(text) <= _GOAL_LETTERS else f"{text[:_GOAL_LETTERS].rstrip()}…"
        return f"{self.kind(goal)}: {shown}"

    def _is_shown(self, thing: Activity | Meeting) -> bool:
        year = self.context.shown
        if year is None or (self.context.shows_running_year and thing["state"] == Progress.PLANNED):
            return True
        days = [date.fromisoformat(day) for day in _days(thing)]
        if not days:
            return year.number == 1
        return days[0] in year or (self.context.shows_running_year and days[0] > year.last_day)


_ACTIVITIES = Measure.LEAD_ACTIVITIES


def _days(thing: Mapping[str, Any]) -> Iterator[str]:
    """The days of an activity or meeting, the most telling first: done, dropped, planned."""
    for name in ("done_on", "held_on", "dropped_on", "planned_for"):
        if thing.get(name):
            yield thing[name]
