"""Figures that took long are shown again for a while; all others are always new."""

from datetime import UTC, datetime

from forms_service.decisions.states import Kind
from forms_service.desk.kept_figures import KEPT_SECONDS, MOST_KEPT, KeptFigures
from forms_service.figures.numbers import Figures, Share

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, 1, tzinfo=UTC)


class Watch:
    """A monotonic clock, and counting that takes its time."""

    def __init__(self, takes: float) -> None:
        self.now = 100.0
        self.takes = takes
        self.counted = 0

    def __call__(self) -> float:
        return self.now

    def count(self) -> Figures:
        self.counted += 1
        self.now += self.takes
        return Figures(dict.fromkeys(Kind, (0,)), {}, {}, {}, {}, {}, self.counted, {}, Share(), None)


def test_what_is_counted_quickly_is_always_new() -> None:
    watch = Watch(takes=0.01)
    kept = KeptFigures(watch)
    assert [kept.of("view", watch.count, NOW).figures.reopened for _ in range(3)] == [1, 2, 3]


def test_what_took_long_is_kept_for_five_minutes() -> None:
    watch = Watch(takes=2)
    kept = KeptFigures(watch)
    kept.of("view", watch.count, NOW)
    watch.now += KEPT_SECONDS - 1
    again = kept.of("view", watch.count, LATER)
    assert (again.figures.reopened, again.at) == (1, NOW)
    assert kept.of("another", watch.count, LATER).figures.reopened == 2
    watch.now += 1
    assert kept.of("view", watch.count, LATER).figures.reopened == 3


def test_only_so_many_are_kept() -> None:
    watch = Watch(takes=1)
    kept = KeptFigures(watch)
    for view in range(MOST_KEPT + 1):
        kept.of(view, watch.count, NOW)
    assert kept.of(MOST_KEPT, watch.count, NOW).figures.reopened == MOST_KEPT + 1
    assert kept.of(0, watch.count, NOW).figures.reopened == MOST_KEPT + 2
