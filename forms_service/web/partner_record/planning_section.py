"""Planning section of the partner pages: activities, meetings, goals. Templates: `page.plan`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms_service.domain.partners import joint_plan, partner_labels
from forms_service.domain.partners.activities import done_in
from forms_service.domain.partners.partner import Activity, Goal, GoalKind, Meeting, Progress
from forms_service.domain.partners.partner_years import tier_on
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
